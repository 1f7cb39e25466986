"""The body of a Word document: the data that also the PDF is set from, as paragraphs and native tables."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from docx.document import Document as Package
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt
from lxml.etree import _Element as Element

from govreport.core import Grid, GridCell, Picture
from govreport.publish.layout.page_data import INDENT, NARROWEST_TEXT, TEXT_WIDTH
from govreport.publish.layout.table_fit import LINE, TALL
from govreport.publish.layout.text_setting import BREAK

HANGING = 24.0
"""Width of a list's marker in points."""
DEEPEST_HEADING, DEEPEST_LIST = 6, 9
MOST_KEPT = 8
"""A label beside up to so many rows stands with all of them on one page, any other with as many as it has lines."""
BULLETS, NUMBERS = 1, 2
"""The template's lists."""
COVERED: Mapping[str, Any] = {"text": "", "header": False, "align": "center"}
"""What stands in a place that a cell above covers."""


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
    for number, line in enumerate(text.replace(BREAK, "").split("\n")):
        if number:
            node.append(element("br"))
        if line:
            node.append(element("t"))
            node[-1].text = line
            node[-1].set(qn("xml:space"), "preserve")
    return node


def paragraph(style: str, *runs: Element, properties: Sequence[Element] = (), keep: bool = False) -> Element:
    """Return a paragraph.

    properties: others than style and keep, in the order of ISO/IEC 29500-1, 17.3.1.26; keep: with the next.
    """
    first = [element("pStyle", val=style), *([element("keepNext")] if keep else [])]
    return element("p", element("pPr", *first, *properties), *runs)


class Body:
    """Writes blocks of data to the end of a document; remembers how many lists and pictures there are.

    pictures: drawn pictures by the names that figures give them.
    """

    def __init__(self, package: Package, pictures: Mapping[str, Picture]) -> None:
        self._package, self._pictures = package, pictures
        self._end: Element = package.element.body.sectPr
        self._lists = self._figures = 0

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
                    self.blocks(block["blocks"], _inner(left, INDENT), depth, "Quote")
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
        """Write a list; of an item's blocks only the first bears the marker, an empty paragraph where it is no text."""
        numbering = self._package.part.numbering_part.element
        number = numbering.add_num(NUMBERS if block["ordered"] else BULLETS)
        level = min(depth, DEEPEST_LIST - 1)
        number.add_lvlOverride(ilvl=level).add_startOverride(block["start"])
        inner = _inner(left, HANGING + (0 if depth else INDENT))
        for item in block["items"]:
            first = item[0] if item and item[0]["kind"] == "paragraph" else {"runs": []}
            marker = element("numPr", element("ilvl", val=level), element("numId", val=number.numId))
            indent = element("ind", left=twips(inner), hanging=twips(HANGING))
            properties = [marker, *_wrap(*(run["text"] for run in first["runs"])), indent]
            self.add(paragraph("ListParagraph", *_runs(first["runs"]), properties=properties))
            self.blocks(item[1:] if first["runs"] else item, inner, depth + 1, "ListParagraph")

    def table(self, data: Mapping[str, Any], left: float = 0.0) -> None:
        """Write a table, its caption or a small gap above and a small gap below, or Word would join two tables."""
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


def _inner(left: float, more: float) -> float:
    return min(left + more, TEXT_WIDTH - NARROWEST_TEXT)


def _runs(runs: Iterable[Mapping[str, Any]]) -> list[Element]:
    """Return runs; a link is printed with its address, since a file from anywhere should not lead anywhere."""
    made = []
    for data in runs:
        style = "HTMLCode" if data["code"] else "Emphasis" if data["italic"] else ""
        properties = [element("rStyle", val=style)] if style else []
        properties += [element("b"), element("bCs")] if data["bold"] else []
        properties += [element("strike")] if data["strike"] else []
        address = data["link"].removeprefix("mailto:")
        shown = not address or address in data["text"].replace(BREAK, "")
        made.append(run(data["text"] if shown else f"{data['text']}（{address}）", *properties))
    return made


def _wrap(*texts: str) -> list[Element]:
    """Let a line end within a word where a text has words too long for one."""
    return [element("wordWrap", val=0)] if any(BREAK in text for text in texts) else []


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
        *([element("tblCaption", val=data["caption"].replace(BREAK, ""))] if data["caption"] else []),
    )


def _rows(data: Mapping[str, Any], widths: Sequence[int]) -> Iterator[Element]:
    """Yield a table's rows; only a header that stands above all of them can repeat in Word."""
    parts = data["parts"]
    repeated = parts[0]["repeat"] and sum(part["level"] == 1 for part in parts) == 1
    last = sum(len(part["rows"]) for part in parts) - 1
    rows = [(part, row) for part in parts for row in part["rows"]]
    cells = (GridCell("", n, c["x"], c["row"], c["col"]) for n, (_, row) in enumerate(rows) for c in row)
    lines = Grid(tuple(cells), len(widths)).lines()
    kept = 0
    for number, ((part, row), line) in enumerate(zip(rows, lines, strict=True)):
        tall = any(cell["lines"] > TALL for cell in row if cell["row"] == 1)
        spans = ((cell["row"], cell["lines"]) for cell in row)
        kept = max(kept - 1, *(deep - 1 if deep <= MOST_KEPT else min(deep, text) - 1 for deep, text in spans), 0)
        keep = number < last and (part["level"] > 0 or not data["split"] or kept > 0)
        properties = [] if tall else [element("cantSplit")]
        properties += [element("tblHeader")] if part["level"] == 1 and repeated else []
        own = {cell["x"]: cell for cell in row}
        inner = (_cell(place, own.get(place.column), widths, data["size"], keep) for place in line)
        yield element("tr", *([element("trPr", *properties)] if properties else []), *inner)


def _cell(place: GridCell, cell: Mapping[str, Any] | None, widths: Sequence[int], size: float, keep: bool) -> Element:
    """Return a cell; where there is none of the row's own, one that continues a cell above."""
    merged = [] if place.rows == 1 else [element("vMerge", val="restart" if cell else "continue")]
    merged = [*([element("gridSpan", val=place.columns)] if place.columns > 1 else []), *merged]
    width = element("tcW", w=sum(widths[place.column : place.column + place.columns]), type="dxa")
    properties = element("tcPr", width, *merged, element("vAlign", val="center"))
    return element("tc", properties, _cell_text(cell or COVERED, size, keep))


def _cell_text(cell: Mapping[str, Any], size: float, keep: bool) -> Element:
    line = element("spacing", line=twips(LINE * size), lineRule="exact")
    align = [] if cell["align"] == "center" else [element("jc", val=cell["align"])]
    properties = [*_wrap(cell["text"]), line, *align]
    sizes = [element(name, val=round(2 * size)) for name in ("sz", "szCs")]
    style = "TableHeading" if cell["header"] else "TableText"
    return paragraph(style, run(cell["text"], *sizes), properties=properties, keep=keep)
