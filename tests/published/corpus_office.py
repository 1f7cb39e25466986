"""Reports as Word documents and Excel workbooks."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import docx
from corpus_html import table_rows
from corpus_report import Grid, Report, body
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from openpyxl import Workbook

FONT = "宋体"


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _run(paragraph: Any, text: str, size: float, bold: bool = False, split: bool = False, font: str = FONT) -> None:
    pieces = [text[:1], text[1:3], text[3:]] if split else [text]
    for piece in filter(None, pieces):
        run = paragraph.add_run(piece)
        run.font.size, run.font.name, run.bold = Pt(size), font, bold
        run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _borders(table: Any, lines: str) -> None:
    borders = _element(table._tbl.tblPr, "w:tblBorders")
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV"):
        drawn = lines == "all" or (lines == "horizontal" and edge not in ("insideV", "left", "right"))
        _element(borders, f"w:{edge}", val="single" if drawn else "nil", sz="4", space="0", color="000000")


def _header(table: Any, heads: int) -> None:
    for row in table.rows[:heads]:
        _element(row._tr.get_or_add_trPr(), "w:tblHeader", val="true")


def add_table(
    document: Any, grid: Grid, *, merge: str, lines: str, size: float, repeat: bool, split: bool, font: str
) -> None:
    """A grid as a Word table. merge: real merges, or the manners of `table_rows` (empty, repeat)."""
    table = document.add_table(grid.rows, grid.cols)
    table.autofit = False
    _borders(table, lines)
    if repeat:
        _header(table, grid.heads)
    unit = 16.0 / sum(grid.widths)
    for index, width in enumerate(grid.widths):
        table.columns[index].width = Cm(width * unit)
    texts: dict[tuple[int, int], str] = {}
    if merge == "real":
        for cell in grid.cells:
            texts[cell.row, cell.col] = cell.text
            if cell.rows > 1 or cell.cols > 1:
                table.cell(cell.row, cell.col).merge(table.cell(cell.row + cell.rows - 1, cell.col + cell.cols - 1))
    else:
        for row, line in enumerate(table_rows(grid, merge)):
            texts |= {(row, col): cell.text for col, (cell, _, written) in enumerate(line) if written}
    for place, text in texts.items():
        paragraph = table.cell(*place).paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for index, piece in enumerate(text.split("\n")):
            if index:
                paragraph = table.cell(*place).add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(paragraph, piece, size, split=split, font=font)


def _footer(document: Any, font: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, "— ", 10, font=font)
    run = paragraph.add_run()
    _element(run._r, "w:fldChar", fldCharType="begin")
    _element(run._r, "w:instrText").text = "PAGE"
    _element(run._r, "w:fldChar", fldCharType="end")
    _run(paragraph, " —", 10, font=font)


def write_docx(
    report: Report,
    path: Path,
    *,
    merge: str = "real",
    lines: str = "all",
    styles: bool = False,
    flat: str = "",
    repeat: bool = False,
    split: bool = False,
    size: float = 9,
    text_size: float = 14,
    font: str = FONT,
    bold: bool = True,
    revised: bool = False,
) -> None:
    """Write a DOCX.

    styles: headings have heading styles; flat: "tab" writes every table row as a paragraph with tabs, "cell"
    every cell as a paragraph; "line" breaks prose into a paragraph a line of 28 characters as well.
    """
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    _footer(document, font)
    for block in body(report):
        if block.grid and block.kind == "grid":
            if flat:
                for line in block.grid.lines():
                    texts = [cell.text for cell in line]
                    for text in texts if flat == "cell" else ["\t".join(texts)]:
                        _run(document.add_paragraph(), text, 10, font=font)
            else:
                add_table(
                    document, block.grid, merge=merge, lines=lines, size=size, repeat=repeat, split=split, font=font
                )
                document.add_paragraph()
            continue
        if block.kind == "picture":
            _picture(document, path)
            continue
        level = {"title": 0, "h": 1}.get(block.kind)
        pieces = [block.text]
        if flat == "line" or (flat and block.kind == "p"):
            pieces = [block.text[start : start + 28] for start in range(0, len(block.text), 28)]
        for piece in pieces:
            paragraph = document.add_heading(level=level) if styles and level is not None else document.add_paragraph()
            if block.kind == "title":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            elif block.kind == "sign":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            elif flat != "line":
                paragraph.paragraph_format.first_line_indent = Pt(28)
            _run(
                paragraph, piece, 20 if block.kind == "title" else text_size, bold=bold and block.kind != "p", font=font
            )
    if revised:
        revise(document)
    document.save(str(path))
    slim(path)


def revise(document: Any) -> None:
    """Some figures stand as tracked changes, an old figure struck out before them; some in content controls."""
    runs = [run for run in document.element.body.iter(qn("w:r")) if run.getparent().getparent().tag == qn("w:tc")]
    figures = [run for run in runs if "".join(text.text or "" for text in run.iter(qn("w:t"))).isdigit()]
    for number, run in enumerate(figures):
        paragraph, place = run.getparent(), run.getparent().index(run)
        if number % 4 == 0:
            struck, added = OxmlElement("w:del"), OxmlElement("w:ins")
            for mark in (struck, added):
                mark.set(qn("w:id"), str(1000 + number))
                mark.set(qn("w:author"), "校对")
                mark.set(qn("w:date"), "2024-01-01T00:00:00Z")
            _element(_element(struck, "w:r"), "w:delText").text = "9"
            paragraph.insert(place, struck)
            added.append(run)
            paragraph.insert(place + 1, added)
        elif number % 4 == 1:
            control = OxmlElement("w:sdt")
            _element(control, "w:sdtPr")
            _element(control, "w:sdtContent").append(run)
            paragraph.insert(place, control)


def slim(path: Path) -> None:
    """Leave out what the template brings along and nobody reads."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in ("word/stylesWithEffects.xml", "docProps/thumbnail.jpeg"):
        del parts[name]
        file = re.escape(name.rpartition("/")[2].encode())
        for list_ in ("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels"):
            parts[list_] = re.sub(rb"<(Override|Relationship)\b[^>]*" + file + rb"[^>]*>", b"", parts[list_])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 9)


def _picture(document: Any, path: Path) -> None:
    """A grey picture in place of a table."""
    from PIL import Image, ImageDraw  # noqa: PLC0415

    image = Image.new("L", (600, 200), 255)
    draw = ImageDraw.Draw(image)
    for step in range(0, 600, 40):
        draw.line((step, 0, step, 199), 0)
    for step in range(0, 200, 25):
        draw.line((0, step, 599, step), 0)
    file = path.with_suffix(".tmp.png")
    image.save(file)
    document.add_picture(str(file), width=Cm(15))
    file.unlink()


def write_xlsx(report: Report, path: Path, *, merge: bool = True, single: bool = True, numbers: bool = True) -> None:
    """Write a workbook: everything below one another on one sheet, or a sheet for each table."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "年报"
    row = 1
    for block in body(report):
        if not block.grid:
            sheet.cell(row, 1, block.text)
            row += 1
            continue
        target, top = sheet, row
        if not single:
            target, top = book.create_sheet(f"表{len(book.sheetnames)}"), 1
        for cell in block.grid.cells:
            plain = numbers and cell.role == "figure" and cell.text.lstrip("-").replace(".", "", 1).isdigit()
            value: Any = (float(cell.text) if "." in cell.text else int(cell.text)) if plain else cell.text or None
            target.cell(top + cell.row, cell.col + 1, value)
            if merge and (cell.rows > 1 or cell.cols > 1):
                target.merge_cells(
                    start_row=top + cell.row,
                    end_row=top + cell.row + cell.rows - 1,
                    start_column=cell.col + 1,
                    end_column=cell.col + cell.cols,
                )
        if single:
            row += block.grid.rows + 1
    book.save(path)
