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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, identity, vstack

from govreport.checks.typing_errors import log_likelihood

EXACT = 3
"""Repairs of up to this many cells are enumerated exactly."""
MOST_REPAIRS = 50
"""Repairs kept of a problem that has very many."""
MOST_PROGRAMMED = 8
"""Repairs looked for by programming, which takes longer."""
MOST_CELLS = 12
"""Problems that need more cells are not localised: the figures are then not this table's at all."""

Repair = tuple[tuple[int, int], ...]
"""Cells by number and the amounts to add to them, in smallest units, ordered by cell."""


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


def localise(problem: Problem) -> list[Repair]:
    """Return the repairs with the fewest cells, likeliest first; empty when none is found.

    A table of two parts and their total, 10 + 1 = 0, where only the total can be wrong:

    >>> cells = [{0: -1}, {0: -1}, {0: 1}]
    >>> localise(Problem(cells, {0: -11}, [10, 1, 0], [0, 0, 0]))
    [((2, 11),)]
    """
    residual = {row: value for row, value in problem.residual.items() if value}
    if not residual:
        return []
    reach = max((len(column) for column in problem.columns), default=0)
    for size in range(1, EXACT + 1):
        if len(residual) > reach * size:
            continue
        if repairs := set(_exact(problem, residual, size, frozenset())):
            return sorted(repairs, key=lambda repair: (-plausibility(problem, repair), repair))[:MOST_REPAIRS]
    return sorted(_by_programming(problem, residual), key=lambda repair: (-plausibility(problem, repair), repair))


def plausibility(problem: Problem, repair: Repair) -> float:
    """Return how plausible a repair is: the log-likelihood of its cells as typing errors, less their weights."""
    return sum(
        log_likelihood(problem.values[cell], problem.values[cell] + change) - problem.weights.get(cell, 0.0)
        for cell, change in repair
    )


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


def _by_programming(problem: Problem, residual: Mapping[int, int]) -> list[Repair]:
    """Find repairs with the fewest cells by mixed-integer programming, one after the other."""
    found: list[Repair] = []
    cuts: list[frozenset[int]] = []
    while len(found) < MOST_PROGRAMMED:
        repair = _solve(problem, residual, cuts)
        if repair is None or len(repair) > MOST_CELLS or (found and len(repair) > len(found[0])):
            break
        found.append(repair)
        cuts.append(frozenset(cell for cell, _ in repair))
    return found


def _solve(problem: Problem, residual: Mapping[int, int], cuts: Sequence[frozenset[int]]) -> Repair | None:
    """Return a repair with the fewest cells that contains none of the cut sets, or None.

    Variables are the changes and, for each cell, whether it changes; a change is bounded by the largest
    figure that the table could hold, small enough for the solver's tolerance on whole numbers.
    """
    count = len(problem.columns)
    rows = sorted({row for column in problem.columns for row in column} | set(residual))
    number = {row: n for n, row in enumerate(rows)}
    columns = enumerate(problem.columns)
    entries = [(number[row], cell, value) for cell, column in columns for row, value in column.items()]
    row_of, cell_of, values = (np.array(part) for part in zip(*entries, strict=True))
    edits = csr_matrix((values, (row_of, cell_of)), shape=(len(rows), count))
    bound = float(max(2 * sum(abs(value) for value in residual.values()), 1))
    eye, none = identity(count, format="csr"), csr_matrix((len(rows), count))
    target = np.array([-residual.get(row, 0) for row in rows], dtype=float)
    constraints = [
        LinearConstraint(hstack([edits, none]), target, target),
        LinearConstraint(vstack([hstack([eye, -bound * eye]), hstack([-eye, -bound * eye])]), -np.inf, 0),
    ]
    for cut in cuts:
        chosen = np.array([0.0] * count + [float(cell in cut) for cell in range(count)])
        constraints.append(LinearConstraint(chosen[None, :], -np.inf, len(cut) - 1))
    least = [
        -bound if floor is None else max(-bound, float(floor - value))
        for floor, value in zip(problem.floor, problem.values, strict=True)
    ]
    result = milp(
        np.concatenate([np.zeros(count), np.ones(count)]),
        integrality=np.ones(2 * count, dtype=np.int64),
        bounds=Bounds(np.array(least + [0.0] * count), np.array([bound] * count + [1.0] * count)),
        constraints=constraints,
        options={"time_limit": 2.0},
    )
    if result.x is None:
        return None
    changes = [(cell, round(value)) for cell, value in enumerate(result.x[:count]) if round(value)]
    left = dict(residual)
    for cell, change in changes:
        for row, value in problem.columns[cell].items():
            left[row] = left.get(row, 0) + change * value
    return None if any(left.values()) else tuple(changes)
