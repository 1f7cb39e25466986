"""The lists of a line: those that words open, totals behind their parts, and lists without an opening."""

from __future__ import annotations

from collections.abc import Sequence

from govreport.checks.prose.frames import ALL_OF_THEM, Frame, Line, is_difference, of_another_year, was_before
from govreport.checks.prose.lexicon import has, meanings_of
from govreport.checks.prose.lists import (
    COSTS,
    KINDS,
    MOST_LISTS,
    MOST_PARTS,
    RESULTS,
    SEVERAL,
    Listing,
    Lists,
    apart_from,
    begins_set,
    best_fit,
    ends_whole,
    kind_of,
    most_a_fit_costs,
    open_list,
    opening,
    sum_word,
    sums_up,
)
from govreport.checks.prose.quantities import like, number_of


def lists_of(line: Line) -> Lists:
    """Return the lists of a line; of lists in lists the inner ones come first."""
    lists, frames = Lists(), line.frames
    if len(frames) < 2:
        return lists
    openings = [(frame, kind) for frame in frames if frame.is_count and (kind := opening(frame))][:MOST_LISTS]
    for frame, kind in openings:
        if kind != "bracket":
            same = (f for f in frames[frame.number :] if f.sentence == frame.sentence and f.bracket == frame.bracket)
            lists.within.update(f.number for f in same)
    for frame, kind in reversed(openings):
        for money in {frame.is_money, *(other.is_money for other in frames[frame.number + 1 : frame.number + 2])}:
            lists.add(open_list(frame, kind, lists, money=money))
    for read in (_summed, _followed, _set):
        for frame in frames:
            if frame.is_count:
                lists.add(read(frame, lists))
    summed = [set(one.parts) for one in lists.found if one.kind == "after"]
    lists.found = [one for one in lists.found if one.fits or not _is_others(one, lists.found, summed)]
    return lists


def _is_others(one: Listing, found: Sequence[Listing], summed: Sequence[set[Frame]]) -> bool:
    """Whether all of a list are parts of another, or are summed up."""
    others = (set(other.parts) for other in found if other.fits or not can_be_some(other))
    return any({one.total, *one.parts} <= parts for parts in others) or (
        one.kind != "after" and any(parts >= set(one.parts) for parts in summed)
    )


def can_be_some(listing: Listing) -> bool:
    """Whether parts that do not make their total can be some of it."""
    made = sum(part.counted.value for part in listing.parts)
    return made <= listing.total.counted.value and not listing.whole


# ---- totals behind their parts, lists without an opening -------------------------------------------------------------


def level(frame: Frame) -> int:
    """Return the bracket around a figure, the one outside where it stands in it alone: 征地（9件）、规划（4件）."""
    alone = frame.bracket == frame.place - 1 and frame.line.text[frame.place + 1 : frame.place + 2] == "）"
    return -1 if alone else frame.bracket


def _summed(total: Frame, lists: Lists) -> Listing | None:
    """Return the list that a figure sums up: the cheapest that fits, else the likeliest."""
    if (word := sum_word(total)) is None:
        return None
    sentence = total.line.frames[total.number - 1].sentence
    all_of_them, units = bool(ALL_OF_THEM.search(total.label_text)), like(total.quantity.unit)
    alike = [
        f
        for f in total.line.frames[: total.number]
        if (level(f), f.is_count, f.is_money) == (total.bracket, True, total.is_money)
        and (f.quantity.unit in units or (all_of_them and "个" not in (f.quantity.unit, total.quantity.unit)))
        and not is_difference(f)
    ]
    several, before = SEVERAL.search(total.told), [f for f in alike if f.sentence == sentence]
    count = number_of(several[1]) if several else 0
    if len(before) == 1 < count:
        before = alike[-count:]
    outer = [f for f in before if f.number not in lists.inner()]
    same = [f for f in outer if f.quantity.unit == total.quantity.unit]
    runs = [items[start:] for items in (outer, before, same) for start in range(len(items) - 2, -1, -1)]
    for run in (*runs, *([f for f in before if f.number not in lists.parents][-n:] for n in range(2, len(before) + 1))):
        low, high = sum(f.counted.low for f in run), sum(f.counted.high for f in run)
        if len(run) > 1 and low <= total.counted.high and total.counted.low <= high:
            return Listing(total, tuple(run), "after", 0.0, fits=True)
    answered = any(row.startswith("total|total") for row in meanings_of(total.led, "row"))
    if has(total.led, "group") or any("|" not in verb for verb in meanings_of(total.led, "verb")):
        return None
    said = total.line.text[word.end : total.place].strip("了的为达有约")
    if said and any(one.total is total and one.fits for one in lists.found):
        return None
    count *= all(f.counted.value != total.counted.value for f in before)
    if count > len(before):
        return None
    priced = []
    for run in runs:
        if (answered and "carried" in map(kind_of, run)) or (len(run) != count and any(map(was_before, run))):
            continue
        known = "".join(f.lead_text + f.tail_text for f in run)
        cost = COSTS["another word"] * (said not in known) + COSTS["not so many"] * (len(run) != (count or len(run)))
        cost += COSTS["passes a mark"] * sum("；" in f.lead_text for f in run[1:])
        cost += COSTS["another unit"] * any(f.quantity.unit != total.quantity.unit for f in run)
        cut = before[: before.index(run[0])][-1:]
        cost += COSTS["breaks a set"] * any(kind_of(frame) == kind_of(run[0]) != "" for frame in cut)
        listing = Listing(total, tuple(run), "after", cost, fits=False, whole=True)
        priced.append((cost + apart_from(listing), listing))
    return min(priced, key=lambda entry: entry[0])[1] if priced else None


def _followed(total: Frame, lists: Lists) -> Listing | None:
    """Return the list that stands behind a total without any word that opens it, where it fits, or nearly."""
    frames, number = total.line.frames, total.number + 1
    if number + 1 >= len(frames) or total.bracket >= 0 or number in lists.parents:
        return None
    first, items, units = frames[number], list[Frame](), like(total.quantity.unit)
    listed = any(listing.total is total and listing.kind != "after" for listing in lists.found)
    if listed or opening(first) or first.bracket >= 0 or is_difference(total):
        return None
    for frame in frames[number : number + MOST_PARTS]:
        if frame.bracket >= 0 or not frame.is_count:
            continue
        anew = frame.sentence != first.sentence and has(frame.labelled, "row")
        if frame.quantity.unit not in units or anew or sums_up(frame) or opening(frame):
            break
        items.append(frame)
    fit = best_fit([total], items) if total.counted.value > 9 else None
    if fit and fit[0] <= most_a_fit_costs([total]) - COSTS["no word"]:
        return Listing(total, tuple(fit[1]), "none", COSTS["no word"], fits=True)
    if whole := _with_rest(total, items, lists):
        fits = sum(part.counted.value for part in whole) == total.counted.value
        return Listing(total, whole, "partition", 0.0, fits=fits, whole=True)
    return None


def _set(first: Frame, lists: Lists) -> Listing | None:
    """Return the list that figures of one kind make side by side, where they are not parts already."""
    if not begins_set(first) or any((one.fits or one.kind != "none") and first in one.parts for one in lists.found):
        return None
    found = open_list(first, "set", lists, money=first.is_money)
    return found if found and (found.fits or found.total.number not in lists.parents) else None


def _is_rest(frame: Frame) -> bool:
    """Whether a figure is said to be the rest, not some other result."""
    before = frame.line.frames[max(0, frame.number - 1)]
    return frame.says("open", "remainder") and not has(frame.led, "row") and kind_of(before) != "outcome"


def _with_rest(total: Frame, items: Sequence[Frame], lists: Lists) -> tuple[Frame, ...]:
    """Return the parts behind a total of which the last is the rest; nothing where something else came in besides."""
    run = [item for item in items if item.sentence == total.sentence]
    end = next((n for n, item in enumerate(run, 1) if _is_rest(item) or ends_whole(item)), 0)
    if has(total.led, "time", "cumulative") and all(map(of_another_year, run[:-1])):
        end = len(run)
    part = total.number in lists.within or kind_of(total) in KINDS | RESULTS | {"applicant"}
    if end < 2 or part or run[0].lead_text[:1] == "、":
        return ()
    parts, stated = tuple(run[:end]), total.counted.value
    beside = total.line.frames[max(0, total.number - 1) : total.number]
    carried = any(has(frame.led, "row", "carried_in") for frame in (*([] if sums_up(total) else beside), total, *parts))
    made = sum(part.counted.value for part in parts)
    return parts if not carried and made < 2 * stated and stated < 2 * made else ()
