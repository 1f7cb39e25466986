"""A published report read into a filing: its tables, its prose, what could not be read and what was guessed.

Of a file that holds several reports, or a table of last year's beside this year's, one is read.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from pathlib import Path

from govreport.core import Block, Figure, FilingError, FormError, Paragraph, block_text, plain_paragraph
from govreport.exchange.readers.bounds import at_most
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.readers.embedded import added, differences, embedded_filing
from govreport.exchange.readers.foreign_document import ADDED, ForeignDocument, left_out
from govreport.exchange.readers.opening import open_file, read_document
from govreport.exchange.recognise.cell_values import is_figure, read_cell, unit_of
from govreport.exchange.recognise.columns import is_fragment
from govreport.exchange.recognise.labels import alike, distance, labels_of, nearest, plain
from govreport.exchange.recognise.lines import Line, lines_of, without_frames
from govreport.exchange.recognise.model import FEW, LABEL, LIKE, LONGEST, MARGIN, MOSTLY, NEAR, SAME, SHORT, UNLIKE
from govreport.exchange.recognise.named_figures import find_named
from govreport.exchange.recognise.part_search import ReportText, read_parts
from govreport.exchange.recognise.parting import parted
from govreport.exchange.recognise.report_heading import patterns, read_title, year_of
from govreport.exchange.recognise.seen_tables import SeenTable, seen_tables, without_tables
from govreport.exchange.recognise.table_match import TableMatch
from govreport.exchange.recognise.table_search import find_table
from govreport.exchange.workbook.workbook_reader import read_workbook
from govreport.filing import ORDINALS, Filing, Narrative, Note, Unreadable
from govreport.forms import Catalogue, Form, Table

MOST_LINES = 10_000
"""Lines that may belong to tables, which are compared with each row of the form; reports have three hundred."""
MANY = 2 * SHORT
"""So many notes on how figures were written are told as one."""
UNSEEN = "在页上没有见到，或者不全、行列名称不同"
"""What is said of a table of an analyst's own whose rows and columns are not seen."""
LOST = "？"
"""What stands in a cell whose figure could not be placed, so that it is never taken for a blank."""
_OTHER_YEAR = re.compile(r"(?:[与比较同]|截至|根据)\d{4}年|\d{4}年(?:\d+月|修订|印发)")
"""A year that a caption compares with, and one of a day or a month: not the table's."""
_THIS_OR_LAST = re.compile("[（(]?(?:[本今]年|(?P<last>[上去]一?年))")
_HEADING = re.compile(r"^(?:第)?[一二三四五六](?:部分)?[、.,:](?!\d)")


@dataclass(frozen=True)
class ImportedReport:
    """A report as read from a file.

    name: the agency's printed name, empty when the report names none. source: ``workbook`` for a fill-in
    workbook, ``embedded`` for what the project published, ``published`` for all others.
    """

    filing: Filing
    name: str
    source: str = "published"


def read_published(path: Path, shown: str = "", year: int = 0, catalogue: Catalogue | None = None) -> ImportedReport:
    """Read a report from a file: a fill-in workbook, a page of the project's own, or any published report.

    shown: the file's name in messages. year: the reporting year where the report names none. catalogue: the editions
    that are known, by default the package's. Raises FilingError when the file cannot be read, holds no annual report,
    or is of another year.
    """
    shown, catalogue = shown or path.name, catalogue or Catalogue.read()
    opened = open_file(path, shown)
    if opened.kind == "xlsx" and (filled := read_workbook(opened, catalogue)):
        return ImportedReport(filled, filled.name, "workbook")
    found = embedded_filing(opened, catalogue)
    told, embedded, tables = list(found.notes), found.filing, dict[str, SeenTable]()
    known = found.known.tables if found.known else {}
    try:
        document = read_document(opened)
        tables = seen_tables(document, known)
        whole = {key: table for key, table in tables.items() if table.is_whole}
        seen = report_of(without_tables(document, whole), shown, year, catalogue)
    except FilingError as error:
        if not embedded:
            raise
        told.append(f"按内嵌的数据读取，因为按所见的读不出：{error}")
        return ImportedReport(replace(embedded, notes=(*map(Note, told), *embedded.notes)), embedded.name, "embedded")
    if embedded:
        differing = differences(embedded, seen.filing, seen.name, document.title + block_text(document.blocks))
        if differing := [*differing, *(told for table in tables.values() for told in table.differences())]:
            told.append(f"{shown} 所见的{'、'.join(differing)}与内嵌的数据不同，按所见的读取。")
        else:
            unseen = tuple(cell for cell in seen.filing.unreadable if embedded.cells.get(cell) is not None)
            notes = [Note(f"{shown} 有{len(unseen)}格所见的读不出，按内嵌的数据读取。", unseen)] if unseen else []
            lost = (key for key in known if key not in tables or not tables[key].is_whole)
            notes += [Note(f"自编表 {key} {UNSEEN}，按内嵌的数据采用；请与页面核对。") for key in lost]
            notes += [Note(told) for told in left_out(ADDED, shown, added(embedded, seen.filing))]
            notes += [note for note in seen.filing.notes if note.severity == "warning"]
            return ImportedReport(replace(embedded, notes=(*notes, *embedded.notes)), embedded.name, "embedded")
    told += [f"自编表 {key} {UNSEEN}，没有采用。" for key in known if key not in whole]
    own = {key: table.as_seen() for key, table in whole.items()}
    return replace(seen, filing=replace(seen.filing, notes=(*map(Note, told), *seen.filing.notes), tables=own))


def report_of(
    document: ForeignDocument, shown: str, year: int = 0, catalogue: Catalogue | None = None
) -> ImportedReport:
    """Return the report that a document holds.

    shown: the file's name in messages; year: the reporting year where the report names none; catalogue: the editions
    that are known, by default the package's. Raises FilingError when there is neither a table of the form nor a title
    with parts in it.
    """
    catalogue = catalogue or Catalogue.read()
    document = first_report(parted(without_frames(document, catalogue), catalogue))
    lines = lines_of(document)
    at_most(len(lines), MOST_LINES, f"{shown} 有 {len(lines):,} 行表格或短句")
    titled = read_parts(document, {}, (), catalogue.newest.parts).year or year
    form = catalogue.newest
    with contextlib.suppress(FormError):
        form = catalogue.form_for(titled)
    tables = {key: _find(document, lines, key, titled, form, catalogue) for key in form.tables}
    text = _read_text(document, tables, form, catalogue)
    named = len([number for number in text.parts if number]) > FEW - (text.title is not None)
    if not any(table.is_found for table in tables.values()) and not named:
        raise FilingError([f"{shown} 中没有找到年报的表格，也没有年报的标题和各部分；请确认是年度报告。"])
    if year and text.year and year != text.year:
        raise FilingError([f"{shown} 是 {text.year} 年的报告，不是 {year} 年的；请去掉所写的年度，或确认放对了文件。"])
    text.year = text.year or year
    if not text.year:
        raise FilingError([f"{shown} 中没有找到报告年度；请用 --year 写明，或在标题中写明年度后再导入。"])
    try:
        own = catalogue.form_for(text.year)
    except FormError as error:
        raise FilingError([f"{shown} 是 {text.year} 年的报告：{error}"]) from None
    differing = {key: t.table.edition for key, t in tables.items() if t.table.edition != own.edition}
    return ImportedReport(_filing(document, catalogue.compose(text.year, differing), tables, text), text.agency)


def _find(
    document: ForeignDocument, lines: Sequence[Line], key: str, year: int, form: Form, catalogue: Catalogue
) -> TableMatch:
    """Return what lines hold of a table, of several of its kind the one that is the year's.

    Another edition than the form's is searched unless all rows were found by their own labels. One that has rows of
    its own is nearer only if one of them was found, be it without a figure that can be read.
    """
    several = (others_of(document, lines, table, year) for table in catalogue.tables(key))
    others, told = max(several, key=lambda one: len(one[0]))
    kept = list(_owned([line for n, line in enumerate(lines) if n not in others], form.tables[key], catalogue))
    gone = {lines[n].block for n, other in others.items() if other}
    blocks = [plain_paragraph("") if n in gone else block for n, block in enumerate(document.blocks)]
    own = search(blocks, kept, form.tables[key])
    rows = {row.key for row in own.table.rows}
    tables = [table for table in catalogue.tables(key) if table.edition != form.edition and own.named != rows]
    cost = own.cost + _unlikeness(kept, own.table) if tables else 0.0
    for other in [search(blocks, kept, table) for table in tables]:
        proper = {row.key for row in other.table.rows} - rows
        found = proper & other.named if proper else other.is_found
        if found and other.cost + _unlikeness(kept, other.table) + MARGIN < cost:
            own = other
    own.guesses += [Note(f"{own.table.name}{told}，请核对。", tuple(own.texts))] if told else []
    labels = tuple({*labels_of((own.table,))} - {*labels_of(tuple(t for t in catalogue.tables() if t.key != key))})
    named = (nearest(one.labels[-1], labels) for one in kept if one.labels and any(map(is_figure, one.figures)))
    if not own.figures and (len(own.texts) < len(own.table.cells) or min(named, default=1.0) <= SAME):
        own.texts.clear()  # what is blank beside figures that were not read may be none
    return own


def search(blocks: Sequence[Block], lines: Sequence[Line], table: Table) -> TableMatch:
    """Return what lines hold of a table, and what names tell of it besides, or the other way round."""
    found = find_table(lines, table)
    named = find_named(blocks, table) if found.figures < len(table.cells) else found
    more, less = sorted((found, named), key=lambda one: -one.figures)
    more.add(less)
    return more


def _read_text(
    document: ForeignDocument, tables: Mapping[str, TableMatch], form: Form, catalogue: Catalogue
) -> ReportText:
    starts, dropped = dict[int, frozenset[str]](), set[int]()
    for key, table in tables.items():
        if table.is_found:
            starts[min(table.blocks)] = frozenset(known.caption for known in catalogue.tables(key))
            dropped |= table.blocks
            if any(isinstance(document.blocks[block], Paragraph) for block in table.blocks):
                dropped |= _region(document, table.blocks, table.table, form.parts)
    return read_parts(document, starts, dropped, form.parts)


def _region(document: ForeignDocument, blocks: set[int], table: Table, headings: tuple[str, ...]) -> set[int]:
    """Return the numbers of short lines among and above those of a table that came as text: remains of its labels.

    headings: of the parts, which are none.
    """

    def is_short(number: int) -> bool:
        block = document.blocks[number]
        return isinstance(block, Paragraph) and "。" not in block.text and nearest(block.text, headings) > SAME

    found = {number for number in range(min(blocks), max(blocks) + 1) if is_short(number)}
    above = reversed(range(min(blocks)))
    return found.union(takewhile(lambda n: is_short(n) and is_fragment(block_text([document.blocks[n]]), table), above))


def _filing(document: ForeignDocument, form: Form, tables: Mapping[str, TableMatch], text: ReportText) -> Filing:
    cells: dict[str, Figure | None] = dict.fromkeys(form.cells)
    unreadable, remarks, places = dict[str, Unreadable](), list[Note](), dict[str, str]()
    notes = [Note(note) for note in (*document.notes, *text.notes)]
    for table in tables.values():
        places |= table.places
        if not table.is_found:
            part = f"第{ORDINALS[table.table.part - 1]}部分的{table.table.name}"
            told = f"没有读出{part}；它若是图片或排法特殊，其中的数字无法读取，请按原件手工录入。"
            notes.append(Note(told, tuple(cell.name for cell in table.table.cells)))
        for cell in table.table.cells:
            if cell.name not in table.texts:
                unreadable[cell.name] = Unreadable(LOST, table.reasons.get(cell.name, "没有找到"))
                continue
            written = table.texts[cell.name]
            named = unit_of(table.units.get(cell.name, ""))
            reading = read_cell(written, cell.kind, named if named != cell.kind.unit else "")
            cells[cell.name] = reading.figure
            if reading.problem:
                unreadable[cell.name] = Unreadable(" ".join(written.split()), reading.problem)
                notes.append(Note(f"{cell.label}{reading.problem}。", (cell.name,)))
            elif reading.remark:
                remarks.append(Note(f"{cell.label}{reading.remark}。", (cell.name,)))
        notes += table.guesses if table.is_found else []
    notes += _together(remarks)
    published = text.published if text.published and text.published.year in (text.year, text.year + 1) else None
    title = "\n".join(text.title.lines) if text.title else ""
    narrative = Narrative(title, published, text.contact, text.signature, parts=text.parts, editions=form.differing)
    narrative = replace(narrative, published=narrative.date)
    return Filing(text.agency, text.agency, text.year, form, cells, narrative, unreadable, tuple(notes), places)


def _together(remarks: Sequence[Note]) -> list[Note]:
    """Return notes on how figures were written, one for all where they are many."""
    if len(remarks) <= MANY:
        return list(remarks)
    cells = tuple(cell for note in remarks for cell in note.cells)
    return [Note(f"有{len(cells)}格的写法与规定不同，已按其意思读取，例如：{remarks[0].message}", cells)]


def first_report(document: ForeignDocument) -> ForeignDocument:
    """Return a document without what follows its first report, where it holds another; a note says so."""
    texts = [plain(block.text) if isinstance(block, Paragraph) else "" for block in document.blocks]
    named = {n: read_title(text) for n, text in enumerate(texts) if "信息公开" in text}
    titles = [n for n, title in named.items() if title and title.exact and title.year]
    headings = [n for n, text in enumerate(texts) if len(text) < LONGEST and _HEADING.match(text)]
    for first, second in pairwise(titles):
        before, after = sum(first < n < second for n in headings), sum(n > second for n in headings)
        if before >= FEW <= after:
            other = excerpt(texts[second])
            told = f"文件中有不止一份报告，只读取了第一份；另一份是“{other}”，请另存为一个文件后再导入。"
            return replace(document, blocks=document.blocks[:second], notes=(*document.notes, told))
    return document


def others_of(
    document: ForeignDocument, lines: Sequence[Line], table: Table, year: int
) -> tuple[Mapping[int, int], str]:
    """Return the numbers of lines of tables of a kind that are another year's, and what is to be told in Chinese.

    With each the year that the caption names, 0 for none. The table whose caption names the report's year is taken;
    the first where none does.
    """
    starts = [n for n, line in enumerate(lines) if _begins(line, table)]
    parts = [range(*ends) for ends in pairwise([*starts, len(lines)])] if len(starts) > 1 else []
    whole = [part for part in parts if _is_whole([lines[n] for n in part], table)]
    if len(whole) < 2:
        return {}, ""
    blocks = [lines[part.start].block for part in whole]
    years = [_caption_year(document, *ends, table, year) for ends in pairwise([-1, *blocks])]
    number = min(range(len(whole)), key=lambda n: (years[n] != year, years[n] != 0))
    own, which = whole[number], f"说明为{year}年的" if year in years else f"第{ORDINALS[number]}张"
    others = {n: named for part, named in zip(whole, years, strict=True) if part is not own for n in part}
    return others, f"文件中有{len(whole)}张，读取的是{which}"


def _owned(lines: Sequence[Line], table: Table, catalogue: Catalogue) -> Iterator[Line]:
    """Yield lines, those between two rows of other tables, with nothing of this one between, marked as others'."""
    own = labels_of(tuple(catalogue.tables(table.key)))
    others = labels_of(tuple(other for other in catalogue.tables() if other.key != table.key), columns=False)
    waiting, foreign = list[Line](), False
    for line in lines:
        waiting.append(line)
        if not line.labels:
            continue
        near, other = nearest(line.labels[-1], own), nearest(line.labels[-1], others)
        mine = near < LIKE and near <= other
        if mine or other <= SAME:
            yield from (replace(one, foreign=True) if foreign and not mine else one for one in waiting)
            waiting, foreign = [], not mine
    yield from waiting


def _unlikeness(lines: Sequence[Line], table: Table) -> float:
    """Return what the labels of an edition cost by how unlike they are to the words in tables."""
    texts = tuple(dict.fromkeys(cell.text for line in lines for cell in line.cells if not is_figure(cell.text)))
    near = alike(labels_of((table,)), texts, UNLIKE)
    return LABEL * sum(min((price for _, price in found), default=UNLIKE) for found in near.values())


def _begins(line: Line, table: Table) -> bool:
    """Return whether a line is the first of a table: it holds the label of its first row, or of all on one line."""
    first = {row.label[0] for row in table.rows} if table.layout == "line" else {table.rows[0].label[-1]}
    return all(any(distance(cell.text, label) < SAME for cell in line.cells) for label in first)


def _is_whole(lines: Sequence[Line], table: Table) -> bool:
    """Return whether lines hold most of a table."""
    if table.layout == "line":
        return any(len(line.figures) >= MOSTLY * len(table.cells) for line in lines)
    labels = {cell.text for line in lines for cell in line.cells}
    return sum(nearest(row.label[-1], tuple(sorted(labels))) < SAME for row in table.rows) >= MOSTLY * len(table.rows)


def _caption_year(document: ForeignDocument, above: int, block: int, table: Table, year: int) -> int:
    """Return the year that the last short paragraph above a table's first row names, 0 for none; year: the report's."""
    others = 0
    for number in range(block - 1, above, -1):
        text = _OTHER_YEAR.sub("", plain(getattr(document.blocks[number], "text", "")))
        if len(text) <= LONGEST and "报" not in text and (match := patterns()["year"].search(text)):
            return year_of(match[1])
        if len(text) <= 2 * SHORT and (match := _THIS_OR_LAST.match(text)):
            return year - bool(match["last"])
        if (others := others + (not is_fragment(text, table))) == NEAR:
            break
    return 0
