"""What a notebook reads and does not change: figures, and objects that take no attribute besides their own."""

from __future__ import annotations

from typing import NoReturn

from govreport.core import Figure, GovReportError, choice_of


def refuse(*_: object, **__: object) -> NoReturn:
    """Refuse to change what is only read."""
    raise GovReportError('filing.cells 和 frame 只供读取；改数字请写 filing["表.行.列"] = 数字；另作他用请先 copy()。')


def require_attribute(owner: object, name: str) -> None:
    """Raise UnknownNameError for an attribute that an object does not have; it names the nearest."""
    choice_of(name, [known for known in dir(owner) if known[0] != "_"], "属性", known="按 Tab 键列出可用的")


class Closed:
    """An object that no attribute is assigned to once it is made: a mistyped one would do nothing."""

    _is_made, _refusal = False, "{} 不能赋值；另作他用请换一个变量名。"

    def __setattr__(self, name: str, value: object) -> None:
        if self._is_made:
            require_attribute(self, name)
            raise GovReportError(self._refusal.format(name))
        super().__setattr__(name, value)


class Figures(dict[str, Figure | None]):
    """Figures by cell, to be read; assigning one raises GovReportError."""

    def __setitem__(self, name: str, figure: Figure | None) -> None:
        raise GovReportError(f'filing.cells 只供读取；请写 filing["{name}"] = {figure}，再用 filing.save() 保存。')

    __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = refuse
