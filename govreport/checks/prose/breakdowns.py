"""Rule N2: a stated total equals the sum of the parts that are listed with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import accumulate

from govreport.checks.prose.claims import AGREES, DISAGREES, Claim, figure_text, mention_text, plain
from govreport.checks.prose.listings import Listing, unit_class
from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.words import words

SHORT, MANY = Fraction(3, 4), 4
"""A list of this many parts that makes this share of its total is probably meant to be complete."""
MOST_UNCUED, MOST_INNER, MOST_NESTED = 24, 2, 16
"""Figures behind a total that may be its parts without a cue; lists within a list, and parts of a list with such."""
CLOSE, NEARLY = Fraction(9, 10), Fraction(97, 100)


def remove_parts(listing: Listing, taken: Sequence[Mention]) -> Listing:
    """Return a list without the parts from the first on that already belongs to a list around it."""
    outer = {id(mention) for mention in taken}
    end = next((n for n, m in enumerate(listing.parts) if n and id(m) in outer), len(listing.parts))
    return replace(listing, parts=listing.parts[:end])


def judge(listing: Listing, part: int) -> tuple[Claim | None, Mention, Sequence[Mention]]:
    """Return the claim that a list makes, None where it makes none, with its total and the parts that belong to it."""
    for total in listing.totals:
        if run := _consistent(listing, total):
            text = f"{'＋'.join(figure_text(m) for m in run)}＝{figure_text(total)}"
            return Claim(part, total.quote, mention_text(total), text, AGREES, total.quantity.start, "N2"), total, run
    total = listing.totals[0]
    return _contradiction(listing, total, part), total, listing.parts


def _candidates(listing: Listing, listed: Sequence[Mention], total: Mention) -> list[list[Mention]]:
    """Return the parts that a total can have, the usual ones first; all there are where the total says so."""
    return [list(listed)] if listing.kind == "after" else _same_unit(listed, total)


def _same_unit(listed: Sequence[Mention], total: Mention) -> list[list[Mention]]:
    """Return the parts that can count what a total counts: all of a like unit, and those of the very same."""
    like = unit_class(total.quantity.unit)
    return [
        [m for m in listed if m.quantity.unit in like],
        [m for m in listed if m.quantity.unit == total.quantity.unit],
    ]


def _consistent(listing: Listing, total: Mention) -> list[Mention]:
    """Return the run of parts that makes a total, or nothing."""
    candidates = _candidates(listing, (*listing.parts, *listing.further), total)
    candidates.append([m for m in listing.parts if m.is_money == total.is_money])
    for parts in candidates:
        if listing.kind == "after":
            for count in _makes(total, parts[::-1]):
                return parts[len(parts) - count :]
        for count in _makes(total, parts):
            if _may_end(parts, count - 1):
                return parts[:count]
        for run in _without_inner(parts):
            if len(run) in _makes(total, run):
                return run
    return []


def _makes(total: Mention, parts: Sequence[Mention]) -> list[int]:
    """Return how many of the parts, from the first on and two at least, make a total."""
    least = accumulate(m.quantity.low for m in parts)
    most = accumulate(m.quantity.high for m in parts)
    low, high = total.quantity.low, total.quantity.high
    sums = enumerate(zip(least, most, strict=True), 1)
    return [count for count, (a, b) in sums if count > 1 and a <= high and low <= b]


def _may_end(parts: Sequence[Mention], last: int) -> bool:
    """Whether a list may end with this part: it is the last, or what follows begins anew."""
    if last + 1 == len(parts):
        return True
    following = parts[last + 1]
    return bool(
        re.search(r"；|）", following.lead)
        or (not following.label and parts[last].label)
        or (parts[last].lead.startswith("、") and following.lead.startswith("，"))
    )


def _without_inner(parts: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Yield the parts without those of a list within the list: 其中 after one of them, up to any later one."""
    if len(parts) > MOST_NESTED:
        return
    inner = [n for n, mention in enumerate(parts) if n and words()["opens subset"].search(mention.lead)]
    for start in inner[:MOST_INNER]:
        for end in range(start + 1, len(parts) + 1):
            yield [*parts[:start], *parts[end:]]
            for second in (n for n in inner[:MOST_INNER] if n >= end):
                for last in range(second + 1, len(parts) + 1):
                    yield [*parts[:start], *parts[end:second], *parts[last:]]


def _contradiction(listing: Listing, total: Mention, part: int) -> Claim | None:
    """Return the finding on a list that does not make its total, or None where it need not."""
    candidates = [parts for parts in _candidates(listing, listing.parts, total) if parts]
    if not candidates:
        return None
    parts = max(candidates, key=len)
    stated = total.quantity.value
    least = sum((m.quantity.low for m in parts), Fraction(0))
    expected = sum((m.quantity.value for m in parts), Fraction(0))
    if total.sentence != parts[0].sentence and any(m.quantity.value > stated for m in parts):
        return None
    if slip := _unit_slip(stated, expected, parts):
        return _claim(listing, total, parts, expected, "error", part, slip)
    if any(m.quantity.value >= 2 * stated for m in parts) and listing.kind == "subset" and len(listing.totals) > 1:
        return None
    exact = all(m.quantity.exact for m in (total, *parts))
    nested = any(words()["opens subset"].search(m.lead) for m in parts[1:])
    labels = "；".join(m.label + m.tail for m in parts)
    whole = any(pattern.search(labels) for pattern in words().complete)
    whole = whole or bool(words()["remainder"].match(parts[-1].label)) or listing.kind in ("partition", "after")
    if least > total.quantity.high and len(parts) > 1:
        sure = exact and not nested
        return _claim(listing, total, parts, expected, "error" if sure else "notice", part)
    if not exact or listing.is_open or nested or len(parts) < 2:
        return None
    if whole and expected < stated:
        return _claim(listing, total, parts, expected, "error", part)
    if expected >= stated * NEARLY:
        return _claim(listing, total, parts, expected, "warning", part)
    share = SHORT if listing.kind == "bracket" or len(parts) >= MANY else CLOSE
    if expected >= stated * share:
        return _claim(listing, total, parts, expected, "notice", part)
    return None


def _unit_slip(stated: Fraction, expected: Fraction, parts: Sequence[Mention]) -> str:
    for factor, name in ((10**4, "万"), (10**8, "亿")) if len(parts) > 1 else ():
        if stated == expected * factor:
            return f"总数疑多写了“{name}”"
        if stated * factor == expected:
            return f"总数疑漏写了“{name}”"
    return ""


def _claim(
    listing: Listing,
    total: Mention,
    parts: Sequence[Mention],
    expected: Fraction,
    severity: str,
    part: int,
    hint: str = "",
) -> Claim:
    stated = total.quantity.value
    terms = "＋".join(str(plain(m.quantity.value)) for m in parts)
    gap = abs(stated - expected)
    told = f"“{mention_text(total)}”所列各项{terms}＝{plain(expected)}，正文为{plain(stated)}，相差{plain(gap)}"
    same = next((m for m in parts if m.quantity.value == gap), None)
    hint = hint or (f"与“{mention_text(same)}”相同，可能重复计入" if same and expected > stated else "")
    ask = "" if severity == "error" else "；如非全部列出，可不改"
    message = f"{told}{f'（{hint}）' if hint else ''}{ask}。"
    return Claim(
        part, total.quote, mention_text(total), f"{terms}＝{plain(expected)}", DISAGREES, total.quantity.start,
        "N2", severity, message, (), plain(stated), plain(expected),
    )  # fmt: skip


def uncued_claims(found: Sequence[Mention], part: int) -> Iterator[Claim]:
    """Yield findings on totals that a sentence of parts follows without any cue: a slip of 万, or nearly their sum."""
    for number, total in enumerate(found):
        sentence = found[number + 1].sentence if number + 1 < len(found) else total.sentence
        rest = [
            m
            for m in found[number + 1 : number + 1 + MOST_UNCUED]
            if m.quantity.unit == total.quantity.unit and m.is_count
        ]
        if sentence == total.sentence or len(rest) < 2 or not total.is_count:
            continue
        for run in accumulate(([m] for m in rest), lambda a, b: a + b):
            expected = sum((m.quantity.value for m in run), Fraction(0))
            stated = total.quantity.value
            listing = Listing("subset", (total,), tuple(run))
            if total.quantity.scale > 1 and (slip := _unit_slip(stated, expected, run)):
                yield _claim(listing, total, run, expected, "error", part, slip)
                break
            whole = run == [m for m in rest if m.sentence == sentence] and all(m.bracket < 0 for m in run)
            near = len(run) > 1 and 0 < abs(stated - expected) <= stated * (1 - NEARLY)
            if whole and near and _only_parts(run) and words()["is a total"].search(total.label):
                yield _claim(listing, total, run, expected, "warning", part)
                break


def _only_parts(run: Sequence[Mention]) -> bool:
    """Whether a sentence holds nothing but parts: each clause has one."""
    start, end = run[0].sentence
    sentence = re.sub(r"（[^）]*）", "", run[0].passage.text[start:end])
    clauses = [clause for clause in re.split(r"[，；。]", sentence) if clause]
    return len(clauses) == len(run)
