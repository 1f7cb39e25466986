"""The calendar of a year: the progress and the deadline of each agency's report."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from govreport import checks
from govreport.batch.inputs import Inputs
from govreport.batch.record import current_record
from govreport.core import FilingError
from govreport.filing import Agency, Project

MADE, DRAFT, PARTIAL = "已生成", "草稿", "不完整"


@dataclass(frozen=True)
class CalendarEntry:
    """The progress of an agency's report for a year.

    filed: whether there is a filing that is not blank; state: the result of its checks, empty without a filing.
    counts: number of findings by severity; output: result of the last run; published: ISO date or empty;
    due: the statutory deadline.
    """

    agency: Agency
    year: int
    filed: bool = False
    state: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    output: str = checks.PENDING
    signoff: checks.SignOff | None = None
    published: str = ""
    due: datetime.date | None = None

    @property
    def is_signed(self) -> bool:
        """Whether the report has a valid sign-off and no errors."""
        return bool(self.signoff and self.signoff.holds and self.state not in (checks.INCONSISTENT, checks.FAILED))

    def to_json(self, today: datetime.date) -> dict[str, Any]:
        """Return the entry as the JSON that ``govreport list --json`` gives; see docs/contracts.md."""
        return {
            "agency": self.agency.slug,
            "name": self.agency.name,
            "year": self.year,
            "filed": self.filed,
            "state": self.state,
            "due": self.due.isoformat() if self.due else None,
            "timeliness": self.timeliness(today),
        }

    def timeliness(self, today: datetime.date) -> str:
        """Return a Chinese phrase on the deadline: for example, whether the report is late."""
        return checks.timeliness(self.due, self.published, today)


def calendar_rows(
    project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = (), *, today: datetime.date
) -> list[tuple[Agency, int]]:
    """Return the agencies and years of the calendar, in the register's order.

    The calendar contains all filings, or the filings of `years`. It also contains the agencies that owe a report (they
    exist, and their kind has a deadline) for a year that is due: `years`, or if they are empty, that of today.
    Raises ProjectError for an unknown agency, FormError for a year before the first form.
    """
    catalogue = project.catalogue
    for year in years:
        catalogue.form_for(year)
    due = set(years) or {checks.due_year(today)}
    chosen = dict.fromkeys(project.agency(name) for name in agencies) if agencies else project.agencies.values()
    rows = []
    for agency in chosen:
        filed = {year for year in project.years(agency.slug) if not years or year in due}
        owed = {year for year in due if agency.exists_in(year) and checks.deadline(agency.kind, year, catalogue)}
        rows += [(agency, year) for year in sorted(filed | owed)]
    return rows


def read_calendar(project: Project, chosen: list[tuple[Agency, int]]) -> Iterator[CalendarEntry]:
    """Yield the progress of each report. Filings that are new or changed since the last run are checked now."""
    reader, catalogue = Inputs(project), project.catalogue
    for agency, year in chosen:
        due = checks.deadline(agency.kind, year, catalogue)
        record = current_record(project, reader, agency, year)
        if is_unfiled(project, agency, year, record):
            yield CalendarEntry(agency, year, due=due)
            continue
        signoff = checks.signoff_from_json(record["signoff"])
        output, counts, day = str(record["state"]), record["counts"], record["published"]
        if output in (checks.PENDING, checks.FAILED):
            checked = checks.check_report(project, agency.slug, year)
            published = checked.filing and checked.filing.narrative.date
            counts, state, day = checked.findings.counts(), checked.state, published.isoformat() if published else ""
        else:
            state = checks.state_of(counts)
            output = PARTIAL if record["errors"] else DRAFT if state == checks.INCONSISTENT else MADE
        yield CalendarEntry(agency, year, True, state, counts, output, signoff, day, due)


def is_unfiled(project: Project, agency: Agency, year: int, record: Mapping[str, Any]) -> bool:
    """Whether there is no filing or a blank one. It is read only if its current record has no figures."""
    if not project.has(agency.slug, year):
        return True
    try:
        return not any(record["figures"].values()) and checks.is_blank(project.filing(agency.slug, year))
    except FilingError:
        return False


def account_of_year(entries: list[CalendarEntry], year: int) -> dict[str, int]:
    """Count the reports of a year by stage of progress, in the order of the workflow."""
    due = [entry for entry in entries if entry.year == year]
    return {
        "应报": len(due),
        "已报": sum(entry.filed for entry in due),
        "勾稽一致": sum(entry.state == checks.CONSISTENT for entry in due),
        MADE: sum(entry.output in (MADE, DRAFT) for entry in due),
        "已签审": sum(entry.is_signed for entry in due),
        "已公布": sum(bool(entry.published) for entry in due),
    }
