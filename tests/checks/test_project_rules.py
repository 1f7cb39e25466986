"""Rules of a project's own: the language of rules.toml, and what is said of mistakes in it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from govreport.checks.checking import check_report
from govreport.checks.edits.balance import check_balance
from govreport.checks.edits.matrix import Case
from govreport.checks.edits.project_rules import project_rules
from govreport.checks.findings import Finding
from govreport.core.errors import ProjectError
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.folder import read_filing, write_filing
from govreport.filing.project import Project
from govreport.forms.catalogue import Catalogue
from govreport.forms.rules import Rule
from tests.support.strategies import COLUMNS, consistent_filing

MakeProject = Callable[..., Project]
RULE = """[[rules]]
id = "X1"
severity = "warning"
identity = "disputes.reconsideration.total <= applications.new.total"
message = "行政复议{stated}件，多于新收申请{expected}件"
"""


def read(folder: Path, text: str) -> tuple[Rule, ...]:
    (folder / "rules.toml").write_text(text, encoding="utf-8")
    os.utime(folder / "rules.toml", ns=(0, hash(text) % 10**18))
    return project_rules(folder)


def rule(identity: str, **keys: object) -> str:
    """A rule of a file: identity, and further keys in place of the usual ones or beside them."""
    message = "“{each}”不符" if "each" in keys else "不符"
    written = {"id": "X1", "severity": "warning", "identity": identity, "message": message} | keys
    return "[[rules]]\n" + "".join(f"{key} = {toml(value)}\n" for key, value in written.items())


def toml(value: object) -> str:
    return str(value).replace("'", '"') if isinstance(value, list | int) else f'"{value}"'


def filing(cells: Mapping[str, Figure | None], year: int = 2023) -> Filing:
    whole = consistent_filing(year, Random(f"rules/{year}").randint)
    return replace(whole, cells={**whole.cells, **cells})


def zeros(cells: Mapping[str, Figure]) -> Filing:
    """A filing of zeros but for some cells."""
    nothing = dict.fromkeys(Catalogue.read().compose(2023).cells, 0)
    return Filing.from_cells("shili-bureau", "示例市水务局", 2023, nothing | dict(cells))


def found(rules: tuple[Rule, ...], given: Filing, last: Filing | None = None) -> list[Finding]:
    """The findings of the project's rules on a filing."""
    findings = check_balance([Case(given, last, None, rules)])[0]
    return [finding for finding in findings if any(i.rule.startswith("X") for i in finding.identities)]


# ---- the language ----------------------------------------------------------------------------------------------------


def test_a_project_without_the_file_has_no_rules_of_its_own(tmp_path: Path) -> None:
    assert project_rules(tmp_path) == ()


@pytest.mark.parametrize(
    ("identity", "cells", "stated", "expected"),
    [
        ("disputes.litigation.direct.total = 2 * disputes.reconsideration.total", (5, 2), 5, 4),
        ("3 * disputes.litigation.direct.total <= disputes.reconsideration.total", (5, 2), 15, 2),
        ("disputes.reconsideration.total >= disputes.litigation.direct.total", (5, 2), 2, 5),
        ("disputes.litigation.direct.total + 1 * disputes.reconsideration.total <= proactive.coercion.decisions",
         (5, 2), 7, 0),
        ("disputes.litigation.direct.total - disputes.reconsideration.total = proactive.coercion.decisions",
         (5, 2), 3, 0),
        ("- disputes.reconsideration.total = disputes.litigation.direct.total", (5, 2), -2, 5),
    ],
)  # fmt: skip
def test_sums_differences_and_multiples_are_compared(
    identity: str, cells: tuple[int, int], stated: int, expected: int, tmp_path: Path
) -> None:
    names = ("disputes.litigation.direct.total", "disputes.reconsideration.total", "proactive.coercion.decisions")
    (finding,) = found(read(tmp_path, rule(identity)), filing(dict(zip(names, (*cells, 0), strict=True))))
    own = next(identity for identity in finding.identities if identity.rule == "X1")
    assert (own.stated, own.expected, own.difference) == (stated, expected, stated - expected)


def test_what_satisfies_a_rule_is_not_told(tmp_path: Path) -> None:
    for sense in ("=", "<=", ">="):
        rules = read(tmp_path, rule(f"disputes.reconsideration.total {sense} disputes.litigation.direct.total"))
        same = {f"disputes.{group}.total": 4 for group in ("reconsideration", "litigation.direct")}
        assert found(rules, filing(same)) == []


@pytest.mark.parametrize(
    ("identity", "figure", "stated", "expected"),
    [
        ("2 * disputes.reconsideration.total >= 10", 4, 8, 10),
        ("10 <= disputes.reconsideration.total", 9, 10, 9),
        ("disputes.reconsideration.total = 3 + 4", 6, 6, 7),
        ("disputes.reconsideration.total - 5 <= 0", 6, 1, 0),
        ("disputes.reconsideration.total <= 999999999999 - 999999999990", 10, 10, 9),
        ("proactive.fees.amount <= 0.5", Decimal("0.51"), Decimal("0.51"), Decimal("0.5")),
        ("2 * proactive.fees.amount + 0.25 = 1.0", Decimal("0.5"), Decimal("1.25"), 1),
    ],
)
def test_numbers_are_compared_exactly_in_the_unit_of_the_cells(
    identity: str, figure: Figure, stated: Figure, expected: Figure, tmp_path: Path
) -> None:
    (name,) = re.findall(r"[a-z]+\.[a-z]+\.[a-z]+", identity)
    given = zeros({name: figure})
    rules = read(tmp_path, rule(identity))
    (own,) = [i for finding in found(rules, given) for i in finding.identities if i.rule == "X1"]
    assert (own.stated, own.expected, own.difference, own.cells) == (stated, expected, stated - expected, (name,))


def test_a_filing_that_meets_a_number_exactly_satisfies_its_rule(tmp_path: Path) -> None:
    for relation in (
        "2 * proactive.fees.amount >= 0.9",
        "proactive.fees.amount <= 0.45",
        "0.45 = proactive.fees.amount",
    ):
        rules = read(tmp_path, rule(relation))
        assert found(rules, zeros({"proactive.fees.amount": Decimal("0.45")})) == []
        assert found(rules, zeros({"proactive.fees.amount": Decimal("0.46" if "<" in relation else "0.44")})) != []


def test_an_identity_with_a_number_helps_to_find_the_wrong_cell(tmp_path: Path) -> None:
    rules = read(tmp_path, rule("disputes.reconsideration.total = 7"))
    parts = {"disputes.reconsideration.upheld": 7, "disputes.reconsideration.total": 9}
    (finding,) = found(rules, zeros(parts))
    assert finding.to_json()["suggestion"] == {"cells": {"disputes.reconsideration.total": 7}, "confidence": "unique"}


@pytest.mark.parametrize(
    ("identity", "told"),
    [("1 <= 2", "都在格式中"), ("disputes.reconsideration.total <= 0.5", "数字的小数位数多于单元格的")],
)
def test_numbers_alone_and_numbers_finer_than_the_cells_are_no_rule(identity: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=told):
        read(tmp_path, rule(identity))


def test_each_stands_for_every_row_every_column_or_the_rows_listed(tmp_path: Path) -> None:
    identity = "applications.*.natural >= applications.*.total"
    for each, count in (("rows", 25), (["granted", "partial"], 2)):
        (first, *_) = rules = read(tmp_path, rule(identity, table="applications", each=each))
        assert first.each == (each if isinstance(each, str) else tuple(each))
        nobody = {f"applications.{row.key}.natural": -1 for row in filing({}).form.tables["applications"].rows}
        assert len([i for f in found(rules, filing(nobody)) for i in f.identities if i.rule == "X1"]) == count
    rules = read(tmp_path, rule("applications.new.* <= applications.partial.*", table="applications", each="columns"))
    many = {f"applications.new.{column}": 10_000 for column in COLUMNS}
    findings = found(rules, filing(many))
    assert [i.text for f in findings for i in f.identities if i.rule == "X1"] != []
    assert "“自然人”不符" in findings[0].message


def test_derived_names_are_names_like_others(tmp_path: Path) -> None:
    rules = read(tmp_path, rule("applications.denied.legal_persons = disputes.litigation.total"))
    given = filing({})
    stated, expected = given["applications.denied.legal_persons"], given["disputes.litigation.total"]
    (finding,) = found(rules, given)
    assert (finding.identities[0].stated, finding.identities[0].expected) == (stated, expected)


def test_last_years_filing_is_compared_where_there_is_one(tmp_path: Path) -> None:
    rules = read(tmp_path, rule("applications.new.total <= 2 * last.applications.new.total", message="新收{stated}件"))
    last = filing({"applications.new.total": 40}, 2022)
    given = filing({"applications.new.total": 81})
    assert [f.identities[0].difference for f in found(rules, given, last)] == [1]
    assert found(rules, given) == []
    assert "cells" in found(rules, given, last)[0].to_json()
    assert found(rules, given, last)[0].cells == ("applications.new.total",)


def test_a_rule_applies_in_the_editions_that_have_its_names(tmp_path: Path) -> None:
    rules = read(tmp_path, rule("proactive.normative.in_force <= proactive.normative.issued"))
    cells = {"proactive.normative.in_force": 9, "proactive.normative.issued": 1, "proactive.normative.repealed": 0}
    assert len(found(rules, filing(cells))) == 1
    assert found(rules, filing({}, 2020)) == []


@pytest.mark.parametrize("severity", ["error", "warning", "notice"])
def test_severity_and_message_are_the_projects(severity: str, tmp_path: Path) -> None:
    text = "复议{stated}件，应不多于{expected}件，多{difference}件"
    identity = "disputes.reconsideration.total <= proactive.coercion.decisions"
    rules = read(tmp_path, rule(identity, severity=severity, message=text))
    given = filing({"disputes.reconsideration.total": 7, "proactive.coercion.decisions": 3})
    (finding,) = [f for f in found(rules, given) if f.rule == "X1"]
    assert finding.severity == severity
    assert "复议7件，应不多于3件，多4件" in finding.message


def test_a_projects_identity_helps_to_find_the_wrong_cell(tmp_path: Path) -> None:
    rules = read(tmp_path, rule("disputes.reconsideration.total = applications.partial.total", severity="error"))
    parts = {f"disputes.reconsideration.{name}": 0 for name in ("upheld", "corrected", "other", "pending")}
    partial = int(filing({})["applications.partial.total"])
    given = filing(
        {**parts, "disputes.reconsideration.upheld": partial, "disputes.reconsideration.total": partial + 30}
    )
    (finding,) = found(rules, given)
    assert sorted(identity.rule for identity in finding.identities) == ["D1", "X1"]
    assert finding.suggestion == {"cells": {"disputes.reconsideration.total": partial}, "confidence": "unique"}


@pytest.mark.parametrize("identity", ["{a} - {a} + {b} = {c}", "{a} + {b} = {a} + {c}", "{a} = {a}"])
def test_names_that_cancel_out_do_no_harm(identity: str, tmp_path: Path) -> None:
    names = {key: f"disputes.reconsideration.{name}" for key, name in (("a", "upheld"), ("b", "other"), ("c", "total"))}
    wrong = {names["a"]: 50, names["b"]: 7, names["c"]: 9}
    findings = found(read(tmp_path, rule(identity.format(**names))), filing(wrong))
    assert bool(findings) == ("{b}" in identity)


# ---- mistakes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "X1"\n', "", 1, "缺少这个键"),
        ('"X1"', '"A1"', 2, "已被使用"),
        ('"X1"', '""', 2, ""),
        ('"warning"', '"warn"', 3, "error、warning、notice"),
        ('"warning"', "3", 3, "应是文字"),
        ("<=", "<", 4, "应恰有一个"),
        ("<=", "= 3 3 +", 4, "单元格名称"),
        ("disputes.reconsideration.total", "disputes.total", 4, "不都在格式中"),
        ("disputes.reconsideration", "disputes.*", 4, "each"),
        ("disputes.reconsideration.total", "proactive.fees.amount", 4, "单位不同"),
        ("disputes.reconsideration.total", "0 * disputes.reconsideration.total", 4, "0"),
        ("disputes.reconsideration.total <= ", "last.disputes.reconsideration.total <= last.", 4, ""),
        ("{stated}", "{value}", 5, "{each}、{stated}"),
        ("{stated}", "{stated", 5, "{each}、{stated}"),
        ('"行政复议{stated}件，多于新收申请{expected}件"', '""', 5, ""),
        ('件"\n', '件"\ncolour = "red"\n', 6, "不认识这个键"),
        ('件"\n', '件"\ntable = "dispute"\n', 6, "没有名为“dispute”的表"),
        ('件"\n', '件"\neach = "row"\n', 6, "rows、columns"),
        ('件"\n', '件"\ntable = "disputes"\neach = ["direct"]\n', 7, "没有“direct”行"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, words: str, tmp_path: Path) -> None:
    text = RULE.replace(old, new, 1)
    assert text != RULE
    with pytest.raises(ProjectError) as error:
        read(tmp_path, text)
    assert f"rules.toml 第{line}行" in str(error.value)
    assert words in str(error.value)
    assert str(error.value).endswith("。")
    with pytest.raises(ProjectError, match=f"rules.toml 第{line + 12}行（第2条规则"):
        read(tmp_path, "# 本市的规则\n\n" + RULE.replace("X1", "X0") + "\n# 其次\n\n\n\n" + text)


@pytest.mark.parametrize(
    "taken", ["A1", "A2", "A3", "D1", "P1", "P2", "Y1", "Y2", "Y3", "R1", "V1", "V2", "F1", "N1", "N9"]
)
def test_an_id_in_use_is_refused(taken: str, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=f"rules.toml 第2行.*“{taken}”"):
        read(tmp_path, RULE.replace("X1", taken))


def test_two_rules_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"rules\.toml 第8行.*“X1”已被使用"):
        read(tmp_path, RULE + "\n" + RULE)


@pytest.mark.parametrize(
    ("text", "line"), [("[[rules]]\nid = \n", 2), (RULE + "\n[[rule]]\nid = 1\n", 7), ("rules = 3\n", 1)]
)
def test_a_mistake_of_the_file_itself_is_told_too(text: str, line: int, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"rules\.toml") as error:
        read(tmp_path, text)
    assert f"第{line}行" in str(error.value) or f"line {line}," in str(error.value)
    assert "格式文件" not in str(error.value)


# ---- in a project ----------------------------------------------------------------------------------------------------


def test_all_mistakes_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    text = RULE.replace('"warning"', '"grave"') + RULE.replace("X1", "X2") + RULE.replace('id = "X1"', 'id = "A1"')
    with pytest.raises(ProjectError) as error:
        read(tmp_path, f"{text}[prose]\nsimilarity = 2\n[other]\na = 1\n")
    lines = str(error.value).split("\n")
    assert [next(word for word in ("similarity", "grave", "A1", "other") if word in line) for line in lines] == [
        "similarity", "grave", "A1", "other",
    ]  # fmt: skip
    assert all(line.startswith("rules.toml 第") and line.endswith("。") for line in lines)


def test_a_filing_of_the_project_is_checked_with_its_rules(make_project: MakeProject) -> None:
    project = make_project()
    folder = project.data / "shili-archive/2023"
    written = read_filing(folder, "shili-archive", "示例市档案局", 2023)
    cells = {"disputes.reconsideration.upheld": 900, "disputes.reconsideration.corrected": 0}
    cells |= {"disputes.reconsideration.other": 0, "disputes.reconsideration.pending": 0}
    write_filing(replace(written, cells={**written.cells, **cells, "disputes.reconsideration.total": 900}), folder)
    assert not check_report(project, "shili-archive", 2023).findings
    (project.root / "rules.toml").write_text(RULE, encoding="utf-8")
    (finding,) = check_report(project, "shili-archive", 2023).findings
    assert (finding.rule, finding.severity, finding.identities[0].stated) == ("X1", "warning", 900)
    assert "行政复议900件" in finding.message
    (project.root / "rules.toml").write_text(RULE.replace('"warning"', '"grave"'), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"rules\.toml 第3行"):
        check_report(project, "shili-archive", 2023)


def test_large_factors_of_large_figures_are_compared_exactly(tmp_path: Path) -> None:
    most = 10**15 - 1
    rules = read(tmp_path, rule("999999 * disputes.reconsideration.total = 999999 * disputes.litigation.direct.total"))
    cells = {"disputes.reconsideration.total": most, "disputes.litigation.direct.total": most}
    assert found(rules, filing(cells)) == []
    (finding,) = found(rules, filing({**cells, "disputes.reconsideration.total": most - 1}))
    own = [identity for identity in finding.identities if identity.rule == "X1"]
    assert [(identity.stated, identity.expected) for identity in own] == [(999999 * (most - 1), 999999 * most)]
