"""Reading foreign files: what stands in a page, a Word document or a workbook comes out in order and in its place."""

from __future__ import annotations

import base64
import datetime
import io
from pathlib import Path

import openpyxl
import pytest

from govreport.core.blocks import Block, Paragraph, plain_paragraph
from govreport.core.grid import Grid, GridCell
from govreport.exchange.readers.docx_reader import read_docx
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_reader import read_html, read_mhtml
from govreport.exchange.readers.opening import open_file, read_document
from govreport.exchange.readers.sheet_reader import read_sheet
from tests.support.foreign import PAGE, python_docx, word, workbook

MERGED = (
    GridCell("项目", 0, 0, rows=2), GridCell("件数", 0, 1, columns=2), GridCell("本年", 1, 1), GridCell("上年", 1, 2),
    GridCell("申请", 2, 0), GridCell("3", 2, 1), GridCell("", 2, 2),
)  # fmt: skip


def html(markup: str) -> list[Block]:
    return list(read_html(f"<meta charset=utf-8>{markup}".encode(), "a.html").blocks)


def texts(found: list[Block] | ForeignDocument) -> list[str]:
    blocks = found.blocks if isinstance(found, ForeignDocument) else found
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def grid(blocks: list[Block]) -> Grid:
    (found,) = (block for block in blocks if isinstance(block, Grid))
    return found


def rows(found: Grid) -> list[list[str]]:
    return [[cell.text for cell in line] for line in found.lines()]


# ---- HTML -----------------------------------------------------------------------------------------------------------


def test_a_page_gives_its_article_without_the_sites_links():
    found = read_html(PAGE.encode(), "a.html")
    assert found.title == "示例市林业局2023年年报"
    assert found.blocks == (
        plain_paragraph("示例市林业局2023年年报", 1), plain_paragraph("一、总体情况"),
        plain_paragraph("全年收到申请3件。"), plain_paragraph("均已办结。"), Grid(MERGED, 3),
        plain_paragraph("2024年1月20日"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gbk"),
        ("utf-8", "utf-8"),
        ("gb2312", "utf-8"),
        ("utf-8", "utf-16"),
        ("big5", "big5"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_is_in(declared: str, encoding: str):
    page = f'<html><meta http-equiv="Content-Type" content="text/html; charset={declared}"><p>年度中文公告' + "。" * 9
    assert texts(read_html(page.encode(encoding), "a.html")) == ["年度中文公告" + "。" * 9]


def test_a_page_that_names_no_encoding_is_guessed_with_a_note():
    text = "本机关全年收到政府信息公开申请三件，均已按时办结，没有发生行政复议。" * 5
    found = read_html(f"<p>{text}".encode("gb18030"), "a.html")
    assert texts(found) == [text] and "没有写明编码" in found.notes[0]


def test_a_few_broken_bytes_cost_a_few_characters_not_the_page():
    found = read_html(f"<meta charset=utf-8><p>{'总体情况' * 50}".encode() + b"\xe6\x80<p>" + "乙".encode(), "a.html")
    assert texts(found) == ["总体情况" * 50 + "\ufffd", "乙"] and "1 处" in found.notes[0]


def test_spaces_of_all_kinds_are_one_and_spans_are_joined_without_any():
    found = html(
        "<p>\u3000\u3000共<b>3</b>&nbsp;&nbsp;件，<font>其中<o:p></o:p></font>\n    自然人\u200b2件\ufeff。</p>"
    )
    assert texts(found) == ["共3 件，其中自然人2件。"]


def test_what_readers_do_not_see_is_left_out():
    found = html(
        "<style>a</style><script>if(1<2)b</script><noscript>c</noscript><!--d--><p hidden>e</p><p style='display:none'>"
        "f</p><form><p>甲</p><select><option>g</select><button>h</button></form><nav>i</nav><header>j</header><footer>k"
    )
    assert texts(found) == ["甲"]


def test_what_a_style_sheet_hides_is_left_out():
    found = html(
        "<style>/* .e{display:none} */ .a, td.b { display : none } #c{visibility:hidden} .d{display:none} .d.on"
        "{display:block} .g{display:none} .open > .g{display:block} @media print{.f{display:none}}"
        ".h:hover{display:block} .h{display:none}</style><style media=print>.i{display:none}</style>"
        "<p class='x a'>a</p><p class=b>乙</p><p id=c>c<p class=d>d<p class='d on'>丁<p class=e>戊<p class=f>己"
        "<p class=g>庚<p class=h>h<p class=i>壬<table><tr><td>申请<td class=b>9<td>3<tr class=a>"
        "<td>x<td>8<tr><td>办结<td style='display:block' class=a>2</table>"
    )
    assert texts(found) == ["乙", "丁", "戊", "己", "庚", "壬"]
    assert rows(grid(found)) == [["申请", "3"], ["办结", "2"]]


def test_an_article_that_waits_for_a_script_is_read_as_it_is_shown_and_told():
    """Publishing systems hide it until it is loaded; what is hidden beside tables that are shown stays hidden."""
    article = "<div style='visibility:hidden'><p>申请情况</p><table><tr><td>申请<td>3</table></div>"
    page = read_html(f"<h1>报告</h1>{article}".encode(), "a.html")
    assert rows(grid(list(page.blocks))) == [["申请", "3"]] and "由脚本显示" in "".join(page.notes)
    for shown in ("<table><tr><td>办结<td>2</table>", f"<p>{'另有说明。' * 9}</p>"):
        page = read_html(f"{article}{shown}".encode(), "a.html")
        assert "申请情况" not in texts(list(page.blocks)) and "由脚本显示" not in "".join(page.notes)


def test_elements_that_styles_draw_as_cells_are_a_table():
    found = html(
        "<style>.r{display:table-row} .r>.c, .c{display:table-cell} .f{display:table}</style><div class=f><div>甲</div>"
        "<div class=c>乙</div></div><div class=f><div class=r><div class=c>申请</div><div class=c>3</div></div>"
        "<div style='display:table-row'><span class=c>办结</span><span class=c></span></div></div>"
    )
    assert rows(grid(found)) == [["申请", "3"], ["办结", ""]] and texts(found) == ["甲", "乙"]


def test_radicals_that_stand_for_ideographs_are_read_as_these(tmp_path: Path):
    (tmp_path / "a.txt").write_text("示例市⼈⺠政府⼯作", encoding="utf-8")
    copied = html("<p>示例市⼈⺠政府<pre>⼯作")
    assert texts(copied) == ["示例市人民政府", "工作"]
    assert texts(read_document(open_file(tmp_path / "a.txt", "a.txt"))) == ["示例市人民政府工作"]


def test_headings_within_an_articles_own_header_stay():
    assert html("<article><header><h2>年报</h2></header><p>甲") == [plain_paragraph("年报", 2), plain_paragraph("甲")]


def test_a_paragraph_with_anchors_or_a_single_link_is_no_navigation():
    found = html(
        "<div><a name=a>一、总体</a><a name=b>二、公开</a><a name=c>三、申请</a></div><p><a href=x>全文见附件</a>"
    )
    assert texts(found) == ["一、总体二、公开三、申请", "全文见附件"]


def test_cells_keep_their_lines_and_bogus_spans_are_clamped():
    found = grid(html(
        "<table><tr><td rowspan=0>甲<br>乙</td><td colspan=99999>标题</td></tr><tr><td><p>1</p><p>件</p></td>"
        "<td>2</td></tr><tr><td colspan=x>3<td rowspan=99999>4</table>"
    ))  # fmt: skip
    assert found.cells == (
        GridCell("甲\n乙", 0, 0, rows=3), GridCell("标题", 0, 1, columns=2), GridCell("1\n件", 1, 1),
        GridCell("2", 1, 2), GridCell("3", 2, 1), GridCell("4", 2, 2),
    )  # fmt: skip


def test_cells_that_would_overlap_are_cut_and_groups_end_spans():
    found = grid(html(
        "<table><thead><tr><td rowspan=5>甲<td>乙<td rowspan=2>丙<tr><td></thead>"
        "<tbody><tr><td>1<td>2<td rowspan=2>3</td></tr><tr><td colspan=3>4</table>"
    ))  # fmt: skip
    assert [(c.text, c.row, c.column, c.rows, c.columns) for c in found.cells] == [
        ("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 1), ("丙", 0, 2, 2, 1), ("", 1, 1, 1, 1),
        ("1", 2, 0, 1, 1), ("2", 2, 1, 1, 1), ("3", 2, 2, 2, 1), ("4", 3, 0, 1, 2),
    ]  # fmt: skip


def test_a_table_that_lays_out_the_page_is_taken_apart():
    inner = "<table><tr><td>申请</td><td>3</td></tr><tr><td>办结</td><td>3</td></tr></table>"
    found = html(f"<table><tr><td>栏目<td><p>一、总体情况</p>{inner}<p>结尾</p></table>")
    assert texts(found) == ["栏目", "一、总体情况", "结尾"]
    assert rows(grid(found)) == [["申请", "3"], ["办结", "3"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("103<sup>1</sup>", "103（注1）"), ("103<sup>[2]</sup>", "103（注2）"), ("103 <sup>①</sup>", "103（注1）"),
        ("103<sup>注3</sup>件", "103件（注3）"), ("103<sup><a>1</a>,2</sup>", "103（注1,2）"), ("/<sup>1</sup>", "/"),
        ("1<span style='vertical-align: super'>2</span>", "1（注2）"), ("<sub>*</sub>103", "103（注*）"),
        ("5<sup>件</sup>", "5件"), ("<sup>103</sup>", "103"), ("12<sup>345</sup>", "12（注345）"),
        ("千米<sup>2</sup>", "千米²"),
    ],
)  # fmt: skip
def test_a_raised_mark_beside_a_figure_is_a_remark(cell: str, text: str):
    assert rows(grid(html(f"<table><tr><td>申请<td>{cell}</table>"))) == [["申请", text]]


def test_raised_and_lowered_text_in_prose_is_no_digit_of_a_figure():
    page = "<p>面积10<sup>2</sup>公里，共103<sup>[1]</sup>件，31<sup>注2</sup>件，PM<sub>2.5</sub>、12<sup>①</sup>件。"
    assert texts(html(page)) == ["面积10²公里，共103[¹]件，31注²件，PM₂.₅、12①件。"]


def test_what_stands_in_the_fields_of_a_filled_in_table_is_read():
    found = html(
        "<form>关键字<input value=7></form><table><tr><td>申请<td><input type=hidden value=99><input disabled value=3>"
        "件<td><textarea>4\n</textarea><td><select><option>5<option selected>6</select><td><select><option>8<option>9"
        "</select><td><input type=checkbox value=1><input style='display:none' value=2></table>"
    )
    assert texts(found) == ["关键字"] and rows(grid(found)) == [["申请", "3 件", "4", "6", "8", ""]]


def test_a_search_field_within_a_table_that_lays_out_the_page_is_no_figure():
    found = html("<table><tr><td>年报<input value=3><td><table><tr><td>申请<td>2<tr><td>办结<td>1</table></table>")
    assert texts(found) == ["年报"] and rows(grid(found)) == [["申请", "2"], ["办结", "1"]]


def test_fields_that_were_saved_empty_are_noted():
    table = "<table><tr><td>申请" + "<td><input>" * 7 + "</table>"
    assert "7 个填写框是空的" in read_html(f"<meta charset=utf-8>{table}".encode(), "a.html").notes[0]
    assert not read_html(PAGE.encode(), "a.html").notes


@pytest.mark.parametrize("around", ["<div>" * 240, "<table><tr><td>" * 80], ids=["divisions", "tables"])
def test_what_lies_as_deep_as_the_parser_goes_is_read(around: str):
    assert texts(html(f"{around}<p>申请</p><p>3件</p>")) == ["申请", "3件"]


def test_a_tables_caption_stands_before_it_and_small_tables_in_cells_are_text():
    found = html("<table><caption>申请表</caption><tr><td>申请<td><table><tr><td>3</table><tr><td>办结<td>2</table>")
    assert texts(found) == ["申请表"] and rows(grid(found)) == [["申请", "3"], ["办结", "2"]]


def test_a_picture_parts_the_text_around_it():
    assert html("<p>甲<img width=400 height='200px'>乙") == [plain_paragraph("甲"), plain_paragraph("乙")]


def test_preformatted_text_keeps_its_lines_and_spaces():
    assert texts(html("<pre>申请   3\n办结   2\n</pre>")) == ["申请   3", "办结   2"]


def test_an_article_title_of_the_publishing_system_comes_first():
    assert (
        read_html(b"<meta name=ArticleTitle content='2023 report'><h1>x</h1><title>y</title>", "a").title
        == "2023 report"
    )


def test_a_page_saved_as_one_file_is_read():
    part = "Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    head = 'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary="x"\r\n\r\n--x\r\n'
    data = f"{head}{part}{base64.b64encode('<p>总体情况'.encode('gbk')).decode()}\r\n--x--\r\n".encode()
    assert texts(read_mhtml(data, "a.mht")) == ["总体情况"]


# ---- Word -----------------------------------------------------------------------------------------------------------


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_document_of_another_program_is_read_in_order():
    assert read_docx(python_docx(), "a.docx").blocks == (
        plain_paragraph("一、总体情况", 1), plain_paragraph("全年收到申请3件。"), plain_paragraph("均已办结。"),
        Grid(MERGED, 3),
    )  # fmt: skip


def test_tracked_changes_are_read_as_accepted():
    body = (
        "<w:p><w:r><w:t>共</w:t></w:r><w:del><w:r><w:delText>3</w:delText></w:r></w:del><w:ins><w:r><w:t>5</w:t></w:r>"
        "</w:ins><w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>件</w:t></w:r></w:moveTo></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前</w:t></w:r></w:p>" + p("后")
    )
    assert texts(read_docx(word(body), "a")) == ["共5件", "前后"]


def test_hidden_text_and_codes_of_fields_are_no_text():
    body = (
        "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r><w:hyperlink>"
        "<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:noBreakHyphen/><w:br/><w:t>丙</w:t></w:r></w:hyperlink></w:p>"
    )
    assert texts(read_docx(word(body), "a")) == ["甲\t乙-", "丙"]


def test_numbers_that_word_counts_are_part_of_the_text():
    def level(at: int, kind: str, text: str) -> str:
        return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'

    numbering = (
        '<w:abstractNum w:abstractNumId="0">' + level(0, "chineseCounting", "%1、")
        + level(1, "japaneseCounting", "（%2）") + level(2, "decimal", "%3.")
        + '</w:abstractNum><w:abstractNum w:abstractNumId="1">' + level(0, "bullet", "●")
        + '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId'
        ' w:val="1"/></w:num><w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride'
        ' w:val="5"/></w:lvlOverride></w:num>'
    )  # fmt: skip
    styles = (
        '<w:style w:styleId="a1"><w:name w:val="heading 2"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/>'
        '</w:numPr></w:pPr></w:style><w:style w:styleId="a2"><w:name w:val="x"/><w:basedOn w:val="a1"/></w:style>'
    )

    def listed(text: str, number: int, at: int) -> str:
        return p(text, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>')

    styled, none = '<w:pStyle w:val="a2"/>', '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = (
        listed("甲", 1, 0) + p("乙", styled) + p("丙", styled) + listed("丁", 1, 2) + listed("戊", 2, 0)
        + listed("己", 1, 0) + p("庚", styled) + listed("辛", 3, 0) + p("壬", styled + none)
    )  # fmt: skip
    found = read_docx(word(body, numbering=numbering, styles=styles), "a")
    assert texts(found) == ["一、甲", "（一）乙", "（二）丙", "1.丁", "戊", "二、己", "（一）庚", "五、辛", "壬"]
    assert found.blocks[1] == plain_paragraph("（一）乙", 2)


def test_the_level_of_a_heading_is_that_of_its_styles_name_or_the_one_set_last():
    def style(key: str, called: str, base: str = "", level: str = "") -> str:
        outline = f'<w:pPr><w:outlineLvl w:val="{level}"/></w:pPr>' if level else ""
        return f'<w:style w:styleId="{key}"><w:name w:val="{called}"/><w:basedOn w:val="{base}"/>{outline}</w:style>'

    styles = style("h", "heading 2", level="5") + style("own", "x", "h") + style("body", "y", "h", "9")
    set_ = [("h", ""), ("own", ""), ("body", ""), ("h", "9"), ("h", "0"), ("none", "2")]
    body = "".join(
        p("甲", f'<w:pStyle w:val="{key}"/>' + (f'<w:outlineLvl w:val="{level}"/>' if level else ""))
        for key, level in set_
    )
    found = [block.heading for block in read_docx(word(body, styles=styles), "a").blocks]
    assert found == [2, 2, 0, 0, 1, 3]


def test_merged_cells_of_word_become_spans():
    def tc(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"

    start, on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    body = (
        f"<w:tbl><w:tr>{tc('甲', start)}{tc('乙', wide + start)}</w:tr><w:tr>{tc('', on)}{tc('', wide + on)}</w:tr>"
        f"<w:tr>{tc('', on)}{tc('1')}{tc('2')}</w:tr><w:tr><w:trPr><w:del/></w:trPr>{tc('x')}</w:tr>"
        f'<w:sdt><w:sdtContent><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc("3")}{tc("4")}</w:tr></w:sdtContent>'
        "</w:sdt></w:tbl>"
    )
    assert grid(list(read_docx(word(body), "a").blocks)).cells == (
        GridCell("甲", 0, 0, rows=3), GridCell("乙", 0, 1, rows=2, columns=2), GridCell("1", 2, 1), GridCell("2", 2, 2),
        GridCell("", 3, 0), GridCell("3", 3, 1), GridCell("4", 3, 2),
    )  # fmt: skip


def test_cells_that_old_versions_of_word_merge_across_become_one():
    def tc(text: str, merge: str = "") -> str:
        return f"<w:tc><w:tcPr>{merge}</w:tcPr>{p(text)}</w:tc>"

    start, on = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    body = f"<w:tbl><w:tr>{tc('件数', start)}{tc('', on)}</w:tr><w:tr>{tc('3')}{tc('4')}</w:tr></w:tbl>"
    found = grid(list(read_docx(word(body), "a").blocks)).cells
    assert found == (GridCell("件数", 0, 0, columns=2), GridCell("3", 1, 0), GridCell("4", 1, 1))


def test_text_boxes_are_read_once_and_pictures_are_none():
    box = f"<w:txbxContent>{p('框内')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>甲</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        '</mc:AlternateContent><w:drawing><wp:inline><wp:extent cx="1270000" cy="635000"/><a:blip/></wp:inline>'
        "</w:drawing></w:r><w:r><w:pict>"
        '<v:shape style="width:30pt;height:4.5pt"><v:imagedata/></v:shape></w:pict></w:r></w:p>'
    )
    found = read_docx(word(body), "a").blocks
    assert found == (plain_paragraph("甲"), plain_paragraph("框内"))


def test_text_boxes_that_only_the_fallback_holds_are_read_with_their_tables():
    def box(content: str) -> str:
        kept = f"<w:pict><v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape></w:pict>"
        both = f"<mc:Choice><w:drawing/></mc:Choice><mc:Fallback>{kept}</mc:Fallback>"
        return f"<mc:AlternateContent>{both}</mc:AlternateContent>"

    table = f"<w:tbl><w:tr><w:tc>{p('申请')}</w:tc><w:tc>{p('3')}</w:tc></w:tr></w:tbl>"
    body = f"<w:p><w:r>{box(p('年报'))}</w:r></w:p>{p('正文')}{box(p('框外'))}<w:p><w:r>{box(table)}</w:r></w:p>"
    found = list(read_docx(word(body), "a").blocks)
    assert texts(found) == ["年报", "正文", "框外"] and rows(grid(found)) == [["申请", "3"]]


def test_raised_marks_in_a_cell_of_word_are_remarks():
    def run(text: str, kind: str = "") -> str:
        return f'<w:r><w:rPr><w:vertAlign w:val="{kind}"/></w:rPr><w:t>{text}</w:t></w:r>'

    body = (
        f"<w:tbl><w:tr><w:tc>{p('申请')}</w:tc><w:tc><w:p>{run('103')}{run('1', 'superscript')}</w:p></w:tc><w:tc><w:p>"
        f"{run('5', 'superscript')}</w:p></w:tc></w:tr></w:tbl><w:p>{run('共103件')}{run('1', 'superscript')}</w:p>"
    )
    found = list(read_docx(word(body), "a").blocks)
    assert rows(grid(found)) == [["申请", "103（注1）", "5"]] and texts(found) == ["共103件¹"]


# ---- workbooks ------------------------------------------------------------------------------------------------------


def test_a_sheet_is_a_grid_with_its_values_digit_by_digit():
    data = workbook(
        ("申请表", None, None), ("项目", "本年", "上年"), ("申请", 3.0, 9633626.14),
        ("日期", datetime.date(2024, 1, 20), True), ("甲\n乙", "０３", None),
        (None, None, None), merged=("A1:C1", "A5:A6"),
    )  # fmt: skip
    found = grid(list(read_sheet(data, "a.xlsx").blocks))
    assert (found.place, found.width, found.height) == ("申请表", 3, 5)
    assert found.cells[0] == GridCell("申请表", 0, 0, columns=3)
    assert rows(found)[1:] == [
        ["项目", "本年", "上年"], ["申请", "3", "9633626.14"], ["日期", "2024-01-20", "True"], ["甲\n乙", "０３", ""],
    ]  # fmt: skip


def test_what_a_library_writes_around_a_table_is_none_of_it_and_what_it_repeats_is_one_cell():
    dumped = [(None, 0, 1, 2, 3), (0, *["第（五）项"] * 4), (1, "信息内容", *["数量"] * 3), (2, "行政许可", *["9"] * 3)]
    found = grid(list(read_sheet(workbook(*dumped, (3, "规章", "9", "9", "3")), "a.xlsx").blocks))
    assert rows(found) == [["第（五）项"], ["信息内容", "数量"], ["行政许可", "9"], ["规章", "9", "9", "3"]]


def test_a_sheet_that_is_hidden_is_left_out():
    book = openpyxl.Workbook()
    book.active.append(["规章", 3])
    last = book.create_sheet("上年")
    last.append(["规章", 9])
    last.sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    assert rows(grid(list(read_sheet(target.getvalue(), "a").blocks))) == [["规章", "3"]]


def test_an_empty_column_beside_a_sheets_content_is_none_of_it():
    found = grid(
        list(read_sheet(workbook((None, "某局年报", None), (None, "申请", 3), merged=("B1:C1",)), "a.xlsx").blocks)
    )
    assert (found.width, rows(found)) == (2, [["某局年报"], ["申请", "3"]])


FORMATTED = [
    (33519000, '#,##0.00"元"', "33519000元"),
    (12, '0"件"', "12件"),
    (12, "0\\件;-0\\件", "12件"),
    (-3, '"增"0;"减"0', "减-3"),
    (0, '0;-0;"无"', "无"),
    (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "0"),
    (12345, "#,##0.00_);[Red](#,##0.00)", "12345"),
    (3351.9, '[$元-804]"约"0', "元约3351.9"),
    (12345000, "#,##0.0,,", "12.345（所存为12345000）"),
    (1e16, 'General"元"', "10000000000000000元"),
]


@pytest.mark.parametrize(("value", "number_format", "seen"), FORMATTED)
def test_a_sheets_cell_is_read_as_its_format_shows_it(value: float, number_format: str, seen: str):
    data = io.BytesIO(workbook(("项目", "本年"), ("申请", value)))
    book = openpyxl.load_workbook(data)
    book.active["B2"].number_format = number_format
    book.save(data)
    assert rows(grid(list(read_sheet(data.getvalue(), "a.xlsx").blocks)))[1] == ["申请", seen]


def test_a_formula_without_a_computed_value_is_blank_and_noted():
    found = read_sheet(workbook(("申请", 3), ("总计", "=B1")), "a.xlsx")
    assert rows(grid(list(found.blocks))) == [["申请", "3"], ["总计", ""]]
    assert "“申请表”有 1 个公式没有计算结果" in found.notes[0]


# ---- opening --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "data", "noted"),
    [
        ("年报.html", PAGE.encode(), False), ("年报.doc", PAGE.encode(), True), ("年报", PAGE.encode(), False),
        ("年报.pdf", python_docx(), True), ("年报.docx", python_docx(), False), ("年报.xls", workbook(("a", 1)), True),
    ],
    ids=range(6),
)  # fmt: skip
def test_a_files_content_tells_its_kind_and_a_wrong_extension_is_noted(
    tmp_path: Path, name: str, data: bytes, noted: bool
):
    (tmp_path / name).write_bytes(data)
    found = read_document(open_file(tmp_path / name, name))
    assert found.blocks and bool(found.notes) is noted
    assert all(note.startswith(name) and note.endswith("读取。") for note in found.notes)


@pytest.mark.parametrize(
    "style",
    ["font-size:0", "opacity:0", "opacity: 0.0; top: 0", "color: transparent", "color:rgba(0, 0, 0, 0)", "color:#FFF"],
)
def test_struck_and_hidden_text_is_not_joined_to_a_figure(style: str):
    page = f"<table><tr><td><del>38</del>35</td><td>2<span style='{style}'>5</span>1</td></tr></table>"
    (grid,) = read_html(page.encode(), "a.html").blocks
    assert [cell.text for cell in grid.cells] == ["35", "21"]


def test_white_text_is_read_unless_there_is_black_text_beside_it():
    white = "<span style='color:white'>5</span>"
    page = f"""<table bgcolor="#036"><tr><td>2{white}</td><td><font color="#ffffff">7</font>{white}</td></tr></table>
    <table><tr><td>3{white}</td><td>{white}{white}</td><td style="background-color: navy">4{white}</td></tr></table>
    <table><tr><td>6<b style="color:#fff;background:navy">5</b></td><td>8<font color=white>5</font></td></tr></table>"""
    grids = read_html(page.encode(), "a.html").blocks
    assert [[cell.text for cell in grid.cells] for grid in grids] == [["25", "75"], ["3", "55", "45"], ["65", "8"]]


@pytest.mark.parametrize("style", ["opacity:0.9", "fill-opacity:0", "border-color:transparent"])
def test_text_that_is_shown_is_read(style: str):
    (grid,) = read_html(f"<table><tr><td style='{style}'>5</td><td>6</td></tr></table>".encode(), "a.html").blocks
    assert [cell.text for cell in grid.cells] == ["5", "6"]


def test_struck_text_of_a_word_document_does_not_count():
    struck = "".join(
        f"<w:r><w:rPr><w:{mark}{value}/></w:rPr><w:t>{text}</w:t></w:r>"
        for mark, value, text in (("strike", "", "6"), ("dstrike", "", "7"), ("strike", ' w:val="0"', "3"))
    )
    found = read_docx(word(f"<w:p>{struck}</w:p>"), "a.docx")
    assert texts(found) == ["3"]
