"""Rows of a messy table: which lines of a document are which rows of a form's table.

Every line is compared with every row by its labels; the alignment that costs least in all, in the order of
the form, decides. A line whose label is lost is taken for a row only where the lines between its
neighbours are as many as the rows between theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from govreport.core import GridCell
from govreport.exchange.recognise.alignment import Match, align
from govreport.exchange.recognise.header_lines import is_header
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.lines import Line
from govreport.forms import Row, Table

LOST = 0.55
"""What a line without label costs."""
SKIP_LINE, SKIP_ROW, SKIP_ANCHOR = 0.15, 0.6, 0.05
MISFIT, BEFORE, LONGER = 0.1, 0.12, 0.01
"""What it costs that a line has another number of figures, that they stand before the label, that it is longer."""
MOST_LINES = 8
BLANK, NEAR = 0.25, 0.12
FEW, SET_IN_COLUMNS = 3, 5  # so many lines with so many figures show that a row without figures is blank
FEWEST_ROWS, FEWEST_SHARE = 2, 0.2
"""A table is not there if fewer rows than that, or than this share, were found."""
EARLIER = 2e-6  # of two tables that are alike the first is taken
SAME, NEARER = 0.16, 0.2
"""Distance up to which a label is a row's, its number aside; how much nearer another row's must be."""
LONGEST = 2.0  # a label may be so many times as long as the form's
UNLIKE, ODD, MOST_LABELS = 0.5, 4, 4
"""Distance from which on a label is not a row's; letters of a word that may stand where a figure should; labels of a
line that may be its row's together."""


@dataclass(frozen=True)
class Span:
    """Lines that may be one row: several of text, or the two halves of a row that a page's end cuts."""

    lines: Sequence[Line]

    @cached_property
    def figures(self) -> int:
        """How many figures they hold."""
        return sum(len(line.figures) for line in self.lines)

    @cached_property
    def parted(self) -> bool:
        """Whether they are lines of text of which several hold figures."""
        return not self.lines[0].grid and sum(bool(line.figures) for line in self.lines) > 1

    @cached_property
    def before(self) -> bool:
        """Whether the figures stand on a line of their own before the label."""
        return len(self.lines) > 1 and not self.lines[0].labels and bool(self.lines[0].figures)

    @cached_property
    def odd(self) -> bool:
        """Whether the last label cell may stand where a figure should: a word or two without number (若干, 不详)."""
        first = self.lines[0]
        last = plain(first.labels[-1]) if len(self.lines) == 1 and first.figures and first.labels[1:] else ""
        return bool(last) and len(last) <= ODD and not last[0].isdigit()

    @cached_property
    def label(self) -> str:
        """Their labels made one; of a cut row's lower half only where it stands in the same column."""
        first = self.lines[0]
        own = [line for line in self.lines if not line.grid or line is first or len(line.values) <= len(first.values)]
        return "".join(line.labels[-1] for line in own if line.labels)

    @cached_property
    def candidates(self) -> tuple[str, ...]:
        """What may be the row's own label: the last label cell, or with those before it."""
        if len(self.lines) > 1:
            return (self.label,)
        labels = self.lines[0].labels[-MOST_LABELS:]
        joined = tuple("".join(labels[start:]) for start in reversed(range(len(labels))))
        return (*joined, *labels[-2:-1]) if self.odd else joined

    def row(self, label: str) -> Line:
        """Return the lines made one, as the row that has a label."""
        whole = max(self.lines, key=lambda line: len(line.figures))
        if self.parted:
            values = tuple(cell for line in self.lines for cell in line.values if cell.text.strip())
            whole = replace(whole, values=values, middles=())
        elif sum(bool(line.figures) for line in self.lines) > 1:
            whole = replace(whole, values=_halves(*self.lines), middles=())
        if self.odd:
            return _with_odd_value(whole, label)
        labels = tuple(label for line in self.lines for label in line.labels[-1:])
        return replace(whole, labels=labels) if len(self.lines) > 1 else whole


def may_join(span: Sequence[Line]) -> bool:
    """Return whether lines may be one row: lines of text, or the two halves of a row that a page's end cuts."""
    if len(span) == 1:
        return True
    if span[0].grid or span[-1].grid:
        return len(span) == 2 and all(line.grid for line in span) and span[0].block != span[1].block
    return not any(line.grid for line in span)


def _halves(one: Line, other: Line) -> tuple[GridCell, ...]:
    """Return the cells of a row that a page's end cuts, the digits of each half below each other."""
    count = min(len(one.values), len(other.values))
    pairs = zip(one.values[len(one.values) - count :], other.values[len(other.values) - count :], strict=True)
    return tuple(replace(a, text="\n".join(t for t in (a.text, b.text) if t.strip())) for a, b in pairs)


def _with_odd_value(line: Line, label: str) -> Line:
    """Return a line whose last label cell is no label but stands where a figure should, with that cell a value."""
    last, before, both = (distance(text, label) for text in (*line.labels[:-3:-1], "".join(line.labels[-2:])))
    if before >= min(last, both, UNLIKE):
        return line
    first = len(line.cells) - len(line.values) - 1
    return replace(line, labels=line.labels[:-1], values=line.cells[first:])


@dataclass(frozen=True)
class Target:
    """What the alignment looks for: a row, or (`row` is None) a line above rows that has no figures.

    label: its own label; whole: with those of the groups it stands in.
    """

    label: str
    whole: str
    row: Row | None = None


@dataclass(frozen=True)
class RowMatch:
    """A row of the form and the line that it stands on, made one where it was broken.

    numbers: of the lines that it was made of; cost: how unlike the label is; before: whether its figures stood
    before the label; moved: whether it stands where the form has another row.
    """

    row: Row
    line: Line
    numbers: tuple[int, ...]
    cost: float
    before: bool = False
    moved: bool = False


@dataclass(frozen=True)
class RowMatches:
    """The rows found for a table, what the alignment costs, and the numbers of its header lines and other lines."""

    rows: tuple[RowMatch, ...]
    cost: float
    headers: tuple[int, ...]
    lines: tuple[int, ...]


def _targets(table: Table) -> list[Target]:
    found: list[Target] = []
    for row in table.rows:
        clause = Target(row.label[0], row.label[0])
        if table.layout == "clauses" and clause not in found:
            found.append(clause)
        found.append(Target(row.label[-1], "".join(row.label[-2:]), row))
    return found


def find_rows(lines: Sequence[Line], table: Table) -> RowMatches:
    """Return the rows of a table whose labels stand beside or above its figures, with the lines they were found on."""
    headers = [number for number, line in enumerate(lines) if is_header(line, table)]
    left_out = set(headers)
    kept = [number for number, line in enumerate(lines) if number not in left_out and not line.blank]
    in_columns = sum(len(line.spots) >= FEW and bool(line.labels) for line in lines)
    search = _Search([lines[number] for number in kept], _targets(table), in_columns >= SET_IN_COLUMNS)
    skip_found = [SKIP_LINE if _is_row(line) else 0.0 for line in search.lines]
    skip_target = [SKIP_ROW if target.row else SKIP_ANCHOR for target in search.targets]
    made = align(skip_found, skip_target, search.cost, search.most())
    rows = [
        search.found(match, row, tuple(kept[match.start : match.start + match.length]))
        for match in _forced(made.matches, search)
        if (row := search.targets[match.target].row)
    ]
    used = [kept[n] for match in made.matches for n in range(match.start, match.start + match.length)]
    if len(rows) < max(FEWEST_ROWS, FEWEST_SHARE * len(table.rows)):
        return RowMatches((), SKIP_ROW * len(table.rows), (), ())
    return RowMatches(tuple(with_swaps(rows, lines, table)), made.cost, tuple(headers), tuple(used))


@dataclass
class _Search:
    lines: Sequence[Line]
    targets: Sequence[Target]
    blank_rows: bool

    spans: dict[tuple[int, int], Span] = field(default_factory=dict)

    def most(self) -> list[int]:
        """Return how many lines, from each on, may be one row."""
        lines = self.lines
        return [
            max(n for n in range(1, min(MOST_LINES, len(lines) - start) + 1) if may_join(lines[start : start + n]))
            for start in range(len(lines))
        ]

    def cost(self, start: int, length: int, number: int) -> float:
        """Return what it costs that lines stand for a target."""
        if (start, length) not in self.spans:
            self.spans[start, length] = Span(self.lines[start : start + length])
        span, target = self.spans[start, length], self.targets[number]
        first = span.lines[0]
        if not may_join(span.lines) or (span.parted and span.lines[-1].labels):
            return math.inf
        if target.row is None:
            return math.inf if span.figures or length > 1 else _price(distance(span.label, target.label))
        count = len(target.row.columns)
        if span.parted and span.figures != count:
            return math.inf
        drawn = first.grid or (length == 1 and not first.middles and len(first.values) == count)
        if not span.figures and not drawn and not self.blank_rows:
            return math.inf
        if not any(line.labels for line in span.lines):
            return LOST if span.figures and (first.grid or (first.run and length == 1)) else math.inf
        if length > 1 and len(span.label) > LONGEST * len(target.label) + 8:
            return math.inf
        near = min(distance(text, label) for text in span.candidates for label in {target.label, target.whole})
        if not span.figures and not drawn:
            return near + BLANK if near < NEAR and length <= MOST_LABELS else math.inf
        shown = max(span.figures, *(len(line.values) for line in span.lines)) if first.grid else span.figures
        extra = (MISFIT if shown != count else 0.0) + LONGER * (length - 1)
        return _price(near) + extra + (BEFORE if span.before else 0.0) + EARLIER * start

    def found(self, match: Match, row: Row, numbers: tuple[int, ...]) -> RowMatch:
        """Return a row with its lines made one."""
        span = Span(self.lines[match.start : match.start + match.length])
        near = min((distance(text, row.label[-1]) for text in span.candidates), default=1.0)
        return RowMatch(row, span.row(row.label[-1]), numbers, near, span.before)


def _price(near: float) -> float:
    return near if near < UNLIKE else math.inf


def _is_row(line: Line) -> bool:
    """Return whether a line looks like a row, so that leaving it out costs something."""
    if line.figures:
        return bool(line.labels) or line.grid or line.run
    return line.grid and bool(line.labels) and bool(line.values)


def _may_lose_label(line: Line) -> bool:
    return (line.grid or line.run) and bool(line.figures)


def _forced(matches: Sequence[Match], search: _Search) -> list[Match]:
    """Return the matches without those of lines without label that could stand for another row as well."""
    rows = [match for match in matches if search.targets[match.target].row]
    lost = {match.start for match in rows if match.cost >= LOST and not search.lines[match.start].labels}
    if not lost:
        return list(matches)
    ends = (-1, -1), (len(search.lines), len(search.targets))
    sure = [ends[0], *((m.start, m.target) for m in rows if m.start not in lost), ends[1]]
    doubtful: set[int] = set()
    for (start, first), (end, last) in pairwise(sure):
        between = [n for n in range(start + 1, end) if _may_lose_label(search.lines[n])]
        wanted = [n for n in range(first + 1, last) if search.targets[n].row]
        if len(between) != len(wanted):
            doubtful.update(between)
    return [match for match in matches if match.start not in lost & doubtful]


def with_swaps(rows: Sequence[RowMatch], lines: Sequence[Line], table: Table) -> list[RowMatch]:
    """Return rows, swapped where each of two has the other's label, and those that stand where the form has others.

    lines: all lines, of which those between the first row's and the last one's are looked at.
    """
    if table.layout != "matrix" or not rows:
        return list(rows)
    made = list(rows)
    for n, found in enumerate(made):
        other = _nearest_row(found, made)
        if other is not None and other > n and _nearest_row(made[other], made) == n:
            made[n] = replace(made[other], row=found.row, moved=True)
            made[other] = replace(found, row=rows[other].row, moved=True)
    used = {number for found in made for number in found.numbers}
    grids = {lines[number].block for number in used if lines[number].grid}
    near = {*range(min(used), max(used)), *(n for n, line in enumerate(lines) if line.block in grids)} - used
    free = [n for n in sorted(near) if lines[n].labels and lines[n].figures]
    missing = [row for row in table.rows if all(found.row != row for found in made)]
    fitting = {
        row: [n for n in free if distance(lines[n].labels[-1], row.label[-1]) <= SAME and _is_whole(lines[n], table)]
        for row in missing
    }
    for row, numbers in fitting.items():
        if len(numbers) == 1 and sum(numbers[0] in other for other in fitting.values()) == 1:
            made.append(RowMatch(row, lines[numbers[0]], (numbers[0],), 0.0, moved=True))
    return made


def _is_whole(line: Line, table: Table) -> bool:
    return line.grid or len(line.figures) == len(table.columns)


def _nearest_row(found: RowMatch, rows: Sequence[RowMatch]) -> int | None:
    """Return the number of the row whose label a row's is much nearer to than to its own."""
    if not found.line.labels:
        return None
    label = found.line.labels[-1]
    own = distance(label, found.row.label[-1])
    near = [distance(label, other.row.label[-1]) for other in rows]
    best = min(range(len(near)), key=near.__getitem__)
    return best if near[best] <= SAME and near[best] + NEARER < own else None
