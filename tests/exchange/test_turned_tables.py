"""Tables whose rows and columns stand the other way round than the form's."""

from __future__ import annotations

from pathlib import Path

import pytest

from govreport.core import Grid
from govreport.exchange.recognise.published import read_published
from govreport.filing import Filing, Project
from govreport.tables import statutory_grid
from tests.support.projects import REPOSITORY


def own_filing(year: int) -> Filing:
    return Project(REPOSITORY).filing("shili-dongcheng", year)


def turned(grid: Grid) -> str:
    columns = [sorted((c for c in grid.cells if c.column == n), key=lambda c: c.row) for n in range(grid.width)]
    rows = ("".join(f"<td rowspan={c.columns} colspan={c.rows}>{c.text}</td>" for c in column) for column in columns)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


@pytest.mark.parametrize("year", [2020, 2023])
def test_a_table_that_stands_the_other_way_round_is_read_and_told(year: int, tmp_path: Path):
    own, path = own_filing(year), tmp_path / "report.html"
    title = f"<h1>示例市教育局{year}年政府信息公开工作年度报告</h1><h2>三、收到和处理政府信息公开申请情况</h2>"
    path.write_text(title + turned(statutory_grid(own, "applications")), encoding="utf-8")
    read = read_published(path).filing
    names = [name for name in own.cells if name.startswith("applications.")]
    assert {name: read.cells[name] for name in names} == {name: own.cells[name] for name in names}
    assert read.unreadable.keys().isdisjoint(names)
    (note,) = [note for note in read.notes if "不是按行排列的，按各数的行名和列名读取" in note.message]
    assert set(note.cells) == set(names)


def test_what_another_table_was_read_from_is_not_turned(tmp_path: Path):
    own, path = own_filing(2023), tmp_path / "report.html"
    grid = statutory_grid(own, "applications")
    rows = [
        "".join(f"<td rowspan={c.rows} colspan={c.columns}>{c.text}</td>" for c in grid.cells if c.row == row)
        for row in range(grid.height)
    ]
    title = "<h1>示例市教育局2023年政府信息公开工作年度报告</h1><h2>三、收到和处理政府信息公开申请情况</h2>"
    kept = (*rows[:7], *rows[8:10], *rows[11:15], *rows[16:25], *rows[26:])
    drawn = "".join(f"<tr>{row}</tr>" for row in kept)
    path.write_text(f"{title}<table>{drawn}</table>", encoding="utf-8")
    read = read_published(path).filing
    assert not [name for name, value in read.cells.items() if value is not None and name.startswith("disputes.")]
    assert [note for note in read.notes if "没有读出第四部分" in note.message]


def test_of_several_years_tables_that_stand_the_other_way_round_the_reports_own_is_read(tmp_path: Path):
    path = tmp_path / "report.html"
    tables = "".join(
        f"<p>{year}年申请情况</p>{turned(statutory_grid(own_filing(year), 'applications'))}" for year in (2022, 2023)
    )
    title = "<h1>示例市教育局2023年政府信息公开工作年度报告</h1><h2>三、收到和处理政府信息公开申请情况</h2>"
    path.write_text(title + tables, encoding="utf-8")
    read, own = read_published(path).filing, own_filing(2023)
    names = [name for name in own.cells if name.startswith("applications.")]
    assert {name: read.cells[name] for name in names} == {name: own.cells[name] for name in names}
