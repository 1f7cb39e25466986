"""The year that a report is about: written in a title, stated as its period, or named in its sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from govreport.exchange.recognise.labels import plain

YEAR = r"(?:20\d\d|二[〇○零O0][一二三四五六七八九〇○零]{2})"
"""A year in digits or Chinese numerals, as a pattern."""
_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "00001" + "23456789")
_PERIOD = re.compile(
    rf"({YEAR})年(?:1月1日|一月一日)(?:起)?(?:至|到|[-—~])(?:(?:{YEAR}|同|当|本)年)?(?:12月31日|十二月三十一日)"
)
_QUOTED = re.compile("《[^《》]{0,80}》|〔[^〔〕]{0,20}〕")
_REPORT = re.compile(rf"({YEAR})年?度?[^。;,]{{0,30}}?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报|情况)")
_ANY = re.compile(rf"({YEAR})年(?!\d{{1,2}}月)")
_DATED = re.compile(rf"({YEAR})年")


def year_of(text: str) -> int:
    """Return the year that digits or Chinese numerals write, 0 for none.

    >>> year_of("二〇二三"), year_of("2023"), year_of("")
    (2023, 2023, 0)
    """
    digits = text.translate(_DIGITS)
    return int(digits) if digits.isdigit() else 0


def period_in(texts: Sequence[str]) -> int:
    """Return the year of the period that a report's figures are said to cover, 0 where none or several are.

    >>> period_in(["统计期限自2023年1月1日至12月31日。"]), period_in(["2022年收到1件。"])
    (2023, 0)
    """
    years = {year_of(found) for found in _PERIOD.findall(plain("".join(texts)))}
    return years.pop() if len(years) == 1 else 0


def year_in(texts: Sequence[str]) -> int:
    """Return the year that sentences are most likely about, 0 where they name none.

    That of the report that they are said to be; else the one named most often. What stands in title marks is
    the name of another document, as last year's report is.

    >>> year_in(["2022年做了工作。", "对照2021年报告。"])
    2022
    >>> year_in(["对照《2021年政府信息公开工作年度报告》，现公布2022年度政府信息公开工作年度报告。"])
    2022
    """
    flat = plain("".join(texts))
    own = _QUOTED.sub("", flat)
    for pattern, text in ((_REPORT, own), (_ANY, own), (_DATED, flat)):
        years = [year_of(found) for found in pattern.findall(text)]
        if years:
            return max(sorted(set(years), reverse=True), key=years.count)
    return 0
