"""The calendar of a year: the progress and the deadline of each agency's report."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from govreport.batch.inputs import Inputs
from govreport.batch.record import current_record
from govreport.checks import (
    CONSISTENT,
    FAILED,
    INCONSISTENT,
    PENDING,
    SignOff,
    check_report,
    deadline,
    signoff_from_json,
    state_of,
    timeliness,
)
from govreport.filing import AGENCY_KINDS, Agency, Project

MADE, DRAFT, PARTIAL = "已生成", "草稿", "不完整"


@dataclass(frozen=True)
class CalendarEntry:
    """The progress of an agency's report for a year.

    filed: whether there is a filing; state: the result of its checks, empty without a filing.
    counts: number of findings by severity; output: result of the last run; published: ISO date or empty;
    due: the statutory deadline.
    """

    agency: Agency
    year: int
    filed: bool = False
    state: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    output: str = PENDING
    signoff: SignOff | None = None
    published: str = ""
    due: datetime.date | None = None

    @property
    def is_signed(self) -> bool:
        """Whether the report has a valid sign-off and no errors."""
        return bool(self.signoff and self.signoff.holds and self.state not in (INCONSISTENT, FAILED))

    def timeliness(self, today: datetime.date) -> str:
        """Return a Chinese phrase on the deadline: for example, whether the report is late."""
        return timeliness(self.due, self.published, today)


def calendar_rows(
    project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = (), *, today: datetime.date
) -> list[tuple[Agency, int]]:
    """Return the agencies and years of the calendar, in the register's order.

    The calendar contains all filings, or the filings of `years`. It also contains agencies without a filing for
    a year that is due. `years` are due; if they are empty, the latest year with a filing is due, and last year as
    long as one of its deadlines lies ahead.
    Raises ProjectError for an unknown agency, FormError for a year before the first form.
    """
    catalogue = project.catalogue
    for year in years:
        catalogue.form_for(year)
    present = {slug: project.years(slug) for slug in project.agencies}
    latest = max((year for found in present.values() for year in found), default=today.year - 1)
    coming = (
        {today.year - 1}
        if any((deadline(kind, today.year - 1, catalogue) or datetime.date.min) >= today for kind in AGENCY_KINDS)
        else set()
    )
    due = set(years) or {latest} | coming
    chosen = dict.fromkeys(project.agency(name) for name in agencies) if agencies else project.agencies.values()
    return [
        (agency, year)
        for agency in chosen
        for year in sorted({*present[agency.slug], *(year for year in due if agency.exists_in(year))})
        if not years or year in due
    ]


def read_calendar(project: Project, chosen: list[tuple[Agency, int]]) -> Iterator[CalendarEntry]:
    """Yield the progress of each report. Filings that are new or changed since the last run are checked now."""
    reader, catalogue = Inputs(project), project.catalogue
    for agency, year in chosen:
        due = deadline(agency.kind, year, catalogue)
        if year not in project.years(agency.slug):
            yield CalendarEntry(agency, year, due=due)
            continue
        record = current_record(project, reader, agency, year)
        signoff = signoff_from_json(record["signoff"])
        output, counts, day = str(record["state"]), record["counts"], record["published"]
        if output in (PENDING, FAILED):
            checked = check_report(project, agency.slug, year)
            published = checked.filing and checked.filing.narrative.date
            counts, state, day = checked.findings.counts(), checked.state, published.isoformat() if published else ""
        else:
            state = state_of(counts)
            output = PARTIAL if record["errors"] else DRAFT if state == INCONSISTENT else MADE
        yield CalendarEntry(agency, year, True, state, counts, output, signoff, day, due)


def account_of_year(entries: list[CalendarEntry], year: int) -> dict[str, int]:
    """Count the reports of a year by stage of progress, in the order of the workflow."""
    due = [entry for entry in entries if entry.year == year]
    return {
        "应报": len(due),
        "已报": sum(entry.filed for entry in due),
        "勾稽一致": sum(entry.state == CONSISTENT for entry in due),
        MADE: sum(entry.output in (MADE, DRAFT) for entry in due),
        "已签审": sum(entry.is_signed for entry in due),
        "已公布": sum(bool(entry.published) for entry in due),
    }
