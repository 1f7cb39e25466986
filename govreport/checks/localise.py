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

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, identity, vstack

from govreport.checks.typing_errors import log_likelihood

EXACT = 3
"""Repairs of up to this many cells are enumerated exactly."""
MOST_REPAIRS = 50
"""Repairs kept of a problem that has very many."""
MOST_COMBINED = 5_000
"""Combinations of the repairs of several blocks that are looked at."""
EXCHANGED = -5.0
"""Log-likelihood of two cells having exchanged their figures."""
MOST_PROGRAMMED = 8
"""Repairs looked for by programming, which takes longer."""
OUT_OF_TIME = 1
"""The solver's status when it reached its time limit."""
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


def blocks(problem: Problem) -> list[Problem]:
    """Split a problem into those that share no cell and no identity; cells keep their numbers.

    Blocks in which every identity holds are left out.
    """
    group: dict[int, int] = {}

    def root(row: int) -> int:
        while group.setdefault(row, row) != row:
            row = group[row]
        return row

    for column in problem.columns:
        rows = list(column)
        for row in rows[1:]:
            group[root(row)] = root(rows[0])
    residuals: dict[int, dict[int, int]] = {}
    for row, value in problem.residual.items():
        if value:
            residuals.setdefault(root(row), {})[row] = value
    return [
        replace(
            problem,
            residual=residual,
            columns=[column if column and root(next(iter(column))) == first else {} for column in problem.columns],
        )
        for first, residual in residuals.items()
    ]


def localise_block(problem: Problem) -> Localisation:
    """Return the repairs of one block with the fewest cells; a figure below its floor is in every repair."""
    residual = problem.residual
    below = frozenset(
        cell
        for cell, (value, floor) in enumerate(zip(problem.values, problem.floor, strict=True))
        if problem.columns[cell] and floor is not None and value < floor
    )
    reach = max((len(column) for column in problem.columns), default=0)
    for size in range(max(1, len(below)), EXACT + 1):
        if len(residual) > reach * size:
            continue
        exact = {r for r in _exact(problem, residual, size, frozenset()) if below <= {cell for cell, _ in r}}
        if exact:
            return Localisation(tuple(_ranked(problem, exact)), len(exact) <= MOST_REPAIRS)
    programmed, complete = _by_programming(problem, residual)
    certain = complete and all(_independent(problem, repair) for repair in programmed)
    return Localisation(tuple(_ranked(problem, programmed)), certain)


def _ranked(problem: Problem, repairs: Iterable[Repair]) -> list[Repair]:
    return sorted(repairs, key=lambda repair: (-plausibility(problem, repair), repair))[:MOST_REPAIRS]


def _independent(problem: Problem, repair: Repair) -> bool:
    """Whether the cells of a repair allow only these amounts: their columns are linearly independent."""
    rows = sorted({row for cell, _ in repair for row in problem.columns[cell]})
    matrix = np.array([[problem.columns[cell].get(row, 0) for cell, _ in repair] for row in rows])
    return bool(np.linalg.matrix_rank(matrix) == len(repair))


def plausibility(problem: Problem, repair: Repair) -> float:
    """Return how plausible a repair is: the log-likelihood of its cells as typing errors, less their weights.

    Two cells that exchange their figures are one error, not two: a figure in the next row or column.
    """
    score, changes = 0.0, dict(repair)
    true = {cell: problem.values[cell] + change for cell, change in repair}
    while changes:
        cell, _ = changes.popitem()
        other = next((o for o in changes if true[o] == problem.values[cell] and true[cell] == problem.values[o]), None)
        if other is None:
            score += log_likelihood(problem.values[cell], true[cell])
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


def _by_programming(problem: Problem, residual: Mapping[int, int]) -> tuple[list[Repair], bool]:
    """Find repairs with the fewest cells by mixed-integer programming, and whether they are all of them."""
    found: list[Repair] = []
    while len(found) < MOST_PROGRAMMED:
        cuts = [frozenset(cell for cell, _ in repair) for repair in found]
        try:
            repair = _solve(problem, residual, cuts)
        except TimeoutError:
            return found, False
        if repair is None or len(repair) > MOST_CELLS or (found and len(repair) > len(found[0])):
            return found, True
        found.append(repair)
    return found, False


def _solve(problem: Problem, residual: Mapping[int, int], cuts: Sequence[frozenset[int]]) -> Repair | None:
    """Return a repair with the fewest cells that contains none of the cut sets, or None.

    Variables are the changes and, for each cell, whether it changes; a change is bounded by the largest
    figure that the table could hold, small enough for the solver's tolerance on whole numbers.
    Raises TimeoutError when the solver needs too long.
    """
    count = len(problem.columns)
    rows = sorted({row for column in problem.columns for row in column} | set(residual))
    number = {row: n for n, row in enumerate(rows)}
    columns = enumerate(problem.columns)
    entries = [(number[row], cell, value) for cell, column in columns for row, value in column.items()]
    if not entries:
        return None
    row_of, cell_of, values = (np.array(part) for part in zip(*entries, strict=True))
    edits = csr_matrix((values, (row_of, cell_of)), shape=(len(rows), count))
    short = [floor - value for floor, value in zip(problem.floor, problem.values, strict=True) if floor is not None]
    bound = float(max(2 * sum(abs(value) for value in residual.values()), 1) + max(0, *short, 0))
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
    if result.status == OUT_OF_TIME:
        raise TimeoutError
    if result.x is None:
        return None
    changes = [(cell, round(value)) for cell, value in enumerate(result.x[:count]) if round(value)]
    left = dict(residual)
    for cell, change in changes:
        for row, value in problem.columns[cell].items():
            left[row] = left.get(row, 0) + change * value
    return None if any(left.values()) else tuple(changes)
