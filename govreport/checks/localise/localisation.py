"""Error localisation: which cells are wrong, as few as possible, and what they should be.

The principle is that of Fellegi and Holt (1976), "A systematic approach to automatic edit and
imputation": change the smallest number of cells such that all edits hold; for balance edits see de Waal
(2003), "Processing of erroneous and unsafe data", and de Waal, Pannekoek and Scholtus (2011), ch. 3.

Repairs of up to three cells are found exactly, in whole numbers. In any repair of so few cells of the
form, one cell is alone in one of its identities (three cells of a table cannot pair up in rows and in
columns at once), so that this identity tells its change; what is left is a repair of one cell fewer.
Larger ones are found by mixed-integer programming (HiGHS).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, islice, product

import numpy as np

from govreport.checks.localise.problem import Problem, Repair, blocks
from govreport.checks.localise.programming import programmed_repairs
from govreport.checks.localise.typing_errors import log_frequency, log_likelihood

EXACT = 3
"""Repairs of up to this many cells are enumerated exactly."""
MOST_REPAIRS = 50
"""Repairs kept of a problem that has very many."""
MOST_COMBINED = 5_000
"""Combinations of the repairs of several blocks that are looked at."""
EXCHANGED = -5.0
"""Log-likelihood of two cells having exchanged their figures."""


@dataclass(frozen=True)
class Localisation:
    """The repairs of a block with the fewest cells, likeliest first.

    complete: whether these are all of them, each with the only amounts that its cells allow.
    """

    repairs: tuple[Repair, ...] = ()
    complete: bool = True


def localise(problem: Problem) -> list[Repair]:
    """Return the repairs with the fewest cells, likeliest first; empty when none is found.

    A table of two parts and their total, 10 + 1 = 0, where only the total can be wrong:

    >>> cells = [{0: -1}, {0: -1}, {0: 1}]
    >>> localise(Problem(cells, {0: -11}, [10, 1, 0], [0, 0, 0]))
    [((2, 11),)]
    """
    found = [localise_block(block).repairs for block in blocks(problem)]
    combined = islice(product(*(repairs for repairs in found if repairs)), MOST_COMBINED)
    repairs = [tuple(sorted(change for part in parts for change in part)) for parts in combined]
    return _ranked(problem, [repair for repair in repairs if repair])


def localise_block(problem: Problem) -> Localisation:
    """Return the repairs of one block with the fewest cells; a figure below its floor is in every repair."""
    residual = problem.residual
    below = frozenset(
        cell
        for cell, (value, floor) in enumerate(zip(problem.values, problem.floor, strict=True))
        if problem.columns[cell] and floor is not None and value < floor
    )
    reach = max((len(column) for column in problem.columns), default=0)
    tangled = _tangled(problem)
    for size in range(max(1, len(below)), (2 if tangled else EXACT) + 1):
        if len(residual) > reach * size:
            continue
        found = set(_exact(problem, residual, size, frozenset()))
        found |= set(_twins(problem, residual)) if size == 2 else set()
        exact = {repair for repair in found if below <= {cell for cell, _ in repair}}
        if exact:
            return Localisation(tuple(_ranked(problem, exact)), len(exact) <= MOST_REPAIRS)
    programmed, complete = programmed_repairs(problem, residual)
    # only then is no amount larger than the solver looks for
    plain = not tangled and all(abs(factor) == 1 for column in problem.columns for factor in column.values())
    certain = complete and plain and all(_independent(problem, repair) for repair in programmed)
    return Localisation(tuple(_ranked(problem, programmed)), certain)


def _tangled(problem: Problem) -> bool:
    """Whether two cells stand together in two identities: none of the forms' do, those of further rules may."""
    seen: set[tuple[int, int]] = set()
    for column in problem.columns:
        for pair in combinations(sorted(column), 2):
            if pair in seen:
                return True
            seen.add(pair)
    return False


def _twins(problem: Problem, residual: Mapping[int, int]) -> Iterator[Repair]:
    """Yield the repairs of two cells that stand in the very same identities, so that neither is alone in one."""
    alike: dict[frozenset[int], list[int]] = {}
    for cell, column in enumerate(problem.columns):
        if len(column) > 1 and residual.keys() <= column.keys():
            alike.setdefault(frozenset(column), []).append(cell)
    for rows, cells in alike.items():
        for one, other in combinations(cells, 2):
            a, b = problem.columns[one], problem.columns[other]
            for first, second in combinations(sorted(rows), 2):
                determinant = a[first] * b[second] - a[second] * b[first]
                if determinant:
                    r, s = -residual.get(first, 0), -residual.get(second, 0)
                    x, y = r * b[second] - s * b[first], a[first] * s - a[second] * r
                    if x % determinant == 0 and y % determinant == 0:
                        yield from _checked(problem, residual, ((one, x // determinant), (other, y // determinant)))
                    break


def _checked(problem: Problem, residual: Mapping[int, int], repair: Repair) -> Iterator[Repair]:
    left = dict(residual)
    for cell, change in repair:
        for row, coefficient in problem.columns[cell].items():
            left[row] = left.get(row, 0) + change * coefficient
    if not any(left.values()) and all(_admissible(problem, cell, change) for cell, change in repair):
        yield repair


def _ranked(problem: Problem, repairs: Iterable[Repair]) -> list[Repair]:
    return sorted(repairs, key=lambda repair: (-plausibility(problem, repair), repair))[:MOST_REPAIRS]


def _independent(problem: Problem, repair: Repair) -> bool:
    """Whether the cells of a repair allow only these amounts: their columns are linearly independent."""
    rows = sorted({row for cell, _ in repair for row in problem.columns[cell]})
    matrix = np.array([[problem.columns[cell].get(row, 0) for cell, _ in repair] for row in rows])
    return bool(np.linalg.matrix_rank(matrix) == len(repair))


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


def _exact(problem: Problem, residual: Mapping[int, int], size: int, used: frozenset[int]) -> Iterator[Repair]:
    """Yield every repair of exactly this many cells, some more than once."""
    rows = set(residual)
    for cell, column in enumerate(problem.columns):
        touched = rows.intersection(column)
        if cell in used or not touched:
            continue
        changes = {-residual[row] // column[row] for row in touched if residual[row] % column[row] == 0}
        for change in changes:
            if not _admissible(problem, cell, change):
                continue
            left = dict(residual)
            for row, coefficient in column.items():
                left[row] = left.get(row, 0) + change * coefficient
            left = {row: value for row, value in left.items() if value}
            if size == 1:
                if not left:
                    yield ((cell, change),)
            elif left and len(left) <= _reach(problem) * (size - 1):
                for rest in _exact(problem, left, size - 1, used | {cell}):
                    yield tuple(sorted((*rest, (cell, change))))


def _reach(problem: Problem) -> int:
    return max(len(column) for column in problem.columns)


def _admissible(problem: Problem, cell: int, change: int) -> bool:
    floor = problem.floor[cell]
    return change != 0 and (floor is None or problem.values[cell] + change >= floor)
