"""A document as a Word document (DOCX): styles, native tables and the page of official documents (GB/T 9704-2012)."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup

from govreport.core import GovReportError, Grid, GridCell, listed
from govreport.filing import ENCLOSED_FILES, ENCLOSURE_NAMESPACE, STYLES, is_legible, text_digest
from govreport.filing import TEMPLATES as PROJECT_TEMPLATES
from govreport.publish.document import Document
from govreport.publish.html_writer import template
from govreport.publish.layout.page_data import INDENT, MOST_INDENT, TEXT_WIDTH, document_data, file_date, of_kind
from govreport.publish.layout.typesetter import drawn, font_set
from govreport.publish.layout.typography import BREAK, LINE, TALL, WHOLE, table_data, unmarked, width_in_em
from govreport.tables import display_table

SIZE = 16.0
"""Type size of the body in points."""
MOST_KEPT = 8
"""A label beside up to so many rows is kept on one page with all of them, any other with as many as it has lines."""
RESOLUTION = 300
"""Pixels an inch of a drawing; more than print shows."""
MOST_NAMED = 5
LETTERHEAD = 40.0
"""Largest type size of a letterhead in points."""
_TEXT = Markup('<w:t xml:space="preserve">{}</w:t>')
_SIGNS = {"\n": Markup("<w:br/>"), "\u2011": Markup("<w:noBreakHyphen/>")}
_PARTS = re.compile("[\n\u2011]|[^\n\u2011]+")
_HELD = str.maketrans({"-": "\u2011", " ": "\xa0"})
"""What stands in place of signs in a text that no line may divide."""
_PARSER = etree.XMLParser(remove_blank_text=True, resolve_entities=False, huge_tree=True)
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


TAKEN = [(f"{_W}pPr", f"{_W}{key}") for key in ("spacing", "jc")]
TAKEN += [(f"{_W}rPr", f"{_W}{key}") for key in ("rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "u")]
"""What a project's styles may set."""
ORDER = (
    " keepNext keepLines widowControl pBdr overflowPunct autoSpaceDE autoSpaceDN snapToGrid rFonts b bCs i iCs color "
    "spacing ind jc sz szCs u outlineLvl lang pPr rPr tblPr "
)
"""Properties of a style, of paragraphs and of runs in the order of ISO/IEC 29500-1, 17.3.1.26, 17.3.2.28, 17.7.4.17."""
LEAST = {"sz": ("val", 10), "szCs": ("val", 10), "spacing": ("line", 160)}
"""Attributes with their least: of type in half points, of a line's height in twentieths of a point."""


def docx_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as DOCX; the same document gives the same bytes.

    fonts_folder: a project's ``fonts/``, for texts in drawings; it need not exist.
    Raises GovReportError when something cannot be set.

    >>> from govreport.core import plain_paragraph
    >>> docx_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),)))[:2]
    b'PK'
    """
    data = document_data(document)
    enclosure, told = document.account.enclosure, (data["draft"] or {}).get("findings")
    figures = _drawn_figures(data, fonts_folder)
    content = template("docx.xml").render(
        data=data,
        date=f"{file_date(document):%Y-%m-%dT%H:%M:%SZ}",
        figures=figures,
        findings=_findings(told) if told else None,
        enclosed={key: json.dumps(enclosure[key]) for key in ENCLOSED_FILES} if enclosure["filing"] else {},
        namespace=ENCLOSURE_NAMESPACE,
        lists=[],
        letterhead_size=min(LETTERHEAD, TEXT_WIDTH / (width_in_em(data["letterhead"]) or 1)),
        signature_left=_signature_left(data["signature"], data["date"]),
        widths_and_rows=lambda table: (list(map(twips, table["widths"])), _rows(table)),
        pieces=_pieces,
        twips=twips,
        unmarked=unmarked,
        line_height=LINE,
        indent=INDENT,
        most_indent=MOST_INDENT,
        may_break=BREAK,
        whole=WHOLE,
    )
    return _packed(content, document.account.appearance.templates.get("docx", ""), figures)


def usual_document() -> bytes:
    """Return the draft of a document that has no content yet."""
    return _packed(template("docx.xml").render())


def twips(points: float) -> int:
    """Return a length in twentieths of a point.

    >>> twips(0.5)
    10
    """
    return round(20 * points)


def _pieces(text: str) -> Markup:
    """Return the content of a run of text; a newline is a forced line break."""
    stretches = enumerate(text.replace(BREAK, "").split(WHOLE))
    whole = "".join(s.translate(_HELD) if n % 2 else s for n, s in stretches)
    return Markup("").join(_SIGNS.get(part) or _TEXT.format(part) for part in _PARTS.findall(whole))


def _rows(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a table's rows; only a header that stands above all of them can repeat in Word.

    Of each: whether it stays whole, whether it is repeated, whether it is kept with the next, and for each place the
    cell, None where one continues from above.
    """
    parts = data["parts"]
    repeated = parts[0]["repeat"] and sum(part["level"] == 1 for part in parts) == 1
    last = sum(len(part["rows"]) for part in parts) - 1
    is_kept = not data["split"] or (data["labelled"] and data["kept"])
    rows = [(part, row) for part in parts for row in (part["rows"] if is_kept else _repeated(part["rows"]))]
    cells = (GridCell("", n, c["x"], c["row"], c["col"]) for n, (_, row) in enumerate(rows) for c in row)
    lines = Grid(tuple(cells), len(data["widths"])).lines()
    kept = 0
    for number, ((part, row), line) in enumerate(zip(rows, lines, strict=True)):
        spans = ((cell["row"], cell["lines"]) for cell in row)
        kept = max(kept - 1, *(deep - 1 if deep <= MOST_KEPT else min(deep, text) - 1 for deep, text in spans), 0)
        own = {cell["x"]: cell for cell in row}
        yield {
            "whole": not any(cell["lines"] > TALL for cell in row if cell["row"] == 1),
            "repeated": part["level"] == 1 and repeated,
            "kept": number < last and (part["level"] > 0 or is_kept or kept > 0 or number == last - 1),
            "cells": [(place, own.get(place.column)) for place in line],
        }


def _repeated(rows: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[Mapping[str, Any]]]:
    """Return rows in which a label beside many is set again after some, so that each page has it: Word repeats none."""
    spans = [(start, start + cell["row"]) for start, row in enumerate(rows) for cell in row if cell["row"] <= MOST_KEPT]
    cut = {start for start in range(len(rows)) if not any(first < start < end for first, end in spans)}
    made: list[list[Mapping[str, Any]]] = [[] for _ in rows]
    for number, row in enumerate(rows):
        for cell in row:
            start, last = number, number + cell["row"]
            while cell["header"] and last - start > MOST_KEPT and (stops := [n for n in cut if start < n < last]):
                stop = max((n for n in stops if n <= start + MOST_KEPT), default=min(stops))
                made[start].append({**cell, "row": stop - start})
                start = stop
            made[start].append({**cell, "row": last - start})
    return made


def _drawn_figures(data: Mapping[str, Any], fonts_folder: Path | None) -> list[dict[str, Any]]:
    """Return a document's figures in their order, with numbers, sizes in points, and drawings as PNG.

    They are not larger than the page's text, nor than asked for.
    """
    figures = list(of_kind([*data["emblem"], *data["blocks"]], "figure"))
    for number, figure in enumerate(figures, 1):
        png = drawn(figure, font_set(fonts_folder), ppi=RESOLUTION)
        width, height = (pixels * 72 / RESOLUTION for pixels in struct.unpack(">II", png[16:24]))
        figure |= {"number": number, "width": width, "height": height}
        if figure["file"].endswith(".svg"):
            figure |= {"file": figure["file"].replace(".svg", ".png"), "picture": png}
    return figures


def _signature_left(signature: str, date: str) -> float:
    """Return the indent of a signature that ends two characters from the right, with a date further in below it."""
    widths = [max(map(width_in_em, signature.split("\n"))) * SIZE, INDENT + width_in_em(date) * SIZE if date else 0.0]
    return max(0.0, TEXT_WIDTH - INDENT - max(widths))


def _findings(findings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the table of a draft's findings as data."""
    head = tuple(GridCell(text, scope="col") for text in ("程度", "规则", "意见"))
    rows = []
    for finding in findings:
        accepted = "" if finding["waived"] is None else f"\n已接受：{finding['waived']}"
        severity = "已接受" if accepted else finding["severity"]
        message = GridCell(finding["message"] + accepted, align="left")
        rows.append((GridCell(severity), GridCell(finding["rule"]), message))
    return {"caption": "", **table_data(display_table("findings", "", (3, 3, 27), (head,), tuple(rows)), TEXT_WIDTH)}


def _own_styles(text: str, usual: Element) -> Element:
    """Return the usual styles with the type, alignment and spacing of a project's document's.

    They are found by their names, whatever ids Word gave them; nothing else is taken, so that no style hides anything.
    Raises GovReportError where one is lacking, or its type cannot be read.
    """
    name, parser = PROJECT_TEMPLATES["docx"], etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        own = {_name_of(style): style for style in etree.fromstring(text.encode(), parser).iter(f"{_W}style")}
    except etree.XMLSyntaxError as error:
        raise GovReportError(f"{name} 的样式无法读取（{error}）；请在 Word 中另存。") from None
    if lacking := [known for known in map(_name_of, usual.iter(f"{_W}style")) if known not in own]:
        raise GovReportError(f"{name} 缺少样式 {listed(lacking, MOST_NAMED)}；请从 govreport 生成的 report.docx 改起。")
    for style, (holder, key) in product(usual.iter(f"{_W}style"), TAKEN):
        path = f"{holder}/{key}"
        given, here = own[_name_of(style)].find(path), style.find(path)
        if given is None or (here is not None and dict(given.attrib) == dict(here.attrib)):
            continue
        if not _is_readable(given):
            raise GovReportError(f"{name} 的样式“{_name_of(style)}”字太小、行距太密或颜色太浅，看不清；请改正。")
        if style.find(holder) is None:
            _put(style, etree.Element(holder))
        plain = {attribute: value for attribute, value in given.items() if "heme" not in attribute}
        _put(style.find(holder), etree.Element(given.tag, plain))
    return usual


def _put(parent: Element, node: Element) -> None:
    """Put a node into a style, or its properties, in place of one of the same name."""
    kept = [other for other in parent if other.tag != node.tag]
    parent[:] = sorted([*kept, node], key=lambda each: ORDER.find(f" {etree.QName(each).localname} "))


def _is_readable(node: Element) -> bool:
    """Whether a property of a style leaves type large, dark and apart enough to be read."""
    key, least = LEAST.get(name := etree.QName(node).localname, ("val", 0))
    value = node.get(f"{_W}{key}", "")
    if name == "color":
        return value == "auto" or is_legible(f"#{value}")
    return not value or not least or int(value) >= least


def _name_of(style: Element) -> str:
    name = style.find(f"{_W}name")
    return "" if name is None else str(name.get(f"{_W}val")).lower()


def _packed(content: str, styles: str = "", figures: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """Return a package's bytes; every file in it has the first date that the format knows.

    content: its parts in one XML document; styles: XML in place of its own; figures: those with pictures.
    """
    root = etree.fromstring(content.encode(), _PARSER)
    parts = {part.get(f"{_PKG}name", ""): part[0][0] for part in root}
    if styles:
        parts[f"/{STYLES}"] = _own_styles(styles, parts[f"/{STYLES}"])
    if (enclosed := parts.get("/customXml/item1.xml")) is not None:
        enclosed.set("digest", text_digest(parts["/word/document.xml"]))
    types = parts["/[Content_Types].xml"]
    types.getparent().remove(types)  # by itself it declares no namespaces but its own
    for part in root.iterfind("*[@pkg:contentType]", root.nsmap):
        stated = {"PartName": part.get(f"{_PKG}name"), "ContentType": part.get(f"{_PKG}contentType")}
        etree.SubElement(types, f"{{{types.nsmap[None]}}}Override", stated)
    files = {name: etree.tostring(node, encoding="UTF-8", standalone=True) for name, node in parts.items()}
    files |= {f"/word/media/{figure['file']}": figure["picture"] for figure in figures}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, data in files.items():
            package.writestr(zipfile.ZipInfo(name.lstrip("/")), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()
