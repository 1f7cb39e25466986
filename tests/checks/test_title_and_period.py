"""Rules T1 and T2 on the sentences of tests/cases/speaking.txt, and what their findings say."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from govreport.checks.checking import check_report
from govreport.checks.findings import Finding
from govreport.checks.prose.self_description import check_agency, check_year
from govreport.exchange.file_checks import check_files
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative
from govreport.filing.project import Agency, Project
from tests.support.projects import GOOD, make_project

CASES = Path(__file__).resolve().parents[1] / "cases"
LINES = [
    line.split("|")
    for path in sorted(CASES.glob("speaking*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def agency(slug: str, name: str, short: str = "", kind: str = "department", succeeds: str = "") -> Agency:
    return Agency(slug, name, short or name, "", kind, "own", succeeds=succeeds)


REGISTER = {
    entry.slug: entry
    for entry in (
        agency("gov", "青山县人民政府", "青山县政府", "government"),
        agency("office", "青山县人民政府办公室", "青山县府办"),
        agency("old", "青山县教育局"),
        agency("edu", "青山县教育体育局", "青山教体局", succeeds="old"),
        agency("health", "青山县卫生健康委员会", "青山卫健委"),
        agency("housing", "青山县住房和城乡建设局", "青山住建局"),
        agency("town", "青山县柳河镇人民政府", "柳河镇", "township"),
        agency("street", "青山县东关街道办事处", "东关街道", "township"),
    )
}
FILING = Filing.from_cells("edu", "青山县教育体育局", 2023, {})


def findings(place: str, text: str) -> list[Finding]:
    """The findings of both rules on a text at a place of a report."""
    where, _, slug = place.partition(" ")
    text = text.replace("/", "\n")
    narrative = Narrative(**{where: text}) if where in ("title", "signature") else Narrative()
    filing = replace(FILING, narrative=narrative)
    prose = {int(where): text} if where.isdigit() else {}
    return [*check_year(filing, prose), *check_agency(filing, REGISTER[slug or "edu"], REGISTER)]


MISSED = "2022年以来没有出现泄密事件，2022年全县公开信息3200条。"
"""Names last year behind a first clause that may: not found today."""


@pytest.mark.parametrize(("verdict", "place", "text"), [line for line in LINES if line[2] != MISSED])
def test_what_a_report_says_of_its_year_and_agency_is_judged_right(verdict: str, place: str, text: str) -> None:
    assert [finding.severity for finding in findings(place, text)] == [verdict] * (verdict != "ok")


def test_a_finding_quotes_the_sentence_and_tells_both_years() -> None:
    (finding,) = findings("0", "本报告公布如下。统计期限自 2022 年 1 月 1 日起至 12 月 31 日止。欢迎监督。")
    assert finding.quote == "统计期限自 2022 年 1 月 1 日起至 12 月 31 日止。"
    assert (finding.rule, finding.identities[0].stated, finding.identities[0].expected) == ("T1", 2022, 2023)
    (finding,) = findings("title health", "青山县教育体育局2023年年报")
    assert finding.rule == "T2" and "写的是“青山县教育体育局”，应是“青山县卫生健康委员会”" in finding.message


@pytest.mark.parametrize(
    ("signature", "published", "told"),
    [
        ("青山县教育体育局\n2024年1月22日", (2024, 1, 25), "署名中的日期为2024-01-22，published 为2024-01-25"),
        ("青山县教育体育局\n2024年1月22日", (2024, 1, 22), ""),
        ("青山县教育体育局", (2024, 1, 22), ""),
        ("青山县教育体育局", (2023, 1, 22), "公布日期“2023-01-22”说的是2023年，应是2024年"),
    ],
)
def test_the_date_of_publication_is_one_and_after_the_year(
    signature: str, published: tuple[int, int, int], told: str
) -> None:
    narrative = Narrative(published=datetime.date(*published), signature=signature)
    messages = [finding.message for finding in check_year(replace(FILING, narrative=narrative), {})]
    assert [told in message for message in messages] == [True] * bool(told)


def test_a_report_copied_from_last_years_or_anothers_is_not_consistent(tmp_path: Path) -> None:
    project = Project(make_project(tmp_path / "copied", GOOD, "shili-education"))
    narrative = project.data / GOOD / "2023" / "narrative.md"
    text = narrative.read_text(encoding="utf-8")
    for old, new, rule in [("2023年政府", "2022年政府", "T1"), ("  示例市民政局", "  示例市教育局", "T2")]:
        assert old in text
        narrative.write_text(text.replace(old, new), encoding="utf-8")
        assert [finding.rule for finding in check_report(project, GOOD, 2023).findings.errors] == [rule]


def test_a_file_is_checked_for_its_year_and_its_signature(tmp_path: Path) -> None:
    parts = "".join(f"{heading}\n\n无。\n\n" for heading in FILING.form.parts)
    text = f"青山县教育体育局2023年政府信息公开工作年度报告\n\n统计期限为2022年1月1日至12月31日。\n\n{parts}"
    (tmp_path / "年报.txt").write_text(f"{text}红河县教育局\n2024年1月22日\n", encoding="utf-8")
    (checked,) = check_files([tmp_path / "年报.txt"])
    told = {(found.rule, found.severity) for found in checked.checked.findings if found.rule.startswith("T")}
    assert told == {("T1", "error"), ("T2", "warning")}
