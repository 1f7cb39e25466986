"""govreport: annual reports on government information disclosure, from figures to pages.

A notebook imports `Report` or `Summary`, and `chart_style` for figures of its own; everything else is for those who
build upon it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govreport.report import Report, chart_style
    from govreport.summary import Summary

__version__ = "0.1.0"
__all__ = ["Report", "Summary", "__version__", "chart_style"]


def __getattr__(name: str) -> Any:
    """Import what notebooks use when it is first asked for, so that the command line starts without matplotlib."""
    if name in ("Report", "chart_style"):
        from govreport import report  # noqa: PLC0415

        return getattr(report, name)
    if name == "Summary":
        from govreport.summary import Summary  # noqa: PLC0415

        return Summary
    raise AttributeError(name)
