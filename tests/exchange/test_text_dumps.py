"""Reports as programs copy them out of pages: a cell a line between bars, rows with bars for spans, single spaces."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from govreport.core import Kind
from govreport.exchange.readers.text_reader import read_text_document
from govreport.exchange.recognise.cell_values import read_cell
from govreport.exchange.recognise.lines import lines_of
from govreport.exchange.recognise.published import read_published
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import Table

FORM = Catalogue.read().form_for(2023)
Write = Callable[[list[list[str]]], Iterator[str]]


def cell_a_line(rows: list[list[str]]) -> Iterator[str]:
    """Every cell on a line of its own, a bar on the line after it."""
    for row in rows:
        for text in row:
            yield from (text, "|")


def bars_for_spans(rows: list[list[str]]) -> Iterator[str]:
    """Rows between bars, with more bars where a cell spans columns, blanks for labels that span rows."""
    width = max(map(len, rows))
    for row in rows:
        yield "| " + " | ".join(row) + " |" + "|" * (width - len(row))


def drawn(rows: list[list[str]]) -> Iterator[str]:
    """Rows of a table that is drawn with characters, cells padded with spaces."""
    for row in rows:
        yield "├" + "┼".join("─" * 8 for _ in row) + "┤"
        yield "│" + "│".join(text.ljust(8) for text in row) + "│"
    yield "└" + "─" * 20 + "┘"


def single_spaces(rows: list[list[str]]) -> Iterator[str]:
    """Cells parted by single spaces."""
    for row in rows:
        yield " ".join(text for text in row if text)


def markdown(rows: list[list[str]]) -> Iterator[str]:
    """Rows as Markdown writes them: dots of labels' numbers escaped, emphasis, line breaks, the header's delimiter."""
    for number, row in enumerate(rows):
        *texts, last = row
        yield f"| {' | '.join(text.replace('政府信息', '<br>政府信息') for text in texts)} | **{last}** |".replace(
            ".", "\\."
        )
        if not number:
            yield "|".join(["", *(":-:" for _ in row), ""])


def rows_of(table: Table, figures: dict[str, int]) -> list[list[str]]:
    """A table as rows of texts, header included, labels that span rows written once."""
    rows: list[list[str]] = []
    if table.layout == "line":
        leaves = [column.label[-1] for column in table.columns]
        rows += [["行政复议", "行政诉讼"], [*leaves, "未经复议直接起诉", "复议后起诉"], [*leaves, *leaves]]
        return [*rows, [str(figures[cell.name]) for cell in table.cells]]
    if table.layout == "matrix":
        rows += [[table.corner, "申请人情况"], ["自然人", "法人或其他组织", "总计"]]
        rows.append(["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"])
    seen: set[str] = set()
    for row in table.rows:
        if table.layout == "clauses" and row.label[0] not in seen:
            rows += [[row.label[0]], ["信息内容", *(column.label[-1] for column in row.columns)]]
        labels = [label for label in row.label if label not in seen or label == row.label[-1]]
        seen.update(row.label)
        own = labels[-1:] if table.layout == "clauses" else labels
        rows.append([*own, *(str(figures[f"{table.key}.{row.key}.{column.key}"]) for column in row.columns)])
    return rows


@pytest.mark.parametrize(
    "write",
    [cell_a_line, bars_for_spans, drawn, markdown, single_spaces],
    ids=lambda write: write.__name__,
)
@pytest.mark.parametrize("seed", range(4))
def test_a_dump_of_a_page_is_read(write: Write, seed: int, tmp_path: Path):
    chance = random.Random(seed)
    figures = {name: chance.randint(0, 60) for name in FORM.cells}
    is_markdown = write is markdown
    headings = [f"## {part}" if is_markdown else part for part in FORM.parts]
    title = "示例市林业局2023年政府信息公开工作年度报告"
    lines = [f"**{title}**" if is_markdown else title, headings[0], "全年召开会议3次。"]
    for number, key in enumerate(FORM.tables, 2):
        lines += [headings[number - 1], "该部分以表格形式报告。", *write(rows_of(FORM.tables[key], figures))]
    lines += [headings[4], "人手不足。", headings[5], "没有其他事项。"]
    file = tmp_path / ("年报.md" if is_markdown else "年报.txt")
    file.write_text("\n".join(lines), encoding="utf-8")
    imported = read_published(file)
    filing = imported.filing
    noted = {cell for note in filing.notes for cell in note.cells}
    assert (imported.name, filing.year, filing.unreadable) == ("示例市林业局", 2023, {})
    assert {name: filing.cells[name] for name in figures} == figures, noted
    parts = {number: part.text for number, part in filing.narrative.parts.items()}
    assert parts == {
        1: "全年召开会议3次。", 2: "该部分以表格形式报告。", 3: "该部分以表格形式报告。", 4: "该部分以表格形式报告。",
        5: "人手不足。", 6: "没有其他事项。",
    }  # fmt: skip


def glued(rows: list[list[str]]) -> Iterator[str]:
    """No space between a label and its first figure."""
    for row in rows:
        first = next((n for n, text in enumerate(row) if text.isdigit()), len(row))
        yield (
            "".join(row[: first + 1]) + "".join(f" {text}" for text in row[first + 1 :])
            if row[first:]
            else " ".join(row)
        )


def commas(rows: list[list[str]]) -> Iterator[str]:
    """Cells between commas, as spreadsheets export them, blanks for spans."""
    for row in rows:
        yield ",".join([*row[:1], *[""] * (9 - len(row)), *row[1:]])


def one_paragraph(rows: list[list[str]]) -> Iterator[str]:
    """All rows of a table in one paragraph."""
    yield " ".join(text for row in rows for text in row)


@pytest.mark.parametrize("write", [glued, commas, one_paragraph], ids=lambda write: write.__name__)
@pytest.mark.parametrize("seed", range(3))
def test_the_table_of_applications_is_read_from_text_without_structure(write: Write, seed: int, tmp_path: Path):
    table = FORM.tables["applications"]
    chance = random.Random(seed)
    figures = {cell.name: chance.randint(0, 99) for cell in table.cells}
    lines = ["样县水利局2023年政府信息公开工作年度报告", "一、总体情况", "三、收到和处理政府信息公开申请情况"]
    (tmp_path / "a.txt").write_text("\n".join([*lines, *write(rows_of(table, figures))]), encoding="utf-8")
    found = read_published(tmp_path / "a.txt").filing
    assert {name: found.cells[name] for name in figures} == figures


def test_a_field_longer_than_any_is_left_as_it_is():
    lines = ["a,b,c,d,e,f,g"] * 12 + ["x" * 200_000 + ",1,2,3,4,5,6"]
    blocks = read_text_document("\n".join(lines).encode(), "a.csv").blocks
    assert [getattr(block, "text", "") for block in blocks] == ["a\tb\tc\td\te\tf\tg"] * 12 + lines[-1:]


def test_glued_figures_of_the_old_form_in_a_later_year_are_none_of_the_new_one(tmp_path: Path):
    glued = (
        "二、主动公开政府信息情况第二十条第（一）项信息内容本年新制作数量本年新公开数量对外公开总数量"
        "规章302257规范性文件101433第二十条第（五）项信息内容上一年项目数量本年增/减处理决定数量"
        "行政许可4070其他对外管理服务事项2502548第二十条第（六）项信息内容上一年项目数量本年增/减处理决定数量"
        "行政处罚3804109行政强制603841第二十条第（八）项信息内容上一年项目数量本年增/减行政事业性收费241"
        "第二十条第（九）项信息内容采购项目数量采购总金额政府集中采购559571577.62"
    )
    parts = [f"{heading}\n无。" for heading in Catalogue.read().form_for(2021).parts]
    parts[1] = glued
    text = "\n".join(["青山县教育体育局2021年政府信息公开工作年度报告", *parts, ""])
    (tmp_path / "年报.txt").write_text(text, encoding="utf-8")
    filing = read_published(tmp_path / "年报.txt").filing
    assert filing.form.editions["proactive"] == "2019"
    told = {name for name, figure in filing.cells.items() if name.startswith("proactive") and figure is not None}
    assert told == set(), "no figure is read that three figures made"


def paragraphs(rows: list[list[str]]) -> Iterator[str]:
    """A paragraph a cell, of blanks an empty line more."""
    for row in rows:
        for text in row:
            yield from (text, "") if text else ("",)


def empty_paragraphs(rows: list[list[str]]) -> Iterator[str]:
    """A paragraph a cell, of blanks an empty one."""
    for row in rows:
        for text in row:
            yield from (text, "")


def copied_from_a_browser(rows: list[list[str]]) -> Iterator[str]:
    """Cells that hold paragraphs, a tab alone on a line between two, a blank or nothing in an empty one."""
    for row in rows:
        yield "\n\n\t\n\n".join(text or "\u00a0" * (len(row) % 2) for text in row)
        yield "\n\n"


def framed_cell_a_line(rows: list[list[str]]) -> Iterator[str]:
    """A bar where a row begins, every cell on a line of its own with a bar behind it, bars for what a cell spans."""
    width = max(map(len, rows)) + 2
    for row in rows:
        yield from ("|", *(f"{text} |".strip() for text in row), "|" * (width - len(row)))


def column_by_column(rows: list[list[str]]) -> Iterator[str]:
    """A cell a line; the header as it stands from left to right, a word over several columns first."""
    yield from (rows[0][0], "申请人情况", "法人或其他组织", "自然", "人", *rows[2], "总计")
    for row in rows[3:]:
        yield from row


def set_in_columns(rows: list[list[str]]) -> Iterator[str]:
    """Lines set in columns, the header's words wrapped; blanks leave a gap."""
    for pieces in (
        ["自然", "商业", "科研", "社会公", "法律服", "其他", "总计"],
        ["人", "企业", "机构", "益组织", "务机构"],
    ):
        yield " " * 40 + "".join(f"{text:^8}" for text in pieces)
    for row in rows[3:]:
        yield f"{''.join(row[:-7]):<40}" + "".join(f"{text:^8}" for text in row[-7:])


@pytest.mark.parametrize(
    "write",
    [paragraphs, empty_paragraphs, copied_from_a_browser, framed_cell_a_line, column_by_column, set_in_columns],
    ids=lambda write: write.__name__,
)
def test_blanks_and_columns_are_told_by_where_text_stands(write: Write, tmp_path: Path):
    table = FORM.tables["applications"]
    chance = random.Random(3)
    figures = {cell.name: chance.choice([None, *range(9)]) for cell in table.cells}
    if write is column_by_column:
        figures = {name: figure or 0 for name, figure in figures.items()}
    elif write is framed_cell_a_line:
        figures = dict.fromkeys(figures)  # but for totals of zero
    elif write is set_in_columns:
        figures = {c.name: None if c.column.key == "research" else figures[c.name] or 0 for c in table.cells}
    for row in table.rows:  # what a row adds up to tells a rival apart
        own = [f"applications.{row.key}.{column.key}" for column in table.columns]
        figures[own[-1]] = sum(figures[name] or 0 for name in own[:-1])
    rows = [["" if text == "None" else text for text in row] for row in rows_of(table, figures)]  # type: ignore[arg-type]
    head = ["样县水利局2023年政府信息公开工作年度报告", "一、总体情况", "三、收到和处理政府信息公开申请情况"]
    spaced = [line for text in head for line in (text, "")] if write in (paragraphs, empty_paragraphs) else head
    (tmp_path / "a.txt").write_text("\n".join([*spaced, *write(rows)]), encoding="utf-8")
    found = read_published(tmp_path / "a.txt").filing
    assert {name: found.cells[name] for name in figures} == figures


@pytest.mark.parametrize(
    ("row", "figures"),
    [
        ("政府集中采购05309027.82", (0, Decimal("5309027.82"))),
        ("行政事业性收费24-5", (24, -5)),
        ("行政事业性收费245", (None, None)),
    ],
)
def test_figures_that_came_together_are_parted_where_only_one_way_fits(
    row: str, figures: tuple[object, ...], tmp_path: Path
):
    table = (
        "二、主动公开政府信息情况第二十条第（一）项信息内容本年新制作数量本年新公开数量对外公开总数量"
        "规章0 0 0规范性文件1 1 3第二十条第（五）项信息内容上一年项目数量本年增/减处理决定数量"
        "行政许可4 0 7其他对外管理服务事项2 0 8第二十条第（六）项信息内容上一年项目数量本年增/减处理决定数量"
        "行政处罚3 0 9行政强制1 0 0第二十条第（八）项信息内容上一年项目数量本年增/减{fees}"
        "第二十条第（九）项信息内容采购项目数量采购总金额{procurement}"
    )
    own = {"fees": "行政事业性收费2 0", "procurement": "政府集中采购3 12.5"}
    own["procurement" if "采购" in row else "fees"] = row
    report = [
        "青山县教育体育局2020年政府信息公开工作年度报告",
        "一、总体情况",
        table.format(**own),
        "五、存在的主要问题",
    ]
    text = "\n".join(report)
    (tmp_path / "年报.txt").write_text(text, encoding="utf-8")
    cells = read_published(tmp_path / "年报.txt").filing.cells
    names = ("procurement.projects", "procurement.amount") if "采购" in row else ("fees.items_last_year", "fees.change")
    assert tuple(cells[f"proactive.{name}"] for name in names) == figures


def test_figures_among_the_rows_of_one_table_are_never_another_tables(tmp_path: Path):
    table = Catalogue.read().form_for(2019).tables["proactive"]
    lines = ["样县水利局2019年政府信息公开工作年度报告", "一、总体情况", "二、主动公开政府信息情况"]
    lines += [label for row in table.rows for label in (*(path.label[-1] for path in row.columns), row.label[-1])]
    lines += ["三、收到和处理政府信息公开申请情况", "4.保护第三方合法权益", "5.属于三类内部事务信息", "8", "7", "25"]
    lines += ["6.属于四类过程性信息", "（七）总计", "26", "33", "154", "四、结转下年度继续办理"]
    path = tmp_path / "年报.txt"
    path.write_text("\n".join(dict.fromkeys(lines)), encoding="utf-8")
    assert not any(read_published(path).filing.cells.values())


def test_what_a_site_writes_around_a_report_is_no_prose(tmp_path: Path):
    head = "样县水利局2023年政府信息公开工作年度报告\n栏目: 年报\n微信 微博 文字版\n本报告按要求编制。\n"
    end = "六、其他需要报告的事项\n没有其他事项。\n样县水利局\n2024年1月12日\n手机扫码阅读本页\n"
    (tmp_path / "a.txt").write_text(
        f"{head}一、总体情况\n全年无变化。\n二、主动公开政府信息情况\n无。\n{end}", encoding="utf-8"
    )
    narrative = read_published(tmp_path / "a.txt").filing.narrative
    assert (narrative.parts[0].text, narrative.parts[6].text) == ("本报告按要求编制。", "没有其他事项。")
    assert narrative.signature == "样县水利局\n2024年1月12日"


@pytest.mark.parametrize("bar", ["|", "\t", " "])
def test_a_word_in_place_of_a_rows_first_figure_leaves_the_row_its_others(bar: str, tmp_path: Path):
    rows = [["规章", "若干", "300", "12"], ["行政规范性文件", "4", "5", "6"]]
    head = "样县水利局2023年政府信息公开工作年度报告\n一、总体情况\n全年无变化。\n二、主动公开政府信息情况\n"
    text = head + "\n".join(map(bar.join, rows)) + "\n四、政府信息公开行政复议、行政诉讼情况\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    filing = read_published(tmp_path / "a.txt").filing
    cells = [filing.cells[f"proactive.rules.{key}"] for key in ("issued", "repealed", "in_force")]
    assert cells == [None, 300, 12]
    assert filing.unreadable["proactive.rules.issued"].text == "若干"


def test_lines_at_the_head_and_foot_of_each_page_of_text_are_no_rows(tmp_path: Path):
    table = FORM.tables["applications"]
    figures = {cell.name: n % 7 for n, cell in enumerate(table.cells)}
    title = "样县水利局2023年政府信息公开工作年度报告"
    rows = list(single_spaces(rows_of(table, figures)))
    running = [f"样县水利局{' ' * n}2023年政府信息公开工作年度报告\n\n" for n in (30, 40, 50)]
    parts = [f"{heading}\n没有其他事项。" for heading in FORM.parts]
    pages = [[title, *parts[:2], FORM.parts[2], *rows[:9]], rows[9:17], [*rows[17:], *parts[3:]]]
    text = [[head, *page, "", f"第{n}页 共3页"] for n, (head, page) in enumerate(zip(running, pages, strict=True), 1)]
    (tmp_path / "a.txt").write_text("\n\f".join(map("\n".join, text)), encoding="utf-8")
    filing = read_published(tmp_path / "a.txt").filing
    assert {name: filing.cells[name] for name in figures} == figures
    assert filing.narrative.parts[6].text == "没有其他事项。"


def test_the_quotes_of_a_label_that_fell_on_a_line_with_its_figures_are_no_label(tmp_path: Path):
    table = FORM.tables["applications"]
    figures = {cell.name: n % 7 for n, cell in enumerate(table.cells)}
    rows = "\n".join(single_spaces(rows_of(table, figures))).replace("“三安全一稳定”", " 三安全一稳定\n“ ”")
    assert "“ ” " in rows
    head = "样县水利局2023年政府信息公开工作年度报告\n一、总体情况\n三、收到和处理政府信息公开申请情况\n"
    (tmp_path / "a.txt").write_text(head + rows, encoding="utf-8")
    found = read_published(tmp_path / "a.txt").filing
    assert {name: found.cells[name] for name in figures} == figures


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "the first piece last"])
def test_figures_of_disputes_below_headers_that_are_cut_are_unreadable(turned: bool, tmp_path: Path):
    leaves = "结果\n维持\n结果\n纠正\n其他\n结果\n尚未\n审结\n总\n计\n"
    first = f"行政复议\n行政诉讼\n{leaves}" + "\n".join("31004")
    rest = f"未经复议直接起诉\n复议后起诉\n{leaves}{leaves}" + "\n".join("0120320013")
    head = "样县水利局2023年政府信息公开工作年度报告\n一、总体情况\n无。\n四、政府信息公开行政复议、行政诉讼情况\n"
    pieces = [rest, first] if turned else [first, rest]
    (tmp_path / "a.txt").write_text("\n".join([head, *pieces, "五、存在的主要问题及改进情况"]), encoding="utf-8")
    filing = read_published(tmp_path / "a.txt").filing
    names = {name for name in filing.cells if name.startswith("disputes")}
    assert {filing.cells[name] for name in names} == {None} and names <= filing.unreadable.keys()


def test_figures_that_came_together_as_one_are_parted_where_the_rows_total_tells_how(tmp_path: Path):
    table = FORM.tables["applications"]
    figures = {cell.name: 0 for cell in table.cells}
    for row, natural, business in (("new", 12, 3), ("granted", 12, 2), ("total", 12, 2), ("carried_out", 0, 1)):
        own = {"natural": natural, "business": business, "total": natural + business}
        figures |= {f"applications.{row}.{column}": figure for column, figure in own.items()}
    lines = ["样县水利局2023年政府信息公开工作年度报告", "一、总体情况", "三、收到和处理政府信息公开申请情况"]
    for row in rows_of(table, figures):
        digits = "".join(text for text in row if text.isdigit())
        lines += [*(text for text in row if not text.isdigit()), *filter(None, [digits])]
    (tmp_path / "a.txt").write_text("\n\n".join(lines), encoding="utf-8")
    filing = read_published(tmp_path / "a.txt").filing
    assert {name: filing.cells[name] for name in figures} == figures
    assert any("连在一起" in note.message for note in filing.notes)


def test_a_bare_number_at_the_end_of_a_page_is_the_pages_own():
    found = read_text_document("一、总体情况\n甲。\n1\f乙。\n2\n3\n".encode(), "a.txt")
    assert [getattr(block, "text", "") for block in found.blocks] == ["一、总体情况", "甲。", "乙。", "2", "3"]


def test_a_unit_that_a_space_parts_from_its_figure_belongs_to_it():
    (line,) = lines_of(read_text_document("规章 3 件 4 件 12 件".encode(), "a.txt"))
    assert (line.labels, line.figures) == (("规章",), ("3件", "4件", "12件"))


def test_blanks_that_markdown_spells_out_are_blanks_at_their_places(tmp_path: Path):
    table = FORM.tables["applications"]
    chance = random.Random(2)
    figures = {cell.name: chance.choice([None, None, 0, 2]) for cell in table.cells}
    for row in table.rows:
        *parts, total = (f"applications.{row.key}.{column.key}" for column in row.columns)
        figures[total] = sum(figures[name] or 0 for name in parts) or None
        figures[parts[0]] = figures[parts[0]] or 0
    lines = ["# 样县水利局2023年政府信息公开工作年度报告", "# 三、收到和处理政府信息公开申请情况"]
    for row in rows_of(table, figures):  # type: ignore[arg-type]
        cells = [text.replace("None", "&nbsp;") for text in row]
        lines.append(f"|{'|'.join([*cells[:-7], *[''] * (10 - len(cells)), *cells[-7:]])}|")
    (tmp_path / "a.md").write_text("\n".join(lines), encoding="utf-8")
    found = read_published(tmp_path / "a.md").filing
    assert {name: found.cells[name] for name in figures} == figures


def test_a_letter_in_place_of_a_zero_is_one_and_told():
    line = lines_of(read_text_document("2.重复申请  1 O 0 O O 0 1".encode(), "a.txt"))[0]
    assert line.figures == ("1", "O", "0", "O", "O", "0", "1")
    assert (read_cell("O", Kind("count")).figure, read_cell("O", Kind("count")).remark) == (0, "写作“O”，按0读取")


def test_a_number_on_a_line_above_a_heading_is_the_parts(tmp_path: Path):
    lines = ["样县水利局2023年政府信息公开工作年度报告"]
    for number, part in enumerate(FORM.parts, 1):
        lines += [f"0{number}", part.partition("、")[2], f"第{number}段话。"]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    parts = read_published(tmp_path / "a.txt").filing.narrative.parts
    assert [parts[number].text for number in range(1, 7)] == [f"第{number}段话。" for number in range(1, 7)]


def test_prose_of_markdown_that_holds_tables_of_html_is_read(tmp_path: Path):
    head = "".join(f"<td>{label}</td>" for label in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
    figures = [1, 0, 2, 0, 3, 0, 1, 0, 0, 1, 2, 0, 0, 0, 2]
    table = (
        '<table><tr><td colspan="5">行政复议</td><td colspan="10">行政诉讼</td></tr><tr><td colspan="5"></td>'
        f'<td colspan="5">未经复议直接起诉</td><td colspan="5">复议后起诉</td></tr><tr>{head * 3}</tr>\n<tr>'
        f"{''.join(f'<td>{figure}</td>' for figure in figures)}</tr></table>"
    )
    lines = ["# 样县水利局2023年政府信息公开工作年度报告", "## 一、总体情况", "召开**会议**3次&mdash;4次。"]
    lines += ["## 四、政府信息公开行政复议、行政诉讼情况", "见<b>下</b>表。", table]
    lines += ["## 五、存在的主要问题及改进情况", "<div align=center>", "人手不足。", "</div>"]
    (tmp_path / "a.md").write_text("\n\n".join(lines), encoding="utf-8")
    imported = read_published(tmp_path / "a.md")
    parts = {number: part.text for number, part in imported.filing.narrative.parts.items()}
    assert (imported.name, parts) == ("样县水利局", {1: "召开会议3次—4次。", 4: "见下表。", 5: "人手不足。"})
    assert [imported.filing.cells[cell.name] for cell in FORM.tables["disputes"].cells] == figures
    assert not any("扩展名" in note.message for note in imported.filing.notes)


def test_a_total_that_stands_above_its_parts_is_known_by_its_own_and_its_groups_name(tmp_path: Path):
    table = FORM.tables["applications"]
    rows = {
        row.key: [re.sub(r"^([一二三四]、|（.）|\d\.)", "", row.label[-1]), "1", *"00000", "1"] for row in table.rows
    }
    rows["total"] = ["本年度办理结果总计", "2", *"00000", "2"]
    first = ["new", "carried_in", "total", "carried_out"]
    order = [*first, *(key for key in rows if key not in first)]
    lines = ["样县水利局2023年政府信息公开工作年度报告", "三、收到和处理政府信息公开申请情况"]
    lines += ["    ".join(column.label[-1] for column in table.columns)]
    lines += ["    ".join(rows[key]) for key in order]
    (tmp_path / "a.txt").write_text("\n".join(lines), encoding="utf-8")
    cells = read_published(tmp_path / "a.txt").filing.cells
    assert [cells[f"applications.total.{column.key}"] for column in table.columns] == [2, 0, 0, 0, 0, 0, 2]


def test_a_header_that_names_groups_and_columns_together_is_no_prose(tmp_path: Path):
    table = FORM.tables["disputes"]
    rows = [
        ["-".join((*cell.row.label, *cell.column.label)) for cell in table.cells],
        ["-"] * 15,
        list("100010100120103"),
    ]
    lines = ["# 样县水利局2023年政府信息公开工作年度报告", "## 四、政府信息公开行政复议、行政诉讼情况", "见下表。"]
    lines += [f"|{'|'.join(row)}|" for row in rows]
    (tmp_path / "a.md").write_text("\n".join(lines), encoding="utf-8")
    filing = read_published(tmp_path / "a.md").filing
    assert filing.narrative.parts[4].text == "见下表。"
    assert [filing.cells[cell.name] for cell in table.cells] == [int(figure) for figure in rows[2]]
