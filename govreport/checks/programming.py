"""Repairs by mixed-integer programming (HiGHS), for problems that need more than a few cells.

De Waal, Pannekoek and Scholtus (2011), Handbook of Statistical Data Editing and Imputation, ch. 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, hstack, identity, vstack

from govreport.checks.problem import Problem, Repair

MOST_PROGRAMMED = 8
"""Repairs looked for by programming, which takes longer."""
MOST_CELLS = 12
"""Problems that need more cells are not localised: the figures are then not this table's at all."""
OUT_OF_TIME = 1
"""The solver's status when it reached its time limit."""


def programmed_repairs(problem: Problem, residual: Mapping[int, int]) -> tuple[list[Repair], bool]:
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
        options={"node_limit": 1_000, "time_limit": 20.0},
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
