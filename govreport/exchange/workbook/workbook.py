"""The fill-in workbook: an agency's filing for a year as an Excel file for colleagues who have no Python.

Every sheet says in its hidden first cell whose it is and what it holds (`marker`), and its hidden first row
and column name the cells: sheets may be renamed and moved, rows inserted, and any spreadsheet program
may save the file.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook

from govreport.core import Figure, ProjectError, os_reason, written_whole
from govreport.exchange.workbook.formulas import table_edits
from govreport.exchange.workbook.prose_sheet import add_guide, add_part
from govreport.exchange.workbook.table_sheet import add_table
from govreport.filing import Agency, Filing, Project, blank_filing
from govreport.forms import LAST, Edit

FORMAT = 1
"""Version of the workbook's layout, kept in every marker."""

GUIDE, PART = "guide", "part."


def marker(filing: Filing, sheet: str, **more: object) -> str:
    """Return what a sheet's hidden first cell says: whose the workbook is and what the sheet holds.

    sheet: ``guide``, a table's key, or ``part.`` with the part's number.

    >>> marker(Filing.from_cells("demo", "示例局", 2021, {}), "disputes")[:53]
    '{"govreport": 1, "sheet": "disputes", "agency": "demo'
    """
    whose = {"agency": filing.agency, "name": filing.name, "year": filing.year}
    told = {"govreport": FORMAT, "sheet": sheet, **whose, "editions": dict(filing.form.editions), **more}
    return json.dumps(told, ensure_ascii=False)


def write_workbook(path: Path, filing: Filing, last: Filing | None = None) -> None:
    """Write the fill-in workbook of a filing, blank or with what is known, whole or not at all.

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
    try:
        with written_whole(path) as temporary:
            book.save(temporary)
    except OSError as error:
        raise ProjectError(f"无法写入 {path}（{os_reason(error)}）；请检查文件夹和权限，或换一个位置。") from None


def with_carry_over(filing: Filing, last: Filing | None) -> Filing:
    """Return a filing with what last year's report fixes cell by cell, where a rule's cells are all blank."""
    if not last:
        return filing
    fixed: dict[str, Figure | None] = {}
    for table in filing.form.tables.values():
        for edits in table_edits(filing.form, table, last).values():
            pairs = [pair for edit in edits if (pair := _carry_over_pair(edit))]
            if all(filing.cells[cell] is None and cell not in filing.unreadable for cell, _ in pairs):
                fixed |= {cell: last.cells[source] for cell, source in pairs}
    return replace(filing, cells={**filing.cells, **fixed})


def _carry_over_pair(edit: Edit) -> tuple[str, str] | None:
    """Return a cell and the cell of last year that an edit says it equals, if it says no more."""
    if edit.sense != "=" or len(edit.left) != 1 or len(edit.right) != 1:
        return None
    (own_factor, own), (last_factor, other) = sorted((*edit.left, *edit.right), key=lambda term: LAST in term[1])
    fits = own_factor == last_factor and other.startswith(LAST) and not own.startswith(LAST)
    return (own, other.removeprefix(LAST)) if fits else None


def write_form(project: Project, agency: Agency, year: int, path: Path) -> None:
    """Write the fill-in workbook of an agency and year: what stands in data/, else a blank filing.

    Raises FilingError when the filing is there and cannot be read, FormError for a year without a form.
    """
    known = year in project.years(agency.slug)
    filing = (
        project.filing(agency.slug, year) if known else blank_filing(agency.slug, agency.name, year, project.catalogue)
    )
    write_workbook(path, filing, project.last_filing(agency.slug, year))
