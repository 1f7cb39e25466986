"""Signing a report off: the sign-off beside its filing, and what its record and its review copy say of it."""

from __future__ import annotations

import datetime

import nbformat

from govreport.batch.job import NOTEBOOK, report_folder
from govreport.batch.overview import write_index
from govreport.batch.record import FILE, read_record, save_record
from govreport.checks import PENDING
from govreport.checks.signoff import SignOff, sign, signoff_from_json
from govreport.project import Project
from govreport.publish.document import read_document
from govreport.publish.review import review_page
from govreport.textfile import write_text


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
    record = read_record(project, agency, year, project.notebooks / NOTEBOOK)
    state = str(record["state"])
    if state != PENDING:
        folder = report_folder(project, agency, year)
        if "review.html" in record["files"] and (folder / "report.ipynb").is_file():
            notebook = nbformat.read(folder / "report.ipynb", as_version=4)  # type: ignore[no-untyped-call]
            signoff = signoff_from_json(record["signoff"])
            write_text(folder / "review.html", review_page(read_document(notebook), signoff))
        save_record(folder / FILE, record)
    return state
