"""What a run does again: only what changed, with the reason; told beforehand with ``--dry-run``."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest

from govreport.batch.inputs import Inputs
from govreport.batch.job import Options
from govreport.batch.overview import write_index
from govreport.batch.plan import make_plan
from govreport.batch.record import current_record, require_sound
from govreport.checks.report_states import FAILED, OUTDATED
from govreport.cli.doctor import BAD, examine_project
from govreport.cli.doctor import GOOD as GOOD_STATE
from govreport.core.errors import ProjectError
from govreport.filing.project import Project
from tests.support.projects import GOOD, YEAR, append_to, govreport, make_project, replace_in, write_notebook
from tests.support.sample_city import CITY, MEMBER, copy_of_city, leave

TODAY = datetime.date(2024, 6, 1)

OTHER = "shili-meteorology"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample city, all of whose reports stand; to be copied, not changed."""
    project = copy_of_city(tmp_path_factory.mktemp("standing") / "city")
    assert len(reasons(project)) == len(project.reports()) and set(reasons(project).values()) == {"尚未生成"}
    leave(make_plan(project).jobs)
    assert reasons(project) == {}
    return project


@pytest.fixture
def city(standing: Project, tmp_path: Path) -> Project:
    """The sample city, all of whose reports stand."""
    return Project(Path(shutil.copytree(standing.root, tmp_path / "city")))


def reasons(project: Project, **options: object) -> dict[tuple[str, int], str]:
    """What a new run would do, and why."""
    planned = make_plan(Project(project.root), **options)
    assert planned.standing + len(planned.jobs) == len(project.reports())
    return {(job.agency, job.year): job.reason for job in planned.jobs}


def test_a_changed_filing_is_run_again_with_next_years_and_its_parents(city: Project):
    append_to(city.data / MEMBER / "2022" / "narrative.md", "\n")
    where = f"data/{MEMBER}/2022/narrative.md"
    assert reasons(city) == {
        (MEMBER, 2022): f"{where} 有改动",
        (MEMBER, 2023): f"{where} 有改动",
        (CITY, 2022): f"{where} 有改动",
    }


@pytest.mark.parametrize("name", ["narrative.md", "applications.csv"])
def test_filings_that_later_charts_show_are_inputs_of_those_reports(city: Project, name: str):
    append_to(city.data / GOOD / "2019" / name, "\n")
    found = reasons(city)
    assert {year for _, year in found} == {2019, 2020, 2021, 2022, 2023}
    assert found[GOOD, 2021] == f"data/{GOOD}/2019/{name} 有改动"


@pytest.mark.parametrize(
    "path",
    ["notebooks/annual_report.ipynb", "rules.toml"],
)
def test_what_all_reports_share_makes_all_run_again(city: Project, path: str):
    (city.root / path).parent.mkdir(exist_ok=True)
    with (city.root / path).open("ab") as file:
        file.write(b"#\n" if path.endswith(".toml") else b"\n")
    assert len(reasons(city)) == len(city.reports()) and set(reasons(city).values()) == {f"{path} 有改动"}


def test_the_register_counts_for_those_whose_lines_change(city: Project):
    replace_in(city.data / "agencies.csv", "示例教育局", "示例市教育局")
    found = reasons(city)
    assert {agency for agency, _ in found} == {MEMBER, CITY}
    assert found[MEMBER, YEAR] == "data/agencies.csv 有改动"


def test_a_new_version_makes_all_run_again(city: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("govreport.batch.inputs.program", lambda: "other")
    assert set(reasons(city).values()) == {"程序或所用软件有更新"}


def test_other_parameters_other_formats_and_strictness_are_reasons(city: Project):
    assert set(reasons(city, options=Options(strict=True)).values()) == {"参数不同"}
    assert set(reasons(city, options=Options(("html", "pdf", "docx"))).values()) == {"缺少 report.docx"}
    assert set(reasons(city, options=Options(("html",))).values()) == {"report.pdf 不在所选格式中"}
    assert reasons(city, options=Options(("html",)), keep=True) == {}
    assert set(reasons(city, force=True).values()) == {"重新生成"}


def test_a_page_that_was_deleted_and_a_report_that_failed_are_made_again(city: Project):
    (city.output / str(YEAR) / GOOD / "report.pdf").unlink()
    job = next(job for job in make_plan(city, (OTHER,), (YEAR,), force=True).jobs)
    leave([job], FAILED, ("坏了。",))
    assert reasons(city) == {(GOOD, YEAR): "缺少 report.pdf", (OTHER, YEAR): "上次未能完整生成"}


def test_a_page_that_is_not_the_one_that_was_made_counts_as_current_nowhere(city: Project):
    made, other = (city.output / str(YEAR) / slug for slug in (GOOD, OTHER))
    (other / "report.html").write_text("另一份")
    leave([job for job in make_plan(city, (GOOD,), force=True).jobs if job.year == YEAR])
    shutil.copy2(other / "report.html", made / "report.html")
    (other / "review.html").write_text("y")
    told = {GOOD: "report.html 在生成后有改动", OTHER: "report.html、review.html 在生成后有改动"}
    assert reasons(city) == {(slug, YEAR): reason for slug, reason in told.items()}
    assert all(current_record(Inputs(city), slug, YEAR)["state"] == OUTDATED for slug in told)
    with pytest.raises(ProjectError, match="在生成后有改动，不能签审"):
        require_sound(city, GOOD, YEAR)


def test_pages_that_were_only_copied_with_their_folder_are_as_they_were_made(city: Project):
    for path in city.output.glob("*/*/*.html"):
        path.touch()
    assert reasons(city) == {}


def test_a_spoilt_record_is_no_reason_to_stop(city: Project):
    (city.output / str(YEAR) / GOOD / "report.json").write_text("{", encoding="utf-8")
    assert reasons(city) == {(GOOD, YEAR): "尚未生成"}


def test_a_record_of_version_0_1_0_is_a_reason(city: Project):
    path = city.output / str(YEAR) / GOOD / "report.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**record, "inputs": {"filing": "0f", "program": "0f"}}), encoding="utf-8")
    assert reasons(city) == {(GOOD, YEAR): "记录由旧版本写成"}


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
        f"{GOOD} 2022  data/{GOOD}/2022/narrative.md 有改动",
        f"{GOOD} 2023  data/{GOOD}/2022/narrative.md 有改动",
        "将生成2份报告，另有0份无需重新生成。",
    ]
    assert {path: path.read_bytes() for path in (root / "output").rglob("*") if path.is_file()} == before
    told = json.loads((root / "output/run.json").read_text(encoding="utf-8"))
    assert (told["planned"], len(told["reports"])) == (2, 2) and {"check", "execute", "html"} <= set(told["steps"])
    assert govreport(root, "run", "--formats", "html").stdout.count("一致") == 5, "the changed and those never made"


def test_an_agency_that_left_the_register_leaves_the_index_and_its_pages_are_told(city: Project):
    write_index(city, TODAY)
    shutil.rmtree(city.data / OTHER)
    replace_in(city.data / "agencies.csv", next(line for line in register_lines(city) if line.startswith(OTHER)), "")
    answer = govreport(city.root, "run")
    assert answer.returncode == 0 and "生成0份" in answer.stdout, answer.stdout + answer.stderr
    assert OTHER not in (city.output / "index.html").read_text(encoding="utf-8")
    assert f"注意：output/2022/{OTHER}、output/{YEAR}/{OTHER}中的页面已没有对应的机构或资料" in answer.stderr
    (files,) = [probe for probe in examine_project(Project(city.root)) if probe.name == "文件"]
    assert f"output/{YEAR}/{OTHER}（已没有对应的机构或资料）" in files.told


def test_an_agency_that_joins_the_register_and_a_year_that_goes_are_on_the_index_at_once(city: Project):
    write_index(city, TODAY)
    before = (city.output / "index.html").read_text(encoding="utf-8")
    append_to(city.data / "agencies.csv", "shili-new,示例市新设局,新设局,,department,own\n")
    assert govreport(city.root, "run").returncode == 0
    assert "示例市新设局" in (city.output / "index.html").read_text(encoding="utf-8") and "示例市新设局" not in before
    shutil.rmtree(city.data / OTHER / str(YEAR))
    assert f"output/{YEAR}/{OTHER}中的页面" in govreport(city.root, "run").stderr
    assert f"{YEAR}/{OTHER}/" not in (city.output / "index.html").read_text(encoding="utf-8")


def register_lines(project: Project) -> list[str]:
    return (project.data / "agencies.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("rules.toml", "[[rules]\n", "rules.toml 不是可读的 TOML"),
        ("words.toml", "[column\n", "words.toml 不是可读的 TOML"),
        ("govreport.toml", "[run\n", "govreport.toml 不是可读的 TOML"),
        ("forms/own.toml", "edition =\n", "格式文件 forms/own.toml 无法读取"),
        ("data/agencies.csv", "slug\n", "data/agencies.csv 第1行"),
        ("notebooks/annual_report.ipynb", "{broken", "笔记本 notebooks/annual_report.ipynb 无法读取"),
    ],
)
def test_a_typing_error_in_what_all_reports_share_stops_a_run_before_it_touches_anything(
    city: Project, path: str, text: str, told: str
):
    (city.root / path).parent.mkdir(exist_ok=True)
    (city.root / path).write_text(text, encoding="utf-8")
    before = {file: file.stat().st_mtime_ns for file in city.output.rglob("*")}
    answer = govreport(city.root, "run")
    assert answer.returncode == 2 and answer.stderr.startswith(f"错误：{told}"), answer.stderr
    if path.endswith(".toml"):
        (probe,) = examine_project(Project(city.root))
        assert probe.state == BAD and probe.told.startswith(told)
    assert {file: file.stat().st_mtime_ns for file in city.output.rglob("*")} == before


@pytest.mark.parametrize("text", ["", " \n"], ids=["empty", "blank"])
def test_a_file_in_which_a_project_says_nothing_is_as_none(city: Project, text: str):
    filing = f"data/{GOOD}/{YEAR}"
    for path in ("rules.toml", "words.toml", "govreport.toml", f"{filing}/waivers.toml", f"{filing}/comments.toml"):
        (city.root / path).write_text(text, encoding="utf-8")
    assert govreport(city.root, "run", GOOD, str(YEAR)).returncode == 0
    assert all(probe.state == GOOD_STATE for probe in examine_project(Project(city.root)))
    for path, told in (("forms/own.toml", "请填写内容，或移走它"), ("data/agencies.csv", "请登记各机构")):
        (city.root / path).parent.mkdir(exist_ok=True)
        (city.root / path).write_text(text, encoding="utf-8")
        assert f"{path} 是空文件；{told}。" in govreport(city.root, "check").stderr


def test_a_format_that_is_not_made_again_is_told_before_its_file_goes(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    write_notebook(root, "1 + 1", forked=True)
    govreport(root, "run", GOOD, str(YEAR), "--formats", "html,docx")
    answer = govreport(root, "run", GOOD, str(YEAR), "--formats", "html")
    told = f"{GOOD} {YEAR} 原有的 docx 文件不在所选格式中，将删除；要重新生成请加 --formats html,docx"
    assert told in answer.stderr.replace("\n", "")
    assert not (root / f"output/{YEAR}/{GOOD}/report.docx").exists()
    assert "1份没有变化" in govreport(root, "run", GOOD, str(YEAR), "--formats", "html").stdout


def test_a_run_that_names_no_formats_makes_those_that_a_report_has_also_after_a_failure(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    for formats, source in ((("--formats", "html,docx"), "1 + 1"), ((), "1 / 0"), ((), "1 + 2")):
        write_notebook(root, source, forked=True)
        govreport(root, "run", GOOD, str(YEAR), *formats)
        made = {page.suffix for page in (root / f"output/{YEAR}/{GOOD}").glob("report.*")} - {".json", ".ipynb"}
        assert made == {"1 + 1": {".html", ".docx"}, "1 / 0": set(), "1 + 2": {".html", ".pdf", ".docx"}}[source]
