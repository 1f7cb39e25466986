"""Reports are brought into data/ whole or not at all, and only over what nobody entered."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from govreport.cli.starter import create_filing
from govreport.core.errors import ProjectError
from govreport.exchange.importing import bring_in
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.exchange.workbook.workbook import write_form
from govreport.filing.folder import write_filing
from govreport.filing.project import Project
from tests.support.projects import GOOD, make_project

YEAR = 2023


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(make_project(tmp_path / "项目", GOOD))


def report(project: Project) -> ImportedReport:
    filing = project.filing(GOOD, YEAR)
    return ImportedReport(filing, filing.name)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("blocked", ["disputes.csv", "narrative.md"])
def test_an_import_of_which_one_file_cannot_be_written_changes_none(blocked: str, project: Project):
    found, folder = report(project), project.data / GOOD / str(YEAR)
    (folder / blocked).unlink()
    (folder / blocked).mkdir()
    before = contents(folder)
    filing = replace(found.filing, cells=dict.fromkeys(found.filing.cells, 7))
    with pytest.raises(ProjectError, match=f"无法写入 data/{GOOD}/{YEAR}（.*），原有的文件没有改动；") as told:
        write_filing(filing, folder)
    assert len(str(told.value).splitlines()) == 1
    assert contents(folder) == before


def test_a_new_filing_of_which_one_file_cannot_be_written_leaves_none(project: Project):
    found, folder = report(project), project.data / GOOD / str(YEAR)
    shutil.rmtree(folder)
    (folder / "narrative.md").mkdir(parents=True)
    with pytest.raises(ProjectError):
        write_filing(found.filing, folder)
    assert contents(folder) == {}


def test_a_report_goes_over_a_blank_filing_without_being_asked_for_twice(project: Project, tmp_path: Path):
    found, folder = report(project), project.data / GOOD / str(YEAR)
    shutil.rmtree(folder)
    create_filing(project, GOOD, YEAR)
    write_form(project, project.agency(GOOD), YEAR, tmp_path / "填报.xlsx")
    bring_in(project, read_published(tmp_path / "填报.xlsx"), project.agency(GOOD), "填报.xlsx")
    bring_in(project, found, project.agency(GOOD), "年报.html")
    assert project.filing(GOOD, YEAR).cells == found.filing.cells


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("narrative.md", "signature:", "contact: 00-999\nsignature:"),
        ("narrative.md", "# 六、", "自己写的一句。\n\n# 六、"),
        ("disputes.csv", "reconsideration", None),
    ],
    ids=["contact", "prose", "figure"],
)  # fmt: skip
def test_what_somebody_entered_is_not_replaced_unasked(file: str, old: str, new: str | None, project: Project):
    found, path = report(project), project.data / GOOD / str(YEAR) / file
    other = replace(found.filing.narrative, contact="00-111")
    found = ImportedReport(replace(found.filing, narrative=other), found.name)
    text = path.read_text(encoding="utf-8-sig")
    if new is None:
        lines = [line.rpartition(",")[0] + ",4711" if line.startswith(old) else line for line in text.splitlines()]
        text = "\n".join(lines) + "\n"
    else:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ProjectError, match="会被覆盖"):
        bring_in(project, found, project.agency(GOOD), "年报.html")


def test_a_signature_that_says_the_same_with_its_date_in_another_place_stays_as_it_was(project: Project):
    found = report(project)
    written = found.filing.narrative
    seen = replace(written, signature=f"{written.signature}\n{written.published:%Y年%m月%d日}")
    edits = bring_in(
        project, replace(found, filing=replace(found.filing, narrative=seen)), project.agency(GOOD), "年报.html"
    )
    assert edits == () and project.filing(GOOD, YEAR).narrative.signature == written.signature
    later = replace(written, signature=f"{written.signature}\n2024年2月29日")
    bring_in(
        project,
        replace(found, filing=replace(found.filing, narrative=later)),
        project.agency(GOOD),
        "年报.html",
        force=True,
    )
    assert project.filing(GOOD, YEAR).narrative.signature == later.signature


def test_what_a_report_does_not_say_stays_as_it_was(project: Project):
    found = report(project)
    kept = replace(found.filing.narrative, contact="00-999")
    write_filing(replace(found.filing, narrative=kept), project.data / GOOD / str(YEAR))
    bare = replace(found.filing.narrative, contact="")
    bring_in(project, replace(found, filing=replace(found.filing, narrative=bare)), project.agency(GOOD), "年报.html")
    assert project.filing(GOOD, YEAR).narrative.contact == "00-999"
