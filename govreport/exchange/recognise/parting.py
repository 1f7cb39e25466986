"""Running text that holds whole tables, as crawlers save pages: parted at the form's own labels and headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from govreport.core import Block, Paragraph, plain_paragraph
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.labels import labels_of, plain
from govreport.exchange.recognise.model import FEW, LONGEST, MOSTLY
from govreport.exchange.recognise.report_heading import patterns, read_title
from govreport.forms import Catalogue

_HEADING = r"[一二三四五六]、[^。，,；;\d一二三四五六]{2,36}?(?:情况|事项|问题|措施)"
_FIGURES = re.compile(r"[\d.,，/—–\s-]+(?:万元|元|[件项条次])?(?![.．、\d])")


@dataclass(frozen=True)
class PartedText(Paragraph):
    """A paragraph that was parted out of running text."""


def parted(document: ForeignDocument, catalogue: Catalogue) -> ForeignDocument:
    r"""Return a document whose paragraphs that hold whole tables are parted, a row's label and its figures each.

    >>> text = "规章 0 0 0 行政规范性文件 3 0 3 第二十条第（五）项 信息内容 本年处理决定数量 行政许可 4"
    >>> [b.text for b in parted(ForeignDocument((plain_paragraph(text),)), Catalogue.read()).blocks][:2]
    ['规章\t0\t0\t0', '行政规范性文件\t3\t0\t3']
    """
    blocks: list[Block] = []
    for block in document.blocks:
        found = [*_labels(catalogue).finditer(_alike(block.text))] if isinstance(block, Paragraph) else []
        if isinstance(block, Paragraph) and len(found) >= 2 * FEW and _holds_rows(block.text, found):
            blocks += (PartedText(piece.runs) for piece in _pieces(block.text, found))
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _alike(text: str) -> str:
    """Return a text letter by letter as labels are compared."""
    return "".join(flat if len(flat := plain(letter)) == 1 else letter for letter in text)


def _holds_rows(text: str, found: list[re.Match[str]]) -> bool:
    """Whether labels follow each other with nothing but figures between most of them, as in no sentence."""
    between = [text[one.end() : other.start()] for one, other in pairwise(found)]
    bare = sum(not gap.strip() or bool(_FIGURES.fullmatch(gap)) for gap in between)
    return bare >= MOSTLY * len(between) and any(map(str.isdigit, "".join(between)))


@lru_cache
def _labels(catalogue: Catalogue) -> re.Pattern[str]:
    """Return what finds the labels of all forms and the headings of parts, the longest first."""
    words = sorted(map(plain, labels_of(tuple(catalogue.tables()))), key=len, reverse=True)
    headings = "|".join((*map(_spaced, map(plain, catalogue.newest.parts)), _HEADING))
    return re.compile("|".join((f"(?P<heading>{headings})", *map(_spaced, words))))


def _spaced(label: str) -> str:
    """Return a pattern of a label with spaces between its letters, a remark in brackets at its end or not."""
    bare = re.sub(r"\([^()]*\)$", "", label)
    quoted = [r"[“”\"]" if letter in "“”" else re.escape(letter) for letter in bare or label]
    return r"\s*".join(quoted) + (r"(?:\s*\([^()]{0,60}\))?" if bare and bare != label else "")


def _pieces(text: str, found: list[re.Match[str]]) -> Iterator[Paragraph]:
    """Yield the paragraphs that a running text is: prose, headings, and labels with the figures behind them."""
    start = text[: found[0].start()]
    ends = [word.end() for word in re.finditer(r"\S+\s", start) if "报" in word[0]]
    titled = ((end, read_title(start[max(0, end - 2 * LONGEST) : end])) for end in ends)
    titles = [(title.rank, end, title) for end, title in titled if title and title.exact]
    *_, end, title = max(titles, key=lambda one: one[:2], default=((), 0, None))
    if title:
        end = max(end, start.rfind(title.lines[0]) + len(title.lines[0]))  # it may stand there again
        yield from map(plain_paragraph, (*patterns()["data of a page"].findall(start[:end]), *title.lines))
    for piece in patterns()["data of a page"].split(start[end:]):
        yield from _prose(piece)
    for match, after in zip(found, [*found[1:], None], strict=True):
        label = text[match.start() : match.end()].strip()
        behind = text[match.end() : after.start() if after else len(text)]
        figures = _FIGURES.match(behind)
        own = figures[0] if figures and not match["heading"] and any(map(str.isdigit, figures[0])) else ""
        yield plain_paragraph("\t".join((label, *own.strip(" ,，").split())))
        yield from _prose(behind[len(own) :])


def _prose(text: str) -> Iterator[Paragraph]:
    if closing := patterns()["closing"].search(text):
        yield plain_paragraph(text[: closing.start()].strip())
        yield from map(plain_paragraph, " ".join(closing.groups()).split())
    elif any(map(str.isalnum, text)):
        yield plain_paragraph(text.strip())
