"""Reports that a spreadsheet saved as comma-separated values, and commas that part nothing."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from papers import filing

from govreport.exchange.comma_separated import with_grids
from govreport.exchange.published import read_published
from govreport.tables import statutory_table


def test_every_figure_of_a_report_saved_as_comma_separated_values_is_read(tmp_path: Path):
    made = filing(2022)
    text = io.StringIO("示例市人民政府办公室2022年政府信息公开工作年度报告\n", newline="")
    text.seek(0, io.SEEK_END)
    for key in made.form.tables:
        table = statutory_table(made, key)
        text.write(f"{made.form.parts[made.form.tables[key].part - 1]}\n")
        for line in table.grid():
            csv.writer(text).writerow([cell.text if begins else "" for cell, begins in line])
    (tmp_path / "a.csv").write_text(text.getvalue(), encoding="utf-8-sig")
    found = read_published(tmp_path / "a.csv").filing
    assert not found.unreadable and found.cells == made.cells


@pytest.mark.parametrize(
    "lines",
    [
        ["新收 1,204,333", "办结 1,104,222", "结转 1,004,111"],
        ["1,204 3,400 5,600", "1,204 3,400 5,600", "1,204 3,400 5,600"],
        ["甲,乙\t3,4", "甲,乙\t3,4", "甲,乙\t3,4"],
        ["甲,乙,丙", "丁,戊,己", "其中,自然人2件,企业1件,其他0件"],
    ],
    ids=["thousands", "figures beside each other", "tabs", "too few alike"],
)
def test_commas_that_part_no_cells_leave_lines_as_they_are(lines: list[str]):
    assert list(with_grids(lines)) == lines
