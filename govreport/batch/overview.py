"""The state of every report of a project, for the list and the index page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from govreport.batch.inputs import Inputs
from govreport.batch.job import NOTEBOOK
from govreport.batch.record import standing_record, stored_record
from govreport.project import Agency, Project
from govreport.publish.index import IndexEntry, index_page
from govreport.textfile import write_text


@dataclass(frozen=True)
class Overview:
    """One report: its agency, year and record."""

    agency: Agency
    year: int
    record: dict[str, Any]

    @property
    def state(self) -> str:
        """The state of the report, of the one vocabulary."""
        return str(self.record["state"])


def overview(project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = ()) -> list[Overview]:
    """Return the state of reports, all when nothing is named."""
    notebook, reader = project.notebooks / NOTEBOOK, Inputs(project)
    return [
        Overview(
            agency, year, standing_record(stored_record(project, agency.slug, year), reader.of(agency, year, notebook))
        )
        for agency, year in project.reports(agencies, years)
    ]


def write_index(project: Project) -> None:
    """Write ``output/index.html`` over every report of the project."""
    entries = [
        IndexEntry(
            agency=entry.agency.slug,
            name=entry.agency.name,
            year=entry.year,
            state=entry.state,
            counts=entry.record.get("counts", {}),
            files=tuple(entry.record.get("files", ())),
            errors=tuple(entry.record.get("errors", ())),
        )
        for entry in overview(project)
    ]
    write_text(project.output / "index.html", index_page(entries))
