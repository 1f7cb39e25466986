"""Figures that could stand in several cells: the balance edits rule placements out, and never make a figure up."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product

from govreport.exchange.recognise.cell_values import read_cell
from govreport.exchange.recognise.columns import Placed, common, with_zeros
from govreport.exchange.recognise.placements import cells_of
from govreport.exchange.recognise.rows import RowFound
from govreport.forms import Cell, Edit, Form, Table, editions, expand, form_for

Texts = Mapping[int, str]
"""Texts by number of the column."""
MOST_TOGETHER = 3000
"""Placements of several rows are tried together when they are no more."""


@lru_cache(maxsize=16)
def _identities(edition_year: int, tables: tuple[str, ...]) -> tuple[Edit, ...]:
    form: Form = form_for(edition_year)
    edits = expand(replace(form, tables={key: form.tables[key] for key in tables}))
    return tuple(edit for edit in edits if edit.sense == "=" and not edit.compares_years)


def identities_of(table: Table) -> tuple[Edit, ...]:
    """Return the balance edits between the cells of a table that demand equality."""
    return _identities(editions()[table.edition].first_year, (table.key,))


def resolve(
    table: Table, known: Mapping[str, str], pending: Sequence[tuple[RowFound, Placed]]
) -> Iterator[tuple[RowFound, Placed]]:
    """Yield rows whose figures may stand in several ways with what remains when the balance edits are asked.

    known: texts of other cells, by name. The edits only rule placements out, for each row alone and then, where they
    are few, for all together.
    """
    fits = fits_of(table, [cells_of(table, found.row.key) for found, _ in pending], known)
    alone = []
    for number, (_, placed) in enumerate(pending):
        kept = [choice for choice in placed.choices if fits({number: choice})]
        alone.append(kept or list(placed.choices))
    if len(pending) > 1 and math.prod(map(len, alone)) <= MOST_TOGETHER:
        together = [every for every in product(*alone) if fits(dict(enumerate(every)))]
        if together:
            alone = [
                [choice for choice in kept if any(every[n] is choice for every in together)]
                for n, kept in enumerate(alone)
            ]
    for number, ((found, placed), kept) in enumerate(zip(pending, alone, strict=True)):
        yield found, resolved(replace(placed, choices=tuple(kept)), len(found.row.columns), fits_alone(fits, number))


def resolved(placed: Placed, count: int, fits: Callable[[Texts], bool]) -> Placed:
    """Return what remains certain of a row's placements that the balance edits allow."""
    kept = [choice for choice in placed.choices if fits(choice)] or list(placed.choices)
    left = common(kept, count)
    return with_zeros(left, count, fits) if left.choices else left


def fits_alone(fits: Callable[[Mapping[int, Texts]], bool], row: int) -> Callable[[Texts], bool]:
    """Return whether texts of one of the rows could be right."""
    return lambda texts: fits({row: texts})


def fits_of(
    table: Table, rows: Sequence[Sequence[Cell]], texts: Mapping[str, str]
) -> Callable[[Mapping[int, Texts]], bool]:
    """Return whether texts in columns of rows could be right: no balance edit of the table forbids them.

    texts: what is known of other cells, by name. Figures that are missing may be anything that is not negative.
    """
    kinds = {cell.name: cell.kind for cell in table.cells}
    known = {name: read_cell(text, kinds[name]).figure or 0 for name, text in texts.items()}
    edits = [
        [edit for edit in identities_of(table) if {cell.name for cell in cells} & set(edit.cells)] for cells in rows
    ]

    def fits(chosen: Mapping[int, Mapping[int, str]]) -> bool:
        figures = dict(known)
        for row, choice in chosen.items():
            for number, text in choice.items():
                cell = rows[row][number]
                figures[cell.name] = read_cell(text, cell.kind).figure or 0
        for edit in (edit for row in chosen for edit in edits[row]):
            left = [figures.get(name) for _, name in edit.left]
            right = [figures.get(name) for _, name in edit.right]
            one, other = sum(f for f in left if f is not None), sum(f for f in right if f is not None)
            if (None not in left and other > one) or (None not in right and one > other):
                return False
        return True

    return fits
