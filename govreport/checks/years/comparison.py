"""One agency's filing beside last year's: figures, carried-over pairs and prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from govreport.checks.edits.filled import carried_edits, unfilled_tables
from govreport.checks.prose.part_rules import has_words
from govreport.checks.years.prose_comparison import SENTENCE_KINDS, PartComparison, compare_part
from govreport.core import Figure, FilingError, Kind, percent, write_figure
from govreport.filing import LOOK_AGAIN, TABLE_MARK, UNREADABLE, Filing, Project, Settings, render_prose
from govreport.forms import LAST, Form, expand

Prose = Mapping[int, str]
"""The parts of a filing's prose by number."""
REMARKS = ("与上年不衔接", "一年填写、一年空白", "由零增加", "减少到零", "大幅增加", "大幅减少")
"""Reasons for a remark on a change, in the order of the remarks: a contradiction to last year's report, a figure that
cannot be compared, a figure from or to zero, a change out of proportion."""

CHANCE = 4
"""A count is told when the square of its change exceeds so many times the sum of both years: two counts of
things that happen independently differ as far by chance in one of twenty (the normal approximation of
Przyborowski and Wilenski 1940). A change of 3 to 1 thus says nothing, one of 100 to 150 does."""

PART_OF_MONEY = Fraction(1, 2)
"""Money is no count: it is told when it changed by this part of the larger year's amount."""


@dataclass(frozen=True)
class Change:
    """A name's figures of both years.

    name: a cell of both forms, or a derived one where the editions differ; label: the form's labels.
    now, before: figures, None where blank or, as `unreadable` tells of each, unreadable. remark: of REMARKS, or empty.

    >>> Change("x", "申请", Kind("count"), 12, 8).growth
    '50.0%'
    """

    name: str
    label: str
    kind: Kind
    now: Figure | None
    before: Figure | None
    unreadable: tuple[bool, bool] = (False, False)
    remark: str = ""

    @property
    def texts(self) -> tuple[str, str]:
        """What is told of this year's figure and of last year's: a text that is no figure is no blank."""
        now, before = (UNREADABLE if lost else "空白" for lost in self.unreadable)
        return write_figure(self.now) or now, write_figure(self.before) or before

    @property
    def difference(self) -> Figure | None:
        """The figure of this year minus that of last; None where one of them is blank."""
        return None if self.now is None or self.before is None else self.now - self.before

    @property
    def difference_text(self) -> str:
        """The difference with its sign, empty where there is none."""
        difference = self.difference
        return "" if difference is None else ("+" if difference > 0 else "") + write_figure(difference)

    @property
    def growth(self) -> str:
        """The difference as a percentage of last year's figure, rounded half up; empty where that says nothing."""
        if not self.difference or not self.before or self.before < 0:
            return ""
        return percent(Fraction(self.difference) / Fraction(self.before))

    @property
    def weight(self) -> Fraction:
        """How many times the change exceeds what is told; 0 without a difference."""
        if not self.difference or self.now is None or self.before is None:
            return Fraction(0)
        now, before, difference = Fraction(self.now), Fraction(self.before), abs(Fraction(self.difference))
        if self.kind.decimals:
            return difference / max(now, before) / PART_OF_MONEY
        return difference**2 / (abs(now) + abs(before)) / CHANCE


@dataclass(frozen=True)
class CarryOver:
    """A cell that must be last year's other cell: what was carried over, by the rule that says so.

    change: the cell beside the other one, of which name and label are here.
    """

    rule: str
    change: Change
    last_name: str
    last_label: str

    @property
    def matches(self) -> bool:
        """Whether both years agree; a blank counts as nothing, as in the rules, but what is unreadable does not."""
        return (self.change.now or 0) == (self.change.before or 0) and not any(self.change.unreadable)


def cell_changes(filing: Filing, last: Filing) -> tuple[Change, ...]:
    """Return the figures that both years have, in the order of this year's form, changed or not.

    Where the editions of a table differ, a group stands in place of the cells that only one of them has.

    >>> name = "disputes.litigation.direct.upheld"
    >>> years = [Filing.from_cells("demo", "示例局", year, {name: year - 2020}) for year in (2021, 2022)]
    >>> [(c.name, c.difference) for c in cell_changes(years[1], years[0]) if c.difference]
    [('disputes.litigation.direct.upheld', 1)]
    """
    return tuple(_change(filing, name, last, name) for name in _shared(filing.form, last.form))


def _change(filing: Filing, name: str, last: Filing, other: str) -> Change:
    """Return the figure of a name beside that of another name in last year's filing."""
    form, unreadable = filing.form, (filing.is_unreadable(name), last.is_unreadable(other))
    return Change(name, form.label_of(name), form.kind_of(name), filing[name], last[other], unreadable)


def not_comparable(form: Form, last: Form) -> dict[str, int]:
    """Return for each table how many of its cells last year's form has neither singly nor in a group."""
    covered = {cell for name in _shared(form, last) for cell in form.parts_of(name)}
    left = {key: sum(cell.name not in covered for cell in table.cells) for key, table in form.tables.items()}
    return {key: number for key, number in left.items() if number}


def _shared(form: Form, last: Form) -> list[str]:
    """Return cells of a form that last year's names have, and after each table the groups of the others."""
    return [name for table in form.tables.values() for name in table.shared_names([last.names])]


def carried_pairs(filing: Filing, last: Filing) -> Iterator[CarryOver]:
    """Yield the pairs that an edit equates: one cell of this year, one of last, as "carried in" and "carried out"."""
    for edit in carried_edits(filing.form, last.form):
        name, last_name = sorted((edit.left[0][1], edit.right[0][1]), key=lambda cell: cell.startswith(LAST))
        other = last_name.removeprefix(LAST)
        yield CarryOver(edit.rule, _change(filing, name, last, other), other, last.form.label_of(other))


def is_blank(filing: Filing) -> bool:
    """Whether nobody has filled a filing in: no figures but those that last year's fixes, no text but headings.

    >>> is_blank(Filing.from_cells("demo", "示例局", 2021, {"applications.carried_in.natural": 2}))
    True
    """
    is_written = any(has_words(part.text) for part in filing.narrative.parts.values())
    return not is_written and unfilled_tables(filing) == filing.form.tables.keys()


def is_unfinished(filing: Filing) -> bool:
    """Whether nobody has filled in one of the tables or a part that must have prose, or has yet to look at a part.

    >>> is_unfinished(Filing.from_cells("demo", "示例局", 2021, {"disputes.reconsideration.total": 0}))
    True
    """
    texts, tables = {n: part.text for n, part in filing.narrative.parts.items()}, filing.form.tables
    prose = set(range(1, len(filing.form.parts) + 1)) - {table.part for table in tables.values()}
    written = all(has_words(texts.get(number, "")) for number in prose)
    return not written or bool(unfilled_tables(filing)) or any(map(LOOK_AGAIN.search, texts.values()))


def remarks(
    changes: Sequence[Change], carried: Sequence[CarryOver], form: Form, settings: Settings | None = None
) -> tuple[Change, ...]:
    """Return the changes with a remark, in the order of REMARKS and by weight.

    settings: of the project, which may have other thresholds and leave remarks out.
    A pair that is not carried over as it should be is told by its cell of this year, beside last year's
    other cell. A total whose change is mostly that of one of its parts is not told again.
    """
    settings = settings or Settings()
    told = {pair.change.name: pair for pair in carried if not pair.matches}
    uneven = {f"{pair.change.label}（上年{pair.last_label}）": pair.change for pair in told.values()}
    found = [replace(change, label=label, remark=REMARKS[0]) for label, change in uneven.items()]
    remarked = (replace(change, remark=_remark(change, settings)) for change in changes if change.name not in told)
    worth = {change.name: change for change in remarked if change.remark}
    repeated = set(_repeating(worth, form))
    found += [change for name, change in worth.items() if name not in repeated]
    found = [change for change in found if settings.remarks is None or change.remark in settings.remarks]
    return tuple(sorted(found, key=lambda change: (REMARKS.index(change.remark), -change.weight)))


def _remark(change: Change, settings: Settings) -> str:
    """Return why a change is worth a remark; counts from or to zero are, when chance hardly explains them."""
    if change.difference is None:
        return REMARKS[1] if (change.now or change.before) and not any(change.unreadable) else ""
    usual, own = (PART_OF_MONEY, settings.money_change) if change.kind.decimals else (CHANCE, settings.count_change)
    if change.weight < Fraction(own or usual) / usual:
        return ""
    if not change.before or not change.now:
        return REMARKS[2] if change.now else REMARKS[3]
    return REMARKS[4] if change.difference > 0 else REMARKS[5]


def _repeating(worth: Mapping[str, Change], form: Form) -> Iterator[str]:
    """Yield totals whose change is that of one of their parts, or four fifths of it."""
    for edit in expand(form):
        total = worth.get(edit.total or "")
        if total and any(_explains(worth[part], total) for _, part in edit.right if part in worth):
            yield total.name


def _explains(part: Change, total: Change) -> bool:
    if part.difference is None or total.difference is None:
        return (part.now, part.before) == (total.now, total.before)
    ours, whole = Fraction(part.difference), Fraction(total.difference)
    return ours * whole > 0 and abs(ours) * 5 >= abs(whole) * 4


@dataclass(frozen=True)
class Comparison:
    """A filing beside last year's.

    changes: every figure that both years have; remarks: those worth a remark, in order; carried: pairs of
    cells that must agree; parts: the prose. not_comparable: by table the cells that last year's edition lacks.
    """

    filing: Filing
    last: Filing
    changes: tuple[Change, ...]
    remarks: tuple[Change, ...]
    carried: tuple[CarryOver, ...]
    parts: tuple[PartComparison, ...]
    not_comparable: Mapping[str, int]

    def summary(self) -> str:
        """Return in a sentence how many figures changed and how much of the prose is repeated."""
        changed = sum(change.now != change.before for change in self.changes)
        apart = sum(not pair.matches for pair in self.carried)
        carried = f"应与上年衔接的{len(self.carried)}对数字{f'中有{apart}对不符' if apart else '全部相符'}；"
        written = [s for part in self.parts for s in part.sentences if s.text]
        repeated = sum(sentence.kind in SENTENCE_KINDS[:2] for sentence in written)
        return (
            f"可比的{len(self.changes)}个数字中有{changed}个与上年不同，其中{len(self.remarks)}处值得说明；"
            f"{carried if self.carried else ''}"
            f"文字{len(written)}句，其中{repeated}句与上年相同或只改了数字。"
        )


def compare_years(project: Project, filing: Filing, last: Filing, prose: Prose) -> Comparison:
    """Compare a filing of a project with last year's; see `compare`.

    Last year's figures are filled into its prose where that is possible; else its words alone are compared.
    """
    try:
        last_prose = render_prose(last, project.last_filing(last.agency, last.year))
    except FilingError:
        last_prose = {number: part.text for number, part in last.narrative.parts.items()}
    return compare(filing, last, prose, last_prose, project.settings)


def compare(
    filing: Filing, last: Filing, prose: Prose, last_prose: Prose, settings: Settings | None = None
) -> Comparison:
    """Compare a filing with last year's.

    prose, last_prose: the parts by number, figures filled in; settings: see `remarks`.

    >>> years = [Filing.from_cells("demo", "示例局", y, {"applications.new.total": y - 2020}) for y in (2021, 2022)]
    >>> compare(years[1], years[0], {1: "收到申请2件。"}, {1: "收到申请1件。"}).parts[0].counts()["只改数字"]
    1
    """
    changes, carried = cell_changes(filing, last), tuple(carried_pairs(filing, last))
    now, before = ({n: TABLE_MARK.sub("", text) for n, text in given.items()} for given in (prose, last_prose))
    parts = [
        compare_part(number, heading, now.get(number, ""), before.get(number, ""), filing.form)
        for number, heading in enumerate(filing.form.parts, 1)
        if now.get(number) or before.get(number)
    ]
    told = remarks(changes, carried, filing.form, settings)
    return Comparison(filing, last, changes, told, carried, tuple(parts), not_comparable(filing.form, last.form))
