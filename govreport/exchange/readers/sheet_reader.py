"""A foreign spreadsheet as a document: a grid for each sheet, values as they were computed when it was saved."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from govreport.core import Grid, GridCell, TakenPlaces
from govreport.exchange.readers.bounds import MOST_ITEMS, MOST_TAGS, at_most, damage_told
from govreport.exchange.readers.characters import tidy
from govreport.exchange.readers.container import Container
from govreport.exchange.readers.footnotes import set_off, with_remarks
from govreport.exchange.readers.foreign_document import UNSEEN, ForeignDocument, left_out
from govreport.exchange.readers.number_format import as_shown
from govreport.exchange.readers.table_blocks import with_spans
from govreport.exchange.readers.text_reader import is_laid_out

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s+ref\s*=\s*[\"'](\$?[A-Z]{1,3}\$?[0-9]{1,7}:\$?[A-Z]{1,3}\$?[0-9]{1,7})")
_XML = (".xml", ".rels", ".vml")
_SHARED, _TAG = re.compile(rb"<(?:\w+:)?si[\s/>]"), re.compile(b"<")
_UNCOMPUTED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_HIDDEN = re.compile(rb"<(?:\w+:)?(?:row|col)\s(?=[^>]*\bhidden\s*=\s*[\"'](?:1|true))([^>]*)")
_NUMBERS = re.compile(rb"\b(r|min|max)\s*=\s*[\"']([0-9]{1,7})")


class Formula(str):
    """The text of a formula, which a text that only looks like one is not."""


class StruckText(str):
    """What is seen of a cell's text beside what is struck through."""

    struck = ""


Place = tuple[int, int]
"""Row and column of a cell in its sheet, from 1."""


@dataclass(frozen=True)
class SavedSheet:
    """A sheet as it was saved: openpyxl's, its part's markup, and the texts that lie over its cells.

    file: the file's name in messages. remarks: comments and text boxes, each with where it stands.
    """

    file: str
    own: Any
    part: bytes
    remarks: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        """Its present name."""
        return str(self.own.title)

    @property
    def place(self) -> str:
        """The sheet as places and notes name it."""
        return f"{self.file} 工作表“{self.title}”"

    @cached_property
    def cells(self) -> dict[Place, Any]:
        """What is seen in the cells that are filled, or their Formula.

        Raises FilingError when the file is broken, or the sheet has too many cells.
        """
        found, places = dict[Place, Any](), 0
        self.own.reset_dimensions()  # what a sheet says of its size need not be true
        with damage_told(self.file, "工作簿"):
            for row in self.own.iter_rows():
                places += len(row) + 1
                at_most(places, MOST_ITEMS, f"{self.place}过大")
                found |= {(cell.row, cell.column): _seen(cell) for cell in row if cell.value is not None}
        return found


def read_sheet(data: bytes, file: str) -> ForeignDocument:
    """Return a workbook as a document; file is the file's name in messages.

    Formulas count as what they gave when the file was saved; one that gave nothing is blank and noted.
    Raises FilingError when the file is broken, or has too many cells.
    """
    grids, notes, unseen, lines = list[Grid](), list[str](), list[str](), list[str]()
    for sheet in sheets_of(data, file, results=True):
        if sheet.own.sheet_state != "visible":
            unseen.append(f"工作表 {tidy(sheet.title)}")
            continue
        unseen += [value.struck for value in sheet.cells.values() if isinstance(value, StruckText)]
        texts = {place: text for place, value in sheet.cells.items() if (text := value_text(value))}
        merged = _merged(sheet.part)
        unseen += _hide(texts, merged, sheet.part)
        unseen += (text for _, text in sheet.remarks)
        grids.append(_grid(texts, merged, sheet))
        lines += ("\t".join(cell.text for cell in row if cell.text) for row in grids[-1].body)
        if uncomputed := len(_UNCOMPUTED.findall(sheet.part)):
            told = f"{sheet.place}有 {uncomputed} 个公式没有计算结果"
            notes.append(f"{told}，按空白读取；请用 Excel 保存后再导入。")
    notes += left_out(UNSEEN, file, unseen)
    return ForeignDocument(tuple(grid for grid in grids if grid.cells), "", tuple(notes), is_laid_out(lines))


def sheets_of(data: bytes, file: str, *, results: bool) -> list[SavedSheet]:
    """Return the sheets of a workbook; results: formulas count as what they gave when the file was saved.

    Raises FilingError when the file is broken.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415, a quarter of a second at its first import

    parts, container = checked_parts(data, file), Container(data, file)
    with damage_told(file, "工作簿"), warnings.catch_warnings(action="ignore"):
        reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=results, keep_links=False, rich_text=True)
        reader.read()
        paths = {sheet.name: link.target.lstrip("/") for sheet, link in reader.parser.find_sheets()}
        placed = [(sheet, paths.get(sheet.title, "")) for sheet in reader.wb.worksheets]
        return [SavedSheet(file, own, parts.get(at, b""), (*_remarks(container, at),)) for own, at in placed]


def checked_parts(data: bytes, file: str) -> dict[str, bytes]:
    """Return the XML parts of a workbook by name, once each part was unpacked within bounds, as a library will do."""
    container = Container(data, file)
    unpacked = {n: container.markup(n) if n.endswith(_XML) else container.read(n) for n in container.names}
    parts = {name: part for name, part in unpacked.items() if name.endswith(_XML)}
    for sign, most in ((_SHARED, MOST_ITEMS), (_TAG, MOST_TAGS)):
        at_most(sum(len(sign.findall(part)) for part in parts.values()), most, f"{file} 的内容过多")
    return parts


def _remarks(container: Container, part: str) -> Iterator[tuple[str, str]]:
    """Yield the comments on cells of a sheet and the texts of its text boxes, each with where it stands."""
    own = container.related(part)
    for kind, element, place in (("comments", "comment", "{}的批注"), ("drawing", "sp", "文本框")):
        for found in container.xml(own[kind]).iter(f"{{*}}{element}") if kind in own else ():
            yield place.format(found.get("ref")), "".join(found.itertext("{*}t"))


def _seen(cell: Any) -> Any:
    """Return what is seen of a cell, or its Formula; of text what is struck through is held apart."""
    if cell.data_type == "f":
        return Formula(getattr(cell.value, "text", cell.value))
    value, font = as_shown(cell.value, cell.number_format), cell.font
    if not isinstance(value, list) and not (font and font.strike):
        return value
    pieces = [(str(p), getattr(p, "font", font)) for p in (value if isinstance(value, list) else [value_text(value)])]
    seen = (set_off(text, own.vertAlign or "") for text, own in pieces if not own.strike)
    found = StruckText(with_remarks("".join(seen)))
    found.struck = "".join(text for text, own in pieces if own.strike)
    return found


def value_text(value: Any) -> str:
    """Return a cell's value as text, a number digit by digit.

    >>> value_text(3.0), value_text(9633626.14), value_text(datetime.datetime(2024, 1, 25)), value_text(None)
    ('3', '9633626.14', '2024-01-25', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat().removesuffix("T00:00:00")
    return "\n".join(filter(None, map(tidy, str(value).split("\n"))))


def _merged(sheet: bytes) -> dict[Place, tuple[int, int]]:
    """Return how many rows and columns each merged cell spans."""
    from openpyxl.utils import range_boundaries  # noqa: PLC0415, as above

    areas = (range_boundaries(area.decode()) for area in _MERGED.findall(sheet))
    return {(y, x): (end - y + 1, right - x + 1) for x, y, right, end in areas if 0 < y <= end and x <= right}


def _hide(texts: dict[Place, str], merged: Mapping[Place, tuple[int, int]], part: bytes) -> Iterator[str]:
    """Take out what stands in hidden rows and columns, but for a cell that reaches beyond them, and yield it."""
    rows, columns = set[int](), set[int]()
    for attributes in _HIDDEN.findall(part):
        at = {name: int(number) for name, number in _NUMBERS.findall(attributes)}
        rows.add(at.get(b"r", 0))
        columns |= set(range(at.get(b"min", 1), min(at.get(b"max", 0), max((x for _, x in texts), default=0)) + 1))
    for (y, x), text in [*texts.items()] if rows or columns else ():
        deep, wide = merged.get((y, x), (1, 1))
        if rows.issuperset(range(y, y + deep)) or columns.issuperset(range(x, x + wide)):
            del texts[y, x]
            yield text


def _grid(texts: Mapping[Place, str], merged: Mapping[Place, tuple[int, int]], sheet: SavedSheet) -> Grid:
    """Return a sheet as a grid, without the empty rows at its end and the empty columns beside it."""
    left, right = (end((x for _, x in texts), default=1) for end in (min, max))
    height = max((y for y, _ in texts), default=0)
    at_most(height * (right - left + 1), MOST_ITEMS, f"{sheet.place}过大")
    every = [[texts.get((y, x), "") for x in range(left, right + 1)] for y in range(1, height + 1)]
    rows = _without_index(every)
    cells, taken = list[GridCell](), TakenPlaces()
    for r, row in enumerate(rows):
        c = 0
        while (c := taken.next_free(r, c)) < len(row):
            deep, wide = merged.get((r + 1, c + left), (1, 1))
            deep = min(deep, len(rows) - r)
            wide = taken.take(r, c, deep, min(wide, len(row) - c))
            cells.append(GridCell(row[c], r, c, deep, wide))
    return with_spans(Grid(tuple(cells), max(map(len, rows), default=0), tidy(sheet.title)))


def _without_index(rows: list[list[str]]) -> list[list[str]]:
    """Return rows without the numbers from 0 on that a library writes over the columns and beside the rows.

    >>> _without_index([["", "0", "1"], ["0", "规章", "3"], ["1", "行政规范性文件", "4"]])
    [['规章', '3'], ['行政规范性文件', '4']]
    """
    first, *below = rows or [[]]
    if below and [*first[:1], *(row[0] for row in below)] == ["", *map(str, range(len(below)))]:
        first, below = first[1:], [row[1:] for row in below]
    counted = len(first) > 1 and first == [*map(str, range(len(first)))]
    return below if counted and below else [first, *below]
