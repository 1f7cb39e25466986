"""PDF files that no report is: refused with one sentence before they cost time or memory."""

from __future__ import annotations

import math
import zlib

import pytest

from govreport.core.errors import FilingError
from govreport.core.grid import Grid
from govreport.exchange.readers.pdf_reader import read_pdf

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pdf(*contents: bytes, keys: bytes = b"", font: bytes = HELVETICA) -> bytes:
    """A PDF whose pages have the contents in a font; keys: what else each page's dictionary says."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(contents)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode())
    objects.append(font)
    for number, content in enumerate(contents):
        packed = zlib.compress(content)
        resources = b"/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842]" + keys
        objects.append(b"<< /Type /Page /Parent 2 0 R %s /Contents %d 0 R >>" % (resources, 5 + 2 * number))
        head = b"<< /Length %d /Filter /FlateDecode >>" % len(packed)
        objects.append(head + b"\nstream\n" + packed + b"\nendstream")
    body, places = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return body + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, len(body),
    )  # fmt: skip


TEXT = b"BT /F1 1 Tf 10 800 Td (%s) Tj ET\n"
LINES = b"10 10 m 500 10 l S\n"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (pdf(*[TEXT % b"x"] * 400), "有 400 页"),
        (pdf((TEXT % (b"x" * 20_000)) * 10), r"第1页有 \d+,\d+ 个字符或图形"),
        (pdf(*[(TEXT % (b"x" * 3_000)) * 3] * 60), "的字符和图形超过 150,000 个"),
        (pdf(LINES * 100_000), "第1页有 100,000 个字符或图形"),
        (pdf(TEXT % b"x")[:300], "已损坏"),
        (pdf(b""), "没有文字层"),
    ],
    ids=["pages", "characters", "in all", "lines", "cut", "picture"],
)
def test_what_no_report_is_is_refused_at_once(data: bytes, sentence: str):
    with pytest.raises(FilingError, match=sentence) as told:
        read_pdf(data, "年报.pdf")
    assert str(told.value).startswith("年报.pdf ") and len(told.value.problems) == 1


def test_a_small_page_of_text_is_read():
    assert [getattr(block, "text", "") for block in read_pdf(pdf(TEXT % b"2023"), "x.pdf").blocks] == ["2023"]


def cell(x: int, y: int, *pieces: tuple[bytes, int, int, int], height: int = 30) -> bytes:
    """A cell of 80 points with texts in it: each with its place from the cell's lower left corner, and its size."""
    drawn = b"%d %d 80 %d re S\n" % (x, y, height)
    return drawn + b"".join(
        b"BT /F1 %d Tf %d %d Td (%s) Tj ET\n" % (size, x + right, y + up, text) for text, right, up, size in pieces
    )


def grids(data: bytes) -> list[list[list[str]]]:
    found = read_pdf(data, "a.pdf").blocks
    return [[[cell.text for cell in line] for line in grid.lines()] for grid in found if isinstance(grid, Grid)]


ROW = cell(50, 400, (b"103", 10, 8, 12)) + cell(130, 400, (b"27", 10, 8, 12))
ABOVE = cell(50, 430, (b"5", 10, 8, 12)) + cell(130, 430, (b"6", 10, 8, 12))


@pytest.mark.parametrize("matrix", [b"0 1 -1 0 595 0", b"0 -1 1 0 0 842", b"-1 0 0 -1 595 842"])
def test_a_page_set_sideways_or_upside_down_is_read_upright(matrix: bytes):
    sideways = b"q %s cm\n%s%sQ\n" % (matrix, ABOVE, ROW)
    assert grids(pdf(ABOVE + ROW, sideways)) == [[["5", "6"], ["103", "27"]]] * 2


def leaning(degrees: float, text: bytes, x: int, y: int, size: int, before: bytes = b"") -> bytes:
    """A text that runs aslant from a place; before: what is set before it, as a colour."""
    along, up = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    shown = f"BT /F1 {size} Tf {along:.5f} {up:.5f} {-up:.5f} {along:.5f} {x} {y} Tm ".encode()
    return b"q " + before + b" " + shown + b"(" + text + b") Tj ET Q\n"


PROSE = leaning(0, b"text" * 10, 50, 700, 12)
READ = [[["5", "6"], ["103", "27"]]]


@pytest.mark.parametrize("size", [6, 10, 14, 24, 60])
@pytest.mark.parametrize("degrees", [7, 30, 45, 60, 90, -20, 175])
def test_the_digits_of_a_mark_that_runs_aslant_over_a_page_are_no_figures(degrees: int, size: int):
    marks = b"".join(leaning(degrees, b"2024 0571", x, y, size) for x, y in ((55, 402), (60, 435), (130, 410)))
    assert grids(pdf(ABOVE + ROW + PROSE + marks)) == READ


@pytest.mark.parametrize("before", [b"0.8 g", b"0.9 0.75 0.75 rg"], ids=["light grey", "light red"])
def test_faint_text_beside_the_figures_is_none(before: bytes):
    mark = leaning(0, b"9876", 55, 405, 12, before)
    assert grids(pdf(ABOVE + ROW + PROSE + mark)) == READ


@pytest.mark.parametrize(("x", "y"), [(700, 405), (-90, 405), (55, 900), (55, -30)])
def test_text_beyond_the_edge_of_the_page_is_none(x: int, y: int):
    found = read_pdf(pdf(ABOVE + ROW + leaning(0, b"9876", x, y, 12)), "a.pdf").blocks
    assert len(found) == 1 and grids(pdf(ABOVE + ROW + leaning(0, b"9876", x, y, 12))) == READ


@pytest.mark.parametrize("colour", [b"1 g", b"1 1 1 rg", b"0 0 0 0 k"])
def test_white_text_is_text_on_a_dark_ground_alone(colour: bytes):
    white = leaning(0, b"9", 55, 405, 12, colour)
    assert grids(pdf(ABOVE + ROW + PROSE + white)) == READ
    dark = b"0 0.2 0.4 rg 50 400 80 30 re f 0 g\n"
    shown = grids(pdf(dark + ABOVE + cell(50, 400) + cell(130, 400, (b"27", 10, 8, 12)) + PROSE + white))
    assert shown == [[["5", "6"], ["9", "27"]]]


def test_the_invisible_text_under_a_scanned_page_is_read():
    assert grids(pdf(b"3 Tr " + ABOVE + ROW)) == READ


def test_invisible_text_over_or_under_what_is_seen_is_none():
    hidden = leaning(0, b"9876", 55, 405, 12, b"3 Tr")
    assert grids(pdf(hidden + ABOVE + ROW)) == grids(pdf(ABOVE + ROW + hidden)) == READ


PAINT = b"q 1 g 52 404 60 22 re f Q\n"


def test_text_painted_over_in_white_is_none_and_what_stands_there_now_is_read():
    assert grids(pdf(ABOVE + ROW + PROSE + PAINT)) == [[["5", "6"], ["", "27"]]]
    assert grids(pdf(PAINT + ABOVE + ROW + PROSE)) == READ, "a white ground hides nothing"
    assert grids(pdf(ABOVE + ROW + PROSE + PAINT + leaning(0, b"4", 60, 408, 12))) == [[["5", "6"], ["4", "27"]]]


@pytest.mark.parametrize("right", [60, 62, 64])
def test_digits_printed_over_other_digits_are_no_figure(right: int):
    ((_, (figure, _)),) = grids(pdf(ABOVE + ROW + PROSE + leaning(0, b"864", right, 408, 12)))
    assert "？" in figure


@pytest.mark.parametrize(("right", "up"), [(b"0", b"0"), (b"0.4", b"0"), (b"-0.4", b"0.3"), (b"0.9", b"-0.5")])
def test_text_printed_twice_to_look_bold_is_there_once(right: bytes, up: bytes):
    once = leaning(0, b"No.1.122.00--all(all)", 50, 700, 12)
    once += cell(50, 400, (b"1100", 10, 8, 12)) + cell(130, 400, (b"2(1)", 10, 8, 12))
    bold = pdf(once + b"q 1 0 0 1 %s %s cm %sQ\n" % (right, up, once))
    assert grids(bold) == [[["1100", "2(1)"]]]
    assert [getattr(block, "text", "") for block in read_pdf(bold, "a.pdf").blocks] == ["No.1.122.00--all(all)", ""]


@pytest.mark.parametrize("degrees", [1, -2])
def test_a_page_that_was_scanned_askew_keeps_its_text(degrees: int):
    askew = [
        leaning(degrees, text, x, y, 12)
        for text, x, y in ((b"103", 60, 408), (b"27", 140, 408), (b"5", 60, 438), (b"6", 140, 438))
    ]
    lines = cell(50, 400) + cell(130, 400) + cell(50, 430) + cell(130, 430)
    assert grids(pdf(lines + b"".join(askew))) == READ


@pytest.mark.parametrize(("degrees", "matrix"), [(90, b"0 1 -1 0 595 0"), (180, b"-1 0 0 -1 595 842")])
def test_a_page_that_is_shown_turned_is_read_as_it_is_shown(degrees: int, matrix: bytes):
    turned = b"q %s cm\n%s%sQ\n" % (matrix, ABOVE, ROW)
    assert grids(pdf(turned, keys=b" /Rotate %d" % degrees)) == [[["5", "6"], ["103", "27"]]]
    assert grids(pdf(ABOVE + ROW, keys=b" /Rotate %d" % degrees)) == [[["5", "6"], ["103", "27"]]]


def test_a_small_raised_mark_beside_a_figure_is_a_remark():
    marked = cell(50, 400, (b"103", 10, 8, 12), (b"1", 31, 14, 7)) + cell(130, 400, (b"27", 10, 8, 12))
    assert grids(pdf(ABOVE + marked)) == [[["5", "6"], ["103（注1）", "27"]]]


def test_small_characters_on_the_line_are_text_as_any_other():
    level = cell(50, 400, (b"103", 10, 8, 12), (b"1", 30, 8, 10)) + cell(130, 400, (b"27", 10, 8, 12))
    assert grids(pdf(ABOVE + level)) == [[["5", "6"], ["1031", "27"]]]


def test_the_end_of_a_figure_that_a_pages_end_cuts_is_no_page_number():
    rest = cell(50, 780, height=20) + cell(130, 780, (b"6", 10, 4, 12), height=20)
    next_page = rest + cell(50, 750, (b"5", 10, 8, 12)) + cell(130, 750, (b"4", 10, 8, 12))
    number = b"BT /F1 12 Tf 290 30 Td (2) Tj ET\n"
    assert grids(pdf(next_page + number)) == [[["", "6"], ["5", "4"]]]
    blocks = read_pdf(pdf(next_page + number), "a.pdf").blocks
    assert len(blocks) == 1


def test_lines_at_the_head_and_foot_of_every_page_are_left_out():
    pages = [
        b"BT /F1 12 Tf 50 810 Td (Report 2023) Tj ET\nBT /F1 12 Tf 50 %d Td (%s) Tj ET\n"
        b"BT /F1 12 Tf 50 30 Td (file: a.html) Tj 300 0 Td (%d/3) Tj ET\n" % (700, text, number)
        for number, text in enumerate((b"first", b"second", b"third"), 1)
    ]
    assert [getattr(block, "text", "") for block in read_pdf(pdf(*pages), "a.pdf").blocks] == [
        "first",
        "second",
        "third",
    ]
    assert len(read_pdf(pdf(*pages[:2]), "a.pdf").blocks) == 6


@pytest.mark.parametrize("dash", [b"", b"[3 3] 0 d "], ids=["drawn", "dashed"])
def test_a_table_whose_lines_are_dashed_is_one_of_its_rows(dash: bytes):
    """Two columns and six rows of 40 points; in each row the label of two lines stands beside its figure."""
    across = b" ".join(b"100 %d m 400 %d l S" % (y, y) for y in range(400, 641, 40))
    upright = b" ".join(b"%d 400 m %d 640 l S" % (x, x) for x in (100, 250, 400))
    words = b" ".join(
        b"BT /F1 9 Tf 110 %d Td (label%d) Tj 0 -12 Td (end%d) Tj ET BT /F1 9 Tf 300 %d Td (%d) Tj ET"
        % (y + 24, y, y, y + 18, y)
        for y in range(400, 640, 40)
    )
    (grid,) = (b for b in read_pdf(pdf(b"0.5 w " + dash + across + b" " + upright + b" " + words), "a.pdf").blocks)
    assert isinstance(grid, Grid)
    rows = [[cell.text for cell in line] for line in grid.lines()]
    assert rows == [[f"label{y}\nend{y}", str(y)] for y in range(600, 399, -40)]


def test_a_table_of_which_every_other_row_is_shaded_is_one_of_all_its_rows():
    """Two columns between rules, the first with a cell over all rows but the last; every other row is shaded."""
    rules = b" ".join(b"100 %d 49 1 re f 150 %d 249 1 re f" % (y, y) for y in (400, 440, 640))
    rules += b" " + b" ".join(b"150 %d 249 1 re f" % y for y in range(480, 640, 40))
    shades = b"0.9 g 100 440 50 200 re f " + b" ".join(b"150 %d 250 40 re f" % y for y in (440, 520, 600)) + b" 0 g "
    words = b"BT /F1 9 Tf 110 536 Td (span) Tj 0 -120 Td (last) Tj ET " + b" ".join(
        b"BT /F1 9 Tf 300 %d Td (%d) Tj ET" % (y + 16, y) for y in range(400, 640, 40)
    )
    above = b" BT /F1 9 Tf 110 700 Td (heading) Tj ET"
    head, grid = read_pdf(pdf(shades + rules + b" " + words + above), "a.pdf").blocks
    assert getattr(head, "text", "") == "heading"
    assert isinstance(grid, Grid)
    rows = [[cell.text for cell in line] for line in grid.lines()]
    assert [row[-1] for row in rows] == ["600", "560", "520", "480", "440", "400"]


def test_a_zero_that_stands_alone_is_read_though_its_font_is_nowhere():
    descendant = (
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 >>"
    )
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [%s] >>"
    cells = [(60, 408, "0"), (140, 408, "27"), (60, 438, "5"), (140, 438, "0")]
    shown = b"".join(
        b"BT /F1 12 Tf %d %d Td <%s> Tj ET\n" % (x, y, text.encode("utf-16-be").hex().encode()) for x, y, text in cells
    )
    lines = cell(50, 400) + cell(130, 400) + cell(50, 430) + cell(130, 430)
    assert grids(pdf(lines + shown, font=font % descendant)) == [[["5", "0"], ["0", "27"]]]


def words(*pieces: tuple[float, float, float, bytes]) -> list[str]:
    """A page's lines of text; pieces: place, height above the line and size of each, and its letters."""
    drawn = b"".join(b"BT /F1 %g Tf %g %g Td (%s) Tj ET\n" % (size, x, 700 + up, text) for x, up, size, text in pieces)
    return [getattr(block, "text", "") for block in read_pdf(pdf(drawn), "a.pdf").blocks]


def test_small_raised_digits_of_prose_are_no_digits_of_a_figure():
    assert words((100, 0, 16, b"area 10"), (152.5, 5.5, 10.5, b"2"), (158.4, 0, 16, b"km")) == ["area10²km"]
    assert words((100, 0, 16, b"area 10"), (152.5, 0, 10.5, b"2"), (158.4, 0, 16, b"km")) == ["area102km"]
    assert words((100, 0, 16, b"Row"), (200, 3, 12, b"31")) == ["Row\t31"]
