"""Rules S1 to S4: what analysts assert of tables of their own, in prose, is checked exactly and told as a finding."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, localcontext
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks.assertions import asserted, unasserted
from govreport.checks.checking import check_report
from govreport.checks.findings import Finding, Findings
from govreport.core.errors import GovReportError
from govreport.core.figures import Figure
from govreport.filing.filing import SHOWING
from govreport.filing.own_table import OwnTable
from govreport.filing.project import Project
from tests.support.projects import GOOD, YEAR, govreport, make_project, replace_in, write_notebook

FIGURES = st.integers(-(10**9), 10**9) | st.decimals(-(10**6), 10**6, places=3) | st.floats(-1e6, 1e6)
MATRICES = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(st.none() | FIGURES, min_size=width, max_size=width), min_size=1, max_size=5)
)


def written(figure: Figure | float | None) -> Decimal:
    return Decimal(0) if figure is None else Decimal(repr(figure)) if isinstance(figure, float) else Decimal(figure)


def exact_sum(figures: Iterable[Figure | float | None]) -> Decimal:
    with localcontext(prec=900):
        return sum(map(written, figures), Decimal(0))


def totalled(rows: Sequence[Sequence[Figure | float | None]]) -> pd.DataFrame:
    """A table of figures with exact totals in a further row and column."""
    lines = [[*row, exact_sum(row)] for row in rows]
    lines.append([exact_sum(column) for column in zip(*lines, strict=True)])
    columns = [*(f"第{n}列" for n in range(len(rows[0]))), "合计"]
    return pd.DataFrame(lines, [*(f"第{n}行" for n in range(len(rows))), "合计"], columns, dtype=object)


def adds_up(frame: pd.DataFrame, total: str = "合计") -> Finding | None:
    return asserted(None, "assert_adds_up", [frame, total], {})


@given(MATRICES)
def test_exact_sums_add_up_whatever_is_added(rows: list[list[Figure | float | None]]) -> None:
    assert adds_up(totalled(rows)) is None


@given(MATRICES, st.data())
def test_any_wrong_figure_is_found_in_its_row_and_in_its_column(
    rows: list[list[Figure | float | None]], data: st.DataObject
) -> None:
    frame = totalled(rows)
    row, column = (data.draw(st.integers(0, size - 2)) for size in frame.shape)
    frame.iloc[row, column] = exact_sum([frame.iloc[row, column], 1])
    found = adds_up(frame)
    assert found and len(found.identities) == 2
    name = f".第{row}行.第{column}列"
    for identity in found.identities:
        assert any(cell.endswith(name) for cell in identity.cells) and "相差1" in identity.text


@given(MATRICES)
def test_the_order_of_rows_does_not_matter(rows: list[list[Figure | float | None]]) -> None:
    frame = totalled(rows)
    assert adds_up(frame[::-1]) is None
    assert asserted(None, "assert_same", [frame, frame[::-1]], {}) is None


@given(MATRICES, FIGURES, FIGURES)
def test_figures_are_between_bounds_exactly_when_clipping_them_changes_nothing(
    rows: list[list[Figure | float | None]], one: Figure, other: Figure
) -> None:
    frame = pd.DataFrame(rows, dtype=object)
    low, high = sorted((one, other), key=written)
    outside = [f for row in rows for f in row if f is not None and not written(low) <= written(f) <= written(high)]
    found = asserted(None, "assert_between", [frame, low, high], {})
    assert len(found.identities if found else ()) == len(outside)


def test_subtotals_under_an_outer_label_are_not_added_twice() -> None:
    index = pd.MultiIndex.from_tuples(
        [("甲", "一"), ("甲", "合计"), ("乙", "一"), ("乙", "二"), ("乙", "合计"), ("合计", "")]
    )
    assert adds_up(pd.DataFrame({"件数": [3, 3, 1, 1, 2, 5]}, index)) is None
    found = adds_up(pd.DataFrame({"件数": [3, 3, 1, 1, 3, 5]}, index))
    assert found and [identity.stated for identity in found.identities] == [3]


def test_a_blank_total_of_figures_is_a_finding_and_a_column_of_remarks_is_left_alone() -> None:
    frame = pd.DataFrame({"件数": [3, 2, None], "备注": ["甲", "乙", ""]}, index=["网站", "微信", "合计"], dtype=object)
    found = adds_up(frame)
    assert found and found.message == "表中“件数”列的“合计”为空白，其余各行之和为5。"
    assert adds_up(frame.assign(件数=None)) is None


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ([3, 2, "约5"], "“合计”为“约5”"),
        (["约3", 2, 5], "“网站”为“约3”"),
        (["35%", "40%", "约76%"], "“合计”为“约76%”、“网站”为“35%”、“微信”为“40%”"),
        (["=1+1", 2, None], "“网站”为“=1+1”"),
    ],
)
def test_what_cannot_be_added_is_a_finding_that_names_its_cells(figures: list[object], told: str) -> None:
    found = adds_up(pd.DataFrame({"件数": figures}, index=["网站", "微信", "合计"], dtype=object))
    assert found and found.message == f"表中“件数”列的{told}，不是数字，不能核对。"
    assert [cell.split(".")[2] for cell in found.cells] == [part.split("”")[0] for part in told.split("“")[1::2]]


def test_a_subtotal_under_an_outer_label_is_of_what_stands_there() -> None:
    index = pd.MultiIndex.from_tuples(
        [("甲", "一"), ("甲", "二"), ("甲", "小计"), ("乙", "一"), ("乙", "小计"), ("合计", "")]
    )
    assert adds_up(pd.DataFrame({"件数": [3, 1, 4, 2, 2, 6]}, index)) is None
    found = adds_up(pd.DataFrame({"件数": [3, 1, 5, 2, 2, 6]}, index))
    assert found and found.message == "表中“件数”列的“甲·小计”为5，“甲·一”至“甲·二”之和为4，相差1。"


def test_a_wrong_subtotal_is_told_once_by_its_cells_and_a_right_one_beside_a_wrong_total_is_not() -> None:
    index = ["网站", "微信", "小计", "微博", "合计"]
    (failed,) = unasserted(OwnTable.of(pd.DataFrame({"件数": [5, 5, 11, 2, 12]}, index))).identities  # type: ignore
    assert [cell.split(".")[2] for cell in failed.cells] == ["小计", "网站", "微信"]
    assert (failed.stated, failed.expected) == (11, 10)
    (failed,) = unasserted(OwnTable.of(pd.DataFrame({"件数": [5, 5, 10, 2, 22]}, index))).identities  # type: ignore
    assert failed.cells[0].split(".")[2] == "合计"


def test_a_label_of_totals_that_is_not_there_is_told() -> None:
    with pytest.raises(GovReportError, match="没有名为“总计”的行或列"):
        adds_up(pd.DataFrame({"件数": [2, 2]}, index=["网站", "合计"]), "总计")


def test_numbers_that_were_read_as_text_are_added_all_the_same() -> None:
    index = ["网站", "微信", "合 计"]
    assert adds_up(pd.DataFrame({"件数": ["1", "1,002", "1003"]}, index)) is None
    found = adds_up(pd.DataFrame({"件数": ["1", "2", "9"]}, index))
    assert found and found.identities[0].difference == 6


def test_what_is_within_another_row_and_subtotals_are_not_added_again() -> None:
    index = ["网站", "其中：政务", "微信", "小计", "微博", "总　计"]
    assert adds_up(pd.DataFrame({"件数": [5, 3, 5, 10, 2, 12]}, index)) is None
    found = adds_up(pd.DataFrame({"件数": [5, 3, 5, 10, 2, 15]}, index))
    assert found and found.identities[0].expected == 12


def test_a_column_of_text_is_not_within_bounds_and_remarks_are_left_alone() -> None:
    frame = pd.DataFrame({"占比": ["35%", "65%"], "备注": ["甲", ""]}, index=["网站", "微信"])
    found = asserted(None, "assert_between", [frame, 0, 100], {})
    assert found and found.message == (
        "“网站”的“占比”为“35%”，不是数字，不能核对；“微信”的“占比”为“65%”，不是数字，不能核对。"
    )


def test_figures_of_numpy_count_as_what_they_are() -> None:
    assert asserted(None, "assert_equals", [np.int64(3), 3], {}) is None
    found = asserted(None, "assert_equals", [np.float64(0.1) + np.float64(0.2), Decimal("0.3")], {})
    assert found and "0.30000000000000004" in found.message
    assert json.dumps(found.to_json())


def test_a_column_is_checked_like_a_table_of_its_own() -> None:
    frame = pd.DataFrame({"占比": [20, 120], "备注": ["甲", "乙"]}, index=["网站", "微信"])
    found = asserted(None, "assert_between", [frame["占比"], 0, 100], {})
    assert found and found.message == "“微信”的“占比”为120，应不小于0、不大于100，相差20。"
    assert asserted(None, "assert_equals", [frame["占比"][:1], 20], {}) is None


def test_a_blank_is_no_zero() -> None:
    found = asserted(None, "assert_equals", [None, 0], {})
    assert found and found.message == "此数为空白，此数为0。" and found.identities[0].stated is None


def test_tables_are_the_same_by_the_values_of_a_column() -> None:
    one = pd.DataFrame({"机构": ["甲", "乙"], "件数": [3, 2]})
    assert asserted(None, "assert_same", [one, one[::-1].reset_index(drop=True), "机构"], {}) is None
    found = asserted(None, "assert_same", [one, one[:1], "机构"], {})
    assert found and found.message == "“乙”的“件数”只在前一表中有。"
    with pytest.raises(GovReportError, match="重复"):
        asserted(None, "assert_same", [pd.concat([one, one]), one, "机构"], {})


def test_many_things_that_do_not_hold_are_one_finding_that_counts_them() -> None:
    found = asserted(None, "assert_between", [pd.DataFrame({"件数": range(20)})], {"high": 9})
    assert found and found.headline == "10处不符" and found.message.endswith("；共10处。")


# ---- in the prose of a filing ----------------------------------------------------------------------------------------

TABLE = "平台,发布\n网站,3\n微信,2\n合计,{}\n"


@pytest.fixture
def asserting(tmp_path: Path) -> Callable[[str, int], Project]:
    """Makes a project whose filing has a table with a total, and an assertion in its first part."""

    def make(source: str, total: int) -> Project:
        root = make_project(tmp_path / "city", GOOD)
        folder = root / "data" / GOOD / str(YEAR)
        (folder / "tables").mkdir()
        (folder / "tables/platforms.csv").write_text(TABLE.format(total), encoding="utf-8")
        replace_in(folder / "narrative.md", "# 一、总体情况\n", f"# 一、总体情况\n\n见下。{{{{ {source} }}}}\n")
        return Project(root)

    return make


def test_check_tells_what_does_not_hold_before_any_notebook(asserting: Callable[[str, int], Project]) -> None:
    project = asserting("assert_adds_up('platforms')", 6)
    (finding,) = check_report(project, GOOD, YEAR).findings.errors
    assert (finding.rule, finding.agency, finding.year) == ("S1", GOOD, YEAR)
    assert finding.identities[0].to_json() == {
        "rule": "S1", "cells": [f"tables.platforms.{row}.发布" for row in ("合计", "网站", "微信")],
        "stated": 6, "expected": 5, "difference": 1,
    }  # fmt: skip
    told = govreport(project.root, "check", GOOD, str(YEAR))
    assert told.returncode == 1 and "其余各行之和为5" in told.stdout


def test_what_holds_is_silent(asserting: Callable[[str, int], Project]) -> None:
    checked = check_report(asserting("assert_adds_up('platforms')", 5), GOOD, YEAR)
    assert checked.findings == () and "见下。\n" in checked.prose[1]


def test_an_assertion_that_cannot_be_made_is_an_error_of_the_report_not_of_its_reading(
    asserting: Callable[[str, int], Project],
) -> None:
    checked = check_report(asserting("assert_adds_up('websites')", 5), GOOD, YEAR)
    (finding,) = checked.findings.errors
    assert checked.filing and "没有名为 websites 的表；可用的有 platforms" in finding.message


def test_an_asserted_finding_is_accepted_by_its_number(asserting: Callable[[str, int], Project]) -> None:
    project = asserting("assert_equals('tables.platforms.total', 'applications.new.total')", 5)
    (finding,) = check_report(project, GOOD, YEAR).findings.errors
    assert finding.cells == ("tables.platforms.合计.发布", "applications.new.total")
    call = ("waive", GOOD, str(YEAR), finding.code, "--reason", "口径不同", "--by", "李审核")
    assert govreport(project.root, *call).returncode == 0
    findings = check_report(project, GOOD, YEAR).findings
    assert [found.rule for found in findings] == ["S2"] and findings[0].waived, "and no notice on its cells"


def test_a_table_that_nothing_shows_or_adds_up_and_a_reference_in_vain_are_told_by_check(
    asserting: Callable[[str, int], Project],
) -> None:
    project = asserting("ref('channels')", 6)
    told = {(f.rule, f.severity, f.message.split("，")[0]) for f in check_report(project, GOOD, YEAR).findings}
    assert told == {
        ("T3", "warning", "表 tables/platforms.csv 没有用到"),
        ("T3", "warning", "文字引用了表 channels"),
        ("S1", "warning", "表 platforms “发布”列的“合计”为6"),
    }
    write_notebook(project.root, "report.table('channels'); assert_adds_up(report.filing.frame(\"platforms\"))")
    (finding,) = check_report(project, GOOD, YEAR).findings
    assert f"文字引用了表 channels，没有 data/{GOOD}/{YEAR}/tables/channels.csv，报告不能生成" in finding.message
    notebook = project.root / "notebooks/annual_report.ipynb"
    replace_in(notebook, "report.table('channels')", "report.table(frame, key='channels')")
    assert check_report(project, GOOD, YEAR).findings == ()


def test_the_acceptance_of_a_total_that_nobody_can_check_is_void_when_a_figure_changes(tmp_path: Path) -> None:
    root = make_project(tmp_path / "city", GOOD)
    path = root / "data" / GOOD / str(YEAR) / "tables/platforms.csv"
    path.parent.mkdir()
    path.write_text("序号,平台,发布\n1,网站,3\n2,微信,2\n3,合计,6\n", encoding="utf-8")
    write_notebook(root, "report.table('platforms')")
    (finding,) = check_report(Project(root), GOOD, YEAR).findings
    assert finding.rule == "S1" and finding.identities[0].stated == 6
    call = ("waive", GOOD, str(YEAR), finding.code, "--reason", "来源如此", "--by", "李审核")
    assert govreport(root, *call).returncode == 0
    assert [found.waived is not None for found in check_report(Project(root), GOOD, YEAR).findings] == [True]
    for old, new in (("合计,6", "合计,7"), ("网站,3", "网站,4")):
        replace_in(path, old, new)
        found = check_report(Project(root), GOOD, YEAR).findings
        assert any(one.rule == "S1" and not one.waived for one in found)
        replace_in(path, new, old)


def test_what_a_missing_table_is_advised_with_counts_as_showing_that_table_alone(
    asserting: Callable[[str, int], Project],
) -> None:
    project = asserting("last.applications.new.total", 5)
    (finding,) = check_report(project, GOOD, YEAR).findings
    advice = SHOWING.format("platforms")
    assert f"请在 notebooks/annual_report.ipynb 中加一格 {advice}。" in finding.message
    write_notebook(project.root, advice)
    assert check_report(project, GOOD, YEAR).findings == ()
    write_notebook(project.root, SHOWING.format("channels"))
    assert [finding.quote for finding in check_report(project, GOOD, YEAR).findings] == ["platforms"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("平台,数\n甲,20\n乙,30\n合计,=SUM(B2:B3)\n", "“合计”为“=SUM(B2:B3)”，不是数字，不能核对；请核对"),
        ("平台,数\n甲,1月2日\n乙,20\n合计,22\n", "“甲”为“1月2日”"),
        ("平台,数\n甲,30件\n乙,20\n合计,60\n", "“甲”为“30件”"),
        ("平台,数\n甲,30件\n乙,20件\n合计,60件\n", "“合计”为“60件”、“甲”为“30件”、“乙”为“20件”"),
        ("平台,数\n甲,(30)\n乙,20\n合计,50\n", "“甲”为“(30)”"),
        ("平台,数\n甲,30\n乙,20\n合计（条）,60\n", "“合计（条）”为60，其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n共 计：,60\n", "“共 计：”为60"),
        ("平台,数\n甲,30\n乙,20\n总数,60\n", "“总数”为60"),
        ("平台,数\n甲,30\n乙,20\n本年合计,60\n", "“本年合计”为60"),
        ("平台,数\n甲,30\n乙,20\n合 计 数（件）：,60\n", "“合 计 数（件）：”为60"),
        ("平台,数\n甲,30\n乙,20\n年度总计,60\n", "“年度总计”为60"),
        ("平台,数\n甲,30\n乙,20\n总合计,60\n", "“总合计”为60"),
        ("平台,数\n甲,30\n乙,20\n今年合计,60\n", "“今年合计”为60"),
        ("平台,数\n甲,30\n乙,20\n各项合计,60\n", "“各项合计”为60"),
        ("项目,数\n上年结转,30\n新收,20\n合计,60\n", "其余各行之和为50"),
        ("项目,数\n上年总数,30\n本年新增,20\n总数,60\n", "其余各行之和为20"),
        ("平台,数\n甲,30\n乙,20\n本年度共计,60\n上年合计,40\n", "“本年度共计”为60，其余各行之和为50"),
        ("平台,占比\n甲,35%\n乙,60％\n合计,100%\n", "“合计”为100，其余各行之和为95，相差5"),
        ("平台,占比\n甲,约35%\n乙,60%\n合计,100%\n", "“合计”为“100%”、“甲”为“约35%”、“乙”为“60%”，不是数字，不能核对"),
        ("结果,公开,其他,合计\n件数,1,2,3\n占比,33.3%,76.7%,100%\n", "“占比”行的“合计”为100，其余各列之和为110.0"),
        ("平台,一季度,二季度,全年合计\n甲,1,2,4\n", "“甲”行的“全年合计”为4，其余各列之和为3"),
        ("平台,网络,当面,合计,占比\n甲,1,2,4,50%\n", "“合计”为4，其余各列之和为3"),
        ("平台,数\n甲,30\n乙,20\n2023年度總計,60\n", "“2023年度總計”为60，其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n二〇二三年合计,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n２０２３年合　计［件］,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n合計,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n全市合计件数,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n三项总和*,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n小計,50\n全年计,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n累计,90\n合计,60\n", "其余各行之和为50"),
        ("平台,数\n甲,30\n乙,20\n2022年合计,40\n2023年合计,60\n", "“2023年合计”为60，其余各行之和为50"),
        ("平台,2022年网站,2022年合计,2023年网站,2023年微信,2023年合计\n甲,1,1,2,3,6\n", "其余各列之和为5"),
        (
            "序号,平台,数\n1,甲,30\n2,乙,20\n3,合计,60\n",
            "表 t “3”行写有“合计”，行名却不是合计，没有核对；",
        ),
        ("平台,数\n甲,30\n乙,20\n线上合计,50\n窗口,5\n合计,60\n", "“合计”为60，其余各行之和为105"),
        ("平台,数\n总数,60\n其中：甲,30\n乙,20\n", "“总数”为60，其余各行之和为20"),
        ("平台,数\n网站,5\n其中：政务,3\n微信,5\n合计,13\n", "“合计”为13，其余各行之和为10"),
        ("渠道,占比（%）\n网络,33.3\n当面,33.3\n信函,33.4\n合计,101\n", "“合计”为101，其余各行之和为100.0"),
        ("渠道,占比（%）\n网络,33.3\n当面,33.3\n信函,32.3\n合计,100\n", "“合计”为100，其余各行之和为98.9"),
        ("渠道,占比（%）\n网络,49\n当面,50\n合计,100\n", "“合计”为100，其余各行之和为99"),
        ("办结率,家\n90%以上,3\n80%至90%,60\n合计,50\n", "“合计”为50，其余各行之和为63"),
        ("办结率分组,家\n甲类,3\n乙类,60\n合计,50\n", "“合计”为50，其余各行之和为63"),
        ("天数,件\n平均处理5天以内,3\n平均处理5天以上,60\n合计,50\n", "“合计”为50，其余各行之和为63"),
        ("类,家\n高频率,3\n低频率,60\n合计,50\n", "“合计”为50，其余各行之和为63"),
        ("区,30%以上（家）\n甲,3\n乙,60\n合计,50\n", "“合计”为50，其余各行之和为63"),
        ("区,2000元以下,2000元以上,2023年合计\n甲,3,5,9\n", "“2023年合计”为9，其余各列之和为8"),
        ("项目,件数\n2022年结转,5\n本年新收,3\n2023年合计,3\n", "“2023年合计”为3，其余各行之和为8"),
        ("月份,件数\n2022年12月,5\n2023年1月,3\n2023年度合计,5\n", "“2023年度合计”为5，其余各行之和为3"),
        ("类,台\n小计算机,5\n打印机,3\n合计,3\n", "“合计”为3，其余各行之和为8"),
        ("月份,件\n1-6月,5\n7-12月,3\n1-12月合计,9\n", "“1-12月合计”为9，其余各行之和为8"),
        ("年度,件\n2021年,1\n2022年,2\n2021-2022年合计,4\n", "“2021-2022年合计”为4，其余各行之和为3"),
        ("渠道,件\n网络,1\n当面,2\n两者之和,4\n", "“两者之和”为4，其余各行之和为3"),
        ("渠道,件\n网络,1\n当面,2\n共,4\n", "“共”为4，其余各行之和为3"),
        ("渠道,件\n网络,1\n当面,2\nTotal,4\n", "“Total”为4，其余各行之和为3"),
        ("平台,数\n网站,5\n微信,3\n小计,9\n", "表 t “数”列的“小计”为9，“网站”至“微信”之和为8，相差1；"),
        ("平台,数\n网站,5\n微信,3\n小计,9\n窗口,2\n合计,10\n", "“小计”为9，“网站”至“微信”之和为8"),
        (
            "平台,数\n网站,5\n微信,3\n小計（件）,9\n窗口,2\n合计,11\n",
            "“小計（件）”为9，“网站”至“微信”之和为8，相差1；请",
        ),
        (
            "平台,1月,2月,一季度小计,4月,5月,二季度小计\n甲,1,2,3,4,5,8\n",
            "“甲”行的“二季度小计”为8，“4月”至“5月”之和为9",
        ),
        ("平台,数\n网站,5\n公众号,2\n合计,8\n广播,4\n总计,11\n", "“合计”为8，“网站”至“公众号”之和为7，相差1；请"),
        ("平台,数\n网站,5\n微信,3\n小计,8\n合计,0\n", "“合计”为0，其余各行之和为8"),
        ("平台,数\n线上小计,7\n线下小计,2\n合计,10\n", "“合计”为10，其余各行之和为9"),
        ("平台,数\n网站,5\n微信,3\n小计,8\n丙,5\n合计,21\n", "“合计”为21，其余各行之和为13"),
        (
            "渠道,件\n线上网站,5\n窗口,2\n线上微信,3\n线上合计,9\n合计,10\n",
            "“线上合计”为9，“线上网站”、“线上微信”之和为8，相差1；请",
        ),
        ("区,新增户,新增人,新增合计\n甲,5,2,8\n", "“甲”行的“新增合计”为8，“新增户”至“新增人”之和为7"),
        ("渠道,件\n线上网站,5\n线上微信,3\n线下窗口,2\n线上小计,9\n", "“线上小计”为9，“线上网站”至“线上微信”之和为8"),
        ("平台,数\n发布,5\n其中：原创,7\n转载,3\n", "表 t “数”列的“其中：原创”为7，大于“发布”的5，相差2；"),
        ("平台,数\n网站,5\n其中：原创,9\n微信,3\n线下小计,4\n合计,12\n", "“其中：原创”为9，大于“网站”的5，相差4；请"),
        ("平台,数\n发布,5\n转载,3\n#其中：原创,9\n", "“#其中：原创”为9，大于“发布”至“转载”的8"),
        ("平台,收到（件）,其中：网络（件）\n甲,5,6\n", "“甲”行的“其中：网络（件）”为6，大于“收到（件）”的5"),
        (
            "平台,二〇二二年网站,二〇二二年合计,二○二三年网站,二零二三年微信,二〇二三年合计\n甲,1,1,2,3,6\n",
            "其余各列之和为5",
        ),
        ("项目,数\n二〇二二年结转,5\n本年新收,3\n二〇二三年合计,3\n", "“二〇二三年合计”为3，其余各行之和为8"),
    ],
)
def test_a_total_that_nobody_asserts_is_a_warning_where_it_is_wrong_or_cannot_be_checked(text: str, told: str) -> None:
    found = unasserted(OwnTable.read(text, "t"))
    assert found and found.severity == "warning" and told in found.message


@pytest.mark.parametrize(
    "text",
    [
        "平台,占比\n甲,33.3%\n乙,33.3%\n丙,33.3%\n丁,/\n合计,100%\n",
        "平台,办结率\n甲,95%\n乙,90%\n合计,92.5%\n",
        "平台,同比\n甲,增长5%\n乙,下降3%\n合计,增长2%\n",
        "平台,数,开通\n甲,30,2015年3月\n乙,20,2016年\n合计,50,\n",
        "平台,办结率（%）\n甲,95\n乙,90\n合计,92.5\n",
        "科室,件数,平均办理天数\n甲,3,8\n乙,2,12\n合计,5,9.6\n",
        "科室,件数,人均件数,合计\n甲,3,1.5,3\n",
        "平台,网络,当面,合计,占比（%）\n甲,1,2,3,60\n乙,1,1,2,40\n",
        "平台,上半年合计,下半年合计,全年合计\n甲,1,2,3\n",
        "平台,上年合计,本年合计\n甲,1,2\n",
        "平台,上年结转,新收,合计\n甲,1,2,3\n",
        "项目,件数\n上年总数,3\n本年新增,2\n总数,5\n",
        "项目,件数\n上年同期,3\n网络,2\n当面,1\n合计,3\n比上年增加,0\n",
        "平台,本年合计,上年合计,增减\n甲,2,1,1\n",
        "平台,2022年合计,2023年合计\n甲,1,2\n",
        "平台,合计,2022年合计\n甲,2,1\n",
        "项目,件数\n累计至上年,3\n本年新增,2\n总数,5\n",
        "平台,本年,累计\n甲,2,9\n",
        "平台,数\n甲,30\n乙,20\n本年累计,90\n小 计,50\n合计,50\n",
        "平台,数\n甲,30\n乙,20\n线上合计,50\n窗口,5\n合计,55\n",
        "平台,数\n总数,50\n其中：甲,30\n乙,20\n",
        "月份,件数\n2022年12月,5\n2023年1月,3\n2023年度合计,8\n",
        "月份,件数\n2022年12月,5\n2023年1月,3\n2023年度合计,3\n",
        "项目,件数\n2022年结转,5\n本年新收,3\n2023年合计,8\n",
        "项目,件数\n2022年合计,9\n2022年结转,5\n本年新收,3\n2023年合计,8\n",
        "项目,件数\n2021年结转,1\n2021年新收,2\n2021年合计,3\n2022年结转,1\n2022年新收,4\n2022年合计,5\n",
        "区,2000元以下,2000元以上,2023年合计\n甲,3,5,8\n",
        "类,台\n小计算机,5\n打印机,3\n合计,8\n",
        "渠道,件\n线上小计,7\n窗口,1\n合计,8\n",
        "办结率,家\n90%以上,3\n80%至90%,60\n合计,63\n",
        "渠道,占比（%）\n网络,33.3\n当面,33.3\n信函,33.3\n合计,100\n",
        "渠道,占比（%）\n网络,16.7\n当面,16.7\n信函,66.7\n合计,100.0\n",
        "渠道（%）,一季度\n网络,33\n当面,33\n信函,33\n合计,100\n",
        "部门,网络占比,当面占比,信函占比,合计\n甲,33.3,33.3,33.3,100\n",
        "平台,1月,2月,一季度小计,4月,5月,二季度小计,上半年合计,合计\n甲,1,2,3,4,5,9,12,12\n",
        "平台,数\n网站,5\n公众号,2\n合计,7\n广播,4\n总计,11\n",
        "平台,数\n网站,5\n微信,3\n小计,8\n线下小计,4\n合计,12\n",
        "平台,数\n线上小计,8\n网站,5\n微信,3\n线下小计,6\n窗口,2\n信函,4\n合计,14\n",
        "平台,数\n网站,5\n微信,3\n窗口,2\n信函,4\n线下小计,6\n",
        "渠道,件\n网络,20\n当面,7\n信函,10\n线上合计,30\n线下合计,7\n合计,37\n",
        "渠道,件\n网络,20\n当面,7\n信函,10\n线上小计,30\n线下小计,7\n合计,37\n",
        "渠道,件\n甲,3\n乙,2\n线下合计,7\n合计,12\n",
        "渠道,件\n线上网站,5\n窗口,2\n线上微信,3\n线上合计,8\n合计,10\n",
        "渠道,件\n线上网站,5\n线上微信,3\n微博,2\n线上合计,10\n",
        "渠道,件\n线上网站,5\n线上合计,8\n",
        "项目,件\n公开文件,5\n公开规范性文件,3\n公开总数,5\n",
        "项目,数\n收费件数,3\n收费金额,500\n收费合计,500\n",
        "项目,数\n线上发布甲,1\n线上发布乙,2\n线上发布合计,3\n线上办理,4\n线上合计,7\n",
        "年,件\n2021年,1\n2022年,2\n2023年,4\n",
        "项目,数\n申请,5\n答复,4\n费用合计,300\n",
        "渠道,办结率（%）\n网络,90\n当面,95\n小计,93\n",
        "渠道,件\n网络,3\n当面,4\n上年小计,9\n小计,7\n",
        "平台,数\n男,5\n女,3\n其中：党员,7\n",
        "项目,万元\n支出,30.5\n其中：印刷费,10.25\n培训费,20.25\n小计,30.5\n",
        "渠道,件\n网络,10\n其中：门户,4\n邮箱,6\n当面,5\n合计,15\n",
        "项目,数\n收到,\n其中：网络,4\n",
        "项目,件,增减\n收到,5,-2\n其中：网络,4,1\n",
        "区,培训场次,其中：参训人数\n甲,5,60\n",
        "区,受理案件,其中：涉案金额（万元）,其中：办结率\n甲,5,60,80\n",
        "平台,二〇二二年合计,二〇二三年合计\n甲,1,2\n",
    ],
)
def test_what_is_no_sum_is_not_held_to_one(text: str) -> None:
    assert unasserted(OwnTable.read(text, "t")) is None


def test_a_finding_is_the_same_one_behind_json_whatever_digits_its_sum_is_written_with() -> None:
    found = unasserted(OwnTable.read("项目,费用\n甲,65.6\n乙,44.40\n合计,100.0\n", "t"))
    assert found and len(Findings((found,)).joined([Finding.from_json(found.to_json())])) == 1
