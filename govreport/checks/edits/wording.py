"""Failed edits in words: official labels, both figures, and the arithmetic between them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from govreport.checks.edits.matrix import Case
from govreport.checks.findings import Identity
from govreport.core import write_figure
from govreport.forms import LAST, Edit

SHOWN_PARTS = 6


def failed_identity(edit: Edit, case: Case) -> Identity:
    """Return a failed edit as an identity with its figures and its clause in Chinese."""
    left, right = (sum(factor * case.units(cell) for factor, cell in side) for side in (edit.left, edit.right))
    stated, expected = edit.kind.from_units(left), edit.kind.from_units(right)
    said = edit.message.format(
        each=edit.each,
        stated=write_figure(stated),
        expected=write_figure(expected),
        difference=write_figure(edit.kind.from_units(abs(left - right))),
    )
    shown = [_arithmetic(edit, side, case) for side in (edit.left, edit.right) if len(side) > 1]
    detail = "：" + "，".join(part for part in shown if part) if any(shown) else ""
    table = case.filing.form.tables[edit.cells[0].split(".", 1)[0]]
    return Identity(edit.rule, edit.cells, stated, expected, f"{table.name}{said}{detail}")


def _arithmetic(edit: Edit, side: Iterable[tuple[int, str]], case: Case) -> str:
    """Write the parts of a side that are not zero, by the official label that tells them apart."""
    parts: list[str] = []
    total = 0
    for factor, cell in side:
        value = case.units(cell)
        total += factor * value
        if value:
            sign = "－" if factor < 0 else "＋" if parts else ""
            parts.append(f"{sign}{_label(edit, cell, case)} {write_figure(edit.kind.from_units(value))}")
    if len(parts) < 2:
        return ""
    more = f"等{len(parts)}项" if len(parts) > SHOWN_PARTS else ""
    return f"{''.join(parts[:SHOWN_PARTS])}{more}＝{write_figure(edit.kind.from_units(total))}"


def _label(edit: Edit, cell: str, case: Case) -> str:
    form = case.last.form if case.last and cell.startswith(LAST) else case.filing.form
    found = form.cells[cell.removeprefix(LAST)]
    table = form.tables[found.table]
    row, column = table.row_labels[found.row.key], table.column_labels[found.column.key]
    label = column if row == edit.each else row
    when = "上年" if cell.startswith(LAST) else ""
    return when + (re.sub(r"（[^（）]*）$", "", label) or label)
