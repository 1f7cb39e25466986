"""Repairs by mixed-integer programming (HiGHS), for problems that need more than a few cells.

De Waal, Pannekoek and Scholtus (2011), Handbook of Statistical Data Editing and Imputation, ch. 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from govreport.checks.localise.problem import Problem, Repair

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
