"""Rows of a messy table: which lines of a document are which rows of a form's table.

Every line is compared with every row by its labels; the alignment that costs least in all, in the order of
the form, decides. A line whose label is lost is taken for a row only where the lines between its
neighbours are as many as the rows between theirs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from govreport.exchange.alignment import Match, align
from govreport.exchange.cells import is_figure
from govreport.exchange.document import GridCell
from govreport.exchange.labels import distance, nearest
from govreport.exchange.lines import Line
from govreport.forms import Row, Table

UNLIKE, LOST = 0.5, 0.55
"""Distance from which on a label is not taken for a row's; what a line without label costs."""
SKIP_LINE, SKIP_ROW, SKIP_ANCHOR = 0.15, 0.6, 0.05
MISFIT, BEFORE, LONGER = 0.1, 0.12, 0.01
"""What it costs that a line has another number of figures, that they stand before the label, that it is longer."""
MOST_LINES, MOST_LABELS = 8, 4
HEADER, BLANK, NEAR = 0.2, 0.25, 0.12
FEW, SET_IN_COLUMNS = 3, 5
"""So many lines with so many figures beside their labels show that a row without figures is blank."""
LONGEST = 2.0
"""A label may be so many times as long as the form's."""


@dataclass(frozen=True)
class Target:
    """What the alignment looks for: a row, or (`row` is None) a line above rows that has no figures."""

    label: str
    row: Row | None = None


@dataclass(frozen=True)
class RowFound:
    """A row of the form and the line that it stands on, made one where it was broken.

    first: number of its first line; cost: how unlike the label is; before: its figures stood before the label.
    """

    row: Row
    line: Line
    first: int
    cost: float
    before: bool = False


@dataclass(frozen=True)
class RowsFound:
    """The rows found for a table, what the alignment costs, and the numbers of the header lines and anchors."""

    rows: tuple[RowFound, ...]
    cost: float
    headers: tuple[int, ...]
    lines: tuple[int, ...]


@lru_cache(maxsize=16)
def _header_labels(texts: frozenset[str], corner: str) -> tuple[str, ...]:
    return (*sorted(texts), corner)


def header_labels(table: Table) -> tuple[str, ...]:
    """Return every text that header lines of a table have."""
    texts = {label for column in table.columns for label in column.label}
    if table.layout == "line":
        texts |= {label for row in table.rows for label in row.label}
    return _header_labels(frozenset(texts), table.corner)


def is_header(line: Line, table: Table) -> bool:
    """Return whether a line is one of a table's header lines: labels of columns, and no figure."""
    texts = [cell.text for cell in line.cells if cell.text.strip()]
    if any(is_figure(text) for text in texts):
        return False
    labels = header_labels(table)
    alike = sum(nearest(text, labels) <= HEADER for text in dict.fromkeys(texts))
    if len(texts) == 1 and table.layout != "line":
        own = nearest(texts[0], [row.label[-1] for row in table.rows])
        return bool(alike) and own > nearest(texts[0], labels) and (line.grid or len(texts[0].strip()) > 2)
    return alike >= 2 or alike == len(texts) == 1


def _targets(table: Table) -> list[Target]:
    found: list[Target] = []
    for row in table.rows:
        if table.layout == "clauses" and Target(row.label[0]) not in found:
            found.append(Target(row.label[0]))
        found.append(Target(row.label[-1], row))
    return found


def find_rows(lines: Sequence[Line], table: Table) -> RowsFound:
    """Return the rows of a table whose labels stand beside or above its figures, with the lines they were found on."""
    headers = [number for number, line in enumerate(lines) if is_header(line, table)]
    kept = [number for number in range(len(lines)) if number not in set(headers)]
    in_columns = sum(len(line.middles) >= FEW and bool(line.labels) for line in lines)
    search = _Search([lines[number] for number in kept], _targets(table), in_columns >= SET_IN_COLUMNS)
    skip_found = [SKIP_LINE if line.figures and (line.labels or line.grid) else 0.0 for line in search.lines]
    skip_target = [SKIP_ROW if target.row else SKIP_ANCHOR for target in search.targets]
    made = align(skip_found, skip_target, search.cost, MOST_LINES)
    rows = [
        search.found(match, row, kept[match.start])
        for match in _forced(made.matches, search)
        if (row := search.targets[match.target].row)
    ]
    used = [kept[n] for match in made.matches for n in range(match.start, match.start + match.length)]
    return RowsFound(tuple(rows), made.cost, tuple(headers), tuple(used))


@dataclass
class _Search:
    lines: Sequence[Line]
    targets: Sequence[Target]
    blank_rows: bool

    def cost(self, start: int, length: int, number: int) -> float:
        """Return what it costs that lines stand for a target."""
        span, target = self.lines[start : start + length], self.targets[number]
        if not _may_join(span):
            return math.inf
        with_figures = [line for line in span if line.figures]
        if target.row is None:
            return math.inf if with_figures or length > 1 else _price(distance(_label(span), target.label))
        count = len(target.row.columns)
        whole = sum(len(line.figures) for line in with_figures)
        if len(with_figures) > 1 and not span[0].grid and (whole != count or span[-1].labels):
            return math.inf
        if not with_figures and not span[0].grid and not self.blank_rows:
            return math.inf
        if not any(line.labels for line in span):
            return LOST if span[0].grid and with_figures else math.inf
        written = _label(span)
        if length > 1 and len(written) > LONGEST * len(target.label) + 8:
            return math.inf
        near = min(distance(text, target.label) for text in _candidates(span))
        if not with_figures and not span[0].grid:
            return near + BLANK if near < NEAR and length <= MOST_LABELS else math.inf
        figures = max(whole, *(len(line.values) for line in span)) if span[0].grid else whole
        extra = (MISFIT if figures != count else 0.0) + LONGER * (length - 1)
        return _price(near) + extra + (BEFORE if _stands_before(span) else 0.0)

    def found(self, match: Match, row: Row, first: int) -> RowFound:
        """Return a row with its lines made one."""
        span = self.lines[match.start : match.start + match.length]
        whole = max(span, key=lambda line: len(line.figures))
        if sum(bool(line.figures) for line in span) > 1:
            whole = replace(whole, values=_halves(span) if whole.grid else _all_values(span), middles=())
        labels = tuple(label for line in span for label in line.labels[-1:]) if len(span) > 1 else whole.labels
        near = min((distance(text, row.label[-1]) for text in _candidates(span)), default=1.0)
        return RowFound(row, replace(whole, labels=labels), first, near, _stands_before(span))


def _all_values(span: Sequence[Line]) -> tuple[GridCell, ...]:
    return tuple(cell for line in span for cell in line.values if cell.text.strip())


def _halves(span: Sequence[Line]) -> tuple[GridCell, ...]:
    """Return the cells of a row that a page's end cuts, the digits of each half below each other."""
    count = min(len(line.values) for line in span)
    upper, lower = (line.values[len(line.values) - count :] for line in span)
    return tuple(
        replace(a, text="\n".join(t for t in (a.text, b.text) if t.strip())) for a, b in zip(upper, lower, strict=True)
    )


def _price(near: float) -> float:
    return near if near < UNLIKE else math.inf


def _may_join(span: Sequence[Line]) -> bool:
    """Return whether lines may be one row: lines of text, or the two halves of a row that a page's end cuts."""
    if len(span) == 1:
        return True
    if span[0].grid or span[-1].grid:
        return len(span) == 2 and all(line.grid for line in span) and span[0].block != span[1].block
    return not any(line.grid for line in span)


def _label(span: Sequence[Line]) -> str:
    return "".join(line.labels[-1] for line in span if line.labels)


def _candidates(span: Sequence[Line]) -> Iterator[str]:
    """Yield what may be the row's own label: the last label cell, or with those before it."""
    if len(span) > 1:
        yield _label(span)
        return
    labels = span[0].labels
    for start in range(len(labels) - 1, max(-1, len(labels) - 1 - MOST_LABELS), -1):
        yield "".join(labels[start:])


def _stands_before(span: Sequence[Line]) -> bool:
    """Return whether the figures stand on a line of their own before the label."""
    return len(span) > 1 and not span[0].labels and bool(span[0].figures)


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
        between = [n for n in range(start + 1, end) if search.lines[n].grid and search.lines[n].figures]
        wanted = [n for n in range(first + 1, last) if search.targets[n].row]
        if len(between) != len(wanted):
            doubtful.update(between)
    return [match for match in matches if match.start not in lost & doubtful]
