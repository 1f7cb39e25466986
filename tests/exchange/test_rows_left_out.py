"""Figures in a table of the form that no row of it takes: a row that stands twice, a row that the form has not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from govreport.exchange.recognise.columns import Header
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.placements import Placed
from govreport.exchange.recognise.published import ImportedReport, read_published
from govreport.exchange.recognise.table_match import RowReading, TableMatch, take
from govreport.filing.filing import Note
from govreport.forms.catalogue import Catalogue
from govreport.publish.html_writer import html_page
from tests.support.foreign import word
from tests.support.projects import GOOD
from tests.support.sample_pages import sample_page
from tests.support.text_tables import COLUMNS, END, HEAD, HEADER, figures, label, wrong

TRUTH = figures()
OTHER = [TRUTH["granted"][0] + 10, *TRUTH["granted"][1:6], TRUTH["granted"][6] + 10]
DIFFERING = ("applications.granted.natural", "applications.granted.total")
Row = list[str]


def row(name: str, numbers: Sequence[int]) -> Row:
    return [name, *map(str, numbers)]


def rows() -> list[Row]:
    return [row(label(key), numbers) for key, numbers in TRUTH.items()]


def place(key: str) -> int:
    return list(TRUTH).index(key)


def read(kind: str, tmp_path: Path, *tables: Sequence[Row], between: str = "") -> ImportedReport:
    """Read a report whose table of applications stands in one piece or several, as a page, a text or for Word."""
    file, pieces = tmp_path / f"a.{kind}", [[["", *HEADER.split()], *table] for table in tables]
    if kind == "txt":
        drawn = [f"{between}\n".join("\n".join("\t".join(line) for line in piece) + "\n" for piece in pieces)]
        file.write_text(HEAD + "".join(drawn) + END, encoding="utf-8")
        return read_published(file)
    html = {"table": "table", "tr": "tr", "td": "td", "p": "p", "text": "{}"}
    docx = {"table": "w:tbl", "tr": "w:tr", "td": "w:tc", "p": "w:p", "text": "<w:r><w:t>{}</w:t></w:r>"}
    names = html if kind == "html" else docx

    def element(name: str, content: str) -> str:
        return f"<{names[name]}>{content}</{names[name]}>"

    def paragraph(text: str) -> str:
        return element("p", names["text"].format(text))

    def grid(lines: Sequence[Row]) -> str:
        drawn = ("".join(element("td", paragraph(text)) for text in line) for line in lines)
        return element("table", "".join(element("tr", line) for line in drawn))

    head, end = ("".join(map(paragraph, text.split("\n"))) for text in (HEAD, END))
    body = head + paragraph(between).join(map(grid, pieces)) + end
    file.write_bytes(f"<html><body>{body}".encode() if kind == "html" else word(body))
    return read_published(file)


def warnings(found: ImportedReport) -> list[Note]:
    return [note for note in found.filing.notes if note.severity == "warning"]


every_kind = pytest.mark.parametrize("kind", ["html", "txt", "docx"])


@every_kind
@pytest.mark.parametrize("other_first", [False, True])
def test_a_row_that_stands_twice_with_other_figures_is_told_with_both(other_first: bool, kind: str, tmp_path: Path):
    table = rows()
    table.insert(place("granted") + (not other_first), row(label("granted"), OTHER))
    found = read(kind, tmp_path, table)
    assert not wrong(found, TRUTH)
    (told,) = warnings(found)
    assert "申请表“（一）予以公开”行不止一处" in told.message and told.cells == DIFFERING
    assert all("、".join(map(str, numbers)) in told.message for numbers in (TRUTH["granted"], OTHER))


@every_kind
@pytest.mark.parametrize("behind", ["granted", "total", "carried_out"], ids=["inside", "behind total", "at the end"])
def test_a_row_that_the_form_has_not_is_told(behind: str, kind: str, tmp_path: Path):
    table = rows()
    table.insert(place(behind) + 1, row("（八）转交信访部门", [3, 1, 0, 0, 0, 0, 4]))
    found = read(kind, tmp_path, table)
    assert not wrong(found, TRUTH) and not found.filing.unreadable.keys() & {f"applications.total.{c}" for c in COLUMNS}
    (told,) = warnings(found)
    assert "申请表中有格式没有的行（（八）转交信访部门 3 1 0 0 0 0 4），未采用" in told.message


@every_kind
def test_a_row_with_blanks_that_the_form_has_not_is_told(kind: str, tmp_path: Path):
    table = rows()
    table.insert(place("granted"), ["（八）转交信访部门", "3", "", "", "", "", "", "3"])
    (told,) = warnings(read(kind, tmp_path, table))
    assert "申请表中有格式没有的行（（八）转交信访部门 3" in told.message


def test_a_row_of_running_lines_that_the_form_has_not_is_told(tmp_path: Path):
    lines = [" ".join(line) for line in rows()]
    lines.insert(place("granted"), "（八）转交信访部门 3 3")
    (tmp_path / "a.txt").write_text(HEAD + HEADER + "\n" + "\n".join(lines) + END, encoding="utf-8")
    found = read_published(tmp_path / "a.txt")
    assert not wrong(found, TRUTH)
    (told,) = warnings(found)
    assert "申请表中有格式没有的行（（八）转交信访部门 3 3），未采用" in told.message


@every_kind
def test_a_row_that_stands_twice_with_the_same_figures_is_no_matter(kind: str, tmp_path: Path):
    table = rows()
    table.insert(place("granted"), row(label("granted"), TRUTH["granted"]))
    found = read(kind, tmp_path, table)
    assert not wrong(found, TRUTH) and warnings(found) == []


@every_kind
@pytest.mark.parametrize("between", ["", "—4—"])
def test_a_table_that_goes_on_below_its_header_and_last_row_again_is_no_matter(between: str, kind: str, tmp_path: Path):
    cut = place("granted") + 3
    found = read(kind, tmp_path, rows()[:cut], rows()[cut - 1 :], between=between)
    assert not wrong(found, TRUTH) and warnings(found) == []


@pytest.mark.parametrize("kind", ["html", "docx"])
@pytest.mark.parametrize("half", [4, 0], ids=["figures in both halves", "figures below"])
def test_a_row_that_the_end_of_a_page_cuts_is_one_row(half: int, kind: str, tmp_path: Path):
    above, below = rows()[: place("granted")], rows()[place("granted") + 1 :]
    name, *numbers = rows()[place("granted")]
    upper = [name[:4], *numbers[:half], *[""] * (len(COLUMNS) - half)]
    lower = [name[4:], *[""] * half, *numbers[half:]]
    found = read(kind, tmp_path, [*above, upper], [lower, *below])
    figures_read = [found.filing.cells[f"applications.granted.{column}"] for column in COLUMNS]
    assert figures_read == TRUTH["granted"] and not wrong(found, TRUTH) and warnings(found) == []


@pytest.mark.parametrize("change", [1, 0], ids=["other figures", "the same"])
def test_a_table_of_one_line_that_has_a_second_is_told(change: int, tmp_path: Path):
    first = "<td colspan=5 rowspan=2>行政复议</td><td colspan=10>行政诉讼</td>"
    second = "<td colspan=5>未经复议直接起诉</td><td colspan=5>复议后起诉</td>"
    third = "".join(f"<td>{name}</td>" for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3)
    lines = [[n, 1, 0, 0, n + 1] * 3 for n in (2, 2 + change)]
    body = "".join(f"<tr>{''.join(f'<td>{n}</td>' for n in line)}</tr>" for line in lines)
    table = f"<table><tr>{first}</tr><tr>{second}</tr><tr>{third}</tr>{body}</table>"
    text = f"{HEAD}四、政府信息公开行政复议、行政诉讼情况".replace("\n", "<p>")
    (tmp_path / "a.html").write_text(f"<html><body>{text}{table}<p>五、存在的主要问题<p>无。", encoding="utf-8")
    told = warnings(read_published(tmp_path / "a.html"))
    assert len(told) == change
    assert not told or "复议诉讼表不止一处，数字不同（2、1、0、0、3" in told[0].message


@pytest.mark.parametrize("name", ["（一）予以公开", "（八）转交信访部门"])
@pytest.mark.parametrize("figure", ["4711", ""], ids=["other figures", "the same figures"])
def test_a_page_with_its_data_inside_tells_what_it_shows_beside_them(figure: str, name: str, tmp_path: Path):
    checked, page = sample_page(GOOD, 2023)
    text = html_page(page)
    start = text.rindex("<tr", 0, text.index("（一）予以公开", text.index('data-table="applications"')))
    end = text.index("</tr>", start) + len("</tr>")
    cells = re.sub(r"<th[^>]*rowspan.*?</th>", "", text[start:end]).replace("（一）予以公开", name)
    again = re.sub(r"(<td[^>]*>)[\d,]+(?=</td>)", rf"\g<1>{figure}", cells, count=1) if figure else cells
    (tmp_path / "a.html").write_text(text[:end] + again + text[end:], encoding="utf-8")
    found = read_published(tmp_path / "a.html")
    assert checked.filing and (found.source, found.filing.cells) == ("embedded", checked.filing.cells)
    told = [note.message for note in warnings(found)]
    assert len(told) == bool(figure or name != "（一）予以公开")
    assert all(figure in message and "申请表" in message for message in told)


@pytest.mark.parametrize(("elsewhere", "certain"), [("3", ["3", "", ""]), ("4", [])], ids=["the same", "another"])
def test_where_a_rows_figures_may_be_others_none_of_its_blanks_is_certain(elsewhere: str, certain: list[str]):
    table = Catalogue.read().form_for(2023).tables["applications"]
    names = tuple(cell.name for cell in table.cells if cell.row == table.rows[0])[:3]
    blanks = dict.fromkeys(range(3), "")
    one = RowReading(table.rows[0], Line(0, False, (), (), ()), (0,), names, Placed({**blanks, 0: "3"}), Header())
    made = TableMatch(table)
    take(made, one, [{**dict.fromkeys(names, ""), names[0]: elsewhere}])
    assert [made.texts[name] for name in names if name in made.texts] == certain
    assert made.reasons.keys() == (set() if certain else set(names))
