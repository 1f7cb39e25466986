"""A document as OFD (GB/T 33190-2016), the page format of the state's documents: the same pages as its PDF's.

The filing travels inside as attached files, as in the PDF.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pypdfium2
from markupsafe import escape

from govreport.publish.document import Document
from govreport.publish.layout.page_data import file_date
from govreport.publish.ofd.custom_tags import TAGS, tag_tree
from govreport.publish.ofd.embedded_font import truetype
from govreport.publish.ofd.page_content import MICRONS, Shared, page_content
from govreport.publish.ofd.text_parts import Texts, numerals
from govreport.publish.pdf_objects import read_objects
from govreport.publish.pdf_writer import Attachment, Typeset, typeset

FOLDER = "Doc_0"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
PNG = b"\x89PNG"
SPEED = 4
"""Of compression: twice as fast as usual, for a twentieth more bytes."""


def ofd_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as OFD; the same document and fonts give the same bytes.

    fonts_folder: a project's ``fonts/``, which need not exist.
    Raises PdfError or TableTooWideError when something cannot be set.

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
            data = part if isinstance(part, bytes) else f"{HEAD}{part}".encode()
            package.writestr(entry, data, ZIP_DEFLATED, SPEED)
    return target.getvalue()


def _parts(pdf: pypdfium2.PdfDocument, made: Typeset, date: str) -> Mapping[str, str | bytes]:
    """Return the parts of a file by their names, those of XML as texts."""
    objects, _, _ = read_objects(made.pdf)
    shared = Shared(numbers := count(1), Texts(objects, numbers))
    sizes = [pdf.get_page_size(number) for number in range(len(pdf))]
    boxes = [f"<ofd:PhysicalBox>0 0 {numerals(side * MICRONS for side in size)}</ofd:PhysicalBox>" for size in sizes]
    bodies = {number: body for number, body in sorted(objects.items()) if body.startswith(b"<</Type/Page/")}
    contents = [page_content(pdf, place, body, shared) for place, body in enumerate(bodies.values())]
    layers, pages = ([next(shared.numbers) for _ in contents] for _ in range(2))
    places = {number: place for place, number in enumerate(bodies)}

    def refer(page: int, mark: int) -> str:
        place = places[page]
        shown = shared.marked.get((place, mark), ())
        return "".join([f'<ofd:ObjectRef PageRef="{pages[place]}">{number}</ofd:ObjectRef>' for number in shown])

    listed = "".join(f'<ofd:Page ID="{page}" BaseLoc="{_page_name(n)}"/>' for n, page in enumerate(pages))
    outline = "".join(_outline(pdf, pages, sizes))
    files = "<ofd:Attachments>Attachments.xml</ofd:Attachments>" * bool(made.attached)
    parts: dict[str, str | bytes] = {
        "OFD.xml": _entry(pdf.get_metadata_dict(), date, hashlib.sha256(made.pdf).hexdigest()[:32]),
        "Document.xml": f"<ofd:Document {OFD}><ofd:CommonData><ofd:MaxUnitID>{next(shared.numbers)}</ofd:MaxUnitID>"
        f"<ofd:PageArea>{boxes[0]}</ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages>{f'<ofd:Outlines>{outline}</ofd:Outlines>' if outline else ''}"
        f"<ofd:CustomTags>CustomTags.xml</ofd:CustomTags>{files}</ofd:Document>",
        "PublicRes.xml": _resources(shared),
        "CustomTags.xml": f'<ofd:CustomTags {OFD}><ofd:CustomTag NameSpace="{TAGS}"><ofd:FileLoc>Tags.xml</ofd:FileLoc>'
        "</ofd:CustomTag></ofd:CustomTags>",
        "Tags.xml": f'<Tags xmlns="{TAGS}" {OFD}>{tag_tree(objects, made.rewritten, refer)}</Tags>',
    }
    if made.attached:
        listing = "".join(map(_attachment, made.attached))
        parts["Attachments.xml"] = f"<ofd:Attachments {OFD}>{listing}</ofd:Attachments>"
    for place, (box, layer, content) in enumerate(zip(boxes, layers, contents, strict=True)):
        inner = f'<ofd:Content><ofd:Layer ID="{layer}">{content}</ofd:Layer></ofd:Content>'
        parts[_page_name(place)] = f"<ofd:Page {OFD}><ofd:Area>{box}</ofd:Area>{inner}</ofd:Page>"
    parts |= {
        f"Res/{face.number}.ttf": truetype(face.name, face.units, face.glyphs) for face in shared.texts.faces.values()
    }
    parts |= {f"Res/{_picture_name(*picture)}": picture[1] for picture in shared.pictures.items()}
    parts |= {f"Attachs/{file.name}": file.data for file in made.attached}
    return {name if name == "OFD.xml" else f"{FOLDER}/{name}": part for name, part in parts.items()}


def _entry(about: Mapping[str, str], date: str, identifier: str) -> str:
    """Return what OFD.xml tells of the document."""
    told = {"DocID": identifier, "Title": about["Title"], "Author": about["Author"], "CreationDate": date}
    info = "".join(f"<ofd:{key}>{escape(value)}</ofd:{key}>" for key, value in told.items() if value)
    words = f"<ofd:Keywords><ofd:Keyword>{escape(about['Keywords'])}</ofd:Keyword></ofd:Keywords>"
    return (
        f'<ofd:OFD {OFD} Version="1.0" DocType="OFD"><ofd:DocBody>'
        f"<ofd:DocInfo>{info}{words}<ofd:Creator>govreport</ofd:Creator></ofd:DocInfo>"
        f"<ofd:DocRoot>{FOLDER}/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )


def _outline(pdf: pypdfium2.PdfDocument, pages: Sequence[int], sizes: Sequence[tuple[float, float]]) -> Iterator[str]:
    """Yield the elements of the outline's entries, each of which holds those below it."""
    opened = 0
    for entry in pdf.get_toc():
        yield "</ofd:OutlineElem>" * (opened - entry.level)
        opened = entry.level + 1
        target = entry.get_dest()
        place, (_, (left, top, _)) = target.get_index(), target.get_view()
        told = f'Left="{numerals([left * MICRONS])}" Top="{numerals([(sizes[place][1] - top) * MICRONS])}"'
        goto = f'<ofd:Goto><ofd:Dest Type="XYZ" PageID="{pages[place]}" {told} Zoom="0"/></ofd:Goto>'
        yield f'<ofd:OutlineElem Title="{escape(entry.get_title())}" Count="{abs(entry.get_count())}"><ofd:Actions>'
        yield f'<ofd:Action Event="CLICK">{goto}</ofd:Action></ofd:Actions>'
    yield "</ofd:OutlineElem>" * opened


def _resources(shared: Shared) -> str:
    fonts = "".join(
        f'<ofd:Font ID="{face.number}" FontName="{escape(face.name)}"><ofd:FontFile>{face.number}.ttf</ofd:FontFile>'
        "</ofd:Font>"
        for face in shared.texts.faces.values()
    )
    media = "".join(
        f'<ofd:MultiMedia ID="{number}" Type="Image"><ofd:MediaFile>{_picture_name(number, data)}</ofd:MediaFile>'
        "</ofd:MultiMedia>"
        for number, data in shared.pictures.items()
    )
    told = f"<ofd:Fonts>{fonts}</ofd:Fonts>" + f"<ofd:MultiMedias>{media}</ofd:MultiMedias>" * bool(media)
    return f'<ofd:Res {OFD} BaseLoc="Res">{told}</ofd:Res>'


def _page_name(place: int) -> str:
    return f"Pages/Page_{place}/Content.xml"


def _picture_name(number: int, data: bytes) -> str:
    return f"{number}.{'png' if data.startswith(PNG) else 'jpg'}"


def _attachment(file: Attachment) -> str:
    stem, _, kind = file.name.rpartition(".")
    return (
        f'<ofd:Attachment ID="A-{escape(stem)}" Name="{escape(file.name)}" Format="{escape(kind)}"'
        f' Size="{len(file.data) / 1024:.3f}"><ofd:FileLoc>Attachs/{escape(file.name)}</ofd:FileLoc></ofd:Attachment>'
    )
