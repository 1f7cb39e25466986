"""Texts that a spreadsheet would run, in the CSV files of a filing."""

from __future__ import annotations

import pytest

from govreport.filing.filing import Filing
from govreport.filing.table_files import table_csv

CELL = "disputes.reconsideration.upheld"


def line_of(text: str) -> str:
    """The line of the CSV file whose cell holds a text that is no figure."""
    filing = Filing.from_cells("demo", "示例局", 2023, {CELL: text})
    return next(
        line for line in table_csv(filing, filing.form.tables["disputes"]).splitlines() if "reconsideration" in line
    )


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1+1"])
def test_a_text_in_a_cell_never_reaches_a_spreadsheet_as_a_formula(text: str) -> None:
    assert line_of(text).split(",")[2] == f"'{text}"


@pytest.mark.parametrize("text", ["约3", "甲=乙", "三"])
def test_other_texts_are_written_as_they_are(text: str) -> None:
    assert line_of(text).split(",")[2] == text


def test_a_negative_figure_is_a_figure_and_no_formula() -> None:
    filing = Filing.from_cells("demo", "示例局", 2020, {"proactive.licensing.change": -3})
    assert ",change,-3\n" in table_csv(filing, filing.form.tables["proactive"])
