"""A document as a Word document (DOCX): styles, native tables and the page of official documents (GB/T 9704-2012)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import docx
import typst
from docx.document import Document as Package
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from govreport.core import GovReportError, GridCell, Picture
from govreport.filing import ENCLOSED_FILES, ENCLOSURE_NAMESPACE, text_digest
from govreport.publish.document import Document
from govreport.publish.docx_body import Body, element, paragraph, run, twips
from govreport.publish.docx_pictures import drawn
from govreport.publish.layout.font_set import font_set
from govreport.publish.layout.page_data import INDENT, TEXT_WIDTH, dated, document_data, of_kind
from govreport.publish.layout.table_fit import table_data
from govreport.publish.layout.text_setting import width_in_em
from govreport.publish.layout.typst_files import TEMPLATES, first_line
from govreport.tables import display_table

SIZE = 16.0
"""Type size of the body in points."""
LONGEST_PROPERTY = 255
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the package, the first that its format knows."""
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


class DocxError(GovReportError):
    """A document cannot become a Word document; the text says what stands in the way."""


def docx_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as DOCX; the same document gives the same bytes.

    fonts_folder: a project's ``fonts/``, for texts in drawings; it need not exist.
    Raises DocxError or TableTooWideError when something cannot be set.

    >>> from govreport.core import plain_paragraph
    >>> docx_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),)))[:2]
    b'PK'
    """
    data, setting = document_data(document, {}, False)
    package = docx.Document(io.BytesIO(_template()))
    _properties(package, document, data)
    body = Body(package, _pictures(data, setting.files, fonts_folder))
    _front(package, body, data)
    body.blocks(data["blocks"])
    _end(body, data)
    if document.account.enclosure["filing"]:
        _embed(package, document)
    return _packed(package)


def _embed(package: Package, document: Document) -> None:
    """Put the filing into a custom XML part, with a digest of the text that it belongs to."""
    root = etree.Element(
        f"{{{ENCLOSURE_NAMESPACE}}}report", nsmap={None: ENCLOSURE_NAMESPACE}, digest=text_digest(package.element)
    )
    for key in ENCLOSED_FILES:
        text = json.dumps(document.account.enclosure[key])  # all but ASCII escaped: XML has no control characters
        etree.SubElement(root, f"{{{ENCLOSURE_NAMESPACE}}}{key}").text = text
    data = etree.tostring(root, encoding="UTF-8", standalone=True)
    part = Part(PackURI("/customXml/item1.xml"), "application/xml", data, package.part.package)
    package.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _properties(package: Package, document: Document, data: Mapping[str, Any]) -> None:
    properties = package.core_properties
    properties.title = "".join(data["name"].splitlines())[:LONGEST_PROPERTY]
    properties.revision, properties.language, properties.keywords = 1, "zh-CN", "政府信息公开"
    properties.author = properties.last_modified_by = data["author"][:LONGEST_PROPERTY]
    properties.created = properties.modified = dated(document)


def _pictures(data: Mapping[str, Any], files: Mapping[str, bytes], fonts_folder: Path | None) -> dict[str, Picture]:
    """Return a document's pictures by name."""
    made = {}
    for figure in of_kind(data["blocks"], "figure"):
        name = figure["file"]
        try:
            made[name] = drawn(name, files[name], font_set(fonts_folder))
        except typst.TypstError as error:
            raise DocxError(
                f"图“{figure['caption'] or figure['alt']}”无法读取，未能排版（{first_line(error)}）。"
            ) from error
    return made


def _front(package: Package, body: Body, data: Mapping[str, Any]) -> None:
    """Write the title; a draft says that it is one, any other report loses the template's mark of a draft."""
    if draft := data["draft"]:
        count = f"有{draft['errors']}项错误未处理，" if draft["errors"] else ""
        body.add(paragraph("DraftNotice", run(f"草稿：{count}不得公布")))
    else:
        package.sections[0].header.is_linked_to_previous = True
        package.sections[0].even_page_header.is_linked_to_previous = True
    body.add(paragraph("Title", run("\n".join(data["title"]))))


def _end(body: Body, data: Mapping[str, Any]) -> None:
    """Write contact, signature and date, and a draft's findings."""
    if data["contact"]:
        body.add(paragraph("BodyText", run(f"联系方式：{data['contact']}"), keep=bool(data["signature"])))
    if data["signature"]:
        _signature(body, data["signature"], data["date"])
    if data["draft"] and data["draft"]["findings"]:
        space = element("spacing", before=twips(2 * SIZE))
        body.add(paragraph("Heading1", run("勾稽校验意见（仅草稿附列）"), properties=[space]))
        body.table(_findings(data["draft"]["findings"]))


def _signature(body: Body, signature: str, date: str) -> None:
    """Write the signature two characters from the right, the date below two characters further in (7.3.5.2)."""
    widths = [width_in_em(signature) * SIZE, INDENT + width_in_em(date) * SIZE if date else 0.0]
    left = max(0.0, TEXT_WIDTH - INDENT - max(widths))
    before, indent = element("spacing", before=579), element("ind", left=twips(left))
    body.add(paragraph("Signature", run(signature), properties=[before, indent], keep=bool(date)))
    if date:
        further = element("ind", left=twips(left + INDENT))
        body.add(paragraph("Signature", run(date), properties=[further]))


def _findings(findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the table of a draft's findings as data."""
    head = tuple(GridCell(text, scope="col") for text in ("程度", "规则", "意见"))
    rows = []
    for finding in findings:
        accepted = "" if finding["waived"] is None else f"\n已接受：{finding['waived']}"
        severity = "已接受" if accepted else finding["severity"]
        message = GridCell(finding["message"] + accepted, align="left")
        rows.append((GridCell(severity), GridCell(finding["rule"]), message))
    table = display_table("findings", "", (3, 3, 27), (head,), tuple(rows))
    return {"caption": "", **table_data(table, TEXT_WIDTH)}


@lru_cache
def _template() -> bytes:
    """Return the template, one XML file, as the package that it stands for."""
    target = io.BytesIO()
    types = etree.Element("Types", nsmap={None: _TYPES})
    with zipfile.ZipFile(target, "w") as package:
        for part in etree.parse(
            TEMPLATES / "docx.xml", etree.XMLParser(remove_comments=True, remove_blank_text=True)
        ).getroot():
            name, content = part.get(f"{_PKG}name"), part[0][0]
            etree.SubElement(types, "Override", PartName=name, ContentType=part.get(f"{_PKG}contentType"))
            package.writestr(name.lstrip("/"), etree.tostring(content, encoding="UTF-8", standalone=True))
        package.writestr("[Content_Types].xml", etree.tostring(types, encoding="UTF-8", standalone=True))
    return target.getvalue()


def _packed(package: Package) -> bytes:
    """Return a package's bytes with a fixed date on every file."""
    made, target = io.BytesIO(), io.BytesIO()
    package.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as fixed:
        for name in source.namelist():
            info = zipfile.ZipInfo(name, EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, source.read(name))
    return target.getvalue()
