"""Analysts' own tables on a page: numbers of captions, references, expressions in Markdown cells, marked cells."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from govreport import assert_adds_up
from govreport.checks.account import NotebookError
from govreport.checks.report_states import CONSISTENT, INCONSISTENT
from govreport.core import mime
from govreport.core.blocks import block_text
from govreport.core.errors import GovReportError
from govreport.core.grid import Grid
from govreport.notebook.report import Report
from govreport.publish.document import Document, read_document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.layout.page_data import document_data
from govreport.publish.pdf_writer import attachments, pdf_bytes
from govreport.publish.review import review_page
from govreport.tables.table_view import table
from tests.support.analyst import code, markdown, notebook, shown
from tests.support.projects import GOOD, YEAR, make_project, replace_in, write_notebook

PLATFORMS = "平台,发布\n网站,3\n微信,2\n合计,6\n"
WAIVER = (
    '[[waiver]]\nrule = "S1"\ncells = ["tables.platforms.合计.发布"]\nreason = "口径"\nby = "李"\ndate = 2024-01-20\n'
    'figures = { "tables.platforms.合计.发布" = 6 }\nstated = 6\nexpected = 5\n'
)
FRAME = pd.DataFrame({"件数": [3, 4]}, index=["示例区", "示例县"])


@pytest.fixture
def report(tmp_path: Path) -> Report:
    root = make_project(tmp_path / "city", GOOD)
    folder = root / "data" / GOOD / str(YEAR)
    (folder / "tables").mkdir()
    (folder / "tables/platforms.csv").write_text(PLATFORMS, encoding="utf-8")
    write_notebook(root, "assert_adds_up(report.filing.frame('platforms'))")
    return Report.open(GOOD, YEAR, root)


def published(report: Report, *cells: dict[str, Any]) -> Document:
    """The document of an executed notebook, whose JSON went through a file."""
    made = notebook(code(shown(report)), *cells, govreport=report.account().to_json())
    return read_document(json.loads(json.dumps(made)))


def captions(document: Document) -> list[str]:
    return [block.caption for block in document.blocks if isinstance(block, Grid)]


def test_captions_are_numbered_in_the_order_of_the_page_and_statutory_tables_keep_theirs(report: Report) -> None:
    made = published(
        report,
        code(shown(report.table("platforms", caption="发布情况"))),
        code(shown(report.table("disputes"))),
        code(shown(report.table(FRAME))),
        code(shown(table(FRAME, "收件情况", key="districts"))),
        markdown(
            "见{{ ref('districts') }}和{{ ref('platforms') }}。\n\n|项目|见|\n|---|---|\n|收件|{{ ref('districts') }}|"
        ),
    )
    statutory = report.filing.form.tables["disputes"].caption
    assert captions(made) == ["表1　发布情况", statutory, "", "表2　收件情况", ""]
    assert block_text(made.blocks).endswith("见表2和表1。\n项目 见\n收件 表2") and not made.notes


def test_numbers_stand_in_every_format(report: Report) -> None:
    made = published(
        report, code(shown(report.table("platforms", caption="发布情况"))), markdown("见{{ ref('platforms') }}。")
    )
    assert "表1　发布情况" in html_page(made) and "见表1。" in html_page(made)
    assert len(pdf_bytes(made)) > 1000 and len(docx_bytes(made)) > 1000


def test_a_page_that_is_no_report_numbers_its_tables_and_carries_no_data() -> None:
    made = read_document(notebook(markdown("# 附件"), code(shown(table(FRAME, "收件情况")))))
    assert captions(made) == ["表1　收件情况"] and attachments(made.account) == ()


def test_a_reference_to_a_table_that_is_not_there_is_told(report: Report) -> None:
    made = published(report, markdown("见{{ ref('districts') }}。"))
    assert any("文字引用了表 districts" in note for note in made.notes)


@pytest.mark.parametrize(
    "source",
    [
        'if year >= 2024:\n    report.table("platforms", caption="发布情况")',
        "for key in ['platforms']:\n    pass\nreport.table(\n    'platforms', caption='发布情况'\n)\nnumber = 3",
    ],
)
def test_a_table_that_a_cell_makes_and_does_not_show_is_told_with_the_cell_and_what_shows_it(
    report: Report, source: str
) -> None:
    made = published(report, code(source=source), markdown("见{{ ref('platforms') }}。"))
    told, lost = made.notes
    assert told.startswith("第2个代码单元格：表 platforms 没有显示；") and "要写 display(report.table(…))" in told
    assert "在 if 中的再加 display(…)" in lost
    view = shown(report.table("platforms", caption="发布情况"))
    assert published(report, code(view, source=source)).notes == ()
    for other in (
        f"display({source[-9:]})",
        source.replace("platforms", "channels"),
        "view = report.table('platforms')",
    ):
        assert published(report, code(source=other)).notes == ()


def test_a_page_that_quotes_a_report_calls_the_tables_of_that_by_their_names(report: Report) -> None:
    replace_in(
        report.project.root / "data" / GOOD / str(YEAR) / "narrative.md", "主动公开方面", "见{{ ref('platforms') }}。"
    )
    opened = Report.open(GOOD, YEAR, report.project.root)
    sentences = read_document(notebook(code(shown(opened.comparison)), code(shown(opened.comparison.sentences(1)))))
    assert "见表“platforms”。" in block_text(sentences.blocks) and not sentences.notes
    table_shown = code(shown(opened.table("platforms", caption="发布情况")))
    whole = published(opened, code(shown(opened.claims())), code(shown(opened.section(1))), table_shown)
    claims = block_text(block for remark in whole.remarks for block in remark.blocks)
    assert "〔" not in claims + block_text(whole.blocks) and not whole.notes


def test_tables_that_hold_the_same_are_two_where_their_captions_or_units_differ(report: Report) -> None:
    views = [table(FRAME, "投诉"), table(FRAME, "举报"), table(FRAME, "举报", unit="件"), table(FRAME, "投诉")]
    document = published(report, *(code(shown(view)) for view in views))
    captions = [block.caption for block in document.blocks if isinstance(block, Grid)]
    assert captions[-4:] == ["表1　投诉", "表2　举报", "表3　举报（单位：件）", "表1　投诉"]
    assert document.notes == ()


def test_two_tables_of_one_name_are_told_and_one_that_is_shown_twice_is_not(report: Report) -> None:
    views = [code(shown(table(frame, "收件情况", key="districts"))) for frame in (FRAME, FRAME, FRAME + 1)]
    assert published(report, *views[:2]).notes == ()
    (note,) = published(report, *views).notes
    assert note == "“表1　收件情况”和“表1　收件情况”是两张表，编号相同；请用 key= 给它们不同的名称。"


def test_other_figures_under_the_name_of_a_table_of_the_folder_are_refused_or_told(
    report: Report,
) -> None:
    own = report.filing.frame("platforms")
    for same in (own, own.T, own.reset_index(), own.assign(占比=[1, 2, 3]), pd.DataFrame(own, own.index)[:2]):
        assert report.table(same, caption="发布情况", key="platforms").table.key == "platforms"
    for other in (own + 1, (own + 900).T, pd.DataFrame({"件数": [999]})):
        with pytest.raises(GovReportError, match=r"“发布情况”与 tables/platforms\.csv 同名"):
            report.table(other, caption="发布情况", key="platforms")
    (told,) = published(report, code(shown(table(own + 1, "发布情况", key="platforms")))).notes
    assert "tables/platforms.csv 同名，数字没有与它核对" in told


ROUNDED = {"收费": "{:.0f}万".format}


@pytest.mark.parametrize(
    ("options", "told"),
    [({"formats": ROUNDED}, 1), ({"formats": ROUNDED, "notes": "因四舍五入，分项之和与合计不等。"}, 0), ({}, 0)],
)
def test_figures_that_no_longer_add_up_as_they_are_printed_are_a_warning(
    report: Report, options: dict[str, Any], told: int
) -> None:
    fees = pd.DataFrame({"收费": [0.4, 0.4, 0.8], "件数": [1200, 3, 1203]}, index=["甲", "乙", "合计"])
    made = published(report, code(shown(report.table(fees, caption="收费", **options))))
    found = [finding for finding in made.account.findings if finding.rule == "S1"]
    assert [finding.severity for finding in found] == ["warning"] * told and captions(made) == ["表1　收费"]
    assert all("“收费”按 formats 印出的数字加不拢" in finding.message and finding.year == YEAR for finding in found)
    assert [finding.code for finding in report.findings if finding.rule == "S1"] == [finding.code for finding in found]
    thousands = {"件数": "{:,}".format, "收费": lambda figure: f"{figure * 100:.0f}%"}
    assert not report.table(fees, caption="收费", formats=thousands).printed


def test_a_report_shows_figures_of_last_year_which_had_tables_of_its_own_without_a_remark(report: Report) -> None:
    folder = report.project.data / GOOD
    shutil.copytree(folder / str(YEAR) / "tables", folder / str(YEAR - 1) / "tables")
    again = Report.open(GOOD, YEAR, report.project.root)
    assert again.last and again.last.tables and not published(again, code(shown(again.section(1)))).notes


def test_markdown_cells_take_figures_of_the_filing_of_its_tables_and_of_last_year(report: Report) -> None:
    made = published(
        report,
        markdown(
            "新收{{ applications.new.total }}件，上年{{ last.applications.new.total }}件，"
            "发布{{ tables.platforms.total }}条。"
        ),
    )
    assert block_text(made.blocks) == "新收6件，上年9件，发布6条。"


def test_an_expression_without_value_stays_and_is_told(report: Report) -> None:
    made = published(report, markdown("发布{{ tables.platforms.微博 }}条。"))
    assert block_text(made.blocks) == "发布{{ tables.platforms.微博 }}条。"
    assert any("表 platforms 中没有“微博”" in note for note in made.notes)
    assert "页上有没有求值的表达式“{{ tables.platforms.微博 }}”；请改正。" in made.notes


def test_a_page_that_is_no_report_leaves_braces_alone() -> None:
    assert block_text(read_document(notebook(markdown("写作{{ x }}。"))).blocks) == "写作{{ x }}。"


def test_what_markdown_and_code_assert_makes_the_page_a_draft(report: Report) -> None:
    silent = published(report, markdown("发布。{{ assert_between('platforms', 0) }}"))
    assert silent.account.state == CONSISTENT and silent.asserted == ()
    made = published(report, markdown("发布。{{ assert_adds_up('platforms') }}"))
    assert made.account.state == INCONSISTENT and "草稿" in html_page(made)
    (finding,) = made.account.findings
    carried = {"output_type": "display_data", "data": {"text/plain": "", mime.ASSERTION: finding.to_json()}}
    again = published(report, code(carried), code(carried), markdown("发布。{{ assert_adds_up('platforms') }}"))
    (told,) = again.account.findings
    assert told.identities == finding.identities and told.place == "第2、3个代码单元格、第1个 Markdown 单元格："
    assert [block_text(document.blocks) for document in (made, again)] == ["发布。"] * 2


def test_a_waiver_of_the_filing_accepts_what_a_notebook_asserts(report: Report) -> None:
    folder = report.project.data / GOOD / str(YEAR)
    (folder / "waivers.toml").write_text(WAIVER, encoding="utf-8")
    opened = Report.open(GOOD, YEAR, report.project.root)
    made = published(opened, markdown("发布。{{ assert_adds_up('platforms') }}"))
    (finding,) = made.account.findings
    assert finding.waived and finding.waived.by == "李" and made.account.state == CONSISTENT


def test_an_assertion_on_a_page_that_is_no_report_is_told_in_the_run(report: Report) -> None:
    finding = assert_adds_up(report.filing.frame("platforms"))
    assert finding
    carried = {"output_type": "display_data", "data": {mime.ASSERTION: finding.to_json()}}
    assert f"第1个代码单元格：{finding.message}" in read_document(notebook(code(carried))).notes


@pytest.mark.parametrize("spoilt", [None, {}, {"rule": 3}, []])
def test_a_spoilt_assertion_is_told(spoilt: object) -> None:
    with pytest.raises(NotebookError):
        read_document(notebook(code({"output_type": "display_data", "data": {mime.ASSERTION: spoilt}})))


def test_the_review_copy_marks_the_total_and_what_it_adds_up(report: Report) -> None:
    view = code(shown(report.table("platforms", caption="发布情况")))
    page = review_page(published(report, view, markdown("{{ assert_adds_up('platforms') }}")))
    cells = {name: page.partition(f'id="c-tables.platforms.{name}.发布"')[2][:200] for name in ("合计", "网站")}
    assert 'class="suspect error"' in cells["合计"] and 'class="involved error"' in cells["网站"]
    assert "“合计”的“发布”" in page and "自编表的合计" in page


def test_findings_on_a_page_name_the_number_that_the_table_has_there(report: Report) -> None:
    views = [code(shown(report.table(FRAME, caption="收件", key="districts")))]
    views.append(code(shown(report.table("platforms", caption="发布情况"))))
    asserted = markdown("{{ assert_adds_up('platforms') }}")
    made = published(report, *views, asserted)
    drafted = "".join(str(finding["message"]) for finding in document_data(made)["draft"]["findings"])
    for page in (review_page(made), html_page(made), drafted.replace("\u2060", "")):
        assert "表2（platforms）“发布”列的“合计”为6" in page and "表 platforms “" not in page
    (found,) = made.account.findings
    assert found.message.startswith("第1个 Markdown 单元格：表 platforms “发布”列的“合计”为6")
    alone = published(report, code(shown(report.table("platforms"))), asserted)
    assert "表 platforms “发布”列的“合计”为6" in html_page(alone)


def test_a_sentence_that_refers_to_a_table_is_marked_all_the_same(report: Report) -> None:
    folder = report.project.data / GOOD / str(YEAR)
    replace_in(
        folder / "narrative.md",
        "# 一、总体情况\n",
        "# 一、总体情况\n\n由{{ ref('platforms') }}可见，本年新收政府信息公开申请77件。\n",
    )
    opened = Report.open(GOOD, YEAR, report.project.root)
    assert [finding.rule for finding in opened.findings.errors] == ["N1"]
    view = code(shown(opened.table("platforms", caption="发布情况")))
    page = review_page(published(opened, view, code(shown(opened.section(1)))))
    assert "由表1可见，本年新收政府信息公开申请77件。</mark>" in page
