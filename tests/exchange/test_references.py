"""References to figures in a narrative survive the import of the report that was made from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from govreport.checks.checking import check_report
from govreport.core.errors import ProjectError
from govreport.exchange.importing import bring_in, with_references
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.filing.folder import render_prose, write_filing
from govreport.filing.narrative import Part
from govreport.filing.project import Agency, Project
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from tests.support.projects import GOOD, make_project
from tests.support.sample_pages import page_of

YEAR, PART = 2023, 3
PLACES = "各渠道见{{ ref('channels') }}，新收{{ applications.new.total }}件。"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(make_project(tmp_path / "项目", GOOD))
    filing = made.filing(GOOD, YEAR)
    assert "{{" in filing.narrative.parts[PART].text
    return made


def page(project: Project) -> str:
    return html_page(page_of(check_report(project, GOOD, YEAR)))


def read(text: str, folder: Path) -> ImportedReport:
    (folder / "年报.html").write_text(text, encoding="utf-8")
    return read_published(folder / "年报.html", "年报.html")


def texts(project: Project) -> dict[int, str]:
    return {n: part.text for n, part in project.filing(GOOD, YEAR).narrative.parts.items()}


def import_(project: Project, found: ImportedReport, *, force: bool = False) -> ImportedReport:
    agency: Agency = project.agency(GOOD)
    kept = with_references(project, found, agency)
    bring_in(project, kept, agency, "年报.html", force=force)
    return kept


def told(found: ImportedReport) -> list[str]:
    return [note.message for note in found.filing.notes if "引用" in note.message]


def test_an_unchanged_report_over_the_filing_that_it_was_made_from_changes_nothing(project: Project, tmp_path: Path):
    before = texts(project)
    kept = import_(project, read(page(project), tmp_path))
    assert texts(project) == before and told(kept) == []


LICENSING = "{{ proactive.licensing.decisions }}"


def test_a_figure_that_a_table_alone_changed_stands_in_the_prose_as_the_file_says_it(project: Project, tmp_path: Path):
    before, whole = texts(project), page(project)
    head, at, table = whole.partition('data-table="proactive"')
    made = head + at + table.replace(">64<", ">65<", 1)
    assert made != whole
    found = read(made, tmp_path)
    assert found.source == "published"
    kept = import_(project, found, force=True)
    assert LICENSING in before[2]
    assert texts(project) == {**before, 2: before[2].replace(LICENSING, "64")}
    (note,) = told(kept)
    assert note.startswith("有1处引用")
    assert project.filing(GOOD, YEAR).cells["proactive.licensing.decisions"] == 65
    assert [f.rule for f in check_report(project, GOOD, YEAR).findings.errors] == ["N1"]


def test_a_figure_that_table_and_prose_changed_alike_leaves_every_reference(project: Project, tmp_path: Path):
    before, whole = texts(project), page(project)
    head, at, table = whole.partition('data-table="proactive"')
    assert "作出行政许可处理决定64件" in head
    head = head.replace("作出行政许可处理决定64件", "作出行政许可处理决定65件")
    kept = import_(project, read(head + at + table.replace(">64<", ">65<", 1), tmp_path), force=True)
    assert texts(project) == before and told(kept) == []
    assert project.filing(GOOD, YEAR).cells["proactive.licensing.decisions"] == 65


@pytest.mark.parametrize(
    ("written", "cell", "figure", "expected"),
    [
        ("增减{{ applications.new.total - 9 }}件。", "applications.new.total", None, "增减-3件。"),
        ("占{{ 2 | share(applications.new.total) }}。", "applications.new.total", 0, "占33.3%。"),
        ("{{ applications.new.total }}件。", "applications.carried_in.total", None, "{{ applications.new.total }}件。"),
    ],
)
def test_a_reference_that_prints_something_else_or_nothing_any_more_becomes_what_it_printed(
    project: Project, written: str, cell: str, figure: int | None, expected: str
):
    filing = project.filing(GOOD, YEAR)
    assert filing.cells["applications.new.total"] == 6
    own = replace(filing, narrative=replace(filing.narrative, parts={1: Part("一、总体情况", written)}))
    write_filing(own, project.data / GOOD / str(YEAR))
    said = render_prose(own)
    read_back = replace(own.narrative, parts={1: Part("一、总体情况", said[1])})
    other = replace(own, cells={**own.cells, cell: figure}, narrative=read_back)
    kept = with_references(project, ImportedReport(other, GOOD, "published"), project.agency(GOOD))
    assert kept.filing.narrative.parts[1].text == expected
    assert len(told(kept)) == ("{{" not in expected)


def test_a_figure_whose_sign_the_file_changed_is_another(project: Project):
    filing = project.filing(GOOD, YEAR)
    parts = {1: Part("一、总体情况", "增减{{ applications.new.total - 9 }}件。")}
    write_filing(replace(filing, narrative=replace(filing.narrative, parts=parts)), project.data / GOOD / str(YEAR))
    read_back = replace(filing, narrative=replace(filing.narrative, parts={1: Part("一、总体情况", "增减3件。")}))
    kept = with_references(project, ImportedReport(read_back, GOOD, "published"), project.agency(GOOD))
    assert kept.filing.narrative.parts[1].text == "增减3件。" and len(told(kept)) == 1


def test_a_changed_paragraph_has_figures_and_a_note_says_how_many_references_it_had(project: Project, tmp_path: Path):
    before, whole = texts(project), page(project)
    made = whole.replace("<p>年内新制发行政规范性文件", "<p>全年新制发行政规范性文件")
    assert made != whole
    found = read(made, tmp_path)
    with pytest.raises(ProjectError, match="会被覆盖"):
        import_(project, found)
    kept = import_(project, found, force=True)
    after = texts(project)
    assert after[2].startswith("全年新制发行政规范性文件1件") and "{{" not in after[2]
    assert {n: text for n, text in after.items() if n != 2} == {n: text for n, text in before.items() if n != 2}
    (note,) = told(kept)
    assert f"{before[2].count('{{')}处引用" in note


def test_a_reference_to_a_table_is_the_same_as_its_number_on_the_page(project: Project, tmp_path: Path):
    folder, filing = project.data / GOOD / str(YEAR), project.filing(GOOD, YEAR)
    (folder / "tables").mkdir()
    (folder / "tables" / "channels.csv").write_text("渠道,收到\n网络,3\n当面,3\n", encoding="utf-8")
    parts = {**filing.narrative.parts, 1: Part("一、总体情况", PLACES)}
    write_filing(replace(filing, narrative=replace(filing.narrative, parts=parts)), folder)
    whole = page(project).replace("表〔channels〕", "表1")
    assert whole.count("各渠道见表1") >= 1
    import_(project, read(whole, tmp_path))
    assert texts(project)[1] == PLACES


SIGNS = "绿地10<sup>2</sup>公里，~~原有~~<s>旧有</s>PM<sub>2.5</sub>下降，新收{{ applications.new.total }}件。"


@pytest.mark.parametrize("old", [">64<", ">65<"])
def test_a_paragraph_with_raised_lowered_and_struck_text_says_the_same_on_the_page(
    project: Project, tmp_path: Path, old: str
):
    filing = project.filing(GOOD, YEAR)
    parts = {**filing.narrative.parts, 1: Part("一、总体情况", SIGNS)}
    write_filing(replace(filing, narrative=replace(filing.narrative, parts=parts)), project.data / GOOD / str(YEAR))
    head, at, table = page(project).partition('data-table="proactive"')
    found = read(head + at + table.replace(">64<", old, 1), tmp_path)
    assert found.source == ("embedded" if old == ">64<" else "published")
    kept = import_(project, found, force=True)
    assert texts(project)[1] == SIGNS and len(told(kept)) == (old == ">65<")


@pytest.mark.parametrize("tag", ["sup", "sub"])
def test_a_digit_that_was_raised_or_lowered_on_the_page_is_no_longer_one_of_the_figure(
    project: Project, tmp_path: Path, tag: str
):
    filing = project.filing(GOOD, YEAR)
    parts = {**filing.narrative.parts, 1: Part("一、总体情况", "发布政策解读126条。")}
    write_filing(replace(filing, narrative=replace(filing.narrative, parts=parts)), project.data / GOOD / str(YEAR))
    whole = page(project)
    assert read(whole, tmp_path).source == "embedded"
    found = read(whole.replace("<p>发布政策解读126条", f"<p>发布政策解读12<{tag}>6</{tag}>条"), tmp_path)
    sign = {"sup": "⁶", "sub": "₆"}[tag]
    assert found.source == "published" and f"解读12{sign}条" in found.filing.narrative.parts[1].text


def test_references_are_kept_by_the_import_of_a_word_document_too(project: Project, tmp_path: Path):
    before = texts(project)
    data = docx_bytes(page_of(check_report(project, GOOD, YEAR)))
    (tmp_path / "年报.docx").write_bytes(data)
    found = read_published(tmp_path / "年报.docx", "年报.docx")
    cells = {**found.filing.cells, "proactive.normative.repealed": 65}
    import_(project, replace(found, filing=replace(found.filing, cells=cells)), force=True)
    assert texts(project) == before
