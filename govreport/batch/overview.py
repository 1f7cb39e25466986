"""The state of every report of a project, for the list and the index page."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govreport.batch.inputs import Inputs
from govreport.batch.job import ANNUAL, EXECUTED, REPORT, REVIEW, report_folder
from govreport.batch.notebooks import PARENT, notebook_of
from govreport.batch.record import RECORD_FILE, save_record, standing_record, stored_record, with_signoff
from govreport.checks import FAILED, PENDING, SignOff, deadline, sign, signoff_from_json
from govreport.core import write_text
from govreport.filing import Agency, Project
from govreport.publish import Companion, IndexEntry, index_page, read_document, review_page

RECORD = ".json"


def companions(project: Project, reader: Inputs) -> Mapping[tuple[str, int], tuple[Companion, ...]]:
    """Return what other notebooks made, by agency and year, in the order of the notebooks' names.

    reader: that of the reports' inputs. Pages that no longer hold are told, not offered; those of a
    notebook that the project no longer has are left out.
    """
    found: dict[tuple[str, int], tuple[Companion, ...]] = {}
    for slug, year, stem in sorted(_recorded(project)):
        notebook, record = notebook_of(project, stem, slug), stored_record(project, slug, year, f"{stem}{RECORD}")
        if record is not None and notebook.is_file():
            found[slug, year] = (*found.get((slug, year), ()), _companion(project, reader, notebook, record))
    return found


def _recorded(project: Project) -> Iterator[tuple[str, int, str]]:
    """Yield agency, year and notebook of each record that is no report's, without opening any."""
    for year in (name for name in _names(project.output) if name.isdigit()):
        for slug in (name for name in _names(project.output / year) if name in project.agencies):
            for name in _names(project.output / year / slug):
                stem, suffix = os.path.splitext(name)  # noqa: PTH122
                if suffix == RECORD and stem != REPORT:
                    yield slug, int(year), stem


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def _companion(project: Project, reader: Inputs, notebook: Path, record: dict[str, Any]) -> Companion:
    agency, year = project.agencies[str(record["agency"])], int(record["year"])
    digests = (reader.of_parent if record.get("subject") == PARENT else reader.of)(agency, year, notebook)
    title = str(record.get("title") or notebook.stem)
    standing = standing_record(record, digests)
    if standing["state"] == PENDING:
        return Companion(title, remark="内容有变化，待重新生成")
    remark = "未能完整生成" if standing["state"] == FAILED or standing["errors"] else ""
    return Companion(title, tuple(standing["files"]), remark)


def sign_report(project: Project, agency: str, year: int, by: str) -> tuple[SignOff, str]:
    """Sign a report off today, show it on its pages, and return the sign-off and the report's state.

    Raises ProjectError or FilingError as `sign` does.
    """
    signed = sign(project, agency, year, by, datetime.date.today())
    state = refresh_signoff(project, project.agency(agency).slug, year)
    write_index(project)
    return signed, state


def refresh_signoff(project: Project, agency: str, year: int) -> str:
    """Let a report's record and review copy tell of its filing's sign-off of now; return the report's state.

    Nothing is executed: the review copy is made from the notebook of the last run, and the report's
    own pages say nothing of sign-offs. A report that has yet to be made, or made anew, is left alone.
    """
    (found,) = overview(project, (agency,), (year,))
    if found.state != PENDING:
        folder = report_folder(project, agency, year)
        if REVIEW in found.record["files"] and (folder / EXECUTED).is_file():
            notebook = json.loads((folder / EXECUTED).read_bytes())
            document = read_document(notebook, catalogue=project.catalogue)
            write_text(folder / REVIEW, review_page(document, found.signoff))
        save_record(folder / RECORD_FILE, found.record)
    return found.state


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
