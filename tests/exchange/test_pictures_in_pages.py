"""Reports as laid-out pages: their narrative comes back word for word, and what a chart says is no part of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import pytest

from govreport.checks.checking import check_report
from govreport.core.grid import Grid
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.ofd_reader import read_ofd
from govreport.exchange.readers.pdf_reader import read_pdf
from govreport.exchange.recognise.paragraphs import going_on
from govreport.exchange.recognise.published import report_of
from govreport.notebook.report import Report
from govreport.publish.document import Document, read_document
from govreport.publish.ofd.ofd_writer import ofd_bytes
from govreport.publish.pdf_writer import pdf_bytes
from tests.support.foreign_ofd import cell, colour, frame, ofd, path, text
from tests.support.sample_pages import PROJECT, output

CHARTS = {3: ("received", "results", "applicants", "ranking"), 4: ("disputes",)}
TABLES = {2: "proactive", 3: "applications", 4: "disputes"}
FORMATS: dict[str, tuple[Callable[[Document], bytes], Callable[[bytes, str], ForeignDocument]]] = {
    "pdf": (pdf_bytes, read_pdf),
    "ofd": (ofd_bytes, read_ofd),
}


@cache
def printed(slug: str, year: int) -> tuple[Report, Document]:
    """A report of the sample city with its charts, and its page."""
    report = Report(PROJECT, check_report(PROJECT, slug, year))
    shown = [report.section(0)]
    for number in range(1, 7):
        shown.append(report.section(number))
        shown += [report.table(TABLES[number])] if number in TABLES else []
        shown += report.charts(*CHARTS[number]).items if number in CHARTS else []
        shown.append(report.remainder(number) if number in TABLES else None)
    cells = [
        {"cell_type": "code", "metadata": {}, "source": "", "outputs": [output(one)]}
        for one in shown
        if one is not None
    ]
    return report, read_document({"cells": cells, "metadata": {"govreport": report.account().to_json()}})


def paragraphs(markdown: str) -> list[str]:
    """The paragraphs of Markdown, without marks, spaces and the places of tables."""
    told = (re.sub(r"^#+|\\|\s|<!--.*?-->", "", each) for each in re.split(r"\n+", markdown))
    return [each for each in told if each]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("slug", "year"), [("shili-government", 2023), ("shili-housing", 2022), ("tongxiang-data-office", 2020)]
)
def test_a_narrative_comes_back_from_its_pages_paragraph_by_paragraph(slug: str, year: int, kind: str):
    report, document = printed(slug, year)
    write, read = FORMATS[kind]
    found = report_of(read(write(document), "年报"), "年报").filing
    for number in range(7):
        shown = [report.section(number), report.remainder(number) if number else None]
        own = [line for each in shown if each for line in paragraphs(each.text)]
        read = found.narrative.parts.get(number)
        assert paragraphs(read.text if read else "") == own[bool(number) :]
    assert "".join(found.narrative.contact.split()) == "".join(report.filing.narrative.contact.split())
    assert found.cells == report.filing.cells
    told = [note.message for note in found.notes if "图" in note.message]
    assert len(told) == (slug != "tongxiang-data-office")
    assert all(
        re.fullmatch(r"第[\d、]+页有\d幅带文字的图，图中文字没有读入叙述，请核对。", message) for message in told
    )


# ---- what is a chart ------------------------------------------------------------------------------------------------

PROSE = text("本机关依法办理政府信息公开申请，", 20, 30) + text("全部按期答复。", 20, 36)
WHITE, BLUE = colour("255 255 255"), colour("0 51 102")


def filled(x: float, y: float, width: float, height: float, shade: str = BLUE) -> str:
    return frame(x, y, width, height, shade, Fill="true", Stroke="false")


BARS = filled(50, 105, 80, 6) + filled(50, 115, 8, 6)
LABELS = text("自然人", 25, 110) + text("90", 132, 110) + text("商业企业", 25, 120) + text("9", 60, 120)
CHART = filled(20, 100, 170, 30, WHITE) + BARS + LABELS


def texts(data: bytes) -> list[str]:
    return [
        "表" if isinstance(block, Grid) else getattr(block, "text", "图").strip()
        for block in read_ofd(data, "年报.ofd").blocks
    ]


def notes(data: bytes) -> tuple[str, ...]:
    return read_ofd(data, "年报.ofd").notes


SAID = ["本机关依法办理政府信息公开申请，", "全部按期答复。"]
TOLD = ("第1页有1幅带文字的图，图中文字没有读入叙述，请核对。",)


@pytest.mark.parametrize("caption", ["", text("申请人情况", 95, 137)], ids=["bare", "with a caption"])
def test_what_stands_on_a_chart_and_its_caption_is_left_out_and_told(caption: str):
    data = ofd(PROSE + CHART + caption)
    assert (texts(data), notes(data)) == ([*SAID, "图"], TOLD)


@pytest.mark.parametrize("x", [110, 68], ids=["beside", "inside"])
def test_sectors_make_a_chart_as_bars_do(x: int):
    sides = ("M 80 80 L 95 68 B 100 75 100 85 95 92 C", "M 80 80 L 65 92 B 60 85 60 75 65 68 C")
    sectors = "".join(path(side, 0, 40, BLUE, Fill="true") for side in sides)
    data = ofd(
        PROSE
        + filled(20, 90, 170, 60, WHITE)
        + sectors
        + text("公开", 90, 140)
        + text("30%", x, 120)
        + text("70%", 94, 120)
    )
    assert (texts(data), notes(data)) == ([*SAID, "图"], TOLD)


HEADING = text("四、政府信息公开行政复议、行政诉讼情况", 67, 137)
CENTRED = text("今年共受理九件。", 89, 137)


@pytest.mark.parametrize("below", [HEADING, CENTRED, text("申请人情况", 20, 137)], ids=["heading", "sentence", "left"])
def test_a_heading_and_a_sentence_below_a_chart_are_no_captions(below: str):
    assert len(texts(ofd(PROSE + CHART + below))) == 4


RULED = cell("机关", 20, 100) + cell("件数", 50, 100) + cell("甲局", 20, 110) + cell("3", 50, 110)
SHADED = "".join(filled(x, y, 30, 10, colour("230 230 230")) for x, y in ((20, 120), (50, 120), (50, 130)))
BLANKS = cell("", 20, 120) + cell("", 50, 120) + cell("乙局", 20, 130) + cell("", 50, 130)
BAND = filled(20, 100, 170, 12) + text("政府信息公开工作年度报告", 40, 108, inner=WHITE)
SEAL = path("M 0 0 B 20 0 20 20 0 20 B -20 20 -20 0 0 0", 60, 100, colour("200 0 0"), Fill="true")
STROKES = filled(55, 104, 2, 2, colour("200 0 0")) + filled(62, 104, 2, 2, colour("200 0 0"))


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        (frame(20, 100, 60, 40) + SHADED + RULED + BLANKS, ["表"]),
        (filled(20, 100, 60, 40, WHITE) + SHADED + RULED + BLANKS, ["表"]),
        (BAND, ["政府信息公开工作年度报告"]),
        (filled(20, 100, 170, 30, WHITE) + BARS + text("共收到申请99件，按期答复。", 25, 125), None),
        (
            text("样县水利局", 50, 108) + text("二〇二四年一月九日", 50, 114) + SEAL + STROKES,
            ["样县水利局", "二〇二四年一月九日"],
        ),
        (path("M 0 0 L 170 0", 20, 100) + text("样县水利局文件", 60, 110), ["样县水利局文件"]),
        (BARS + text("99", 25, 125), None),
    ],
    ids=["framed table", "table on a ground", "title band", "sentence", "seal", "letterhead", "no ground"],
)
def test_what_is_no_chart_is_read(drawn: str, read: list[str] | None):
    data = ofd(PROSE + drawn)
    assert notes(data) == () and "图" not in texts(data)
    assert read is None or texts(data) == [*SAID, *read]


# ---- where a line goes on -------------------------------------------------------------------------------------------

INDENT = "\u3000\u3000"


@pytest.mark.parametrize(
    ("lines", "ends", "joined"),
    [
        ([f"{INDENT}其中法人提出73件，占", "7.9%，其余来自自然人。"], [521, 200], [False, True]),
        ([f"{INDENT}全年收到申请。", f"{INDENT}全部办结。"], [521, 200], [False, False]),
        (["全年收到申请9件。", "全部按期办结了。", "没有结转下年的。"], [520, 521, 300], [False, False, False]),
        (["全年收到申请9件，", "全部按期办结了。"], [300, 521], [False, False]),
        ([f"{INDENT * 6}2024年1月9日", "其他", f"{INDENT}一是甲"], [521, 80, 521], [False, False, False]),
    ],
    ids=["figure kept whole", "both begin", "sentences end", "short", "to the right"],
)
def test_a_line_goes_on_where_it_reaches_the_margin(lines: list[str], ends: list[float], joined: list[bool]):
    assert list(going_on(lines, ends)) == joined
