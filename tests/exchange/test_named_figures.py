"""Reports that name their figures one by one, in lists or one below the other, in place of drawn tables."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govreport.core import plain_paragraph
from govreport.exchange.recognise.named_figures import find_named
from govreport.exchange.recognise.published import read_published
from govreport.filing.filing import Filing
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import Row, Table

FORM = Catalogue.read().form_for(2023)
APPLICATIONS = FORM.tables["applications"]
Figures = dict[str, int]
Write = Callable[[Table, Figures], Iterator[str]]


def told(table: Table, row: Row, figures: Figures) -> list[tuple[str, int]]:
    """The labels of a row's columns, each with its figure."""
    names = [re.sub("（.*", "", column.label[-1]) for column in row.columns]
    return [(name, figures[f"{table.key}.{row.key}.{c.key}"]) for name, c in zip(names, row.columns, strict=True)]


def headed(table: Table) -> Iterator[tuple[list[str], Row]]:
    """Rows, each with the headings of groups that begin there."""
    seen: set[str] = set()
    for row in table.rows:
        yield [label for label in row.label[:-1] if label not in seen], row
        seen.update(row.label)


def a_line_a_row(table: Table, figures: Figures) -> Iterator[str]:
    """A row's figures, each behind the label of its column, or of its row and its column."""
    for heads, row in headed(table):
        cells = told(table, row, figures)
        if table.layout == "matrix":
            yield from (*heads, row.label[-1])
            yield "、".join(f"{name}{figure}件" for name, figure in cells)
        elif table.layout == "line":
            yield f"{'——'.join(row.label)}：{'，'.join(f'{name}{figure}件' for name, figure in cells)}"
        else:
            yield from (f"{row.label[-1]}{name}：{figure}" for name, figure in cells)


def a_list_a_column(table: Table, figures: Figures) -> Iterator[str]:
    """Lists of rows below the name of a column, or of columns below that of a row."""
    for n, column in enumerate(table.columns if table.layout == "matrix" else ()):
        yield f"【申请人类型：{'／'.join(column.label[1:])}】"
        for heads, row in headed(table):
            yield from (*heads, f"  {row.label[-1]}\t{told(table, row, figures)[n][1]}")
    for row in table.rows if table.layout != "matrix" else ():
        yield " ".join(row.label)
        yield from (f"    {name} = {figure}" for name, figure in told(table, row, figures))


def column_after_column(table: Table, figures: Figures) -> Iterator[str]:
    """The names of all rows of a group, then each column's name and figures, a line each."""
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        groups.setdefault(row.label[0] if table.layout == "clauses" else row.key * (table.layout == "line"), []).append(
            row
        )
    for rows in groups.values():
        yield from (label for row in rows for label in row.label[-2:])
        for n, column in enumerate(rows[0].columns):
            yield from column.label[1:] or column.label
            yield from (str(told(table, row, figures)[n][1]) for row in rows)


def below_labels(table: Table, figures: Figures) -> Iterator[str]:
    """A row's figures below its name; the columns are told once, or where a row has others than the one before."""
    shown = ""
    for heads, row in headed(table):
        names, values = zip(*told(table, row, figures), strict=True)
        if table.layout != "clauses" and not shown:
            yield (shown := f"（每行依次为：{'、'.join(names)}）")
        yield from (*heads, f"▍{row.label[-1]}")
        if table.layout == "clauses":
            yield " / ".join(names)
        yield " / ".join(map(str, values))


WRITERS: list[Write] = [a_line_a_row, a_list_a_column, column_after_column, below_labels]


def balanced(chance: random.Random) -> Figures:
    figures = {name: chance.randint(0, 9) for name in FORM.cells}
    for table in (APPLICATIONS, FORM.tables["disputes"]):
        for row in table.rows:
            *parts, total = (f"{table.key}.{row.key}.{column.key}" for column in row.columns)
            figures[total] = sum(figures[name] for name in parts)
    return figures


def read(lines: list[str], folder: Path) -> Filing:
    (folder / "年报.txt").write_text("\n".join(lines), encoding="utf-8")
    return read_published(folder / "年报.txt").filing


def report(tables: dict[str, list[str]]) -> list[str]:
    lines = ["样县林业局2023年政府信息公开工作年度报告", FORM.parts[0], "全年召开会议3次。"]
    for heading, own in zip(FORM.parts[1:4], tables.values(), strict=True):
        lines += [heading, *own]
    return [*lines, FORM.parts[4], "人手不足。", FORM.parts[5], "没有其他事项。"]


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@pytest.mark.parametrize("seed", range(2))
def test_figures_that_labels_name_one_by_one_are_read(write: Write, seed: int, tmp_path: Path):
    chance = random.Random(seed)
    figures = {name: chance.randint(0, 60) for name in FORM.cells} if seed else balanced(chance)
    filing = read(report({key: [*write(table, figures)] for key, table in FORM.tables.items()}), tmp_path)
    assert (filing.unreadable, filing.cells) == ({}, figures)
    parts = {number: part.text for number, part in filing.narrative.parts.items() if part.text}
    assert parts == {1: "全年召开会议3次。", 5: "人手不足。", 6: "没有其他事项。"}


def lose_line(lines: list[str], n: int) -> None:
    del lines[n]


def misread_label(lines: list[str], n: int) -> None:
    lines[n] = lines[n][: len(lines[n]) // 3] + "某某" + lines[n][len(lines[n]) // 3 + 3 :]


def lose_figure(lines: list[str], n: int) -> None:
    lines[n] = re.sub(r"\d+(?=\D*$)", "", lines[n])


def stray_figure(lines: list[str], n: int) -> None:
    lines.insert(n, "3")


@pytest.mark.parametrize("slip", [lose_line, misread_label, lose_figure, stray_figure], ids=lambda slip: slip.__name__)
@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
def test_no_slip_in_a_list_gives_a_figure_that_is_wrong(
    write: Write, slip: Callable[[list[str], int], None], tmp_path: Path
):
    chance = random.Random(5)
    figures = balanced(chance)
    for key in ("applications", "applications", "applications", "disputes", "proactive"):
        tables = {each: [*write(table, figures)] for each, table in FORM.tables.items()}
        n = chance.randrange(len(tables[key]))
        slip(tables[key], n)
        filing = read(report(tables), tmp_path)
        noted = {cell for note in filing.notes for cell in note.cells}.union(filing.unreadable)
        wrong = {name for name, figure in filing.cells.items() if figure != figures.get(name) and name not in noted}
        assert not wrong, tables[key][max(0, n - 2) : n + 2]


def totals(figures: Figures) -> list[str]:
    return [f"{row.label[-1]}………………{told(APPLICATIONS, row, figures)[-1][1]}" for row in APPLICATIONS.rows]


@pytest.mark.parametrize("heading", ["", "个人", "自然人申请办理情况如下", "自然人申请3件，办理情况如下"])
def test_figures_of_rows_whose_columns_are_not_named_are_nobodys(heading: str, tmp_path: Path):
    lists = [heading, *totals(balanced(random.Random(1)))]
    filing = read(report({"proactive": [], "applications": lists, "disputes": []}), tmp_path)
    assert not [name for name, figure in filing.cells.items() if figure is not None]


def test_a_unit_of_money_that_is_not_the_forms_is_not_taken_for_it(tmp_path: Path):
    proactive = [
        "规章",
        "本年制发件数：1",
        "行政许可：3件",
        "行政处罚：0件",
        "行政事业性收费",
        "本年收费金额（单位：元）：12000",
    ]
    filing = read(report({"proactive": proactive, "applications": [], "disputes": []}), tmp_path)
    fees = "proactive.fees.amount"
    assert (filing.cells["proactive.licensing.decisions"], filing.cells[fees]) == (3, None)
    assert fees in filing.unreadable


def test_figures_above_their_labels_are_not_those_of_the_labels_before_them():
    rules = ["本年制发件数", "本年废止件数", "现行有效件数", "3", "1", "8", "规章", "6", "2", "9", "行政规范性文件"]
    others = ["本年处理决定数量", "12", "行政处罚", "30", "行政强制"]
    table = FORM.tables["proactive"]
    assert not find_named([plain_paragraph(line) for line in rules + others], table).is_found
    below = ["规章", *rules[:6], "行政处罚", *others[:2]]
    assert list(find_named([plain_paragraph(line) for line in below], table).texts.values()) == ["3", "1", "8", "12"]


@pytest.mark.parametrize(
    "text",
    [
        "行政复议\n结果维持\n" * 20_000,
        "自然人3件，" * 50_000,
        "…" * 200_000 + "甲",
        "规章" + "1," * 150_000 + "甲",
        "规章\n" + "3\n" * 20_000,
        "规章本年制发件数：1\n" * 20_000 + "规章本年制发件数：2",
        "、".join(f"甲{n}乙" for n in range(50_000)),
    ],
    ids=["labels", "figures of one line", "leaders", "digits", "figures", "one cell", "words"],
)
def test_a_list_that_no_report_has_takes_no_long_time(text: str):
    blocks = [plain_paragraph(line) for line in text.split("\n")]
    assert not any(find_named(blocks, table).is_found for table in FORM.tables.values())
