"""Doubtful figures marked in their table, and findings shown as a table that can be unfolded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks.checking import check_filings
from govreport.checks.findings import Findings, Waiver
from govreport.core import mime
from govreport.core.errors import GovReportError
from govreport.core.figures import Figure
from govreport.core.grid import GridCell
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.notebook.report import Report
from govreport.tables.html_table import table_html
from govreport.tables.marks import marked_table
from govreport.tables.printed_table import display_table, read_table, table_json
from govreport.tables.statutory import statutory_grid
from tests.support.consistent_projects import MakeProject
from tests.support.strategies import APPLICANTS, consistent_filing, results_of

AGENCY, YEAR = "shili-archive", 2023
GRANTED = "applications.granted.natural"


class Cells(HTMLParser):
    """The figures of a page's tables: how many, and attributes of those that name the filing's cell."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.figures = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        self.figures += tag == "td"
        if "data-cell" in given:
            self.found[given["data-cell"]] = given

    def marked(self, mark: str) -> set[str]:
        return {name for name, given in self.found.items() if mark in given.get("class", "").split()}


def wrong_report(make_project: MakeProject, cells: Mapping[str, Figure | None]) -> Report:
    """A report whose filing has other figures in some cells, by this much more."""
    project = make_project()
    filing = project.filing(AGENCY, YEAR)
    changed = {cell: None if by is None else (filing.cells[cell] or 0) + by for cell, by in cells.items()}
    write_filing(replace(filing, cells={**filing.cells, **changed}), project.data / AGENCY / str(YEAR))
    return Report.open(AGENCY, YEAR, project.root)


def html(report: Report, table: str = "applications") -> Cells:
    return Cells(report.table(table, mark=report.findings)._repr_mimebundle_()["text/html"])


def around(filing: Filing, cell: str) -> set[str]:
    """The cells that stand in the sums of a result's row and column."""
    table, row, column = "applications", cell.split(".", 1)[1].rsplit(".", 1)[0], cell.rsplit(".", 1)[1]
    down = {f"{table}.{r}.{column}" for r in (*results_of(filing.form), "total")}
    return (down | {f"{table}.{row}.{c}" for c in (*APPLICANTS, "total")}) - {cell}


# ---- in the table ----------------------------------------------------------------------------------------------------


def test_the_suspect_cell_stands_out_from_those_of_the_same_sums(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {GRANTED: 3})
    cells = html(report)
    assert cells.marked("suspect") == {GRANTED}
    assert cells.marked("involved") == around(report.filing, GRANTED)
    (finding,) = report.findings
    for name, attributes in cells.found.items():
        marked = name == GRANTED or name in around(report.filing, GRANTED)
        assert (attributes.get("title"), "style" in attributes) == (
            (finding.message, True) if marked else (None, False)
        )
    assert cells.found[GRANTED]["style"] != cells.found["applications.granted.total"]["style"]


def test_without_findings_or_in_another_table_nothing_is_marked(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {GRANTED: 3})
    plain = Cells(report.table("applications")._repr_mimebundle_()["text/html"])
    for cells in (plain, html(report, "disputes"), html(report, "proactive")):
        assert cells.figures >= 10
        assert cells.marked("suspect") == cells.marked("involved") == set()
    right = wrong_report(make_project, {})
    assert html(right).marked("suspect") == set()


def test_where_several_repairs_are_possible_the_first_is_the_suspect(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {"disputes.reconsideration.total": 2})
    cells = html(report, "disputes")
    (finding,) = report.findings
    assert cells.marked("suspect") == set(finding.suggestion["cells"])
    assert len(cells.marked("suspect") | cells.marked("involved")) == 5


def test_a_blank_total_is_a_suspect_with_what_belongs_there(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {"disputes.reconsideration.total": None})
    cells = html(report, "disputes")
    assert cells.marked("suspect") == {"disputes.reconsideration.total"}
    assert "按分项应为" in cells.found["disputes.reconsideration.total"]["title"]


def test_what_was_accepted_and_what_is_only_remarked_on_is_not_marked(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {GRANTED: 3, "disputes.reconsideration.upheld": None})
    kinds = {finding.severity for finding in report.findings}
    assert "notice" in kinds
    waivers = [Waiver(rule, (GRANTED,), "已核实", "张某", "2024-01-25") for rule in ("A2", "A3")]
    accepted = Findings.of([f for f in report.findings if not f.rule.startswith("D")], waivers)
    for table in report.filing.form.tables:
        marked = marked_table(statutory_grid(report.filing, table), accepted)
        assert {cell.mark for row in marked.body for cell in row} == {""}


def test_a_cell_of_two_findings_tells_both(make_project: MakeProject) -> None:
    other = "applications.partial.business"
    report = wrong_report(make_project, {GRANTED: 3, other: 4})
    crossing = html(report).found["applications.granted.business"]
    assert crossing["class"].split() == ["involved"]
    assert crossing["title"].splitlines() == [finding.message for finding in report.findings]


def test_text_of_a_filing_cannot_leave_the_note() -> None:
    hostile = "\"><script>alert('注')</script>&"
    filing = Filing.from_cells(AGENCY, "示例市档案局", YEAR, {GRANTED: hostile})
    (findings,) = check_filings([(filing, None)])
    page = table_html(marked_table(statutory_grid(filing, "applications"), findings))
    assert "<script" not in page
    assert hostile[:10] in Cells(page).found[GRANTED]["title"]


def test_an_unknown_table_is_refused_marked_or_not(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {GRANTED: 3})
    with pytest.raises(GovReportError, match="没有名为“application”的表"):
        report.table("application", mark=report.findings)


# ---- as data ---------------------------------------------------------------------------------------------------------


@given(st.sampled_from([2020, 2023]), st.data())
def test_marks_and_notes_survive_the_notebook(year: int, data: st.DataObject) -> None:
    filing = consistent_filing(year, lambda low, high: (low + high) // 2)
    names = [name for name in filing.cells if name.startswith("applications.")]
    wrong = data.draw(st.dictionaries(st.sampled_from(names), st.integers(0, 99), min_size=1, max_size=2))
    (findings,) = check_filings([(replace(filing, cells={**filing.cells, **wrong}), None)])
    table = marked_table(statutory_grid(filing, "applications"), findings)
    assert read_table(json.loads(json.dumps(table_json(table)))) == table
    suspects = {cell.name for row in table.body for cell in row if cell.mark == "suspect"}
    assert suspects == {cell for finding in findings for cell in (finding.suggestion or {"cells": ()})["cells"]}


def test_the_three_forms_of_a_marked_table_have_the_same_figures(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {GRANTED: 3})
    plain = report.table("applications")._repr_mimebundle_()
    marked = report.table("applications", mark=report.findings)._repr_mimebundle_()
    assert set(marked) == {"text/html", "text/plain", mime.TABLE, mime.SOURCE}
    assert marked["text/plain"] == plain["text/plain"]
    without = [
        [{k: v for k, v in c.items() if k not in ("mark", "note")} for c in row] for row in marked[mime.TABLE]["body"]
    ]
    assert without == plain[mime.TABLE]["body"]


def test_a_mark_that_there_is_not_is_dropped() -> None:
    cell = GridCell("3", mark="suspect", note="不符")
    table = table_json(display_table("t", "", (1,), (), ((cell,),)))
    table["body"][0][0]["mark"] = 'x" onclick="alert(1)'
    assert read_table(table).body[0][0].mark == ""


# ---- findings as a table ---------------------------------------------------------------------------------------------


def test_a_finding_of_several_identities_unfolds_to_them(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {"applications.total.natural": 3, "disputes.reconsideration.total": 2})
    page = report.findings._repr_mimebundle_()["text/html"]
    joined, single = report.findings
    assert page.count("<details") == page.count("<details open>") == 1, "what is short stands unfolded"
    summary = page.split("<summary>")[1].split("</summary>")[0]
    assert unescape(summary) == joined.headline
    items = [unescape(text.split("</li>")[0]) for text in page.split("<li>")[1:]]
    assert items == [f"{identity.rule}　{identity.text}" for identity in joined.identities]
    assert escape(single.message) in page
    assert "<caption>勾稽校验：错误2项</caption>" in page


def test_findings_stand_worst_first_and_by_official_labels(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {GRANTED: 3, "proactive.rules.issued": 500, "disputes.reconsideration.upheld": None})  # fmt: skip  # noqa: E501
    page = report.findings._repr_mimebundle_()["text/html"]
    places = [page.index(f">{name}</span></td>") for name in ("错误", "警告", "提示")]
    assert places == sorted(places)
    for words in ("（一）予以公开", "自然人", "规章"):
        assert words in page


def test_no_findings_are_said_to_be_none(make_project: MakeProject) -> None:
    report = wrong_report(make_project, {})
    assert report.findings._repr_mimebundle_()["text/html"] == "<p>勾稽校验：未发现问题。</p>"
