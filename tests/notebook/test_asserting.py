"""Assertions in a notebook: what does not hold is a finding of the opened report, and travels with the notebook."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

import govreport
from govreport.core import mime
from govreport.core.errors import GovReportError, InconsistentReportError
from govreport.notebook.report import Report
from tests.support.projects import GOOD, YEAR, make_project, write_notebook

WRONG = pd.DataFrame({"发布": [3, 2, 6]}, index=["网站", "微信", "合计"])


@pytest.fixture
def report(tmp_path: Path) -> Iterator[Report]:
    root = make_project(tmp_path / "city", GOOD)
    folder = root / "data" / GOOD / str(YEAR) / "tables"
    folder.mkdir()
    (folder / "platforms.csv").write_text("平台,发布\n网站,3\n微信,2\n合计,5\n", encoding="utf-8")
    write_notebook(root, 'report.table("platforms")')
    yield Report.open(GOOD, YEAR, root)
    Report.opened = None


def test_a_finding_is_among_those_of_the_opened_report_until_it_holds(report: Report) -> None:
    found = govreport.assert_equals("tables.platforms.total", "applications.new.total")
    assert found and list(report.findings) == [found] and found.agency == GOOD
    with pytest.raises(InconsistentReportError, match="“合计”的“发布”为5"):
        report.assert_consistent()
    (report.project.data / GOOD / str(YEAR) / "tables/platforms.csv").write_text("平台,发布\n网站,6\n", "utf-8")
    report.filing.reload()
    assert govreport.assert_equals("tables.platforms.total", "applications.new.total") is None
    assert report.findings == ()


def test_a_table_that_is_mended_is_asserted_anew(report: Report) -> None:
    assert govreport.assert_adds_up(WRONG) and len(report.findings) == 1
    assert govreport.assert_adds_up(WRONG.replace(6, 5)) is None and report.findings == ()


def test_a_report_that_is_opened_again_knows_no_earlier_assertions(report: Report) -> None:
    assert govreport.assert_adds_up(WRONG)
    assert Report.open(GOOD, YEAR, report.project.root).findings == ()


def test_an_assertion_needs_no_report_unless_it_names_a_cell() -> None:
    Report.opened = None
    found = govreport.assert_adds_up(WRONG)
    assert found and (found.agency, found.year) == (None, None)
    with pytest.raises(GovReportError, match="还没有打开报告"):
        govreport.assert_equals(3, "applications.new.total")


def test_a_finding_is_shown_and_what_holds_shows_as_nothing(report: Report) -> None:
    found = govreport.assert_adds_up(WRONG)
    assert found and "其余各行之和为5" in found._repr_mimebundle_()["text/html"]
    assert govreport.assert_adds_up(WRONG[:2], "网站") is not None
    assert govreport.assert_between(WRONG, 0) is None


def test_each_assertion_of_a_cell_leaves_its_finding_in_the_notebook(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[dict[str, Any]] = []
    shell = InteractiveShell.instance()
    monkeypatch.setattr(shell.display_pub, "publish", lambda data, **_: published.append(data))
    try:
        govreport.assert_adds_up(WRONG)
        govreport.assert_between(WRONG, high=4)
        govreport.assert_between(WRONG, high=9)
    finally:
        InteractiveShell.clear_instance()
    assert [data[mime.ASSERTION]["rule"] for data in published] == ["S1", "S4"]


def test_a_table_of_the_folder_is_shown_by_its_name_and_can_be_changed(report: Report) -> None:
    view = report.table("platforms", caption="发布情况", unit="条", notes=["按日统计"], total="总计")
    texts = [[cell.text for cell in row] for row in view.table.body]
    assert view.table.caption == "发布情况（单位：条）" and view.table.numbered and view.table.key == "platforms"
    assert texts[-2:] == [["总计", "5"], ["注：按日统计"]] and view.mark == mime.SOURCE
    frame = report.filing.frame("platforms")
    frame.loc["网站", "发布"] = 4  # its own copy: no figure of the filing changes
    assert report.filing.frame("platforms").loc["网站", "发布"] == 3


def test_a_table_that_a_year_lacks_is_told_with_what_shows_it_in_the_years_that_have_it(report: Report) -> None:
    with pytest.raises(GovReportError) as caught:
        report.table("channels", caption="渠道")
    told, advice = str(caught.value).rstrip("。").split("请写 ")
    assert f"{YEAR}年的政府信息公开工作年度报告，资料中没有 tables/channels.csv" in told
    assert eval(advice, {"report": report}) is None
    assert eval(advice.replace("channels", "platforms"), {"report": report}).table.caption == "题目"


def test_a_statutory_table_is_also_made_of_the_filing_that_a_notebook_edits(report: Report) -> None:
    made, frozen = (govreport.statutory_table(f, "disputes").table for f in (report.filing, report.filing.current))
    assert made == frozen


def test_a_total_that_is_shown_is_added_up_although_nobody_asserts_it(report: Report) -> None:
    view = report.table(WRONG, caption="渠道", key="channels")
    (found,) = report.findings
    assert (found.severity, found.agency, found.identities[0].difference) == ("warning", GOOD, 1)
    assert "“合计”为6，其余各行之和为5" in found.message and mime.ASSERTION in view._repr_mimebundle_()
    assert govreport.assert_adds_up(WRONG) and [found.severity for found in report.findings] == ["error"]
    report.table(WRONG.replace(6, 5), caption="渠道", key="channels")
    assert govreport.assert_adds_up(WRONG.replace(6, 5)) is None and report.findings == ()
    frame = report.filing.frame("platforms")
    report.table(frame[frame["发布"] > 2], caption="大平台", key="platforms")
    assert "表 platforms “发布”列的“合计”为5，其余各行之和为3" in report.findings[0].message


def test_a_wrong_total_of_the_folder_is_told_once_although_it_is_shown(report: Report) -> None:
    (report.project.data / GOOD / str(YEAR) / "tables/platforms.csv").write_text(
        "平台,发布,转发\n网站,3,1\n合计,5,2\n", "utf-8"
    )
    report.filing.reload()
    assert len(report.findings) == 1
    report.table("platforms", caption="发布情况")
    assert len(report.findings) == 1


def test_a_note_on_rounding_and_rates_need_no_sum(report: Report) -> None:
    frame = pd.DataFrame({"收件": [10, 20, 30], "办结率（%）": [95, 90, 92]}, index=["甲", "乙", "合计"])
    report.table(frame, caption="办结")
    report.table(WRONG, caption="渠道", notes="因四舍五入，合计与分项之和不等。")
    assert report.findings == ()


def test_a_column_that_cannot_be_added_up_is_told(report: Report) -> None:
    frame = pd.DataFrame(
        {"收件": ["1,204", "20"], "办结率（%）": [95, 90], "满意": ["95%", "90%"], "约": ["约20", "3"],
         "建成": ["2015年3月", "2016年4月"], "负责": ["甲", "乙"]}, index=["甲", "乙"],
    )  # fmt: skip
    view = report.table(frame, caption="渠道", total="合计")
    assert [cell.text for cell in view.table.body[-1]] == ["合计", "1224", "", "", "", "", ""]
    assert report.findings[0].message == (
        "“渠道”的“办结率（%）”“满意”“约”列没有加出“合计”，因为比率、排名等和文字不能相加；请自己写出这一行。"
    )


def test_a_total_that_words_do_not_settle_stays_blank_and_the_row_is_named(report: Report) -> None:
    counts = {"上年": 5, "网站总数": 4, "本年新收": 3}
    view = report.table(pd.DataFrame({"件数": counts}), caption="收件", total="合计")
    assert [cell.text for cell in view.table.body[-1]] == ["合计", ""]
    told = "“收件”的“件数”列没有加出“合计”，因为从行名看不出“上年”“网站总数”是否应相加；请自己写出这一行。"
    assert [finding.message for finding in report.findings] == [told]


def test_what_earlier_years_left_is_added_to_what_is_new(report: Report) -> None:
    view = report.table(pd.DataFrame({"件数": {"上年转入": 5, "本年新收": 3}}), caption="收件", total="合计")
    assert [cell.text for cell in view.table.body[-1]] == ["合计", "8"] and report.findings == ()


def test_a_statutory_table_that_was_changed_in_python_is_not_shown_under_its_name(report: Report) -> None:
    frame = report.filing.frame("applications")
    assert report.table(frame, caption="申请").table.key == "applications"
    changed = frame.copy()
    changed.loc["new", "total"] = 99
    for options in ({}, {"key": "applications"}):
        with pytest.raises(GovReportError, match=r"“申请”与 applications\.csv 同名（key），数字不同；"):
            report.table(changed, caption="申请", **options)
    assert report.table(changed, caption="申请", key="planned").table.key == "planned"


def test_formats_round_half_up_as_the_house_does() -> None:
    frame = pd.DataFrame({"万元": [0.125, Decimal("2.675")], "件": [2.5, -2.5], "占比": [0.125, 0.005]})
    view = govreport.table(frame, formats={"万元": "{:.2f}".format, "件": "{:.0f}".format, "占比": "{:.0%}".format})
    assert [[cell.text for cell in row] for row in view.table.body] == [["0.13", "3", "13%"], ["2.68", "-3", "1%"]]


def test_columns_are_printed_in_their_format() -> None:
    frame = pd.DataFrame({("量", "访问"): [12000, None], ("量", "占比"): [0.25, 0.1 + 0.2]}, index=["网站", "微信"])
    view = govreport.table(frame, formats={"访问": "{:,}".format, "量·占比": lambda figure: f"{figure:.2%}"})
    assert [[cell.text for cell in row] for row in view.table.body] == [
        ["网站", "12,000", "25.00%"], ["微信", "", "30.00%"],
    ]  # fmt: skip
    assert not view.table.numbered, "a table without a caption has no number"
    with pytest.raises(GovReportError, match="“阅读”不是列名"):
        govreport.table(frame, formats={"阅读": "{:,}".format})


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda report: report.table([[1, 2]], caption="发布"), "表应是 DataFrame 或 Series，这里是 list"),
        (lambda report: report.table(pd.DataFrame({"件数": range(20001)})), "表超过20,000格，不能排入"),
        (lambda report: report.table(WRONG, formats={"发布": "{:,}"}), "formats 中“发布”的写法应是函数"),
        (lambda report: report.filing.frame("websites"), "没有名为“websites”的表；可用的表：.*、platforms；这是"),
        (
            lambda report: report.table("platform"),
            "没有名为“platform”的表；可用的表：.*、platforms；是否应为 platforms。",
        ),
        (lambda report: report.chart("receive"), "没有名为“receive”的图；可用的图：.*；是否应为 received。"),
        (lambda report: govreport.assert_same(WRONG, WRONG, by="机构"), "by 应是两张表都有的列，不是每张表都有“机构”"),
        (
            lambda report: govreport.statutory_table("applications", report.filing),
            "第一个参数应是资料.*这里是 str：'app",
        ),
        (lambda report: govreport.statutory_table(report, "applications"), "第一个参数应是资料.*这里是 Report"),
        (lambda report: govreport.table(WRONG, total=True), "table 的 total 应是文字，这里是 bool：True；"),
        (lambda report: report.table(WRONG, 3), "table 的 caption 应是文字，这里是 int：3；"),
        (lambda report: govreport.table(WRONG, unit=["件"]), "table 的 unit 应是文字，这里是 list"),
        (lambda report: govreport.table(WRONG, key=3), "table 的 key 应是文字"),
        (lambda report: govreport.table(WRONG, notes=3), "table 的 notes 应是文字，几句的写成列表，这里是 int：3；"),
        (lambda report: govreport.table(WRONG, formats=["发布"]), "table 的 formats 应是字典.*这里是 list"),
        (lambda report: govreport.assert_adds_up(WRONG, total=True), "total 应是合计的行名或列名.*这里是 bool：True"),
        (lambda report: Report.open(GOOD, YEAR, 3), "项目应是文件夹的路径，这里是 int：3；"),
        (lambda report: govreport.Filing.from_cells("a", "甲局", "2023", {}), "年度应是整数，如 2023，这里是 str"),
        (lambda report: govreport.Filing.from_cells("a", "甲局", 2023, [1]), "cells 应是字典.*这里是 list"),
        (
            lambda report: report.filing.current.frame("websites"),
            "没有名为“websites”的表；可用的表：.*、platforms；这是",
        ),
        (lambda report: report.filing.set(3, 1), "没有名为“3”的单元格"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(report: Report, call: Callable[[Report], object], told: str) -> None:
    with pytest.raises(GovReportError, match=told):
        call(report)


WRONG_CALLS: dict[str, tuple[Callable[[Report], object], type[Exception], str]] = {
    "a year as text": (
        lambda report: Report.open(GOOD, "2023"),
        TypeError,
        "年度应是整数，如 2023，这里是 str：'2023'",
    ),  # type: ignore[arg-type]
    "year first": (lambda report: report.project.filing(2023, GOOD), TypeError, "机构应是代号或名称，写在年度之前"),  # type: ignore[arg-type]
    "no such part": (lambda report: report.section(7), GovReportError, "没有第 7 部分；报告有 6 个部分"),
    "a part as text": (lambda report: report.section("1"), TypeError, "部分应是整数"),  # type: ignore[arg-type]
    "no such table": (
        lambda report: govreport.statutory_table(report.filing.current, "x"),
        KeyError,
        "没有名为“x”的表",
    ),
    "a year that is not the one before": (
        lambda report: govreport.check(report.filing.current, report.filing.current),
        ValueError,
        "上年（2022年）的资料",
    ),
    "no filing": (lambda report: govreport.check(report.filing.current.cells), TypeError, "check 核对的应是资料"),  # type: ignore[arg-type]
    "no last year": (lambda report: govreport.check(report.filing.current, 2022), TypeError, "int：2022"),  # type: ignore[arg-type]
    "a figure as text": (
        lambda report: govreport.assert_equals("19", 19),
        ValueError,
        "“19”是文字；数请写 19，不加引号",
    ),
    "bounds reversed": (lambda report: govreport.assert_between(5, 10, 1), ValueError, "下限10大于上限1"),
    "no bounds": (lambda report: govreport.assert_between(5), ValueError, "没有写明上下限"),
}


@pytest.mark.parametrize("call", WRONG_CALLS)
def test_a_wrong_call_is_told_in_a_sentence_by_an_error_of_pythons_kind(
    report: Report, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(report.project.root)
    made, kind, told = WRONG_CALLS[call]
    with pytest.raises(kind) as caught:
        made(report)
    assert isinstance(caught.value, GovReportError) and told in str(caught.value) and str(caught.value).endswith("。")


FRAME = pd.DataFrame({"件": [1, 2]}, index=["甲", "乙"])
UNKNOWN_NAMES: dict[str, Callable[[Report], object]] = {
    "a cell": lambda report: report.filing["x.y.z"],
    "a cell of a group": lambda report: report.filing.applications["x.y"],
    "a cell of a filing as a value": lambda report: report.filing.current["x"],
    "a cell to set": lambda report: report.filing.set("nope.x", 1),
    "a cell to set by brackets": lambda report: report.filing.__setitem__("nope.x", 1),
    "a cell to make a filing of": lambda report: govreport.Filing.from_cells("a", "甲局", 2023, {"x.y.z": 1}),
    "parts of a sum": lambda report: report.filing.form.parts_of("nope"),
    "a part": lambda report: report.section(9),
    "what follows a part's table": lambda report: report.remainder(9),
    "a table to show": lambda report: report.table("nope"),
    "a frame": lambda report: report.filing.frame("nope"),
    "a statutory table": lambda report: govreport.statutory_table(report.filing.current, "nope"),
    "a chart": lambda report: report.chart("nope"),
    "charts": lambda report: report.charts("received", "nope"),
    "a table to compare": lambda report: report.comparison.table("nope"),
    "an agency": lambda report: Report.open("nope", YEAR, report.project.root),
    "an agency of a filing": lambda report: report.project.filing("nope", YEAR),
    "an agency of a frame": lambda report: report.project.frame("nope"),
    "a table to add up": lambda report: govreport.assert_adds_up("nope"),
    "a total": lambda report: govreport.assert_adds_up(FRAME, "总数"),
    "a cell to assert": lambda report: govreport.assert_equals("nope.x", 1),
    "a cell of an own table": lambda report: govreport.assert_between("tables.platforms.nope", 0),
    "a table to be the same": lambda report: govreport.assert_same("nope", FRAME),
    "a column of labels": lambda report: govreport.assert_same(FRAME, FRAME, by="nope"),
    "a column of formats": lambda report: govreport.table(FRAME, formats={"nope": str}),
}
OTHER_KINDS: dict[str, Callable[[Report], object]] = {
    "a text for a frame": lambda report: govreport.table("x"),
    "a list for a frame": lambda report: govreport.table([1, 2]),
    "a list to show": lambda report: report.table([1, 2]),
    "a caption": lambda report: report.table(FRAME, 5),
    "a format": lambda report: govreport.table(FRAME, formats={"件": "{:,}"}),
    "a number to add up": lambda report: govreport.assert_adds_up(5),
    "a number as a total": lambda report: govreport.assert_adds_up(FRAME, 5),
    "repeated labels": lambda report: govreport.assert_same(FRAME.rename({"乙": "甲"}), FRAME),
    "a frame of several": lambda report: govreport.assert_equals(FRAME, 1),
    "a number as text": lambda report: govreport.assert_equals("19", 19),
    "a bound": lambda report: govreport.assert_between(1, "二"),
    "no figure": lambda report: report.filing.set("applications.new.natural", "二"),
    "a list as a figure": lambda report: report.filing.set("applications.new.natural", [1]),
    "less than nothing": lambda report: report.filing.set("applications.new.natural", -1),
    "a sum to set": lambda report: report.filing.set("applications.denied.natural", 1),
    "no filing": lambda report: govreport.statutory_table(3, "disputes"),
    "a part": lambda report: report.section("1"),
    "a figure": lambda report: report.figure(3),
    "a year": lambda report: report.project.filing(GOOD, "2023"),
    "a document": lambda report: govreport.Filing.from_json({"cells": 3}),
    "a filing to check": lambda report: govreport.check(3),
}


@pytest.mark.parametrize("named", UNKNOWN_NAMES)
def test_a_name_that_nothing_has_is_a_key_error(report: Report, named: str) -> None:
    with pytest.raises(KeyError) as caught:
        UNKNOWN_NAMES[named](report)
    assert isinstance(caught.value, GovReportError) and re.search("[\u4e00-\u9fff]", str(caught.value))


@pytest.mark.parametrize("given", OTHER_KINDS)
@pytest.mark.parametrize("kind", [TypeError, ValueError])
def test_an_argument_of_another_kind_is_a_type_and_a_value_error(
    report: Report, given: str, kind: type[Exception]
) -> None:
    with pytest.raises(kind) as caught:
        OTHER_KINDS[given](report)
    assert isinstance(caught.value, GovReportError) and re.search("[\u4e00-\u9fff]", str(caught.value))


def test_a_project_is_also_found_by_the_text_of_its_path(report: Report) -> None:
    assert govreport.Project(str(report.project.root)) == report.project  # type: ignore[arg-type]
