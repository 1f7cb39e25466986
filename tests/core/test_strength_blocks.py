"""Text as a tree of blocks, and HTML read into it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from govreport.core.blocks import (
    Block,
    ItemList,
    Leaf,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Run,
    block_text,
    gap_space,
    leaves,
    plain_paragraph,
    safe_link,
    with_leaves,
)
from govreport.core.grid import Grid, GridCell
from govreport.core.html_walk import parse_html, row_groups, spans, whole_number

A, B, C = (plain_paragraph(text) for text in "甲乙丙")
NESTED: tuple[Block, ...] = (A, ItemList(True, 3, ((B, Quote((C,))), (A,))), Preformatted("x"))


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://shili.example/a?b=1", True),
        ("HTTP://shili.example", True),
        ("mailto:a@shili.example", True),
        ("https://", False),
        ("https://a b", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        (" https://shili.example", False),
        ("ftp://shili.example", False),
        ("/a", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_and_of_mailboxes_are_links(address: str, safe: bool) -> None:
    assert safe_link(address) == (address if safe else "")


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("共三\n件", "共三件"),
        ("共三 件", "共三 件"),
        ("共三  \n  件", "共三件"),
        ("共 3\n件", "共 3 件"),
        ("three\nitems", "three items"),
        ("，\n“甲”", "，“甲”"),
        ("\n甲", " 甲"),
        ("甲\n", "甲 "),
    ],
)
def test_a_line_end_between_chinese_characters_is_no_space(text: str, joined: str) -> None:
    assert re.sub(r"\s+", gap_space, text) == joined


def test_leaves_are_what_lists_and_quotes_hold_in_order() -> None:
    assert list(leaves(NESTED)) == [A, B, C, A, Preformatted("x")]


def test_leaves_are_changed_where_they_stand() -> None:
    def doubled(leaf: Leaf) -> Leaf:
        return plain_paragraph(leaf.text * 2) if isinstance(leaf, Paragraph) else leaf

    twice = {text: plain_paragraph(text * 2) for text in "甲乙丙"}
    assert with_leaves(NESTED, doubled) == (
        twice["甲"],
        ItemList(True, 3, ((twice["乙"], Quote((twice["丙"],))), (twice["甲"],))),
        Preformatted("x"),
    )


def test_blocks_as_text_have_a_line_for_each_and_none_for_nothing() -> None:
    grid = Grid((GridCell("头", 0, 0), GridCell("一", 1, 0), GridCell("二", 1, 1)), 2, depth=1)
    styled = Paragraph((Run("甲", bold=True), Run("乙")))
    found = block_text([styled, plain_paragraph(""), grid, Picture(alt="柱状图"), Picture(), Preformatted("x\ny")])
    assert found == "甲乙\n头\n一 二\n〔图：柱状图〕\n〔图〕\nx\ny"


def test_a_plain_paragraph_is_one_run() -> None:
    assert plain_paragraph("甲", 2, (("甲", 3.0),)) == Paragraph((Run("甲"),), 2, (("甲", 3.0),))
    assert replace(A, heading=1) == plain_paragraph("甲", 1)


@pytest.mark.parametrize(
    ("text", "number"),
    [(None, None), ("", None), ("x", None), ("3", 3), (" 12px", 12), ("-1", None), ("0", 0), ("1234567890", 123456789)],
)
def test_the_number_of_an_attribute_is_what_it_begins_with(text: str | None, number: int | None) -> None:
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("attributes", "found"),
    [("", (1, 1)), ("rowspan=2 colspan=3", (2, 3)), ("rowspan=0 colspan=0", (0, 1)), ("rowspan=x colspan=y", (1, 1))],
)
def test_a_cell_says_how_many_rows_and_columns_it_spans(attributes: str, found: tuple[int, int]) -> None:
    (cell,) = parse_html(f"<table><tr><td {attributes}>3</td></tr></table>").iter("td")
    assert spans(cell) == found


def test_rows_stand_in_groups_and_cells_without_a_row_are_one() -> None:
    page = parse_html(
        "<table><tr><td>甲</td></tr><thead><tr><th>头</th></tr></thead><tbody><tr><td>乙</td><td hidden>丙</td></tr>"
        "<tr hidden><td>丁</td></tr></tbody><tbody hidden><tr><td>戊</td></tr></tbody><tr><td>己</td></tr></table>"
    )
    (table,) = page.iter("table")
    groups = row_groups(table, lambda element: element.get("hidden") is not None)
    assert [(tag, [[cell.text for cell in row] for row in rows]) for tag, rows in groups] == [
        ("", [["甲"]]), ("thead", [["头"]]), ("tbody", [["乙"]]), ("", [["己"]]),
    ]  # fmt: skip


def test_a_text_without_a_page_is_none() -> None:
    assert parse_html("") is None and parse_html("<!-- 略 -->") is None
