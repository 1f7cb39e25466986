"""PDF with a text layer, read as laid-out pages."""

from __future__ import annotations

from govreport.core import FilingError, apart
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.pdf_bounds import check_size


def read_pdf(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds, read in a process of its own.

    file: the file's name in messages. Raises FilingError when it is damaged, locked, pictures alone, or too much work.
    """
    return apart(read_pages, data, file, file=file)


def read_pages(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds; see `read_pdf`."""
    from govreport.exchange.readers.pdf_page import document_in  # noqa: PLC0415, half a second at its first import

    try:
        check_size(data, file)
        return document_in(data, file)
    except FilingError:
        raise
    except Exception as error:  # whatever a broken page makes the library raise
        raise FilingError([f"{file} 已损坏或不是完整的 PDF；请重新下载或另存。"]) from error
