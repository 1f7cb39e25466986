"""Analysts' own cells: what a DataFrame, a picture, Markdown and printed text become, in all three formats."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from typing import Any

import docx
import pandas as pd
import pdfplumber
import pikepdf
import pytest
from IPython.display import HTML, SVG, Image, Javascript, Latex, Markdown
from lxml import html as markup

from govreport.core.blocks import Block, ItemList, Paragraph, Picture, Preformatted, Run, block_text
from govreport.core.grid import Grid
from govreport.publish.document import Document, read_document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import body_html, html_page
from govreport.publish.pdf_writer import pdf_bytes
from tests.support import analyst
from tests.support.analyst import code, markdown, notebook, pixels, printed, shown


def blocks(*outputs: dict[str, Any], **metadata: Any) -> tuple[Block, ...]:
    return read_document(notebook(code(*outputs, **metadata))).blocks


def table(value: object) -> Grid:
    found = [block for block in blocks(shown(value)) if isinstance(block, Grid)]
    (only,) = found
    return only


def texts(rows: Any) -> list[list[str]]:
    return [[cell.text for cell in row] for row in rows]


def read(*cells: dict[str, Any]) -> list[str]:
    """The paragraphs of a notebook's document."""
    return [b.text for b in read_document(notebook(*cells)).blocks if isinstance(b, Paragraph)]


def left_out(*outputs: dict[str, Any]) -> str:
    """What the run tells of a cell of which nothing can be published."""
    made = read_document(notebook(code(*outputs)))
    assert made.blocks == ()
    (note,) = made.notes
    return note


@pytest.fixture(scope="module")
def filled() -> Document:
    return read_document(analyst.filled())


def test_a_dataframe_becomes_a_table_with_header_cells() -> None:
    made = table(analyst.RECEIVED)
    assert texts(made.head) == [["", "收到（件）", "占比"]]
    assert texts(made.body) == [
        ["示例市民政局", "31", "0.62"],
        ["示例市林业局", "7", "0.14"],
        ["示例市档案局", "12", "0.24"],
    ]
    assert [cell.scope for cell in made.head[0]] == ["", "col", "col"]
    assert [[cell.scope for cell in row] for row in made.body] == [["row", "", ""]] * 3


def test_levels_of_rows_and_columns_become_merged_headers_tied_to_their_figures() -> None:
    made = table(analyst.BY_CHANNEL)
    assert texts(made.head) == [["区县", "机构", "自然人", "法人"], ["网上", "邮寄", "网上", "邮寄"]]
    assert [(cell.rows, cell.columns) for cell in made.head[0]] == [(2, 1), (2, 1), (1, 2), (1, 2)]
    assert (made.body[0][0].text, made.body[0][0].rows, made.body[0][0].scope) == ("示例区", 2, "rowgroup")
    page = markup.fragment_fromstring("".join(body_html([made])))
    names = {cell.get("id"): cell.text for cell in page.iter("th")}
    tied = {tuple(names[name] for name in cell.get("headers").split()): cell.text for cell in page.iter("td")}
    assert tied["示例县", "部门", "法人", "邮寄"] == "6" and tied["示例区", "政府", "自然人", "网上"] == "3"
    assert len(tied) == 16


def test_named_levels_of_columns_and_rows_keep_their_names() -> None:
    frame = analyst.BY_CHANNEL.rename_axis(columns=["申请人", "渠道"])
    made = table(frame)
    assert texts(made.head)[2][:2] == ["区县", "机构"] and texts(made.head)[0][:2] == ["", "申请人"]
    assert [sum(cell.columns for cell in line) for line in made.lines()] == [6] * 7


def test_a_styled_dataframe_keeps_caption_and_formats_and_loses_colours() -> None:
    made = table(analyst.RECEIVED.style.set_caption("收到申请").format({"占比": "{:.0%}"}).highlight_max(color="red"))
    assert made.caption == "收到申请" and texts(made.body)[0] == ["示例市民政局", "31", "62%"]
    assert "red" not in "".join(body_html([made]))


def test_a_long_dataframe_is_as_short_as_pandas_shows_it_and_says_how_long_it_is() -> None:
    made = blocks(shown(analyst.MANY))
    assert isinstance(made[0], Grid) and texts(made[0].body)[5] == ["…"] * 5
    assert isinstance(made[1], Paragraph) and made[1].text == "（共200行、4栏，“…”处从略）"


def test_a_table_that_nobody_could_read_is_told_and_not_published() -> None:
    with pd.option_context("display.max_rows", None, "display.max_columns", None):
        output = shown(pd.DataFrame(0, index=range(2_000), columns=range(20)))
    assert left_out(output) == "第1个代码单元格：（此处的表过大，未排入；请先汇总或筛选。）"


def test_ragged_tables_with_impossible_spans_are_mended() -> None:
    text = (
        "<table><tr><th rowspan=9>甲<th colspan=2>乙<tr><td rowspan=0>1<td colspan=99999>2<td>3"
        "<tr><td colspan=-1>4</table><table></table><table><tr></table>"
    )
    for block in blocks(shown(HTML(text))):
        assert isinstance(block, Grid)
        assert all(sum(cell.columns for cell in line) == len(block.widths) for line in block.lines())
        assert {"甲", "乙", "1", "2", "3", "4"} <= {cell.text for cell in block.cells}


SHOWN_BY_BROWSERS = {
    '<?xml version="1.0" encoding="utf-8"?><p>甲</p>': "甲",
    "<p>甲\ud800</p>": "甲?",
    "<p>甲<wbr>乙</p>": "甲乙",
    "<script>0</script><td>甲</td>": "甲",
    "<table><td>甲</table>": "甲",
    "<table><tr hidden><td>乙<tr><td>甲</table>": "甲",
    "<table><tr><td rowspan=0>甲<td>1<tr><td>2</table>": "甲 1\n2",
}


@pytest.mark.parametrize("text", SHOWN_BY_BROWSERS)
def test_html_that_parsers_stumble_over_is_read_as_browsers_show_it(text: str) -> None:
    assert block_text(blocks(shown(HTML(text)))) == SHOWN_BY_BROWSERS[text]


def test_html_gives_its_text_lists_and_headings_and_nothing_else() -> None:
    text = """<div onclick="x()"><h3>小标题</h3>甲<b>乙</b><i>丙</i><code>丁</code><br>戊<a href="https://shili.example/a">己</a>
    <a href=" JaVa&#115;cript:alert(1)">庚</a><s>辛</s>10<sup>4</sup><script>alert(1)</script><style>p{}</style>
    <iframe src="https://shili.example">里</iframe><p hidden>藏</p><p style="display: none">藏</p>
    <form><input value=x></form>
    <ul><li>一<ol start="3"><li>三</ol></ul><blockquote>引</blockquote><pre>a  b\n c</pre></div>"""
    made = read_document(notebook(markdown("# 题"), code(shown(HTML(text))))).blocks
    assert [type(block).__name__ for block in made] == ["Paragraph", "Paragraph", "ItemList", "Quote", "Preformatted"]
    assert isinstance(made[0], Paragraph) and isinstance(made[1], Paragraph) and made[0].heading == 3
    assert made[1].text == "甲乙丙丁\n戊己庚辛104" and made[1].runs[-1] == Run("4", sup=True)
    styles = {run.text: (run.bold, run.italic, run.code, run.strike, run.link) for run in made[1].runs}
    assert styles["乙"][0] and styles["丙"][1] and styles["丁"][2] and styles["辛"][3]
    assert styles["己"][4] == "https://shili.example/a" and not any(s[4] for t, s in styles.items() if t != "己")
    assert isinstance(made[2], ItemList) and isinstance(made[2].items[0][1], ItemList)
    assert made[2].items[0][1].start == 3
    assert made[4] == Preformatted("a  b\n c")


def test_a_line_end_between_chinese_characters_is_no_space() -> None:
    assert read(code(shown(HTML("<p>共收到\n   申请<b>3</b>\n件，a\nb</p>")))) == ["共收到申请3 件，a b"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_pictures_of_usual_formats_are_shown_as_png_or_jpeg(kind: str) -> None:
    output = {"output_type": "display_data", "data": {f"image/{kind.lower()}": base64.b64encode(pixels(kind)).decode()}}
    (made,) = blocks(output)
    assert isinstance(made, Picture)
    assert made.media == ("image/jpeg" if kind == "JPEG" else "image/png")
    assert (made.data == pixels(kind)) == (kind in ("PNG", "JPEG"))
    assert pdf_bytes(Document(("题",), (made,))) and docx_bytes(Document(("题",), (made,)))


def test_a_photo_taken_sideways_stands_upright_and_a_moving_picture_stands_still() -> None:
    sideways = Image(
        pixels("JPEG", (90, 30), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")
    )
    (made,) = blocks(shown(sideways))
    assert isinstance(made, Picture)
    assert analyst.Pixels.open(io.BytesIO(made.data)).size == (30, 90)
    frames = [analyst.Pixels.new("RGB", (9, 9), color) for color in ("red", "blue")]
    target = io.BytesIO()
    frames[0].save(target, "PNG", save_all=True, append_images=frames[1:])
    (still,) = blocks(shown(Image(target.getvalue())))
    assert isinstance(still, Picture) and not getattr(analyst.Pixels.open(io.BytesIO(still.data)), "is_animated", False)


@pytest.mark.parametrize(
    ("output", "metadata", "source", "alt"),
    [
        (Image(pixels("PNG"), alt="输出里的说明"), {"alt": "格里的说明"}, "", "输出里的说明"),
        (Image(pixels("PNG")), {"alt": "格里的说明", "caption": "图题"}, "#| fig-alt: 注里的", "格里的说明"),
        (Image(pixels("PNG")), {}, "#| fig-alt: '注里的'\n#| fig-cap: 图题\nx", "注里的"),
        (Image(pixels("PNG")), {"caption": "图题\n第二行"}, "", "图题"),
        (Image(pixels("PNG")), {}, "x\n#| fig-alt: 不在开头", "“二、分析”中的图，未附文字说明"),
    ],
)
def test_a_picture_is_described_by_what_its_cell_says(output: Any, metadata: Any, source: str, alt: str) -> None:
    cells = (markdown("# 二、分析"), code(shown(output), source=source, **metadata))
    assert read_document(notebook(*cells)).blocks[-1].alt == alt  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address",
    [
        "data:image/png;base64," + base64.b64encode(pixels("PNG")).decode(),
        "data:image/svg+xml;utf8,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E",
        "data:image/svg+xml;charset=utf-8;base64,"
        + base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode(),
    ],
)
def test_a_picture_that_holds_itself_is_shown(address: str) -> None:
    for block in (
        *blocks(shown(HTML(f'<img alt="说明" src="{address}">'))),
        *blocks(shown(Markdown(f"![说明](<{address}>)"))),
    ):
        assert isinstance(block, Picture) and block.alt == "说明"


@pytest.mark.parametrize(
    "address",
    ["https://shili.example/a.png", "a.png", "data:text/html,b", "data:image/png;base64,AAAA", "data:image/png,x",
     "attachment:none.png", "data:image/svg+xml,%3Chtml/%3E", "javascript:alert(1)", "data:image/png;base64,???"],
)  # fmt: skip
def test_any_other_picture_is_its_text(address: str) -> None:
    assert read(code(shown(HTML(f'<p>见<img alt="说明" src="{address}">。')))) == ["见〔图：说明〕。"]
    assert read(markdown(f"见![说明](<{address}>)。")) == ["见〔图：说明〕。"]


def test_a_broken_picture_is_told_and_stops_no_format() -> None:
    for media, data in (("image/png", "AAAA"), ("image/jpeg", 3), ("image/svg+xml", "<svg"), ("image/png", "图")):
        made = read_document(notebook(code({"output_type": "display_data", "data": {media: data}})))
        assert made.blocks == () and made.notes == ("第1个代码单元格：图片无法读取，未排入页面。",)
        assert pdf_bytes(made) and docx_bytes(made)


def test_pasted_pictures_stand_where_they_were_pasted() -> None:
    made = read_document(
        notebook(markdown("前![image.png](attachment:a%20b.png)后", **{"a b.png": pixels("PNG")}))
    ).blocks
    assert [type(block).__name__ for block in made] == ["Paragraph", "Picture", "Paragraph"]
    assert isinstance(made[1], Picture) and made[1].data == pixels("PNG")
    assert made[1].alt == "图，未附文字说明", "a file's name tells nothing"
    made = read_document(
        notebook(markdown('<img src="attachment:a.png" alt="甲" width="9">', **{"a.png": pixels("PNG")}))
    ).blocks
    assert [b.alt for b in made if isinstance(b, Picture)] == ["甲"]


def test_markdowns_lists_notes_formulas_and_strokes_are_legible() -> None:
    made = read_document(notebook(markdown(analyst.PROSE, **{"照片.png": pixels("PNG")})))
    text = markup.document_fromstring(html_page(made)).find(".//main").text_content()
    for part in ("√ 已办结", "□ 待补正", "$a_1*b*c_2$", "不变〔注1〕", "〔注1〕口径见附件。", "一月", "摄于十月。"):
        assert part in text
    assert "<s>七件</s>" in html_page(made)
    found = [block for block in made.blocks if isinstance(block, Grid)]
    assert [texts(t.body) for t in found] == [[["一月", "3"], ["二月", "5"]], [["示例区", "3", "4"]]]
    assert [cell.align for cell in found[0].body[0]] == ["left", "right"]


def test_printed_text_has_no_colours_and_no_overwritten_lines() -> None:
    text = "\x1b[1;31m核对\x1b[0m\t3 处\n进度 10%\r进度 100%\r\n\x1b]8;;https://shili.example\x07链接\x1b]8;;\x07\n\n"
    (remark,) = read_document(notebook(code(printed(text), printed("警告", "stderr")))).remarks
    assert remark.blocks == (Preformatted("核对      3 处\n进度 100%\n链接"),)


def test_very_long_printed_text_is_cut_off_with_a_sentence() -> None:
    (remark,) = read_document(notebook(code(printed("行\n" * 5_000)))).remarks
    made = remark.blocks
    assert isinstance(made[0], Preformatted) and made[0].text.count("\n") == 1_999
    assert isinstance(made[1], Paragraph) and made[1].text == "（其后还有3000行，从略。）"


def test_an_error_is_told_in_one_sentence_without_its_traceback() -> None:
    failed = {"output_type": "error", "ename": "Key\nError", "evalue": "secret", "traceback": ["secret"]}
    assert left_out(failed) == "第1个代码单元格：运行出错（Key Error）。"


@pytest.mark.parametrize(
    "text",
    ["<Axes: >", "<Figure size 640x480 with 1 Axes>", "[<a.Line2D at 0x7f>, <a.B at 0x1>]",
     "(array([1., 2.]), array([0., 1.]), <BarContainer object of 2 artists>)", "{'boxes': [<a.Line2D at 0x7f>]}"],
)  # fmt: skip
def test_what_python_says_of_an_object_is_no_part_of_a_report(text: str) -> None:
    output = {"output_type": "execute_result", "data": {"text/plain": text}}
    assert left_out(output) == (
        "第1个代码单元格：输出只是程序对象，未排入页面；要公布，请显示为表格、图片或 Markdown。"
    )
    assert read_document(notebook(code(output, shown(Image(pixels("PNG")))))).notes == (), (
        "beside a picture it is no loss"
    )


def test_a_value_without_another_form_is_shown_as_printed() -> None:
    assert blocks(shown(31)) == (Preformatted("31"),)
    made = read_document(notebook(code(shown(Latex("$x^2$")))))
    assert made.blocks == (Preformatted("$x^2$"),) and "公式未能排版" in made.notes[0]


@pytest.mark.parametrize(
    "data",
    [{"application/x-unknown": "x"}, {"text/html": "<script>draw()</script>"}, {"application/javascript": "x()"}],
)
def test_what_only_a_browser_could_show_is_told_and_not_published(data: dict[str, str]) -> None:
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    (kind,) = data
    assert left_out(output).startswith(f"第1个代码单元格：有输出只能在 JupyterLab 中查看（{kind}），未排入页面")
    assert "只能在 JupyterLab 中查看" in left_out(shown(Javascript("alert(1)")))


def test_tags_still_hide_cells_and_outputs() -> None:
    assert read(code(printed("甲"), tags=["remove-cell"]), code(printed("乙"), tags=["remove-output"])) == []


def test_a_drawing_keeps_no_script_no_handler_and_no_address() -> None:
    text = """<?xml version="1.0" encoding="gbk"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/s.dtd">
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)">
    <script>alert(2)</script><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">里</p></foreignObject>
    <a xlink:href="javascript:alert(3)"><text>图中文字</text></a><image href="https://shili.example/x.png"/>
    <use xlink:href="#a"/></svg>"""
    (made,) = blocks(shown(SVG(text)))
    assert isinstance(made, Picture)
    left = made.data.decode()
    assert (
        not re.search("script|onload|foreign|https://|DOCTYPE", left)
        and 'xlink:href="#a"' in left
        and "图中文字" in left
    )


def pdf_tables(made: Document) -> Iterator[list[list[str]]]:
    with pdfplumber.open(io.BytesIO(pdf_bytes(made))) as pdf:
        for page in pdf.pages:
            for found in page.extract_tables():
                yield [["".join((cell or "").split()) for cell in row] for row in found]


def test_every_table_of_an_analyst_is_the_same_in_all_formats(filled: Document) -> None:
    shown_tables = [block for block in filled.blocks if isinstance(block, Grid)]
    cells = [
        [cell.text for line in made.lines() for cell in line for _ in range(cell.columns)] for made in shown_tables
    ]
    own = [[cell.text for row in (*made.head, *made.body) for cell in row] for made in shown_tables]
    page = markup.document_fromstring(html_page(filled))
    assert [[cell.text_content() for cell in found.iter("td", "th")] for found in page.iter("table")] == own
    word = docx.Document(io.BytesIO(docx_bytes(filled)))
    assert [[cell.text for cell in native._cells] for native in word.tables] == cells
    figures = [cell for rows in pdf_tables(filled) for row in rows for cell in row if re.fullmatch(r"[\d.%]+", cell)]
    expected = [cell for row in cells for cell in row if re.fullmatch(r"[\d.%]+", cell)]
    assert [f for f in figures if f in expected] == figures and len(figures) == len(expected)


def test_every_text_and_picture_of_an_analyst_is_in_all_formats(filled: Document) -> None:
    page, data, word = html_page(filled), pdf_bytes(filled), docx.Document(io.BytesIO(docx_bytes(filled)))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        printed_text = "".join("".join((p.extract_text() or "").split()) for p in pdf.pages)
    told = "".join("".join(p.text.split()) for p in word.paragraphs)
    on_page = "".join(markup.document_fromstring(page).find(".//main").text_content().split())
    for text in (
        "另有七件八件",
        "√已办结",
        "□待补正",
        "〔注1〕口径见附件",
        "结论见下图",
        "丙",
        "服务大厅",
    ):
        assert text in printed_text and text in told and text in on_page, text
    assert not any("核对" in published for published in (printed_text, told, on_page)), "it was printed"
    alts = [block.alt for block in filled.blocks if isinstance(block, Picture)]
    assert len(alts) == 5 and "民政局31件，林业局7件，档案局12件" in alts and "办事窗口照片" in alts
    assert [shape._inline.docPr.get("descr") for shape in word.inline_shapes] == alts
    assert [image.get("alt") for image in markup.document_fromstring(page).iter("img")] == alts
    with pikepdf.open(io.BytesIO(data)) as pdf:
        structure = [str(o["/Alt"]) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert sorted(structure) == sorted(alts)


def test_the_same_notebook_gives_the_same_bytes() -> None:
    nested = notebook(code(shown(HTML("<ul><li>甲<table><tr><th>乙</th></tr><tr><td>1</td></tr></table></li></ul>"))))
    pages = [[write(read_document(nested)) for write in (html_page, docx_bytes)] for _ in range(2)]
    assert pages[0] == pages[1]
