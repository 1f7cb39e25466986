"""Prose that speaks of tables of one's own: figures typed by hand are read against them, and right ones left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govreport.checks.findings import Finding
from govreport.checks.prose.reader import check_prose
from govreport.filing import OwnTable
from govreport.filing.expressions import Scope, evaluate
from govreport.filing.filing import Filing

PLATFORMS = "平台,发布信息（条）,阅读量（万次）,备注\n门户网站,120,35.6,\n微信公众号,86,12.40,政务号\n合计,206,48,\n"
TRAININGS = "类别,举办（场）,费用（万元）\n业务培训,12,1.25\n专题讲座,5,0.4\n其他,3,\n"
CHANNELS = "渠道,申请数（件）\n网络,20\n信函,10\n当面,6\n合计,36\n"


def filing(year: int = 2022, **tables: str) -> Filing:
    made = Filing.from_cells("shili-archives", "示例市档案局", year, {"applications.new.total": 36})
    return replace(made, tables={key: OwnTable.read(text, key) for key, text in tables.items()})


def findings(text: str, last: Filing | None = None) -> list[Finding]:
    return check_prose(filing(platforms=PLATFORMS, trainings=TRAININGS, channels=CHANNELS), {1: text}, last)


def told(text: str) -> list[tuple[str, str, object, object]]:
    found = [(finding.rule, finding.cells, finding.identities[0]) for finding in findings(text)]
    return [(rule, " ".join(cells), first.stated, first.expected) for rule, cells, first in found]


@pytest.mark.parametrize(
    ("text", "cell", "stated", "expected"),
    [
        ("微信公众号发布信息999条。", "platforms.微信公众号.发布信息（条）", 999, 86),
        ("各平台共发布信息999条。", "platforms.合计.发布信息（条）", 999, 206),
        ("发布信息260条，其中门户网站120条、微信公众号98条。", "platforms.微信公众号.发布信息（条）", 98, 86),
        ("发布信息206条，其中门户网站120条、微信公众号68条。", "platforms.微信公众号.发布信息（条）", 68, 86),
        ("发布信息：门户网站120条、微信公众号96条。", "platforms.微信公众号.发布信息（条）", 96, 86),
        ("门户网站、微信公众号分别发布信息120条、68条。", "platforms.微信公众号.发布信息（条）", 68, 86),
        ("微信公众号信息发布量达96条。", "platforms.微信公众号.发布信息（条）", 96, 86),
        ("全年微信公众号累计发布信息96条。", "platforms.微信公众号.发布信息（条）", 96, 86),
        ("门户网站阅读量36.5万次。", "platforms.门户网站.阅读量（万次）", 36.5, 35.6),
        ("举办业务培训21场。", "trainings.业务培训.举办（场）", 21, 12),
        ("业务培训费用12500元，专题讲座费用0.9万元。", "trainings.专题讲座.费用（万元）", 0.9, 0.4),
        ("收到申请36件，其中网络申请22件、信函申请10件、当面申请4件。", "", 0, 0),
    ],
)  # fmt: skip
def test_a_figure_typed_by_hand_that_differs_from_a_table_of_ones_own_is_an_error(
    text: str, cell: str, stated: float, expected: float
) -> None:
    found = [(name, float(str(one)), float(str(other))) for rule, name, one, other in told(text) if rule == "N1"]
    cells = {"tables.channels.网络.申请数（件）": (22.0, 20.0), "tables.channels.当面.申请数（件）": (4.0, 6.0)}
    named = {f"tables.{cell}": (stated, expected)} if cell else cells
    assert found == [(name, *figures) for name, figures in named.items()]


def test_rows_that_are_named_together_are_added_up() -> None:
    (finding,) = findings("门户网站和微信公众号共发布信息226条。")
    assert finding.cells == ("tables.platforms.门户网站.发布信息（条）", "tables.platforms.微信公众号.发布信息（条）")
    assert "“门户网站”的“发布信息（条）”120＋“微信公众号”的“发布信息（条）”86，合计为206，相差20" in finding.message


def test_a_column_that_only_counts_is_meant_where_other_rows_are_borne_out() -> None:
    kinds = OwnTable.read("类别,数量（条）\n机构职能,31\n财政信息,47\n政策文件,12\n合计,90\n", "kinds")
    made = replace(filing(), tables={"kinds": kinds})
    (finding,) = check_prose(made, {1: "公开机构职能31条、财政信息47条、政策文件21条。"})
    assert finding.cells == ("tables.kinds.政策文件.数量（条）",)
    assert not check_prose(made, {1: "解读政策文件21条，回应财政信息8条。"})


def test_figures_of_a_column_in_ten_thousands_bear_it_out_in_either_unit() -> None:
    kinds = OwnTable.read("类别,数量（万条）\n机构职能,3.1\n财政信息,4.7\n政策文件,1.2\n", "kinds")
    made = replace(filing(), tables={"kinds": kinds})
    for text in (
        "公开机构职能3.1万条、财政信息4.7万条、政策文件2.1万条。",
        "公开机构职能31000条、财政信息47000条、政策文件21000条。",
    ):
        (finding,) = check_prose(made, {1: text})
        assert finding.cells == ("tables.kinds.政策文件.数量（万条）",)


def test_a_table_that_names_no_unit_counts_what_prose_counts() -> None:
    table = OwnTable.read("平台,发布信息\n门户网站,120\n微信公众号,86\n", "platforms")
    (finding,) = check_prose(replace(filing(), tables={"platforms": table}), {1: "微信公众号发布信息68条。"})
    assert finding.cells == ("tables.platforms.微信公众号.发布信息",)


def test_the_figures_of_a_table_of_ones_own_are_never_flagged() -> None:
    assert not findings(
        "全年通过网站和新媒体发布信息206条，其中门户网站120条、微信公众号86条。门户网站阅读量35.6万次。各平台共发布信息206条。"
        "举办业务培训12场，费用1.25万元。收到申请36件，其中网络20件、信函10件、当面6件。"
    )


@pytest.mark.parametrize(
    "text",
    [
        "去年微信公众号发布信息75条。",
        "2021年，门户网站发布信息100条，微信公众号发布信息75条。",
        "上半年微信公众号发布信息40条。",
        "计划2023年微信公众号发布信息200条以上。",
        "自2019年开通以来，微信公众号发布信息1860条。",
        "微信公众号累计发布信息1860条。",
        "2022年12月底，门户网站累计发布信息11.6万条，其中2022年新增120条。",
        "截至2022年底，各平台累计发布信息5.8万条。",
        "微信公众号平均每月发布信息7条。",
        "微信公众号较上年多发布信息12条。",
        "门户网站发布信息由100条增至120条。",
    ],
)
def test_figures_of_another_time_are_not_those_of_the_table(text: str) -> None:
    assert not findings(text)


@pytest.mark.parametrize(
    "text",
    [
        "全市微信公众号发布信息860条。",
        "全系统发布信息860条，其中门户网站400条、微信公众号460条。",
        "区融媒体中心微信公众号发布信息30条。",
        "区融媒体中心发布信息300条，其中门户网站200条、微信公众号100条。",
        "示例区教育局门户网站发布信息30条、微信公众号发布信息20条。",
        "各区县平台共发布信息2060条。",
        "通过市政府门户网站发布信息30条。",
        "信息公开平台发布信息5000条。",
        "本年度门户网站、微信公众号及其他平台共发布信息300条。",
        "通过门户网站等平台发布信息300条。",
        "其余各平台发布信息300条。",
    ],
)
def test_figures_of_another_scope_are_not_those_of_the_table(text: str) -> None:
    assert not findings(text)


@pytest.mark.parametrize(
    "text",
    [
        "收到网民留言86条，其中微信公众号30条、门户网站56条。",
        "门户网站发布信息120条，收到留言50条，微信公众号30条。",
        "微信公众号发布政策解读信息12条。",
        "微信公众号发布原创信息30条。",
        "门户网站、微信公众号分别发布政策解读信息12条、8条。",
        "门户网站发布信息被采用30条。",
        "门户网站未发布信息12条。",
        "门户网站首页发布信息50条。",
        "微信公众号单篇最高阅读量3.2万次。",
        "督促整改门户网站发布信息错误3条。",
        "网络申请办结18件。",
        "全年发布信息1500条，其中门户网站120条、微信公众号86条。",
        "全年发布信息400条，其中门户网站120条、微信公众号86条、政务公开栏194条。",
        "微信公众号发布信息86条，其中政策解读类12条。",
        "门户网站发布信息比微信公众号多34条。",
    ],
)
def test_figures_of_another_subject_are_not_those_of_the_table(text: str) -> None:
    assert not findings(text)


def test_growth_is_read_against_last_years_table_of_the_same_name() -> None:
    last = filing(2021, platforms=PLATFORMS.replace(",86,", ",80,"))
    assert not findings("微信公众号发布信息86条，同比增长7.5%。", last)
    (finding,) = findings("微信公众号发布信息86条，同比增长17.5%。", last)
    assert finding.rule == "N4" and str(finding.identities[0].expected) == "7.5"


def test_last_years_figures_are_held_to_last_years_table() -> None:
    last = filing(2021, platforms=PLATFORMS.replace(",86,", ",80,"))
    assert not findings("去年微信公众号发布信息80条。", last)
    (finding,) = findings("去年微信公众号发布信息90条。", last)
    assert (finding.rule, finding.identities[0].expected) == ("N1", 80)


def test_a_total_that_stands_twice_in_a_table_counts_once() -> None:
    made = replace(filing(), tables={"platforms": OwnTable.read(f"{PLATFORMS}总计,206,48,\n", "platforms")})
    assert not check_prose(made, {1: "各平台共发布信息206条。"})


def test_of_two_totals_in_a_table_the_last_is_that_of_all() -> None:
    text = "各平台共发布信息9条。"
    nested = filing(platforms="平台,发布信息（条）\n网站,3\n公众号,2\n合计,5\n广播,4\n总计,9\n")
    assert list(check_prose(nested, {1: text})) == []
    assert evaluate("tables.platforms.total", Scope(nested)) == "9"


def test_labels_with_any_characters_do_no_harm() -> None:
    table = OwnTable.read("'\"\\,a\x7fb（条）,2022年（条）\n“甲、乙”'公众号,1,2\n12345热线,3,4\n其他,5,6\n", "odd")
    made = replace(filing(), tables={"odd": table})
    assert not check_prose(made, {1: "12345热线受理3条，其他9条，“甲、乙”'公众号发布信息8条。"})
