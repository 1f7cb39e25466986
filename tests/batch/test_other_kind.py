"""Reports of another kind: the project of docs/zh/statistics.md goes through all commands, and no Python knows it."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from govreport.checks.findings import Finding
from govreport.filing.project import Project
from govreport.forms.catalogue import Catalogue
from tests.support.other_kind import AGENCY, YEAR, shown, write_website
from tests.support.projects import REPOSITORY, Run, govreport, replace_in
from tests.support.sources import sources

TITLE = "政府网站年度工作报表"


@pytest.fixture(scope="module")
def website(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The project when the command has made its report, in which nothing is wrong."""
    root = tmp_path_factory.mktemp("website") / "project"
    write_website(root)
    yield Run(root, govreport(root, "run", "--formats", "html,pdf,docx"))


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The project with a wrong total in the form's table, in the analyst's, and in what the notebook asserts."""
    root = tmp_path_factory.mktemp("wrong") / "project"
    folder = write_website(root)
    replace_in(folder / "release.csv", "total,,200", "total,,201")
    replace_in(folder / "tables/columns.csv", "合计,43", "合计,44")
    replace_in(root / "notebooks/annual_report.ipynb", "assert_between(columns, 0)", "assert_between(columns, 0, 40)")
    yield Run(root, govreport(root, "run", "--strict", "--formats", "html"))


def test_a_right_report_has_no_findings_and_all_its_pages(website: Run) -> None:
    assert govreport(website.root, "check").returncode == website.result.returncode == 0, website.result.stderr
    record = website.record(AGENCY)
    assert (record["state"], record["findings"], record["figures"]) == ("一致", [], {"site.visits": 12500})
    page = website.page(AGENCY)
    assert "各栏目办理情况见表1。" in page and "表1　留言办理情况（单位：条）" in page and "政府信息公开" not in page


def test_the_index_and_the_package_speak_of_this_kind_of_report(website: Run) -> None:
    index = (website.root / "output/index.html").read_text(encoding="utf-8")
    assert f"<h1>{TITLE}总览</h1>" in index and "总访问量（次）" in index and "12,500" in index
    shown_text = re.sub(r"<(style|script)>.*?</\1>", "", index, flags=re.DOTALL)
    assert "政府信息公开" not in shown_text and "申请" not in shown_text
    assert govreport(website.root, "package", AGENCY, str(YEAR), "-o", "out.zip").returncode == 0
    with zipfile.ZipFile(website.root / "out.zip") as archive:
        cover = archive.read("说明.txt").decode("utf-8-sig")
        name = f"示例市档案局{YEAR}年{TITLE}"
        data = json.loads(archive.read(f"{name}/{name}（全部数据）.json"))
        own = archive.read(f"{name}/{name}（columns）.csv").decode("utf-8-sig")
    assert f"共1份{TITLE}" in cover and data["tables"]["columns"] == own
    assert own.startswith("栏目,收到留言") and "见表1。" in data["narrative"]["3"]


def test_list_sign_and_new_work_as_for_any_report(website: Run, tmp_path: Path) -> None:
    own = website.copy(tmp_path / "own")
    listed = json.loads(govreport(own.root, "list", str(YEAR), "--json").stdout)
    assert [(line["agency"], line["due"], line["timeliness"]) for line in listed] == [(AGENCY, "2024-01-31", "按期")]
    assert govreport(own.root, "sign", AGENCY, str(YEAR), "--by", "李审核").returncode == 0
    assert govreport(own.root, "new", AGENCY, "2024").returncode == 0
    blank = (own.root / "data" / AGENCY / "2024/narrative.md").read_text(encoding="utf-8")
    assert f"2024年{TITLE}" in blank and "主动公开" not in blank and "# 三、互动交流" in blank


def test_a_notebook_of_another_kind_of_report_says_so(website: Run, tmp_path: Path) -> None:
    own = website.copy(tmp_path / "own")
    shutil.copy(REPOSITORY / "notebooks/comparison.ipynb", own.root / "notebooks")
    told = govreport(own.root, "run", "--notebook", "comparison").stderr.replace("\n", "")
    sentence = f"没有名为“proactive”的表；可用的表：site、release；这是{TITLE}，笔记本应照它的表写。"
    assert f"{AGENCY} {YEAR}  笔记本 notebooks/comparison.ipynb 的第7个代码单元格第1行出错：{sentence}" in told


def test_what_is_wrong_makes_a_draft_and_fails_a_strict_run(wrong: Run) -> None:
    told = govreport(wrong.root, "check")
    assert told.returncode == 1 and all(rule in told.stdout for rule in ("W2", "S1", "S4")), "with the notebook's"
    assert "笔记本中有断言" not in told.stderr
    record = wrong.record(AGENCY)
    assert wrong.result.returncode == 1 and record["state"] == "不一致"
    assert sorted(finding["rule"] for finding in record["findings"]) == ["S1", "S4", "W2"], "with the notebook's"
    assert "草稿：有3项错误未处理" in wrong.page(AGENCY)
    listed = json.loads(govreport(wrong.root, "list", str(YEAR), "--json").stdout)
    assert listed[0]["state"] == "不一致"
    signed = govreport(wrong.root, "sign", AGENCY, str(YEAR), "--by", "李审核")
    assert signed.returncode == 1 and "有3项错误未处理，不能签审" in signed.stderr
    assert "不一致 1" in (wrong.root / "output/index.html").read_text(encoding="utf-8")
    assert govreport(wrong.root, "package", AGENCY, str(YEAR)).returncode == 1


def test_a_page_that_refers_to_a_table_that_is_not_on_it_is_not_published(wrong: Run, tmp_path: Path) -> None:
    own = wrong.copy(tmp_path / "own")
    replace_in(own.root / "data" / AGENCY / str(YEAR) / "narrative.md", "ref('columns')", "ref('colums')")
    told = govreport(own.root, "run", "--formats", "html")
    assert told.returncode == 1 and "文字引用了表 colums，页上没有这张有题目的表" in told.stderr
    printed = told.stdout + told.stderr
    assert printed.count("没有这张有题目的表") == 1 and "leave_out" not in printed
    assert "上次的已过时，已删除" in printed
    assert govreport(own.root, "package", AGENCY, str(YEAR), "--drafts").returncode == 1


def test_the_review_copy_marks_the_analysts_table_and_the_forms(wrong: Run) -> None:
    page = wrong.review(AGENCY)
    for name in ("tables.columns.合计.收到留言", "release.total.count", "tables.columns.局长信箱.收到留言"):
        start = page.partition(f'id="c-{name}"')[2][:120]
        assert "involved" in start or "suspect" in start, name
    assert "自编表的数在范围内" in page


def test_what_the_notebook_found_is_accepted_by_its_code_and_then_the_report_is_right(
    wrong: Run, tmp_path: Path
) -> None:
    own = wrong.copy(tmp_path / "own")
    folder = own.root / "data" / AGENCY / str(YEAR)
    replace_in(folder / "release.csv", "total,,201", "total,,200")
    replace_in(folder / "tables/columns.csv", "合计,44", "合计,43")
    assert govreport(own.root, "run", "--formats", "html").returncode == 0
    (finding,) = own.record(AGENCY)["findings"]
    assert (finding["rule"], len(finding["identities"])) == ("S4", 2) and "43，应不小于0、不大于40" in finding[
        "message"
    ]
    refused = govreport(own.root, "waive", AGENCY, str(YEAR), "1-abcdef", "--reason", "可以", "--by", "李审核")
    assert refused.returncode == 2
    code = Finding.from_json(finding).code
    assert f"1-{code}</small>" in own.review(AGENCY), "where a reader takes it from"
    assert code in own.review(AGENCY), "a reviewer's answer names it"
    assert govreport(own.root, "waive", AGENCY, str(YEAR), code, "--reason", "可以", "--by", "李审核").returncode == 0
    assert "待重新生成" in govreport(own.root, "list", str(YEAR)).stdout, "the check alone knows no assertion"
    unknown = govreport(own.root, "check")
    assert "S4" not in unknown.stdout and f"{AGENCY} {YEAR} 的笔记本中有断言" in unknown.stderr
    signed = govreport(own.root, "sign", AGENCY, str(YEAR), "--by", "李审核")
    assert signed.returncode == 2 and f"{AGENCY} {YEAR} 的报告在生成后有改动，不能签审；请先运行" in signed.stderr
    assert govreport(own.root, "run", "--formats", "html").returncode == 0
    record = own.record(AGENCY)
    assert (record["state"], record["counts"]["waived"]) == ("一致", 1) and "草稿" not in own.page(AGENCY)
    assert "没有对应的意见" not in str(record["findings"])
    replace_in(
        own.root / "notebooks/annual_report.ipynb", "assert_between(columns, 0, 40)", "assert_between(columns, 0)"
    )
    assert govreport(own.root, "run", "--formats", "html").returncode == 0
    (finding,) = own.record(AGENCY)["findings"]
    assert "李审核接受 S4 的一条" in finding["message"] and "没有对应的意见" in finding["message"]
    assert finding["message"] in govreport(own.root, "check").stdout.replace("\n", "")


def test_a_page_of_this_kind_is_brought_back_with_its_tables(website: Run, tmp_path: Path) -> None:
    own = website.copy(tmp_path / "own")
    project = Project(own.root)
    before = project.filing(AGENCY, YEAR)
    document = json.loads(govreport(own.root, "import", str(own.folder(AGENCY) / "report.html"), "--json").stdout)
    assert document["cells"] == before.to_json()["cells"]
    assert document["tables"] == before.to_json()["tables"]


def test_forms_about_something_else_stand_alone_and_no_python_knows_of_them(website: Run) -> None:
    catalogue = Project(website.root).catalogue
    assert list(catalogue.editions) == ["website"] and catalogue.form_for(2019).title == TITLE
    assert list(Catalogue.read().editions) == ["2019", "2021"]
    assert not [path for path, text in sources().items() if "网站年度" in text or "website" in text.lower()]
    assert "subject = " in shown("{ .toml }")
