"""Accepting a finding by the number that `check` prints."""

from __future__ import annotations

import csv
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from subprocess import CompletedProcess

import pytest

from govreport.checks.checking import check_report
from govreport.checks.findings import Findings
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.project import Project
from tests.support.consistent_projects import MakeProject
from tests.support.projects import govreport, replace_in

AGENCY, YEAR = "shili-archive", 2023
DIRECT, AFTER = "disputes.litigation.direct.total", "disputes.litigation.after_reconsideration.total"
LICENCES = "proactive.licensing.decisions"


class Office:
    """A project with one agency, whose figures can be set and whose findings can be accepted by typing."""

    def __init__(self, project: Project) -> None:
        self.project, self.root = project, project.root
        self.folder = project.data / AGENCY / str(YEAR)
        self.file = self.folder / "waivers.toml"
        self.filing: Filing = project.filing(AGENCY, YEAR)

    def state(self, cells: Mapping[str, Figure | None]) -> None:
        write_filing(replace(self.filing, cells={**self.filing.cells, **cells}), self.folder)

    @property
    def numbers(self) -> list[str]:
        """The numbers that `check` prints."""
        shown = govreport(self.root, "check", AGENCY, str(YEAR)).stdout
        return re.findall(r"^  (\S+)  (?:错误|警告|提示) ", shown, re.MULTILINE)

    def waive(self, number: str, *, reason: str = "原始凭证如此", by: str = "李审核") -> CompletedProcess[str]:
        return govreport(self.root, "waive", AGENCY, str(YEAR), number, "--reason", reason, "--by", by)

    def refused(self, number: str, **words: str) -> str:
        """The sentence with which a number is refused; the file of waivers stays as it is."""
        before = self.file.read_bytes() if self.file.exists() else None
        answer = self.waive(number, **words)
        assert answer.returncode in (1, 2) and answer.stdout == ""
        assert (self.file.read_bytes() if self.file.exists() else None) == before
        return answer.stderr.strip()

    def findings(self) -> Findings:
        return check_report(self.project, AGENCY, YEAR).findings

    def accepted(self) -> list[str]:
        return [finding.rule for finding in self.findings() if finding.waived]


@pytest.fixture
def office(make_project: MakeProject) -> Office:
    """An office whose two totals of lawsuits are wrong."""
    office = Office(make_project())
    office.state({DIRECT: 90, AFTER: 80})
    return office


def test_a_finding_is_accepted_by_its_number(office: Office) -> None:
    first, second = office.numbers
    assert re.fullmatch("1-[0-9a-f]{6}", first) and second.startswith("2-")
    answer = office.waive(first, reason="  上年“更正”，\\见附件 ", by=" 李审核 ")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"已写入 data/{AGENCY}/{YEAR}/waivers.toml。下一步：govreport run 重新生成。" in answer.stdout
    assert answer.stdout.startswith("已接受 D1：")
    waived = [finding.waived for finding in office.findings() if finding.waived]
    assert [(waiver.reason, waiver.by) for waiver in waived] == [("上年“更正”，\\见附件", "李审核")]
    assert office.numbers == [f"1-{second[2:]}", "2"]


def test_several_numbers_of_one_list_are_accepted_one_after_another(office: Office) -> None:
    first, second = office.numbers
    assert [office.waive(number).returncode for number in (first, second)] == [0, 0]
    assert f"的意见 {first} 已由李审核接受（" in office.refused(first)
    assert govreport(office.root, "check", AGENCY, str(YEAR)).returncode == 0


def test_numbers_are_the_same_everywhere(office: Office) -> None:
    (told,) = {tuple(office.numbers) for _ in range(2)}
    listed, table = (govreport(office.root, "check", AGENCY, str(YEAR), "-f", form).stdout for form in ("json", "csv"))
    assert [finding["number"] for finding in json.loads(listed)] == list(told)
    assert [line["number"] for line in csv.DictReader(table.splitlines())] == list(told)
    assert office.waive(json.loads(listed)[0]["number"]).returncode == 0
    govreport(office.root, "show", AGENCY, str(YEAR))
    in_files = govreport(office.root, "check", f"data/{AGENCY}/{YEAR}/narrative.md").stdout
    assert not re.search(r"^  \d+-", in_files, re.MULTILINE)


@pytest.mark.parametrize("number", ["1", "2", "9", "1-", "-", "1-000000", "甲"])
def test_a_number_that_is_not_whole_or_of_nothing_is_refused(number: str, office: Office) -> None:
    office.waive(office.numbers[1])
    sentence = office.refused(number)
    assert f"没有编号为“{number}”的意见" in sentence
    assert f"govreport check {AGENCY} {YEAR}" in sentence and sentence.count("。") == 1


def test_a_number_is_refused_when_its_finding_has_changed_since(office: Office) -> None:
    first, second = office.numbers
    office.state({DIRECT: 91, AFTER: 80})
    changed = {first, second} - set(office.numbers)
    assert len(changed) == 1
    assert "意见改变后编号也变" in office.refused(changed.pop())
    assert office.accepted() == []


def test_a_number_is_refused_once_it_is_accepted(office: Office) -> None:
    first, _ = office.numbers
    office.waive(first)
    office.refused(first)
    assert len(office.accepted()) == 1


def test_the_waiver_is_void_when_a_figure_changes(office: Office) -> None:
    for number in office.numbers:
        office.waive(number)
    office.state({DIRECT: 90, AFTER: 81})
    assert [finding.rule for finding in office.findings().errors] == ["D1"]
    assert [finding.rule for finding in office.findings() if finding.severity == "notice"] == ["F1"]


def test_the_waiver_of_blank_cells_does_not_accept_further_blanks(office: Office) -> None:
    blank = [LICENCES, "proactive.penalty.decisions"]
    office.state({blank[0]: None})
    assert [office.waive(number).returncode for number in office.numbers] == [0]
    assert office.accepted() == ["V2"]
    office.state(dict.fromkeys(blank))
    assert office.accepted() == []


def test_the_waiver_does_not_accept_what_follows_from_another_figure_of_last_year(office: Office) -> None:
    last = office.project.filing(AGENCY, YEAR - 1)
    folder, carried = office.project.data / AGENCY / str(YEAR - 1), "applications.carried_out.natural"

    def accepted_after(carried_out: int) -> bool:
        """Whether the carry-over is accepted when last year's figure is another."""
        write_filing(replace(last, cells={**last.cells, carried: carried_out}), folder)
        (found,) = [f for f in office.findings() if any(identity.rule == "Y1" for identity in f.identities)]
        return found.waived is not None

    office.state({})
    assert not accepted_after(last.cells[carried] + 1)
    office.waive(office.numbers[0])
    assert accepted_after(last.cells[carried] + 1)
    assert not accepted_after(last.cells[carried] + 2)


def test_a_finding_on_prose_is_accepted_with_its_sentence_and_no_other_sentence(office: Office) -> None:
    office.state({})
    narrative = office.folder / "narrative.md"
    replace_in(narrative, "内容完整准确。", "内容完整准确。全年受理投诉3件，其中电话1件、来信1件、其他渠道2件。")
    (number,) = office.numbers
    assert office.waive(number).returncode == 0
    (entry,) = tomllib.loads(office.file.read_text(encoding="utf-8"))["waiver"]
    assert entry["rule"] == "N2" and "受理投诉3件" in entry["quote"] and number.endswith(entry["finding"])
    replace_in(narrative, "其他渠道2件", "其他渠道3件")
    found = office.findings()
    assert office.accepted() == [] and [finding.rule for finding in found] == ["N2", "F1"]
    assert "没有对应的意见" in found[1].message


KEPT = '# 备注\n[[waiver]]\nrule = "N9"\nquote = "全年主动公开"\nreason = "见附件" # 说明\nby = "甲"\ndate = 2024-01-01'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_what_stands_in_the_file_stays_with_its_comments(encoding: str, end: str, office: Office) -> None:
    office.file.write_bytes(f"{KEPT}{end}".replace("\n", "\r\n").encode(encoding))
    assert office.waive(office.numbers[0]).returncode == 0
    text = office.file.read_text(encoding="utf-8")
    assert text.startswith(f"{KEPT}\n\n[[waiver]]\n")
    assert len(tomllib.loads(text)["waiver"]) == 2 and len(office.accepted()) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("waiver = []\n", "写法使后面不能再加一条；请把其中各条改为以 [[waiver]] 开头"),
        ("[[waiver]]\nrule = A1\n", "不是可读的 TOML"),
    ],
)
def test_a_file_that_nothing_can_be_added_to_is_left_alone(text: str, sentence: str, office: Office) -> None:
    number = office.numbers[0]
    office.file.write_text(text, encoding="utf-8")
    assert sentence in office.refused(number)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"reason": " "}, "--reason 的值不对，应写明接受的理由"),
        ({"reason": "字" * 501}, "不超过500字"),
        ({"reason": "\x07"}, "--reason 的值不对"),
        ({"by": ""}, "--by 的值不对，应是接受人姓名"),
        ({"by": "名" * 51}, "不超过50字"),
    ],
)
def test_reason_and_name_are_asked_for(words: dict[str, str], sentence: str, office: Office) -> None:
    assert sentence in office.refused(office.numbers[0], **words)


def test_a_finding_that_must_be_mended_has_a_place_and_no_code(office: Office) -> None:
    office.state({})
    label = office.folder / "disputes.csv"
    replace_in(label, "行政复议", "未经复议直接起诉")
    assert office.numbers == ["1"]
    office.refused("1")


def test_a_sign_off_that_becomes_void_is_told(office: Office) -> None:
    office.state({LICENCES: None})
    assert govreport(office.root, "sign", AGENCY, str(YEAR), "--by", "李审核").returncode == 0
    assert "原有的签审随之失效。" in office.waive(office.numbers[0]).stdout
