"""A page is whole, or it is named what is missing: proved on the blocks that are about to be written."""

from __future__ import annotations

import copy
import io
import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import nbformat
import pdfplumber
import pytest
from nbconvert.exporters import get_exporter
from nbconvert.preprocessors import ExecutePreprocessor

from govreport.checks.account import Account
from govreport.checks.checking import check_report
from govreport.checks.findings import Finding, Findings, Identity
from govreport.checks.report_states import INCONSISTENT
from govreport.core import mime
from govreport.core.errors import GovReportError
from govreport.filing import OwnTable
from govreport.filing.filing import Filing
from govreport.filing.project import Project
from govreport.notebook.report import Report
from govreport.publish.document import read_document
from govreport.publish.proof import Proof, prove
from govreport.publish.review import review_page
from govreport.tables.table_view import table
from tests.support.analyst import code, shown
from tests.support.projects import GOOD, YEAR, Run

Notebook = dict[str, Any]
UNTOLD = Finding(GOOD, YEAR, "error", "相差1。", (Identity("D1", ("applications.new.total",), 5, 6),))
TABLE, PART = 'report.table("applications")', "report.section(3)"
NO_TABLE = "缺表“收到和处理政府信息公开申请情况”"


@pytest.fixture
def executed(sample: Run) -> Notebook:
    """The executed notebook of a report that came out right."""
    return json.loads((sample.folder(GOOD) / "report.ipynb").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def account(sample: Run) -> Account:
    return Account.of(check_report(Project(sample.root), GOOD, YEAR))


@pytest.fixture(scope="module")
def filing(account: Account) -> Filing:
    assert account.filing
    return account.filing


def cell(notebook: Notebook, source: str) -> Notebook:
    """The code cell whose source begins with a text."""
    return next(cell for cell in notebook["cells"] if "".join(cell["source"]).startswith(source))


def proved(notebook: Notebook, filing: Filing) -> Proof:
    document = read_document(notebook)
    return prove(document, notebook, replace(document.account, filing=filing))


def state(notebook: Notebook, name: str, text: str) -> None:
    """Change a figure in the table of applications."""
    data = cell(notebook, TABLE)["outputs"][0]["data"]
    rows = data["application/vnd.govreport.table+json"]["body"]
    next(figure for row in rows for figure in row if figure.get("name") == name)["text"] = text


def delete(source: str) -> Callable[[Notebook], object]:
    return lambda notebook: notebook["cells"].remove(cell(notebook, source))


def delete_account(notebook: Notebook) -> None:
    delete("from govreport")(notebook)
    notebook["metadata"]["govreport"] = {"engine": "forked"}


def tag(source: str, *tags: str) -> Callable[[Notebook], object]:
    return lambda notebook: cell(notebook, source)["metadata"].update(tags=list(tags))


def clear(source: str, **values: Any) -> Callable[[Notebook], object]:
    return lambda notebook: cell(notebook, source).update(outputs=[], **values)


def move(source: str, place: int) -> Callable[[Notebook], object]:
    def do(notebook: Notebook) -> None:
        moved = cell(notebook, source)
        notebook["cells"].remove(moved)
        notebook["cells"].insert(place, moved)

    return do


def fail(source: str, name: str) -> Callable[[Notebook], object]:
    error = {"output_type": "error", "ename": name, "evalue": "0", "traceback": []}
    return lambda notebook: cell(notebook, source)["outputs"].append(error)


def twice(source: str) -> Callable[[Notebook], object]:
    return lambda notebook: notebook["cells"].append(copy.deepcopy(cell(notebook, source)))


def write(text: str) -> Callable[[Notebook], object]:
    return lambda notebook: notebook["cells"].append({"cell_type": "markdown", "metadata": {}, "source": text})


SPOILT = {
    "a cell was deleted": (delete(TABLE), NO_TABLE),
    "a part was deleted": (delete(PART), "缺“三、收到和处理政府信息公开申请情况”"),
    "the prose after a table was deleted": (delete("report.section(6)"), "缺“六、其他需要报告的事项”"),
    "the preamble was deleted": (delete("report.section(0)"), "前言缺文字“"),
    "the cell of the title was deleted": (delete_account, "没有本报告的标题、署名和数据"),
    "a table is tagged remove-cell": (tag(TABLE, "remove-cell"), NO_TABLE),
    "a table is tagged remove-output": (tag(TABLE, "remove-output"), NO_TABLE),
    "an output was cleared": (clear(TABLE, execution_count=None), "没有运行"),
    "a cell cleared its own output": (clear(TABLE), NO_TABLE),
    "a cell was interrupted": (fail("report.chart", "KeyboardInterrupt"), "中途停止（KeyboardInterrupt）"),
    "a cell that may raise did": (fail("report.chart", "ValueError"), "中途停止（ValueError）"),
    "a cell left the notebook": (fail("report.chart", "SystemExit"), "中途停止（SystemExit）"),
    "a table was dragged up": (
        move(TABLE, 5),
        "表“收到和处理政府信息公开申请情况”排在“三、收到和处理政府信息公开申请情况”之前",
    ),
    "a part is printed twice": (twice("report.section(6)"), "“六、其他需要报告的事项”出现了2次"),
    "a table is printed twice": (twice(TABLE), "表“收到和处理政府信息公开申请情况”出现了2次"),
    "the preamble is printed twice": (twice("report.section(0)"), "重复；"),
    "a part has a second heading": (
        write("# 二、主动公开情况补充"),
        "“二、主动公开政府信息情况”之外又有同一编号的标题“二、主动公开情况补充”",
    ),
    "a part was dragged down": (move("report.section(1)", 99), "“二、主动公开政府信息情况”排在“一、总体情况”之前"),
}
"""What may happen to a notebook, and what is told of it."""


def test_a_report_as_the_shipped_notebook_makes_it_is_whole_for_every_year_of_the_sample(sample: Run):
    for path in sample.root.glob("output/*/*/report.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        checked = check_report(Project(sample.root), path.parent.name, int(path.parents[1].name))
        assert prove(read_document(notebook), notebook, Account.of(checked)) == Proof(), path


@pytest.mark.parametrize("name", SPOILT)
def test_whatever_is_missing_is_named_in_one_sentence_when(name: str, executed: Notebook, filing: Filing):
    spoil, told = SPOILT[name]
    spoil(executed)
    sentence = proved(executed, filing).sentence
    assert told in sentence and sentence.startswith("内容不完整：") and sentence.count("。") == 1


def test_headings_below_those_of_parts_may_have_their_numbers(executed: Notebook, filing: Filing):
    write("## 二、平台建设\n\n# 七、附表\n\n# 补充说明")(executed)
    assert proved(executed, filing) == Proof()


def test_a_figure_that_differs_is_named_with_its_cell_what_is_stated_and_what_was_expected(executed, filing):
    state(executed, "applications.new.total", "8")
    assert "“一、本年新收政府信息公开申请数量”的“总计”为8，应为6；" in proved(executed, filing).sentence


def test_a_table_of_another_year_is_no_table_of_this_report(executed: Notebook, sample: Run):
    earlier = Account.of(check_report(Project(sample.root), GOOD, YEAR - 1)).filing
    sentence = proved(executed, earlier).sentence
    assert "没有本报告的标题、署名和数据" in sentence and "为" in sentence and "应为" in sentence


def test_a_notebook_made_of_last_years_executed_one_has_this_years_title(
    executed: Notebook, sample: Run, filing: Filing
):
    earlier = Account.of(check_report(Project(sample.root), GOOD, YEAR - 1))
    shown = {"output_type": "display_data", "metadata": {}, "data": {mime.REPORT: executed["metadata"]["govreport"]}}
    cell(executed, PART)["outputs"].append(shown)  # as in a notebook that somebody ran; a batch keeps it once
    executed["metadata"]["govreport"] = earlier.to_json()
    assert f"{YEAR}年" in "".join(read_document(executed).title)
    assert proved(executed, filing) == Proof()


def test_last_years_table_may_stand_beside_this_years(executed: Notebook, filing: Filing):
    own = cell(executed, TABLE)
    other = copy.deepcopy(executed)
    state(other, "applications.new.total", "7")
    executed["cells"].insert(executed["cells"].index(own), cell(other, TABLE))
    proof = proved(executed, filing)
    assert proof.sentence == "" and proof.notes == (
        "页面上另有数字与本报告资料不同的表“收到和处理政府信息公开申请情况”；请核对是否其他年度或机构的。",
    )


def test_figures_that_were_changed_in_the_notebook_are_refused_wherever_they_are_shown(
    executed: Notebook, sample: Run, filing: Filing
):
    report, own = Report.open(GOOD, YEAR, sample.root), cell(executed, TABLE)
    before, after = copy.deepcopy(own), copy.deepcopy(own)
    report.filing.set("applications.new.total", 999)
    before["outputs"][0]["data"] = report.table("disputes")._repr_mimebundle_()
    after["outputs"][0]["data"] = report.filing.applications._repr_mimebundle_()
    executed["cells"].append(after)
    assert "“收到和处理政府信息公开申请情况”（在笔记本中改过，没有保存到项目）" in proved(executed, filing).sentence
    executed["cells"][-1] = before
    assert "改过" not in proved(executed, filing).sentence, "its figures are those of the filing"
    earlier = Report.open(GOOD, YEAR - 1, sample.root).table("applications")
    executed["cells"][-1] = {**after, "outputs": [{**after["outputs"][0], "data": earlier._repr_mimebundle_()}]}
    assert proved(executed, filing).sentence == "" and proved(executed, filing).notes, "of another year"


def test_prose_that_breaks_off_is_missed(executed: Notebook, filing: Filing):
    data = cell(executed, "report.section(1)")["outputs"][0]["data"]
    text = "".join(data["text/markdown"])
    data["text/markdown"] = text[: len(text) // 2]
    assert "“一、总体情况”缺文字“" in proved(executed, filing).sentence


def test_prose_with_another_figure_is_missed(executed: Notebook, filing: Filing):
    data = cell(executed, "report.section(1)")["outputs"][0]["data"]
    text = "".join(data["text/markdown"])
    number = next(iter(re.findall(r"\d+(?=条)", text)))
    data["text/markdown"] = text.replace(f"{number}条", f"{number}1条", 1)
    assert f"{number}条" in proved(executed, filing).sentence


def test_prose_in_lists_tables_and_quotations_is_found_on_the_page(executed: Notebook, filing: Filing):
    text = """1. 第一项12件
   - 其中3件
2) 第二项

> 引文4件

| 甲 | 乙 |
|---|--:|
| 5件 | **6件** |

<!-- 批注：
不印出来的7件
-->

```text
代码8
```

**主动公开。**全年9条，见[网站](https://shili.example/ "提示10")。"""
    data = cell(executed, "report.section(5)")["outputs"][0]["data"]
    data["text/markdown"] = "# 五、存在的主要问题及改进情况\n\n" + text
    parts = {**filing.narrative.parts, 5: replace(filing.narrative.parts[5], text=text)}
    written = replace(filing, narrative=replace(filing.narrative, parts=parts))
    assert proved(executed, written) == Proof()


LINKS = """[示例市信息公开专栏]: https://shili.example/2023

见[学校名单](files/(8)9.pdf)和[附表][b]，另有[^甲]12件，![流程图](图7.png)后为13件。[![图](8.png)](https://shili.example/9)

[^甲]: 1. 含结转14件。

[b]: files/15.pdf

- [附件16]: files/a.pdf"""


@pytest.mark.parametrize("gone", ["示例市信息公开专栏", "学校名单", "附表", "12件", "13件", "14件", "附件16"])
def test_a_line_with_a_link_or_a_footnote_is_missed_as_any_other(gone: str, executed: Notebook, filing: Filing):
    data = cell(executed, "report.section(5)")["outputs"][0]["data"]
    parts = {**filing.narrative.parts, 5: replace(filing.narrative.parts[5], text=LINKS)}
    written = replace(filing, narrative=replace(filing.narrative, parts=parts))
    data["text/markdown"] = "# 五、存在的主要问题及改进情况\n\n" + LINKS
    assert proved(executed, written) == Proof()
    data["text/markdown"] = data["text/markdown"].replace(gone, "…")
    assert "“五、存在的主要问题及改进情况”缺文字“" in proved(executed, written).sentence


@pytest.mark.parametrize("kind", ["markdown", "code"])
def test_a_page_with_an_expression_that_has_no_value_is_not_whole(kind: str, executed: Notebook, filing: Filing):
    text = "另有{{ nope }}件。"
    output = {"output_type": "display_data", "data": {"text/markdown": text}, "metadata": {}}
    shown = {"cell_type": kind, "metadata": {}, "source": text}
    more = {"execution_count": 1, "outputs": [output]} if kind == "code" else {}
    executed["cells"].append(shown | more)
    assert "页上有没有求值的表达式“{{ nope }}”" in proved(executed, filing).sentence


def test_what_a_notebook_says_it_leaves_out_is_no_gap_but_told(executed: Notebook, filing: Filing):
    for source in ('report.table("disputes")', "report.section(5)"):
        delete(source)(executed)
    executed["metadata"]["govreport"]["leave_out"] = ["disputes", 5]
    proof = proved(executed, filing)
    assert proof.sentence == ""
    (note,) = proof.notes
    assert note == "按笔记本的说明，未列入表“政府信息公开行政复议、行政诉讼情况”、“五、存在的主要问题及改进情况”。"
    assert note in review_page(read_document(executed), notes=proof.notes)


def test_a_part_that_is_left_out_takes_its_table_with_it(executed: Notebook, filing: Filing):
    for source in ("report.section(4)", 'report.table("disputes")'):
        delete(source)(executed)
    executed["metadata"]["govreport"]["leave_out"] = "4"
    assert proved(executed, filing).sentence == "" and proved(executed, filing).notes[0].count("“") == 2


def test_a_table_that_is_there_although_left_out_must_still_be_right(executed: Notebook, filing: Filing):
    executed["metadata"]["govreport"]["leave_out"] = ["applications"]
    assert proved(executed, filing) == Proof()
    state(executed, "applications.new.total", "8")
    assert "为8，应为6" in proved(executed, filing).sentence


def test_an_unknown_name_of_what_is_left_out_is_told_with_the_names_that_there_are(executed: Notebook, filing: Filing):
    executed["metadata"]["govreport"]["leave_out"] = ["dispute", "4"]
    sentence = proved(executed, filing).sentence
    assert "没有“dispute”可写（可写0、1、2、3、4、5、6、proactive、applications、disputes）" in sentence


def test_a_page_that_says_other_findings_than_the_batch_is_no_report(executed: Notebook, account: Account):
    assert prove(read_document(executed), executed, account) == Proof()
    wrong = replace(account, state=INCONSISTENT, findings=Findings.of([UNTOLD]))
    sentence = prove(read_document(executed), executed, wrong).sentence
    assert "校验结果与本项目的不同；请写 Report.open(agency, year)" in sentence


def test_a_page_of_another_agency_or_year_is_told_whatever_its_notebook(executed: Notebook, account: Account):
    document = read_document(executed)
    assert prove(document, executed, Account((), account.name, YEAR)) == Proof()
    for name, year in (("示例市气象局", YEAR), (account.name, YEAR - 1)):
        sentence = prove(document, executed, Account((), name, year)).sentence
        assert f"页面是{account.name}{YEAR}年的，应是{name}{year}年的" in sentence
        assert prove(replace(document, account=Account(())), executed, Account((), name, year)) == Proof()


def test_of_any_other_page_only_the_cells_are_proved(executed: Notebook):
    delete(TABLE)(executed)
    assert prove(read_document(executed), executed, Account(())) == Proof()
    clear(PART, execution_count=None)(executed)
    assert "代码单元格“report.section(3)”没有运行" in prove(read_document(executed), executed, Account(())).sentence


def test_the_proof_costs_less_than_a_millisecond(executed: Notebook, account: Account):
    document = read_document(executed)
    began = time.process_time()
    for _ in range(20):
        prove(document, executed, account)
    assert (time.process_time() - began) / 20 < 0.001


def test_an_incomplete_report_is_exported_as_a_draft_that_says_what_it_lacks(executed: Notebook):
    delete(TABLE)(executed)
    page, _ = get_exporter("govreport-html")().from_notebook_node(nbformat.from_dict(executed))
    assert f"草稿：不得公布。内容不完整：{NO_TABLE}" in page and "（草稿）</title>" in page
    word, _ = get_exporter("govreport-docx")().from_notebook_node(nbformat.from_dict(executed))
    assert NO_TABLE in "".join(paragraph.text for paragraph in docx.Document(io.BytesIO(word)).paragraphs[:1])
    pdf, _ = get_exporter("govreport-pdf")().from_notebook_node(nbformat.from_dict(executed))
    with pdfplumber.open(io.BytesIO(pdf)) as pages:
        assert "内容不完整：缺表" in pages.pages[0].extract_text()


def test_a_whole_report_is_exported_without_a_word(executed: Notebook, sample: Run):
    page, _ = get_exporter("govreport-html")().from_notebook_node(nbformat.from_dict(executed))
    assert page == sample.page(GOOD)


def test_a_report_whose_figures_changed_after_the_run_is_exported_as_a_draft_that_names_them(
    sample: Run, executed: Notebook, tmp_path: Path
):
    project = sample.copy(tmp_path / "p").root
    place = {"metadata": {"path": str(project / f"output/{YEAR}/{GOOD}")}}

    def export() -> str:
        page, _ = get_exporter("govreport-html")().from_notebook_node(nbformat.from_dict(executed), place)
        return page

    assert "草稿" not in export()
    proactive = project / f"data/{GOOD}/{YEAR}/proactive.csv"
    proactive.write_text(proactive.read_text().replace(",decisions,64", ",decisions,65"))
    assert "与项目现在的资料不同：表“主动公开政府信息情况”中" in export() and "为64，应为65" in export()
    proactive.write_text("row,label\n")
    assert "草稿：不得公布。资料现在无法读取：" in export()
    shutil.rmtree(proactive.parent)
    assert "草稿" not in export(), "a project without the report says nothing of it"


PLATFORMS = "平台,发布,阅读量\n网站,120,15000\n微信,86,0\n合计,206,15000\n"


@pytest.fixture
def own(executed: Notebook, filing: Filing) -> tuple[Notebook, Filing]:
    """A notebook that shows a table of the analyst's own, and its filing with that table."""
    made = replace(filing, tables={"platforms": OwnTable.read(PLATFORMS, "platforms")})
    formats = {"阅读量": lambda v: f"{v / 10000:.1f}"}
    view = table(made.frame("platforms"), "发布情况", formats=formats)
    executed["cells"].append(code(shown(view)))
    executed["metadata"]["govreport"]["filing"]["tables"] = {"platforms": PLATFORMS}
    return executed, made


def test_an_own_table_that_changed_after_the_run_or_is_gone_is_missed(own: tuple[Notebook, Filing]):
    notebook, filing = own
    assert proved(notebook, filing).lacks == ""
    changed = replace(filing, tables={"platforms": OwnTable.read(PLATFORMS.replace("120", "130"), "platforms")})
    assert "报告所带的表 platforms 与资料不同" in proved(notebook, changed).lacks
    assert "报告所带的表 platforms 不在资料中" in proved(notebook, replace(filing, tables={})).lacks


def test_an_own_tables_output_that_was_edited_is_missed_and_what_formats_print_is_not(own: tuple[Notebook, Filing]):
    notebook, filing = own
    for old, new in (("120", "140"), ("206", "226")):
        output = json.dumps(notebook["cells"][-1]).replace(f'"{old}"', f'"{new}"')
        notebook["cells"][-1] = json.loads(output)
    told = proved(notebook, filing).lacks
    assert "表 platforms 中“网站”的“发布”为140，应为120" in told and "为226，应为206" in told and "阅读量" not in told


@pytest.fixture(scope="module")
def sum_of_two(tmp_path_factory: pytest.TempPathFactory) -> nbformat.NotebookNode:
    """A notebook of one cell, as nbconvert runs it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("executed"))}}
    return ExecutePreprocessor().preprocess(notebook, folder)[0]


@pytest.mark.parametrize("kind", ["html", "pdf", "docx", "ofd"])
def test_nbconvert_runs_the_notebook_first_where_it_is_asked_to(
    kind: str, sum_of_two: nbformat.NotebookNode, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ExecutePreprocessor, "preprocess", lambda _, notebook, resources: (sum_of_two, resources))

    def exported(notebook: nbformat.NotebookNode, is_asked: bool) -> str | bytes:
        exporter = get_exporter(f"govreport-{kind}")(config={"ExecutePreprocessor": {"enabled": is_asked}})
        return exporter.from_notebook_node(notebook)[0]

    bare = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    assert exported(bare, is_asked=True) == exported(sum_of_two, is_asked=False)
    with pytest.raises(GovReportError, match="笔记本还没有运行"):
        exported(bare, is_asked=False)
