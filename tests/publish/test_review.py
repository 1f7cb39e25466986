"""The review copy: findings on top, worst first, and every doubtful cell and sentence marked where it stands."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from govreport.checks.findings import Findings, Waiver
from govreport.core.blocks import Block
from govreport.core.grid import Grid
from govreport.notebook.report import Report
from govreport.publish.document import Document, Remark, read_document
from govreport.publish.html_writer import page_part, source_hash
from govreport.publish.markup import markdown_blocks
from govreport.publish.review import review_page
from tests.support.pages import Element, Page
from tests.support.projects import FAULTY, GOOD, HOSTILE, YEAR, Run, make_project, replace_in

WAIVERS = """
[[waiver]]
rule = "Y1"
cells = ["applications.carried_in.natural"]
reason = "上年报告公布后更正"
by = "李审核"
date = 2024-01-20

[[waiver]]
rule = "Y1"
cells = ["applications.carried_in.total"]
reason = "上年报告公布后更正"
by = "李审核"
date = 2024-01-20
"""
HOSTILE_TEXT = '</script><script>alert(1)</script><img src=x onerror=alert(2)>" onfocus="alert(3)\' <b>'


def review_of(sample: Run, agency: str) -> Page:
    return Page((sample.folder(agency) / "review.html").read_text(encoding="utf-8"))


def document_of(report: Report) -> Document:
    """The document of a report's parts and tables, without running a notebook."""
    outputs: list[dict] = []
    tables = dict(zip((2, 3, 4), report.filing.form.tables, strict=True))
    for part in range(7):
        shown = (report.section(part), report.table(tables[part]) if part in tables else None, report.remainder(part))
        outputs += [
            {"output_type": "display_data", "data": dict(one._repr_mimebundle_())} for one in shown if one is not None
        ]
    cell = {"cell_type": "code", "metadata": {}, "outputs": outputs}
    notebook = {"cells": [cell], "metadata": {"govreport": report.account().to_json()}}
    return read_document(json.loads(json.dumps(notebook)))


@pytest.fixture
def doubtful(tmp_path: Path) -> Document:
    """A report with an error of each kind, a blank, an unreadable cell, and a waived error."""
    root = make_project(tmp_path / "项目", FAULTY)
    folder = root / "data" / FAULTY / str(YEAR)
    replace_in(folder / "narrative.md", "现行有效{{ proactive.normative.in_force }}件", "现行\n有效**7**件")
    replace_in(folder / "proactive.csv", ",issued,0", ",issued,")
    replace_in(folder / "proactive.csv", ",amount,0", ",amount,12.5")
    replace_in(root / f"data/{FAULTY}/{YEAR - 1}/proactive.csv", ",amount,0", ",amount,3.05")
    replace_in(folder / "disputes.csv", "0,0,0,0,0", "0,0,0,三,0")
    (folder / "waivers.toml").write_text(WAIVERS, encoding="utf-8")
    return document_of(Report.open(FAULTY, YEAR, root))


@pytest.fixture
def page(doubtful: Document) -> Page:
    return Page(review_page(doubtful))


def by_id(page: Page, name: str) -> Element:
    (found,) = (element for element in page.elements if element.attributes.get("id") == name)
    return found


def last_year(page: Page) -> dict[str, str]:
    """What each figure tells of last year, by the name of its cell."""
    told = {e.attributes["data-cell"]: e.text.partition("上年") for e in page.all("td") if "data-cell" in e.attributes}
    return {name: sign + text for name, (_, sign, text) in told.items() if sign}


def described(page: Page, name: str) -> str:
    """What a screen reader says of a figure besides the figure; empty where the keyboard does not stop."""
    (cell,) = (e for e in page.elements if e.attributes.get("data-cell") == name)
    ids = cell.attributes.get("aria-describedby", "").split()
    assert ("tabindex" in cell.attributes) == bool(ids)
    return "".join(by_id(page, one).text for one in ids)


def entries(page: Page) -> list[Element]:
    return [e for e in page.all("li") if re.fullmatch(r"f\d+", e.attributes.get("id", ""))]


def entry(page: Page, document: Document, rule: str) -> Element:
    """The first entry of a rule's findings."""
    (number, *_) = (n for n, finding in enumerate(document.account.findings, 1) if finding.rule == rule)
    return by_id(page, f"f{number}")


# ---- a run's review copies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("agency", [GOOD, FAULTY, HOSTILE])
def test_every_report_of_a_run_has_a_review_copy_in_its_record_and_on_the_index(sample: Run, agency: str):
    assert "review.html" in sample.record(agency)["files"]
    index = Page((sample.root / "output/index.html").read_text(encoding="utf-8"))
    links = {a.attributes["href"]: a.text for a in index.all("a")}
    assert links[f"{YEAR}/{agency}/review.html"] == "审阅本"


@pytest.mark.parametrize("agency", [GOOD, FAULTY, HOSTILE])
def test_a_review_copy_is_whole_self_contained_and_runs_no_script_but_its_own(sample: Run, agency: str):
    page = review_of(sample, agency)
    assert page.misplaced == page.unclosed == []
    kinds = [script.attributes.get("type") for script in page.all("script")]
    assert kinds == ["application/json", None, "application/json"]
    script = page_part("review.js")
    assert f"<script>{script}</script>" in page.markup and f"script-src {source_hash(script)};" in page.markup
    assert not [name for element in page.elements for name in element.attributes if name.startswith("on")]
    assert not page.all("link", "iframe", "form", "svg")
    assert len(page.markup.encode()) < 300_000
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("agency", [GOOD, FAULTY, HOSTILE])
def test_every_link_and_description_of_a_review_copy_leads_somewhere(sample: Run, agency: str):
    page = review_of(sample, agency)
    ids = {element.attributes.get("id") for element in page.elements}
    links = [a.attributes["href"][1:] for a in page.all("a") if a.attributes["href"].startswith("#")]
    described = [name for e in page.elements for name in e.attributes.get("aria-describedby", "").split()]
    assert set(links) <= ids and set(described) <= ids


def test_a_review_copy_has_the_reports_headings_under_that_of_the_findings(sample: Run):
    copy, report = review_of(sample, FAULTY), Page(sample.page(FAULTY))
    levels = [int(heading.tag[1]) for heading in copy.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))
    assert [h.text for h in copy.all("h2")] == ["审阅意见", *(h.text for h in report.all("h2"))]


def test_a_report_without_findings_says_so_and_compares_with_last_year(sample: Run):
    page = review_of(sample, GOOD)
    assert "未发现问题。" in page.one("section").text and not page.all("mark")
    assert not [
        td for td in page.all("td") if td.attributes.get("class", "").split()[:1] in (["suspect"], ["involved"])
    ]
    assert any(element.text.startswith("上年") for element in page.all("span"))


def test_the_report_itself_shows_no_mark(sample: Run):
    assert "<mark" not in sample.page(FAULTY) and 'class="tip"' not in sample.page(FAULTY)


# ---- the list --------------------------------------------------------------------------------------------------------


def changed(document: Document, **values: Any) -> Document:
    """A document whose account says something else."""
    return replace(document, account=replace(document.account, **values))


def test_findings_stand_on_top_worst_first_and_counted(page: Page, doubtful: Document):
    assert by_id(page, page.one("section").attributes["aria-labelledby"]).text == "审阅意见"
    listed = entries(page)
    assert len(listed) == len(doubtful.account.findings) > 5
    kinds = [item.attributes["class"] for item in listed]
    assert kinds == sorted(kinds, key=["error", "warning", "notice", "waived"].index)
    counted = "、".join(
        f"{name}{kinds.count(kind)}项"
        for kind, name in {"error": "错误", "warning": "警告", "notice": "提示", "waived": "已接受"}.items()
    )
    assert f"{counted}。" in page.one("section").text
    for item, finding in zip(listed, doubtful.account.findings, strict=True):
        assert "".join(finding.message.split()) in "".join(item.text.split()) and finding.rule in item.text


def test_a_repair_is_told_once_with_old_and_new(page: Page, doubtful: Document):
    told = entry(page, doubtful, "A2").text
    assert told.count("唯一的改法：") == told.count("“（一）予以公开”的“总计”由8改为5") == 1


def test_a_waived_finding_is_greyed_with_its_reason(page: Page, doubtful: Document):
    waived = entry(page, doubtful, "Y1")
    assert waived.attributes["class"] == "waived"
    assert "错误（已接受）" in waived.text and "上年报告公布后更正（李审核，2024-01-20）" in waived.text
    assert "waived" in by_id(page, "c-applications.carried_in.natural").attributes["class"]


def test_a_sentence_that_stands_nowhere_is_only_listed(doubtful: Document):
    findings = doubtful.account.findings
    lost = changed(doubtful, findings=Findings(tuple(replace(f, quote=f.quote and "别处的一句话。") for f in findings)))
    page = Page(review_page(lost))
    assert not page.all("mark") and "正文中未能定位此句。" in page.one("section").text


# ---- marks in place --------------------------------------------------------------------------------------------------


def test_a_sentence_is_marked_across_emphasis_and_line_ends(page: Page, doubtful: Document):
    item = entry(page, doubtful, "N1")
    number = item.attributes["id"][1:]
    assert f'href="#s{number}"' in page.markup and f'id="s{number}"' in page.markup
    marked = [mark.text for mark in page.all("mark") if mark.attributes["class"] == "error"]
    assert "".join(marked) == "本年没有制发或者废止行政规范性文件，现行有效7件。"
    assert "**" not in item.text.partition("原文：")[2], "the quote is shown without marks of Markdown"


def test_a_marked_sentence_has_the_message_beside_it(page: Page, doubtful: Document):
    finding = next(f for f in doubtful.account.findings if f.rule == "N2")
    number = doubtful.account.findings.index(finding) + 1
    notes = [li for li in page.all("li") if "id" not in li.attributes and finding.message in li.text]
    assert (
        len(notes) == 1 and f'<a class="ref" data-govreport="beside" href="#f{number}">意见{number}</a>' in page.markup
    )


def test_a_suspect_cell_links_to_its_finding_which_links_back(page: Page, doubtful: Document):
    item = entry(page, doubtful, "A2")
    number = item.attributes["id"][1:]
    cell = by_id(page, "c-applications.granted.total")
    assert cell.attributes["class"].split() == ["suspect", "error"] and cell.text.startswith(f"8{number}")
    (link,) = (a for a in page.all("a") if a.attributes["href"] == f"#f{number}" and a.text.startswith("8"))
    message, year = (by_id(page, one).text for one in link.attributes["aria-describedby"].split())
    assert message in item.text and year == last_year(page)["applications.granted.total"]
    assert 'href="#c-applications.granted.total"' in page.markup
    involved = by_id(page, "c-applications.partial.total").attributes["class"].split()
    assert involved == ["involved", "error"]


def test_a_blank_and_an_unreadable_cell_are_marked_and_can_be_reached(page: Page):
    blank, unreadable = by_id(page, "c-proactive.rules.issued"), by_id(page, "c-disputes.reconsideration.pending")
    assert blank.attributes["class"] == "suspect notice" and blank.text.startswith("空白")
    assert unreadable.attributes["class"] == "suspect error" and unreadable.text.startswith("三")
    assert not [mark for mark in page.all("mark") if mark.text == "三"], "what a cell quotes is no sentence"


def test_a_cell_that_a_sentence_contradicts_is_involved_not_suspect(page: Page):
    assert by_id(page, "c-proactive.normative.in_force").attributes["class"] == "involved error"


# ---- last year -------------------------------------------------------------------------------------------------------


def test_each_cell_tells_last_years_figure_and_the_change_exactly(page: Page):
    told = last_year(page)
    assert told["applications.new.natural"] == "上年8，增加3"
    assert told["proactive.fees.amount"] == "上年3.05万元，增加9.45万元"
    assert told["proactive.rules.issued"] == "上年0"
    assert told["proactive.rules.repealed"] == "上年0，未变"


def test_the_keyboard_stops_only_at_cells_that_have_something_to_tell(page: Page):
    assert described(page, "proactive.licensing.decisions") == last_year(page)["proactive.licensing.decisions"]
    assert described(page, "proactive.rules.repealed") == ""
    tips = [e for e in page.elements if e.attributes.get("class") == "tip"]
    assert tips and all(tip.attributes["aria-hidden"] == "true" for tip in tips), "read as descriptions only"
    skips = [a.attributes["href"] for a in page.all("a") if a.attributes.get("class") == "skip"]
    assert len(skips) == 3 and all(by_id(page, skip.removeprefix("#")).tag == "div" for skip in skips)


def test_without_last_year_nothing_is_compared(doubtful: Document):
    page = Page(review_page(changed(doubtful, last=None)))
    assert "没有上年资料" in page.one("section").text
    assert last_year(page) == {}


def test_a_cell_of_another_edition_last_year_is_not_compared(doubtful: Document):
    last = {name: figure for name, figure in (doubtful.account.last or {}).items() if not name.startswith("proactive.")}
    page = Page(review_page(changed(doubtful, last=last)))
    compared = last_year(page)
    assert compared and not [name for name in compared if name.startswith("proactive.")]


# ---- hostile text and odd documents ----------------------------------------------------------------------------------


def spoilt(block: Block) -> Block:
    """A block with a hostile text in each cell, if it is a table."""
    if not isinstance(block, Grid):
        return block
    return replace(block, cells=tuple(replace(cell, text=HOSTILE_TEXT) for cell in block.cells))


def test_hostile_messages_quotes_and_reasons_stay_text(doubtful: Document):
    waived = Waiver(HOSTILE_TEXT, (), HOSTILE_TEXT, HOSTILE_TEXT, HOSTILE_TEXT)
    findings = tuple(
        replace(
            f,
            message=HOSTILE_TEXT,
            identities=tuple(replace(identity, rule=HOSTILE_TEXT) for identity in f.identities),
            quote=f.quote and HOSTILE_TEXT,
            waived=waived,
        )
        for f in doubtful.account.findings
    )
    blocks = (*map(spoilt, doubtful.blocks), *markdown_blocks(f"一段话。{HOSTILE_TEXT}"))
    document = replace(changed(doubtful, findings=Findings(findings)), blocks=blocks, remarks=(Remark(HOSTILE_TEXT),))
    page = Page(review_page(document))
    assert page.misplaced == page.unclosed == [] and len(page.all("script")) == 1
    assert not page.all("img") and not [n for e in page.elements for n in e.attributes if n.startswith("on")]
    assert page.one("section").text.count(HOSTILE_TEXT) >= 4 * len(findings)


def test_a_notebook_that_is_no_report_has_a_review_copy_too():
    page = Page(review_page(Document(("一份笔记",), markdown_blocks("# 标题\n\n一段话。"))))
    assert "未发现问题" in page.one("section").text and "一段话。" in page.one("main").text


def test_a_table_shown_twice_has_its_marks_once(doubtful: Document):
    page = Page(review_page(replace(doubtful, blocks=doubtful.blocks * 2)))
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_a_report_that_shows_only_one_table_links_only_its_cells(doubtful: Document):
    kept = [b for b in doubtful.blocks if not isinstance(b, Grid) or b.key == "disputes"]
    page = Page(review_page(replace(doubtful, blocks=tuple(kept))))
    cells = [a.attributes["href"] for a in page.all("a") if a.attributes["href"].startswith("#c-")]
    assert cells and all(cell.startswith("#c-disputes.") for cell in cells)
