"""What a form says of its tables, names, labels, charts and days."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from govreport.core.errors import FormError
from govreport.forms.catalogue import Catalogue
from govreport.forms.expansion import expand
from govreport.forms.form import ChartSpec, Form

compose, form_for = Catalogue.read().compose, Catalogue.read().form_for

NEW, OLD = Catalogue.read().editions["2021"], Catalogue.read().editions["2019"]


@pytest.mark.parametrize(
    ("form", "table", "stub", "width"),
    [
        (NEW, "proactive", 1, 4),
        (NEW, "applications", 3, 10),
        (NEW, "disputes", 0, 15),
        (OLD, "proactive", 1, 4),
        (OLD, "applications", 3, 10),
    ],
)
def test_a_printed_grid_has_columns_for_labels_and_for_figures(form: Form, table: str, stub: int, width: int) -> None:
    found = form.tables[table]
    assert (found.stub_depth, found.grid_width, len(found.widths)) == (stub, width, width)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("applications.new.natural", "“一、本年新收政府信息公开申请数量”的“自然人”"),
        ("applications.new.business", "“一、本年新收政府信息公开申请数量”的“法人或其他组织·商业企业”"),
        ("applications.denied.total", "“（三）不予公开”的“总计”"),
        ("applications.new.legal_persons", "“一、本年新收政府信息公开申请数量”的“法人或其他组织”"),
        ("disputes.litigation.total", "“行政诉讼”的“总计”"),
        ("disputes.litigation.direct.total", "“未经复议直接起诉”的“总计”"),
        ("proactive.rules.issued", "“规章”的“本年制发件数”"),
    ],
)
def test_figures_are_called_by_the_official_labels_of_row_and_column(name: str, label: str) -> None:
    assert NEW.label_of(name) == label


def test_quotation_marks_within_a_label_are_single_ones() -> None:
    cell = NEW.cells["proactive.rules.issued"]
    row = replace(cell.row, label=("一", "“三公”经费"))
    assert replace(cell, row=row).label == "“‘三公’经费”的“本年制发件数”"


@pytest.mark.parametrize("name", ["applications.no.total", "applications.new.no", "applications.denied.no"])
def test_an_unknown_name_has_no_label_and_no_parts(name: str) -> None:
    for asked in (NEW.label_of, NEW.parts_of, NEW.kind_of):
        with pytest.raises(KeyError):
            asked(name)


def test_a_derived_name_holds_what_its_parts_hold() -> None:
    assert NEW.kind_of("disputes.litigation.total").name == "count"
    assert OLD.kind_of("proactive.licensing.change").name == "signed"
    assert NEW.kind_of("proactive.fees.amount").unit == "万元"


def test_a_derived_name_needs_every_one_of_its_cells() -> None:
    assert "proactive.rules.legal_persons" not in NEW.names
    assert not any(name.startswith("proactive.") for name in NEW.derived)
    assert NEW.derived["disputes.litigation.upheld"] == (
        "disputes.litigation.direct.upheld",
        "disputes.litigation.after_reconsideration.upheld",
    )


def test_the_tables_of_another_edition_are_told_as_differing() -> None:
    form = compose(2022, {"applications": "2019"})
    assert (form.differing, NEW.differing) == ({"applications": "2019"}, {})
    assert form != NEW and hash(form) != hash(NEW) and hash(form) == hash(compose(2022, {"applications": "2019"}))


@pytest.mark.parametrize("tables", [None, {}, {"applications": "2021"}])
def test_a_filing_whose_tables_follow_the_years_edition_has_that_form(tables: dict[str, str] | None) -> None:
    assert compose(2023, tables) is form_for(2023)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"applications": "2018"}, "没有 2018 版格式；可用的版本：2019、2021。"),
        ({"grants": "2019"}, "2019 版格式中没有表 grants；可用的表：proactive、applications、disputes。"),
        ({"grants": "2021"}, "2021 版格式中没有表 grants；可用的表：proactive、applications、disputes。"),
    ],
)
def test_an_unknown_edition_or_table_is_told_with_those_there_are(tables: dict[str, str], told: str) -> None:
    with pytest.raises(FormError) as error:
        compose(2023, tables)
    assert str(error.value) == told


def test_a_table_that_a_form_does_not_have_cannot_replace_one() -> None:
    with pytest.raises(FormError) as error:
        NEW.with_tables({"grants": OLD.tables["disputes"], "b": OLD.tables["disputes"]})
    assert str(error.value) == "表 b 不在 2021 版格式中；可用的表：proactive、applications、disputes。"


def test_a_chart_names_its_bars_without_numbers_and_explanations() -> None:
    charts = NEW.charts
    assert list(charts) == ["received", "results", "applicants", "ranking", "disputes"]
    assert NEW.chart_labels(charts["received"]) == ("本年新收", "上年结转")
    assert NEW.chart_labels(charts["applicants"]) == (
        "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他",
    )  # fmt: skip
    assert NEW.chart_labels(charts["results"]) == (
        "予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理",
    )  # fmt: skip
    assert NEW.chart_labels(charts["disputes"]) == ("结果维持", "结果纠正", "其他结果", "尚未审结")


def test_a_row_with_a_bar_of_its_own_is_called_by_its_innermost_label() -> None:
    chart = NEW.charts["disputes"]
    assert [NEW.chart_row(chart, row) for row in chart.each] == ["行政复议", "未经复议直接起诉", "复议后起诉"]


def test_a_chart_over_rows_shows_each_name_in_each_row() -> None:
    chart = ChartSpec("k", "题", "件", ("a", "b"), ("t.*.x", "t.*.y"))
    assert (chart.names_of("a"), chart.all_names) == (("t.a.x", "t.a.y"), ("t.a.x", "t.a.y", "t.b.x", "t.b.y"))
    assert replace(chart, each="years", names=("t.a.x",)).all_names == ("t.a.x",)


@pytest.mark.parametrize(
    ("kind", "year", "day"),
    [
        ("government", 2023, datetime.date(2024, 3, 31)),
        ("department", 2019, datetime.date(2020, 1, 31)),
        ("township", 2023, datetime.date(2024, 1, 31)),
    ],
)
def test_a_report_is_due_in_the_year_after(kind: str, year: int, day: datetime.date) -> None:
    assert form_for(year).deadline(kind, year) == day


def test_a_kind_without_a_deadline_has_none() -> None:
    with pytest.raises(KeyError):
        NEW.deadline("school", 2023)


def test_a_form_shows_its_tables_and_rules_in_a_notebook() -> None:
    shown = replace(NEW, title="<题>", document="〔2021〕<30>号")._repr_html_()
    assert "<p><strong>&lt;题&gt;，2021版格式</strong>（〔2021〕&lt;30&gt;号，自2021年起）</p>" in shown
    assert (
        '<tr><td class="left">disputes</td><td class="left">政府信息公开行政复议、行政诉讼情况</td><td>2021</td>'
        "<td>3×5</td><td>15</td></tr>"
    ) in shown
    assert (
        '<tr><td>P2</td><td class="left">proactive</td><td class="left">'
        "proactive.*.issued &lt;= proactive.*.in_force + proactive.*.repealed</td></tr>"
    ) in shown
    heads = ["表", "名称", "版本", "行×列", "格", "规则", "表", "恒等式"]
    assert [part.split("</th>")[0] for part in shown.split('<th scope="col">')[1:]] == heads


def test_an_edit_tells_its_own_cells_and_the_sum_that_it_defines() -> None:
    edits = {(edit.rule, edit.each): edit for edit in expand(NEW, NEW)}
    whole = edits["D1", "行政复议"]
    parts = tuple(f"disputes.reconsideration.{key}" for key in ("upheld", "corrected", "other", "pending"))
    assert (whole.total, whole.cells) == ("disputes.reconsideration.total", ("disputes.reconsideration.total", *parts))
    carried, balance, upper, stock = edits["Y1", "总计"], edits["A1", "总计"], edits["P2", "规章"], edits["Y2", "规章"]
    assert carried.cells == ("applications.carried_in.total",)
    assert stock.cells == ("proactive.rules.in_force", "proactive.rules.issued", "proactive.rules.repealed")
    assert [edit.total for edit in (carried, balance, upper, stock)] == [None] * 4
    assert [edit.compares_years for edit in (carried, stock, balance, whole)] == [True, True, False, False]
    assert (upper.sense, upper.severity, upper.kind.name) == ("<=", "warning", "count")
    assert replace(whole, right=whole.right[:1]).total is None
    assert replace(whole, right=((2, parts[0]), (1, parts[1]))).total is None
    assert replace(whole, right=((1, f"members.{parts[0]}"), (1, parts[1]))).total is None


def test_edits_stand_in_the_order_of_tables_rules_and_rows_and_the_projects_last() -> None:
    (rule,) = [rule for rule in NEW.tables["disputes"].rules if rule.id == "D1"]
    found = expand(NEW, None, [replace(rule, id="甲"), replace(rule, id="乙", each=("litigation.direct", "gone"))])
    rows = ["行政复议", "未经复议直接起诉", "复议后起诉"]
    assert [(edit.rule, edit.each) for edit in found[-7:]] == [
        *(("D1", row) for row in rows), *(("甲", row) for row in rows), ("乙", "未经复议直接起诉"),
    ]  # fmt: skip
    assert list(dict.fromkeys(edit.rule for edit in found)) == ["P2", "A1", "A2", "A3", "D1", "甲", "乙"]
    columns = [edit.each for edit in found if edit.rule == "A1"]
    assert (columns[0], columns[1], columns[-1]) == ("自然人", "法人或其他组织·商业企业", "总计")


def test_a_rule_between_years_is_about_last_years_names() -> None:
    carried = next(edit for edit in expand(NEW, OLD) if edit.rule == "Y1")
    assert carried.right == ((1, "last.applications.carried_out.natural"),)
    assert not any(edit.rule == "Y2" for edit in expand(NEW, OLD)) and any(e.rule == "Y2" for e in expand(NEW, NEW))


def test_a_projects_rule_on_a_table_that_the_form_lacks_gives_no_edit() -> None:
    (rule,) = [rule for rule in NEW.tables["disputes"].rules if rule.id == "D1"]
    without = replace(NEW, tables={key: table for key, table in NEW.tables.items() if key != "disputes"})
    assert expand(without, None, [rule]) == expand(without)


def test_sums_are_shared_only_where_every_other_form_has_their_name() -> None:
    table = NEW.tables["applications"]
    assert table.shared_names([NEW.names, frozenset()]) == []
    assert "applications.other.natural" in table.shared_names([OLD.names])
    assert "applications.other.natural" not in table.shared_names([OLD.names - {"applications.other.natural"}])
