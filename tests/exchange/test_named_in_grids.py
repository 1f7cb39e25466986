"""Tables that are not drawn row by row: turned, parted by columns, a figure a line; rows that lack a cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from govreport.exchange.recognise.published import ImportedReport, read_published
from tests.support.foreign import workbook
from tests.support.text_tables import COLUMNS, END, FORM, HEAD, HEADER, TABLE, figures, label, wrong

TRUTH = figures()
CELLS = {f"applications.{key}.{column}" for key in TRUTH for column in COLUMNS}
RESULTS = {row.key: [9 + n, 3, 2, 1, 15 + n] for n, row in enumerate(FORM.tables["disputes"].rows)}
PARTED = "申请表不是按行排列的，按各数的行名和列名读取，请核对。"
Rows = Sequence[Sequence[object]]


def grid(rows: Rows) -> str:
    lines = ("".join(f"<td>{text}</td>" for text in row) for row in rows)
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def page(tmp_path: Path, *pieces: str, disputes: str = "") -> ImportedReport:
    """Read a page with these pieces in its part three, and one in its part four."""
    head, end = (text.strip().split("\n") for text in (HEAD, END))
    lines = (*head, *pieces, end[0], disputes, *end[1:])
    drawn = "".join(line if line.startswith("<") else f"<p>{line}</p>" for line in lines)
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{drawn}", encoding="utf-8")
    return read_published(tmp_path / "a.html")


def messages(found: ImportedReport) -> list[str]:
    return [note.message for note in found.filing.notes]


def turned(rows: Rows) -> Rows:
    return list(zip(*rows, strict=True))


def by_rows(truth: dict[str, list[int]]) -> Rows:
    return [["事项", *HEADER.split()], *([label(key), *row] for key, row in truth.items())]


def test_a_turned_table_is_read_by_the_names_of_its_rows_and_columns(tmp_path: Path):
    found = page(tmp_path, grid(turned(by_rows(TRUTH))))
    assert not wrong(found, TRUTH) and CELLS.isdisjoint(found.filing.unreadable)
    assert PARTED in messages(found) and not found.filing.narrative.parts[3].text
    plain = page(tmp_path, grid(by_rows(TRUTH)))
    assert plain.filing.cells == found.filing.cells and PARTED not in messages(plain)


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_a_table_that_is_parted_by_columns_is_one(cut: int, tmp_path: Path):
    rows = by_rows(TRUTH)
    pieces = [[row[: cut + 1] for row in rows], [[row[0], *row[cut + 1 :]] for row in rows]]
    found = page(tmp_path, *map(grid, pieces))
    assert not wrong(found, TRUTH) and CELLS.isdisjoint(found.filing.unreadable)


def test_a_turned_table_that_lacks_a_cell_of_its_header_is_not_read_by_it(tmp_path: Path):
    header, *rows = turned(by_rows(TRUTH))
    found = page(tmp_path, grid([header[:1] + header[2:], *rows]))
    assert not wrong(found, TRUTH) and found.filing.unreadable.keys() >= CELLS and PARTED not in messages(found)


def test_figures_that_are_given_twice_and_differ_are_told_and_those_that_no_name_fits_stay(tmp_path: Path):
    header, *rows = turned(by_rows(TRUTH))
    other = [rows[0][0], *(figure + 1 for figure in rows[0][1:])]
    found = page(tmp_path, grid([header, *rows, other, ["其中街道办理", *([4] * len(TRUTH))]]))
    assert not wrong(found, TRUTH)
    assert {name for name in CELLS if name in found.filing.unreadable} == {n for n in CELLS if n.endswith("natural")}
    assert any("格式没有的行（其中街道办理 4" in text for text in messages(found))


def test_words_over_other_figures_name_none_whose_own_label_is_none_of_the_form(tmp_path: Path):
    rows = turned(by_rows(TRUTH))
    drawn = grid([*rows, ["", "自然人"], ["其中街道办理", *([4] * len(TRUTH))]])
    found = page(tmp_path, drawn.replace("<td></td><td>自然人</td>", f"<td></td><td colspan={len(TRUTH)}>自然人</td>"))
    assert not wrong(found, TRUTH) and CELLS.isdisjoint(found.filing.unreadable)


@pytest.mark.parametrize("way", ["turned", "list", "definitions", "sentence"])
def test_results_below_each_other_are_read(way: str, tmp_path: Path):
    rows, columns = FORM.tables["disputes"].rows, [column.label[-1] for column in FORM.tables["disputes"].columns]
    names = [row.label[-1] for row in rows]
    if way == "turned":
        drawn = grid([["结果", *names], *zip(columns[:5], *RESULTS.values(), strict=True)])
    elif way == "sentence":
        said = {name: zip(columns, own, strict=False) for name, own in zip(names, RESULTS.values(), strict=True)}
        drawn = "".join(f"<p>{name}<p>{'， '.join(f'{c} {n}' for c, n in pairs)}" for name, pairs in said.items())
    else:
        pairs = zip(names, RESULTS.values(), strict=True)
        drawn = "".join(
            f"<h4>{name}</h4>" + "".join(f"<li>{column}{figure}" for column, figure in zip(columns, own, strict=False))
            if way == "list"
            else "".join(f"<dt>{name} · {column}<dd>{figure}" for column, figure in zip(columns, own, strict=False))
            for name, own in pairs
        )
    found = page(tmp_path, grid(turned(by_rows(TRUTH))), disputes=f"<div>{drawn}</div>")
    assert not wrong(found, TRUTH) and CELLS.isdisjoint(found.filing.unreadable)
    cells = {cell.name: cell for cell in FORM.tables["disputes"].cells}
    read = [[found.filing.cells[name] for name, cell in cells.items() if cell.row.key == key] for key in RESULTS]
    assert read == list(RESULTS.values())
    assert not found.filing.narrative.parts[4].text


def test_a_workbook_with_a_figure_a_line_is_read_with_its_title_its_parts_and_their_prose(tmp_path: Path):
    lines: list[tuple[object, ...]] = [
        ("序号", "部分", "指标", "分项", "数值"),
        (1, "基本信息", "报告标题", None, "样县水利局2023年政府信息公开工作年度报告"),
        (2, "一、总体情况", "正文", None, "全年无变化。"),
    ]
    for row in TABLE.rows:
        named = zip(TABLE.columns, TRUTH[row.key], strict=True)
        pairs = [("/".join(column.label), figure) for column, figure in named]
        lines += [(len(lines) + n, FORM.parts[2], "/".join(row.label), *pair) for n, pair in enumerate(pairs)]
    lines += [(len(lines), FORM.parts[4], "正文", None, "个别答复偏慢，将加强督促。")]
    lines += [(len(lines) + 1, FORM.parts[5], "正文", None, "无其他事项。")]
    (tmp_path / "a.xlsx").write_bytes(workbook(*lines))
    found = read_published(tmp_path / "a.xlsx")
    assert (found.name, found.filing.year) == ("样县水利局", 2023)
    assert not wrong(found, TRUTH) and CELLS.isdisjoint(found.filing.unreadable)
    texts = {number: part.text for number, part in found.filing.narrative.parts.items() if part.text}
    assert texts == {1: "全年无变化。", 5: "个别答复偏慢，将加强督促。", 6: "无其他事项。"}


def test_rows_that_lack_a_cell_before_their_figures_are_read_in_order(tmp_path: Path):
    """Headers span two columns of labels; some rows of the second piece have one, and a blank at their end."""
    header = "<tr><td colspan=2>事项</td>" + "".join(f"<td>{name}</td>" for name in HEADER.split()) + "</tr>"

    def piece(keys: Sequence[str], lacking: int) -> str:
        rows = [[*(["办理结果"] if n >= lacking else []), label(key), *TRUTH[key]] for n, key in enumerate(keys)]
        lines = ("".join(f"<td>{text}</td>" for text in [*row, ""][:9]) for row in rows)
        return f"<table>{header}{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"

    keys = list(TRUTH)
    found = page(tmp_path, piece(keys[:12], 0), "- 3 -", "续表", piece(keys[12:], 4))
    assert not wrong(found, TRUTH) and CELLS.isdisjoint(found.filing.unreadable)
    assert not [text for text in messages(found) if "勾稽不符" in text]
    assert not found.filing.narrative.parts[3].text
