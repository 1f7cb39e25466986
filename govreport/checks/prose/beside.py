"""What a figure without words of its own counts: by the figures beside it, in a sum, a series of years, or the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping

from govreport.checks.prose.discourse import WHEN, State, Subject
from govreport.checks.prose.frames import Frame, came_from, is_difference, once, run_of
from govreport.checks.prose.lexicon import Words, first_of, has, meanings_of
from govreport.checks.prose.lists import Lists

COLUMNS = {"natural", "legal_persons", "business", "research", "public_welfare", "legal_service", "other"}
"""Columns of applicants."""
FAR = 60
"""Letters before a series in which its years are named."""
_YEAR = "(?:同期|[较比与同相由从（])*([ＬＯＴ])(?:年|度|同期|全年)?(?:[的为是有仅共]|数为)*"
_RISE = "(?:再|又|进一步|已)?(?:达到?|突破|(?:增长|增加|上升|提高|提升|下降|减少|降低|回落|增|减|升|降)[至到为])"
_NAMES_A_YEAR = re.compile(f"[、和与及]?(?:{_YEAR})?(?:{_RISE})?(?:{_YEAR})?")
_GOES_ON = re.compile(f"(?:（[ＬＯＴ]）)?[、和与及]?|[，]?{_RISE}")
_REACHES = re.compile(f"(?:总量|总数|数量)?{_RISE}了?|[由从](?:Ｌ的?)?")
_YEARS_NAMED = re.compile("[两二三四五]年|[ＯＬ][—~至到、和与及]Ｔ")
_BEHIND = re.compile("（([ＬＯＴ])）")
_ALL_YEAR = re.compile("全年(?:申请)?(?:一?共|[共合总]计|总数|累计)?[为有达]?")
_REST = re.compile("其余其[他它]处理|(?:其他|其它|其余)(?:类|情形|组织|主体|原因|方式)?(?:申请|提出)?的?")


def beside(frame: Frame, state: State, lists: Lists) -> Subject | None:
    """Return what a figure counts by those beside it, if it does not say so itself."""
    found = state.found
    return (
        _sum(frame, state, lists) or _series(frame, found) or _rest(frame, state, lists) or _part_or_whole(frame, found)
    )


def _part_or_whole(frame: Frame, found: Mapping[int, Subject]) -> Subject | None:
    """Return the subject of the own office's part of all, or of the year whose parts were told.

    全市356件，其中市本级88件; 上半年52件，下半年43件，全年95件.
    """
    near, last = found.get(frame.number - 1), frame.labelled[-1:]
    if near is None or not frame.is_count or has(frame.labelled, "name"):
        return None
    if near.when == "part" and _ALL_YEAR.fullmatch(frame.label_text):
        return near._replace(when="")
    own = has(last, "scope", "own") and last[0].end == frame.place and near.scope == "wide"
    return near._replace(scope="own") if own else None


def _sum(frame: Frame, state: State, lists: Lists) -> Subject | None:
    """Return the subject of a figure that sums up those before it, without words of its own: 合计12件."""
    listing = next((one for one in lists.found if one.kind == "after" and one.total is frame), None)
    if listing is None or has(frame.led, "name"):
        return None
    known = [state.found[part.number] for part in listing.parts if part.number in state.found]
    if len(known) != len(listing.parts) or any(subject.when in ("last", "other") for subject in known):
        return None
    first, cells = known[0], tuple(name for subject in known for name in subject.options[0])
    apart = all(s.limited or s.when for s in known) or len({s.scope for s in known}) > 1
    if apart and all(s.options[0] == first.options[0] for s in known):  # by channel, quarter or level
        return first._replace(when="", scope="".join(meanings_of(frame.labelled, "scope")[:1]), limited=False)
    made = sum(part.quantity.value for part in listing.parts)
    if len(set(cells)) != len(cells) or not made < 2 * frame.quantity.value < 4 * made:
        return None
    alike = all((s.topic, s.when, s.scope, s.limited) == (first.topic, "", first.scope, False) for s in known)
    rows = tuple(row for subject in known for row in subject.rows[:1])
    return Subject((cells,), first.topic, rows, max(s.cost for s in known), "", first.scope) if alike else None


def _rest(frame: Frame, state: State, lists: Lists) -> Subject | None:
    """Return the subject of others than the applicants, or answers, right before: 自然人21件、企业4件、其他5件."""
    rest = _REST.fullmatch(frame.label_text) and not has(frame.tailed, "name")
    parent, names, taken, of = lists.parents.get(frame.number), list[str](), None, ("", "")
    for before in reversed(frame.line.frames[: frame.number] if rest else ()):
        subject = state.found.get(before.number)
        if not before.is_count:
            continue
        if before is parent or subject is None or of not in (("", ""), _group(subject)):
            break
        taken, names, of = subject, [*subject.options[0], *names], _group(subject)
    if taken is None or not of[0]:
        return None
    above = state.found.get(parent.number) if parent else None
    whole = above.options[0][:1] if above and above.options[0][0].startswith(of[0]) else (f"{of[0]}.total",)
    return taken._replace(options=((*whole, *(f"-{name}" for name in names)), (f"{of[0]}.other{of[1]}",)))


def _group(subject: Subject) -> tuple[str, str]:
    """Return the row of which a subject is a column, or the group of which it is a row: what others there are of it."""
    row, _, column = subject.options[0][0].rpartition(".")
    if row.startswith("applications.other.") and not subject.limited:
        return "applications.other", ".total"
    return (row, "") if column in COLUMNS and not subject.limited else ("", "-")


def _series(frame: Frame, found: Mapping[int, Subject]) -> Subject | None:
    """Return the subject of a figure of another year than the one before it, without words of its own: （上年40件）."""
    named = _NAMES_A_YEAR.fullmatch(frame.label_text)
    if named is None or has(frame.labelled, "name"):
        return None
    years = [letter for letter in named.groups() if letter]
    when = WHEN[years[-1]] if years else year_in_series(frame)
    here = (f for f in reversed(frame.line.frames[: frame.number]) if f.sentence == frame.sentence)
    now = next((f for f in here if f.bracket in (-1, frame.bracket) and f.is_count and not is_difference(f)), None)
    subject = found.get(now.number) if now and now.quantity.unit == frame.quantity.unit else None
    if now is None or subject is None or when is None:
        return None
    apart = "；" in frame.line.text[now.place : frame.place] or subject.when in ("part", "plan")
    return None if apart else subject._replace(when=when)


@once
def year_in_series(frame: Frame) -> str | None:
    """Return which year's a figure is by its bracket, 97件（2022年）, or its place: 近三年分别为84件、97件和118件."""
    if behind := _BEHIND.match(frame.line.text, frame.place + 1):
        return WHEN[behind[1]]
    run = run_of(frame, _goes_on)
    said = frame.line.text[max(run[0].sentence[0], run[0].place - FAR) : run[0].place]
    if len(run) == 1 or run[0].span[1] != run[0].place or not _YEARS_NAMED.search(said):
        return None
    return ("", "last", "other")[min(run[-1].number - frame.number, 2)]


def _goes_on(frame: Frame) -> bool:
    """Whether a figure counts what the one right before it counts."""
    before = frame.line.frames[frame.number - 1]
    alike = (before.sentence, before.quantity.unit, before.kind) == (frame.sentence, frame.quantity.unit, frame.kind)
    return alike and bool(_GOES_ON.fullmatch(frame.lead_text))


def words_of_growth(frame: Frame) -> tuple[Words, float, int, int] | None:
    """Return the words of a figure that says what has grown: 由58件增至77件, 新收减少12件（由58件降至46件）."""
    before = frame.line.frames[frame.number - 1] if frame.number else frame
    if came_from(frame):
        growing = any(first_of(before.led, "growth", way) for way in ("up", "down"))
        if has(before.led, "name") and not has(before.labelled, "name") and not growing:
            return before.led, 0.0, before.lead, before.place
        if not before.number or has(before.labelled, "name"):
            return before.labelled, 0.0, *before.span
        frame, before = before, frame.line.frames[before.number - 1]
    grown = first_of(before.labelled, "growth")
    if grown is None or before.sentence != frame.sentence or not _REACHES.fullmatch(frame.label_text):
        return None
    hits = [hit for hit in before.labelled if hit.start < grown.start]
    return (hits, 0.0, before.label, grown.start) if has(hits, "name") else None
