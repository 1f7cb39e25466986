"""Minimum-cost alignment of two sequences in order: what was found with what the form has.

Rows of a messy table are aligned with the rows of the form, its columns with the form's columns, and
paragraphs with the headings of the parts. It is the alignment of Needleman and Wunsch (1970), in which
several found items in a row may stand together for one of the form's: a label broken over lines.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

Cost = Callable[[int, int, int], float]
"""What it costs that the found items from a start, so many of them, stand for a target; infinite if they cannot."""

CLOSE = 1e-6


@dataclass(frozen=True)
class Match:
    """Found items `start` to `start + length` stand for the target, at a cost."""

    start: int
    length: int
    target: int
    cost: float


@dataclass(frozen=True)
class Alignment:
    """The alignment that costs least, its matches in order, and what it costs in all."""

    matches: tuple[Match, ...]
    cost: float


def align(
    skip_found: Sequence[float], skip_target: Sequence[float], cost: Cost, most: Sequence[int] | None = None
) -> Alignment:
    """Return the alignment of found items with targets that costs least.

    skip_found, skip_target: what it costs to leave out an item, a target. most: how many items, from each on,
    may stand together for one target; one where it is not given.

    >>> words, labels = ["甲", "x", "丙"], ["甲", "乙", "丙"]
    >>> made = align([0.1] * 3, [0.5] * 3, lambda i, k, j: 0.0 if words[i] == labels[j] else math.inf)
    >>> [(match.start, match.target) for match in made.matches], round(made.cost, 1)
    ([(0, 0), (2, 2)], 0.6)
    """
    items, targets = len(skip_found), len(skip_target)
    best = [[math.inf] * (targets + 1) for _ in range(items + 1)]
    steps: dict[tuple[int, int], Match | tuple[int, int]] = {}
    best[0][0] = 0.0

    def offer(i: int, j: int, price: float, step: Match | tuple[int, int]) -> None:
        if price < best[i][j] - CLOSE:
            best[i][j] = price
            steps[i, j] = step

    for i, j in product(range(items + 1), range(targets + 1)):
        here = best[i][j]
        if i < items:
            offer(i + 1, j, here + skip_found[i], (i, j))
        if j < targets:
            offer(i, j + 1, here + skip_target[j], (i, j))
        for length in range(1, (most[i] if most else 1) + 1) if i < items and j < targets else ():
            price = cost(i, length, j)
            offer(i + length, j + 1, here + price, Match(i, length, j, price))
    matches: list[Match] = []
    place = items, targets
    while place != (0, 0):
        step = steps[place]
        if isinstance(step, Match):
            matches.append(step)
            place = step.start, step.target
        else:
            place = step
    return Alignment(tuple(reversed(matches)), best[items][targets])


def certain(skip_found: Sequence[float], skip_target: Sequence[float], cost: Cost) -> Alignment:
    """Return the alignment that costs least with only those matches that every one as cheap has too.

    >>> same = certain([1.0], [0.5, 0.5], lambda i, k, j: 0.0)
    >>> same.matches
    ()
    """
    made = align(skip_found, skip_target, cost)
    sure = []
    for match in made.matches:
        taken = (match.start, match.target)

        def without(i: int, k: int, j: int, taken: tuple[int, int] = taken) -> float:
            return math.inf if (i, j) == taken else cost(i, k, j)

        if align(skip_found, skip_target, without).cost > made.cost + CLOSE:
            sure.append(match)
    return Alignment(tuple(sure), made.cost)
