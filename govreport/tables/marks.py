"""Mark cells of a statutory table: suspect cells with messages, and changes from last year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from govreport.checks import Change, Findings
from govreport.core import Grid, GridCell
from govreport.filing import UNREADABLE, Filing
from govreport.tables.printed_table import MARKS
from govreport.tables.statutory import statutory_grid


def compared_table(filing: Filing, key: str, changes: Iterable[Change]) -> Grid:
    """Return a filing's statutory table; brackets after each changed figure hold its difference from last year.

    If only one of the two cells is blank, the brackets name that year, because a blank is not zero.

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
    cells = tuple(map(cell_with_change, table.cells))
    return replace(table, caption=f"{table.caption}（括号内为比上年增减）", cells=cells)


def _told(change: Change) -> str:
    if change.now == change.before:
        return ""
    (now, before), is_now = change.unreadable, change.now is None
    lacking = UNREADABLE if (now if is_now else before) else "未填"
    return change.difference_text or f"{'今年' if is_now else '上年'}{lacking}"


def marked_table(table: Grid, findings: Findings) -> Grid:
    """Return a table with marks on the cells of unwaived findings; the note of a cell holds the messages.

    A cell is suspect if the suggestion changes it, or if it is the only cell of its finding. The other cells of
    a failed identity are involved. Notices do not mark cells.
    """
    told: dict[str, dict[str, list[str]]] = {mark: {} for mark in MARKS}
    for finding in findings:
        if finding.waived or finding.severity == "notice":
            continue
        cells = {cell for identity in finding.identities for cell in identity.cells}
        wrong = set(finding.suggestion["cells"]) if finding.suggestion else cells if len(cells) == 1 else set()
        for cell in cells | wrong:
            told[MARKS[cell not in wrong]].setdefault(cell, []).append(finding.message)

    def marked(cell: GridCell) -> GridCell:
        mark = next((mark for mark in MARKS if cell.name in told[mark]), "")
        return replace(cell, mark=mark, note="\n".join(told[mark][cell.name])) if mark else cell

    return replace(table, cells=tuple(map(marked, table.cells)))
