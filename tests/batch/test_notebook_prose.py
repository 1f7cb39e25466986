"""What a notebook's Markdown cells say wrongly: in the run, in the check after it, accepted by its number."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.projects import GOOD, YEAR, Run, govreport, make_project, replace_in, write_notebook

OPEN = "from govreport import Report\nreport = Report.open(agency, year)\nreport"
CELL = "全年新收政府信息公开申请77件。"


@pytest.mark.parametrize("shown", ["report.table({}, caption='渠道')", "{}"], ids=["in its style", "as it is"])
def test_a_table_that_a_notebook_only_shows_counts_in_the_check_after_the_run(shown: str, tmp_path: Path) -> None:
    root, frame = make_project(tmp_path / "city", GOOD), 'pd.DataFrame({"件数": [3, 2, 6]}, ["网站", "微信", "合计"])'
    statutory = f"{OPEN}.table(\"disputes\"), report.table('applications')\ndisplay(report)"
    write_notebook(root, statutory, forked=True)
    assert "的笔记本中有" not in govreport(root, "check", GOOD, str(YEAR)).stderr, "the check knows these"
    write_notebook(root, f"{statutory}\nimport pandas as pd\n{shown.format(frame)}", forked=True)
    before = govreport(root, "check", GOOD, str(YEAR))
    assert f"{GOOD} {YEAR} 的笔记本中有断言、自编表或文字，尚未运行" in before.stderr
    assert govreport(root, "run", GOOD, str(YEAR), "--formats", "html").returncode == 0
    told = govreport(root, "check", GOOD, str(YEAR))
    assert "“合计”为6，其余各行之和为5" in told.stdout and "有疑点 1" in told.stdout
    assert "的笔记本中有" not in told.stderr


def test_prose_in_a_markdown_cell_counts_in_the_run_and_in_the_check_after_it(tmp_path: Path) -> None:
    root = make_project(tmp_path / "city", GOOD)
    write_notebook(root, OPEN, prose=CELL, forked=True)
    before = govreport(root, "check", GOOD, str(YEAR))
    assert before.returncode == 0 and f"{GOOD} {YEAR} 的笔记本中有断言、自编表或文字，尚未运行" in before.stderr
    made = Run(root, govreport(root, "run", GOOD, str(YEAR), "--formats", "html"))
    assert made.record(GOOD)["state"] == "不一致" and "草稿" in made.page(GOOD)
    first = made.record(GOOD)["findings"][0]
    assert (first["rule"], first["quote"], first["stated"]) == ("N1", CELL, 77)
    told = govreport(root, "check", GOOD, str(YEAR))
    assert told.returncode == 1 and CELL in told.stdout and "笔记本中有" not in told.stderr
    assert govreport(root, "sign", GOOD, str(YEAR), "--by", "李审核").returncode == 1
    (finding, *_) = json.loads(govreport(root, "check", GOOD, str(YEAR), "--format", "json").stdout)
    assert (finding["rule"], finding["cells"]) == ("N1", ["applications.new.total"])
    number = told.stdout.partition("  1-")[2][:6]
    assert govreport(root, "waive", GOOD, str(YEAR), number, "--reason", "全市口径", "--by", "李审核").returncode == 0
    assert "没有对应的意见" not in govreport(root, "check", GOOD, str(YEAR)).stdout, "before it runs again"
    made = Run(root, govreport(root, "run", GOOD, str(YEAR), "--formats", "html"))
    assert (made.record(GOOD)["state"], made.record(GOOD)["counts"]["waived"]) == ("一致", 1)
    after = govreport(root, "check", GOOD, str(YEAR))
    assert after.returncode == 0 and "已接受：全市口径" in after.stdout and "没有对应的意见" not in after.stdout
    replace_in(root / "notebooks/annual_report.ipynb", "77\\u4ef6", "78\\u4ef6")
    govreport(root, "run", GOOD, str(YEAR), "--formats", "html")
    assert "没有对应的意见" in govreport(root, "check", GOOD, str(YEAR)).stdout, "the accepted sentence is gone"
