"""The edit matrix: all balance edits of a form as one integer matrix over its cells.

Checking a filing, or a hundred thousand, is one product (de Waal, Pannekoek and Scholtus 2011,
Handbook of Statistical Data Editing and Imputation, ch. 3: balance edits as a linear system).
Money is counted in its smallest unit, so that every comparison is exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from govreport.checks.edits.filled import unfilled_tables
from govreport.core import Figure
from govreport.filing import Filing
from govreport.forms import LAST, MEMBERS, NUMBER, Edit, Form, Rule, expand

Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Case:
    """A filing and the figures and rules that it is checked against.

    last: last year's filing; members: sums over the members' filings by name, where the agency's
    filing adds up its members'; rules: the project's own rules.
    """

    filing: Filing
    last: Filing | None = None
    members: Mapping[str, Figure] | None = None
    rules: tuple[Rule, ...] = ()

    @property
    def kind(self) -> tuple[Form, Form | None, tuple[str, ...], tuple[Rule, ...]]:
        """The arguments of `edit_matrix`; cases of one kind are checked in one product."""
        return self.filing.form, self.last.form if self.last else None, tuple(self.members or ()), self.rules

    def units(self, cell: str) -> int:
        """Return a figure by its name in the edit matrix, in smallest units; 0 where blank."""
        if cell == NUMBER:
            return 1
        if cell.startswith(MEMBERS):
            name = cell.removeprefix(MEMBERS)
            return self.filing.form.kind_of(name).to_units((self.members or {})[name])
        filing, name = (self.last, cell.removeprefix(LAST)) if cell.startswith(LAST) else (self.filing, cell)
        figure = filing.cells[name] if filing else None
        return 0 if filing is None or figure is None else filing.form.cells[name].kind.to_units(figure)


@dataclass(frozen=True, eq=False)
class EditMatrix:
    """The balance edits of a form, with last year's form and the members' sums or without.

    cells: column names: the filing's, last year's with the prefix ``last.``, sums with ``members.``,
    and NUMBER where a project has rules.
    edits: the rows. matrix: shape (edits, cells), left side minus right side.
    totals: shape (edits, cells), 1 where an edit defines a cell as a sum; parts: as it, 1 where a cell is a part of
    such a sum. upper: which edits are inequalities, ``>=`` with its signs turned.
    """

    cells: tuple[str, ...]
    edits: tuple[Edit, ...]
    matrix: Integers
    totals: Integers
    parts: Integers
    upper: Booleans


@lru_cache(maxsize=64)
def edit_matrix(
    form: Form, last: Form | None = None, members: tuple[str, ...] = (), rules: tuple[Rule, ...] = ()
) -> EditMatrix:
    """Return the edit matrix of a form.

    last: the form of last year's filing, for the edits that compare years; members: names whose
    figures must be the members' sums (rule R1); rules: the project's own.

    >>> from govreport.forms import Catalogue
    >>> edit_matrix(Catalogue.read().form_for(2021)).matrix.shape
    (44, 200)
    """
    edits = (*expand(form, last, rules), *(_rollup_edit(form, name) for name in members))
    last_cells = [LAST + name for name in (last.cells if last else ())]
    cells = (*form.cells, *last_cells, *(MEMBERS + name for name in members), *([NUMBER] if rules else ()))
    column = {name: number for number, name in enumerate(cells)}
    matrix, totals, parts = np.zeros((3, len(edits), len(cells)), dtype=np.int64)
    for row, edit in enumerate(edits):
        for side, terms in ((1, edit.left), (-1, edit.right)):
            for factor, cell in terms:
                matrix[row, column[cell]] += side * factor * (-1 if edit.sense == ">=" else 1)
        if edit.total:
            totals[row, column[edit.total]] = 1
            parts[row, [column[cell] for _, cell in edit.right]] = 1
    upper = np.array([edit.sense != "=" for edit in edits], dtype=bool)
    return EditMatrix(cells, edits, matrix, totals, parts, upper)


def _rollup_edit(form: Form, name: str) -> Edit:
    left = tuple((1, cell) for cell in form.parts_of(name))
    message = "{each}为{stated}，所属机构合计为{expected}，相差{difference}"
    return Edit("R1", "error", "=", left, ((1, MEMBERS + name),), form.label_of(name), message, form.kind_of(name))


class Figures(NamedTuple):
    """Cases of one kind as arrays of shape (cases, cells).

    values: smallest units, 0 where blank; filled: neither blank nor unknown; unknown: unreadable, or blank in a table
    that nobody has filled in.
    """

    values: Integers
    filled: Booleans
    unknown: Booleans


def figures_of(cases: Sequence[Case]) -> Figures:
    """Return cases as arrays; all must be of one kind.

    Last year's blank totals are unknown, as if they were unreadable.
    """
    parts = [_figures([case.filing for case in cases])]
    if cases[0].last:
        filings = [case.last for case in cases if case.last]
        last = _figures(filings)
        parts.append(last._replace(unknown=last.unknown | _blank_totals(edit_matrix(filings[0].form), last)))
    others = [cell for cell in edit_matrix(*cases[0].kind).cells if cell.startswith((MEMBERS, NUMBER))]
    given = np.array([[case.units(cell) for cell in others] for case in cases], dtype=np.int64)
    parts.append(Figures(given, np.ones(given.shape, dtype=bool), np.zeros(given.shape, dtype=bool)))
    return Figures(*map(np.hstack, zip(*parts, strict=True)))


def _figures(filings: Sequence[Filing]) -> Figures:
    """Return the cells of filings of one form as arrays."""
    cells = list(filings[0].form.cells.values())
    every = chain.from_iterable(filing.cells.values() for filing in filings)
    figures = np.fromiter(every, dtype=object).reshape(len(filings), len(cells))
    filled: Booleans = (figures != np.array(None, dtype=object)).astype(bool)
    figures[~filled] = 0
    for number, cell in enumerate(cells):
        if cell.kind.decimals:
            figures[:, number] = [cell.kind.to_units(figure) for figure in figures[:, number]]
    unknown = np.zeros_like(filled)
    for row in np.flatnonzero(~filled.all(axis=1)).tolist():
        filing, unfilled = filings[row], unfilled_tables(filings[row])
        unknown[row] = [cell.name in filing.unreadable or cell.table in unfilled for cell in cells]
    return Figures(figures.astype(np.int64), filled, unknown & ~filled)


def blank_totals(filing: Filing) -> frozenset[str]:
    """Return the cells of a filing that are left blank although they are sums of filled parts."""
    if None not in filing.cells.values():
        return frozenset()
    system = edit_matrix(filing.form)
    found = _blank_totals(system, figures_of([Case(filing)]))
    return frozenset(system.cells[n] for n in np.flatnonzero(found[0]))


@dataclass(frozen=True)
class Evaluation:
    """The result of multiplying figures with an edit matrix.

    differences: left minus right, shape (cases, edits), smallest units; judged: which edits could be
    judged; failed: which of them do not hold; blank_totals: shape (cases, cells), blank cells that are
    sums of filled parts.
    """

    differences: Integers
    judged: Booleans
    failed: Booleans
    blank_totals: Booleans


def evaluate(system: EditMatrix, figures: Figures) -> Evaluation:
    """Evaluate all edits over all cases in one product.

    A blank part counts as 0. Edits over an unreadable cell, over a blank total or over the blanks of a table that
    nobody has filled in are not judged: the first gives a V1 finding, the others a V2 warning or error.
    """
    blank_totals = _blank_totals(system, figures)
    factors = abs(system.matrix).sum(axis=1).max(initial=0)
    is_large = int(abs(figures.values).max(initial=0)) * int(factors) >= np.iinfo(np.int64).max
    values = figures.values.astype(object) if is_large else figures.values  # large factors: Python's integers
    differences = values @ system.matrix.T
    blocked = figures.unknown | blank_totals
    judged = np.ones(differences.shape, dtype=bool)
    if blocked.any():
        judged = (blocked.astype(np.int64) @ abs(system.matrix).T) == 0
    wrong = np.where(system.upper, differences > 0, differences != 0)
    return Evaluation(differences, judged, wrong & judged, blank_totals)


def _blank_totals(system: EditMatrix, figures: Figures) -> Booleans:
    """Find blank cells that are sums of filled parts; a sum may be a part of a further one."""
    blank = ~figures.filled & ~figures.unknown & system.totals.any(axis=0)
    before, found = blank, np.zeros_like(blank)
    while (found != before).any():
        has_part = (figures.filled | found).astype(np.int64) @ system.parts.T > 0
        before, found = found, blank & (has_part.astype(np.int64) @ system.totals > 0)
    return found
