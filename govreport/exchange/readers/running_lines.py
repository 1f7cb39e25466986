"""Lines that pages carry besides their text: running heads and feet, and the pages' numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain, pairwise

from govreport.core import Block, Paragraph
from govreport.exchange.recognise.model import FEW, LONGEST, MOSTLY

_PAGE_NUMBER = re.compile(r"\s*(?:[-—–－]\s*\d{1,3}\s*[-—–－]|第\s*\d+\s*页(?:[,，/ ]*共\s*\d+\s*页)?)\s*")
_BARE_NUMBER = re.compile(r"\s*\d{1,3}\s*")
_NUMBER, _WIDE = re.compile(r"\d+"), re.compile(r"\s{2,}")
MOST_LINES = 2
"""Running lines at an end of a page: a browser's date and address, a running title."""


def is_page_number(line: str, bare: bool = True) -> bool:
    """Return whether a line is a page's number and nothing else; bare: whether a number without marks may be one.

    >>> is_page_number("— 3 —"), is_page_number("第 3 页 共 5 页"), is_page_number("3件")
    (True, True, False)
    """
    return bool(_PAGE_NUMBER.fullmatch(line) or (bare and _BARE_NUMBER.fullmatch(line)))


def without_running_lines(pages: Sequence[Sequence[Block]]) -> list[Block]:
    r"""Return the blocks of pages without their numbers, and without heads and feet that recur on most, but for digits.

    What comes as one page is as many as it holds numbers of pages.

    >>> from govreport.core import plain_paragraph
    >>> pages = [[plain_paragraph(f"某局年报\\t{n}/3"), plain_paragraph(text)] for n, text in enumerate("甲乙丙", 1)]
    >>> [block.text for block in without_running_lines(pages)]
    ['甲', '乙', '丙']
    """
    parts = [_parted(page) for page in pages]
    kept = parts[0] if len(parts) == 1 else [[*chain(*part)] for part in parts]
    for end in (0, -1):
        for _ in range(MOST_LINES):
            counts = Counter(key for page in kept if page and (key := _common_text(page[end])))
            running = {key for key, n in counts.items() if n >= max(FEW, MOSTLY * len(kept))}
            for page in kept:
                if page and _common_text(page[end]) in running:
                    page.pop(end)
    return [block for page in kept for block in page]


def _parted(page: Sequence[Block]) -> list[list[Block]]:
    """Return what stands between a page's numbers: those with marks, and bare ones that count pages.

    Bare ones do if all that stand alone on a line rise, with more between them than an item of a list has; on
    the last page may be less.

    >>> from govreport.core import plain_paragraph
    >>> [len(part) for part in _parted([*map(plain_paragraph, ["甲", "- 1 -", "乙", "3", "丙", "第3页"])])]
    [1, 3, 0]
    """
    lines = [block.text if isinstance(block, Paragraph) else "" for block in page]
    bare = [n for n, line in enumerate(lines) if _BARE_NUMBER.fullmatch(line)]
    steps = [(int(lines[b]) - int(lines[a]), len("".join(lines[a:b]))) for a, b in pairwise(bare)]
    counting = len(bare) >= FEW and min(steps)[0] > 0 and all(letters > LONGEST for _, letters in steps[:-1])
    ends = [n for n, line in enumerate(lines) if is_page_number(line, bare=counting)]
    return [list(page[a + 1 : b]) for a, b in pairwise([-1, *ends, len(page)])]


def _common_text(block: Block) -> str:
    """Return a line with its digits replaced, empty where the line may be the header of a table."""
    text = _WIDE.sub("\t", block.text.strip()) if isinstance(block, Paragraph) else ""
    return _NUMBER.sub("0", text) if len(text) > FEW and text.count("\t") < MOST_LINES else ""
