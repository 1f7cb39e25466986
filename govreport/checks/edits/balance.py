"""Balance edits (rules A, D, P, Y, R and the project's own) evaluated over filings, as findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from govreport.checks.edits.matrix import Case, EditMatrix, Evaluation, edit_matrix, evaluate, figures_of
from govreport.checks.findings import Finding, Identity
from govreport.checks.localise.evidence import findings_by_cause
from govreport.core import Figure, write_figure
from govreport.filing import Filing
from govreport.forms import LAST, Edit


def check_balance(cases: Sequence[Case]) -> list[list[Finding]]:
    """Check filings against the balance edits of their forms; returns the findings of each, in order."""
    found: list[list[Finding]] = [[] for _ in cases]
    groups: dict[object, list[int]] = {}
    for number, case in enumerate(cases):
        groups.setdefault(case.kind, []).append(number)
    for numbers in groups.values():
        system = edit_matrix(*cases[numbers[0]].kind)
        evaluation = evaluate(system, figures_of([cases[n] for n in numbers]))
        doubtful = evaluation.failed.any(axis=1) | evaluation.blank_totals.any(axis=1)
        for position in np.flatnonzero(doubtful).tolist():
            found[numbers[position]] = _findings(cases[numbers[position]], system, evaluation, position)
    return found


def _findings(case: Case, system: EditMatrix, evaluation: Evaluation, position: int) -> list[Finding]:
    failed, judged = (np.flatnonzero(each[position]).tolist() for each in (evaluation.failed, evaluation.judged))
    differences = evaluation.differences[position].tolist()
    findings = findings_by_cause(case, system, differences, judged, failed) if failed else ()
    blank = (system.cells[n] for n in np.flatnonzero(evaluation.blank_totals[position]))
    return [*findings, *_missing_totals(case.filing, system.edits, [c for c in blank if not c.startswith(LAST)])]


def _missing_totals(filing: Filing, edits: Iterable[Edit], blank: Sequence[str]) -> Iterator[Finding]:
    """Yield one V2 warning a table for totals left blank over filled parts, with the sums that belong there.

    A total of which a part is blank has none.
    """
    sums = [edit for edit in edits if edit.total in blank]
    for table in filing.form.tables.values():
        if not (cells := tuple(cell for cell in blank if cell.startswith(f"{table.key}."))):
            continue
        each, told = [], []
        for cell in cells:
            found = _sums(filing, cell, sums)
            each.append(Identity("V2", (cell,), None, found[0] if len(found) == 1 else None))
            should = f"按分项应为{'或'.join(map(write_figure, found))}" if found else "的分项也未填全"
            told.append(f"{filing.form.label_of(cell)}{should}")
        identities = tuple(each) if len(cells) == 1 else (Identity("V2", cells), *each)
        message = f"{table.name}总计未填：{'；'.join(told)}。"
        yield Finding(filing.agency, filing.year, "warning", message, identities)


def _sums(filing: Filing, total: str, edits: Sequence[Edit]) -> list[Figure]:
    """Return the sums that belong into a blank total, several where edits disagree.

    edits: those that define blank totals: a sum may be a part of a further one.
    """
    found, others = list[Figure](), [edit for edit in edits if edit.total != total]
    for edit in (edit for edit in edits if edit.total == total):
        parts = [(filing.cells[cell], *_sums(filing, cell, others)[:1]) for _, cell in edit.right]
        filled = [figure for figures in parts for figure in figures if figure is not None]
        if len(filled) == len(parts) and sum(filled) not in found:
            found.append(sum(filled))
    return found
