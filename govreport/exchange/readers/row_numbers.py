"""Columns that number a table's rows (序号, 行次), which are removed before figures are recognised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from govreport.core import Block, Grid, GridCell
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.cell_values import is_figure, is_value
from govreport.exchange.recognise.labels import nearest, plain
from govreport.forms import Catalogue

NAMES = frozenset({"序号", "行次", "栏次", "编号", "行号", "项次", "顺序号", "序"})
LIKE, FEWEST_LABELS, FEWEST = 0.3, 3, 5
"""Distance of a cell's text to a row's label in a form, cells with one that make a table one of the report's, and how
many rows without a header must be numbered."""
MOST_CELLS = 5_000
"""Cells of all tables up to which they are looked at; the statutory ones have five hundred."""
_NUMBER = re.compile(r"[\d]{1,3}[.、]?|[一二三四五六七八九十]{1,3}|\([\d一二三四五六七八九十]{1,3}\)")


@dataclass(frozen=True)
class _Numbering:
    """A column that numbers rows, how wide its table is, and the last of its numbers."""

    column: int
    width: int
    last: int


def without_row_numbers(document: ForeignDocument, file: str, catalogue: Catalogue | None = None) -> ForeignDocument:
    """Return a document whose tables of the form have no column that only numbers their rows; notes say so.

    catalogue: the editions that are known, by default the package's.
    """
    labels = _row_labels(catalogue or Catalogue.read())
    blocks: list[Block] = []
    notes: dict[str, None] = {}
    seen, before = 0, _Numbering(-1, 0, 0)
    for block in document.blocks:
        own = block
        if isinstance(block, Grid) and (seen := seen + len(block.cells)) < MOST_CELLS:
            numbering = _continued(block, before) or _numbering(block, labels)
            if numbering:
                place = block.place or "的一张表格"
                notes[f"{file} {place}有一列是行的编号（第{numbering.column + 1}列），没有读取。"] = None
                own, before = _without_column(block, numbering.column), numbering
        blocks.append(own)
    return replace(document, blocks=tuple(blocks), notes=(*document.notes, *notes))


def _texts(grid: Grid, column: int) -> dict[int, str]:
    """Return the texts of a column by row."""
    return {cell.row: plain(cell.text) for cell in grid.cells if cell.column == column and cell.columns == 1}


def _continued(grid: Grid, before: _Numbering) -> _Numbering | None:
    """Return the column that continues the numbering of the table before, which a page's end has cut."""
    numbers = [text for text in _texts(grid, before.column).values() if text and text not in NAMES]
    if grid.width != before.width or not numbers or not _counts(numbers) or int(numbers[0]) != before.last + 1:
        return None
    return replace(before, last=int(numbers[-1]))


def _numbering(grid: Grid, labels: tuple[str, ...]) -> _Numbering | None:
    """Return the column of a grid that numbers its rows, None where there is none for certain."""
    values = {(cell.row, cell.column) for cell in grid.cells if is_value(cell.text)}
    beside = [cell for cell in grid.cells if (cell.row, cell.column + cell.columns) in values]
    labelled = [cell for cell in beside if _is_label(cell, labels)]
    if len(labelled) < FEWEST_LABELS:
        return None
    rows = sorted({cell.row for cell in labelled})
    labels_left = min(cell.column for cell in labelled)
    labels_right = max(cell.column + cell.columns for cell in labelled)
    for column in range(min(labels_right + 1, grid.width)):
        texts = _texts(grid, column)
        named = any(text in NAMES for row, text in texts.items() if row < rows[0])
        numbers = [texts.get(row, "") for row in rows]
        below = [text for row, text in texts.items() if row >= rows[0] and text and text not in NAMES]
        if (named and _only_numbers(below)) or (column < labels_left and len(rows) >= FEWEST and _counts(numbers)):
            return _Numbering(column, grid.width, int(below[-1]) if below[-1].isdigit() else 0)
    return None


def _only_numbers(texts: Sequence[str]) -> bool:
    """Whether texts are nothing but row numbers in ascending order."""
    arabic = [int(text) for text in texts if text.isdigit()]
    return bool(texts) and all(map(_NUMBER.fullmatch, texts)) and arabic == sorted(arabic)


def _counts(numbers: Sequence[str]) -> bool:
    """Whether numbers are consecutive from 1, or from where the page before ended, none missing."""
    if not all(text.isascii() and text.isdigit() and len(text) < 4 for text in numbers):
        return False
    first = int(numbers[0])
    return [int(text) for text in numbers] == list(range(first, first + len(numbers)))


def _is_label(cell: GridCell, labels: tuple[str, ...]) -> bool:
    text = cell.text.strip()
    return bool(text) and len(text) < 80 and not is_figure(text) and nearest(text, labels) <= LIKE


@lru_cache
def _row_labels(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple({row.label[-1] for table in catalogue.tables() for row in table.rows})


def _without_column(grid: Grid, column: int) -> Grid:
    """Return a grid without one of its columns; cells over it become narrower."""
    cells = []
    for cell in grid.cells:
        over = cell.column <= column < cell.column + cell.columns
        if not over or cell.columns > 1:
            begin = cell.column - (cell.column > column)
            cells.append(replace(cell, column=begin, columns=cell.columns - over))
    return replace(grid, cells=tuple(cells), width=grid.width - 1)
