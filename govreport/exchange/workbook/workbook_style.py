"""How the fill-in workbook looks (fonts, colours, pages), and how a text is written so that it stays a text."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.protection import SheetProtection

from govreport.core import FORMULA_STARTS
from govreport.exchange.readers.sheet_reader import Place
from govreport.tables import display_width

_THIN = Side(style="thin", color="000000")
FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
LARGE, READ, NORMAL, FINE = 16, 14, 10.5, 9
"""Sizes of headings, of prose, of labels and figures, and of remarks, in points: 三号, 四号, 五号, 小五 of papers."""
HEADING, TITLE = Font(name="黑体", size=LARGE), Font(name="宋体", size=LARGE, bold=True)
LABEL, HEAD, FIGURE = Font(name="宋体", size=NORMAL), Font(name="黑体", size=NORMAL), Font(name="宋体", size=NORMAL)
PROSE, SMALL = Font(name="仿宋", size=READ), Font(name="宋体", size=FINE)
VERDICT = Font(name="宋体", size=FINE, color="1E6B34")
INPUT, TOTAL, SHADE = (PatternFill("solid", fgColor=colour) for colour in ("FFFBE8", "EDEDED", "F5F7FA"))
FAILED = {"error": PatternFill(bgColor="FFC7CE")} | dict.fromkeys(("warning", "notice"), PatternFill(bgColor="FFE2A8"))
OPEN = Protection(locked=False)
CENTRE, MIDDLE = (Alignment(side, "center", wrap_text=True) for side in ("center", "left"))
TOP, FITTED = Alignment("left", "top", wrap_text=True), Alignment("center", "center", shrink_to_fit=True)

PORTRAIT = 94
LANDSCAPE = round(PORTRAIT * math.sqrt(2))
"""Characters that a line of A4 holds, by which columns are wide."""
NARROW = SPARE = 8
"""Characters that columns of numbers and short labels hold; those of verdicts, twice as many. Rows to write in below
a text, and twice as many on a sheet."""
SPACING = 1.4
"""Distance of lines in sizes of their font."""
TALLEST, LONGEST, LONGEST_NAME, LONGEST_PROMPT = 409, 32_767, 31, 255
"""Points that Excel lets a row be high, and characters of a cell, of a sheet's name and of a help text."""

_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def put(cell: Any, text: str) -> None:
    """Write a text into a cell so that no program runs it as a formula or reads it as a number.

    Control characters, which the format cannot hold, are left out.
    """
    cell.value = ""
    cell.value = _ESCAPE.sub("_x005F_", ILLEGAL_CHARACTERS_RE.sub("", text)) or None
    cell.data_type = "s"
    cell.quotePrefix = text.startswith((*FORMULA_STARTS, "'"))


def add_sheet(book: Any, name: str, marker: str, columns: Mapping[str, float]) -> Any:
    """Add a sheet to a workbook: in its hidden first row stand its marker and the keys of its columns.

    columns: by key, how wide they are, in characters; they begin behind the hidden first one.
    """
    sheet = book.create_sheet(name)
    put(sheet.cell(1, 1), marker)
    for number, (key, wide) in enumerate(columns.items(), 2):
        put(sheet.cell(1, number), key)
        sheet.column_dimensions[get_column_letter(number)].width = wide
    return sheet


def write(
    sheet: Any, place: Place, text: str, font: Font, align: Alignment, fill: PatternFill | None = None,
    *, rows: int = 1, columns: int = 1, framed: bool = True,
) -> Any:  # fmt: skip
    """Write a text into a cell, as `put` does, give it its look, make its row high enough, and return the cell.

    rows, columns: how many are merged for it; columns have their widths before.
    """
    (row, column), line = place, sheet.row_dimensions[place[0]]
    cell = sheet.cell(row, column)
    put(cell, text)
    cell.font, cell.alignment = font, align
    if framed:
        cell.border = FRAME
    if fill:
        cell.fill = fill
    if rows > 1 or columns > 1:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + rows - 1, end_column=column + columns - 1)
    line.height = max(line.height or 0.0, height(text, width(sheet, column, columns), font.size) / rows)
    return cell


def width(sheet: Any, first: int, columns: int) -> float:
    """Return the width of adjacent columns together, in characters."""
    return float(sum(sheet.column_dimensions[get_column_letter(first + n)].width for n in range(columns)))


def height(text: str, wide: float, size: float = NORMAL) -> float:
    """Return the height in points of a text of a font size within a width in characters.

    >>> height("总计", 10) < height("总计" * 10, 10)
    True
    """
    room = max(2.0, (wide - 1) * NORMAL / size)
    lines = sum(max(1, math.ceil(display_width(line) / room)) for line in text.split("\n"))
    return min(TALLEST, (lines + 1 / 2) * size * SPACING)


def page(sheet: Any, rows: int, columns: tuple[int, int], head: tuple[int, int] | None = None) -> None:
    """Set a sheet on A4, one page wide, and lock all but open cells and the sizes of rows and columns.

    rows, columns: the last row and the first and last column that are printed; head: rows repeated on each page.
    """
    first, final = columns
    wide = width(sheet, first, final - first + 1)
    sheet.page_setup.orientation = "landscape" if wide > (PORTRAIT + LANDSCAPE) / 2 else "portrait"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
    sheet.print_area = f"{get_column_letter(first)}2:{get_column_letter(final)}{rows}"
    if head:
        sheet.print_title_rows = f"{head[0]}:{head[1]}"
    sheet.row_dimensions[1].hidden = True
    sheet.column_dimensions["A"].hidden = True
    sheet.sheet_view.showGridLines = False
    sheet.protection = SheetProtection(
        sheet=True, formatCells=False, formatColumns=False, formatRows=False, insertRows=False
    )
