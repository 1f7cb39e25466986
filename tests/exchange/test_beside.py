"""What a page of the project's own shows beside its filing's text is not read as such text when the page was edited."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from govreport.checks.checking import check_report
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.filing.narrative import Narrative
from govreport.notebook.report import Report
from govreport.publish.document import Document, read_document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.publish.pdf_writer import pdf_bytes
from govreport.publish.review import review_page
from tests.support.projects import FAULTY
from tests.support.sample_pages import PROJECT, output

FIGURE, OTHER = "126", "127"
"""A figure of the table, and what somebody makes of it on the page."""
CELL, CHART = "窗口受理的多为当面申请。", "各渠道收到申请的情况"
SAID = {
    "cell_type": "markdown",
    "metadata": {},
    "source": f"## 分析\n\n{CELL}\n\n| 渠道 | 办法 |\n|---|---|\n| 窗口 | 登记 |",
}


def document_of(*more: dict[str, Any]) -> Document:
    """A faulty report as its notebook gives it, with a chart and more cells behind its third part."""
    report = Report(PROJECT, check_report(PROJECT, FAULTY, 2023))
    shown = [report.section(n) for n in range(4)] + [report.table("applications"), report.chart("results")]
    after = [report.remainder(3), *map(report.section, (4, 5, 6)), report.table("proactive")]
    made = [[{"cell_type": "code", "metadata": {}, "source": "", "outputs": [output(one)]} for one in some if one]
            for some in (shown, after)]  # fmt: skip
    account = json.loads(json.dumps(report.account().to_json()))
    return read_document({"cells": [*made[0], *more, *made[1]], "metadata": {"govreport": account}})


def edited(page: str) -> bytes:
    """A page on which one figure of a table was changed by hand, and nothing in the data within it."""
    head, shown, inside = page.partition("<main>")
    body, end, rest = (shown + inside).partition("</main>")
    assert body.count(f">{FIGURE}<") == 1
    return (head + body.replace(f">{FIGURE}<", f">{OTHER}<") + end + rest).encode()


def edited_word(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as changed:
        for name in source.namelist():
            part = source.read(name)
            main = name.endswith("document.xml")
            changed.writestr(name, part.replace(f">{FIGURE}<".encode(), f">{OTHER}<".encode(), 1) if main else part)
    return target.getvalue()


WRITERS: dict[str, Callable[[Document], bytes]] = {
    "report.html": lambda document: edited(html_page(document)),
    "review.html": lambda document: edited(review_page(document)),
    "report.docx": lambda document: edited_word(docx_bytes(document)),
}


@cache
def plain() -> Document:
    return document_of()


def read(name: str, data: bytes, folder: Path) -> ImportedReport:
    (folder / name).write_bytes(data)
    return read_published(folder / name, name)


def prose(narrative: Narrative) -> str:
    return "\n".join(part.text for part in narrative.parts.values())


def own(document: Document) -> list[str]:
    """The paragraphs of the filing's narrative that the page was made from."""
    texts = document.account.enclosure["filing"]["narrative"].values()
    return ["".join(line.split()) for text in texts for line in str(text).split("\n") if line.strip()]


@pytest.mark.parametrize("name", WRITERS)
def test_neither_findings_nor_captions_of_charts_become_prose(name: str, tmp_path: Path):
    document = plain()
    assert document.account.is_draft and len(document.account.findings) > 1
    found = read(name, WRITERS[name](document), tmp_path)
    assert found.source == "published" and found.filing.cells["proactive.licensing.decisions"] != 126
    paragraphs = ["".join(line.split()) for line in prose(found.filing.narrative).split("\n") if line.strip()]
    assert paragraphs == own(document)


@pytest.mark.parametrize("name", WRITERS)
def test_what_cells_of_the_notebook_show_is_left_out_and_named(name: str, tmp_path: Path):
    document = document_of(SAID)
    found = read(name, WRITERS[name](document), tmp_path)
    written = prose(found.filing.narrative)
    assert CELL not in written and "分析" not in written and "登记" not in written
    (told,) = [note.message for note in found.filing.notes if "笔记本单元格" in note.message]
    assert "“分析”" in told and CELL in told


@pytest.mark.parametrize(("kind", "write"), [("pdf", pdf_bytes), ("ofd", ofd_bytes)])
def test_findings_of_a_printed_draft_are_no_prose(kind: str, write: Callable[[Document], bytes], tmp_path: Path):
    document = plain()
    inside = json.loads(json.dumps(document.account.enclosure))
    inside["filing"]["cells"]["proactive.licensing.decisions"] = int(OTHER)
    made = replace(document, account=replace(document.account, enclosure=inside))
    found = read(f"report.{kind}", write(made), tmp_path)
    assert found.source == "published"
    assert "草稿" not in prose(found.filing.narrative)
    assert all(finding.message not in prose(found.filing.narrative) for finding in document.account.findings)


def test_a_report_with_nothing_of_a_notebooks_own_has_no_note_of_it(tmp_path: Path):
    found = read("report.html", edited(html_page(plain())), tmp_path)
    assert not [note for note in found.filing.notes if "笔记本" in note.message]
