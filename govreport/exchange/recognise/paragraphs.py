"""Paragraphs of prose out of a document's blocks: lines joined where the page broke them, Markdown kept off."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from govreport.core import Grid
from govreport.exchange.recognise.model import LONG, SLIP

_SPACES = re.compile(r"[ \t\u00a0\u2002-\u200a\u202f\u3000]+")
_BETWEEN_HANZI = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”‘’—…·]) | (?=[\u3000-\u9fff\uff00-\uffef“”‘’—…·])")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|])")
_LINE_START = re.compile(r"^([#+\-=~]+|\d{1,9}[.)](?=\s))")
FULL = 1 - SLIP
"""A line that is so long, of the longest, goes on in the next one."""
_ENDS = "。！？!?；;：:…”）)》.、 "
_HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d))"
)


def tidy(text: str) -> str:
    """Return a paragraph's text with the spaces that setting left between characters taken out.

    >>> tidy("　　2023 年，电 话 ：021 号 A B")
    '2023年，电话：021号A B'
    """
    return _BETWEEN_HANZI.sub("", _SPACES.sub(" ", text.replace("\n", " "))).strip()


def width(text: str) -> int:
    """Return how wide a text is set, in halves of a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


def join_lines(lines: Sequence[str]) -> list[str]:
    """Return paragraphs from lines that were broken at a margin.

    A line goes on in the next one when it is nearly as long as the longest and the next one is not indented.

    >>> join_lines(["　　甲乙丙丁戊己庚辛壬", "癸。", "　　子丑。"])
    ['甲乙丙丁戊己庚辛壬癸。', '子丑。']
    """
    measured = [width(line.rstrip()) for line in lines]
    indents = [len(line) - len(line.lstrip()) for line in lines]
    usual = sorted(measured)[int(len(measured) * FULL)] if measured else 0
    base = min(indents, default=0)
    indented = 2 * sum(indent > base for indent in indents) < len(indents) and any(indent > base for indent in indents)
    found: list[str] = []
    for number, line in enumerate(lines):
        goes_on = number > 0 and measured[number - 1] >= FULL * usual
        starts = (indented and indents[number] > base) or (_HEADING.match(line.strip()) and not indented)
        if goes_on and not starts:
            found[-1] += line.strip()
        else:
            found.append(line.strip())
    return found


def join_cut(paragraphs: Sequence[str]) -> tuple[list[str], int]:
    """Return paragraphs with those joined that were cut inside a sentence, and how many cuts there were.

    >>> join_cut(["甲" * 40 + "的", "乙。", "丙。"])[1]
    1
    """
    found: list[str] = []
    cuts = 0
    for paragraph in paragraphs:
        if found and len(found[-1]) >= LONG and found[-1][-1] not in _ENDS and not _HEADING.match(paragraph):
            found[-1] += paragraph
            cuts += 1
        else:
            found.append(paragraph)
    return found, cuts


def as_markdown(text: str) -> str:
    r"""Return a text as Markdown that shows just it: no mark of it becomes a heading, a list or an expression.

    >>> as_markdown("# 共*3*项"), as_markdown("{{ x }}")
    ('\\# 共\\*3\\*项', '{ { x } }')
    """
    text = _MARKDOWN.sub(r"\\\1", text.replace("{{", "{ {").replace("}}", "} }"))
    return _LINE_START.sub(lambda match: match[0][:-1] + "\\" + match[0][-1], text)


def grid_as_markdown(grid: Grid) -> str:
    """Return a table of the office's own as a Markdown table, its spans resolved by repetition."""
    rows: list[list[str]] = []
    for line in grid.lines():
        drawn = {n: cell.text for cell in line for n in range(cell.column, cell.column + cell.columns)}
        rows.append([as_markdown(tidy(drawn.get(n, ""))) for n in range(grid.width)])
    rows[1:1] = [["---"] * grid.width]
    return "\n".join(f"| {' | '.join(texts)} |" for texts in rows if grid.cells)
