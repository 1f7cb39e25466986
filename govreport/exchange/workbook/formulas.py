"""Balance edits as formulas of a spreadsheet: the same rules that `check` uses, told in the words of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.utils import get_column_letter

from govreport.checks import blank_totals
from govreport.core import write_figure
from govreport.filing import Filing
from govreport.forms import LAST, Edit, Form, NameTerm, Rule, Table, expand_rule

AGREES = "勾稽相符"
SENSES = {"=": "＝", "<=": "≤", ">=": "≥"}

Place = tuple[int, int]
"""Row and column of a cell in its sheet, from 1."""


def reference(place: Place) -> str:
    """Return a place as a spreadsheet writes it, absolute.

    >>> reference((9, 4))
    '$D$9'
    """
    return f"${get_column_letter(place[1])}${place[0]}"


def references(places: Iterable[Place]) -> str:
    """Return places as a list of ranges, runs joined: down where all stand in one column, else across.

    >>> references([(9, 4), (10, 4), (12, 4)]), references([(9, 4), (9, 5)])
    ('D9:D10,D12', 'D9:E9')
    """
    found = set(places)
    down = len({column for _, column in found}) == 1
    step = (1, 0) if down else (0, 1)
    ranges: list[str] = []
    for row, column in sorted(found):
        if (row - step[0], column - step[1]) in found:
            continue
        end = row, column
        while (end[0] + step[0], end[1] + step[1]) in found:
            end = end[0] + step[0], end[1] + step[1]
        first, final = f"{get_column_letter(column)}{row}", f"{get_column_letter(end[1])}{end[0]}"
        ranges.append(first if first == final else f"{first}:{final}")
    return ",".join(ranges)


def table_edits(form: Form, table: Table, last: Filing | None = None) -> Mapping[Rule, list[Edit]]:
    """Return the balance edits within a table by rule, those left out that last year's report cannot decide."""
    unknown = {LAST + name for name in (*last.unreadable, *blank_totals(last))} if last else set()
    found = {}
    for rule in table.rules:
        edits = expand_rule(rule, form, last.form if last else None)
        judged = [edit for edit in edits if unknown.isdisjoint(named := _named(edit)) and _within(table, named)]
        if judged:
            found[rule] = judged
    return found


def _named(edit: Edit) -> list[str]:
    return [cell for _, cell in (*edit.left, *edit.right)]


def _within(table: Table, cells: Iterable[str]) -> bool:
    """Whether cells, last year's or this year's, are all of a table, on whose sheet formulas can name them."""
    return all(cell.removeprefix(LAST).startswith(f"{table.key}.") for cell in cells)


def totals_of(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return the cells that the form defines as sums, each with its parts.

    >>> from govreport.forms import Catalogue
    >>> totals_of(Catalogue.read().form_for(2021))["disputes.reconsideration.total"][-1]
    'disputes.reconsideration.pending'
    """
    found: dict[str, tuple[str, ...]] = {}
    for table in form.tables.values():
        for edits in table_edits(form, table).values():
            for edit in edits:
                if edit.total:
                    found.setdefault(edit.total, tuple(cell for _, cell in edit.right))
    return found


def sum_formula(parts: Iterable[Place]) -> str:
    """Return the formula of a total: blank where all its parts are.

    >>> sum_formula([(9, 4), (10, 4)])
    '=IF(COUNT(D9:D10)=0,"",SUM(D9:D10))'
    """
    cells = references(parts)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


@dataclass(frozen=True)
class Verdicts:
    """What the formulas of a sheet need to know: where its cells stand, and last year's filing."""

    places: Mapping[str, Place]
    last: Filing | None

    def formula(self, edit: Edit) -> str:
        """Return the formula that tells in words whether an edit holds; blank while all its cells are."""
        own = references(self.places[cell] for cell in edit.cells)
        gap = f"ROUND({self._difference(edit)},{edit.kind.decimals})"
        wrong = {
            "=": f'{gap}=0,"{AGREES}","差 "&ABS({gap})',
            "<=": f'{gap}<=0,"{AGREES}","多 "&{gap}',
            ">=": f'{gap}>=0,"{AGREES}","少 "&-{gap}',
        }[edit.sense]
        verdict = f"IF({wrong})"
        if edit.total:
            parts = references(self.places[cell] for _, cell in edit.right)
            verdict = f'IF(AND({reference(self.places[edit.total])}="",COUNT({parts})>0),"总计未填",{verdict})'
        return f'=IF(COUNT({own})=0,"",{verdict})'

    def _difference(self, edit: Edit) -> str:
        """Return left side minus right side; last year's figures stand in it as numbers."""
        groups: dict[int, list[Place]] = {}
        known = Decimal(0)
        for side, terms in ((1, edit.left), (-1, edit.right)):
            for factor, cell in terms:
                if not cell.startswith(LAST):
                    groups.setdefault(side * factor, []).append(self.places[cell])
                elif self.last:
                    known += side * factor * (self.last.cells[cell.removeprefix(LAST)] or 0)
        sums = [f"{'+' if factor > 0 else '-'}{_times(factor)}SUM({references(p)})" for factor, p in groups.items()]
        return "".join(sums) + (f"{'+' if known > 0 else '-'}{write_figure(abs(known))}" if known else "")


def _times(factor: int) -> str:
    return f"{abs(factor)}*" if abs(factor) > 1 else ""


def rule_text(rule: Rule, table: Table) -> str:
    """Return a rule in the words of the form.

    >>> from govreport.forms import Catalogue
    >>> table = Catalogue.read().form_for(2021).tables["disputes"]
    >>> rule_text(table.rules[0], table)
    '总计＝结果维持＋结果纠正＋其他结果＋尚未审结'
    """
    sides = ("".join(_term_text(term, table) for term in side).removeprefix("＋") for side in (rule.left, rule.right))
    return SENSES[rule.sense].join(sides)


def _term_text(term: NameTerm, table: Table) -> str:
    row, column = term.name.split(".", 1)[1].rsplit(".", 1)
    label = ("" if row == "*" else table.row_labels[row]) + ("" if column == "*" else table.column_labels[column])
    times = f"{abs(term.coefficient)}×" if abs(term.coefficient) > 1 else ""
    return f"{'＋' if term.coefficient > 0 else '－'}{times}{'上年报告的' if term.last else ''}{label}"
