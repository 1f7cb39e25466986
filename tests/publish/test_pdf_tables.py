"""Tables of the PDF that go on on the next page: wherever they begin, labels stand whole and are set again there."""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import docx
import pandas as pd
import pypdfium2
import pytest
from docx.oxml.ns import qn
from pypdfium2.raw import FPDF_PAGEOBJ_PATH

from govreport.core.blocks import Block, ItemList, Quote
from govreport.core.grid import Grid, GridCell
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.layout.typesetter import font_set
from govreport.publish.pdf_writer import pdf_bytes
from govreport.tables.frame import frame_grid
from govreport.tables.printed_table import display_table
from govreport.tables.statutory import statutory_grid
from tests.support.papers import document, filing, pages, paragraph, squeezed, texts

BOTTOM = (297 - 35) * 72 / 25.4
MOST_LEFT = 125
"""Points left blank at most: less than four lines of text, or a table's header with the rows that it never leaves."""
LOOKED_AT = 6
"""Of the places where a table begins every sixth is also looked at cell by cell, which takes thirty times as long."""


def applications(year: int) -> Grid:
    return statutory_grid(filing(year), "applications")


def grouped(rows: int, caption: str = "", size: int = 7) -> Grid:
    """A frame whose rows are labelled on three levels; every figure stands in it once."""
    labels = [
        (f"第{n // size}类政府信息公开事项", f"（{n // size}.{n % size // 3}）小类", f"项目{n}") for n in range(rows)
    ]
    figures = {"甲": range(10_000, 10_000 + rows), "乙": range(20_000, 20_000 + rows)}
    return frame_grid(pd.DataFrame(figures, index=pd.MultiIndex.from_tuples(labels)), caption)


@dataclass(frozen=True)
class Shown:
    """What a page shows: the texts of its tables' cells, its text, and the points left blank at its foot."""

    cells: Counter[str]
    text: str
    blank: float


def shown(*blocks: Block) -> list[Shown]:
    """Set blocks as PDF and read its pages."""
    read = []
    for page in pages(pdf_bytes(document(*blocks))):
        cells = Counter(squeezed(cell) for table in page.extract_tables() for row in table for cell in row if cell)
        lowest = max(c["bottom"] for c in page.chars if c["bottom"] < BOTTOM + 5)
        read.append(Shown(cells, page.extract_text(), BOTTOM - lowest))
    return read


def in_columns(table: Grid, *blocks: Block) -> list[Shown]:
    """Set blocks as PDF and read column by column what its pages show of a table's figures and labels of many rows."""
    wanted = [squeezed(cell.text) for row in table.body for cell in row if not cell.scope or cell.rows > 1]
    read = []
    with pypdfium2.PdfDocument(pdf_bytes(document(*blocks))) as pdf:
        for page in pdf:
            letters = page.get_textpage()
            paths = [path.get_bounds() for path in page.get_objects(filter=[FPDF_PAGEOBJ_PATH])]
            lines = sorted({round((left + right) / 2) for left, _, right, _ in paths if right - left < 2})
            columns = [letters.get_text_bounded(left, 0, right) for left, right in pairwise(lines)]
            figures, labels = Counter(" ".join(columns).split()), " ".join(map(squeezed, columns))
            cells = Counter({text: figures[text] if text.isdigit() else labels.count(text) for text in wanted})
            bottoms = [page.get_height() - letters.get_charbox(n)[1] for n in range(letters.count_chars())]
            lowest = max(bottom for bottom in bottoms if bottom < BOTTOM + 5)
            read.append(Shown(+cells, letters.get_text_bounded(), BOTTOM - lowest))
    return read


def read_at(lines: int, step: int, table: Grid) -> list[Shown]:
    """Set a table that begins after some lines, and read its pages."""
    blocks = (*(paragraph("字"),) * lines, table)
    return in_columns(table, *blocks) if lines // step % LOOKED_AT else shown(*blocks)


def assert_set_whole(table: Grid, read: list[Shown]) -> None:
    """Every figure stands in the PDF once, with the labels beside its row whole and once on the same page."""
    rows = list(table.lines())[len(table.head) :]
    figures = [cell.text for row in table.body for cell in row if not cell.scope]
    found = sum((page.cells for page in read), Counter[str]())
    assert {figure: found[figure] for figure in figures} == Counter(figures)
    for page in read:
        here = [row for row in rows if any(not cell.scope and page.cells[cell.text] for cell in row)]
        labels = {squeezed(cell.text) for row in here for cell in row if cell.rows > 1}
        assert {label: page.cells[label] for label in labels} == dict.fromkeys(labels, 1)


@pytest.mark.parametrize("year", [2020, 2022])
def test_the_applications_table_stands_whole_on_one_page_wherever_it_begins(year: int) -> None:
    table = applications(year)
    for lines in range(0, 22, 3):
        read = read_at(lines, 3, table)
        assert_set_whole(table, read)
        assert sum(bool(page.cells) for page in read) == 1


@pytest.mark.parametrize("year", [2020, 2022])
def test_labels_of_a_table_of_an_analysts_own_stand_whole_wherever_it_begins(year: int) -> None:
    table = applications(year)
    table = replace(table, cells=tuple(replace(cell, name="") for cell in table.cells))
    broken = 0
    for lines in range(22):
        read = read_at(lines, 1, table)
        assert_set_whole(table, read)
        assert all(page.blank < MOST_LEFT for page, follows in pairwise(read) if follows.cells), lines
        broken += sum(bool(page.cells) for page in read) > 1
    assert broken > 12


@pytest.mark.parametrize("caption", ["", "各事项情况"])
def test_labels_of_an_analysts_table_stand_whole_over_many_pages(caption: str) -> None:
    for lines in range(0, 22, 3):
        table = grouped(100, caption)
        read = read_at(lines, 3, table)
        assert_set_whole(table, read)
        assert [caption in page.text for page in read].count(True) == (1 if caption else len(read))
        assert len(read) >= 3


def test_a_group_longer_than_pages_has_its_label_on_each() -> None:
    table = grouped(120, size=120)
    label = squeezed(table.body[0][0].text)
    counts = [page.cells[label] for page in shown(table)]
    assert len(counts) >= 3
    assert set(counts) == {1}


def test_labels_are_set_again_within_lists_and_quotations() -> None:
    for wrap in (lambda block: ItemList(False, 1, ((block,),)), lambda block: Quote((block,))):
        table = grouped(60)
        block: Block = wrap(table)
        assert_set_whole(table, shown(paragraph("字"), block))


def test_many_tables_settle_however_they_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    warnings, compiler = [], font_set().compiler

    class Warned:
        @staticmethod
        def compile(main: bytes, **options: Any) -> object:
            data, found = compiler.compile_with_warnings(main, **options)
            warnings.extend(str(warning) for warning in found)
            return data

    monkeypatch.setitem(vars(font_set()), "compiler", Warned)
    blocks: list[Block] = []
    for number in range(9):
        blocks += [
            *(paragraph("字"),) * (5 * number % 17),
            grouped(40 + 7 * number, "题" * (number % 2), 4 + number),
        ]
    assert len(list(pages(pdf_bytes(document(*blocks))))) > 15
    assert warnings == []


def test_the_same_label_beside_rows_of_several_lines_is_not_cut() -> None:
    long = "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"
    body = [(GridCell("三、本年度办理结果", rows=40, scope="rowgroup"), GridCell(long, scope="row"), GridCell("1000"))]
    body += [(GridCell(long * (n % 3 + 1), scope="row"), GridCell(str(1000 + n))) for n in range(1, 40)]
    table = display_table("t", "", (1, 3, 2), (), tuple(body))
    read = shown(table)
    assert len(read) > 1
    assert_set_whole(table, read)


def test_a_small_table_stays_in_one_piece() -> None:
    table = statutory_grid(filing(2022), "disputes")
    for lines in range(14, 20):
        assert sum(bool(page.cells) for page in in_columns(table, *(paragraph("字"),) * lines, table)) == 1


@pytest.mark.parametrize(("rows", "fewest"), [(3, 3), (9, 2)])
def test_no_page_begins_with_the_last_row_of_a_table_alone(rows: int, fewest: int) -> None:
    lines = [(GridCell(f"甲{n}"), GridCell("与上年相比有改动的一句话，" * (20 // rows + 3))) for n in range(rows)]
    table = display_table("sentences", "", (2, 7), (), lines)
    for above in range(20):
        data = pdf_bytes(document(*(paragraph("字"),) * above, table))
        shown = [len(set(re.findall("甲[0-9]", text))) for text in texts(data)]
        assert sum(shown) == rows and list(filter(None, shown))[-1] >= fewest, above
        assert b"TFoot" not in data


def test_word_keeps_the_last_two_rows_of_a_long_table_together() -> None:
    rows = [(GridCell(f"甲{n}"), GridCell("一句话。" * 9)) for n in range(40)]
    table = display_table("sentences", "", (2, 7), (), rows)
    (native,) = docx.Document(io.BytesIO(docx_bytes(document(table)))).tables
    kept = [row._tr.find(f".//{qn('w:keepNext')}") is not None for row in native.rows]
    assert kept == [False] * 38 + [True, False]
