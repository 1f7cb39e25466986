"""What a report says of itself: the metadata of an executed notebook, by which exporters know it."""

from __future__ import annotations

from typing import Any

from govreport import __version__
from govreport.checks.check import Checked
from govreport.core import json_number


def report_account(checked: Checked) -> dict[str, Any]:
    """Return title, state, findings, the filing and last year's cells as JSON.

    checked: a filing that could be read, with its findings.
    """
    filing, last = checked.filing, checked.last
    assert filing
    narrative = filing.narrative
    return {
        "title": list(filing.title),
        "name": filing.name,
        "agency": filing.agency,
        "year": filing.year,
        "published": narrative.published.isoformat() if narrative.published else None,
        "signature": narrative.signature,
        "contact": narrative.contact,
        "state": checked.state,
        "findings": checked.findings.to_json(),
        "filing": filing.to_json(checked.prose),
        "headings": {str(number): part.heading for number, part in narrative.parts.items() if part.heading},
        "printed": filing.printed(),
        "last": last and {name: json_number(figure) for name, figure in last.cells.items()},
        "version": __version__,
    }
