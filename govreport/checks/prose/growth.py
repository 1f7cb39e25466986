"""Rule N4: growth follows from the figures that it compares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, OPEN, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.discourse import Subject
from govreport.checks.prose.frames import TIMES, Frame, distributed, is_difference, is_grown_by, run_of, was_before
from govreport.checks.prose.lexicon import Hit, has, meanings_of
from govreport.checks.prose.quantities import Quantity
from govreport.checks.prose.subjects import subject_of
from govreport.core import Figure, round_half_up

Pair = tuple[Fraction, Fraction]
"""This year's figure and last year's."""
IN_WORDS = {"level": (0, 0), "double": (8, 12), "up": (0, 10**9), "down": (-(10**9), 0)}
"""What growth can be that words tell without a figure, in tenths."""
NEAR, FARTHEST, DEAR = 40, 24, 2.0
"""Figures before a growth among which those that it compares are looked for, letters before it that tell a comparison;
from what cost on words do not tell what has grown."""
_REACHES = re.compile("，(?:均|都)?(?:为|达到?|共|计|是|有)+")
_HOW_MUCH = "[有所略大幅明显著小微稳步逐继续基本上体致呈现均也都总数量件相比同期度年的#（）]"
_COMPARED = re.compile(f"[均也都]*(?:[较与同比](?![例重])[^，。；#%]{{0,4}}Ｌ|[同环]比){_HOW_MUCH}*$")
_LAST_YEAR = re.compile("Ｌ[^，；。：#%）]{0,11}$")
_SAID = re.compile("了?(?:[，。；！？]|$)")
_UNTIL = re.compile("(?:了|约|近|超过|超|逾|幅度?|率|达到?|为|约为|至|到)*")


@dataclass(frozen=True)
class Growth:
    """A growth that is stated.

    quantity: how much; kind: ``up``, ``down`` or ``times``; start, end: where its words stand in the line; now, then:
    the figures of the text that it compares; before: the figures before it since the last semicolon; named: what words
    say has grown where no figure does.
    """

    quantity: Quantity
    kind: str
    start: int
    end: int
    now: Frame | None
    then: Frame | None
    before: Sequence[Frame]
    named: Subject | None = None


def growth_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each growth on last year."""
    for frame in context.line.frames:
        if frame.kind in "#%×" and "年均" not in frame.lead_text and (growth := _growth(context, frame)):
            yield _growth_claim(context, growth)
    for hit in context.line.hits:
        if hit.meanings.get("growth") in IN_WORDS and (growth := _in_words(context, hit)):
            yield _growth_claim(context, growth)


def _in_words(context: Context, hit: Hit) -> Growth | None:
    """Return a growth that is told without a figure: 申请数量与上年基本持平, 新收申请较上年减少."""
    line, kind = context.line, hit.meanings["growth"]
    compared = _COMPARED.search(line.text, max(context.clause(hit.start), hit.start - FARTHEST), hit.start)
    if compared is None or (kind in ("up", "down") and not _SAID.match(line.text, hit.end)):
        return None
    start, about = compared.start(), has(line.between(compared.start(), hit.start), "growth", "nearly")
    low, high = Fraction(IN_WORDS[kind][0] - about, 10), Fraction(IN_WORDS[kind][1] + about, 10)
    quantity = Quantity(line.at[hit.start], line.at[hit.end], int(kind == "double"), low, high, "%")
    growth = _compared(context, quantity, "up", start, hit.start, hit.end)
    before = _before(context, quantity, start)
    if not before.label_text.strip("的数量件总"):
        return growth
    named = _named(context, before, hit.start)
    return replace(growth, now=None, named=named) if named else None


def _before(context: Context, quantity: Quantity, start: int) -> Frame:
    """Return a frame of what stands right before the words of a growth."""
    line = context.line
    label = max([context.clause(start), *(f.place + 1 for f in line.frames if f.place < start)])
    return Frame(len(line.frames), start, quantity, -1, context.sentence(start), label, label, start, line)


def _named(context: Context, before: Frame, place: int) -> Subject | None:
    """Return what the words before a growth say has grown, if that is not doubtful; place: of a word of growth."""
    named, told = before.label_text.strip("的数量件总"), before.label_text.endswith(("数", "量", "件"))
    if not named or named[0] == "、" or not (told or has(before.labelled[-1:], "name")) or place not in context.said:
        return None
    if before.quantity.unit == "项" or context.line.unknown(before.label, before.place):  # 行政许可事项, 交通类处罚
        return None
    subject = subject_of(before, context.said[place], context.lists)
    return subject if subject and subject.cost < 1 and not (subject.when or subject.limited) else None


def _grown(context: Context, quantity: Quantity, places: Sequence[int], then: Frame | None) -> Subject | None:
    """Return what the words before one of some places name, or else the largest figure of the sentence before.

    新收申请较上年增长5%; 与上年相比，新收量增长5%; …合计86件。较上年增长5%.
    """
    for place in reversed(places):
        if named := _named(context, _before(context, quantity, place), place):
            return named
    start, place = context.sentence(places[0])[0], places[-1]
    first = not context.line.text[start : places[0]].strip("Ｔ年度，")
    if (
        not first
        or _has_own_subject(context, start, place)
        or any(start <= f.place < place and f is not then for f in context.line.frames)
    ):
        return None
    earlier = [f for f in context.line.frames if f.sentence[1] == start and f.number in context.subjects]
    largest = max(earlier, key=lambda frame: frame.quantity.value, default=None)
    return context.subjects[largest.number] if largest else None


def _growth(context: Context, frame: Frame) -> Growth | None:
    line, start, last, own = context.line, frame.sentence[0], frame, frame.first_told
    frame = run_of(own)[0]
    handed_out = "分别" in frame.lead_text or "依次" in frame.lead_text
    directions = [hit for f in (frame, own) for hit in f.labelled if hit.meanings.get("growth") in ("up", "down")]
    times = [hit for hit in frame.labelled if hit.meanings.get("growth") == "times"]
    said = line.text[start : frame.place]
    if frame.kind == TIMES and (times or re.search("Ｌ[^，。；]{0,4}[#的]）?的?$|Ｌ（#）的$", said)):
        begin = times[-1].start if times else frame.label
        return _compared(context, frame.quantity, "times", begin, frame.place, frame.place + 1)
    if not directions or "Ｏ" in re.split("[，；]", said)[-1]:
        return None
    until = line.text[directions[-1].end : frame.place]
    reached = until.endswith(("至", "到", "为") if frame.is_count else ("至", "到"))
    if reached or not (_UNTIL.fullmatch(until) or is_grown_by(frame, directions[-1])):
        return None
    hits = line.between(max(start, line.text.rfind("；", start, frame.place)), frame.place)
    bases = [hit.start for hit in hits if hit.meanings.get("growth") in ("base", "from")]
    bases += [start + m.start() for m in re.finditer("(?:较|比|与|[由从]|同)(?=[^，。；]{0,3}Ｌ)|在Ｌ#", said)]
    begin = max(bases, default=frame.label)
    clause = context.clause(own.place)
    if begin < clause and not handed_out and _has_own_subject(context, clause, directions[0].start):
        begin = directions[0].start
    growth = _compared(context, last.quantity, directions[-1].meanings["growth"], begin, own.place, last.place + 1)
    if growth.now is None:
        then = growth.then if growth.then and growth.then.number in (frame.number - 1, last.number + 1) else None
        growth = replace(
            growth, then=then, named=_grown(context, last.quantity, (begin, directions[0].start), growth.then)
        )
    if done := until.strip("了约为达近超过"):  # 比上年多制发31件
        same = [f for f in growth.before if done in f.label_text]
        growth = replace(growth, now=same[-1] if same else growth.now)
    beside = any(hit.meanings.get("growth") in ("up", "down") and hit.start < frame.label for hit in hits)
    alone = directions[0].start == frame.label and (growth.then is not None or beside or not own.is_count)
    if not bases and (growth.now is None or not alone):
        return None
    if not handed_out:
        return growth
    named = any("name" in hit.meanings and "growth" not in hit.meanings for hit in own.labelled)
    now = None if named else distributed(own)
    return replace(growth, now=now, then=None, before=()) if now or named else None


def _compared(context: Context, quantity: Quantity, kind: str, start: int, place: int, end: int) -> Growth:
    """Return a growth with the figures that it compares: last year's by its words, this year's before its words."""
    line, sentence = context.line, context.sentence(place)
    earlier = [f for f in line.frames if sentence[0] <= f.place < place and f.is_count][-NEAR:]
    own = next((f.bracket for f in line.frames if f.place == place), -1)
    then = next((f for f in reversed(earlier) if _is_last_years(f)), None)
    others = (f for f in reversed(earlier) if f is not then and not is_difference(f) and f.bracket == own)
    others = (f for f in others if then is None or "Ｏ" not in f.label_text)
    now = next((f for f in others if not has(f.labelled, "row", "carried_in")), None)
    behind = next((f for f in line.frames if f.place >= end), None)
    if then is None and now and behind and behind.quantity.unit == now.quantity.unit and _is_last_years(behind):
        then = behind if behind.place < sentence[1] and "；" not in line.text[end : behind.place] else None
    if now is None and behind and line.text[place] not in "#%×" and _REACHES.fullmatch(line.text[end : behind.place]):
        now = behind  # 与上年持平，为96件
    if now and then in earlier and any(has(f.labelled, "growth") for f in line.frames[now.number + 1 : then.number]):
        now = then = None  # the growth of a year before
    if now is None and own >= 0:
        now = next((f for f in reversed(earlier) if f.place == own - 1), None)
    if now and then and "；" in line.text[then.place : now.place]:
        after = line.frames[then.number + 1]
        then = None if after.kind == TIMES or has(after.labelled, "growth") else then
    clause = context.clause(start)
    parted = now is not None and then is None and now.place < start and "；" in line.text[now.place : start]
    if parted or (now is not None and now.place < clause and _has_own_subject(context, clause, start)):
        now = None
    return Growth(quantity, kind, start, end, now, then, [f for f in earlier if "；" not in line.text[f.place : start]])


def _is_last_years(frame: Frame) -> bool:
    """Whether a figure is said to be last year's: 上年为131件, 较2022年（31起）, 由上年的420件."""
    if frame.span[1] != frame.place or was_before(frame):
        return "Ｌ" in frame.label_text or was_before(frame)
    near = _LAST_YEAR.search(frame.line.text, max(frame.sentence[0], frame.place - 12), frame.place)
    return near is not None and near.start() not in frame.line.taken and not is_difference(frame)


def _has_own_subject(context: Context, clause: int, start: int) -> bool:
    """Whether the clause of a growth names what grows itself: 其中网络申请同比上升."""
    names = {"column", "group", "outcome", "proactive", "limit", "time", "topic"}
    named = any(not names.isdisjoint(hit.meanings) for hit in context.line.between(clause, start))
    return named or len(context.line.unknown(clause, start).strip("这一整体")) > 1


def _pairs(
    context: Context, now: Frame | None, then: Frame | None, own: Sequence[int], subject: Subject | None = None
) -> Iterator[Pair]:
    """Yield what can be compared, the likeliest first: figures, or the cells that words name before a growth's own."""
    if now and then:
        total = context.lists.parents.get(now.number)
        for frame in (now, total) if total and "；" in context.line.text[now.place : then.place] else (now,):
            yield Fraction(frame.quantity.value), Fraction(then.quantity.value)
        return
    named = now.number if now else own[0] if own else -1
    known = context.subjects if now else context.subjects | context.shares
    subject = known.get(named, subject)
    told = context.line.frames[named] if named >= 0 else None
    again = told is not None and named > 0 and is_difference(context.line.frames[named - 1])
    if subject is None and told and again and not context.line.unknown(told.lead, told.place):
        subject = known.get(named - 1) if all("growth" in hit.meanings for hit in told.led) else None
    if subject is None:  # 减少31件，降幅14.2% is told once more
        return
    limits = meanings_of(told.labelled, "limit") if told else []
    of_some = any(limit != "compare" for limit in limits)  # 网络申请同比下降
    of_some = of_some or bool(told and len(context.line.unknown(told.label, told.place)) > 1)  # 征地类复议增加2件
    if not now and (subject.cost > DEAR or subject.scope not in ("", "own", *context.scopes) or of_some):
        return
    fits = [option for option in subject.options if now and context.bears_out(now, option)]
    fits = [option for option in fits if then or (context.last and context.last.of(option) is not None)][:1] or fits
    if now and not then and not fits:
        return
    for option in fits or subject.options:
        base = then.quantity.value if then else context.last.of(option) if context.last else None
        for value in (now.quantity.value if now else None, context.filing.of(option)):
            if base is not None and value is not None:
                yield Fraction(value), Fraction(base)


def _growth_claim(context: Context, growth: Growth) -> Claim:
    quantity, line = growth.quantity, context.line
    place, unit, said = quantity.start, quantity.unit, context.begin(growth.start, growth.end)
    own = [f.number for f in line.frames if f.quantity is quantity]
    pairs = list(_pairs(context, growth.now, growth.then, own, growth.named))
    if not pairs or (unit in ("%", "倍") and not pairs[0][1]):
        return Claim(*said, "没有可比的上年数字" if not pairs else "上年为0", OPEN, place)
    stated = quantity.value * (100 if unit == "%" else 1) * (-1 if growth.kind == "down" else 1)
    numbers = (*own, *(f.number for f in (growth.now, growth.then) if f)) if own else ()
    whole = context.lists.parents.get(growth.now.number) if growth.now else None
    further = [p for f in growth.before if unit == "%" or f is whole for p in _pairs(context, f, None, own)]
    for now, then in (*pairs, *(further if growth.now and not growth.then and quantity.value else ())):
        if (then or unit not in ("%", "倍")) and _grows(quantity, stated, _actual(unit, growth.kind, now, then)):
            return Claim(*said, f"由{plain(then)}到{plain(now)}", AGREES, place, "N4", figures=numbers)
    likely = pairs if growth.now and growth.then else pairs[:1]
    now, then = min(likely, key=lambda pair: abs(stated - _actual(unit, growth.kind, *pair)))
    digits = max(quantity.decimals if unit in ("%", "倍") else 0, quantity.spoken or not quantity.value)
    expected = plain(Fraction(round_half_up(_actual(unit, growth.kind, now, then), digits)))
    hint, told = "", f"，正文为{plain(stated)}{unit}" * bool(own)
    if unit == "%" and now and _grows(quantity, stated, (now - then) / now * 100):
        hint = "，疑以本年为基数"
    elif unit == "倍" and growth.kind == "up" and _grows(quantity, stated, now / then):
        hint = f"，疑为“是上年的{plain(stated)}倍”"
    right = f"上年为{plain(then)}、本年为{plain(now)}，应为{expected}{unit}"
    message = f"“{said[2]}”：{right}{told}{hint}"
    return context.wrong(
        said, f"由{plain(then)}到{plain(now)}", place, "N4", message, plain(stated), expected, figures=numbers,
        traits=_growth_traits(context, growth, stated, expected),
    )  # fmt: skip


def _growth_traits(context: Context, growth: Growth, stated: Fraction | int, expected: Figure) -> dict[str, float]:
    """Return what tells whether a growth is of the figures that it is read as comparing."""
    now = growth.now
    subject = context.subjects.get(now.number) if now else None
    return {
        "and another": bool(growth.before) and context.line.text[growth.end : growth.end + 1] in ("、", "和", "及"),
        "then from last year": growth.then is None and context.last is not None,
        "another sign": float(stated) * float(expected) < 0,
        "then told": growth.then is not None,
        "now right": bool(now and subject and context.fit(now, subject)),
        "now a cell": (subject or growth.named) is not None,
    }


def _actual(unit: str, kind: str, now: Fraction, then: Fraction) -> Fraction:
    if unit not in ("%", "倍"):
        return now - then
    return now / then if kind == "times" else (now / then - 1) * (100 if unit == "%" else 1)


def _grows(quantity: Quantity, stated: Fraction | int, actual: Fraction) -> bool:
    if quantity.exact and (quantity.unit == "%" or (quantity.unit == "倍" and quantity.decimals)):
        return abs(stated - actual) < Fraction(1, 10**quantity.decimals)
    if quantity.scale > 1 and abs(stated - actual) * 10**quantity.decimals < quantity.scale:
        return True
    if quantity.exact and quantity.unit == "倍":
        return Fraction(-1, 2) <= actual - stated < 1
    scale = 100 if quantity.unit == "%" else 1
    signed = -actual if stated < 0 else actual
    return quantity.low * scale <= signed <= quantity.high * scale
