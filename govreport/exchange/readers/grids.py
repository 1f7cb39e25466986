"""Cells as a page or a Word document draws them, put into places; tables that only lay out a page are taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from govreport.core import FilingError
from govreport.exchange.readers.page import Block, Grid, GridCell, Paragraph

MOST_PLACES = 300_000
"""Places of a grid, rows times columns; the statutory tables have three hundred."""
WIDEST = 1000
"""Columns that a cell may span, as in browsers."""
BOGUS = 60
"""A cell that spans more columns than this does not make its table wider."""
LONGEST = 800
"""Characters in a cell; a cell with more holds a page, not a figure."""


@dataclass(frozen=True)
class Drawn:
    """A cell as it is drawn: what is in it, and how far it says that it extends.

    rows: 0 for all rows below, as in HTML.
    """

    blocks: tuple[Block, ...]
    rows: int = 1
    columns: int = 1

    @property
    def text(self) -> str:
        """Its paragraphs, a line each."""
        return "\n".join(block.text for block in self.blocks if isinstance(block, Paragraph))


def grid_blocks(rows: Sequence[Sequence[Drawn]], shown: str) -> Iterator[Block]:
    """Yield a table as a grid, or what is in it when the table only lays out the page.

    A layout table has a single column, a table within it, or a cell as long as a page. Pictures follow their grid.
    Raises FilingError when it has more than MOST_PLACES.

    >>> cell = Drawn((Paragraph("件数"),), columns=99999)
    >>> [grid] = grid_blocks([[cell], [Drawn((Paragraph("3"),)), Drawn(())]], "a.html")
    >>> grid.width, grid.cells[0].columns, [cell.text for cell in grid.cells]
    (2, 2, ['件数', '3', ''])
    """
    inner = [block for row in rows for drawn in row for block in drawn.blocks]
    cells, width = _placed(rows, shown)
    if width < 2 or any(isinstance(block, Grid) for block in inner) or any(len(cell.text) > LONGEST for cell in cells):
        yield from inner
        return
    yield Grid(tuple(cells), width)
    yield from (block for block in inner if not isinstance(block, Paragraph))


def _placed(rows: Sequence[Sequence[Drawn]], shown: str) -> tuple[list[GridCell], int]:
    """Give every cell a place as browsers do, its spans cut to what is free."""
    placed: list[GridCell] = []
    taken: list[int] = []
    """The first row in which each column is free."""
    width = 0
    for number, row in enumerate(rows):
        column = 0
        for drawn in row:
            while column < len(taken) and taken[column] > number:
                column += 1
            span = max(1, min(drawn.columns, WIDEST))
            taken += [0] * (column + span - len(taken))
            span = next((n for n in range(1, span) if taken[column + n] > number), span)
            depth = min(drawn.rows if drawn.rows > 0 else len(rows), len(rows) - number)
            taken[column : column + span] = [number + depth] * span
            placed.append(GridCell(drawn.text, number, column, depth, span))
            width = max(width, column + (span if span <= BOGUS else 1))
            column += span
            if width * len(rows) > MOST_PLACES:
                raise FilingError([f"{shown} 中有一张表过大（{len(rows):,} 行），不是年报的表格；请确认选对了文件。"])
    cut = [GridCell(c.text, c.row, c.column, c.rows, min(c.columns, width - c.column)) for c in placed]
    return cut, width
