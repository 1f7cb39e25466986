"""A published report read into a filing: its tables, its prose, what could not be read and what was guessed."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from govreport.errors import FilingError
from govreport.exchange.cells import read_cell, unit_of
from govreport.exchange.document import Document, Grid, Paragraph, Picture
from govreport.exchange.lines import Line, lines_of
from govreport.exchange.parts import ReportText, read_parts
from govreport.exchange.pdf import read_pdf
from govreport.exchange.placing import TableFound, find_table
from govreport.exchange.text import read_text_document
from govreport.figures import Figure
from govreport.filing import Filing, Narrative, Note, Unreadable
from govreport.filing.narrative import ORDINALS
from govreport.forms import Form, compose, editions, form_for

LARGE = 150
"""Points from which on a picture may be a table; smaller ones are seals and marks."""
OTHER_EDITION = 0.3
"""A table is taken for another edition's than the year's when it is so much nearer to it."""


@dataclass(frozen=True)
class Imported:
    """A report as read from a file: the filing, and the agency's printed name (empty when the report names none)."""

    filing: Filing
    name: str


def read_published(path: Path, shown: str = "") -> Imported:
    """Read a published report. shown: the file's name in messages.

    Raises FilingError when the file cannot be read or holds no annual report.
    """
    shown = shown or path.name
    data = path.read_bytes()
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    document = (read_pdf if data[:5] == b"%PDF-" else read_text_document)(data, shown)
    return read_document(document, shown)


def read_document(document: Document, shown: str) -> Imported:
    """Return the report that a document holds.

    Raises FilingError when there is neither a table of the form nor a part's heading in it.
    """
    lines = lines_of(document)
    newest = list(editions().values())[-1]
    tables = {key: _choose(lines, key, newest) for key in newest.tables}
    first = _read_text(document, lines, tables, newest)
    if not any(table.found for table in tables.values()) and not any(first.parts):
        raise FilingError([f"{shown} 中没有找到年报的表格，也没有找到各部分的标题；请确认是政府信息公开工作年度报告。"])
    if not first.year:
        raise FilingError([f"{shown} 中没有找到报告年度；请在标题中写明年度后再导入。"])
    try:
        own = form_for(first.year)
    except Exception as error:
        raise FilingError([f"{shown} 是 {first.year} 年的报告：{error}"]) from None
    tables = {key: _choose(lines, key, own) for key in own.tables}
    text = _read_text(document, lines, tables, own)
    differing = {key: t.table.edition for key, t in tables.items() if t.table.edition != own.edition}
    form = compose(first.year, differing)
    return Imported(_filing(document, form, tables, text), text.agency)


def _choose(lines: Sequence[Line], key: str, form: Form) -> TableFound:
    """Return a table as the edition has it that fits best; the form's own where another is not clearly nearer."""
    found = {edition: find_table(lines, each.tables[key]) for edition, each in editions().items() if key in each.tables}
    best = min(found.values(), key=lambda table: table.cost)
    own = found[form.edition]
    return own if own.cost <= best.cost + OTHER_EDITION or not best.found else best


def _read_text(document: Document, lines: Sequence[Line], tables: Mapping[str, TableFound], form: Form) -> ReportText:
    starts: dict[int, str] = {}
    dropped: set[int] = set()
    for key, table in tables.items():
        blocks = {lines[number].block for number in table.lines}
        if not table.found or not blocks:
            continue
        starts[min(blocks)] = key
        dropped |= blocks
        if not any(isinstance(document.blocks[block], Grid) for block in blocks):
            dropped |= _region(document, blocks, form.parts)
    return read_parts(document, starts, dropped, form.parts)


def _region(document: Document, blocks: set[int], headings: Sequence[str]) -> set[int]:
    """Return the numbers of short lines between those of a table that came as text: remains of its labels."""
    return {
        number
        for number in range(min(blocks), max(blocks) + 1)
        if isinstance(block := document.blocks[number], Paragraph) and "。" not in block.text
    }


def _filing(document: Document, form: Form, tables: Mapping[str, TableFound], text: ReportText) -> Filing:
    cells: dict[str, Figure | None] = dict.fromkeys(form.cells)
    unreadable: dict[str, Unreadable] = {}
    notes = [Note(note) for note in (*document.notes, *text.notes)]
    places: dict[str, str] = {}
    for table in tables.values():
        places |= table.places
        if not table.found:
            notes.append(Note(_missing(document, table), tuple(cell.name for cell in table.table.cells)))
        for cell in table.table.cells:
            if cell.name not in table.texts:
                unreadable[cell.name] = Unreadable("", table.lost.get(cell.name, "没有找到"))
                continue
            written = table.texts[cell.name]
            named = unit_of(table.units.get(cell.name, ""))
            reading = read_cell(written, cell.kind, named if named != cell.kind.unit else "")
            cells[cell.name] = reading.figure
            if reading.problem:
                unreadable[cell.name] = Unreadable(" ".join(written.split())[:100], reading.problem)
                notes.append(Note(f"{cell.label}{reading.problem}。", (cell.name,)))
            elif reading.remark:
                notes.append(Note(f"{cell.label}{reading.remark}。", (cell.name,)))
        notes += [Note(f"{message}。", names) for names, message in table.guesses if table.found]
    published = text.published if text.published and text.published.year in (text.year, text.year + 1) else None
    title = "\n".join(text.title.lines) if text.title else ""
    narrative = Narrative(
        title, published, signature=text.signature, parts=text.parts, editions=_differing(form, text.year)
    )
    return Filing(text.agency, text.agency, text.year, form, cells, narrative, unreadable, tuple(notes), places)


def _differing(form: Form, year: int) -> dict[str, str]:
    own = form_for(year).editions
    return {key: edition for key, edition in form.editions.items() if edition != own[key]}


def _missing(document: Document, table: TableFound) -> str:
    """Return the sentence on a table that was not found."""
    part = f"第{ORDINALS[table.table.part - 1]}部分的{table.table.name}"
    pictures = [block for block in document.blocks if isinstance(block, Picture)]
    if any(not picture.width or picture.width >= LARGE for picture in pictures):
        return f"没有找到{part}，它可能是图片，图片中的数字无法读取；请按原件手工录入。"
    return f"没有找到{part}；请按原件手工录入。"
