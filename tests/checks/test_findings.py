"""Findings: the same object in a notebook, in JSON, in CSV; and waivers, findings that somebody accepted."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Never

import pytest

from govreport.checks import checking
from govreport.checks.checking import check_filings, check_report, check_reports
from govreport.checks.findings import CSV_HEADER, Finding, Findings, Identity, Waiver
from govreport.checks.report_states import CONSISTENT
from govreport.checks.waivers import read_waivers
from govreport.core import mime
from govreport.core.errors import FilingError, InconsistentReportError
from govreport.core.figures import Figure
from govreport.filing.folder import write_filing
from govreport.filing.project import Project
from govreport.notebook.report import Report
from tests.support.consistent_projects import MakeProject

KEYS = [
    "agency", "year", "rule", "severity", "cells", "stated", "expected", "difference",
    "message", "quote", "identities", "suggestion", "waived", "reading", "place", "number",
]  # fmt: skip
HOSTILE = "<script>alert(1)</script>\"'&"
ACCEPTED = Waiver("A1", ("a.x",), "口径调整", "示例市档案局办公室", "2024-01-25")
D1 = "disputes.reconsideration.total"


def finding(
    severity: str = "error", rule: str = "A1", cells: tuple[str, ...] = ("a.x", "a.y"), **more: object
) -> Finding:
    return replace(Finding("shili-archive", 2023, severity, "不符。", (Identity(rule, cells, 5, 6),)), **more)


def wrong_project(make_project: MakeProject, cells: Mapping[str, Figure | None]) -> Project:
    """A project whose filing of 2023 has other figures in some cells."""
    project = make_project()
    filing = project.filing("shili-archive", 2023)
    write_filing(replace(filing, cells=filing.cells | cells), project.data / "shili-archive" / "2023")
    return project


# ---- order and counts ------------------------------------------------------------------------------------------------


def test_the_worst_come_first_and_accepted_ones_last() -> None:
    given = [
        finding("notice", message="一"), finding("error", message="二"), finding("warning", message="三"),
        finding("error", message="四", identities=(Identity("A1", ("a.x",)),)), finding("error", message="五"),
    ]  # fmt: skip
    waiver = replace(ACCEPTED, cells=("a.x",))
    assert [f.message for f in Findings.of(given)] == ["二", "四", "五", "三", "一"]
    only_four = [replace(f, identities=(Identity("A2", ("b.z",)),)) if f.message != "四" else f for f in given]
    assert [f.message for f in Findings.of(only_four, [waiver])] == ["二", "五", "三", "一", "四"]


def test_findings_are_counted_by_severity() -> None:
    found = Findings.of(
        [finding(), finding("warning", "Y2"), finding("notice", "V2"), finding("error", "D1")], [ACCEPTED]
    )
    assert found.counts() == {"error": 1, "warning": 1, "notice": 1, "waived": 1}
    assert found.summary() == "错误1项、警告1项、提示1项、已接受1项"
    assert Findings().summary() == "未发现问题"
    assert (len(found), len(found.errors), found[0].rule, [f.rule for f in found[1:3]]) == (4, 1, "D1", ["Y2", "V2"])


def test_an_inconsistent_report_is_refused_with_its_errors() -> None:
    found = Findings.of([finding(message="甲。"), finding("warning", message="乙。")])
    with pytest.raises(InconsistentReportError, match="甲") as error:
        found.assert_consistent()
    assert "乙" not in str(error.value)


def test_warnings_and_accepted_errors_do_not_refuse_a_report() -> None:
    Findings().assert_consistent()
    Findings.of([finding("warning"), finding("notice")]).assert_consistent()
    Findings.of([finding()], [ACCEPTED]).assert_consistent()


# ---- JSON ------------------------------------------------------------------------------------------------------------


def test_json_has_the_keys_and_types_that_other_tools_read(make_project: MakeProject) -> None:
    project = wrong_project(make_project, {D1: 99})
    (told,) = json.loads(json.dumps(check_report(project, "shili-archive", 2023).findings.to_json()))
    assert list(told) == KEYS
    assert (told["agency"], told["year"], told["rule"], told["severity"]) == ("shili-archive", 2023, "D1", "error")
    assert D1 in told["cells"]
    assert told["stated"] == 99
    assert told["difference"] == 99 - told["expected"]
    assert all(type(told[key]) is int for key in ("stated", "expected", "difference"))
    assert isinstance(told["message"], str)
    assert told["quote"] is None
    assert told["waived"] is None
    assert [list(identity) for identity in told["identities"]] == [
        ["rule", "cells", "stated", "expected", "difference"]
    ]
    assert told["identities"][0]["cells"] == [D1, *(f"disputes.reconsideration.{c}" for c in ("upheld", "corrected", "other", "pending"))]  # fmt: skip  # noqa: E501
    if told["suggestion"] is not None:
        assert list(told["suggestion"]) == ["cells", "confidence"]
        assert told["suggestion"]["confidence"] in ("unique", "likely")
        assert set(told["suggestion"]["cells"]) <= set(told["cells"])


def test_json_tells_who_accepted_a_finding_and_why() -> None:
    (told,) = Findings.of([finding()], [ACCEPTED]).to_json()
    assert told["waived"] == {"reason": "口径调整", "by": "示例市档案局办公室", "date": "2024-01-25"}


def test_json_has_exact_money_and_null_for_what_is_not_known() -> None:
    identity = Identity("R1", ("proactive.fees.amount",), Decimal("0.30"), Decimal("0.1"))
    (told,) = Findings.of([finding(identities=(identity,))]).to_json()
    assert json.dumps([told["stated"], told["expected"], told["difference"]]) == "[0.3, 0.1, 0.2]"
    (told,) = Findings.of([finding(identities=(Identity("F1", ()),), agency=None, year=None)]).to_json()
    assert [told[key] for key in ("agency", "year", "stated", "expected", "difference")] == [None] * 5
    assert told["cells"] == []


# ---- CSV, frame and page ---------------------------------------------------------------------------------------------


def csv_of(findings: Findings) -> list[list[str]]:
    """Write findings as the command does, and read them back."""
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows([CSV_HEADER, *findings.csv_rows()])
    return list(csv.reader(io.StringIO(target.getvalue())))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_spreadsheet_runs_nothing_that_stands_in_a_finding(text: str) -> None:
    waiver = Waiver("A1", (text,), text, text, "2024-01-25")
    found = finding(agency=text, message=text, quote=text, identities=(Identity("A1", (text,), -5, -6),), waived=waiver)
    header, row = csv_of(Findings((found,)))
    told = dict(zip(header, row, strict=True))
    assert (told.pop("stated"), told.pop("expected"), told.pop("difference")) == ("-5", "-6", "1")
    assert [name for name, value in told.items() if value.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_csv_has_a_line_for_each_finding_under_a_header() -> None:
    found = finding(quote="逗号,和“引号”\n换行")
    rows = csv_of(Findings.of([found]))
    assert rows[0][:5] == ["agency", "year", "severity", "rule", "message"]
    assert dict(zip(*rows, strict=True)) == {
        "agency": "shili-archive", "year": "2023", "severity": "error", "rule": "A1", "message": "不符。",
        "stated": "5", "expected": "6", "difference": "-1", "cells": "a.x a.y",
        "quote": "逗号,和“引号”\n换行", "waived": "", "number": f"1-{found.code}",
    }  # fmt: skip
    assert len(csv_of(Findings())) == 1


def test_a_frame_has_a_row_for_each_finding() -> None:
    frame = Findings.of([finding("warning", "Y2"), finding()]).to_frame()
    assert list(frame["rule"]) == ["A1", "Y2"]
    assert list(frame["severity"]) == ["error", "warning"]
    assert frame.loc[0, ["stated", "expected", "difference"]].to_list() == [5, 6, -1]
    assert frame.loc[0, "cells"] == ("a.x", "a.y")
    assert list(Findings().to_frame().columns) == list(frame.columns)


def test_a_notebook_shows_findings_as_a_table_that_hostile_text_cannot_leave() -> None:
    waiver = replace(ACCEPTED, reason=HOSTILE, by=HOSTILE, cells=())
    found = Findings.of([finding(message=HOSTILE, quote=HOSTILE, identities=(Identity("A1", (HOSTILE,)),))], [waiver])
    bundle = found._repr_mimebundle_()
    html = bundle["text/html"]
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"<[^>]*alert[^>]*\"'", html)
    assert bundle[mime.FINDINGS] == found.to_json()
    assert HOSTILE in bundle["text/plain"]
    assert "未发现问题" in Findings()._repr_mimebundle_()["text/html"]


# ---- waivers ---------------------------------------------------------------------------------------------------------

WAIVER = f'[[waiver]]\nrule = "D1"\ncells = ["{D1}"]\nreason = "并案处理"\nby = "示例市档案局"\ndate = 2024-01-25\n'


def waive(project: Project, text: str) -> Project:
    (project.data / "shili-archive" / "2023" / "waivers.toml").write_text(text, encoding="utf-8")
    return project


def test_an_accepted_error_does_not_count(make_project: MakeProject) -> None:
    project = wrong_project(make_project, {D1: 99})
    (wrong,) = Report.open("shili-archive", 2023, project.root).findings.errors
    numbers = f"stated = 99\nexpected = {wrong.identities[0].expected}\n"
    report = Report.open("shili-archive", 2023, waive(project, WAIVER + numbers).root)
    assert report.findings.counts() == {"error": 0, "warning": 0, "notice": 0, "waived": 1}
    report.assert_consistent()
    assert report.checked.state == CONSISTENT
    (found,) = report.findings
    assert (found.severity, report.findings.errors) == ("error", ())
    assert (found.waived.reason, found.waived.date) == ("并案处理", "2024-01-25")


@pytest.mark.parametrize(
    ("rule", "cells", "covered"),
    [
        ("A1", ("a.x",), True), ("A1", ("a.x", "a.y"), True), ("A2", ("a.x",), False),
        ("A1", ("a.z",), False), ("A1", ("a.x", "a.z"), False),
    ],
)  # fmt: skip
def test_a_waiver_covers_its_rule_where_all_its_cells_are_concerned(rule: str, cells: tuple[str, ...], covered: bool) -> None:  # fmt: skip  # noqa: E501
    found = Findings.of([finding()], [replace(ACCEPTED, rule=rule, cells=cells)])
    assert len(found.errors) == (0 if covered else 1)


def test_a_finding_of_several_identities_is_accepted_only_as_a_whole() -> None:
    joined = finding(identities=(Identity("A1", ("a.x",), 1, 2), Identity("A2", ("a.y",), 3, 4)))
    second = replace(ACCEPTED, rule="A2", cells=("a.y",))
    assert len(Findings.of([joined], [ACCEPTED]).errors) == 1
    assert len(Findings.of([joined], [second]).errors) == 1
    assert len(Findings.of([joined], [ACCEPTED, second]).errors) == 0


def test_a_waiver_that_names_figures_expires_when_they_change(make_project: MakeProject) -> None:
    project = waive(wrong_project(make_project, {D1: 99}), f'{WAIVER}figures = {{ "{D1}" = 99 }}\n')
    assert check_report(project, "shili-archive", 2023).findings.counts()["waived"] == 1
    filing = project.filing("shili-archive", 2023)
    write_filing(replace(filing, cells=filing.cells | {D1: 98}), project.data / "shili-archive" / "2023")
    findings = check_report(project, "shili-archive", 2023).findings
    assert [(f.rule, f.severity) for f in findings] == [("D1", "error"), ("F1", "notice")]
    assert "waivers.toml 第1条已失效" in findings[1].message


MISTAKES = {
    "no reason": (WAIVER.replace('reason = "并案处理"\n', ""), "第1条缺少 reason"),
    "a reason of nothing": (WAIVER.replace("并案处理", ""), "第1条缺少 reason"),
    "a reason of spaces": (WAIVER.replace("并案处理", "  "), "第1条缺少 reason"),
    "no cells": (WAIVER.replace(f'["{D1}"]', "[]"), "第1条缺少 cells"),
    "cells that are no list": (WAIVER.replace(f'["{D1}"]', f'"{D1}"'), "第1条的 cells 应是单元格名称的数组"),
    "a date in words": (WAIVER.replace("2024-01-25", '"上周"'), "第1条的 date 应是日期"),
    "an unknown key": (WAIVER + 'who = "甲"\n', "第1条有不认识的键 who"),
    "a second entry without rule": (WAIVER + '[[waiver]]\nreason = "甲"\n', "第2条缺少 rule"),
    "figures that are text": (WAIVER + 'figures = { "a" = "b" }\n', "第1条的 figures"),
    "a table for a list": (WAIVER.replace("[[waiver]]", "[waiver]"), "中每条应以 [[waiver]] 开头"),
    "another name": (WAIVER.replace("[[waiver]]", "[[waivers]]"), "中每条应以 [[waiver]] 开头"),
    "no TOML": ("接受", "不是可读的 TOML"),
    "a date that is not": (WAIVER.replace("2024-01-25", "2024-02-30"), "不是可读的 TOML"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_waiver_is_told_in_one_sentence(mistake: str, make_project: MakeProject) -> None:
    text, told = MISTAKES[mistake]
    findings = check_report(waive(make_project(), text), "shili-archive", 2023).findings
    (found,) = [f for f in findings if f.rule == "F1"]
    assert found.message.startswith("data/shili-archive/2023/waivers.toml ")
    assert told in found.message
    assert found.message.count("。") == 1


def test_a_filing_without_waivers_has_none(tmp_path: Path) -> None:
    assert read_waivers(tmp_path, "data/shili-archive/2023") == ()
    (tmp_path / "waivers.toml").write_text("# 尚无\n", encoding="utf-8")
    assert read_waivers(tmp_path, "data/shili-archive/2023") == ()
    (tmp_path / "waivers.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FilingError, match=r"waivers\.toml"):
        read_waivers(tmp_path, "data/shili-archive/2023")


def test_the_template_of_waivers_once_completed_accepts_every_finding(make_project: MakeProject) -> None:
    project = wrong_project(make_project, {D1: 99, "applications.granted.total": 999, "proactive.rules.issued": None})
    filing, last = project.filing("shili-archive", 2023), project.filing("shili-archive", 2022)
    (found,) = check_filings([(filing, last)])
    assert found.counts()["waived"] == 0
    text = found.waivers_toml(filing.cells).replace('reason = ""', 'reason = "已核实"').replace('by = ""', 'by = "甲"')
    waive(project, text.replace('date = ""', "date = 2024-01-25"))
    accepted = check_report(project, "shili-archive", 2023).findings
    assert accepted.counts() == {"error": 0, "warning": 0, "notice": 0, "waived": len(found)}


def test_what_was_told_before_a_defect_of_ours_is_told_once(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(("shili-archive", "shili-forestry"))
    agency, year = first = next(iter(project.reports()))
    narrative = project.data / agency.slug / str(year) / "narrative.md"
    unsigned = re.sub(r"(?m)^signature:.*\n", "", narrative.read_text(encoding="utf-8"))
    narrative.write_text(unsigned, encoding="utf-8")

    def failing(*given: object) -> Never:
        raise IndexError("list index out of range")

    monkeypatch.setattr(checking, "check_printing", failing)
    for report in check_reports(project, project.reports()):
        told = [finding.message for finding in report.findings]
        assert len(told) == len(set(told)) and any("程序出错" in message for message in told)
        assert any("没有署名" in message for message in told) == ((report.agency, report.year) == first)


@pytest.mark.parametrize("rules", ["check_balance", "check_prose", "check_printing"])
def test_a_defect_of_ours_is_told_of_its_filing_and_stops_no_other(
    rules: str, make_project: MakeProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, bad = make_project(("shili-archive", "shili-forestry", "shili-museum")), "shili-forestry"
    usual = getattr(checking, rules)

    def failing(cases: object, *rest: object) -> object:
        for case in cases if isinstance(cases, list) else [cases]:
            if getattr(case, "filing", case).agency == bad:
                raise IndexError("list index out of range")
        return usual(cases, *rest)

    before = list(check_reports(project, project.reports()))
    monkeypatch.setattr(checking, rules, failing)
    after = list(check_reports(project, project.reports()))
    assert [report.agency.slug for report in after] == [report.agency.slug for report in before]
    for was, is_now in zip(before, after, strict=True):
        if is_now.agency.slug != bad:
            assert is_now == was
        else:
            assert (is_now.state, [finding.rule for finding in is_now.findings]) == ("失败", ["F1"])
            assert f"{bad}/{is_now.year} 校验时程序出错（IndexError：list index out of range）" in str(
                is_now.findings[0]
            )
