"""What a page shows rules over the data inside it, in every field and format, and each difference is told."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govreport.exchange.importing import bring_in
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.filing.folder import render_prose
from govreport.filing.project import Project
from tests.exchange.test_round_trips import WRITERS, sample_page
from tests.support.projects import GOOD, make_project

YEAR = 2023
every_format = pytest.mark.parametrize("kind", WRITERS)
CELL = "applications.new.natural"


def read_with(change: Callable[[dict[str, Any]], object], kind: str, folder: Path) -> ImportedReport:
    """Read a sample report whose data inside were changed after it was made."""
    _, page = sample_page(GOOD, YEAR)
    enclosure = copy.deepcopy(dict(page.account.enclosure))
    change(enclosure)
    changed = replace(page, account=replace(page.account, enclosure=enclosure))
    file = folder / f"年报.{kind}"
    file.write_bytes(WRITERS[kind](changed))
    return read_published(file, file.name)


def set_in(*path: str, to: Any) -> Callable[[dict[str, Any]], object]:
    def change(enclosure: dict[str, Any]) -> None:
        *steps, last = path
        for step in steps:
            enclosure = enclosure[step]
        enclosure[last] = to

    return change


@every_format
def test_a_page_that_shows_what_is_inside_it_is_taken_exactly(kind: str, tmp_path: Path):
    checked, _ = sample_page(GOOD, YEAR)
    found = read_with(lambda _: None, kind, tmp_path)
    assert checked.filing
    assert (found.source, found.filing.notes, found.filing.cells) == ("embedded", (), checked.filing.cells)


DIFFERENCES = {
    "agency": (set_in("front", "name", to="样县林业局"), "机构名称"),
    "year": (set_in("filing", "year", to=2022), "年度"),
    "title": (set_in("front", "title", to=["样县林业局2023年政府信息公开工作年度报告"]), "标题"),
    "signature": (set_in("front", "signature", to="样县林业局"), "落款"),
    "date": (set_in("front", "published", to="2024-02-29"), "日期"),
    "contact": (set_in("front", "contact", to="样县林业局，00-123"), "联系方式"),
    "prose": (set_in("filing", "narrative", "1", to="全年没有公开任何信息。"), "第一部分的文字"),
    "preamble": (set_in("filing", "narrative", "0", to="另一篇前言。"), "前言"),
    "heading": (set_in("front", "headings", to={"5": "五、另一个标题"}), "第五部分的标题"),
    "figure": (set_in("filing", "cells", CELL, to=4711), "1格的数字"),
    "blank": (set_in("filing", "cells", CELL, to=None), "1格的数字"),
}
"""What the data inside say otherwise than the page, by the part of it, and how it is called."""


def told_of(found: ImportedReport) -> str:
    """What is told of data inside that differ, after which the page was read as it is seen."""
    checked, _ = sample_page(GOOD, YEAR)
    assert checked.filing
    assert (found.source, found.name, found.filing.year) == ("published", checked.filing.name, YEAR)
    assert found.filing.cells == checked.filing.cells
    told = found.filing.notes[0].message
    assert "按所见的读取" in told
    return told


@pytest.mark.parametrize(("change", "told"), DIFFERENCES.values(), ids=DIFFERENCES)
def test_data_that_say_something_else_than_the_page_are_not_taken(
    change: Callable[[dict[str, Any]], object], told: str, tmp_path: Path
):
    assert told in told_of(read_with(change, "html", tmp_path))


@every_format
def test_every_difference_of_the_data_from_the_page_is_told_in_any_format(kind: str, tmp_path: Path):
    changes, names = zip(*(DIFFERENCES[key] for key in DIFFERENCES if key not in ("figure", "blank")), strict=True)
    blank = set_in("filing", "cells", CELL.replace("new", "total"), to=None)

    def change(enclosure: dict[str, Any]) -> None:
        for one in (*changes, DIFFERENCES["figure"][0], blank):
            one(enclosure)

    told = told_of(read_with(change, kind, tmp_path))
    assert [name for name in (*names, "2格的数字") if name not in told] == []


def test_a_cell_that_is_shown_blank_is_blank_whatever_stands_inside(tmp_path: Path):
    _, page = sample_page(GOOD, YEAR)
    text = WRITERS["html"](page).decode()
    row = text.index("一、本年新收政府信息公开申请数量")
    figure = text.index("<td", row)
    end = text.index("</td>", figure)
    start = text.index(">", figure) + 1
    file = tmp_path / "年报.html"
    file.write_text(text[:start] + text[end:], encoding="utf-8")
    found = read_published(file, "年报.html").filing
    assert found.cells[CELL] is None
    assert CELL in found.unreadable or "1格的数字" in found.notes[0].message


@pytest.mark.parametrize(
    "prose", ["甲。\n\n# 五、存在的主要问题\n\n乙。", "共{{ 3 }}件", "{{", "```\n甲。", "#（一）甲"],
    ids=["heading", "expression", "braces", "fence", "no space"],
)  # fmt: skip
def test_prose_inside_that_a_narrative_would_take_for_something_else_can_be_read_after_its_import(
    prose: str, tmp_path: Path
):
    def change(enclosure: dict[str, Any]) -> None:
        enclosure["filing"]["narrative"]["6"] = prose

    read_with(change, "html", tmp_path)
    whole = (tmp_path / "年报.html").read_text(encoding="utf-8")
    (script,) = re.findall('<script type="application/json".*?</script>', whole, re.DOTALL)
    (front,) = re.findall('<meta name="govreport-front".*?>', whole, re.DOTALL)
    (tmp_path / "空.html").write_text(f"<html><head>{front}</head><body>{script}</body></html>", encoding="utf-8")
    only = read_published(tmp_path / "空.html", "空.html")
    assert (only.source, only.filing.year) == ("embedded", YEAR)
    assert "按所见的读不出" in only.filing.notes[0].message
    project = Project(make_project(tmp_path / "项目", GOOD))
    agency = project.agency(GOOD)
    bring_in(project, only, agency, "空.html", force=True)
    again = project.filing(GOOD, YEAR)
    assert again.cells == only.filing.cells
    assert "甲" not in prose or "甲" in render_prose(again)[6]


def test_a_year_that_no_folder_can_have_is_not_taken(tmp_path: Path):
    found = read_with(set_in("filing", "year", to=20231), "html", tmp_path)
    assert (found.source, found.filing.year) == ("published", YEAR)


@every_format
def test_a_paragraph_that_was_added_to_the_page_is_told(kind: str, tmp_path: Path):
    texts: list[str] = []

    def shorten(enclosure: dict[str, Any]) -> None:
        kept, _, last = enclosure["filing"]["narrative"]["1"].rpartition("\n\n")
        texts[:] = [kept, last]
        enclosure["filing"]["narrative"]["1"] = kept

    found = read_with(shorten, kind, tmp_path)
    kept, added = texts
    assert (found.source, found.filing.narrative.parts[1].text) == ("embedded", kept) and added
    (told,) = [note.message for note in found.filing.notes]
    assert "多出几段，没有读入" in told and added[:9] in told


def edited(change: Callable[[str], str], folder: Path) -> ImportedReport:
    """Read a sample page that somebody edited."""
    text = WRITERS["html"](sample_page(GOOD, YEAR)[1]).decode()
    (folder / "年报.html").write_text(change(text), encoding="utf-8")
    return read_published(folder / "年报.html", "年报.html")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("<p>表1　新增情况说明：全年未收到投诉。</p>", "“表1新增情况说明：全年未收到投诉。”"),
        ("<table><tr><td>项<td>数<tr><td>甲<td>5</table>", "“| 项 | 数 |”、“| 甲 | 5 |”"),
        ("<p>4711</p>", "“4711”"),
    ],
    ids=["caption", "table", "number"],
)  # fmt: skip
def test_whatever_was_added_to_a_page_is_told(more: str, told: str, tmp_path: Path):
    found = edited(lambda text: text.replace("</h2>", f"</h2>{more}", 1), tmp_path)
    (note,) = [note.message for note in found.filing.notes]
    assert (found.source, note.partition("没有读入：")[2].partition("；")[0]) == ("embedded", told)


def test_a_line_that_stands_once_more_than_in_the_data_is_told(tmp_path: Path):
    lines: list[str] = []

    def twice(text: str) -> str:
        *_, last = re.findall(r"<p>[^<]{4,40}</p>", text.partition('class="signature"')[0])
        lines.append(last[3:-4])
        return text.replace(last, last * 2, 1)

    found = edited(twice, tmp_path)
    (note,) = [note.message for note in found.filing.notes]
    assert found.source == "embedded" and f"没有读入：“{lines[0]}”；" in note


@pytest.mark.parametrize("new", ["{}.{}", "{},{}", "-{}{}", "{}{}%"])
def test_a_point_a_comma_or_a_sign_of_a_figure_of_the_prose_that_differs_is_a_contradiction(new: str, tmp_path: Path):
    figure = r"(?<=[\u4e00-\u9fff])(\d)(\d+)(?=[条件])"
    found = edited(lambda text: re.sub(figure, lambda match: new.format(*match.groups()), text, count=1), tmp_path)
    assert found.source == "published" and "的文字与内嵌的数据不同" in found.filing.notes[0].message


def test_marks_of_markdown_beside_figures_are_no_contradiction(tmp_path: Path):
    def longer(enclosure: dict[str, Any]) -> None:
        enclosure["filing"]["narrative"]["6"] += "\n\n- -126条，约**2**.96万元\n- 1,200件\n\n1. 3\\.5%"

    read_with(longer, "html", tmp_path)
    file = tmp_path / "年报.html"
    shown = "<ul><li>-126条，约<strong>2</strong>.96万元</li><li>1,200件</li></ul><ol><li>3.5%</li></ol>"
    before, signature, after = file.read_text(encoding="utf-8").rpartition('<div class="signature"')
    file.write_text(before + shown + signature + after, encoding="utf-8")
    found = read_published(file, "年报.html")
    assert (found.source, found.filing.notes) == ("embedded", ())
