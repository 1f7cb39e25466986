"""``govreport run``, as an operator uses it: real runs of the console command over folders of filings."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from govreport.core.textfile import HOST, UNFINISHED
from tests.support.interruption import Interruption, interrupt, kill
from tests.support.projects import (
    FAULTY,
    GOOD,
    HOSTILE,
    PAGES,
    YEAR,
    Run,
    add_agency,
    append_to,
    govreport,
    make_project,
    spoil_row,
    write_notebook,
)

DRAFT = "草稿"
SPOILT = {
    "shili-row": spoil_row,
    "shili-empty": lambda folder: (folder / "disputes.csv").write_text(""),
    "shili-missing": lambda folder: (folder / "narrative.md").unlink(),
    "shili-name": lambda folder: append_to(folder / "narrative.md", "\n共{{ applications.nosuch.total }}件。\n"),
    "shili-python": lambda folder: append_to(
        folder / "narrative.md", "\n{{ applications.__class__.__mro__[1].__subclasses__() }}\n"
    ),
}
SENTENCES = {
    "shili-row": r"data/shili-row/2023/applications\.csv 第4行.*“grantedd”.*granted。",
    "shili-empty": r"data/shili-empty/2023/disputes\.csv 是空文件；.*。",
    "shili-missing": r"缺少 data/shili-missing/2023/narrative\.md；.*。",
    "shili-name": r"data/shili-name/2023/narrative\.md 第\d+行.*没有名为 applications\.nosuch\.total 的单元格.*。",
    "shili-python": r"data/shili-python/2023/narrative\.md 第\d+行的表达式.*。",
}


@pytest.fixture(scope="module")
def spoilt(sample: Run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a project a second time, elsewhere, after many filings were spoilt and one was made anew."""
    root = tmp_path_factory.mktemp("spoilt") / "年报 二"
    shutil.copytree(sample.root, root)
    shutil.rmtree(root / f"output/{YEAR}/{GOOD}")
    for slug, spoil in SPOILT.items():
        add_agency(root, slug, spoil=spoil)
    add_agency(root, "shili-strict")
    shutil.copyfile(
        root / f"data/{FAULTY}/{YEAR}/applications.csv", root / f"data/shili-strict/{YEAR}/applications.csv"
    )
    spoil_row(root / f"data/{FAULTY}/{YEAR}")
    add_agency(root, "shili-emoji", spoil=lambda folder: append_to(folder / "narrative.md", "\n谢谢😀。\n"))
    chosen = (GOOD, FAULTY, "shili-emoji", "shili-strict", *SPOILT)
    return Run(root, govreport(root, "run", *chosen, "--year", str(YEAR), "--strict"))


def index_row(root: Path, name: str) -> str:
    """The line of the index page about an agency in YEAR."""
    page = (root / "output/index.html").read_text(encoding="utf-8")
    (row,) = (row for row in re.findall(r"<tr data-a=.*?</tr>", page, re.DOTALL) if name in row and f">{YEAR}<" in row)
    return row


def test_a_run_leaves_notebook_pages_record_and_index(sample: Run):
    for agency in (GOOD, FAULTY):
        assert {*PAGES, "report.json"} <= {path.name for path in sample.folder(agency).iterdir()}
        assert (sample.folder(agency) / "report.pdf").read_bytes().startswith(b"%PDF-")
        executed = json.loads((sample.folder(agency) / "report.ipynb").read_text(encoding="utf-8"))
        assert any(cell.get("outputs") for cell in executed["cells"])
    assert (sample.root / "output/index.html").is_file()
    assert not list((sample.root / "output").glob(".writing-*"))


def test_the_record_tells_inputs_findings_versions_and_timings(sample: Run):
    record = sample.record(FAULTY)
    assert (record["agency"], record["year"], record["state"]) == (FAULTY, YEAR, "不一致")
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", record["digest"])
    assert record["counts"]["error"] == sum(1 for f in record["findings"] if f["severity"] == "error") > 0
    assert set(PAGES) <= set(record["files"]) and record["errors"] == []
    assert {"govreport", "papermill", "typst"} <= set(record["versions"])
    assert {"check", "execute", "html", "pdf"} <= set(record["seconds"])
    assert record["fonts"], "the record says which fonts the PDF was set in"
    assert sample.record(GOOD)["state"] == "一致"


def test_findings_make_a_draft_but_not_a_failure(sample: Run):
    assert sample.result.returncode == 0, sample.result.stderr
    assert DRAFT in sample.page(FAULTY) and DRAFT not in sample.page(GOOD)
    assert DRAFT in sample.result.stdout and FAULTY in sample.result.stdout
    pdfplumber = pytest.importorskip("pdfplumber")
    for agency, is_draft in ((FAULTY, True), (GOOD, False)):
        with pdfplumber.open(sample.folder(agency) / "report.pdf") as pdf:
            assert (DRAFT in (pdf.pages[0].extract_text() or "")) == is_draft


def test_a_piped_run_that_goes_well_is_plain_and_says_nothing_on_standard_error(sample: Run):
    assert sample.result.stderr == "" and "\x1b" not in sample.result.stdout
    assert "output/index.html" in sample.result.stdout


def test_the_index_shows_each_state_and_links_the_pages(sample: Run):
    row = index_row(sample.root, "示例市气象局")
    assert (
        "不一致" in row and f'href="{YEAR}/{FAULTY}/report.html"' in row and f'href="{YEAR}/{FAULTY}/report.pdf"' in row
    )
    assert "一致" in index_row(sample.root, "示例市民政局")


@pytest.mark.parametrize("slug", SENTENCES)
def test_a_broken_filing_is_named_with_file_and_line_in_one_sentence(spoilt: Run, slug: str):
    assert spoilt.result.returncode == 1
    (line,) = spoilt.told_of(slug)
    assert re.fullmatch(rf"{slug} {YEAR}\s+{SENTENCES[slug]}", line)
    assert "Error" not in line and "Traceback" not in spoilt.result.stderr


@pytest.mark.parametrize("slug", SENTENCES)
def test_a_broken_filing_has_a_record_but_no_pages(spoilt: Run, slug: str):
    assert [path.name for path in spoilt.folder(slug).iterdir()] == ["report.json"]
    record = spoilt.record(slug)
    assert record["state"] == "失败" and len(record["errors"]) == 1 and record["files"] == []


def test_broken_filings_do_not_stop_the_others(spoilt: Run):
    assert {*PAGES, "report.json"} <= {path.name for path in spoilt.folder(GOOD).iterdir()}
    assert spoilt.record(GOOD)["state"] == "一致"


def test_pages_of_a_filing_that_broke_since_are_taken_away(sample: Run, spoilt: Run):
    assert (sample.folder(FAULTY) / "report.html").exists()
    assert [path.name for path in spoilt.folder(FAULTY).iterdir()] == ["report.json"]


def test_the_index_calls_a_broken_filing_failed_and_links_nothing(spoilt: Run):
    for name in ("示例市气象局", "示例shili-row局", "示例shili-missing局"):
        assert "失败" in index_row(spoilt.root, name) and "href" not in index_row(spoilt.root, name)
    assert "第4行" in index_row(spoilt.root, "示例shili-row局"), "the index says why"


def test_a_report_that_was_not_run_again_stays(sample: Run, spoilt: Run):
    for name in (*PAGES, "report.json"):
        assert (spoilt.folder(HOSTILE) / name).read_bytes() == (sample.folder(HOSTILE) / name).read_bytes()


def test_a_missing_glyph_stops_only_that_reports_pdf(spoilt: Run):
    folder = spoilt.folder("shili-emoji")
    assert not (folder / "report.pdf").exists()
    assert (folder / "report.html").is_file() and "谢谢😀" in spoilt.page("shili-emoji")
    assert (folder / "review.html").is_file() and "review.html" in index_row(spoilt.root, "示例shili-emoji局")
    (line,) = spoilt.told_of("shili-emoji")
    assert "PDF" in line and "😀" in line and "U+1F600" in line and "fonts/" in line
    assert "report.html" in spoilt.record("shili-emoji")["files"]
    assert "report.html" in index_row(spoilt.root, "示例shili-emoji局")


def test_a_strict_run_makes_no_pages_of_a_faulty_filing_and_says_why_in_one_line(spoilt: Run):
    assert not (spoilt.folder("shili-strict") / "report.html").exists()
    (line,) = spoilt.told_of("shili-strict")
    assert "勾稽" in line
    assert all(line.startswith("shili-") and line.endswith("。") for line in spoilt.failures())


def test_a_run_says_once_why_a_report_failed(spoilt: Run):
    told = spoilt.result.stdout + spoilt.result.stderr
    reasons = [line.partition("  ")[2] for line in spoilt.failures()]
    assert reasons and all(told.count(reason) == reasons.count(reason) for reason in reasons)


def test_the_same_filing_gives_the_same_bytes_in_another_folder_at_another_time(sample: Run, spoilt: Run):
    for name in ("report.html", "report.pdf"):
        assert (spoilt.folder(GOOD) / name).read_bytes() == (sample.folder(GOOD) / name).read_bytes(), name


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a batch in which one notebook raises and one loses its kernel; the third uses its parameters."""
    root = make_project(tmp_path_factory.mktemp("troubled") / "p", GOOD)
    add_agency(root, "shili-raises")
    add_agency(root, "shili-dies")
    code = (
        "import os\n"
        "if agency == 'shili-raises':\n    raise RuntimeError('附件“示例.xlsx”不在文件夹中。')\n"
        "if agency == 'shili-dies':\n    os._exit(1)\n"
        "f'{word}·{number + 1}·{year}'\n"
    )
    write_notebook(root, code)
    words = ("-p", "word", "你 好", "-p", "number", "41", "--formats", "html")
    return Run(root, govreport(root, "run", "--year", str(YEAR), *words))


def test_a_notebook_that_raises_is_reported_by_its_sentence(troubled: Run):
    assert troubled.result.returncode == 1
    (line,) = troubled.told_of("shili-raises")
    assert "annual_report.ipynb" in line and "附件“示例.xlsx”不在文件夹中。" in line
    assert troubled.record("shili-raises")["state"] == "失败"
    assert not (troubled.folder("shili-raises") / "report.html").exists()


def test_a_notebook_whose_kernel_dies_is_reported_in_chinese(troubled: Run):
    (line,) = troubled.told_of("shili-dies")
    assert troubled.record("shili-dies")["state"] == "失败"
    assert "笔记本" in line, line
    assert "Kernel" not in line and "Error" not in line


def test_the_other_reports_of_a_troubled_batch_come_out(troubled: Run):
    assert troubled.record(GOOD)["state"] == "一致" and (troubled.folder(GOOD) / "report.html").is_file()


def test_only_the_formats_asked_for_are_made(troubled: Run):
    assert not (troubled.folder(GOOD) / "report.pdf").exists()
    assert "report.pdf" not in troubled.record(GOOD)["files"] and "report.pdf" not in index_row(troubled.root, "民政局")


def test_parameters_reach_the_notebook_as_text_and_numbers(troubled: Run):
    assert f"你 好·42·{YEAR}" in troubled.page(GOOD)


def test_libraries_and_kernels_say_nothing_in_english(troubled: Run):
    assert not re.search(r"[A-Za-z]{3,} [a-z]{3,} [a-z]{3,}", troubled.result.stdout + troubled.result.stderr)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of two agencies; the notebook of one has a kernel of its own and waits for notebooks/wait to go."""
    root = make_project(tmp_path_factory.mktemp("interrupted") / "p", GOOD, FAULTY)
    write_notebook(root, "print(agency)", forked=True)
    (root / "notebooks" / GOOD).mkdir()
    (root / "notebooks/annual_report.ipynb").rename(root / f"notebooks/{GOOD}/annual_report.ipynb")
    wait = "subprocess.run(['test', '-e', 'wait']).returncode == 0"  # not looked at by Python, so no input
    write_notebook(root, f"import subprocess, time\nwhile {wait}:\n    time.sleep(0.1)\nprint(agency)\n")
    return root


@pytest.fixture(scope="module")
def killed(root: Path) -> Interruption:
    return kill(root)


@pytest.fixture(scope="module")
def interrupted_twice(root: Path, killed: Interruption) -> Interruption:
    shutil.rmtree(root / f"output/{YEAR}/{GOOD}")
    return interrupt(root, times=2)


@pytest.fixture(scope="module")
def interrupted_once(root: Path, interrupted_twice: Interruption) -> Interruption:
    shutil.rmtree(root / f"output/{YEAR}/{GOOD}")
    for name in (f"{UNFINISHED}{HOST}-999999999-a.html", f"{YEAR}/{UNFINISHED}{HOST}-999999999-b.pdf"):
        (root / "output" / name).write_text("半", encoding="utf-8")
    return interrupt(root, times=1)


def test_a_killed_run_leaves_whole_reports_only(killed: Interruption):
    assert killed.broken == () and killed.reports == (GOOD,)


def test_a_killed_run_leaves_no_process_behind(killed: Interruption):
    assert killed.survivors == ()


def test_a_second_interrupt_stops_at_once_and_leaves_whole_reports_only(interrupted_twice: Interruption):
    assert interrupted_twice.broken == () and interrupted_twice.reports == (GOOD,)
    assert interrupted_twice.survivors == ()


def test_one_interrupt_lets_the_report_in_hand_be_finished(interrupted_once: Interruption):
    assert interrupted_once.broken == () and set(interrupted_once.reports) == {GOOD, FAULTY}


def test_a_run_after_others_that_ended_early_completes_the_batch(root: Path, interrupted_once: Interruption):
    for agency, name in ((GOOD, "示例市民政局"), (FAULTY, "示例市气象局")):
        record = json.loads((root / f"output/{YEAR}/{agency}/report.json").read_text(encoding="utf-8"))
        assert set(PAGES) <= set(record["files"]) and "report.html" in index_row(root, name)


def test_the_next_run_removes_what_a_killed_one_left_half_written(interrupted_once: Interruption):
    assert interrupted_once.unfinished == ()


@pytest.mark.parametrize("times", ["interrupted_once", "interrupted_twice"])
def test_an_interrupted_run_says_in_chinese_that_it_stopped(times: str, request: pytest.FixtureRequest):
    interruption = request.getfixturevalue(times)
    assert interruption.code == 130
    assert "Traceback" not in interruption.errors and "Error" not in interruption.errors
    assert "中止" in interruption.errors
