"""A project's settings in its runs: formats, bounds, charts, remarks and limits, and when reports are made anew."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from govreport import batch
from govreport.batch.preview import Preview
from govreport.batch.produce import produce
from govreport.checks.checking import check_report
from govreport.checks.years.comparison import REMARKS, compare_years
from govreport.cli import reports
from govreport.filing.project import Project
from govreport.notebook.report import Report
from govreport.notebook.summary import Summary
from govreport.tables.table_view import TableView
from tests.support.projects import GOOD, REPOSITORY, YEAR, append_to, govreport, make_project, write_notebook

TEMPLATE = '{% extends "report.html" %}{% block findings %}{% endblock %}'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "项目", GOOD)


def settings(root: Path, text: str) -> Project:
    (root / "govreport.toml").write_text(text, encoding="utf-8")
    return Project(root)


class Asked(Exception):  # noqa: N818, no error
    """What a run was about to do: its plan and the number of processes."""


@pytest.fixture
def asked(root: Path, monkeypatch: pytest.MonkeyPatch):
    """The options and processes with which a command line would run."""
    given = []

    def run_plan(project: Project, plan: batch.Plan, day: object, jobs: int, scheduler: str) -> tuple[list, bool]:
        given.append((plan.jobs[0].options, jobs))
        return [], True

    monkeypatch.setattr(reports, "run_plan", run_plan)

    def ask(*arguments: str) -> tuple[batch.Options, int]:
        answer = govreport(root, "run", str(YEAR), *arguments)
        assert answer.returncode == 0, answer.stderr
        return given[-1]

    return ask


def test_formats_jobs_and_bounds_are_those_of_the_settings_unless_the_command_says_others(root: Path, asked):
    usual, jobs = asked()
    assert (usual.formats, usual.timeout, usual.memory, jobs) == (("html", "pdf"), 600, 4096 << 20, 0)
    settings(root, '[run]\nformats = ["docx"]\njobs = 3\ntimeout = 30\nmemory = 512\n')
    own, jobs = asked()
    assert (own.formats, own.timeout, own.memory, jobs) == (("docx",), 30, 512 << 20, 3)
    said, jobs = asked("--formats", "html", "--jobs", "1", "--timeout", "40", "--memory", "600")
    assert (said.formats, said.timeout, said.memory, jobs) == (("html",), 40, 600 << 20, 1)


def test_a_cell_of_a_preview_has_the_time_that_the_settings_say(root: Path, tmp_path: Path):
    settings(root, "[run]\ntimeout = 7\n")
    assert Preview(Project(root), GOOD, YEAR, tmp_path)._job.options.timeout == 7


def test_a_mistake_stops_every_command_before_it_touches_anything(root: Path):
    settings(root, "[run]\njobs = 0\n[page]\ncolour = 3\n")
    for command in ("run", "check"):
        answer = govreport(root, command)
        assert answer.returncode == 2 and not (root / "output").exists()
        assert "govreport.toml 第2行的 run.jobs：" in answer.stderr and "第4行的 page.colour：" in answer.stderr


def test_a_template_that_cannot_be_used_stops_a_run_before_it_touches_anything(root: Path):
    (root / "templates").mkdir()
    (root / "templates/report.html").write_text(TEMPLATE, encoding="utf-8")
    answer = govreport(root, "run")
    assert answer.returncode == 2 and not (root / "output").exists()
    assert "templates/report.html 只能在 header、footer 中加文字、链接、图片，" in answer.stderr


def test_only_the_charts_that_the_settings_name_are_shown(root: Path):
    keys = ("received", "results", "applicants", "disputes")
    shown = [item.caption for item in Report.open(GOOD, YEAR, root).charts(*keys).items[:3]]
    settings(root, '[report]\ncharts = ["results"]\n')
    report = Report.open(GOOD, YEAR, root)
    assert [item.caption for item in report.charts(*keys).items] == shown[1:2]
    assert report.chart("received") is None
    assert [item.caption for item in report.comparison.charts().items] != []
    settings(root, "[report]\ncharts = []\n")
    assert Report.open(GOOD, YEAR, root).charts(*keys).items == ()


def test_charts_have_the_colours_of_the_settings_with_numbers_that_can_be_read_on_them(root: Path):
    assert "#0b3c6f" in Report.open(GOOD, YEAR, root).chart("received").svg
    colours = ["#ffee00", "#101010", "#ffff00", "#202020", "#fffff0", "#303030"]
    settings(root, f"[page]\nchart_colours = {json.dumps(colours)}\n")
    report = Report.open(GOOD, YEAR, root)
    drawn = report.chart("received").text_svg
    assert "#ffee00" in drawn and "#0b3c6f" not in drawn
    assert "#ffee00" in report.comparison.charts().items[0].svg


def test_the_remarks_and_charts_of_a_summary_follow_the_settings(tmp_path: Path):
    for folder in ("data", "notebooks"):
        (tmp_path / folder).symlink_to(REPOSITORY / folder)
    usual = Summary.open("shili-government", YEAR, tmp_path)
    told = [row[0].text for row in usual.remarks().table.body]
    colours = '["#123456", "#e0a030", "#5a4a78", "#8fcbe8", "#a8481a", "#dcdcdc"]'
    text = f'[report]\ncharts = ["ranking"]\n[check]\nremarks = ["{told[0]}"]\n[page]\nchart_colours = {colours}\n'
    settings(tmp_path, text)
    own = Summary.open("shili-government", YEAR, tmp_path)
    assert {row[0].text for row in own.remarks().table.body} == {told[0]} != set(told)
    (chart,) = own.charts("ranking", "received").items
    assert chart.caption == usual.charts("ranking").items[0].caption and "#123456" in chart.svg


def compared(project: Project, agency: str = "shili-housing") -> list[str]:
    filing, last = project.filing(agency, YEAR), project.filing(agency, YEAR - 1)
    return [change.remark for change in compare_years(project, filing, last, {}).remarks]


def test_thresholds_say_from_which_change_on_there_is_a_remark(tmp_path: Path):
    root = make_project(tmp_path / "p", "shili-housing")
    usual = compared(Project(root))
    assert usual and len(compared(settings(root, "[check]\ncount_change = 0.01\n"))) > len(usual)
    assert [r for r in compared(settings(root, "[check]\ncount_change = 100000\n")) if r in REMARKS[2:]] == []
    one = [remark for remark in usual if remark == usual[0]]
    assert compared(settings(root, f"[check]\nremarks = {json.dumps(usual[:1])}\n")) == one
    assert compared(settings(root, "[check]\nremarks = []\n")) == []


def test_money_has_a_threshold_of_its_own(root: Path):
    for year, amount in ((YEAR - 1, "100"), (YEAR, "70")):
        file = root / "data" / GOOD / str(year) / "proactive.csv"
        lines = file.read_text(encoding="utf-8-sig").splitlines()
        changed = [f"{line.rpartition(',')[0]},{amount}" if line.startswith("fees,") else line for line in lines]
        assert changed != lines
        file.write_text("\n".join(changed), encoding="utf-8")

    def pairs() -> list[list[str]]:
        shown = Report.open(GOOD, YEAR, root).comparison.remarks()
        return [[cell.text for cell in row[2:4]] for row in (shown.table.body if isinstance(shown, TableView) else ())]

    assert ["100", "70"] not in pairs()
    settings(root, "[check]\nmoney_change = 0.3\n")
    assert ["100", "70"] in pairs()
    settings(root, "[check]\nmoney_change = 0.301\n")
    assert ["100", "70"] not in pairs()


def test_a_part_that_is_longer_than_the_settings_allow_is_told_in_check_and_on_the_review_copy(root: Path):
    settings(root, "[check]\ncharacters = { 1 = 100, 5 = 100000 }\n")
    (finding,) = check_report(Project(root), GOOD, YEAR).findings
    assert (finding.rule, finding.severity) == ("T4", "warning")
    assert "多于本项目规定的100字" in finding.message
    settings(root, f"[check]\ncharacters = {{ 1 = {finding.message.split('有')[1].split('字')[0]} }}\n")
    assert list(check_report(Project(root), GOOD, YEAR).findings) == []


def test_the_similarity_of_the_settings_counts_before_that_of_the_rules(root: Path):
    for year in (YEAR - 1, YEAR):
        file = root / "data" / GOOD / str(year) / "narrative.md"
        before, _, after = file.read_text(encoding="utf-8").partition("# 五、")
        heading, _, rest = after.partition("\n")
        more = (
            "窗口人员对答复口径掌握不一，少数回复说理不足，今年归并了相近栏目，编写了常见问题手册，并请律师逐件把关。"
        )
        own = "明年将扩大手册的范围并且按月抽查。" if year == YEAR else "来年拟请各科室轮流讲解典型的做法。"
        file.write_text(
            f"{before}# 五、{heading}\n\n{more}{own}\n\n# 六、{rest.partition('# 六、')[2]}", encoding="utf-8"
        )

    def rules() -> set[str]:
        return {finding.rule for finding in check_report(Project(root), GOOD, YEAR).findings}

    assert "N8" not in rules()
    (root / "rules.toml").write_text("[prose]\nsimilarity = 0.5\n", encoding="utf-8")
    assert "N8" in rules()
    settings(root, "[check]\nsimilarity = 0.99\n")
    assert "N8" not in rules()
    assert Project(root).settings.similarity == Decimal("0.99")


def test_reports_are_made_anew_when_what_shapes_them_changes_and_only_then(root: Path):
    write_notebook(root, "from govreport import Report\nReport.open(agency, year)", forked=True)
    (root / "images").mkdir()
    Image.new("RGB", (9, 9)).save(root / "images/徽标.png")

    def rerun() -> list[str]:
        jobs = batch.make_plan(Project(root), (), (YEAR,), options=batch.Options(("html",))).jobs
        assert [produce(job).errors for job in jobs] == [()] * len(jobs)
        return [job.reason for job in jobs]

    assert rerun() == ["尚未生成"] and rerun() == []
    settings(root, '[page]\nemblem = "images/徽标.png"\n')
    assert rerun() == ["govreport.toml 有改动"] and rerun() == []
    unread = "# 说明\n[run]\njobs = 2\n[report]\ncharts = []\n[check]\ncount_change = 6\n"
    append_to(root / "govreport.toml", unread)
    assert rerun() == [], "this page has neither charts nor a comparison"
    append_to(root / "govreport.toml", "characters = { 1 = 99999 }\n")
    assert rerun() == ["govreport.toml 有改动"] and rerun() == []
    Image.new("RGB", (9, 9), "red").save(root / "images/徽标.png")
    assert rerun() == ["images/徽标.png 有改动"] and rerun() == []
    (root / "templates").mkdir()
    (root / "templates/report.html").write_text('{% extends "report.html" %}', encoding="utf-8")
    (reason,) = rerun()
    assert reason.startswith("templates/report.html") and rerun() == []
    append_to(root / "templates/report.html", "{% block footer %}<footer>末行</footer>{% endblock %}")
    assert rerun() == ["templates/report.html 有改动"]
    page = (root / "output" / str(YEAR) / GOOD / "report.html").read_text(encoding="utf-8")
    assert "<footer>末行</footer>" in page and 'class="emblem"' in page
