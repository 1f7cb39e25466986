"""Pages for reviewers: the index page of all reports, links to the pages of other notebooks, and sign-offs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from govreport import publish
from govreport.batch.calendar import calendar_rows, is_unfiled
from govreport.batch.inputs import Inputs
from govreport.batch.job import EXECUTED, REPORT, REVIEW, report_folder
from govreport.batch.notebooks import notebook_of
from govreport.batch.record import (
    RECORD_FILE,
    current_record,
    save_record,
    shown_digest,
    standing_record,
    stored_record,
)
from govreport.checks import FAILED, PENDING, SignOff, deadline, due_year, read_review, sign, signoff_from_json
from govreport.core import write_text
from govreport.filing import Agency, Project, shown_folder


def companions(project: Project, reader: Inputs) -> Mapping[tuple[str, int], tuple[publish.Companion, ...]]:
    """Return the pages of other notebooks by agency and year, in the order of the notebooks' names.

    reader: the reader of the reports' inputs. Outdated pages are mentioned without a link. Pages are omitted if
    their notebook no longer exists in the project.
    """
    made: dict[tuple[str, int], tuple[publish.Companion, ...]] = {}
    records = [path for path in project.output.glob("*/*/*.json") if path.stem != REPORT]
    for path in sorted(records, key=lambda path: path.stem):
        slug, year = path.parent.name, path.parent.parent.name
        if slug in project.agencies and year.isdigit():
            notebook, record = notebook_of(project, path.stem, slug), stored_record(project, slug, int(year), path.name)
            if record is not None and notebook.is_file():
                companion = _companion(reader, notebook, record)
                made[slug, int(year)] = (*made.get((slug, int(year)), ()), companion)
    return dict(sorted(made.items()))


def _companion(reader: Inputs, notebook: Path, record: dict[str, Any]) -> publish.Companion:
    title = str(record.get("title") or notebook.stem)
    standing = standing_record(record, reader, notebook)
    if standing["state"] == PENDING:
        return publish.Companion(title, remark="内容有变化，待重新生成")
    remark = "未能完整生成" if standing["state"] == FAILED or standing["errors"] else ""
    return publish.Companion(title, tuple(standing["files"]), remark)


def sign_report(project: Project, agency: str, year: int, by: str) -> tuple[SignOff, str]:
    """Sign off a report with today's date, update its pages, and return the sign-off and the report's state.

    Raises ProjectError or FilingError like `sign`.
    """
    signed = sign(project, agency, year, by, datetime.date.today())
    state = refresh_signoff(project, project.agency(agency).slug, year)
    write_index(project, datetime.date.today())
    return signed, state


def refresh_signoff(project: Project, agency: str, year: int) -> str:
    """Write the current sign-off into a report's record and review copy, and return the report's state.

    This executes nothing: the review copy is made from the notebook of the last run, and the report's other
    pages do not mention sign-offs. Missing or outdated reports are not changed.
    """
    record = current_record(project, Inputs(project), project.agency(agency), year)
    if record["state"] != PENDING:
        folder = report_folder(project, agency, year)
        if REVIEW in record["files"] and (folder / EXECUTED).is_file():
            notebook = json.loads((folder / EXECUTED).read_bytes())
            document = publish.read_document(notebook, catalogue=project.catalogue)
            notes = publish.prove(document, notebook, document.account).notes
            copy = shown_digest(folder / EXECUTED)
            review = read_review(project, agency, year, record["filing_digest"], copy)
            write_text(folder / REVIEW, publish.review_page(document, review, notes))
        save_record(folder / RECORD_FILE, record)
    return str(record["state"])


def write_index(project: Project, today: datetime.date, reader: Inputs | None = None) -> None:
    """Write ``output/index.html`` with all reports of the project, those that are due, and other pages.

    today: only its year matters, which tells the year that is due. reader: what is known of the reports' inputs, if
    nothing was made since.
    """
    reader, catalogue = reader or Inputs(project), project.catalogue
    others = dict(companions(project, reader))
    entries = [
        publish.IndexEntry(
            agency=agency,
            year=year,
            state=record["state"],
            counts=record["counts"],
            files=tuple(record["files"]),
            errors=tuple(record["errors"]) or _unfiled(project, agency, year, record),
            published=record["published"],
            figures=record["figures"],
            signoff=signoff_from_json(record["signoff"]),
            companions=others.pop((agency.slug, year), ()),
            due=deadline(agency.kind, year, catalogue),
            notes=tuple(record.get("notes", ())),
        )
        for agency, year in calendar_rows(project, today=today)
        for record in [current_record(project, reader, agency, year)]
    ]
    entry_of = partial(publish.IndexEntry, state=PENDING)
    apart = [entry_of(project.agencies[slug], year, companions=made) for (slug, year), made in others.items()]
    page = publish.index_page(entries, project.agencies, apart, catalogue, due_year(today))
    write_text(project.output / "index.html", page)


def _unfiled(project: Project, agency: Agency, year: int, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence about a report that has no filing, or a blank one; nothing for any other."""
    if record["state"] != PENDING or not is_unfiled(project, agency, year, record):
        return ()
    folder = f"{shown_folder(agency.slug, year)}/"
    if project.has(agency.slug, year):
        return (f"资料还是空白；请填写 {folder} 中的表格和 narrative.md。",)
    return (f"还没有资料；应放在 {folder}。",)


def leftover_folders(project: Project) -> list[str]:
    """Return the folders of pages whose agency has left the register, or whose filing is gone."""
    folders = [path for path in sorted(project.output.glob("[12]*/*")) if path.is_dir()]
    gone = (path for path in folders if not project.has(path.name, int(path.parent.name)))
    left = (path for path in gone if path.name not in project.agencies or (path / RECORD_FILE).is_file())
    return [path.relative_to(project.root).as_posix() for path in left]
