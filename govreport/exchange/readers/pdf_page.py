"""Pages of a PDF as pdfplumber reads them, and of what stands on them also what it does not tell."""

from __future__ import annotations

import gc
import io
import logging
from functools import cached_property, partial
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

    def __init__(self, pdf: PDF, page: PDFPage, number: int, degrees: int = 0) -> None:
        """Take a page, turned clockwise by degrees."""
        page.rotate = page.attrs["Rotate"] = (page.rotate + degrees) % TURNS.stop
        super().__init__(pdf, page, number)

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


def document_in(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds; file: its name in messages."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        title = with_ideographs(str((pdf.metadata or {}).get("Title") or ""))
        drawn = enumerate(PDFPage.create_pages(pdf.doc), 1)
        return document_of((partial(PdfPage, pdf, page, number) for number, page in drawn), title, file)
