"""A notebook takes over the report that was checked for it, as long as nothing that checking read has changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest

from govreport.checks.checking import HANDED_OVER, CheckedReport, check_report, hand_over
from govreport.core.watching import watched
from govreport.filing.project import Project
from tests.support.projects import FAULTY, GOOD, YEAR, add_agency, append_to, make_project, replace_in

AT = Path("data") / FAULTY / str(YEAR)
CHANGES: dict[str, Callable[[Path], object]] = {
    "a figure": lambda root: replace_in(root / AT / "applications.csv", "carried_in,", "carried_in, "),
    "the prose": lambda root: append_to(root / AT / "narrative.md", "补充一句。\n"),
    "a waiver": lambda root: (root / AT / "waivers.toml").write_text("", encoding="utf-8"),
    "last year": lambda root: replace_in(root / "data" / FAULTY / str(YEAR - 1) / "narrative.md", "。", "！"),
    "a rule": lambda root: (root / "rules.toml").write_text("# 没有规则\n", encoding="utf-8"),
    "the register": lambda root: replace_in(root / "data/agencies.csv", f"{FAULTY},示例市", f"{FAULTY},示例县"),
}


@pytest.fixture
def checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckedReport:
    """A report with findings that is handed over, in the project ``project``."""
    project = Project(make_project(tmp_path / "project", GOOD, FAULTY).resolve())
    with watched(project.root, tmp_path / "mirror", tmp_path / "output") as watch:
        found = check_report(project, FAULTY, YEAR)
    monkeypatch.setenv(HANDED_OVER, "")
    hand_over(project, found, watch.states, tmp_path / "checked")
    return found


def again(
    tmp_path: Path, agency: str = FAULTY, year: int = YEAR, project: str = "project"
) -> tuple[CheckedReport, bool]:
    """Check a report in a project as a notebook does; return it and whether its files were read."""
    root = (tmp_path / project).resolve()
    with watched(root, tmp_path / "mirror", tmp_path / "output") as watch:
        found = check_report(Project(root), agency, year)
    return found, f"data/{agency}/{year}/narrative.md" in watch.states


def test_what_is_handed_over_is_not_read_again_and_is_what_checking_would_find(tmp_path: Path, checked: CheckedReport):
    taken, was_read = again(tmp_path, checked.agency.short_name)
    assert (taken, was_read) == (checked, False) and checked.findings.errors
    assert taken.filing and taken.filing.form is Project(tmp_path / "project").catalogue.compose(YEAR)
    with mock.patch.dict(os.environ, {HANDED_OVER: ""}):
        assert again(tmp_path) == (checked, True)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_report_is_checked_again_once_anything_has_changed(
    tmp_path: Path, checked: CheckedReport, change: Callable[[Path], object]
):
    change(tmp_path / "project")
    assert again(tmp_path)[1]


def test_another_report_or_project_is_checked_by_the_notebook_itself(tmp_path: Path, checked: CheckedReport):
    assert again(tmp_path, GOOD)[1] and again(tmp_path, FAULTY, YEAR - 1)[1]
    make_project(tmp_path / "other", GOOD, FAULTY)
    assert again(tmp_path, project="other") == (checked, True)


def test_a_line_of_the_register_for_another_agency_changes_nothing(tmp_path: Path, checked: CheckedReport):
    add_agency(tmp_path / "project", "shili-other", "示例市其他局")
    assert again(tmp_path) == (checked, False)
