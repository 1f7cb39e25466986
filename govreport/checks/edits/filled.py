"""Which tables of a filing somebody has filled in: one notion for the rules, the list, roll-ups and summaries."""

from __future__ import annotations

from functools import lru_cache

from govreport.filing import Filing
from govreport.forms import Edit, Form, expand


@lru_cache(maxsize=64)
def carried_edits(form: Form, last: Form) -> tuple[Edit, ...]:
    """Return the edits that equate a cell of a filing with one of last year's, as "carried in" and "carried out"."""
    edits = (edit for edit in expand(form, last) if edit.compares_years and edit.sense == "=")
    return tuple(edit for edit in edits if len(edit.left) == len(edit.right) == 1)


def unfilled_tables(filing: Filing) -> frozenset[str]:
    """Return the keys of the tables that nobody has filled in: no figures but those that last year's fixes.

    >>> sorted(unfilled_tables(Filing.from_cells("demo", "示例局", 2021, {"applications.carried_in.natural": 2})))
    ['applications', 'disputes', 'proactive']
    """
    if None not in filing.cells.values():
        return frozenset()
    filled = {cell for cell, figure in filing.cells.items() if figure is not None} | filing.unreadable.keys()
    filled -= {cell for edit in carried_edits(filing.form, filing.form) for cell in edit.cells}
    return frozenset(filing.form.tables.keys() - {cell.partition(".")[0] for cell in filled})
