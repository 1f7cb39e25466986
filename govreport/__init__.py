"""govreport: annual reports on government information disclosure, from figures to pages.

Assertions: `check` takes a `Filing` and returns `Findings`; `assert_adds_up` and its kin take a DataFrame. Table
builders: `statutory_table` for a filing, `table` for any DataFrame. A notebook imports `Report` or `Summary`, which
find the filing in its `Project`, and `chart_style` for figures of its own.

>>> from govreport import Filing, check
>>> cells = {"disputes.reconsideration.upheld": 2, "disputes.reconsideration.total": 3}
>>> check(Filing.from_cells("demo", "示例局", 2023, cells)).errors[0].rule
'D1'
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import lazy_loader

from govreport.core import add_fallback_font

__version__ = "0.2.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["__version__"]

_FORMER = {"mime": "core.mime", "report": "notebook.report", "starter": "cli.starter"}
"""Modules of version 0.1 that notebooks import by name, and where they are now."""


class _Former(ModuleType):
    """A module under its former name, imported when something of it is first asked for.

    What every module has (``__file__``) does not count: debuggers look it up in all of `sys.modules`.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(import_module(f"govreport.{_FORMER[self.__name__.partition('.')[2]]}"), name)


for _name in _FORMER:
    sys.modules[f"govreport.{_name}"] = globals()[_name] = _Former(f"govreport.{_name}")

add_fallback_font()
