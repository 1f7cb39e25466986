"""Build the statutory tables in exactly the layout of the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from govreport.core import Grid, GridCell
from govreport.filing import Filing
from govreport.forms import Row, Table
from govreport.tables.printed_table import Rows, display_table, merge_labels


def statutory_grid(filing: Filing, key: str) -> Grid:
    """Return a filing's statutory table.

    key: the table's key in the form. Raises KeyError if the form has no such table.

    >>> table = statutory_grid(Filing.from_cells("demo", "示例局", 2021, {}), "disputes")
    >>> [cell.text for cell in table.head[0]]
    ['行政复议', '行政诉讼']
    """
    blank, texts = _blank_grid(filing.form.tables[key]), figure_texts(filing, key)
    return replace(blank, cells=tuple(replace(c, text=texts[c.name]) if c.name else c for c in blank.cells))


def figure_texts(filing: Filing, key: str) -> dict[str, str]:
    """Return what the cells of a statutory table print, by name.

    >>> filing = Filing.from_cells("demo", "示例局", 2019, {"proactive.procurement.amount": 3})
    >>> figure_texts(filing, "proactive")["proactive.procurement.amount"]
    '3元'
    """
    return {cell.name: _text(filing, cell.name) for cell in filing.form.tables[key].cells}


def _text(filing: Filing, name: str) -> str:
    kind = filing.form.cells[name].kind
    return filing.text_of(name) + (kind.unit if kind.unit_in_cell and filing.cells[name] is not None else "")


@lru_cache
def _blank_grid(table: Table) -> Grid:
    """Return a statutory table without figures: the layout is the same for all filings."""
    head, body, groups = {"matrix": _matrix, "line": _line, "clauses": _clauses}[table.layout](table)
    return display_table(table.key, table.caption, table.widths, head, body, groups)


def header_rows(headers: Sequence[GridCell], depth: int, corner: GridCell | None) -> Rows:
    """Return header rows of merged column labels; the corner cell comes first."""
    rows: list[list[GridCell]] = [[] for _ in range(depth)]
    if corner and depth:
        rows[0].append(corner)
    for label in headers:
        rows[label.row].append(replace(label, scope="colgroup" if label.columns > 1 else "col"))
    return rows


def stub_cells(headers: Sequence[GridCell], row: int) -> list[GridCell]:
    """Return the row labels that begin in a row; each level has its own column."""
    found: list[GridCell] = []
    for label in headers:
        if label.column == row:
            scope, align = ("rowgroup", "center") if label.columns > 1 else ("row", "left")
            found.append(replace(label, rows=label.columns, columns=label.rows, scope=scope, align=align))
    return found


def _matrix(table: Table) -> tuple[Rows, Rows, tuple[int, ...]]:
    columns = merge_labels([column.label for column in table.columns])
    rows = merge_labels([row.label for row in table.rows])
    depth = max(len(column.label) for column in table.columns)
    corner = GridCell(table.corner, rows=depth, columns=table.stub_depth, align="left")
    body: list[list[GridCell]] = []
    for number, row in enumerate(table.rows):
        figures = (GridCell("", name=f"{table.key}.{row.key}.{column.key}") for column in table.columns)
        body.append([*stub_cells(rows, number), *figures])
    return header_rows(columns, depth, corner), body, (0,)


def _line(table: Table) -> tuple[Rows, Rows, tuple[int, ...]]:
    paths = [(*cell.row.label, *cell.column.label) for cell in table.cells]
    figures = tuple(GridCell("", name=cell.name) for cell in table.cells)
    return header_rows(merge_labels(paths), max(map(len, paths)), None), (figures,), (0,)


def _clauses(table: Table) -> tuple[Rows, Rows, tuple[int, ...]]:
    width = table.grid_width
    clauses: dict[str, list[Row]] = {}
    for row in table.rows:
        clauses.setdefault(row.label[0], []).append(row)
    body: list[tuple[GridCell, ...]] = []
    groups = []
    for clause, rows in clauses.items():
        groups.append(len(body))
        columns = rows[0].columns
        spans = [*(1 for _ in columns[1:]), width - len(columns)]
        heads = (GridCell(c.label[-1], columns=span, scope="col") for c, span in zip(columns, spans, strict=True))
        body.append((GridCell(clause, columns=width, scope="rowgroup"),))
        body.append((GridCell(table.corner, scope="col"), *heads))
        for row in rows:
            figures = (
                GridCell("", columns=span, name=f"{table.key}.{row.key}.{column.key}")
                for column, span in zip(columns, spans, strict=True)
            )
            body.append((GridCell(row.label[-1], scope="row"), *figures))
    return (), tuple(body), tuple(groups)
