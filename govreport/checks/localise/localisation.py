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
from functools import cached_property
from itertools import combinations, islice, product

import numpy as np

from govreport.checks.localise.typing_errors import log_frequency, log_likelihood

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

    @cached_property
    def totals(self) -> frozenset[int]:
        """The cells that some identity gives as the sum of others: alone on their side of it, facing two or more.

        >>> sorted(Problem([{0: -1}, {0: -1}, {0: 1}], {0: -11}, [10, 1, 0], [0, 0, 0]).totals)
        [2]
        """
        sides: dict[tuple[int, bool], list[int]] = {}
        for cell, column in enumerate(self.columns):
            for row, coefficient in column.items():
                sides.setdefault((row, coefficient > 0), []).append(cell)
        return frozenset(
            cells[0]
            for (row, left), cells in sides.items()
            if len(cells) == 1 and len(sides.get((row, not left), ())) > 1
        )


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


MOST_PROGRAMMED = 8
"""Repairs looked for by programming, which takes longer."""
MOST_CELLS = 12
"""Problems that need more cells are not localised: the figures are then not this table's at all."""
SECONDS = 5.0
"""Time that the solver gets for one repair."""
OUT_OF_TIME = 1
"""The solver's status when it reached its time limit."""


class UndecidedError(Exception):
    """The solver ran out of time, or its answer is not exact."""


def programmed_repairs(problem: Problem, residual: Mapping[int, int]) -> tuple[list[Repair], bool]:
    """Find repairs with the fewest cells by mixed-integer programming, and whether they are all of them."""
    found: list[Repair] = []
    if _cells_needed(problem, residual) > MOST_CELLS:
        return found, False
    while len(found) < MOST_PROGRAMMED:
        most = len(found[0]) if found else MOST_CELLS
        try:
            repair = _solve(problem, residual, [frozenset(cell for cell, _ in repair) for repair in found], most)
        except UndecidedError:
            return found, False
        if repair is None:
            return found, True
        found.append(repair)
    return found, False


def _cells_needed(problem: Problem, residual: Mapping[int, int]) -> int:
    """Return a number of cells that every repair needs: failed edits of which no two share a cell."""
    sharing: dict[int, set[int]] = {row: set() for row in residual}
    for column in problem.columns:
        failed = [row for row in column if row in residual]
        for row in failed:
            sharing[row].update(failed)
    apart, taken = 0, set[int]()
    for row in sorted(sharing, key=lambda row: len(sharing[row])):
        if row not in taken:
            apart += 1
            taken |= sharing[row]
    return apart


def _solve(problem: Problem, residual: Mapping[int, int], cuts: Sequence[frozenset[int]], most: int) -> Repair | None:
    """Return a repair with the fewest cells, at most so many, that contains none of the cut sets, or None.

    Variables are the changes and, for each cell, whether it changes; a change is bounded by the largest
    figure that the table could hold, small enough for the solver's tolerance on whole numbers. What
    follows for whole numbers is said as well, so that the search is short: a failed edit has a cell that
    changes, and no edit that holds has just one.
    Raises UndecidedError when the solver needs too long or its answer is not exact.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415, half a second at its first import
    from scipy.sparse import csr_matrix, hstack, identity, vstack  # noqa: PLC0415

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
    touched = np.not_equal(edits.toarray(), 0).astype(float)
    lone = [(row, cell) for row, cell, _ in entries if not target[row]]
    company = touched[[row for row, _ in lone]]
    company[range(len(lone)), [cell for _, cell in lone]] = -1
    for lines, at_least in ((touched[target != 0], 1), (company, 0)):
        constraints.append(LinearConstraint(hstack([csr_matrix(lines.shape), csr_matrix(lines)]), at_least, np.inf))
    for cut, at_most in [*((cut, len(cut) - 1) for cut in cuts), (range(count), most)]:
        chosen = np.array([0.0] * count + [float(cell in cut) for cell in range(count)])
        constraints.append(LinearConstraint(chosen[None, :], -np.inf, at_most))
    least = [
        -bound if floor is None else max(-bound, float(floor - value))
        for floor, value in zip(problem.floor, problem.values, strict=True)
    ]
    result = milp(
        np.concatenate([np.zeros(count), np.ones(count)]),
        integrality=np.ones(2 * count, dtype=np.int64),
        bounds=Bounds(np.array(least + [0.0] * count), np.array([bound] * count + [1.0] * count)),
        constraints=constraints,
        # without presolve: mapping a solution back makes HiGHS 1.12 print a line on standard output
        options={"node_limit": 1_000, "time_limit": SECONDS, "presolve": False},
    )
    if result.status == OUT_OF_TIME:
        raise UndecidedError
    if result.x is None:
        return None
    repair = tuple((cell, round(value)) for cell, value in enumerate(result.x[:count]) if round(value))
    left = dict(residual)
    for cell, change in repair:
        for row, value in problem.columns[cell].items():
            left[row] = left.get(row, 0) + change * value
    if any(left.values()):
        raise UndecidedError
    return repair


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
