"""Lists of parts in prose: what opens them, where they end, and which totals they can belong to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.words import words

MOST_TOTALS, MOST_PARTS, MOST_LISTS = 8, 60, 40
"""Figures before a list that may be its total, figures of a list, and lists of a passage that are looked at."""
LOOK_BACK = 3
"""Sentences before a list in which its total may stand."""


@dataclass(frozen=True)
class Listing:
    """Parts and the totals that they can belong to, the likeliest first.

    kind: ``subset`` (其中), ``partition`` (按…分), ``bracket`` or ``after`` (the total stands behind its
    parts). further: figures behind the list that may still belong to it; is_open: whether the list says
    that it is not complete.
    """

    kind: str
    totals: tuple[Mention, ...]
    parts: tuple[Mention, ...]
    further: tuple[Mention, ...] = ()
    is_open: bool = False


def unit_class(unit: str) -> frozenset[str]:
    """Return the units in which the parts of a total in this one can be: a total of 个 is of no publications."""
    if unit == "个":
        return frozenset({unit})
    same = {unit}.union(*(group for group in words().alike if unit in group))
    return frozenset(same)


def listings(found: Sequence[Mention]) -> Iterator[Listing]:
    """Yield the lists of parts of a passage."""
    used: list[Listing] = []
    for number in range(len(found)):
        if len(used) >= MOST_LISTS:
            return
        for listing in (_opened_at(found, number, used), _summed_up_at(found, number)):
            if listing:
                used.append(listing)
                yield from _by_kind(listing)


def _by_kind(listing: Listing) -> list[Listing]:
    """Return a list of cases and amounts in turn as two lists, each with the totals of its kind."""
    both = {m.is_money for m in listing.parts}
    if len(both) < 2 or {m.is_money for m in listing.totals} != both:
        return [listing]
    return [
        replace(
            listing,
            totals=tuple(m for m in listing.totals if m.is_money == money),
            parts=tuple(m for m in listing.parts if m.is_money == money),
        )
        for money in (False, True)
    ]


def _opened_at(found: Sequence[Mention], number: int, used: Sequence[Listing]) -> Listing | None:
    """Return the list whose first part a mention is."""
    first = found[number]
    may_be_part = first.is_count and not words()["not a part"].search(first.label)
    kind = _kind_of(first, found[number - 1] if number else None) if may_be_part else ""
    totals = _totals_before(found, number, kind, used) if kind else []
    if not totals:
        return None
    parts, further = _parts_from(found, number)
    last = parts[-1]
    after = last.passage.text[last.quantity.end : last.quantity.end + 4]
    is_open = bool(words()["open list"].search(_opening(first)) or words()["after list"].match(after))
    return Listing(kind, tuple(totals[:MOST_TOTALS]), tuple(parts), tuple(further), is_open)


def _opening(first: Mention) -> str:
    """Return the words that open a list, without brackets that are closed."""
    return re.sub(r"（[^）]*）", "", first.lead).rpartition("）")[2]


def _kind_of(first: Mention, previous: Mention | None) -> str:
    lead = _opening(first)
    if match := _last_match(words()["opens partition"], lead):
        near = previous is not None and previous.sentence == first.sentence
        return "partition" if near or not match[0].startswith("分别") else ""
    if words()["opens subset"].search(lead):
        return "subset"
    if previous is None or not previous.is_count or previous.sentence != first.sentence:
        return ""
    if first.bracket == previous.quantity.end:
        return "bracket"
    if re.match(r"[^，。；、\d]{0,6}：", lead):
        return "partition"
    if re.match(r"[^，。；]{0,14}[中里]，|[^，。；]{0,8}中(?![心国央小])", lead):
        return "subset"
    return ""


def _last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return next(reversed(list(pattern.finditer(text))), None)


def _parts_from(found: Sequence[Mention], number: int) -> tuple[list[Mention], list[Mention]]:
    """Return the mentions of a list from its first on, at the same depth, and those behind it in the sentence."""
    first = found[number]
    parts, further = [first], list[Mention]()
    for mention in found[number + 1 : number + MOST_PARTS]:
        if mention.sentence != first.sentence:
            break
        if mention.bracket == first.bracket and mention.is_count:
            (further if further or ends_list(mention) else parts).append(mention)
    return parts, further


def ends_list(mention: Mention) -> bool:
    """Whether a mention speaks of something else than the list before it."""
    return bool(words()["ends list"].match(mention.label))


def _totals_before(found: Sequence[Mention], number: int, kind: str, used: Sequence[Listing]) -> list[Mention]:
    first = found[number]
    text = first.passage.text
    parts = {id(part) for listing in used for part in listing.parts}
    earliest = first.sentence[0]
    for _ in range(LOOK_BACK):
        near = [m for m in found[:number] if m.sentence[0] >= earliest and m.is_count]
        if any(kind != "partition" or id(m) not in parts for m in near):
            break
        earliest = max((m.end() for m in re.finditer(r"[。！？]", text[: earliest - 1])), default=0)
    near = [
        m
        for m in reversed(found[:number])
        if m.sentence[0] >= earliest and m.is_count and m.bracket in (-1, first.bracket)
    ]
    if kind == "partition":
        near.sort(key=lambda m: id(m) in parts)
    return near


def _summed_up_at(found: Sequence[Mention], number: int) -> Listing | None:
    """Return the list that a mention sums up: 共计, 两项合计."""
    total = found[number]
    all_of_them = words()["sums all"].search(total.lead)
    summing = all_of_them or (total.lead[:1] in ("，", "；", "。", "、") and words()["sums up"].fullmatch(total.label))
    if not total.is_count or not summing:
        return None
    kept: list[Mention] = []
    for m in found[:number]:
        if "；" in m.lead:
            kept = []
        same = m.quantity.unit == total.quantity.unit or all_of_them
        if m.sentence == total.sentence and m.is_count and m.bracket == total.bracket and same:
            kept.append(m)
    return Listing("after", (total,), tuple(kept)) if len(kept) > 1 else None
