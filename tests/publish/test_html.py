"""The HTML report: one file, every figure in its place, and nothing in it that a writer's text could set off."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from govreport.checks.account import Account
from govreport.checks.checking import CheckedReport
from govreport.checks.findings import Findings
from govreport.core.mime import METADATA
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative
from govreport.filing.project import Agency, Project
from govreport.publish.document import Document, read_document
from govreport.publish.html_writer import html_page, page_part
from govreport.tables.statutory import statutory_grid
from tests.support.pages import Page
from tests.support.papers import document
from tests.support.projects import FAULTY, GOOD, HOSTILE, REPOSITORY, YEAR, Run, figures_on_disk

AGENCIES = (GOOD, FAULTY, HOSTILE)
FILING_KEYS = {"agency", "year", "edition", "editions", "cells", "narrative", "unreadable", "notes"}


@pytest.fixture(params=AGENCIES)
def agency(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def page(sample: Run, agency: str) -> Page:
    return Page(sample.page(agency))


@pytest.fixture
def hostile(sample: Run) -> Page:
    return Page(sample.page(HOSTILE))


def test_a_page_needs_no_other_file_and_no_network(page: Page):
    for element in page.elements:
        for name in ("src", "srcset", "data", "poster", "action", "background", "xlink:href"):
            assert element.attributes.get(name, "data:").startswith("data:"), element
    assert not page.all("link", "base", "iframe", "object", "embed", "form", "video", "audio")
    styles = " ".join(e.text for e in page.all("style")) + " ".join(
        e.attributes.get("style", "") for e in page.elements
    )
    assert not re.search(r"url\(|@import|https?:", styles)
    assert not [a for a in page.all("a") if not a.attributes["href"].startswith(("https://", "mailto:"))]


def test_pages_of_the_sample_city_name_no_address_at_all(sample: Run):
    for agency in (GOOD, FAULTY):
        assert not re.search(r"https?://(?!www\.w3\.org/)", sample.page(agency))


def test_the_only_script_is_data(page: Page):
    assert [script.attributes["type"] for script in page.all("script")] == ["application/json"]
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]


def test_the_content_security_policy_comes_before_anything_it_governs(page: Page):
    order = [element.attributes.get("http-equiv", element.tag) for element in page.elements]
    assert order.index("Content-Security-Policy") < order.index("style")
    policy = next(e for e in page.elements if e.attributes.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy.attributes["content"]
    assert "script-src" not in policy.attributes["content"] and "http" not in policy.attributes["content"]


def test_a_page_says_language_encoding_title_and_width(page: Page, agency: str):
    assert page.markup.startswith("<!DOCTYPE html>") and page.one("html").attributes["lang"] == "zh-CN"
    assert page.elements[2].attributes == {"charset": "utf-8"}, "first in the head, before any text"
    assert f"{YEAR}年政府信息公开工作年度报告" in page.one("title").text
    assert ("草稿" in page.one("title").text) == (agency != GOOD)
    assert any(meta.attributes.get("name") == "viewport" for meta in page.all("meta"))


def test_every_element_is_closed_where_it_should_be(page: Page):
    assert page.misplaced == [] and page.unclosed == []


def test_headings_are_in_order_and_skip_no_level(page: Page):
    headings = page.all("h1", "h2", "h3", "h4", "h5", "h6")
    levels = [int(heading.tag[1]) for heading in headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    parts = [heading.text[:2] for heading in headings if heading.tag == "h2" and heading.text[1] == "、"]
    assert parts == ["一、", "二、", "三、", "四、", "五、", "六、"]


def test_ids_do_not_repeat_and_headers_name_header_cells(page: Page):
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    heads = {element.attributes.get("id") for element in page.all("th")}
    assert all(set(cell.attributes.get("headers", "").split()) <= heads for cell in page.all("td"))


def test_pictures_have_a_text(page: Page):
    assert all(len(picture.attributes["alt"]) > 10 for picture in page.all("img"))


def printed(page: Page) -> dict[str, str]:
    """The figures of a page by the name of their cell; every name stands once."""
    cells = [(e.attributes["data-cell"], e.text) for e in page.elements if "data-cell" in e.attributes]
    assert len(cells) == len(dict(cells))
    return dict(cells)


def test_every_statutory_cell_stands_in_the_page_with_its_figure(sample: Run, page: Page, agency: str):
    assert printed(page) == figures_on_disk(sample.root / f"data/{agency}/{YEAR}")


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2022])
def test_earlier_years_have_every_cell_of_their_own_edition(year: int):
    filing = Project(REPOSITORY).filing(GOOD, year)
    tables = tuple(statutory_grid(filing, key) for key in filing.form.tables)
    figures = printed(Page(html_page(Document(("示例",), tables))))
    written = figures_on_disk(REPOSITORY / f"data/{GOOD}/{year}")
    written = {name: text for name, text in written.items() if name in filing.form.cells}
    assert len(figures) == len(filing.form.cells) and set(figures) == set(written)
    for name, text in written.items():
        assert Decimal(figures[name].removesuffix("元") or 0) == Decimal(text or 0), name


def test_the_embedded_json_is_the_filing(sample: Run, page: Page, agency: str):
    (script,) = page.all("script")
    filing = json.loads(script.text)
    assert set(filing) == FILING_KEYS and (filing["agency"], filing["year"]) == (agency, YEAR)
    written = figures_on_disk(sample.root / f"data/{agency}/{YEAR}")
    readable = {name: json.loads(text) for name, text in written.items() if "<" not in text}
    assert {name: filing["cells"][name] for name in readable} == readable
    assert filing["unreadable"] == [name for name in written if name not in readable]
    assert "{{" not in json.dumps(filing["narrative"]) and "主动公开" in filing["narrative"]["1"]


@pytest.mark.parametrize("agency", sorted(Project(REPOSITORY).agencies))
def test_every_filing_can_be_read_back_from_its_page_with_exact_money(agency: str):
    project = Project(REPOSITORY)
    for year in project.years(agency):
        filing = project.filing(agency, year)
        (script,) = Page(html_page(document(filing=filing))).all("script")
        read = json.loads(script.text, parse_float=Decimal)
        assert {name: figure and Decimal(figure) for name, figure in read["cells"].items()} == filing.cells
        assert read == json.loads(json.dumps(filing.to_json()), parse_float=Decimal)


def test_a_page_without_its_charts_is_under_300_kilobytes(sample: Run, agency: str):
    assert len(re.sub('data:image/[^"]*', "", sample.page(agency)).encode()) < 300_000


def test_the_draft_lists_each_finding_and_the_final_report_none(sample: Run):
    draft, final = Page(sample.page(FAULTY)), Page(sample.page(GOOD))
    for finding in sample.record(FAULTY)["findings"]:
        assert any(finding["message"] in item.text for item in draft.all("li"))
    assert "草稿" not in final.one("body").text and "勾稽校验" not in final.one("main").text


@pytest.mark.parametrize(
    "text",
    [
        "<svg onload=alert('标题')>小标题",
        "<img src=x onerror=alert('表格')>",
        "<b onclick=alert(1)>示例路1号</b>",
        "<script>alert('名称')</script>",
        "<script>alert('数')</script>",
    ],
)
def test_markup_in_names_and_figures_and_what_is_no_html_is_shown_as_the_text_that_it_is(hostile: Page, text: str):
    assert text in hostile.one("main").text


@pytest.mark.parametrize(
    "text",
    ["alert('行内')", "alert('图')", "alert('段落')", "body { display", "<iframe src", "</main>", "'表达式'", "'表头'"],
)
def test_html_in_prose_that_does_nothing_is_not_printed(hostile: Page, text: str):
    assert text not in hostile.one("main").text


def test_prose_around_markup_that_does_nothing_is_printed(hostile: Page):
    shown = hostile.one("main").text
    assert all(text in shown for text in ("正文里的和〔图〕，点击，", "小标题", "甲", "1234567890", "很长的一串："))


def test_a_hostile_filing_adds_no_element_and_no_dangerous_link(hostile: Page, sample: Run):
    usual = {element.tag for element in Page(sample.page(FAULTY)).elements}
    assert {element.tag for element in hostile.elements} <= usual | {"h3", "a", "br", "ul", "li"}
    assert not [a.attributes["href"] for a in hostile.all("a") if not a.attributes["href"].startswith("https://")]
    assert len(hostile.all("main")) == len(hostile.all("body")) == 1


def test_the_index_page_escapes_names_and_holds_no_script_but_its_own(sample: Run):
    index = Page((sample.root / "output/index.html").read_text(encoding="utf-8"))
    assert [script.text for script in index.all("script")] == [page_part("index.js")]
    assert not index.all("img") and index.misplaced == index.unclosed == []
    assert "示例市<script>alert('名称')</script>局" in index.all("table")[1].text
    assert index.one("html").attributes["lang"] == "zh-CN" and index.one("title").text


def test_links_of_the_index_lead_to_files_of_the_run(sample: Run):
    output: Path = sample.root / "output"
    links = [a.attributes["href"] for a in Page((output / "index.html").read_text(encoding="utf-8")).all("a")]
    assert len(links) >= 3 * len(AGENCIES) and all((output / link).is_file() for link in links)


def test_a_signatures_lines_stay_apart_and_its_date_stands_below_them_once() -> None:
    narrative = Narrative(signature="示例市教育局\n示例市体育局\n2024年1月22日", contact="联系方式：电话 01062345671")
    filing = Filing.from_cells("shili-education", "示例市教育局", 2023, {}, narrative=narrative)
    agency = Agency("shili-education", "示例市教育局", "示例教育局", "", "department", "own")
    account = Account.of(CheckedReport(agency, 2023, Findings(), filing))
    page = html_page(Document(account.title, (), account))
    assert page.split('<div class="signature">')[1].startswith(
        "<p>示例市教育局<br>示例市体育局</p><p>2024年1月22日</p></div>"
    )
    assert page.count("<p>2024年1月22日</p>") == 1


@pytest.mark.parametrize("contact", ["电话 01062345671", "联系方式：电话 01062345671"])
@pytest.mark.parametrize("said", ["", "联系方式：电话01062345671"])
def test_how_to_reach_the_office_is_printed_once(contact: str, said: str) -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"# 六、其他\n\n{said}"}]
    account = {"title": ["甲"], "name": "甲", "year": 2023, "contact": contact}
    page = html_page(read_document({"cells": cells, "metadata": {METADATA: account}})).split("<main>")[1]
    assert (page.count("联系方式"), page.count("01062345671")) == (1, 1)
