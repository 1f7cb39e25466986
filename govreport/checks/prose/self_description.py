"""Rules T1 and T2: what a report says of itself, its year and its agency."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.packaged import packaged
from govreport.checks.prose.passages import Passage, passages, unmarked
from govreport.core import chinese_number, split_date
from govreport.filing import Agency, Filing, Narrative

SHORTEST = 2
"""Letters of an abbreviated name."""
_SENTENCE = re.compile(r"[^。；！？]+[。；！？]?")
_SIGNATORY = re.compile(r"(?:[^，：\d]{2,40}[局委会府室办处院厅部社所站队馆校心](?:（[^（）]*）)?)?")
"""What stands before the date of a signature at the end of the prose: an agency, or nothing."""


@cache
def patterns() -> Mapping[str, re.Pattern[str]]:
    """Return what reports say of themselves, from ``forms/prose/titles.toml``."""
    return {name: re.compile(pattern) for name, pattern in packaged("titles")["patterns"].items()}


# ---- T1: the year ----------------------------------------------------------------------------------------------------


def check_year(filing: Filing, prose: Mapping[int, str]) -> Iterator[Finding]:
    """Yield the findings of rule T1 on title, stated period, openings of the parts and dates.

    prose: the parts by number, figures filled in.
    """
    title = "".join(filing.narrative.title.split("\n"))
    years = patterns()["year"].findall(patterns()["no year of a title"].sub("", _digits(_alike(title))))
    if title and not years:
        message = f"标题“{title}”没有写年度；应写明是{filing.year}年的报告。"
        yield _finding(filing, "T1", "warning", message, title)
    elif others := [year for year in years if year != str(filing.year)]:
        severity = "warning" if len(others) < len(years) else "error"
        yield _dated(filing, severity, "标题", title, int(others[0]), filing.year)
    for number, text in sorted(prose.items()):
        heading: str | None = None
        for passage in passages(text):
            yield from _check_passage(filing, number, passage, opens=passage.heading != heading or not number)
            heading = passage.heading
    for written in (filing.narrative, signed_in_prose(filing.narrative)):
        if written.date and written.date.year != filing.year + 1:
            yield _dated(filing, "warning", "公布日期", str(written.date), written.date.year, filing.year + 1)
        if written.published and written.date != written.published:
            message = f"署名中的日期为{written.date}，published 为{written.published}；公布日期按署名，请改为一致。"
            yield _finding(filing, "T1", "warning", message, "")


def signed_in_prose(narrative: Narrative) -> Narrative:
    r"""Return a narrative with the signature that stands at the end of its prose, agency and date; else a blank one.

    >>> from govreport.filing import Part
    >>> signed_in_prose(Narrative(parts={6: Part("", "无其他事项。\n\n示例局\n2024年1月22日")})).signatories
    '示例局'
    """
    parts = narrative.parts
    text = "\n".join(passage.uncovered for passage in passages(parts[max(parts)].text))[-99:] if parts else ""
    before, date = split_date(text)
    name = re.split(r"[\n。；！？]", before.rstrip())[-1]
    return replace(narrative, signature=f"{name}\n{date}") if date and _SIGNATORY.fullmatch(name) else Narrative()


def _check_passage(filing: Filing, part: int, passage: Passage, *, opens: bool) -> Iterator[Finding]:
    """Yield what a passage says of another year: as the period, or where it opens a part."""
    text, year = _digits(passage.uncovered), filing.year
    own = re.search(rf"(?<!\d){year}(?!\d)|{patterns()['this year too'].pattern}", text)
    for sentence in _SENTENCE.finditer(text):
        own_periods = _own_periods(sentence[0])
        stated = _years(own_periods, year) + ([] if part else _years(_whole_years(sentence[0]), year))
        if stated and year not in stated:
            yield _dated(filing, "error", "统计期限", passage.quote(*sentence.span()), stated[0], year)
            return
        if any(not _is_whole(period, year) for period in own_periods):
            quote = passage.quote(*sentence.span())
            message = f"统计期限“{unmarked(quote)}”不是全年；应是{year}年1月1日至12月31日，请核对。"
            yield _finding(filing, "T1", "warning", message, quote)
            return
        opening = patterns()["opens with a year"].match(sentence[0]) if opens else None
        opening = opening or (None if part else patterns()["names a report"].search(sentence[0]))
        other = int(opening[1]) if opening else year
        if other != year and not own and not (other > year and patterns()["intends"].search(sentence[0])):
            what = "这一部分的开头" if part else "前言"
            yield _dated(filing, "warning", what, passage.quote(*sentence.span()), other, year)
            return
        opens = False


def _own_periods(sentence: str) -> list[re.Match[str]]:
    """Return the periods, or whole years, that a sentence states as those of the report's figures."""
    kinds = [patterns()["period"], patterns()["period of a year"]]
    cues = patterns()["states a period"].finditer(sentence)
    return [match for cue in cues for kind in kinds if (match := kind.match(sentence, cue.end()))]


def _whole_years(sentence: str) -> list[re.Match[str]]:
    """Return the periods of a sentence that are a year from the first of January on."""
    found = patterns()["period"].finditer(sentence) if patterns()["first of January"].search(sentence) else ()
    return [match for match in found if match["last"] in (None, match["first"]) and _is_whole(match)]


def _is_whole(period: re.Match[str], year: int | None = None) -> bool:
    """Whether a period within one year, or within this one, is all of it."""
    told = period.groupdict()
    within = told.get("last") in (None, told["first"]) and str(year or told["first"]) == told["first"]
    year_round = "month" not in told or (told["begins"] in ("1", "01", "一") and told["month"] in ("12", "十二"))
    return year_round or not within


def _years(periods: Iterable[re.Match[str]], year: int) -> list[int]:
    """Return the years that periods are of; of one that leaves the reporting year, the other year."""
    years = []
    for told in (match.groupdict() for match in periods):
        first, last = int(told["first"]), int(told.get("last") or told["first"])
        over = (first, last) == (year, year + 1) and told["month"] in ("1", "01", "一")
        years.append(last if first == year and not over else first)
    return years


def _dated(filing: Filing, severity: str, what: str, quote: str, stated: int, expected: int) -> Finding:
    message = f"{what}“{unmarked(quote)}”说的是{stated}年，应是{expected}年；请核对是否照搬了其他年度的报告。"
    return _finding(filing, "T1", severity, message, quote, stated, expected)


def _finding(filing: Filing, rule: str, severity: str, message: str, quote: str, *figures: int) -> Finding:
    stated, expected = figures or (None, None)
    identity = Identity(rule, (), stated, expected)
    return Finding(filing.agency, filing.year, severity, message, (identity,), quote=quote or None)


def _digits(text: str) -> str:
    """Return a text of the same length with years in Chinese numerals as digits."""
    return patterns()["year in words"].sub(lambda match: str(chinese_number(match[0])), text)


@lru_cache(maxsize=1000)
def _alike(text: str) -> str:
    return "".join(passage.uncovered for passage in passages(text))


def is_signed(narrative: Narrative) -> bool:
    """Whether a report says who publishes it, or on which day: in front matter or at the end of its prose."""
    return bool(narrative.signatories or narrative.date or signed_in_prose(narrative).signature)


# ---- T2: the agency --------------------------------------------------------------------------------------------------


def check_agency(filing: Filing, agency: Agency, register: Mapping[str, Agency]) -> Iterator[Finding]:
    """Yield the findings of rule T2 on title, signature and a signature at the end of the prose.

    register: the agencies by slug; empty for a file, whose title has given the agency its name.
    """
    title = "".join(filing.narrative.title.split("\n")) if register else ""
    signed, pasted = filing.narrative.signatories, signed_in_prose(filing.narrative).signatories
    for what, text in (("标题", title), ("署名", signed), ("文末的署名", pasted)):
        quote = "，".join(text.split("\n"))
        named = named_agency(quote, agency, register, signs=what != "标题") if quote else agency
        if named != agency:
            other = named.name if named else _unknown_name(quote) if what == "标题" else ""
            told = f"写的是“{other}”" if other else "没有写明机构名称"
            message = f"{what}“{quote}”{told}，应是“{agency.name}”；请核对。"
            yield _finding(filing, "T2", "error" if other else "warning", message, quote)


def _unknown_name(title: str) -> str:
    """Return what looks like the name of an institution in a title, empty for none; that of a place alone is none."""
    parts = patterns()["no part of a name"].sub(" ", _digits(_alike(title))).split()
    place, institution = (patterns()[key] for key in ("place", "names an institution"))
    return next((part for part in parts if institution.search(place.sub("", part, count=1))), "")


def named_agency(text: str, agency: Agency, register: Mapping[str, Agency], *, signs: bool = False) -> Agency | None:
    """Return the agency that a title or a signature names: this one, another of the register, or None.

    An agency has its name, its short name, those of the agencies that it succeeds, and what abbreviates one of them;
    signs: a government's office may sign for it.

    >>> education = Agency("education", "示例市教育局", "示例教育局", "", "department", "own")
    >>> [bool(named_agency(text, education, {})) for text in ("示例市教育局2023年年报", "市教育局", "示例市民政局")]
    [True, True, False]
    """
    plain = _alike(text)
    known = [agency]
    for one in known:
        known += [register[slug] for slug in one.succeeds.split() if slug in register and register[slug] not in known]
    own = {_alike(name) for one in known for name in (one.name, one.short_name)}
    pairs = ((name, other) for other in register.values() for name in (other.name, other.short_name))
    others = {_alike(name): other for name, other in pairs if name in plain or name in text}
    office, ends = (patterns()[key].pattern for key in ("office of a government", "ends a name"))
    behind = {name: f"(?:{office})?(?:{ends})" if signs and name in own else ends for name in own | others.keys()}
    found = [
        name
        for name, pattern in behind.items()
        if any(plain.startswith(name, at) and re.match(pattern, plain[at + len(name) :]) for at in range(len(plain)))
    ]
    longest = max(found, key=len, default="")
    if any(name in own and (signs or name == longest or name not in longest) for name in found):
        return agency
    if longest:
        return others[longest]
    segments = patterns()["no part of a name"].sub(" ", re.sub(office, " ", plain) if signs else plain).split()
    return agency if any(abbreviates(segment, name) for segment in segments for name in own) else None


def abbreviates(short: str, name: str) -> bool:
    """Whether a name's letters hold those of a shorter one in order; the last not in the name of a place alone."""
    core = patterns()["place"].sub("", name, count=1)
    place = name.removesuffix(core)
    short = short[max(short.find(place), 0) :].replace("和", "")
    letters = iter(name)
    whole = short[-1:] in core or (core == "人民政府" and place.endswith(short))
    return len(short) >= SHORTEST and whole and all(letter in letters for letter in short)
