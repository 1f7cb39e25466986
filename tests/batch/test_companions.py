"""Pages of other notebooks on the index: linked under the notebook's title while they hold, told when they do not."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from govreport.batch.job import Options
from govreport.batch.notebooks import notebook_title
from govreport.batch.overview import MADE, read_calendar, write_index
from govreport.batch.plan import make_plan
from govreport.batch.record import Made, write_record
from govreport.checks.report_states import CONSISTENT, FAILED, OUTDATED
from govreport.cli.running import run_plan
from govreport.filing.project import ANNUAL, Agency, Project
from govreport.publish.index import Companion, ReportEntry, index_page
from tests.support.browser import Browser
from tests.support.pages import Page
from tests.support.projects import GOOD, YEAR, append_to, replace_in
from tests.support.sample_city import CITY, COMPARISON, MEMBER, SUMMARY, copy_of_city, leave, read_for, write

OFFICE = Agency("shili-office", "示例市档案局", "示例档案局", "", "department", "own")
STALE = "（内容有变化，待重新生成）"


@pytest.fixture
def city(tmp_path: Path) -> Project:
    return copy_of_city(tmp_path)


def index(project: Project) -> Page:
    write_index(Project(project.root), datetime.date(2024, 2, 1))
    return Page((project.output / "index.html").read_text(encoding="utf-8"))


def told(page: Page, title: str) -> list[str]:
    """What the index says of the pages of a notebook, one after the other."""
    return [p.text for p in page.all("p") if title in p.text and p.text.startswith(title)]


def links(page: Page, word: str) -> list[str]:
    return [a.attributes["href"] for a in page.all("a") if word in a.attributes["href"]]


def test_an_index_page_is_written_again_only_where_it_or_the_project_has_changed(city: Project):
    page = city.output / "index.html"
    index(city)
    made, written = page.read_bytes(), page.stat().st_ino
    index(city)
    assert page.stat().st_ino == written, "the page stands as it is"
    for changed in (made.replace("总览".encode(), "一览".encode()), made.decode().encode("gb18030"), made[:100]):
        page.write_bytes(changed)
        index(city)
        assert page.read_bytes() == made, "somebody had changed it"
    append_to(city.root / "data/agencies.csv", "shili-new,示例市新设局,示例新设局,,department,own\n")
    index(city)
    assert "示例市新设局" in page.read_text(encoding="utf-8")


def test_pages_of_other_notebooks_are_linked_under_the_notebooks_title(city: Project):
    leave(make_plan(city, (CITY,), (YEAR,), notebook=SUMMARY).jobs)
    leave(make_plan(city, (GOOD,), (YEAR,), notebook=COMPARISON, options=Options(("html", "docx"))).jobs)
    page = index(city)
    assert told(page, "所属机构汇总") == ["所属机构汇总网页PDF笔记本"]
    assert told(page, "与上年对照") == ["与上年对照网页Word笔记本"]
    found = links(page, "summary_report") + links(page, "comparison")
    assert found == [
        *(f"{YEAR}/{CITY}/summary_report.{kind}" for kind in ("html", "pdf", "ipynb")),
        *(f"{YEAR}/{GOOD}/comparison.{kind}" for kind in ("html", "docx", "ipynb")),
    ]
    assert all((city.output / address).is_file() for address in found)


def test_pages_that_no_longer_hold_are_told_and_not_offered(city: Project):
    leave(make_plan(city, (CITY,), (YEAR,), notebook=SUMMARY).jobs)
    leave(make_plan(city, (GOOD,), (YEAR,), notebook=COMPARISON).jobs)
    append_to(city.data / MEMBER / str(YEAR) / "narrative.md", "\n")
    page = index(city)
    assert told(page, "所属机构汇总") == [f"所属机构汇总{STALE}"] and links(page, "summary_report") == []
    assert told(page, "与上年对照") == ["与上年对照网页PDF笔记本"], "it reads nothing of the other agency"
    (city.notebooks / f"{COMPARISON}.ipynb").unlink()
    gone = "与上年对照（笔记本 comparison.ipynb 已不在，不再生成；旧的页面请从 output/ 删去）"
    assert told(index(city), "与上年对照") == [gone], "its pages are still there, and nothing makes them any more"


def test_a_run_that_makes_nothing_offers_no_page_whose_figures_have_changed(city: Project):
    leave(make_plan(city, (GOOD, MEMBER), (YEAR,)).jobs)
    assert links(index(city), f"{YEAR}/{GOOD}/report") and links(index(city), f"{YEAR}/{MEMBER}/report")
    append_to(city.data / GOOD / str(YEAR) / "narrative.md", "\n")
    planned = make_plan(Project(city.root), (MEMBER,), (YEAR,))
    assert planned.jobs == ()
    assert run_plan(city, planned, datetime.date(2024, 2, 1)) == ([], True)
    page = Page((city.output / "index.html").read_text(encoding="utf-8"))
    assert links(page, f"{YEAR}/{GOOD}/report") == [] and links(page, f"{YEAR}/{MEMBER}/report")


def test_the_index_and_the_list_call_a_report_outdated_that_would_be_made_otherwise_now(city: Project):
    leave(make_plan(city, (GOOD, MEMBER), (YEAR,)).jobs)
    write(city.notebooks / GOOD / "annual_report.ipynb", 'agency = ""\nyear = 0\nprint(1)')
    write_index(Project(city.root), datetime.date(2024, 2, 1))
    page = (city.output / "index.html").read_text(encoding="utf-8")
    chosen = [(city.agency(GOOD), YEAR), (city.agency(MEMBER), YEAR)]
    listed = {entry.agency.slug: entry.output for entry in read_calendar(Project(city.root), chosen)}
    shown = dict(re.findall(rf'<tr data-a="([^"]+)".*?<td>{YEAR}</td>.*?<b class="state \w+">(.*?)</b>', page))
    assert listed[GOOD] == shown[GOOD] == "待重新生成" and OUTDATED not in (listed[MEMBER], shown[MEMBER])


def test_pages_that_could_not_be_made_are_told(city: Project):
    (job,) = make_plan(city, (GOOD,), (YEAR,), notebook=COMPARISON).jobs
    job.folder.mkdir(parents=True)
    write_record(job.folder / job.page("json"), job, read_for(job), Made(FAILED, errors=("出错。",)))
    assert told(index(city), "与上年对照") == ["与上年对照（未能完整生成）"]


def test_an_agencys_own_notebook_is_linked_whatever_it_is_called(city: Project):
    write(city.notebooks / GOOD / "季度 通报.ipynb", 'agency = ""\nyear = 0')
    leave(make_plan(city, (GOOD,), (YEAR,), notebook="季度 通报", options=Options(("html",))).jobs)
    page = index(city)
    assert told(page, "季度 通报") == ["季度 通报网页笔记本"], "without a heading, by its name"
    (address, _) = links(page, f"{YEAR}/{GOOD}/%")
    assert address == f"{YEAR}/{GOOD}/%E5%AD%A3%E5%BA%A6%20%E9%80%9A%E6%8A%A5.html"


def test_years_without_a_report_have_their_pages_below_the_list_and_are_no_reports(city: Project):
    leave(make_plan(city, (CITY,), (2019,), notebook=SUMMARY).jobs)
    page = index(city)
    (item,) = page.all("li")
    assert item.text == "2019　示例市人民政府所属机构汇总网页PDF笔记本"
    owed = 1  # one agency has not filed for 2023
    assert f"共{len(city.reports()) + owed}份报告" in " ".join(p.text for p in page.all("p"))
    leave(make_plan(city, (CITY,), (2022,), notebook=SUMMARY).jobs)
    assert len(index(city).all("li")) == 1, "that year has a report, in whose row they stand"


def test_an_agency_without_any_filing_shows_its_summary_in_its_row(city: Project):
    shutil.rmtree(city.data / CITY)
    leave(make_plan(city, (CITY,), (YEAR,), notebook=SUMMARY).jobs)
    page = index(city)
    assert told(page, "所属机构汇总") == ["所属机构汇总网页PDF笔记本"] and page.all("li") == []


@pytest.mark.parametrize(
    ("cells", "title"),
    [
        ([("code", "year = 0"), ("markdown", "说明\n\n# 季度通报\n\n文字")], "季度通报"),
        ([("markdown", "## 小标题"), ("code", "# 注释")], "some-notebook"),
        ([], "some-notebook"),
        ("broken", "some-notebook"),
    ],
)
def test_a_notebooks_title_is_its_first_heading(tmp_path: Path, cells: Sequence[tuple[str, str]] | str, title: str):
    path = tmp_path / "notebooks/some-notebook.ipynb"
    path.parent.mkdir()
    path.write_text(
        json.dumps({"cells": [{"cell_type": kind, "source": [text]} for kind, text in cells]})
        if isinstance(cells, list)
        else cells,
        encoding="utf-8",
    )
    assert notebook_title(path) == title


def test_a_title_with_markup_stays_text():
    entry = ReportEntry(OFFICE, YEAR, CONSISTENT, companions=(Companion("<script>alert(1)</script>", ("x.html",)),))
    assert "<script>alert" not in index_page([entry], {OFFICE.slug: OFFICE})


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_long_titles_and_many_pages_bar_nobody(browser: Browser, axe: str, tmp_path: Path, width: int, scheme: str):
    files = tuple(f"x{kind}" for kind in (".html", ".pdf", ".docx", ".ipynb"))
    many = tuple(Companion(f"{number}季度依申请公开办理情况分析通报" * 3, files, "未能完整生成") for number in "一二三")
    page = tmp_path / "index.html"
    entries = [ReportEntry(OFFICE, YEAR, CONSISTENT, files=("report.html",), companions=many)]
    page.write_text(index_page(entries, {OFFICE.slug: OFFICE}, [ReportEntry(OFFICE, 2019, "", companions=many)]))
    passed, violations = browser.barriers(page, axe, width, scheme)
    assert violations == [] and passed > 10
    inner, needed = browser.run("[innerWidth, document.documentElement.scrollWidth]")
    assert needed <= inner == width


def test_a_list_knows_that_an_agency_has_a_notebook_of_its_own(city: Project):
    own = city.notebooks / GOOD / f"{ANNUAL}.ipynb"
    own.parent.mkdir()
    shutil.copyfile(city.notebooks / f"{ANNUAL}.ipynb", own)
    replace_in(own, "报告年度", "年度")
    leave(make_plan(city, (GOOD,), (YEAR,)).jobs)
    (entry,) = read_calendar(city, [(city.agency(GOOD), YEAR)])
    assert entry.output == MADE
