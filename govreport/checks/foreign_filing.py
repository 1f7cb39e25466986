"""Checking a filing that was read from a file and stands in no project."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from govreport.checks.checking import CheckedReport, check_filings
from govreport.checks.edits.validity import unreadable_filing
from govreport.checks.findings import Findings
from govreport.checks.own_tables import check_totals
from govreport.checks.prose.self_description import check_agency
from govreport.core import FilingError, GovReportError
from govreport.filing import Agency, Filing, Part, render_prose


def check_foreign(filing: Filing, last: Filing | None, name: str, named: str) -> CheckedReport:
    """Return a filing that was read from a file with its findings, its prose with the figures filled in.

    An expression that cannot be evaluated stays as written. last: last year's filing, if it is known. name: what the
    agency, or for want of its name the file, is called; named: the name that the report prints, or empty.
    """
    with contextlib.suppress(FilingError):
        parts = {n: Part(filing.narrative.parts[n].heading, text) for n, text in render_prose(filing).items()}
        filing = replace(filing, narrative=replace(filing.narrative, parts=parts))
    agency = Agency(filing.agency or name, name, name, "", "department", "own")
    told = [*check_filings([(filing, last)])[0], *check_totals(filing), *check_agency(filing, agency, {})]
    found = Findings.of([replace(finding, agency=named or None) for finding in told])
    return CheckedReport(agency, filing.year, found, filing, last)


def unread_report(name: str, error: GovReportError) -> CheckedReport:
    """Return what stands for a file that could not be read or checked: an F1 finding; name: of the file."""
    told = unreadable_filing(None, None, FilingError(str(error).splitlines()))
    return CheckedReport(Agency(name, name, name, "", "department", "own"), 0, Findings.of(told))
