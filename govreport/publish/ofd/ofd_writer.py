"""A document as OFD (GB/T 33190-2016), the page format of the state's documents: the same pages as its PDF's.

The filing travels inside as attached files, as in the PDF.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pypdfium2
from lxml import etree
from lxml.builder import ElementMaker

from govreport.publish.document import Document
from govreport.publish.layout.page_data import file_date
from govreport.publish.ofd.custom_tags import OFD, TAGS, tag_tree
from govreport.publish.ofd.embedded_font import truetype
from govreport.publish.ofd.page_content import MICRONS, Shared, numerals, page_content
from govreport.publish.pdf_objects import read_objects
from govreport.publish.pdf_writer import Attachment, Typeset, typeset

FOLDER = "Doc_0"
JPEG = b"\xff\xd8"
_OFD = ElementMaker(namespace=OFD, nsmap={"ofd": OFD})


def ofd_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as OFD; the same document and fonts give the same bytes.

    fonts_folder: a project's ``fonts/``, which need not exist.
    Raises PdfError or TableTooWideError when something cannot be set.

    >>> from govreport.core import plain_paragraph
    >>> ofd_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),)))[:2]
    b'PK'
    """
    made = typeset(document, fonts_folder)
    with closing(pypdfium2.PdfDocument(made.pdf)) as pdf:
        parts = _parts(pdf, made, f"{file_date(document):%Y-%m-%d}")
    target = io.BytesIO()
    with ZipFile(target, "w") as package:
        for name, part in parts.items():
            data = part if isinstance(part, bytes) else etree.tostring(part, encoding="UTF-8", xml_declaration=True)
            entry = ZipInfo(name)  # of 1 January 1980
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 3, 0o644 << 16
            package.writestr(entry, data)
    return target.getvalue()


def _parts(pdf: pypdfium2.PdfDocument, made: Typeset, date: str) -> dict[str, etree._Element | bytes]:
    """Return the parts of a file by their names."""
    shared = Shared(made.fonts.outlines)
    contents = [page_content(pdf, number, shared) for number in range(len(pdf))]
    pages = [str(next(shared.numbers)) for _ in contents]
    parts = {
        "OFD.xml": _entry(pdf.get_metadata_dict(), date, hashlib.sha256(made.pdf).hexdigest()[:32]),
        f"{FOLDER}/Document.xml": _document(pdf, pages, str(next(shared.numbers)), bool(made.attached)),
        f"{FOLDER}/PublicRes.xml": _resources(shared),
        f"{FOLDER}/CustomTags.xml": _OFD.CustomTags(_OFD.CustomTag(_OFD.FileLoc("Tags.xml"), NameSpace=TAGS)),
        f"{FOLDER}/Tags.xml": tag_tree(_structure(made), pages, shared.marked),
    }
    if made.attached:
        parts[f"{FOLDER}/Attachments.xml"] = _OFD.Attachments(*map(_attachment, made.attached))
    parts |= {f"{FOLDER}/{_page_name(number)}": content for number, content in enumerate(contents)}
    parts |= {f"{FOLDER}/Res/{f.number}.ttf": truetype(f.name, f.glyphs) for f in shared.faces.values()}
    parts |= {f"{FOLDER}/Res/{_picture_name(*picture)}": picture[1] for picture in shared.pictures.items()}
    return parts | {f"{FOLDER}/Attachs/{file.name}": file.data for file in made.attached}


def _entry(about: Mapping[str, str], date: str, identifier: str) -> etree._Element:
    """Return what OFD.xml tells of the document."""
    told = {"DocID": identifier, "Title": about["Title"], "Author": about["Author"], "CreationDate": date}
    info = _OFD.DocInfo(*(_OFD(key, value) for key, value in told.items() if value))
    info.append(_OFD.Keywords(_OFD.Keyword(about["Keywords"])))
    info.append(_OFD.Creator("govreport"))
    body = _OFD.DocBody(info, _OFD.DocRoot(f"{FOLDER}/Document.xml"))
    return _OFD.OFD(body, Version="1.0", DocType="OFD")


def page_area(size: tuple[float, float]) -> etree._Element:
    """Return a page's box. size: width and height in points."""
    return _OFD.PhysicalBox(numerals((0, 0, *(side * MICRONS for side in size))))


def _document(pdf: pypdfium2.PdfDocument, pages: Sequence[str], last: str, has_files: bool) -> etree._Element:
    common = _OFD.CommonData(
        _OFD.MaxUnitID(last), _OFD.PageArea(page_area(pdf.get_page_size(0))), _OFD.PublicRes("PublicRes.xml")
    )
    listed = (_OFD.Page(ID=page, BaseLoc=_page_name(number)) for number, page in enumerate(pages))
    document = _OFD.Document(common, _OFD.Pages(*listed))
    outline = _OFD.Outlines()
    path = [outline]
    for entry in pdf.get_toc():
        element = _OFD.OutlineElem(_goto(pdf, entry, pages), Title=entry.get_title(), Count=str(abs(entry.get_count())))
        path[entry.level].append(element)
        path[entry.level + 1 :] = [element]
    if len(outline):
        document.append(outline)
    document.append(_OFD.CustomTags("CustomTags.xml"))
    if has_files:
        document.append(_OFD.Attachments("Attachments.xml"))
    return document


def _goto(pdf: pypdfium2.PdfDocument, entry: pypdfium2.PdfBookmark, pages: Sequence[str]) -> etree._Element:
    """Return the action that leads to where an entry of the outline points."""
    target = entry.get_dest()
    number, (_, (left, top, _)) = target.get_index(), target.get_view()
    place = {"Left": left, "Top": pdf.get_page_size(number)[1] - top, "Zoom": 0}
    told = {key: numerals([value * MICRONS]) for key, value in place.items()}
    to = _OFD.Dest(Type="XYZ", PageID=pages[number], **told)
    return _OFD.Actions(_OFD.Action(_OFD.Goto(to), Event="CLICK"))


def _resources(shared: Shared) -> etree._Element:
    resources = _OFD.Res(BaseLoc="Res")
    fonts = [
        _OFD.Font(
            _OFD.FontFile(f"{face.number}.ttf"),
            ID=str(face.number),
            FontName=face.name,
            FamilyName=face.name.partition("-")[0],
        )
        for face in shared.faces.values()
    ]
    media = [
        _OFD.MultiMedia(_OFD.MediaFile(_picture_name(*picture)), ID=str(picture[0]), Type="Image")
        for picture in shared.pictures.items()
    ]
    resources.extend([_OFD.Fonts(*fonts)] if fonts else [])
    resources.extend([_OFD.MultiMedias(*media)] if media else [])
    return resources


def _page_name(number: int) -> str:
    return f"Pages/Page_{number}/Content.xml"


def _picture_name(number: int, data: bytes) -> str:
    return f"{number}.{'jpg' if data.startswith(JPEG) else 'png'}"


def _attachment(file: Attachment) -> etree._Element:
    name, _, kind = file.name.rpartition(".")
    size = f"{len(file.data) / 1024:.3f}"
    return _OFD.Attachment(_OFD.FileLoc(f"Attachs/{file.name}"), ID=f"A-{name}", Name=file.name, Format=kind, Size=size)


def _structure(made: Typeset) -> dict[int, bytes]:
    """Return the objects of the typeset PDF but its streams, as they stand in the finished one."""
    objects, _, _ = read_objects(made.pdf)
    return {number: made.rewritten(body) for number, body in objects.items() if not body.endswith(b"endstream")}
