"""A foreign file as readers give it, whatever its format: paragraphs, grids and pictures in reading order."""

from __future__ import annotations

from dataclasses import dataclass

from govreport.core import Block


@dataclass(frozen=True)
class ForeignDocument:
    """What a file holds, in reading order.

    title: the title that the file itself states (``<title>``, document properties), or empty.
    notes: what the reader had to guess or leave out, Chinese sentences.
    laid_out: whether paragraphs are lines as they were set, broken at the margin.
    """

    blocks: tuple[Block, ...]
    title: str = ""
    notes: tuple[str, ...] = ()
    laid_out: bool = False
