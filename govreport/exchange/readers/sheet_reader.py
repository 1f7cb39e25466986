"""A foreign spreadsheet as a document: a grid for each sheet, values as they were computed when it was saved."""

from __future__ import annotations

import datetime
import io
import re
import warnings
from collections.abc import Iterator, Mapping
from decimal import Decimal
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
_SHARED = re.compile(rb"<(?:\w+:)?si[\s/>]")
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


def read_sheet(data: bytes, file: str) -> ForeignDocument:
    """Return a workbook as a document; file is the file's name in messages.

    Formulas count as what they gave when the file was saved; one that gave nothing is blank and noted.
    Raises FilingError when the file is broken, or has too many cells.
    """
    parts, container = checked_parts(data, file), Container(data, file)
    grids, notes, unseen, lines = list[Grid](), list[str](), list[str](), list[str]()
    reader = open_book(data, file, results=True)
    paths = {sheet.name: link.target.lstrip("/") for sheet, link in reader.parser.find_sheets()}
    for sheet in reader.wb.worksheets:
        title, part = tidy(sheet.title), parts.get(paths.get(sheet.title, ""), b"")
        if sheet.sheet_state != "visible":
            unseen.append(f"工作表 {title}")
            continue
        rows = list(rows_of(sheet, file))
        unseen += [value.struck for row in rows for value in row if isinstance(value, StruckText)]
        values = [list(map(value_text, row)) for row in rows]
        merged = _merged(part)
        unseen += _hide(values, merged, part)
        unseen += (text for _, text in comments_on(container, paths.get(sheet.title, "")))
        lines += ("\t".join(filter(None, row)) for row in values)
        grids.append(_grid(values, merged, title, file))
        if uncomputed := len(_UNCOMPUTED.findall(part)):
            told = f"{file} 工作表“{title}”有 {uncomputed} 个公式没有计算结果"
            notes.append(f"{told}，按空白读取；请用 Excel 保存后再导入。")
    notes += left_out(UNSEEN, file, unseen)
    return ForeignDocument(tuple(grid for grid in grids if grid.cells), "", tuple(notes), is_laid_out(lines))


def checked_parts(data: bytes, file: str) -> dict[str, bytes]:
    """Unpack every part within bounds, before a library does; return the XML parts by name."""
    container = Container(data, file)
    parts = {}
    for part in container.names:
        if part.endswith((".xml", ".rels", ".vml")):
            parts[part] = container.markup(part)
        elif not part.endswith("/"):
            container.read(part)
    shared = sum(1 for text in parts.values() for _ in _SHARED.finditer(text))
    at_most(shared, MOST_ITEMS, f"{file} 的内容过多")
    at_most(sum(text.count(b"<") for text in parts.values()), MOST_TAGS, f"{file} 的内容过多")
    return parts


def comments_on(container: Container, part: str) -> Iterator[tuple[str, str]]:
    """Yield the comments on cells of a sheet and the texts of its text boxes, each with where it stands.

    part: the sheet's.
    """
    own = container.related(part)
    for kind, element, place in (("comments", "comment", "{}的批注"), ("drawing", "sp", "文本框")):
        for found in container.xml(own[kind]).iter(f"{{*}}{element}") if kind in own else ():
            yield place.format(found.get("ref")), "".join(found.itertext("{*}t"))


def open_book(data: bytes, file: str, *, results: bool) -> Any:
    """Open a workbook to be read row by row, and return openpyxl's reader of it.

    results: formulas count as what they gave when the file was saved.

    Raises FilingError when the file is broken.
    """
    from openpyxl.reader.excel import ExcelReader  # noqa: PLC0415, a quarter of a second at its first import

    with damage_told(file, "工作簿"), warnings.catch_warnings(action="ignore"):
        reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=results, keep_links=False, rich_text=True)
        reader.read()
        return reader


def rows_of(sheet: Any, file: str) -> Iterator[tuple[Any, ...]]:
    """Yield what is seen in the cells of each row of a sheet, from the first on, or their Formula.

    Raises FilingError when the file is broken, or the sheet has too many cells.
    """
    sheet.reset_dimensions()  # what a sheet says of its size need not be true
    places = 0
    with damage_told(file, "工作簿"):
        for row in sheet.iter_rows():
            places += len(row) + 1
            at_most(places, MOST_ITEMS, f"{file} 工作表“{sheet.title}”过大")
            yield tuple(Formula(getattr(c.value, "text", c.value)) if c.data_type == "f" else _seen(c) for c in row)


def _seen(cell: Any) -> Any:
    """Return what is seen of a cell; of text what is struck through is held apart."""
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


def _merged(sheet: bytes) -> dict[tuple[int, int], tuple[int, int]]:
    """Return how many rows and columns each merged cell spans, by its row and column, from 0."""
    from openpyxl.utils import range_boundaries  # noqa: PLC0415, as above

    areas = (range_boundaries(area.decode()) for area in _MERGED.findall(sheet))
    return {(y - 1, x - 1): (end - y + 1, right - x + 1) for x, y, right, end in areas if 0 < y <= end and x <= right}


def _hide(values: list[list[str]], merged: Mapping[tuple[int, int], tuple[int, int]], part: bytes) -> Iterator[str]:
    """Blank what stands in hidden rows and columns, but for a cell that reaches beyond them, and yield it."""
    rows, columns = set[int](), set[int]()
    for attributes in _HIDDEN.findall(part):
        at = {name: int(number) for name, number in _NUMBERS.findall(attributes)}
        rows.add(at.get(b"r", 0) - 1)
        columns |= set(range(at.get(b"min", 1) - 1, min(at.get(b"max", 0), max(map(len, values), default=0))))
    for r, row in enumerate(values) if rows or columns else ():
        for c, text in enumerate(row):
            deep, wide = merged.get((r, c), (1, 1))
            if text and (rows.issuperset(range(r, r + deep)) or columns.issuperset(range(c, c + wide))):
                row[c] = ""
                yield text


def _grid(rows: list[list[str]], merged: dict[tuple[int, int], tuple[int, int]], title: str, file: str) -> Grid:
    """Return a sheet as a grid, without the empty rows at its end and the empty columns beside it."""
    filled = [(r, c) for r, row in enumerate(rows) for c, text in enumerate(row) if text]
    left = min((c for _, c in filled), default=0)
    height, right = (max((place[axis] for place in filled), default=-1) + 1 for axis in (0, 1))
    at_most(height * (right - left), MOST_ITEMS, f"{file} 工作表“{title}”过大")
    rows = _without_index([row[left:right] + [""] * (right - max(left, len(row))) for row in rows[:height]])
    cells, taken = list[GridCell](), TakenPlaces()
    for r, row in enumerate(rows):
        c = 0
        while (c := taken.next_free(r, c)) < len(row):
            deep, wide = merged.get((r, c + left), (1, 1))
            deep = min(deep, len(rows) - r)
            wide = taken.take(r, c, deep, min(wide, len(row) - c))
            cells.append(GridCell(row[c], r, c, deep, wide))
    return with_spans(Grid(tuple(cells), max(map(len, rows), default=0), title))


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
