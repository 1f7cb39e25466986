"""A statutory table with what changed on last year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from govreport.checks import Change
from govreport.core import Grid, GridCell
from govreport.filing import Filing
from govreport.tables.statutory import statutory_grid


def compared_table(filing: Filing, key: str, changes: Iterable[Change]) -> Grid:
    """Return a filing's statutory table in which every figure that changed is followed by its difference.

    A blank beside a figure is told as such, since it is no zero.

    >>> name, figures = "disputes.litigation.direct.upheld", (3, 1)
    >>> filing = Filing.from_cells("demo", "示例局", 2022, {name: 3})
    >>> change = Change(name, "", filing.form.kind_of(name), *figures)
    >>> [cell.text for cell in compared_table(filing, "disputes", [change]).body[0] if cell.text]
    ['3 (+2)']
    """
    told = {change.name: _told(change) for change in changes}

    def cell_with_change(cell: GridCell) -> GridCell:
        change = told.get(cell.name, "")
        return replace(cell, text=f"{cell.text} ({change})".strip()) if change else cell

    table = statutory_grid(filing, key)
    caption = f"{table.caption}（括号内为比上年增减）"
    return replace(table, caption=caption, cells=tuple(map(cell_with_change, table.cells)))


def _told(change: Change) -> str:
    if change.now == change.before:
        return ""
    if change.difference is None:
        return "今年未填" if change.now is None else "上年未填"
    return change.difference_text
