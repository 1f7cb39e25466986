"""Pages of a PDF as pdfplumber reads them, and of what stands on them also what it does not tell."""

from __future__ import annotations

import gc
import io
import logging
from collections.abc import Iterator
from functools import cached_property
from itertools import count
from typing import Any

import pdfplumber
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTItem, LTPage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfplumber.page import Page
from pdfplumber.pdf import PDF
from pypdfium2.raw import FPDF_TEXTRENDERMODE_INVISIBLE as INVISIBLE

from govreport.exchange.readers.characters import with_ideographs
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.page_blocks import TURNS, document_of

logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of fonts that are none of the reader's business
gc.freeze()  # what was imported is not looked through at every collection: a twentieth of all time


class _Drawing(PDFPageAggregator):
    """Draws a page, and tells of each character whether it is seen, which pdfplumber does not."""

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        graphicstate.seen = textstate.render != INVISIBLE  # under a scan; each string has its own
        super().render_string(textstate, seq, ncs, graphicstate)


class PdfPage(Page):
    """A page of which what is drawn tells its place in the order of drawing, and characters whether they are seen."""

    _order = count()

    @cached_property
    def layout(self) -> LTPage:
        """The page as pdfminer draws it."""
        drawing = _Drawing(self.pdf.rsrcmgr, pageno=self.page_number, laparams=self.pdf.laparams)
        PDFPageInterpreter(self.pdf.rsrcmgr, drawing).process_page(self.page_obj)
        return drawing.get_result()

    def process_object(self, obj: LTItem) -> dict[str, Any]:
        """Return a character or a drawing as pdfplumber does, with its place in the order of drawing.

        A character's ideographs are ordinary ones, and it is told whether it is seen.
        """
        found = {**super().process_object(obj), "order": next(self._order)}
        if isinstance(obj, LTChar):
            found["text"] = with_ideographs(found["text"])
            found["seen"] = obj.graphicstate.seen  # type: ignore[attr-defined]
        return found

    def turned(self, degrees: int) -> PdfPage:
        """Return the page turned clockwise."""
        if not degrees:
            return self
        page = self.page_obj
        page.rotate = page.attrs["Rotate"] = (page.rotate + degrees) % TURNS.stop
        return PdfPage(self.pdf, page, self.page_number)


def document_in(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds; file: its name in messages."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        title = with_ideographs(str((pdf.metadata or {}).get("Title") or ""))
        return document_of(_pages_of(pdf), title, file)


def _pages_of(pdf: PDF) -> Iterator[PdfPage]:
    for number, drawn in enumerate(PDFPage.create_pages(pdf.doc), 1):
        page = PdfPage(pdf, drawn, number)
        yield page
        page.close()
