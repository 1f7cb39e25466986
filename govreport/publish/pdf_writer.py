"""A document as PDF, set by Typst as official documents are (GB/T 9704-2012): PDF/A-3a and PDF/UA-1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

from govreport.core import GovReportError
from govreport.publish.document import Document
from govreport.publish.layout.font_set import FontSet, font_set
from govreport.publish.layout.page_data import dated, document_data, of_kind
from govreport.publish.layout.text_setting import BREAK
from govreport.publish.layout.typst_files import TEMPLATES, as_text, compiled, first_line
from govreport.publish.pdf_attachments import Attachment, attachments
from govreport.publish.pdf_headers import with_row_headers
from govreport.publish.pdf_pictures import excess

STANDARDS = ["a-3a", "ua-1"]
LARGEST = 3_000_000
"""Characters of data that are set, the places of long words counted too: some thousands of pages."""
BREAK_COST = 100
MOST_NAMED = 5
AROUND = 8
_UNSET = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}|\\(.)")
_FIGURE_FILE = re.compile(r"fig\d+\.(?:svg|png|jpg)")


class PdfError(GovReportError):
    """A document cannot be set; the text says what stands in the way."""


class MissingGlyphError(PdfError):
    """No font has a character of the document.

    characters: all that are missing, in order of their first report.
    """

    def __init__(self, message: str, characters: tuple[str, ...] = ()) -> None:
        self.characters = characters
        super().__init__(message)

    def __reduce__(self) -> tuple[type[MissingGlyphError], tuple[str, tuple[str, ...]]]:
        return MissingGlyphError, (str(self), self.characters)


@dataclass(frozen=True)
class PdfResult:
    """A PDF. data: its bytes; fonts: for each role (title, fang, kai, hei, song, mono) the family that set it."""

    data: bytes
    fonts: Mapping[str, str]


def pdf_bytes(document: Document, fonts_folder: Path | None = None) -> PdfResult:
    """Return a document as PDF; the same document and fonts give the same bytes.

    fonts_folder: a project's ``fonts/``, which need not exist.
    Raises MissingGlyphError when no font has a character, PdfError or TableTooWideError when something
    else cannot be set.

    >>> from govreport.core import plain_paragraph
    >>> pdf_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),))).data[:5]
    b'%PDF-'
    """
    fonts = font_set(fonts_folder)
    data, setting = document_data(document, fonts.chains, fonts.bold)
    for picture in of_kind(data["blocks"], "figure"):
        if reason := excess(setting.files[picture["file"]], picture["file"].endswith(".svg")):
            raise PdfError(f"图“{picture['caption'] or picture['alt']}”过大，未能排版（{reason}）；请缩小后重试。")
    text = json.dumps(data, ensure_ascii=False)
    if len(text) + BREAK_COST * text.count(BREAK) > LARGEST:
        raise PdfError("报告内容过多，会有数千页，未能排版；请删减过长的表格、文字或输出，或另行提供数据文件。")
    sources = {
        "data.json": text.encode(),
        **{name: as_text(name, picture) for name, picture in setting.files.items()},
    }
    try:
        made = _compile(sources, attachments(document.account), fonts, int(dated(document).timestamp()))
    except typst.TypstError as error:
        raise _told(error, data, setting.files) from error
    return PdfResult(with_row_headers(made, data["blocks"]), fonts.faces)


def _compile(sources: Mapping[str, bytes], attached: Sequence[Attachment], fonts: FontSet, timestamp: int) -> bytes:
    files = {
        "main.typ": (TEMPLATES / "report.typ").read_bytes(),
        **sources,
        "attached.json": json.dumps([{**vars(file), "data": None} for file in attached]).encode(),
        **{file.name: file.data for file in attached},
    }
    return compiled(files, fonts, pdf_standards=STANDARDS, timestamp=timestamp)


def _told(error: typst.TypstError, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> PdfError:
    missing = tuple(dict.fromkeys(c for text in _UNSET.findall(error.diagnostic) for c in _unescaped(text)))
    if missing:
        named = "、".join(f"“{c}”（U+{ord(c):04X}{_place(c, data, pictures)}）" for c in missing[:MOST_NAMED])
        many = f"等{len(missing)}个字" if len(missing) > MOST_NAMED else ""
        message = f"现有字体中没有{named}{many}；请改用其他字，或把含有该字的字体文件放入项目的 fonts/ 文件夹。"
        return MissingGlyphError(message, missing)
    first = first_line(error)
    if "recursion limit" in first or "depth exceeded" in first:
        return PdfError("列表或引用嵌套得太深，未能排版；请减少层次。")
    if picture := _FIGURE_FILE.search(error.diagnostic):
        figure = next(block for block in of_kind(data["blocks"], "figure") if block["file"] == picture[0])
        return PdfError(f"图“{figure['caption'] or figure['alt']}”无法读取，未能排版（{first}）。")
    if "decode image" in first or "image format" in first:
        unread = [f for f in of_kind(data["blocks"], "figure") if not f["file"].endswith(".svg")]
        names = "”或“".join(figure["caption"] or figure["alt"] for figure in unread)
        return PdfError(f"图“{names}”无法读取，未能排版（{first}）。")
    return PdfError(f"PDF 排版未完成：{first}。")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text)


def _place(character: str, data: Mapping[str, Any], pictures: Mapping[str, bytes]) -> str:
    """Say where a character stands, with the text around it."""
    for where, text in _texts(data):
        place = text.find(character)
        if place >= 0:
            snippet = text[max(0, place - AROUND) : place + AROUND + 1].replace("\n", "")
            return f"，见{where}“{snippet}”"
    drawn = (f for f in of_kind(data["blocks"], "figure") if character.encode() in pictures[f["file"]])
    named = next((figure["caption"] or figure["alt"] for figure in drawn), "")
    return f"，见图“{named}”" if named else "，见图中"


def _texts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "标题", data["name"]
    yield from _block_texts(data["blocks"])
    yield "联系方式", data["contact"]
    yield "署名", f"{data['signature']} {data['date']}"
    for finding in (data["draft"] or {}).get("findings", ()):
        yield "勾稽校验意见", f"{finding['rule']} {finding['message']}{finding['waived'] or ''}"


def _block_texts(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for block in of_kind(blocks, "heading", "paragraph", "table", "figure", "output"):
        match block["kind"]:
            case "heading" | "paragraph":
                yield "", "".join(run["text"] for run in block["runs"]).replace(BREAK, "")
            case "table":
                yield "表题", block["caption"]
                for cell in (cell for part in block["parts"] for row in part["rows"] for cell in row):
                    yield "表中单元格", cell["text"].replace(BREAK, "")
            case "figure":
                yield "图题", block["caption"]
            case "output":
                for line in block["lines"]:
                    yield "输出内容", "".join(text for _, text in line)
