"""The state of every report of a project, for the list and the index page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from govreport.batch.companions import companions
from govreport.batch.inputs import Inputs
from govreport.batch.job import ANNUAL
from govreport.batch.notebooks import notebook_of
from govreport.batch.record import standing_record, stored_record, with_signoff
from govreport.checks import PENDING, SignOff, deadline, signoff_from_json
from govreport.core import write_text
from govreport.filing import Agency, Project
from govreport.publish import IndexEntry, index_page


@dataclass(frozen=True)
class Overview:
    """One report: its agency, year and record."""

    agency: Agency
    year: int
    record: dict[str, Any]

    @property
    def signoff(self) -> SignOff | None:
        """The sign-off of its filing, whether or not it holds."""
        return signoff_from_json(self.record["signoff"])

    @property
    def state(self) -> str:
        """The state of the report, of the one vocabulary."""
        return str(self.record["state"])


def overview(
    project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = (), reader: Inputs | None = None
) -> list[Overview]:
    """Return the state of reports, all when nothing is named.

    reader: that of the inputs, where they are read for something else as well.
    """
    reader, found = reader or Inputs(project), []
    for agency, year in project.reports(agencies, years):
        stored = stored_record(project, agency.slug, year)
        notebook = notebook_of(project, ANNUAL, agency.slug)
        record = standing_record(stored, reader.of(agency, year, notebook))
        found.append(Overview(agency, year, with_signoff(project, agency.slug, year, record)))
    return found


def write_index(project: Project) -> None:
    """Write ``output/index.html`` over every report of the project, the agencies that have none, and other pages."""
    reader, catalogue = Inputs(project), project.catalogue
    found, others = overview(project, reader=reader), dict(companions(project, reader))
    latest = max(entry.year for entry in found)
    entries = [
        IndexEntry(
            agency=entry.agency,
            year=entry.year,
            state=entry.state,
            counts=entry.record["counts"],
            files=tuple(entry.record["files"]),
            errors=tuple(entry.record["errors"]),
            published=entry.record["published"],
            figures=entry.record["figures"],
            signoff=entry.signoff,
            companions=others.pop((entry.agency.slug, entry.year), ()),
            due=deadline(entry.agency.kind, entry.year, catalogue),
        )
        for entry in found
    ]
    entries += [
        IndexEntry(
            agency,
            latest,
            PENDING,
            errors=(f"还没有资料；应放在 data/{agency.slug}/{latest}/。",),
            companions=others.pop((agency.slug, latest), ()),
        )
        for agency in project.agencies.values()
        if not project.years(agency.slug)
    ]
    apart = [
        IndexEntry(project.agencies[slug], year, PENDING, companions=made) for (slug, year), made in others.items()
    ]
    write_text(project.output / "index.html", index_page(entries, project.agencies, apart, catalogue))
