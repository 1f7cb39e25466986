"""A system of balance edits that does not hold, as a problem of error localisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

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
