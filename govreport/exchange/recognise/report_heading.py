"""What a published report says of itself: whose it is, for which year, its title, when it was published."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from govreport.core import read_date
from govreport.exchange.recognise.labels import plain, without_spaces
from govreport.exchange.recognise.model import FEW, LONG, LONGEST
from govreport.exchange.recognise.paragraphs import tidy

YEAR = r"(?:20\d\d|二[〇○零O0][一二三四五六七八九〇○零]{2})"
"""A year in digits or Chinese numerals, as a pattern."""
_TITLE, _NO_YEAR = (
    re.compile(
        rf"(?P<before>.*?){year}(?:(?:政府|政务)?信息|政务)公开(?:工作)?(?:情况)?的?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
    )
    for year in (rf"(?P<year>{YEAR})年?度?(?P<between>.*?)", "(?P<year>)(?P<between>)")
)
_ONLY_YEAR = re.compile(rf"\(?({YEAR})年?度?\)?")
_AFTER = re.compile(
    rf"[》】”\"]*(?:\(?({YEAR})年?度?\)?)?[》】”\"]*(?:\((?:全文|公开版|正文)\))?(?:的(?:通知|公告|函))?"
)
_PUBLISHED = re.compile(
    r"(?:发布|公开|发文|成文|公布|生成|信息)(?:日期|时间)[::]?(?P<date>20\d\d[-年/.]\d{1,2}[-月/.]\d{1,2}日?)"
)
_TRIM = re.compile(r"^(?:关于|公布|发布|《|“|【[^】]*】|\[.*?\])+|(?:关于|公布|印发|发布|报送|的|《|》)+$")
_ISSUER = re.compile(r"(?:发布|公开|发文|制发|信息)(?:机构|单位|机关|来源)[::]?")
_BEFORE = re.compile(
    r"^.*(?:(?:标\s*题|名\s*称|题\s*[名目])[】\]]?\s*[：:]|(?<![题称目])[：:]\s*\S+\s|\s20\d\d[-/.]\d\d?[-/.]\d\d?\s"
    r"|[>»›→](?:\s*\S*(?:年报|报告|正文|公开)\s(?=.*(?:年报|报告)))?|\s大\s+中\s+小\s|[\s【\[](?:打印|分享|收藏|关闭|返回)\S*\s)\s*"
)
"""What a site writes before a title in its line: a path, a label, data of the page, buttons."""
_SITE = re.compile(r"(报告|年报)\s*[-_|—–].*$")
_ENDS = "局|委|办|厅|院|馆|台|社|处|队|所|站|会|府|室|中心|街道|镇|乡|部|署|行|司|园区|学校|大学|集团"
OFFICE = re.compile(rf"(?:{_ENDS})$")
"""What an office's name ends with."""
_REGION = re.compile("[\u4e00-\u9fff]{2,12}[区县市旗州]")
"""The name of a region, which stands for its government where a report says whose it is."""
_NAME = rf"(?P<name>[\u4e00-\u9fff()·]{{2,{LONG}}}(?:{_ENDS}|(?<=.)[区县市旗州]))"
_UNDER = "(?:按照|依照|依据|根据|结合)[^,。;]{0,16}"
_STATED = (
    re.compile(
        rf"(?:^|[,。:;]|本(?:年度)?报告(?:是)?)由{_NAME}(?:负责|组织|{_UNDER})?(?:编制|编写|汇总|公布|发布|制作)"
    ),
    re.compile(rf"(?:^|[,。:;]){_NAME}(?:{_UNDER}|认真|组织)?(?:编制|编写|撰写)"),
    re.compile(rf"(?:现将|现公布|现就){_NAME}(?:20\d\d|二[〇○零O0])"),
)
_LEAD = re.compile(r"^(?:要求|规定|精神|有关|由|现将|我|本|该)+")
_NO_OFFICE = re.compile(r"报告|本(?:区|县|市|局|机关)|网$|网站|门户|首页|公开$|专栏|目录")
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
        if years := [year_of(found) for found in pattern.findall(text)]:
            return max(sorted(set(years), reverse=True), key=years.count)
    return 0


def is_office(text: str) -> bool:
    """Return whether a text is the name of an office and nothing else.

    >>> is_office("样县水利局"), is_office("样县政府门户网站"), is_office("本局办公室")
    (True, False, False)
    """
    whole = FEW < len(text) <= LONG and re.fullmatch(r"[\u4e00-\u9fff（）()·]+", text)
    return bool(whole and OFFICE.search(text) and not _NO_OFFICE.search(text) and not re.match("我|本|各|该|全", text))


def agency_in(sentences: Iterable[str]) -> str:
    """Return the office that sentences before the parts say the report is of, empty where none does.

    >>> agency_in(["依照条例的规定，样县水利局编制了本报告。"]), agency_in(["本报告由样县水利局公布，供查阅。"])
    ('样县水利局', '样县水利局')
    """
    every = (_QUOTED.sub("", without_spaces(sentence)) for sentence in sentences)
    found = (match["name"] for flat in every for pattern in _STATED for match in pattern.finditer(flat))
    names = (_LEAD.sub("", name) for name in found)
    return next((n for n in names if is_office(n) or (_REGION.fullmatch(n) and not _NO_OFFICE.search(n))), "")


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
    text = _BEFORE.sub("", re.split("[_|]", "".join(line.lstrip("# ") for line in lines))[0])
    flat = plain(text)
    if "公开" not in flat or len(flat) > LONGEST or re.search("[。;,]", flat):
        return None
    match = _TITLE.match(flat) or _NO_YEAR.match(flat)
    if not match:
        return None
    written = without_spaces(text)
    before, named, between = (written[slice(*match.span(name))] for name in ("before", "year", "between"))
    after = _AFTER.fullmatch(flat, match.end())
    year = year_of(named) or year_of((after and after[1]) or "")
    shown: list[str] = []
    for line in map(tidy, lines if len(lines) > 1 else (_SITE.sub(r"\1", tidy(text)),)):
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
    return bool(_ONLY_YEAR.fullmatch(plain(text)))


def _name(text: str) -> str:
    name = _TRIM.sub("", text.rpartition("《")[2].strip("-_·|:, ") or text.strip("-_·|:, 《"))
    return name if len(name) > 1 else ""


def date_in(text: str) -> datetime.date | None:
    """Return the date that a text consists of or labels as that of publication.

    >>> date_in("发布日期：2024-01-17"), date_in("二〇二四年十二月二十日")
    (datetime.date(2024, 1, 17), datetime.date(2024, 12, 20))
    """
    flat = plain(text)
    labelled = _PUBLISHED.search(flat)
    return read_date(labelled["date"] if labelled else flat)


def issuer_in(text: str) -> str:
    """Return the office that a line of a page's own data names as the issuer, or an empty text."""
    flat = plain(text)
    match = _ISSUER.match(flat)
    return _name(flat[match.end() :].split(",")[0]) if match else ""
