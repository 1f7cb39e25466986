"""Tables by the lines that are ruled on a page: where lines cross are corners, and between four of them is a cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, product

from govreport.exchange.readers.pdf_page import Rule

TOLERANCE, SNAP = 3.0, 1.0
"""Points within which edges of cells are one, and lines; a drawing beside a table must not shift its lines."""
DASH = 9.0
"""Points up to which an upright line is a dash, whose ends do not bound a row."""
Box = tuple[float, float, float, float]
"""A cell: left, top, right, bottom, in points."""


def ruled_tables(across: Sequence[Rule], upright: Sequence[Rule]) -> list[list[Box]]:
    """Return the cells of each table that lines make; cells that share a corner are one table's.

    >>> sides = [Rule(at, 0, 20) for at in (0, 10, 20)]
    >>> ruled_tables(sides, sides)
    [[(0.0, 0.0, 10.0, 10.0), (0.0, 10.0, 10.0, 20.0), (10.0, 0.0, 20.0, 10.0), (10.0, 10.0, 20.0, 20.0)]]
    """
    tables: list[tuple[set[tuple[float, float]], list[Box]]] = []
    across, upright = _joined(across), _joined(upright)
    for box in _boxes(sorted([*across, *_open_ends(across, upright)]), upright):
        corners, cells = {(x, y) for x in box[::2] for y in box[1::2]}, [box]
        touching = [table for table in tables if table[0] & corners]
        for table in touching:
            tables.remove(table)
        tables.append((corners.union(*(t[0] for t in touching)), [cell for t in touching for cell in t[1]] + cells))
    return [cells for _, cells in tables]


def edges(values: Iterable[float], near: float = TOLERANCE) -> list[float]:
    """Return values in order without those that stand near one before."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > near:
            found.append(value)
    return found


def _open_ends(across: Sequence[Rule], upright: Sequence[Rule]) -> list[Rule]:
    """Return lines where upright ones end without a line across: there the page's end cuts a row."""
    drawn = {rule.at for rule in across}
    ends = edges(y for rule in upright if rule.end - rule.start > DASH for y in rule[1:])
    left, right = (end(rule.at for rule in upright) if upright else 0.0 for end in (min, max))
    return [Rule(y, left, right) for y in ends if all(abs(y - other) > TOLERANCE for other in drawn)]


def _joined(rules: Sequence[Rule]) -> list[Rule]:
    """Return lines with those that stand within SNAP of each other on one, joined where they meet."""
    ordered = sorted(rules)
    starts = [n for n, (a, b) in enumerate(pairwise(ordered), 1) if b.at - a.at > SNAP]
    found: list[Rule] = []
    for first, end in pairwise([0, *starts, len(ordered)]):
        near = ordered[first:end]
        at = sum(rule.at for rule in near) / max(len(near), 1)
        line: list[Rule] = []
        for rule in sorted(near, key=lambda rule: rule.start):
            if line and rule.start <= line[-1].end + TOLERANCE:
                line[-1] = Rule(at, line[-1].start, max(line[-1].end, rule.end))
            else:
                line.append(Rule(at, rule.start, rule.end))
        found += [rule for rule in line if rule.end - rule.start >= TOLERANCE]
    return found


def _boxes(across: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[Box]:
    """Yield the smallest cell to the right of and below each crossing."""
    lines: dict[tuple[float, float], tuple[Rule, Rule]] = {}
    below: defaultdict[Rule, list[float]] = defaultdict(list)
    right: defaultdict[Rule, list[float]] = defaultdict(list)
    for down, over in product(upright, across):
        if _reaches(down, over.at) and _reaches(over, down.at):
            lines[down.at, over.at] = over, down
            below[down].append(over.at)
            right[over].append(down.at)
    for (left, top), (over, down) in lines.items():
        corners = ((x, y) for y in below[down] if y > top for x in right[over] if x > left and (x, y) in lines)
        for x, y in corners:
            if lines[x, y] == (lines[left, y][0], lines[x, top][1]):
                yield left, top, x, y
                break


def _reaches(rule: Rule, place: float) -> bool:
    return rule.start - TOLERANCE <= place <= rule.end + TOLERANCE
