"""Rule T1: title, stated period, openings of parts and dates speak of the reporting year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.passages import Passage, passages
from govreport.checks.prose.words import words
from govreport.core import chinese_number
from govreport.filing import Filing

_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")


def check_year(filing: Filing, prose: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the findings of rule T1.

    prose: the parts by number, figures filled in.
    """
    yield from _check_title(filing)
    for number, text in sorted(prose.items()):
        heading: str | None = None
        for passage in passages(text):
            yield from _check_passage(filing, number, passage, opens=passage.heading != heading or not number)
            heading = passage.heading
    yield from _check_date(filing)


def _check_title(filing: Filing) -> Iterator[Finding]:
    title = "".join(filing.narrative.title.split("\n"))
    for passage in passages(title):
        text = words()["no year of a title"].sub("", _digits(passage.uncovered))
        years = [int(year) for year in words()["year"].findall(text)]
        if not years:
            message = f"标题“{title}”没有写年度；应写明是{filing.year}年的报告。"
            yield Finding(filing.agency, filing.year, "warning", message, (Identity("T1", ()),), quote=title)
        elif filing.year not in years:
            yield _finding(filing, "error", "标题", title, years[0])


def _check_passage(filing: Filing, part: int, passage: Passage, *, opens: bool) -> Iterator[Finding]:
    """Yield what a passage says of another year: of the period, or opening a part."""
    text, year = _digits(passage.uncovered), filing.year
    own = re.search(rf"(?<!\d){year}(?!\d)|{words()['this year too'].pattern}", text)
    for sentence in _SENTENCE.finditer(text):
        said = sentence[0]
        stated = _periods(said, year, anywhere=not part)
        if stated and year not in stated:
            yield _finding(filing, "error", "统计期限", passage.quote(*sentence.span()), stated[0])
            return
        opening = words()["opens with a year"].match(said) if opens else None
        opening = opening or (words()["names a report"].search(said) if not part else None)
        other = int(opening[1]) if opening else year
        if other != year and not own and not (other > year and words()["intends"].search(said)):
            what = "这一部分的开头" if part else "前言"
            yield _finding(filing, "warning", what, passage.quote(*sentence.span()), other)
            return
        opens = False


def _periods(sentence: str, year: int, *, anywhere: bool) -> list[int]:
    """Return the years of the periods that a sentence states; one that is not whole in a year has the wrong one."""
    years = []
    if anywhere or words()["states a period"].search(sentence):
        for match in words()["period"].finditer(sentence):
            ends = [int(match["first"]), int(match["last"] or match["first"])]
            over = match["month"] in ("1", "01", "一") and ends == [year, year + 1]
            years.append(year if over else next((end for end in ends if end != year), year))
        years += [int(match["first"]) for match in words()["period of a year"].finditer(sentence)]
    return years


def _check_date(filing: Filing) -> Iterator[Finding]:
    """Yield a warning for a date of publication before the year's end, and where signature and front matter differ."""
    date, published = filing.narrative.date, filing.narrative.published
    if date and date.year <= filing.year:
        yield _finding(filing, "warning", "公布日期", date.isoformat(), date.year, filing.year + 1)
    if published and date != published:
        message = f"署名中的日期为{date}，published 为{published}；公布日期按署名，请改为一致。"
        yield Finding(filing.agency, filing.year, "warning", message, (Identity("T1", ()),))


def _finding(filing: Filing, severity: str, what: str, quote: str, stated: int, expected: int = 0) -> Finding:
    expected = expected or filing.year
    message = f"{what}“{quote}”说的是{stated}年，应是{expected}年；请核对是否照搬了其他年度的报告。"
    return Finding(filing.agency, filing.year, severity, message, (Identity("T1", (), stated, expected),), quote=quote)


def _digits(text: str) -> str:
    """Return a text of the same length with years in Chinese numerals as digits."""
    return words()["year in words"].sub(lambda match: str(chinese_number(match[0])), text)
