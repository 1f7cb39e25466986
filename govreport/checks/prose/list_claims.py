"""Rule N2: a total equals the sum of the parts that are listed with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from govreport.checks.prose.claims import AGREES, Claim, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.frames import Frame, has
from govreport.checks.prose.lists import Listing, begins_anew, opening, sets_of
from govreport.checks.prose.sureness import rare
from govreport.checks.prose.values import agrees

NEARLY = Fraction(9, 10)
"""What a list of three parts or more must cover for a hint."""
SLIPS = ((10**4, "万"), (10**8, "亿"))


def list_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each list."""
    for listing in context.lists.found:
        total, parts = listing.total, listing.parts
        numbers = total.number, *(part.number for part in parts)
        if listing.fits:
            text = f"{'＋'.join(part.printed for part in parts)}＝{total.printed}"
            yield Claim(
                context.part, total.quote, total.told, text, AGREES, total.quantity.start, "N2", figures=numbers
            )
        elif severity := _gravest(listing):
            yield _claim(context, listing, severity, numbers)


def _gravest(listing: Listing) -> str:
    """Return how grave it can be that the parts do not make their total: "" where that says nothing."""
    total, parts = listing.total, listing.parts
    stated, made = total.quantity.value, sum(part.quantity.value for part in parts)
    exact = all(frame.quantity.exact for frame in (total, *parts))
    if agrees(total, made):
        return ""
    if sum(part.quantity.low for part in parts) > total.quantity.high:
        return "error" if exact else "notice"
    if not exact or made == stated or listing.open or len(parts) < 2:
        return ""
    if listing.whole or _slip(total, parts):
        return "error"
    return "notice" if len(parts) > 2 and made >= stated * NEARLY and listing.kind != "none" else ""


def _slip(total: Frame, parts: Sequence[Frame]) -> str:
    """Return what may have slipped where the parts make a total that is ten thousand times as much, or as little."""
    stated, made = total.quantity.value, sum(part.quantity.value for part in parts)
    for factor, name in SLIPS if len(parts) > 1 else ():
        if made * factor in (stated, stated * factor * factor):
            return f"总数疑{'多' if stated > made else '漏'}写了“{name}”"
    return ""


def _traits(context: Context, listing: Listing) -> dict[str, float]:
    """Return what tells whether figures are all parts of a total, and nothing else is."""
    total, parts, frames = listing.total, listing.parts, context.line.frames
    stated, values = total.quantity.value, [part.quantity.value for part in parts]
    made, parents = sum(values), context.lists.parents
    near = [f for f in frames if f.sentence == total.sentence and f.is_count and f is not total and f not in parts]
    run = range(min(total.number, parts[0].number), max(total.number, parts[-1].number) + 1)
    told = {
        listing.kind: True,
        f"{listing.kind}, over": made > stated,
        "cost": min(listing.cost, 6.0),
        "twice": made > 2 * stated or stated > 2 * made,
        "whole": listing.whole,
        "nested": any(map(opening, parts[1:])),
        "one part": len(parts) == 1,
        "many parts": max(len(parts) - 4, 0) / 4,
        "another sentence": parts[0].sentence != total.sentence,
        "units differ": len({f.quantity.unit for f in parts}) > 1,
        "another unit": parts[0].quantity.unit != total.quantity.unit,
        "a set": bool(sets_of(parts)),
        "skipped inside": len(run) - len(parts) - 1,
        "is a part": total.number in parents,
        "in a bracket": parts[0].bracket >= 0,
        "begins anew": any(map(begins_anew, parts)),
        "a semicolon": any("；" in part.lead_text for part in parts[1:]),
        "of other years": any(set("ＬＯ") & set(part.lead_text) for part in parts) or "此前" in parts[0].lead_text,
        "total is a rest": has(total.labelled, "open", "remainder"),
        "total is bare": not has(total.labelled, "name"),
        "nouns differ": any(has(part.labelled, "noun") for part in parts)
        and not all(has(part.labelled, "noun") for part in parts),
        "growth among parts": any(has(part.labelled, "growth") for part in parts),
        "uniform marks": len({_mark(part) for part in parts[1:]}) < 2,
        "by 、": len(parts) > 2 and all(_mark(part) == "、" for part in parts[1:]),
    }
    named = {name: float(value) for name, value in told.items()}
    apart = abs(float(stated - made))
    named["a figure beside"] = rare(apart) if any(f.quantity.value == apart for f in near) else 0.0
    named["unknown letters"] = sum(min(len(context.line.unknown(f.label, f.place)), 8) for f in parts) / len(parts) / 4
    named["known parts"] = sum(f.number in context.subjects for f in parts) / len(parts)
    return named


def _mark(part: Frame) -> str:
    """Return the first mark since the figure before a part."""
    return next((letter for letter in part.lead_text if letter in "，；。、）"), "")


def _claim(context: Context, listing: Listing, severity: str, numbers: tuple[int, ...]) -> Claim:
    total, parts = listing.total, listing.parts
    stated: Fraction | int = total.quantity.value
    expected: Fraction | int = sum(part.quantity.value for part in parts)
    terms = "＋".join(str(plain(part.quantity.value)) for part in parts)
    apart = max(stated - expected, expected - stated)
    told = f"“{total.told}”所列各项{terms}＝{plain(expected)}，正文为{plain(stated)}，相差{plain(apart)}"
    twice = next((part for part in parts if part.quantity.value == apart), None)
    hint = _slip(total, parts) or (f"与“{twice.told}”相同，可能重复计入" if twice and expected > stated else "")
    message = f"{told}{f'（{hint}）' if hint else ''}"
    said, place = (context.part, total.quote, total.told), total.quantity.start
    return context.wrong(
        said, f"{terms}＝{plain(expected)}", place, "N2", message, plain(stated), plain(expected), (), severity,
        numbers, _traits(context, listing), "；如非全部列出，可不改",
    )  # fmt: skip
