"""Lines that pages carry besides their text: running heads and feet, and the pages' numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise, takewhile

from govreport.core import Block, Paragraph, block_text
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.model import FEW, LONG, LONGEST, MOSTLY

_NUMBER = r"\s*(?:[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d+\s*页(?:[,，/ ]*共\s*\d+\s*页)?)\s*"
_PAGE_NUMBER, _AT_END = re.compile(_NUMBER), re.compile(rf"{_NUMBER}$|\b\d+(?=\s*/\s*\d+$)")
_BARE_NUMBER = re.compile(r"\s*\d{1,3}\s*")
_WIDE, _HANZI = re.compile(r"\s{2,}"), re.compile("[\u4e00-\u9fff]")
SENTENCE_ENDS = "。！？!?；;：:"
MOST_LINES = 2
"""Running lines at an end of a page: a browser's date and address, a running title."""


def is_page_number(line: str, bare: bool = True) -> bool:
    """Return whether a line is a page's number and nothing else; bare: whether a number without marks may be one.

    >>> is_page_number("— 3 —"), is_page_number("第 3 页 共 5 页"), is_page_number("3件")
    (True, True, False)
    """
    return bool(_PAGE_NUMBER.fullmatch(line) or (bare and _BARE_NUMBER.fullmatch(line)))


def without_running_lines(document: ForeignDocument, pages: Sequence[Sequence[Block]]) -> ForeignDocument:
    """Return a document of pages without their numbers and running heads and feet; a note tells of the latter.

    A running line stands at the same place of most pages, alike but for the page's number at its end. What comes as one
    page is as many as it holds numbers of pages; numbers without marks are none where lines were not laid out.

    >>> from govreport.core import plain_paragraph
    >>> pages = [[plain_paragraph(f"某局年报 {n}/3"), plain_paragraph(text)] for n, text in enumerate("甲乙丙", 1)]
    >>> document = without_running_lines(ForeignDocument(()), pages)
    >>> [block.text for block in document.blocks], document.notes
    (['甲', '乙', '丙'], ('有3行在各页的同一处重复，当作页眉、页脚，没有读入：“某局年报 1/3”等。',))
    """
    parts, left = [_parted(page, document.laid_out) for page in pages], list[Block]()
    kept = parts[0] if len(parts) == 1 else [[*chain(*part)] for part in parts]
    for step in (1, -1):
        ends = [[*enumerate(map(_common_text, page[::step][:MOST_LINES]))] for page in kept]
        counts = Counter(key for end in ends for key in end if key[1])
        running = {key for key, n in counts.items() if n >= max(FEW, MOSTLY * len(kept))}
        for page, end in zip(kept, ends, strict=True):
            for _ in takewhile(running.__contains__, end):
                left.append(page.pop(0 if step > 0 else -1))
    told = f"有{len(left)}行在各页的同一处重复，当作页眉、页脚，没有读入：“{excerpt(block_text(left[:1]))}”等。"
    return replace(document, blocks=(*chain(*kept),), notes=(*document.notes, *(told,) * bool(left)))


def _parted(page: Sequence[Block], bare: bool) -> list[list[Block]]:
    """Return what stands between a page's numbers: those with marks, and bare ones that count pages.

    Bare ones do if all that stand alone on a line count up, with more between them than an item of a list has (on the
    last page may be less), and one behind the first parts a sentence.

    >>> from govreport.core import plain_paragraph
    >>> [len(part) for part in _parted([*map(plain_paragraph, ["甲", "- 1 -", "乙", "3", "丙", "第3页"])], True)]
    [1, 3, 0]
    """
    lines = [block.text if isinstance(block, Paragraph) else "" for block in page]
    alone = [n for n, line in enumerate(lines) if bare and _BARE_NUMBER.fullmatch(line)]
    steps = [(int(lines[b]) - int(lines[a]), len("".join(lines[a:b]))) for a, b in pairwise(alone)]
    rising = len(alone) >= FEW and all(step == 1 for step, _ in steps) and min(steps[:-1])[1] > LONGEST
    counting = rising and any(lines[n - 1].strip()[-1:] not in SENTENCE_ENDS for n in alone[1:])
    ends = [n for n, line in enumerate(lines) if is_page_number(line, bare=counting)]
    return [list(page[a + 1 : b]) for a, b in pairwise([-1, *ends, len(page)])]


def _common_text(block: Block) -> str:
    """Return a line without the page's number at its end; nothing where it may be prose or the header of a table."""
    text = _WIDE.sub("\t", block.text.strip()) if isinstance(block, Paragraph) else ""
    is_prose = text.endswith(tuple(SENTENCE_ENDS)) or len(_HANZI.findall(text)) > LONG
    return _AT_END.sub("", text) if len(text) > FEW and text.count("\t") < MOST_LINES and not is_prose else ""
