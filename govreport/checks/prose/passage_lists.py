"""The lists of a line: those that words open, totals behind their parts, and lists without an opening."""

from __future__ import annotations

from collections.abc import Sequence

from govreport.checks.prose.frames import Frame, Line, has, is_difference, was_before
from govreport.checks.prose.lists import (
    ALL_OF_THEM,
    COSTS,
    COURTS,
    MOST_LISTS,
    MOST_PARTS,
    OUTCOMES,
    RESULTS,
    SEVERAL,
    Listing,
    Lists,
    begins_anew,
    best_fit,
    is_whole,
    items_from,
    like,
    likely_parts,
    most_a_fit_costs,
    open_list,
    opening,
    sets_of,
    sum_word,
    sums_up,
)


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
    for read in (_summed, _continued, _followed):
        for frame in frames:
            if frame.is_count:
                lists.add(read(frame, lists))
    summed = [set(one.parts) for one in lists.found if one.kind == "after"]
    lists.found = [
        one for one in lists.found if one.fits or one.kind == "after" or not any(s >= set(one.parts) for s in summed)
    ]
    return lists


# ---- totals behind their parts, lists without an opening -------------------------------------------------------------


def _summed(total: Frame, lists: Lists) -> Listing | None:
    if (word := sum_word(total)) is None:
        return None
    said, all_of_them = total.line.text[word.end : total.place], bool(ALL_OF_THEM.search(total.label_text))
    before = [
        f
        for f in total.line.frames[: total.number]
        if f.sentence == total.sentence
        and f.is_count
        and f.bracket == total.bracket
        and not is_difference(f)
        and not was_before(f)
    ]
    before = [
        f
        for f in before
        if f.is_money == total.is_money and (all_of_them or f.quantity.unit in like(total.quantity.unit))
    ]
    outer = [f for f in before if f.number not in lists.inner()]
    for items in (before, outer, [f for f in before if f.number not in lists.parents]):
        for count in range(2, len(items) + 1):
            run = items[-count:]
            low, high = sum(f.quantity.low for f in run), sum(f.quantity.high for f in run)
            if low <= total.quantity.high and total.quantity.low <= high:
                return Listing(total, tuple(run), "after", 0.0, fits=True)
    if several := SEVERAL.search(total.told):
        run = outer[-"零一二三四五六七八九".find(several[1].replace("两", "二")) :]
        made, stated = sum(f.quantity.value for f in run), total.quantity.value
        near = len(run) > 1 and 2 * stated <= 3 * made and 2 * made <= 3 * stated
        return Listing(total, tuple(run), "after", 0.0, fits=False, whole=True) if near else None
    cut = next((n for n in range(len(before) - 1, 0, -1) if "；" in before[n].lead_text), 0)
    run = outer if "；" in total.lead_text else [f for f in outer if f in before[cut:]]
    run = [f for f in run if all_of_them or (f.quantity.unit == "个") == (total.quantity.unit == "个")]
    known = "".join(f.lead_text + f.tail_text for f in run)
    due = any(hit.meanings.get("row", "").startswith("new carried_in") for hit in total.labelled)
    repeats = not said or all_of_them or due or said.strip("了的为达有约") in known
    return Listing(total, tuple(run), "after", 0.0, fits=False, whole=True) if len(run) > 1 and repeats else None


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
    fit = best_fit([total], items) if total.quantity.value > 9 else None
    if fit and fit[0] <= most_a_fit_costs([total]) - COSTS["no word"]:
        return Listing(total, tuple(fit[1]), "none", COSTS["no word"], fits=True)
    run = [item for item in items if item.sentence == first.sentence]
    run = run[: next((n for n, item in enumerate(run) if begins_anew(item)), len(run))]
    flow = any(hit.meanings.get("row", "").startswith(("new", "total")) for hit in total.labelled)
    received = flow and not sets_of([total]) and total.number not in lists.parents.keys() | lists.within
    if len(run) > 1 and received and sets_of(run):
        return Listing(total, tuple(run), "set", COSTS["no word"], fits=False, whole=True)
    if whole := _with_rest(total, items, lists) or _results(total):
        fits = sum(part.quantity.value for part in whole) == total.quantity.value
        return Listing(total, whole, "set", COSTS["no word"], fits=fits, whole=True)
    part = total.number in lists.parents or any(listing.total is total for listing in lists.found)
    named = len(run) > 1 and first.sentence != total.sentence and not part
    return Listing(total, tuple(run), "none", COSTS["no word"], fits=False) if named else None


def _is_rest(frame: Frame) -> bool:
    """Whether a figure is said to be the rest, not some other result."""
    return frame.says("open", "remainder") and not has(frame.led, "row")


def _with_rest(total: Frame, items: Sequence[Frame], lists: Lists) -> tuple[Frame, ...]:
    """Return the parts behind a total of which the last is the rest; nothing where something else came in besides."""
    run = [item for item in items if item.sentence == total.sentence]
    end = next((n for n, item in enumerate(run, 1) if _is_rest(item) or "组成" in item.tail_text), 0)
    said = has(total.labelled, "flow") or sums_up(total) or (end and "组成" in run[end - 1].tail_text)
    if end < 2 or not said or total.number in lists.within:
        return ()
    parts, stated = tuple(run[:end]), total.quantity.value
    beside = total.line.frames[max(0, total.number - 1) : total.number]
    carried = any(has(frame.led, "row", "carried_in") for frame in (*([] if sums_up(total) else beside), total, *parts))
    made = sum(part.quantity.value for part in parts)
    return parts if not carried and 2 * made < 3 * stated and 2 * stated < 3 * made else ()


def _results(total: Frame) -> tuple[Frame, ...]:
    """Return the results behind what was finished, or behind disputes, if they are all or more than there can be."""
    rows = [hit.meanings["row"] for hit in total.labelled if "row" in hit.meanings]
    finished = bool(rows) and all(row.startswith("total") for row in rows)
    kind = "row" if finished else "outcome" if has(total.labelled, "group") and not rows else ""
    if not kind or has(total.labelled, "limit"):
        return ()
    run, told, known = list[Frame](), set[str](), RESULTS if kind == "row" else OUTCOMES | {"litigation"}
    for frame in total.line.frames[total.number + 1 :]:
        named = [hit.meanings[kind] for hit in (*frame.labelled, *frame.tailed[:1]) if kind in hit.meanings]
        courts = [hit.meanings["group"] for hit in frame.labelled if "group" in hit.meanings]
        if kind == "outcome" and courts:
            if not all(
                court.startswith("litigation.") and has(total.labelled, "group", "litigation") for court in courts
            ):
                break
            named = courts
        result = next((row for row in reversed(named) if row.partition(".")[0] in known), "")
        if not result or frame.bracket >= 0 or not frame.is_count or (run and frame.sentence != run[0].sentence):
            if run or frame.sentence[0] > total.sentence[1]:
                break
            continue
        if result not in told and result.partition(".")[0] not in told - {"litigation"}:
            run.append(frame)
            told.add(result)
    made = sum(frame.quantity.value for frame in run)
    complete = told >= (RESULTS if kind == "row" else OUTCOMES) or told == COURTS
    stated = total.quantity.value
    return tuple(run) if len(run) > 1 and (complete or made > stated) and made < 2 * stated else ()


def _continued(first: Frame, lists: Lists) -> Listing | None:
    """Return one more partition of a total whose list ended before this figure at a semicolon."""
    before = next((f for f in reversed(first.line.frames[: first.number]) if f.is_count), None)
    if (
        before is None
        or first.number in lists.parents
        or "；" not in first.lead_text[:2]
        or first.sentence != before.sentence
    ):
        return None
    made = next((m for m in reversed(lists.found) if before in m.parts and m.fits and m.kind != "after"), None)
    if made is None:
        return None
    items = items_from(first, lists, made.total)
    items = items[: next((n for n, item in enumerate(items) if n and "；" in item.lead_text), len(items))]
    fit = best_fit([made.total], items)
    if fit and fit[0] <= most_a_fit_costs([made.total]):
        return Listing(made.total, tuple(fit[1]), "again", COSTS["again"], fits=True)
    items = list(likely_parts(tuple(items), made.total)) if items else []
    whole = bool(items) and is_whole("again", items)
    return Listing(made.total, tuple(items), "again", 1.0, fits=False, whole=True) if whole else None
