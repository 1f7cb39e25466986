"""Markdown of prose and notebooks on pages: HTML in it does its work or nothing, signs of office prose are printed."""

from __future__ import annotations

import io
import re
import warnings

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from govreport.charts.analyst import chart_style
from govreport.core.blocks import ItemList, Paragraph, Picture, Quote, Run, block_text
from govreport.core.fonts import unprintable
from govreport.core.grid import Grid
from govreport.publish.document import read_document
from govreport.publish.docx_writer import docx_bytes
from govreport.publish.html_writer import html_page
from govreport.publish.layout.typesetter import FontSet, font_set
from govreport.publish.markup import markdown_blocks
from govreport.publish.pdf_writer import pdf_bytes
from tests.support.analyst import markdown, notebook, pixels
from tests.support.papers import document, pages

SIGNS = "☑☐☒✔✘✓✗₂⁻⁵℃㎡№※→←↑↓≥≤≠≈×÷±‰℉™½⅓●○■□◆◇★☆▲△▼▽⊕∈∞√∑①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ⁰¹²³⁴⁶⁷⁸⁹₀₁₃₄₅₆₇₈₉⁺₊⁽⁾₍₎☎✉"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('<div align="center">\n\n**居中**\n\n</div>', "居中"),
        ("<center>\n\n说明\n\n</center>", "说明"),
        ("<br>\n\n正文", "正文"),
        ("<br/><br/>\n\n正文", "正文"),
        ("表<br>换", "表\n换"),
        ("<hr/>\n\n后", "后"),
        ('<a id="p1"></a>\n\n正文', "正文"),
        ('## <a id="p3"></a>三、小节', "三、小节"),
        ("<font color=red>红字</font>正文", "红字正文"),
        ("<small>小字</small>、<kbd>Ctrl</kbd>、<mark>标记</mark>", "小字、Ctrl、标记"),
        ('<span style="color:red">整段红</span>', "整段红"),
        ("<style>p{color:red}</style>\n\n有样式", "有样式"),
        ('<h3 align="center">居中三级</h3>', "居中三级"),
        ("<p>甲<p>乙", "甲\n乙"),
        ("- 甲<br>乙\n- <b>丙</b>", "甲\n乙\n丙"),
        ("<details>\n<summary>题</summary>\n\n正文\n\n</details>", "题\n正文"),
    ],
)
def test_html_in_markdown_does_its_work_and_prints_no_tags(text: str, shown: str) -> None:
    assert block_text(markdown_blocks(text)) == shown


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1. 甲\n3. 乙\n5. 丙\n6. 丁", [(1, 1), (3, 1), (5, 2)]),
        ("0. 甲\n1. 乙", [(0, 2)]),
        ("1. 甲\n1. 乙", [(1, 2)]),
        ("1. 甲\n   2. 丙\n   4. 丁\n2. 乙", [(1, 2)]),
        ("1. 甲\n2.\n3. 丙", [(1, 1), (3, 1)]),
        ("<ol start=2><li>甲<li value=9>乙<li>丙<li value=3></ol>", [(2, 1), (9, 2)]),
        ("- 甲\n- 乙", [(1, 2)]),
        ("2024. 1. 9", []),
        ("甲\n- 2 -\n乙", []),
        ("2023. 12. 31止\n0. 前言", []),
        ("1. 甲\n\n2024. 1. 9\n\n2. 乙", [(1, 1), (2, 1)]),
    ],
)
def test_items_keep_the_numbers_that_were_typed_and_a_year_is_none(text: str, numbers: list[tuple[int, int]]) -> None:
    made = markdown_blocks(text)
    assert [(block.start, len(block.items)) for block in made if isinstance(block, ItemList)] == numbers
    assert "".join(re.findall("[一-龥]|20[0-9]{2}", text)) == "".join(
        re.findall("[一-龥]|20[0-9]{2}", block_text(made))
    )


def test_numbers_with_a_bracket_keep_it_in_every_format() -> None:
    text = "3) 甲\n4) 乙\n   1) 丙\n\n文。\n\n1. 丁\n"
    made = document(*markdown_blocks(text))
    page = html_page(made)
    assert '<ol class="bracket" start="3">' in page and "<ol><li>丁" in page.replace("<p>", "")
    shown = "".join(page.extract_text() for page in pages(pdf_bytes(made)))
    assert [sign for sign in ("3)", "4)", "1)", "1.") if sign not in shown] == []
    numbering = docx.Document(io.BytesIO(docx_bytes(made))).part.numbering_part.element
    texts = [level.get(qn("w:val")) for level in numbering.iterfind("w:num//w:lvlText", numbering.nsmap)]
    assert texts == ["%1)", "%2)"]


def test_a_table_of_html_holds_markdown() -> None:
    (made,) = markdown_blocks("<table>\n<tr><td>\n\n**粗**\n\n</td><td>m<sup>2</sup></td></tr>\n</table>")
    assert isinstance(made, Grid) and [cell.text for cell in made.body[0]] == ["粗", "m²"]


def test_tables_in_lists_and_quotations_are_tables() -> None:
    text = "- |甲|乙|\n  |-|-|\n  |1|\n\n> |甲|乙|\n> |-|-|\n> |1|2|3|"
    first, second = markdown_blocks(text)
    assert isinstance(first, ItemList) and isinstance(second, Quote)
    tables = [first.items[0][0], second.blocks[0]]
    assert [[cell.text for cell in t.body[0]] for t in tables if isinstance(t, Grid)] == [["1", ""], ["1", "2"]]


@pytest.mark.parametrize(
    "source",
    ['<img src="attachment:a.png" alt="甲" width="50">', '文字<img src="attachment:a.png" alt="甲"/>文字',
     '<p align="center"><img src="attachment:a.png" alt="甲"></p>', '<div>\n\n![甲](attachment:a.png)\n\n</div>'],
)  # fmt: skip
def test_a_pasted_picture_is_shown_whatever_html_it_stands_in(source: str) -> None:
    made = read_document(notebook(markdown(source, **{"a.png": pixels("PNG")})))
    assert [block.alt for block in made.blocks if isinstance(block, Picture)] == ["甲"]


def test_raised_lowered_and_underlined_text_is_set_in_every_format() -> None:
    (made,) = markdown_blocks("CO<sub>2</sub>、5万m<sup>2</sup>、<u>重点</u>")
    assert isinstance(made, Paragraph)
    assert [run for run in made.runs if run.sub or run.sup or run.underline] == [
        Run("2", sub=True), Run("2", sup=True), Run("重点", underline=True),
    ]  # fmt: skip
    report = document(made)
    assert "CO<sub>2</sub>、5万m<sup>2</sup>、<u>重点</u>" in html_page(report)
    body = docx.Document(io.BytesIO(docx_bytes(report))).element.body
    assert [node.get(qn("w:val")) for node in body.iter(qn("w:vertAlign"))] == ["subscript", "superscript"]
    assert [node.get(qn("w:val")) for node in body.iter(qn("w:u"))] == ["single"]
    letters = [letter for page in pages(pdf_bytes(report)) for letter in page.chars if letter["size"] < 22]
    (full,) = {letter["size"] for letter in letters if letter["text"] in "COm重点"}
    low, high = (letter for letter in letters if letter["text"] == "2")
    assert low["size"] == high["size"] < 0.7 * full and low["bottom"] > high["bottom"]


def test_signs_of_office_prose_are_printed_with_the_shipped_fonts_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = font_set()
    chains = {
        role: [name for name in chain if name.startswith(("GovRpt", "AR PL"))] for role, chain in shipped.chains.items()
    }
    only = FontSet(shipped.loaded, chains, shipped.bold)
    monkeypatch.setattr("govreport.publish.pdf_writer.font_set", lambda folder=None: only)
    text = f"# 一、{SIGNS}\n\n## 小节{SIGNS}\n\n**{SIGNS}** *{SIGNS}* `{SIGNS}`\n\n| {SIGNS} |\n|---|\n| {SIGNS} |"
    with pikepdf.open(io.BytesIO(pdf_bytes(document(*markdown_blocks(text))))) as pdf:
        assert len(pdf.pages) >= 1
    assert unprintable(SIGNS) == []


def test_signs_are_in_charts_too() -> None:
    with warnings.catch_warnings(), chart_style():
        warnings.simplefilter("error")
        figure = Figure()
        figure.add_subplot().set_title("☑ CO₂ 10⁻⁵ ✘ 件数")
        FigureCanvasAgg(figure).draw()
