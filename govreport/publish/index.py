"""How far reports have come, and the index page: every agency and year, its state and its files; totals by year."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import quote

from govreport import checks
from govreport.core import Figure, figure_of_number
from govreport.filing import AGENCY_KINDS, Agency, Filing
from govreport.forms import Catalogue

FILE_NAMES = {
    ".html": "网页", ".pdf": "PDF", ".docx": "Word", ".ofd": "OFD", "review.html": "审阅本", ".ipynb": "笔记本",
}  # fmt: skip
"""Names of files in the order of the page, by suffix; the review copy by its file name."""
CLASSES = dict(zip(checks.STATES, ("bad", "failed", "doubt", "none", "none", "good", "signed"), strict=True))
UNMADE = (checks.PENDING, checks.OUTDATED, checks.FAILED)
"""States of a report that has no pages as they would be made now."""
UNFILED, BLANK, UNREADABLE, UNFINISHED, FILED = "未报", "空白", "读不出", "未填完", "已报"
NOT_WHOLE = (UNFILED, BLANK, UNREADABLE, UNFINISHED)
"""How far a filing is filled in: there is none, a blank one, one that nobody can read, one that lacks something."""
LONGEST_REASON = 60
"""Most letters of a reason for failure that a row shows; the rest is folded."""


@dataclass(frozen=True)
class Companion:
    """Pages of another notebook beside a report, such as a summary or a comparison.

    title: what people call the notebook; files: names in the report's folder; remark: why there are none, or not all.
    """

    title: str
    files: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class ReportEntry:
    """How far one report has come, as the index page and the calendar list it.

    state: of its pages on the index, of its checks in the calendar; counts: findings by severity; files: names in the
    report's folder; errors: why it failed; notes: what it lacks. published: ISO date or empty; due: the statutory
    deadline; figures: what the year's totals add up, by key. companions: pages of other notebooks. comments: of
    reviewers that are open, in words. progress: how far the filing is filled in, of NOT_WHOLE and FILED; contact: whom
    to remind, unless it is FILED. output: what the last run made, in the calendar alone.
    """

    agency: Agency
    year: int
    state: str
    counts: Mapping[str, int] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    published: str = ""
    figures: Mapping[str, Figure | None] = field(default_factory=dict)
    signoff: checks.SignOff | None = None
    comments: str = ""
    companions: tuple[Companion, ...] = ()
    due: datetime.date | None = None
    notes: tuple[str, ...] = ()
    progress: str = FILED
    contact: str = ""
    output: str = ""

    @property
    def filed(self) -> bool:
        """Whether there is a filing that can be read and is not blank."""
        return self.progress in (UNFINISHED, FILED)

    @property
    def is_signed(self) -> bool:
        """Whether the report has a valid sign-off and no errors."""
        return bool(self.signoff and self.signoff.holds and self.state not in (checks.INCONSISTENT, checks.FAILED))

    def timeliness(self, today: datetime.date) -> str:
        """Return a Chinese phrase on the deadline: for example, whether the report is late."""
        return checks.timeliness(self.due, self.published, today)

    def to_json(self, today: datetime.date) -> dict[str, Any]:
        """Return the entry as the JSON that ``govreport list --json`` gives; see docs/contracts.md."""
        return {
            "agency": self.agency.slug,
            "name": self.agency.name,
            "year": self.year,
            "filed": self.filed,
            "progress": self.progress,
            "state": self.state,
            "comments": self.comments,
            "due": self.due.isoformat() if self.due else None,
            "days_left": (self.due - today).days if self.due and not self.published else None,
            "timeliness": self.timeliness(today),
            "contact": self.contact,
        }

    def links(self, files: Sequence[str]) -> list[tuple[str, str]]:
        """Return the relative address and the name of each file in the report's folder, pages first."""
        kinds = {file: file if file in FILE_NAMES else f".{file.rpartition('.')[2]}" for file in files}
        named = [(name, file) for kind, name in FILE_NAMES.items() for file in files if kinds[file] == kind]
        return [(quote(f"{self.year}/{self.agency.slug}/{file}"), name) for name, file in named]

    @property
    def reason(self) -> tuple[str, str]:
        """Why it failed: the text that a row shows, and the rest, which is folded."""
        told = "\n".join(self.errors)
        cut = min(LONGEST_REASON, len(told.partition("\n")[0]))
        return told[:cut], told[cut:].lstrip("\n")

    @property
    def days_late(self) -> int | None:
        """Days from the statutory deadline to the publication; None where either is unknown or the date is wrong."""
        return checks.days_late(self.due, self.published)

    @property
    def published_in_time(self) -> str:
        """Whether the statutory deadline was met; empty for a report that was not made."""
        if self.published:
            return checks.MISDATED if (days := self.days_late) is None else checks.LATE if days > 0 else checks.IN_TIME
        return "" if self.state in UNMADE else checks.UNDATED


class Sum(NamedTuple):
    """A figure added up over reports, None where none has it, and whether every one of them has it filled in."""

    total: Figure | None
    whole: bool


def index_page(
    entries: Sequence[ReportEntry],
    register: Mapping[str, Agency],
    apart: Sequence[ReportEntry] = (),
    catalogue: Catalogue | None = None,
    due_year: int = 0,
) -> str:
    """Return the index page over reports, newest year first and worst first within a year.

    register: the agencies by slug, those of the entries and their parents. apart: agencies and years that
    have companions but no report, as a parent's summaries of years before its own first report.
    catalogue: the editions that are known, by default the package's; the newest gives the deadlines.
    due_year: the reporting year that is due; the browser counts the days to the deadlines of its unpublished reports.

    >>> due = datetime.date(2024, 1, 31)
    >>> agency = Agency("demo", "示例局", "示例局", "", "department", "own")
    >>> "逾期2天" in index_page([ReportEntry(agency, 2023, "一致", published="2024-02-02", due=due)], {"demo": agency})
    True
    """
    from govreport.publish.html_writer import template  # noqa: PLC0415, a tenth of a second: the layout of pages

    form = (catalogue or Catalogue.read()).newest
    rows = sorted(entries, key=lambda entry: (-entry.year, checks.STATES.index(entry.state)))
    kinds = [kind for kind in AGENCY_KINDS if any(entry.agency.kind == kind for entry in entries)]
    by_year = {year: list(chosen) for year, chosen in groupby(rows, lambda entry: entry.year)}
    sums = {year: [sum_over(made, register, total.key) for total in form.totals] for year, made in by_year.items()}
    missing = [entry for entry in entries if entry.year == due_year and entry.progress != FILED]
    return template("index.html").render(
        rows=rows,
        apart=sorted(apart, key=lambda entry: (-entry.year, entry.agency.name)),
        form=form,
        by_year=by_year,
        sums=sums,
        most=max((float(told.total) for added in sums.values() for told in added if told.total), default=0),
        count=Counter,
        register=register,
        classes=CLASSES,
        parents=dict.fromkeys(entry.agency.parent for entry in entries if entry.agency.parent),
        kinds=AGENCY_KINDS,
        used_kinds=kinds,
        in_time=(checks.IN_TIME, checks.LATE, checks.UNDATED, checks.MISDATED),
        late=checks.LATE,
        due_year=due_year,
        missing=missing,
        deadlines=checks.deadlines_in_words(form, kinds),
    )


def totals_of(filing: Filing) -> dict[str, Figure | None]:
    """Return the figures of a filing that a year's totals add up.

    A blank total is the sum of its parts, if all are filled in.

    >>> cells = {"applications.new.natural": 3, "applications.new.business": 1, "applications.total.total": 4}
    >>> totals_of(Filing.from_cells("demo", "示例局", 2021, cells))
    {'applications.new': None, 'applications.total': 4}
    """
    totals = {}
    for total in filing.form.totals:
        cells = [cell for name in total.parts for cell in filing.form.parts_of(name)]
        figure, filled = filing[total.name], [part for cell in cells if (part := filing[cell]) is not None]
        totals[total.key] = sum(filled) if figure is None and filled and len(filled) == len(cells) else figure
    return totals


def sum_over(entries: Sequence[ReportEntry], register: Mapping[str, Agency], key: str) -> Sum:
    """Add up a figure over the reports that are made, except those of members whose parent adds them up itself.

    The members of a parent that has none are added up in its place.
    """
    made = [entry for entry in entries if entry.state not in UNMADE and key in entry.figures]
    figures = {entry.agency.slug: figure_of_number(entry.figures[key]) for entry in made}
    adding = {slug for slug, figure in figures.items() if figure is not None and register[slug].scope == "members"}
    counted = [figure for slug, figure in figures.items() if adding.isdisjoint(_above(slug, register))]
    known = [figure for figure in counted if figure is not None]
    return Sum(sum(known) if known else None, len(known) == len(counted))


def _above(slug: str, register: Mapping[str, Agency]) -> set[str]:
    parent = register[slug].parent
    return {parent} | _above(parent, register) if parent else set()
