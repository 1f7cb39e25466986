"""Search for the cheapest way to read what was found as what a form has: alignment, and all ways nearly as cheap.

Found items (lines of a document, labels of drawn columns, paragraphs) are aligned in order with targets (rows and
columns of a table, headings of parts). It is the alignment of Needleman and Wunsch (1970), in which several items may
stand together for one target and an item may be read in several ways. Dynamic programming from both ends gives for
each target the cheapest way through each of its readings: what a cheaper and a dearer way have in common is certain.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from govreport.exchange.recognise.model import TIE


@dataclass(frozen=True)
class Reading:
    """Items `start` to `start + length` read as a target, at a price.

    value: what they then say; two readings of the same value differ in nothing that counts.
    """

    start: int
    length: int
    target: int
    price: float
    value: Any = None

    @property
    def end(self) -> int:
        """The first item behind it."""
        return self.start + self.length


@dataclass(frozen=True)
class Way:
    """Readings in order, one a target at most, and what they cost with all that is left out."""

    readings: tuple[Reading, ...]
    price: float


def cheapest(skip_item: Sequence[float], skip_target: Sequence[float], readings: Sequence[Reading]) -> Way:
    """Return the way that costs least.

    skip_item, skip_target: what it costs to leave out an item, a target.

    >>> cheapest([0.1, 0.1], [0.5], [Reading(1, 1, 0, 0.0, "甲")])
    Way(readings=(Reading(start=1, length=1, target=0, price=0.0, value='甲'),), price=0.1)
    """
    return next(ways(skip_item, skip_target, readings))


def ways(
    skip_item: Sequence[float], skip_target: Sequence[float], readings: Sequence[Reading], within: float = -1.0
) -> Iterator[Way]:
    """Yield the way that costs least, then each that is cheapest with another reading of a target, or with none.

    within: how much more than the cheapest these may cost.
    """
    items, targets = len(skip_item), len(skip_target)
    forward = _Half(skip_item, skip_target, readings)
    best = forward.price[items][targets]
    yield Way(tuple(forward.back(items, targets))[::-1], best)
    if within < 0:
        return
    mirrored = [Reading(items - r.end, r.length, targets - 1 - r.target, r.price, r) for r in readings]
    backward = _Half(skip_item[::-1], skip_target[::-1], mirrored)

    def through(i: int, j: int, price: float, *reading: Reading) -> Way:
        end = i + sum(r.length for r in reading)
        before, after = tuple(forward.back(i, j))[::-1], backward.back(items - end, targets - 1 - j)
        return Way((*before, *reading, *(r.value for r in after)), price)

    for r in readings:
        rest = backward.price[items - r.end][targets - 1 - r.target]
        if (price := forward.price[r.start][r.target] + r.price + rest) <= best + within:
            yield through(r.start, r.target, price, r)
    before_each, after_each = zip(*forward.price, strict=True), [*zip(*backward.price[::-1], strict=True)][::-1]
    for j, (skip, before, after) in enumerate(zip(skip_target, before_each, after_each[1:], strict=False)):
        totals = list(map(add, before, after))
        if (price := min(totals)) + skip <= best + within:
            yield through(totals.index(price), j, price + skip)


class _Half:
    """The cheapest prices from the beginning to each pair of item and target, and how they came about."""

    def __init__(self, skip_item: Sequence[float], skip_target: Sequence[float], readings: Sequence[Reading]) -> None:
        items, targets = len(skip_item), len(skip_target)
        self.price = price = [[0.0] + [math.inf] * targets]
        self.step: dict[tuple[int, int], Reading | None] = {}
        """What was read last, None where a target was left out; nothing where an item was."""
        starting: dict[int, list[Reading]] = defaultdict(list)
        for r in readings:
            starting[r.start].append(r)
        read: dict[int, list[float]] = {0: price[0]}
        """Of items before which a reading ends, the prices with it."""
        for i in range(items + 1):
            if i:
                skip = skip_item[i - 1]
                skipped = [before + skip for before in price[i - 1]]
                price.append(read.get(i, skipped))
                for j, cost in enumerate(skipped if i in read else ()):
                    if cost < read[i][j] + TIE:  # of two as cheap the first
                        read[i][j] = cost
                        self.step.pop((i, j), None)
            here = price[i]
            if i in read:
                for j, skip in enumerate(skip_target):
                    if here[j] + skip < here[j + 1] - TIE:
                        here[j + 1] = here[j] + skip
                        self.step[i, j + 1] = None
            for r in starting.get(i, ()):
                end, j = r.end, r.target
                ends = read.get(end) or read.setdefault(end, [math.inf] * (targets + 1))
                if here[j] + r.price < ends[j + 1] - TIE:
                    ends[j + 1] = here[j] + r.price
                    self.step[end, j + 1] = r
        self.places: dict[int, list[int]] = defaultdict(list)
        """Of each number of targets the numbers of items at which a step leads there; else items were left out."""
        for i, j in sorted(self.step):
            self.places[j].append(i)

    def back(self, i: int, j: int) -> Iterator[Reading]:
        """Yield the readings of the cheapest way to a pair, the last first."""
        while at := bisect_right(self.places[j], i):
            i = self.places[j][at - 1]
            if (step := self.step[i, j]) is None:
                j -= 1
            else:
                i, j = step.start, step.target
                yield step
