"""A document as a Word document (DOCX): styles, native tables and the page of official documents (GB/T 9704-2012)."""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import docx
import typst
from docx.document import Document as Package
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt
from lxml import etree
from lxml.etree import _Element as Element

from govreport.core import GovReportError, Grid, GridCell, Picture, listed
from govreport.filing import ENCLOSED_FILES, ENCLOSURE_NAMESPACE, STYLES, is_legible, text_digest
from govreport.filing import TEMPLATES as PROJECT_TEMPLATES
from govreport.publish.document import Document
from govreport.publish.layout.page_data import INDENT, MOST_INDENT, TEXT_WIDTH, document_data, file_date, of_kind
from govreport.publish.layout.typesetter import TEMPLATES, FontSet, compile_typst, first_line, font_set, picture_source
from govreport.publish.layout.typography import BREAK, LINE, TALL, WHOLE, table_data, unmarked, width_in_em
from govreport.tables import display_table

SIZE = 16.0
"""Type size of the body in points."""
HANGING = 24.0
"""Width of a list's marker in points."""
DEEPEST_HEADING, DEEPEST_LIST = 6, 9
MOST_KEPT = 8
"""A label beside up to so many rows is kept on one page with all of them, any other with as many as it has lines."""
BULLETS, NUMBERS = 1, 2
"""Numbers of the template's lists."""
COVERED: Mapping[str, Any] = {"text": "", "header": False, "align": "center"}
"""The content of a place that a cell above covers."""
RESOLUTION = 300
"""Pixels an inch of a drawing; more than print shows."""
LONGEST_PROPERTY = 255
MOST_NAMED = 5
LETTERHEAD = 40.0
"""Largest type size of a letterhead in points."""
_SIGNS = {"\n": "br", "\u2011": "noBreakHyphen"}
_PARTS = re.compile("[\n\u2011]|[^\n\u2011]+")
_HELD = str.maketrans({"-": "\u2011", " ": "\xa0"})
"""What stands in place of signs in a text that no line may divide."""
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


TAKEN = [("w:pPr", f"w:{key}") for key in ("spacing", "jc")]
TAKEN += [("w:rPr", f"w:{key}") for key in ("rFonts", "b", "bCs", "i", "iCs", "color", "sz", "szCs", "u")]
"""What a project's styles may set."""
ORDER = (
    " keepNext keepLines widowControl pBdr overflowPunct autoSpaceDE autoSpaceDN snapToGrid rFonts b bCs i iCs color "
    "spacing ind jc sz szCs u outlineLvl lang pPr rPr tblPr "
)
"""Properties of a style, of paragraphs and of runs in the order of ISO/IEC 29500-1, 17.3.1.26, 17.3.2.28, 17.7.4.17."""
LEAST = {"sz": ("val", 10), "szCs": ("val", 10), "spacing": ("line", 160)}
"""Attributes with their least: of type in half points, of a line's height in twentieths of a point."""


class DocxError(GovReportError):
    """A document cannot become a Word document; the message says why."""


def docx_bytes(document: Document, fonts_folder: Path | None = None) -> bytes:
    """Return a document as DOCX; the same document gives the same bytes.

    fonts_folder: a project's ``fonts/``, for texts in drawings; it need not exist.
    Raises DocxError or TableTooWideError when something cannot be set.

    >>> from govreport.core import plain_paragraph
    >>> docx_bytes(Document(("示例报告",), (plain_paragraph("一段话。"),)))[:2]
    b'PK'
    """
    data, files = document_data(document)
    package = docx.Document(io.BytesIO(usual_document(document.account.appearance.templates.get("docx", ""))))
    _properties(package, document, data)
    body = Body(package, _pictures(data, files, fonts_folder))
    _front(package, body, data)
    body.blocks(data["blocks"])
    _end(body, data)
    if document.account.enclosure["filing"]:
        _embed(package, document)
    return _packed(package)


def element(name: str, *children: Element, **attributes: object) -> Element:
    """Return an element of WordprocessingML; attributes are of its namespace too."""
    node: Element = OxmlElement(f"w:{name}", {qn(f"w:{key}"): str(value) for key, value in attributes.items()})
    node.extend(children)
    return node


def twips(points: float) -> int:
    """Return a length in twentieths of a point.

    >>> twips(0.5)
    10
    """
    return round(20 * points)


def run(text: str, *properties: Element) -> Element:
    """Return a run of text; a newline is a forced line break."""
    node = element("r", *([element("rPr", *properties)] if properties else []))
    stretches = enumerate(text.replace(BREAK, "").split(WHOLE))
    for part in _PARTS.findall("".join(s.translate(_HELD) if n % 2 else s for n, s in stretches)):
        node.append(element(_SIGNS.get(part, "t")))
        if part not in _SIGNS:
            node[-1].text = part
            node[-1].set(qn("xml:space"), "preserve")
    return node


def paragraph(style: str, *runs: Element, properties: Sequence[Element] = (), keep: bool = False) -> Element:
    """Return a paragraph.

    properties: others than style and keep, in the order of ISO/IEC 29500-1, 17.3.1.26; keep: with the next.
    """
    first = [element("pStyle", val=style), *([element("keepNext")] if keep else [])]
    return element("p", element("pPr", *first, *properties), *runs)


class Body:
    """Writes blocks of data to the end of a document; remembers how many pictures there are.

    pictures: drawn pictures by the names that figures give them.
    """

    def __init__(self, package: Package, pictures: Mapping[str, Picture]) -> None:
        self._package, self._pictures = package, pictures
        self._end: Element = package.element.body.sectPr
        self._figures = 0

    def add(self, node: Element) -> None:
        """Put a paragraph or a table at the end."""
        self._end.addprevious(node)

    def blocks(self, blocks: Iterable[Mapping[str, Any]], left: float = 0.0, depth: int = 0, style: str = "") -> None:
        """Write blocks.

        left: their indent in points; depth: of lists around them; style: of their paragraphs, body text if empty.
        """
        for block in blocks:
            match block["kind"]:
                case "heading":
                    self.add(paragraph(f"Heading{min(block['level'], DEEPEST_HEADING)}", *_runs(block["runs"])))
                case "paragraph":
                    runs, keep = _runs(block["runs"]), block.get("sticky", False)
                    indent = [] if style in ("", "BodyText") else [element("ind", left=twips(left))]
                    wrap = _wrap(*(run["text"] for run in block["runs"]))
                    self.add(paragraph(style or "BodyText", *runs, properties=[*wrap, *indent], keep=keep))
                case "list":
                    self._list(block, left, depth)
                case "quote":
                    self.blocks(block["blocks"], min(left + INDENT, MOST_INDENT), depth, "Quote")
                case "table":
                    self.table(block, left)
                case "figure":
                    self._figure(block)
                case "output":
                    for line in block["lines"]:
                        text = "".join(part for _, part in line).replace("\xa0", " ")
                        indent = element("ind", left=twips(left))
                        self.add(paragraph("HTMLPreformatted", run(text), properties=[indent]))

    def _list(self, block: Mapping[str, Any], left: float, depth: int) -> None:
        """Write a list; an item's first paragraph bears the marker, or an empty one before any other block."""
        numbering = self._package.part.numbering_part.element
        number = numbering.add_num(NUMBERS if block["ordered"] else BULLETS)
        level = min(depth, DEEPEST_LIST - 1)
        override = number.add_lvlOverride(ilvl=level)
        override.add_startOverride(block["start"])
        if block["ordered"] and block["after"] == ")":
            kind, text = element("numFmt", val="decimal"), element("lvlText", val=f"%{level + 1})")
            override.append(element("lvl", element("start", val=block["start"]), kind, text, ilvl=level))
        inner = min(left + (HANGING + (0 if depth else INDENT)), MOST_INDENT)
        for item in block["items"]:
            first = item[0] if item and item[0]["kind"] == "paragraph" else {"runs": []}
            marker = element("numPr", element("ilvl", val=level), element("numId", val=number.numId))
            indent = element("ind", left=twips(inner), hanging=twips(HANGING))
            properties = [marker, *_wrap(*(run["text"] for run in first["runs"])), indent]
            self.add(paragraph("ListParagraph", *_runs(first["runs"]), properties=properties))
            self.blocks(item[1:] if first["runs"] else item, inner, depth + 1, "ListParagraph")

    def table(self, data: Mapping[str, Any], left: float = 0.0) -> None:
        """Write a table with its caption or a small gap above, and a small gap below: Word would join two tables."""
        runs = [run(data["caption"])] if data["caption"] else []
        self.add(paragraph("Caption" if runs else "TableGap", *runs, keep=True))
        widths = [twips(width) for width in data["widths"]]
        grid = element("tblGrid", *(element("gridCol", w=width) for width in widths))
        self.add(element("tbl", _table_properties(data, left, sum(widths)), grid, *_rows(data, widths)))
        self.add(paragraph("TableGap"))

    def _figure(self, block: Mapping[str, Any]) -> None:
        """Write a picture with its alternative text, its caption below."""
        picture = self._pictures[block["file"]]
        self._figures += 1
        made = self._package.add_paragraph(style="图")
        made.paragraph_format.keep_with_next = bool(block["caption"])
        inline = made.part.new_pic_inline(io.BytesIO(picture.data), Pt(picture.width), Pt(picture.height))
        made.add_run().element.add_drawing(inline)
        inline.docPr.set("name", f"图{self._figures}")
        inline.docPr.set("descr", block["alt"])
        if block["caption"]:
            self.add(paragraph("Caption", run(block["caption"])))


def _runs(runs: Iterable[Mapping[str, Any]]) -> list[Element]:
    """Return runs; the address of a link is printed as text instead of being made active."""
    made = []
    for data in runs:
        style = "HTMLCode" if data["code"] else "Emphasis" if data["italic"] else ""
        properties = [element("rStyle", val=style)] if style else []
        properties += [element("b"), element("bCs")] if data["bold"] else []
        properties += [element("strike")] if data["strike"] else []
        properties += [element("u", val="single")] if data["underline"] else []
        raised = "subscript" if data["sub"] else "superscript" if data["sup"] else ""
        properties += [element("vertAlign", val=raised)] if raised else []
        address = data["link"].removeprefix("mailto:")
        shown = not address or address in unmarked(data["text"])
        made.append(run(data["text"] if shown else f"{data['text']}（{address}）", *properties))
    return made


def _wrap(*texts: str) -> list[Element]:
    """Allow line breaks within words where a text has words too long for a line, and nothing that must stay whole."""
    return [element("wordWrap", val=0)] if BREAK in "".join(texts) and WHOLE not in "".join(texts) else []


def _table_properties(data: Mapping[str, Any], left: float, width: int) -> Element:
    sides = (("top", "y"), ("left", "x"), ("bottom", "y"), ("right", "x"))
    leading = {"x": 0.0, "y": (LINE - 1) / 2 * data["size"]}
    margins = (element(side, w=twips(data["inset"][axis] - leading[axis]), type="dxa") for side, axis in sides)
    return element(
        "tblPr",
        element("tblStyle", val="TableGrid"),
        element("tblW", w=width, type="dxa"),
        element("tblInd", w=twips(left), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
        element("tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1),
        *([element("tblCaption", val=unmarked(data["caption"]))] if data["caption"] else []),
    )


def _rows(data: Mapping[str, Any], widths: Sequence[int]) -> Iterator[Element]:
    """Yield a table's rows; only a header that stands above all of them can repeat in Word."""
    parts = data["parts"]
    repeated = parts[0]["repeat"] and sum(part["level"] == 1 for part in parts) == 1
    last = sum(len(part["rows"]) for part in parts) - 1
    is_kept = not data["split"] or (data["labelled"] and data["kept"])
    rows = [(part, row) for part in parts for row in (part["rows"] if is_kept else _repeated(part["rows"]))]
    cells = (GridCell("", n, c["x"], c["row"], c["col"]) for n, (_, row) in enumerate(rows) for c in row)
    lines = Grid(tuple(cells), len(widths)).lines()
    kept = 0
    for number, ((part, row), line) in enumerate(zip(rows, lines, strict=True)):
        tall = any(cell["lines"] > TALL for cell in row if cell["row"] == 1)
        spans = ((cell["row"], cell["lines"]) for cell in row)
        kept = max(kept - 1, *(deep - 1 if deep <= MOST_KEPT else min(deep, text) - 1 for deep, text in spans), 0)
        keep = number < last and (part["level"] > 0 or is_kept or kept > 0)
        properties = [] if tall else [element("cantSplit")]
        properties += [element("tblHeader")] if part["level"] == 1 and repeated else []
        own = {cell["x"]: cell for cell in row}
        inner = (_cell(place, own.get(place.column), widths, data["size"], keep) for place in line)
        yield element("tr", *([element("trPr", *properties)] if properties else []), *inner)


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


def _cell(place: GridCell, cell: Mapping[str, Any] | None, widths: Sequence[int], size: float, keep: bool) -> Element:
    """Return a cell; where there is none of the row's own, one that continues a cell above."""
    merged = [] if place.rows == 1 else [element("vMerge", val="restart" if cell else "continue")]
    merged = [*([element("gridSpan", val=place.columns)] if place.columns > 1 else []), *merged]
    width = element("tcW", w=sum(widths[place.column : place.column + place.columns]), type="dxa")
    properties = element("tcPr", width, *merged, element("vAlign", val="center"))
    cell = cell or COVERED
    line = element("spacing", line=twips(LINE * size), lineRule="exact")
    align = [] if cell["align"] == "center" else [element("jc", val=cell["align"])]
    sizes = [element(name, val=round(2 * size)) for name in ("sz", "szCs")]
    style, setting = "TableHeading" if cell["header"] else "TableText", [*_wrap(cell["text"]), line, *align]
    text = paragraph(style, run(cell["text"], *sizes), properties=setting, keep=keep)
    return element("tc", properties, text)


def page_picture(name: str, data: bytes, fonts: FontSet, width: float = 0, height: float = 0) -> Picture:
    """Return a picture as PNG or JPEG with the size at which it is shown: not larger than the page's text.

    name: ``*.svg``, ``*.png`` or ``*.jpg``; width, height: asked for in points, 0 for its own.
    Raises typst.TypstError when it cannot be read.
    """
    is_svg = name.endswith(".svg")
    asked = {"picture": picture_source(data, is_svg), "width": width, "height": height}
    png = compile_typst("picture.typ", asked, fonts, format="png", ppi=RESOLUTION)
    width, height = (pixels * 72 / RESOLUTION for pixels in struct.unpack(">II", png[16:24]))
    return Picture(data=png if is_svg else data, width=width, height=height)


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
    properties.revision, properties.language, properties.keywords = 1, "zh-CN", "".join(data["keywords"])
    properties.author = properties.last_modified_by = data["author"][:LONGEST_PROPERTY]
    properties.created = properties.modified = file_date(document)


def _pictures(data: Mapping[str, Any], files: Mapping[str, bytes], fonts_folder: Path | None) -> dict[str, Picture]:
    """Return a document's pictures by name."""
    pictures = {}
    for figure in of_kind([*data["emblem"], *data["blocks"]], "figure"):
        file = figure["file"]
        try:
            pictures[file] = page_picture(file, files[file], font_set(fonts_folder), figure["width"], figure["height"])
        except typst.TypstError as error:
            raise DocxError(
                f"图“{figure['caption'] or figure['alt']}”无法读取，未能排版（{first_line(error)}）。"
            ) from error
    return pictures


def _front(package: Package, body: Body, data: Mapping[str, Any]) -> None:
    """Write the title, above it a draft's notice; any other report loses the template's draft mark."""
    if draft := data["draft"]:
        body.add(paragraph("DraftNotice", run(draft["notice"])))
    else:
        package.sections[0].header.is_linked_to_previous = True
        package.sections[0].even_page_header.is_linked_to_previous = True
    body.blocks(data["emblem"])
    if data["letterhead"]:
        body.add(_letterhead(data["letterhead"], data["colour"].removeprefix("#")))
    body.add(paragraph("Title", run("\n".join(data["title"]))))


def _letterhead(name: str, colour: str) -> Element:
    """Return an agency's name above the line that divides it from the title."""
    size = min(LETTERHEAD, TEXT_WIDTH / width_in_em(name))
    line = element("pBdr", element("bottom", val="single", sz=12, space=6, color=colour))
    height = element("spacing", line=twips(LINE * size), lineRule="exact")
    letters = [element("color", val=colour), *(element(key, val=round(2 * size)) for key in ("sz", "szCs"))]
    return paragraph("Title", run(name, *letters), properties=[line, height])


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
    widths = [max(map(width_in_em, signature.split("\n"))) * SIZE, INDENT + width_in_em(date) * SIZE if date else 0.0]
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
def usual_document(styles: str = "") -> bytes:
    """Return the template, one file in Flat OPC format, as a package. styles: XML in place of its own."""
    target = io.BytesIO()
    types = etree.Element("Types", nsmap={None: _TYPES})
    with zipfile.ZipFile(target, "w") as package:
        for part in etree.parse(
            TEMPLATES / "docx.xml", etree.XMLParser(remove_comments=True, remove_blank_text=True)
        ).getroot():
            name, content = part.get(f"{_PKG}name"), part[0][0]
            if styles and name == f"/{STYLES}":
                content = _own_styles(styles, content)
            etree.SubElement(types, "Override", PartName=name, ContentType=part.get(f"{_PKG}contentType"))
            package.writestr(name.lstrip("/"), etree.tostring(content, encoding="UTF-8", standalone=True))
        package.writestr("[Content_Types].xml", etree.tostring(types, encoding="UTF-8", standalone=True))
    return target.getvalue()


def _own_styles(text: str, usual: Element) -> Element:
    """Return the usual styles with the type, alignment and spacing of a project's document's.

    They are found by their names, whatever ids Word gave them; nothing else is taken, so that no style hides anything.
    Raises DocxError where one is lacking, or its type cannot be read.
    """
    name, parser = PROJECT_TEMPLATES["docx"], etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        own = {_name_of(style): style for style in etree.fromstring(text.encode(), parser).iter(qn("w:style"))}
    except etree.XMLSyntaxError as error:
        raise DocxError(f"{name} 的样式无法读取（{error}）；请在 Word 中另存。") from None
    if lacking := [known for known in map(_name_of, usual.iter(qn("w:style"))) if known not in own]:
        told = f"{name} 缺少样式 {listed(lacking, MOST_NAMED)}"
        raise DocxError(f"{told}；请从 govreport 生成的 report.docx 改起。")
    for style, (holder, key) in product(usual.iter(qn("w:style")), TAKEN):
        path = f"{qn(holder)}/{qn(key)}"
        given, here = own[_name_of(style)].find(path), style.find(path)
        if given is None or (here is not None and dict(given.attrib) == dict(here.attrib)):
            continue
        if not _is_readable(given):
            raise DocxError(f"{name} 的样式“{_name_of(style)}”字太小、行距太密或颜色太浅，看不清；请改正。")
        if style.find(qn(holder)) is None:
            _put(style, element(holder.removeprefix("w:")))
        plain = {attribute: value for attribute, value in given.items() if "heme" not in attribute}
        _put(style.find(qn(holder)), etree.Element(given.tag, plain))
    return usual


def _put(parent: Element, node: Element) -> None:
    """Put a node into a style, or its properties, in place of one of the same name."""
    kept = [other for other in parent if other.tag != node.tag]
    parent[:] = sorted([*kept, node], key=lambda each: ORDER.find(f" {etree.QName(each).localname} "))


def _is_readable(node: Element) -> bool:
    """Whether a property of a style leaves type large, dark and apart enough to be read."""
    key, least = LEAST.get(name := etree.QName(node).localname, ("val", 0))
    value = node.get(qn(f"w:{key}"), "")
    if name == "color":
        return value == "auto" or is_legible(f"#{value}")
    return not value or not least or int(value) >= least


def _name_of(style: Element) -> str:
    name = style.find(qn("w:name"))
    return "" if name is None else str(name.get(qn("w:val"))).lower()


def _packed(package: Package) -> bytes:
    """Return a package's bytes; every file in it has the first date that the format knows."""
    saved, target = io.BytesIO(), io.BytesIO()
    package.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as fixed:
        for name in source.namelist():
            fixed.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()
