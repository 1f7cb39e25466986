"""DataFrames that a notebook gets: figures to be read, and tables for those who make a report."""

from __future__ import annotations

from typing import Any

import pandas as pd

from govreport.core import mime
from govreport.notebook.read_only import refuse
from govreport.tables import table as frame_table


def _reader(name: str) -> property:
    """Return what stands for a DataFrame's ``loc`` or the like: it reads, and refuses to be assigned to."""
    kind = type(name, (type(getattr(pd.DataFrame(), name)),), {"__setitem__": refuse})
    return property(lambda frame: kind(name, pd.DataFrame(frame)))


class RemarkFrame(pd.DataFrame):
    """A DataFrame for those who make a report: shown as it is, only the review copy has it, not the page.

    >>> RemarkFrame({"数字": ["3"]}).head(1)._repr_mimebundle_()["text/plain"].split()
    ['数字', '3']
    """

    _constructor = property(type)
    mark = mime.REMARK

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return frame_table(self)._repr_mimebundle_()


class FigureFrame(RemarkFrame):
    """A table of a filing, to be read; assigning to it raises GovReportError, since it would change no figure.

    What is made of it, a copy for example, is any DataFrame.

    >>> from govreport.notebook.report import example_report
    >>> frame = example_report().filing.frame("disputes").copy()
    >>> frame.loc["reconsideration", "total"] = 3
    """

    _constructor = pd.DataFrame
    __setitem__ = refuse
    loc, iloc, at, iat = map(_reader, ("loc", "iloc", "at", "iat"))
