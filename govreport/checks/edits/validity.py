"""Rules V1, V2 and F1: every cell holds a figure of its kind, every cell is filled, the filing can be read."""

from __future__ import annotations

from collections.abc import Iterator

from govreport.checks.edits.filled import unfilled_tables
from govreport.checks.findings import Finding, Identity
from govreport.core import FilingError, Kind, listed
from govreport.filing import Filing
from govreport.forms import Table

SHOWN = 6


def check_validity(filing: Filing) -> Iterator[Finding]:
    """Yield findings of rule V1, and notices and warnings on what had to be guessed in reading."""
    lost = set[str]()
    for table in filing.form.tables.values():
        names = tuple(cell.name for cell in table.cells)
        unreadable, *others = {filing.unreadable.get(name) for name in names}
        if unreadable and names[1:] and not others:
            lost.add(table.key)
            message = f"{table.name}全部{len(names)}格：{unreadable.problem}；请照原件填写。"
            cells = tuple(Identity("V1", (name,)) for name in names)
            yield Finding(filing.agency, filing.year, "error", message, cells, quote=unreadable.text)
    odd = [(Identity("V1", (name,)), f"：{read.problem}", read.text) for name, read in filing.unreadable.items()]
    negative = ((name, figure) for name, figure in filing.cells.items() if figure is not None and figure < 0)
    odd += [(Identity("V1", (name,), figure), f"为{figure}", "") for name, figure in negative]
    for identity, told, text in odd:
        cell = filing.form.cells[identity.cells[0]]
        if cell.table not in lost and (text or cell.kind.name != "signed"):
            place = filing.places.get(cell.name, filing.form.tables[cell.table].name)
            message = f"{place}{cell.label}{told}；应填{_expected(cell.kind)}。"
            yield Finding(filing.agency, filing.year, "error", message, (identity,), quote=text or None)
    for note in filing.notes:
        if not (note.cells and all(filing.cells[c] is None and c not in filing.unreadable for c in note.cells)):
            identity = Identity("V1" if note.cells else "F1", note.cells)
            yield Finding(filing.agency, filing.year, note.severity, note.message, (identity,))


def check_presence(filing: Filing, missing_totals: frozenset[str] = frozenset()) -> Iterator[Finding]:
    """Yield one V2 finding for each table that has blank cells: a notice, an error where nobody has filled it in.

    missing_totals: blank cells that a V2 warning already speaks of.
    """
    unfilled, told_of = unfilled_tables(filing), filing.unreadable.keys() | missing_totals
    untold = {name for name, figure in filing.cells.items() if figure is None} - told_of
    for table in filing.form.tables.values():
        blank = [cell.name for cell in table.cells if cell.name in untold]
        if blank:
            told = _told(filing, table, set(blank), unfilled=table.key in unfilled)
            severity, message = "error" if table.key in unfilled else "notice", f"{table.name}{told}；没有的请填0。"
            yield Finding(filing.agency, filing.year, severity, message, (Identity("V2", tuple(blank)),))


def unreadable_filing(agency: str | None, year: int | None, error: FilingError) -> list[Finding]:
    """Return an F1 finding for each reason why a filing cannot be read."""
    return [Finding(agency, year, "error", problem, (Identity("F1", ()),)) for problem in error.problems]


def _expected(kind: Kind) -> str:
    if kind.name == "money":
        return f"以{kind.unit}为单位、不小于0、最多{kind.decimals}位小数的数字"
    return "整数" if kind.name == "signed" else "不小于0的整数"


def _told(filing: Filing, table: Table, blank: set[str], *, unfilled: bool) -> str:
    if len(blank) == len(table.cells):
        return "全部未填"
    if unfilled:
        return "除由上年报告带入的数外全部未填"
    told = []
    for row in table.rows:
        names = [f"{table.key}.{row.key}.{column.key}" for column in row.columns]
        if blank.issuperset(names):
            told.append(f"“{table.row_labels[row.key]}”整行")
        else:
            told += [filing.form.cells[name].label for name in names if name in blank]
    return f"有{len(blank)}格未填：{listed(told, SHOWN, '处')}"
