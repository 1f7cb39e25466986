"""Word documents as a document: paragraphs with the numbers that Word counts, tables, text boxes, pictures.

Read from the parts' XML: python-docx knows nothing of tracked changes, text boxes and numbering, and opens every part
of a file that may come from anybody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from string import ascii_lowercase, ascii_uppercase, digits

from lxml import etree

from govreport.core import Block, FilingError, GridCell, Paragraph, chinese_numeral, plain_paragraph
from govreport.exchange.readers.characters import excerpt, tidy
from govreport.exchange.readers.container import Container
from govreport.exchange.readers.footnotes import set_off, with_remarks
from govreport.exchange.readers.foreign_document import CELLS, NOTES, UNSEEN, ForeignDocument, left_out
from govreport.exchange.readers.table_blocks import BOGUS, cell_text, grid_blocks


def name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def by_name(element: etree._Element | None) -> dict[str, etree._Element]:
    """Return the children by name, of several the first; none where there is no element."""
    return {} if element is None else {name(inner): inner for inner in reversed(element)}


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
        shared: dict[str, dict[int, Level]] = {}
        for abstract in root.iterfind("{*}abstractNum"):
            levels = {whole(value(level, "ilvl")): _level(level) for level in abstract.iterfind("{*}lvl")}
            shared[value(abstract, "abstractNumId")] = levels
        for num in root.iterfind("{*}num"):
            key, own = value(num.find("{*}abstractNumId")), ""
            levels = dict(shared.get(key, {}))
            for override in num.iterfind("{*}lvlOverride"):
                at, start, level = whole(value(override, "ilvl")), *map(override.find, ("{*}startOverride", "{*}lvl"))
                base = _level(level) if level is not None else levels.get(at, Level())
                levels[at] = replace(base, start=whole(value(start), base.start))
                own = value(num, "numId")  # a list that starts anew counts on its own
            self._lists[value(num, "numId")] = (f"{key}/{own}", levels)

    def prefix(self, number: str, level: int) -> str:
        """Count one more paragraph and return the number in front of it, empty where the list has no numbers."""
        shared, levels = self._lists.get(number, ("", {}))
        own = levels.get(level, Level())
        counts = self._counts[shared]
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]

        def counted(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            other = levels.get(at, Level())
            return format_number(counts.setdefault(at, other.start), other.format)

        return re.sub("%([1-9])", counted, own.text)


def _level(level: etree._Element) -> Level:
    start, kind, text = (value(level.find(f"{{*}}{name}")) for name in ("start", "numFmt", "lvlText"))
    return Level(whole(start, 1), kind or "decimal", "" if kind in ("bullet", "none") else excerpt(text))


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
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])", re.IGNORECASE)


@dataclass(frozen=True)
class Style:
    """What a style says, with all it is based on: its heading level (0: none), list and level, properties of text."""

    heading: int = 0
    number: str = ""
    level: int = 0
    text: Mapping[str, etree._Element] = field(default_factory=dict)


NO_STYLE = Style()


class WordStyles:
    """The styles of paragraphs and characters of a document, of which most are never used."""

    def __init__(self, root: etree._Element) -> None:
        """Take the part that defines them."""
        self._elements = {value(style, "styleId"): style for style in root.iterfind("{*}style")}
        self._known: dict[str, Style] = {}

    def of(self, key: str) -> Style:
        """Return a style by its id."""
        chain: dict[str, dict[str, etree._Element]] = {}
        while key in self._elements and key not in chain and key not in self._known:
            chain[key] = by_name(self._elements[key])
            key = value(chain[key].get("basedOn"))
        found = self._known.get(key, NO_STYLE)
        for style, own in reversed(chain.items()):
            self._known[style] = found = _based_on(found, own)
        return found


def _based_on(base: Style, own: Mapping[str, etree._Element]) -> Style:
    called, properties = value(own.get("name")).strip().lower(), by_name(own.get("pPr"))
    heading, number = _HEADING.fullmatch(called), by_name(properties.get("numPr"))
    level = 1 if called in ("title", "标题") else int(heading[1]) if heading else _outline(properties)
    list_, depth = value(number.get("numId")), whole(value(number.get("ilvl")))
    listed = (list_, depth) if list_ else (base.number, base.level)
    return Style(level or base.heading, *listed, {**base.text, **by_name(own.get("rPr"))})


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

    controls = (sdt for sdt in body.iter("{*}sdt") if is_on(sdt.find("{*}sdtPr/{*}showingPlcHdr")))
    placeholders = {run for sdt in controls for run in sdt.iter("{*}r")}
    reader = _Reader(file, WordStyles(part("styles")), Numbering(part("numbering")), placeholders)
    blocks, title = tuple(reader.blocks(body)), tidy(part("core-properties").findtext("{*}title") or "")
    cells = (" ".join(sdt.itertext("{*}t")) for sdt in body.iter("{*}sdt") if _mark(sdt) == "cell")
    notes = ("".join(note.itertext("{*}t")) for kind in ("footnotes", "endnotes") for note in part(kind))
    told = left_out(CELLS, file, cells) + left_out(UNSEEN, file, reader.unseen) + left_out(NOTES, file, notes)
    return ForeignDocument(blocks, title, told)


def _mark(control: etree._Element) -> str:
    """Return what a content control of the project's own marks as not the filing's: ``beside``, ``cell``, or empty."""
    return value(control.find("{*}sdtPr/{*}tag")).partition("govreport-")[2]


def _outline(properties: Mapping[str, etree._Element]) -> int:
    """Return the heading level that properties set, 0 for body text."""
    return digits[:-1].find(value(properties.get("outlineLvl")) or " ") + 1


class _Reader:
    """Reads elements of a document into blocks."""

    def __init__(self, file: str, styles: WordStyles, lists: Numbering, placeholders: Set[etree._Element]) -> None:
        """Take a document's styles and lists, and the runs that only stand for what was not entered."""
        self._file, self._styles, self._lists, self._placeholders = file, styles, lists, placeholders
        self.unseen: list[str] = []

    def blocks(self, element: etree._Element) -> Iterator[Block]:
        """Yield the blocks of what is in an element: a body, a cell or a text box."""
        joined = ""
        for kind, inner in self._flattened(element, {"p", "tbl"}):
            if kind == "tbl":
                yield from self._table(inner)
                continue
            properties = by_name(inner.find("{*}pPr"))
            style = self._styles.of(value(properties.get("pStyle")))
            text, boxes = self._text(inner, style)
            joined += text
            if "del" not in by_name(properties.get("rPr")):  # a deleted end joins two paragraphs
                yield from self._paragraphs(joined, properties, style)
                joined = ""
            yield from boxes
        yield from self._paragraphs(joined, {}, NO_STYLE)

    def _paragraphs(self, text: str, properties: Mapping[str, etree._Element], style: Style) -> Iterator[Paragraph]:
        # tabs are kept, since they may part cells, but for those before a line
        told = ("\t".join(map(tidy, line.split("\t"))).lstrip() for line in with_remarks(text).split("\n"))
        if not (lines := [line for line in told if line.strip()]):
            return
        own = by_name(properties.get("numPr"))
        if number := value(own.get("numId")) or style.number:
            lines[0] = tidy(self._lists.prefix(number, whole(value(own.get("ilvl")), style.level)) + lines[0])
        heading = _outline(properties) or style.heading
        yield from (plain_paragraph(line, heading) for line in lines)

    def _text(self, paragraph: etree._Element, style: Style) -> tuple[str, list[Block]]:
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
        rows, held = list[list[GridCell]](), list[Block]()
        above: dict[int, tuple[int, int, int]] = {}
        """By column: row, place and width of the cell that a continuing cell lengthens."""
        for _, row in self._flattened(table, {"tr"}):
            before = min(whole(value(row.find("{*}trPr/{*}gridBefore"))), BOGUS)
            drawn, column, open_cells = ([GridCell("", columns=before)] if before else []), before, {}
            for _, cell in self._flattened(row, {"tc"}):
                own = by_name(cell.find("{*}tcPr"))
                span, merge = max(1, whole(value(own.get("gridSpan")), 1)), own.get("vMerge")
                if _is_continued(merge) and column in above and above[column][2] == span:
                    at, place, _ = open_cells[column] = above[column]
                    rows[at][place] = replace(rows[at][place], rows=len(rows) + 1 - at, columns=span)
                elif _is_continued(own.get("hMerge")) and drawn:
                    drawn[-1] = replace(drawn[-1], rows=1, columns=drawn[-1].columns + span)
                else:
                    blocks = list(self.blocks(cell))
                    held += blocks
                    open_cells |= {column: (len(rows), len(drawn), span)} if merge is not None else {}
                    drawn.append(GridCell(cell_text(blocks), columns=span))
                column += span
            above = open_cells
            rows.append(drawn)
        yield from grid_blocks([rows], held, self._file)

    def _kind(self, element: etree._Element, style: Style) -> str:
        """Return an element's name, or what becomes of it by its properties; style: of the paragraph around a run."""
        kind = name(element)
        own = by_name(element.find(f"{{*}}{kind}Pr")) if kind in ("r", "tr", "tc") else {}
        if (kind == "sdt" and _mark(element)) or element in self._placeholders:
            return "hidden"
        if not own.keys().isdisjoint(DELETED):
            return "del"
        found = {**style.text, **self._styles.of(value(own.get("rStyle"))).text, **own} if kind == "r" else {}
        if any(is_on(found.get(off)) for off in HIDING):
            return "unseen"
        shift = value(found.get("vertAlign"))
        return shift if shift in SET_OFF else kind

    def _flattened(
        self, element: etree._Element, wanted: Set[str], style: Style = NO_STYLE
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
