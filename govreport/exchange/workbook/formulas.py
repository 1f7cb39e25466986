"""Balance edits as formulas of a spreadsheet, and their rules in the words of the form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain, groupby

from openpyxl.utils import get_column_letter

from govreport.checks import blank_totals
from govreport.core import write_figure
from govreport.exchange.readers.sheet_reader import Place
from govreport.filing import Filing
from govreport.forms import LAST, Edit, Form, NameTerm, Rule, Table, expand_rule

AGREES = "勾稽相符"


def reference(place: Place) -> str:
    """Return a place as an absolute cell reference.

    >>> reference((9, 4))
    '$D$9'
    """
    return f"${get_column_letter(place[1])}${place[0]}"


def references(places: Iterable[Place]) -> str:
    """Return places as a list of ranges; ranges run down where all places stand in one column, else across.

    >>> references([(9, 4), (10, 4), (12, 4)]), references([(9, 4), (9, 5)])
    ('D9:D10,D12', 'D9:E9')
    """
    own = sorted(set(places))
    down = len({column for _, column in own}) == 1
    starts = [(row - n * down, column - n * (not down)) for n, (row, column) in enumerate(own)]
    runs = [[place for _, place in run] for _, run in groupby(zip(starts, own, strict=True), lambda pair: pair[0])]
    ends = [[f"{get_column_letter(column)}{row}" for row, column in (run[0], run[-1])] for run in runs]
    return ",".join(":".join(dict.fromkeys(pair)) for pair in ends)


def table_edits(form: Form, table: Table, last: Filing | None = None) -> Mapping[Rule, list[Edit]]:
    """Return the balance edits within a table by rule, without edits that last year's report cannot decide."""
    unknown = {LAST + name for name in (*last.unreadable, *blank_totals(last))} if last else set()
    found: dict[Rule, list[Edit]] = {}
    for rule in table.rules:
        for edit in expand_rule(rule, form, last.form if last else None):
            cells = [cell for _, cell in (*edit.left, *edit.right)]
            own = all(cell.removeprefix(LAST).startswith(f"{table.key}.") for cell in cells)  # formulas can name them
            if own and unknown.isdisjoint(cells):
                found.setdefault(rule, []).append(edit)
    return found


def parts_by_total(form: Form) -> Mapping[str, tuple[str, ...]]:
    """Return the cells that the form defines as sums, each with its parts.

    >>> from govreport.forms import Catalogue
    >>> parts_by_total(Catalogue.read().form_for(2021))["disputes.reconsideration.total"][-1]
    'disputes.reconsideration.pending'
    """
    rules = chain.from_iterable(table_edits(form, table).values() for table in form.tables.values())
    edits = [*chain.from_iterable(rules)]
    # of several sums that give a total the first counts
    return {edit.total: tuple(cell for _, cell in edit.right) for edit in reversed(edits) if edit.total}


def sum_formula(parts: Iterable[Place]) -> str:
    """Return the formula of a total: blank where all its parts are.

    >>> sum_formula([(9, 4), (10, 4)])
    '=IF(COUNT(D9:D10)=0,"",SUM(D9:D10))'
    """
    cells = references(parts)
    return f'=IF(COUNT({cells})=0,"",SUM({cells}))'


@dataclass(frozen=True)
class Verdicts:
    """The data of a sheet's formulas: where the sheet's cells stand, and last year's filing."""

    places: Mapping[str, Place]
    last: Filing | None

    def formula(self, edit: Edit) -> str:
        """Return the formula that says in words whether an edit holds; it is blank while all its cells are."""
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
        """Return the formula of left side minus right side, with last year's figures as numbers."""
        groups: dict[int, list[Place]] = defaultdict(list)
        known = Decimal(0)
        for factor, cell in (*edit.left, *((-factor, cell) for factor, cell in edit.right)):
            if not cell.startswith(LAST):
                groups[factor].append(self.places[cell])
            elif self.last:
                known += factor * (self.last.cells[cell.removeprefix(LAST)] or 0)
        sums = [f"{_signed(factor, '+-', '*')}SUM({references(p)})" for factor, p in groups.items()]
        return "".join(sums) + (f"{'+' if known > 0 else '-'}{write_figure(abs(known))}" if known else "")


def rule_text(rule: Rule, table: Table) -> str:
    """Return a rule in the words of the form.

    >>> from govreport.forms import Catalogue
    >>> table = Catalogue.read().form_for(2021).tables["disputes"]
    >>> rule_text(table.rules[0], table)
    '总计＝结果维持＋结果纠正＋其他结果＋尚未审结'
    """
    sides = ("".join(_term_text(term, table) for term in side).removeprefix("＋") for side in (rule.left, rule.right))
    return {"=": "＝", "<=": "≤", ">=": "≥"}[rule.sense].join(sides)


def _term_text(term: NameTerm, table: Table) -> str:
    row, column = term.name.split(".", 1)[1].rsplit(".", 1)
    label = ("" if row == "*" else table.row_labels[row]) + ("" if column == "*" else table.column_labels[column])
    return f"{_signed(term.coefficient, '＋－', '×')}{'上年报告的' if term.last else ''}{label}"


def _signed(factor: int, signs: str, times: str) -> str:
    """Return the factor in front of a term, its sign alone where the factor is 1 or -1."""
    return signs[factor < 0] + (f"{abs(factor)}{times}" if abs(factor) > 1 else "")
