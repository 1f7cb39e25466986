"""The two editions of the statutory form, and what a new edition's file must and must not hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from govreport.checks.checking import check_filings
from govreport.core.errors import FormError
from govreport.filing.filing import Filing
from govreport.forms.catalogue import FOLDER, Catalogue
from govreport.forms.expansion import expand
from govreport.forms.form import Column, Row
from govreport.tables.statutory import statutory_grid
from tests.support.strategies import consistent_filing

PARTS = (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
)  # fmt: skip
PROACTIVE_2019 = """
rules > 第二十条第（一）项 > 规章: made disclosed disclosed_total
normative > 第二十条第（一）项 > 规范性文件: made disclosed disclosed_total
licensing > 第二十条第（五）项 > 行政许可: items_last_year change decisions
other_services > 第二十条第（五）项 > 其他对外管理服务事项: items_last_year change decisions
penalty > 第二十条第（六）项 > 行政处罚: items_last_year change decisions
coercion > 第二十条第（六）项 > 行政强制: items_last_year change decisions
fees > 第二十条第（八）项 > 行政事业性收费: items_last_year change
procurement > 第二十条第（九）项 > 政府集中采购: projects amount
"""
PROACTIVE_2021 = """
rules > 第二十条第（一）项 > 规章: issued repealed in_force
normative > 第二十条第（一）项 > 行政规范性文件: issued repealed in_force
licensing > 第二十条第（五）项 > 行政许可: decisions
penalty > 第二十条第（六）项 > 行政处罚: decisions
coercion > 第二十条第（六）项 > 行政强制: decisions
fees > 第二十条第（八）项 > 行政事业性收费: amount
"""
PROACTIVE_COLUMNS_2019 = """
made > 本年新制作数量
disclosed > 本年新公开数量
disclosed_total > 对外公开总数量
items_last_year > 上一年项目数量
change > 本年增/减
decisions > 处理决定数量
projects > 采购项目数量
amount > 采购总金额
"""
PROACTIVE_COLUMNS_2021 = """
issued > 本年制发件数
repealed > 本年废止件数
in_force > 现行有效件数
decisions > 本年处理决定数量
amount > 本年收费金额（单位：万元）
"""
APPLICATIONS = """
new > 一、本年新收政府信息公开申请数量
carried_in > 二、上年结转政府信息公开申请数量
granted > 三、本年度办理结果 > （一）予以公开
partial > 三、本年度办理结果 > （二）部分公开（区分处理的，只计这一情形，不计其他情形）
denied.state_secret > 三、本年度办理结果 > （三）不予公开 > 1.属于国家秘密
denied.law_forbids > 三、本年度办理结果 > （三）不予公开 > 2.其他法律行政法规禁止公开
denied.security > 三、本年度办理结果 > （三）不予公开 > 3.危及“三安全一稳定”
denied.third_party > 三、本年度办理结果 > （三）不予公开 > 4.保护第三方合法权益
denied.internal > 三、本年度办理结果 > （三）不予公开 > 5.属于三类内部事务信息
denied.process > 三、本年度办理结果 > （三）不予公开 > 6.属于四类过程性信息
denied.enforcement_file > 三、本年度办理结果 > （三）不予公开 > 7.属于行政执法案卷
denied.admin_query > 三、本年度办理结果 > （三）不予公开 > 8.属于行政查询事项
unable.not_held > 三、本年度办理结果 > （四）无法提供 > 1.本机关不掌握相关政府信息
unable.must_create > 三、本年度办理结果 > （四）无法提供 > 2.没有现成信息需要另行制作
unable.unclear > 三、本年度办理结果 > （四）无法提供 > 3.补正后申请内容仍不明确
not_processed.petition > 三、本年度办理结果 > （五）不予处理 > 1.信访举报投诉类申请
not_processed.repeat > 三、本年度办理结果 > （五）不予处理 > 2.重复申请
not_processed.publication > 三、本年度办理结果 > （五）不予处理 > 3.要求提供公开出版物
not_processed.excessive > 三、本年度办理结果 > （五）不予处理 > 4.无正当理由大量反复申请
not_processed.confirm > 三、本年度办理结果 > （五）不予处理 > 5.要求行政机关确认或重新出具已获取信息
OTHER
total > 三、本年度办理结果 > （七）总计
carried_out > 四、结转下年度继续办理
"""
OTHER_2019 = "other > 三、本年度办理结果 > （六）其他处理"
OTHER_2021 = """other.no_correction > 三、本年度办理结果 > （六）其他处理 > 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请
other.fee_unpaid > 三、本年度办理结果 > （六）其他处理 > 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请
other.other > 三、本年度办理结果 > （六）其他处理 > 3.其他"""  # noqa: E501
APPLICANTS = """
natural > 申请人情况 > 自然人
business > 申请人情况 > 法人或其他组织 > 商业企业
research > 申请人情况 > 法人或其他组织 > 科研机构
public_welfare > 申请人情况 > 法人或其他组织 > 社会公益组织
legal_service > 申请人情况 > 法人或其他组织 > 法律服务机构
other > 申请人情况 > 法人或其他组织 > 其他
total > 申请人情况 > 总计
"""
DISPUTES = """
reconsideration > 行政复议
litigation.direct > 行政诉讼 > 未经复议直接起诉
litigation.after_reconsideration > 行政诉讼 > 复议后起诉
"""
OUTCOMES = """
upheld > 结果维持
corrected > 结果纠正
other > 其他结果
pending > 尚未审结
total > 总计
"""
OFFICIAL = {
    ("2019", "proactive"): (PROACTIVE_2019, PROACTIVE_COLUMNS_2019),
    ("2021", "proactive"): (PROACTIVE_2021, PROACTIVE_COLUMNS_2021),
    ("2019", "applications"): (APPLICATIONS.replace("OTHER", OTHER_2019), APPLICANTS),
    ("2021", "applications"): (APPLICATIONS.replace("OTHER", OTHER_2021), APPLICANTS),
    ("2019", "disputes"): (DISPUTES, OUTCOMES),
    ("2021", "disputes"): (DISPUTES, OUTCOMES),
}


def written(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Key and label path of each line."""
    return [(key, tuple(path)) for key, *path in (re.sub(r": [a-z_ ]+$", "", x).split(" > ") for x in text.split("\n") if x)]  # fmt: skip  # noqa: E501


def held(items: Iterable[Row | Column]) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.key, item.label) for item in items]


@pytest.mark.parametrize(("edition", "table"), OFFICIAL)
def test_every_key_and_label_is_the_official_one_in_the_official_order(edition: str, table: str) -> None:
    rows, columns = OFFICIAL[edition, table]
    form = Catalogue.read().editions[edition].tables[table]
    assert held(form.rows) == written(rows)
    assert held(form.columns) == written(columns)


@pytest.mark.parametrize(("edition", "text"), [("2019", PROACTIVE_2019), ("2021", PROACTIVE_2021)])
def test_each_clause_has_its_own_columns(edition: str, text: str) -> None:
    expected = [line.split(": ")[1].split() for line in text.split("\n") if line]
    rows = Catalogue.read().editions[edition].tables["proactive"].rows
    assert [[column.key for column in row.columns] for row in rows] == expected


@pytest.mark.parametrize(("edition", "proactive", "applications"), [("2019", 22, 161), ("2021", 10, 175)])
def test_each_edition_has_its_number_of_cells(edition: str, proactive: int, applications: int) -> None:
    counted = Counter(cell.table for cell in Catalogue.read().editions[edition].cells.values())
    assert counted == {"proactive": proactive, "applications": applications, "disputes": 15}


def test_the_tables_stand_in_parts_two_three_and_four() -> None:
    for form in Catalogue.read().editions.values():
        assert form.parts == PARTS
        assert form.title == "政府信息公开工作年度报告"
        assert [(t.key, t.part, t.caption) for t in form.tables.values()] == [
            ("proactive", 2, "主动公开政府信息情况"),
            ("applications", 3, "收到和处理政府信息公开申请情况"),
            ("disputes", 4, "政府信息公开行政复议、行政诉讼情况"),
        ]


def test_only_money_has_a_unit_and_only_changes_may_be_negative() -> None:
    told = {
        edition: {name: kind for name, cell in form.cells.items() if (kind := cell.kind).name != "count"}
        for edition, form in Catalogue.read().editions.items()
    }
    rows = ("licensing", "other_services", "penalty", "coercion", "fees")
    amount = told["2019"].pop("proactive.procurement.amount")
    assert (amount.name, amount.unit, amount.decimals, amount.unit_in_cell) == ("money", "元", 2, True)
    assert {name: kind.name for name, kind in told["2019"].items()} == {f"proactive.{r}.change": "signed" for r in rows}
    (name, fees), *rest = told["2021"].items()
    assert (name, rest) == ("proactive.fees.amount", [])
    assert (fees.name, fees.unit, fees.decimals, fees.unit_in_cell) == ("money", "万元", 6, False)


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_prose_may_speak_of_sums_that_the_form_has_no_cell_for(edition: str) -> None:
    form = Catalogue.read().editions[edition]
    columns = [*(key for key, _ in written(APPLICANTS)), "legal_persons"]
    groups = ["denied", "unable", "not_processed", "other"]
    rows = [key for key, _ in written(OFFICIAL[edition, "applications"][0])]
    expected = {f"applications.{group}.{column}" for group in groups for column in columns}
    expected |= {f"applications.{row}.legal_persons" for row in rows}
    expected |= {f"disputes.litigation.{key}" for key, _ in written(OUTCOMES)}
    assert set(form.derived) == expected - set(form.cells)
    assert form.names == set(form.cells) | expected


def test_a_derived_name_sums_its_parts() -> None:
    form = Catalogue.read().editions["2021"]
    assert form.parts_of("applications.unable.legal_persons") == tuple(
        f"applications.unable.{row}.{column}"
        for row in ("not_held", "must_create", "unclear")
        for column in ("business", "research", "public_welfare", "legal_service", "other")
    )
    assert form.parts_of("applications.other.total") == tuple(
        f"applications.other.{row}.total" for row in ("no_correction", "fee_unpaid", "other")
    )
    assert Catalogue.read().editions["2019"].parts_of("applications.other.total") == ("applications.other.total",)


@pytest.mark.parametrize("year", range(2019, 2031))
def test_the_year_decides_which_edition_is_in_force(year: int) -> None:
    assert Catalogue.read().form_for(year).edition == ("2019" if year <= 2020 else "2021")


def test_there_is_no_form_before_the_first_edition() -> None:
    with pytest.raises(FormError, match=r"没有适用于 2018 年的格式；最早的格式自 2019 年起施行。"):
        Catalogue.read().form_for(2018)


@pytest.mark.parametrize(
    ("edition", "within", "between"),
    [
        ("2019", {"A1": 7, "A2": 7, "A3": 23, "D1": 3, "P1": 2}, {"Y1": 7, "Y3": 5}),
        ("2021", {"A1": 7, "A2": 7, "A3": 25, "D1": 3, "P2": 2}, {"Y1": 7, "Y2": 2}),
    ],
)
def test_each_edition_has_its_balance_edits(edition: str, within: dict[str, int], between: dict[str, int]) -> None:
    form = Catalogue.read().editions[edition]
    assert Counter(edit.rule for edit in expand(form)) == within
    assert Counter(edit.rule for edit in expand(form, form)) == within | between
    severities = {edit.rule: edit.severity for edit in expand(form, form)}
    assert {rule for rule, severity in severities.items() if severity == "error"} == {"A1", "A2", "A3", "D1", "Y1"}
    assert {severity for rule, severity in severities.items() if rule in ("P1", "P2", "Y2", "Y3")} == {"warning"}


def test_across_a_change_of_edition_only_the_applications_compare() -> None:
    old, new = Catalogue.read().editions["2019"], Catalogue.read().editions["2021"]
    assert Counter(edit.rule for edit in expand(new, old) if edit.compares_years) == {"Y1": 7}


def test_a_table_of_another_edition_can_stand_in_a_year() -> None:
    form = Catalogue.read().compose(2021, {"applications": "2019"})
    assert form.edition == "2021"
    assert form.editions == {"proactive": "2021", "applications": "2019", "disputes": "2021"}
    assert Counter(edit.rule for edit in expand(form))["A3"] == 23


def test_an_edition_of_2027_is_a_new_file_and_no_python(tmp_path: Path) -> None:
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "2021"', 'edition = "2027"').replace("first_year = 2021", "first_year = 2027")
    text = text.replace('{ key = "pending", label = ["尚未审结"]', '{ key = "settled", label = ["和解"]')
    text = text.replace("disputes.*.pending", "disputes.*.settled")
    (tmp_path / "2027.toml").write_text(text, encoding="utf-8")
    assert [Catalogue.read(tmp_path).form_for(year).edition for year in (2026, 2027, 2028)] == ["2021", "2027", "2027"]

    form = Catalogue.read(tmp_path).form_for(2028)
    like = consistent_filing(2023, Random("2028").randint).cells
    cells = {name: like[name.replace("settled", "pending")] for name in form.cells}
    filing = Filing("shili-archive", "示例市档案局", 2028, form, cells)
    assert len(check_filings([(filing, None)])[0]) == 0
    wrong = replace(filing, cells=cells | {"disputes.litigation.direct.settled": 99})
    assert [f.rule for f in check_filings([(wrong, None)])[0]] == ["D1"]
    assert "和解" in [cell.text for cell in statutory_grid(filing, "disputes").head[-1]]


ISSUED = 'key = "issued", label = ["本年制发件数"], kind = "count"'
P2 = '"proactive.*.issued <= proactive.*.in_force + proactive.*.repealed"'
PENALTY = 'key = "penalty", label = ["第二十条第（六）项", "行政处罚"]'
THREE = 'columns = ["issued", "repealed", "in_force"]'
MALFORMED = {
    "a missing key": ('edition = "2021"\n', "", "edition"),
    "a key that no form has": ('edition = "2021"', 'edition = "2021"\nsize = 1', "size"),
    "a key that no table has": ("part = 2", "part = 2\nsize = 1", "tables.proactive.size"),
    "text where a number belongs": ("first_year = 2021", 'first_year = "2021"', "first_year"),
    "a deadline that is no day": ('government = "03-31"', 'government = "02-29"', "deadlines.government"),
    "a deadline that is no text": ('government = "03-31"', "government = 331", "deadlines.government"),
    "a number where text belongs": ('edition = "2021"', "edition = 2021", "edition"),
    "a part that the report does not have": ("part = 2", "part = 7", "tables.proactive.part"),
    "an unknown layout": ('layout = "clauses"', 'layout = "grid"', "tables.proactive.layout"),
    "an unknown shape of file": ('file = "long"', 'file = "tall"', "tables.proactive.file"),
    "too few widths": ("widths = [30, 24, 24, 24]", "widths = [30, 24, 24]", "tables.proactive.widths"),
    "a width of nothing": ("widths = [30, 24, 24, 24]", "widths = [30, 24, 24, 0]", "tables.proactive.widths"),
    "an unknown kind": (ISSUED, ISSUED.replace("count", "text"), "tables.proactive.columns[1].kind"),
    "a count with a unit": (ISSUED, f'{ISSUED}, unit = "件"', "tables.proactive.columns[1].unit"),
    "money without decimals": (", decimals = 6", "", "tables.proactive.columns[5].decimals"),
    "money with decimals below zero": (", decimals = 6", ", decimals = -2", "tables.proactive.columns[5].decimals"),
    "a label that is no list": (ISSUED, ISSUED.replace('["本年制发件数"]', "1"), "tables.proactive.columns[1].label"),
    "an unknown column in a row": (THREE, 'columns = ["drafted"]', "tables.proactive.rows[1].columns"),
    "a column twice in a row": (THREE, 'columns = ["issued", "issued"]', "tables.proactive.rows[1].columns"),
    "a row twice": ('key = "penalty"', 'key = "licensing"', "tables.proactive.rows[4].key"),
    "a row without a key": ('key = "penalty"', 'key = ""', "tables.proactive.rows[4].key"),
    "a key that no name can hold": ('key = "penalty"', 'key = "行政 处罚"', "tables.proactive.rows[4].key"),
    "a column twice": ('key = "repealed", label', 'key = "issued", label', "tables.proactive.columns[2].key"),
    "a clause whose rows have different columns": (
        f'{PENALTY}, columns = ["decisions"]', f'{PENALTY}, columns = ["amount"]', "tables.proactive.rows",
    ),
    "a rule with an unknown name": (P2, P2.replace("issued", "drafted"), "tables.proactive.rules[1].identity"),
    "a rule on an unknown row": ('each = ["rules", "normative"]', 'each = ["law"]', "tables.proactive.rules[1].each"),
    "an identity without a sign": (P2, P2.replace("<=", ""), "tables.proactive.rules[1].identity"),
    "an identity that ends with a plus": (P2, '"proactive.*.issued <= "', "tables.proactive.rules[1].identity"),
    "an identity with a factor": (P2, P2.replace('"pro', '"2 pro'), "tables.proactive.rules[1].identity"),
    "an unknown severity": ('severity = "warning"', 'severity = "fatal"', "tables.proactive.rules[1].severity"),
    "an unknown word in a message": ("本年制发件数为{stated}", "为{told}", "tables.proactive.rules[1].message"),
    "an attribute in a message": ("件数为{stated}", "为{stated.real}", "tables.proactive.rules[1].message"),
    "a sum of unknown rows": ('sum = ["denied.*"]', 'sum = ["no.*"]', "tables.applications.derived_rows[1].sum"),
    "a derived row like a printed": ('key = "denied", label', 'key = "total", label', "tables.applications.derived"),
    "a chart of unknown bars": ('each = "figures"', 'each = "months"', "tables.applications.charts[3].each"),
    "a chart of an unknown row": ('each = ["reconsideration"', 'each = ["appeal"', "tables.disputes.charts[1].each"),
    "a chart with a label too few": ('"本年新收", ', "", "tables.applications.charts[1].labels"),
    "a chart of an unknown figure": ('"applications.denied.total",\n', '"applications.no.total",\n', "charts"),
    "a file that is no TOML": ('edition = "2021"', 'edition = "2021', "不是可读的 TOML（第"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MALFORMED)
def test_a_malformed_form_is_told_by_file_and_key(mistake: str, tmp_path: Path) -> None:
    old, new, place = MALFORMED[mistake]
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    assert old in text
    folder = tmp_path / "forms"
    folder.mkdir()
    (folder / "2027.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError) as error:
        Catalogue.read(folder)
    assert "格式文件 forms/2027.toml" in str(error.value)
    assert place in str(error.value)
    assert str(error.value).count("。") == 1


def test_two_files_of_one_edition_are_refused(tmp_path: Path) -> None:
    (tmp_path / "copy.toml").write_bytes((FOLDER / "2021.toml").read_bytes())
    with pytest.raises(FormError, match=r"copy\.toml 与 2021\.toml"):
        Catalogue.read(tmp_path)
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    for name in ("2027.toml", "copy.toml"):
        (tmp_path / name).write_text(text.replace("2021", "2027"), encoding="utf-8")
    with pytest.raises(FormError, match=r"copy\.toml 与 .*/2027\.toml"):
        Catalogue.read(tmp_path)


def test_a_folder_without_forms_leaves_the_statutory_editions(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "none"):
        found = Catalogue.read(folder)
        assert (list(found.editions), found.own) == (["2019", "2021"], ())
        assert found.form_for(2023) is Catalogue.read().form_for(2023)
