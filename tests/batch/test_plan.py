"""What a run does again: only what changed, with the reason; told beforehand with ``--dry-run``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govreport.batch.inputs import Inputs
from govreport.batch.job import NOTEBOOK, Options
from govreport.batch.plan import make_plan
from govreport.checks.report_states import FAILED
from govreport.filing.project import Project
from tests.support.projects import GOOD, YEAR, append_to, govreport, make_project, replace_in
from tests.support.sample_city import CITY, MEMBER, copy_of_city, leave

OTHER = "shili-meteorology"


@pytest.fixture
def city(tmp_path: Path) -> Project:
    """The sample city, all of whose reports stand."""
    project = copy_of_city(tmp_path)
    assert len(reasons(project)) == len(project.reports()) and set(reasons(project).values()) == {"尚未生成"}
    leave(make_plan(project).jobs)
    assert reasons(project) == {}
    return project


def reasons(project: Project, **options: object) -> dict[tuple[str, int], str]:
    """What a new run would do, and why."""
    planned = make_plan(Project(project.root), **options)
    assert planned.standing + len(planned.jobs) == len(project.reports())
    return {(job.agency, job.year): job.reason for job in planned.jobs}


def test_a_changed_filing_is_run_again_with_next_years_and_its_parents(city: Project):
    append_to(city.data / MEMBER / "2022" / "narrative.md", "\n")
    assert reasons(city) == {
        (MEMBER, 2022): "资料有改动",
        (MEMBER, 2023): "上年资料有改动",
        (CITY, 2022): "所属机构的资料有改动",
    }


def test_figures_that_later_charts_show_are_inputs_of_those_reports_but_prose_is_not(city: Project):
    append_to(city.data / GOOD / "2019" / "narrative.md", "\n")
    assert {year for _, year in reasons(city)} == {2019, 2020}
    replace_in(city.data / GOOD / "2019" / "applications.csv", "carried_in,", "carried_in, ")
    found = reasons(city)
    assert {year for _, year in found} == {2019, 2020, 2021, 2022, 2023}
    assert found[GOOD, 2021] == "更早年度的数字有改动"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("notebooks/annual_report.ipynb", "笔记本有改动"), ("rules.toml", "规则有改动"), ("fonts/own.otf", "字体有改动")],
)
def test_what_all_reports_share_makes_all_run_again(city: Project, path: str, reason: str):
    (city.root / path).parent.mkdir(exist_ok=True)
    with (city.root / path).open("ab") as file:
        file.write(b"\n")
    assert set(reasons(city).values()) == {reason} and len(reasons(city)) == len(city.reports())


def test_the_register_counts_for_those_whose_lines_change(city: Project):
    replace_in(city.data / "agencies.csv", "示例教育局", "示例市教育局")
    assert {agency for agency, _ in reasons(city)} == {MEMBER, CITY}
    assert set(reasons(city).values()) == {"机构登记有改动"}


def test_a_new_version_makes_all_run_again(city: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("govreport.batch.inputs.program", lambda: "other")
    assert set(reasons(city).values()) == {"程序或所用软件有更新"}


def test_other_parameters_other_formats_and_strictness_are_reasons(city: Project):
    assert set(reasons(city, options=Options(strict=True)).values()) == {"参数不同"}
    assert set(reasons(city, options=Options(("html", "pdf", "docx"))).values()) == {"缺少 report.docx"}
    assert reasons(city, options=Options(("html",))) == {}
    assert set(reasons(city, force=True).values()) == {"重新生成"}


def test_a_page_that_was_deleted_and_a_report_that_failed_are_made_again(city: Project):
    (city.output / str(YEAR) / GOOD / "report.pdf").unlink()
    job = next(job for job in make_plan(city, (OTHER,), (YEAR,), force=True).jobs)
    leave([job], FAILED, ("坏了。",))
    assert reasons(city) == {(GOOD, YEAR): "缺少 report.pdf", (OTHER, YEAR): "上次未能完整生成"}


def test_a_spoilt_record_is_no_reason_to_stop(city: Project):
    (city.output / str(YEAR) / GOOD / "report.json").write_text("{", encoding="utf-8")
    assert reasons(city) == {(GOOD, YEAR): "尚未生成"}


def test_every_part_of_the_inputs_has_a_digest_where_there_is_something(city: Project):
    inputs = Inputs(city).of(city.agency(CITY), 2023, city.notebooks / NOTEBOOK, {"strict": True})
    assert [part for part, digest in inputs.items() if not digest] == ["earlier", "rules", "forms", "fonts"]


def test_a_dry_run_tells_what_would_be_done_and_does_nothing(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    first = govreport(root, "run", "--year", "2022", "--year", "2023", "--formats", "html")
    assert first.returncode == 0, first.stderr
    again = govreport(root, "run", "--year", "2022", "--year", "2023", "--formats", "html")
    assert "共2份报告，生成0份，2份没有变化，未重新生成" in again.stdout
    append_to(root / "data" / GOOD / "2022" / "narrative.md", "\n补充一句。\n")
    before = {path: path.read_bytes() for path in (root / "output").rglob("*") if path.is_file()}
    dry = govreport(root, "run", "--year", "2022", "--year", "2023", "--formats", "html", "--dry-run")
    assert dry.stdout.splitlines() == [
        f"{GOOD} 2022  资料有改动",
        f"{GOOD} 2023  上年资料有改动",
        "将生成2份报告，另有0份无需重新生成。",
    ]
    assert {path: path.read_bytes() for path in (root / "output").rglob("*") if path.is_file()} == before
    told = json.loads((root / "output/run.json").read_text(encoding="utf-8"))
    assert (told["planned"], len(told["reports"])) == (2, 2) and {"check", "execute", "html"} <= set(told["steps"])
    assert govreport(root, "run", "--formats", "html").stdout.count("一致") == 5, "the changed and those never made"
