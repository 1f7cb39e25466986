"""A document as PDF, set by Typst as official documents are (GB/T 9704-2012): PDF/A-3a and PDF/UA-1.

The filing travels inside as attached files, so that a published report can be read back without loss.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from lxml import etree

from govreport.checks import Account
from govreport.core import GovReportError
from govreport.filing import ENCLOSED_FILES, TEMPLATES, table_csv
from govreport.publish.appearance import within_bounds
from govreport.publish.document import Document
from govreport.publish.layout.page_data import document_data, file_date, of_kind, texts_of
from govreport.publish.layout.typesetter import FontSet, compile_typst, drawn, first_line, font_set, picture_source
from govreport.publish.layout.typography import BREAK, unmarked
from govreport.publish.pdf_objects import packed

STANDARDS = ["a-3a", "ua-1"]
LARGEST = 3_000_000
"""Most characters of data, with BREAK_COST for each break within a word: some thousands of pages."""
BREAK_COST, CELL_SPARED = 100, 105
"""CELL_SPARED: characters of a cell's data that take no time to set; a list of 2,000 agencies takes seconds."""
MOST_NAMED = 5
AROUND = 8
MOST_BYTES = 12_000_000
MOST_SHAPES = 100_000
"""Elements of a drawing, each counted as often as it is drawn again by ``use``."""
ENCLOSED = {"filing": "年报全部数据（JSON）", "front": "报告标题、署名等（JSON）"}
_UNSET = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_REACHING = re.compile(r'\b(?:include\b|eval\b|dictionary(?=\())|\bimport\b(?! "(?:report|sized)\.typ")')
"""What takes code or files from elsewhere into a template of Typst's; packages would come from the network."""
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")
_LINKS = ("href", "{http://www.w3.org/1999/xlink}href")
_CELL = re.compile(rb"/S/TD(/P \d+ 0 R/A\[<</O/Table)/Headers\[(?:\(U\d+x\d+y\d+\))*\(U(\d+)x(\d+)y\d+\)\]")


@dataclass(frozen=True)
class Attachment:
    """A file within the PDF (ISO 19005-3, 6.8).

    relationship: to the report, ``source`` or ``data``.
    """

    name: str
    data: bytes
    media: str
    relationship: str
    description: str


@dataclass(frozen=True)
class Typeset:
    """A document's pages as Typst has set them.

    pdf: its bytes; labelled: the numbers, from 1, of the tables that have a label at the left of each row.
    """

    pdf: bytes
    labelled: frozenset[int]
    attached: tuple[Attachment, ...]

    def rewritten(self, body: bytes) -> bytes:
        """Return an object of the PDF with row headers of the labels in tables' structure elements.

        Typst marks a table's column headers as such, and ties every other cell to them by name; row labels it takes for
        data (its ``pdf.header-cell`` is an unfinished feature that its Python package cannot switch on). Here the cells
        below a table's corner become row headers, and its data cells find theirs by scope (ISO 32000-1, 14.8.5.7).
        Last rows that were set as a footer, since a page may not divide one, become what they are.
        """

        def cell(found: re.Match[bytes]) -> bytes:
            if int(found[2]) not in self.labelled:
                return found[0]
            is_label = int(found[3]) == 0
            return (b"/S/TH" if is_label else b"/S/TD") + found[1] + b"/Scope/Row" * is_label

        return _CELL.sub(cell, body).replace(b"/S/TFoot", b"/S/TBody")


def pdf_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as PDF; the same document and fonts give the same bytes.

    fonts_folder: a project's ``fonts/``, which need not exist.
    Raises GovReportError when something cannot be set, such as a character that no font has.

    >>> from govreport.core import plain_paragraph
    >>> pdf_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),)))[:5]
    b'%PDF-'
    """
    made = typeset(document, fonts_folder)
    return packed(made.pdf, made.rewritten)


def typeset(document: Document, fonts_folder: Path | None = None) -> Typeset:
    """Set a document's pages. Raises GovReportError, see `pdf_bytes`."""
    is_own = "pdf" in document.account.appearance.templates
    return within_bounds("pdf", _typeset, document, fonts_folder) if is_own else _typeset(document, fonts_folder)


def _typeset(document: Document, fonts_folder: Path | None) -> Typeset:
    fonts = font_set(fonts_folder)
    data = document_data(document)
    text = json.dumps(data, ensure_ascii=False, default=lambda picture: "")
    tables = list(of_kind(data["blocks"], "table"))
    cells = sum(len(row) for table in tables for part in table["parts"] for row in part["rows"])
    if len(text) + BREAK_COST * text.count(BREAK) - CELL_SPARED * cells > LARGEST:
        raise GovReportError("报告内容过多，会有数千页，未能排版；请删减过长的表格、文字或输出，或另行提供数据文件。")
    attached = attachments(document.account)
    given = data | {"attached": [vars(file) | {"data": file.data.decode()} for file in attached]}
    for figure in of_kind([*data["emblem"], *data["blocks"]], "figure"):
        if reason := excess(figure["picture"], figure["file"].endswith(".svg")):
            raise GovReportError(f"图“{figure['name']}”过大，未能排版（{reason}）；请缩小后重试。")
    own = document.account.appearance.templates.get("pdf", "")
    if reached := _REACHING.search(own):
        line = own.count("\n", 0, reached.start()) + 1
        told = f"{TEMPLATES['pdf']} 第{line}行有 {reached[0]}"
        raise GovReportError(f'{told}；模板只能 import "report.typ" 或 "sized.typ"，不能取别处的文件。')
    options: Mapping[str, Any] = {"pdf_standards": STANDARDS, "timestamp": int(file_date(document).timestamp())}
    try:
        pdf = compile_typst("report.typ", given, fonts, own, **options)
    except typst.TypstError as error:
        if own and not _UNSET.search(error.diagnostic):
            line = (re.findall(r":(\d+):\d+", error.diagnostic) or ["1"])[0]
            raise GovReportError(f"{TEMPLATES['pdf']} 第{line}行有错（{first_line(error)}）；请改正模板。") from error
        raise GovReportError(_explained(error, data, fonts)) from error
    if own:
        from govreport.publish.visibility import require_shown  # noqa: PLC0415, a reader of PDF, for few projects

        notice = [data["draft"]["notice"]] if data["draft"] else []
        wanted = {"标题": data["title"], "正文": texts_of(data["blocks"]), "草稿说明": notice}
        require_shown(wanted, compile_typst("report.typ", given, fonts, **options), pdf)
    fonts.forget_old()
    return Typeset(pdf, frozenset(number for number, table in enumerate(tables, 1) if _has_labels(table)), attached)


def attachments(account: Account) -> tuple[Attachment, ...]:
    """Return the filing's JSON, its front matter, and its tables as CSV files, as they lie in a filing's folder.

    A page without a filing has none; one of an edition that is not known here is attached as JSON alone.

    >>> attachments(Account(("示例",)))
    ()
    """
    filing, attached = account.filing, []
    if not account.enclosure["filing"]:
        return ()
    for key, description in ENCLOSED.items():
        if data := account.enclosure[key]:
            # a lone surrogate is written as the escape by which JSON knows it
            text = json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace")
            attached.append(Attachment(ENCLOSED_FILES[key], text, "application/json", "source", description))
    if filing:
        for table in filing.form.tables.values():
            text = table_csv(filing, table).encode("utf-8-sig", "replace")
            attached.append(Attachment(f"{table.key}.csv", text, "text/csv", "data", f"{table.name}（CSV）"))
    return tuple(attached)


def excess(picture: bytes, is_svg: bool) -> str:
    """Return the bound that a picture exceeds as a Chinese clause, else an empty text.

    Such a picture would exhaust time or memory. Its pixels are bounded where it is read, as is what it draws again and
    again. One that cannot be read is left to the typesetter, which says so.

    >>> excess(b"<svg xmlns='http://www.w3.org/2000/svg'/>", True)
    ''
    """
    if len(picture) > MOST_BYTES:
        return f"文件有{len(picture):,}字节，超过{MOST_BYTES:,}字节"
    return f"图形元素超过{MOST_SHAPES:,}个" if is_svg and _shapes(picture) > MOST_SHAPES else ""


def _shapes(svg: bytes) -> int:
    """Count the elements of a drawing, each as often as it is drawn; what is drawn again draws nothing again itself."""
    try:
        root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return 0
    named = {element.get("id"): element for element in root.iter()}
    links = (use.get(link, "") for use in root.iter("{*}use") for link in _LINKS)
    used = Counter(link[1:] for link in links if link.startswith("#"))
    again = (times * sum(1 for _ in named[name].iter()) for name, times in used.items() if name in named)
    return sum(1 for _ in root.iter()) + sum(again)


def _has_labels(table: Mapping[str, Any]) -> bool:
    """Whether every cell below a corner is a label, and none beside it is."""
    corner = 0
    for part in table["parts"]:
        cells = [cell for row in part["rows"] for cell in row]
        if part["level"]:
            corner = [cell["col"] for cell in cells if cell["x"] == 0][-1]
        elif any(cell["header"] != (cell["x"] < corner) for cell in cells):
            return False
    return corner > 0


def _explained(error: typst.TypstError, data: Mapping[str, Any], fonts: FontSet) -> str:
    """Return an error of the typesetter as a sentence that tells users the remedy; raise it for a figure."""
    unset = (_ESCAPE.sub(lambda e: chr(int(e[1], 16)) if e[1] else e[2], t) for t in _UNSET.findall(error.diagnostic))
    if missing := list(dict.fromkeys("".join(unset))):
        named = "、".join(f"“{c}”（U+{ord(c):04X}{_place(c, data)}）" for c in missing[:MOST_NAMED])
        many = f"等{len(missing)}个字" if len(missing) > MOST_NAMED else ""
        return f"现有字体中没有{named}{many}；请改用其他字，或把含有该字的字体文件放入项目的 fonts/ 文件夹。"
    first = first_line(error)
    if "recursion limit" in first or "depth exceeded" in first:
        return "列表或引用嵌套得太深，未能排版；请减少层次。"
    for figure in of_kind(data["blocks"], "figure"):
        drawn(figure | {"width": 0, "height": 0}, fonts)
    return f"PDF 排版未完成：{first}。"


def _place(character: str, data: Mapping[str, Any]) -> str:
    """Say where a character stands, with the text around it."""
    for where, text in _texts(data):
        if (place := text.find(character)) >= 0:
            snippet = text[max(0, place - AROUND) : place + AROUND + 1].replace("\n", "")
            return f"，见{where}“{snippet}”"
    figures = of_kind(data["blocks"], "figure")
    name = next((figure["name"] for figure in figures if character in picture_source(figure["picture"])), "")
    return f"，见图“{name}”" if name else "，见图中"


def _texts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield all texts of a document, each with the name of its kind."""
    yield "标题", data["name"]
    for block in of_kind(data["blocks"], "heading", "paragraph", "table", "figure", "output"):
        cells = (cell for part in block.get("parts", ()) for row in part["rows"] for cell in row)
        yield "", unmarked("".join(run["text"] for run in block.get("runs", ())))
        yield "表题" if block["kind"] == "table" else "图题", block.get("caption", "")
        yield from (("表中单元格", unmarked(cell["text"])) for cell in cells)
        yield from (("输出内容", "".join(text for _, text in line)) for line in block.get("lines", ()))
    yield "联系方式", data["contact"]
    yield "署名", f"{data['signature']} {data['date']}"
    for finding in (data["draft"] or {}).get("findings", ()):
        yield "勾稽校验意见", f"{finding['rule']} {finding['message']}{finding['waived'] or ''}"
