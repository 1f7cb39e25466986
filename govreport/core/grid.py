"""A grid of cells with spans: how files draw their tables, how pages print them, and where each cell stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from govreport.core.errors import GovReportError

WIDEST = 1000
"""Columns that a cell may span, as in browsers."""


class GridTooLargeError(GovReportError, ValueError):
    """A grid has more places than its reader allows."""


@dataclass(frozen=True)
class GridCell:
    """A cell of a grid: its text (lines separated by line feeds), its place and how far it extends.

    row, column: of its top left corner, from 0; both are 0 before the cell is placed.
    rows, columns: how many it spans; before the cell is placed, 0 rows are all that follow.

    What a printed cell says besides:

    scope: empty for a figure, else what a header cell heads: ``col``, ``row``, ``colgroup``, ``rowgroup``.
    name: the filing's cell that stands here, or empty.
    mark: ``suspect`` for a figure that is probably wrong, ``involved`` for one in a sum that does not
    hold; note: why, in words.
    """

    text: str
    row: int = 0
    column: int = 0
    rows: int = 1
    columns: int = 1
    scope: str = ""
    align: str = "center"
    name: str = ""
    mark: str = ""
    note: str = ""


GridRows = tuple[tuple[GridCell, ...], ...]
"""The cells that begin in each row."""


@dataclass(frozen=True)
class Grid:
    """A table: cells row by row, each once, at its top left corner.

    width: how many columns. place: where it stands in a file that was read, for messages (``第3页``), else empty.

    What a printed table says besides:

    key: its name; caption; widths: relative column widths; depth: how many rows are its head,
    which repeats on each page; groups: numbers of body rows that begin a group. numbered: whether a number stands
    before its caption, among those of the page.
    """

    cells: tuple[GridCell, ...]
    width: int
    place: str = ""
    key: str = ""
    caption: str = ""
    widths: tuple[int, ...] = ()
    depth: int = 0
    groups: tuple[int, ...] = (0,)
    numbered: bool = False

    @cached_property
    def height(self) -> int:
        """How many rows the grid has."""
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @property
    def head(self) -> GridRows:
        """The header rows, each as the cells that begin in it."""
        return self._rows[: self.depth]

    @property
    def body(self) -> GridRows:
        """The rows below the head, each as the cells that begin in it."""
        return self._rows[self.depth :]

    @cached_property
    def _rows(self) -> GridRows:
        return tuple(tuple(c for c in line if c.row == row) for row, line in enumerate(self.lines()))

    def lines(self) -> Iterator[tuple[GridCell, ...]]:
        """Yield the cells of each row from left to right, those included that extend into it from above.

        >>> tall, right = GridCell("三", 0, 0, rows=2), GridCell("（一）", 0, 1)
        >>> [len(line) for line in Grid((tall, right, GridCell("（二）", 1, 1)), 2).lines()]
        [2, 2]
        """
        found: list[list[GridCell]] = [[] for _ in range(self.height)]
        for cell in self.cells:
            for row in range(cell.row, cell.row + cell.rows):
                found[row].append(cell)
        yield from (tuple(sorted(line, key=lambda cell: cell.column)) for line in found)


class TakenPlaces:
    """The places of a grid that are taken already, when its cells are placed row by row from above."""

    def __init__(self) -> None:
        """Begin with a grid that is empty."""
        self._free_from: list[int] = []
        """The first row in which each column is free."""

    def next_free(self, row: int, column: int = 0) -> int:
        """Return the first column of a row, from one on, that is free."""
        while column < len(self._free_from) and self._free_from[column] > row:
            column += 1
        return column

    def take(self, row: int, column: int, rows: int, columns: int) -> int:
        """Take the places of a cell that begins in a free one, and return how many columns are free for it."""
        taken = self._free_from
        taken += [0] * (column + columns - len(taken))
        free = next((n for n in range(1, columns) if taken[column + n] > row), columns)
        taken[column : column + free] = [row + rows] * free
        return free


def placed(
    *groups: Sequence[Sequence[GridCell]], most: int | None = None, widest: int = WIDEST, bogus: int | None = None
) -> Grid:
    """Give every cell a place as browsers do (WHATWG HTML, 4.9.12.1): the first free one, spans cut to what is free.

    groups: of rows of cells that have no place yet; no cell extends beyond its group.
    most: places that the grid may have, rows times columns. widest: columns that a cell may span.
    bogus: a cell that spans more columns than this does not make its grid wider.
    Raises GridTooLargeError when there are more places than `most`.

    >>> grid = placed([[GridCell("三", rows=0), GridCell("（一）")], [GridCell("（二）", columns=9)]], bogus=8)
    >>> [(cell.row, cell.column, cell.rows, cell.columns) for cell in grid.cells]
    [(0, 0, 2, 1), (0, 1, 1, 1), (1, 1, 1, 1)]
    """
    cells, taken = list[GridCell](), TakenPlaces()
    height, width, top = sum(map(len, groups)), 0, 0
    for group in groups:
        for number, row in enumerate(group, top):
            column = 0
            for cell in row:
                column, below = taken.next_free(number, column), top + len(group) - number
                rows = min(cell.rows, below) if cell.rows > 0 else below
                columns = taken.take(number, column, rows, max(1, min(cell.columns, widest)))
                width = max(width, column + (1 if bogus and columns > bogus else columns))
                if most and width * height > most:
                    raise GridTooLargeError(f"表超过{most:,}格，不能排入；请先汇总或筛选。")
                cells.append(replace(cell, row=number, column=column, rows=rows, columns=columns))
                column += columns
        top += len(group)
    cut = (replace(c, columns=width - c.column) if c.column + c.columns > width else c for c in cells)
    return Grid(tuple(cut), width)
