"""Lists of parts in a line: which figures are parts of which totals, by the cheapest reading that the words allow."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from govreport.checks.prose.frames import ALL_OF_THEM, Frame, is_difference, once
from govreport.checks.prose.lexicon import Hit, first_of, has, meanings_of
from govreport.checks.prose.packaged import packaged
from govreport.checks.prose.quantities import like

RESULTS = {"granted", "partial", "denied", "unable", "not_processed", "other"}
"""The groups of results of the form."""
OUTCOMES = {"upheld", "corrected", "other", "pending"}
WHOLES = {"row", "bare", "outcome", "group"}
"""Kinds of parts of which all can be told."""
KINDS = {"result", "outcome", "court", "carried"}
"""Kinds of parts that a list does not mix."""
COURTS = {"litigation.direct", "litigation.after_reconsideration"}
"""Those of disputes, and the two ways to court."""
MOST_LISTS, MOST_PARTS, MOST_TOTALS, LOOK_BACK, MOST_INNER = 80, 60, 6, 3, 16
FARTHEST, EXACTLY = 3.0, 0.001
"""The most that parts count as apart from their total, and how exactly they are a ten thousandth, as logarithms."""
"""Lists of a line that words open, figures of a list, figures before it that may be its total, sentences before it in
which that may stand, and parts of a list that may have parts of their own."""
COSTS: dict[str, float] = packaged("costs")["lists"]


class Listing(NamedTuple):
    """A total and its parts: how they are joined, what the reading costs, and whether the parts make the total.

    chance: how cheap a reading is that fits and was too dear to be believed.
    kind: ``partition``, ``subset``, ``bracket``, ``colon``, ``of``, ``after``, ``set`` or ``none``; whole,
    open: whether the list says that it is complete, or that it is not.
    """

    total: Frame
    parts: tuple[Frame, ...]
    kind: str
    cost: float
    fits: bool
    whole: bool = False
    open: bool = False
    chance: float = 0.0


@dataclass
class Lists:
    """The lists of a line.

    parents: for each part, by number, its total; within: numbers of figures that stand behind what opens a list.
    """

    found: list[Listing] = field(default_factory=list)
    parents: dict[int, Frame] = field(default_factory=dict)
    within: set[int] = field(default_factory=set)

    def add(self, listing: Listing | None) -> None:
        """Take a list up, if it is one."""
        if listing:
            self.found.append(listing)
            known = listing.fits or (listing.kind not in ("none", "set") and listing.cost < 3)
            for part in listing.parts if known else ():
                self.parents.setdefault(part.number, listing.total)

    def inner(self, total: Frame | None = None, since: int = 0) -> set[int]:
        """Return the parts of lists that fit, but those of a total, of totals from a number on."""
        fitting = (one for one in self.found if one.fits and one.total is not total and one.total.number >= since)
        return {part.number for listing in fitting for part in listing.parts}


# ---- what opens a list -----------------------------------------------------------------------------------------------

_SAID_BEFORE = ("这", "上述", "以上", "该")
"""How the words before a figure end that was told before."""
_CLOSED = re.compile("（[^（）]*）")
_NAMED = re.compile("([^，。；、#]{2,12}?)(?:信息|结果|件|的)?[中里](?:，|(?![心国央小]))")
_OF = re.compile("[^，。；、]{0,8}[中里](?:，|(?![心国央小]))")
_ALONE = re.compile("(?!.*(?:[两三四]个?(?:季度|渠道|途径|方式)|上下半年)).*分别")
_ABOUT = re.compile("，[^，。；、]{0,6}涉及[^，。；]*$")
_BASE = re.compile("[较比][ＬＯ]")
_COLON = re.compile("[^，。；、]{0,6}：")
_STATEMENT = re.compile("；[^，]*(?:分别|依次)(?:收|受|接|办|答)")
SEVERAL = re.compile("([两二三四五六七八九])(?:年|个|家|大|类|项|者|级|部门|单位|渠道|平台|方面|自媒体)")


@once
def opening(frame: Frame) -> str:
    """Return how a figure opens a list: ``partition``, ``subset``, ``bracket``, ``colon``, ``of`` or nothing."""
    before = frame.line.frames[frame.number - 1] if frame.number else None
    near = before is not None and before.sentence == frame.sentence
    if before is not None and before.bracket < frame.bracket == before.place + 1:
        return "bracket"
    lead, opens = _outside(frame.lead_text), [hit for hit in frame.led if "open" in hit.meanings]
    if opens:
        closed = [match.span() for match in _CLOSED.finditer(frame.lead_text)] if lead != frame.lead_text else []
        outer = {h.meanings["open"] for h in opens if not any(a <= h.start - frame.lead < b for a, b in closed)}
        own = has(frame.labelled, "growth") or (not near and _ALONE.match(lead)) or _STATEMENT.search(lead)
        if "partition" in outer and not own:
            return "partition"
        if "subset" in outer or (near and _ABOUT.match(lead)):
            return "subset"
        if "whole" in outer:
            return "partition"
    among = "中" in frame.lead_text or "里" in frame.lead_text
    if among and ((near and lead[:1] != "，" and _OF.match(lead)) or named_totals(frame)):
        return "of"
    return "colon" if near and _COLON.match(lead) else ""


def begins_set(frame: Frame) -> bool:
    """Whether a figure is the first of some of one kind: 自然人21件，法人4件."""
    kind = kind_of(frame)
    if kind in ("", "carried") or frame.lead_text[:1] == "、":
        return False
    beside = frame.line.frames[max(0, frame.number - 1) : frame.number + 2]
    alike = [f for f in beside if f.sentence == frame.sentence and kind_of(f) == kind]
    return len(alike) == 2 and alike[0] is frame and alike[1].bracket == frame.bracket


@once
def named_totals(first: Frame) -> set[int]:
    """Return the numbers of the figures that the words before a list name: 行政诉讼中，维持3件."""
    match = _NAMED.match(first.lead_text.lstrip("，；"))
    return {f.number for f in first.line.frames[: first.number] if match[1][-4:] in f.label_text} if match else set()


def _outside(text: str) -> str:
    return _CLOSED.sub("", text) if "）" in text else text


# ---- where a list ends -----------------------------------------------------------------------------------------------


def items_from(first: Frame, kind: str, lists: Lists, total: Frame) -> list[Frame]:
    """Return the figures from the first on that can be parts of a total, those of inner lists that fit left out."""
    unit, items = total.quantity.unit, list[Frame]()
    units, inner = like(unit) if first.quantity.unit else {""}, lists.inner(total, first.number)
    for frame in _since(first):
        if frame.quantity.unit in units and frame.number not in inner:
            own = kind != "set" or kind_of(frame) == kind_of(first) or frame.says("open", "remainder")
            if frame is not first and (sums_up(frame) or not own):
                break
            if (frame.quantity.unit == unit or not _is_modifier(frame)) and not frame.label_text.endswith(_SAID_BEFORE):
                items.append(frame)
    single = first.lead_text.endswith("中的")
    return items[: 1 if single else 2] if single or first.label_text.startswith("除") else items


@once
def _since(first: Frame) -> list[Frame]:
    """Return the counts from a figure on, in its sentence and bracket."""
    found = list[Frame]()
    close = first.line.text.find("）", first.place) if first.bracket >= 0 else -1
    for frame in first.line.frames[first.number : first.number + MOST_PARTS]:
        if frame.sentence != first.sentence or (frame.bracket != first.bracket and frame.place > close > 0):
            break
        if frame.bracket == first.bracket and frame.is_count:
            found.append(frame)
    return found


def _is_modifier(frame: Frame) -> bool:
    """Whether a figure stands within the label of the next one, as in 2个重点片区控规调整6项."""
    following = frame.line.frames[frame.number + 1 : frame.number + 2]
    return bool(following) and following[0].place == frame.end and following[0].is_count


@once
def begins_anew(frame: Frame) -> bool:
    """Whether a figure begins a statement of its own rather than being one more part."""
    if is_difference(frame) or has(frame.labelled, "growth", "base") or has(frame.labelled, "share"):
        return True
    if has(frame.labelled, "open", "remainder"):
        return False
    before = frame.line.frames[frame.number - 1] if frame.number else frame
    nouns = meanings_of(frame.labelled, "noun")
    if nouns[-1:] == ["disputes"] and not has(before.labelled, "noun", "disputes") and mark_before(frame) != "、":
        return not has(before.labelled, "outcome")
    light = {"filler", "scope", "told"}
    first = next((hit for hit in frame.labelled if not hit.meanings.keys() <= light), None)
    news = first is not None and "new" in first.meanings and mark_before(frame) != "、"
    return news and first is not None and not frame.line.unknown(frame.label, first.start)


def mark_before(frame: Frame, since: Frame | None = None) -> str:
    """Return the strongest mark since the figure before, or since another one, brackets left out."""
    text = _outside(frame.line.text[since.place + 1 : frame.place] if since else frame.lead_text)
    return "；" if "；" in text else "，" if "，" in text else "、"


def _gap(frame: Frame, before: Frame, usual: str = "") -> float:
    """Return what it costs to end a list before a figure: little where a stronger mark stands than between parts."""
    if begins_anew(frame) or frame.sentence != before.sentence:
        return COSTS["begins anew"]
    mark, usual = mark_before(frame, before), usual or mark_before(before)
    rest = COSTS["breaks a set"] * (frame.says("open", "remainder") and not (kind_of(frame) or has(frame.led, "new")))
    return rest + (COSTS["stronger mark"] if "、，；".find(mark) > "、，；".find(usual) else COSTS[mark])


def best_fit(totals: Sequence[Frame], items: Sequence[Frame]) -> tuple[float, Sequence[Frame]] | None:
    """Return the cheapest run of the items, two at least from the first on, that makes a total or two together."""
    least, most = sum(t.counted.low for t in totals), sum(t.counted.high for t in totals)
    best, low, high = None, least - least, most - most
    passed = 0.0
    for count, item in enumerate(items, 1):
        low, high = low + item.counted.low, high + item.counted.high
        following = items[count] if count < len(items) else None
        if low > most:
            break
        if count > 1 and least <= high:
            cost = passed + (_gap(following, item) if following else 0.0)
            best = min(best or (cost, items[:count]), (cost, items[:count]), key=lambda fit: fit[0])
        if following and _of_a_set(item) and kind_of(following) and not _of_a_set(following):
            passed += COSTS["another kind"]
    return best


def _runs(items: Sequence[Frame]) -> Iterator[Sequence[Frame]]:
    """Yield the items, and the items without those of a list within the list that names only some of its parts."""
    yield items
    start = next((n for n, item in enumerate(items) if n and opening(item)), 0)
    if start and len(items) <= MOST_INNER:
        yield from ([*items[:start], *items[end:]] for end in range(start + 1, len(items) + 1))


# ---- which figure is the total ---------------------------------------------------------------------------------------


def _totals(first: Frame, kind: str, items: Sequence[Frame], lists: Lists) -> list[tuple[float, Frame]]:
    """Return the figures before a list that can be its total, each with what that costs, the cheapest first."""
    found, skipped, sentences, start = list[tuple[float, Frame]](), 0.0, 0, first.sentence[0]
    marks = list(map(mark_before, items))
    cut = next((n for n in range(2, len(items)) if marks[n] == "；" != marks[n - 1]), len(items))
    money, largest = items[0].is_money, max(item.counted.low for item in items[:cut])
    apart, named = first.lead_text[:1] in ("；", "") or mark_before(first) == "；", named_totals(first)
    for frame in reversed(first.line.frames[: first.number]):
        if frame.sentence[0] < start:
            skipped += COSTS["another sentence"] if found and not sentences and kind != "partition" else 0.0
            sentences, start = sentences + 1, frame.sentence[0]
        within = frame.number in lists.within and ("；" not in frame.lead_text or kind == "partition")
        enough = sum(f.number not in lists.within for _, f in found) >= MOST_TOTALS
        if enough or sentences > LOOK_BACK or (sentences and kind == "of" and not named):
            break
        beside = kind == "set" and not sentences and kind_of(frame) == kind_of(first)
        apart_from_it = frame.is_money != money or frame.bracket not in (-1, first.bracket)
        if beside or apart_from_it or not frame.is_count or is_difference(frame) or _BASE.search(frame.label_text):
            continue
        if sentences and frame.counted.high < largest and kind == "partition":
            continue
        cost = skipped + sentences * COSTS["sentence before a colon" if kind == "colon" else "sentence"]
        if frame.number in lists.parents or within:
            far = kind in ("partition", "colon") and (skipped > 0 or found)
            cost += COSTS["is a part" if far or apart or sentences else "is a part beside"]
            cost += COSTS["of another list"] * (kind == opening(frame) == "partition")
        if named:
            cost = 0.0 if frame.number in named else cost + COSTS["another name"]
        rows = meanings_of((*frame.labelled, *frame.tailed), "row")
        handled = any(row.startswith("total") for row in rows)
        cost += COSTS["not received"] * (handled and bool(sets_of(items[:cut])))
        cost += COSTS["is a part"] * (sentences > 0 and begins_set(frame))
        alone = sentences > 0 or apart or kind in ("partition", "colon", "of")
        cost += COSTS["too small"] * (frame.counted.high < largest and alone)
        cost += COSTS["has parts"] * (bool(found) and any(one.total is frame and one.fits for one in lists.found))
        found.append((cost, frame))
        if kind in ("bracket", "of"):
            skipped += COSTS["figure before a bracket"]
        elif not within or (kind in ("partition", "colon") and not found[1:] and not apart):
            skipped += COSTS["figure skipped"]
        skipped += COSTS["passes a mark"] * (kind == "subset" and "；" in frame.lead_text)
    return sorted(found, key=lambda entry: entry[0])


def _flow(frame: Frame) -> str:
    rows = meanings_of(frame.labelled, "row")
    received = not rows or any(row.startswith(("new", "total|new")) for row in rows)
    return "carried" if "carried_in" in rows else "in" * received


def most_a_fit_costs(totals: Sequence[Frame]) -> float:
    """Return what a reading that fits may cost: the larger the total, the less likely a fit by chance."""
    return 0.8 + 0.3 * math.log2(float(sum(total.counted.value for total in totals)) + 1)


def open_list(first: Frame, kind: str, lists: Lists, *, money: bool) -> Listing | None:
    """Return the list that a figure opens, of amounts of money or of what is counted; the cheapest that fits."""
    same = (f for f in first.line.frames[first.number :] if f.is_money == money)
    start = first if first.is_money == money else next(same, first)
    if start.sentence != first.sentence or start.bracket != first.bracket:
        return None
    if not (counted := items_from(start, kind, lists, start)):
        return None
    totals = _totals(first, kind, counted, lists)
    by_unit = {total.quantity.unit: total for _, total in totals}
    items = {unit: items_from(start, kind, lists, total) for unit, total in by_unit.items()}
    fits: list[Listing] = []
    for cost, total in totals:
        beside = [f for _, f in totals if f.number == total.number - 1]
        flows = [[total, f] for f in beside if {_flow(f), _flow(total)} == {"in", "carried"}]
        joined = [f for f in beside if total.lead_text.startswith("、") and has(f.labelled, "group")]
        for makers in ([total], *flows[:1], *([f, total] for f in joined if has(total.labelled, "group"))):
            for number, run in enumerate(_runs(items[total.quantity.unit])):
                if fit := best_fit(makers, run):
                    whole = cost + fit[0] + COSTS["two totals"] * (len(makers) - 1) + COSTS["inner list"] * (number > 0)
                    if whole <= most_a_fit_costs(makers):
                        fits.append(Listing(makers[-1], tuple(fit[1]), kind, whole, fits=True))
    if fits:
        return min(fits, key=lambda listing: listing.cost)
    ends = {unit: [(*end, is_whole(kind, end[1])) for end in _ends(found, kind)] for unit, found in items.items()}
    return nearest(start, kind, totals, ends)


End = tuple[float, Sequence[Frame], bool]
"""What it costs to end a list, its parts, and whether it says that it is complete."""


def nearest(
    first: Frame, kind: str, totals: Sequence[tuple[float, Frame]], ends: Mapping[str, Sequence[End]]
) -> Listing | None:
    """Return the likeliest reading where none fits: cheap by its words, with parts that nearly make the total.

    ends: where the list can end, by the unit of its total.
    """
    priced, chance, best = list[tuple[float, Listing]](), 0.0, math.inf
    made: Fraction | int
    for number, (cost, total) in enumerate(sorted(totals, key=lambda entry: -entry[1].number)):
        made = 0
        for ended, parts, whole in ends[total.quantity.unit]:
            made += parts[-1].counted.value
            if total.counted.may_be(made):
                chance = max(chance, 6.0 - (cost + ended))
                if len(parts) > 1:
                    continue
            if kind == "subset" and _are_of_two(total, parts):
                continue
            if cost + ended + COSTS["farther"] * number > best + FARTHEST:
                continue
            price = cost + ended + _apart(made, total.counted.value, whole=whole) + COSTS["farther"] * number
            best = min(best, price)
            priced.append((price, Listing(total, tuple(parts), kind, cost + ended, fits=False, whole=whole)))
    if not priced:
        return None
    _, likeliest = min(priced, key=lambda entry: entry[0])
    return likeliest._replace(open=_is_open(first, likeliest.parts), chance=chance)


def _are_of_two(total: Frame, parts: Sequence[Frame]) -> bool:
    """Whether of two parts the first is of the figure that stands joined before the total: 复议3件、诉讼2件，其中…."""
    before = total.line.frames[total.number - 1]
    pairs = zip((before, total), parts, strict=False)
    joined = total.lead_text.startswith("、") and len(parts) == 2
    return joined and all(part.counted.value <= whole.counted.value for whole, part in pairs)


def _is_open(first: Frame, parts: Sequence[Frame]) -> bool:
    """Whether words say that a list is not complete."""
    after = first.line.text[parts[-1].place + 1 : parts[-1].place + 4].lstrip("，；。）")
    some = not {"open", "some"}.isdisjoint(meanings_of(first.led, "open"))
    return some or after.startswith("等") or parts[-1].says("open", "more")


def apart_from(listing: Listing) -> float:
    """Return what it costs that the parts are apart from their total: little where they can be some of it."""
    return _apart(sum(part.counted.value for part in listing.parts), listing.total.counted.value, whole=listing.whole)


def _apart(made: Fraction | int, stated: Fraction | int, *, whole: bool) -> float:
    off, some = abs(math.log((float(made) + 1) / (float(stated) + 1))), made <= stated and not whole
    slip = any(abs(off - math.log(10.0**zeros)) < EXACTLY for zeros in (4, 8))
    return 0.0 if slip else COSTS["some of it" if some else "apart"] * min(off, FARTHEST)


def _ends(items: Sequence[Frame], kind: str) -> Iterator[tuple[float, Sequence[Frame]]]:
    """Yield where a list can end, and what it costs to end it there: marks passed over, and the mark it ends at."""
    passed = 0.0
    for count, item in enumerate(items, 1):
        following = items[count] if count < len(items) else None
        mark = mark_before(following, item) if following else ""
        usual = mark_before(items[1], items[0]) if count > 1 else "；"
        same = following is not None and kind_of(item) == kind_of(following) != ""
        gap = _gap(following, item, usual) if following else 0.0
        yield passed + gap + COSTS["breaks a set"] * same, items[:count]
        if following is None or begins_anew(following):
            return
        own = count == 1 and has(following.labelled, "name")
        if mark == "；" and (kind == "of" or own or (count > 1 and usual != mark)):
            passed += COSTS["passes a mark"]
        rest = count > 1 and not (same and kind_of(item) == "outcome") and item.says("open", "remainder")
        if rest or _is_another_kind(item, following):
            passed += COSTS["another kind"]


def _of_a_set(frame: Frame) -> bool:
    """Whether a figure counts those of one channel, level or quarter."""
    return any(kind != "applicant" for kind, _ in _sets(frame))


def _is_another_kind(before: Frame, frame: Frame) -> bool:
    kinds = kind_of(before), kind_of(frame)
    return "" not in kinds and kinds[0] != kinds[1] and (mark_before(frame) == "；" or KINDS.issuperset(kinds))


@once
def kind_of(frame: Frame) -> str:
    """Return what kind of part a figure is by its words: result, outcome, way to court, carried over, or a set's."""
    for hit in (*frame.labelled, *(() if has(frame.labelled, "name") else frame.tailed)):
        row, group = hit.meanings.get("row", ""), hit.meanings.get("group", "")
        if row.startswith("carried"):
            return "carried"
        outcome = hit.meanings.get("outcome", "closed") != "closed"
        if row.partition(".")[0] in RESULTS or outcome or group.startswith("litigation."):
            return (row.partition(".")[0] if "." in row else "result") if row else "court" if group else "outcome"
    return next((s for hit in (*frame.labelled, *frame.tailed) if (s := _set(hit.meanings))), "")


def is_whole(kind: str, parts: Sequence[Frame]) -> bool:
    """Whether a list says that it is complete: by its opening, a remainder, all results, a complementary set."""
    opened = kind == "partition" and not has((*parts[0].led, *parts[-1].tailed), "open", "some")
    if opened or ends_whole(parts[-1]) or any(part.says("open", "remainder") for part in parts[1:]):
        return True
    hits = [hit for part in parts for hit in (*part.labelled, *part.tailed[:1])]
    told = {meaning.partition("|")[0] for hit in hits for kind, meaning in hit.meanings.items() if kind in WHOLES}
    if any(told >= whole for whole in (RESULTS, OUTCOMES, COURTS)):
        return True
    sets = sets_of(parts) if len(parts) > 1 else set[str]()
    return bool(sets - {"applicant"} or (sets and any(has(part.labelled, "column", "natural") for part in parts)))


def ends_whole(last: Frame) -> bool:
    """Whether words behind a figure say that a list ends with it: 由…组成, 再无其他."""
    behind = last.line.between(last.place, last.sentence[1])[:2]
    return last.tail_text.endswith(("组成", "构成")) or has(behind, "open", "no more")


def sets_of(parts: Sequence[Frame]) -> set[str]:
    """Return the complementary sets that all of some figures are of."""
    named = [part for part in parts if not part.says("open", "remainder")] or parts
    told = list(map(_sets, named))
    same = frozenset.intersection(*told) if len(told) > 1 else frozenset()
    return set.intersection(*({kind for kind, _ in words - same} for words in told))


@once
def _sets(frame: Frame) -> frozenset[tuple[str, str]]:
    """Return the complementary sets that words around a figure are of, each with the word."""
    words = [(_set(hit.meanings), hit) for hit in (*frame.labelled, *frame.tailed)]
    return frozenset([(kind, frame.line.text[hit.start : hit.end]) for kind, hit in words if kind])


def _set(meanings: Mapping[str, str]) -> str:
    """Return the complementary set that a word is of: applicants, channels, levels of government."""
    if "column" in meanings:
        return "applicant"
    return meanings.get("set", "channel" if meanings.get("limit") == "channel" else "")


# ---- totals behind their parts ---------------------------------------------------------------------------------------


@once
def sum_word(frame: Frame) -> Hit | None:
    """Return the word by which a figure sums up those before it: 共计, 全市合计, 三个平台共."""
    word = first_of(frame.labelled, "open", "sum")
    if word is None or not frame.number or has(frame.labelled, "share"):
        return None
    before, all_of_them = frame.line.frames[frame.number - 1], ALL_OF_THEM.search(frame.label_text)
    goes_on = all_of_them and before.sentence[1] == frame.sentence[0] == frame.lead
    if not goes_on and before.sentence != frame.sentence:
        return None
    head = frame.line.between(frame.label, word.start)
    light = {"filler", "scope", "told", "new", "set"}
    bare = word.start - frame.label < 6 and all(hit.meanings.keys() <= light for hit in head)
    return word if all_of_them or (bare and not frame.line.unknown(frame.label, word.start)) else None


def sums_up(frame: Frame) -> bool:
    """Whether a figure sums up those before it."""
    return sum_word(frame) is not None
