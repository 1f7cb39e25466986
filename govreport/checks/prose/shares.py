"""Rule N3: a stated percentage or share follows from the figures, to its own rounding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN, Claim, figure_text, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.readings import base_value
from govreport.checks.prose.words import words
from govreport.core import round_half_up

Base = tuple[Fraction, str]
"""A figure that a share can be of, and what it is in words."""


def share_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each share of a figure."""
    stated = [
        (mention, part)
        for mention in context.mentions
        if mention.quantity.unit == "%" and not context.is_other_time(mention) and (part := _part_of(context, mention))
    ]
    numerators = {part.number for _, part in stated}
    agreed: list[Base] = []
    for _ in range(2):
        claims = [_claim(context, mention, part, numerators, agreed) for mention, part in stated]
    yield from claims if stated else ()


def _part_of(context: Context, mention: Mention) -> Mention | None:
    """Return the figure whose share is stated; None where no share is stated."""
    found, number = context.mentions, mention.number
    previous = found[number - 1] if number else None
    if number > 1 and mention.lead in ("）的", "的", "的约"):
        return found[number - 2]
    if mention.lead.startswith("）") and previous and previous.bracket > mention.bracket:
        previous = next((m for m in reversed(found[:number]) if m.bracket == mention.bracket), None)
    if previous and (mention.lead == "（" or _is_bare(mention, previous)):
        return previous
    if not words()["share"].search(mention.lead):
        run = number
        while run and found[run].quantity.unit == "%" and re.fullmatch(r"[、，和及]+", found[run].lead):
            run -= 1
        if run == number or found[run].quantity.unit != "%" or "分别" not in found[run].lead:
            return None
        return _distributed(context, run, number)
    if "分别" in mention.lead:
        return _distributed(context, number, number)
    label = re.split(r"[，；。：]", words()["share"].sub("", mention.lead))[-1].lstrip("、（）")
    if previous and previous.is_count and not label:
        return previous
    return None


def _is_bare(mention: Mention, previous: Mention) -> bool:
    """Whether a share stands right behind its figure without 占, as in 31件，超过半数, or is the rate of its label."""
    if words()["bare share"].fullmatch(mention.lead):
        return True
    rate = re.search(r"，([^，。；]{2,8})率(?:为|达到?|约)?$", mention.lead)
    return bool(
        rate and previous.number and (previous.label.endswith(rate[1]) or previous.label.startswith(f"其中{rate[1]}"))
    )


def _distributed(context: Context, first: int, number: int) -> Mention | None:
    """Return the figure of a share in 分别占…: the shares belong to the figures before them, in order."""
    found = context.mentions
    last = number
    while last + 1 < len(found) and found[last + 1].quantity.unit == "%" and len(found[last + 1].lead) < 3:
        last += 1
    count = last - first + 1
    parts = [m for m in found[:first] if m.sentence == found[first].sentence and m.is_count][-count:]
    return parts[number - first] if len(parts) == count else None


def _bases(context: Context, part: Mention, share: Mention, numerators: set[int]) -> tuple[list[Base], list[Base]]:
    """Return what the share can be of: what it should be of, and what else it could be of."""
    parent = context.parents.get(part.number)
    between = [m for m in context.mentions[part.number + 1 : share.number] if m.is_count]
    near = [m for m in reversed(context.mentions[: part.number]) if m.is_count and m.is_money == part.is_money]
    likely = between + ([parent] if parent else [])
    likely += [m for m in near if m.sentence == part.sentence and m.number not in numerators and m not in likely]
    own = [(m.quantity.value, figure_text(m)) for m in likely if m.quantity.value >= part.quantity.value]
    others = [(m.quantity.value, figure_text(m)) for m in near if m not in likely]
    if context.readings or context.part == 3:
        for rows in (("new",), ("new", "carried_in"), ("total",)):
            if value := base_value(context.filing, tuple(f"applications.{row}.total" for row in rows)):
                label = "＋".join(context.filing.form.label_of(f"applications.{row}.total") for row in rows)
                others.append((value, f"{label}{plain(value)}"))
    return [base for base in own if base[0]], [base for base in others if base[0]]


def _claim(context: Context, mention: Mention, part: Mention, numerators: set[int], agreed: list[Base]) -> Claim:
    """Return the claim of a share; `agreed` gathers what shares of the passage turn out to be of."""
    quantity, place = mention.quantity, mention.quantity.start
    figure, told = part.quantity.value, figure_text(part)
    base = (context.part, mention.quote, f"{told}占{figure_text(mention)}")
    own, others = _bases(context, part, mention, numerators)
    for value, name in (*own, *others):
        if _holds(mention, figure / value):
            if (value, name) not in agreed:
                agreed.append((value, name))
            actual = _percent(figure / value, mention)
            cut = "" if not quantity.exact or actual == quantity.value * 100 else f"，正文{_rounding(actual, mention)}"
            return Claim(*base, f"{told}÷{name}＝{actual}%{cut}", AGREES, place, "N3")
    likely = own or [found for found in agreed if found in others]
    if not likely:
        return Claim(*base, "不知占什么的比例", OPEN, place)
    value, name = likely[0]
    actual = _percent(figure / value, mention)
    stated = round_half_up(quantity.value * 100, 1) if quantity.spoken else plain(quantity.value * 100)
    message = f"“{told}占{figure_text(mention)}”：{told}÷{name}＝{actual}%，正文为{figure_text(mention)}。"
    return Claim(*base, f"{told}÷{name}", DISAGREES, place, "N3", "warning", message, (), stated, actual)


def _rounding(actual: Decimal, mention: Mention) -> str:
    """Return how a share that is off by one in the last digit came to be so."""
    return "未进位（截断）" if mention.quantity.value * 100 < Fraction(actual) else "末位多1"


def _holds(mention: Mention, actual: Fraction) -> bool:
    """Whether a share is what is stated, or off by less than one in the last printed digit."""
    quantity = mention.quantity
    if quantity.exact:
        return abs(quantity.value - actual) * 100 < Fraction(1, 10**quantity.decimals)
    return quantity.low <= actual <= quantity.high


def _percent(actual: Fraction, mention: Mention) -> Decimal:
    return round_half_up(actual * 100, 1 if mention.quantity.spoken else max(mention.quantity.decimals, 0))
