"""What a published report says of itself: whose it is, for which year, its title, when it was published."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field

from govreport.exchange.recognise.agency_names import OFFICE
from govreport.exchange.recognise.labels import plain, without_spaces
from govreport.exchange.recognise.paragraphs import tidy
from govreport.exchange.recognise.reporting_year import YEAR, year_of

_TITLE = re.compile(
    rf"(?P<before>.*?)(?P<year>{YEAR})年?度?(?P<between>.*?)(?:(?:政府|政务)?信息|政务)公开(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
)
_NO_YEAR = re.compile(
    r"(?P<before>.*?)(?:(?:政府|政务)?信息|政务)公开(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
)
_DATE = re.compile(r"(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})日?")
_ONLY_YEAR = re.compile(rf"\(?({YEAR})年?度?\)?")
_AFTER = re.compile(
    rf"[》】”\"]*(?:\(?({YEAR})年?度?\)?)?[》】”\"]*(?:\((?:全文|公开版|正文)\))?(?:的(?:通知|公告|函))?"
)
_CHINESE_DATE = re.compile(rf"({YEAR})年([一二三四五六七八九十]{{1,2}})月([一二三四五六七八九十]{{1,3}})日")
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文|成文|公布|生成|信息)(?:日期|时间)[::]?(?P<date>20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?)"
)
_TRIM = re.compile(r"^(?:关于|公布|发布|《|“|【[^】]*】|\[.*?\])+|(?:关于|公布|印发|发布|报送|的|《|》)+$")
_ISSUER = re.compile(r"(?:发布|公开|发文|制发|信息)(?:机构|单位|机关|来源)[::]?")
_SITE = re.compile(r"(报告|年报)\s*[-_|—–].*$")
_PATH = re.compile(r"^.*[>»›→]\s*")
LONGEST_TITLE = 60


@dataclass(frozen=True)
class Title:
    """A title and what it names: the agency's printed name or an empty text, the year or 0.

    exact: whether nothing follows it in its line, as in a title of its own.
    """

    lines: tuple[str, ...]
    agency: str
    year: int
    exact: bool = field(default=True, repr=False)

    @property
    def rank(self) -> int:
        """How much it looks like the report's own title, from 0 to 5."""
        return 3 * self.exact + bool(self.agency) + bool(self.year)


def read_title(text: str, above: str = "", below: str = "", further: str = "") -> Title | None:
    """Return what a line says if it is a report's title, else None.

    above: the line before it, which often holds the agency's name; below: the line after it, which may hold the year;
    further: the line before `above`.

    >>> read_title("示例市教育局2023年政府信息公开工作年度报告").agency
    '示例市教育局'
    >>> read_title("二〇二三年政府信息公开年报", "样县财政局")
    Title(lines=('样县财政局', '二〇二三年政府信息公开年报'), agency='样县财政局', year=2023)
    """
    text = _PATH.sub("", re.split("[_|]", text.lstrip("# "))[0])
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

    after = _AFTER.fullmatch(flat, match.end())
    year = year_of(part("year")) or year_of((after and after[1]) or "")
    agency = _name(part("between")) or _name(part("before"))
    lines: tuple[str, ...] = (shown,)
    if not year and (alone := _ONLY_YEAR.fullmatch(plain(above))):
        year, lines, above = year_of(alone[1]), (tidy(above), shown), further
    elif not year and (alone := _ONLY_YEAR.fullmatch(plain(below))):
        year, lines = year_of(alone[1]), (shown, tidy(below))
    if not agency and _is_name(above):
        agency, lines = _name(without_spaces(above.lstrip("# "))), (tidy(above.lstrip("# ")), *lines)
    return Title(lines, agency, year, after is not None)


def is_year(text: str) -> bool:
    """Return whether a line is a year and nothing else.

    >>> is_year("（2023年度）"), is_year("2023年工作要点")
    (True, False)
    """
    return bool(_ONLY_YEAR.fullmatch(plain(text)))


def _name(text: str) -> str:
    name = _TRIM.sub("", text.rpartition("《")[2].strip("-_·|:, ") or text.strip("-_·|:, 《"))
    return name if len(name) > 1 else ""


def _is_name(text: str) -> bool:
    flat = plain(text)
    return (
        2 < len(flat) <= 30
        and bool(OFFICE.search(flat))
        and not re.search(r"[。,:;\d]|首页|网$|公开$|年报$|目录", flat)
    )


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
