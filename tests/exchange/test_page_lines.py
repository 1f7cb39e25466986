"""Numbers of pages, running lines and empty rows of a file part no paragraph, and nothing else is taken for such."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import count

import openpyxl
import pytest

from govreport.exchange.readers.opening import ForeignFile, read_document
from govreport.exchange.recognise.published import report_of
from govreport.filing.filing import Filing
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


def as_page(rows: list[str]) -> ForeignFile:
    body = "".join(row if row.startswith("<") else f"<p>{row}</p>" for row in rows)
    return ForeignFile("年报.html", "html", f"<html><body>{body}</body></html>".encode())


def filing_in(file: ForeignFile) -> Filing:
    return report_of(read_document(file), file.name, 2023).filing


def told(file: ForeignFile) -> list[str]:
    """What is told of running lines."""
    notes = [note for note in filing_in(file).notes if "页眉" in note.message]
    assert all(note.severity == "notice" for note in notes)
    return [note.message for note in notes]


def prose(file: ForeignFile) -> list[str]:
    """What a report says in its parts, one after the other."""
    found = filing_in(file)
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


@in_both
@pytest.mark.parametrize(
    "last", ["新收申请1{}件。", "新收申请1{}件", "（{}）新收申请12件。", "本年度无此情况。", "来信：1{}封；"]
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_what_may_be_prose_or_an_item_at_the_ends_of_pages_is_read(
    write: Callable[[list[str]], ForeignFile], last: str, place: str
):
    rows = lines()[:1]
    for number, heading in enumerate(HEADINGS, 1):
        said, mark = last.format(number), f"- {number} -"
        rows += [heading, f"{SENTENCE}。", *([said, mark] if place == "above" else [mark, said])]
    found = "".join(prose(write(rows)))
    assert [found.count(last.format(number)) for number in range(1, 7)] == [1 if "{" in last else 6] * 6
    assert told(write(rows)) == []


@in_both
@pytest.mark.parametrize(("running", "first"), [(RUNNING, RUNNING), (f"{RUNNING} 第{{}}页", f"{RUNNING} 第1页")])
def test_running_lines_are_told_once_with_the_first_of_them(
    write: Callable[[list[str]], ForeignFile], running: str, first: str
):
    numbers = count(1)
    file = write([running.format(next(numbers)) if row == "*" else row for row in paged("- {} -", "*")])
    assert prose(file) == SAID
    assert told(file) == [f"有5行在各页的同一处重复，当作页眉、页脚，没有读入：“{first}”等。"]


@in_both
def test_numbers_of_pages_alone_are_not_told(write: Callable[[list[str]], ForeignFile]):
    assert told(write(paged("- {} -"))) == []


def test_a_number_on_its_own_line_is_no_pages_where_a_format_has_no_pages():
    found = "".join(prose(as_page(paged("{}"))))
    assert all(number in found for number in "12345")
    assert "- 2 -" not in "".join(prose(as_page(paged("- {} -"))))


@in_both
@pytest.mark.parametrize("numbers", [("1", "2", "3"), ("12", "35", "48")])
def test_numbers_between_whole_sentences_or_that_do_not_count_are_read(
    write: Callable[[list[str]], ForeignFile], numbers: tuple[str, ...]
):
    cut = "，" if numbers[0] == "12" else "。"
    items = [row for number in numbers for row in (number, *(f"{name}{SENTENCE[:WIDTH]}{cut}" for name in "子丑寅卯"))]
    found = "".join(prose(write([*lines()[:2], *items, *lines()[2:]])))
    assert all(number in found for number in numbers)


TABLE = [("序号", "事项", "件数"), ("1", "网站发布", "12"), ("2", "", ""), ("3", "微信发布", "5"), ("4", "", "")]
ROWS = "\n".join(f"| {' | '.join(row)} |" for row in [TABLE[0], ("---",) * 3, *TABLE[1:]])


def test_a_row_that_holds_its_number_alone_stays_in_its_table():
    drawn = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in TABLE)
    page = as_page([*lines()[:2], f"<table>{drawn}</table>", *lines()[2:]])
    assert ROWS in filing_in(page).narrative.parts[1].text
    book, target = openpyxl.Workbook(), io.BytesIO()
    for row in [*lines()[:7], *TABLE, *lines()[7:]]:
        book.active.append([text or None for text in (row if isinstance(row, tuple) else (row,))])
    book.save(target)
    assert ROWS in filing_in(ForeignFile("年报.xlsx", "xlsx", target.getvalue())).narrative.parts[1].text
