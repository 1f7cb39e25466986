"""Evidence joined: failed identities that one repair explains stand together as one finding, told in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from govreport.checks.edits.matrix import Case, EditMatrix
from govreport.checks.findings import SEVERITY_NAMES, Finding, Identity
from govreport.checks.localise.localisation import Problem, Repair, blocks, joined, localise_block, plausibility
from govreport.checks.prose.claims import AGREES, DISAGREES
from govreport.checks.prose.reader import read_claims
from govreport.core import Figure, json_number, listed, write_figure
from govreport.filing import Filing
from govreport.forms import LAST, NUMBER, Edit

Explanation = tuple[str, dict[str, Any] | None]
"""A headline, and a suggestion."""
SHOWN_PARTS = 6


def failed_identity(edit: Edit, case: Case) -> Identity:
    """Return a failed edit as an identity with its figures and its clause in Chinese."""
    left, right = (sum(factor * case.units(cell) for factor, cell in side) for side in (edit.left, edit.right))
    sides = (edit.left, stated := edit.kind.from_units(left)), (edit.right, expected := edit.kind.from_units(right))
    told = [
        "空白" if all(case.filing.cells.get(cell, 0) is None for _, cell in side) else write_figure(figure)
        for side, figure in sides
    ]
    apart = write_figure(edit.kind.from_units(abs(left - right)))
    said = edit.message.format(each=edit.each, stated=told[0], expected=told[1], difference=apart)
    shown = [_arithmetic(edit, side, figure, case) for side, figure in sides if len(side) > 1]
    detail = "：" + "，".join(part for part in shown if part) if any(shown) else ""
    table = case.filing.form.tables[edit.cells[0].split(".", 1)[0]]
    return Identity(edit.rule, edit.cells, stated, expected, f"{table.name}{said}{detail}")


def _arithmetic(edit: Edit, side: Iterable[tuple[int, str]], total: Figure, case: Case) -> str:
    """Write the parts of a side that are not zero, by the official label that tells them apart."""
    parts: list[str] = []
    for factor, cell in side:
        if value := case.units(cell):
            sign = "－" if factor < 0 else "＋" if parts else ""
            label = "" if cell == NUMBER else f"{_label(edit, cell, case)} "
            parts.append(f"{sign}{label}{write_figure(edit.kind.from_units(abs(factor) if cell == NUMBER else value))}")
    if len(parts) < 2:
        return ""
    more = f"等{len(parts)}项" if len(parts) > SHOWN_PARTS else ""
    return f"{''.join(parts[:SHOWN_PARTS])}{more}＝{write_figure(total)}"


def _label(edit: Edit, cell: str, case: Case) -> str:
    form = case.last.form if case.last and cell.startswith(LAST) else case.filing.form
    found = form.cells[cell.removeprefix(LAST)]
    table = form.tables[found.table]
    row, column = table.row_labels[found.row.key], table.column_labels[found.column.key]
    label = column if row == edit.each else row
    return ("上年" if cell.startswith(LAST) else "") + (re.sub(r"（[^（）]*）$", "", label) or label)


AGREEING_WEIGHT = 2.0
"""How much less likely a cell is to be wrong that agrees with the prose, and how much more one that differs from it
(natural logarithm)."""
SHOWN_REPAIRS = 5
SHORT = 2
"""Of repairs with more cells than this, a sentence tells only the likeliest."""


def findings_by_cause(
    case: Case, system: EditMatrix, differences: Sequence[int], judged: Sequence[int], failed: Sequence[int]
) -> Iterator[Finding]:
    """Yield the failed edits of a case as findings, one for each cause: those that one cause touches belong together.

    differences: of all edits of the system, see `Evaluation`; judged, failed: numbers of edits. Inequalities stand
    alone: they tell of no figure what it should be.
    """
    identities = {edit: failed_identity(system.edits[edit], case) for edit in failed}
    equations = {edit: differences[edit] for edit in judged if not system.upper[edit]}
    problem = _problem(case, system, equations)
    found = [(block, localise_block(block)) for block in blocks(problem)]
    causes = [[_causes(block, repair) for repair in located.repairs] for block, located in found]
    together = (rows.intersection(failed) for block in causes for cause in block for _, rows in cause)
    for group in sorted(joined([*({edit} for edit in failed), *filter(None, together)]), key=min):
        touching = ([cells for cells, rows in cause if rows & group] for block in causes for cause in block)
        parts = {tuple(sorted(chain(*some))) for some in touching}
        options = sorted(parts - {()}, key=lambda part: (-plausibility(problem, part), part))
        own = (located for block, located in found if group & block.residual.keys())
        certain = len(options) == 1 and all(located.complete for located in own)
        severity = min((system.edits[edit].severity for edit in group), key=list(SEVERITY_NAMES).index)
        stated = tuple(identities[edit] for edit in failed if edit in group)
        repairs = [_figures(case, repair) for repair in options]
        headline, suggestion = _explained(case.filing, repairs, len(stated), certain=certain)
        message = f"{'；'.join(identity.text for identity in stated)}。{headline}"
        which = case.filing.agency, case.filing.year
        yield Finding(*which, severity, message, stated, headline=headline, suggestion=suggestion)


def _problem(case: Case, system: EditMatrix, equations: Mapping[int, int]) -> Problem:
    """Return the case as a problem of error localisation over the filing's own cells.

    equations: numbers of the edits that were judged, each with its difference.
    """
    cells, evidence = case.filing.form.cells, _prose_evidence(case)
    columns = [{row: int(column[row]) for row in equations if column[row]} for column in system.matrix.T[: len(cells)]]
    residual = {row: difference for row, difference in equations.items() if difference}
    floor = [None if cell.kind.name == "signed" else 0 for cell in cells.values()]
    weights = {number: evidence.get(name, 0.0) for number, name in enumerate(cells)}
    return Problem(columns, residual, [case.units(name) for name in cells], floor, weights)


def _prose_evidence(case: Case) -> dict[str, float]:
    """Return weights of cells that agree with the prose, or that the prose contradicts."""
    weights = {AGREES: AGREEING_WEIGHT, DISAGREES: -AGREEING_WEIGHT}
    written = {number: part.text for number, part in case.filing.narrative.parts.items()}  # figures by hand only
    claims = (claim for claim in read_claims(case.filing, written, case.last) if claim.verdict in weights)
    told = {claim.cells[0]: weights[claim.verdict] for claim in claims if claim.rule == "N1" and len(claim.cells) == 1}
    return {cell: weight for cell, weight in told.items() if cell in case.filing.cells}


def _causes(problem: Problem, repair: Repair) -> list[tuple[Repair, set[int]]]:
    """Return a repair in parts that share no identity, each with the identities that it touches."""
    parts = joined(problem.columns[cell].keys() for cell, _ in repair)
    return [(tuple(change for change in repair if rows.issuperset(problem.columns[change[0]])), rows) for rows in parts]


def _figures(case: Case, repair: Repair) -> dict[str, Figure]:
    """Return the cells that a repair changes, by name, with their new figures."""
    cells = list(case.filing.form.cells.values())
    changed = ((cells[number], change) for number, change in repair)
    return {cell.name: cell.kind.from_units(case.units(cell.name) + change) for cell, change in changed}


def _explained(filing: Filing, repairs: Sequence[Mapping[str, Figure]], count: int, *, certain: bool) -> Explanation:
    """Return repairs in a Chinese sentence, and the likeliest as a finding's suggestion.

    Where blank cells may explain what fails, they are told instead: what belongs there nobody can tell but the office.

    repairs: new figures by cell, the likeliest first; count: of the failed edits; certain: whether the first is the
    only one.
    """
    if not repairs:
        return "", None
    names = dict.fromkeys(chain.from_iterable(repairs))
    if blank := [filing.form.label_of(name) for name in names if filing.cells[name] is None]:
        return f"{listed(blank, SHOWN_REPAIRS, '格')}未填，请先填写；没有的填0。", None
    cells = {name: json_number(figure) for name, figure in repairs[0].items()}
    told = [
        [f"{filing.form.label_of(n)}由{filing.text_of(n)}改为{write_figure(f)}" for n, f in r.items()] for r in repairs
    ]
    texts, together = list(map("，同时".join, told)), f"，改后这{count}项全部相符" if count > 1 else ""
    if certain:
        return f"唯一的改法：{texts[0]}{together}。", {"cells": cells, "confidence": "unique"}
    most = SHOWN_REPAIRS if len(repairs[0]) <= SHORT else 1
    more = f"（共{len(texts)}种，其余从略）" if len(texts) > most else ""
    return f"可能的改法：{'；或'.join(texts[:most])}{more}{together}。", {"cells": cells, "confidence": "likely"}
