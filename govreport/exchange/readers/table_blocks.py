"""Tables as a page or a Word document draws them, as grids; those that only lay out a page are taken apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, groupby

from govreport.core import Block, FilingError, Grid, GridCell, GridTooLargeError, placed
from govreport.exchange.readers.bounds import MOST_ITEMS
from govreport.exchange.recognise.cell_values import is_value

BOGUS = 60
"""A cell that spans more columns than this does not make its table wider."""
LONGEST = 800
"""Characters in a cell; a cell with more holds a page, not a figure."""


def grid_blocks(groups: Sequence[Sequence[Sequence[GridCell]]], inner: Sequence[Block], file: str) -> Iterable[Block]:
    """Return a table as a grid, or what is in it when the table only lays out the page.

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
    is_nested = any(isinstance(block, Grid) for block in inner)
    lays_out = is_nested or grid.width < 2 or any(len(cell.text) > LONGEST for cell in grid.cells)
    return inner if lays_out else [with_spans(grid)]


def with_spans(grid: Grid) -> Grid:
    """Return a grid, a cell that is written into each place that it spans made one: of words, or as wide as that above.

    >>> rows = ["合计 合计 3".split(), "3 3 3".split(), "4 5 5".split()]
    >>> cells = (GridCell(text, row, column) for row, line in enumerate(rows) for column, text in enumerate(line))
    >>> [(cell.text, cell.columns) for cell in with_spans(Grid(tuple(cells), 3)).cells]
    [('合计', 2), ('3', 1), ('3', 2), ('3', 1), ('4', 1), ('5', 1), ('5', 1)]
    """
    cells, above = list[GridCell](), dict[int, int]()
    for number, line in enumerate(grid.lines()):
        drawn: list[GridCell] = []
        for _, group in groupby(line, lambda cell: (cell.text, cell.row, cell.rows)):
            same = list(group)
            while same:
                widths = list(accumulate(cell.columns for cell in same))
                wide = above.get(same[0].column, 1) if is_value(same[0].text) else widths[-1]
                count = widths.index(wide) + 1 if wide in widths else 1
                drawn.append(replace(same[0], columns=widths[count - 1]))
                same = same[count:]
        above = {cell.column: cell.columns for cell in drawn}
        cells += (cell for cell in drawn if cell.row == number)
    return replace(grid, cells=tuple(cells))
