"""Text as a tree of blocks."""

from __future__ import annotations

import re
from dataclasses import astuple, replace

import pytest

from govreport.core.blocks import (
    Block,
    ItemList,
    Leaf,
    Mark,
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

A, B, C = (plain_paragraph(text) for text in "甲乙丙")
NESTED: tuple[Block, ...] = (A, ItemList(True, 3, ((B, Quote((Quote((C,)),))), (A,))), Preformatted("x"))


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
        ItemList(True, 3, ((twice["乙"], Quote((Quote((twice["丙"],)),))), (twice["甲"],))),
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


def test_nothing_has_a_style_a_size_or_a_mark_unless_it_is_said() -> None:
    assert not any(astuple(Run("")) + astuple(Paragraph(())) + astuple(Picture()) + astuple(Mark(0, "")))
    assert (plain_paragraph("甲").heading, plain_paragraph("甲").pieces, ItemList(True, 1, ()).after) == (0, (), ".")


def test_raised_and_lowered_figures_stay_so_in_plain_text() -> None:
    runs = (Run("H"), Run("2", sub=True), Run("O、10"), Run("-6", sup=True), Run("3"))
    assert block_text([Paragraph(runs)]) == "H₂O、10⁻⁶3"
