"""Prose as passages: Markdown taken off, letters made alike, every character traceable to where it stood.

What looks like a figure but counts nothing (numbers of documents, articles, hotlines, pages, years in
titles) is covered, so that whatever reads figures never meets it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from govreport.checks.prose.words import words

COVER = "□"
_BLOCK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*)")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+")
_NOISE = re.compile(
    r"<!--.*?-->|</?[a-zA-Z][^<>]{0,200}>|!\[[^\]]*\]\([^)]*\)|\]\([^)]*\)|[*`\[]"
    r"|(?<!\d)[-—–][ \t]*\d{1,3}[ \t]*[-—–](?!\d)"
    r"|^[ \t]*\|.*$|第[ \t]*\d+[ \t]*页(?:[ \t，,]*共[ \t]*\d+[ \t]*页)?",
    re.DOTALL | re.MULTILINE,
)
_ALIKE = {ord(wide): chr(ord(wide) - 0xFEE0) for wide in map(chr, range(0xFF01, 0xFF5F))} | {
    ord("("): "（", ord(")"): "）", ord("（"): "（", ord("）"): "）", ord("，"): "，", ord("："): "：", ord("；"): "；",
    ord("！"): "！", ord("？"): "？", ord(";"): "；", ord("?"): "？", ord("!"): "！", ord("～"): "~", ord("、"): "、",
    ord("﹔"): "；", ord("﹐"): "，", ord("％"): "%", ord("﹪"): "%", ord("–"): "—", ord("―"): "—", ord("─"): "—",
}  # fmt: skip
_SPACE = re.compile(r"\s")
_BETWEEN_DIGITS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True)
class Passage:
    """A paragraph.

    text: letters made alike, without white space, covered where figures count nothing; source: the
    paragraph as written; origin: for each character of the text where it stands in the source.
    heading: the nearest heading above it within the part.
    """

    text: str
    source: str
    origin: tuple[int, ...]
    heading: str = ""

    def quote(self, start: int, end: int) -> str:
        """Return what stands in the source between two places of the text."""
        start, end = max(start, 0), min(end, len(self.text))
        return " ".join(self.source[self.origin[start] : self.origin[end - 1] + 1].split()) if start < end else ""


def passages(prose: str) -> Iterator[Passage]:
    r"""Yield the paragraphs of a part's text; a list belongs to the paragraph that announces it.

    >>> [passage.text for passage in passages("## 概况\n\n收到申请 １２ 件：\n\n- 网上5件\n- 信函7件")]
    ['收到申请12件：网上5件；信函7件']
    """
    heading, pending = "", ""
    for block in _BLOCK.split(prose):
        lines = block.strip("\n").split("\n")
        while lines and (match := _HEADING.fullmatch(lines[0].strip())):
            if pending:
                yield _passage(pending, heading)
            heading, pending, lines = match[1], "", lines[1:]
        if not any(line.strip() for line in lines):
            continue
        is_list = _ITEM.match(lines[0]) is not None
        if pending and not (is_list and pending.rstrip().endswith(("：", ":"))):
            yield _passage(pending, heading)
            pending = ""
        pending = f"{pending}\n" * bool(pending) + "\n".join(lines)
    if pending:
        yield _passage(pending, heading)


def _passage(source: str, heading: str) -> Passage:
    kept = list(range(len(source)))
    marks = {match.start() for match in re.finditer(rf"(?m)^{_ITEM.pattern}", source)}
    for pattern in (_NOISE, re.compile(rf"(?m)^{_ITEM.pattern}")):
        for match in pattern.finditer(source):
            for place in range(*match.span()):
                kept[place] = -1
    text, origin = list[str](), list[int]()
    for place, letter in enumerate(source):
        if place in marks and text and text[-1] not in "，、；：。（":
            text.append("；")
            origin.append(place)
        if kept[place] >= 0 and not _SPACE.match(letter):
            text.append(letter)
            origin.append(place)
    alike = "".join(text).translate(_ALIKE).translate(words().simplified)
    alike = re.sub(r"(?<!\d)\d{1,3}(?:，\d{3})+(?!\d)", lambda match: match[0].replace("，", ","), alike)
    alike = re.sub(r",(?!\d{3}(?!\d))|(?<!\d),", "，", alike)
    return Passage(covered(alike), source, tuple(origin), heading)


def covered(text: str) -> str:
    """Return a text of the same length in which digits that count nothing are covered.

    >>> covered("依据示政发〔2020〕1号和《2022年公报》公布12件")
    '依据示政发〔□□□□〕□号和《□□□□年公报》公布12件'
    """
    for pattern in words().uncounted:
        text = pattern.sub(lambda match: re.sub(r"[\d〇零一二两三四五六七八九十百千]", COVER, match[0]), text)
    return text
