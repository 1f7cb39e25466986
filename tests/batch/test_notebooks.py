"""The project's notebooks: what each is run for, whose takes whose place, and what their pages show."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import papermill
import pytest

from govreport.batch.job import Job, Options, Outcome, pages
from govreport.batch.notebooks import declared_parameters
from govreport.batch.plan import make_plan
from govreport.batch.produce import produce
from govreport.checks.report_states import MADE
from govreport.checks.years.rollup import members_of
from govreport.cli import main
from govreport.cli.starter import create_project
from govreport.core.errors import ProjectError
from govreport.filing.folder import write_filing
from govreport.filing.project import ANNUAL, Project
from govreport.notebook.summary import Summary
from govreport.publish.cell_options import given_parameters
from tests.support.analyst import pixels
from tests.support.browser import Browser
from tests.support.papers import pages as pdf_pages
from tests.support.projects import GOOD, REPOSITORY, YEAR, append_to, replace_in
from tests.support.sample_city import CITY, COMPARISON, MEMBER, SUMMARY, copy_of_city, leave, write

OFFICE, UNEVEN = "shili-general-office", "shili-meteorology"
TUTORIAL = "tutorial"
NOTEBOOKS = (ANNUAL, COMPARISON, SUMMARY, TUTORIAL)


@pytest.fixture
def city(tmp_path: Path) -> Project:
    return copy_of_city(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """The summary of a city in which one member has not filed and one is inconsistent, and a comparison."""
    project = copy_of_city(tmp_path_factory.mktemp("city"))
    shutil.rmtree(project.data / MEMBER / str(YEAR))
    replace_in(
        project.data / OFFICE / str(YEAR) / "applications.csv",
        "\ngranted,（一）予以公开,",
        "\ngranted,（一）予以公开,1",
    )
    summary = make_plan(project, (CITY,), (YEAR,), notebook=SUMMARY)
    comparison = make_plan(project, (UNEVEN,), (YEAR,), notebook=COMPARISON, options=Options(("html", "pdf", "docx")))
    (first,), (second,) = summary.jobs, comparison.jobs
    return {SUMMARY: produce(first), COMPARISON: produce(second)}


def written(outcome: Outcome, form: str) -> Path:
    return outcome.job.folder / outcome.job.page(form)


def text_of(outcome: Outcome) -> str:
    """The words of a page, without markup."""
    html = re.sub(r"<(style|script).*?</\1>", "", written(outcome, "html").read_text(encoding="utf-8"), flags=re.DOTALL)
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_the_shipped_notebooks_hold_no_outputs_and_run_on_the_quick_engine():
    for name in NOTEBOOKS:
        notebook = nbformat.read(REPOSITORY / f"notebooks/{name}.ipynb", as_version=4)
        nbformat.validate(notebook)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
        assert notebook.metadata["govreport"] == {"engine": "forked"}


@pytest.mark.parametrize("name", [ANNUAL, COMPARISON])
def test_what_a_notebook_is_set_to_is_there_in_a_new_project(tmp_path: Path, name: str):
    project = Project(create_project(tmp_path / "new"))
    declared = papermill.inspect_notebook(str(project.notebooks / f"{name}.ipynb"))
    agency, year = (json.loads(declared[key]["default"]) for key in ("agency", "year"))
    assert year in project.years(agency)


def test_a_notebook_is_run_for_the_parameters_that_it_declares(city: Project):
    summary = make_plan(city, notebook=SUMMARY).jobs
    assert {(job.agency, job.subject) for job in summary} == {(CITY, "parent")}
    assert [job.year for job in summary] == [2019, 2020, 2021, 2022, 2023], "years of members count as well"
    comparison = make_plan(city, notebook=f"notebooks/{COMPARISON}.ipynb").jobs
    assert [(job.agency, job.year) for job in comparison] == [(agency.slug, year) for agency, year in city.reports()]
    assert {job.subject for job in comparison} == {"agency"}


def test_an_agencys_own_notebook_takes_the_place_of_the_common_one(city: Project):
    own = city.notebooks / GOOD / f"{ANNUAL}.ipynb"
    own.parent.mkdir()
    shutil.copyfile(city.notebooks / f"{ANNUAL}.ipynb", own)
    assert {job.agency for job in make_plan(city).jobs if job.notebook == own} == {GOOD}
    leave(make_plan(city).jobs)
    assert make_plan(city).jobs == ()
    with own.open("ab") as file:
        file.write(b"\n")
    assert {(job.agency, job.reason) for job in make_plan(city).jobs} == {
        (GOOD, f"notebooks/{GOOD}/annual_report.ipynb 有改动")
    }
    assert city.notebook(ANNUAL, MEMBER) == city.notebooks / f"{ANNUAL}.ipynb"


def test_a_notebook_that_only_one_agency_has_is_run_for_that_agency(city: Project):
    write(city.notebooks / GOOD / "extra.ipynb", 'agency = ""\nyear = 0\nword = ""', "f'{agency}{year}{word}'")
    jobs = make_plan(city, years=(YEAR,), notebook="extra", options=Options(("html",), parameters={"word": "甲"})).jobs
    assert [(job.agency, job.page("html")) for job in jobs] == [(GOOD, "extra.html")]
    (outcome,) = map(produce, jobs)
    assert outcome.errors == () and f"{GOOD}{YEAR}甲" in text_of(outcome)
    assert {path.name for path in outcome.job.folder.iterdir()} == {"extra.html", "extra.ipynb", "extra.json"}
    with pytest.raises(ProjectError, match=r"缺少笔记本 notebooks/extra\.ipynb"):
        make_plan(city, (MEMBER,), notebook="extra")


WRONG: dict[str, tuple[Callable[[Path], object], str, tuple[str, ...], str]] = {
    "missing": (lambda folder: None, "nosuch", (), "可用的有 annual_report、comparison、summary_report、tutorial"),
    "without parameters": (lambda folder: None, TUTORIAL, (), "没有声明参数 agency 和 year"),
    "year alone": (lambda folder: write(folder / "x.ipynb", "year = 0"), "x", (), "没有声明参数 agency 和 year"),
    "no notebook": (lambda folder: (folder / "x.ipynb").write_text("{"), "x", (), "无法读取"),
    "named as a report": (lambda folder: None, "report", (), "不能名为 report"),
    "no parent": (lambda folder: None, SUMMARY, (MEMBER,), "没有所属机构的资料"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_notebook_that_cannot_be_run_is_told_in_one_sentence(city: Project, name: str):
    spoil, notebook, agencies, told = WRONG[name]
    spoil(city.notebooks)
    with pytest.raises(ProjectError, match=rf"^[^\n]*{told}[^\n]*。$"):
        make_plan(city, agencies, notebook=notebook)


def test_years_that_neither_parent_nor_member_has_are_told(city: Project):
    for agencies in ((CITY,), ()):
        with pytest.raises(ProjectError, match="年"):
            make_plan(city, agencies, (2001,), notebook=SUMMARY)


def test_parameters_that_a_notebook_does_not_declare_are_told(city: Project):
    with pytest.raises(ProjectError, match="没有名为“word”的参数"):
        make_plan(city, notebook=SUMMARY, options=Options(parameters={"word": 1}))
    with pytest.raises(ProjectError, match="参数 parent 由命令本身决定"):
        make_plan(city, notebook=SUMMARY, options=Options(parameters={"parent": CITY}))


@pytest.mark.parametrize(("name", "value"), [("rate", "50%"), ("least", "无"), ("detailed", "no")])
def test_text_in_place_of_a_number_is_told(city: Project, name: str, value: str):
    cells = '%config a.b = 1\nparent = ""\nyear = 2023\nrate: float = 0.5\nleast = -1\ndetailed = False\nword = "甲"'
    write(city.notebooks / "own.ipynb", cells)
    given = {"rate": 1, "least": 0.5, "detailed": True, "word": "乙"}
    make_plan(city, notebook="own", options=Options(parameters=given))
    with pytest.raises(ProjectError, match=f"的参数 {name} 应是数，-p 给出的“{value}”是文字；"):
        make_plan(city, notebook="own", options=Options(parameters={**given, name: value}))


@pytest.mark.parametrize(("given", "taken"), [("007", 7), ("0.5", 0.5), ("True", True), ("None", None), ("甲", "甲")])
def test_what_is_given_for_a_text_is_text_and_else_read_as_by_papermill(city: Project, given: str, taken: object):
    own = city.notebooks / GOOD / "own.ipynb"
    own.parent.mkdir()
    write(own, '%config a.b = 1\nagency = ""\nyear = 2023\nword: str = "甲"\nother = None\nsame, more = "", ""')
    write(city.notebooks / "own.ipynb", 'agency = ""\nyear = 2023\nword, other, more = None, None, None')
    options = Options(parameters={"word": given, "other": given, "more": given})
    jobs = make_plan(city, notebook="own", options=options).jobs
    words = {job.agency: job.settings["word"] for job in jobs}
    assert all(repr(job.settings["other"]) == repr(taken) for job in jobs)
    assert words[GOOD] == given and repr(words[MEMBER]) == repr(taken)


ASSIGNED = {
    'agency = "甲"\nyear = 2023\nurl = "https://a.example/?x=1"': ("agency", "year", "url"),
    'agency = "甲"  # 代号=登记表第一列\nyear = 2023  # year=2022': ("agency", "year"),
    'year: int | None = 2023\nkind: Literal["a", "b"] = "a"\nagency: str': ("year", "kind", "agency"),
    'agency, year = "甲", 2023\n(first, *rest) = [1, 2]\na = b = 3': ("agency", "year", "first", "rest", "a", "b"),
    'names = {\n    "a=1": 2,  # =\n}\nagency = (\n    "甲"\n)': ("names", "agency"),
    "%matplotlib inline\nimport os\nif True:\n    year = 2023\ndef f():\n    inner = 1": ("year",),
    "": (),
}


@pytest.mark.parametrize("source", ASSIGNED)
def test_parameters_are_what_python_assigns_in_their_cell(tmp_path: Path, source: str):
    write(tmp_path / "x.ipynb", source)
    assert tuple(declared_parameters(tmp_path / "x.ipynb")) == ASSIGNED[source]


def test_what_python_cannot_read_only_where_it_stands_is_told_with_its_line():
    with pytest.raises(SyntaxError) as told:
        given_parameters("a = 1\n\n# 甲\nnonlocal q\n")
    assert told.value.lineno == 4


def test_a_cell_of_parameters_that_python_cannot_read_is_told_with_its_line(tmp_path: Path):
    (tmp_path / "notebooks").mkdir()
    write(tmp_path / "notebooks/x.ipynb", "year = 2023\nagency = (")
    with pytest.raises(ProjectError, match=r"^笔记本 notebooks/x\.ipynb 标为 parameters 的单元格第2行不合 Python"):
        declared_parameters(tmp_path / "notebooks/x.ipynb")


def test_pictures_beside_the_notebook_stay_in_it_and_lost_ones_are_told(city: Project):
    (city.notebooks / "流程.png").write_bytes(pixels("PNG"))
    (city.data / GOOD / str(YEAR) / "窗口.png").write_bytes(pixels("PNG"))
    draw = "from PIL import Image\nImage.new('RGB', (9, 9)).save('new.png')\nprint(f'{year}年')\n"
    show = "from IPython.display import Markdown\nMarkdown('![](流程.png)![](窗口.png)![](new.png)![](none.png)')"
    write(city.notebooks / "extra.ipynb", 'agency = ""\nyear = 0', draw + show)
    (job,) = make_plan(city, (GOOD,), (YEAR,), notebook="extra", options=Options(("html",))).jobs
    outcome = produce(job)
    assert outcome.errors == () and written(outcome, "html").read_text(encoding="utf-8").count("<img ") == 3
    told = json.loads((job.folder / "extra.json").read_bytes())["notes"]
    assert tuple(told) == outcome.notes and len(told) == 2
    assert (
        told[0].startswith("笔记本 notebooks/extra.ipynb：第2个代码单元格：打印的文字")
        and "图片 none.png 找不到" in told[1]
    )
    assert not (city.notebooks / "new.png").exists(), "what a notebook writes beside itself is gone with the run"
    kept = json.loads(written(outcome, "ipynb").read_bytes())["metadata"]["govreport"]["pictures"]
    assert set(kept) == {"流程.png", "窗口.png", "new.png"}
    nbformat.validate(nbformat.read(written(outcome, "ipynb"), as_version=4))


@pytest.mark.parametrize("engine", ["forked", "stock"])
def test_charts_are_in_chinese_without_set_up_under_both_engines(city: Project, engine: str):
    draw = (
        "%config InlineBackend.figure_formats = ['svg']\n"
        "from matplotlib import pyplot as plt\nplt.figure(figsize=(3, 2)); plt.title('各机构收件数');"
    )
    write(city.notebooks / "extra.ipynb", 'agency = ""\nyear = 0', draw)
    replace_in(city.notebooks / "extra.ipynb", '"forked"', f'"{engine}"')
    (outcome,) = map(produce, make_plan(city, (GOOD,), (YEAR,), notebook="extra", options=Options(("html",))).jobs)
    assert (outcome.errors, outcome.notes) == ((), ())
    drawn = written(outcome, "ipynb").read_text(encoding="utf-8")
    assert "image/svg+xml" in drawn and "LastResort" not in drawn and "missing from" not in drawn


def test_a_summary_is_made_again_when_anything_that_it_reads_changed(city: Project):
    leave(make_plan(city, notebook=SUMMARY).jobs)

    def reasons() -> dict[int, str]:
        return {job.year: job.reason for job in make_plan(Project(city.root), notebook=SUMMARY).jobs}

    assert reasons() == {}
    append_to(city.data / MEMBER / "2022" / "narrative.md", "\n")
    assert reasons() == dict.fromkeys((2022, 2023), f"data/{MEMBER}/2022/narrative.md 有改动")
    leave(make_plan(city, notebook=SUMMARY).jobs)
    append_to(city.data / GOOD / "2019" / "narrative.md", "\n")
    told = f"data/{GOOD}/2019/narrative.md 有改动"
    assert reasons() == dict.fromkeys((2019, 2020, 2021, 2022, 2023), told)
    leave(make_plan(city, notebook=SUMMARY).jobs)
    append_to(city.data / UNEVEN / str(YEAR) / "narrative.md", "\n")
    assert reasons() == {}, "it is no member"


def test_other_notebooks_leave_the_report_and_its_record_alone(city: Project):
    leave(make_plan(city, (UNEVEN,), (YEAR,)).jobs)
    (job,) = make_plan(city, (UNEVEN,), (YEAR,), notebook=COMPARISON, options=Options(("html",))).jobs
    before = {path: path.read_bytes() for path in job.folder.iterdir()}
    assert produce(job).errors == ()
    assert all(path.read_bytes() == content for path, content in before.items())
    assert (
        make_plan(city, (UNEVEN,), (YEAR,)).jobs == ()
        and make_plan(city, (UNEVEN,), (YEAR,), notebook=COMPARISON, options=Options(("html",))).jobs == ()
    )


@pytest.mark.parametrize("name", [SUMMARY, COMPARISON])
def test_pages_come_out_whole_in_every_format_asked_for(made: dict[str, Outcome], name: str):
    outcome = made[name]
    assert (outcome.state, outcome.errors, outcome.open_errors) == (MADE, (), 0)
    job: Job = outcome.job
    assert {path.name for path in job.folder.iterdir()} == {*pages(job.options.formats, name), f"{name}.json"}
    words = "".join(page.extract_text() for page in pdf_pages(written(outcome, "pdf").read_bytes()))
    titles = {SUMMARY: "2023年政府信息公开工作年度报告汇总", COMPARISON: "与2022年对照"}
    assert titles[name] in words and titles[name] in text_of(outcome)
    assert "草稿" not in text_of(outcome), "no report of its own"


def test_the_summary_tells_totals_ranking_findings_and_who_has_not_filed(made: dict[str, Outcome]):
    text, project = text_of(made[SUMMARY]), made[SUMMARY].job.project
    filings = [
        project.filing(slug, YEAR)
        for slug in project.agencies
        if project.agencies[slug].parent == CITY and slug != MEMBER
    ]
    received = sum(filing["applications.new.total"] for filing in filings)
    assert f"本年新收{received}件" in text and "应报送机构8个，已汇总7个；未报送或无法读取1个" in text
    assert re.search(r"未报送的机构.*示例市教育局shili-education未报送", text)
    ranking = sorted(filings, key=lambda filing: -filing["applications.new.total"])
    places = [text.index(filing.name) for filing in ranking]
    assert places == sorted(places), "the largest first"
    assert re.search(r"各机构校验结果.*示例市人民政府办公室不一致", text), "worst first"
    assert "报送机构不同，合计不宜直接比较" in text


DIFFER = "报送机构不同，合计不宜直接比较"


@pytest.mark.parametrize(("year", "differ"), [(2021, False), (2022, True), (YEAR, False)])
def test_every_table_and_chart_that_compares_sums_of_other_members_says_so(city: Project, year: int, differ: bool):
    summary = Summary.open(CITY, year, city.root)
    before, now = (members_of(city, city.agency(CITY), each).filings for each in (year - 1, year))
    assert ({f.agency for f in before} != {f.agency for f in now}) == differ
    tables = [summary.remarks(), *map(summary.shares, ("results", "applicants", "disputes"))]
    assert [DIFFER in table.table.caption for table in tables] == [differ] * 4
    assert all("（件" in table.table.caption for table in tables[1:])
    over_years = [DIFFER in summary.trend().table.caption, DIFFER in summary.charts("received").items[0].alt]
    assert over_years == [year > 2021] * 2, "three members filed until 2021, eight since"


def test_the_sums_of_a_summary_are_those_of_a_roll_up(city: Project):
    summary, parent = Summary.open(CITY, YEAR, city.root), city.filing(CITY, YEAR)
    assert summary.filing.cells == parent.cells, "the sample city's own filing adds up its members'"
    shares = [row[2].text for row in summary.shares("results").table.body]
    assert abs(sum(float(share.rstrip("%")) for share in shares) - 100) < 0.5
    with pytest.raises(ProjectError, match="没有可读取的所属机构 2019 年资料"):
        Summary.open(MEMBER, 2019, city.root)


def test_a_summary_names_the_members_that_leave_a_row_blank_and_calls_no_blank_zero(city: Project):
    new = "applications.new.total"
    filing = city.filing(MEMBER, YEAR)
    summary = Summary.open(CITY, YEAR, city.root)
    assert "未填全" not in summary.overview().text and summary.refused() is None
    (before,) = summary.charts("received").items

    without_total = {**filing.cells, new: None}
    write_filing(replace(filing, cells=without_total), city.data / MEMBER / str(YEAR))
    summary = Summary.open(CITY, YEAR, city.root)
    assert summary.filing[new] is None
    assert f"本年新收未汇总（{filing.name}未填全）、上年结转" in summary.overview().text
    row = next(row for row in summary.ranking().table.body if row[0].text == filing.name)
    assert [cell.text for cell in row][1:4] == ["—"] * 3

    without_row = {name: None if name.startswith("applications.new.") else f for name, f in filing.cells.items()}
    write_filing(replace(filing, cells=without_row), city.data / MEMBER / str(YEAR))
    summary = Summary.open(CITY, YEAR, city.root)
    assert f"本年新收{summary.filing[new]}件（{filing.name}未填全）" in summary.overview().text
    assert f"{filing.name}（“一、本年新收政府信息公开申请数量”）" in summary.refused().text
    assert f"{YEAR}年有机构未填全" in summary.trend().table.caption
    (chart,) = summary.charts("received").items
    assert f"{YEAR}年有机构未填全" in chart.alt and "未填全" not in before.alt


def test_the_comparison_tells_changes_pairs_and_sentences(made: dict[str, Outcome]):
    text = text_of(made[COMPARISON])
    assert "与上年不衔接的数字（另有5对相符）" in text and re.search(r"新写.*未沿用", text)
    assert re.search(r"11\(\+\d+\)", text), "differences stand beside the figures"


def test_without_last_year_the_comparison_says_so_and_does_not_fail(city: Project):
    (job,) = make_plan(city, (MEMBER,), (2022,), notebook=COMPARISON, options=Options(("html",))).jobs
    outcome = produce(job)
    assert outcome.errors == () and "没有2021年的资料，无从比较" in text_of(outcome)


@pytest.mark.parametrize(("name", "width", "scheme"), [(SUMMARY, 390, "light"), (COMPARISON, 1280, "dark")])
def test_the_pages_are_open_to_everybody(
    made: dict[str, Outcome], name: str, width: int, scheme: str, browser: Browser, axe: str
):
    passed, violations = browser.barriers(written(made[name], "html"), axe, width, scheme)
    assert violations == [] and passed > 10
    view = browser.open(written(made[name], "html"), 390)
    assert view.complaints == [] and browser.run("document.documentElement.scrollWidth <= innerWidth")


@pytest.fixture
def ask(
    city: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    monkeypatch.chdir(city.root)
    monkeypatch.delenv("GOVREPORT_PROJECT", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["govreport", *arguments])
        with pytest.raises(SystemExit) as ending:
            main()
        return (int(ending.value.code or 0), *capsys.readouterr())

    return call


def test_compare_prints_what_is_worth_a_remark_first(ask: Callable[..., tuple[int, str, str]]):
    code, out, err = ask("compare", UNEVEN, str(YEAR))
    assert (code, err) == (0, "") and "\x1b" not in out
    assert out.index("值得说明的变化") < out.index("与上年不衔接") < out.index("其他变化") < out.index("文字（句）")
    assert "上年：" in out, "last year's sentence stands below one that was changed"


def test_compare_says_in_one_sentence_why_it_cannot(ask: Callable[..., tuple[int, str, str]], city: Project):
    code, out, err = ask("compare", MEMBER, "2022")
    assert (code, out) == (2, "") and re.fullmatch(r"错误：[^\n]*2021年的资料，无从比较；应放在 data/[^\n]*。\n", err)
    replace_in(city.data / UNEVEN / "2022" / "applications.csv", "\ngranted,", "\ngrantedd,")
    code, _, err = ask("compare", UNEVEN, str(YEAR))
    assert code == 1 and "上年资料 data/shili-meteorology/2022 无法读取" in err
    assert ask("compare", MEMBER, str(YEAR), "--formats", "xyz")[0] == 2


def test_compare_makes_pages_through_the_notebook(ask: Callable[..., tuple[int, str, str]], city: Project):
    code, out, _ = ask("compare", UNEVEN, str(YEAR), "--formats", "html")
    assert code == 0 and out.splitlines()[-1] == f"output/{YEAR}/{UNEVEN}/comparison.html"
    assert (city.output / str(YEAR) / UNEVEN / "comparison.html").is_file()


def test_every_cell_of_the_tutorial_runs_and_it_touches_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    data = {path: path.read_bytes() for path in (REPOSITORY / "data").rglob("*") if path.is_file()}
    source, target = tmp_path / "tutorial.ipynb", tmp_path / "out.ipynb"
    text = (REPOSITORY / "notebooks/tutorial.ipynb").read_text(encoding="utf-8")
    assert text.count('"# practice.remove()"') == 1, "running all cells leaves the pages to be looked at"
    source.write_text(text.replace('"# practice.remove()"', '"practice.remove()"'), encoding="utf-8")
    notebook = papermill.execute_notebook(str(source), str(target), engine_name="govreport", progress_bar=False)
    shown = [
        str(output.get("text") or output.get("data", {}).get("text/plain"))
        for c in notebook.cells
        for output in c.get("outputs", [])
    ]
    told = "\n".join(shown)
    assert (
        "唯一的改法：“（一）予以公开”的“自然人”由10改为1" in told and "已保存到 data/shili-civil-affairs/2023" in told
    )
    assert "$ govreport run shili-civil-affairs --year 2023" in told and "共1份报告，生成1份" in told
    assert "report.pdf" in told and "已接受1项" in told and "\x1b" not in told
    assert not list((tmp_path / "temporary").glob("govreport-*/练习")), "its last cell removes the folder"
    assert {path: path.read_bytes() for path in (REPOSITORY / "data").rglob("*") if path.is_file()} == data


def snippets(language: str) -> list[str]:
    text = (REPOSITORY / "docs/notebooks.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def with_outputs() -> dict:
    """A notebook as JupyterLab is about to save it."""
    notebook = json.loads((REPOSITORY / "notebooks/comparison.ipynb").read_text(encoding="utf-8"))
    output = {"output_type": "stream", "name": "stdout", "text": "总计3"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[output], execution_count=3)
    return notebook


def test_the_documented_hook_of_jupyterlab_strips_outputs_on_saving():
    settings, notebook = SimpleNamespace(ContentsManager=SimpleNamespace()), with_outputs()
    (code,) = (code for code in snippets("py") if "pre_save_hook" in code)
    exec(code, {"c": settings})
    hook = settings.ContentsManager.pre_save_hook
    hook(model={"type": "notebook", "content": notebook}, path="x.ipynb", contents_manager=None)
    hook(model={"type": "file", "content": "文本"}, path="x.txt", contents_manager=None)
    assert notebook == json.loads((REPOSITORY / "notebooks/comparison.ipynb").read_text(encoding="utf-8"))


def test_the_documented_filter_of_git_strips_outputs_on_committing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")
    (tmp_path / "x.ipynb").write_text(json.dumps(with_outputs()), encoding="utf-8")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["sh", "-ec", snippets("sh")[1]], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "x.ipynb"], cwd=tmp_path, check=True)
    staged = subprocess.run(["git", "show", ":x.ipynb"], cwd=tmp_path, check=True, capture_output=True).stdout
    code = [cell for cell in json.loads(staged)["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert (
        "总计3" in (tmp_path / "x.ipynb").read_text(encoding="utf-8") or "\\u603b" in (tmp_path / "x.ipynb").read_text()
    )


def test_the_documented_python_of_notebooks_runs(city: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(city.root)
    exec(snippets("python")[0], {})


def test_a_new_project_has_every_notebook(tmp_path: Path):
    made = create_project(tmp_path / "项目")
    assert {path.stem for path in (made / "notebooks").iterdir()} == set(NOTEBOOKS)


RUN_OUT = """[...document.querySelectorAll('table.govreport td')].filter(cell => {
  const text = document.createRange();
  text.selectNodeContents(cell);
  const [a, b] = [text, cell].map(box => box.getBoundingClientRect());
  return a.width && (a.right > b.right + 0.5 || a.left < b.left - 0.5);
}).map(cell => cell.textContent)"""


@pytest.mark.parametrize("name", [SUMMARY, COMPARISON])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_figure_runs_into_the_next_column(made: dict[str, Outcome], name: str, width: int, browser: Browser):
    browser.open(written(made[name], "html"), width)
    assert browser.run(RUN_OUT) == []
