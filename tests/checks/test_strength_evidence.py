"""What a finding suggests, and in which words: one cause, one finding, the likeliest repair first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from govreport.checks.edits.balance import check_balance
from govreport.checks.edits.matrix import Case
from govreport.checks.findings import Finding
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from govreport.forms.catalogue import Catalogue
from govreport.forms.rules import Rule, parse_identity

form_for = Catalogue.read().form_for

RECONSIDERATION, DIRECT = "disputes.reconsideration", "disputes.litigation.direct"
ROWS = {"new": (30, 12), "carried_in": (3, 0), "total": (30, 12), "carried_out": (3, 0)}
ROWS |= {"granted": (20, 7), "partial": (10, 5)}
APPLICATIONS = {
    f"applications.{key}.{column}": figure
    for key, (natural, business) in ROWS.items()
    for column, figure in (("natural", natural), ("business", business), ("total", natural + business))
}
"""A table of applications that adds up."""


def filing(cells: Mapping[str, Figure | None], year: int = 2023) -> Filing:
    return Filing.from_cells("demo", "示例局", year, dict.fromkeys(form_for(year).cells, 0) | dict(cells))


def disputes(*figures: int | None, name: str = RECONSIDERATION) -> dict[str, int | None]:
    keys = ("upheld", "corrected", "other", "pending", "total")
    return {f"{name}.{key}": figure for key, figure in zip(keys, figures, strict=True)}


def found(
    cells: Mapping[str, Figure | None], last: Filing | None = None, rules: tuple[Rule, ...] = ()
) -> list[Finding]:
    return check_balance([Case(filing(cells), last, rules=rules)])[0]


def rule(identity: str, severity: str = "notice") -> Rule:
    left, sense, right = parse_identity(identity)
    return Rule("X1", severity, "", "", identity, left, sense, right, "为{stated}，应为{expected}")


def repairs(headline: str) -> list[str]:
    """The repairs that a headline tells, in its order."""
    return headline.removeprefix("可能的改法：").rstrip("。").split("；或")


def test_one_wrong_cell_is_one_finding_whose_only_repair_mends_all_it_broke() -> None:
    assert found(APPLICATIONS) == []
    (one,) = found(APPLICATIONS | {"applications.granted.natural": 2})
    assert [identity.rule for identity in one.identities] == ["A2", "A3"]
    assert one.headline == "唯一的改法：“（一）予以公开”的“自然人”由2改为20，改后这2项全部相符。"
    assert one.message == f"{'；'.join(identity.text for identity in one.identities)}。{one.headline}"
    assert one.suggestion == {"cells": {"applications.granted.natural": 20}, "confidence": "unique"}


def test_two_causes_are_two_findings_each_with_its_own_repair() -> None:
    first, second = found(APPLICATIONS | {"applications.granted.natural": 2} | disputes(0, 0, 0, 0, 5, name=DIRECT))
    assert first.suggestion == {"cells": {"applications.granted.natural": 20}, "confidence": "unique"}
    assert second.headline == (
        "可能的改法：“未经复议直接起诉”的“总计”由5改为0；或“未经复议直接起诉”的“结果维持”由0改为5；或“未经复议直接起诉”的“结果纠正”由0改为5；"
        "或“未经复议直接起诉”的“其他结果”由0改为5；或“未经复议直接起诉”的“尚未审结”由0改为5。"
    )
    assert second.suggestion == {"cells": {f"{DIRECT}.total": 0}, "confidence": "likely"}


def test_two_wrong_cells_in_one_table_are_two_findings_where_they_share_no_identity() -> None:
    wrong = {"applications.granted.natural": 2, "applications.partial.business": 50}
    findings = found(APPLICATIONS | wrong)
    assert [one.suggestion and one.suggestion["cells"] for one in findings] == [
        {"applications.granted.natural": 20}, {"applications.partial.business": 5},
    ]  # fmt: skip
    assert [{identity.rule for identity in one.identities} for one in findings] == [{"A2", "A3"}] * 2


def test_a_repair_of_two_cells_tells_both() -> None:
    (one,) = found(
        {f"applications.{key}.{column}": 3 for key in ("new", "granted", "total") for column in ("natural", "total")}
        | {"applications.new.natural": 4, "applications.new.total": 5}
    )
    cell = "“一、本年新收政府信息公开申请数量”的“{}”由{}改为3"
    assert one.headline == f"唯一的改法：{cell.format('自然人', 4)}，同时{cell.format('总计', 5)}，改后这3项全部相符。"
    assert one.suggestion == {
        "cells": {"applications.new.natural": 3, "applications.new.total": 3}, "confidence": "unique",
    }  # fmt: skip


def test_a_blank_cell_is_called_blank() -> None:
    (one,) = found(APPLICATIONS | {"applications.granted.natural": None})
    assert one.headline == "“（一）予以公开”的“自然人”未填，请先填写；没有的填0。"


def test_a_figure_cannot_fall_below_nothing_unless_its_kind_allows() -> None:
    (one,) = found(disputes(0, 0, 0, 0, -3))
    assert one.headline == "唯一的改法：“行政复议”的“总计”由-3改为0。"
    last = {"proactive.licensing.change": 1, "proactive.licensing.items_last_year": 5}
    now = {"proactive.licensing.change": -3, "proactive.licensing.items_last_year": 5}
    (one,) = check_balance([Case(filing(now, 2020), filing(last, 2019))])[0]
    assert one.headline == "唯一的改法：“行政许可”的“上一年项目数量”由5改为6。"


@pytest.mark.parametrize(("parts", "more"), [(4, ""), (5, "（共6种，其余从略）"), (6, "（共7种，其余从略）")])
def test_five_repairs_are_told_and_how_many_there_are(parts: int, more: str) -> None:
    rows = ("rules.in_force", "normative.in_force", "normative.repealed")
    names = [*rows, *(f"{row}.decisions" for row in ("licensing", "penalty", "coercion"))][:parts]
    names = [f"proactive.{name}" for name in names]
    own = rule(f"proactive.rules.repealed = {' + '.join(names)}")
    (one,) = found({"proactive.rules.repealed": 12} | dict.fromkeys(names, 1), rules=(own,))
    assert (len(repairs(one.headline)), one.severity, one.rule) == (5, "notice", "X1")
    assert one.headline.endswith(f"{more}。") and ("从略" in one.headline) == bool(more)


def test_of_long_repairs_only_the_likeliest_is_told() -> None:
    own = rule(f"{RECONSIDERATION}.total = {DIRECT}.total")
    (one,) = found(disputes(2, 1, 0, 0, 30), rules=(own,))
    assert one.headline == (
        "可能的改法：“行政复议”的“总计”由30改为3，同时“未经复议直接起诉”的“结果维持”由0改为3，同时"
        "“未经复议直接起诉”的“总计”由0改为3（共20种，其余从略），改后这2项全部相符。"
    )
    assert (one.severity, [identity.rule for identity in one.identities]) == ("error", ["D1", "X1"])


def test_the_worst_severity_of_what_fails_together_counts() -> None:
    for severity in ("notice", "warning", "error"):
        own = rule("proactive.rules.issued = proactive.normative.issued", severity)
        (one,) = found({"proactive.rules.in_force": 9, "proactive.rules.issued": 3}, rules=(own,))
        assert one.severity == severity


def test_an_upper_bound_that_fails_beside_a_sum_stands_alone() -> None:
    cells = {"proactive.rules.issued": 9, "proactive.rules.in_force": 4} | disputes(2, 0, 0, 0, 3)
    first, second = found(cells)
    assert (first.rule, first.suggestion, first.headline) == ("P2", None, "")
    assert first.message == f"{first.identities[0].text}。"
    assert second.rule == "D1" and second.suggestion is not None


def first_suspect(cells: Mapping[str, Figure | None], prose: str = "", last: Filing | None = None) -> set[str]:
    """The cells of the likeliest repair."""
    own = replace(filing(cells), narrative=Narrative(parts={4: Part("", prose)} if prose else {}))
    (one,) = [one for one in check_balance([Case(own, last)])[0] if one.rule == "D1"]
    assert one.suggestion
    return set(one.suggestion["cells"])


@pytest.mark.parametrize(
    ("prose", "suspect"),
    [
        ("", "upheld"),
        ("因政府信息公开被申请行政复议40件。", "total"),
        ("因政府信息公开被申请行政复议，结果维持34件。", "total"),
        ("因政府信息公开被申请行政复议30件，其中维持24件、纠正6件。", "upheld"),
    ],
)
def test_prose_that_agrees_speaks_for_a_figure_and_prose_that_differs_against_it(prose: str, suspect: str) -> None:
    assert first_suspect(disputes(34, 6, 0, 0, 30), prose) == {f"{RECONSIDERATION}.{suspect}"}


def test_a_figure_that_agrees_with_last_years_is_never_suspected() -> None:
    own = rule("proactive.licensing.items_last_year = proactive.penalty.decisions")
    now = filing({"proactive.licensing.items_last_year": 5, "proactive.penalty.decisions": 50}, 2020)
    last = filing({"proactive.licensing.items_last_year": 5}, 2019)
    items, decisions = "“行政许可”的“上一年项目数量”由5改为50", "“行政处罚”的“处理决定数量”由50改为5"
    (alone,), (agreeing,) = check_balance([Case(now, rules=(own,)), Case(now, last, rules=(own,))])
    assert set(repairs(alone.headline)) == {items, decisions}
    assert agreeing.headline == f"唯一的改法：{decisions}。"


def test_last_years_cells_have_the_labels_of_last_years_form() -> None:
    own = rule("proactive.rules.issued = last.proactive.rules.made + last.proactive.normative.made")
    last = filing({"proactive.rules.made": 2, "proactive.normative.made": 3}, 2020)
    (told,) = check_balance([Case(filing({"proactive.rules.issued": 9}, 2021), last, rules=(own,))])
    (text,) = (identity.text for finding in told for identity in finding.identities if identity.rule == "X1")
    assert text.endswith("：上年规章 2＋上年规范性文件 3＝5")


def test_a_change_may_fall_below_nothing_where_a_count_may_not() -> None:
    own = rule("proactive.licensing.change = proactive.penalty.change")
    case = Case(filing({"proactive.licensing.change": 5, "proactive.penalty.change": -3}, 2020), rules=(own,))
    ((one,),) = check_balance([case])
    assert set(repairs(one.headline)) == {
        "“行政许可”的“本年增/减”由5改为-3", "“行政处罚”的“本年增/减”由-3改为5",
    }  # fmt: skip
