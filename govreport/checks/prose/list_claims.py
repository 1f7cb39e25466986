"""Rule N2: a total equals the sum of the parts that are listed with it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.lists import Listing, is_of_a_set, like, opening, topic_of

MOST_COST = 2.2
"""What a list that does not fit may cost at most to be told."""
NEARLY = Fraction(9, 10)
"""What a list of three parts or more must cover for a hint."""
CLOSE = Fraction(11, 10)
"""How much parts that no word lists may make more than what stands before them."""
SMALL = 4
"""Up to this, figures are the same by chance."""
SLIPS = ((10**4, "万"), (10**8, "亿"))
WHOLES = (("new",), ("total",), ("new", "carried_in"))


def list_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each list."""
    wholes = {context.filing.of(tuple(f"applications.{row}.total" for row in rows)) for rows in WHOLES} - {None, 0}
    for listing in context.lists.found:
        total, parts = listing.total, listing.parts
        if listing.fits:
            text = f"{'＋'.join(part.printed for part in parts)}＝{total.printed}"
            yield Claim(context.part, total.quote, total.told, text, AGREES, total.quantity.start, "N2")
            continue
        apart = len(parts) > 1 and parts[0].sentence != total.sentence and topic_of(listing) == "cases"
        if apart and sum(part.quantity.value for part in parts) in wholes:
            continue  # results of applications make what was finished, wherever that is told
        away = parts[0].sentence != total.sentence or parts[0].number - total.number > 1
        made = sum(part.quantity.value for part in parts)
        halves = [sum(part.quantity.value for part in parts[:end]) for end in range(2, len(parts))]
        twice = any(half == made - half == total.quantity.value for half in halves)
        between = context.line.frames[total.number + 1 : parts[0].number]
        strange = any(
            f.is_count and not f.is_money and f.quantity.unit not in like(total.quantity.unit) for f in between
        )
        if made == total.quantity.value or twice or (strange and listing.kind == "subset" and not total.is_money):
            continue
        if listing.kind == "partition" and parts[0].sentence != total.sentence and 2 * made < total.quantity.value:
            continue
        if away and any(
            f.quantity.value == made > SMALL and f not in parts and not is_of_a_set(f) for f in context.line.frames
        ):
            continue  # another figure is what they make
        severity, hint = _severity(listing)
        if severity:
            yield _claim(context, listing, severity, hint)


def _severity(listing: Listing) -> tuple[str, str]:
    """Return how grave it is that the parts do not make their total, and what may have slipped; nothing grave: ""."""
    total, parts = listing.total, listing.parts
    stated, expected = total.quantity.value, sum(part.quantity.value for part in parts)
    for factor, name in SLIPS if len(parts) > 1 else ():
        if expected * factor in (stated, stated * factor * factor):
            return "error", f"总数疑{'多' if stated > expected else '漏'}写了“{name}”"
    exact = all(frame.quantity.exact for frame in (total, *parts))
    nested, costly = any(map(opening, parts[1:])), listing.cost > MOST_COST
    if sum(part.quantity.low for part in parts) > total.quantity.high:
        alone = listing.kind != "subset" or listing.cost >= 1 or parts[0].quantity.unit != total.quantity.unit
        alone = len(parts) == 1 and (alone or parts[0].sentence != total.sentence)
        loose = listing.kind == "none" and (expected > stated * CLOSE or topic_of(listing) == "cases")
        sure = exact and not nested and listing.cost <= 2.0
        alone = alone or (
            listing.kind == "partition" and parts[0].sentence != total.sentence and 2 * expected > 3 * stated
        )
        return "" if costly or alone or loose else "error" if sure else "notice", ""
    if not exact or listing.open or len(parts) < 2 or listing.kind == "none" or costly or nested:
        return "", ""
    if listing.whole:
        return "error" if listing.cost < 1.0 else "warning", ""
    return "notice" if len(parts) > 2 and expected >= stated * NEARLY else "", ""


def _claim(context: Context, listing: Listing, severity: str, hint: str) -> Claim:
    total, parts = listing.total, listing.parts
    stated: Fraction | int = total.quantity.value
    expected: Fraction | int = sum(part.quantity.value for part in parts)
    terms = "＋".join(str(plain(part.quantity.value)) for part in parts)
    apart = max(stated - expected, expected - stated)
    told = f"“{total.told}”所列各项{terms}＝{plain(expected)}，正文为{plain(stated)}，相差{plain(apart)}"
    twice = next((part for part in parts if part.quantity.value == apart), None)
    hint = hint or (f"与“{twice.told}”相同，可能重复计入" if twice and expected > stated else "")
    message = f"{told}{f'（{hint}）' if hint else ''}{'' if severity == 'error' else '；如非全部列出，可不改'}。"
    said, place = (context.part, total.quote, total.told), total.quantity.start
    return context.wrong(
        said, f"{terms}＝{plain(expected)}", place, "N2", message, plain(stated), plain(expected), (), severity
    )  # fmt: skip
