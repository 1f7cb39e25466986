"""Balance edits: expand a form's rules over its rows and columns into terms over single cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from govreport.core import Figure, Kind
from govreport.forms.form import Form
from govreport.forms.rules import NameTerm, Rule

LAST = "last."
"""Prefix of a cell name that means the filing of the year before."""
MEMBERS = "members."
"""Prefix of a name that means the sum over the filings of an agency's members."""
NUMBER = "1"
"""Stands for a cell in a term that is a number: its coefficient, in smallest units."""
_OTHERS = (LAST, MEMBERS, NUMBER)


@dataclass(frozen=True)
class Edit:
    """One balance edit: a linear identity or inequality that the cells of a filing must satisfy.

    left, right: (coefficient, cell) pairs; a cell of the year before has the prefix ``last.``.
    each: the Chinese label of the row or column that this edit is about.
    """

    rule: str
    severity: str
    sense: str
    left: tuple[tuple[int, str], ...]
    right: tuple[tuple[int, str], ...]
    each: str
    message: str
    kind: Kind

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The cells of the filing itself, without cells of the year before, sums over members and numbers."""
        return tuple(cell for _, cell in (*self.left, *self.right) if not cell.startswith(_OTHERS))

    @property
    def compares_years(self) -> bool:
        """Whether the edit needs the filing of the year before."""
        return any(cell.startswith(LAST) for _, cell in (*self.left, *self.right))

    @cached_property
    def total(self) -> str | None:
        """The cell that the edit defines as a sum of other cells; None if there is no such cell."""
        sums = self.sense == "=" and len(self.left) == 1 and len(self.right) > 1
        plain = all(factor == 1 and not cell.startswith(_OTHERS) for factor, cell in (*self.left, *self.right))
        return self.left[0][1] if sums and plain else None


def expand(form: Form, last: Form | None = None, rules: Sequence[Rule] = ()) -> tuple[Edit, ...]:
    """Return the balance edits of a form, rule by rule.

    last: the form of last year's filing; without it, edits that compare years are omitted.
    rules: further rules, of a project.
    A rule applies only if all its names exist in the forms. A rule that compares years therefore does not apply
    if a new edition of the table has other names.
    """
    own = (rule for table in form.tables.values() for rule in table.rules)
    return tuple(edit for rule in (*own, *rules) for edit in expand_rule(rule, form, last))


def expand_rule(rule: Rule, form: Form, last: Form | None) -> list[Edit]:
    """Return the balance edits of one rule; no edits if its names are not in the forms."""
    edits = []
    for key, label in _labels(rule, form).items():
        left, right = _cells(rule.left, key, form, last), _cells(rule.right, key, form, last)
        names = [cell for _, cell in (*(left or ()), *(right or ())) if not cell.startswith(_OTHERS)]
        if left is not None and right is not None and names:
            kind = form.cells[names[0]].kind
            sides = _in_units(left, kind), _in_units(right, kind)
            edits.append(Edit(rule.id, rule.severity, rule.sense, *sides, label, rule.message, kind))
    return edits


def _labels(rule: Rule, form: Form) -> Mapping[str, str]:
    """Return the labels of a rule's rows or columns by key; one empty key for a rule without ``each``."""
    table = form.tables.get(rule.table)
    if not rule.each:
        return {"": ""}
    if table is None:
        return {}
    if rule.each == "columns":
        return {column.key: table.column_labels[column.key] for column in table.columns}
    keys = [row.key for row in table.rows] if rule.each == "rows" else rule.each
    return {key: table.row_labels[key] for key in keys if key in table.row_labels}


def _in_units(terms: Sequence[tuple[Figure, str]], kind: Kind) -> tuple[tuple[int, str], ...]:
    """Return terms with their numbers in smallest units. Raises ValueError for a number that is finer than these."""
    return tuple((kind.to_units(factor) if cell == NUMBER else int(factor), cell) for factor, cell in terms)


def _cells(terms: tuple[NameTerm, ...], key: str, form: Form, last: Form | None) -> list[tuple[Figure, str]] | None:
    found: list[tuple[Figure, str]] = []
    for term in terms:
        if term.is_number:
            found.append((term.coefficient * Decimal(term.name), NUMBER))
            continue
        name, source = term.name.replace("*", key), last if term.last else form
        if source is None or name not in source.names:
            return None
        found += [(term.coefficient, (LAST if term.last else "") + cell) for cell in source.parts_of(name)]
    return found
