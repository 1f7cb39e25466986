"""Tables that offices lay out in their own way: what is written is read where it belongs, or it is told as unread."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import openpyxl
import pytest

from govreport.exchange.recognise.published import read_published
from govreport.filing import Filing
from govreport.forms import Catalogue, Table

FORM = Catalogue.read().editions["2021"]
APPLICATIONS, DISPUTES, PROACTIVE = (FORM.tables[key] for key in ("applications", "disputes", "proactive"))
COLUMNS = [column.label[-1] for column in APPLICATIONS.columns]
OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
Rows = list[list[str]]
Figures = dict[str, int]


def figures_of(table: Table, seed: int = 1) -> Figures:
    """Return figures of a table whose rows add up."""
    chance, found = random.Random(seed), Figures()
    for row in table.rows:
        names = [cell.name for cell in table.cells if cell.row == row]
        found |= {name: chance.randrange(1, 60) for name in names}
        if names[1:] and table is not PROACTIVE:
            found[names[-1]] = sum(found[name] for name in names[:-1])
    return found


def application_rows(figures: Figures) -> Rows:
    """Return each row of the applications as its label and its figures."""
    names = {row.key: [f"applications.{row.key}.{column.key}" for column in row.columns] for row in APPLICATIONS.rows}
    return [[row.label[-1], *(str(figures[name]) for name in names[row.key])] for row in APPLICATIONS.rows]


def web(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table of HTML."""
    return f"<table>{''.join(f'<tr>{cells(row)}</tr>' for row in rows)}</table>"


def cells(row: Sequence[str]) -> str:
    """Return cells of HTML; `text*3` spans three columns."""
    parts = (text.partition("*") for text in row)
    return "".join(f"<td colspan={span or 1}>{text.replace(chr(10), '<br>')}</td>" for text, _, span in parts)


def tabs(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a browser copies them."""
    return "\n".join("\t".join(text.partition("*")[0] for text in row) for row in rows)


def bars(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table of Markdown."""
    head, *body = [f"| {' | '.join(text.partition('*')[0] for text in row)} |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *body])


def in_a_line(rows: Sequence[Sequence[str]]) -> str:
    """Return rows whose cells are parted by a space, as a PDF is copied."""
    return "\n".join(" ".join(text.partition("*")[0] for text in row) for row in rows)


def a_line_each(rows: Sequence[Sequence[str]]) -> str:
    """Return each cell on a line of its own."""
    return "\n".join(text.partition("*")[0] for row in rows for text in row)


def read(folder: Path, part: int, *pieces: str, suffix: str = "txt") -> Filing:
    """Return what is read of a report that holds pieces of text, or of HTML, in a part."""
    lines = ["样县水利局2023年政府信息公开工作年度报告"]
    for number, heading in enumerate(FORM.parts, 1):
        lines += [heading, *(pieces if number == part else ["本部分没有要补充的内容。"])]
    marked = [line if line.startswith("<table") else f"<p>{line}</p>" for line in lines]
    path = folder / f"年报.{suffix}"
    path.write_text("\n".join(marked if suffix == "html" else lines), encoding="utf-8")
    return read_published(path).filing


def wrong(found: Filing, figures: Figures) -> list[str]:
    """Return the cells that hold something else than their figures, blanks that are not told among them."""
    return [n for n, figure in figures.items() if n not in found.unreadable and found.cells[n] != figure]


def told(found: Filing) -> str:
    return "\n".join(note.message for note in found.notes)


WRITERS = pytest.mark.parametrize(("write", "suffix"), [(web, "html"), (tabs, "txt"), (bars, "md")])
Write = Callable[[Sequence[Sequence[str]]], str]


@WRITERS
def test_columns_that_the_form_has_not_are_left_out_and_told(write: Write, suffix: str, tmp_path: Path):
    figures = figures_of(APPLICATIONS)
    rows = [["项目", *COLUMNS, "上年总计", "同比"], *([*row, "7", "-12.5%"] for row in application_rows(figures))]
    found = read(tmp_path, 3, write(rows), suffix=suffix)
    assert {name: found.cells[name] for name in figures} == figures
    assert "上年总计" in told(found)


@WRITERS
def test_a_turned_table_with_a_column_of_its_own_is_read(write: Write, suffix: str, tmp_path: Path):
    figures = figures_of(APPLICATIONS)
    turned = [list(line) for line in zip(["申请人", *COLUMNS], *application_rows(figures), strict=True) if line]
    rows = [[*turned[0], "占比"], *([*line, "12.5%"] for line in turned[1:])]
    found = read(tmp_path, 3, write(rows), suffix=suffix)
    assert {name: found.cells[name] for name in figures} == figures
    assert "占比" in told(found)


def test_cells_that_hold_several_lines_are_several_rows(tmp_path: Path):
    figures = figures_of(APPLICATIONS)
    rows = application_rows(figures)
    stacked = ["\n".join(texts) for texts in zip(*rows[4:9], strict=True)]
    found = read(tmp_path, 3, web([["项目", *COLUMNS], *rows[:4], stacked, *rows[9:]]), suffix="html")
    assert {name: found.cells[name] for name in figures} == figures


def test_a_cell_names_row_and_column_of_the_figure_beside_it(tmp_path: Path):
    figures = figures_of(PROACTIVE)
    labels = {cell.name: f"{cell.row.label[-1]}—{cell.column.label[-1]}" for cell in PROACTIVE.cells}
    pairs = [[label, str(figures[name])] for name, label in labels.items()]
    rows = [["指标", "数值", "", "指标", "数值"], *([*a, "", *b] for a, b in zip(pairs[::2], pairs[1::2], strict=True))]
    found = read(tmp_path, 2, web(rows), suffix="html")
    assert {name: found.cells[name] for name in figures} == figures


@pytest.mark.parametrize("write", [web, tabs, in_a_line, a_line_each])
@pytest.mark.parametrize("order", ["outcomes", "suits"])
def test_disputes_below_a_header_in_another_order_are_not_read_in_the_forms(order: str, write: Write, tmp_path: Path):
    figures = figures_of(DISPUTES, 5)
    keys = ["upheld", "corrected", "other", "pending", "total"]
    rows = ["reconsideration", "litigation.direct", "litigation.after_reconsideration"]
    outcomes, labels = list(zip(keys, OUTCOMES, strict=True)), ["未经复议直接起诉", "复议后起诉"]
    if order == "outcomes":
        outcomes[0], outcomes[1] = outcomes[1], outcomes[0]
    else:
        rows[1:], labels = reversed(rows[1:]), labels[::-1]
    heads = [label for _, label in outcomes]
    line = [str(figures[f"disputes.{row}.{key}"]) for row in rows for key, _ in outcomes]
    span = [["行政复议*5", "行政诉讼*10"], [*heads, *(f"{label}*5" for label in labels)], ["*5", *heads, *heads], line]
    plain = [*span[:2], [*heads, *heads], line]
    suffix = "html" if write is web else "txt"
    found = read(tmp_path, 4, write(span if write is web else plain), suffix=suffix)
    assert not wrong(found, figures)
    assert write is not web or not found.unreadable.keys() & figures.keys()


@pytest.mark.parametrize("write", [web, tabs, in_a_line, a_line_each])
def test_clauses_below_a_header_in_another_order_are_not_read_in_the_forms(write: Write, tmp_path: Path):
    heads = ["信息内容", "现行有效件数", "本年制发件数", "本年废止件数"]
    rows = [["第二十条第（一）项*4"], heads, ["规章", "23", "1", "2"], ["行政规范性文件", "67", "4", "5"]]
    found = read(tmp_path, 2, write(rows), suffix="html" if write is web else "txt")
    right = {"issued": 1, "repealed": 2, "in_force": 23}
    assert not wrong(found, {f"proactive.rules.{key}": figure for key, figure in right.items()})


@pytest.mark.parametrize("write", [web, tabs])
def test_figures_stand_below_the_header_that_names_them_where_it_has_fewer_columns(write: Write, tmp_path: Path):
    rows = [["第二十条第（一）项*4"], ["信息内容", "本年制发件数", "现行有效件数", ""], ["规章", "1", "23", ""]]
    rows.append(["行政规范性文件", "4", "67", ""])
    found = read(tmp_path, 2, write(rows), suffix="html" if write is web else "txt")
    assert (found.cells["proactive.rules.issued"], found.cells["proactive.rules.in_force"]) == (1, 23)
    assert "proactive.rules.repealed" in found.unreadable


def test_a_row_that_is_left_out_is_not_blank(tmp_path: Path):
    rows = [["第二十条第（一）项", "", "", ""], ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]]
    rows += [["行政规范性文件", "4", "5", "67"], ["第二十条第（五）项", "", "", ""]]
    rows += [["信息内容", "本年处理决定数量", "", ""], ["行政许可", "8", "", ""]]
    found = read(tmp_path, 2, tabs(rows))
    assert found.cells["proactive.normative.in_force"] == 67
    assert "proactive.rules.in_force" in found.unreadable


@pytest.mark.parametrize("write", [web, tabs, a_line_each])
@pytest.mark.parametrize("captions", [("上年情况：", "本年情况："), ("2022年", "2023年"), ("去年", "今年")])
def test_the_caption_right_above_a_table_says_whose_year_it_is(captions: tuple[str, str], write: Write, tmp_path: Path):
    figures = figures_of(APPLICATIONS)
    tables = [[["项目", *COLUMNS], *application_rows(each)] for each in (figures_of(APPLICATIONS, 2), figures)]
    pieces = [piece for caption, rows in zip(captions, tables, strict=True) for piece in (caption, write(rows))]
    found = read(tmp_path, 3, *pieces, suffix="html" if write is web else "txt")
    assert {name: found.cells[name] for name in figures} == figures
    assert "文件中有2张，读取的是说明为2023年的" in told(found)


@pytest.mark.parametrize(
    "caption", ["与2022年相比，申请有所增加：", "公布日期：2022年12月1日", "根据2019年修订的条例："]
)
def test_a_year_that_is_compared_with_or_a_day_is_no_tables(caption: str, tmp_path: Path):
    figures = figures_of(APPLICATIONS)
    first, second = ([["项目", *COLUMNS], *application_rows(each)] for each in (figures, figures_of(APPLICATIONS, 2)))
    found = read(tmp_path, 3, caption, web(first), "其他数据", web(second), suffix="html")
    assert {name: found.cells[name] for name in figures} == figures


def test_of_two_tables_without_captions_the_first_is_read_and_told(tmp_path: Path):
    figures = figures_of(APPLICATIONS)
    first, second = ([["项目", *COLUMNS], *application_rows(each)] for each in (figures, figures_of(APPLICATIONS, 2)))
    found = read(
        tmp_path, 3, "截至2023年12月31日，申请均已登记，办理的结果如下。", web(first), web(second), suffix="html"
    )
    assert {name: found.cells[name] for name in figures} == figures
    assert "文件中有2张，读取的是第一张" in told(found) or "说明为2023年的" in told(found)


@pytest.mark.parametrize(
    ("head", "written", "amount"),
    [
        ("本年收费金额（单位：元）", "125000", "12.5"),
        ("本年收费金额（单位：万元）", "￥125000", "12.5"),
        ("本年收费金额（单位：万元）", "12.5万", "12.5"),
        ("本年收费金额（单位：万元）", "12.5", "12.5"),
        ("本年收费金额（单位：千元）", "125", "12.5"),
    ],
)
@pytest.mark.parametrize("write", [web, in_a_line])
def test_money_is_read_in_the_unit_that_is_written(head: str, written: str, amount: str, write: Write, tmp_path: Path):
    rows = [["第二十条第（五）项*2"], ["信息内容", "本年处理决定数量"], ["行政许可", "8"]]
    rows += [["第二十条第（八）项*2"], ["信息内容", head], ["行政事业性收费", written]]
    found = read(tmp_path, 2, write(rows), suffix="html" if write is web else "txt")
    assert str(found.cells["proactive.fees.amount"]) == amount


@pytest.mark.parametrize(("word", "figure"), [("零", 0), ("0人次", 0), ("暂无", None), ("不适用", None)])
def test_words_for_none_stand_in_their_cells(word: str, figure: int | None, tmp_path: Path):
    figures = figures_of(APPLICATIONS) | {f"applications.new.{c}": 0 for c in ("business", "research", "other")}
    own = [name for name in figures if name.startswith("applications.new.")]
    figures[own[-1]] = sum(figures[name] for name in own[:-1])
    rows = [[word if text == "0" else text for text in row] for row in application_rows(figures)]
    found = read(tmp_path, 3, web([["项目", *COLUMNS], *rows]), suffix="html")
    assert {name: found.cells[name] for name in own} == {name: figures[name] or figure for name in own}


def test_commas_between_thousands_do_not_part_cells(tmp_path: Path):
    figures = {name: figure * 1000 for name, figure in figures_of(APPLICATIONS).items()}
    rows = [[row[0], *(f"{int(text):,}" for text in row[1:])] for row in application_rows(figures)]
    found = read(tmp_path, 3, tabs([["项目", *COLUMNS], *rows]))
    assert {name: found.cells[name] for name in figures} == figures


def test_lines_that_only_draw_and_marks_of_quotation_are_no_text(tmp_path: Path):
    found = read(tmp_path, 5, "------------", "> 公开内容还不够全面。", "> 明年改进。", "============")
    assert found.narrative.parts[5].text == "公开内容还不够全面。\n\n明年改进。"


def test_a_word_alone_on_a_sheet_is_prose(tmp_path: Path):
    book = openpyxl.Workbook()
    lines = [["样县水利局2023年政府信息公开工作年度报告"]]
    for number, heading in enumerate(FORM.parts, 1):
        lines += [[heading], ["无" if number == 6 else "本部分没有要补充的内容。"]]
        lines += [["项目", *COLUMNS], *application_rows(figures_of(APPLICATIONS))] if number == 3 else []
    for line in lines:
        book.active.append(line)
    book.save(tmp_path / "年报.xlsx")
    found = read_published(tmp_path / "年报.xlsx").filing
    assert found.narrative.parts[6].text == "无"


def test_a_list_of_indicators_with_numbers_and_units_is_read_on_a_sheet_of_more_columns(tmp_path: Path):
    figures = figures_of(DISPUTES)
    labels = {cell.name: f"{cell.row.label[-1]}—{cell.column.label[-1]}" for cell in DISPUTES.cells}
    rows = [["指标编号", "指标名称", "计量单位", "数值", "", "", ""]]
    rows += [
        [f"C{n:03}", label, "件", str(figures[name]), "", "", ""] for n, (name, label) in enumerate(labels.items())
    ]
    found = read(tmp_path, 4, web(rows), suffix="html")
    assert {name: found.cells[name] for name in figures} == figures


def test_a_figure_behind_a_letter_is_none(tmp_path: Path):
    rows = [["第二十条第（六）项"], ["信息内容", "本年处理决定数量"], ["行政处罚", "l2"], ["行政强制", "5"]]
    found = read(tmp_path, 2, tabs(rows))
    assert "proactive.penalty.decisions" in found.unreadable
