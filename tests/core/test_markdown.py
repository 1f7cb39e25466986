"""Markdown means what a writer of Chinese means by it, and no text of it takes long."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.html_walk import parse_html
from govreport.core.markdown import DEEPEST, LONGEST_MARKDOWN, TOO_DEEP, markdown_html


def inner(text: str) -> str:
    """The HTML of one paragraph, bold as [..], italic as {..}, struck out as (..)."""
    html = markdown_html(text).strip().removeprefix("<p>").removesuffix("</p>")
    for tag, (opens, closes) in {"strong": "[]", "em": "{}", "s": "()"}.items():
        html = html.replace(f"<{tag}>", opens).replace(f"</{tag}>", closes)
    return unescape(html.replace("<span> </span>", " "))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("**主动公开。**全年公开186条。", "[主动公开。]全年公开186条。"),
        ("推进**“放管服”**改革，落实**《条例》**要求", "推进[“放管服”]改革，落实[《条例》]要求"),
        ("受理**（含网上）**3件", "受理[（含网上）]3件"),
        ("受理**(含网上)**3件", "受理[(含网上)]3件"),
        ("做到**“三公开”、“五统一”**。", "做到[“三公开”、“五统一”]。"),
        ("2023年**“示例”**2件", "2023年[“示例”]2件"),
        ("*注：*数据截至年底", "{注：}数据截至年底"),
        ("***重点。***其余", "{[重点。]}其余"),
        ("推进__“放管服”__改革", "推进[“放管服”]改革"),
        ("~~原定5件（含网上）~~改为6件", "(原定5件（含网上）)改为6件"),
        ("**甲：**3件；**乙：**5件", "[甲：]3件；[乙：]5件"),
        ("**第一，**要做；**第二，**要做", "[第一，]要做；[第二，]要做"),
        ("于20__年__月__日报送", "于20__年__月__日报送"),
        ("见附件_2023_总表.xlsx", "见附件_2023_总表.xlsx"),
        ("3~5件，6~8项", "3~5件，6~8项"),
        ("计算 2 * 3 * 4", "计算 2 * 3 * 4"),
        ("共2*3*4件", "共2*3*4件"),
        ("第3~~5批、2022~~2023年", "第3~~5批、2022~~2023年"),
        ("5**3、a**b，2**3、4**5", "5**3、a**b，2**3、4**5"),
        ("示政办[2023](5)号、公开[12](件)，见[注](1)", "示政办[2023](5)号、公开[12](件)，见[注](1)"),
        ("见![图](流程)。\n\n[注]: 甲", "见![图](流程)。</p>\n<p>[注]: 甲"),
        ("甲\n---", "甲</p>\n<hr />"),
        ("甲\n===", "甲 ==="),
        ("    全年**公开**3件", "全年[公开]3件"),
        (r"\*\*原样\*\*。", "**原样**。"),
    ],
)
def test_emphasis_stands_beside_chinese_punctuation_as_its_writer_means_it(written: str, meant: str) -> None:
    assert inner(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("我买了**苹果。**她没有", "我买了[苹果。]她没有"),
        ("他说**「好」**就走", "他说[「好」]就走"),
        ('他说**"OK"**就走', '他说["OK"]就走'),
        ("花了**$100**元", "花了[$100]元"),
        ("学**C#**和**F#**语言", "学[C#]和[F#]语言"),
        ("请看**[说明](a.md)**的话", '请看[<a href="a.md">说明</a>]的话'),
        ("请看**`x`**的话", "请看[<code>x</code>]的话"),
        ("选**④**项", "选[④]项"),
        ("__注__：正文", "[注]：正文"),
        ("正文：__注__", "正文：[注]"),
        ("甲~~乙（丙）~~丁", "甲(乙（丙）)丁"),
        ("葛\U000e0100**(甲)**", "葛\U000e0100[(甲)]"),
        ("a**“b”**c", "a[“b”]c"),
        ('a*"foo"*', 'a*"foo"*'),
        ("a **(b)**c", "a **(b)**c"),
        ("foo_bar_baz", "foo_bar_baz"),
        ("**foo*bar*baz**", "[foo{bar}baz]"),
    ],
)
def test_emphasis_keeps_to_the_amendments_for_chinese_and_else_to_commonmark(written: str, meant: str) -> None:
    """Facts of the CJK-friendly Amendments and of CommonMark 0.31, in examples of our own."""
    assert inner(written) == meant


@pytest.mark.parametrize("row", ["| 甲 |", "| 甲 | 3 | 多 |", "| 甲 | `a\\|b` |", "甲 | 3"])
@pytest.mark.parametrize("lead", ["", "- ", "> "])
def test_a_table_is_one_with_short_and_long_rows_and_in_lists_and_quotations(row: str, lead: str) -> None:
    rest = " " * len(lead) if lead == "- " else lead
    root = parse_html(markdown_html("\n".join([f"{lead}| 项 | 数 |", f"{rest}|---|--:|", f"{rest}{row}"])))
    assert root is not None
    (table,) = root.iter("table")
    assert [[cell.get("style") for cell in line] for line in table.iter("tr")] == [[None, "text-align:right"]] * 2
    assert "甲" in table.text_content() and "|" not in table.text_content().replace("a|b", "")


@pytest.mark.parametrize(
    "text",
    ["[注]: 本表数据截至年底。", "[^1]: 口径见附件。", "甲\n\n<!-- 没有结束的说明", "甲<?没有结束",
     "甲\n\n<script>没有结束",
     "甲<style>没有结束\n\n乙", "<svg><b>甲</b>", "<!DOCTYPE 甲",
     "[信息公开专栏]: http://shili.example/xxgk", "[附件1]: files/a.pdf\n[附件]: 学校名单.pdf", "- [附件]: 名单.pdf"],
)  # fmt: skip
def test_nothing_that_was_written_is_lost_in_silence(text: str) -> None:
    root = parse_html(markdown_html(f"{text}\n\n末尾"))
    assert root is not None
    shown = "".join(part for part in root.itertext() if part.strip())
    assert "".join(re.findall("[一-龥]", text)) in "".join(re.findall("[一-龥]", shown)) and "末尾" in shown
    assert not [element for element in root.iter() if element.tag in ("script", "style", "svg")]


@pytest.mark.parametrize(
    ("text", "second"),
    [
        ("全年3件[^1]。\n\n[^1]: 不含结转。\n\n又2件[^1]。\n\n[^1]: 含结转。", "<p>[^1]: 含结转。</p>"),
        ("甲[^1]\n\n[^1]: 注一\n\n[^1]: files/注二.pdf", "<p>[^1]: files/注二.pdf</p>"),
        ("见[附件]。\n\n[附件]: 名单.pdf\n[附件]: 另一份.pdf", "</a>: 另一份.pdf</p>"),
    ],
)
def test_what_stands_under_a_label_that_is_there_already_is_printed_as_it_stands(text: str, second: str) -> None:
    html = markdown_html(text)
    assert second in html and html.count("<p>") == text.count("\n\n") + 1


def test_a_definition_that_a_link_refers_to_makes_the_link_and_prints_nothing() -> None:
    for text in ("见[附件]。\n\n[附件]: a.pdf", "见[附件]：乙\n\n[附件]: a.pdf", "- [附件]: a.pdf\n- 见[名单][附件]",
                 "[Web]: http://shili.example\n\n[ web]：见此"):  # fmt: skip
        html = markdown_html(text)
        assert html.count("<a ") == 1 and "]" not in html and not re.search(r">[^<]*(?:a\.pdf|http)", html)


@given(st.text("甲乙，。“（）*_~`[]<>!|#-: \n1a", max_size=60))
def test_every_chinese_character_of_a_text_is_in_its_html(text: str) -> None:
    html = markdown_html(text)
    assert all(html.count(letter) >= text.count(letter) for letter in "甲乙")


def test_what_is_too_deep_or_too_long_is_told() -> None:
    assert TOO_DEEP in markdown_html("> " * DEEPEST + "甲") and TOO_DEEP not in markdown_html("> " * 30 + "甲")
    assert "超过100,000个字符" in markdown_html("甲" * (LONGEST_MARKDOWN + 1))


UNITS = [
    "[", "![", "[a](", "[a][", "[[]", "*[", "*", " *a", "**甲。**", "_", " _a", "`", "<", "<!--", "<a", '<a b="', "$",
    "$a ",
    "~~", " ~~a", "|", "|a|b\n", "> ", "- ", "1. ", "[^", "[^a]", "{{", "\\", "&", "](", "a\n=\n", "<script>",
    "<div>\n\n",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_markup_that_is_opened_and_never_closed_takes_no_longer_than_its_length(unit: str) -> None:
    """Twice the text takes about twice the time: four times would be a quadratic step."""

    def seconds(length: int) -> float:
        start = time.process_time()
        markdown_html(unit * (length // len(unit)))
        return time.process_time() - start

    most = 3 * min(seconds(8_000) for _ in range(3)) + 0.05
    assert any(seconds(16_000) < most for _ in range(3)), "each may be disturbed, but not all"
