"""Prose in a notebook's Markdown cells is read by the rules on prose, since it stands on the page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import nbformat
import pandas as pd
import pytest
from IPython.display import HTML, Image, Markdown
from matplotlib.figure import Figure as MatplotlibFigure

from govreport import assert_adds_up, table
from govreport.charts import figure_chart
from govreport.checks.account import Account
from govreport.checks.checking import check_report
from govreport.checks.findings import Finding, Findings, Waiver
from govreport.checks.report_states import CONSISTENT, INCONSISTENT
from govreport.core import block_text, mime
from govreport.filing import OwnTable
from govreport.filing.project import Project
from govreport.publish.cell_options import has_prose
from govreport.publish.document import Document, read_document
from govreport.publish.review import review_page
from tests.support.analyst import code, markdown, notebook, pixels, shown
from tests.support.projects import GOOD, REPOSITORY, YEAR, make_project

NEW = "applications.new.total"


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Account:
    root = make_project(tmp_path_factory.mktemp("city") / "city", GOOD)
    return Account.of(check_report(Project(root), GOOD, YEAR))


def page(account: Account, *cells: str, hidden: bool = False) -> Document:
    written = [markdown(text) for text in cells]
    for cell in written:
        cell["metadata"] = {"tags": ["remove-cell"]} if hidden else {}
    return read_document(json.loads(json.dumps(notebook(*written, govreport=account.to_json()))))


def rules(document: Document) -> list[str]:
    return [finding.rule for finding in document.asserted]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("全年新收政府信息公开申请77件。", "N1"),
        ("本年公开信息40条，其中门户网站30条、微信公众号20条。", "N2"),
        ("全年公开信息40条，其中门户网站30条，占55%。", "N3"),
        ("本年没有收到政府信息公开申请。", "N5"),
        ("本报告的统计期限自2019年1月1日起至2019年12月31日止。", "T1"),
        ("# 示例市档案局2023年政府信息公开工作年度报告", "T2"),
        ("全年新收申请同比（未填）。", "T3"),
    ],
)
def test_what_a_markdown_cell_says_wrongly_is_a_finding_of_the_report(account: Account, text: str, rule: str) -> None:
    document = page(account, text)
    assert rule in rules(document)
    assert set(document.asserted) <= set(document.account.findings)


def test_the_findings_count_for_the_state_and_are_marked_in_the_review_copy(account: Account) -> None:
    document = page(account, "全年新收政府信息公开申请77件。")
    assert (account.state, document.account.state) == (CONSISTENT, INCONSISTENT)
    assert "<mark" in review_page(document).rpartition("全年新收政府信息公开申请77件")[0][-300:]


def noted() -> dict[str, object]:
    """A table with a note that is wrong, as a notebook shows it."""
    frame = pd.DataFrame({"件数": [3]}, index=pd.Index(["网上"], name="渠道"))
    return table(frame, notes=WRONG)._repr_mimebundle_()  # type: ignore[no-any-return]


WRONG = "全年新收政府信息公开申请77件。"


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("Markdown(text)", nbformat.v4.new_output("display_data", {"text/markdown": WRONG, "text/plain": "<M>"})),
        ("HTML(text)", nbformat.v4.new_output("display_data", {"text/html": f"<p>{WRONG}</p>", "text/plain": "<H>"})),
        ("text", nbformat.v4.new_output("execute_result", {"text/plain": f"'{WRONG}'"}, execution_count=1)),
        ("table(frame, notes=text)", nbformat.v4.new_output("display_data", noted())),
        ("#| output: asis\nprint(text)", nbformat.v4.new_output("stream", name="stdout", text=WRONG)),
    ],
)
def test_what_code_says_wrongly_is_a_finding_as_well(account: Account, source: str, output: dict[str, object]) -> None:
    cell = nbformat.v4.new_code_cell(source, outputs=[output], execution_count=1)
    document = read_document(json.loads(json.dumps(notebook(cell, govreport=account.to_json()))))
    assert WRONG[:-1] in block_text(document.blocks)
    assert rules(document) == ["N1"]


CAPTION = "申请人（全年新收申请77件）"
CHANNELS = {"渠道": ["网络", "当面", "合计"], "件数": [3, 2, 6]}


def drawn() -> object:
    return figure_chart(MatplotlibFigure(figsize=(2, 1)), CAPTION, "图")


@pytest.mark.parametrize(
    "cell",
    [
        lambda: markdown("### 全年新收申请77件"),
        lambda: code(shown(HTML("<h3>全年新收申请77件</h3>"))),
        lambda: code(shown(Image(pixels("PNG"))), source=f"#| fig-cap: {CAPTION}\nshow()"),
        lambda: code(shown(drawn())),
        lambda: code(shown(HTML(f"<table><caption>{CAPTION}</caption><tr><td>乙</td></tr></table>"))),
        lambda: code(shown(pd.DataFrame({"件数": [3]})), source=f"#| tbl-cap: {CAPTION}\nframe"),
        lambda: code(shown(table(pd.DataFrame({"件数": [3]}), CAPTION))),
        lambda: code(shown(table(pd.DataFrame({"新收申请（件）": [77]}, index=["自然人"])))),
        lambda: code(shown(pd.DataFrame({"申请人": ["自然人"], "新收申请（件）": [77]}))),
    ],
)
def test_headings_captions_and_figures_of_tables_are_read_as_sentences_are(
    account: Account, cell: Callable[[], dict[str, object]]
) -> None:
    document = read_document(json.loads(json.dumps(notebook(cell(), govreport=account.to_json()))))
    (finding,) = document.asserted
    assert (finding.rule, finding.identities[0].stated) == ("N1", 77)
    assert finding.message.startswith("第1个")


@pytest.mark.parametrize(
    "show",
    [
        lambda frame: frame,
        lambda frame: frame.set_index("渠道"),
        lambda frame: frame.style.hide(axis="index"),
        lambda frame: frame.set_index("渠道").style,
        lambda frame: Markdown("| 渠道 | 件数 |\n|---|---|\n| 网络 | 3 |\n| 当面 | 2 |\n| 合计 | 6 |"),
    ],
)
def test_a_table_that_code_shows_is_added_up(account: Account, show: Callable[[pd.DataFrame], object]) -> None:
    cell = code(shown(show(pd.DataFrame(CHANNELS))))
    (finding,) = read_document(json.loads(json.dumps(notebook(cell, govreport=account.to_json())))).asserted
    assert (finding.rule, finding.severity) == ("N2", "warning")
    assert finding.message.startswith("第1个代码单元格：表中“件数”列的“合计”为6，其余各行之和为5")


def test_a_table_of_the_report_s_own_is_added_up_once(account: Account) -> None:
    cell = code(shown(table(pd.DataFrame(CHANNELS))))
    document = read_document(json.loads(json.dumps(notebook(cell, govreport=account.to_json()))))
    assert rules(document) == ["S1"]


@pytest.mark.parametrize(
    ("above", "frame"),
    [
        ("### 上年新收申请", pd.DataFrame({"新收申请（件）": [77]}, index=["自然人"])),
        ("### 各部门", pd.DataFrame({"新收申请（件）": [77]}, index=["教育局"])),
        ("### 渠道", pd.DataFrame({"件数": [3, None, 3]}, index=["网络", "当面", "合计"])),
    ],
)
def test_tables_that_are_of_something_else_or_right_are_silent(
    account: Account, above: str, frame: pd.DataFrame
) -> None:
    for view in (frame, table(frame)):
        cells = [markdown(above), code(shown(view))]
        assert not read_document(json.loads(json.dumps(notebook(*cells, govreport=account.to_json())))).asserted


WRONG_TABLE = pd.DataFrame({"申请人": ["自然人"], "新收申请（件）": [77]})


@pytest.mark.parametrize(
    "above",
    [
        [markdown("全年新收申请比上年减少，没有收取信息处理费。")],
        [markdown("上年新收申请情况见下图："), code(shown(figure_chart(MatplotlibFigure(figsize=(2, 1)), "图", "图")))],
        [markdown("上年情况如下："), code(shown(table(pd.DataFrame({"渠道": ["网络"]}))))],
        [markdown("根据条例，示例市民政局发布2023年政府信息公开工作年度报告。统计期限为1月1日至12月31日。")],
    ],
)
def test_a_table_is_read_whatever_stands_above_that_does_not_lead_in_to_it(
    account: Account, above: list[dict[str, object]]
) -> None:
    cells = [*above, code(shown(WRONG_TABLE))]
    found = read_document(json.loads(json.dumps(notebook(*cells, govreport=account.to_json())))).asserted
    assert [(finding.rule, finding.identities[0].stated) for finding in found] == [("N1", 77)]


@pytest.mark.parametrize("above", ["无须收费。上年新收申请见下表。", "上年新收申请构成如下：", "## 上年"])
def test_words_that_lead_in_to_a_table_say_whose_it_is(account: Account, above: str) -> None:
    cells = [markdown(above), code(shown(WRONG_TABLE))]
    assert not read_document(json.loads(json.dumps(notebook(*cells, govreport=account.to_json())))).asserted


def test_names_of_code_in_headers_are_told(account: Account) -> None:
    assert account.filing
    (note,) = read_document(notebook(code(shown(account.filing.frame("applications").head(3))))).notes
    assert note.startswith("第1个代码单元格：表中有“row”、“natural”、“business”，原样排入；")
    assert read_document(notebook(code(shown(pd.DataFrame({"网站": ["info"], "App": [3]}))))).notes == ()


@pytest.mark.parametrize("hidden", [False, True], ids=["shown", "hidden"])
def test_a_finding_names_the_cell_which_is_no_part_of_its_code(account: Account, *, hidden: bool) -> None:
    before = markdown("全年无事。") | {"metadata": {"tags": ["remove-cell"]} if hidden else {}}
    unsummed = assert_adds_up(pd.DataFrame({"发布": [3, 2]}, index=["网站", "合计"]))
    assert unsummed
    carried = nbformat.v4.new_output("display_data", {mime.ASSERTION: unsummed.to_json()})
    asserts, shows = (
        nbformat.v4.new_code_cell("…", outputs=[output], execution_count=1)
        for output in (carried, nbformat.v4.new_output("display_data", {"text/markdown": WRONG}))
    )
    cells = [asserts, before, markdown(WRONG.replace("77", "78")), shows, markdown("{{ assert_equals(1, 2) }}")]
    found = read_document(json.loads(json.dumps(notebook(*cells, govreport=account.to_json())))).asserted
    places = ["第1个代码单元格：", "第2个 Markdown 单元格：", "第2个代码单元格：", "第3个 Markdown 单元格："]
    assert [finding.place for finding in found] == places
    assert all(finding.message.startswith(finding.place) for finding in found)
    assert Findings(map(Finding.from_json, json.loads(json.dumps(Findings(found).to_json())))) == found
    assert (found[0].code, found[0].said) == (unsummed.code, unsummed.message)


def test_a_finding_of_several_cells_is_told_once_with_all_of_them(account: Account) -> None:
    shown = nbformat.v4.new_output("display_data", {"text/markdown": WRONG})
    code = nbformat.v4.new_code_cell("…", outputs=[shown], execution_count=1)
    cells = [markdown("全年无事。"), markdown(WRONG), code, markdown(WRONG)]
    document = read_document(json.loads(json.dumps(notebook(*cells, govreport=account.to_json()))))
    (found,) = document.asserted
    assert found.place == "第2、3个 Markdown 单元格、第1个代码单元格：" and found.message.startswith(found.place)
    (told,) = document.account.findings.errors
    assert told.message == found.message


def test_a_remark_on_a_markdown_cell_names_it(account: Account) -> None:
    notes = page(account, "全年无事。", "共{{ applications.nosuch }}件。", "另有**3件。").notes
    places = {note.partition("：")[0] for note in notes if not note.startswith("页上")}
    assert places == {"第2个 Markdown 单元格", "第3个 Markdown 单元格"}, notes
    assert any(note.startswith("第2个 Markdown 单元格：第1行的表达式 {{ applications.nosuch }}：") for note in notes)


def test_growth_in_a_markdown_cell_is_read_against_last_year(account: Account) -> None:
    assert account.filing and account.last
    now, then = account.filing[NEW], account.last[NEW]
    assert now and then
    text = f"全年新收政府信息公开申请{now}件，比上年增加{now - then + 3}件。"
    assert rules(page(account, text)) == ["N4"]


def test_a_figure_of_last_years_own_table_is_read_and_filled_in_as_in_the_narrative(account: Account) -> None:
    now, last = (OwnTable.read(f"平台,发布信息（条）\n门户网站,{n}\n微信,86\n", "platforms") for n in (120, 100))
    assert account.filing
    filing = replace(account.filing, tables={"platforms": now})
    compared = replace(account, filing=filing, last_tables={"platforms": last})
    (found,) = page(compared, "上年门户网站发布信息130条。").asserted
    assert (found.rule, found.identities[0].expected) == ("N1", 100)
    assert rules(page(compared, "上年门户网站发布信息100条。")) == []
    (text,) = page(
        compared, "{{ yoy('tables.platforms.门户网站') }}，上年{{ last.tables.platforms.门户网站 }}条"
    ).blocks
    assert block_text([text]) == "增长20.0%，上年100条"


def test_figures_that_expressions_fill_in_are_right_and_read_as_they_are_printed(account: Account) -> None:
    text = f"全年新收政府信息公开申请{{{{ {NEW} }}}}件"
    assert rules(page(account, f"{text}。")) == []
    assert rules(page(account, f"{text}，办结90件。")) == ["N1"]


def test_a_line_that_only_speaks_of_annual_reports_is_no_title(account: Account) -> None:
    assert rules(page(account, "按照《政府信息公开工作年度报告》格式编制。")) == []
    assert rules(page(account, "各项措施，见本机关2019年政府信息公开工作年度报告。")) == []


def test_a_cell_that_is_not_on_the_page_and_a_page_that_is_no_report_are_not_read(account: Account) -> None:
    assert not page(account, "全年新收政府信息公开申请77件。", hidden=True).asserted
    assert not read_document(notebook(markdown("全年新收政府信息公开申请77件。"))).asserted


def test_a_waiver_on_a_cell_fits_it_and_is_told_where_nothing_says_so_any_more(account: Account) -> None:
    waiver = Waiver("N1", (), "全市口径", "李审核", "2024-01-25", quote="新收政府信息公开申请77件")
    waived = replace(account, waivers=(waiver,))
    accepted = page(waived, "全年新收政府信息公开申请77件。").account
    assert accepted.state == CONSISTENT and accepted.findings.counts()["waived"] == 1
    told = page(waived, "全年无事。").account.findings
    assert any("没有对应的意见" in finding.message for finding in told)


def test_the_samples_own_notebook_says_nothing_that_rules_could_read() -> None:
    path = REPOSITORY / "notebooks/annual_report.ipynb"
    assert not has_prose(path.read_text(encoding="utf-8"))
    assert any(cell.cell_type == "markdown" for cell in nbformat.read(path, 4).cells)
    assert has_prose(json.dumps(notebook(markdown("## 一\n\n全年无事。"))))
    assert has_prose(json.dumps(notebook(markdown("## 全年新收申请77件"))))
    assert not has_prose("[") and not has_prose(json.dumps(notebook(markdown("## 一\n<!-- 说明\n两行 -->"))))


def test_a_cell_that_wants_last_years_figures_does_not_deny_that_they_were_filed(account: Account) -> None:
    notes = page(replace(account, last=None), "全年新收申请{{ last.applications.new.total }}件。").notes
    assert any("引用了上年数据，但没有可读的上年资料" in note for note in notes), notes
