"""Failed balance edits (rules A, D, P and Y) as findings, in words and figures of the form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from govreport.checks.findings import Finding, Identity
from govreport.checks.matrix import EditMatrix, Evaluation, edit_matrix, evaluate, figures_of
from govreport.figures import Figure, write_figure
from govreport.filing import Filing
from govreport.forms import LAST, Edit, Form

Pair = tuple[Filing, Filing | None]
SHOWN_PARTS = 6


def check_balance(pairs: Sequence[Pair]) -> list[list[Finding]]:
    """Check filings, each with last year's or None, against the balance edits of their forms.

    Returns the findings of each filing, in the order given.
    """
    found: list[list[Finding]] = [[] for _ in pairs]
    groups: dict[tuple[Form, Form | None], list[int]] = {}
    for number, (filing, last) in enumerate(pairs):
        groups.setdefault((filing.form, last.form if last else None), []).append(number)
    for (form, last_form), numbers in groups.items():
        system = edit_matrix(form, last_form)
        evaluation = evaluate(system, figures_of([pairs[n] for n in numbers]))
        for position, number in enumerate(numbers):
            found[number] = _findings(pairs[number], system, evaluation, position)
    return found


def _findings(pair: Pair, system: EditMatrix, evaluation: Evaluation, position: int) -> list[Finding]:
    filing, last = pair
    findings = [_finding(system.edits[n], filing, last) for n in np.flatnonzero(evaluation.failed[position])]
    blank = [system.cells[n] for n in np.flatnonzero(evaluation.blank_totals[position])]
    own = [cell for cell in blank if not cell.startswith(LAST)]
    return findings + (_missing_totals(filing, system.edits, own) if own else [])


def _finding(edit: Edit, filing: Filing, last: Filing | None) -> Finding:
    def units(cell: str) -> int:
        source = last if cell.startswith(LAST) else filing
        figure = source.cells[cell.removeprefix(LAST)] if source else None
        return edit.kind.to_units(figure) if figure is not None else 0

    left, right = (sum(factor * units(cell) for factor, cell in side) for side in (edit.left, edit.right))
    stated, expected = edit.kind.from_units(left), edit.kind.from_units(right)
    table = filing.form.tables[edit.cells[0].split(".", 1)[0]]
    said = edit.message.format(
        each=edit.each,
        stated=write_figure(stated),
        expected=write_figure(expected),
        difference=write_figure(edit.kind.from_units(abs(left - right))),
    )
    shown = [_arithmetic(edit, side, units, filing.form, last) for side in (edit.left, edit.right) if len(side) > 1]
    detail = "：" + "，".join(part for part in shown if part) if any(shown) else ""
    identity = Identity(edit.rule, edit.cells, stated, expected)
    return Finding(filing.agency, filing.year, edit.severity, f"{table.name}{said}{detail}。", (identity,))


def _arithmetic(
    edit: Edit, side: Iterable[tuple[int, str]], units: Callable[[str], int], form: Form, last: Filing | None
) -> str:
    """Write the parts of a side that are not zero, by the official label that tells them apart."""
    parts: list[str] = []
    for factor, cell in side:
        value = units(cell)
        if value:
            sign = "－" if factor < 0 else "＋" if parts else ""
            source = last.form if last and cell.startswith(LAST) else form
            parts.append(f"{sign}{_label(edit, cell, source)} {write_figure(edit.kind.from_units(value))}")
    if len(parts) < 2:
        return ""
    more = f"等{len(parts)}项" if len(parts) > SHOWN_PARTS else ""
    total = write_figure(edit.kind.from_units(sum(factor * units(cell) for factor, cell in side)))
    return f"{''.join(parts[:SHOWN_PARTS])}{more}＝{total}"


def _label(edit: Edit, cell: str, form: Form) -> str:
    found = form.cells[cell.removeprefix(LAST)]
    table = form.tables[found.table]
    row, column = table.row_labels[found.row.key], table.column_labels[found.column.key]
    label = column if row == edit.each else row
    if row == edit.each and column == edit.each:
        label = found.label
    when = "上年" if cell.startswith(LAST) else ""
    return when + (re.sub(r"（[^（）]*）$", "", label) or label)


def _missing_totals(filing: Filing, edits: Iterable[Edit], blank: Sequence[str]) -> list[Finding]:
    """Return one V2 warning a table for totals left blank over filled parts, with the sums that belong there."""
    sums = _sums(filing, [edit for edit in edits if edit.total in blank])
    findings = []
    for table in filing.form.tables.values():
        cells = tuple(cell for cell in blank if cell.startswith(f"{table.key}."))
        if not cells:
            continue
        each = [Identity("V2", (cell,), None, sums[cell][0] if len(sums[cell]) == 1 else None) for cell in cells]
        told = [f"{filing.form.label_of(c)}按分项应为{'或'.join(write_figure(v) for v in sums[c])}" for c in cells]
        identities = tuple(each) if len(cells) == 1 else (Identity("V2", cells), *each)
        message = f"{table.name}总计未填：{'；'.join(told)}。"
        findings.append(Finding(filing.agency, filing.year, "warning", message, identities))
    return findings


def _sums(filing: Filing, edits: Sequence[Edit]) -> dict[str, list[Figure]]:
    """Return the sums that belong into blank totals, several where edits disagree.

    A sum may be a part of a further one, so this is repeated until nothing changes.
    """
    known: dict[str, list[Figure]] = {}
    while True:
        found: dict[str, list[Figure]] = {}
        for edit in edits:
            own = [filing.cells[cell] for _, cell in edit.right]
            sums = [figure for _, cell in edit.right for figure in known.get(cell, ())[:1]]
            filled = [figure for figure in (*own, *sums) if figure is not None]
            if filled and edit.total and sum(filled) not in found.setdefault(edit.total, []):
                found[edit.total].append(sum(filled))
        if found == known:
            return known
        known = found
