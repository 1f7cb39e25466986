"""The calendar of a year: how far the report of each agency has come, and when it is due."""

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
    """An agency's report for a year, as far as it has come.

    filed: whether there is a filing; state: that its findings give, empty without a filing.
    counts: findings by severity; output: what the last run left; published: ISO date or empty; due: the statutory
    deadline.
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
        """Whether a sign-off holds and no error speaks against it."""
        return bool(self.signoff and self.signoff.holds and self.state not in (INCONSISTENT, FAILED))

    def timeliness(self, today: datetime.date) -> str:
        """How the report stands with its deadline, in words."""
        return timeliness(self.due, self.published, today)


def calendar_rows(
    project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = (), *, today: datetime.date
) -> list[tuple[Agency, int]]:
    """Return the agencies and years that the calendar has, in the register's order.

    Those are all filings, or those of `years`; and agencies without one for the years that are due: `years` or,
    when none is named, the latest that anybody has filed, and last year while its deadlines lie ahead.
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
    """Yield how far each report has come; what was filed or changed since the last run is checked now."""
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
            published = checked.filing and checked.filing.narrative.published
            counts, state, day = checked.findings.counts(), checked.state, published.isoformat() if published else ""
        else:
            state = state_of(counts)
            output = PARTIAL if record["errors"] else DRAFT if state == INCONSISTENT else MADE
        yield CalendarEntry(agency, year, True, state, counts, output, signoff, day, due)


def account_of_year(entries: list[CalendarEntry], year: int) -> dict[str, int]:
    """Return how many reports of a year have come how far, in the order of the work."""
    due = [entry for entry in entries if entry.year == year]
    return {
        "应报": len(due),
        "已报": sum(entry.filed for entry in due),
        "勾稽一致": sum(entry.state == CONSISTENT for entry in due),
        MADE: sum(entry.output in (MADE, DRAFT) for entry in due),
        "已签审": sum(entry.is_signed for entry in due),
        "已公布": sum(bool(entry.published) for entry in due),
    }
