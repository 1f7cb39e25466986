"""A document as OFD (GB/T 33190-2016), the page format of the state's documents: the same pages as its PDF's.

The filing travels inside as attached files, as in the PDF. What the objects of pages are, headings, paragraphs, tables
and cells, stands in a tree of elements that refer to the objects (GB/T 33190-2016, 16: custom tags), named as in PDF
(ISO 32000-1, 14.8.4).
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pypdfium2

from govreport.publish.document import Document
from govreport.publish.html_writer import template
from govreport.publish.layout.page_data import file_date
from govreport.publish.ofd.embedded_font import truetype
from govreport.publish.ofd.page_content import MICRONS, page_content
from govreport.publish.ofd.text_parts import Shared, numerals
from govreport.publish.pdf_objects import read_objects
from govreport.publish.pdf_writer import Typeset, typeset

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PNG = b"\x89PNG"
SPEED = 4
"""Of compression: twice as fast as usual, for a twentieth more bytes."""
TAGS = "urn:govreport:structure"
"""Namespace of the elements of the structure."""
_NAME = re.compile(rb"<</Type/StructElem/S/(\w+)")
_TOLD = re.compile(rb"/(RowSpan|ColSpan|Scope)[ /](\w+)")
_PAGE = re.compile(rb"/Pg (\d+) 0 R")
_KID = re.compile(rb"<</Type/MCR/Pg (\d+) 0 R/MCID (\d+)>>|<<[^>]*>>|(\d+) 0 R|(\d+)")
"""Content of a page that is named, any other thing such as a link's rectangle, an element, or content of the page."""


def ofd_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as OFD; the same document and fonts give the same bytes.

    fonts_folder: a project's ``fonts/``, which need not exist.
    Raises GovReportError when something cannot be set.

    >>> from govreport.core import plain_paragraph
    >>> ofd_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),)))[:2]
    b'PK'
    """
    return ofd_of(typeset(document, fonts_folder), f"{file_date(document):%Y-%m-%d}")


def ofd_of(made: Typeset, date: str) -> bytes:
    """Return pages that Typst has set as OFD. date: of creation, in ISO 8601."""
    with closing(pypdfium2.PdfDocument(made.pdf)) as pdf:
        parts = _parts(pdf, made, date)
    target = io.BytesIO()
    with ZipFile(target, "w") as package:
        for name, part in parts.items():
            entry = ZipInfo(name)  # of 1 January 1980
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            package.writestr(entry, part, ZIP_DEFLATED, SPEED)
    return target.getvalue()


def _parts(pdf: pypdfium2.PdfDocument, made: Typeset, date: str) -> Mapping[str, bytes]:
    """Return the parts of a file by their names."""
    objects, _, _ = read_objects(made.pdf)
    shared = Shared(objects, numbers := count(1))
    bodies = {number: body for number, body in sorted(objects.items()) if body.startswith(b"<</Type/Page/")}
    pages = []
    for place, body in enumerate(bodies.values()):
        size = numerals(side * MICRONS for side in pdf.get_page_size(place))
        page = {"number": next(numbers), "layer": next(numbers), "size": size}
        pages.append(page | {"content": page_content(pdf, place, body, shared)})
    places = {number: place for place, number in enumerate(bodies)}

    def refer(page: int, mark: int) -> str:
        place = places[page]
        shown, number = shared.marked.get((place, mark), ()), pages[place]["number"]
        return "".join([f'<ofd:ObjectRef PageRef="{number}">{each}</ofd:ObjectRef>' for each in shown])

    faces, most = shared.faces.values(), next(numbers)
    pictures = {n: f"{n}.{'png' if data.startswith(PNG) else 'jpg'}" for n, data in shared.pictures.items()}
    text = template("ofd.xml").render(
        about=pdf.get_metadata_dict(),
        attached=made.attached,
        date=date,
        faces=faces,
        identifier=hashlib.sha256(made.pdf).hexdigest()[:32],
        most=most,
        structure=TAGS,
        outline=list(_outline(pdf, pages)),
        pages=pages,
        pictures=pictures,
        tags=_tag_tree(objects, made, refer),
    )
    _, *told = text.split("<!-- ")
    parts = {name: f"{HEAD}{part}".encode() for name, _, part in (part.partition(" -->\n") for part in told)}
    parts |= {f"Doc_0/Res/{face.number}.ttf": truetype(face.name, face.units, face.glyphs) for face in faces}
    parts |= {f"Doc_0/Res/{name}": shared.pictures[number] for number, name in pictures.items()}
    return parts | {f"Doc_0/Attachs/{file.name}": file.data for file in made.attached}


def _outline(pdf: pypdfium2.PdfDocument, pages: Sequence[Any]) -> Iterator[tuple[Any, Any, str, str]]:
    """Yield the outline's entries, and where each leads: a page, and how far from its left and its top."""
    for entry in pdf.get_toc():
        target = entry.get_dest()
        place, (_, (left, top, _)) = target.get_index(), target.get_view()
        down = pdf.get_page_size(place)[1] - top
        yield entry, pages[place], numerals([left * MICRONS]), numerals([down * MICRONS])


def _tag_tree(objects: Mapping[int, bytes], made: Typeset, refer: Callable[[int, int], str]) -> str:
    """Return the structure of a PDF of Typst's as a tree of elements.

    objects: the PDF's, by number; refer: returns references to OFD's objects for a page's number and that of marked
    content, by which the structure names what a page shows.
    """

    def element(number: int) -> str:
        body = made.rewritten(objects[number])
        name, own = _NAME.findall(body)[0].decode(), _PAGE.findall(body)
        told = "".join([f' {key.decode()}="{value.decode()}"' for key, value in _TOLD.findall(body)])
        inner = [
            element(int(further)) if further else refer(int(page or own[-1]), int(elsewhere or mark))
            for page, elsewhere, further, mark in _kids(body)
            if elsewhere or further or mark
        ]
        return f"<{name}{told}>{''.join(inner)}</{name}>"

    ((_, _, top, _),) = _kids(next(body for body in objects.values() if body.startswith(b"<</Type/StructTreeRoot")))
    return element(int(top))


def _kids(body: bytes) -> Sequence[tuple[bytes, ...]]:
    found: Sequence[tuple[bytes, ...]] = _KID.findall(body.rpartition(b"/K[")[2].partition(b"]")[0])
    return found
