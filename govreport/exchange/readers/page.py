"""A document as readers give it, whatever its format: paragraphs, grids and pictures in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from govreport.core import Grid


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
