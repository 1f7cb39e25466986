"""Error localisation: which cells are wrong, as few as possible, and what they should be.

The principle is that of Fellegi and Holt (1976), "A systematic approach to automatic edit and
imputation": change the smallest number of cells such that all edits hold; for balance edits see de Waal
(2003), "Processing of erroneous and unsafe data", and de Waal, Pannekoek and Scholtus (2011), ch. 3.

The search works in whole numbers and is bounded by a count of its steps. It rests on a property of the forms
(docs/localisation.md): among cells whose columns are linearly independent, one is alone in one of its identities, so
that this identity tells its change; what is left is a repair of one cell fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations, islice
from types import MappingProxyType

from govreport.checks.localise.typing_errors import log_frequency, log_likelihood

Changes = Mapping[int, int]
"""Cells by number and the amounts to add to them, in smallest units."""
Repair = tuple[tuple[int, int], ...]
"""The same as a tuple, ordered by cell."""


@dataclass(frozen=True)
class Problem:
    """A system of balance edits that does not hold.

    columns: for each cell its identities with their coefficients; residual: for each identity the left
    side minus the right, 0 where it holds; values: the figures; floor: least admissible figure by cell,
    None where there is none; weights: how much less likely a cell is to be wrong than others (natural
    logarithm, 0 by default).
    """

    columns: Sequence[Mapping[int, int]]
    residual: Mapping[int, int]
    values: Sequence[int]
    floor: Sequence[int | None]
    weights: Mapping[int, float] = field(default_factory=dict)

    @cached_property
    def rows(self) -> Mapping[int, Mapping[int, int]]:
        """For each identity its cells with their coefficients."""
        rows: dict[int, dict[int, int]] = {row: {} for row in self.residual}
        for cell, column in enumerate(self.columns):
            for row, coefficient in column.items():
                rows.setdefault(row, {})[cell] = coefficient
        return rows

    @cached_property
    def totals(self) -> frozenset[int]:
        """The cells that some identity gives as the sum of others: alone on their side of it, facing two or more.

        >>> sorted(Problem([{0: -1}, {0: -1}, {0: 1}], {0: -11}, [10, 1, 0], [0, 0, 0]).totals)
        [2]
        """
        sides = ([[cell for cell in row if row[cell] * sign > 0] for sign in (1, -1)] for row in self.rows.values())
        return frozenset(one[0] for pair in sides for one, other in (pair, pair[::-1]) if len(one) == 1 < len(other))


def joined(sets: Iterable[Set[int]]) -> list[set[int]]:
    """Join sets that share an element, be it through others.

    >>> joined([{1, 2}, {3}, {2, 4}])
    [{3}, {1, 2, 4}]
    """
    found: list[set[int]] = []
    for one in sets:
        touched = [other for other in found if other & one]
        found = [other for other in found if not other & one] + [set(one).union(*touched)]
    return found


def blocks(problem: Problem) -> list[Problem]:
    """Split a problem into those that share no cell and no identity; cells keep their numbers.

    Blocks in which every identity holds are left out.
    """
    found = []
    for rows in joined([*(column.keys() for column in problem.columns), *({row} for row in problem.residual)]):
        if residual := {row: value for row, value in problem.residual.items() if value and row in rows}:
            columns = [column if rows.issuperset(column) else {} for column in problem.columns]
            found.append(replace(problem, residual=residual, columns=columns))
    return found


EXACT = 3
"""Repairs of up to this many cells are found in every system of edits, those of further rules included."""
MOST_CELLS = 12
"""Problems that need more cells are not localised: the figures are then not this table's at all."""
MOST_STEPS = 40_000
"""Steps of the search for the repairs of a block: a count and no time, so that a finding depends on no machine."""
MOST_FOUND = 1_000
"""Repairs of a block that are looked at."""
MOST_REPAIRS = 50
"""Repairs kept of a problem that has very many."""
EXCHANGED = -5.0
"""Log-likelihood of two cells having exchanged their figures."""


@dataclass(frozen=True)
class Localisation:
    """The repairs of a block with the fewest cells, likeliest first.

    complete: whether these are all of them, each with the only amounts that its cells allow.
    """

    repairs: tuple[Repair, ...] = ()
    complete: bool = True


def localise_block(problem: Problem) -> Localisation:
    """Return the repairs of one block with the fewest cells; a figure below its floor is in every repair.

    A table of two parts and their total, 10 + 1 = 0, where only the total can be wrong:

    >>> cells = [{0: -1}, {0: -1}, {0: 1}]
    >>> localise_block(Problem(cells, {0: -11}, [10, 1, 0], [0, 0, 0])).repairs
    (((2, 11),),)
    """
    search, pairs = _Search(problem), [pair for column in problem.columns for pair in combinations(sorted(column), 2)]
    tangled = len(pairs) > len(set(pairs))  # two cells stand together in two identities: none of the forms' do
    # docs/localisation.md proves for no other systems that larger repairs are all found
    plain = not tangled and all(abs(factor) == 1 for column in problem.columns for factor in column.values())
    for size in range(max(1, search.needed(problem.residual)), MOST_CELLS + 1):
        found = {tuple(sorted(c.items())) for c in islice(search.repairs(problem.residual, size), MOST_FOUND)}
        if found or search.steps > MOST_STEPS:
            columns = {repair: [problem.columns[cell] for cell, _ in repair] for repair in found}
            independent = {repair for repair in found if _amounts(columns[repair], problem.residual)}
            likeliest: dict[frozenset[int], Repair] = {}
            chosen = independent or found  # dependent cells allow other amounts as well
            for repair in sorted(chosen, key=lambda repair: (-plausibility(problem, repair), repair)):
                likeliest.setdefault(frozenset(dict(repair)), repair)
            seen = search.steps <= MOST_STEPS and len(found) < MOST_FOUND and len(likeliest) <= MOST_REPAIRS
            proved = independent == found and not search.is_knotted and (plain or size <= (2 if tangled else EXACT))
            return Localisation(tuple(likeliest.values())[:MOST_REPAIRS], seen and proved)
    return Localisation((), plain and not search.is_knotted)


class _Search:
    """A depth-first search for the repairs of a block.

    steps: the steps taken; beyond MOST_STEPS the search ends without having looked everywhere.
    is_knotted: whether more than EXACT cells may hold each other somewhere, so that no edit tells their changes.
    """

    # _floors: what puts each cell on its floor; _near: the edits that share a cell with an edit

    def __init__(self, problem: Problem) -> None:
        self.steps = 0
        self.is_knotted = False
        self._seen: set[object] = set()
        self._problem = problem
        self._all = {cell for cell, column in enumerate(problem.columns) if column}
        floors = ((cell, floor) for cell in self._all if (floor := problem.floor[cell]) is not None)
        self._floors = {cell: floor - problem.values[cell] for cell, floor in floors}
        self._below = {cell for cell, change in self._floors.items() if change > 0}
        self._rows = problem.rows
        near = ((row, [problem.columns[cell] for cell in cells]) for row, cells in self._rows.items())
        self._near = {row: set[int]().union(*columns) for row, columns in near}

    def needed(self, residual: Mapping[int, int], several: frozenset[int] = frozenset()) -> int:
        """Return a number of cells that every repair needs: those of failed edits of which no two share a cell.

        several: failed edits in which two cells or more change.
        """
        count, taken, failed = 0, set[int](), residual.keys()
        for row in sorted(failed, key=lambda row: (len(self._near[row] & failed), row)):
            if row not in taken:
                count += 2 if row in several else 1
                taken |= self._near[row]
        return count

    def repairs(
        self,
        residual: Mapping[int, int],
        size: int,
        changes: Changes = MappingProxyType({}),
        several: frozenset[int] = frozenset(),
    ) -> Iterator[Changes]:
        """Yield repairs of exactly so many further cells, some more than once.

        residual: of the failed edits; changes: of the cells that are chosen already; several: see `needed`.

        In some failed edit one cell changes, and the edit tells by how much, or several do. Where each has several, all
        cells that are left hold each other: few of them are solved for together; of more, one falls to its floor.
        """
        state = frozenset(changes.items()), several, size
        if state in self._seen:
            return
        self._seen.add(state)
        self.steps += 1
        due = self._below - changes.keys()
        if self.steps > MOST_STEPS or max(self.needed(residual, several), len(due)) > size:
            return
        if not residual:
            yield from [] if size else [changes]
            return
        open_cells = (due if len(due) == size else self._all) - changes.keys()
        options = {row: list(self._alone(row, residual[row], open_cells)) for row in residual if row not in several}
        row = min(options, key=lambda row: (len(options[row]), row), default=None)
        knot = self._knot(residual, open_cells) if row is None else ()
        falls = [(cell, self._floors[cell]) for cell in knot if self._floors.get(cell)]
        for cell, change in falls if row is None else options[row]:
            column = self._problem.columns[cell]
            left = _remaining(residual, column, change)
            yield from self.repairs(left, size - 1, {**changes, cell: change}, several.difference(column))
        if row is not None:
            yield from self.repairs(residual, size, changes, several | {row})
        elif size <= EXACT:
            for found in self._together(residual, size):
                if due <= found.keys() and changes.keys().isdisjoint(found):
                    yield {**changes, **found}
        elif knot:
            self.is_knotted = True

    def _alone(self, row: int, value: int, cells: Set[int]) -> Iterator[tuple[int, int]]:
        """Yield the cells of an edit, each with the change that makes the edit hold if no other cell changes."""
        for cell, factor in self._rows[row].items():
            change, rest = divmod(-value, factor)
            if cell in cells and not rest and _admissible(self._problem, cell, change):
                yield cell, change

    def _knot(self, residual: Mapping[int, int], cells: Set[int]) -> list[int]:
        """Return the cells of which none need be alone in an edit; none where they leave out a failed edit."""
        knot, counts = self._without(*self._most_tied, self._most_tied[0] - cells)
        return sorted(knot) if all(map(counts.get, residual)) else []

    @cached_property
    def _most_tied(self) -> tuple[Set[int], Mapping[int, int]]:
        """The knot where every cell may change, in which all others lie, and how many of its cells each edit has."""
        counts = {row: len(cells) for row, cells in self._rows.items()}
        alone = {cell for cells in self._rows.values() if len(cells) == 1 for cell in cells}
        return self._without(self._all, counts, alone)

    def _without(
        self, cells: Set[int], counts: Mapping[int, int], gone: Set[int]
    ) -> tuple[Set[int], Mapping[int, int]]:
        """Take cells out, then each that is alone in an edit. Return the others, and how many of them each edit has."""
        tied, left, going = set(cells), dict(counts), [*gone]
        while going:
            if (cell := going.pop()) in tied:
                tied.remove(cell)
                for row in self._problem.columns[cell]:
                    left[row] -= 1
                    going += tied.intersection(self._rows[row]) if left[row] == 1 else ()
        return tied, left

    def _together(self, residual: Mapping[int, int], size: int) -> Iterator[Changes]:
        """Yield the repairs of two or three cells of which none is alone in an edit, their columns independent."""
        columns = self._problem.columns
        row = min(residual, key=lambda row: (len(self._rows[row]), row))
        for pair in combinations(self._rows[row], 2):
            first, second = (columns[cell].keys() for cell in pair)
            apart, both = first ^ second, first | second
            thirds = self._rows[min(apart)] if apart else {cell for edit in both for cell in self._rows[edit]}
            fitting = [cell for cell in thirds if cell not in pair and apart <= columns[cell].keys() <= both]
            for cells in [(*pair, cell) for cell in fitting] if size > 2 else [] if apart else [pair]:
                paired = zip(cells, _amounts([columns[cell] for cell in cells], residual) or (), strict=False)
                found = {cell: int(amount) for cell, amount in paired if amount == int(amount)}
                if len(found) == size and all(_admissible(self._problem, *change) for change in found.items()):
                    yield found


def _remaining(residual: Mapping[int, int], column: Mapping[int, int], change: int) -> dict[int, int]:
    """Return the residual of the edits that still fail after a cell's change."""
    left = {row: residual.get(row, 0) + change * factor for row, factor in column.items()}
    return {row: value for row, value in {**residual, **left}.items() if value}


def _amounts(columns: Sequence[Mapping[int, int]], residual: Mapping[int, int]) -> list[Fraction] | None:
    """Return the only amounts of these columns that cancel the residual; None if there are none, or many."""
    rows = sorted({row for column in columns for row in column} | residual.keys())
    lines = [[Fraction(column.get(row, 0)) for column in columns] + [Fraction(-residual.get(row, 0))] for row in rows]
    for place in range(len(columns)):
        pivot = next((number for number in range(place, len(lines)) if lines[number][place]), None)
        if pivot is None:
            return None
        lines[place], lines[pivot] = lines[pivot], lines[place]
        lines[place] = [value / lines[place][place] for value in lines[place]]
        for number, line in enumerate(lines):
            if number != place and line[place]:
                lines[number] = [a - line[place] * b for a, b in zip(line, lines[place], strict=True)]
    return None if any(line[-1] for line in lines[len(columns) :]) else [line[-1] for line in lines[: len(columns)]]


def plausibility(problem: Problem, repair: Repair) -> float:
    """Return how plausible a repair is: the log-likelihood of its cells as typing errors, less their weights.

    Two cells that exchange their figures are one error, not two: a figure in the next row or column. Small
    figures are commoner than large ones; totals follow from their parts, so that only parts say so.
    """
    score, changes = 0.0, dict(repair)
    true = {cell: problem.values[cell] + change for cell, change in repair}
    while changes:
        cell, _ = changes.popitem()
        other = next((o for o in changes if true[o] == problem.values[cell] and true[cell] == problem.values[o]), None)
        if other is None:
            score += log_likelihood(problem.values[cell], true[cell])
            if cell not in problem.totals:
                score += log_frequency(true[cell]) - log_frequency(problem.values[cell])
        else:
            changes.pop(other)
            score += EXCHANGED - problem.weights.get(other, 0.0)
        score -= problem.weights.get(cell, 0.0)
    return score


def _admissible(problem: Problem, cell: int, change: int) -> bool:
    floor = problem.floor[cell]
    return change != 0 and (floor is None or problem.values[cell] + change >= floor)
