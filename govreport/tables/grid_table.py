"""A table that comes as rows of cells, from HTML or Markdown: spans made to fit, holes filled, headers tied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from govreport.tables.display_table import MOST_CELLS, DisplayTable, Rows, TableCell
from govreport.tables.text_table import display_width

NARROWEST, WIDEST = 4, 36
"""Relative widths of columns, in terminal columns of their longest line."""
LONG = 28
"""A column with a longer text is set flush left: centred lines of prose are hard to read."""

Placed = tuple[int, TableCell]
"""A cell and the column in which it begins."""


class TableTooLargeError(ValueError):
    """A table has more places than anybody could read or print."""


def grid_table(
    head: Sequence[Sequence[TableCell]], body: Sequence[Sequence[TableCell]], caption: str = ""
) -> DisplayTable:
    """Return rows of cells as a display table, whatever their spans.

    head, body: rows of cells; a header cell has any scope. Spans are cut where they would overlap or leave
    the table, missing cells are empty; names of an index below the columns' labels, as pandas writes them,
    become headers of the index. caption: printed above.
    Raises TableTooLargeError when the grid has more than MOST_CELLS.

    >>> cells = [TableCell("区", scope="col"), TableCell("件数", scope="col", colspan=2)]
    >>> table = grid_table([cells], [[TableCell("示例区", scope="row"), TableCell("3")]])
    >>> table.head[0][1].scope, [cell.text for cell in table.body[0]]
    ('colgroup', ['示例区', '3', ''])
    """
    above, below = _placed(head), _placed(body)
    width = max((column + cell.colspan for row in (*above, *below) for column, cell in row), default=0)
    if width * (len(above) + len(below)) > MOST_CELLS:
        raise TableTooLargeError
    above, below = list(_filled(above, width)), list(_filled(below, width))
    stub = min((_stub(row) for row in below), default=0)
    above = _named_index(above, stub)
    tied = len(above) > 1 or stub > 1 or any(cell.colspan > 1 for row in above for _, cell in row)
    head_cells, columns = _columns(above, width, tied)
    left = {c for row in below for c, cell in row if cell.colspan == 1 and display_width(cell.text) > LONG}
    widths = _widths((*above, *below), width)
    return DisplayTable("grid", caption, widths, head_cells, _body(below, columns, tied, left))


def _placed(rows: Sequence[Sequence[TableCell]]) -> list[list[Placed]]:
    """Give every cell a place as HTML does, its spans cut to what is free."""
    taken: list[set[int]] = [set() for _ in rows]
    placed: list[list[Placed]] = []
    places = 0
    for number, row in enumerate(rows):
        column = 0
        placed.append([])
        for cell in row:
            while column in taken[number]:
                column += 1
            span = next((n for n in range(1, cell.colspan) if column + n in taken[number]), cell.colspan)
            depth = min(cell.rowspan, len(rows) - number)
            places += span * depth
            if places > MOST_CELLS:
                raise TableTooLargeError
            for below in taken[number : number + depth]:
                below.update(range(column, column + span))
            placed[-1].append((column, replace(cell, colspan=span, rowspan=depth)))
            column += span
    return placed


def _filled(rows: Sequence[Sequence[Placed]], width: int) -> Iterator[list[Placed]]:
    """Yield rows with an empty cell in every place that nothing covers."""
    covered = [0] * width
    for row in rows:
        begun = dict(row)
        for column, cell in row:
            covered[column : column + cell.colspan] = [cell.rowspan] * cell.colspan
        begun |= {column: TableCell("") for column in range(width) if not covered[column]}
        yield sorted(begun.items())
        covered = [max(0, left - 1) for left in covered]


def _stub(row: Sequence[Placed]) -> int:
    """Return in which column a body row's first figure begins."""
    return next((column for column, cell in row if not cell.scope), 0)


def _named_index(head: list[list[Placed]], stub: int) -> list[list[Placed]]:
    """Join the empty corner of a head of several rows; a last row that only names the index goes into it."""
    if not stub or len(head) < 2 or any(cell.rowspan > 1 for row in head for _, cell in row):
        return head
    corner = [cell.text for row in head[:-1] for column, cell in row if column < stub]
    names, others = ([cell for column, cell in head[-1] if (column < stub) is side] for side in (True, False))
    if any(corner) or any(cell.colspan > 1 for cell in names):
        return head
    if any(cell.text for cell in names) and not any(cell.text for cell in others):
        joined = [(n, replace(cell, rowspan=len(head) - 1)) for n, cell in enumerate(names)]
        rows = head[:-1]
    elif any(cell.text for cell in names):
        return head
    else:
        joined, rows = [(0, TableCell("", rowspan=len(head), colspan=stub))], head
    kept = [[(column, cell) for column, cell in row if column >= stub] for row in rows]
    return [joined + kept[0], *kept[1:]]


def _columns(head: Sequence[Sequence[Placed]], width: int, tied: bool) -> tuple[Rows, list[tuple[str, ...]]]:
    """Return the head's rows with scopes, and for each column the ids of its headers."""
    ids: list[tuple[str, ...]] = [()] * width
    rows = []
    for number, row in enumerate(head):
        cells = []
        for column, cell in row:
            name = f"c{number}-{column}" if tied and cell.text else ""
            scope = ("colgroup" if cell.colspan > 1 else "col") if cell.text else ""
            cells.append(replace(cell, scope=scope, id=name))
            for place in range(column, column + cell.colspan) if name else ():
                ids[place] = (*ids[place], name)
        rows.append(tuple(cells))
    return tuple(rows), ids


def _body(rows: Iterable[Sequence[Placed]], columns: Sequence[tuple[str, ...]], tied: bool, left: set[int]) -> Rows:
    """Return body rows with scopes, ids and headers."""
    made = []
    open_labels: list[tuple[int, str]] = []
    for number, row in enumerate(rows):
        cells = []
        for column, cell in row:
            if cell.scope and cell.text:
                name = f"r{number}-{column}" if tied else ""
                scope = "rowgroup" if cell.rowspan > 1 else "row"
                align = "center" if cell.rowspan > 1 else "left"
                cells.append(replace(cell, scope=scope, id=name, align=align))
                open_labels.append((number + cell.rowspan, name))
            else:
                cells.append(replace(cell, scope=""))
        open_labels = [(end, name) for end, name in open_labels if end > number]
        labels = tuple(name for _, name in open_labels if name)
        for place, (column, cell) in enumerate(row):
            if not cell.scope:
                align = "left" if column in left and cell.align == "center" else cell.align
                cells[place] = replace(cell, headers=(*labels, *columns[column]) if tied else (), align=align)
        made.append(tuple(cells))
    return tuple(made)


def _widths(rows: Iterable[Sequence[Placed]], width: int) -> tuple[int, ...]:
    """Return relative widths by each column's longest line."""
    widths = [NARROWEST] * width
    for column, cell in (placed for row in rows for placed in row):
        if cell.colspan == 1:
            longest = max(display_width(line) for line in cell.text[: 4 * LONG].split("\n"))
            widths[column] = max(widths[column], min(longest, WIDEST))
    return tuple(widths)
