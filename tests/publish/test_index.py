"""The index page of a city of 2,000 reports, in a browser: search, filters, sorting, keys, addresses, no script."""

from __future__ import annotations

import base64
import datetime
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfplumber import PDF

from govreport.batch.overview import write_index
from govreport.checks.deadlines import deadline
from govreport.checks.report_states import CONSISTENT, FAILED, INCONSISTENT, OUTDATED, PENDING, STATES
from govreport.checks.signoff import SignOff
from govreport.filing.project import Agency, Project
from govreport.forms.catalogue import Catalogue
from govreport.publish.index import UNMADE, Companion, ReportEntry, Sum, index_page, sum_over
from tests.support.browser import VIEWS, Browser
from tests.support.cities import entries_of, register_of
from tests.support.pages import Page

YEARS = range(2019, 2029)
REGISTER = register_of(200)
ENTRIES = entries_of(REGISTER, YEARS)
ALL = len(ENTRIES)
USUAL = sorted(ENTRIES, key=lambda entry: (-entry.year, STATES.index(entry.state)))
HOSTILE = '</script><script>document.title = "ran"</script><img src=x onerror="document.title = \'ran\'">'
PHONE, SCREEN = 390, 1280

ROWS = "[...document.querySelectorAll('#list tbody tr')]"
SHOWN = f"{ROWS}.map(r => [r.dataset.a, Number(r.cells[0].textContent)])"
SETTLED = "new Promise(done => setTimeout(() => requestAnimationFrame(() => done()), 150))"
Key = Callable[[ReportEntry], object]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("大 城市") / "index.html"
    page.write_text(index_page(ENTRIES, REGISTER), encoding="utf-8")
    return page


@pytest.fixture
def opened(browser: Browser, city: Path) -> Browser:
    assert browser.open(city, SCREEN).complaints == []
    return browser


def write(path: Path, entries: Sequence[ReportEntry], *agencies: Agency) -> Path:
    path.write_text(index_page(entries, {agency.slug: agency for agency in agencies} or REGISTER), encoding="utf-8")
    return path


def choose(browser: Browser, name: str, value: str) -> None:
    """Set a filter as its reader does, and wait until the list has followed."""
    event = "input" if name == "q" else "change"
    element = f"document.getElementById('{name}')"
    browser.run(f"{element}.value = {json.dumps(value)}, {element}.dispatchEvent(new Event('{event}')), {SETTLED}")


def sort_by(browser: Browser, key: str) -> None:
    browser.run(f"document.querySelector('th[data-key={key}] button').click(), {SETTLED}")


def shown(browser: Browser) -> list[tuple[str, int]]:
    return [(slug, year) for slug, year in browser.run(SHOWN)]


def named(entries: Sequence[ReportEntry]) -> list[tuple[str, int]]:
    return [(entry.agency.slug, entry.year) for entry in entries]


def told(browser: Browser) -> str:
    return browser.run("document.getElementById('shown').textContent")


def address(browser: Browser) -> dict[str, str]:
    """What the address says of the view."""
    fragment = urlsplit(browser.run("location.href")).fragment
    return {key: value for key, (value,) in parse_qs(fragment).items()}


def test_every_report_is_shown_newest_and_worst_first(opened: Browser):
    assert shown(opened) == named(USUAL)
    assert told(opened) == f"显示{ALL}份，共{ALL}份"


def test_it_can_be_read_without_script(browser: Browser, city: Path, tmp_path: Path):
    page, blocked = city.read_text(encoding="utf-8"), tmp_path / "index.html"
    blocked.write_text(page.replace("script-src 'sha256-", "script-src 'sha256-no"), encoding="utf-8")
    assert any("script" in complaint for complaint in browser.open(blocked, SCREEN).complaints), "it did not run"
    assert shown(browser) == named(USUAL)
    assert browser.run("document.querySelector('.controls').offsetHeight") == 0
    assert browser.run("document.querySelectorAll('main a[href^=\"#\"], main th button').length") == 0
    first = browser.run(f"{ROWS}[0].innerText")
    assert USUAL[0].agency.name in first and INCONSISTENT in first


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("林业局", lambda e: "林业局" in e.agency.name),
        ("  林业局  2024 ", lambda e: "林业局" in e.agency.name and e.year == 2024),
        ("SHILI-17", lambda e: "shili-17" in e.agency.slug),
        ("grantedd", lambda e: e.state == FAILED),
        ("逾期", lambda e: e.published_in_time == "逾期"),
        ("李审核", lambda e: e.signoff is not None),
        ("没有这样的机构", lambda e: False),
    ],
)
def test_a_search_shows_reports_that_have_all_its_words(opened: Browser, asked: str, fits: Callable):
    choose(opened, "q", asked)
    wanted = [entry for entry in USUAL if fits(entry)]
    assert shown(opened) == named(wanted) and told(opened) == f"显示{len(wanted)}份，共{ALL}份"
    choose(opened, "q", "")
    assert shown(opened) == named(USUAL)


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("year", "2024", lambda e: e.year == 2024),
        ("state", CONSISTENT, lambda e: e.state == CONSISTENT),
        ("state", "已签审", lambda e: e.state == "已签审"),
        ("parent", "shili", lambda e: e.agency.parent == "shili"),
        ("kind", "township", lambda e: e.agency.kind == "township"),
    ],
)
def test_a_filter_shows_what_it_names(opened: Browser, name: str, value: str, fits: Callable):
    choose(opened, name, value)
    wanted = [entry for entry in USUAL if fits(entry)]
    assert 0 < len(wanted) < ALL
    assert shown(opened) == named(wanted) and told(opened) == f"显示{len(wanted)}份，共{ALL}份"


def test_filters_and_search_narrow_each_other(opened: Browser):
    for name, value in (("year", "2026"), ("state", INCONSISTENT), ("parent", "shili-3"), ("q", "审计局")):
        choose(opened, name, value)
    wanted = [
        entry
        for entry in USUAL
        if entry.year == 2026 and entry.state == INCONSISTENT and entry.agency.parent == "shili-3"
        if "审计局" in entry.agency.name
    ]
    assert wanted
    assert shown(opened) == named(wanted)
    opened.run("document.getElementById('reset').click()")
    assert shown(opened) == named(USUAL) and address(opened) == {}


def late(entry: ReportEntry) -> float:
    return float("-inf") if entry.days_late is None else entry.days_late


@pytest.mark.parametrize(
    ("key", "of", "first"),
    [
        ("state", lambda e: STATES.index(e.state), "ascending"),
        ("error", lambda e: e.counts["error"], "descending"),
        ("warning", lambda e: e.counts["warning"], "descending"),
        ("notice", lambda e: e.counts["notice"], "descending"),
        ("late", late, "descending"),
    ],
)
def test_a_column_sorts_both_ways_and_equal_reports_keep_their_order(opened: Browser, key: str, of: Key, first: str):
    for direction in (first, "ascending" if first == "descending" else "descending"):
        sort_by(opened, key)
        assert shown(opened) == named(sorted(USUAL, key=of, reverse=direction == "descending"))
        marked = opened.run("[...document.querySelectorAll('[aria-sort]')].map(h => [h.dataset.key, h.ariaSort])")
        assert marked == [[key, direction]]


def test_years_and_names_sort_too(opened: Browser):
    sort_by(opened, "year")
    assert [year for _, year in shown(opened)] == sorted(entry.year for entry in ENTRIES)
    sort_by(opened, "name")
    names = opened.run(f"{ROWS}.map(r => r.cells[1].firstChild.data)")
    assert names == opened.run(f"{json.dumps(names)}.sort(new Intl.Collator('zh-CN').compare)")
    assert names != [entry.agency.name for entry in USUAL]


def test_a_view_is_kept_in_the_address_and_comes_back_with_it(opened: Browser, city: Path):
    choose(opened, "q", "商务局 & 100%")
    choose(opened, "q", "商务局")
    choose(opened, "state", FAILED)
    sort_by(opened, "name")
    view = {"q": "商务局", "state": FAILED, "sort": "name"}
    assert address(opened) == view
    kept, link = shown(opened), opened.run("location.href")
    assert kept
    opened.open(city)
    opened.run(f"location.href = {json.dumps(link)}, {SETTLED}")
    assert shown(opened) == kept and address(opened) == view
    assert opened.run("document.getElementById('q').value") == "商务局"
    opened.run(f"location.hash = '', {SETTLED}")
    assert shown(opened) == named(USUAL)


def test_an_address_that_names_nothing_known_shows_everything(browser: Browser, city: Path):
    browser.open(city)
    browser.run(f"location.hash = 'state=好&sort=-size&year=1&x=<b>', {SETTLED}")
    assert shown(browser) == named(USUAL)
    assert browser.run("document.getElementById('state').value") == ""


def test_a_years_totals_lead_to_its_reports(opened: Browser):
    link = (
        "[...document.querySelectorAll('.totals a')].find(a => a.hash.includes('2025') && /失败/.test(a.textContent))"
    )
    count = int(opened.run(f"{link}.textContent").split()[1])
    opened.run(f"{link}.click(), {SETTLED}")
    wanted = [entry for entry in USUAL if entry.year == 2025 and entry.state == FAILED]
    assert shown(opened) == named(wanted) and len(wanted) == count


def test_everything_can_be_done_with_the_keyboard(opened: Browser):
    opened.run("document.getElementById('q').focus()")
    opened.call("Input.insertText", text="档案局")
    opened.run(SETTLED)
    archives = [entry for entry in USUAL if "档案局" in entry.agency.name]
    assert shown(opened) == named(archives)
    opened.press("Tab")
    opened.press("ArrowDown")
    opened.run(SETTLED)
    assert address(opened) == {"q": "档案局", "year": "2028"}
    for _ in range(4):
        opened.press("Tab")
    assert opened.run("document.activeElement.id") == "reset"
    for _ in range(4):
        opened.press("Tab")
    assert opened.run("document.activeElement.textContent") == "错误"
    opened.press("Enter")
    opened.run(SETTLED)
    wanted = [entry for entry in archives if entry.year == 2028]
    assert shown(opened) == named(sorted(wanted, key=lambda entry: -entry.counts["error"]))
    assert opened.run("document.activeElement.textContent") == "错误", "the place is kept"


def test_letters_of_an_input_method_are_no_search_yet(opened: Browser):
    box = "document.getElementById('q')"
    typing = "new InputEvent('input', {isComposing: true})"
    opened.run(f"{box}.value = 'lin ye', {box}.dispatchEvent({typing}), {SETTLED}")
    assert told(opened) == f"显示{ALL}份，共{ALL}份"
    opened.run(f"{box}.value = '林业', {box}.dispatchEvent(new CompositionEvent('compositionend')), {SETTLED}")
    assert told(opened) != f"显示{ALL}份，共{ALL}份"


def test_how_many_are_shown_is_announced(opened: Browser):
    assert opened.run("(s => [s.role, s.ariaLive])(document.getElementById('shown'))") == ["status", "polite"]


def test_rows_out_of_sight_are_not_laid_out(opened: Browser):
    out = "!body.rows[0].checkVisibility({contentVisibilityAuto: true})"
    skipped = opened.run(f"[...document.querySelectorAll('#list tbody')].map(body => {out})")
    assert len(skipped) == ALL // 100 and not skipped[0] and all(skipped[5:])


def test_in_print_every_row_stands_under_a_repeated_header(opened: Browser):
    opened.call("Emulation.setEmulatedMedia", media="print")
    try:
        style = "getComputedStyle(document.querySelector('%s')).%s"
        assert opened.run(style % ("#list thead", "display")) == "table-header-group"
        assert opened.run(style % ("#list tbody", "contentVisibility")) == "visible"
        assert opened.run(style % (".controls", "display")) == "none"
        pages = PDF(BytesIO(base64.b64decode(opened.call("Page.printToPDF", preferCSSPageSize=True)["data"])))
        start = next(number for number, page in enumerate(pages.pages) if "报告清单" in page.extract_text())
        texts = [page.extract_text() for page in (*pages.pages[start : start + 2], pages.pages[20], pages.pages[-1])]
        assert all("机构" in text and "警告" in text for text in texts), "the header is on every page"
    finally:
        opened.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize(("width", "scheme", "contrast"), VIEWS)
def test_axe_finds_no_barrier_whatever_the_states(
    browser: Browser, axe: str, tmp_path: Path, width: int, scheme: str, contrast: bool
):
    asked = {"progress": "未报", "contact": "王某", "due": datetime.date(2026, 1, 31)}
    entries = [entry for entry in ENTRIES if entry.year == 2025][:60]
    usual = next(n for n, entry in enumerate(entries) if n and entry.state == CONSISTENT)
    entries[usual] = replace(entries[usual], state=OUTDATED, counts={}, files=(), published="")
    page = write(tmp_path / "index.html", [replace(entries[0], **asked), *entries[1:]])
    text = page.read_text(encoding="utf-8")
    assert all(f">{state}</b>" in text for state in STATES)
    page.write_text(text.replace('<details class="missing">', '<details class="missing" open>'), encoding="utf-8")
    passed, violations = browser.barriers(page, axe, width, scheme, contrast)
    assert violations == [] and passed > 10
    inner, needed = browser.run("[innerWidth, document.documentElement.scrollWidth]")
    assert needed <= inner == width


def test_whatever_is_told_of_a_report_stays_text() -> None:
    parent = Agency("shili", HOSTILE, HOSTILE, "", "department", "own")
    agency = Agency("shili-x", HOSTILE, HOSTILE, "shili", "department", "own")
    told = ReportEntry(
        agency, 2024, FAILED, errors=("<img>",), signoff=SignOff("<img>"), comments="<img>", notes=("<img>",),
        companions=(Companion("<img>", remark="<img>"),), progress="<img>", contact="<img>",
    )  # fmt: skip
    entries = (told, replace(told, errors=(HOSTILE * 3, HOSTILE)))
    page = Page(index_page(entries, {"shili": parent, "shili-x": agency}, apart=(told,), due_year=2024))
    assert len(page.all("script")) == 1 and not page.all("img") and page.misplaced == page.unclosed == []
    assert page.markup.count("&lt;img&gt;") == 18, "each is shown"


def test_nothing_but_its_own_script_runs(browser: Browser, tmp_path: Path):
    agency = Agency("shili-x", f"示例{HOSTILE}局", HOSTILE, "", "department", "own")
    entries = [ReportEntry(agency, 2024, FAILED, errors=(HOSTILE * 3, HOSTILE))]
    view = browser.open(write(tmp_path / "index.html", entries, agency))
    assert view.complaints == [] and browser.run("document.title") == "政府信息公开工作年度报告总览"
    assert browser.run("document.querySelectorAll('#list img, #list script').length") == 0
    assert "onerror" in browser.run("document.querySelector('#list details').textContent")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    spoilt = tmp_path / "spoilt.html"
    spoilt.write_text(page.replace("</main>", "<script>document.title = 'ran'</script></main>"), encoding="utf-8")
    view = browser.open(spoilt)
    assert any("script" in complaint for complaint in view.complaints) and browser.run("document.title") != "ran"


def test_no_request_leaves_the_page(browser: Browser, city: Path):
    view = browser.open(city)
    assert view.requests == [view.address]


def test_a_project_without_reports_has_an_index(browser: Browser, tmp_path: Path):
    page = write(tmp_path / "index.html", [])
    assert browser.open(page).complaints == [] and told(browser) == "显示0份，共0份"


OFFICE = Agency("shili-office", "示例市档案局", "示例档案局", "shili", "department", "own")


@pytest.mark.parametrize(
    ("kind", "published", "told"),
    [
        ("department", "2024-01-31", "按期"),
        ("department", "2024-02-01", "逾期1天"),
        ("department", "2024-03-01", "逾期30天"),
        ("township", "2024-02-02", "逾期2天"),
        ("government", "2024-03-31", "按期"),
        ("government", "2024-04-01", "逾期1天"),
        ("department", "", "未注明公布日期"),
        ("department", "2023-01-20", "公布日期有误"),
        ("department", "明天", "公布日期有误"),
    ],
)
def test_the_page_says_whether_the_statutory_deadline_was_met(kind: str, published: str, told: str):
    agency = replace(OFFICE, kind=kind, parent="")
    entry = ReportEntry(agency, 2023, CONSISTENT, published=published, due=deadline(kind, 2023, Catalogue.read()))
    page = Page(index_page([entry], {agency.slug: agency}))
    *_, cell, _files = page.all("td")
    assert cell.text.removesuffix(published) == told


def test_the_page_tells_the_deadlines_of_the_kinds_that_it_lists(city: Path):
    assert "公布时限：部门、乡镇街道为次年1月31日，政府为次年3月31日。" in city.read_text(encoding="utf-8")


@pytest.mark.parametrize("state", [PENDING, FAILED])
def test_a_report_that_was_not_made_is_neither_late_nor_undated(state: str):
    assert ReportEntry(OFFICE, 2023, state).published_in_time == ""


def test_a_year_without_a_form_has_no_deadline():
    due = deadline(OFFICE.kind, 2010, Catalogue.read())
    assert due is None
    assert ReportEntry(OFFICE, 2010, FAILED, published="2011-01-01", due=due).days_late is None


def figures(new: int | None, total: int | None) -> dict[str, int | None]:
    return {"applications.new": new, "applications.total": total}


def sums_over(*told: tuple[Agency, dict[str, int | None]]) -> tuple[Sum, Sum]:
    register = {agency.slug: agency for agency, _ in told}
    entries = [ReportEntry(agency, 2023, CONSISTENT, figures=of) for agency, of in told if of]
    new, total = (sum_over(entries, register, key) for key in figures(0, 0))
    return new, total


CITY = Agency("shili", "示例市人民政府", "示例市政府", "", "government", "members")
DISTRICT = Agency("shili-d", "示例市东区人民政府", "示例东区政府", "shili", "government", "members")
STREET = Agency("shili-s", "示例市东区东街道办事处", "示例东街道", "shili-d", "township", "own")


def test_members_are_not_added_to_a_parent_that_adds_them_up():
    everybody = sums_over(
        (CITY, figures(10, 9)), (DISTRICT, figures(4, 4)), (STREET, figures(3, 3)), (OFFICE, figures(6, 5))
    )
    assert tuple(added.total for added in everybody) == (10, 9)


def test_members_are_added_up_where_their_parent_has_no_report():
    without = sums_over((CITY, {}), (DISTRICT, figures(4, 4)), (STREET, figures(3, 3)), (OFFICE, figures(6, 5)))
    assert tuple(added.total for added in without) == (10, 9)


@pytest.mark.parametrize("state", UNMADE)
def test_only_reports_that_are_made_are_added_up(state: str):
    told = ((OFFICE, CONSISTENT, figures(6, 5)), (CITY, state, figures(10, 9)))
    entries = [ReportEntry(agency, 2023, how, figures=of) for agency, how, of in told]
    register = {agency.slug: agency for agency, *_ in told}
    assert [sum_over(entries, register, key).total for key in figures(0, 0)] == [6, 5]


def test_members_are_added_to_a_parent_that_speaks_for_its_own_office():
    own = sums_over((replace(CITY, scope="own"), figures(10, 9)), (OFFICE, figures(6, 5)))
    assert tuple(added.total for added in own) == (16, 14)


def test_a_figure_that_nobody_states_has_no_total():
    unknown = sums_over((replace(OFFICE, parent=""), figures(6, None)))
    assert tuple(added.total for added in unknown) == (6, None)


def test_a_blank_figure_is_no_zero_in_a_sum_but_leaves_it_incomplete():
    told = [(CITY, figures(None, 9)), (DISTRICT, figures(4, 4)), (STREET, figures(3, None)), (OFFICE, figures(None, 5))]
    assert [(added.total, added.whole) for added in sums_over(*told)] == [(4, False), (9, True)]
    entries = [ReportEntry(agency, 2023, CONSISTENT, figures=of) for agency, of in (told[0], told[3])]
    page = index_page(entries, {agency.slug: agency for agency, _ in told})
    assert "<td>—</td><td>9<svg" in page
    assert "4 <small>未填全</small>" in index_page(
        [*entries, ReportEntry(DISTRICT, 2023, CONSISTENT, figures=told[1][1])],
        {agency.slug: agency for agency, _ in told},
    )


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=40))
def test_states_of_a_year_add_up_to_its_reports(states: list[str]):
    entries = [ReportEntry(OFFICE, 2023, state) for state in states]
    page = index_page(entries, {"shili-office": OFFICE, "shili": CITY})
    told = re.findall('<span data-view="year=2023&amp;state=(.+?)">(.+?) ([0-9]+)</span>', page)
    assert f"<small>{len(states)}份</small>" in page and sum(int(count) for _, _, count in told) == len(states)
    assert [(state, name) for state, name, _ in told] == [(state, state) for state in STATES if state in states]


def test_an_agency_that_has_filed_nothing_yet_is_listed_too(make_project: Callable[..., Project]):
    project = make_project()
    with (project.root / "data/agencies.csv").open("a", encoding="utf-8") as register:
        register.write("shili-sports,示例市体育局,示例体育局,,department,own\n")
    write_index(Project(project.root), datetime.date(2024, 2, 1))
    first = (project.output / "index.html").read_bytes()
    write_index(Project(project.root), datetime.date(2024, 12, 31))
    assert (project.output / "index.html").read_bytes() == first, "of the day only its year matters"
    page = (project.output / "index.html").read_text(encoding="utf-8")
    asked, row = (row for row in page.split("<tr")[1:] if "示例市体育局" in row)
    assert "<td>未报</td>" in asked and 'data-due="2024-01-31"' in asked
    assert PENDING in row and "还没有资料；应放在 data/shili-sports/2023/。" in row and "href" not in row


def test_an_agency_that_filed_last_year_and_not_this_stands_in_the_year_that_is_due(
    make_project: Callable[..., Project],
):
    project = make_project()
    write_index(project, datetime.date(2025, 11, 29))
    page = (project.output / "index.html").read_text(encoding="utf-8")
    due = [row for row in page.split("<tr")[1:] if "<td>2024</td>" in row]
    owing = [agency for agency in project.agencies.values() if agency.exists_in(2024)]
    assert len(due) == len(owing) and all(PENDING in row and 'data-due="2025-' in row for row in due)
    assert "应报年度为2024年，由2025年的日期推定" in page


def test_whom_to_remind_is_folded_above_the_list_with_days_that_the_browser_counts(browser: Browser, tmp_path: Path):
    agency, day = replace(next(iter(REGISTER.values())), parent=""), datetime.date.today()
    due, told = day + datetime.timedelta(9), {"contact": "王某 <0571>", "progress": "未填完"}
    entries = [ReportEntry(agency, 2024, PENDING, due=due, **told), ReportEntry(agency, 2023, PENDING, due=due)]
    page = tmp_path / "index.html"
    page.write_text(index_page(entries, {agency.slug: agency}, due_year=2024), encoding="utf-8")
    assert browser.open(page, SCREEN).complaints == []
    assert browser.run("document.querySelector('.missing').open") is False
    assert browser.run("document.querySelector('.missing summary').textContent") == "2024年度应报而未报齐1份：未填完 1"
    cells = browser.run("[...document.querySelectorAll('.missing tbody tr > *')].map(cell => cell.textContent)")
    assert cells == [agency.name, "未填完", f"{due}，还有9天", "王某 <0571>"]


def test_the_browser_counts_the_days_to_the_deadline(browser: Browser, tmp_path: Path):
    agency, day = next(iter(REGISTER.values())), datetime.date.today()
    dues = [day + datetime.timedelta(days) for days in (12, 0, -3)]
    entries = [ReportEntry(replace(agency, slug=f"a{n}"), 2024, PENDING, due=due) for n, due in enumerate(dues)]
    entries.append(ReportEntry(replace(agency, slug="a3"), 2023, PENDING, due=day))
    register = {entry.agency.slug: replace(entry.agency, parent="") for entry in entries}
    entries = [replace(entry, agency=register[entry.agency.slug]) for entry in entries]
    page = tmp_path / "index.html"
    page.write_text(index_page(entries, register, due_year=2024), encoding="utf-8")
    assert f'<small data-due="{dues[0]}">时限 {dues[0]}</small>' in page.read_text(encoding="utf-8"), "without script"
    assert browser.open(page, SCREEN).complaints == []
    told = browser.run("[...document.querySelectorAll('[data-due]')].map(told => told.textContent)")
    words = ("还有12天", "还有0天", "已逾期3天")
    assert told == [f"时限 {due}，{word}" for due, word in zip(dues, words, strict=True)], (
        "of the year that is due alone"
    )
