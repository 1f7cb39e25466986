"""Rule N3: shares follow from the figures that they are of."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from govreport.checks.prose.beside import COLUMNS
from govreport.checks.prose.claims import OPEN, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.discourse import Subject
from govreport.checks.prose.frames import SHARE, Frame, came_from, distributed, is_difference, run_of, was_before
from govreport.checks.prose.lexicon import Hit, first_of, has, meanings_of
from govreport.checks.prose.lists import sums_up
from govreport.checks.prose.packaged import packaged
from govreport.checks.prose.quantities import Quantity, number_of
from govreport.checks.prose.subjects import base_words
from govreport.checks.prose.values import Cells, rows_of
from govreport.core import round_half_up

NEAR, SEVERAL_AT_MOST = 12, 4
"""Figures before a share that it can be of, and those that 合计 adds up unsaid."""
DEAR, TOO_DEAR = 2.0, 3.0
"""From these on words do not name cells, and a reading only agrees: it contradicts nothing."""
COSTS: dict[str, float] = packaged("costs")["shares"]
WHOLES: tuple[Cells, ...] = (
    ("applications.new.total",), ("applications.new.total", "applications.carried_in.total"),
    ("applications.total.total",),
)  # fmt: skip
"""What applications can be a share of."""
_ALL = re.compile("([两二三四五六七])[家者类项个种地级](?!分别|各)[^，。；]{0,4}$|(?:合计|共计|总共|两者|[共合])$")
_ALL_OF = re.compile("[，。）]*([两二三四五])[家者类项个](?!分别|各)[^，]{0,4}占")
_OF = re.compile("#）?的约?$|占(?:全部|总计|合计|全年|总共|所有|这)?#[^，；#]*的$")
_TOGETHER = re.compile("占[了到]?([两二三四五])[家者类项种级]?(?:决定)?(?:总[数和量]|合计|之和|共计|相加)")
_BARE = re.compile("[，（]?(?:已|约)?(?:超过|超|近|达到?|接近|不足|不到|约|刚好|正好|恰好)?")
_BEHIND = re.compile("(?:[为是][^，。；、]*)?（|，共?计")
_IN_TIME = re.compile("到期|按[时期]|及时|如期|时限|期限|限时")
_EDGES = "，；。：、（）其中的约已仅只"


class Reading(NamedTuple):
    """A figure, or a sum of figures or cells, that a share can be of or that can be its part, and what that costs."""

    cost: float
    value: Fraction | int
    frames: tuple[Frame, ...] = ()
    cells: Cells = ()


def _figures(cost: float, *frames: Frame) -> Reading:
    return Reading(cost, sum([f.quantity.value for f in frames]), frames)


def _in_words(context: Context, reading: Reading) -> str:
    return "＋".join(f.printed for f in reading.frames) if reading.frames else context.in_words(reading.cells)


def _holds(quantity: Quantity, part: Fraction | int, base: Fraction | int) -> bool:
    """Whether a part of a base is the stated share, or off by less than one in the last printed digit."""
    if quantity.exact:
        stated, hundred = quantity.value.numerator, quantity.value.denominator
        off: Fraction | int = stated * base - part * hundred
        return bool(max(off, -off) * 100 * 10**quantity.decimals < max(base, -base) * hundred)
    return quantity.low <= Fraction(part) / base <= quantity.high


def share_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each share of figures, or of cells that words name."""
    shares = [f for f in context.line.frames if f.kind == SHARE and not was_before(f)]
    stated = [f for f in shares if not has(f.first_told.labelled, "growth") or came_from(f)]
    parts = [(share, found) for share in stated if (found := _parts(context, share.first_told))]
    taken = {part.number for _, found in parts for part in found[0].frames}
    read = [
        (share, found, bases := _bases(context, share.first_told, found[0], taken), _fits(share.quantity, found, bases))
        for share, found in parts
    ]
    agreed: dict[int, Reading] = {}
    for each in read:
        _share(context, *each, agreed)
    for each in read:
        yield _share(context, *each, agreed)


# ---- what is a share -------------------------------------------------------------------------------------------------


def _parts(context: Context, share: Frame) -> list[Reading]:
    """Return what a share can be the share of, the likeliest first."""
    frames, number, passage, at = context.line.frames, share.number, context.line.passage, context.line.at
    behind = frames[number + 1] if number + 1 < len(frames) else share
    if behind.is_count and _BEHIND.fullmatch(behind.lead_text):
        return [_figures(0.0, frames[number + 1 : number + 2 + (behind.tail_text == "中")][-1])]
    if len(run_of(share)) > 1:
        own = distributed(share)
        return [_figures(0.0, own)] if own else list(_cells(context, share, flows=True))
    word = first_of(share.labelled, "share")
    end = (word.end if "row" in word.meanings else word.start) if word else share.label
    said = passage.text[at[share.label] : at[end]].strip(_EDGES)
    found = [part for part in _told(context, share, said, word) if part.frames]
    if all(part.cost >= COSTS["before"] for part in found):
        found += _cells(context, share, flows=bool(found))
    return sorted(found, key=lambda part: part.cost)


def _told(context: Context, share: Frame, said: str, word: Hit | None) -> Iterator[Reading]:
    """Yield the figures before a share that it can be of."""
    frames, number, lead = context.line.frames, share.number, share.lead_text
    near = [f for f in frames[max(0, number - NEAR) : number] if f.is_count and not is_difference(f)]
    subject = context.subjects.get(near[-1].number) if near else None
    in_time = near and share.quantity.value <= 1 and _IN_TIME.search(said) and said not in near[-1].label_text
    if not near or in_time:
        return  # of answers in time: of those that fell due, which nothing tells
    last, here = near[-1], [f for f in near if f.sentence == share.sentence]
    own, known = context.shares.get(number), context.subjects
    cells = own.options[0] if own else ()
    by_cell = {known[f.number].options[0]: f for f in here if f.number in known}
    if of_last := _is_of(share, last):
        said, here = last.label_text.partition("占")[0].strip(_EDGES), here[:-1]
    if said in ("前者", "后者"):
        yield from (_figures(0.0, f) for f in near[-2:][said == "后者" :][:1])
    elif several := _ALL_OF.match(last.line.passage.text, last.line.at[last.lead]):
        yield _figures(0.0, *here[-number_of(several[1]) :])
    elif together := _ALL.search(said):
        run = len(_joined(here[-1])) if here else 0
        usual = number_of(together[1]) if together[1] else max(run, 2)
        counts = range(2, min(max(run, SEVERAL_AT_MOST), len(here)) + 1)
        yield from (_figures(COSTS["one more"] * abs(n - usual), *here[-n:]) for n in counts)
    elif of_last:
        yield from (_figures(0.0, f) for f in here[-1:])
    elif own is not None and len(named := [f for name in cells if (f := by_cell.get((name,)))]) == len(cells) > 1:
        yield _figures(0.0, *named)
    else:
        last = next((f for f in reversed(near) if f.bracket == share.bracket), last)
        same = own is not None and subject is not None and not set().union(*own.options).isdisjoint(subject.options[0])
        if last in here and (_BARE.fullmatch(lead) or lead == "（" or (word and not said)):
            yield from _with_those_joined(last)
        elif said and has(share.labelled, "share", "rate"):
            if share.quantity.value != 1 and (same or (own is None and _alike(said, last))):
                yield from _of_a_rate(context, last, own)
            elif own is not None and own.topic == "applications" and last in here:
                yield _figures(COSTS["before"], by_cell.get(own.options[0], last))
        elif word:
            alike = [f for f in near[-4:] if _alike(said, f)]
            yield from _with_those_joined(alike[-1]) if alike else ()


def _is_of(share: Frame, base: Frame) -> bool:
    """Whether a share is of the figure right before it: 35件的17.1%, 占3件复议的33.3%."""
    return bool(_OF.search(f"{base.label_text}#{share.lead_text}"))


def _of_a_rate(context: Context, last: Frame, own: Subject | None) -> Iterator[Reading]:
    """Yield the figures right before a rate, alone and joined: those of the cells that it names first."""
    for reading in _with_those_joined(last):
        subjects = [context.subjects.get(f.number) for f in reading.frames]
        known = own is not None and tuple(subject.options[0][0] for subject in subjects if subject) in own.options
        yield reading._replace(cost=0.0 if known else reading.cost + COSTS["one more"])


def _with_those_joined(last: Frame) -> Iterator[Reading]:
    """Yield a figure, and it with those that 、 joins to it."""
    yield _figures(0.0, last)
    if len(run := _joined(last)) > 1:
        yield _figures(COSTS["joined"], *run)


def _joined(last: Frame) -> list[Frame]:
    """Return the figures that 、 joins, up to one of them."""
    run = run_of(last, lambda frame: frame.lead_text[:1] == "、")
    return run[: last.number - run[0].number + 1]


def _alike(said: str, frame: Frame) -> bool:
    """Whether what a share is of names a figure: the last letters of its label stand in it."""
    core, said = re.sub("[，；。：、（）其中的共有]|信息$", "", frame.label_text), re.sub("[的信息类]", "", said)
    return bool(core) and len(said) > 1 and (core[-4:] in said or said in core)


def _cells(context: Context, share: Frame, *, flows: bool) -> Iterator[Reading]:
    """Yield the cells that a share is of by their names: 自然人占95%, 维持率42.9%."""
    subject = context.shares.get(share.number)
    if subject is None or subject.when or subject.limited or context.of_others(subject.scope) or subject.cost > DEAR:
        return
    flow = subject.options[0] in WHOLES
    if (flow and not flows) or (share.quantity.value == 1 and subject.options[0][0].endswith(".total")):
        return
    for number, option in enumerate(subject.options):
        if (value := context.filing.of(option)) is not None:
            cost = subject.cost + COSTS["one more"] * number + DEAR * flow
            yield Reading(cost, value, cells=option)


# ---- what it is a share of -------------------------------------------------------------------------------------------


def _bases(context: Context, share: Frame, part: Reading, taken: set[int]) -> list[Reading]:
    """Return what a share can be of, the likeliest first."""
    return sorted((base for base in _wholes(context, share, part, taken) if base.value), key=lambda base: base.cost)


def _wholes(context: Context, share: Frame, part: Reading, taken: set[int]) -> Iterator[Reading]:
    frames, parents = context.line.frames, context.lists.parents
    above = [f for f in frames[: share.number] if f.is_count]
    if part.cells:
        if above and has(share.led, "open", "subset"):
            yield _figures(COSTS["parent"], above[-1])
        yield from _wholes_of_cells(context, part.cells)
        return
    first, last = part.frames[0], part.frames[-1]
    near = [f for f in reversed(frames[: first.number]) if f.is_count and f.is_money == last.is_money]
    head = run_of(share)[0]
    if above and (several := _TOGETHER.search(share.told)):
        yield _figures(0.0, *above[-1 if sums_up(above[-1]) else -number_of(several[1]) :])
        return
    between = [f for f in frames[last.number + 1 : head.number] if f.is_count and "分别" not in head.lead_text]
    if between and _is_of(head, between[-1]):
        yield _figures(0.0, between[-1])
        return
    totals = [listing.total for listing in context.lists.found if listing.kind == "of" and last in listing.parts]
    if found := list(_named(context, head, near)) or [_figures(0.0, total) for total in totals]:
        yield from found
        return
    yield from (_figures(0.0, f) for f in between)
    subject = context.subjects.get(last.number)
    answered = subject is not None and subject.options[0] == WHOLES[2] and has(share.labelled, "share", "rate")
    if answered and (due := context.filing.of(WHOLES[1])) is not None:
        yield Reading(COSTS["parent"], due, cells=WHOLES[1])
    if last.number in parents:
        yield _figures(COSTS["parent"], parents[last.number])
    free = taken | parents.keys()
    for n, f in enumerate(near):
        named = n == 0 and has(f.labelled, "name")
        if f.number not in free:
            yield _figures(COSTS["sentence" if f.sentence == last.sentence else "before" if named else "anything"], f)
            yield from [_figures(COSTS["anything"], f, last)] * f.is_money
    for base in _wholes_of_cells(context, subject.options[0] if subject else WHOLES[2]):
        told = sorted(context.confirmed.get(base.cells, set()) - {last.number})[:1] if subject else ()
        yield _figures(COSTS["parent"], frames[told[0]]) if told else base._replace(cost=base.cost + COSTS["a cell"])


def _named(context: Context, share: Frame, near: Sequence[Frame]) -> Iterator[Reading]:
    """Yield what the words between 占 and a share name: figures told before, and cells."""
    of = first_of(share.labelled, "share", "of")
    hits = base_words(share)
    named = rows_of(tuple(meanings_of(hits, "row")))
    wholes = [tuple(f"applications.{row}.total" for row in option) for option in named]
    groups = tuple(f"disputes.{group}.total" for group in meanings_of(hits, "group"))
    if columns := tuple(hit.meanings["column"] for hit in hits if "column" in hit.meanings and not named):
        wholes.append(tuple(f"applications.new.{column}" for column in columns))
    yield from _wholes_of_cells(context, groups) if groups else ()
    known = context.subjects
    yield from (_figures(0.0, f) for f in near if f.number in known and known[f.number].options[0] in wholes)
    for cells in wholes:
        if (value := context.filing.of(cells)) is not None:
            yield Reading(COSTS["parent"], value, cells=cells)
    rate = has(share.labelled, "share", "rate")
    due = [f for f in near if rate and f.sentence == share.sentence and f.number in known]
    yield from (_figures(0.0, f) for f in due if known[f.number].rows[:1] == (("new", "carried_in"),))
    said = re.sub("总数量?|总量|全部|总|量|的|了|约|数|各?为", "", share.line.text[of.end : share.place]) if of else ""
    if len(said) > 1 and not (wholes or groups):
        yield from (_figures(0.0, f) for f in near if said in f.label_text + f.tail_text)


def _wholes_of_cells(context: Context, part: Cells) -> Iterator[Reading]:
    wholes: Sequence[Cells] = WHOLES[::-1]
    if part[0].startswith("applications") and (part == WHOLES[0] or part[0].rpartition(".")[2] in COLUMNS):
        wholes = WHOLES[:2]
    elif part[0].lstrip("-").startswith("disputes"):
        groups = list(dict.fromkeys(name.lstrip("-").rpartition(".")[0] for name in part))
        total = tuple(f"{group}.total" for group in groups)
        wholes = total, (*total, *(f"-{group}.pending" for group in groups if not part[0].endswith(".pending")))
    for number, cells in enumerate(wholes):
        if (value := context.filing.of(cells)) is not None:
            yield Reading(COSTS["one more"] * number, value, cells=cells)


# ---- the claim -------------------------------------------------------------------------------------------------------


Fit = tuple[float, Reading, Reading, Fraction]
"""What it costs that a share is of a part and a base, and what it is then in per cent."""


def _fits(quantity: Quantity, parts: Sequence[Reading], bases: Sequence[Reading]) -> list[Fit]:
    """Return the parts and bases that make a share."""
    fits = list[Fit]()
    for part in parts:
        for base in bases:
            if _holds(quantity, part.value, base.value):
                percent = _percent(Fraction(part.value) / base.value, quantity)
                cut = quantity.exact and percent != quantity.value * 100
                fits.append((part.cost + base.cost + COSTS["cut"] * cut, part, base, percent))
    return fits


def _share(
    context: Context, share: Frame, parts: Sequence[Reading], bases: Sequence[Reading], fits: Sequence[Fit],
    agreed: dict[int, Reading],
) -> Claim:  # fmt: skip
    """Return the claim of a share; `agreed` gathers what shares of the line turn out to be of."""
    quantity, place, frames = share.quantity, share.quantity.start, context.line.frames
    others = [base for n, base in agreed.items() if n != share.number and frames[n].sentence == share.sentence]
    near = [base.value for base in others]
    above = [context.lists.parents.get(f.number) for f in parts[0].frames]
    usual = {told for told in near if near.count(told) > 2 - any(f and f.quantity.value == told for f in above)}
    fits = [f for f in fits if not usual or f[2].value in usual or not any(above)]
    if fits:
        _, part, base, percent = min(fits, key=lambda fit: fit[0])
        agreed[share.number], numbers = base, (share.number, *(f.number for f in part.frames))
        words = partial(_worded, context, share, part, base, percent)
        return context.right(share.quote, place, "N3", words, numbers)
    part = parts[0]
    cheap, least = [base for base in bases if base.cost < TOO_DEAR], part.value if quantity.value <= 1 else 0
    likely = [b for b in cheap if b.value > least or (b.value != part.value and (len(bases) == 1 or b.value in near))]
    if not likely:
        told = f"{_in_words(context, part)}占{share.printed}"
        return Claim(context.part, share.quote, told, "不知占什么的比例", OPEN, place)
    base = min(likely, key=lambda base: base.cost - COSTS["before"] * (base.value in near))
    if not has(share.labelled, "share", "rate"):
        part = min(
            parts, key=lambda part: part.cost + abs(math.log((part.value + 1) / (quantity.value * base.value + 1)))
        )
    told = _in_words(context, part)
    said = context.part, share.quote, f"{told}占{share.printed}"
    expected = _percent(Fraction(part.value) / base.value, quantity)
    stated = Fraction(round_half_up(Fraction(quantity.value * 100), 1)) if quantity.spoken else quantity.value * 100
    reading = f"{told}÷{_in_words(context, base)}"
    message = f"“{said[2]}”：{reading}＝{plain(expected)}%，正文为{share.printed}"
    numbers = share.number, *(f.number for f in part.frames)
    return context.wrong(
        said, reading, place, "N3", message, plain(stated), plain(expected), part.cells, figures=numbers,
        traits=_traits(context, share, part, base) | {"base of all": base.value in near},
    )  # fmt: skip


def _worded(context: Context, share: Frame, part: Reading, base: Reading, percent: Fraction) -> tuple[str, str]:
    told, stated = _in_words(context, part), share.quantity.value * 100
    cut = share.quantity.exact and percent != stated
    how = ("，正文未进位（截断）" if stated < percent else "，正文末位多1") * cut
    reading = f"{told}÷{_in_words(context, base)}＝{plain(percent)}%{how}"
    return f"{told}占{share.printed}", reading


def _traits(context: Context, share: Frame, part: Reading, base: Reading) -> dict[str, float]:
    """Return what tells whether a share is of the figures that it is read as."""
    last = part.frames[-1] if part.frames else None
    cells, says = context.filing.figures("applications.new.total"), has(share.labelled, "share")
    here = {f.quantity.value for f in context.line.frames if f.sentence == share.sentence}
    return {
        "another sentence": last is not None and last.sentence != share.sentence,
        "over 100": share.quantity.value > 1,
        "decimals": share.quantity.decimals,
        "base cost": base.cost,
        "base named": base.cost <= COSTS["parent"] and says and not has(share.labelled, "limit", "subset"),
        "of other cells": any(_holds(share.quantity, cell, base.value) for cell in cells if cell > 0),
        "of cells": bool(base.cells),
        "semicolon": "；" in share.lead_text,
        "no word": not says,
        "figures here": math.log(1 + len(here)),
        "unknown letters": min(len(context.line.unknown(share.label, share.place)), 8) / 4,
    }


def _percent(share: Fraction, quantity: Quantity) -> Fraction:
    return Fraction(round_half_up(share * 100, 1 if quantity.spoken else quantity.decimals))
