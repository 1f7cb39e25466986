"""Reports of the sample city as pages, without charts, made without running notebooks."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from govreport.checks.checking import CheckedReport, check_report
from govreport.filing.project import Project
from govreport.notebook.report import Report
from govreport.publish import document
from tests.support.projects import REPOSITORY

PROJECT = Project(REPOSITORY)
SAMPLES = [(agency.slug, year) for agency in PROJECT.agencies.values() for year in PROJECT.years(agency.slug)]
TABLES = {2: "proactive", 3: "applications", 4: "disputes"}


def output(shown: Any) -> dict[str, Any]:
    made = shown._repr_mimebundle_()
    data = made[0] if isinstance(made, tuple) else made
    return {"output_type": "display_data", "data": json.loads(json.dumps(dict(data))), "metadata": {}}


def page_of(checked: CheckedReport) -> Any:
    """A report as its notebook gives it, without charts."""
    report = Report(PROJECT, checked)
    shown = [report.section(0)]
    for number in range(1, 7):
        shown.append(report.section(number))
        if number in TABLES:
            shown += [report.table(TABLES[number]), report.remainder(number)]
    cells = [
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output(one)]}
        for one in shown
        if one is not None
    ]
    account = json.loads(json.dumps(report.account().to_json()))
    return document.read_document({"cells": cells, "metadata": {"govreport": account}})


@cache
def sample_page(slug: str, year: int) -> tuple[CheckedReport, Any]:
    """A report of the sample city and its page, which is written in every format."""
    checked = check_report(PROJECT, slug, year)
    return checked, page_of(checked)
