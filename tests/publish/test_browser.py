"""The pages in a browser without internet, as a reviewer opens them from a folder: Chromium, wide and narrow."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path

import nbformat
import pytest

from govreport.publish.document import read_document
from govreport.publish.html_writer import html_page
from govreport.publish.review import review_page
from tests.support.analyst import filled
from tests.support.browser import VIEWS, Browser, View
from tests.support.hostile import wide
from tests.support.projects import FAULTY, GOOD, HOSTILE, YEAR, Run, figures_on_disk

PHONE, SCREEN = 390, 1280
AGENCIES = (GOOD, FAULTY, HOSTILE)
PAGES = {
    **{agency: f"{YEAR}/{agency}/report.html" for agency in AGENCIES},
    **{f"{agency}-review": f"{YEAR}/{agency}/review.html" for agency in AGENCIES},
    "index": "index.html",
}
ANALYST = {"analyst": html_page, "analyst-review": review_page}
"""Pages with what analysts put into their notebooks besides."""


@pytest.fixture(params=[*PAGES, *ANALYST])
def page(request: pytest.FixtureRequest, sample: Run, tmp_path: Path) -> Path:
    if request.param in PAGES:
        return sample.root / "output" / PAGES[request.param]
    report = nbformat.read(sample.folder(FAULTY) / "report.ipynb", as_version=4)
    cells = [*report.cells, *filled()["cells"], *wide(40)["cells"]]
    made = read_document({"cells": cells, "metadata": report.metadata})
    (tmp_path / "page.html").write_text(ANALYST[request.param](made), encoding="utf-8")
    return tmp_path / "page.html"


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


@pytest.mark.parametrize("name", ["report.html", "review.html"])
def test_labels_stay_on_a_phone_while_figures_scroll_and_a_hint_says_that_there_is_more(
    browser: Browser, sample: Run, name: str
):
    browser.open(sample.folder(FAULTY) / name, PHONE)
    frame = "document.querySelector('[data-table=applications]').closest('.scroll')"
    labels = "tbody th, thead tr:first-child > :first-child"
    places = f"[...{frame}.querySelectorAll('{labels}')].map(t => t.getBoundingClientRect().left)"
    figure = f"{frame}.querySelector('tbody tr td:last-child').getBoundingClientRect().right"
    before = browser.run(places)
    assert len({*before}) == 3 and browser.run(figure) > PHONE
    browser.run(f"{frame}.scrollLeft = 1000")
    moved = [abs(now - then) for now, then in zip(browser.run(places), before, strict=True)]
    assert max(moved) <= 1 and max(before) < PHONE / 3, "the width of a line"
    assert browser.run(figure) <= PHONE
    hint = f"(s => [s.content, parseFloat(s.height)])(getComputedStyle({frame}, '::before'))"
    content, height = browser.run(hint)
    assert "滑动" in content and height > 15
    browser.open(sample.folder(FAULTY) / name, SCREEN)
    assert browser.run(hint)[1] == 0


@pytest.mark.parametrize("width", [PHONE, SCREEN])
def test_a_hint_stands_only_above_what_scrolls(browser: Browser, sample: Run, width: int):
    browser.open(sample.folder(GOOD) / "report.html", width)
    shown = browser.run(
        "[...document.querySelectorAll('.chart, .scroll')].map(e =>"
        " [e.className, e.scrollWidth > e.clientWidth, parseFloat(getComputedStyle(e, '::before').height) > 15])"
    )
    assert any("chart" in name for name, _, _ in shown)
    assert [name for name, scrolls, hint in shown if scrolls != hint] == []


def test_words_in_a_chart_are_legible_on_a_phone(browser: Browser, sample: Run):
    browser.open(sample.folder(GOOD) / "report.html", PHONE)
    shown = browser.run("[...document.querySelectorAll('.chart img')].map(i => i.clientWidth / i.naturalWidth)")
    assert shown and min(shown) * 10.5 * 96 / 72 >= 12, "pixels of its type"
    assert browser.run(
        "[...document.querySelectorAll('.chart')].every(f => f.scrollWidth > f.clientWidth && f.tabIndex == 0)"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_drawing_is_never_dark_on_dark_nor_a_white_field_in_the_dark(browser: Browser, sample: Run, scheme: str):
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.open(sample.folder(GOOD) / "report.html")
    style = "(s => [s.filter, s.backgroundColor])(getComputedStyle(document.querySelector('figure.drawing img')))"
    (filter_, background), dark = browser.run(style), scheme == "dark"
    browser.call("Emulation.setEmulatedMedia", features=[])
    assert ("invert" in filter_) is dark and background == "rgba(0, 0, 0, 0)"


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


@pytest.mark.parametrize(("width", "scheme", "contrast"), VIEWS)
def test_axe_finds_no_barrier_at_wcag_2_2_aa(
    browser: Browser, page: Path, axe: str, width: int, scheme: str, contrast: bool
):
    passed, violations = browser.barriers(page, axe, width, scheme, contrast)
    assert violations == [] and passed > 10


@pytest.mark.parametrize("name", ["report.html", "review.html"])
def test_a_hostile_filing_runs_nothing(browser: Browser, sample: Run, name: str):
    view = browser.open(sample.folder(HOSTILE) / name)
    assert view.complaints == [], "nothing was even blocked: there was nothing to block"
    own = ["application/json", ""] if name == "review.html" else []  # what an answer names, and the script for it
    assert browser.run("[...document.scripts].map(s => s.type)") == [*own, "application/json"]
    assert browser.run("document.querySelectorAll('iframe, svg, object, embed, form').length") == 0
    assert browser.run("getComputedStyle(document.body).display") == "block"
    text = browser.run("document.body.innerText")
    assert "alert('名称')" in text and "alert('段落')" not in text, (
        "a name is text as typed; rule T3 tells the elements of prose"
    )
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


def test_keys_lead_from_a_finding_to_its_cell_and_back(browser: Browser, sample: Run):
    browser.open(sample.folder(FAULTY) / "review.html")
    cell = browser.run("document.querySelector('#f1 a[href^=\"#c-\"]').hash.slice(1)")
    inside = f"document.getElementById({json.dumps(cell)}).querySelector('a')"
    assert browser.run(f"{inside}.focus(), document.activeElement === {inside}")
    assert browser.run(f"{inside}.hash") == "#f1"
    told = "document.activeElement.getAttribute('aria-describedby').split(' ').map(i => document.getElementById(i))"
    texts = browser.run(f"{told}.map(e => e.textContent)")
    finding = sample.record(FAULTY)["findings"][0]
    assert texts[0] == finding["message"] and texts[-1].startswith("上年")


def test_a_cell_shows_last_years_figure_under_the_pointer_and_at_focus(browser: Browser, sample: Run):
    browser.open(sample.folder(GOOD) / "review.html")
    cell = "document.querySelector('[data-cell=\"applications.new.total\"]')"
    tip = f"getComputedStyle({cell}.querySelector('.tip')).display"
    assert browser.run(tip) == "none"
    assert browser.run(f"{cell}.focus(), {tip}") == "block"
    assert browser.run(f"{cell}.blur(), {tip}") == "none"
    x, y = browser.run(
        f"{cell}.scrollIntoView(), (r => [r.x + r.width / 2, r.y + r.height / 2])({cell}.getBoundingClientRect())"
    )
    browser.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
    assert browser.run(tip) == "block"
    assert "上年" in browser.run(f"{cell}.innerText")


def test_what_a_cell_shows_is_never_cut_off_by_its_table(browser: Browser, sample: Run):
    browser.open(sample.folder(FAULTY) / "review.html")
    outside = browser.run(
        "[...document.querySelectorAll('.tip')].filter(t => { t.style.display = 'block';"
        " const [r, f] = [t, t.closest('.scroll')].map(e => e.getBoundingClientRect()); t.style.display = '';"
        " return r.left < f.left || r.right > f.right || r.top < f.top; }).map(t => t.innerText)"
    )
    assert outside == []


def test_the_printed_review_copy_begins_with_the_findings(browser: Browser, sample: Run):
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.open(sample.folder(FAULTY) / "review.html")
    style = "getComputedStyle(document.querySelector('.review'))"
    assert browser.run(f"{style}.breakAfter") == "page"
    assert browser.run("getComputedStyle(document.querySelector('td.suspect')).outlineStyle") == "solid"
    assert browser.run("getComputedStyle(document.querySelector('td.involved > a')).borderTopStyle") == "dashed"
    browser.call("Emulation.setEmulatedMedia", media="")


def test_a_folded_quote_is_unfolded_by_keyboard(browser: Browser, sample: Run):
    browser.open(sample.folder(FAULTY) / "review.html", PHONE)
    quote = "document.querySelector('.findings summary q')"
    rest = f"(q => q.scrollHeight - q.clientHeight)({quote})"
    assert browser.run(rest) > 10
    browser.run(f"{quote}.parentElement.focus()")
    browser.press("Enter")
    assert browser.run(f"[{quote}.closest('details').open, {rest}]") == [True, 0]
