"""The PDF: an official document's page, readable by machines and by screen readers, from any text at all."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pdfplumber
import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from PIL import Image

from govreport.checks.findings import Findings
from govreport.core.blocks import Block, ItemList, Paragraph, Picture, Preformatted, Quote, Run
from govreport.core.errors import GovReportError
from govreport.core.fonts import FONTS
from govreport.core.grid import Grid, GridCell
from govreport.publish.document import Document, read_document
from govreport.publish.layout.typesetter import font_set
from govreport.publish.markup import markdown_blocks
from govreport.publish.pdf_writer import pdf_bytes
from govreport.tables.frame import frame_grid
from govreport.tables.printed_table import display_table
from govreport.tables.statutory import statutory_grid
from tests.support.papers import (
    FINDINGS,
    HOSTILE,
    SVG,
    TITLE,
    document,
    filing,
    pages,
    paragraph,
    report,
    said_of,
    squeezed,
    text_of,
    texts,
)


def outlines(items: Any, level: int = 1) -> Iterator[tuple[int, str]]:
    for item in items:
        yield level, str(item.title)
        yield from outlines(item.children, level + 1)


@pytest.mark.parametrize("year", [2020, 2022])
def test_every_cell_of_every_statutory_table_is_in_the_pdf(year: int) -> None:
    made = report(year)
    found: list[str] = []
    for page in pages(pdf_bytes(made)):
        for table in page.extract_tables():
            found += [squeezed(cell) for row in table for cell in row if cell]
    for block in made.blocks:
        if isinstance(block, Grid):
            cells = [cell for row in (*block.head, *block.body) for cell in row]
            missing = {squeezed(cell.text) for cell in cells} - set(found)
            # A label that spans pages is drawn on one of them, apart from the rows that pdfplumber sees.
            assert missing <= {squeezed(cell.text) for cell in cells if cell.rows > 1}
            assert all(text in text_of(made) or len(text) > 6 for text in missing)


def test_all_fonts_are_embedded() -> None:
    made = report(2022, draft=True, findings=FINDINGS)
    with pikepdf.open(io.BytesIO(pdf_bytes(replace(made, blocks=(*made.blocks, Preformatted("a 总计")))))) as pdf:
        descriptors = [
            item["/FontDescriptor"]
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and "/FontDescriptor" in item
        ]
        assert descriptors
        assert all(any(key in d for key in ("/FontFile2", "/FontFile3")) for d in descriptors)


def test_the_pdf_says_what_it_is_to_archives_and_screen_readers() -> None:
    with pikepdf.open(io.BytesIO(pdf_bytes(report(2022, published="2023-01-27")))) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root
        metadata = pdf.open_metadata()
        assert metadata["dc:title"] == "".join(TITLE)
        assert metadata["dc:creator"] == [TITLE[0]]
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"], metadata["pdfuaid:part"]) == ("3", "A", "1")
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20230127")
        assert "政府信息公开" in str(pdf.docinfo["/Keywords"])


def test_the_text_block_is_156_by_225_mm_with_28_characters_a_line_and_22_lines_a_page() -> None:
    _, page, *_ = pages(pdf_bytes(document(paragraph("字" * 28 * 50))))
    body = [c for c in page.chars if c["text"] == "字"]
    tops = sorted({round(c["top"], 1) for c in body})
    full = [c for c in body if round(c["top"], 1) == tops[1]]
    assert len(full) == 28
    assert len(tops) == 22
    assert all(b - a == pytest.approx(225 / 22 * 72 / 25.4, abs=0.11) for a, b in pairwise(tops))
    assert min(c["x0"] for c in full) == pytest.approx(28 * 72 / 25.4, abs=1)
    assert max(c["x1"] for c in full) == pytest.approx((210 - 26) * 72 / 25.4, abs=1)


def test_the_same_document_gives_the_same_bytes() -> None:
    figure = Picture("image/svg+xml", b"", "图", "图题", SVG.format("总计").encode())
    made = report(2022, draft=True, findings=FINDINGS, published="2023-01-27", signature=TITLE[0])
    made = replace(made, blocks=(*made.blocks, figure))
    first = pdf_bytes(made)
    pdf_bytes(report(2020))
    assert pdf_bytes(made) == first


def test_a_character_that_no_font_has_is_named_with_its_place() -> None:
    with pytest.raises(GovReportError) as caught:
        pdf_bytes(document(paragraph("今年收到😀申请三件")))
    sentence = str(caught.value)
    assert all(part in sentence for part in ("“😀”", "U+1F600", "今年收到😀申请三件", "fonts/"))
    assert sentence.count("U+") == 1
    assert "\n" not in sentence


def test_a_missing_character_is_found_in_tables_lists_and_pictures_too() -> None:
    cell = display_table("t", "表", (1,), (), ((GridCell("甲𠮷乙"),),))
    with pytest.raises(GovReportError, match="表中单元格“甲𠮷乙”"):
        pdf_bytes(document(cell))
    with pytest.raises(GovReportError, match="见“列𠮷项”"):
        pdf_bytes(document(ItemList(False, 1, ((paragraph("列𠮷项"),),))))
    with pytest.raises(GovReportError, match="见图“月度图”"):
        pdf_bytes(document(Picture("image/svg+xml", b"", "图", "月度图", SVG.format("𠮷").encode())))


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"title": ("𠮷局年报",)}, "标题“𠮷局年报”"),
        ({"contact": "𠮷路一号"}, "联系方式“𠮷路一号”"),
        ({"signature": "𠮷局"}, "署名“𠮷局"),
        ({"draft": True, "findings": Findings((replace(FINDINGS[0], message="𠮷"),))}, "勾稽校验意见“P2 𠮷”"),
    ],
)
def test_a_missing_character_is_found_around_the_text_too(values: dict[str, Any], place: str) -> None:
    with pytest.raises(GovReportError, match=f"（U\\+20BB7，见{place}.*放入项目的 fonts/ 文件夹"):
        pdf_bytes(document(paragraph("正文"), **values))


def test_a_font_in_the_project_folder_gives_the_missing_character(tmp_path: Path) -> None:
    assert font_set(tmp_path / "none").faces == font_set().faces
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "ji"])
    builder.setupCharacterMap({0x20BB7: "ji"})
    builder.setupGlyf({".notdef": pen.glyph(), "ji": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "ji": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "示例罕用字", "styleName": "Regular", "psName": "Rare-Regular"})
    builder.setupOS2()
    builder.setupPost()
    with pytest.raises(GovReportError, match="现有字体中没有“𠮷”"):
        pdf_bytes(document(paragraph("𠮷")), tmp_path)
    builder.save(tmp_path / "rare.ttf")
    assert "𠮷" in "".join(p.extract_text() for p in pages(pdf_bytes(document(paragraph("𠮷")), tmp_path)))


def test_an_official_face_in_the_project_folder_is_used_before_ours(tmp_path: Path) -> None:
    font = TTFont(FONTS / "gkai00mp.ttf")
    for record in font["name"].names:
        if record.nameID in (1, 4, 16):
            record.string = "FangSong_GB2312"
    font.save(tmp_path / "fang.ttf")
    made = pdf_bytes(document(paragraph("仿宋字2021“年”"), Paragraph((Run("标题"),), 3)), tmp_path)
    assert font_set(tmp_path).faces["fang"] == "FangSong_GB2312"
    body = [c for page in pages(made) for c in page.chars]
    fonts = {c["text"]: c["fontname"] for c in body}
    assert fonts["仿"] != fonts["2"]


def test_each_kind_of_text_has_its_face_and_size() -> None:
    blocks = (Paragraph((Run("甲"),), 1), Paragraph((Run("乙"),), 2), Paragraph((Run("丙"),), 3), paragraph("丁"))
    made = pdf_bytes(document(*blocks, title=("题",)))
    found = {c["text"]: (c["fontname"], round(c["size"])) for page in pages(made) for c in page.chars}
    faces = {text: found[text][0] for text in "题甲乙丙丁"}
    assert [found[text][1] for text in "题甲乙丙丁1"] == [22, 16, 16, 16, 16, 14]
    assert len({faces["甲"], faces["乙"], faces["丁"]}) == 3
    assert faces["题"] not in (faces["甲"], faces["乙"], faces["丁"])
    assert font_set().faces.keys() == {"title", "fang", "kai", "hei", "song", "mono"}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_is_read_as_markup(hostile: str) -> None:
    table = display_table("h", hostile, (1, 1), ((GridCell(hostile, scope="col"),) * 2,), ((GridCell(hostile),) * 2,))
    blocks: tuple[Block, ...] = (
        Paragraph((Run(hostile),), 1),
        paragraph(hostile),
        Paragraph((Run(hostile, bold=True, code=True, link=f"https://example.invalid/{hostile}"),)),
        ItemList(True, 1, ((paragraph(hostile),),)),
        Quote((paragraph(hostile),)),
        table,
        Preformatted(hostile),
    )
    findings = said_of(hostile)
    values = {"name": hostile, "contact": hostile, "signature": hostile, "findings": findings, "draft": True}
    assert text_of(document(*blocks, title=(hostile, hostile), **values)).count(hostile) == 17


def test_nothing_runs_out_of_the_page() -> None:
    long = ("a" * 300, "https://example.invalid/" + "x/y?z=1&" * 40, "1" * 200, "中" * 200, "A-1," * 90)
    table = display_table(
        "t",
        long[0],
        (1, 2),
        (tuple(GridCell(t, scope="col") for t in long[:2]),),
        ((GridCell(long[1]), GridCell(long[2])),),
    )
    blocks = [
        block
        for t in long
        for block in (paragraph(t), Preformatted(t), Paragraph((Run(t),), 1), Quote((paragraph(t),)))
    ]
    nested: Block = ItemList(False, 1, tuple((paragraph(t), Preformatted(t)) for t in long))
    for _ in range(8):
        nested = ItemList(False, 1, ((nested,),))
    made = document(*blocks, nested, table, title=long, contact=long[0], signature=long[3])
    for page in pages(pdf_bytes(made)):
        assert max(c["x1"] for c in page.chars) <= (210 - 26) * 72 / 25.4 + 3
        lowest = max(c["bottom"] for c in page.chars if round(c["size"]) != 14)
        assert lowest < page.height - (35 - 2) * 72 / 25.4


def test_control_and_direction_characters_are_dropped() -> None:
    text = text_of(document(paragraph("甲\u202e乙\u200f丙\x00丁\ufeff戊\ud800己\u200b庚\ufffe辛")))
    assert "甲乙丙丁戊己庚辛" in text


def test_spaces_between_chinese_characters_and_digits_are_dropped_also_across_styles() -> None:
    runs = (Run("2020 年收到 "), Run("3", bold=True), Run(" 件，其中 PDF 文件 "), Run("a  b", code=True))
    page = next(pages(pdf_bytes(document(Paragraph(runs)))))
    assert "2020年收到3件，其中PDF文件" in page.extract_text()
    body = "".join(c["text"] for c in page.chars if c["top"] < page.height / 2)
    assert body.endswith("其中PDF文件a  b")


def test_a_draft_is_marked_on_every_page_and_lists_its_findings_worst_first() -> None:
    made = report(2022, draft=True, findings=FINDINGS)
    data = pdf_bytes(made)
    for page in pages(data):
        assert {c["text"] for c in page.chars if c["size"] > 100} == {"草", "稿"}
    text = text_of(made)
    assert "草稿：有1项错误未处理，不得公布" in text
    assert text.index("勾稽校验意见（仅草稿附列）") < text.index("第一项加第二项不等") < text.index("制发件数偏大")
    assert text.index("制发件数偏大") < text.index("结转不符") < text.index("已接受：上年报告已更正")


def test_a_report_that_is_no_draft_has_no_mark_and_no_findings() -> None:
    text = text_of(report(2022, findings=FINDINGS))
    assert "草" not in text
    assert "勾稽校验意见" not in text


def test_headings_that_skip_levels_become_bookmarks_that_do_not() -> None:
    levels = ((3, "甲"), (6, "乙"), (1, "丙"), (4, "丁"), (4, "戊"), (2, "己"))
    data = pdf_bytes(document(*(Paragraph((Run(name),), level) for level, name in levels)))
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        found = list(outlines(outline.root))
    assert found == [(1, "甲"), (2, "乙"), (1, "丙"), (2, "丁"), (2, "戊"), (2, "己")]


def test_header_rows_repeat_on_the_next_page() -> None:
    frame = pd.DataFrame(
        {("收到", "网上"): range(90), ("收到", "邮寄"): range(90)}, index=[f"第{n}局" for n in range(90)]
    )
    texts = [page.extract_text() for page in pages(pdf_bytes(document(frame_grid(frame, "各局情况"))))]
    assert len(texts) > 1
    assert all("收到" in text and "网上" in text for text in texts)
    assert "各局情况" in texts[0]
    assert all("各局情况" not in text for text in texts[1:])


def test_a_long_table_begins_where_the_text_ends_and_leaves_no_hole() -> None:
    table = frame_grid(pd.DataFrame({"项目": [f"第{n}项" for n in range(90)], "件数": range(90)}))
    made = document(*(paragraph("字" * 50),) * 5, table)
    first, *rest = pages(pdf_bytes(made))
    for page in (first, *rest[:-1]):
        lowest = max([c["bottom"] for c in page.chars if c["bottom"] < page.height - 36 * 72 / 25.4])
        assert lowest > page.height - (35 + 225 / 3) * 72 / 25.4


def test_a_group_of_rows_never_leaves_its_header_at_the_foot_of_a_page() -> None:
    table = statutory_grid(filing(2020), "proactive")
    groups = {squeezed(row[0].text) for row in table.body if len(row) == 1}
    for lines in range(3, 19):
        data = pdf_bytes(document(*(paragraph("字"),) * lines, table))
        for page in pages(data):
            rows = [[squeezed(cell) for cell in row if cell] for found in page.extract_tables() for row in found]
            assert not rows or (rows[-1][0] not in groups and rows[-1][0] != table.body[1][0].text)


def test_a_caption_that_repeats_the_heading_of_its_part_is_left_out() -> None:
    made = filing(2022)
    table = statutory_grid(made, "applications")
    caption = table.caption
    assert text_of(document(Paragraph((Run(made.form.parts[2]),), 1), table)).count(caption) == 1
    assert text_of(document(Paragraph((Run("附表"),), 1), table)).count(caption) == 1


def test_a_first_heading_that_repeats_the_title_is_left_out() -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# 工作　总结\n\n一段话。"}]
    assert text_of(read_document({"cells": cells, "metadata": {}})).count("工作总结") == 1


def test_contact_signature_and_date_end_the_report() -> None:
    made = report(2022, signature="示例市人民政府", contact="示例市人民路 1 号", published="2023-01-07")
    assert text_of(made).split("联系方式：")[1].startswith("示例市人民路1号示例市人民政府2023年1月7日")
    assert "联系方式" not in text_of(report(2022))


def test_the_lines_of_a_signature_stay_apart_and_the_date_stands_below_them_once() -> None:
    signed = report(2022, signature="示例市教育局\n示例市体育局", published="2023-01-07")
    with pdfplumber.open(io.BytesIO(pdf_bytes(signed))) as pdf:
        lines = [line for page in pdf.pages for line in page.extract_text().split("\n")]
    assert [line.replace(" ", "") for line in lines[-4:-1]] == ["示例市教育局", "示例市体育局", "2023年1月7日"]


@pytest.mark.parametrize("contact", ["", "示例市人民路1号"])
@pytest.mark.parametrize(
    "end", ["本机关没有其他需要报告的事项。", "本机关依法办理各项申请。" * 30, "1. 甲\n2. 乙", "> 引文"]
)
def test_no_page_holds_a_signature_alone(contact: str, end: str) -> None:
    for lines in range(15, 22):
        blocks = *(paragraph("字"),) * lines, *markdown_blocks(end)
        made = document(*blocks, title=("题",), contact=contact, signature="示例市人民政府", published="2023-01-07")
        above, _, _ = squeezed(texts(pdf_bytes(made))[-1]).partition("示例市人民政府")
        assert above.partition("联系方式")[0], lines


@pytest.mark.parametrize(
    "number",
    ["0000-0000000", "（0000）0000 0000", "(0000)00000000", "+86-00-0000-0000", "0000—0000000", "000 0000 0000转800"],
)
def test_no_line_divides_a_telephone_number(number: str) -> None:
    for letters in range(11, 28, 2):
        made = document(
            paragraph(f"{'字' * letters}{number}，邮箱：somebody@shili-shi.example。"), contact="字" * letters + number
        )
        lines = "".join(texts(pdf_bytes(made))).splitlines()
        assert sum(number in line for line in lines) == 2, letters


def test_page_numbers_stand_outside() -> None:
    first, second, *_ = pages(pdf_bytes(report(2022)))
    for page, left in ((first, False), (second, True)):
        number = [c for c in page.chars if c["top"] > page.height - 36 * 72 / 25.4]
        assert "".join(c["text"] for c in number).replace(" ", "") == f"—{page.page_number}—"
        assert (number[0]["x0"] < page.width / 2) is left


def test_pictures_have_alternative_text_and_a_caption_and_use_the_text_of_a_chart() -> None:
    svg = SVG.format("总计3件").encode()
    data = pdf_bytes(document(Picture("image/svg+xml", b"", "甲一件、乙两件", "申请情况", svg)))
    assert "总计3件" in text_of(document(Picture("image/svg+xml", b"", "替代文字", "申请情况", svg)))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        alternatives = [str(o["/Alt"]) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert "甲一件、乙两件" in alternatives


def test_a_drawing_in_pixels_is_set_as_it_is() -> None:
    pixels = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(pixels, "PNG")
    data = pdf_bytes(document(Picture("image/png", pixels.getvalue(), "红色方块", "示意图")))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        (picture,) = [image for page in pdf.pages for image in page.images]
    assert picture["srcsize"] == (40, 30)


@pytest.mark.parametrize(("media", "data"), [("image/png", b"nope"), ("image/svg+xml", b"<svg><<")])
def test_a_broken_picture_is_named(media: str, data: bytes) -> None:
    with pytest.raises(GovReportError, match="图“月度图”无法读取"):
        pdf_bytes(document(Picture(media, data, "月度图")))


def test_a_picture_cannot_draw_in_other_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.svg").write_text(SVG.format("机密"))
    monkeypatch.chdir(tmp_path)
    linked = SVG.format("").replace("</svg>", '<image href="secret.svg" width="9" height="9"/></svg>').encode()
    with pytest.raises(GovReportError, match="无法读取"):
        pdf_bytes(document(Picture("image/svg+xml", linked, "图")))


def test_a_table_wider_than_a_page_is_refused_by_name() -> None:
    frame = pd.DataFrame([range(300)])
    with pytest.raises(GovReportError, match="表“宽表”有300栏"):
        pdf_bytes(document(frame_grid(frame, "宽表")))


def test_numbers_are_never_divided_between_lines() -> None:
    frame = pd.DataFrame([[123456.78] * 14], columns=[f"指标{n}" for n in range(14)])
    table = next(pages(pdf_bytes(document(frame_grid(frame))))).extract_tables()[0]
    assert table[-1] == ["123456.78"] * 14


def test_empty_documents_and_tables_are_no_error() -> None:
    assert pdf_bytes(Document((), ()))
    assert pdf_bytes(document(frame_grid(pd.DataFrame()), paragraph(" "), ItemList(True, 1, ()), Quote(())))


def test_a_date_that_is_no_date_is_printed_as_it_stands() -> None:
    assert "二〇二三年一月" in text_of(report(2022, signature="示例局", published="二〇二三年一月"))


MANY = """
import psutil
from govreport.core import plain_paragraph
from govreport.publish.document import Document
from govreport.publish.pdf_writer import pdf_bytes
letters, memory = "政府信息公开年度报告主动依申请机构本局全市工作情况办理结果答复内容规定通知服务平台", []
for number in range(1, 13):
    texts = ["".join(letters[start * at * number % len(letters)] for at in range(200)) for start in range(40)]
    pdf_bytes(Document(("报告",), tuple(map(plain_paragraph, texts))))
    memory.append(psutil.Process().memory_full_info().uss)
print((memory[11] - memory[3]) // 1_000_000)
"""


def test_a_process_that_makes_many_pdfs_grows_no_more_after_the_first_few() -> None:
    """Typst alone keeps what its last ten documents used: 16 MB in this test."""
    made = subprocess.run([sys.executable, "-c", MANY], capture_output=True, text=True, check=True)
    assert int(made.stdout) < 8
