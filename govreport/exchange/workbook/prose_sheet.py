"""The prose of a filing as one sheet a part and one row a paragraph, and the sheet of instructions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from govreport.checks import SEVERITY_NAMES
from govreport.core import ProjectError
from govreport.exchange.workbook import workbook_style as style
from govreport.exchange.workbook.formulas import rule_text, table_edits
from govreport.filing import Filing, split_paragraphs

FRONT, PARAGRAPH = "标题和前言", "段落"
LABELS = {"title": "标题", "published": "公布日期", "contact": "联系方式", "signature": "落款", "text": PARAGRAPH}
"""The label of a row of prose, by the key in the row's hidden first cell."""
TEXT_COLUMN = FIRST_ROW = 3
"""Where the texts begin: below the hidden row and the heading, behind the hidden column and the labels."""
COLUMNS = {"": style.NARROW, "text": style.PORTRAIT - style.NARROW}
"""The columns of labels and of texts, by the key in the hidden first row, with their widths."""
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_BARE_HEADING = re.compile(r"#+ [^\n]*")
"""A heading, below which the sheet leaves room to write."""

INSTRUCTIONS = Path(__file__).with_name("instructions.txt").read_text(encoding="utf-8")


def add_guide(book: Any, filing: Filing, last: Filing | None, marker: str) -> None:
    """Add the sheet of instructions, which also lists the rules that the workbook checks."""
    sheet = style.add_sheet(book, "填表说明", marker, COLUMNS)
    lines = [("", f"{filing.name}{filing.year}年{filing.form.title}"), ("", "填表说明")]
    lines += [(str(number), line) for number, line in enumerate(INSTRUCTIONS.splitlines(), 1)]
    lines.append(("", "本表所作的勾稽校验"))
    rules = ((table, rule) for table in filing.form.tables.values() for rule in table_edits(filing.form, table, last))
    lines += ((r.id, f"{t.name}：{rule_text(r, t)}（{SEVERITY_NAMES[r.severity]}）") for t, r in rules)
    for row, (number, text) in enumerate(lines, 2):
        if number:
            style.write(sheet, (row, 2), number, style.LABEL, style.CENTRE)
            style.write(sheet, (row, TEXT_COLUMN), text, style.LABEL, style.MIDDLE)
        else:
            sheet.row_dimensions[row].height = style.height(text, style.PORTRAIT, style.LARGE)
            font = style.TITLE if row == 2 else style.HEAD
            style.write(sheet, (row, 2), text, font, style.CENTRE, columns=2, framed=False)
    style.page(sheet, len(lines) + 1, (2, TEXT_COLUMN))


def add_part(book: Any, filing: Filing, number: int, marker: str) -> None:
    """Add the sheet of a part of the prose; the preamble's holds the front matter too.

    Raises ProjectError for a paragraph that is longer than a cell may be.
    """
    heading = filing.form.parts[number - 1] if number else FRONT
    sheet = style.add_sheet(book, sheet_name(heading), marker, COLUMNS)
    style.write(sheet, (2, 2), heading, style.HEADING, style.CENTRE, columns=2, framed=False)
    part, narrative = filing.narrative.parts.get(number), filing.narrative
    paragraphs = split_paragraphs(part.text if part else "")
    spaced = [line for text in paragraphs for line in ((text, "") if _BARE_HEADING.fullmatch(text) else (text,))]
    blank = max(style.SPARE, 2 * style.SPARE - len(spaced))
    rows: list[tuple[str, object]] = [("title", line) for line in (*filing.title, "") if not number]
    rows += [(key, getattr(narrative, key)) for key in ("published", "contact", "signature") if not number]
    rows += [("text", text) for text in (*spaced, *[""] * blank)]
    for row, (key, value) in enumerate(rows, FIRST_ROW):
        style.put(sheet.cell(row, 1), key)
        if len(text := str(value or "")) > style.LONGEST:
            told = f"“{heading}第{row}行”的一段有 {len(text):,} 字，超过表格软件一格 {style.LONGEST:,} 字的上限"
            raise ProjectError(f"{told}；请先分段。")
        style.write(sheet, (row, 2), LABELS[key], style.LABEL, style.CENTRE)
        align = style.TOP if key == "text" else style.MIDDLE
        target = style.write(sheet, (row, TEXT_COLUMN), text, style.PROSE, align, style.INPUT)
        target.protection, target.number_format = style.OPEN, "@"
        if key == "published":
            target.value, target.number_format = value, 'yyyy"年"m"月"d"日"'
    style.page(sheet, len(rows) - blank + 2 if paragraphs or not number else len(rows) + 2, (2, TEXT_COLUMN))
    sheet.freeze_panes = f"A{FIRST_ROW}"


def sheet_name(text: str) -> str:
    """Return a text without what a sheet's name must not hold."""
    return _FORBIDDEN.sub("", text)[: style.LONGEST_NAME]
