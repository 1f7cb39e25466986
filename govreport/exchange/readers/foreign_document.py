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


CELLS = "{} 有来自笔记本单元格的内容，不是资料中的文字，没有读入：{}。"
UNSEEN = "{} 有隐藏、划去或标为删除、附注的文字，没有读入：{}；要读入的，请在原件中恢复后再导入。"
NOTES = "{} 的脚注和尾注没有读入：{}；是报告内容的，请写入正文后再导入。"
ADDED = "{} 的正文比内嵌的数据多出几段，没有读入：{}；是报告内容的，请补入叙述。"
BESIDE = "{}有此处原来没有的内容，没有读入：{}；名称改了的，数字仍按原名读；是报告内容的，请填入各表和各部分的文字。"
"""What is said of text that is not read: what cells of the project's own notebooks show, what nobody sees, notes, what
a page of the project's own shows beyond the data within it, and what somebody put beside the cells of a workbook."""


def left_out(sentence: str, file: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Return the note on texts of a file that are not read, none where nothing stands in them.

    >>> left_out(UNSEEN, "a.html", [" ", "38 件"])
    ('a.html 有隐藏、划去或标为删除、附注的文字，没有读入：“38 件”；要读入的，请在原件中恢复后再导入。',)
    """
    quoted = [f"“{excerpt(text)}”" for text in texts if any(map(str.isalnum, text))]
    return (sentence.format(file, listed(quoted, FEW, "处")),) if quoted else ()
