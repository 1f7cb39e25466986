"""Rows of a grid that are no rows of a table: captions, headings and prose that were drawn or typed into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from govreport.core import Block, Grid, GridCell, plain_paragraph
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.cell_values import is_value
from govreport.exchange.recognise.labels import nearest
from govreport.forms import editions

LIKE = 0.3


def unframed(document: ForeignDocument) -> ForeignDocument:
    """Return a document in which a row that holds nothing but one text that no row of a form has is a paragraph.

    So is a row of one cell as wide as its grid, whatever it says.

    >>> title, figure = GridCell("甲表", 0, 0, columns=2), GridCell("3", 1, 0)
    >>> grid = Grid((title, figure, GridCell("4", 1, 1)), 2)
    >>> [type(block).__name__ for block in unframed(ForeignDocument((grid,))).blocks]
    ['Paragraph', 'Grid']
    """
    blocks: list[Block] = []
    for block in document.blocks:
        blocks += _unframed(block) if isinstance(block, Grid) else [block]
    return replace(document, blocks=tuple(blocks))


def _unframed(grid: Grid) -> Iterator[Block]:
    start = 0
    for row, line in enumerate([*grid.lines(), ()]):
        text = _alone(line, grid.width)
        if not text and row < grid.height:
            continue
        if kept := tuple(replace(cell, row=cell.row - start) for cell in grid.cells if start <= cell.row < row):
            yield replace(grid, cells=kept)
        start = row + 1
        yield from (plain_paragraph(piece) for piece in text.split("\n") if piece.strip())


def _alone(line: tuple[GridCell, ...], width: int) -> str:
    """Return the text of a row that is a paragraph, else an empty text."""
    filled = [cell for cell in line if cell.text.strip()]
    if len(filled) != 1 or filled[0].rows > 1 or filled[0].column or is_value(filled[0].text):
        return ""
    text = filled[0].text
    whole = len(line) == 1 and filled[0].columns == width
    return text if whole or nearest(text, _row_labels()) > LIKE else ""


@lru_cache
def _row_labels() -> tuple[str, ...]:
    rows = [row for form in editions().values() for table in form.tables.values() for row in table.rows]
    return tuple({label for row in rows for label in row.label})
