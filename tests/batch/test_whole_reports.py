"""A run makes whole reports only: notebooks that end early, lack a table, or name kernels that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from govreport.batch.job import Job, Options
from govreport.batch.produce import produce
from govreport.batch.record import refresh_review
from govreport.cli.doctor import BAD, NOTE, examine_project
from govreport.filing.project import Project
from tests.support.projects import GOOD, REPOSITORY, YEAR, Run, add_agency, govreport, make_project, replace_in

Notebook = dict[str, Any]


def insert(code: str, before: str) -> Callable[[Notebook], object]:
    """Put a cell of code before the cell whose source begins with a text."""
    new = {"cell_type": "code", "id": "new", "metadata": {}, "source": code, "execution_count": None, "outputs": []}

    def do(notebook: Notebook) -> None:
        sources = ["".join(cell["source"]) for cell in notebook["cells"]]
        notebook["cells"].insert(next(n for n, text in enumerate(sources) if text.startswith(before)), new)

    return do


def delete(source: str) -> Callable[[Notebook], object]:
    def do(notebook: Notebook) -> None:
        notebook["cells"] = [cell for cell in notebook["cells"] if "".join(cell["source"]) != source]

    return do


def skip(notebook: Notebook) -> None:
    (cell,) = (cell for cell in notebook["cells"] if "".join(cell["source"]) == "report.section(3)")
    cell["metadata"]["tags"] = ["skip-execution"]


def leave_out(notebook: Notebook) -> None:
    delete('report.table("disputes")')(notebook)
    notebook["metadata"]["govreport"]["leave_out"] = ["disputes"]


def kernel(**spec: str) -> Callable[[Notebook], object]:
    return lambda notebook: notebook.update(metadata={**notebook["metadata"], "kernelspec": spec, "language_info": {}})


def open_last_year(notebook: Notebook) -> None:
    text = json.dumps(notebook).replace("Report.open(agency, year)", "Report.open(agency, year - 1)")
    notebook.update(json.loads(text))


INCOMPLETE = {
    "shili-exit": (insert("raise SystemExit(0)", "report.section(3)"), "“raise SystemExit(0)”中途停止（SystemExit）"),
    "shili-skipped": (skip, "“report.section(3)”没有运行"),
    "shili-deleted": (delete('report.table("applications")'), "缺表“收到和处理政府信息公开申请情况”"),
    "shili-last-year": (open_last_year, "没有本报告的标题、署名和数据"),
}
"""What spoils a report, and what is told of it."""
WHOLE = {
    "shili-left-out": leave_out,
    "shili-elsewhere": kernel(name="myenv311", language="python"),
}


def change_common(root: Path, change: Callable[[Notebook], object]) -> None:
    path = root / "notebooks/annual_report.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a project whose agencies have own notebooks; one had pages before. The common one names no kernel."""
    root = make_project(tmp_path_factory.mktemp("whole") / "p", GOOD)
    change_common(root, kernel())
    for slug, change in {**{slug: spoil for slug, (spoil, _) in INCOMPLETE.items()}, **WHOLE}.items():
        add_agency(root, slug)
        notebook = json.loads((REPOSITORY / "notebooks/annual_report.ipynb").read_text(encoding="utf-8"))
        change(notebook)
        (root / "notebooks" / slug).mkdir()
        (root / "notebooks" / slug / "annual_report.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    before = root / "output" / str(YEAR) / "shili-exit"
    before.mkdir(parents=True)
    (before / "report.html").write_text("旧", encoding="utf-8")
    return Run(root, govreport(root, "run", "--year", str(YEAR), "--formats", "html,pdf,docx"))


@pytest.mark.parametrize("slug", INCOMPLETE)
def test_a_report_that_is_not_whole_fails_with_a_sentence_that_says_why(made: Run, slug: str):
    (line,) = made.told_of(slug)
    assert INCOMPLETE[slug][1] in line and line.endswith("。") and line.count("。") == 1
    assert made.record(slug)["state"] == "失败"


@pytest.mark.parametrize("slug", INCOMPLETE)
def test_pages_of_a_report_that_is_not_whole_are_not_there_whatever_was_there_before(made: Run, slug: str):
    assert not list(made.folder(slug).glob("*.html")) and not list(made.folder(slug).glob("*.pdf"))


def test_the_other_reports_come_out_whole(made: Run):
    for slug in (GOOD, "shili-left-out", "shili-elsewhere"):
        assert made.told_of(slug) == [] and made.record(slug)["state"] != "失败"
        assert {"report.html", "report.pdf", "report.docx", "review.html"} <= set(made.record(slug)["files"])


def test_what_is_left_out_on_purpose_is_told_in_the_run_on_the_review_copy_and_on_the_index(made: Run):
    told = "按笔记本的说明，未列入表“政府信息公开行政复议、行政诉讼情况”。"
    named = f"请注意（shili-left-out {YEAR}）：笔记本 notebooks/shili-left-out/annual_report.ipynb：{told}"
    assert named in made.result.stdout + made.result.stderr
    assert told in (made.folder("shili-left-out") / "review.html").read_text(encoding="utf-8")
    assert told in (made.root / "output/index.html").read_text(encoding="utf-8")
    assert told not in made.page("shili-left-out")


def test_what_is_left_out_stays_on_the_review_copy_that_a_sign_off_writes_anew(made: Run):
    page = made.folder("shili-left-out") / "review.html"
    before = page.read_text(encoding="utf-8")
    refresh_review(Project(made.root), "shili-left-out", YEAR)
    assert page.read_text(encoding="utf-8") == before


def test_a_kernel_of_another_environment_gives_way_to_this_python_and_that_is_told(made: Run):
    told = made.result.stdout + made.result.stderr
    assert (
        "笔记本 notebooks/shili-elsewhere/annual_report.ipynb 的内核“myenv311”没有安装，改用本程序的 Python 运行。"
        in told
    )
    assert made.record(GOOD)["notes"] == [], "one that names no kernel is no matter"


def test_a_kernel_of_another_language_that_is_not_there_is_told_with_what_to_do(tmp_path: Path):
    root = make_project(tmp_path / "p", GOOD)
    change_common(root, kernel(name="ir-of-this-test", language="R"))
    result = govreport(root, "run", "--year", str(YEAR))
    told = (
        "笔记本 notebooks/annual_report.ipynb 的内核“ir-of-this-test”没有安装（语言是 R）；"
        "请安装该内核，或在 JupyterLab 中改选"
    )
    assert result.returncode == 1 and told in result.stdout + result.stderr
    (probe,) = (probe for probe in examine_project(Project(root)) if "内核" in probe.told)
    assert probe.state == BAD and told in probe.told


def test_doctor_tells_of_kernels_that_are_not_there(made: Run):
    (probe,) = (probe for probe in examine_project(Project(made.root)) if "内核" in probe.told)
    assert probe.state == NOTE and "“myenv311”没有安装" in probe.told


class Panic(BaseException):
    """What Typst's Python package raises where its code in Rust panics: no Exception."""


@pytest.mark.parametrize("error", [Panic("index out of bounds"), RuntimeError("坏"), RecursionError(), MemoryError()])
def test_whatever_stops_the_pdf_stops_the_pdf_alone(
    error: BaseException, made: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = made.copy(tmp_path / "p")
    monkeypatch.setattr("govreport.publish.pdf_bytes", mock.Mock(side_effect=error))
    options = Options(("html", "pdf", "docx"))
    job = Job(run.root, GOOD, GOOD, YEAR, run.root / "notebooks/annual_report.ipynb", options=options)
    outcome = produce(job)
    (told,) = outcome.errors
    assert told.startswith("未生成 PDF：") and told.endswith("。")
    assert run.record(GOOD)["files"] == ["report.ipynb", "report.html", "report.docx", "review.html"]
    assert not (run.folder(GOOD) / "report.pdf").exists(), "an older one is no longer true"
    assert outcome.notes == ("这次没有生成 report.pdf，上次的已过时，已删除；请改正后重新运行。",)
    assert run.record(GOOD)["notes"] == list(outcome.notes)


@pytest.mark.parametrize("mark", ["<!-- table -->", '<div style="display:none">', "<table><tr><td>"])
def test_a_mark_in_the_prose_that_has_no_place_or_no_end_is_told_and_takes_nothing_away(mark: str, tmp_path: Path):
    root = make_project(tmp_path / "city", GOOD)
    replace_in(
        root / f"data/{GOOD}/{YEAR}/narrative.md", "# 一、总体情况\n", f"# 一、总体情况\n\n{mark}\n\n其后的文字。\n"
    )
    book = root / "notebooks/annual_report.ipynb"
    outcome = produce(Job(root, GOOD, GOOD, YEAR, book, options=Options(("html",))))
    assert (outcome.state, outcome.errors) == ("有疑点", ())
    page = (root / f"output/{YEAR}/{GOOD}/report.html").read_text(encoding="utf-8")
    told = json.loads((root / f"output/{YEAR}/{GOOD}/report.json").read_text(encoding="utf-8"))["findings"]
    assert "<p>其后的文字。</p>" in page and [finding["rule"] for finding in told] == ["T3"]


def test_another_notebook_that_ends_early_fails_too(made: Run):
    notebook = json.loads((REPOSITORY / "notebooks/comparison.ipynb").read_text(encoding="utf-8"))
    insert("import sys; sys.exit(0)", "comparison.remarks()")(notebook)
    (made.root / "notebooks/专题.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    result = govreport(made.root, "run", GOOD, "--year", str(YEAR), "--notebook", "专题", "--formats", "html")
    assert result.returncode == 1 and "“import sys; sys.exit(0)”中途停止（SystemExit）" in result.stdout + result.stderr
    assert not (made.folder(GOOD) / "专题.html").exists() and (made.folder(GOOD) / "report.html").is_file()
