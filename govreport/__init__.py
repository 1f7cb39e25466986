"""govreport: annual reports on government information disclosure, from figures to pages.

A notebook imports `Report`; everything else is for those who build upon it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from govreport.report import Report

__version__ = "0.1.0"
__all__ = ["Report", "__version__"]


def __getattr__(name: str) -> Any:
    """Import `Report` when it is first asked for, so that the command line starts without matplotlib."""
    if name == "Report":
        from govreport.report import Report  # noqa: PLC0415

        return Report
    raise AttributeError(name)
