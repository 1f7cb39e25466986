"""Bounds of foreign files, far beyond what reports have, so that a hostile file costs bounded time and memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from govreport.core import FilingError, GovReportError

MEGABYTE = 1_000_000
LIMIT = 50 * MEGABYTE
"""Bytes of a file, of a part of it unpacked, of a stream of a PDF; reports have a hundredth, a scanned page half."""
MOST_UNPACKED = 1_000 * MEGABYTE
"""Bytes of all streams of a PDF; a report of thirty scanned pages has most of them."""
MOST_RATIO = 300
"""Bytes of a part larger than a megabyte to each packed one; reports have tens at most."""
MOST_CHARACTERS = 9_500_000
"""Characters of a page; beyond ten million the parser would stop within a text in silence."""
MOST_TAGS = 500_000
"""Tags of a page, of a part, of all parts of a workbook; a report pasted from Word has thirty thousand."""
MOST_ATTRIBUTES = 300
"""Attributes of a tag, of which the parser compares each with all others; pages have a dozen."""
MOST_RULES = 20
"""Rules of a page's style sheets for one class or id, and styles of Word that are based on each other; pages have one
to three, Word allows eleven."""
MOST_ITEMS = 100_000
"""Places of tables, texts that cells share, lines of a text, and texts that are kept with what was found of them, which
are those of one document; reports have a hundredth."""
MOST_PARTS = 10_000
"""Files in a container and streams of a PDF; a report of thirty scanned pages has a hundredth."""
CHUNK = io.DEFAULT_BUFFER_SIZE
"""Bytes that are looked at together: unpacked at once, at a PDF's ends, at the beginning of a part or a style sheet."""
MOST_PAGES, MOST_ON_A_PAGE, MOST_IN_ALL = 300, 15_000, 150_000
"""Pages, and characters or drawn objects of a page and of all; real reports have thirty pages of two thousand, a page
with dotted frames thirteen thousand dots."""


def at_most(count: int, most: int, told: str) -> None:
    """Raise FilingError for more of something than any report has; told: the file and how much there is, in Chinese."""
    if count > most:
        raise FilingError([f"{told}，不像一份年报；请确认放对了文件。"])


def check_pages(pages: int, counts: Iterable[int], file: str) -> None:
    """Raise FilingError for a laid-out file that has no page, or too many, or too much on one or on all of them.

    counts: of characters or drawn objects, page by page; file: the file's name in messages.
    """
    at_most(pages or MOST_PAGES + 1, MOST_PAGES, f"{file} 有 {pages} 页")
    total = 0
    for number, count in enumerate(counts, 1):
        total += count
        at_most(total, MOST_IN_ALL, f"{file} 的字符和图形超过 {MOST_IN_ALL:,} 个")
        at_most(count, MOST_ON_A_PAGE, f"{file} 第{number}页有 {count:,} 个字符或图形")


@contextmanager
def damage_told(file: str, what: str) -> Iterator[None]:
    """Raise whatever a broken file makes a library raise as FilingError; what: the kind of file, in Chinese.

    >>> with damage_told("年报.pdf", " PDF "):
    ...     raise KeyError
    Traceback (most recent call last):
    govreport.core.errors.FilingError: 年报.pdf 不完整或已损坏，不能作为 PDF 打开；请重新下载或另存。
    """
    try:
        yield
    except GovReportError:
        raise
    except Exception as error:
        told = f"{file} 不完整或已损坏，不能作为{what}打开；请重新下载或另存。"
        raise FilingError([told]) from error
