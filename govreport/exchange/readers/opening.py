"""Opening a foreign file: read within bounds, its kind told by its content; a sentence for what cannot be read."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from govreport.core import FilingError, os_reason
from govreport.exchange.readers.container import Container
from govreport.exchange.readers.docx_reader import read_docx
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_reader import read_html, read_mhtml
from govreport.exchange.readers.pdf_bounds import check_pdf
from govreport.exchange.readers.row_numbers import without_row_numbers
from govreport.exchange.readers.sheet_reader import read_sheet
from govreport.forms import Catalogue

MB = 1_000_000
LIMIT = 50 * MB
"""Bytes of a file; published reports have a hundredth of it."""
Reader = Callable[[bytes, str], ForeignDocument]
"""Reads a file's bytes, with its name for messages, into a document."""
READERS: Mapping[str, Reader] = {"html": read_html, "mhtml": read_mhtml, "docx": read_docx, "xlsx": read_sheet}
"""A reader for each kind of file."""
EXTENSIONS = {
    "html": (".html", ".htm", ".shtml", ".xhtml"),
    "mhtml": (".mhtml", ".mht"),
    "docx": (".docx", ".docm", ".dotx"),
    "xlsx": (".xlsx", ".xlsm", ".xltx"),
    "pdf": (".pdf",),
    "text": (".txt", ".csv", ".tsv", ".md", ".tab"),
}
NAMES = {
    "html": "网页（HTML）",
    "mhtml": "网页（MHTML）",
    "docx": "Word 文档（docx）",
    "xlsx": "电子表格（xlsx）",
    "pdf": "PDF",
    "text": "文本",
}
WANTED = "网页、docx、xlsx、带文字的 PDF 或文本"
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "EncryptedPackage": "是加密的 Office 文档；请用密码打开并取消密码后另存，再导入",
    "WordDocument": "是旧版 Word 文档（doc）或 WPS 文字；请用 Word 或 WPS 另存为 docx 后再导入",
    "Workbook": "是旧版 Excel 工作簿（xls）或 WPS 表格；请用 Excel 或 WPS 另存为 xlsx 后再导入",
}
_HTML = re.compile(rb"<\s*(!doctype\s+html|html|head|body|meta|title|table|div|p|span|h[1-6]|article)\b", re.IGNORECASE)
_MHTML = re.compile(rb"\A(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?Content-Type:\s*multipart/related", re.IGNORECASE)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True)
class Opened:
    """A foreign file, read whole: its name for messages, what kind it is, its bytes, and what was noted.

    kind: ``html``, ``mhtml``, ``docx``, ``xlsx``, ``pdf`` or ``text``.
    """

    shown: str
    kind: str
    data: bytes
    notes: tuple[str, ...] = ()


def open_file(path: Path, shown: str) -> Opened:
    """Read a file and tell its kind by its content; another extension than usual is noted.

    shown: its name in messages. Raises FilingError when it cannot be a report: missing, too large,
    empty, a picture, an archive, an old or locked Office document, a locked or cut PDF, or no text.
    """
    data = _read(path, shown)
    kind = kind_of(data, shown)
    suffix = path.suffix.lower()
    known = {extension for extensions in EXTENSIONS.values() for extension in extensions} | {
        ".doc",
        ".xls",
        ".wps",
        ".et",
    }
    odd = suffix in known and suffix not in EXTENSIONS[kind] and {kind, suffix} - {"html", "mhtml", *EXTENSIONS["html"]}
    note = f"{shown} 的扩展名是 {suffix}，内容却是{NAMES[kind]}，已按{NAMES[kind]}读取。"
    return Opened(shown, kind, data, (note,) if odd else ())


def read_document(
    opened: Opened, readers: Mapping[str, Reader] = READERS, catalogue: Catalogue | None = None
) -> ForeignDocument:
    """Return an opened file as a document, what was noted on opening among its notes.

    readers: a reader for each kind; catalogue: the editions that are known, by default the package's.
    Raises FilingError when it cannot be read or nothing is in it.
    """
    document = readers[opened.kind](opened.data, opened.shown)
    if not document.blocks:
        raise FilingError([f"{opened.shown} 里没有可读的文字和表格；应是一份年报，请确认选对了文件。"])
    document = without_row_numbers(document, opened.shown, catalogue)
    return replace(document, notes=opened.notes + document.notes)


def open_document(path: Path, shown: str, readers: Mapping[str, Reader] = READERS) -> ForeignDocument:
    """Open a file and return it as a document; raises FilingError with one sentence otherwise."""
    return read_document(open_file(path, shown), readers)


def _read(path: Path, shown: str) -> bytes:
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise FilingError([f"{shown} 是文件夹；应是一个文件，请指明其中的文件。"])
        if not stat.S_ISREG(found.st_mode):
            raise FilingError([f"{shown} 不是普通文件（可能是设备或管道）；请指明一个文件。"])
        if found.st_size > LIMIT:
            raise FilingError(
                [f"{shown} 有 {found.st_size // MB:,} MB，超过 {LIMIT // MB} MB 的上限；请确认选对了文件。"]
            )
        with path.open("rb") as file:
            data = file.read(LIMIT + 1)[:LIMIT]
    except FileNotFoundError:
        raise FilingError([f"没有文件 {shown}；请检查文件名和路径。"]) from None
    except (OSError, ValueError) as error:
        reason = os_reason(error) if isinstance(error, OSError) else "路径有误"
        raise FilingError([f"{shown} 无法打开（{reason}）；请检查文件和权限。"]) from None
    if not data.strip():
        raise FilingError([f"{shown} 是空文件；请重新下载或另存后再导入。"])
    return data


def kind_of(data: bytes, shown: str) -> str:
    """Return a file's kind by its content; raises FilingError for what is no report.

    >>> kind_of(b"<html><body>...", "a.doc"), kind_of("一、总体情况".encode(), "a")
    ('html', 'text')
    """
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"):
        return _office_kind(data, shown)
    if data.startswith(_OLE):
        found = (told for name, told in _OLE_STREAMS.items() if name.encode("utf-16-le") in data)
        raise FilingError([f"{shown} {next(found, '是旧版 Office 格式的文件；请另存为 docx 或 xlsx 后再导入')}。"])
    if b"%PDF-" in data[:1024]:
        check_pdf(data, shown)
        return "pdf"
    if data.startswith(_IMAGES) or data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        raise FilingError([f"{shown} 是图片，无法读取文字；请找到报告的{WANTED}，或人工录入。"])
    if data.startswith(_ARCHIVES) or data[257:262] == b"ustar":
        raise FilingError([f"{shown} 是压缩包；请解压后导入其中的报告文件。"])
    if data.startswith(b"{\\rtf"):
        raise FilingError([f"{shown} 是 RTF 文档；请用 Word 或 WPS 另存为 docx 后再导入。"])
    return _text_kind(data, shown)


def _text_kind(data: bytes, shown: str) -> str:
    head = data[:100_000]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    if len(_CONTROL.findall(head)) > len(head) // 200:
        raise FilingError([f"{shown} 不是可以识别的文件；应是{WANTED}，请确认选对了文件。"])
    if _MHTML.match(head):
        return "mhtml"
    if _HTML.search(head):
        return "html"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<?xml"):
        raise FilingError([f"{shown} 是 XML 文件；应是{WANTED}，请用生成它的程序另存后再导入。"])
    return "text"


def _office_kind(data: bytes, shown: str) -> str:
    names = Container(data, shown).names
    if "OFD.xml" in names:
        raise FilingError([f"{shown} 是 OFD 版式文件；请用阅读器转换为 PDF 后再导入。"])
    if "mimetype" in names and "content.xml" in names:
        raise FilingError([f"{shown} 是 OpenDocument 文档（odt、ods）；请另存为 docx 或 xlsx 后再导入。"])
    if "[Content_Types].xml" in names:
        if any(name.startswith("word/") for name in names):
            return "docx"
        if "xl/workbook.bin" not in names and any(name.startswith("xl/") for name in names):
            return "xlsx"
        raise FilingError([f"{shown} 是 Office 文件，但不是 docx 或 xlsx；应是{WANTED}，请另存后再导入。"])
    raise FilingError([f"{shown} 是压缩包；请解压后导入其中的报告文件。"])
