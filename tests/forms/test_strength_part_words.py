"""The words of the parts, as checks on prose ask for them."""

from __future__ import annotations

from govreport.forms.part_vocabulary import part_words


def test_parts_one_five_and_six_must_have_words_and_their_headings_are_known() -> None:
    headings = part_words().headings
    assert [heading.prose for heading in headings] == [True, False, False, False, True, True]
    texts = [
        "总体情况",
        "主动公开政府信息情况",
        "收到和处理政府信息公开申请情况",
        "行政复议、行政诉讼情况",
        "存在的主要问题",
        "其他需要报告的事项",
    ]
    assert all(heading.pattern.search(text) for heading, text in zip(headings, texts, strict=True))


def test_part_one_has_five_aspects_of_which_the_last_lists_three() -> None:
    aspects = part_words().aspects
    names = ["主动公开", "依申请公开", "政府信息管理", "政府信息公开平台建设", "监督保障"]
    assert [aspect.name for aspect in aspects] == names
    assert [[one.name for one in aspect.topics] for aspect in aspects] == [[]] * 4 + [
        ["工作考核", "社会评议", "责任追究"]
    ]
    texts = ["主动公开信息", "依申请公开", "文件审核", "网站栏目", "监督保障"]
    assert all(aspect.pattern.search(text) for aspect, text in zip(aspects, texts, strict=True))
    assert all(one.pattern.search(text) for one, text in zip(aspects[4].topics, ["考核", "评议", "追究"], strict=True))


def test_the_fee_is_asked_for_in_part_six_from_its_year_on() -> None:
    fees = part_words().fees
    assert (fees.since, fees.part) == (2021, 6)
    assert fees.words and not {"since", "part"} & fees.words.keys()


def test_phrases_stand_with_the_longest_first() -> None:
    lengths = [len(phrase) for phrase in part_words().phrases]
    assert lengths == sorted(lengths, reverse=True) and lengths[0] > lengths[-1]
    assert "件" in part_words().units
