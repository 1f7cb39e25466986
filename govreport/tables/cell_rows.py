"""Build tables from lists of texts, or from rows of HTML or Markdown cells; add missing cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import starmap

from govreport.core import Grid, GridCell, placed
from govreport.tables.printed_table import MOST_CELLS, Rows, display_table
from govreport.tables.text_table import display_width


def list_table(
    key: str,
    caption: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    left: Sequence[int] = (0,),
) -> Grid:
    """Return a list as a display table; the first entry of each line is its row header.

    columns: titles with their relative widths; left: indexes (from 0) of left-aligned columns, usually columns of text.

    >>> table = list_table("demo", "各局", [("机构", 3), ("件", 1)], [("示例局", "3")])
    >>> [cell.text for cell in table.body[0]]
    ['示例局', '3']
    """

    def cell(place: int, text: str) -> GridCell:
        return GridCell(text, scope="" if place else "row", align="left" if place in left else "center")

    head = [GridCell(title, scope="col") for title, _ in columns]
    body = [list(starmap(cell, enumerate(row))) for row in rows]
    return display_table(key, caption, [width for _, width in columns], [head], body, (0,) if body else ())


NARROWEST, WIDEST = 4, 36
"""Limits of a column's relative width; the unit is terminal columns of the column's longest line."""
LONG = 28
"""A column with a longer text (in terminal columns) is left-aligned: centred prose is hard to read."""


def grid_table(head: Rows, body: Rows, caption: str = "") -> Grid:
    """Return a display table from rows of cells with any spans.

    head, body: rows of cells; a cell with a scope is a header. The function cuts spans that overlap or leave
    the table, and fills missing cells with empty ones. pandas writes the names of an index in a row below the
    column labels; these names become headers of the index columns. caption: the text above the table.
    Raises GridTooLargeError if the grid has more than MOST_CELLS places.

    >>> cells = [GridCell("区", scope="col"), GridCell("件数", scope="col", columns=2)]
    >>> table = grid_table([cells], [[GridCell("示例区", scope="row"), GridCell("3")]])
    >>> table.head[0][1].scope, [cell.text for cell in table.body[0]]
    ('colgroup', ['示例区', '3', ''])
    """
    grid = placed(head, body, most=MOST_CELLS)
    rows = list(_filled(grid, len(head) + len(body)))
    above, below = rows[: len(head)], rows[len(head) :]
    stub = min((next((cell.column for cell in row if not cell.scope), 0) for row in below), default=0)
    above = _named_index(above, stub)
    left = {cell.column for row in below for cell in row if cell.columns == 1 and display_width(cell.text) > LONG}
    widths = _widths((*above, *below), grid.width)
    return display_table("grid", caption, widths, _head(above), _body(below, left))


def _filled(grid: Grid, height: int) -> Iterator[list[GridCell]]:
    """Yield the cells that begin in each row, with an empty cell in every uncovered place."""
    lines = [*grid.lines(), *[()] * (height - grid.height)]
    for number, line in enumerate(lines):
        covered = {column for cell in line for column in range(cell.column, cell.column + cell.columns)}
        holes = [GridCell("", number, column) for column in range(grid.width) if column not in covered]
        begun = [cell for cell in line if cell.row == number]
        yield sorted(begun + holes, key=lambda cell: cell.column)


def _named_index(head: list[list[GridCell]], stub: int) -> list[list[GridCell]]:
    """Merge the empty corner cells of a head; if the last row has only index names, move them into the corner."""
    if not stub or len(head) < 2 or any(cell.rows > 1 for row in head for cell in row):
        return head
    corner = [cell.text for row in head[:-1] for cell in row if cell.column < stub]
    names, others = ([cell for cell in head[-1] if (cell.column < stub) is side] for side in (True, False))
    if any(corner) or any(cell.columns > 1 for cell in names):
        return head
    if any(cell.text for cell in names) and not any(cell.text for cell in others):
        joined = [replace(cell, column=n, rows=len(head) - 1) for n, cell in enumerate(names)]
        rows = head[:-1]
    elif any(cell.text for cell in names):
        return head
    else:
        joined, rows = [GridCell("", rows=len(head), columns=stub)], head
    kept = [[cell for cell in row if cell.column >= stub] for row in rows]
    return [joined + kept[0], *kept[1:]]


def _head(rows: Rows) -> Rows:
    """Return the head's rows with scopes."""
    return [[replace(c, scope=("col", "colgroup")[c.columns > 1] if c.text else "") for c in row] for row in rows]


def _body(rows: Rows, left: set[int]) -> Rows:
    """Return body rows with scopes and alignment."""

    def set_cell(cell: GridCell) -> GridCell:
        if cell.scope and cell.text:
            tall = cell.rows > 1
            return replace(cell, scope="rowgroup" if tall else "row", align="center" if tall else "left")
        is_left = not cell.scope and cell.column in left and cell.align == "center"
        return replace(cell, scope="", align="left" if is_left else cell.align)

    return [list(map(set_cell, row)) for row in rows]


def _widths(rows: Iterable[Sequence[GridCell]], width: int) -> list[int]:
    """Return the columns' relative widths by their longest lines; of a text its first 4 * LONG characters count."""
    widths = [NARROWEST] * width
    for cell in (cell for row in rows for cell in row):
        if cell.columns == 1:
            needed = max(map(display_width, cell.text[: 4 * LONG].split("\n")))
            widths[cell.column] = max(widths[cell.column], min(needed, WIDEST))
    return widths
