"""Paragraphs of prose out of a document's blocks: lines joined where the page broke them, Markdown kept off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from govreport.core import Grid
from govreport.exchange.recognise.model import LONG, SLIP

_SPACES = re.compile(r"[ \t\u00a0\u2002-\u200a\u202f\u3000]+")
_BETWEEN_HANZI = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef“”‘’—…·]) | (?=[\u3000-\u9fff\uff00-\uffef“”‘’—…·])")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|])")
_LINE_START = re.compile(r"^([#+\-=~]+|\d{1,9}[.)](?=\s))")
FULL = 1 - SLIP
"""A line that reaches so far, of the margin, goes on in the next one."""
_ENDS = "。！？!?；;：:…”）)》.、 "
HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d))"
)


def tidy(text: str) -> str:
    """Return a paragraph's text with the spaces that setting left between characters taken out.

    >>> tidy("　　2023 年，电 话 ：021 号 A B")
    '2023年，电话：021号A B'
    """
    return _BETWEEN_HANZI.sub("", _SPACES.sub(" ", text.replace("\n", " "))).strip()


def going_on(lines: Sequence[str], ends: Sequence[float]) -> Iterator[bool]:
    """Yield of each line of a page whether it goes on in the paragraph of the line before.

    It does when that one reaches the margin and has more text than indent, and this one is not indented as a paragraph
    begins. Where paragraphs are not indented, a heading's number begins one. ends: where each line ends, from the left.

    >>> list(going_on(["　　甲乙丙丁戊己庚辛壬", "癸。", "　　子丑。"], [22, 4, 10]))
    [False, True, False]
    """
    indents = [len(line) - len(line.lstrip()) for line in lines]
    base, deep = (sorted(indents)[int(len(lines) * share)] if lines else 0 for share in (SLIP, FULL))
    margin = FULL * sorted(ends)[int(len(ends) * FULL)] if ends else 0.0
    first = 0
    for number, line in enumerate(lines):
        above, indent = lines[number - 1], indents[number]
        is_full = number and ends[number - 1] >= margin and 2 * indents[number - 1] < len(above)
        hangs = indent > indents[first] and above[-1:] not in "。！？"
        begins = indent > base and not hangs if deep > base else HEADING.match(line.strip()) or above.endswith("。")
        first = first if is_full and not begins else number
        yield first < number


def is_cut(above: str, below: str) -> bool:
    """Return whether a paragraph was cut inside a sentence, which the one below ends.

    >>> is_cut("甲" * 40 + "的", "乙。"), is_cut("乙。", "丙。")
    (True, False)
    """
    return len(above) >= LONG and above[-1] not in _ENDS and not HEADING.match(below)


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
