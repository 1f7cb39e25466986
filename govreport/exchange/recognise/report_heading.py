"""What a published report says of itself: whose it is, for which year, its title, when it was published."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Template

from govreport.core import read_date
from govreport.exchange.recognise.labels import plain, without_spaces
from govreport.exchange.recognise.model import FEW, LONG, LONGEST
from govreport.exchange.recognise.paragraphs import tidy

_STATED = ("made by", "makes", "presents")
"""How sentences say whose the report is."""
_DIGITS = str.maketrans("〇零○O一二三四五六七八九", "00001" + "23456789")


@cache
def patterns() -> Mapping[str, re.Pattern[str]]:
    """Return what reports say of themselves, and the sites around them, from ``report_words.toml``."""
    told = tomllib.loads(Path(__file__).with_name("report_words.toml").read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for name, text in told["words"].items():
        words[name] = Template(text).safe_substitute(words)
    return {name: re.compile(Template(text).safe_substitute(words)) for name, text in told["patterns"].items()}


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
    years = {year_of(found) for found in patterns()["period"].findall(plain("".join(texts)))}
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
    own = patterns()["quoted title"].sub("", flat)
    for kind, text in (("names a report", own), ("year without month", own), ("year of any date", flat)):
        if years := [year_of(found) for found in patterns()[kind].findall(text)]:
            return max(sorted(set(years), reverse=True), key=years.count)
    return 0


def is_office(text: str) -> bool:
    """Return whether a text is the name of an office and nothing else.

    >>> is_office("样县水利局"), is_office("样县政府门户网站"), is_office("本局办公室")
    (True, False, False)
    """
    whole = FEW < len(text) <= LONG and re.fullmatch(r"[\u4e00-\u9fff（）()·]+", text)
    return bool(whole and patterns()["office"].search(text) and not patterns()["no office"].search(text))


def agency_in(sentences: Iterable[str]) -> str:
    """Return the office that sentences before the parts say the report is of, empty where none does.

    >>> agency_in(["依照条例的规定，样县水利局编制了本报告。"]), agency_in(["本报告由样县水利局公布，供查阅。"])
    ('样县水利局', '样县水利局')
    """
    every = (patterns()["quoted title"].sub("", without_spaces(sentence)) for sentence in sentences)
    found = (match["name"] for flat in every for kind in _STATED for match in patterns()[kind].finditer(flat))
    names = (patterns()["before a name"].sub("", name) for name in found)
    own = (name for name in names if not patterns()["no office"].search(name))
    return next((name for name in own if is_office(name) or patterns()["region"].fullmatch(name)), "")


def agency_beside(title: str, lines: Sequence[str]) -> str:
    """Return the office that a page's own title names after the report's, or that alone is one of its head lines.

    >>> agency_beside("2023年度政府信息公开工作报告_样县残疾人联合会", []), agency_beside("", ["首页", "样县水利局"])
    ('样县残疾人联合会', '样县水利局')
    """
    pieces = [without_spaces(piece) for piece in re.split(r"[-_|—–]", title)[1:]]
    alone = [without_spaces(line) for line in lines]
    found = list(dict.fromkeys(text for text in (*pieces, *alone) if is_office(text)))
    return found[0] if len(found) == 1 else ""


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
    def rank(self) -> tuple[bool, int]:
        """How much it looks like the report's own title."""
        return self.exact, bool(self.agency) + bool(self.year)


def read_title(*lines: str) -> Title | None:
    """Return what lines say if together they are a report's title, else None.

    Of several, each is an office, a year, or a piece of the title that was broken.

    >>> read_title("示例市教育局2023年政府信息公开工作年度报告").agency
    '示例市教育局'
    >>> read_title("样县财政局", "二〇二三年政府信息公开年报")
    Title(lines=('样县财政局', '二〇二三年政府信息公开年报'), agency='样县财政局', year=2023)
    """
    text = patterns()["before a title"].sub("", re.split("[_|]", "".join(line.lstrip("# ") for line in lines))[0])
    flat = plain(text)
    if "公开" not in flat or len(flat) > LONGEST or re.search("[。;,]", flat):
        return None
    if not (match := patterns()["title"].match(flat) or patterns()["title without year"].match(flat)):
        return None
    written = without_spaces(text)
    before, named, between = (written[slice(*match.span(name))] for name in ("before", "year", "between"))
    after = patterns()["behind a title"].fullmatch(flat, match.end())
    year = year_of(named) or year_of((after and after[1]) or "")
    shown: list[str] = []
    for line in map(tidy, lines if len(lines) > 1 else (patterns()["site behind a title"].sub(r"\1", tidy(text)),)):
        if not shown or any(is_office(plain(one)) or is_year(one) for one in (shown[-1], line)):
            shown.append(line)
        else:
            shown[-1] += line
    return Title(tuple(shown), _name(between) or _name(before), year, after is not None)


def is_year(text: str) -> bool:
    """Return whether a line is a year and nothing else.

    >>> is_year("（2023年度）"), is_year("2023年工作要点")
    (True, False)
    """
    return bool(patterns()["year alone"].fullmatch(plain(text)))


def _name(text: str) -> str:
    name = patterns()["around a name"].sub("", text.rpartition("《")[2].strip("-_·|:, ") or text.strip("-_·|:, 《"))
    return name if len(name) > 1 else ""


def date_in(text: str) -> datetime.date | None:
    """Return the date that a text consists of or labels as that of publication.

    >>> date_in("发布日期：2024-01-17"), date_in("二〇二四年十二月二十日")
    (datetime.date(2024, 1, 17), datetime.date(2024, 12, 20))
    """
    flat = plain(text)
    labelled = patterns()["published"].search(flat)
    return read_date(labelled["date"] if labelled else flat)


def issuer_in(text: str) -> str:
    """Return the office that a line of a page's own data names as the issuer, or an empty text."""
    flat = plain(text)
    match = patterns()["issuer"].match(flat)
    return _name(flat[match.end() :].split(",")[0]) if match else ""
