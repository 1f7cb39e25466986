"""Changing a filing in a notebook: figures by name, the diff first, findings at once, and nobody's work lost."""

from __future__ import annotations

import re
import shutil
import threading
from decimal import Decimal
from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from govreport.core import mime
from govreport.core.errors import FilingError, GovReportError
from govreport.core.textfile import alone
from govreport.forms.catalogue import Catalogue
from govreport.notebook.report import Report
from tests.support.projects import GOOD, YEAR, figures_on_disk, make_project, replace_in

GRANTED, TOTAL = "applications.granted.natural", "applications.granted.total"
CONSISTENT_CHANGE = {
    "applications.new.natural": 4, "applications.new.total": 7, GRANTED: 1, TOTAL: 3,
    "applications.total.natural": 4, "applications.total.total": 7,
}  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("editing") / "project", GOOD)


@pytest.fixture
def folder(sample: Path, tmp_path: Path) -> Path:
    shutil.copytree(sample, tmp_path / "p")
    return tmp_path / "p" / "data" / GOOD / str(YEAR)


@pytest.fixture
def report(folder: Path) -> Report:
    return Report.open(GOOD, YEAR, folder.parents[2])


def test_a_wrong_figure_is_found_at_once_with_its_repair_and_the_diff_is_shown(report: Report):
    edits = report.filing.set(GRANTED, 9)
    assert [(edit.name, edit.old, edit.new) for edit in edits] == [(GRANTED, "0", "9")]
    assert "0 → 9" in repr(edits) and "错误1项" in repr(edits) and "applications.csv" in repr(edits)
    assert report.findings.errors[0].suggestion["cells"] == {GRANTED: 0}
    assert report.checked.state == "不一致" and report.filing[GRANTED] == 9


def test_every_view_of_the_report_follows_the_change(report: Report):
    for name, figure in CONSISTENT_CHANGE.items():
        report.filing[name] = figure
    assert report.findings.summary() == "未发现问题"
    assert "新收政府信息公开申请7件" in report.section(3).text
    assert any(cell.text == "7" for row in report.table("applications").table.body for cell in row)
    assert report.account().to_json()["filing"]["cells"][GRANTED] == 1
    assert report.filing.applications.granted.natural == 1


def test_nothing_reaches_the_files_before_save_and_save_writes_these_cells_alone(report: Report, folder: Path):
    (folder / "applications.csv").write_text(
        (folder / "applications.csv").read_text(encoding="utf-8-sig").replace("（一）予以公开", "予以公开的件数"),
        encoding="utf-8",
    )
    report.filing.reload()
    before, texts = figures_on_disk(folder), {path.name: path.read_bytes() for path in folder.iterdir()}
    for name, figure in CONSISTENT_CHANGE.items():
        report.filing.set(name, figure)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == texts
    edits = report.filing.save()
    assert edits.done and {edit.name for edit in edits} == set(CONSISTENT_CHANGE)
    assert figures_on_disk(folder) == before | {name: str(figure) for name, figure in CONSISTENT_CHANGE.items()}
    assert "予以公开的件数" in (folder / "applications.csv").read_text(encoding="utf-8"), "labels stay as they were"
    unchanged = set(texts) - {"applications.csv"}
    assert all((folder / name).read_bytes() == texts[name] for name in unchanged)
    assert len(report.filing.changes) == 0 and repr(report.filing.changes) == "没有改动。"


def test_a_file_that_changed_meanwhile_is_not_overwritten(report: Report, folder: Path):
    report.filing.set(GRANTED, 1)
    replace_in(folder / "disputes.csv", ",0", ",1")
    theirs = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(GovReportError, match=r"打开后被改动过，未保存；请用 filing\.reload\(\)"):
        report.filing.save()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == theirs
    report.filing.reload()
    assert report.filing[GRANTED] == 0 and "disputes.csv" not in repr(report.filing.changes)


def test_who_writes_into_the_project_at_the_same_time_is_waited_for(report: Report, folder: Path):
    report.filing.set(GRANTED, 1)
    before, saving = figures_on_disk(folder), threading.Thread(target=report.filing.save)
    with alone(report.project.data):
        saving.start()
        saving.join(0.3)
        assert saving.is_alive() and figures_on_disk(folder) == before
    saving.join()
    assert figures_on_disk(folder)[GRANTED] == "1"


def test_prose_that_changed_meanwhile_stays(report: Report, folder: Path):
    report.filing.set(GRANTED, 1)
    replace_in(folder / "narrative.md", "# 六、", "补充一句。\n\n# 六、")
    report.filing.save()
    assert "补充一句。" in (folder / "narrative.md").read_text(encoding="utf-8")
    assert "补充一句。" in report.checked.prose[5]


def test_a_row_that_the_file_left_out_is_written(folder: Path):
    lines = (folder / "applications.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (folder / "applications.csv").write_text("".join(line for line in lines if not line.startswith("granted,")))
    filing = Report.open(GOOD, YEAR, folder.parents[2]).filing
    assert filing[GRANTED] is None
    assert [(edit.old, edit.new) for edit in filing.set(GRANTED, 2)] == [("", "2")]
    filing.save()
    assert figures_on_disk(folder)[GRANTED] == "2"


def test_a_figure_can_be_left_blank_and_a_text_that_is_none_can_be_put_right(folder: Path):
    replace_in(
        folder / "applications.csv", "new,一、本年新收政府信息公开申请数量,3", "new,一、本年新收政府信息公开申请数量,三"
    )
    report = Report.open(GOOD, YEAR, folder.parents[2])
    assert [f.rule for f in report.findings.errors] == ["V1"]
    assert [(edit.old, edit.new) for edit in report.filing.set("applications.new.natural", "3")] == [("三", "3")]
    assert report.findings.errors == ()
    report.filing.set("disputes.reconsideration.total", None)
    assert report.filing.save().items[1].new == "" and figures_on_disk(folder)["disputes.reconsideration.total"] == ""


def test_money_is_set_exactly(report: Report):
    report.filing.set("proactive.fees.amount", 0.3)
    assert report.filing["proactive.fees.amount"] == Decimal("0.3")


def test_a_figure_is_set_where_it_is_assigned(report: Report):
    filing = report.filing
    applications = filing.applications
    applications.granted.natural = 999
    assert (filing[GRANTED], applications.granted.natural, filing.applications.granted.natural) == (999, 999, 999)
    filing.applications["granted.natural"] = 7
    assert [edit.new for edit in filing.changes] == ["7"]
    assert applications["granted.natural"] == 7


def test_what_cannot_be_assigned_says_how_it_is_done(report: Report):
    def state() -> None:
        report.filing.applications.neu = 3

    def total() -> None:
        report.filing.applications.denied.total = 3

    def cells() -> None:
        report.filing.cells[GRANTED] = 3

    def year() -> None:
        report.filing.year = 2024

    def group() -> None:
        report.filing.applications = 3

    def all_cells() -> None:
        report.filing.cells.update({GRANTED: 3})

    def one_cell() -> None:
        report.filing.frame("applications").at["granted", "natural"] = 3

    def a_row() -> None:
        frame = report.filing.frame("applications")
        frame.loc["granted"] = 3

    def a_column() -> None:
        report.filing.frame("applications")["natural"] = 3

    for assign, told in [
        (state, "开头；是否应为 applications.new"), (total, "是合计，不能填写"),
        (cells, f'filing["{GRANTED}"] = 3'), (year, 'filing["表.行.列"] = 数字'), (group, 'filing["表.行.列"] = 数字'),
        *((change, 'filing["表.行.列"] = 数字') for change in (all_cells, one_cell, a_row, a_column)),
    ]:  # fmt: skip
        with pytest.raises(GovReportError) as error:
            assign()
        assert told in str(error.value)
    assert len(report.filing.changes) == 0


def test_a_frame_is_read_as_any_and_its_copy_is_ones_own(report: Report):
    frame = report.filing.frame("applications")
    assert frame.at["granted", "natural"] == frame.loc["granted"].iloc[0] == report.filing[GRANTED]
    own = frame.copy()
    own.loc["granted", "natural"] = 99
    own["占比"] = own["natural"] / own["total"]
    assert own.iat[list(own.index).index("granted"), 0] == 99 and report.filing[GRANTED] != 99
    assert frame.equals(report.filing.current.frame("applications")) and len(frame[["natural"]].sum()) == 1


@pytest.mark.parametrize(
    ("name", "figure", "told"),
    [
        ("applications.grantd.natural", 1, "是否应为 applications.granted.natural"),
        ("applications.denied.total", 1, "是合计，不能填写；请改它的各部分：applications.denied.state_secret.total"),
        (GRANTED, -1, "不能是负数"), (GRANTED, 2.5, "不是整数"),
        (GRANTED, "三", "不是数字"), (GRANTED, True, "不是数字"),
    ],
)  # fmt: skip
def test_what_cannot_stand_in_a_cell_is_refused_in_one_sentence(report: Report, name: str, figure: object, told: str):
    with pytest.raises(GovReportError, match=rf"^[^\n]*{told}[^\n]*。$"):
        report.filing.set(name, figure)
    assert len(report.filing.changes) == 0


def test_a_change_that_spoils_an_expression_is_a_finding_and_can_be_taken_back(report: Report, folder: Path):
    replace_in(
        folder / "narrative.md",
        "# 六、",
        "占{{ applications.granted.total | share(applications.new.total) }}。\n\n# 六、",
    )
    report.filing.reload()
    report.filing.set("applications.new.total", 0)
    assert "F1" in {finding.rule for finding in report.findings.errors} and report.checked.state == "失败"
    report.filing.set("applications.new.total", 6)
    assert report.findings.summary() == "未发现问题" and len(report.filing.changes) == 0


def test_a_filing_that_cannot_be_read_any_more_is_told_when_saving(report: Report, folder: Path):
    report.filing.set(GRANTED, 1)
    replace_in(folder / "applications.csv", "\ngranted,", "\ngrantedd,")
    with pytest.raises(FilingError, match="grantedd"):
        report.filing.save()


@pytest.mark.parametrize("with_jedi", [True, False])
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("filing.app", {"applications"}),
        ("filing.applications.gr", {"granted"}),
        ("filing.applications.granted.", {"natural", "legal_persons", "total"}),
        ("filing['applications.granted.n", {"applications.granted.natural"}),
        ("filing.applications['granted.n", {"granted.natural"}),
    ],
)
def test_tab_completes_tables_rows_and_columns(report: Report, typed: str, offered: set[str], with_jedi: bool):
    shell = InteractiveShell()
    shell.user_ns["filing"] = report.filing
    shell.Completer.use_jedi = with_jedi
    with provisionalcompleter():
        found = {completion.text.lstrip(".") for completion in shell.Completer.completions(typed, len(typed))}
    assert offered <= found


def test_a_name_that_is_a_group_and_a_figure_is_the_group_at_the_dot_and_the_figure_in_brackets(report: Report):
    assert report.filing["applications.other.other"] == 0
    assert report.filing.applications.other.other.natural == 0
    with pytest.raises(GovReportError, match=r"是否应为 applications\.granted\.natural"):
        _ = report.filing.applications["grantd.natural"]
    with pytest.raises(AttributeError, match="grantd"):
        _ = report.filing.applications.grantd


def test_filings_groups_tables_and_forms_show_themselves(report: Report):
    shown = report.filing._repr_mimebundle_()
    assert shown["text/html"].count("<table") == 3 and "一致" in shown["text/html"]
    assert "applications.granted.natural" in repr(report.filing.applications.granted)
    assert mime.TABLE in report.filing.applications._repr_mimebundle_()
    last = report.last._repr_html_()
    assert last.count("<table") == 3 and not re.search("NaN|NA&gt;", last), "what the form does not have is blank"
    form = Catalogue.read().form_for(YEAR)._repr_html_()
    assert all(text in form for text in ("2021版", "applications", "<td>A1</td>"))


def test_a_title_with_markup_stays_text(folder: Path):
    replace_in(folder / "narrative.md", "  示例市民政局", "  示例市<script>alert(1)</script>局")
    report = Report.open(GOOD, YEAR, folder.parents[2])
    assert all(
        "<script" not in html
        for html in (report.filing._repr_mimebundle_()["text/html"], report.filing.current._repr_html_())
    )
