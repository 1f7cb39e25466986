"""Columns in another order than the form's, added and missing ones: in text and in grids, as their header says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from govreport.exchange.recognise.published import ImportedReport, read_published
from tests.support.text_tables import COLUMNS, HEAD, beside, figures, label, read, unread, wrong

NAMES = dict(
    zip(COLUMNS, ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"], strict=True)
)
TRUTH = figures()
GROUP = "法人或其他组织"


def header(order: Sequence[str]) -> list[list[str]]:
    """The two header rows of a table with columns in an order; names that are none of the form's stand in the upper."""
    inner = [key for key in order if key in COLUMNS[1:6]]
    upper = [NAMES.get(key, key) if key not in inner else GROUP for key in order if key not in inner[1:]]
    return [upper, [NAMES[key] for key in inner]]


def rows(order: Sequence[str]) -> list[list[str]]:
    return [
        [label(key), *(str(row[COLUMNS.index(name)]) if name in COLUMNS else "17" for name in order)]
        for key, row in TRUTH.items()
    ]


def as_tabs(order: Sequence[str]) -> tuple[list[str], str]:
    return ["\t".join(row) for row in rows(order)], "\n".join("\t".join(row) for row in header(order))


def as_cells(order: Sequence[str]) -> tuple[list[str], str]:
    return [text for row in rows(order) for text in row], "\n".join(text for row in header(order) for text in row)


def read_page(order: Sequence[str], tmp_path: Path) -> ImportedReport:
    """Read the table as a page's, header cells spanned."""
    inner = [key for key in order if key in COLUMNS[1:6]]
    upper = "".join(
        f"<td colspan={len(inner)}>{GROUP}</td>" if key == inner[0] else f"<td rowspan=2>{NAMES.get(key, key)}</td>"
        for key in order
        if key not in inner[1:]
    )
    lower = "".join(f"<td>{NAMES[key]}</td>" for key in inner)
    body = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows(order))
    page = f"<table><tr><td rowspan=2></td>{upper}</tr><tr>{lower}</tr>{body}</table>"
    (tmp_path / "a.html").write_text("".join(f"<p>{line}</p>" for line in HEAD.splitlines()) + page, encoding="utf-8")
    return read_published(tmp_path / "a.html")


def all_read(found: ImportedReport) -> bool:
    cells = found.filing.cells
    return all(
        cells[f"applications.{key}.{name}"] == value
        for key, row in TRUTH.items()
        for name, value in zip(COLUMNS, row, strict=True)
    )


def told(found: ImportedReport, words: str) -> bool:
    return any(words in note.message for note in found.filing.notes)


TOTAL_FIRST = [COLUMNS[6], *COLUMNS[:6]]
SWAPPED = [COLUMNS[0], COLUMNS[2], COLUMNS[1], *COLUMNS[3:]]


@pytest.mark.parametrize("order", [TOTAL_FIRST, SWAPPED], ids=["total first", "swapped"])
@pytest.mark.parametrize("write", [as_tabs, as_cells], ids=lambda write: write.__name__)
def test_text_whose_header_names_another_order_is_unreadable_and_told(write, order: list[str], tmp_path: Path):
    lines, head = write(order)
    found = read(lines, tmp_path, head)
    assert not wrong(found, TRUTH) and all(unread(found, key) for key in TRUTH)
    assert "表头与格式的各列不符" in found.filing.unreadable["applications.new.total"].problem


@pytest.mark.parametrize("order", [TOTAL_FIRST, SWAPPED], ids=["total first", "swapped"])
def test_a_grid_is_read_in_the_order_that_its_header_says(order: list[str], tmp_path: Path):
    found = read_page(order, tmp_path)
    assert all_read(found) and told(found, "不是按行排列的，按各数的行名和列名读取")


def test_a_row_that_lacks_a_cell_below_a_header_of_another_order_is_unreadable(tmp_path: Path):
    read_page(SWAPPED, tmp_path)
    page, last = (tmp_path / "a.html").read_text(encoding="utf-8"), f"<td>{TRUTH['new'][-1]}</td></tr>"
    assert last in page
    (tmp_path / "a.html").write_text(page.replace(last, "</tr>", 1), encoding="utf-8")
    found = read_published(tmp_path / "a.html")
    assert not wrong(found, TRUTH)
    assert [name for name in COLUMNS if f"applications.new.{name}" not in found.filing.unreadable] == []


def test_columns_that_the_form_has_not_are_left_out_and_told(tmp_path: Path):
    page = read_page([*COLUMNS, "上年同期", "同比"], tmp_path)
    assert all_read(page) and told(page, "格式没有的列（上年同期、同比），未采用")


@pytest.mark.parametrize("order", [COLUMNS, TOTAL_FIRST], ids=["usual", "total first"])
def test_columns_that_the_form_has_not_leave_text_unreadable(order: list[str], tmp_path: Path):
    lines, head = as_tabs([*order, "上年同期", "同比"])
    text = read(lines, tmp_path, head)
    assert not wrong(text, TRUTH) and all(unread(text, key) for key in TRUTH)


def test_a_column_that_is_not_there_is_unreadable_and_the_others_are_read(tmp_path: Path):
    order = [name for name in COLUMNS if name != "other"]
    found = read_page(order, tmp_path)
    assert not wrong(found, TRUTH)
    lost = {name.rsplit(".", 1)[1] for name in found.filing.unreadable if name.startswith("applications.")}
    assert lost == {"other"}
    lines, head = as_tabs(order)
    assert not wrong(read(lines, tmp_path, head), TRUTH), "text does not say which column is missing"


def test_a_header_whose_labels_are_cut_but_in_another_order_makes_the_table_unreadable(tmp_path: Path):
    lines, _ = as_tabs(SWAPPED)
    found = read(lines, tmp_path, "自然 科研机 商业企 社会公益 法律服务 总计\n人 构 业 组织 机构 其他")
    assert not wrong(found, TRUTH) and all(unread(found, key) for key in TRUTH)
    usual = read(as_tabs(COLUMNS)[0], tmp_path, "自然 商业企 科研机 社会公益 法律服务 总计\n人 业 构 组织 机构 其他")
    assert all_read(usual)


NUMBERED = ["1", *(str(n) for n in range(2, len(TRUTH) + 1))]


@pytest.mark.parametrize("place", [0, 1], ids=["left of the labels", "between labels and figures"])
def test_a_column_that_only_numbers_the_rows_is_no_column_of_figures(place: int, tmp_path: Path):
    head = [["项目", *NAMES.values()], *([label(key), *map(str, row)] for key, row in TRUTH.items())]
    lines = [[*line[:place], name, *line[place:]] for name, line in zip(["行次", *NUMBERED], head, strict=True)]
    body = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in line)}</tr>" for line in lines)
    title = "".join(f"<p>{line}</p>" for line in HEAD.splitlines())
    (tmp_path / "a.html").write_text(f"{title}<table>{body}</table>", encoding="utf-8")
    assert all_read(read_published(tmp_path / "a.html"))


def test_words_of_a_header_that_is_set_in_columns_are_read_by_where_they_stand(tmp_path: Path):
    names = [NAMES[key] for key in COLUMNS]
    above = " " * 76 + GROUP
    ends = " " * 40 + names[0].ljust(72) + names[6]
    inner = " " * 52 + "".join(name.ljust(12) for name in names[1:6])
    lines = [beside(key, row, width=12) for key, row in TRUTH.items()]
    found = read(lines, tmp_path, "\n".join((above, ends, inner)))
    assert all_read(found) and not told(found, "次序与格式不同")
