"""What IPython tells and shows otherwise in a notebook that opens a report: names that nothing has, pandas' Series."""

from __future__ import annotations

import traceback
from types import TracebackType
from typing import Any

from IPython import get_ipython

from govreport.core import UnknownNameError
from govreport.notebook.read_only import require_attribute


def set_up() -> None:
    """Let the shell, where there is one, tell of a mistyped attribute, and show a Series as the table that it is.

    Objects that compute attributes would do the first as well, but completion by the Tab key passes over them.
    """
    if (shell := get_ipython()) and not shell.custom_exceptions:  # an analyst's own stays
        shell.set_custom_exc((AttributeError,), _tell)
        html = shell.display_formatter.formatters["text/html"]
        for module in ("pandas", "pandas.core.series"):  # the latter before pandas 3
            html.for_type_by_name(module, "Series", lambda series: series.to_frame(series.name or "")._repr_html_())


def _tell(shell: Any, kind: type, error: AttributeError, trace: TracebackType, tb_offset: int | None = None) -> None:
    """Show an error; what a cell itself asked of an object of this package in vain, with the name that is nearest."""
    shown: Exception = error
    *_, (frame, _) = traceback.walk_tb(trace)
    if type(error.obj).__module__.startswith("govreport.") and frame.f_globals["__name__"] == "__main__":
        try:
            require_attribute(error.obj, str(error.name))
        except UnknownNameError as told:
            shown = told.with_traceback(trace)
    shell.showtraceback((type(shown), shown, trace), tb_offset=tb_offset)
