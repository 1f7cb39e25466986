"""Balance edits and validity in small filings: who is told what, in which words, with which figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from govreport.checks.edits.balance import check_balance
from govreport.checks.edits.matrix import Case, blank_totals, edit_matrix, evaluate, figures_of
from govreport.checks.edits.project_rules import project_rules, similarity
from govreport.checks.edits.validity import check_presence, check_validity, unreadable_filing
from govreport.checks.findings import Finding
from govreport.core.errors import FilingError, ProjectError
from govreport.core.figures import Figure
from govreport.filing.filing import Filing, Note
from govreport.forms.catalogue import Catalogue
from govreport.forms.rules import Rule, parse_identity

form_for = Catalogue.read().form_for

RECONSIDERATION, DIRECT = "disputes.reconsideration", "disputes.litigation.direct"
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")


def filing(cells: Mapping[str, Figure | str | None], year: int = 2023) -> Filing:
    """A filing of one agency; what is not given is nothing."""
    nothing = dict.fromkeys(form_for(year).cells, 0)
    return Filing.from_cells("demo", "示例局", year, nothing | dict(cells))


def row(name: str, *figures: Figure | str | None) -> dict[str, Figure | str | None]:
    """A row of the table of disputes."""
    return {f"{name}.{key}": figure for key, figure in zip(OUTCOMES, figures, strict=True)}


def found(case: Case) -> list[Finding]:
    return check_balance([case])[0]


def rule(identity: str, **fields: object) -> Rule:
    """A rule of a project."""
    left, sense, right = parse_identity(identity)
    base = Rule("X1", "warning", "", "", identity, left, sense, right, "为{stated}，应为{expected}，差{difference}")
    return replace(base, **fields)


# ---- what holds and what does not ------------------------------------------------------------------------------------


def test_a_sum_that_fails_is_told_with_both_sides_their_difference_and_its_parts() -> None:
    (one,) = found(Case(filing(row(RECONSIDERATION, 2, 1, 0, 0, 5))))
    assert (one.agency, one.year, one.severity, one.rule) == ("demo", 2023, "error", "D1")
    (identity,) = one.identities
    assert (identity.stated, identity.expected, identity.difference) == (5, 3, 2)
    assert identity.cells == tuple(f"{RECONSIDERATION}.{key}" for key in (OUTCOMES[-1], *OUTCOMES[:-1]))
    arithmetic = "结果维持 2＋结果纠正 1＝3"
    assert identity.text == f"复议诉讼表“行政复议”总计为5，四种结果之和为3，相差2：{arithmetic}"
    assert one.message.startswith(f"{identity.text}。可能的改法：“行政复议”的“总计”由5改为3；或")


def test_a_sum_of_one_part_shows_no_arithmetic() -> None:
    (one,) = found(Case(filing(row(RECONSIDERATION, 2, 0, 0, 0, 5))))
    assert one.identities[0].text == "复议诉讼表“行政复议”总计为5，四种结果之和为2，相差3"


def test_a_difference_is_told_without_sign() -> None:
    (one,) = found(Case(filing(row(RECONSIDERATION, 2, 1, 0, 0, 0))))
    assert "总计为0，四种结果之和为3，相差3：" in one.message and one.identities[0].difference == -3


def test_an_upper_bound_may_be_reached_but_not_exceeded() -> None:
    def issued(figure: int) -> list[Finding]:
        return found(Case(filing({"proactive.rules.issued": figure, "proactive.rules.in_force": 4})))

    assert issued(4) == [] and issued(3) == []
    (one,) = issued(5)
    assert (one.rule, one.severity, one.suggestion) == ("P2", "warning", None)
    assert one.message == "主动公开表“规章”本年制发件数为5，大于现行有效与本年废止件数之和4，多1。"


@pytest.mark.parametrize(("figure", "fails"), [(4, False), (5, False), (3, True)])
def test_a_lower_bound_of_a_project_is_kept_from_below(figure: int, fails: bool) -> None:
    low = rule(f"{DIRECT}.total >= {RECONSIDERATION}.total")
    cells = row(RECONSIDERATION, 4, 0, 0, 0, 4) | row(DIRECT, figure, 0, 0, 0, figure)
    assert [one.rule for one in found(Case(filing(cells), rules=(low,)))] == ["X1"] * fails


def test_subtracted_parts_and_last_years_are_written_with_their_sign_and_year() -> None:
    last = filing({"proactive.rules.in_force": 19}, 2022)
    now = filing({"proactive.rules.issued": 9, "proactive.rules.in_force": 15, "proactive.rules.repealed": 4})
    (one,) = found(Case(now, last))
    assert one.identities[0].text == (
        "主动公开表“规章”现行有效件数为15，按上年现行有效加本年制发减本年废止应为24，相差9："
        "上年现行有效件数 19＋本年制发件数 9－本年废止件数 4＝24"
    )


def test_both_sides_of_an_identity_are_written_where_both_are_sums() -> None:
    column = {"new": 3, "carried_in": 2, "total": 3, "granted": 3, "carried_out": 1}
    cells = {f"applications.{key}.{name}": n for key, n in column.items() for name in ("natural", "total")}
    texts = [identity.text for one in found(Case(filing(cells))) for identity in one.identities]
    assert texts[0] == (
        "申请表“自然人”列第一项加第二项之和为5，第三项加第四项之和为4，相差1："
        "一、本年新收政府信息公开申请数量 3＋二、上年结转政府信息公开申请数量 2＝5，"
        "（七）总计 3＋四、结转下年度继续办理 1＝4"
    )


def test_long_sums_show_six_parts_and_how_many_there_are_and_labels_lose_their_explanations() -> None:
    keys = [key for key in form_for(2023).tables["applications"].row_labels if key.startswith(("partial", "denied."))]
    cells = {f"applications.{key}.natural": 1 for key in keys} | {f"applications.{key}.total": 1 for key in keys}
    cells |= {f"applications.total.{column}": len(keys) for column in ("natural", "total")}
    cells |= {f"applications.new.{column}": len(keys) for column in ("natural", "total")}
    assert len(keys) == 9 and found(Case(filing(cells))) == []
    wrong = cells | {"applications.total.natural": 10, "applications.new.natural": 10}
    texts = {i.rule: i.text for one in found(Case(filing(wrong))) for i in one.identities if "列" in i.text}
    denied = ("1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益")
    labels = ["（二）部分公开", *(f"（三）不予公开·{name}" for name in (*denied, "5.属于三类内部事务信息"))]
    assert texts["A2"].split("：")[1] == f"{'＋'.join(f'{label} 1' for label in labels)}等9项＝9"


def test_six_parts_are_shown_without_a_count() -> None:
    columns = ("natural", "business", "research", "public_welfare", "legal_service", "other")
    cells = {f"applications.{key}.{column}": 1 for key in ("new", "granted", "total") for column in columns}
    cells |= {"applications.new.total": 7, "applications.granted.total": 6, "applications.total.total": 6}
    texts = [i.text for one in found(Case(filing(cells))) for i in one.identities if i.rule == "A3"]
    assert texts[0].endswith("法人或其他组织·法律服务机构 1＋法人或其他组织·其他 1＝6") and "等6项" not in texts[0]


def test_parts_of_different_rows_are_called_by_their_rows() -> None:
    own = rule(f"{RECONSIDERATION}.total = {RECONSIDERATION}.upheld + {DIRECT}.upheld", table="disputes")
    cells = row(RECONSIDERATION, 2, 0, 0, 0, 2) | row(DIRECT, 1, 0, 0, 0, 1)
    (one,) = found(Case(filing(cells), rules=(own,)))
    assert one.identities[0].text == "复议诉讼表为2，应为3，差1：行政复议 2＋未经复议直接起诉 1＝3"


def test_a_label_that_is_all_in_brackets_is_kept() -> None:
    own = filing(row(RECONSIDERATION, 2, 1, 0, 0, 5))
    table = own.form.tables["disputes"]
    columns = tuple(
        replace(column, label=("（维持）",)) if column.key == "upheld" else column for column in table.columns
    )
    form = own.form.with_tables({"disputes": replace(table, columns=columns)})
    (one,) = found(Case(replace(own, form=form)))
    assert one.identities[0].text.endswith("：（维持） 2＋结果纠正 1＝3")


# ---- members ---------------------------------------------------------------------------------------------------------


def test_a_parents_figure_must_be_its_members_sum() -> None:
    members = {f"{RECONSIDERATION}.upheld": 6, "disputes.litigation.upheld": 4}
    own = row(RECONSIDERATION, 7, 0, 0, 0, 7) | row(DIRECT, 4, 0, 0, 0, 4)
    (one,) = found(Case(filing(own), members=members))
    (identity,) = one.identities
    assert (one.rule, one.severity, identity.cells) == ("R1", "error", (f"{RECONSIDERATION}.upheld",))
    assert identity.text == "复议诉讼表“行政复议”的“结果维持”为7，所属机构合计为6，相差1"
    assert "可能的改法：“行政复议”的“结果维持”由7改为6，同时" in one.message


def test_money_of_members_is_compared_to_the_last_fen() -> None:
    name = "proactive.procurement.amount"
    assert found(Case(filing({name: "1.25"}, 2020), members={name: Decimal("1.250")})) == []
    (one,) = found(Case(filing({name: "1.5"}, 2020), members={name: Decimal("1.25")}))
    assert one.identities[0].text == "主动公开表“政府集中采购”的“采购总金额”为1.5，所属机构合计为1.25，相差0.25"
    assert one.suggestion == {"cells": {name: 1.25}, "confidence": "unique"}


# ---- the matrix ------------------------------------------------------------------------------------------------------


def test_the_matrix_has_left_minus_right_and_turns_the_signs_of_lower_bounds() -> None:
    form = form_for(2023)
    rules = tuple(rule(f"2 * {DIRECT}.total {sense} {RECONSIDERATION}.total") for sense in ("=", "<=", ">="))
    system = edit_matrix(form, None, (f"{DIRECT}.total",), rules)
    direct, reconsideration = (system.cells.index(f"{name}.total") for name in (DIRECT, RECONSIDERATION))
    lines = system.matrix[-4:]
    assert [line[direct] for line in lines] == [2, 2, -2, 1]
    assert [line[reconsideration] for line in lines] == [-1, -1, 1, 0]
    assert lines[3][system.cells.index(f"members.{DIRECT}.total")] == -1
    assert system.upper.tolist()[-4:] == [False, True, True, False]
    assert [edit.rule for edit in system.edits[-4:]] == ["X1", "X1", "X1", "R1"]
    assert system.cells[: len(form.cells)] == tuple(form.cells)


def test_the_matrix_knows_the_cell_that_each_edit_defines_and_its_parts() -> None:
    system = edit_matrix(form_for(2023), form_for(2022))
    number = next(n for n, edit in enumerate(system.edits) if edit.rule == "D1")
    assert [system.cells[n] for n in np.flatnonzero(system.totals[number])] == [f"{RECONSIDERATION}.total"]
    parts = np.flatnonzero(system.parts[number])
    assert [system.cells[n] for n in parts] == [f"{RECONSIDERATION}.{key}" for key in OUTCOMES[:-1]]
    between = next(n for n, edit in enumerate(system.edits) if edit.rule == "Y1")
    assert not system.totals[between].any() and not system.parts[between].any()


def test_a_form_without_sums_has_a_matrix_without_parts() -> None:
    form = form_for(2023)
    system = edit_matrix(replace(form, tables={"proactive": form.tables["proactive"]}))
    assert [edit.rule for edit in system.edits] == ["P2", "P2"]
    assert system.parts.shape == system.totals.shape == system.matrix.shape
    assert not system.parts.any() and not system.totals.any()


def test_figures_are_smallest_units_and_tell_blank_from_unreadable() -> None:
    one = filing({"proactive.procurement.amount": "1.5", f"{DIRECT}.total": None, f"{DIRECT}.other": "三"}, 2020)
    last = replace(filing({f"{RECONSIDERATION}.upheld": 7}, 2019), agency="demo")
    case = Case(one, last, {f"{DIRECT}.total": 9})
    system, figures = edit_matrix(*case.kind), figures_of([case])

    def at(name: str) -> tuple[int, bool, bool]:
        place = system.cells.index(name)
        return figures.values[0, place], bool(figures.filled[0, place]), bool(figures.unknown[0, place])

    assert at("proactive.procurement.amount") == (150, True, False)
    assert at(f"{DIRECT}.total") == (0, False, False)
    assert at(f"{DIRECT}.other") == (0, False, True)
    assert at(f"last.{RECONSIDERATION}.upheld") == (7, True, False)
    assert at(f"members.{DIRECT}.total") == (9, True, False)
    assert [case.units(name) for name in ("proactive.procurement.amount", f"{DIRECT}.total")] == [150, 0]
    assert [case.units(name) for name in (f"last.{RECONSIDERATION}.upheld", f"members.{DIRECT}.total")] == [7, 9]
    assert Case(one).units(f"last.{RECONSIDERATION}.upheld") == 0


def test_last_years_total_that_was_left_blank_is_not_known() -> None:
    last = filing({"applications.carried_out.natural": 1, "applications.carried_out.total": None}, 2022)
    system = edit_matrix(form_for(2023), last.form)
    unknown = figures_of([Case(filing({}), last)]).unknown[0]
    assert [system.cells[n] for n in np.flatnonzero(unknown)] == ["last.applications.carried_out.total"]


def test_a_blank_total_over_filled_parts_is_known_and_so_is_the_total_of_such_totals() -> None:
    parts = {"applications.granted.natural": 3, "applications.granted.total": None, "applications.total.natural": None}
    blank = Filing.from_cells("demo", "示例局", 2023, parts)
    assert blank_totals(blank) == {f"applications.{key}" for key in ("granted.total", "total.natural", "total.total")}
    assert blank_totals(filing({})) == frozenset()
    assert blank_totals(Filing.from_cells("demo", "示例局", 2023, {})) == frozenset()


def test_edits_over_what_is_not_known_are_not_judged() -> None:
    cells = row(RECONSIDERATION, 2, 1, "三", 0, 9) | row(DIRECT, 1, 1, 0, 0, None)
    system = edit_matrix(form_for(2023))
    evaluation = evaluate(system, figures_of([Case(filing(cells))]))
    judged = {edit.each: bool(evaluation.judged[0, n]) for n, edit in enumerate(system.edits) if edit.rule == "D1"}
    assert judged == {"行政复议": False, "未经复议直接起诉": False, "复议后起诉": True}
    assert not evaluation.failed.any()
    assert [system.cells[n] for n in np.flatnonzero(evaluation.blank_totals[0])] == [f"{DIRECT}.total"]


def test_filings_of_different_forms_keep_their_order() -> None:
    wrong = row(RECONSIDERATION, 1, 0, 0, 0, 2)
    cases = [
        Case(filing({})),
        Case(filing(wrong, 2020)),
        Case(filing(wrong)),
        Case(filing({}, 2020)),
        Case(filing(wrong)),
    ]
    assert [[one.year for one in findings] for findings in check_balance(cases)] == [[], [2020], [2023], [], [2023]]


# ---- totals that are left blank --------------------------------------------------------------------------------------


def test_a_blank_total_is_told_with_the_sum_that_belongs_there() -> None:
    (one,) = found(Case(filing(row(RECONSIDERATION, 2, 1, 0, 0, None))))
    assert (one.severity, one.message) == ("warning", "复议诉讼表总计未填：“行政复议”的“总计”按分项应为3。")
    assert [(i.rule, i.cells, i.stated, i.expected) for i in one.identities] == [
        ("V2", (f"{RECONSIDERATION}.total",), None, 3)
    ]


def test_several_blank_totals_of_a_table_are_one_warning_and_each_table_has_its_own() -> None:
    cells = row(RECONSIDERATION, 2, 1, 0, 0, None) | row(DIRECT, 1, None, 0, 0, None)
    cells |= {f"applications.{key}.natural": 4 for key in ("new", "granted", "total")}
    cells |= {"applications.new.total": None, "applications.granted.total": 4, "applications.total.total": 4}
    first, second = found(Case(filing(cells)))
    assert first.message == "申请表总计未填：“一、本年新收政府信息公开申请数量”的“总计”按分项应为4。"
    told = "“行政复议”的“总计”按分项应为3；“未经复议直接起诉”的“总计”的分项也未填全"
    assert second.message == f"复议诉讼表总计未填：{told}。"
    totals = (f"{RECONSIDERATION}.total", f"{DIRECT}.total")
    assert [(i.cells, i.expected) for i in second.identities] == [(totals, None), (totals[:1], 3), (totals[1:], None)]


def test_a_total_of_blank_totals_is_told_with_its_sum_and_with_both_where_sums_disagree() -> None:
    cells: dict[str, Figure | None] = {f"applications.total.{column}": None for column in ("natural", "total")}
    cells |= {"applications.granted.natural": 3, "applications.granted.total": 5}
    messages = [one.message for one in found(Case(filing(cells))) if one.rule == "V2"]
    assert messages == ["申请表总计未填：“（七）总计”的“自然人”按分项应为3；“（七）总计”的“总计”按分项应为5或3。"]
    (one,) = [one for one in found(Case(filing(cells))) if one.rule == "V2"]
    assert [identity.expected for identity in one.identities] == [None, 3, None]


def test_last_years_blank_totals_are_not_told_this_year() -> None:
    last = filing({"applications.carried_out.natural": 1, "applications.carried_out.total": None}, 2022)
    assert all(one.rule != "V2" for one in found(Case(filing({}), last)))


# ---- validity --------------------------------------------------------------------------------------------------------


def validity(one: Filing) -> list[tuple[str, str, str, tuple[str, ...], str | None]]:
    return [(f.severity, f.rule, f.message, f.identities[0].cells, f.quote) for f in check_validity(one)]


@pytest.mark.parametrize(
    ("name", "text", "label", "told"),
    [
        (f"{RECONSIDERATION}.upheld", "三", "“行政复议”的“结果维持”：“三”不是数字", "不小于0的整数"),
        ("proactive.licensing.change", "1.5", "“行政许可”的“本年增/减”：“1.5”不是整数", "整数"),
        ("proactive.procurement.amount", "x", "“政府集中采购”的“采购总金额”：“x”不是数字",
         "以元为单位、不小于0、最多2位小数的数字"),
    ],
)  # fmt: skip
def test_a_text_that_is_no_figure_is_told_with_what_belongs_there(name: str, text: str, label: str, told: str) -> None:
    one = filing({name: text}, 2020)
    table = one.form.tables[name.partition(".")[0]].name
    assert validity(one) == [("error", "V1", f"{table}{label}；应填{told}。", (name,), text)]
    placed = replace(one, places={name: "a.csv 第2行"})
    assert validity(placed)[0][2] == f"a.csv 第2行{label}；应填{told}。"


def test_a_table_that_was_not_found_is_told_once() -> None:
    names = tuple(cell.name for cell in filing({}).form.tables["disputes"].cells)
    lost = filing(dict.fromkeys(names, "？"))
    (finding,) = check_validity(lost)
    assert finding.message == "复议诉讼表全部15格：“？”不是数字；请照原件填写。"
    assert [identity.cells for identity in finding.identities] == [(name,) for name in names], "a waiver needs them all"
    part = filing(dict.fromkeys(names[1:], "？"))
    assert [len(cells) for *_, cells, _ in validity(part)] == [1] * 14


def test_a_count_below_zero_is_told_and_a_change_may_be() -> None:
    name = "proactive.rules.made"
    one = filing({name: -2, "proactive.penalty.change": -2}, 2020)
    message = "“规章”的“本年新制作数量”为-2；应填不小于0的整数。"
    assert validity(one) == [("error", "V1", f"主动公开表{message}", (name,), None)]
    (finding,) = check_validity(replace(one, places={name: "a.csv 第2行"}))
    assert (finding.message, finding.identities[0].stated) == (f"a.csv 第2行{message}", -2)


def test_what_was_guessed_is_a_notice_unless_it_left_the_cell_blank() -> None:
    cells = {f"{RECONSIDERATION}.other": "1,204", f"{RECONSIDERATION}.pending": "/"}
    one = replace(filing(cells), notes=(*filing(cells).notes, Note("文件是 GB18030 编码。")))
    assert validity(one) == [
        ("notice", "V1", "“行政复议”的“其他结果”写作“1,204”，按1204读取。", (f"{RECONSIDERATION}.other",), None),
        ("notice", "F1", "文件是 GB18030 编码。", (), None),
    ]
    text = "写作别的"
    unread = replace(filing({f"{RECONSIDERATION}.other": "三"}), notes=(Note(text, (f"{RECONSIDERATION}.other",)),))
    assert validity(unread)[-1][:3] == ("notice", "V1", text)


def test_blank_cells_of_a_table_are_one_notice_by_rows_where_whole_rows_are_blank() -> None:
    cells = row(RECONSIDERATION, 1, None, 2, None, 3) | row(DIRECT, *[None] * 5)
    (one,) = check_presence(filing(cells))
    told = "“行政复议”的“结果纠正”、“行政复议”的“尚未审结”、“未经复议直接起诉”整行"
    assert (one.severity, one.message) == ("notice", f"复议诉讼表有7格未填：{told}；没有的请填0。")
    assert (one.rule, one.cells) == ("V2", tuple(name for name, figure in cells.items() if figure is None))


def test_more_than_six_blank_places_are_told_by_six_and_their_number() -> None:
    names = [f"applications.{key}.natural" for key in list(form_for(2023).tables["applications"].row_labels)[:7]]
    (six,) = check_presence(filing(dict.fromkeys(names[:6])))
    (seven,) = check_presence(filing(dict.fromkeys(names)))
    assert six.message.endswith("“自然人”；没有的请填0。") and six.message.count("、“") == 5
    assert seven.message.endswith("“自然人”等7处；没有的请填0。") and seven.message.count("、“") == 5


def test_a_table_of_blanks_is_told_in_a_word_and_unreadable_cells_and_told_totals_are_no_blanks() -> None:
    blank = Filing.from_cells("demo", "示例局", 2023, {})
    assert [one.message for one in check_presence(blank)] == [
        f"{name}全部未填；没有的请填0。" for name in ("主动公开表", "申请表", "复议诉讼表")
    ]
    total = f"{DIRECT}.total"
    some = filing({total: None, f"{DIRECT}.upheld": "三"})
    assert list(check_presence(some, frozenset({total}))) == []
    (one,) = check_presence(some)
    assert one.cells == (total,)


def test_every_reason_why_a_filing_cannot_be_read_is_a_finding() -> None:
    found = unreadable_filing("demo", 2023, FilingError(["甲。", "乙。"]))
    assert [(f.agency, f.year, f.severity, f.rule, f.message, f.cells) for f in found] == [
        ("demo", 2023, "error", "F1", text, ()) for text in ("甲。", "乙。")
    ]


# ---- a project's own rules -------------------------------------------------------------------------------------------

OWN = f"""[[rules]]
id = "甲1"
severity = "notice"
identity = "{DIRECT}.total <= {RECONSIDERATION}.total"
message = "多{{difference}}"
"""


def refused(folder: Path, text: str | bytes) -> str:
    (folder / "rules.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ProjectError) as error:
        project_rules(folder)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[[rules]]\nid = "甲"\n', "rules.toml 第1行（第1条规则的 identity）：缺少这个键。"),
        (f'{OWN}\n [[ rules ]]\n\nid = ""\nidentity = "a.b = c"\nseverity = "error"\nmessage = "甲"\n',
         "rules.toml 第9行（第2条规则的 id）：不应为空。"),
        (f'{OWN}\n [[ rules ]]\n\nid = "乙"\nidentity = "a.b = c"\nseverity = "error"\nmessage = "甲"\n',
         "rules.toml 第10行（第2条规则的 identity）：“c”处应是 + 或 - 连接的单元格名称或数字。"),
        (f"{OWN}  colour = 1\n", "rules.toml 第6行（第1条规则的 colour）：不认识这个键。"),
        (f"{OWN}my-colour = 1\n", "rules.toml 第6行（第1条规则的 my-colour）：不认识这个键。"),
        (f"{OWN}\n{OWN}", "rules.toml 第8行（第2条规则的 id）：“甲1”已被使用，请换一个编号。"),
        ("rules = [1]\n", "rules.toml 第1行的 rules[1]：应是一个表。"),
        ('# 说明\n\nrules = [{ id = "甲" }]\n', "rules.toml 第3行（第1条规则的 identity）：缺少这个键。"),
        (f"# a\n\na = 1\n{OWN}", "rules.toml 第3行的 a：不认识这个键。"),
        (f"{OWN}[prose]\nsimilarity = 2\n", "rules.toml 第7行的 similarity：应是大于0、不大于1的数，如 0.9。"),
        ("[prose]\nsimilarity = 0\n", "rules.toml 第2行的 similarity：应是大于0、不大于1的数，如 0.9。"),
        ("[prose]\n similarity = true\n", "rules.toml 第2行的 similarity：应是大于0、不大于1的数，如 0.9。"),
        ('[prose]\nsimilarity = "x"\n', "rules.toml 第2行的 similarity：应是大于0、不大于1的数，如 0.9。"),
        ("[prose]\nother = 1\n", "rules.toml 第2行的 other：不认识这个键；[prose] 下可用的键：similarity。"),
        ("# x\nprose = 3\n", "rules.toml 第2行的 prose：应写作 [prose]，其下写 similarity。"),
        (b"\xff\xfe", "rules.toml 是 UTF-16 编码；请另存为 UTF-8。"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_rules_is_told_with_its_line_however_they_are_written(
    text: str | bytes, told: str, tmp_path: Path
) -> None:
    assert refused(tmp_path, text) == told


def test_a_file_that_is_no_toml_is_told_with_how_a_rule_begins(tmp_path: Path) -> None:
    told = refused(tmp_path, "id = \n")
    assert told.startswith("rules.toml 不是可读的 TOML（") and told.endswith("）；每条规则应以 [[rules]] 开头。")


def test_rules_and_the_similarity_are_read_anew_when_the_file_changes(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    assert (project_rules(tmp_path), similarity(tmp_path)) == ((), 0.9)
    path.write_text(OWN, encoding="utf-8")
    assert ([one.id for one in project_rules(tmp_path)], similarity(tmp_path)) == (["甲1"], 0.9)
    path.write_text("[prose]\nsimilarity = 1\n", encoding="utf-8")
    assert (project_rules(tmp_path), similarity(tmp_path), type(similarity(tmp_path))) == ((), 1.0, float)
    path.write_text(f"{OWN}[prose]\nsimilarity = 0.75\n", encoding="utf-8")
    assert (len(project_rules(tmp_path)), similarity(tmp_path)) == (1, 0.75)


def test_a_projects_rule_speaks_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(OWN, encoding="utf-8")
    cells = row(DIRECT, 3, 0, 0, 0, 3) | row(RECONSIDERATION, 1, 0, 0, 0, 1)
    (one,) = found(Case(filing(cells), rules=project_rules(tmp_path)))
    assert (one.rule, one.severity, one.message, one.suggestion) == ("甲1", "notice", "复议诉讼表多2。", None)


def test_rules_of_a_project_speak_of_the_forms_that_it_has(tmp_path: Path) -> None:
    text = '[[rules]]\nid = "甲1"\nseverity = "error"\nidentity = "{0}.made <= {0}.disclosed"\nmessage = "少"\n'
    (tmp_path / "rules.toml").write_text(text.format("proactive.rules"), encoding="utf-8")
    assert [one.id for one in project_rules(tmp_path)] == ["甲1"]
    with pytest.raises(ProjectError, match="made"):
        project_rules(tmp_path, Catalogue({"2021": Catalogue.read().editions["2021"]}, ()))
