"""Rule N1: a figure about cells of the tables equals them, as far as the cheapest reading lets one say so."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from govreport.checks.localise.typing_errors import mistyped
from govreport.checks.prose.claims import AGREES, OPEN, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.frames import Frame, has
from govreport.checks.prose.subjects import FLOWS, Subject
from govreport.checks.prose.values import Cells
from govreport.core import write_figure

MOST = {"error": 1.3, "warning": 1.5, "notice": 3.4}
"""What a reading may cost at most for a figure that contradicts it to be told as such."""
COSTS = {
    "limited": 3.0,
    "told again": 2.0,
    "another": 2.5,
    "part": 1.0,
    "part of a part": 1.5,
    "by whom": 2.0,
    "among others": 2.0,
}
"""What speaks for a subset, or for figures of others."""
MANY_DIGITS = 99
"""Swapped digits are told from another figure only in numbers beyond this."""


def cell_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each figure that can speak of cells."""
    for number, subject in context.subjects.items():
        yield _claim(context, context.line.frames[number], subject)


def _claim(context: Context, frame: Frame, subject: Subject) -> Claim:
    said, place = (context.part, frame.quote, frame.told), frame.quantity.start
    if subject.when:
        return Claim(*said, "不是本年数字", OPEN, place)
    if fit := context.fit(frame, subject):
        named = tuple(name.lstrip("-") for name in fit)
        return Claim(*said, context.in_words(fit), AGREES, place, "N1", cells=named)
    option = subject.options[0]
    value = context.filing.of(option)
    if value is None:
        return Claim(*said, "表中数字未填或有多种读法", OPEN, place)
    severity, doubt = _severity(context, frame, subject, value)
    if not severity:
        return Claim(*said, doubt, OPEN, place)
    stated, expected = (
        plain(Fraction(figure) / context.filing.scale(option[0])) for figure in (frame.quantity.value, value)
    )
    told = context.in_words(option)
    total = f"，合计{write_figure(expected)}" if len(option) > 1 else ""
    apart = stated - expected if stated > expected else expected - stated
    ask = f"；{doubt}" if doubt else ""
    message = f"“{frame.told}”，表格中{told}{total}，相差{write_figure(apart)}{ask}。"
    others = "".join(f"；也可读作{context.in_words(other)}" for other in subject.options[1:])
    return context.wrong(said, told + others, place, "N1", message, stated, expected, option, severity)


def _severity(context: Context, frame: Frame, subject: Subject, value: Fraction | int) -> tuple[str, str]:
    """Return how grave it is that a figure is none of its readings, and what speaks against it; nothing grave: ""."""
    if closed := _near_miss(context, frame, subject):
        return "notice", closed
    option, parent = subject.options[0], context.lists.parents.get(frame.number)
    if _told_in_parts(context, frame, option) or _of_more_years(context, frame) or _of_others(context, frame, subject):
        return "", "与同段其他数字合计相符，或范围不同"
    following = context.line.frames[frame.number + 1 : frame.number + 2]
    if any(f.quantity.value + frame.quantity.value == value and f.lead_text.startswith("、") for f in following):
        return "", "与相邻数字合计相符"
    children = [f for f in context.line.frames if context.lists.parents.get(f.number) is frame]
    if any(_explains(context, frame, f, value) for f in (*children, *([parent] if parent else ()))):
        return "", "与同段其他数字相符，或只是其中一部分"
    above = context.subjects.get(parent.number) if parent else None
    apart = "Ｔ" in frame.label_text or has(frame.labelled, "about", "disclosure")
    if parent and above and not above.when and not apart:
        all_of_it = above.options[0] == option or parent.quantity.value == value
        if all_of_it and (subject.topic != "applications" or subject.rows[0] in FLOWS):
            return "", "只是其中一部分"
    cost = subject.cost + COSTS["limited"] * subject.limited
    cost += COSTS["told again"] * bool(context.confirmed.get(option, set()) - {frame.number})
    cost += COSTS["another"] * (subject.scope == "another")
    if parent is not None and subject.topic == "applications" and subject.rows[0] in FLOWS:
        cost += COSTS["part"] * (parent.number not in context.subjects)
        cost += COSTS["by whom"] * (subject.rows[0] == ("total",) and _is_by_whom(context, frame, parent))
    if parent is not None and subject.topic == "applications":
        beside = [n for n, total in context.lists.parents.items() if total is parent and n != frame.number]
        alone = len(beside) > 1 and not any(_is_of_applications(context, n) for n in beside)
        cost += COSTS["among others"] * (alone and subject.rows[0] not in FLOWS)
    if parent is not None and subject.topic == "proactive":
        cost += COSTS["part of a part"] * (parent.number in context.lists.parents)
    severity = next((name for name, most in MOST.items() if cost <= most), "")
    if severity == "error" and not frame.quantity.exact:
        severity = "warning"
    others = subject.scope == "wide" and subject.topic != "proactive" and not context.of_all(frame)
    if severity and others and not _is_typo(frame, value):
        parts = [f for f in context.line.frames if context.lists.parents.get(f.number) is frame]
        severity = "" if any(part.quantity.value == value for part in parts) else "notice"
    return severity, "" if severity == "error" else "请核对是否同一范围"


def _explains(context: Context, frame: Frame, other: Frame, value: Fraction | int) -> bool:
    """Whether a part or the total of a figure is what the cell holds, so that the figure is another."""
    about = has(other.labelled, "about", "disclosure") and not has(frame.labelled, "about", "disclosure")
    subject = context.subjects.get(other.number)
    own = subject and subject.options[0] != context.subjects[frame.number].options[0]
    return (value > 0 and other.quantity.value == value and not own) or (
        about and frame.quantity.value > other.quantity.value
    )


def _is_of_applications(context: Context, number: int) -> bool:
    return number in context.subjects and context.subjects[number].topic == "applications"


def _near_miss(context: Context, frame: Frame, subject: Subject) -> str:
    """Return what a figure that is not the usual reading's would be: a doubt, not a contradiction."""
    option, of = subject.options[0], context.filing.of
    if subject.topic == "disputes" and all(name.endswith(".total") for name in option):
        closed = of((*option, *(f"-{name.removesuffix('total')}pending" for name in option)))
        if closed is not None and frame.quantity.may_be(closed):
            return "与已有结果的件数相同，请核对是否漏计未结案件"
    if subject.rows == (("new", "carried_in"),) and (new := of(option[:1])) is not None and frame.quantity.may_be(new):
        return "与本年新收的件数相同，请核对是否含上年结转"
    return ""


def _told_in_parts(context: Context, frame: Frame, option: Cells) -> bool:
    """Whether several figures of a sentence speak of the same cells and make their sum together."""
    frames = context.line.frames
    same = [
        n
        for n, s in context.subjects.items()
        if frames[n].sentence == frame.sentence and s.options[0] == option and not s.when
    ]
    return len(same) > 1 and sum(frames[n].quantity.value for n in same) == context.filing.of(option)


def _of_more_years(context: Context, frame: Frame) -> bool:
    """Whether a part of a figure is said to be this year's, so that the figure itself is of more years."""
    part = next((f for f in context.line.frames if context.lists.parents.get(f.number) is frame), None)
    return (
        part is not None and "Ｔ" in part.label_text and "Ｔ" not in frame.label_text and "结转" not in part.label_text
    )


def _of_others(context: Context, frame: Frame, subject: Subject) -> bool:
    """Whether other figures show that the filing is not of those whose figure it is."""
    scopes = {context.subjects[number].scope for numbers in context.confirmed.values() for number in numbers}
    named = len(context.line.unknown(frame.label, frame.place)) > 2
    return bool(scopes - {""}) and (subject.scope or ("another" if named else "")) not in {*scopes, ""}


def _is_by_whom(context: Context, frame: Frame, parent: Frame) -> bool:
    """Whether a list divides a total by something else than what became of it: no other part of it names a result."""
    others = [n for n, total in context.lists.parents.items() if total is parent and n != frame.number]
    rows = [context.subjects[n].rows[:1] for n in others if n in context.subjects]
    return bool(others) and not has(frame.led, "row", "carried_in") and all(not row or row[0] in FLOWS for row in rows)


def _is_typo(frame: Frame, expected: Fraction | int) -> bool:
    """Whether two neighbouring digits are swapped."""
    stated = int(frame.quantity.value)
    return stated > MANY_DIGITS and stated in mistyped(int(expected))["swapped"]
