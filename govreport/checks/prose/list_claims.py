"""Rule N2: a total equals the sum of the parts that are listed with it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from govreport.checks.prose.claims import Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.frames import ALL_OF_THEM, of_another_year
from govreport.checks.prose.lexicon import has
from govreport.checks.prose.lists import Listing, apart_from, begins_anew, kind_of, mark_before, opening, sets_of
from govreport.checks.prose.passage_lists import can_be_some
from govreport.checks.prose.values import agrees

NEARLY = Fraction(9, 10)
"""What a list of three parts or more must cover for a hint."""
OFTEN = Fraction(3, 2)
"""How many times their total parts make that are told by several features of the same things."""


def list_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each list."""
    for listing in context.lists.found:
        total, parts = listing.total, listing.parts
        numbers = total.number, *(part.number for part in parts)
        if listing.fits:
            yield context.right(total.quote, total.quantity.start, "N2", partial(_worded, listing), numbers)
        elif severity := _gravest(listing):
            yield _claim(context, listing, severity, numbers)


def _worded(listing: Listing) -> tuple[str, str]:
    total = listing.total
    return total.told, f"{'＋'.join(part.printed for part in listing.parts)}＝{total.printed}"


def _gravest(listing: Listing) -> str:
    """Return how grave it can be that the parts do not make their total: "" where that says nothing."""
    total, parts = listing.total, listing.parts
    stated, made = total.counted.value, sum(part.counted.value for part in parts)
    exact = all(frame.quantity.exact for frame in (total, *parts))
    if agrees(total, made) or _overlap(listing):
        return ""
    if sum(part.counted.low for part in parts) > total.counted.high:
        return "error" if exact else "notice"
    ended = listing.kind == "partition" or parts[-1].says("open", "remainder")
    if not exact or made == stated or len(parts) < 2 or (listing.open and not ended):
        return ""
    if listing.whole or not apart_from(listing):  # ten thousand times as much, or as little
        return "error"
    return "notice" if len(parts) > 2 and made >= stated * NEARLY and listing.kind != "none" else ""


def _overlap(listing: Listing) -> bool:
    """Whether parts tell several features of their total, as words say or figures show.

    Each is some of it, and one is all of it or together they are far more. Labels that end alike classify.
    """
    total, parts = listing.total, listing.parts
    stated, figures = total.counted.value, [part.counted.value for part in parts]
    kinds, ends = {kind_of(part) for part in parts}, {part.label_text.rstrip("的")[-1:] for part in parts}
    if has(total.line.between(parts[0].lead, total.sentence[1]), "open", "overlap"):
        return True
    if listing.whole or kinds in ({kind} for kind in kinds - {""}) or max(figures) > stated:
        return False
    return stated in figures or (sum(figures) > stated * OFTEN and len(ends) > 1)


def _traits(listing: Listing) -> dict[str, float]:
    """Return what tells whether figures are all parts of a total, and nothing else is."""
    total, parts = listing.total, listing.parts
    earlier = not {"Ｌ", "Ｏ"}.isdisjoint(total.line.text[total.sentence[0] : total.place])
    return {
        "cost": min(listing.cost, 6.0),
        "one part": len(parts) == 1,
        "nested": any(map(opening, parts[1:])),
        "another unit": parts[0].quantity.unit != total.quantity.unit and not ALL_OF_THEM.search(total.label_text),
        "a set": bool(sets_of(parts)),
        "begins anew": any(map(begins_anew, parts)),
        "another year": (earlier and listing.kind != "after" and "Ｔ" in "".join(part.label_text for part in parts))
        or (any(map(of_another_year, parts)) and not (of_another_year(total) or has(total.led, "time", "cumulative"))),
        "open": listing.open,
        "chance": listing.chance,
        "parts": math.log(len(parts)),
        "partition": listing.kind == "partition",
        "set": listing.kind == "set",
        "some of it": can_be_some(listing),
        "apart": apart_from(listing),
        "marks alike": len({mark_before(part) for part in parts[1:]}) < 2,
    }


def _claim(context: Context, listing: Listing, severity: str, numbers: tuple[int, ...]) -> Claim:
    total, parts = listing.total, listing.parts
    stated: Fraction | int = total.counted.value
    expected: Fraction | int = sum(part.counted.value for part in parts)
    terms = "＋".join(str(plain(part.counted.value)) for part in parts)
    off = max(stated - expected, expected - stated)
    told = f"“{total.told}”所列各项{terms}＝{plain(expected)}，正文为{plain(stated)}，相差{plain(off)}"
    twice = next((part for part in parts if part.counted.value == off), None)
    message = f"{told}（与“{twice.told}”相同，可能重复计入）" if twice and expected > stated else told
    said, place = (context.part, total.quote, total.told), total.quantity.start
    return context.wrong(
        said, f"{terms}＝{plain(expected)}", place, "N2", message, plain(stated), plain(expected), (), severity,
        numbers, _traits(listing), "；如非全部列出，可不改",
    )  # fmt: skip
