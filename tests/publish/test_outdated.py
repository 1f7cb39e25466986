"""What is exported by hand is what its project has now, and of the agency and year that it is asked for, or says so."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from nbconvert.exporters import get_exporter

from govreport.checks.account import Account
from govreport.checks.signoff import page_inputs
from govreport.filing.project import Project
from govreport.notebook.report import Report
from govreport.notebook.summary import Summary
from govreport.publish.cell_options import given_parameters
from govreport.publish.document import read_document
from govreport.publish.proof import Proof, prove
from tests.support.analyst import code, notebook, shown
from tests.support.projects import GOOD, YEAR, Run, replace_in
from tests.support.sample_city import CITY, MEMBER, copy_of_city

Notebook = dict[str, Any]
OUTDATED = "草稿：不得公布。与项目现在的资料不同：{}"
NARRATIVE = f"data/{GOOD}/{YEAR}/narrative.md"


@pytest.fixture
def project(sample: Run, tmp_path: Path) -> Project:
    return Project(sample.copy(tmp_path / "p").root)


@pytest.fixture
def executed(sample: Run) -> Notebook:
    return json.loads((sample.folder(GOOD) / "report.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return copy_of_city(tmp_path_factory.mktemp("city") / "p")


def exported(project: Project, made: Notebook) -> str:
    place = {"metadata": {"path": str(project.notebooks)}}
    page, _ = get_exporter("govreport-html")().from_notebook_node(nbformat.from_dict(made), place)
    return page


def with_parameters(source: str, *cells: Notebook) -> Notebook:
    """A notebook that ran, whose cell of parameters is this."""
    return notebook(code(source=source) | {"metadata": {"tags": ["parameters"]}}, *cells)


OF_YEAR = f"{YEAR}年的资料有改动"
CHANGES = {
    "the day of publication": (NARRATIVE, "published: 2024-01-09", "published: 2024-01-10", OF_YEAR),
    "who signs": (NARRATIVE, "signature: 示例市民政局", "signature: 示例市民政局办公室", OF_YEAR),
    "the title": (NARRATIVE, "2023年政府", "2023年度政府", OF_YEAR),
    "whom to ask": (NARRATIVE, "signature:", "contact: 电话123\nsignature:", OF_YEAR),
    "a clause that is gone": (NARRATIVE, "，所列数据的统计期限自2023年1月1日起至12月31日止", "", OF_YEAR),
    "the agency's name": ("data/agencies.csv", "示例市民政局", "示例市民政和人社局", ""),
    "a year that only charts show": (
        f"data/{GOOD}/2021/applications.csv",
        ",5,0,0,0,0,0,5",
        ",6,0,0,0,0,0,6",
        "2021年",
    ),
}
"""What may change after a run, in which file, and what is told of it."""


@pytest.mark.parametrize("name", CHANGES)
def test_a_report_is_a_draft_if_something_that_it_shows_changed_after_the_run(
    name: str, project: Project, executed: Notebook
):
    assert "草稿" not in exported(project, executed)
    path, old, new, told = CHANGES[name]
    replace_in(project.root / path, old, new)
    assert OUTDATED.format(told) in exported(project, executed)


def test_an_export_computes_the_inputs_of_its_own_kind_of_page_once(city: Project, monkeypatch: pytest.MonkeyPatch):
    asked = list[bool]()

    def counted(*given: Any, is_report: bool) -> dict[str, str]:
        asked.append(is_report)
        return page_inputs(*given, is_report=is_report)

    report, summary = Report.open(CITY, YEAR, city.root), Summary.open(CITY, YEAR, city.root)
    pages = [
        with_parameters(f'{name} = "{CITY}"\nyear = {YEAR}', code(shown(made)))
        for name, made in (("agency", report.comparison), ("parent", summary))
    ]
    monkeypatch.setattr("govreport.checks.signoff.page_inputs", counted)
    assert not any("草稿" in exported(city, page) for page in pages) and asked == [True, False]


def test_what_no_page_of_the_year_shows_leaves_a_report_as_it_is(project: Project, executed: Notebook):
    folder = project.data / GOOD
    replace_in(folder / str(YEAR) / "narrative.md", "\n", "\r\n")
    (folder / str(YEAR + 1)).mkdir()
    (folder / str(YEAR) / "comments.toml").write_text("", encoding="utf-8")
    assert "草稿" not in exported(project, executed)
    (project.root / "govreport.toml").write_text('[page]\nnumerals = "chinese"\n', encoding="utf-8")
    assert OUTDATED.format("项目的设置有改动") in exported(project, executed)


def test_a_report_whose_parameters_ask_for_another_year_is_a_draft(project: Project, executed: Notebook):
    made = copy.deepcopy(executed)
    for cell in made["cells"]:
        if {"parameters", "injected-parameters"} & {*cell["metadata"].get("tags", ())}:
            cell["source"] = "".join(cell["source"]).replace(str(YEAR), str(YEAR - 1))
    assert OUTDATED.format("没有本报告的标题、署名和数据") in exported(project, made)


def test_a_summary_is_a_draft_after_a_members_figures_changed_or_another_year_was_asked_for(tmp_path: Path):
    city = copy_of_city(tmp_path / "city")
    summary = Summary.open(CITY, YEAR, city.root)
    made = with_parameters(f'parent = "{CITY}"\nyear = {YEAR}', code(shown(summary)), code(shown(summary.ranking())))
    assert "草稿" not in exported(city, made)
    asked = copy.deepcopy(made)
    asked["cells"][0]["source"] = f'parent = "{CITY}"\nyear = {YEAR - 1}'
    assert OUTDATED.format(f"页面是{summary.parent.name}{YEAR}年的，应是") in exported(city, asked)
    replace_in(city.data / MEMBER / f"{YEAR - 1}/applications.csv", "new,", "new,改")
    assert OUTDATED.format(f"{YEAR - 1}年的资料有改动") in exported(city, made)


def test_a_page_that_shows_nothing_but_another_year_or_agency_is_refused(city: Project):
    wanted = Account((), city.agency(CITY).name, YEAR, agency=CITY)
    last, this = (Summary.open(CITY, year, city.root) for year in (YEAR - 1, YEAR))
    for view in (last.overview(), last.ranking(), last.table("disputes"), last.charts("ranking").items[0]):
        made = notebook(code(shown(view)))
        told = prove(read_document(made), made, wanted).lacks
        assert told == f"页面的图、文字和表取自 {CITY} {YEAR - 1} 年的资料，应是{wanted.name}{YEAR}年的"
    beside = notebook(code(shown(this.overview())), code(shown(last.ranking())))
    proof = prove(read_document(beside), beside, wanted)
    assert proof.lacks == "" and f"取自 {CITY} {YEAR - 1} 年的资料，与本报告的资料不同" in proof.notes[0]
    own = notebook(code(shown(this.trend())), code(shown(pd.DataFrame({"件数": [3]}))))
    assert prove(read_document(own), own, wanted) == Proof()


def test_views_of_a_filing_and_of_a_comparison_say_whose_they_are(city: Project):
    wanted = Account((), city.agency(GOOD).name, YEAR, agency=GOOD)
    other = Report.open(GOOD, YEAR - 1, city.root)
    views = other.comparison
    for view in (other.filing.current, views.summary(), views.remarks(), views.table("disputes"), views.prose_table()):
        made = notebook(code(shown(view)))
        assert f"取自 {GOOD} {YEAR - 1} 年" in prove(read_document(made), made, wanted).lacks


def test_a_titled_summary_tells_what_of_it_is_of_another_year(city: Project):
    last, this = (Summary.open(CITY, year, city.root) for year in (YEAR - 1, YEAR))
    made = notebook(code(shown(this)), code(shown(last.ranking())))
    document = read_document(made)
    assert f"取自 {CITY} {YEAR - 1} 年的资料" in prove(document, made, document.account).notes[0]


@pytest.mark.parametrize(
    ("lines", "known"),
    [
        ("year = 2023\nyear -= 1", {"year": None}),
        ("year = 2023\nfor year in (1, 2): pass", {"year": None}),
        ("year: int = 2023", {"year": 2023}),
        ("labels[year] = 5\nyear = 2023\nlabels[year].text = 6", {"year": 2023}),
        ("first = year = 2023", {"first": 2023, "year": 2023}),
        ("agency, year = 'demo', 2023", {"agency": None, "year": None}),
        ("year = 2023\nyear = today().year", {"year": None}),
        ("year = 2023\ndef last():\n    year = 2022\n    return year", {"year": 2023}),
        ("%matplotlib inline\nyear = 2023\n!ls\nhere = %pwd\nyear?", {"year": 2023, "here": None}),
    ],
)
def test_a_parameter_has_the_value_that_a_plain_line_gave_it_last(lines: str, known: dict[str, object]):
    assert given_parameters(lines) == known


@pytest.mark.parametrize("line", ["%matplotlib inline\nyear = {}", 'year = "{}"'])
def test_a_year_is_known_beside_magics_and_as_text(project: Project, executed: Notebook, line: str):
    made = copy.deepcopy(executed)
    made["cells"] = [cell for cell in made["cells"] if "injected-parameters" not in cell["metadata"].get("tags", ())]
    (cell,) = (cell for cell in made["cells"] if "parameters" in cell["metadata"].get("tags", ()))
    for year, is_draft in ((YEAR, False), (YEAR - 1, True)):
        cell["source"] = f'agency = "{GOOD}"\n' + line.format(year)
        assert ("草稿" in exported(project, made)) is is_draft


@pytest.mark.parametrize("lines", ['year = "去年"', "year = 2023.5", "agency = 5", "agency = ("])
def test_parameters_that_say_nothing_of_a_report_leave_it_as_it_is(project: Project, executed: Notebook, lines: str):
    made = copy.deepcopy(executed)
    made["cells"][1]["source"] += f"\n{lines}"
    assert "草稿" not in exported(project, made)
