"""Documents to be set as PDF, made here, and what stands on their pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pdfplumber
import pypdfium2

from govreport.checks.account import Account
from govreport.checks.findings import Finding, Findings, Identity, Waiver
from govreport.checks.report_states import INCONSISTENT
from govreport.core.blocks import Block, Paragraph, Run
from govreport.filing.filing import Filing
from govreport.publish.document import Document
from govreport.publish.markup import markdown_blocks
from govreport.publish.pdf_writer import pdf_bytes
from govreport.tables.statutory import statutory_grid

TITLE = ("示例市人民政府办公室", "2022年政府信息公开工作年度报告")
ACCEPTED = Waiver("Y1", (), "上年报告已更正", "李审核", "2023-01-20")
FINDINGS = Findings(
    (
        Finding("demo", 2022, "warning", "制发件数偏大", (Identity("P2", ()),)),
        Finding("demo", 2022, "error", "结转不符", (Identity("Y1", ()),), waived=ACCEPTED),
        Finding("demo", 2022, "error", "第一项加第二项不等", (Identity("A1", ()),)),
    )
)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="80"><text x="9" y="30">{}</text></svg>'

HOSTILE = (
    '#eval("1")',
    '#image("/etc/passwd")',
    "*bold*",
    "_it_",
    "$x^2$",
    "`raw`",
    "<label>",
    "@ref",
    "</text>",
    r"\u{41}",
    "//comment",
    "/*c*/",
    '"quoted"',
    "[x]{y}",
    "=h",
)
"""Texts that would do something if they were markup."""


def said_of(text: str) -> Findings:
    """An accepted error whose rule, message and reason are a text."""
    waived = Waiver(text, (), text, "", "")
    return Findings((Finding("demo", 2022, "error", text, (Identity(text, ()),), waived=waived),))


def paragraph(text: str) -> Paragraph:
    return Paragraph((Run(text),))


def document(
    *blocks: Block, title: tuple[str, ...] = TITLE, draft: bool = False, filing: Filing | None = None, **values: Any
) -> Document:
    """A document whose account says what is given, and holds a filing as its notebook would."""
    state = INCONSISTENT if draft else ""
    held = {"filing": filing.to_json() if filing else {}, "front": {}}
    account = Account(title, **{"name": TITLE[0], "state": state, "filing": filing, "enclosure": held, **values})
    return Document(title, blocks, account)


def filing(year: int) -> Filing:
    blank = Filing.from_cells("demo", TITLE[0], year, {})
    cells = {name: number for number, name in enumerate(blank.cells, start=1000)}
    return Filing.from_cells("demo", TITLE[0], year, cells)


def report(year: int, **values: Any) -> Document:
    """All statutory tables of a year, with a heading and a sentence before each."""
    made = filing(year)
    blocks: list[Block] = []
    for table in made.form.tables.values():
        blocks += markdown_blocks(f"# {made.form.parts[table.part - 1]}\n\n{year} 年，本机关依法办理。")
        blocks.append(statutory_grid(made, table.key))
    return document(*blocks, **values)


def pages(data: bytes) -> Iterator[Any]:
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        yield from pdf.pages


def texts(data: bytes) -> list[str]:
    """The text of each page, in the order in which it was set: a tenth of the time that `pages` takes."""
    with pypdfium2.PdfDocument(data) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]


def squeezed(text: str) -> str:
    return "".join(text.split())


def text_of(made: Document) -> str:
    return squeezed("".join(texts(pdf_bytes(made))))
