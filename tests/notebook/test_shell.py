"""What a notebook's shell tells of mistyped names, and how it shows a Series, once a report is open."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from govreport.core.errors import GovReportError
from govreport.notebook.summary import example_summary
from govreport.publish.document import read_document
from tests.support.analyst import code, notebook
from tests.support.projects import GOOD, YEAR, make_project

UNKNOWN = "错误：没有名为“{}”的属性；按 Tab 键列出可用的；是否应为 {}。"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    root = make_project(tmp_path_factory.mktemp("shell") / "project", GOOD)
    shell = InteractiveShell.instance()
    shell.run_cell(f"from govreport import Report\nreport = Report.open('{GOOD}', {YEAR}, {str(root)!r})", silent=True)
    yield shell
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("cell", "wrong", "meant"),
    [
        ("report.tabel('applications')", "tabel", "table"),
        ("report.filing.narative", "narative", "narrative"),
        ("report.filing.applications.nwe.total", "nwe", "new"),
        ("report.comparison.remark()", "remark", "remarks"),
        ("report.findings.sumary()", "sumary", "summary"),
        ("report.table('disputes').tabel", "tabel", "table"),
        ("list(map(lambda one: one.tabel, [report]))", "tabel", "table"),
    ],
)
def test_a_mistyped_name_is_told_with_the_one_that_is_meant(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str, wrong: str, meant: str
):
    assert isinstance(shell.run_cell(cell).error_in_exec, AttributeError)
    told = capsys.readouterr().out
    assert told.splitlines() == [UNKNOWN.format(wrong, meant), f"第1行：{cell}"]


@pytest.mark.parametrize(
    "cell",
    [
        "(3).tabel",
        "import pandas\npandas.Series([1]).tabel",
        "from govreport.notebook.views import shown_specs\nshown_specs(report, [])",
    ],
)
def test_errors_of_other_objects_and_within_the_package_are_shown_as_python_has_them(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], cell: str
):
    assert isinstance(shell.run_cell(cell).error_in_exec, AttributeError)
    told = capsys.readouterr().out
    assert "Traceback (most recent call last)" in told and "按 Tab 键" not in told


@pytest.mark.parametrize(
    ("line", "completed"),
    [("report.fil", "filing"), ("report.filing.applications.ne", "new"), ("report.findings.summ", "summary")],
)
def test_the_tab_key_completes_what_a_report_has(shell: InteractiveShell, line: str, completed: str):
    with provisionalcompleter():
        assert [found.text for found in shell.Completer.completions(line, len(line))] == [completed]


def test_a_series_is_shown_as_a_table(shell: InteractiveShell):
    shell.display_formatter.active_types = shell.display_formatter.format_types
    for name, header in (("发布（条）", "发布（条）"), (None, "")):
        data, _ = shell.display_formatter.format(pd.Series({"网站": 3, "微信": 4}, name=name))
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        (table,) = read_document(notebook(code(output))).blocks
        assert [[cell.text for cell in row] for row in table.lines()] == [["", header], ["网站", "3"], ["微信", "4"]]


@pytest.mark.parametrize(("wrong", "meant"), [("tabel", "table"), ("finding", "findings"), ("chrats", "charts")])
def test_a_mistyped_attribute_that_is_assigned_is_refused_at_once_with_the_one_that_is_meant(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], wrong: str, meant: str
):
    cell = f"report.{wrong} = 5"
    assert isinstance(shell.run_cell(cell).error_in_exec, GovReportError)
    assert capsys.readouterr().out.splitlines() == [UNKNOWN.format(wrong, meant), f"第1行：{cell}"]
    assert not hasattr(shell.user_ns["report"], wrong)


def test_what_a_report_or_a_summary_has_is_not_replaced_either(shell: InteractiveShell):
    report = shell.user_ns["report"]
    for owner, name in ((report, "table"), (report, "findings"), (example_summary(), "overview")):
        with pytest.raises(GovReportError, match=f"{name} 不能赋值"):
            setattr(owner, name, 5)
    assert report.table("disputes").table.body
    with pytest.raises(GovReportError, match="是否应为 ranking"):
        example_summary().rankin = 5
    with provisionalcompleter():
        assert "table" in {found.text.strip(".") for found in shell.Completer.completions("report.tab", 10)}
