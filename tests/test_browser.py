"""The pages in a browser without internet, as a reviewer opens them from a folder: Chromium, wide and narrow."""

from __future__ import annotations

import json
import os
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import CHROMIUM, Browser, View
from projects import FAULTY, GOOD, HOSTILE, REPOSITORY, YEAR, Run, figures_on_disk, sample_run

PHONE, SCREEN = 390, 1280
PAGES = {agency: f"{YEAR}/{agency}/report.html" for agency in (GOOD, FAULTY, HOSTILE)} | {"index": "index.html"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        assert not os.environ.get("CI"), "CI must have a chromium"
        pytest.skip("no chromium on this machine")
    with Browser(tmp_path_factory.mktemp("profile"), REPOSITORY / "govreport/publish/fonts") as browser:
        yield browser


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return sample_run(tmp_path_factory.getbasetemp())


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, sample: Run) -> Path:
    return sample.root / "output" / PAGES[request.param]


@pytest.fixture
def view(browser: Browser, page: Path) -> View:
    return browser.open(page, SCREEN)


def test_a_page_opens_from_a_folder_without_complaint(browser: Browser, view: View):
    assert view.complaints == []
    assert "政府信息公开工作年度报告" in browser.run("document.title")
    assert browser.run("document.compatMode") == "CSS1Compat"


def test_no_request_leaves_the_page(view: View):
    elsewhere = [url[:80] for url in view.requests if not url.startswith("data:") and url != view.address]
    assert elsewhere == []


@pytest.mark.parametrize("width", [PHONE, SCREEN])
def test_nothing_is_wider_than_the_window(browser: Browser, page: Path, width: int):
    browser.open(page, width)
    inner, needed = browser.run("[innerWidth, document.documentElement.scrollWidth]")
    assert inner == width, "the page lets itself be scaled down"
    assert needed <= inner


@pytest.mark.parametrize("agency", [GOOD, FAULTY])
def test_the_tables_show_every_figure(browser: Browser, sample: Run, agency: str):
    browser.open(sample.folder(agency) / "report.html")
    shown = browser.run(
        "Object.fromEntries([...document.querySelectorAll('[data-cell]')].map(c => [c.dataset.cell, c.innerText]))"
    )
    assert shown == figures_on_disk(sample.root / f"data/{agency}/{YEAR}")
    captions = browser.run("[...document.querySelectorAll('table.govreport caption')].map(c => c.innerText)")
    assert len(captions) == 3 and all(captions)
    hidden = "[...document.querySelectorAll('td, th')].filter(c => !c.offsetWidth || !c.offsetHeight).length"
    assert browser.run(hidden) == 0


def test_wide_tables_scroll_inside_their_own_frame_on_a_phone(browser: Browser, sample: Run):
    browser.open(sample.folder(GOOD) / "report.html", PHONE)
    frames = browser.run(
        "[...document.querySelectorAll('table')].map(t => [t.scrollWidth, t.closest('.scroll').clientWidth,"
        " getComputedStyle(t.closest('.scroll')).overflowX, t.closest('.scroll').tabIndex])"
    )
    assert any(table > frame for table, frame, _, _ in frames)
    assert all(frame <= PHONE and overflow == "auto" and tab == 0 for _, frame, overflow, tab in frames)


def test_the_chart_is_drawn(browser: Browser, sample: Run):
    browser.open(sample.folder(GOOD) / "report.html")
    pictures = browser.run("[...document.images].map(i => [i.complete, i.naturalWidth, i.clientWidth])")
    assert pictures and all(complete and natural > 100 and shown > 100 for complete, natural, shown in pictures)


def test_a_draft_shows_its_mark_in_the_first_window_and_a_final_report_none(browser: Browser, sample: Run):
    browser.open(sample.folder(FAULTY) / "report.html")
    top, text = browser.run("(s => [s.getBoundingClientRect().top, s.innerText])(document.querySelector('.stamp'))")
    assert text == "草稿" and 0 <= top < 300
    browser.open(sample.folder(GOOD) / "report.html")
    assert "草稿" not in browser.run("document.body.innerText")


def test_a_hostile_filing_runs_nothing(browser: Browser, sample: Run):
    view = browser.open(sample.folder(HOSTILE) / "report.html")
    assert view.complaints == [], "nothing was even blocked: there was nothing to block"
    assert browser.run("[...document.scripts].map(s => s.type)") == ["application/json"]
    assert browser.run("document.querySelectorAll('iframe, svg, object, embed, form').length") == 0
    assert browser.run("getComputedStyle(document.body).display") == "block"
    assert "alert('段落')" in browser.run("document.body.innerText")
    handlers = "[...document.querySelectorAll('*')].filter(e => [...e.attributes].some(a => /^on/.test(a.name))).length"
    assert browser.run(handlers) == 0


def test_the_pages_policy_would_stop_a_script(browser: Browser, sample: Run, tmp_path: Path):
    spoilt = tmp_path / "spoilt.html"
    page = sample.page(GOOD).replace("</main>", "<script>document.title = 'ran'</script></main>")
    spoilt.write_text(page, encoding="utf-8")
    view = browser.open(spoilt)
    assert browser.run("document.title") != "ran" and any("script" in complaint for complaint in view.complaints)


def test_another_program_can_read_the_filing_out_of_the_page(browser: Browser, sample: Run):
    browser.open(sample.folder(HOSTILE) / "report.html")
    text = browser.run("document.getElementById('govreport-filing').textContent")
    assert json.loads(text)["agency"] == HOSTILE


def test_links_of_the_index_open_the_reports(browser: Browser, sample: Run):
    browser.open(sample.root / "output/index.html")
    links = browser.run("[...document.links].map(a => a.href)")
    files = [Path(urllib.parse.unquote(urllib.parse.urlsplit(link).path)) for link in links]
    assert files and all(file.is_file() for file in files)
    title = browser.open(next(file for file in files if file.parent.name == FAULTY and file.suffix == ".html"))
    assert title.complaints == [] and "示例市气象局" in browser.run("document.title")


def test_the_index_says_each_reports_state_in_words(browser: Browser, sample: Run):
    browser.open(sample.root / "output/index.html")
    rows = browser.run("[...document.querySelectorAll('tbody tr')].map(r => r.innerText)")
    assert any("示例市气象局" in row and "不一致" in row and str(YEAR) in row for row in rows)
    assert any("示例市民政局" in row and "未生成" in row for row in rows), "years that were not run"
