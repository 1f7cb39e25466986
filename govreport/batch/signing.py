"""Signing a report off: the sign-off beside its filing, and what its record and its review copy say of it."""

from __future__ import annotations

import datetime
import json

from govreport.batch.job import EXECUTED, REVIEW, report_folder
from govreport.batch.overview import overview, write_index
from govreport.batch.record import RECORD_FILE, save_record
from govreport.checks import PENDING, SignOff, sign
from govreport.core import write_text
from govreport.filing import Project
from govreport.publish import read_document, review_page


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
