"""Rule N4: a stated growth on last year follows from both years' figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.readings import Reading, base_value, topic_of
from govreport.checks.prose.words import words
from govreport.core import round_half_up

Pair = tuple[Fraction, Fraction]
"""This year's figure and last year's."""
_DIRECTION = r"(?:了|约|近|超过|超|逾|幅度?|率|达到?|为|约为|近)*$"

NEAR = 40
"""Figures before a growth among which those that it compares are looked for."""
_MADE = re.compile(r"[增减升降落滑涨高低]\S{0,2}[到至](?:(?:19|20)\d\d年度?的?)?$")


def growth_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each growth on last year."""
    for mention in context.mentions:
        text = mention.before
        if mention.quantity.unit in ("百分点", "个百分点") or "年均" in mention.lead:
            continue
        if mention.quantity.unit == "倍" and words()["times of"].search(text):
            yield from _claim(context, mention, "times", text)
        elif (start := _base_word(text)) is not None:
            for kind in ("grows", "falls"):
                if re.search(rf"(?:{words()[kind].pattern}){_DIRECTION}", text):
                    yield from _claim(context, mention, kind, text[:start])
                    break


def level_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each statement that a figure is the same as last year's."""
    level = re.compile(
        rf"(?:{words()['growth'].pattern})[，]?(?P<nearly>基本|大体|大致)?(?:{words()['level'].pattern})"
    )
    for match in level.finditer(context.passage.text):
        now = next((m for m in reversed(context.mentions) if m.quantity.end <= match.start() and m.is_count), None)
        if now is None or now.sentence[1] < match.start() or context.is_other_time(now):
            continue
        pairs = _pairs(context, now, None, "")
        said = context.passage.quote(match.start(), match.end())
        base = (context.part, now.quote, said)
        if not pairs or not pairs[0][1]:
            yield Claim(*base, "没有可比的上年数字", OPEN, match.start())
            continue
        told = f"由{plain(pairs[0][1])}到{plain(pairs[0][0])}"
        slack = Fraction(1, 10) if match["nearly"] else 0
        if any(abs(pair[0] - pair[1]) <= slack * pair[1] for pair in pairs):
            yield Claim(*base, told, AGREES, match.start(), "N4")
            continue
        actual = round_half_up((pairs[0][0] / pairs[0][1] - 1) * 100, 1)
        message = f"“{said}”：上年{plain(pairs[0][1])}、本年{plain(pairs[0][0])}，相差{actual}%。"
        yield Claim(*base, told, DISAGREES, match.start(), "N4", "warning", message, (), 0, plain(Fraction(actual)))


def _base_word(text: str) -> int | None:
    """Return where the words stand that say what is compared with, or None."""
    begin = text.rfind("；") + 1
    found = [match.start() for match in words()["growth"].finditer(text, begin)]
    return found[-1] if found else None


def _claim(context: Context, mention: Mention, kind: str, before: str) -> Iterator[Claim]:
    start = mention.sentence[0] + len(before)
    near = context.mentions[max(0, mention.number - NEAR) : mention.number]
    earlier = [m for m in near if m.sentence == mention.sentence and m.is_count]
    behind = (m for m in reversed(earlier) if m.quantity.start >= start)
    own = next((m for m in behind if _MADE.search(m.before)), None)
    subject = re.split(r"[，；。：（）]", before)[-1]
    if own is None and (kind == "times" or words()["same subject"].fullmatch(subject)):
        ahead = (m for m in reversed(earlier) if m.quantity.start < start)
        own = next((m for m in ahead if not context.is_other_time(m)), None)
    pairs = _pairs(context, own, _said_of_last_year(context, earlier), before)
    said = context.passage.quote(start - 10 if kind == "times" else start, mention.quantity.end)
    base = (context.part, mention.quote, said)
    place = mention.quantity.start
    if not pairs:
        yield Claim(*base, "没有可比的上年数字", OPEN, place)
        return
    stated = _stated(mention, kind)
    worked = [(_actual(mention, kind, pair), pair) for pair in pairs]
    for actual, pair in worked:
        if actual is not None and _holds(mention, stated, actual):
            yield Claim(*base, f"由{plain(pair[1])}到{plain(pair[0])}", AGREES, place, "N4")
            return
    actual, pair = worked[0]
    if actual is None:
        yield Claim(*base, "上年为0", OPEN, place)
        return
    unit = mention.quantity.unit
    digits = mention.quantity.decimals if unit in ("%", "倍") else 0
    expected = plain(Fraction(round_half_up(actual, max(digits, mention.quantity.spoken))))
    hint = _hint(mention, kind, stated, pair)
    message = (
        f"“{mention.passage.quote(start, mention.quantity.end)}”：上年{plain(pair[1])}、本年{plain(pair[0])}，"
        f"应为{expected}{unit}，正文为{plain(stated)}{unit}{hint}。"
    )
    yield Claim(
        *base, f"由{plain(pair[1])}到{plain(pair[0])}", DISAGREES, place, "N4", "warning", message, (),
        plain(stated), expected,
    )  # fmt: skip


def _hint(mention: Mention, kind: str, stated: Fraction, pair: Pair) -> str:
    """Return what would make a wrong rate right: another base, or a multiple."""
    now, then = pair
    unit = mention.quantity.unit
    if unit == "%" and now and _holds(mention, stated, (now - then) / now * 100):
        return "，疑以本年为基数"
    if unit == "倍" and then and kind == "grows" and _holds(mention, stated, now / then):
        return f"，疑为“是上年的{plain(stated)}倍”"
    return ""


def _said_of_last_year(context: Context, earlier: Sequence[Mention]) -> Mention | None:
    """Return the nearest figure of those before in the sentence that it says is last year's."""
    said = re.compile(rf"{words()['last year'].pattern}(?:同期)?[的为是有共]*$")
    year = context.filing.year
    return next((m for m in reversed(earlier) if m.year(year) == year - 1 or said.search(m.label)), None)


def _pairs(context: Context, now: Mention | None, then: Mention | None, before: str) -> list[Pair]:
    """Return what can be compared, the likeliest first."""
    if now and then:
        return [(now.quantity.value, then.quantity.value)]
    reading = context.readings.get(now.number) if now else None
    if reading is None and now is None and topic_of(before) == "disputes":
        options = tuple((f"disputes.{row}.total",) for g in words().groups if g.fits(before) for row in g.readings[0])
        reading = Reading(options) if len(options) == 1 else None
    amount = now is None and topic_of(before) == "applications" and re.search(r"申请(?:数?量|总[数量]|件?数)", before)
    if reading is None and amount:
        reading = Reading((("applications.new.total",), ("applications.new.total", "applications.carried_in.total")))
    if reading is None:
        return []
    pairs: list[Pair] = []
    for option in reading.options:
        base = then.quantity.value if then else base_value(context.last, option) if context.last else None
        value = base_value(context.filing, option)
        if base is None:
            continue
        if now:
            pairs.append((now.quantity.value, base))
        if value is not None:
            pairs.append((value, base))
    return pairs


def _stated(mention: Mention, kind: str) -> Fraction:
    value = mention.quantity.value * (100 if mention.quantity.unit == "%" else 1)
    return -value if kind == "falls" else value


def _actual(mention: Mention, kind: str, pair: Pair) -> Fraction | None:
    now, then = pair
    unit = mention.quantity.unit
    if unit not in ("%", "倍"):
        return now - then
    if not then:
        return None
    ratio = now / then
    return ratio if kind == "times" else (ratio - 1) * (100 if unit == "%" else 1)


def _holds(mention: Mention, stated: Fraction, actual: Fraction) -> bool:
    quantity = mention.quantity
    if quantity.exact and quantity.unit in ("%", "倍"):
        return abs(stated - actual) < Fraction(1, 10**quantity.decimals)
    scale = 100 if quantity.unit == "%" else 1
    low, high = quantity.low * scale, quantity.high * scale
    return low <= abs(actual) <= high and (actual >= 0) == (stated >= 0)
