"""Bounds of laid-out pages (PDF, OFD): more of them, or more on them, than any report has is refused."""

from __future__ import annotations

from dataclasses import dataclass

from govreport.core import FilingError

MOST_PAGES, MOST_ON_A_PAGE, MOST_IN_ALL = 300, 15_000, 150_000
"""Pages, and characters or drawn objects of one and of all; real reports have thirty pages of two thousand."""


def check_pages(count: int, file: str) -> None:
    """Raise FilingError for a file that has no page, or too many; file: its name in messages."""
    if not 0 < count <= MOST_PAGES:
        raise FilingError([f"{file} 有 {count} 页，不像一份年报；请确认放对了文件。"])


@dataclass
class Tally:
    """Counts characters and drawn objects page by page; file: the file's name in messages."""

    file: str
    page: int = 0
    on_page: int = 0
    in_all: int = 0

    def begin(self, page: int) -> None:
        """Begin to count a page, or to count it anew."""
        self.in_all -= self.on_page if page == self.page else 0
        self.page, self.on_page = page, 0

    def add(self, count: int) -> None:
        """Count more; raises FilingError when it is too much."""
        self.on_page += count
        self.in_all += count
        if self.in_all > MOST_IN_ALL:
            raise FilingError([f"{self.file} 的字符和图形超过 {MOST_IN_ALL:,} 个，不像一份年报；请确认放对了文件。"])
        if self.on_page > MOST_ON_A_PAGE:
            what = f"{self.file} 第{self.page}页有 {self.on_page:,} 个字符或图形"
            raise FilingError([f"{what}，不像一份年报；请确认放对了文件。"])
