"""Lines that stand at the head or the foot of every page: a browser's date and address, a running title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from govreport.core import Block, Paragraph

MOSTLY, FEWEST_PAGES, MOST_LINES = 0.6, 3, 2
"""Share and number of pages that have a line in the same place, and how many such lines stand at an end of a page."""
SHORTEST = 4
_NUMBER = re.compile(r"\d+")


def without_running_lines(pages: Sequence[list[Block]]) -> list[Block]:
    r"""Return the blocks of pages without lines that stand, but for their numbers, at the same end of most of them.

    >>> from govreport.core import plain_paragraph
    >>> pages = [[plain_paragraph(f"某局年报\\t{n}/3"), plain_paragraph(text)] for n, text in enumerate("甲乙丙", 1)]
    >>> [block.text for block in without_running_lines(pages)]
    ['甲', '乙', '丙']
    """
    kept = [list(page) for page in pages]
    for end in (0, -1):
        for _ in range(MOST_LINES):
            counts = Counter(key for page in kept if page and (key := _key(page[end])))
            running = {key for key, n in counts.items() if n >= max(FEWEST_PAGES, MOSTLY * len(pages))}
            for page in kept:
                if page and _key(page[end]) in running:
                    page.pop(end)
    return [block for page in kept for block in page]


def _key(block: Block) -> str:
    """Return what a line has in common with those of other pages, empty where it may be the header of a table."""
    text = block.text.strip() if isinstance(block, Paragraph) else ""
    return _NUMBER.sub("0", text) if len(text) >= SHORTEST and text.count("\t") < MOST_LINES else ""
