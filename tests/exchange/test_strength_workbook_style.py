"""Texts in the cells of a workbook stay texts in every spreadsheet program."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from govreport.exchange.workbook.workbook_style import put


@pytest.mark.parametrize(
    ("text", "quoted"),
    [("=1+1", True), ("+1", True), ("-1", True), ("@SUM(A1)", True), ("'=1", True), ("约3", False), ("甲=乙", False)],
)
def test_a_text_that_a_spreadsheet_would_run_is_a_quoted_text(text: str, quoted: bool, tmp_path: Path) -> None:
    book = Workbook()
    put(book.active.cell(1, 1), text)
    book.save(tmp_path / "book.xlsx")
    cell = load_workbook(tmp_path / "book.xlsx").active.cell(1, 1)
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (text, "s", quoted)
