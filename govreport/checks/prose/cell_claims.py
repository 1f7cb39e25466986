"""Rule N1: a figure about cells of the tables equals them, as far as the cheapest reading lets one say so."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from govreport.checks.prose.claims import OPEN, Claim
from govreport.checks.prose.context import Context
from govreport.checks.prose.discourse import Subject
from govreport.checks.prose.frames import Frame, is_difference, of_another_year
from govreport.checks.prose.lexicon import has
from govreport.checks.prose.self_description import abbreviates, patterns
from govreport.checks.prose.statements import CLAUSES
from govreport.checks.prose.subjects import RESULT
from govreport.checks.prose.sureness import coincidence
from govreport.checks.prose.values import Cells, rank
from govreport.core import write_figure

WIDE = 2
"""How many times a cell a figure of a whole county or city is at least, where it is not of the office alone."""
CARRIED_IN: Cells = ("applications.carried_in.total",)
MOST: tuple[Cells, ...] = (("applications.total.total",), ("applications.new.total", "applications.carried_in.total"))
"""The most applications that a filing has."""
MOST_PLAIN = 1.0
"""The most that a plain reading costs."""


def cell_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each figure that can speak of cells."""
    for number, subject in context.subjects.items():
        yield _claim(context, context.line.frames[number], subject)


def _claim(context: Context, frame: Frame, subject: Subject) -> Claim:
    place = frame.quantity.start
    its_own = subject.when == "last" and of_another_year(frame) and subject.cost <= MOST_PLAIN
    last = context.last if its_own else None
    values = last if subject.when else context.filing
    fit = context.fit(frame, subject, values) if values else None
    if fit:
        return context.right(
            frame.quote, place, "N1", lambda: (frame.told, context.in_words(fit, "", values)), (frame.number,),
            () if last else fit,
        )  # fmt: skip
    said, option = (context.part, frame.quote, frame.told), subject.options[0]
    if values is None:
        return Claim(*said, "不是本年数字", OPEN, place)
    value = values.of(option)
    if value is None:
        return Claim(*said, "表中数字未填或有多种读法", OPEN, place)
    parent = context.lists.parents.get(frame.number)
    above = context.subjects.get(parent.number) if parent else None
    if parent and above and above.topic == "applications" and _is_of_some(context, frame, parent, value):
        return Claim(*said, "是一部分申请的", OPEN, place)
    alike = [f for f in context.line.frames if f.sentence == frame.sentence and _is_beside(context, f, frame)]
    beside = [f for f in alike if f is parent or (f.number == frame.number - 1 and frame.lead_text.startswith("、"))]
    taken = any(context.subjects[f.number].options[0] == option and context.bears_out(f, option) for f in beside)
    if taken or sum(f.quantity.value for f in alike) == value:
        return Claim(*said, "同一单元格已有所指", OPEN, place)
    if is_difference(frame) and subject.limited:
        return Claim(*said, "是增减数", OPEN, place)
    if (frame.quantity.value > WIDE * value or subject.scope != "wide") and _is_said_of_others(context, frame, subject):
        return Claim(*said, "不是本机关数字", OPEN, place)
    stated, expected = (values.in_unit(option[0], figure) for figure in (frame.quantity.value, value))
    told, whose = context.in_words(option, values=values), "上年" * bool(last)
    total = f"，合计为{write_figure(expected)}" if len(option) > 1 else ""
    apart = stated - expected if stated > expected else expected - stated
    message = f"“{frame.told}”，{whose}表格中{context.in_words(option, '为', values)}{total}，相差{write_figure(apart)}"
    others = "".join(f"；也可读作{context.in_words(other, values=values)}" for other in subject.options[1:])
    missed = _near_miss(context, frame, subject)
    some = has(frame.labelled, "limit", "channel") and subject.limited and stated < expected
    severity = "notice" if missed or some else "error" if frame.quantity.exact else "warning"
    traits, ask = _traits(context, frame, subject, value), f"；{missed or '请核对是否同一范围'}"
    return context.wrong(
        said, told + others, place, "N1", message, stated, expected, () if last else option, severity, (frame.number,),
        traits, ask,
    )  # fmt: skip


def _is_of_some(context: Context, frame: Frame, parent: Frame, value: Fraction | int) -> bool:
    """Whether a figure is of some applications alone: of some in other words, or of those newly received."""
    above, left = context.subjects[parent.number], value - frame.quantity.value
    if above.limited:
        return not context.fit(parent, above)
    answered = context.subjects[frame.number].rows != above.rows == (("new",),)
    return answered and parent.tail_text.endswith("中") and 0 < left <= (context.filing.of(CARRIED_IN) or 0)


def _is_beside(context: Context, other: Frame, frame: Frame) -> bool:
    """Whether a figure is read as the same cells, or one applicant's of their row, but is no part of the other."""
    read, subject = context.subjects.get(other.number), context.subjects[frame.number]
    if read is None or (read.topic, read.rows[:1], read.when) != (subject.topic, subject.rows[:1], subject.when):
        return False
    of_all = read.topic == "applications" and subject.options[0][0].endswith(".total")
    own, part = context.fit(other, read) in (None, read.options[0]), context.lists.parents.get(other.number) is frame
    return (of_all or read.options[0] == subject.options[0]) and own and not part


def _traits(context: Context, frame: Frame, subject: Subject, value: Fraction | int) -> dict[str, float]:
    """Return what tells whether a figure speaks of the cells that it is read as."""
    line, parents, number, option = context.line, context.lists.parents, frame.number, subject.options[0]
    parent = parents.get(number)
    above = context.subjects.get(parent.number) if parent else None
    rows = rank(" ".join(subject.rows[0])) if subject.topic == "applications" else 0
    borne_out = bool(parent and above and context.fit(parent, above))
    astray = bool(above and not above.when and not borne_out)
    stated, plain = frame.quantity.value, _is_plain(context, frame, subject, astray=astray)
    total = plain and parent is None and not subject.when and subject.topic != "disputes"
    right = context.confirmed.values() if subject.topic != "disputes" else ()
    elsewhere = {line.frames[n].quantity.value for numbers in right for n in numbers - {number}}
    return {
        "limited": subject.limited,
        "several readings": len(subject.options) > 1,
        "result": rows == RESULT,
        "one column": bool(rows) and not option[0].endswith(".total"),
        "part": parent is not None,
        "part of the cell": parent is not None and parent.quantity.value == value and value > 0,
        "a part is the cell": any(f.quantity.value == value > 0 for f in line.frames if parents.get(f.number) is frame),
        "told again": bool(context.confirmed.get(option, set()) - {number}) and not subject.when,
        "with its neighbours": _with_neighbours(frame, value),
        "and": frame.lead_text.startswith("、"),
        "of others": _of_others(context, frame, subject),
        "another cell": coincidence(stated, context.filing.figures(option[0]) - elsewhere, plain=total),
        "cost": min(subject.cost, 4.0),
        "names more": sum(letter in "、及和或与" for letter in frame.label_text) >= len(option),
        "parent right": borne_out,
        "parent wrong": astray,
        "carried": rows == 3,
        "words behind": not has(frame.labelled, "name"),
        "more than all": rows and stated > max(context.filing.of(cells) or 0 for cells in MOST) > 0,
        "plain": plain,
    }


def _is_plain(context: Context, frame: Frame, subject: Subject, *, astray: bool) -> bool:
    """Whether the words of the form say of which cells a figure is: a cheap reading, no letters but the agency's name.

    astray: whether its total is wrong, too; then a name may say that all of them are others.
    """
    doubtful = subject.cost > MOST_PLAIN or subject.limited or subject.scope in ("another", "wide")
    unknown = context.line.unknown(frame.sentence[0], frame.end)
    return not doubtful and (not unknown or (not astray and abbreviates(unknown, context.filing.agency)))


def _with_neighbours(frame: Frame, value: Fraction | int) -> bool:
    """Whether a figure and those that stand right before or behind it in its sentence make what the cell holds."""
    here = frame.sentence, frame.bracket, True
    same = [f for f in frame.line.frames if (f.sentence, f.bracket, f.is_count) == here]
    place = same.index(frame)
    runs = (same[a:b] for a in range(max(0, place - 3), place + 1) for b in range(place + 1, place + 5))
    return any(len(run) > 1 and sum(f.quantity.value for f in run) == value for run in runs)


def _near_miss(context: Context, frame: Frame, subject: Subject) -> str:
    """Return what a figure that is not the usual reading's would be: a doubt, not a contradiction."""
    option, of = subject.options[0], context.filing.of
    if subject.topic == "disputes" and all(name.endswith(".total") for name in option):
        closed = of((*option, *(f"-{name.removesuffix('total')}pending" for name in option)))
        counted = any(of(tuple(f"{name.removesuffix('total')}pending" for name in one)) for one in context.confirmed)
        if closed and frame.quantity.may_be(closed) and not counted:
            return "与已有结果的件数相同，请核对是否漏计未结案件"
    if subject.rows == (("new", "carried_in"),) and (new := of(option[:1])) is not None and frame.quantity.may_be(new):
        return "与本年新收的件数相同，请核对是否含上年结转"
    return ""


def _is_said_of_others(context: Context, frame: Frame, subject: Subject) -> bool:
    """Whether a figure is said to be of others, and no figure that the filing bears out shows that they are its own."""
    if subject.scope in ("another", "wide"):
        return subject.scope not in context.scopes
    start = context.sentence(frame.place, CLAUSES)[0]
    told = (f.label_text for f in context.line.frames[: frame.number + 1] if f.label >= start)
    actors = [actor["name"] for text in told if (actor := patterns()["institution that acts"].match(text))]
    if not actors or not context.filing.agency or abbreviates(actors[-1], context.filing.agency):
        return False
    right = (number for numbers in context.confirmed.values() for number in numbers)
    near = (number for number in right if context.line.frames[number].sentence == frame.sentence)
    return all(context.subjects[number].scope != subject.scope for number in near)


def _of_others(context: Context, frame: Frame, subject: Subject) -> bool:
    """Whether other figures show that the filing is not of those whose figure it is."""
    named = len(context.line.unknown(frame.label, frame.place)) > 2
    return bool(context.scopes - {""}) and (subject.scope or "another" * named) not in {*context.scopes, ""}
