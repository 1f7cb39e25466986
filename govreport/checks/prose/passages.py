"""Prose as passages: Markdown taken off, letters made alike, every character traceable to where it stood.

What looks like a figure but counts nothing (numbers of documents, articles, hotlines, pages, years in
titles) is covered, so that whatever reads figures never meets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from govreport.checks.prose.packaged import packaged
from govreport.forms import part_words

COVER = "□"
LONGEST = 2_000
"""Letters of a passage: a longer paragraph is read in pieces, so that no text takes long."""
MOST = 40_000
"""Letters of a part that are read; reports have a tenth of it."""
_BLOCK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(?:\d{1,2}(?:\.\d{1,2})*(?:[.、](?!\d)|[ \t])[ \t]*)?(.*)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+")
_MARK = re.compile(r"(?:^|\s)(?:[-*+]|\d{1,2}[.)]|#{1,6})\s+")
ESCAPED = re.compile(r"\\[!-/:-@\[-`{-~]|&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]\w{1,31});")
"""A character that is written in another way: ``\\.``, ``&nbsp;``."""
_NOISE = re.compile(
    rf"(?=[\\&<!\]*`\[\-—–第| \t])(?:{ESCAPED.pattern}|"
    r"<!--.*?-->|</?[a-zA-Z][^<>]{0,200}>|!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)"
    r"|\[\^[^\]\n]{1,40}\]:?|[*`\[]"
    r"|(?<!\d)[-—–][ \t]*\d{1,3}[ \t]*[-—–](?!\d)"
    r"|^[ \t]*\|.*$|第[ \t]*\d+[ \t]*页(?:[ \t，,]*共[ \t]*\d+[ \t]*页)?)",
    re.DOTALL | re.MULTILINE,
)
_WIDE = (wide for wide in map(chr, range(0xFF01, 0xFF5F)) if wide not in "（），：；！？")
_ALIKE = {wide: chr(ord(wide) - 0xFEE0) for wide in _WIDE}
_ALIKE |= zip("();?!﹔﹐﹪–―─", "（）；？！；，%———", strict=True)
_SPACE = re.compile(r"\s+")
_LISTED = re.compile(rf"(?m)^{_ITEM.pattern}")
_GROUPED = re.compile(r"(?<!\d)\d{1,3}(?:，\d{3})+(?!\d)")
_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
_COLON = re.compile(r":(?!\d)|(?<!\d):")
_COUNTING = re.compile(r"[\d〇零一二两三四五六七八九十百千]")


def without_marks(text: str) -> str:
    r"""Return Markdown as words: without marks of emphasis, links and headings, each item of a list on its line.

    >>> without_marks("本年**收到**申请[3件](https://shili.example/)； - 办结2件。")
    '本年收到申请3件；\n办结2件。'
    """
    return _NOISE.sub(shown, _MARK.sub("\n", text)).strip()


def unmarked(quote: str) -> str:
    """Return what a passage quotes as a message shows it: in one line, without marks.

    >>> unmarked("全年<b>收到</b>申请**3**件")
    '全年收到申请3件'
    """
    return " ".join(_NOISE.sub(shown, quote).split())


def shown(mark: re.Match[str]) -> str:
    r"""Return what a page shows of a mark: the character for one that is escaped, or for an entity.

    >>> ESCAPED.sub(shown, r"占52\.6&#37;")
    '占52.6%'
    """
    if not ESCAPED.match(mark[0]):
        return ""
    from markdown_it.common.utils import unescapeAll  # noqa: PLC0415, few texts have any

    return str(unescapeAll(mark[0]))


class Passage(NamedTuple):
    """A paragraph or heading.

    text: letters made alike, without white space, covered where figures count nothing; source: the
    paragraph as written; origin: for each character of the text where it stands in the source.
    heading: the nearest heading above it within the part. uncovered: the text with nothing covered.
    """

    text: str
    source: str
    origin: tuple[int, ...]
    heading: str = ""
    uncovered: str = ""

    def quote(self, start: int, end: int) -> str:
        """Return what stands in the source between two places of the text."""
        start, end = max(start, 0), min(end, len(self.text))
        if start >= end:
            return ""
        last = ESCAPED.match(self.source, self.origin[end - 1])
        return " ".join(self.source[self.origin[start] : last.end() if last else self.origin[end - 1] + 1].split())


@lru_cache(maxsize=32)  # the parts of two filings: several rules read each
def passages(prose: str) -> tuple[Passage, ...]:
    r"""Return the paragraphs of a part's text; a list belongs to the paragraph that announces it.

    >>> [passage.text for passage in passages("## 概况\n\n收到申请 １２ 件：\n\n- 网上5件\n- 信函7件")]
    ['收到申请12件：网上5件；信函7件']
    """
    return tuple(_paragraphs(prose))


def _paragraphs(prose: str) -> Iterator[Passage]:
    heading, pending = "", ""
    for block in _BLOCK.split(prose[:MOST]):
        lines = block.strip("\n").split("\n")
        while lines and (match := HEADING.fullmatch(lines[0].strip())):
            yield from _pieces(pending, heading)
            heading, pending, lines = match[1], "", lines[1:]
        if not any(line.strip() for line in lines):
            continue
        is_list = _ITEM.match(lines[0]) is not None
        if pending and not (is_list and pending.rstrip().endswith(("：", ":"))):
            yield from _pieces(pending, heading)
            pending = ""
        pending = f"{pending}\n" * bool(pending) + "\n".join(lines)
    yield from _pieces(pending, heading)


def _pieces(source: str, heading: str) -> Iterator[Passage]:
    """Yield a paragraph, cut at the ends of sentences where it is very long."""
    while source:
        end = len(source)
        if end > LONGEST:
            end = max(source.rfind(mark, 0, LONGEST) for mark in "。！？；") + 1 or LONGEST
        yield _passage(source[:end], heading)
        source = source[end:]


def _passage(source: str, heading: str) -> Passage:
    marked, patterns = {item.start() for item in _LISTED.finditer(source)}, (_LISTED, _NOISE, _SPACE)
    left_out = sorted((*m.span(), "".join(shown(m).split())) for pattern in patterns for m in pattern.finditer(source))
    pieces, origin, place = list[str](), list[int](), 0
    for start, end, letters in [*left_out, (len(source), len(source), "")]:
        if place < start or (place == start and letters):
            pieces.append(source[place:start] + letters)
            origin += [*range(place, start), *[start] * len(letters)]
        if start in marked and pieces and pieces[-1][-1] not in "，、；：:。（(":
            pieces.append("；")
            origin.append(start)
        place = max(place, end)
    pattern, alikes = _letters()
    alike = pattern.sub(lambda match: alikes[match[0]], "".join(pieces))
    alike = _GROUPED.sub(lambda match: match[0].replace("，", ","), alike)
    alike = _COLON.sub("：", _COMMA.sub("，", alike) if "," in alike else alike)
    return Passage(cover_uncounted(alike), source, tuple(origin), heading, alike)


@cache
def _letters() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return a pattern of letters that are written in several ways, and for each the one that is read."""
    letters = _ALIKE | {chr(letter): chr(read) for letter, read in part_words().simplified.items()}
    return re.compile(f"[{''.join(map(re.escape, letters))}]"), letters


@cache
def _uncounted() -> re.Pattern[str]:
    some = "|".join(packaged("figures")["uncounted"])
    return re.compile(f"(?=[\\d《“〔\\[（{{第热电专邮传hwA-Za-z一二三四五六七])(?:{some})")


def cover_uncounted(text: str) -> str:
    """Return a text of the same length in which digits that count nothing are covered.

    >>> cover_uncounted("依据示政发〔2020〕1号和《2022年公报》公布12件")
    '依据示政发〔□□□□〕□号和《□□□□年公报》公布12件'
    """
    return _uncounted().sub(lambda match: _COUNTING.sub(COVER, match[0]), text)
