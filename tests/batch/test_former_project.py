"""A project made by version 0.1.0 runs as it stands: `tests/former` keeps one, with two years of data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.support.projects import REPOSITORY, govreport

FORMER = REPOSITORY / "tests/former/project-0.1.0"
AGENCY = "shili-civil-affairs"


@pytest.fixture
def former(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FORMER, tmp_path / "former"))


def test_its_report_and_its_comparison_are_made(former: Path) -> None:
    assert govreport(former, "run", AGENCY, "--year", "2023", "--jobs", "1").returncode == 0
    assert govreport(former, "run", AGENCY, "--year", "2023", "--notebook", "comparison", "--jobs", "1").returncode == 0
    made = {path.name for path in (former / "output/2023" / AGENCY).iterdir()}
    assert {"report.html", "report.pdf", "review.html", "report.json", "comparison.html", "comparison.pdf"} <= made


def test_its_filings_say_what_they_said(former: Path) -> None:
    answer = govreport(former, "check", AGENCY, "--year", "2023", "--format", "json")
    assert (answer.returncode, json.loads(answer.stdout)) == (0, [])
    assert (
        json.loads(govreport(former, "show", AGENCY, "2023", "--json").stdout)["cells"]["applications.new.total"] == 6
    )


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
