"""Hostile documents as PDF: they are set harmlessly in bounded time, or refused in one sentence."""

from __future__ import annotations

import io
import re
import struct
import time
import zlib
from collections.abc import Callable
from functools import partial

import pandas as pd
import pypdfium2
import pytest
from PIL import Image

from govreport.core.blocks import Block, ItemList, Paragraph, Picture, Preformatted, Quote, Run
from govreport.core.errors import GovReportError
from govreport.core.grid import GridCell
from govreport.publish.pdf_writer import pdf_bytes
from govreport.publish.pictures import PictureError, picture
from govreport.tables.frame import frame_grid
from govreport.tables.printed_table import display_table
from tests.support.papers import document, paragraph, squeezed, text_of, texts

SECONDS = 60
"""Far more than any of these takes on a quiet machine, and far less than what grows out of bounds."""
TYPST = (
    '#import "@preview/x:1.0.0"', '#read("/etc/passwd")', "#panic()", "$x$", "= heading", "- item", "+ item", "/ a: b",
    "@label", "<label>", r"\u{1F600}", "``` raw ```", "#let x = 1", "#{", "]", "#[", "\\", "#show: x => none", "~",
    "--", "#context here()", '#image("data.json")', "https://example.invalid/#x", "'single'", "#set page(width: 1pt)",
)  # fmt: skip
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="90" height="60">{}</svg>'
)
BOX = '<rect width="9" height="9"/>'


def drawing(content: str, before: str = "") -> Picture:
    return Picture("image/svg+xml", (before + DRAWING.format(content)).encode(), "月度情况", "月度图")


def pixels(width: int, height: int) -> Picture:
    """A PNG that is small as a file and as large as one likes when unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(1)
    rows = b"".join([*(packer.compress(bytes(width + 1)) for _ in range(height)), packer.flush()])
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return Picture("image/png", b"\x89PNG\r\n\x1a\n" + parts, "月度情况", "月度图")


def uses(depth: int) -> str:
    """Shapes that each draw the one before ten times."""
    shapes = "".join(
        f'<g id="u{n}">' + f'<use xlink:href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, depth)
    )  # fmt: skip
    return f'<defs><g id="u0">{BOX}</g>{shapes}</defs><use href="#u{depth - 1}"/>'


def refused(*blocks: Block) -> str:
    """The one sentence that says why blocks cannot be set."""
    with pytest.raises(GovReportError) as caught:
        pdf_bytes(document(*blocks))
    sentence = str(caught.value)
    assert sentence.endswith("。")
    assert sentence.count("。") == 1
    assert "\n" not in sentence
    return sentence


@pytest.fixture(autouse=True)
def in_bounded_time() -> object:
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("text", TYPST)
def test_typst_syntax_is_printed_wherever_it_stands(text: str) -> None:
    blocks: tuple[Block, ...] = (
        paragraph(text),
        Paragraph((Run(text, italic=True), Run(text, link=f"https://example.invalid/?{text}"))),
        Paragraph((Run(text),), 2),
        ItemList(False, 1, ((Quote((paragraph(text),)),),)),
        frame_grid(pd.DataFrame({text: [text]}, index=[text]), text),
        Preformatted(text),
    )
    printed = text_of(document(*blocks, title=(text,), name=text, contact=text, signature=text))
    assert printed.count(squeezed(text)) >= 12


def test_typst_syntax_in_the_data_inside_is_data() -> None:
    held = {"filing": {"cells": {text: text for text in TYPST}}, "front": {}}
    assert pdf_bytes(document(paragraph("正文"), enclosure=held))


@pytest.mark.parametrize("text", ["㐀", "𠀀", "👩‍👩‍👧", "🇨🇳", "ཀ", "\ue000", "\U0010fffd"])
def test_a_character_that_no_font_has_is_refused_by_name(text: str) -> None:
    assert f"U+{ord(text[0]):04X}" in refused(paragraph(f"收到{text}三件"))


@pytest.mark.parametrize(
    "text", ["e\u0301", "n\u0303o", "甲\u202e乙\u202c", "\u2067甲\u2069", "\ufe0f总", "\x1b[31m红", "\ud83d"]
)
def test_marks_and_control_characters_leave_the_text_readable(text: str) -> None:
    try:
        printed = text_of(document(paragraph(f"收到{text}三件")))
    except GovReportError as error:
        assert "U+" in str(error)
    else:
        assert "收到" in printed and "三件" in printed


def test_prose_of_200_pages_is_set_in_time_that_grows_with_its_length() -> None:
    def seconds(count: int) -> float:
        blocks = [
            paragraph(f"{number}本机关依法公开政府信息，及时回应群众关切，按期办结申请。" * 7)
            for number in range(count)
        ]
        started = time.process_time()
        pdf_bytes(document(*blocks))
        return time.process_time() - started

    seconds(10)
    assert seconds(560) < 30 * max(seconds(140), 0.1)


def test_a_document_of_thousands_of_pages_is_refused() -> None:
    sentence = refused(*[paragraph("字" * 1000)] * 3_100)
    assert sentence == "报告内容过多，会有数千页，未能排版；请删减过长的表格、文字或输出，或另行提供数据文件。"


def test_lists_of_2_000_agencies_are_no_document_of_thousands_of_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set in earnest, the summary of a parent of 2,000 members takes 7 seconds and has 207 pages."""

    class SetError(Exception):
        pass

    def compile_typst(*arguments: object, **options: object) -> bytes:
        raise SetError

    monkeypatch.setattr("govreport.publish.pdf_writer.compile_typst", compile_typst)
    agencies = pd.Index([f"示例市第{number}局" for number in range(2_000)], name="机构")
    listed = pd.DataFrame({f"{year}年": 1234 for year in range(2019, 2024)}, index=agencies)
    with pytest.raises(SetError):
        pdf_bytes(document(frame_grid(listed, "新收申请"), frame_grid(listed, "校验结果")))


def test_a_word_of_100_000_letters_is_broken() -> None:
    cells = ((GridCell("b" * 100_000), GridCell("3")),)
    for block in (paragraph("a" * 100_000), display_table("t", "", (1, 1), (), cells)):
        with pypdfium2.PdfDocument(pdf_bytes(document(block))) as pdf:
            assert len(pdf) > 20
            page = pdf[1].get_textpage()
            ends = [page.get_charbox(number)[2] for number in range(page.count_chars())]
            assert len(ends) > 1_000 and max(ends) < (210 - 26) * 72 / 25.4 + 3


def test_plain_output_of_10_000_lines_is_set() -> None:
    data = pdf_bytes(document(Preformatted("\n".join(f"第{number}行" for number in range(10_000)))))
    assert "第9999行" in texts(data)[-1]


@pytest.mark.parametrize("wrap", [lambda b: Quote((b,)), lambda b: ItemList(False, 1, ((b,),))], ids=["quote", "list"])
def test_deep_nesting_is_set_or_refused(wrap: Callable[[Block], Block]) -> None:
    block: Block = paragraph("深处")
    for depth in range(200):
        block = wrap(block)
        if depth == 9:
            assert "深处" in text_of(document(block))
    assert refused(block) == "列表或引用嵌套得太深，未能排版；请减少层次。"


def test_a_table_of_300_columns_is_refused_by_name() -> None:
    assert "表“宽表”有300栏" in refused(frame_grid(pd.DataFrame([range(300)]), "宽表"))


def test_a_table_of_3_000_rows_has_them_all() -> None:
    rows = 3_000
    labels = pd.MultiIndex.from_tuples([(f"第{n // 25}类", f"第{n}项") for n in range(rows)])
    data = pdf_bytes(document(frame_grid(pd.DataFrame({"件数": range(10_000, 10_000 + rows)}, index=labels))))
    found = [re.findall(r"(?<!\d)\d{5}(?!\d)", page) for page in texts(data)]
    assert len(found) < 150 and min(map(len, found)) > 1
    assert [int(figure) for page in found for figure in page] == list(range(10_000, 10_000 + rows))


@pytest.mark.parametrize("scope", ["", "col", "row", "rowgroup"])
def test_a_cell_with_100_000_bytes_of_text_is_set(scope: str) -> None:
    long = GridCell("甲乙丙。" * 9_000, scope=scope, rows=2 if scope == "rowgroup" else 1)
    below = (GridCell("3"),) if scope == "rowgroup" else (GridCell("2"), GridCell("3"))
    head = ((long, GridCell("1")),) if scope == "col" else ()
    body = (below,) if scope == "col" else ((long, GridCell("1")), below)
    assert pdf_bytes(document(display_table("t", "表", (1, 1), head, body)))


@pytest.mark.parametrize(
    "figure",
    [
        drawing('<script>alert(1)</script><rect width="9" height="9" onclick="alert(1)"/>'),
        drawing('<use href="other.svg#a"/>' + BOX),
        drawing('<g id="a"><use href="#a"/></g>' + BOX),
        drawing('<foreignObject><iframe src="https://example.invalid/"/></foreignObject>' + BOX),
        drawing('<image href="data:image/png;base64,AAAA" width="9" height="9"/>'),
        drawing(uses(3)),
        partial(pixels, 2_000, 2_000),
    ],
)  # fmt: skip
def test_a_picture_that_tries_something_is_a_picture(figure: Picture | Callable[[], Picture]) -> None:
    data = pdf_bytes(document(figure() if callable(figure) else figure))
    assert not any(word in data for word in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction"))


ENTITIES = '<!DOCTYPE svg [<!ENTITY a "ha">{}]>'.format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
)


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        (drawing('<image href="https://example.invalid/x.png" width="9" height="9"/>'), "无法读取"),
        (drawing('<image href="file:///etc/passwd" width="9" height="9"/>'), "无法读取"),
        (drawing('<image href="report.typ" width="9" height="9"/>'), "无法读取"),
        (drawing("<text>&m;</text>", ENTITIES), "无法读取"),
        (drawing("<text>&x;</text>", '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "无法读取"),
        (drawing("<g>" * 5_000 + "</g>" * 5_000), "无法读取"),
        (drawing(uses(1) * 400 + f'<g id="u0">{BOX * 400}</g>'), "图形元素超过100,000个"),
        (Picture("image/png", bytes(13_000_000), "月度情况", "月度图"), "文件有13,000,000字节"),
        (Picture("image/png", pixels(50, 50).data[:60], "月度情况", "月度图"), "无法读取"),
        (Picture("image/png", b"", "月度情况", "月度图"), "无法读取"),
        (Picture("image/svg+xml", b"", "月度情况", "月度图"), "无法读取"),
    ],
)  # fmt: skip
def test_a_picture_that_cannot_be_drawn_is_refused_by_name(
    figure: Picture | Callable[[], Picture], reason: str
) -> None:
    sentence = refused(figure() if callable(figure) else figure)
    assert "图“月度图”" in sentence
    assert reason in sentence


@pytest.mark.parametrize(
    "figure", [partial(drawing, uses(12)), partial(pixels, 8_000, 8_000), partial(pixels, 20_000, 20_000)]
)
def test_a_picture_that_grows_out_of_bounds_is_refused_where_it_is_read(figure: Callable[[], Picture]) -> None:
    with pytest.raises(PictureError):
        picture(figure().data)


def test_a_large_picture_of_pixels_is_set() -> None:
    noise = io.BytesIO()
    Image.effect_noise((900, 900), 80).save(noise, "PNG")
    assert len(pdf_bytes(document(Picture("image/png", noise.getvalue(), "图")))) > 300_000


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(GovReportError, match="“😀”"):
        pdf_bytes(document(paragraph("😀")))
