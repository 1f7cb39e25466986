"""Columns that only number a table's rows are left out, columns of figures never."""

from __future__ import annotations

import pytest

from govreport.core.grid import Grid, GridCell
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.row_numbers import without_row_numbers
from govreport.forms.catalogue import Catalogue

LABELS = [row.label[-1] for row in Catalogue.read().editions["2021"].tables["applications"].rows][4:10]


def table(*lines: tuple[str, ...], place: str = "") -> Grid:
    cells = [GridCell(text, r, c) for r, line in enumerate(lines) for c, text in enumerate(line)]
    return Grid(tuple(cells), max(map(len, lines)), place)


def read(*grids: Grid) -> tuple[list[list[list[str]]], tuple[str, ...]]:
    found = without_row_numbers(ForeignDocument(grids), "a.html")
    shown = [
        [[cell.text for cell in line] for line in block.lines()] for block in found.blocks if isinstance(block, Grid)
    ]
    return shown, found.notes


@pytest.mark.parametrize("name", ["序号", "行 次", "编号", ""])
def test_a_column_of_numbers_left_of_the_labels_is_left_out_with_a_note(name: str):
    lines = [(str(n), label, str(9 * n)) for n, label in enumerate(LABELS, 1)]
    shown, notes = read(table((name, "项目", "总计"), *lines))
    assert shown == [[["项目", "总计"], *([label, figure] for _, label, figure in lines)]]
    assert notes == ("a.html 的一张表格有一列是行的编号（第1列），没有读取。",)


def test_a_named_column_between_labels_and_figures_is_left_out_and_headers_over_it_narrowed():
    body = [GridCell(text, n, c) for n, label in enumerate(LABELS, 2) for c, text in enumerate([label, str(n), "7"])]
    head = GridCell("甲表", 0, 0, columns=3), GridCell("项目", 1, 0), GridCell("行次", 1, 1), GridCell("总计", 1, 2)
    (found,) = without_row_numbers(ForeignDocument((Grid((*head, *body), 3),)), "a").blocks
    assert isinstance(found, Grid) and found.width == 2 and found.cells[0] == GridCell("甲表", 0, 0, columns=2)
    assert [cell.text for cell in found.cells[3:]] == [text for label in LABELS for text in (label, "7")]


def test_numbers_that_go_on_on_the_next_page_are_left_out_there_too():
    first = table(
        ("序号", "项目", "总计"), *[(str(n), label, "5") for n, label in enumerate(LABELS[:4], 1)], place="第1页"
    )
    second = table(*[(str(n), label, "5") for n, label in enumerate(LABELS[4:], 5)], place="第2页")
    shown, notes = read(first, second)
    assert shown[1] == [[label, "5"] for label in LABELS[4:]] and len(notes) == 2


@pytest.mark.parametrize(
    "lines",
    [
        [(label, str(n), "7") for n, label in enumerate(LABELS, 1)],
        [(str(n), label, "7") for n, label in enumerate(LABELS[:4], 1)],
        [(str(n + (n > 3)), label, "7") for n, label in enumerate(LABELS, 1)],
        [(str(n), "某项工作", "7") for n in range(1, 9)],
    ],
    ids=["right of the labels", "few", "a gap", "no table of the form"],
)
def test_what_may_be_figures_stays(lines: list[tuple[str, ...]]):
    shown, notes = read(table(*lines))
    assert shown == [[list(line) for line in lines]] and not notes


def test_a_column_named_as_numbers_that_falls_stays():
    lines = [(label, str(n), "7") for label, n in zip(LABELS, (4, 2, 9, 1, 3, 3), strict=True)]
    assert not read(table(("项目", "编号", "总计"), *lines))[1]
