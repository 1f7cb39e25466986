"""Word documents as a document: paragraphs with the numbers that Word counts, tables, text boxes, pictures.

Read from the parts' XML: python-docx knows nothing of tracked changes, text boxes and numbering, and opens every part
of a file that may come from anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree

from govreport.core import Block, FilingError, GridCell, Paragraph, Picture, plain_paragraph
from govreport.exchange.readers.characters import tidy
from govreport.exchange.readers.container import Container
from govreport.exchange.readers.docx_numbering import Numbering, read_numbering
from govreport.exchange.readers.footnotes import raised, with_remarks
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.grids import cell_text, grid_blocks
from govreport.exchange.readers.ooxml import child, inside, is_on, name, value, whole

UNSEEN = ("vanish", "strike", "dstrike")
"""Properties of text that is hidden or struck through: it does not count."""
SKIPPED = frozenset({
    "del", "moveFrom", "instrText", "delText", "delInstrText", "rt", "footnoteReference", "endnoteReference", "sdtPr",
    "commentReference", "annotationRef", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr",
})  # fmt: skip
"""What is no text for readers: deleted, moved away, codes of fields, readings above characters, properties."""
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
RAISED = frozenset({"superscript", "subscript"})
EMU = 12_700
"""English metric units in a point."""
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)
_TITLES = ("title", "标题")
_STYLE_LENGTH = r"(?:^|;)\s*{}\s*:\s*([0-9.]{{1,9}})pt"


@dataclass(frozen=True)
class Style:
    """What a paragraph style says: the style it is based on, its heading level (0: none), its list and level."""

    base: str = ""
    heading: int = 0
    number: str = ""
    level: int = 0


def read_docx(data: bytes, shown: str) -> ForeignDocument:
    """Return a Word document as a document; shown is the file's name in messages.

    Macros, headers, footers, notes and comments are left out, tracked changes read as accepted.
    Raises FilingError when the file is broken, not made as Word does, or too large.
    """
    container = Container(data, shown)
    main = container.related("").get("officeDocument", "word/document.xml")
    related = container.related(main)
    root = container.xml(main)
    body = child(root, "body")
    if body is None:
        raise FilingError([f"{shown} 里没有正文，不是完整的 Word 文档；请用 Word 或 WPS 打开并另存后再导入。"])
    styles = _styles(container.xml(related["styles"])) if "styles" in related else {}
    lists = read_numbering(container.xml(related["numbering"]) if "numbering" in related else None)
    core = container.related("").get("core-properties")
    title = child(container.xml(core), "title") if core else None
    blocks = tuple(_Reader(shown, styles, lists).blocks(body))
    return ForeignDocument(blocks, tidy(title.text or "") if title is not None else "")


def _styles(root: etree._Element) -> dict[str, Style]:
    """Return the paragraph styles by id."""
    found: dict[str, Style] = {}
    for style in root.iterchildren("{*}style"):
        called, properties = value(child(style, "name")).strip().lower(), child(style, "pPr")
        heading = _HEADING.fullmatch(called)
        level = 1 if called in _TITLES else int(heading[1]) if heading else _outline(properties)
        number = child(properties, "numPr")
        found[value(style, "styleId")] = Style(
            value(child(style, "basedOn")), level, value(child(number, "numId")), whole(value(child(number, "ilvl")))
        )
    return found


def _outline(properties: etree._Element | None) -> int:
    """Return the heading level that properties set, 0 for body text."""
    level = child(properties, "outlineLvl")
    return (whole(value(level), 9) + 1) % 10 if level is not None else 0


class _Reader:
    """Reads a body, a cell or a text box into blocks."""

    def __init__(self, shown: str, styles: dict[str, Style], lists: Numbering) -> None:
        self._shown, self._styles, self._lists = shown, styles, lists
        self._boxes: list[Block] = []

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """Yield the blocks of what is in an element."""
        joined = ""
        for inner in _flattened(element, ("p", "tbl")):
            if name(inner) == "tbl":
                yield from self._table(inner)
                continue
            text = joined + self._text(inner)
            properties = child(inner, "pPr")
            joined = text if child(properties, "rPr", "del") is not None else ""  # a deleted end joins two paragraphs
            if not joined:
                yield from self._paragraphs(text, properties)
            boxes, self._boxes = self._boxes, []
            yield from boxes
        yield from self._paragraphs(joined, None)

    def _paragraphs(self, text: str, properties: etree._Element | None) -> Iterator[Paragraph]:
        styles = self._chain(value(child(properties, "pStyle")))
        heading = _outline(properties) or next((style.heading for style in styles if style.heading), 0)
        lines = [line for line in map(tidy, with_remarks(text).split("\n")) if line]
        if lines and (number := self._number(properties, styles)):
            lines[0] = tidy(number + lines[0])
        yield from (plain_paragraph(line, heading) for line in lines)

    def _number(self, properties: etree._Element | None, styles: list[Style]) -> str:
        own = child(properties, "numPr")
        style = next((style for style in styles if style.number), Style())
        number = value(child(own, "numId")) or style.number
        return self._lists.prefix(number, whole(value(child(own, "ilvl")), style.level)) if number else ""

    def _chain(self, key: str) -> list[Style]:
        """Return a style and those that it is based on."""
        chain: list[Style] = []
        while key in self._styles and len(chain) < 20:
            chain.append(self._styles[key])
            key = chain[-1].base
        return chain

    def _text(self, element: etree._Element) -> str:
        """Return the text of a paragraph's content; text boxes and pictures in it wait for its end."""
        parts: list[str] = []
        pending = list(reversed(element))
        while pending:
            inner = pending.pop()
            tag = name(inner)
            if tag in SKIPPED or (tag == "r" and any(is_on(child(inner, "rPr", off)) for off in UNSEEN)):
                continue
            if tag == "r" and value(child(inner, "rPr", "vertAlign")) in RAISED:
                parts.append(raised("".join(text.text or "" for text in inner.iterchildren("{*}t"))))
            elif tag == "t":
                parts.append(inner.text or "")
            elif tag in SIGNS:
                parts.append(SIGNS[tag])
            elif tag == "txbxContent":
                self._boxes += _Reader(self._shown, self._styles, self._lists).blocks(inner)
            elif tag in ("blip", "imagedata"):
                self._boxes.append(_picture(inner))
            else:
                pending += reversed(inside(inner))
        return "".join(parts)

    def _table(self, table: etree._Element) -> Iterator[Block]:
        """Yield a table's blocks; cells that only continue a cell above lengthen it."""
        rows: list[list[GridCell]] = []
        held: list[Block] = []
        above: dict[int, tuple[int, int, int]] = {}
        """By column, the row and place of the cell that a continuing one belongs to, and how wide it is."""
        for row in _flattened(table, ("tr",)):
            properties = child(row, "trPr")
            if child(properties, "del") is not None:
                continue
            before = min(whole(value(child(properties, "gridBefore"))), 60)
            drawn, column, open_cells = ([GridCell("", columns=before)] if before else []), before, {}
            for cell in _flattened(row, ("tc",)):
                own = child(cell, "tcPr")
                span, merge = max(1, min(whole(value(child(own, "gridSpan")), 1), 1000)), child(own, "vMerge")
                continues = merge is not None and value(merge) != "restart"
                if continues and column in above and above[column][2] == span:
                    at, place, _ = open_cells[column] = above[column]
                    rows[at][place] = replace(rows[at][place], rows=len(rows) + 1 - at, columns=span)
                elif is_continued(own) and drawn:
                    drawn[-1] = replace(drawn[-1], rows=1, columns=drawn[-1].columns + span)
                else:
                    blocks = list(_Reader(self._shown, self._styles, self._lists).blocks(cell))
                    held += blocks
                    open_cells |= {column: (len(rows), len(drawn), span)} if merge is not None else {}
                    drawn.append(GridCell(cell_text(blocks), columns=span))
                column += span
            above = open_cells
            rows.append(drawn)
        yield from grid_blocks([rows], held, self._shown)


def is_continued(properties: etree._Element | None) -> bool:
    """Whether a cell only continues the one to its left, as old versions of Word merge cells."""
    merge = child(properties, "hMerge")
    return merge is not None and value(merge) != "restart"


def _flattened(element: etree._Element, wanted: tuple[str, ...]) -> Iterator[etree._Element]:
    """Yield the wanted elements within, through content controls and the like, but not through each other."""
    pending = list(reversed(element))
    while pending:
        inner = pending.pop()
        if name(inner) in wanted:
            yield inner
        elif name(inner) not in SKIPPED:
            pending += reversed(inside(inner))


def _picture(inner: etree._Element) -> Picture:
    """Return a picture with the size that it is drawn in: DrawingML's extent, or VML's style."""
    for around in inner.iterancestors():
        extent = child(around, "extent")
        if extent is not None:
            return Picture(width=whole(value(extent, "cx")) / EMU, height=whole(value(extent, "cy")) / EMU)
        if name(around) in ("shape", "rect"):
            style = value(around, "style")
            found = (re.search(_STYLE_LENGTH.format(side), style) for side in ("width", "height"))
            width, height = (_points(side[1]) if side else 0.0 for side in found)
            return Picture(width=width, height=height)
    return Picture()


def _points(text: str) -> float:
    return float(text) if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text) else 0.0
