"""What a published report says of itself: whose it is, for which year, its title, when it was published."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from govreport.exchange.labels import plain, without_spaces
from govreport.exchange.paragraphs import tidy

_DIGITS = str.maketrans("〇○零O一二三四五六七八九", "00001" + "23456789")
_YEAR = r"(?:20\d\d|二[〇○零O0][一二三四五六七八九〇○零]{2})"
_TITLE = re.compile(
    rf"(?P<before>.*?)(?P<year>{_YEAR})年?度?(?P<between>.*?)(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
)
_NO_YEAR = re.compile(r"(?P<before>.*?)(?:政府|政务)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)")
_PERIOD = re.compile(rf"({_YEAR})年1月1日(?:起)?(?:至|到|[-—~])")
_ANY_YEAR = re.compile(rf"({_YEAR})年")
_DATE = re.compile(r"(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})日?")
_ONLY_YEAR = re.compile(rf"({_YEAR})年?度?")
_CHINESE_DATE = re.compile(rf"({_YEAR})年([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十]{{1,3}})日")
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文|成文|公布|生成|信息)(?:日期|时间)[::]?(?P<date>20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?)"
)
_TRIM = re.compile(r"^(?:关于|公布|发布|《|“|【|\[.*?\])+|(?:关于|的|《|》)+$")
_ISSUER = re.compile(r"(?:发布|公开|发文|制发|信息)(?:机构|单位|机关|来源)[::]?")
_SITE = re.compile(r"(报告|年报)\s*[-_|—–].*$")
_PATH = re.compile(r"^.*[>»›→]\s*")
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Title:
    """A title and what it names: the agency's printed name or an empty text, the year or 0."""

    lines: tuple[str, ...]
    agency: str
    year: int


def read_title(text: str, above: str = "") -> Title | None:
    """Return what a line says if it is a report's title, else None.

    above: the line before it, which often holds the agency's name.

    >>> read_title("示例市教育局2023年政府信息公开工作年度报告").agency
    '示例市教育局'
    >>> read_title("二〇二三年政府信息公开年报", "样县财政局")
    Title(lines=('样县财政局', '二〇二三年政府信息公开年报'), agency='样县财政局', year=2023)
    """
    text = _PATH.sub("", text.lstrip("# "))
    shown, flat = _SITE.sub(r"\1", tidy(text)), plain(text)
    if len(flat) > LONGEST_TITLE or re.search("[。;,]", flat):
        return None
    match = _TITLE.search(flat) or _NO_YEAR.search(flat)
    if not match:
        return None
    written = without_spaces(text)

    def part(name: str) -> str:
        known = name in match.re.groupindex and match.start(name) >= 0
        return written[match.start(name) : match.end(name)] if known else ""

    year = year_of(part("year"))
    agency = _name(part("between")) or _name(part("before"))
    lines: tuple[str, ...] = (shown,)
    if not year and (alone := _ONLY_YEAR.fullmatch(plain(above))):
        year, lines = year_of(alone[1]), (tidy(above), shown)
    elif not agency and _is_name(above):
        agency, lines = _name(without_spaces(above.lstrip("# "))), (tidy(above.lstrip("# ")), shown)
    return Title(lines, agency, year)


def year_of(text: str) -> int:
    """Return the year that digits or Chinese numerals write, 0 for none."""
    digits = text.translate(_DIGITS)
    return int(digits) if digits.isdigit() else 0


def _name(text: str) -> str:
    name = _TRIM.sub("", text.strip("-_·|:, "))
    return name if len(name) > 1 else ""


def _is_name(text: str) -> bool:
    flat = plain(text)
    return 2 < len(flat) <= 30 and not re.search(r"[。,:;\d]|首页|网$|公开$|年报$|目录", flat)


def year_in(texts: Sequence[str]) -> tuple[int, bool]:
    """Return the reporting year and whether it is sure: that of the period stated, else the one named most often.

    >>> year_in(["统计期限自2023年1月1日至12月31日"]), year_in(["2022年做了工作。", "对照2021年报告。"])
    ((2023, True), (2022, False))
    """
    flat = plain("".join(texts))
    if match := _PERIOD.search(flat):
        return year_of(match[1]), True
    years = [year_of(found) for found in _ANY_YEAR.findall(flat)]
    return max(years, key=years.count) if years else 0, False


def date_in(text: str) -> datetime.date | None:
    """Return the date that a text consists of or labels as that of publication.

    >>> date_in("发布日期：2024-01-17"), date_in("二〇二四年十二月二十日")
    (datetime.date(2024, 1, 17), datetime.date(2024, 12, 20))
    """
    flat = _CHINESE_DATE.sub(lambda m: f"{year_of(m[1])}-{_number(m[2])}-{_number(m[3])}", plain(text))
    labelled = _PUBLISHED.search(flat)
    match = _DATE.fullmatch(labelled["date"] if labelled else flat)
    if not match:
        return None
    try:
        return datetime.date(*map(int, match.groups()))
    except ValueError:
        return None


def _number(text: str) -> int:
    """Return the number up to 99 that Chinese numerals write."""
    tens, ten, ones = text.rpartition("十")
    return (
        ("一二三四五六七八九".find(tens) + 1 or 1 if ten else 0) * 10 + "一二三四五六七八九".find(ones) + 1 * bool(ones)
    )


def issuer_in(text: str) -> str:
    """Return the office that a line of a page's own data names as the issuer, or an empty text."""
    flat = plain(text)
    match = _ISSUER.match(flat)
    return _name(flat[match.end() :].split(",")[0]) if match else ""
