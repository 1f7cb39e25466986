"""The filings that come with the project: one agency's published figures and a fictional city."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from govreport.checks.checking import CheckedReport, check_report, check_reports
from govreport.filing.filing import Filing
from govreport.filing.project import Project
from tests.support.projects import REPOSITORY

CITY, FAULTY = "shili-government", ("shili-meteorology", 2023)
TONGXIANG = ("tongxiang-data-office", 2020)
YEARS = (2022, 2023)


@pytest.fixture(scope="module")
def project() -> Project:
    return Project(REPOSITORY)


@pytest.fixture(scope="module")
def checked(project: Project) -> dict[tuple[str, int], CheckedReport]:
    return {(report.agency.slug, report.year): report for report in check_reports(project, project.reports())}


def filing(checked: dict[tuple[str, int], CheckedReport], slug: str, year: int) -> Filing:
    found = checked[slug, year].filing
    assert found
    return found


def test_every_filing_can_be_read(checked: dict[tuple[str, int], CheckedReport], project: Project) -> None:
    folders = {(path.parent.name, int(path.name)) for path in project.data.glob("*/[0-9]*")}
    assert set(checked) == folders
    for place, report in checked.items():
        assert report.filing, place
        assert not report.filing.unreadable, place
        assert None not in report.filing.cells.values(), place
        assert not [finding for finding in report.findings if finding.rule == "F1"], place
        assert all(report.prose[number] for number in range(1, 7)), place
        assert not any("{{" in text for text in report.prose.values()), place


def test_the_published_figures_of_tongxiang_2020_are_those_of_the_report(
    checked: dict[tuple[str, int], CheckedReport],
) -> None:
    found = filing(checked, *TONGXIANG)
    figures = {name: figure for name, figure in found.cells.items() if figure}
    assert figures == {
        "applications.new.natural": 1,
        "applications.new.total": 1,
        "applications.granted.natural": 1,
        "applications.granted.total": 1,
        "applications.total.natural": 1,
        "applications.total.total": 1,
        "proactive.procurement.projects": 45,
        "proactive.procurement.amount": Decimal("9633626.14"),
    }
    assert found.form.edition == "2019"
    assert "全年采购45次，金额共9633626.14元" in checked[TONGXIANG].prose[2]


def test_the_government_sums_its_members_cell_by_cell(
    checked: dict[tuple[str, int], CheckedReport], project: Project
) -> None:
    members = [agency.slug for agency in project.agencies.values() if agency.parent == CITY]
    assert len(members) >= 7
    assert project.agency(CITY).scope == "members"
    for year in YEARS:
        parts = [filing(checked, slug, year) for slug in members]
        whole = filing(checked, CITY, year)
        assert sum(part.cells["applications.new.total"] for part in parts) > 100
        for name, figure in whole.cells.items():
            assert figure == sum(part.cells[name] for part in parts), (year, name)


def test_only_the_meteorology_of_2023_has_planted_mistakes(checked: dict[tuple[str, int], CheckedReport]) -> None:
    told = {
        place: Counter(i.rule for f in report.findings for i in f.identities if not i.rule.startswith("N"))
        for place, report in checked.items()
    }
    assert told.pop(FAULTY) == {"A2": 1, "A3": 1, "Y1": 2}
    assert all(not counted for counted in told.values())
    assert {finding.severity for finding in checked[FAULTY].findings if not finding.rule.startswith("N")} == {"error"}


def test_the_prose_has_all_that_the_form_asks_for_and_is_not_last_years(
    checked: dict[tuple[str, int], CheckedReport],
) -> None:
    asked = {"N6", "N7", "N8", "N9"}
    assert [finding for report in checked.values() for finding in report.findings if finding.rule in asked] == []


@pytest.mark.parametrize(("row", "text"), [("new", "三"), ("total", "")])
def test_what_a_member_does_not_tell_is_no_error_of_its_government(
    row: str, text: str, project: Project, tmp_path: Path
) -> None:
    shutil.copytree(project.data, tmp_path / "data")
    path = tmp_path / "data" / "shili-education" / "2023" / "applications.csv"
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    number = next(number for number, line in enumerate(lines) if line.startswith(f"{row},"))
    lines[number] = lines[number].rpartition(",")[0] + f",{text}"
    path.write_text("\n".join(lines), encoding="utf-8")
    findings = check_report(Project(tmp_path), CITY, 2023).findings
    assert [finding.message for finding in findings.errors] == []


def test_every_agency_but_one_is_fictional_and_says_so(project: Project) -> None:
    names = [agency.name for agency in project.agencies.values()]
    assert [name for name in names if "示例" not in name] == ["桐乡市政务数据办"]
    assert "虚构" in (project.data / "README.md").read_text(encoding="utf-8")


def test_the_sample_city_is_made_again_byte_by_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, REPOSITORY / "tools" / "sample_city.py", tmp_path], check=True, capture_output=True)
    made = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert len(made) >= 100
    for name, content in made.items():
        assert content == (REPOSITORY / "data" / name).read_bytes(), name
    kept = {path.relative_to(REPOSITORY / "data") for path in (REPOSITORY / "data").glob("shili-*/*/*")}
    assert kept == set(made)
