"""Tables as a page or a Word document draws them, as grids; those that only lay out a page are taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from govreport.core import Block, FilingError, Grid, GridCell, GridTooLargeError, Paragraph, placed
from govreport.exchange.readers.bounds import MOST_ITEMS

BOGUS = 60
"""A cell that spans more columns than this does not make its table wider."""
LONGEST = 800
"""Characters in a cell; a cell with more holds a page, not a figure."""


def cell_text(blocks: Iterable[Block]) -> str:
    """Return the text of a cell that holds blocks: its paragraphs, a line each."""
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))


def grid_blocks(groups: Sequence[Sequence[Sequence[GridCell]]], inner: Sequence[Block], file: str) -> Iterator[Block]:
    """Yield a table as a grid, or what is in it when the table only lays out the page.

    groups: of rows of cells, no cell extending beyond its group; inner: the blocks that all cells hold.
    A layout table has a single column, a table within it, or a cell as long as a page.
    Raises FilingError when it has more than MOST_ITEMS.

    >>> from govreport.core import plain_paragraph
    >>> rows = [[GridCell("件数", columns=99999)], [GridCell("3"), GridCell("")]]
    >>> [grid] = grid_blocks([rows], [plain_paragraph("件数"), plain_paragraph("3")], "a.html")
    >>> grid.width, grid.cells[0].columns, [cell.text for cell in grid.cells]
    (2, 2, ['件数', '3', ''])
    """
    try:
        grid = placed(*groups, most=MOST_ITEMS, bogus=BOGUS)
    except GridTooLargeError:
        height = sum(map(len, groups))
        raise FilingError([f"{file} 中有一张表过大（{height:,} 行），不是年报的表格；请确认选对了文件。"]) from None
    nested = any(isinstance(block, Grid) for block in inner)
    yield from inner if nested or grid.width < 2 or any(len(c.text) > LONGEST for c in grid.cells) else (grid,)
