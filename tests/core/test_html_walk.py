"""HTML read into blocks, whatever the reader makes of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from lxml.html import HtmlElement

from govreport.core.blocks import Block, Paragraph, Preformatted, Run
from govreport.core.html_walk import (
    NO_TEXT,
    Around,
    HtmlTooLargeError,
    parse_html,
    read_blocks,
    row_groups,
    spans,
    whole_number,
)


class Plainly:
    """A reader that leaves out what is hidden, reads lines of output apart and line breaks as such."""

    def hides(self, element: HtmlElement, around: Around) -> bool:
        return "hidden" in element.attrib

    def text(self, text: str, before: str) -> str:
        return text

    def paragraph(self, texts: list[tuple[str, Run]], heading: int) -> Iterable[Block]:
        return [Paragraph(tuple(replace(style, text=text) for text, style in texts), heading)] if texts else ()

    def instead(self, element: HtmlElement, around: Around) -> str | Iterable[Block] | None:
        if element.tag == "br":
            return "\n"
        if element.tag == "img":
            return ""
        return [Preformatted(str(element.text))] if element.tag == "pre" else None


def read(text: str) -> list[Block]:
    root = parse_html(text)
    assert root is not None
    return read_blocks(root, Plainly())


def rows(text: str) -> list[tuple[str, list[list[str]]]]:
    table = parse_html(text)
    assert table is not None
    groups = row_groups(next(table.iter("table")), lambda element: "hidden" in element.attrib)
    return [(tag, [[str(cell.text) for cell in row] for row in found]) for tag, found in groups]


def test_what_sets_off_ends_a_paragraph_and_what_does_not_goes_on() -> None:
    assert read("甲<span>乙</span>丙<div>丁<p>戊</p>己</div>庚<p hidden>辛</p>") == [
        Paragraph((Run("甲"), Run("乙"), Run("丙"))), Paragraph((Run("丁"),)), Paragraph((Run("戊"),)),
        Paragraph((Run("己"),)), Paragraph((Run("庚"),)),
    ]  # fmt: skip


def test_a_text_instead_of_an_element_stays_in_its_paragraph_and_blocks_end_it() -> None:
    assert read("<p>甲<br>乙<pre>丙</pre>丁") == [
        Paragraph((Run("甲"), Run("\n"), Run("乙"))), Preformatted("丙"), Paragraph((Run("丁"),)),
    ]  # fmt: skip


def test_styles_add_up_within_each_other_and_end_with_their_element() -> None:
    (found,) = read("<p>甲<b>乙<i>丙</i></b><code>丁</code><s>戊</s>")
    assert found == Paragraph((
        Run("甲"), Run("乙", bold=True), Run("丙", bold=True, italic=True), Run("丁", code=True),
        Run("戊", strike=True),
    ))  # fmt: skip


@pytest.mark.parametrize(
    ("style", "tags"),
    [("bold", "b strong dt summary legend"), ("italic", "i em cite var dfn"), ("code", "code kbd samp tt"),
     ("strike", "s strike del"), ("underline", "u ins"), ("sub", "sub"), ("sup", "sup")],
)  # fmt: skip
def test_an_element_that_browsers_show_in_a_style_sets_it(style: str, tags: str) -> None:
    for tag in tags.split():
        runs = [run for found in read(f"<div>甲<{tag}>乙</{tag}></div>") for run in found.runs]
        assert runs == [Run("甲"), Run("乙", **{style: True})], tag


PARAGRAPHS = (
    "p div section article main header footer aside nav figure figcaption center address details summary dl dt dd form "
    "fieldset legend li ul ol blockquote h1 h6"
)


@pytest.mark.parametrize("tag", PARAGRAPHS.split())
def test_an_element_that_browsers_set_off_begins_and_ends_a_paragraph(tag: str) -> None:
    found = read(f"<div>甲<{tag}>乙</{tag}>丙</div>")
    assert ["".join(run.text for run in paragraph.runs) for paragraph in found] == ["甲", "乙", "丙"]


def test_parts_of_a_table_that_is_read_as_text_are_paragraphs() -> None:
    table = "<table><caption>甲</caption><thead><tr><th>乙<th>辛<tbody><tr><td>丙<td>丁<tfoot><tr><td>戊</table>"
    found = read(f"<body>{table}<hr>己")
    assert ["".join(run.text for run in paragraph.runs) for paragraph in found] == list("甲乙辛丙丁戊己")


def test_what_browsers_do_not_show_as_text_is_none() -> None:
    told = "script style template noscript title iframe frame object embed applet svg canvas video audio"
    assert set(told.split()) == NO_TEXT


def test_nothing_instead_of_an_element_leaves_no_trace() -> None:
    assert read("<p>甲<img>乙") == [Paragraph((Run("甲"), Run("乙")))]


def test_what_stands_around_an_element_is_known_within_it() -> None:
    class Looking(Plainly):
        def instead(self, element: HtmlElement, around: Around) -> None:
            if element.tag == "u":
                seen.append((around.article, around.heading, around.style.bold))

    seen: list[tuple[bool, int, bool]] = []
    for text in ("<u>", "<p><u>", "<main><b><u>", "<article><h3><u>"):
        root = parse_html(f"<html><body>{text}甲")
        assert root is not None
        read_blocks(root, Looking())
    assert seen == [(False, 0, False), (False, 0, False), (True, 0, True), (True, 3, False)]


def test_links_lead_to_the_web_or_nowhere() -> None:
    (found,) = read('<p><a href=" https://shili.example/ ">甲</a><a href="javascript:alert(1)">乙</a><a>丙</a>')
    assert found == Paragraph((Run("甲", link="https://shili.example/"), Run("乙"), Run("丙")))


def test_all_paragraphs_of_a_heading_are_headings_of_its_level_in_no_style() -> None:
    assert read("<b><h2>甲<div>乙</div></h2></b>丁") == [
        Paragraph((Run("甲"),), 2), Paragraph((Run("乙"),), 2), Paragraph((Run("丁"),)),
    ]  # fmt: skip


def test_rows_stand_in_their_groups_and_hidden_ones_nowhere() -> None:
    text = "<table><thead><tr><th>甲<td hidden>0</thead><tr><td>乙<tr hidden><td>0<tfoot hidden><tr><td>0</table>"
    assert rows(text) == [("thead", [["甲"]]), ("", [["乙"]])]
    assert rows("<table><tr><td>甲<tbody><tr><td>乙<tr><td>丙</table>") == [("", [["甲"]]), ("tbody", [["乙"], ["丙"]])]
    assert rows("<table><tr><td>甲<tfoot><tr><td>乙</table>") == [("", [["甲"]]), ("tfoot", [["乙"]])]
    assert rows("<table><thead></thead><tbody><tr><td>乙</table>") == [("tbody", [["乙"]])], (
        "a group without rows is none"
    )


def test_cells_without_a_row_are_one() -> None:
    assert rows("<table><th>甲<td>乙<tr><td>丙<th>丁</tr><th>戊</table>") == [
        ("", [["甲", "乙"], ["丙", "丁"], ["戊"]])
    ]
    assert rows("<table><td>甲<td>乙<tr><td>丙</tr><td>丁</table>") == [("", [["甲", "乙"], ["丙"], ["丁"]])]


@pytest.mark.parametrize(
    ("attributes", "told"),
    [("", (1, 1)), ("rowspan=2 colspan=3", (2, 3)), ("rowspan=0 colspan=0", (0, 1)), ("colspan=2px", (1, 2)),
     ("rowspan=x colspan=-1", (1, 1)), ("rowspan=' 7' colspan=1.5", (7, 1))],
)  # fmt: skip
def test_spans_are_read_as_browsers_read_them(attributes: str, told: tuple[int, int]) -> None:
    root = parse_html(f"<table><tr><td {attributes}>3</table>")
    assert root is not None
    assert spans(next(root.iter("td"))) == told


def test_a_number_is_what_a_text_begins_with() -> None:
    assert [whole_number(text) for text in ("12", " 3a", "0")] == [12, 3, 0]
    assert [whole_number(text) for text in ("-1", "x", "", None)] == [None] * 4


def test_a_page_that_the_parser_gives_up_is_refused_and_one_without_elements_is_none() -> None:
    with pytest.raises(HtmlTooLargeError):
        parse_html("<div>" * 300 + "甲")
    assert parse_html("<!-- 甲 -->") is None
    assert parse_html('<?xml version="1.0" encoding="gbk"?><p>甲').text_content() == "甲"
    assert parse_html('<meta charset="gbk"><p>甲\0乙').text_content() == "甲\ufffd乙", "the text is read already"
