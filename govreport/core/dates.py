"""Dates in the ways that offices write them."""

from __future__ import annotations

import contextlib
import datetime
import re

from govreport.core.numerals import chinese_number

_NUMBER, _GAP = "[〇○零0一二三四五六七八九十]", r"\s{0,4}"
_DATE = re.compile(
    rf"(?<!\d)(\d{{4}}|{_NUMBER}{{4}}){_GAP}[-－—年/／.．]{_GAP}(\d{{1,2}}|{_NUMBER}{{1,3}}){_GAP}[-－—月/／.．]{_GAP}"
    rf"(\d{{1,2}}|{_NUMBER}{{1,3}}){_GAP}[日号]?(?:(?:T|\s{{1,4}})\d{{1,2}}:.*)?\s*$"
)


def split_date(text: str) -> tuple[str, datetime.date | None]:
    """Return what a text says before the date that it ends with, and the date.

    Without a date, or with one that is in no calendar, return the text and None.

    >>> split_date("示例市教育局 二〇二四年一月二十三日")
    ('示例市教育局', datetime.date(2024, 1, 23))
    """
    if match := _DATE.search(text):
        numbers = (int(n) if n.isdecimal() else chinese_number(n.replace("0", "〇")) for n in match.groups())
        with contextlib.suppress(ValueError):
            return text[: match.start()].rstrip(), datetime.date(*numbers)
    return text, None


def is_impossible_date(text: str) -> bool:
    """Whether a text ends with a date that is in no calendar.

    >>> is_impossible_date("2024年2月30日")
    True
    """
    return bool(_DATE.search(text)) and not split_date(text)[1]


def read_date(text: str) -> datetime.date | None:
    """Return the date that a text consists of, None for any other text.

    >>> [read_date(text).isoformat() for text in ("2024年1月23日", "2024/1/23", "２０２４．1．23", "2024-01-23 10:30")]
    ['2024-01-23', '2024-01-23', '2024-01-23', '2024-01-23']
    """
    before, date = split_date(text)
    return None if before else date
