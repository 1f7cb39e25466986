"""Assertions on tables of the analyst's own: what does not hold is a finding of the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from IPython import get_ipython

from govreport.checks import TOTAL, Finding, Findings, asserted
from govreport.core import Figure, mime, require
from govreport.filing import UNREAD, OwnTable, Scope
from govreport.notebook.report import Report

if TYPE_CHECKING:
    import pandas as pd


def assert_adds_up(frame: pd.DataFrame, total: str = TOTAL) -> Finding | None:
    """Assert that totals are the exact sums of what is beside or above them (rule S1).

    total: the label of the row or the column of totals; both are checked where both have it. Under an outer label of a
    MultiIndex, a total is of what stands under that alone. A blank part adds nothing, a blank total is wrong where a
    part has a figure.
    Returns a finding of the opened report if something does not add up or is text, else None.
    Raises UnknownNameError if nothing has the label, ArgumentError for what is no label.

    >>> import pandas as pd
    >>> frame = pd.DataFrame({"发布": [3, 2, 6]}, index=["网站", "微信", "合计"])
    >>> assert_adds_up(frame).identities[0].difference
    1
    """
    require(total, str, "total 应是合计的行名或列名，如“合计”")
    return _told("assert_adds_up", frame, total)


def assert_equals(stated: Any, expected: Any) -> Finding | None:
    """Assert that two figures are equal (rule S2); a blank is no zero.

    stated, expected: a number, a DataFrame of one cell, or the name of a cell of the report: of its form
    (``applications.new.total``), or of a table of its folder (``tables.platforms.total``). Only a name or a DataFrame
    tells which cell the review copy should mark.
    Raises UnknownNameError for a name that the report does not have.

    >>> assert_equals(3, 3.0), assert_equals(3, 4).identities[0].difference
    (None, -1)
    """
    return _told("assert_equals", stated, expected)


def assert_same(a: pd.DataFrame, b: pd.DataFrame, by: str | Sequence[str] = ()) -> Finding | None:
    """Assert that two tables have the same rows, columns and values, in whatever order (rule S3).

    by: columns whose values say which rows belong together, by default the rows' labels.

    >>> import pandas as pd
    >>> one, other = (pd.DataFrame({"平台": ["网站"], "发布": [figure]}) for figure in (3, 4))
    >>> assert_same(one, other, by="平台").message
    '“网站”的“发布”前一表为3，后一表为4，相差1。'
    """
    return _told("assert_same", a, b, by if isinstance(by, str) else list(by))


def assert_between(what: Any, low: Figure | None = None, high: Figure | None = None) -> Finding | None:
    """Assert that figures are not below a lower, nor above an upper bound (rule S4); blanks are neither.

    what: a DataFrame, all of whose figures are meant, or what `assert_equals` takes. low, high: None for no bound.

    >>> import pandas as pd
    >>> assert_between(pd.DataFrame({"占比": [20, 120]}, index=["网站", "微信"]), 0, 100).message
    '“微信”的“占比”为120，应不小于0、不大于100，相差20。'
    """
    return _told("assert_between", what, low, high)


def _told(name: str, *given: Any) -> Finding | None:
    """Tell the opened report what an assertion found, and let the executed notebook carry it.

    An assertion that is made again, of the same numbers and names or of tables with the same labels, replaces what it
    found before.
    """
    report = Report.opened
    finding = asserted(Scope(report.filing.current, report.last, UNREAD) if report else None, name, given, {})
    if report:
        tables = {n: OwnTable.of(one) for n, one in enumerate(given) if hasattr(one, "attrs")}
        what = (str((tables[n].rows, tables[n].columns) if n in tables else one) for n, one in enumerate(given))
        report.asserted[name, *what] = Findings((finding,) if finding else ())
    if finding and (shell := get_ipython()):
        shell.display_pub.publish(data={"text/plain": "", mime.ASSERTION: finding.to_json()})
    return finding
