"""What the project publishes reads back exactly through the data inside: HTML, PDF, OFD and Word alike."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from govreport.checks.checking import CheckedReport
from govreport.checks.findings import Findings
from govreport.exchange.readers.embedded import embedded_filing
from govreport.exchange.readers.opening import ForeignFile, open_file
from govreport.filing.filing import Filing, Note
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Agency, Project
from govreport.notebook.report import Report
from govreport.publish.document import Document, read_document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.publish.package import data_files
from govreport.publish.pdf_writer import pdf_bytes
from tests.support.papers import paragraph
from tests.support.projects import REPOSITORY
from tests.support.strategies import any_filings

Write = Callable[[Document], bytes]
WRITERS: dict[str, Write] = {
    "html": lambda document: html_page(document).encode(),
    "ofd": ofd_bytes,
    "pdf": pdf_bytes,
    "docx": docx_bytes,
}
every_format = pytest.mark.parametrize("kind", WRITERS)
CELLS = {
    "applications.new.total": "三件", "proactive.fees.amount": "12.50", "applications.new.natural": 0,
    "disputes.reconsideration.total": 2,
}  # fmt: skip
NARRATIVE = Narrative(
    title="示例市档案局\n政府信息公开年报",
    contact="0000-1234567 </script>",
    signature="示例市档案局",
    parts={
        0: Part("", "前言。"),
        1: Part("一、总体情况（略）", "甲。\n\n## 小节\n\n乙 < 丙。"),
        2: Part("二、主动公开", ""),
    },
)


def account(filing: Filing) -> dict[str, object]:
    """What a report of the filing says of itself, as its notebook holds it."""
    prose = {number: part.text for number, part in filing.narrative.parts.items()}
    agency = Agency(filing.agency, filing.name, filing.name, "", "department", "own")
    report = Report(Project(REPOSITORY), CheckedReport(agency, filing.year, Findings(()), filing, prose=prose))
    return json.loads(json.dumps(report.account().to_json()))


def page(filing: Filing) -> Document:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "一段话。"}]
    return read_document({"cells": cells, "metadata": {"govreport": account(filing)}})


def fronted(filing: Filing, front: dict[str, object]) -> Document:
    """The page of a filing with another front matter inside."""
    made = page(filing)
    held = {"filing": made.account.enclosure["filing"], "front": front}
    return replace(made, account=replace(made.account, enclosure=held))


def sample() -> Filing:
    return Filing.from_cells("shili-archive", "示例市档案局", 2022, CELLS, narrative=NARRATIVE)


def same(again: Filing | None, filing: Filing) -> None:
    assert again is not None
    assert (again.agency, again.name, again.year, again.form) == (filing.agency, filing.name, filing.year, filing.form)
    assert again.cells == filing.cells
    assert again.unreadable == filing.unreadable
    assert [again.text_of(cell) for cell in again.cells] == [filing.text_of(cell) for cell in filing.cells]
    assert again.title == filing.title
    for key in ("published", "contact", "signature"):
        assert getattr(again.narrative, key) == getattr(filing.narrative, key)
    told = {n: (p.heading, p.text) for n, p in filing.narrative.parts.items() if p.heading or p.text}
    assert {n: (p.heading, p.text) for n, p in again.narrative.parts.items()} == told


@every_format
def test_a_filing_is_the_same_after_publishing(kind: str):
    filing = sample()
    found = embedded_filing(ForeignFile("a", kind, WRITERS[kind](page(filing))))
    same(found.filing, filing)
    assert found.filing is not None and (found.filing.to_json(), found.notes) == (filing.to_json(), ())


@every_format
def test_what_was_noted_on_reading_the_files_is_not_published(kind: str):
    filing = replace(sample(), notes=(Note("data/a/2023/proactive.csv 是 GB18030 编码；请另存为 UTF-8。"),))
    data = WRITERS[kind](page(filing))
    found = embedded_filing(ForeignFile("a", kind, data)).filing
    assert found is not None and found.notes == () and b"GB18030" not in data
    assert (told := page(filing).account.filing) is not None and told.notes == filing.notes


@every_format
@pytest.mark.parametrize(
    ("written", "carried"),
    [
        ("<!-- 内部：甲 -->\n\n全年**主动**公开。", "全年**主动**公开。"),
        ("全年<!-- 待核对：\n内部 -->主动公开。\n\n<!-- table -->\n\n末。", "全年主动公开。\n\n<!-- table -->\n\n末。"),
        ('全年公开<span style="display:none">内部</span>。\n\n- 甲', "全年公开。\n\n甲"),
        ("<div hidden>\n\n内部\n\n<div>内部</div>\n</div>\n\n全年公开。", "全年公开。"),
        ("全年公开<textarea>内部</textarea>。", "全年公开。"),
    ],
)
def test_what_a_page_leaves_out_is_in_no_data_that_it_carries(written: str, carried: str, kind: str):
    parts = {1: Part("一、总体情况<!-- 内部 -->", written)}
    filing = replace(sample(), narrative=replace(NARRATIVE, parts=parts))
    found = embedded_filing(ForeignFile("a", kind, WRITERS[kind](page(filing)))).filing
    assert found is not None and found.narrative.parts[1].heading == "一、总体情况"
    assert re.split(r"\n{2,}", found.narrative.parts[1].text.strip()) == carried.split("\n\n")
    assert "内部" not in json.dumps(list(data_files(page(filing).account).values()), default=bytes.decode)


@settings(max_examples=30)
@given(any_filings())
def test_any_filing_is_the_same_after_publishing_as_a_page(filing: Filing):
    same(embedded_filing(ForeignFile("a", "html", WRITERS["html"](page(filing)))).filing, filing)


@settings(max_examples=8)
@given(any_filings())
def test_any_filing_is_the_same_after_publishing_as_a_word_document(filing: Filing):
    same(embedded_filing(ForeignFile("a", "docx", WRITERS["docx"](page(filing)))).filing, filing)


@every_format
def test_a_file_that_holds_only_the_json_is_read_as_well(kind: str):
    filing = sample()
    found = embedded_filing(ForeignFile("a", kind, WRITERS[kind](fronted(filing, {}))))
    assert found.filing is not None and found.filing.cells == filing.cells
    assert found.filing.to_json() == filing.to_json()


@every_format
def test_a_file_without_a_filing_holds_none(kind: str):
    found = embedded_filing(ForeignFile("a", kind, WRITERS[kind](Document(("示例",), (paragraph("一段话。"),)))))
    assert (found.filing, found.notes) == (None, ())


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "null", "{}", '{"cells": 3}', "[" * 50_000, '{"year": NaN}', '{"year": 1e999}', "9" * 5_000],
    ids=range(9),
)
def test_broken_data_is_told_and_the_page_is_read_instead(text: str):
    data = f'<p>甲</p><script type="application/json" id="govreport-filing">{text}</script>'.encode()
    found = embedded_filing(ForeignFile("a.html", "html", data))
    assert (found.filing, found.notes) == (None, ("a.html 内嵌的年报数据已损坏，按正文读取。",))


@pytest.mark.parametrize("key", ["name", "title", "published", "contact", "signature", "headings", "printed"])
@pytest.mark.parametrize("value", [None, 3, "甲", [1], {"x": [1]}])
def test_front_matter_of_any_shape_never_raises(key: str, value: object):
    data = html_page(fronted(sample(), {key: value})).encode()
    found = embedded_filing(ForeignFile("a.html", "html", data))
    assert found.filing is not None or found.notes


def test_a_word_document_that_was_changed_is_read_anew():
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx_bytes(page(sample())))) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            part = source.read(name)
            changed.writestr(
                name, part.replace("一段话".encode(), "两段话".encode()) if name.endswith("document.xml") else part
            )
    found = embedded_filing(ForeignFile("a.docx", "docx", target.getvalue()))
    assert found.filing is None and "修改过" in found.notes[0]


def test_a_saved_page_is_found_whatever_the_browser_did_to_it(tmp_path: Path):
    text = html_page(page(sample())).replace(
        'type="application/json" id="govreport-filing"', "id=govreport-filing type=x"
    )
    (tmp_path / "年报.html").write_bytes(re.sub(r"<meta charset[^>]*>", "", text).encode("utf-8-sig"))
    same(embedded_filing(open_file(tmp_path / "年报.html", "年报.html")).filing, sample())
