"""The signing sheet tells of a report's notebook what `check` and `sign` know, and whether the last run stands."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from tests.support.projects import GOOD, YEAR, govreport, make_project, write_notebook

OPEN = "import pandas as pd\nfrom govreport import Report, assert_adds_up\nreport = Report.open(agency, year)\n"
FAILING = "own = pd.DataFrame({'件数': [1, 2, 4]}, index=['甲', '乙', '合计'])\ndisplay(assert_adds_up(own))\nreport"
CELL = "全年新收政府信息公开申请99件。"
REPORT = (GOOD, str(YEAR))
NOT_COUNTED = "笔记本中的意见不在内"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    made = make_project(tmp_path / "city", GOOD)
    write_notebook(made, OPEN + FAILING, prose=CELL, forked=True)
    return made


def sheet_of(root: Path) -> dict[str, str]:
    """The texts of the sheet by the first words of their rows."""
    assert govreport(root, "sign", *REPORT, "--sheet", "s.pdf", "--force").returncode == 0
    with pdfium.PdfDocument(root / "s.pdf") as pages:
        text = "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)
    rows = ("报告", "校验结果", "已接受的意见", "未处理的意见", "未处理的批注", "已签审", "资料指纹")
    places = [text.index(row) for row in rows[1:]]
    first = text.rindex(rows[0], 0, places[0])
    return {
        row: text[start + len(row) : end]
        for row, start, end in zip(rows, [first, *places], [*places, len(text)], strict=True)
    }


def run(root: Path) -> None:
    govreport(root, "run", *REPORT, "--formats", "html")


def test_the_sheet_tells_what_the_notebook_says_wrongly_and_what_of_it_is_accepted(root: Path) -> None:
    told = sheet_of(root)
    assert told["报告"] == f"未生成（{NOT_COUNTED}）" and told["校验结果"].startswith("一致")
    comments = root / f"data/{GOOD}/{YEAR}/comments.toml"
    comments.write_text("", encoding="utf-8")
    run(root)
    checked = govreport(root, "check", *REPORT)
    assert "错误2项" in checked.stdout and CELL in checked.stdout
    for text in ("", '[[comment]]\ntext = "请核对口径。"\nby = "李审核"\ndate = 2024-01-20\n'):
        comments.write_text(text, encoding="utf-8")
        told = sheet_of(root)
        assert told["报告"] == "草稿，不得公布" and told["校验结果"] == "不一致（错误2项）"
        assert "99件" in told["未处理的意见"] and "S1" in told["未处理的意见"] and told["已接受的意见"] == "无"
    assert "请核对口径。" in told["未处理的批注"]
    numbers = [word for word in govreport(root, "check", *REPORT).stdout.split() if word[:2] in ("1-", "2-")]
    for number in numbers:
        govreport(root, "waive", *REPORT, number, "--reason", "口径不同", "--by", "李审核")
    assert sheet_of(root)["报告"] == f"待重新生成（{NOT_COUNTED}）"
    run(root)
    told = sheet_of(root)
    assert told["报告"] == "已生成" and told["未处理的意见"] == "无"
    assert told["已接受的意见"].count("（口径不同；李审核，") == 2 and "99件" in told["已接受的意见"]


def test_a_run_that_failed_is_told_on_the_sheet_and_by_the_check(root: Path) -> None:
    write_notebook(root, OPEN + "1 / 0", prose=CELL, forked=True)
    run(root)
    told = sheet_of(root)["报告"]
    assert told.startswith("失败（") and "ZeroDivisionError" in told and told.endswith(f"；{NOT_COUNTED}）")
    assert f"{GOOD} {YEAR} 的笔记本中有断言、自编表或文字，" in govreport(root, "check", *REPORT).stderr
