"""What an HTML page says of each block, to the letter: nothing of a text becomes markup, nothing is lost."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from lxml.html import fragment_fromstring

from govreport.checks.account import Account
from govreport.checks.findings import Finding, Findings, Identity, Waiver
from govreport.checks.report_states import INCONSISTENT
from govreport.core.blocks import Block, ItemList, Mark, Paragraph, Picture, Preformatted, Quote, Run, plain_paragraph
from govreport.core.grid import Grid, GridCell
from govreport.publish.document import Document, chinese_date
from govreport.publish.html_writer import body_html, html_page, page_json, source_hash, template
from tests.support.analyst import pixels


def html(*blocks: Block) -> str:
    """Blocks as the page has them."""
    return "".join(body_html(blocks))


def inline(*runs: Run) -> str:
    """A paragraph of these runs as the page has it, without its own element."""
    return html(Paragraph(runs)).removeprefix("<p>").removesuffix("</p>")


def test_an_address_cannot_end_the_attribute_that_it_stands_in() -> None:
    link = 'https://shili.example/?a=1&b="><script>alert(1)</script>'
    assert inline(Run("详见", link=link)) == (
        '<a href="https://shili.example/?a=1&amp;b=&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"'
        ' rel="noopener noreferrer">详见</a>'
    )


@pytest.mark.parametrize(
    ("run", "written"),
    [
        (Run("甲\n乙 & <b>"), "甲<br>乙 &amp; &lt;b&gt;"),
        (Run("甲", code=True), "<code>甲</code>"),
        (Run("甲", bold=True), "<strong>甲</strong>"),
        (Run("甲", italic=True), "<em>甲</em>"),
        (Run("甲", strike=True), "<s>甲</s>"),
        (
            Run("甲", bold=True, italic=True, code=True, strike=True),
            "<s><em><strong><code>甲</code></strong></em></s>",
        ),
    ],
)
def test_each_style_of_a_text_is_an_element_of_its_own(run: Run, written: str) -> None:
    assert inline(run) == written


def test_a_marked_sentence_is_named_where_it_begins_and_refers_to_its_finding_where_it_ends() -> None:
    begin, end = Mark(3, "error", opens=True), Mark(3, "error", closes=True)
    assert inline(Run("甲", marks=(begin,)), Run("乙", bold=True, marks=(end,))) == (
        '<mark class="error" id="s3">甲</mark>'
        '<mark class="error"><strong>乙</strong></mark><a class="ref" data-govreport="beside" href="#f3">意见3</a>'
    )
    assert (
        template("blocks.html").module.reference(12) == '<a class="ref" data-govreport="beside" href="#f12">意见12</a>'
    )


def test_two_marks_on_one_text_stand_within_each_other_and_both_refer() -> None:
    marks = (Mark(1, "error", opens=True, closes=True), Mark(2, "waived", opens=True, closes=True))
    assert inline(Run("甲", marks=marks)) == (
        '<mark class="waived" id="s2"><mark class="error" id="s1">甲</mark></mark>'
        '<a class="ref" data-govreport="beside" href="#f1">意见1</a>'
        '<a class="ref" data-govreport="beside" href="#f2">意见2</a>'
    )


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    levels = [1, 3, 3, 2, 1, 2, 3, 4, 5, 9]
    found = [line[:3] for line in body_html([plain_paragraph("题", level) for level in levels])]
    assert found == ["<h2", "<h3", "<h4", "<h3", "<h2", "<h3", "<h4", "<h5", "<h6", "<h6"]
    assert html(plain_paragraph("一、<总>", 1)) == "<h2>一、&lt;总&gt;</h2>"


def test_a_heading_within_a_quote_or_a_list_is_none_of_the_pages() -> None:
    heading = plain_paragraph("小标题", 1)
    assert html(Quote((heading, plain_paragraph("文")))) == (
        "<blockquote><p><strong>小标题</strong></p><p>文</p></blockquote>"
    )
    assert html(ItemList(False, 1, ((heading,),))) == "<ul><li><p><strong>小标题</strong></p></li></ul>"


@pytest.mark.parametrize(
    ("items", "opening", "closing"),
    [
        (ItemList(True, 1, ((plain_paragraph("甲"),), (plain_paragraph("乙"),))), "<ol>", "</ol>"),
        (ItemList(True, 4, ((plain_paragraph("甲"),), (plain_paragraph("乙"),))), '<ol start="4">', "</ol>"),
        (ItemList(False, 4, ((plain_paragraph("甲"),), (plain_paragraph("乙"),))), "<ul>", "</ul>"),
        (
            ItemList(True, 1, ((plain_paragraph("甲"),), (plain_paragraph("乙"),)), ")"),
            '<ol class="bracket">',
            "</ol>",
        ),
        (ItemList(False, 1, ((plain_paragraph("甲"),), (plain_paragraph("乙"),)), ")"), "<ul>", "</ul>"),
    ],
)
def test_a_list_keeps_its_kind_its_first_number_and_its_items(items: ItemList, opening: str, closing: str) -> None:
    assert html(items) == f"{opening}<li><p>甲</p></li><li><p>乙</p></li>{closing}"


def test_plain_output_is_no_markup() -> None:
    assert html(Preformatted("<a>\n  b & c")) == "<pre>&lt;a&gt;\n  b &amp; c</pre>"


@pytest.mark.parametrize(
    ("media", "kind"), [("image/svg+xml", ' class="drawing"'), ("image/jpeg", ' class="photo"'), ("image/png", "")]
)
def test_a_picture_stands_in_the_page_itself_with_its_text(media: str, kind: str) -> None:
    content = pixels("PNG") if media == "image/png" else b"<svg/>"
    data = f'"data:{media};base64,{base64.b64encode(content).decode()}"'
    source = f"'data:{media};charset=utf-8,<svg/>'" if media == "image/svg+xml" else data
    assert html(Picture(media, content, 'a "b"')) == f'<figure{kind}><img src={source} alt="a &#34;b&#34;"></figure>'
    assert html(Picture(media, content, "", "图 <1>")).endswith(
        ' alt=""><figcaption data-govreport="beside">图 &lt;1&gt;</figcaption></figure>'
    )


def test_a_drawing_comes_out_of_its_address_as_it_went_in() -> None:
    drawing = """<svg xmlns="http://www.w3.org/2000/svg" id='a'>\n <text fill="#1a1a1a">100% &amp; 总计</text></svg>"""
    source = fragment_fromstring(html(Picture("image/svg+xml", drawing.encode(), ""))).find("img").get("src")
    assert unquote(source.partition(",")[2]) == drawing.replace("\n", " ")


@pytest.mark.parametrize(
    ("width", "height", "style"),
    [(0, 0, ""), (12.5, 0, ' style="width: 12.5pt"'), (12.5, 30, ' style="width: 12.5pt; height: 30pt"')],
)
def test_a_picture_has_the_size_that_is_known_of_it(width: float, height: float, style: str) -> None:
    assert f' alt=""{style}></figure>' in html(Picture("image/svg+xml", b"<svg/>", width=width, height=height))


def test_a_picture_of_which_only_the_height_is_asked_for_keeps_its_proportions() -> None:
    picture = Picture("image/png", pixels("PNG", dpi=(100, 100)), "", height=30)
    assert ' alt="" style="height: 30pt"></figure>' in html(picture)


def test_a_chart_that_a_phone_scrolls_is_reached_by_the_keyboard() -> None:
    drawn = html(Picture("image/svg+xml", b"<svg/>", "", text_svg=b"<svg/>"))
    assert drawn.startswith('<figure class="drawing chart" tabindex="0"><img ')


def table(*texts: str, caption: str = "", widths: tuple[int, ...] = (), columns: int = 1) -> Grid:
    """A table of one row."""
    cells = tuple(GridCell(text, 0, number, columns=columns) for number, text in enumerate(texts))
    widths = widths or (1,) * len(texts)
    return Grid(cells, len(widths), key="t", caption=caption, widths=widths)


def frame(block: Grid) -> str:
    """The opening of the frame in which a table is scrolled."""
    return html(block).partition("><table")[0]


def test_a_table_stands_in_a_frame_that_the_keyboard_reaches_and_readers_name() -> None:
    named = '<div class="scroll" role="region" aria-label="{}" tabindex="0"'
    assert frame(table("甲", caption="表 <1>")) == named.format("表 &lt;1&gt;")
    assert frame(table("甲")) == named.format("表格")
    assert html(table("甲")).endswith("</table></div>")


def test_a_table_of_more_than_eight_columns_tells_how_many() -> None:
    assert " style=" not in frame(table(*"一二三四五六七八"))
    assert ' style="--columns: 9"' in frame(table(*"一二三四五六七八九"))
    assert ' style="--columns: 9; --least: 53.1em"' in frame(table(*["1234567890"] * 9))


@pytest.mark.parametrize(
    ("texts", "widths", "least"),
    [
        (("1234567890",) * 2, (), None),  # 5.9 em a column: 11.8 fit on every screen
        (("1234567890",) * 3, (), "17.7"),
        (("1234567890" * 3,) * 2, (), "18.4"),  # a longer word is broken
        (("甲" * 30,) * 3, (), None),  # hanzi break anywhere
        (("1234567890", "1"), (1, 3), "23.6"),  # a narrow column makes the others as much wider
        (("12,345,678.90",) * 3, (), "20.2"),
        (("(100%)",) * 8, (), "29.2"),
        (("-1234567",) * 8, (), "36.6"),
        (("12 34 56 78 90",) * 8, (), None),  # the longest word counts, not all together
    ],
)
def test_a_table_is_so_wide_that_no_figure_is_broken(
    texts: tuple[str, ...], widths: tuple[int, ...], least: str
) -> None:
    assert frame(table(*texts, widths=widths)).partition(" role")[0] == (
        f'<div class="scroll" style="--least: {least}em"' if least else '<div class="scroll"'
    )


def test_a_cell_over_several_columns_asks_for_no_width() -> None:
    assert " style=" not in frame(table("1234567890" * 3, widths=(1, 1), columns=2))


def test_several_tables_never_share_an_id_not_even_within_a_quote() -> None:
    over, left, right = GridCell("甲", columns=2, scope="colgroup"), GridCell("3", 1), GridCell("4", 1, 1)
    tied = Grid((over, left, right), 2, key="t", widths=(1, 1), depth=1)
    page = html(tied, Quote((tied,)), tied)
    assert [page.count(f'id="{n}"') for n in range(5)] == [0, 1, 1, 1, 0]
    assert [page.count(f'headers="{n}"') for n in range(5)] == [0, 2, 2, 2, 0]


def test_a_table_that_scopes_explain_needs_no_ids() -> None:
    heads = GridCell("甲", scope="col"), GridCell("乙", 0, 1, scope="col")
    page = html(Grid((*heads, GridCell("丙", 1, scope="row"), GridCell("3", 1, 1)), 2, key="t", widths=(1, 1), depth=1))
    assert '<th scope="row">丙</th><td>3</td>' in page


@pytest.mark.parametrize(
    ("iso", "shown"),
    [
        ("2021-01-27", "2021年1月27日"),
        ("2021-12-03", "2021年12月3日"),
        ("尽快", "尽快"),
        ("2021-02-30", "2021-02-30"),
        ("", ""),
    ],
)
def test_a_day_is_written_in_chinese_and_what_is_no_day_as_it_is(iso: str, shown: str) -> None:
    assert chinese_date(iso) == shown


def finding(severity: str, waived: Waiver | None = None) -> Finding:
    return Finding("demo", 2023, severity, "甲<乙。", (Identity("A1", ()),), waived=waived)


def test_open_errors_are_those_that_nobody_has_accepted() -> None:
    accepted = Waiver("A1", (), "核实", "张", "2024-01-02")
    found = [finding("error"), finding("error", accepted), finding("warning"), finding("error"), finding("notice")]
    assert (len(Findings(tuple(found)).errors), len(Findings().errors)) == (2, 0)


def test_json_in_a_page_can_hold_the_end_of_a_script_and_half_a_character() -> None:
    data = {"甲": "</script><!--", "b": "\ud83d"}
    text = page_json(data)
    assert text == r'{"甲":"\u003c/script>\u003c!--","b":"\ud83d"}'
    assert json.loads(text) == data and text.encode()


DOCUMENT = Document(
    ("示例市档案局", "<年度>报告"),
    (plain_paragraph("一、总体情况", 1), plain_paragraph("文。")),
    Account(
        ("示例市档案局", "<年度>报告"),
        name='示例"局',
        published="2024-01-09",
        signature="示例市档案局",
        contact="电话 & 邮箱",
        findings=Findings((finding("error"), finding("warning", Waiver("A1", (), "已<核>实", "张", "2024-01-02")))),
        enclosure={"filing": {"agency": "</script>"}, "front": {"signature": '"乙"'}},
    ),
)


def test_a_page_says_whose_report_it_is_and_when_it_was_published() -> None:
    page = html_page(DOCUMENT)
    for told in (
        '<meta name="author" content="示例&#34;局">',
        "<title>示例市档案局&lt;年度&gt;报告</title>",
        "<h1>示例市档案局<br>&lt;年度&gt;报告</h1>",
        '<time datetime="2024-01-09">2024年1月9日</time>',
        "<h2>一、总体情况</h2>\n<p>文。</p>",
        "<p>联系方式：电话 &amp; 邮箱</p>",
        '<div class="signature"><p>示例市档案局</p><p>2024年1月9日</p></div>',
        '<script type="application/json" id="govreport-filing">{"agency":"\\u003c/script>"}</script>',
        '<meta name="govreport-front" content="{&#34;signature&#34;:&#34;\\&#34;乙\\&#34;&#34;}">',
    ):
        assert told in page
    assert "草稿" not in page and page.count("</script>") == 1 and ".scroll" in page


def test_a_red_letterhead_is_the_agencys_name_and_no_markup() -> None:
    red = replace(DOCUMENT.account.appearance, letterhead="red")
    page = html_page(replace(DOCUMENT, account=replace(DOCUMENT.account, appearance=red)))
    assert '<p class="letterhead">示例&#34;局</p>' in page


def test_a_draft_says_so_and_lists_its_findings() -> None:
    page = html_page(Document(("报告",), (), replace(DOCUMENT.account, state=INCONSISTENT)))
    for told in (
        "<title>报告（草稿）</title>",
        '<div class="stamp" data-govreport="beside">草稿</div>',
        "<p>草稿：有1项错误未处理，不得公布。</p>",
        "<li>错误 A1　甲&lt;乙。</li>",
        '<li class="waived">警告 A1　甲&lt;乙。（已接受：已&lt;核&gt;实，张，2024-01-02）</li>',
    ):
        assert told in page


def test_a_page_can_be_written_whatever_its_texts_hold() -> None:
    page = html_page(Document(("报\ud83d告",), (plain_paragraph("文\udc00。"),)))
    assert page.encode() and "<h1>报?告</h1>" in page and "<p>文?。</p>" in page


def test_a_source_is_named_by_its_sha256_as_a_policy_wants_it() -> None:
    assert source_hash("a") == "'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='"


def test_a_wide_tables_corner_and_labels_of_rows_stay_and_nothing_else_does() -> None:
    heads = [GridCell(f"列{n}", 0, n, scope="col" * (n > 0)) for n in range(12)]
    cells = [GridCell("甲", 1, 0, scope="row"), *(GridCell("1234567", 1, n) for n in range(1, 12))]
    page = html(Grid((*heads, *cells), 12, caption="表", widths=(1,) * 12, depth=1))
    stays = [cell.text_content() for cell in fragment_fromstring(page).iter("td", "th") if "data-stays" in cell.attrib]
    assert stays == ["列0", "甲"]
