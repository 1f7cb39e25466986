"""The fill-in workbook: an agency's filing for a year as an Excel file for colleagues who have no Python.

Every sheet says in its hidden first cell whose it is and what it holds (`marker`), and its hidden first row
and column name the cells: sheets may be renamed and moved, rows inserted, and any spreadsheet program
may save the file.
"""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import Workbook

from govreport.checks import with_carry_over
from govreport.core import ProjectError, os_reason, written_whole
from govreport.exchange.workbook.prose_sheet import add_guide, add_part
from govreport.exchange.workbook.table_sheet import add_table
from govreport.filing import Agency, Filing, Project, blank_filing

FORMAT = 1
"""Version of the workbook's layout, kept in every marker."""

GUIDE, PART = "guide", "part."


def marker(filing: Filing, sheet: str, **more: object) -> str:
    """Return the text of a sheet's hidden first cell: the workbook's agency and year, and what the sheet holds.

    sheet: ``guide``, a table's key, or ``part.`` with the part's number.

    >>> marker(Filing.from_cells("demo", "示例局", 2021, {}), "disputes")[:53]
    '{"govreport": 1, "sheet": "disputes", "agency": "demo'
    """
    whose = {"agency": filing.agency, "name": filing.name, "year": filing.year}
    content = {"govreport": FORMAT, "sheet": sheet, **whose, "editions": dict(filing.form.editions), **more}
    return json.dumps(content, ensure_ascii=False)


def write_workbook(path: Path, filing: Filing, last: Filing | None = None) -> None:
    """Write the fill-in workbook of a filing, blank or with what is known, whole or not at all; see `workbook_of`."""
    book = workbook_of(filing, last)
    try:
        with written_whole(path) as temporary:
            book.save(temporary)
    except OSError as error:
        raise ProjectError(f"无法写入 {path}（{os_reason(error)}）；请检查文件夹和权限，或换一个位置。") from None


def workbook_of(filing: Filing, last: Filing | None = None) -> Workbook:
    """Return the fill-in workbook of a filing.

    last: last year's filing: what it fixes is filled in where nothing is, and compared.
    Raises ProjectError for a paragraph that is longer than a cell of Excel may be.
    """
    filing = with_carry_over(filing, last)
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.title = "".join(filing.title)
    book.properties.creator = "govreport"
    add_guide(book, filing, last, marker(filing, GUIDE))
    for key in filing.form.tables:
        add_table(book, filing, key, last, marker(filing, key))
    for number in range(len(filing.form.parts) + 1):
        part = filing.narrative.parts.get(number)
        add_part(book, filing, number, marker(filing, f"{PART}{number}", heading=part and part.heading))
    return book


def write_form(project: Project, agency: Agency, year: int, path: Path) -> None:
    """Write the fill-in workbook of an agency and year, with what stands in data/, else a blank one.

    Raises FilingError when the filing is there and cannot be read, FormError for a year without a form.
    """
    known = year in project.years(agency.slug)
    blank = agency.slug, agency.name, year, project.catalogue
    filing = project.filing(agency.slug, year) if known else blank_filing(*blank)
    write_workbook(path, filing, project.last_filing(agency.slug, year))
