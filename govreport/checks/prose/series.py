"""Figures of several years side by side: which year's each is, and what it counts where only the first says so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile

from govreport.checks.prose.discourse import Subject
from govreport.checks.prose.frames import Frame, came_from, is_difference, once
from govreport.checks.prose.lexicon import Words, has

LONGEST, FAR = 6, 60
"""Figures of a series, and letters before it in which its years are named."""
_YEAR = "(?:同期|[较比与同相由从（])*([ＬＯＴ])(?:年|度|同期|全年)?(?:[的为是有仅共]|数为)*"
_RISE = "(?:再|又|进一步|已)?(?:达到?|突破|(?:增长|增加|上升|提高|提升|下降|减少|降低|回落|增|减|升|降)[至到为])"
_NAMES_A_YEAR = re.compile(f"[、和与及]?(?:{_YEAR})?(?:{_RISE})?(?:{_YEAR})?")
_GOES_ON = re.compile(f"(?:（[ＬＯＴ]）)?[、和与及]?|[，]?{_RISE}")
_REACHES = re.compile(f"(?:总量|总数|数量)?{_RISE}了?")
_SPAN = re.compile("[两二三四五]年|[ＯＬ][—~至到、和与及]Ｔ")
_BEHIND = re.compile("（([ＬＯＴ])）")
_WHEN = {"Ｌ": "last", "Ｏ": "other", "Ｔ": ""}


def in_series(frame: Frame, found: Mapping[int, Subject]) -> Subject | None:
    """Return the subject of a figure of another year than the one before it, without words of its own: （上年40件）."""
    named = _NAMES_A_YEAR.fullmatch(frame.label_text)
    years = [letter for letter in named.groups() if letter] if named else []
    when = _WHEN[years[-1]] if years else year_in_series(frame)
    here = (f for f in reversed(frame.line.frames[: frame.number]) if f.sentence == frame.sentence)
    now = next((f for f in here if f.bracket in (-1, frame.bracket) and f.is_count and not is_difference(f)), None)
    subject = found.get(now.number) if now and now.quantity.unit == frame.quantity.unit else None
    if now is None or subject is None or when is None or not named or has(frame.labelled, "name"):
        return None
    apart = "；" in frame.line.text[now.place : frame.place] or subject.when in ("part", "plan")
    return None if apart else subject._replace(when=when)


@once
def year_in_series(frame: Frame) -> str | None:
    """Return which year's a figure is by its bracket, 97件（2022年）, or its place: 近三年分别为84件、97件和118件."""
    if behind := _BEHIND.match(frame.line.text, frame.place + 1):
        return _WHEN[behind[1]]
    run, number = [frame], frame.number
    run += takewhile(_goes_on, frame.line.frames[number + 1 : number + LONGEST])
    while len(run) < LONGEST and run[0].number and _goes_on(run[0]):
        run.insert(0, frame.line.frames[run[0].number - 1])
    said = frame.line.text[max(run[0].sentence[0], run[0].place - FAR) : run[0].place]
    if len(run) == 1 or run[0].span[1] != run[0].place or not _SPAN.search(said):
        return None
    return ("", "last", "other")[min(run[-1].number - number, 2)]


def _goes_on(frame: Frame) -> bool:
    """Whether a figure counts what the one right before it counts."""
    before = frame.line.frames[frame.number - 1]
    alike = (before.sentence, before.quantity.unit, before.kind) == (frame.sentence, frame.quantity.unit, frame.kind)
    return alike and frame.lead == before.place + 1 and bool(_GOES_ON.fullmatch(frame.lead_text))


def words_of_growth(frame: Frame) -> tuple[Words, float, int, int] | None:
    """Return the words of a figure that says what has grown: 由58件增至77件, 新收申请增长一倍，达到72件."""
    before = frame.line.frames[frame.number - 1] if frame.number else frame
    if came_from(frame):
        return before.labelled, 0.0, *before.span
    grown = next((hit for hit in before.labelled if "growth" in hit.meanings), None)
    if grown is None or before.sentence != frame.sentence or not _REACHES.fullmatch(frame.label_text):
        return None
    hits = [hit for hit in before.labelled if hit.start < grown.start]
    return (hits, 0.0, before.label, grown.start) if has(hits, "name") else None
