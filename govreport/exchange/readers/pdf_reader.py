"""PDF with a text layer, read as laid-out pages once it is known to be whole and within bounds."""

from __future__ import annotations

import re
import zlib
from contextlib import closing, suppress

import pypdfium2

from govreport.core import FilingError, apart
from govreport.exchange.readers.bounds import CHUNK, LIMIT, MOST_PARTS, MOST_UNPACKED, check_pages, damage_told
from govreport.exchange.readers.foreign_document import ForeignDocument

_STREAM = re.compile(rb"\bstream\r?\n")
_TWICE = re.compile(rb"\[\s*/(?:FlateDecode|Fl)\s*/(?:FlateDecode|Fl)\b")


def check_pdf(data: bytes, file: str) -> None:
    """Raise FilingError for a PDF that is cut, or larger unpacked than any report."""
    tail = data.rstrip(b"\0 \t\r\n")[-CHUNK:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise FilingError([f"{file} 不完整（PDF 没有结尾）；请重新下载后再导入。"])
    if _TWICE.search(data) or not _is_bounded(data):
        raise FilingError([f"{file} 解压后过大，像是压缩炸弹，已停止读取；请向提供者要原始文件。"])


def read_pdf(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds, read in a process of its own.

    file: the file's name in messages. Raises FilingError when it is damaged, locked, pictures alone, or too much work.
    """
    return apart(read_pages, data, file, file=file)


def read_pages(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds; see `read_pdf`."""
    from govreport.exchange.readers.pdf_page import document_in  # noqa: PLC0415, half a second at its first import

    with damage_told(file, " PDF "):
        check_size(data, file)
        return document_in(data, file)


def check_size(data: bytes, file: str) -> None:
    """Refuse a file that cannot be opened, with no page or too many, or with too much on a page, before it is read.

    pdfium counts characters and drawn objects at once; the reader proper takes a hundred times as long and as much
    memory. To be called apart.
    """
    try:
        opened = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise FilingError([f"{file} 是加密的 PDF；请用密码打开并另存为不加密的 PDF 后再导入。"]) from None
        raise FilingError([f"{file} 不完整或已损坏，不能作为 PDF 打开；请重新下载后再导入。"]) from None
    with closing(opened) as pdf:
        check_pages(len(pdf), map(_count, pdf), file)


def _count(page: pypdfium2.PdfPage) -> int:
    with closing(page), closing(page.get_textpage()) as text:
        return int(max(text.count_chars(), pypdfium2.raw.FPDFPage_CountObjects(page.raw)))


def _is_bounded(data: bytes) -> bool:
    """Whether no deflated stream of a PDF, nor all of them together, unpack to more than a report can have."""
    view, in_all = memoryview(data), 0
    for number, found in enumerate(_STREAM.finditer(data)):
        inflater, size = zlib.decompressobj(), 0
        with suppress(zlib.error):
            for at in range(found.end(), len(data), CHUNK):
                size += len(inflater.decompress(view[at : at + CHUNK]))
                if inflater.eof or size > LIMIT:
                    break
        in_all += size
        if size > LIMIT or in_all > MOST_UNPACKED or number > MOST_PARTS:
            return False
    return True
