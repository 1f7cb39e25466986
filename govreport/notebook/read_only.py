"""Figures that a notebook reads and does not change."""

from __future__ import annotations

from typing import NoReturn

from govreport.core import Figure, GovReportError


def refuse(*_: object, **__: object) -> NoReturn:
    """Refuse to change what is only read."""
    raise GovReportError('filing.cells 和 frame 只供读取；改数字请写 filing["表.行.列"] = 数字；另作他用请先 copy()。')


class Figures(dict[str, Figure | None]):
    """Figures by cell, to be read; assigning one raises GovReportError."""

    def __setitem__(self, name: str, figure: Figure | None) -> None:
        raise GovReportError(f'filing.cells 只供读取；请写 filing["{name}"] = {figure}，再用 filing.save() 保存。')

    __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = refuse
