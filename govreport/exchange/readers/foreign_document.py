"""A foreign file as readers give it, whatever its format: paragraphs, grids and pictures in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from govreport.core import Block, listed
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.recognise.model import FEW


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


def cells_told(file: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the note on what a page of the project's own shows of its notebook, none where it shows nothing of it.

    texts: of what is marked so.
    """
    cells = [f"“{excerpt(told)}”" for text in texts if (told := " ".join(text.split()))]
    told = f"{file} 有来自笔记本单元格的内容，不是资料中的文字，没有读入：{listed(cells, FEW, '处')}。"
    return (told,) if cells else ()
