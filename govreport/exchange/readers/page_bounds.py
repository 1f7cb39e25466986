"""Bounds of laid-out pages (PDF, OFD): more of them, or more on them, than any report has is refused."""

from __future__ import annotations

from collections.abc import Iterable

from govreport.core import FilingError

MOST_PAGES, MOST_ON_A_PAGE, MOST_IN_ALL = 300, 15_000, 150_000
"""Pages, and characters or drawn objects of a page and of all; real reports have thirty pages of two thousand, a page
with dotted frames thirteen thousand dots."""


def check_pages(pages: int, counts: Iterable[int], file: str) -> None:
    """Raise FilingError for a file that has no page, or too many, or too much on one or on all of them.

    counts: of characters or drawn objects, page by page; file: the file's name in messages.
    """
    if not 0 < pages <= MOST_PAGES:
        raise FilingError([f"{file} 有 {pages} 页，不像一份年报；请确认放对了文件。"])
    total = 0
    for number, count in enumerate(counts, 1):
        total += count
        if total > MOST_IN_ALL:
            raise FilingError([f"{file} 的字符和图形超过 {MOST_IN_ALL:,} 个，不像一份年报；请确认放对了文件。"])
        if count > MOST_ON_A_PAGE:
            what = f"{file} 第{number}页有 {count:,} 个字符或图形"
            raise FilingError([f"{what}，不像一份年报；请确认放对了文件。"])
