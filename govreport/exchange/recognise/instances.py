"""Files that hold more than one report, or a table of last year's beside this year's: which of them is read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from govreport.core import Paragraph
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.report_heading import YEAR, read_title, year_of
from govreport.exchange.recognise.rows import find_rows
from govreport.forms import Table

FEWEST_HEADINGS, MOSTLY, LIKE, LONGEST_CAPTION = 3, 0.6, 0.15, 60
"""Headings of parts that a report has at least; share of its rows that a table has; distance of labels that are the
same; letters of a caption."""
_HEADING = re.compile(r"^(?:第)?[一二三四五六](?:部分)?[、.,:](?!\d)")
_YEAR = re.compile(rf"({YEAR})年?度?")


def first_report(document: ForeignDocument) -> ForeignDocument:
    """Return a document without what follows its first report, where it holds another; a note says so."""
    texts = [plain(block.text) if isinstance(block, Paragraph) else "" for block in document.blocks]
    titles = [n for n, text in enumerate(texts) if "信息公开" in text and _is_title(document, n)]
    headings = [n for n, text in enumerate(texts) if len(text) < LONGEST_CAPTION and _HEADING.match(text)]
    for first, second in pairwise(titles):
        before, after = sum(first < n < second for n in headings), sum(n > second for n in headings)
        if before >= FEWEST_HEADINGS <= after:
            told = f"文件中有不止一份报告，只读取了第一份；另一份是“{texts[second][:40]}”，请另存为一个文件后再导入。"
            return replace(document, blocks=document.blocks[:second], notes=(*document.notes, told))
    return document


def _is_title(document: ForeignDocument, number: int) -> bool:
    title = read_title(getattr(document.blocks[number], "text", ""))
    return bool(title and title.exact and title.year)


@dataclass(frozen=True)
class Instance:
    """One of several tables of the same kind: its lines, from the first to before the next, and its caption's year.

    year: 0 where its caption names none.
    """

    lines: range
    year: int


def instances(document: ForeignDocument, lines: Sequence[Line], table: Table) -> list[Instance]:
    """Return the tables of a kind that lines hold, where they are several; else nothing."""
    starts = [n for n, line in enumerate(lines) if _begins(line, table)]
    if len(starts) < 2:
        return []
    ends = [*starts[1:], len(lines)]
    parts = [range(start, end) for start, end in zip(starts, ends, strict=True)]
    whole = [part for part in parts if _is_whole([lines[n] for n in part], table)]
    if len(whole) < 2:
        return []
    captions = [lines[whole[n - 1].start].block if n else -1 for n in range(len(whole))]
    return [
        Instance(part, _caption_year(document, above, lines[part.start].block))
        for part, above in zip(whole, captions, strict=True)
    ]


def _begins(line: Line, table: Table) -> bool:
    """Return whether a line is the first of a table: its first row or, where the rows stand beside each other, all."""
    if table.layout != "line":
        return bool(line.labels) and distance(line.labels[-1], table.rows[0].label[-1]) < LIKE
    groups = dict.fromkeys(row.label[0] for row in table.rows)
    return all(any(distance(cell.text, group) < LIKE for cell in line.cells) for group in groups)


def _is_whole(lines: Sequence[Line], table: Table) -> bool:
    """Return whether lines hold most of a table."""
    if table.layout == "line":
        return any(len(line.figures) >= MOSTLY * len(table.cells) for line in lines)
    return len(find_rows(lines, table).rows) >= MOSTLY * len(table.rows)


def _caption_year(document: ForeignDocument, above: int, block: int) -> int:
    """Return the year that the last short paragraph between two blocks names, 0 for none."""
    for number in range(block - 1, above, -1):
        text = plain(getattr(document.blocks[number], "text", ""))
        if len(text) <= LONGEST_CAPTION and "报" not in text and (match := _YEAR.search(text)):
            return year_of(match[1])
    return 0


def without_others(lines: Sequence[Line], found: Sequence[Instance], year: int) -> tuple[list[Line], str]:
    """Return lines without the tables that are another year's, and what is to be told of the choice, in Chinese.

    The table whose caption names the year is taken; the first where none does.
    """
    own = next((one for one in found if one.year == year), found[0])
    dropped = {n for one in found if one is not own for n in one.lines}
    which = f"说明为{year}年的" if own.year == year else "第一张"
    return [line for n, line in enumerate(lines) if n not in dropped], f"文件中有{len(found)}张，读取的是{which}"
