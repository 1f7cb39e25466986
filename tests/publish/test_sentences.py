"""Sentences that findings quote are marked in the report's text, whatever stands between their letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.publish.markup import markdown_blocks
from govreport.publish.review import mark_sentences, passages


def marked_text(text: str, *quotes: str) -> list[list[str]]:
    """For each quote the stretches that are marked."""
    blocks = mark_sentences(markdown_blocks(text), {n: (quote, "error") for n, quote in enumerate(quotes)})
    runs = [run for found in passages(blocks) for run in found]
    return [[run.text for run in runs if number in [m.number for m in run.marks]] for number in range(len(quotes))]


@pytest.mark.parametrize(
    ("text", "quote", "marked"),
    [
        ("甲乙丙。本年公开**5件**信息。丁。", "本年公开**5件**信息。", ["本年公开", "5件", "信息。"]),
        ("**本年公开5件。另有2件。**", "本年公开5件。", ["本年公开5件。"]),
        ("本年公开信息 5 件，\n其中规章2件。", "本年公开信息5件， 其中规章2件。", ["本年公开信息 5 件，其中规章2件。"]),
        (
            "共收到3件：\n\n- 网上2件\n- 信函1件\n\n以上。",
            "共收到3件： - 网上2件 - 信函1件",
            ["共收到3件：", "网上2件", "信函1件"],
        ),
        (
            "见[网站首页](https://shili.example/)公布。",
            "见[网站首页](https://shili.example/)公布。",
            ["见", "网站首页", "公布。"],
        ),
        ("# 三、申请情况\n\n正文。", "三、申请情况", ["三、申请情况"]),
        ("> 引文里的一句话。", "引文里的一句话。", ["引文里的一句话。"]),
        ("共收到3件。再说一遍：共收到3件。", "共收到3件。", ["共收到3件。", "共收到3件。"]),
        ("正文。", "别的话。", []),
        ("正文。", "文", []),
        ("正文。", "**", []),
    ],
)
def test_a_quote_is_found_whatever_stands_between_its_letters(text: str, quote: str, marked: list[str]):
    assert marked_text(text, quote) == [marked]


@pytest.mark.parametrize(("nth", "marked"), [(0, ["甲乙丙。"] * 2), (2, ["甲乙丙。"]), (3, ["甲乙丙。"] * 2)])
def test_one_occurrence_of_a_sentence_can_be_meant(nth: int, marked: list[str]):
    blocks = mark_sentences(markdown_blocks("甲乙丙。丁。\n\n- 甲乙丙。无。"), {1: ("甲乙丙。", "comment")}, {1: nth})
    runs = [run for found in passages(blocks) for run in found if run.marks]
    assert [run.text for run in runs] == marked and [run.marks[0].opens for run in runs].count(True) == 1
    assert nth != 2 or runs[0] in list(passages(blocks))[1]


def test_a_short_sentence_is_found_where_it_is_known_which_is_meant():
    blocks = mark_sentences(
        markdown_blocks("无。\n\n无。"), {1: ("无。", "comment"), 2: ("无。", "comment")}, {1: 2, 2: 3}
    )
    assert [[mark.number for mark in run.marks] for runs in passages(blocks) for run in runs] == [[], [1]]


def test_quotes_that_overlap_are_each_marked():
    assert marked_text("甲甲甲甲乙乙乙乙丙丙丙丙", "甲甲甲甲乙乙乙乙", "乙乙乙乙丙丙丙丙") == [
        ["甲甲甲甲", "乙乙乙乙"],
        ["乙乙乙乙", "丙丙丙丙"],
    ]


@given(st.lists(st.text("甲乙*_` \n-1。", max_size=12), max_size=6), st.text("甲乙*_` -1。", max_size=8))
def test_marking_changes_no_text(lines: list[str], quote: str):
    blocks = markdown_blocks("\n".join(lines))
    marked = mark_sentences(blocks, {1: (quote, "error")})
    plain = [["".join(run.text for run in runs) for runs in passages(one)] for one in (blocks, marked)]
    assert plain[0] == plain[1]
