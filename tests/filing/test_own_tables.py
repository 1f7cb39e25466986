"""Tables that an analyst adds to a filing's folder, and what prose says of them."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.checks.signoff import filing_digest
from govreport.core.errors import ExpressionError, FilingError, GovReportError
from govreport.filing.expressions import Scope, evaluate
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.own_table import OwnTable, exact
from govreport.filing.project import Project
from tests.support.projects import GOOD, YEAR, make_project

PLATFORMS = "平台,发布（条）,阅读量,备注\n网站,120,35.60,\n微信,86,/,政务号\n合计,206,35.60,\n"
MATRIX = "平台,发布,办结,合计\n网站,3,4,7\n微信,2,1,3\n合计,5,5,10\n"


def with_tables(**texts: str) -> Filing:
    filing = Filing.from_cells("demo", "示例局", 2023, {"applications.new.total": 6})
    return Filing(**{**vars(filing), "tables": {key: OwnTable.read(text, key) for key, text in texts.items()}})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = make_project(tmp_path / "city", GOOD)
    folder = root / "data" / GOOD / str(YEAR) / "tables"
    folder.mkdir()
    (folder / "platforms.csv").write_text(PLATFORMS, encoding="utf-8")
    return Project(root)


def test_a_table_is_read_exactly_as_it_is_typed() -> None:
    table = OwnTable.read(PLATFORMS, "platforms")
    assert table.values[0] == (120, Decimal("35.60"), None)
    assert table.values[1] == (86, None, "政务号"), "a mark is a blank, as in the tables of the form"
    assert OwnTable.read(table.text, "platforms") == table and "35.60" in table.text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "应有表头"),
        ("平台,发布\n", "应有表头"),
        ("平台,发布\n网站,1\n网站,2\n", "第2行、第3行的行名“网站”重复"),
        ("平台,发布,发布\n网站,1,2\n", "第2列、第3列的列名“发布”重复"),
        ("类,平台,发布\n\n网,甲,1\n,乙,2\n合计,,3\n", "第4行没有行名（合并的单元格请拆开，逐格填写）"),
        ("平台,,发布\n网站,,1,2\n", "第4列没有列名"),
        ('平台,发布\n网站,"1\n', "不是可读的 CSV"),
    ],
)
def test_a_table_that_cannot_be_understood_is_told_in_a_sentence(text: str, told: str) -> None:
    with pytest.raises(GovReportError, match=told):
        OwnTable.read(text, "platforms")


def test_a_filing_names_each_file_that_it_cannot_read(project: Project) -> None:
    folder = project.data / GOOD / str(YEAR) / "tables"
    (folder / "2023.csv").write_text(PLATFORMS, encoding="utf-8")
    (folder / "platforms.csv").write_text("平台\n", encoding="utf-8")
    with pytest.raises(FilingError) as error:
        project.filing(GOOD, YEAR)
    assert [problem.partition(" ")[0].rpartition("/")[2] for problem in error.value.problems] == [
        "2023.csv", "platforms.csv",
    ]  # fmt: skip


def test_a_table_may_not_be_called_like_one_of_the_form(project: Project) -> None:
    (project.data / GOOD / str(YEAR) / "tables/applications.csv").write_text(PLATFORMS, encoding="utf-8")
    with pytest.raises(FilingError, match=r"tables/applications\.csv 与报告格式中的表 applications 同名；请改正。"):
        project.filing(GOOD, YEAR)


def test_a_total_that_is_added_leaves_out_what_is_within_other_rows() -> None:
    table = OwnTable.read("平台,发布\n网站,5\n其中：政务,3\n小计,5\n微信,2\n", "t").with_total("合计")
    assert table.find("total.发布") == ("tables.t.合计.发布", 7)
    assert OwnTable.read("平台,发布\n小计,5\n", "t").with_total("合计").values == ((5,), (None,))


@pytest.mark.parametrize(
    "label",
    ["序号", "年度", "年份", "月份", "联系电话", "邮政编码", "满意度", "排 名", "最长办理天数", "最高（元）", "占比"],
)
def test_no_total_is_added_of_what_is_no_quantity(label: str) -> None:
    table = OwnTable.read(f"科室,{label},件数\n甲,2021,5\n乙,2022,2\n", "t").with_total("合计")
    assert table.values[-1] == (None, 7)


@pytest.mark.parametrize(
    "label", ["接听电话（次）", "咨询电话（个）", "月均上限以下户数", "最多跑一次事项", "得分", "年报数"]
)
def test_a_total_is_added_of_quantities_whose_labels_hold_such_words(label: str) -> None:
    assert OwnTable.read(f"科室,{label}\n甲,5\n乙,2\n", "t").with_total("合计").values[-1] == (7,)


def test_no_total_is_added_beside_other_years_and_what_is_counted_from_earlier_years() -> None:
    table = OwnTable.read("平台,发布\n网站,5\n微信,2\n累计,90\n上年合计,6\n增减,1\n", "t").with_total("合计")
    assert table.find("total") == ("tables.t.合计.发布", None)
    assert table.doubtful == [("累计",), ("上年合计",), ("增减",)]


def test_no_total_is_added_where_rows_that_are_totals_of_others_would_count_twice() -> None:
    table = OwnTable.read("平台,发布\n网站,5\n微信,2\n线上合计,7\n窗口,1\n", "t").with_total("合计")
    assert table.values[-1] == (None,)
    assert OwnTable.read("平台,发布\n上半年合计,5\n下半年合计,2\n", "t").with_total("合计").values[-1] == (7,)


def test_the_total_that_prose_names_is_that_of_the_latest_year() -> None:
    table = OwnTable.read("平台,发布\n网站,5\n2023年合计,5\n2022年合計,4\n", "t")
    assert table.find("total") == ("tables.t.2023年合计.发布", 5)


def test_a_name_that_a_table_lacks_is_told_with_those_it_has() -> None:
    with pytest.raises(
        ExpressionError, match=r"“total”；应写行名（网站、微信、合计）、列名（发布（条）、阅读量、备注）"
    ):
        evaluate("tables.t.total", Scope(with_tables(t=PLATFORMS)))


def test_a_sign_off_is_void_when_a_table_changes(project: Project) -> None:
    before = filing_digest(project, GOOD, YEAR)
    path = project.data / GOOD / str(YEAR) / "tables/platforms.csv"
    path.write_text(PLATFORMS.replace("86", "87"), encoding="utf-8")
    assert filing_digest(project, GOOD, YEAR) != before


def test_a_table_is_read_whatever_the_letters_of_its_suffix(project: Project) -> None:
    before = filing_digest(project, GOOD, YEAR)
    folder = project.data / GOOD / str(YEAR) / "tables"
    (folder / "VISITS.CSV").write_text(PLATFORMS, encoding="utf-8")
    assert list(project.filing(GOOD, YEAR).tables) == ["VISITS", "platforms"]
    assert filing_digest(project, GOOD, YEAR) != before


def test_a_filing_keeps_its_tables_as_json_and_in_files(project: Project, tmp_path: Path) -> None:
    filing = project.filing(GOOD, YEAR)
    document = filing.to_json()
    assert Filing.from_json(document, filing.name).tables == filing.tables
    assert "tables" not in Filing.from_cells("demo", "示例局", YEAR, {}).to_json()
    write_filing(filing, tmp_path / "copy")
    assert OwnTable.read((tmp_path / "copy/tables/platforms.csv").read_text("utf-8-sig"), "platforms") in [
        *filing.tables.values()
    ]


def test_a_notebook_gets_a_table_as_a_data_frame(project: Project) -> None:
    frame = project.filing(GOOD, YEAR).frame("platforms")
    assert frame.loc["网站", "发布（条）"] == 120 and pd.isna(frame.loc["微信", "阅读量"])
    assert OwnTable.of(frame) == project.filing(GOOD, YEAR).tables["platforms"]


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("tables.platforms.网站['发布（条）']", "120"),
        ("tables.platforms.total['阅读量']", "35.60"),
        ("tables.platforms.微信.阅读量", "（未填）"),
        ("tables.platforms.微信.备注", "政务号"),
        ("tables.matrix.网站", "7"),
        ("tables.matrix.total", "10"),
        ("tables.matrix.total.发布 - tables.matrix.网站.发布", "2"),
        ("tables.matrix.网站 | share(tables.matrix.total)", "70.0%"),
        ("tables.one.网站", "3"),
        ("ref('platforms')", "表〔platforms〕"),
        ("assert_adds_up('matrix')", ""),
    ],
)
def test_prose_names_figures_by_row_and_column(source: str, printed: str) -> None:
    filing = with_tables(platforms=PLATFORMS, matrix=MATRIX, one="平台,发布\n网站,3\n微信,2\n")
    assert evaluate(source, Scope(filing)) == printed


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("tables.nothing.total", "没有名为 nothing 的表；可用的有 matrix"),
        ("tables.matrix.微博", "表 matrix 中没有“微博”"),
        ("tables.matrix", "表 matrix 之后没有写行名、列名；应写行名（网站"),
        ("applications['new']", "只能使用"),
        ("ref('表 1')", "应写表的名称"),
    ],
)
def test_a_name_that_is_not_there_is_told(source: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=told):
        evaluate(source, Scope(with_tables(matrix=MATRIX)))


def test_a_growth_is_of_last_years_table() -> None:
    now, last = with_tables(matrix=MATRIX), with_tables(matrix=MATRIX.replace("10", "8"))
    assert evaluate("yoy('tables.matrix.total')", Scope(now, last)) == "增长25.0%"
    assert evaluate("last.tables.matrix.total", Scope(now, last)) == "8"


def test_last_years_cells_and_growth_are_named_by_labels_in_brackets_as_this_years_are() -> None:
    now, last = with_tables(platforms=PLATFORMS), with_tables(platforms=PLATFORMS.replace("120", "100"))
    assert evaluate("last.tables.platforms.网站['发布（条）']", Scope(now, last)) == "100"
    assert evaluate("""yoy("tables.platforms.网站['发布（条）']")""", Scope(now, last)) == "增长20.0%"


@given(st.floats())
def test_a_float_is_the_number_that_python_writes_for_it(number: float) -> None:
    value = exact(number)
    if value is None or isinstance(value, str):
        assert not math.isfinite(number)
    else:
        assert float(value) == number and (number.is_integer() or Decimal(repr(number)) == value)


def test_what_is_no_number_is_a_blank_and_what_is_endless_a_text() -> None:
    assert [exact(value) for value in (None, pd.NA, pd.NaT, Decimal("NaN"), float("nan"))] == [None] * 5
    assert [exact(value) for value in (Decimal("Infinity"), float("-inf"), True)] == ["Infinity", "-inf", "True"]


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.none() | st.decimals(0, 10**6, places=2)), min_size=1))
def test_a_table_is_the_same_when_its_text_is_read_again(rows: list[tuple[int, Decimal | None]]) -> None:
    labels = tuple((f"第{n}行",) for n in range(len(rows)))
    table = OwnTable("demo", labels, (("件数",), ("金额",)), tuple(rows), "行")
    assert OwnTable.read(table.text, "demo").values == table.values


READ = pd.DataFrame({"季度": ["一", "二", "合计"], "件数": [9, 7, 17]})


def test_a_column_of_names_names_the_rows_that_have_no_labels() -> None:
    one, other = OwnTable.of(READ), OwnTable.of(READ.set_index("季度"))
    assert (one.rows, one.columns, one.values) == (other.rows, other.columns, other.values)
    assert one.find("一.件数") == (f"tables.{one.key}.一.件数", 9)
    assert (one.spread.columns, one.spread.values[2]) == ((("季度",), ("件数",)), ("合计", 17))
    years = pd.DataFrame({"年度": [2022, 2023, "合计"], "件数": [9, 7, 16]})
    assert OwnTable.of(years).rows == (("2022",), ("2023",), ("合计",))


@pytest.mark.parametrize("first", [["甲", "甲"], [1, 2], ["1", "2"], [None, None]])
def test_a_column_of_figures_or_of_what_is_repeated_names_nothing(first: list[object]) -> None:
    table = OwnTable.of(pd.DataFrame({"部门": first, "件数": [1, 2]}))
    assert (table.rows, table.columns) == ((("0",), ("1",)), (("部门",), ("件数",)))
