"""A document as readers give it, whatever its format: paragraphs, grids and pictures in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of text, without line breaks inside.

    heading: the level of a heading that is marked as one (``<h1>``, a style of Word's), 0 for others.
    pieces: where a line was set with wide gaps, its pieces with the middle of each from the left, in points.
    """

    text: str
    heading: int = 0
    pieces: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class GridCell:
    """A cell of a grid as it was drawn: its text (lines separated by line feeds), its place and how far it extends.

    row, column: of its top left corner, from 0; rows, columns: how many it spans.
    """

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True)
class Grid:
    """A table as it was drawn; cells row by row, each once, at its top left corner.

    width: how many columns. place: where it stands, for messages (``第3页``), empty when the format does not tell.
    """

    cells: tuple[GridCell, ...]
    width: int
    place: str = ""

    @cached_property
    def height(self) -> int:
        """How many rows the grid has."""
        return max((cell.row + cell.rows for cell in self.cells), default=0)

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
        for line in found:
            yield tuple(sorted(line, key=lambda cell: cell.column))


@dataclass(frozen=True)
class Picture:
    """A picture, of which nothing can be read.

    width, height: in points, 0 where unknown: a seal is small, a scanned table is not.
    """

    width: float = 0
    height: float = 0


Block = Paragraph | Grid | Picture


@dataclass(frozen=True)
class Document:
    """What a file holds, in reading order.

    title: the title that the file itself states (``<title>``, document properties), or empty.
    notes: what the reader had to guess or leave out, Chinese sentences.
    laid_out: whether paragraphs are lines as they were set, broken at the margin.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    laid_out: bool = False
