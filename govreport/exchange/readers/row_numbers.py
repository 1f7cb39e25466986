"""Columns that number a table's rows (序号, 行次): no figures of the report, and left out before it is read."""

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


def without_row_numbers(document: ForeignDocument, shown: str, catalogue: Catalogue | None = None) -> ForeignDocument:
    """Return a document whose tables of the form have no column that only numbers their rows; notes say so.

    catalogue: the editions that are known, by default the package's.
    """
    labels = _row_labels(catalogue or Catalogue.read())
    blocks: list[Block] = []
    notes: list[str] = []
    seen, before = 0, _Numbering(-1, 0, 0)
    for block in document.blocks:
        kept = block
        if isinstance(block, Grid) and (seen := seen + len(block.cells)) < MOST_CELLS:
            found = _continued(block, before) or _numbering(block, labels)
            if found:
                notes.append(
                    f"{shown} {block.place or '的一张表格'}有一列是行的编号（第{found.column + 1}列），没有读取。"
                )
                kept, before = _without_column(block, found.column), found
        blocks.append(kept)
    return replace(document, blocks=tuple(blocks), notes=(*document.notes, *dict.fromkeys(notes)))


def _continued(grid: Grid, before: _Numbering) -> _Numbering | None:
    """Return the column that goes on counting where that of the table before ended, on the next page."""
    if grid.width != before.width:
        return None
    texts = [plain(cell.text) for cell in grid.cells if cell.column == before.column and cell.columns == 1]
    filled = [text for text in texts if text and text not in NAMES]
    if not filled or not _counts(filled) or int(filled[0]) != before.last + 1:
        return None
    return replace(before, last=int(filled[-1]))


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
        own = [cell for cell in grid.cells if cell.column == column and cell.columns == 1]
        texts = {cell.row: plain(cell.text) for cell in own}
        named = any(_named(cell) for cell in own if cell.row < rows[0])
        numbers = [texts.get(row, "") for row in rows]
        below = [text for row, text in texts.items() if row >= rows[0] and text and text not in NAMES]
        if (named and _only_numbers(below)) or (column < labels_left and len(rows) >= FEWEST and _counts(numbers)):
            return _Numbering(column, grid.width, int(below[-1]) if below[-1].isdigit() else 0)
    return None


def _named(cell: GridCell) -> bool:
    return plain(cell.text) in NAMES


def _only_numbers(texts: Sequence[str]) -> bool:
    """Whether texts are nothing but numbers of rows, which do not fall."""
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
        if cell.column <= column < cell.column + cell.columns:
            if cell.columns > 1:
                cells.append(replace(cell, columns=cell.columns - 1))
        elif cell.column > column:
            cells.append(replace(cell, column=cell.column - 1))
        else:
            cells.append(cell)
    return replace(grid, cells=tuple(cells), width=grid.width - 1)
