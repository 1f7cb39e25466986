"""Whose a report is: the name without what a line calls it, also of archives and of districts."""

from __future__ import annotations

import pytest

from govreport.exchange.readers.text_reader import read_text_document
from govreport.exchange.recognise.published import report_of
from govreport.exchange.recognise.report_heading import agency_in, read_title


@pytest.mark.parametrize("label", ["标题：", "名　　称: ", "信息名称：", "【标题】：", "题名:"])
def test_what_a_line_calls_a_title_is_no_part_of_it(label: str):
    title = read_title(f"{label}示例市粮食局2024年政府信息公开工作年度报告")
    assert title
    assert (title.lines, title.agency) == (("示例市粮食局2024年政府信息公开工作年度报告",), "示例市粮食局")


def test_a_name_with_such_a_word_in_it_stays_whole():
    title = read_title("示例市地名名称办公室2024年政府信息公开工作年度报告")
    assert title and title.agency == "示例市地名名称办公室"


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("本报告依照条例编写，由样县档案馆汇总。", "样县档案馆"),
        ("本年度报告由示例市图书馆编制。", "示例市图书馆"),
        ("现将某某区2023年政府信息公开工作年度报告公布如下。", "某某区"),
        ("按照要求，样例县编制了本报告。", "样例县"),
        ("本报告由本区编制。", ""),
        ("本报告由本局编制。", ""),
    ],
)
def test_archives_and_districts_are_known_by_what_the_report_says(sentence: str, name: str):
    assert agency_in([sentence]) == name


def test_the_name_of_an_archive_above_the_title_is_the_agencys():
    title = read_title("某某区档案馆", "2023年政府信息公开工作年度报告")
    assert title and title.agency == "某某区档案馆"


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        ("样例镇人民政府", "样例镇人民政府"),
        ("虚构市样例镇人民政府", "虚构市样例镇人民政府"),
        ("样例镇人民政府办公室", "样例镇"),
        ("样例镇", "样例镇"),
    ],
)
def test_a_title_that_names_a_town_means_its_government_where_that_signs(signature: str, name: str):
    told = ["样例镇2023年政府信息公开工作年度报告", "一、总体情况", "正常开展。", "二、主动公开政府信息情况", "无。"]
    report = "\n".join([*told, "六、其他需要报告的事项", "无其他需要报告的事项。", signature, "2024年1月9日"])
    assert report_of(read_text_document(report.encode(), "a.txt"), "a.txt").name == name


@pytest.mark.parametrize(
    "before",
    [
        "",
        "首页 > 信息公开 > 年度报告 ",
        "发布日期：2024-01-19 16:02 来源：样市政府网 浏览次数：117 ",
        "发布时间： 2024-01-19 字体：大 中 小 打印 ",
        "首页 » 年度报告 2024-01-19 【字体： 大 中 小 】 打印本页 分享到 ",
        "索引号：X-2024-01 标题：",
    ],
)
@pytest.mark.parametrize(
    "after", ["", "来源：样市政府网 浏览次数：117 ", "发布日期：2024-01-19 16:02 字体：大 中 小 打印 "]
)
@pytest.mark.parametrize("title", ["样县 水利局 2023年政府信息公开工作年度报告", "样县水利局2023年度政府信息公开年报"])
def test_what_a_site_writes_around_a_title_in_running_text_is_no_part_of_it(before: str, after: str, title: str):
    told = "本报告由样县水利局编制，统计期限为2023年1月1日至12月31日。 一、总体情况 正常开展。 二、主动公开政府信息情况"
    rows = (
        "规章 0 0 0 行政规范性文件 3 0 3 第二十条第（五）项 信息内容 本年处理决定数量 行政许可 4 行政处罚 1 行政强制 0"
    )
    found = report_of(read_text_document(f"{before}{title} {after}{told} {rows}".encode(), "a.txt"), "a.txt")
    assert (found.name, found.filing.year) == ("样县水利局", 2023)
    assert "".join(found.filing.title) == title.replace(" ", "")
    assert found.filing.narrative.parts[0].text.startswith("本报告由")
