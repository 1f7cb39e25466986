"""Rows that stand in another order than the form's, which an alignment in order cannot find: told by their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from govreport.exchange.recognise.labels import distance
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.rows import RowFound
from govreport.forms import Table

SAME, NEARER = 0.16, 0.2
"""Distance up to which a label is a row's, its number aside; how much nearer another row's must be."""


def with_exchanged(rows: Sequence[RowFound], lines: Sequence[Line], table: Table) -> list[RowFound]:
    """Return rows, exchanged where each of two has the other's label, and those that stand where the form has others.

    lines: all lines, of which those between the first row's and the last one's are looked at.
    """
    if table.layout != "matrix" or not rows:
        return list(rows)
    made = list(rows)
    for n, found in enumerate(made):
        other = _nearer(found, made)
        if other is not None and other > n and _nearer(made[other], made) == n:
            made[n] = replace(made[other], row=found.row, moved=True)
            made[other] = replace(found, row=rows[other].row, moved=True)
    used = {number for found in made for number in found.numbers}
    grids = {lines[number].block for number in used if lines[number].grid}
    near = {*range(min(used), max(used)), *(n for n, line in enumerate(lines) if line.block in grids)} - used
    free = [n for n in sorted(near) if lines[n].labels and lines[n].figures]
    missing = [row for row in table.rows if all(found.row != row for found in made)]
    fitting = {
        row: [n for n in free if distance(lines[n].labels[-1], row.label[-1]) <= SAME and _is_whole(lines[n], table)]
        for row in missing
    }
    for row, numbers in fitting.items():
        if len(numbers) == 1 and sum(numbers[0] in other for other in fitting.values()) == 1:
            made.append(RowFound(row, lines[numbers[0]], (numbers[0],), 0.0, moved=True))
    return made


def _is_whole(line: Line, table: Table) -> bool:
    return line.grid or len(line.figures) == len(table.columns)


def _nearer(found: RowFound, rows: Sequence[RowFound]) -> int | None:
    """Return the number of the row whose label a row's is much nearer to than to its own."""
    if not found.line.labels:
        return None
    label = found.line.labels[-1]
    own = distance(label, found.row.label[-1])
    near = [distance(label, other.row.label[-1]) for other in rows]
    best = min(range(len(near)), key=near.__getitem__)
    return best if near[best] <= SAME and near[best] + NEARER < own else None
