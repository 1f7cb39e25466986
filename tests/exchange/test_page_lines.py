"""Numbers of pages, running lines and empty rows of a text or a workbook part no paragraph of a report."""

from __future__ import annotations

import io
from collections.abc import Callable

import openpyxl
import pytest

from govreport.exchange.readers.opening import ForeignFile, read_document
from govreport.exchange.recognise.published import report_of
from govreport.forms.catalogue import Catalogue

HEADINGS = Catalogue.read().form_for(2023).parts
SENTENCE = "示例局围绕公众关心的事项公布信息并答复来电来信同时按期更新目录和指南方便群众查阅和办理各类事项" * 3
TITLE = "示例市林业局2023年政府信息公开工作年度报告"
RUNNING = "示例市林业局二〇二三年年报"
WIDTH, PAGE = 26, 10


def lines() -> list[str]:
    """A report as lines of a page: each part has a heading and a sentence over some lines, told apart by a name."""
    found = [TITLE]
    for heading, name in zip(HEADINGS, "甲乙丙丁戊己", strict=True):
        text = f"{name}{SENTENCE}。"
        found += [heading, *(text[n : n + WIDTH] for n in range(0, len(text), WIDTH))]
    return found


def paged(mark: str, running: str = "") -> list[str]:
    """The lines with a page's mark behind every few of them, and a running line above them."""
    found: list[str] = []
    for start in range(0, len(lines()), PAGE):
        found += [*[running] * bool(running), *lines()[start : start + PAGE], mark.format(1 + start // PAGE)]
    return found


def as_text(rows: list[str]) -> ForeignFile:
    return ForeignFile("年报.txt", "text", "\n".join(rows).encode())


def as_sheet(rows: list[str], width: int = 3) -> ForeignFile:
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append([row or None])
    book.active.append(["项目", *["件数"] * (width - 1)])
    book.save(target)
    return ForeignFile("年报.xlsx", "xlsx", target.getvalue())


def prose(file: ForeignFile) -> list[str]:
    """What a report says in its parts, one after the other."""
    found = report_of(read_document(file), file.name, 2023).filing
    assert found.title == (TITLE,)
    return [part.text.partition("\n\n|")[0] for number, part in sorted(found.narrative.parts.items()) if number]


SAID = [f"{name}{SENTENCE}。" for name in "甲乙丙丁戊己"]
in_both = pytest.mark.parametrize("write", [as_text, as_sheet], ids=["text", "workbook"])


@in_both
@pytest.mark.parametrize("mark", ["- {} -", "第{}页", "第 {} 页 共 4 页", "{}"])
@pytest.mark.parametrize("running", ["", RUNNING])
def test_numbers_of_pages_and_running_lines_part_no_paragraph(
    write: Callable[[list[str]], ForeignFile], mark: str, running: str
):
    assert prose(write(paged(mark, running))) == SAID


@in_both
def test_bare_numbers_that_do_not_count_pages_stay(write: Callable[[list[str]], ForeignFile]):
    rows = [*lines()[:2], "春季活动", "1", "夏季活动", "2", "秋季活动", "3", *lines()[2:]]
    text = "".join(prose(write(rows)))
    assert all(number in text for number in "123")


def test_empty_rows_of_a_workbook_are_no_tables():
    rows = [text for line in lines() for text in (line, "")]
    assert prose(as_sheet(rows)) == SAID
