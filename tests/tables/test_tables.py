"""Tables: the statutory ones exactly as the form lays them out, an analyst's own in the same style."""

from __future__ import annotations

import json
from decimal import Decimal
from html.parser import HTMLParser
from itertools import count
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.grid import GridCell
from govreport.filing.filing import Filing
from govreport.tables.frame import frame_grid
from govreport.tables.html_table import table_html
from govreport.tables.printed_table import read_table, table_json
from govreport.tables.statutory import statutory_grid
from govreport.tables.table_view import table
from govreport.tables.text_table import display_width, table_text
from tests.support.strategies import NAME, SLUG, consistent_filing

CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
APPLICATIONS_HEAD = f"""
{CORNER} 3x3 | 申请人情况 1x7
自然人 2x1 | 法人或其他组织 1x5 | 总计 2x1
商业企业 | 科研机构 | 社会公益组织 | 法律服务机构 | 其他
"""
APPLICATIONS_STUB = """
一、本年新收政府信息公开申请数量 1x3
二、上年结转政府信息公开申请数量 1x3
三、本年度办理结果 RESULTSx1 | （一）予以公开 1x2
（二）部分公开（区分处理的，只计这一情形，不计其他情形） 1x2
（三）不予公开 8x1 | 1.属于国家秘密
2.其他法律行政法规禁止公开
3.危及“三安全一稳定”
4.保护第三方合法权益
5.属于三类内部事务信息
6.属于四类过程性信息
7.属于行政执法案卷
8.属于行政查询事项
（四）无法提供 3x1 | 1.本机关不掌握相关政府信息
2.没有现成信息需要另行制作
3.补正后申请内容仍不明确
（五）不予处理 5x1 | 1.信访举报投诉类申请
2.重复申请
3.要求提供公开出版物
4.无正当理由大量反复申请
5.要求行政机关确认或重新出具已获取信息
OTHER
（七）总计 1x2
四、结转下年度继续办理 1x3
"""
OTHER_2019 = "（六）其他处理 1x2"
OTHER_2021 = """（六）其他处理 3x1 | 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
3.其他"""
DISPUTES_HEAD = """
行政复议 1x5 | 行政诉讼 1x10
结果维持 2x1 | 结果纠正 2x1 | 其他结果 2x1 | 尚未审结 2x1 | 总计 2x1 | 未经复议直接起诉 1x5 | 复议后起诉 1x5
结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计 | 结果维持 | 结果纠正 | 其他结果 | 尚未审结 | 总计
"""
PROACTIVE = {
    2020: """
第二十条第（一）项 1x4
信息内容 | 本年新制作数量 | 本年新公开数量 | 对外公开总数量
规章 | made | disclosed | disclosed_total
规范性文件 | made | disclosed | disclosed_total
第二十条第（五）项 1x4
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
行政许可 | items_last_year | change | decisions
其他对外管理服务事项 | items_last_year | change | decisions
第二十条第（六）项 1x4
信息内容 | 上一年项目数量 | 本年增/减 | 处理决定数量
行政处罚 | items_last_year | change | decisions
行政强制 | items_last_year | change | decisions
第二十条第（八）项 1x4
信息内容 | 上一年项目数量 | 本年增/减 1x2
行政事业性收费 | items_last_year | change 1x2
第二十条第（九）项 1x4
信息内容 | 采购项目数量 | 采购总金额 1x2
政府集中采购 | projects | amount 1x2
""",
    2023: """
第二十条第（一）项 1x4
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数
规章 | issued | repealed | in_force
行政规范性文件 | issued | repealed | in_force
第二十条第（五）项 1x4
信息内容 | 本年处理决定数量 1x3
行政许可 | decisions 1x3
第二十条第（六）项 1x4
信息内容 | 本年处理决定数量 1x3
行政处罚 | decisions 1x3
行政强制 | decisions 1x3
第二十条第（八）项 1x4
信息内容 | 本年收费金额（单位：万元） 1x3
行政事业性收费 | amount 1x3
""",
}
EDITIONS = {2020: ("20", OTHER_2019), 2023: ("22", OTHER_2021)}
TABLES = ("proactive", "applications", "disputes")
Layout = list[list[tuple[str, int, int]]]


def example(year: int) -> Filing:
    return consistent_filing(year, Random(f"tables/{year}").randint)


def written(text: str) -> Layout:
    """Cells with their row and column spans, as drawn above."""
    rows = []
    for line in text.strip().split("\n"):
        cells = [(*cell.split(), "1x1")[:2] for cell in line.split(" | ")]
        rows.append([(label, *map(int, spans.split("x"))) for label, spans in cells])
    return rows


def laid_out(rows: tuple[tuple[GridCell, ...], ...]) -> Layout:
    """Labels by their text, figures by their cell's name."""
    return [[(c.name.rsplit(".", 1)[-1] if c.name else c.text, c.rows, c.columns) for c in row] for row in rows]


@pytest.mark.parametrize("year", PROACTIVE)
def test_each_clause_is_a_small_table_inside_part_two(year: int) -> None:
    table = statutory_grid(example(year), "proactive")
    assert table.head == ()
    assert laid_out(table.body) == written(PROACTIVE[year])
    assert [table.body[start][0].text[-4:] for start in table.groups] == [
        f"（{ordinal}）项" for ordinal in ("一五六八九" if year == 2020 else "一五六八")
    ]


@pytest.mark.parametrize("year", EDITIONS)
def test_the_applications_stand_under_applicants_and_beside_results(year: int) -> None:
    results, other = EDITIONS[year]
    filing = example(year)
    table = statutory_grid(filing, "applications")
    assert laid_out(table.head) == written(APPLICATIONS_HEAD)
    stub = written(APPLICATIONS_STUB.replace("RESULTS", results).replace("OTHER", other))
    assert [labels[:-7] for labels in laid_out(table.body)] == stub
    figures = [[(cell.name, cell.text) for cell in row[-7:]] for row in table.body]
    names = [name for name in filing.cells if name.startswith("applications.")]
    assert [entry for row in figures for entry in row] == [(name, str(filing.cells[name])) for name in names]


@pytest.mark.parametrize("year", EDITIONS)
def test_the_disputes_stand_on_one_line_of_fifteen_figures(year: int) -> None:
    filing = example(year)
    table = statutory_grid(filing, "disputes")
    assert laid_out(table.head) == written(DISPUTES_HEAD)
    (line,) = table.body
    names = [name for name in filing.cells if name.startswith("disputes.")]
    assert [(cell.name, cell.text) for cell in line] == [(name, str(filing.cells[name])) for name in names]


def test_blanks_unreadable_cells_and_units_are_printed_as_they_stand() -> None:
    cells = {"proactive.procurement.amount": "9633626.140", "proactive.fees.change": -3, "proactive.rules.made": "三"}
    table = statutory_grid(Filing.from_cells(SLUG, NAME, 2020, cells), "proactive")
    texts = {cell.name: cell.text for row in table.body for cell in row if cell.name}
    assert texts["proactive.procurement.amount"] == "9633626.140元"
    assert texts["proactive.procurement.projects"] == ""
    assert texts["proactive.fees.change"] == "-3"
    assert texts["proactive.rules.made"] == "三"
    fees = statutory_grid(Filing.from_cells(SLUG, NAME, 2023, {"proactive.fees.amount": "1.5"}), "proactive")
    assert fees.body[-1][-1].text == "1.5"


# ---- as HTML ---------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """The tags of a page with their attributes and texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_data(self, data: str) -> None:
        self.found[-1][2].append(data)

    def all(self, *tags: str) -> list[tuple[dict[str, Any], str]]:
        return [(attributes, "".join(text)) for tag, attributes, text in self.found if tag in tags]


@pytest.mark.parametrize("year", EDITIONS)
@pytest.mark.parametrize("key", TABLES)
@pytest.mark.parametrize("filled", [True, False])
def test_every_figure_names_its_cell_and_resolves_its_headers(filled: bool, key: str, year: int) -> None:
    filing = example(year) if filled else Filing.from_cells(SLUG, NAME, year, {})
    page = Page(table_html(statutory_grid(filing, key), count(900)))
    assert page.all("caption")[0][1] == filing.form.tables[key].caption
    headers = {attributes["id"]: text for attributes, text in page.all("th") if "id" in attributes}
    assert len(headers) == len(page.all("th"))
    assert sorted(headers) == [str(900 + number) for number in range(len(headers))]
    assert {attributes["scope"] for attributes, _ in page.all("th")} <= {"col", "row", "colgroup", "rowgroup"}
    figures = {
        attributes["data-cell"]: (attributes, text) for attributes, text in page.all("td") if "data-cell" in attributes
    }
    assert [a["data-cell"] for a, _ in page.all("td") if "data-cell" in a] == list(figures)
    assert list(figures) == [cell.name for cell in filing.form.tables[key].cells]
    for name, (attributes, _) in figures.items():
        cell = filing.form.cells[name]
        told = [headers[header] for header in attributes["headers"].split()]  # rows before columns, outermost first
        assert told == list(dict.fromkeys([*cell.row.label, *cell.column.label])), (
            "rows before columns, outermost first"
        )


def test_text_cannot_leave_its_cell() -> None:
    hostile = "</td><script>alert(1)</script>\"'"
    frame = pd.DataFrame({hostile: [hostile]}, index=[hostile])
    html = table_html(frame_grid(frame, hostile))
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4
    unreadable = Filing.from_cells(SLUG, NAME, 2023, {"disputes.reconsideration.total": hostile})
    assert "<script" not in table_html(statutory_grid(unreadable, "disputes"))


# ---- as JSON ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", EDITIONS)
@pytest.mark.parametrize("key", TABLES)
def test_a_table_survives_its_json(key: str, year: int) -> None:
    table = statutory_grid(example(year), key)
    assert read_table(json.loads(json.dumps(table_json(table)))) == table


def cell(**more: object) -> dict[str, object]:
    return {"text": "1", **more}


BROKEN: dict[str, dict[str, object]] = {
    "too few cells": {"body": [[cell()]]},
    "too many cells": {"body": [[cell(), cell(), cell()]]},
    "a cell that is too wide": {"body": [[cell(colspan=3)]]},
    "an endless cell": {"body": [[cell(colspan=10**12)]]},
    "a cell that is too high": {"body": [[cell(rowspan=2), cell()]]},
    "cells that overlap": {"body": [[cell(), cell(rowspan=2)], [cell(colspan=2)]]},
    "a header that reaches into the body": {"head": [[cell(rowspan=2), cell()]]},
    "a span in words": {"body": [[cell(colspan="two")]]},
    "a span without end": {"body": [[cell(colspan=float("inf")), cell()]]},
    "a cell without text": {"body": [[{}, cell()]]},
    "rows that are text": {"body": "ab"},
    "no rows": {"body": None},
    "no widths": {"widths": None},
    "a great many cells": {"widths": [1] * 500, "body": [[cell(colspan=500)]] * 1000},
    "groups beyond the rows": {"groups": [0, 9]},
    "groups that leave out rows": {"groups": [1], "body": [[cell(), cell()]] * 2},
    "groups that repeat rows": {"groups": [0, 1, 0], "body": [[cell(), cell()]] * 2},
}


@pytest.mark.parametrize("mistake", BROKEN)
def test_broken_json_is_refused(mistake: str) -> None:
    sound = {"key": "k", "caption": "", "widths": [1, 1], "head": [], "body": [[cell(), cell()]], "groups": [0]}
    read_table(sound)
    with pytest.raises(ValueError, match=r".+"):
        read_table({**sound, **BROKEN[mistake]})


# ---- from a frame ----------------------------------------------------------------------------------------------------


def test_levels_of_an_index_become_merged_headers() -> None:
    columns = pd.MultiIndex.from_tuples([("收到", "网上"), ("收到", "邮寄"), ("合计", "")])
    index = pd.MultiIndex.from_tuples([("市级", "甲局"), ("市级", "乙局"), ("县级", "丙局")], names=["层级", "机关"])
    table = frame_grid(pd.DataFrame([[1, 2, 3], [4, 5, 9], [0, 0, 0]], index, columns), "收件情况")
    assert laid_out(table.head) == [
        [("层级·机关", 2, 2), ("收到", 1, 2), ("合计", 2, 1)],
        [("网上", 1, 1), ("邮寄", 1, 1)],
    ]
    assert laid_out(table.body) == [
        [("市级", 2, 1), ("甲局", 1, 1), ("1", 1, 1), ("2", 1, 1), ("3", 1, 1)],
        [("乙局", 1, 1), ("4", 1, 1), ("5", 1, 1), ("9", 1, 1)],
        [("县级", 1, 1), ("丙局", 1, 1), ("0", 1, 1), ("0", 1, 1), ("0", 1, 1)],
    ]
    assert (table.caption, [cell.scope for cell in table.body[0]][:2]) == ("收件情况", ["rowgroup", "row"])


def test_a_plain_index_is_not_printed_and_figures_are_as_they_are() -> None:
    frame = pd.DataFrame({"金额": [Decimal("1.50"), None], "件数": pd.array([3, pd.NA], dtype="Int64")})
    table = frame_grid(frame)
    assert laid_out(table.head) == [[("金额", 1, 1), ("件数", 1, 1)]]
    assert [[cell.text for cell in row] for row in table.body] == [["1.50", "3"], ["", ""]]


def test_a_wrong_total_is_told_where_an_ordinary_column_names_the_rows() -> None:
    frame = pd.DataFrame({"季度": ["一", "二", "合计"], "件数": [9, 7, 17]})
    view = table(frame, caption="各季度")
    assert view.printed and view.printed.identities[0].expected == 16
    assert [[(cell.text, cell.scope) for cell in row] for row in view.table.body][2] == [("合计", ""), ("17", "")]
    assert table(frame, caption="各季度", formats={"季度": str, "件数": "{}件".format}).printed == view.printed
    added = table(frame[:2], total="合计").table.body[2]
    assert [cell.text for cell in added] == ["合计", "16"]


@pytest.mark.parametrize(
    ("columns", "expected", "left"),
    [
        ({"年度": [2021, 2022], "件数": [5, 2]}, ["合计", "7"], ""),
        ({"序号": [1, 2], "科室": ["甲", "乙"], "件数": [5, 2]}, ["合计", "", "7"], ""),
        ({"科室": ["甲", "甲"], "电话": [6234, 6235], "件数": [5, 2]}, ["合计", "", "7"], ""),
        ({"科室": ["甲", "乙"], "排名": [1, 2], "件数": [5, 2]}, ["合计", "", "7"], "“排名”"),
        ({"收到": [3, 4], "件数": [5, 2]}, ["合计：7", "7"], ""),
    ],
)
def test_a_row_of_totals_has_its_label_and_says_which_quantities_it_leaves_out(
    columns: dict[str, list[object]], expected: list[str], left: str
) -> None:
    view = table(pd.DataFrame(columns), caption="表", total="合计")
    assert [cell.text for cell in view.table.body[-1]] == expected
    assert (view.printed.message if view.printed else "").partition("列没有加出")[0] == (left and f"“表”的{left}")
    assert table(pd.DataFrame(index=range(2)), total="合计").table.width == 0


@given(st.lists(st.tuples(*[st.sampled_from(["甲", "乙", ""])] * 2), max_size=5), st.integers(0, 3))
def test_any_frame_gives_a_sound_table(columns: list[tuple[str, str]], rows: int) -> None:
    index = pd.MultiIndex.from_tuples(columns) if columns else pd.Index([])
    labels = pd.MultiIndex.from_tuples([("丙", str(n)) for n in range(rows)]) if rows else pd.Index([])
    table = frame_grid(pd.DataFrame(1, index=labels, columns=index), "说明")
    assert read_table(table_json(table)) == table
    page = Page(table_html(table, count(1)))
    known = {attributes["id"] for attributes, _ in page.all("th") if "id" in attributes}
    used = {name for attributes, _ in page.all("td") for name in attributes.get("headers", "").split()}
    assert used <= known
    assert table_text(table)


# ---- as text ---------------------------------------------------------------------------------------------------------


def test_a_table_as_text_has_aligned_columns_and_full_labels() -> None:
    filing = Filing.from_cells(SLUG, NAME, 2023, {"applications.denied.internal.natural": 7})
    caption, header, *lines = table_text(statutory_grid(filing, "applications")).split("\n")
    assert caption == "收到和处理政府信息公开申请情况"
    assert header.split() == ["自然人", *(f"法人或其他组织·{c}" for c in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")), "总计"]  # fmt: skip  # noqa: E501
    assert len(lines) == 25
    (line,) = [line for line in lines if "5.属于三类内部事务信息" in line]
    assert line.split() == ["5.属于三类内部事务信息", "7"]
    assert display_width(line) == display_width(header[: header.index("自然人") + 3])


def test_columns_of_prose_are_set_left_and_as_wide_as_they_ask():
    prose = "当面、邮寄、网络等申请渠道保持畅通，全年新收申请6件，比上年减少3件。"
    table = frame_grid(pd.DataFrame({"部分": [1, 3], "原文": [prose, "无。"], "规则": ["N1", "N5"]}))
    assert [cell.align for cell in table.body[0]] == ["center", "left", "center"]
    assert table.widths == (4, 36, 4)
    short = frame_grid(pd.DataFrame({"部分": [1], "结果": ["相符"]}, index=["甲"]))
    assert short.widths == (3, 2, 2) and {cell.align for cell in short.body[0][1:]} == {"center"}
