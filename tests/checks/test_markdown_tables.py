"""Tables that stand in the prose as Markdown: their totals, and their figures against the form and own tables."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks.findings import Finding
from govreport.checks.prose.reader import check_prose
from govreport.filing import OwnTable
from govreport.filing.filing import Filing

CELLS = {
    "applications.new.total": 36, "applications.new.natural": 30, "applications.new.business": 6,
    "applications.new.research": 0, "applications.new.public_welfare": 0, "applications.new.legal_service": 0,
    "applications.new.other": 0, "applications.granted.total": 22,
}  # fmt: skip


def findings(*rows: str, above: str = "", tables: str = "") -> list[Finding]:
    filing = Filing.from_cells("shili-archives", "示例市档案局", 2022, CELLS)
    own = {"platforms": OwnTable.read(tables, "platforms")} if tables else {}
    head, *body = (f"| {row.replace(',', ' | ')} |" for row in rows)
    text = "\n".join((above, "", head, f"|{'---|' * (rows[0].count(',') + 1)}", *body, "", "以上。"))
    return check_prose(replace(filing, tables=own), {1: text})


def told(found: list[Finding]) -> list[tuple[str, str, str | None]]:
    return [(one.severity, one.rule, one.quote) for one in found]


def test_a_total_that_its_rows_or_columns_do_not_make_is_a_warning() -> None:
    found = findings("类别,条数", "动态,31", "公告,6", "合计,99")
    assert told(found) == [("warning", "N2", "合计 | 99")]
    assert "“条数”列的“合计”为99，其余各行之和为37，相差62" in found[0].message
    assert told(findings("类别,上半年,下半年,合计", "动态,3,4,8")) == [("warning", "N2", "动态 | 3 | 4 | 8")]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6))
def test_a_table_that_adds_up_is_silent(figures: list[int]) -> None:
    rows = [f"动态{n},{figure}" for n, figure in zip("甲乙丙丁戊己", figures, strict=False)]
    assert not findings("类别,条数", *rows, f"合计,{sum(figures)}")


def test_a_figure_that_is_not_the_forms_is_an_error_that_quotes_its_row() -> None:
    found = findings("申请人,新收申请（件）", "自然人,31", "法人或其他组织,6", "合计,37")
    assert told(found) == [("error", "N1", "自然人 | 31"), ("error", "N1", "合计 | 37")]
    assert found[0].cells == ("applications.new.natural",)


def test_a_figure_in_a_table_is_read_as_the_page_shows_it() -> None:
    found = findings("申请人,新收申请（件）", "自然人,3&#49;", "法人或其他组织,&nbsp;6")
    assert told(found) == [("error", "N1", "自然人 | 3&#49;")] and found[0].identities[0].stated == 31


def test_a_figure_that_is_not_an_own_tables_is_an_error() -> None:
    own = "平台,发布信息（条）\n门户网站,120\n微信公众号,86\n"
    (found,) = findings("平台,发布信息（条）", "门户网站,102", "微信公众号,**86**", tables=own)
    assert found.cells == ("tables.platforms.门户网站.发布信息（条）",)


@pytest.mark.parametrize(
    ("above", "rows"),
    [
        ("", ("申请人,新收申请（件）", "自然人,30", "法人或其他组织,6", "合计,36")),
        ("", ("项目,件数", "新收申请,36", "予以公开,22")),
        ("", ("部门,新收申请（件）", "教育局,30", "民政局,16", "合计,46")),
        ("上年情况：", ("申请人,新收申请（件）", "自然人,20", "合计,20")),
        ("全市各部门情况如下：", ("申请人,新收申请（件）", "自然人,200", "合计,200")),
        ("", ("年度,新收申请,办结", "2021年,20,19", "2022年,36,35")),
        ("行政许可办件情况：", ("申请人,件数", "自然人,400", "企业,60")),
        ("", ("类别,条数,占比", "动态,3,30.0%", "公告,7,70.0%", "合计,10,100%")),
        ("", ("类别,条数", "动态,3", "其中原创,2", "合计,3")),
        ("", ("申请人,新收申请", "自然人,**3**0", "合计,三十")),
        ("", ("类别,条数", "动态,3,4", "合计,9")),
    ],
)
def test_what_is_right_or_of_others_is_silent(above: str, rows: tuple[str, ...]) -> None:
    assert not findings(*rows, above=above)


@pytest.mark.parametrize("corner", ["渠道", "申请方式", "来源"])
@pytest.mark.parametrize("column", ["新收申请（件）", "新收（件）", "件数"])
def test_rows_that_part_a_cell_in_another_way_are_no_cells(corner: str, column: str) -> None:
    above = "全年新收政府信息公开申请情况如下："
    rows = ("网络,22", "当面,3", "信函申请,5", "其他,6")
    assert not findings(f"{corner},{column}", *rows, "合计,36", above=above)
    assert not findings(f"{corner},网络,当面,其他,合计", f"{column},22,8,6,36", above=above)
    (found,) = findings(f"{corner},{column}", *rows, "合计,63", above=above, tables="")[:1]
    assert found.rule in ("N1", "N2")


def test_other_outcomes_of_disputes_are_cells() -> None:
    filing = Filing.from_cells("shili-archives", "示例市档案局", 2022, {"disputes.reconsideration.other": 2})
    text = "行政复议情况：\n\n| 结果 | 行政复议（件） |\n|---|---|\n| 其他结果 | 5 |\n"
    assert [found.rule for found in check_prose(filing, {4: text})] == ["N1"]


@given(st.text("|-: \\*\n3甲合计", max_size=60))
def test_no_table_stops_the_reader(text: str) -> None:
    check_prose(Filing.from_cells("shili-archives", "示例市档案局", 2022, CELLS), {1: text})
