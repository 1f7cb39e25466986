"""Rules T1 and T2 on the sentences of tests/cases/speaking.txt, and what their findings say."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from pathlib import Path

import pytest

from govreport.batch import check_files
from govreport.checks.checking import check_report
from govreport.checks.findings import Finding
from govreport.checks.prose.self_description import check_agency, check_year
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
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


def test_messages_quote_a_period_without_its_marks() -> None:
    for period in ("2022年**1月1日至12月31日", "2023年**1月1日至11月30日"):
        (finding,) = findings("0", f"统计期限为**{period}。")
        assert f"“统计期限为{period.replace('**', '')}。”" in finding.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("所列数据的统计期限自2023年1月1日起至11月30日止。", True),
        ("数据统计期限为2023年7月1日至2023年12月31日。", True),
        ("统计时间从2023年1月1日至12月31日止。", False),
        ("数据统计期限自二〇二三年一月一日起至十二月三十一日止。", False),
        ("2023年3月1日至5月31日开展集中清理。", False),
    ],
)
def test_a_stated_period_of_less_than_the_year_is_told(text: str, told: bool) -> None:
    assert ["不是全年" in finding.message for finding in findings("0", text)] == [True] * told


@pytest.mark.parametrize("place", ["0", "1"])
@pytest.mark.parametrize(
    "text",
    [
        "公示期限为2022年12月20日至2023年1月5日。",
        "整改期限为2024年1月1日至3月31日，分三批销号。",
        "审批系统运维合同期限为2022年7月1日至2025年6月30日。",
        "规划期限为2021年1月至2025年12月。",
        "办学许可证有效期限为2022年3月1日至2025年2月28日。",
        "第三方评估统计周期为2022年7月1日至2023年6月30日。",
        "考核统计期间为2022年度。",
        "开展群众满意度调查，统计时间为2022年7月至2023年6月。",
        "项目起止时间为2022年3月至2024年3月。",
    ],
)
def test_a_period_of_something_else_is_not_the_reports(place: str, text: str) -> None:
    assert findings(place, text) == []


def test_the_period_of_last_years_report_may_be_told_in_a_part() -> None:
    assert findings("1", "上年报告统计期限为2022年1月1日至12月31日。") == []
    (finding,) = findings("1", "本报告统计期限为2022年1月1日至12月31日。")
    assert finding.severity == "error"


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
        ("青山县教育体育局", (2099, 1, 22), "公布日期“2099-01-22”说的是2099年，应是2024年"),
    ],
)
def test_the_date_of_publication_is_one_and_of_the_year_after(
    signature: str, published: tuple[int, int, int], told: str
) -> None:
    narrative = Narrative(published=datetime.date(*published), signature=signature)
    messages = [finding.message for finding in check_year(replace(FILING, narrative=narrative), {})]
    assert [told in message for message in messages] == [True] * bool(told)


def test_a_title_that_names_a_further_year_is_told() -> None:
    (finding,) = findings("title", "青山县教育体育局2023年政府信息公开2022年度报告")
    assert (finding.severity, finding.identities[0].stated) == ("warning", 2022)


def test_an_agency_may_bear_the_name_of_every_agency_that_it_follows() -> None:
    oldest = agency("oldest", "青山县文教局")
    register = REGISTER | {"oldest": oldest, "old": replace(REGISTER["old"], succeeds="oldest")}
    filing = replace(FILING, narrative=Narrative(title="青山县文教局2023年政府信息公开工作年度报告"))
    assert list(check_agency(filing, register["edu"], register)) == []
    assert [found.severity for found in check_agency(filing, REGISTER["edu"], REGISTER)] == ["error"]
    register["oldest"] = replace(oldest, succeeds="edu")
    assert list(check_agency(filing, register["edu"], register)) == [], "a circle ends"


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("无。\n\n青山县卫生健康委员会\n2024年1月22日", "T2 error"),
        ("无。\n\n<p align=right>青山卫健委（盖章）</p>\n\n**2024年1月22日**", "T2 error"),
        ("无。\n\n青山县教育体育局 2023年1月22日", "T1 warning"),
        ("无。\n\n2023年1月22日", "T1 warning"),
        ("无。\n\n青山县教育体育局办公室\n二〇二四年一月二十二日", ""),
        ("有关数据截至2023年12月31日", ""),
        ("数据截止日期：2023年12月31日", ""),
        ("无。\n\n红河县教育局\n2024年1月22日", "T2 warning"),
    ],
)
def test_a_signature_pasted_below_the_last_part_is_checked_as_any_other(end: str, told: str) -> None:
    filing = replace(FILING, narrative=Narrative(parts={6: Part("", end)}))
    found = [*check_year(filing, {6: end}), *check_agency(filing, REGISTER["edu"], REGISTER)]
    assert " ".join(f"{finding.rule} {finding.severity}" for finding in found) == told


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


def test_a_filing_of_a_year_in_which_the_register_has_no_such_agency_is_told(tmp_path: Path) -> None:
    project = Project(make_project(tmp_path / "dissolved", GOOD))
    register = project.data / "agencies.csv"
    header, line = register.read_text(encoding="utf-8").splitlines()
    register.write_text(f"{header},to\n{line},2022\n", encoding="utf-8")
    for year, told in [(2022, False), (2023, True)]:
        messages = [finding.message for finding in check_report(Project(project.root), GOOD, year).findings]
        assert any("不存在" in message for message in messages) == told


def test_a_whole_report_without_signature_and_date_is_a_notice_and_a_draft_in_work_is_not(tmp_path: Path) -> None:
    project = Project(make_project(tmp_path / "project", GOOD))
    folder = project.data / GOOD / "2023"
    text = (folder / "narrative.md").read_text(encoding="utf-8")
    unsigned = re.sub(r"(?m)^(?:published|signature):.*\n", "", text)
    for written, severities in (
        (text, []),
        (unsigned, ["notice"]),
        (f"{unsigned}\n\n示例市民政局\n2024年1月9日\n", []),
        (re.sub(r"(?m)^published:.*\n", "", text), []),
        (unsigned.partition("# 四、")[0] + "# 四、行政复议、行政诉讼情况\n\n# 五、存在的主要问题及改进情况\n", []),
    ):
        (folder / "narrative.md").write_text(written, encoding="utf-8")
        told = [found for found in check_report(project, GOOD, 2023).findings if "署名" in found.message]
        assert [found.severity for found in told] == severities
        assert all(
            found.message.startswith("没有署名和公布日期；公布前请在 narrative.md 的文件头写明") for found in told
        )
