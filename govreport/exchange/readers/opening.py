"""Opening a foreign file: its bytes within bounds, its kind by content, and a sentence for what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from govreport.core import FilingError, read_bytes
from govreport.exchange.readers.bounds import CHUNK, LIMIT
from govreport.exchange.readers.characters import MOST_LOST
from govreport.exchange.readers.container import Container
from govreport.exchange.readers.docx_reader import read_docx
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_reader import read_html, read_mhtml
from govreport.exchange.readers.ofd_reader import read_ofd
from govreport.exchange.readers.pdf_reader import check_pdf, read_pdf
from govreport.exchange.readers.sheet_reader import read_sheet
from govreport.exchange.readers.text_reader import read_text_document


@dataclass(frozen=True)
class Format:
    """A format of files that can hold a report: its name for people, its usual extensions, its reader.

    The reader takes a file's bytes and its name for messages.
    """

    name: str
    extensions: tuple[str, ...]
    read: Callable[[bytes, str], ForeignDocument]


_PAGES = (".html", ".htm", ".shtml", ".xhtml")
FORMATS: Mapping[str, Format] = {
    "html": Format("网页（HTML）", _PAGES, read_html),
    "mhtml": Format("网页（MHTML）", (".mhtml", ".mht", *_PAGES), read_mhtml),
    "docx": Format("Word 文档（docx）", (".docx", ".docm", ".dotx"), read_docx),
    "xlsx": Format("电子表格（xlsx）", (".xlsx", ".xlsm", ".xltx"), read_sheet),
    "pdf": Format("PDF", (".pdf",), read_pdf),
    "ofd": Format("版式文件（OFD）", (".ofd",), read_ofd),
    "text": Format("文本", (".txt", ".csv", ".tsv", ".md", ".tab"), read_text_document),
}
EXTENSIONS = frozenset(extension for format_ in FORMATS.values() for extension in format_.extensions)
OLD_EXTENSIONS = frozenset({".doc", ".xls", ".wps", ".et"})
"""Extensions of formats that cannot be read; pages are often saved under them."""
WANTED = "网页、docx、xlsx、文本、带文字的 PDF 或 OFD"
_REFUSED = {
    rb"\xff\xd8\xff|\x89PNG|GIF8|BM|II\*\0|MM\0\*|.{4}ftyp|RIFF.{4}WEBP": (
        f"是图片，无法读取文字；请找到报告的{WANTED}，或人工录入"
    ),
    rb"Rar!|7z\xbc\xaf\x27\x1c|\x1f\x8b|BZh|\xfd7zXZ|.{257}ustar": "是压缩包；请解压后导入其中的报告文件",
    rb"\{\\rtf": "是 RTF 文档；请用 Word 或 WPS 另存为 docx 后再导入",
}
"""Sentences on files that are no report, by a pattern of their first bytes."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "EncryptedPackage": "是加密的 Office 文档；请用密码打开并取消密码后另存，再导入",
    "WordDocument": "是旧版 Word 文档（doc）或 WPS 文字；请用 Word 或 WPS 另存为 docx 后再导入",
    "Workbook": "是旧版 Excel 工作簿（xls）或 WPS 表格；请用 Excel 或 WPS 另存为 xlsx 后再导入",
}
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|meta|title|table|div|p|span|h[1-6]|article)\b", re.IGNORECASE)
_MARKDOWN = re.compile(rb"\A(?!.*<\s*(?:html|body)\b)(?:.*\n)?#{1,6} \S", re.IGNORECASE | re.DOTALL)
"""A text with headings of Markdown, in which tables may be those of a page."""
_MHTML = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?Content-Type:\s*multipart/related", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class ForeignFile:
    """A foreign file, read whole: its name for messages, what kind it is, its bytes, and what was noted.

    kind: ``html``, ``mhtml``, ``docx``, ``xlsx``, ``pdf``, ``ofd`` or ``text``.
    """

    name: str
    kind: str
    data: bytes
    notes: tuple[str, ...] = ()


def open_file(path: Path, file: str) -> ForeignFile:
    """Read a file and find its kind by its content; an extension of another kind is noted.

    file: its name in messages. Raises FilingError when it cannot be a report: missing, too large,
    empty, a picture, an archive, an old or locked Office document, a locked or cut PDF, or no text.
    """
    data = read_bytes(path, file, LIMIT, "请重新下载或另存后再导入")
    kind = kind_of(data, file)
    suffix, own = path.suffix.lower(), FORMATS[kind]
    odd = suffix in EXTENSIONS | OLD_EXTENSIONS and suffix not in own.extensions
    note = f"{file} 的扩展名是 {suffix}，内容却是{own.name}，已按{own.name}读取。"
    return ForeignFile(file, kind, data, (note,) if odd else ())


def read_document(opened: ForeignFile) -> ForeignDocument:
    """Return an opened file as a document, whose notes begin with those of the file.

    Raises FilingError when the file cannot be read or nothing is in it.
    """
    document = FORMATS[opened.kind].read(opened.data, opened.name)
    if not document.blocks:
        raise FilingError([f"{opened.name} 里没有可读的文字和表格；应是一份年报，请确认选对了文件。"])
    return replace(document, notes=opened.notes + document.notes)


def kind_of(data: bytes, file: str) -> str:
    """Return a file's kind by its content; raises FilingError for what is no report.

    >>> kind_of(b"<html><body>...", "a.doc"), kind_of("一、总体情况".encode(), "a")
    ('html', 'text')
    """
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _office_kind(data, file)
    if data.startswith(_OLE):
        found = (told for name, told in _OLE_STREAMS.items() if name.encode("utf-16-le") in data)
        raise FilingError([f"{file} {next(found, '是旧版 Office 格式的文件；请另存为 docx 或 xlsx 后再导入')}。"])
    if b"%PDF-" in data[:CHUNK]:
        check_pdf(data, file)
        return "pdf"
    for beginning, sentence in _REFUSED.items():
        if re.match(beginning, data, re.DOTALL):
            raise FilingError([f"{file} {sentence}。"])
    return _text_kind(data, file)


def _text_kind(data: bytes, file: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    if len(_CONTROL.findall(data)) > MOST_LOST * len(data):
        raise FilingError([f"{file} 不是可以识别的文件；应是{WANTED}，请确认选对了文件。"])
    if _MHTML.match(data):
        return "mhtml"
    if _HTML.search(data) and not _MARKDOWN.match(data):
        return "html"
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        raise FilingError([f"{file} 是 XML 文件；应是{WANTED}，请用生成它的程序另存后再导入。"])
    return "text"


def _office_kind(data: bytes, file: str) -> str:
    names = Container(data, file).names
    if "OFD.xml" in names:
        return "ofd"
    if "mimetype" in names and "content.xml" in names:
        raise FilingError([f"{file} 是 OpenDocument 文档（odt、ods）；请另存为 docx 或 xlsx 后再导入。"])
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "docx"
        if "xl/workbook.bin" not in names and any(name.startswith("xl/") for name in names):
            return "xlsx"
        raise FilingError([f"{file} 是 Office 文件，但不是 docx 或 xlsx；应是{WANTED}，请另存后再导入。"])
    raise FilingError([f"{file} 是压缩包；请解压后导入其中的报告文件。"])
