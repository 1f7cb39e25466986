"""What the project publishes reads back exactly with the data inside taken no notice of: by the general reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html

from govreport.checks.checking import CheckedReport
from govreport.checks.findings import Findings
from govreport.core.blocks import plain_paragraph
from govreport.core.grid import Grid
from govreport.core.markdown import markdown_html
from govreport.exchange.readers.opening import ForeignFile, read_document
from govreport.exchange.recognise.cell_values import read_cell
from govreport.exchange.recognise.labels import without_spaces
from govreport.exchange.recognise.published import ImportedReport, report_of
from govreport.filing.filing import Filing
from govreport.filing.narrative import TABLE_MARK
from govreport.filing.project import Agency
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.publish.pdf_writer import pdf_bytes
from tests.support.sample_pages import SAMPLES, page_of, sample_page
from tests.support.strategies import NAME, SLUG, any_filings, examples, is_thorough

WRITERS: Mapping[str, Callable[[Any], bytes]] = {
    "html": lambda page: html_page(page).encode(),
    "ofd": ofd_bytes,
    "pdf": pdf_bytes,
    "docx": docx_bytes,
}


PAGES = [
    (slug, year, kind)
    for number, (slug, year) in enumerate(SAMPLES)
    for kind in (WRITERS if is_thorough() else list(WRITERS)[number % 2 :: 2])
]
"""Each sample report in two formats and its neighbour in the other two; where the tests are thorough, each in all."""


def read(data: bytes, kind: str) -> ImportedReport:
    return report_of(read_document(ForeignFile(f"report.{kind}", kind, data)), f"report.{kind}")


def words(markdown: str) -> list[str]:
    """The paragraphs of a part, without spaces and marks."""
    text = TABLE_MARK.sub("", markdown)
    shown = html.fromstring(f"<div>{markdown_html(text)}</div>").text_content()
    return [flat for line in shown.split("\n") if (flat := without_spaces(line))]


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_headings_within_a_part_stay_headings(kind: str):
    checked, page = sample_page("shili-education", 2023)
    at = next(n for n, block in enumerate(page.blocks) if getattr(block, "text", "") == "（二）依申请公开")
    deeper = (plain_paragraph("1.渠道", 1 + page.blocks[at].heading), plain_paragraph("渠道畅通。"))
    found = read(WRITERS[kind](replace(page, blocks=(*page.blocks[:at], *deeper, *page.blocks[at:]))), kind)
    part = found.filing.narrative.parts[1].text
    named = [line for line in checked.prose[1].split("\n") if line.startswith("#")]
    assert len(named) > 1 and [line for line in part.split("\n") if line.startswith("## ")] == named
    assert "\n\n### 1.渠道\n\n渠道畅通。\n\n## （二）依申请公开\n\n" in part


def test_a_sentence_or_a_caption_that_a_page_sets_as_a_heading_is_none():
    page = html_page(sample_page("shili-education", 2023)[1])
    for text in ("表1　受理渠道", "渠道畅通，没有积压。"):
        changed = page.replace("（二）依申请公开</h3>", f"{text}</h3>")
        lines = read(changed.encode(), "html").filing.narrative.parts[1].text.split("\n")
        assert without_spaces(text) in map(without_spaces, lines)


def test_text_behind_a_parts_heading_in_its_own_element_is_no_heading():
    page = html_page(sample_page("shili-education", 2023)[1])
    heading = "四、政府信息公开行政复议、行政诉讼情况</h2>"
    changed = page.replace(heading, heading.replace("<", "本单位没有需要另行报告的其他各类有关事项和需说明的情形<"))
    assert changed != page and "#" not in read(changed.encode(), "html").filing.narrative.parts[4].text


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("text", ["，{}其中门户网站", "{}含门户网站类"])
def test_prose_right_behind_a_table_is_no_row_of_it_wherever_its_lines_end(text: str, kind: str):
    _, page = sample_page("shili-education", 2023)
    at = next(number for number, block in enumerate(page.blocks) if isinstance(block, Grid))
    heading, said, table, below = page.blocks[at - 2 : at + 2]
    for more in range(10):
        prose = plain_paragraph(f"各平台发布信息{text.format('及' * more)}发布信息120条，群众反映良好。")
        made = replace(page, blocks=(heading, said, table, prose, below))
        assert [note for note in read(WRITERS[kind](made), kind).filing.notes if note.severity == "warning"] == []


@pytest.mark.parametrize(("slug", "year", "kind"), PAGES)
def test_every_sample_report_reads_back(slug: str, year: int, kind: str):
    checked, page = sample_page(slug, year)
    filing = checked.filing
    assert filing
    found = read(WRITERS[kind](page), kind)
    assert found.filing.cells == filing.cells
    assert (found.name, found.filing.year) == (filing.name, year)
    assert found.filing.form.editions == filing.form.editions
    assert "".join(found.filing.title) == "".join(filing.title)
    for number in filing.narrative.parts:
        part = found.filing.narrative.parts.get(number)
        text = "".join(words(part.text)) if part else ""
        for paragraph in words(checked.prose[number]):
            assert paragraph in text, number


def figures_of(filing: Filing) -> dict[str, Any]:
    return {name: figure for name, figure in filing.cells.items() if name not in filing.unreadable}


RAISED = {"applications.unable.must_create.total": 9, "applications.not_processed.excessive.other": "¹"}
"""A raised digit alone, which is no figure."""


@examples(25, thorough=50)
@example(Filing.from_cells(SLUG, NAME, 2023, RAISED), "docx")
@example(Filing.from_cells(SLUG, NAME, 2019, {"proactive.rules.made": "1 000"}), "html")
@given(any_filings(), st.sampled_from(["html", "docx"]))
def test_the_figures_of_any_filing_read_back(filing: Filing, kind: str):
    plain = replace(filing, narrative=replace(filing.narrative, title="", parts={}, signature="", contact=""))
    agency = Agency(SLUG, filing.name, filing.name, "", "department", "own")
    prose = dict.fromkeys(range(7), "")
    page = page_of(CheckedReport(agency, filing.year, Findings(()), plain, prose=prose))
    found = read(WRITERS[kind](page), kind).filing
    other = {key for key, edition in filing.form.editions.items() if found.form.editions[key] != edition}
    if other:  # of a table without figures, a word in place of one is taken for a label; every row is told then
        assert other <= {name.partition(".")[0] for name in filing.unreadable} and found.unreadable
        assert not any(filing.cells[name] is not None for name in filing.cells if name.partition(".")[0] in other)
        return
    doubtful = {row_of(name) for name in filing.unreadable}
    sure = {name: figure for name, figure in figures_of(filing).items() if row_of(name) not in doubtful}
    assert {name: found.cells[name] for name in sure} == sure
    for name in figures_of(filing).keys() - sure.keys():  # a word among blanks may be taken for a label
        assert found.cells[name] == filing.cells[name] or name in found.unreadable, name
    for name, told in filing.unreadable.items():  # a page may write thousands apart (1 000), a table file may not
        assert found.cells[name] in (None, read_cell(told.text, filing.form.cells[name].kind).figure), name


def row_of(name: str) -> str:
    return name.rpartition(".")[0]
