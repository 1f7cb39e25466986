"""What the balance edits say of figures near a row's label: what they rule out, and what they confirm in text.

Figures that could stand in several cells stand where the edits do not forbid it. In a grid a row is a row. In text a
row's figures may stand a line away from its label, and blanks leave no trace; where a line with figures is left over,
every row beside it is in doubt. The edits confirm what is in doubt, or it is not read; they never give a figure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import product

from govreport.exchange.recognise.cell_values import is_figure, is_value, read_cell
from govreport.exchange.recognise.columns import (
    BY_ORDER,
    NO_FIGURES,
    Header,
    Placement,
    cells_of,
    common,
    place,
    place_by_middles,
    with_zeros,
)
from govreport.exchange.recognise.labels import plain
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.rows import RowMatch
from govreport.forms import Cell, Edit, Form, Table, expand

MOSTLY = 0.8
"""Share of rows that must balance for rows to be read in their order."""
NEARER = 0.5
"""Of two rows that place figures differently, the one is believed that fits them so much better."""

Texts = Mapping[int, str]
"""Texts by number of the column."""
Fits = Callable[..., bool]
"""Whether rows, each as its cells and their texts, could be right."""
MOST_TOGETHER = 3000
"""Placements of several rows are tried together when they are no more."""


@lru_cache
def identities_of(table: Table) -> tuple[Edit, ...]:
    """Return the balance edits between the cells of a table that demand equality."""
    alone = Form(table.edition, 0, "", "", (), {table.key: table})
    return tuple(edit for edit in expand(alone) if edit.sense == "=")


def resolve(
    table: Table, known: Mapping[str, str], pending: Sequence[tuple[RowMatch, Placement]]
) -> Iterator[tuple[RowMatch, Placement]]:
    """Yield rows whose figures may stand in several ways with what remains when the balance edits are asked.

    known: texts of other cells, by name. The edits only rule placements out, for each row alone and then, where they
    are few, for all together.
    """
    fits = fits_of(table, known)
    rows = [cells_of(table, found.row.key) for found, _ in pending]
    kept = [
        [choice for choice in placed.choices if fits((cells, choice))] or list(placed.choices)
        for cells, (_, placed) in zip(rows, pending, strict=True)
    ]
    if len(pending) > 1 and math.prod(map(len, kept)) <= MOST_TOGETHER:
        together = [every for every in product(*kept) if fits(*zip(rows, every, strict=True))]
        kept = [
            [choice for choice in own if any(every[n] is choice for every in together)] or own
            for n, own in enumerate(kept)
        ]
    for (found, placed), cells, choices in zip(pending, rows, kept, strict=True):
        yield found, remaining(replace(placed, choices=tuple(choices)), cells, fits)


def remaining(placed: Placement, cells: Sequence[Cell], fits: Fits) -> Placement:
    """Return what remains certain of the placements of a row's figures that the balance edits allow."""

    def allowed(choice: Texts) -> bool:
        return fits((cells, choice))

    left = common(list(filter(allowed, placed.choices)) or placed.choices, len(cells))
    return with_zeros(left, len(cells), allowed) if left.choices else left


def fits_of(table: Table, known: Mapping[str, str]) -> Fits:
    """Return whether texts of rows could be right: no balance edit that is about a cell of theirs forbids them.

    known: texts of other cells, by name. Figures that are missing may be anything that is not negative.
    """
    kinds = {cell.name: cell.kind for cell in table.cells}
    printed = {name: read_cell(text, kinds[name]).figure or 0 for name, text in known.items()}

    def fits(*rows: tuple[Sequence[Cell], Texts]) -> bool:
        figures, names = dict(printed), {cell.name for cells, _ in rows for cell in cells}
        for cells, texts in rows:
            figures |= {cells[n].name: read_cell(text, cells[n].kind).figure or 0 for n, text in texts.items()}
        for edit in identities_of(table):
            left, right = ([figures.get(name) for _, name in side] for side in (edit.left, edit.right))
            one, other = sum(f for f in left if f is not None), sum(f for f in right if f is not None)
            forbidden = (None not in left and other > one) or (None not in right and one > other)
            if forbidden and not names.isdisjoint(edit.cells):
                return False
        return True

    return fits


@dataclass(frozen=True)
class Confirmation:
    """The rows found for a table among lines, and which figures beside them belong to no row."""

    lines: Sequence[Line]
    rows: Sequence[RowMatch]
    headers: Sequence[int]
    table: Table

    @cached_property
    def left_over(self) -> tuple[int, ...]:
        """The numbers of the lines of text among the rows that hold figures and are no row's."""
        if not self.rows or any(found.line.grid for found in self.rows):
            return ()
        used = {number for found in self.rows for number in found.numbers} | set(self.headers)
        last = max(number for found in self.rows for number in found.numbers)
        first = max((n for n in self.headers if n < self.rows[0].numbers[0]), default=self.rows[0].numbers[0])
        while first and self._is_piece(first - 1):
            first -= 1
        while last + 1 < len(self.lines) and self._is_piece(last + 1):
            last += 1
        return tuple(n for n in range(first, last + 1) if n not in used and self._is_piece(n))

    def _is_piece(self, number: int) -> bool:
        """Return whether a line may be a piece of a row: figures alone, or beside no label or a piece of one."""
        line = self.lines[number]
        if line.grid or not all(map(is_value, line.figures)) or not any(map(is_figure, line.figures)):
            return False
        few = len(line.figures) < len(self.table.columns)
        return few or all(any(plain(label) in own for own in self._labels) for label in line.labels)

    @cached_property
    def _labels(self) -> tuple[str, ...]:
        return tuple(plain("".join(row.label)) for row in self.table.rows)

    def is_near_left_over(self, found: RowMatch) -> bool:
        """Return whether figures are left over beside a row or beside the row above or below it."""
        rows = sorted(self.rows, key=lambda row: row.numbers)
        at = rows.index(found)
        start = rows[at - 2].numbers[-1] if at > 1 else -1
        end = rows[at + 2].numbers[0] if at + 2 < len(rows) else len(self.lines)
        return any(start < number < end for number in self.left_over)

    def is_apart(self, found: RowMatch) -> bool:
        """Return whether a row's figures stand on lines of their own, above or below its label."""
        if found.line.grid:
            return False
        span = [self.lines[number] for number in found.numbers]
        with_figures = [n for n, line in enumerate(span) if line.figures]
        if len(with_figures) != 1 or found.line.run:
            return bool(with_figures)
        (at,) = with_figures
        around = any(line.labels for line in span[:at]) and any(line.labels for line in span[at + 1 :])
        return not span[at].labels and not around

    def is_pieced(self, found: RowMatch) -> bool:
        """Return whether a row's figures stand on several lines."""
        return sum(bool(self.lines[number].figures) for number in found.numbers) > 1

    @cached_property
    def anchors(self) -> tuple[tuple[int, tuple[float, ...]], ...]:
        """Number of the line and middles of the columns of every row that is complete and balances."""
        return tuple(
            (found.numbers[0], found.line.spots)
            for found in self.rows
            if len(found.line.spots) == len(found.row.columns) > 1
            and not self.is_apart(found)
            and self.balances(found, dict(enumerate(found.line.figures)), zeros=True)
        )

    def edits(self, found: RowMatch) -> Sequence[Edit]:
        """Return the balance edits within a row."""
        own = {cell.name for cell in cells_of(self.table, found.row.key)}
        return [edit for edit in identities_of(self.table) if own.issuperset(edit.cells)]

    def balances(self, found: RowMatch, texts: Texts, zeros: bool = False) -> bool:
        """Return whether a row has balance edits within it and its figures satisfy them.

        zeros: whether figures that are all zero or blank, which satisfy them anyhow, count as well.
        """
        edits, cells = self.edits(found), cells_of(self.table, found.row.key)
        figures = _figures(cells, texts)
        if figures is None or not edits or not (zeros or any(figures.values())):
            return False
        return all(_holds(edit, figures) for edit in edits)

    def place(self, found: RowMatch, placed: Placement) -> Placement:
        """Return what stands where in a row of text, blanks told by the complete rows near it."""
        line, count = found.line, len(found.row.columns)
        if self.table.layout == "line" and placed.remark == NO_FIGURES and not line.grid:
            return Placement({}, "数字没有找到")
        if line.spots and len(line.spots) < count and self.edits(found):
            return self.by_neighbours(found) or place(line, count, Header())
        return placed

    def by_neighbours(self, found: RowMatch) -> Placement | None:
        """Return which figures of a row with blanks stand where, by the columns of the complete rows nearest to it."""
        line = found.line
        above = [middles for number, middles in self.anchors if number < found.numbers[0]][-1:]
        below = [middles for number, middles in self.anchors if number > found.numbers[0]][:1]
        made = [
            (_strain(line, middles), placed) for middles in above + below if (placed := place_by_middles(line, middles))
        ]
        beside = any(self.lines[number].figures and self.lines[number].labels for number in found.numbers)
        made = [(strain, placed) for strain, placed in made if self.balances(found, placed.texts, zeros=True)]
        made.sort(key=lambda one: one[0])
        differ = len(made) == 2 and made[0][1] != made[1][1]
        if differ and made[0][0] > NEARER * made[1][0]:
            return None
        if not made:
            return None
        sure = self.balances(found, made[0][1].texts) or (beside and len(made) == 2 and not differ)
        return replace(made[0][1], remark="" if sure else "有空格，各数按版面上的位置读取")  # zeros balance anywhere

    def confirm(
        self, placed: Sequence[tuple[RowMatch, Placement]], usual: bool
    ) -> Iterator[tuple[RowMatch, Placement]]:
        """Yield rows as they were placed, without the figures of those that nothing confirms.

        usual: whether the columns stand in the form's order.
        """
        if usual and (ordered := self.in_order()) is not None:
            yield from ordered
            return
        apart = [found for found, _ in placed if self.is_apart(found)]
        orphans = any(len(self.lines[n].figures) == len(self.table.columns) for n in self.left_over)
        tidy = not orphans and len({found.before for found in apart}) < 2
        for found, one in placed:
            short = len(found.line.figures) != len(found.row.columns)
            in_doubt = self.is_near_left_over(found) or (self.is_pieced(found) and bool(self.edits(found)))
            if found.line.grid or not one.texts:
                yield found, one
            elif self.is_apart(found) and (not tidy or (short and self.left_over)):
                yield found, Placement({}, "数字与行名不在一行，无法确定是不是这一行的")
            elif in_doubt and not self.balances(found, one.texts):
                yield found, Placement({}, "上下有不属于任何一行的数字，这一行可能不全")
            else:
                yield found, one

    def in_order(self) -> list[tuple[RowMatch, Placement]] | None:
        """Return all rows of the table if exactly their figures stand there, row after row, though away from labels."""
        if self.table.layout != "matrix" or not any(self.is_apart(found) for found in self.rows):
            return None
        if any(found.line.grid for found in self.rows):
            return None
        own = {n: found for found in self.rows for n in found.numbers if self.lines[n].figures}
        count = len(self.table.columns)
        groups = sorted(n for n in {*own, *self.left_over} if len(self.lines[n].figures) == count)
        others = {*own, *self.left_over} - {*groups}
        if len(groups) != len(self.table.rows) or any(groups[0] < n < groups[-1] for n in others):
            return None
        made: list[tuple[RowMatch, Placement]] = []
        for number, row in zip(groups, self.table.rows, strict=True):
            known = own.get(number)
            if known and known.row != row and not self.is_apart(known):
                return None
            found = RowMatch(row, self.lines[number], (number,), 0.0)
            apart = known is None or known.row != row or self.is_apart(known)
            made.append(
                (found, Placement(dict(enumerate(self.lines[number].figures)), remark=BY_ORDER if apart else ""))
            )
        balanced = sum(self.balances(found, one.texts, zeros=True) for found, one in made)
        return made if balanced >= MOSTLY * len(made) else None


def _holds(edit: Edit, figures: Mapping[str, int]) -> bool:
    """Return whether figures, all of an edit's among them, make its sides equal."""
    left, right = (sum(sign * figures[name] for sign, name in side) for side in (edit.left, edit.right))
    return left == right


def _figures(cells: Sequence[Cell], texts: Texts) -> dict[str, int] | None:
    """Return a row's figures by the names of its cells, blanks as zero; None when one is missing or cannot be read."""
    figures: dict[str, int] = {}
    for number, cell in enumerate(cells):
        reading = read_cell(texts[number], cell.kind) if number in texts else None
        if reading is None or reading.problem:
            return None
        figures[cell.name] = int(reading.figure or 0)
    return figures


def _strain(line: Line, middles: Sequence[float]) -> float:
    """Return how far at most a line's figures stand from the middles of columns."""
    return max(min(abs(x - middle) for middle in middles) for x in line.spots)
