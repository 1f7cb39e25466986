"""What a notebook shows in JupyterLab, whose style sheet nbconvert's pages have: tables, charts, errors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbconvert import HTMLExporter

from govreport.forms.catalogue import Catalogue
from govreport.notebook.report import Report
from tests.support.browser import Browser
from tests.support.projects import GOOD, YEAR, make_project

THEMES = ("light", "dark")
STYLE = "getComputedStyle(document.querySelector('%s')).%s"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """A report with an error that is not saved."""
    found = Report.open(GOOD, YEAR, make_project(tmp_path_factory.mktemp("shown") / "project", GOOD))
    found.filing.set("applications.granted.natural", 9)
    return found


def page(report: Report, path: Path, theme: str) -> Path:
    """Write the page that nbconvert, with JupyterLab's style sheet, makes of what a notebook shows."""
    shown = {
        "table": report.table("applications", mark=report.findings),
        "findings": report.findings,
        "filing": report.filing,
        "changes": report.filing.changes,
        "chart": report.chart("results"),
        "list": report.comparison.remarks(),
    }
    bundles = [thing._repr_mimebundle_() for thing in shown.values()]
    bundles += [{"text/html": thing._repr_html_()} for thing in (report.last, Catalogue.read().form_for(YEAR))]
    cells = [
        nbformat.v4.new_code_cell("0", outputs=[nbformat.v4.new_output("display_data", {"text/html": b["text/html"]})])
        for b in bundles
    ]
    exporter = HTMLExporter(theme=theme, mathjax_url="", require_js_url="", jquery_url="")
    body, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    path.write_text(body, encoding="utf-8")
    return path


@pytest.mark.parametrize("theme", THEMES)
def test_tables_stand_in_a_notebook_as_the_form_lays_them_out(
    report: Report, browser: Browser, tmp_path: Path, theme: str
):
    browser.open(page(report, tmp_path / "page.html", theme))
    figure, label = '[data-table="applications"] tbody td', ".govreport tbody th"
    assert browser.run(STYLE % (figure, "textAlign")) == "center"
    assert browser.run(STYLE % (figure, "borderTopWidth")) == "1px"
    assert browser.run(STYLE % (label, "fontWeight")) == "400"
    assert browser.run(STYLE % (".govreport th.left", "textAlign")) == "left"
    stripes = "[...document.querySelectorAll('.govreport tbody tr')].map(r => getComputedStyle(r).backgroundColor)"
    assert set(browser.run(stripes)) == {"rgba(0, 0, 0, 0)"}, "stripes would cut the cells that span rows"
    unframed = "[...document.querySelectorAll('table')].filter(t => !t.closest('.govreport-shown')).length"
    assert browser.run(unframed) == 0


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_read_stands_out_from_its_ground_in_every_theme(
    report: Report, browser: Browser, axe: str, tmp_path: Path, theme: str
):
    browser.open(page(report, tmp_path / "page.html", theme))
    browser.run(axe + "; 0")
    check = "axe.run('.govreport-shown, figure', {runOnly: ['color-contrast', 'image-alt']})"
    found = browser.run(f"{check}.then(r => [r.passes.length, r.violations.map(v => [v.id, v.nodes[0].html])])")
    assert found == [2, []]


def test_a_wide_table_is_scrolled_within_its_frame(report: Report, browser: Browser, tmp_path: Path):
    browser.open(page(report, tmp_path / "page.html", "light"), 700)
    frames = (
        "[...document.querySelectorAll('.govreport-shown')].map(f => f.getBoundingClientRect().right <= innerWidth)"
    )
    assert all(browser.run(frames))


def test_a_chart_stands_with_its_caption_on_white(report: Report, browser: Browser, tmp_path: Path):
    browser.open(page(report, tmp_path / "page.html", "dark"))
    chart = report.chart("results")
    assert browser.run("document.querySelector('figcaption').textContent") == chart.caption
    assert browser.run("document.querySelector('figure img').alt") == chart.alt
    assert browser.run("document.querySelector('figure img').naturalWidth") > 100
    assert browser.run(STYLE % ("figure img", "backgroundColor")) == "rgb(255, 255, 255)"


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Iterator[InteractiveShell]:
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("filing.set('applications.new.totl', 3)", "没有名为“applications.new.totl”的单元格"),
        ("Report.open('shili-nowhere', 2023, root)", "没有机构“shili-nowhere”"),
        ("report.table('x')", "没有名为“x”的表"),
        ("report.assert_consistent()", "报告未通过勾稽校验"),
    ],
)
def test_an_error_is_its_sentence_and_the_line_of_the_cell(
    report: Report, shell: InteractiveShell, capsys: pytest.CaptureFixture[str], code: str, told: str
):
    shell.push({"report": report, "filing": report.filing, "Report": Report, "root": report.project.root})
    result = shell.run_cell(f"x = 1\n{code}")
    first, *_, last = capsys.readouterr().out.strip().splitlines()
    assert not result.success and first.startswith("错误：") and told in first
    assert last == f"第2行：{code}"


def test_a_programmer_sees_the_whole_traceback_when_asking_for_it(
    report: Report, shell: InteractiveShell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("GOVREPORT_DEBUG", "1")
    shell.push({"report": report})
    shell.run_cell("report.table('x')")
    assert "govreport/notebook/report.py" in capsys.readouterr().out.replace("\\", "/")
