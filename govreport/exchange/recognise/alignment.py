"""Search for the cheapest way to read what was found as what a form has: alignment, and all ways nearly as cheap.

Found items (lines of a document, labels of drawn columns, paragraphs) are aligned in order with targets (rows and
columns of a table, headings of parts). It is the alignment of Needleman and Wunsch (1970), in which several items may
stand together for one target and an item may be read in several ways. Dynamic programming from both ends gives for
each target the cheapest way through each of its readings: what a cheaper and a dearer way have in common is certain.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    value: object = None


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
    forward = _Half(skip_item, skip_target, readings)
    items, targets = len(skip_item), len(skip_target)
    best = forward.price[items][targets]
    yield Way(tuple(reversed(list(forward.back(items, targets)))), best)
    if within < 0:
        return
    mirrored = [Reading(items - r.start - r.length, r.length, targets - 1 - r.target, r.price, r) for r in readings]
    backward = _Half(skip_item[::-1], skip_target[::-1], mirrored)

    def through(i: int, j: int, reading: Reading | None) -> Way:
        end = i + (reading.length if reading else 0)
        before = list(forward.back(i, j))[::-1]
        after = [r.value for r in backward.back(items - end, targets - 1 - j)]
        price = forward.price[i][j] + (reading.price if reading else skip_target[j])
        price += backward.price[items - end][targets - 1 - j]
        return Way((*before, *([reading] if reading else []), *after), price)  # type: ignore[arg-type]

    for reading in readings:
        rest = backward.price[items - reading.start - reading.length][targets - 1 - reading.target]
        if forward.price[reading.start][reading.target] + reading.price + rest <= best + within:
            yield through(reading.start, reading.target, reading)
    for j, skip in enumerate(skip_target):
        price, i = min((forward.price[i][j] + backward.price[items - i][targets - 1 - j], i) for i in range(items + 1))
        if price + skip <= best + within:
            yield through(i, j, None)


class _Half:
    """The cheapest prices from the beginning to each pair of item and target, and how they came about."""

    def __init__(self, skip_item: Sequence[float], skip_target: Sequence[float], readings: Sequence[Reading]) -> None:
        items, targets = len(skip_item), len(skip_target)
        self.price = price = [[0.0] + [math.inf] * targets]
        self.step: dict[tuple[int, int], Reading | None] = {}
        """What was read last, None where a target was left out; nothing where an item was."""
        starting: dict[int, list[Reading]] = defaultdict(list)
        for reading in readings:
            starting[reading.start].append(reading)
        read: dict[int, list[float]] = {0: price[0]}
        """Of items before which a reading ends, the prices with it."""
        for i in range(items + 1):
            if i:
                skipped = [before + skip_item[i - 1] for before in price[i - 1]]
                price.append(self._cheaper(i, read[i], skipped) if i in read else skipped)
            here = price[i]
            if i in read:
                for j in range(targets):
                    if here[j] + skip_target[j] < here[j + 1] - TIE:
                        here[j + 1] = here[j] + skip_target[j]
                        self.step[i, j + 1] = None
            for reading in starting.get(i, ()):
                j, end = reading.target, i + reading.length
                ends = read.setdefault(end, [math.inf] * (targets + 1))
                if here[j] + reading.price < ends[j + 1] - TIE:
                    ends[j + 1] = here[j] + reading.price
                    self.step[end, j + 1] = reading

    def _cheaper(self, i: int, read: list[float], skipped: list[float]) -> list[float]:
        """Return the prices before an item, with the one before it read or left out."""
        for j, price in enumerate(skipped):
            if price < read[j] + TIE:  # of two as cheap the first
                read[j] = price
                self.step.pop((i, j), None)
        return read

    def back(self, i: int, j: int) -> Iterator[Reading]:
        """Yield the readings of the cheapest way to a pair, the last first."""
        while (i, j) != (0, 0):
            if (i, j) not in self.step:
                i -= 1
            elif (step := self.step[i, j]) is None:
                j -= 1
            else:
                yield step
                i, j = step.start, step.target
