"""Word documents as a document: paragraphs with the numbers that Word counts, tables, text boxes, pictures.

Read from the parts' XML: python-docx knows nothing of tracked changes, text boxes and numbering, and opens every part
of a file that may come from anybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from string import ascii_lowercase, ascii_uppercase, digits

from lxml import etree

from govreport.core import Block, FilingError, GridCell, Paragraph, block_text, chinese_numeral, plain_paragraph
from govreport.exchange.readers.bounds import MOST_RULES
from govreport.exchange.readers.characters import excerpt, tidy
from govreport.exchange.readers.container import Container
from govreport.exchange.readers.footnotes import set_off, with_remarks
from govreport.exchange.readers.foreign_document import CELLS, NOTES, UNSEEN, ForeignDocument, left_out
from govreport.exchange.readers.table_blocks import BOGUS, grid_blocks


def name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def by_name(*elements: etree._Element | None) -> dict[str, etree._Element]:
    """Return the children of elements by name, of several the last element's, and the first in it."""
    return {name(inner): inner for element in elements if element is not None for inner in reversed(element)}


def value(element: etree._Element | None, attribute: str = "val") -> str:
    """Return an attribute by its name without namespace, empty where there is none."""
    own = () if element is None else element.items()
    fitting = (text for key, text in own if key.endswith(attribute) and key.rpartition("}")[2] == attribute)
    return str(next(fitting, ""))


def whole(text: str, otherwise: int = 0) -> int:
    """Return a text as a whole number, or a default where it is none or negative.

    >>> whole("12"), whole("", 1), whole("-3"), whole("９９")
    (12, 1, 0, 0)
    """
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else otherwise


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is either on or off is on."""
    return element is not None and value(element) not in ("0", "false", "off", "none")


_CHINESE = r"(?:chinese|japanese|taiwanese)Counting.*|japaneseDigital.*|ideographDigital|koreanDigital2"
LIST_SIGNS: Mapping[str, Sequence[str]] = {
    _CHINESE: tuple(map(chinese_numeral, range(1, 100))),
    "decimalEnclosedCircle.*": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "lowerLetter": ascii_lowercase,
    "upperLetter": ascii_uppercase,
}
"""How kinds of lists write their first numbers; those beyond, and those of other lists, stand in digits."""


@dataclass(frozen=True)
class Level:
    """A level of a list: where it starts, how it counts, its text with ``%1`` for the first level's number."""

    start: int = 1
    format: str = "decimal"
    text: str = ""


class Numbering:
    """The lists of a Word document, which count while the document is read from its beginning."""

    def __init__(self, root: etree._Element) -> None:
        """Take the part that defines them."""
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._lists: dict[str, tuple[str, dict[int, Level]]] = {}
        """By their id, the list that they share their counting with, and their levels."""
        shared = {value(own, "abstractNumId"): _levels(own) for own in root.iterfind("{*}abstractNum")}
        for num in root.iterfind("{*}num"):
            key, number = value(num.find("{*}abstractNumId")), value(num, "numId")
            levels = shared.get(key, {}) | _levels(num)
            for override in num.iterfind("{*}lvlOverride"):
                level = levels.get(at := whole(value(override, "ilvl")), Level())
                levels[at] = replace(level, start=whole(value(override.find("{*}startOverride")), level.start))
                key = f"{key}/{number}"  # a list that starts anew counts on its own
            self._lists[number] = (key, levels)

    def prefix(self, number: str, level: int) -> str:
        """Count one more paragraph and return the number in front of it, empty where the list has no numbers."""
        shared, levels = self._lists.get(number, ("", {}))
        own = levels.get(level, Level())
        counts = {at: count for at, count in self._counts[shared].items() if at <= level}  # deeper ones start anew
        counts[level] = counts.get(level, own.start - 1) + 1
        self._counts[shared] = counts

        def counted(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            other = levels.get(at, Level())
            return format_number(counts.setdefault(at, other.start), other.format)

        return re.sub("%([1-9])", counted, own.text)


def _levels(element: etree._Element) -> dict[int, Level]:
    """Return the levels that a list defines, or another one defines anew."""
    levels = dict[int, Level]()
    for level in element.iter("{*}lvl"):
        start, kind, text = (value(level.find(f"{{*}}{name}")) for name in ("start", "numFmt", "lvlText"))
        text = "" if kind in ("bullet", "none") else excerpt(text)
        levels[whole(value(level, "ilvl"))] = Level(whole(start, 1), kind or "decimal", text)
    return levels


def format_number(number: int, kind: str) -> str:
    """Return a number as a list writes it.

    >>> format_number(21, "chineseCounting"), format_number(3, "decimalEnclosedCircle"), format_number(4, "lowerLetter")
    ('二十一', '③', 'd')
    """
    signs = next((signs for kinds, signs in LIST_SIGNS.items() if re.fullmatch(kinds, kind)), ())
    return signs[number - 1] if 0 < number <= len(signs) else str(number)


HIDING, DELETED = ("vanish", "strike", "dstrike"), ("del", "cellDel")
"""Properties of text that is hidden or struck through, and of rows and cells that were deleted: none of it counts."""
SET_OFF = frozenset({"superscript", "subscript", "sup", "sub"})
"""Text that is raised or lowered, by its property or as the element of a formula that holds it."""
SKIPPED = frozenset({
    "moveFrom", "instrText", "delText", "delInstrText", "rt", "footnoteReference", "endnoteReference", "sdtPr",
    "commentReference", "annotationRef", "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "hidden",
})  # fmt: skip
"""What is no text for readers: moved away, not the filing's, codes of fields, readings above characters, properties."""
SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
TEXT = frozenset({"t", "txbxContent", *SET_OFF, *SIGNS})
"""What a paragraph consists of."""
_HEADING = re.compile(r"title|标题|(?:heading|标题)\s*([1-9])", re.IGNORECASE)
Properties = Mapping[str, etree._Element]
"""What a paragraph or a run sets, or a style: properties of the paragraph, of its list and of text, by name."""
NO_STYLE: Properties = {}


def styles_of(root: etree._Element) -> Callable[[str], Properties]:
    """Return what gives the properties of a style by its id, with those of the styles that it is based on.

    root: the part that defines them. The level that a style's name tells counts before the one that it sets.
    """
    elements = {value(style, "styleId"): style for style in root.iterfind("{*}style")}

    @cache
    def of(key: str, most: int = MOST_RULES) -> Properties:
        if (style := elements.get(key)) is None or not most:
            return NO_STYLE
        base, own = of(value(style.find("{*}basedOn")), most - 1), style.find("{*}pPr")
        heading = _HEADING.fullmatch(value(style.find("{*}name")).strip())
        named = {"outlineLvl": etree.Element("outlineLvl", val=str(int(heading[1] or 1) - 1))} if heading else {}
        return {**base, **_of_paragraph(own), **by_name(style.find("{*}rPr")), **named}

    return of


def _of_paragraph(own: etree._Element | None) -> dict[str, etree._Element]:
    """Return the properties of a paragraph and those of its list."""
    return by_name(own, None if own is None else own.find("{*}numPr"))


def read_docx(data: bytes, file: str) -> ForeignDocument:
    """Return a Word document as a document; file is the file's name in messages.

    Macros, headers, footers and comments are left out, so are notes, which are told; tracked changes read as accepted.
    Raises FilingError when the file is broken, not made as Word does, or too large.
    """
    container = Container(data, file)
    own = container.related("")
    main = own.get("officeDocument", "word/document.xml")
    related = own | container.related(main)
    root = container.xml(main)
    if (body := root.find("{*}body")) is None:
        raise FilingError([f"{file} 里没有正文，不是完整的 Word 文档；请用 Word 或 WPS 打开并另存后再导入。"])

    def part(kind: str) -> etree._Element:
        return container.xml(related[kind]) if kind in related else etree.Element(kind)

    reader = _Reader(file, styles_of(part("styles")), Numbering(part("numbering")))
    blocks, title = tuple(reader.blocks(body)), tidy(part("core-properties").findtext("{*}title") or "")
    cells = (" ".join(sdt.itertext("{*}t")) for sdt in body.iter("{*}sdt") if _mark(sdt) == "cell")
    notes = ("".join(note.itertext("{*}t")) for kind in ("footnotes", "endnotes") for note in part(kind))
    told = left_out(CELLS, file, cells) + left_out(UNSEEN, file, reader.unseen) + left_out(NOTES, file, notes)
    return ForeignDocument(blocks, title, told)


def _mark(control: etree._Element) -> str:
    """Return what a content control of the project's own marks as not the filing's: ``beside``, ``cell``, or empty."""
    return value(control.find("{*}sdtPr/{*}tag")).partition("govreport-")[2]


class _Reader:
    """Reads elements of a document into blocks."""

    def __init__(self, file: str, styles: Callable[[str], Properties], lists: Numbering) -> None:
        """Take a document's styles and lists."""
        self._file, self._styles, self._lists = file, styles, lists
        self.unseen: list[str] = []

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """Yield the blocks of what is in an element: a body, a cell or a text box."""
        joined = ""
        for kind, inner in self._flattened(element, {"p", "tbl"}):
            if kind == "tbl":
                yield from self._table(inner)
                continue
            own = _of_paragraph(inner.find("{*}pPr"))
            style = self._styles(value(own.get("pStyle")))
            text, boxes = self._text(inner, style)
            joined += text
            if "del" not in by_name(own.get("rPr")):  # a deleted end joins two paragraphs
                yield from self._paragraphs(joined, {**style, **own})
                joined = ""
            yield from boxes
        yield from self._paragraphs(joined, NO_STYLE)

    def _paragraphs(self, text: str, properties: Properties) -> Iterator[Paragraph]:
        # tabs are kept, since they may part cells, but for those before a line
        told = ("\t".join(map(tidy, line.split("\t"))).lstrip() for line in with_remarks(text).split("\n"))
        if not (lines := [line for line in told if line.strip()]):
            return
        level, number, depth = (value(properties.get(key)) for key in ("outlineLvl", "numId", "ilvl"))
        if number:
            lines[0] = tidy(self._lists.prefix(number, whole(depth)) + lines[0])
        heading = digits[:-1].find(level or " ") + 1
        yield from (plain_paragraph(line, heading) for line in lines)

    def _text(self, paragraph: etree._Element, style: Properties) -> tuple[str, list[Block]]:
        """Return a paragraph's text, and the blocks of its text boxes."""
        parts, boxes = list[str](), list[Block]()
        for kind, inner in self._flattened(paragraph, TEXT, style):
            if kind == "txbxContent":
                boxes += self.blocks(inner)
            else:
                parts.append(SIGNS.get(kind) or set_off("".join(inner.itertext("{*}t")), kind))
        return "".join(parts), boxes

    def _table(self, table: etree._Element) -> Iterator[Block]:
        """Yield a table's blocks; cells that only continue a cell above lengthen it."""
        rows, held, begun = list[list[GridCell]](), list[Block](), dict[int, tuple[int, int, int]]()
        """By column: row, place and width of the last cell that others may continue."""
        for number, (_, row) in enumerate(self._flattened(table, {"tr"})):
            column = min(whole(value(row.find("{*}trPr/{*}gridBefore"))), BOGUS)
            rows.append([GridCell("", columns=column)] * bool(column))
            for _, cell in self._flattened(row, {"tc"}):
                own, drawn = by_name(cell.find("{*}tcPr")), rows[-1]
                span, merge = max(1, whole(value(own.get("gridSpan")), 1)), own.get("vMerge")
                at, place, wide = begun.get(column, (number, 0, 0))
                if _is_continued(merge) and wide == span and rows[at][place].rows == number - at:
                    rows[at][place] = replace(rows[at][place], rows=number + 1 - at, columns=span)
                elif _is_continued(own.get("hMerge")) and drawn:
                    drawn[-1] = replace(drawn[-1], rows=1, columns=drawn[-1].columns + span)
                else:
                    blocks = list(self.blocks(cell))
                    held += blocks
                    begun |= {column: (number, len(drawn), span)} if merge is not None else {}
                    drawn.append(GridCell(block_text(blocks), columns=span))
                column += span
        yield from grid_blocks([rows], held, self._file)

    def _kind(self, element: etree._Element, style: Properties) -> str:
        """Return an element's name, or what becomes of it by its properties; style: of the paragraph around a run."""
        kind = name(element)
        own = by_name(element.find(f"{{*}}{kind}Pr")) if kind in ("r", "tr", "tc") else {}
        stand_in = (sdt.find("{*}sdtPr/{*}showingPlcHdr") for sdt in element.iterancestors("{*}sdt"))
        if (kind == "sdt" and _mark(element)) or (kind == "r" and any(map(is_on, stand_in))):
            return "hidden"
        if not own.keys().isdisjoint(DELETED):
            return "del"
        found = {**style, **self._styles(value(own.get("rStyle"))), **own} if kind == "r" else {}
        if any(is_on(found.get(off)) for off in HIDING):
            return "unseen"
        shift = value(found.get("vertAlign"))
        return shift if shift in SET_OFF else kind

    def _flattened(
        self, element: etree._Element, wanted: Set[str], style: Properties = NO_STYLE
    ) -> Iterator[tuple[str, etree._Element]]:
        """Yield wanted elements at any depth with their kinds, but none that lies within another.

        Of alternatives (ISO 29500-3, 7.3) the first that holds text. style: of the paragraph around.
        """
        pending = list(reversed(element))
        while pending:
            inner = pending.pop()
            kind = self._kind(inner, style)
            if kind in wanted:
                yield kind, inner
            elif kind == "AlternateContent":
                pending += [branch for branch in inner if next(branch.iter("{*}t"), None) is not None][:1]
            elif kind in ("del", "unseen"):
                self.unseen.append("".join(inner.itertext("{*}t", "{*}delText")))
            elif kind not in SKIPPED:
                pending += reversed(inner)


def _is_continued(merge: etree._Element | None) -> bool:
    """Whether a cell only continues the one above (vMerge) or, as old versions of Word merge cells, to its left."""
    return merge is not None and value(merge) != "restart"
