"""A project made by version 0.1.0 runs as it stands: `tests/former` keeps one, with two years of data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Typed
from tests.support.projects import REPOSITORY

FORMER = REPOSITORY / "tests/former/project-0.1.0"
AGENCY = "shili-civil-affairs"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FORMER, tmp_path / "former"))


def test_its_report_and_its_comparison_are_made(former: Path, typed: Typed) -> None:
    assert typed(former, "run", AGENCY, "--year", "2023", "--jobs", "1").code == 0
    assert typed(former, "run", AGENCY, "--year", "2023", "--notebook", "comparison", "--jobs", "1").code == 0
    made = {path.name for path in (former / "output/2023" / AGENCY).iterdir()}
    assert {"report.html", "report.pdf", "review.html", "report.json", "comparison.html", "comparison.pdf"} <= made


def test_its_filings_say_what_they_said(former: Path, typed: Typed) -> None:
    answer = typed(former, "check", AGENCY, "--year", "2023", "--format", "json")
    assert (answer.code, json.loads(answer.out)) == (0, [])
    assert json.loads(typed(former, "show", AGENCY, "2023", "--json").out)["cells"]["applications.new.total"] == 6


def test_what_its_notebooks_import_is_still_there(former: Path) -> None:
    lines = [
        line
        for notebook in (former / "notebooks").glob("*.ipynb")
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        for line in "".join(cell["source"]).splitlines()
        if cell["cell_type"] == "code" and line.startswith(("from govreport", "import govreport"))
    ]
    assert len(lines) >= 4
    for line in (
        *lines,
        "from govreport.report import Report, chart_style",
        "from govreport.mime import TABLE, METADATA",
    ):
        exec(line, {})
