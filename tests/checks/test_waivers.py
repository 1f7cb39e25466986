"""Findings that somebody accepted: what a waiver covers, when it expires, and how one is written."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from govreport.checks.checking import check_report
from govreport.checks.comments import read_comments
from govreport.checks.entry_file import WAIVERS
from govreport.checks.findings import Findings, Waiver
from govreport.checks.report_states import CONSISTENT
from govreport.checks.signoff import read_signoff
from govreport.checks.waivers import read_waivers, waiver_problems
from govreport.cli import main
from govreport.core.errors import FilingError
from govreport.core.figures import Figure
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.project import Project
from govreport.forms.catalogue import Catalogue
from govreport.notebook.report import Report
from tests.support.consistent_projects import MakeProject
from tests.support.projects import write_notebook

AGENCY, YEAR = "shili-archive", 2023
TOTAL = "applications.total.natural"
FEES = "proactive.fees.amount"
OPEN_ENDED = "没有写全意见的数字（stated、expected），数字再有改动也算接受"


class Office:
    """A project with one agency, whose filing and waivers can be set."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.folder = project.data / AGENCY / str(YEAR)
        self.filing: Filing = project.filing(AGENCY, YEAR)

    def state(self, cells: Mapping[str, Figure | None]) -> None:
        """Write other figures into some cells."""
        write_filing(replace(self.filing, cells={**self.filing.cells, **cells}), self.folder)

    def waive(self, *waivers: str) -> None:
        (self.folder / "waivers.toml").write_text("\n".join(waivers), encoding="utf-8")

    def findings(self) -> Findings:
        """What is found, but for the notice that waivers do not name both numbers."""
        return Findings(
            found for found in check_report(self.project, AGENCY, YEAR).findings if OPEN_ENDED not in found.message
        )


def waiver(rule: str, *cells: str, figures: str = "", reason: str = "原始凭证如此") -> str:
    listed = ", ".join(f'"{cell}"' for cell in cells)
    entry = f'[[waiver]]\nrule = "{rule}"\ncells = [{listed}]\nreason = "{reason}"\nby = "张某"\ndate = 2024-01-25\n'
    return entry + (f"figures = {{ {figures} }}\n" if figures else "")


@pytest.fixture
def office(make_project: MakeProject) -> Office:
    return Office(make_project())


@pytest.fixture
def wrong_total(office: Office) -> Office:
    """An office whose total of natural persons is 3 too high: A1, A2 and A3 fail together."""
    office.state({TOTAL: int(office.filing.cells[TOTAL]) + 3})
    return office


# ---- what a waiver covers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rules", [("A1",), ("A2", "A3"), ("A1", "A2", "Y1")])
def test_a_cause_of_three_identities_is_not_accepted_by_halves(rules: tuple[str, ...], wrong_total: Office) -> None:
    wrong_total.waive(*(waiver(rule, TOTAL) for rule in rules))
    finding, *told = wrong_total.findings()
    assert (finding.waived, finding.severity) == (None, "error")
    assert ["接受 Y1 的一条" in notice.message for notice in told] == [True] * ("Y1" in rules)


def test_a_cause_is_accepted_when_every_identity_is(wrong_total: Office) -> None:
    wrong_total.waive(*(waiver(rule, TOTAL, reason=f"理由{rule}") for rule in ("A3", "A2", "A1")))
    (finding,) = wrong_total.findings()
    assert finding.waived.reason == "理由A1"
    assert len(finding.identities) == 3
    assert finding.to_json()["waived"] == {"reason": "理由A1", "by": "张某", "date": "2024-01-25"}


def test_an_entry_that_several_write_at_once_stands_there_once(office: Office) -> None:
    entries = [WAIVERS.entry(Waiver("A1", (cell,), "已核", "李", f"{YEAR + 1}-01-20")) for cell in "ab"]
    for entry in (*entries, *entries):
        WAIVERS.append(office.folder, f"data/{AGENCY}/{YEAR}", [entry])
    kept = [waiver.cells for waiver in read_waivers(office.folder, f"data/{AGENCY}/{YEAR}")]
    assert kept == [("a",), ("b",)]


def test_a_waiver_speaks_only_of_the_identities_that_hold_all_its_cells(office: Office) -> None:
    cells = {f"disputes.{group}.total": 90 for group in ("reconsideration", "litigation.direct")}
    office.state(cells)
    office.waive(waiver("D1", "disputes.reconsideration.total", "disputes.reconsideration.upheld"))
    accepted = {finding.cells[0]: finding.waived is not None for finding in office.findings()}
    assert accepted == {"disputes.litigation.direct.total": False, "disputes.reconsideration.total": True}
    office.waive(waiver("D1", *cells))
    assert [(finding.rule, finding.waived) for finding in office.findings()] == [
        ("D1", None),
        ("D1", None),
        ("F1", None),
    ]


def test_warnings_and_notices_can_be_accepted(office: Office) -> None:
    blank = "disputes.reconsideration.pending"
    office.state({blank: None, "disputes.reconsideration.total": None})
    office.waive(waiver("V2", blank), waiver("V2", "disputes.reconsideration.total"))
    assert office.findings().counts() == {"error": 0, "warning": 0, "notice": 0, "waived": 2}


def test_an_accepted_error_is_shown_and_counts_as_none(
    wrong_total: Office, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVREPORT_PROJECT", str(wrong_total.project.root))
    monkeypatch.setattr(sys, "argv", ["govreport", "check", AGENCY, "--year", str(YEAR), "--format", "json"])
    codes = []
    for waivers in ((), [waiver(rule, TOTAL) for rule in ("A1", "A2", "A3")]):
        wrong_total.waive(*waivers)
        with pytest.raises(SystemExit) as left:
            main()
        codes.append(left.value.code or 0)
        (told,) = (found for found in json.loads(capfd.readouterr().out) if OPEN_ENDED not in found["message"])
        assert bool(told["waived"]) == bool(waivers)
    assert codes == [1, 0]
    report = Report.open(AGENCY, YEAR, wrong_total.project.root)
    assert (report.checked.state, len(report.findings), len(report.findings.errors)) == (CONSISTENT, 2, 0)
    report.assert_consistent()
    assert "原始凭证如此（张某，2024-01-25）" in report.findings._repr_mimebundle_()["text/html"]


# ---- when it expires -------------------------------------------------------------------------------------------------


def test_a_waiver_without_numbers_does_not_expire_and_is_told(wrong_total: Office) -> None:
    wrong_total.waive(*(waiver(rule, TOTAL) for rule in ("A1", "A2", "A3")))
    wrong_total.state({TOTAL: 5_000})
    assert wrong_total.findings().counts()["waived"] == 1
    (notice,) = [found for found in check_report(wrong_total.project, AGENCY, YEAR).findings if found.rule == "F1"]
    assert f"waivers.toml 中接受 A1、A2、A3 的{OPEN_ENDED}" in notice.message and notice.severity == "notice"


SENT, KEPT = "applications.carried_in.total", "applications.carried_in.natural"


def open_ended(office: Office) -> list[str]:
    return [f.message for f in check_report(office.project, AGENCY, YEAR).findings if OPEN_ENDED in f.message]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("", True),
        ("stated = 99\n", True),
        ("expected = 11\n", True),
        ('figures = { "disputes.litigation.direct.total" = 99 }\n', True),
        ("stated = 99\nexpected = 11\n", False),
    ],
)
def test_a_waiver_is_told_of_until_both_numbers_of_the_finding_are_named(
    lines: str, told: bool, office: Office
) -> None:
    office.state({"disputes.litigation.direct.total": 99})
    office.waive(waiver("D1", "disputes.litigation.direct.total") + lines)
    (found,) = (f for f in office.findings() if f.rule == "D1")
    assert (found.identities[0].stated, found.identities[0].expected) == (99, 11)
    assert found.waived and bool(open_ended(office)) == told


@pytest.mark.parametrize("last", [2, 52])
def test_a_waiver_with_both_numbers_is_void_where_last_years_figure_is_another(last: int, office: Office) -> None:
    before = office.project.filing(AGENCY, YEAR - 1)
    sent = {name.replace("carried_in", "carried_out"): last for name in (SENT, KEPT)}
    write_filing(replace(before, cells={**before.cells, **sent}), office.folder.parent / str(YEAR - 1))
    office.state({SENT: 1, KEPT: 1})
    office.waive(*(waiver("Y1", cell) + "stated = 1\nexpected = 2\n" for cell in (SENT, KEPT)))
    checked = check_report(office.project, AGENCY, YEAR).findings
    told = [f.message for f in checked if f.rule == "F1"]
    assert {bool(f.waived) for f in checked if f.rule == "Y1"} == {last == 2}
    assert not any(OPEN_ENDED in f.message for f in checked)
    void = "张某接受 Y1 的一条（2024-01-25）已失效：意见的数字与接受时不同；请重新核实。"
    assert set(told) == ({f"data/{AGENCY}/{YEAR}/waivers.toml 中{void}"} if last == 52 else set())


def test_a_waiver_of_a_sentence_is_told_of_until_it_names_what_the_table_says(office: Office) -> None:
    path, new = office.folder / "narrative.md", office.filing.cells["applications.new.total"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# 六、", "全年新收政府信息公开申请99件。\n\n# 六、"), encoding="utf-8")
    entry = on_prose('quote = "新收政府信息公开申请99件"\n', "N1")
    for numbers, told in (("", True), (f"stated = 99\nexpected = {new}\n", False)):
        office.waive(entry + numbers)
        (found,) = (f for f in office.findings() if f.rule == "N1")
        assert found.waived and bool(open_ended(office)) == told


def test_cells_that_no_identity_has_together_are_told(office: Office) -> None:
    office.state({SENT: 9, KEPT: 9})
    office.waive(waiver("Y1", SENT, KEPT))
    (told,) = (f.message for f in office.findings() if f.rule == "F1")
    assert "没有对应的意见：没有一项勾稽同时含有所列的各单元格；请照意见下列的各项分写几条" in told


@pytest.mark.parametrize(("day", "holds"), [("2099-01-20", False), ("1999-01-20", False), ("2026-11-30", True)])
def test_a_date_before_the_reported_year_or_long_after_it_is_refused(day: str, holds: bool, office: Office) -> None:
    office.waive(waiver("D1", TOTAL).replace("2024-01-25", day))
    told = [found.message for found in office.findings().errors]
    assert holds or f"waivers.toml 中的 date {day} 不对；应是2023年度报告的处理日期" in told[0]
    assert bool(told) != holds


@pytest.mark.parametrize("then", [98, 0, None])
def test_a_waiver_expires_when_a_figure_that_it_names_is_another(then: int | None, office: Office) -> None:
    cell = "disputes.litigation.direct.total"
    office.state({cell: 99})
    office.waive(waiver("D1", cell), waiver("D1", cell, figures=f'"{cell}" = 99'))
    assert office.findings().counts()["waived"] == 1
    office.waive(waiver("D1", cell, figures=f'"{cell}" = 99'))
    office.state({cell: then})
    findings = office.findings()
    assert findings.counts()["waived"] == 0
    (notice,) = [finding for finding in findings if finding.rule == "F1"]
    label = office.filing.form.label_of(cell)
    assert notice.message.startswith(f"data/{AGENCY}/{YEAR}/waivers.toml 第1条已失效：{label}")
    assert notice.severity == "notice"


def test_figures_of_money_are_compared_exactly(office: Office, tmp_path: Path) -> None:
    for stated, written, holds in (("1.5", "1.50", True), ("1.5", "1.500001", False), ("2", "2", True)):
        filing = replace(office.filing, cells={**office.filing.cells, FEES: Decimal(stated)})
        (tmp_path / "waivers.toml").write_text(waiver("V1", FEES, figures=f'"{FEES}" = {written}'), encoding="utf-8")
        (read,) = read_waivers(tmp_path, "data/x/2023")
        told = "".join(waiver_problems(read, 1, filing, (), Catalogue.read()))
        assert told == ("" if holds else f"第1条已失效：{filing.form.label_of(FEES)}与接受时不同；请重新核实。")


def test_a_waiver_names_figures_of_tables_of_ones_own_and_is_told_where_it_fits_nothing(office: Office) -> None:
    (office.folder / "tables").mkdir()
    (office.folder / "tables/t.csv").write_text("平台,条\n网站,9\n合计,9\n", encoding="utf-8")
    write_notebook(office.project.root, "report.table('t')")
    name = "tables.t.合计.条"
    office.waive(waiver("S1", name, figures=f'"{name}" = 9'))
    assert office.findings() == ()
    assert office.project.filing(AGENCY, YEAR).figures[name] == 9
    office.waive(waiver("S1", name, figures=f'"{name}" = 8'), waiver("S1", "tables.q.合计.条"), waiver("A2", TOTAL))
    void, missing, unused = (finding.message for finding in office.findings())
    assert "第1条已失效" in void and "“tables.q.合计.条”不在格式或 tables/ 中" in missing
    assert "张某接受 A2 的一条（2024-01-25）没有对应的意见" in unused


def test_a_name_that_the_form_does_not_have_expires_too(office: Office) -> None:
    office.waive(waiver("D1", TOTAL, figures='"applications.total.nobody" = 3'))
    (notice,) = office.findings()
    assert "applications.total.nobody" in notice.message


# ---- findings on prose, and unknown rules ---------------------------------------------------------------------------


@pytest.fixture
def misheaded(office: Office) -> Office:
    """An office whose report has wrong headings over parts three and six."""
    path = office.folder / "narrative.md"
    text = path.read_text(encoding="utf-8")
    for old, new in (
        ("# 三、收到和处理政府信息公开申请情况", "# 三、机构设置"),
        ("# 六、其他需要报告的事项", "# 六、存在的问题"),
    ):
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return office


def on_prose(lines: str = "", rule: str = "N7") -> str:
    return f'[[waiver]]\nrule = "{rule}"\n{lines}reason = "历年如此"\nby = "张某"\ndate = 2024-01-25\n'


@pytest.mark.parametrize(
    ("lines", "accepted"),
    [
        ('quote = "三、机构设置"\n', ["三、机构设置"]),
        ('cells = []\nquote = "存在的问题"\n', ["六、存在的问题"]),
        ('quote = "工作打算"\n', []),
        ("cells = []\n", []),
        ("", []),
        ('quote = "。"\n', []),
        ('quote = "三、"\n', []),
        ('cells = ["applications.new.total"]\n', []),
    ],
)
def test_a_finding_on_prose_is_accepted_by_rule_and_quote(lines: str, accepted: list[str], misheaded: Office) -> None:
    misheaded.waive(on_prose(lines))
    assert sorted(finding.quote for finding in misheaded.findings() if finding.waived) == accepted
    assert misheaded.findings().counts()["error"] == 2 - len(accepted)


@pytest.mark.parametrize("lines", ["", "cells = []\n", 'quote = ""\n', 'quote = "。　"\n', 'quote = "设置"\n'])
def test_a_waiver_that_would_accept_whatever_a_rule_on_prose_may_find_does_nothing_and_is_told(
    lines: str, misheaded: Office
) -> None:
    misheaded.waive(on_prose('quote = "三、机构设置"\n'), on_prose(lines))
    findings = misheaded.findings()
    assert findings.counts() == {"error": 1, "warning": 0, "notice": 1, "waived": 1}
    (told,) = [finding.message for finding in findings if finding.rule == "F1"]
    assert told == (
        f"data/{AGENCY}/{YEAR}/waivers.toml 第2条没有写明是哪一条意见，不起作用；"
        "请在 quote 中写意见所引文字的一段，不少于4个字。"
    )


def test_the_draft_for_findings_that_quote_next_to_nothing_takes_their_own_words_and_leaves_out_what_nobody_can_accept(
    office: Office,
) -> None:
    path = office.folder / "narrative.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("# 六、", "见[网站]()。\n\n# 六、"), encoding="utf-8")
    office.waive(on_prose())
    assert [finding.rule for finding in office.findings()] == ["T3", "F1"]
    draft = Report.open(AGENCY, YEAR, office.project.root).waivers_toml()
    assert "第五部分有没有网址的链接" in draft
    office.waive(completed(draft))
    assert office.findings().counts() == {"error": 0, "warning": 0, "notice": 0, "waived": 1}


def test_the_draft_of_a_waiver_on_prose_has_its_quote(misheaded: Office) -> None:
    text = Report.open(AGENCY, YEAR, misheaded.project.root).waivers_toml()
    drafts = tomllib.loads(text)["waiver"]
    assert [(draft["rule"], draft["cells"], draft["quote"]) for draft in drafts] == [
        ("N7", [], "三、机构设置"),
        ("N7", [], "六、存在的问题"),
    ]
    misheaded.waive(completed(text))
    assert misheaded.findings().counts() == {"error": 0, "warning": 0, "notice": 0, "waived": 2}


@pytest.mark.parametrize("rule", ["N10", "A9", "X1", "a1"])
def test_a_rule_that_does_not_exist_is_told(rule: str, office: Office) -> None:
    office.waive(waiver(rule, TOTAL))
    (notice,) = office.findings()
    assert (notice.rule, notice.severity) == ("F1", "notice")
    told = f"data/{AGENCY}/{YEAR}/waivers.toml 中的规则“{rule}”不存在，该条不起作用；请改正编号。"
    assert notice.message == told


def test_rules_of_the_forms_of_the_checks_and_of_the_project_are_known(office: Office) -> None:
    identity = "disputes.reconsideration.total >= applications.new.total"
    own = f'[[rules]]\nid = "X1"\nseverity = "notice"\nidentity = "{identity}"'
    (office.project.root / "rules.toml").write_text(f'{own}\nmessage = "复议较少"\n', encoding="utf-8")
    known = ("A1", "D1", "P1", "P2", "Y3", "R1", "V1", "V2", "F1", "X1", *(f"N{number}" for number in range(1, 10)))
    office.waive(*(waiver(rule, TOTAL) for rule in known))
    told = [finding.message for finding in office.findings() if finding.rule == "F1"]
    assert len(told) == len(known) and all("没有对应的意见" in message for message in told)


@pytest.mark.parametrize(
    ("lines", "words"),
    [("quote = 3\n", "quote 应是"), ("finding = 3\n", "finding 应是"), ('cells = "x"\n', "cells 应是")],
)
def test_a_mistake_in_a_waiver_on_prose_is_told(lines: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text(on_prose(lines), encoding="utf-8")
    with pytest.raises(FilingError, match=words):
        read_waivers(tmp_path, "data/x/2023")


def test_cells_are_still_asked_for_where_a_rule_is_about_cells(tmp_path: Path) -> None:
    for lines in ("", "cells = []\n"):
        (tmp_path / "waivers.toml").write_text(on_prose(lines, "A1"), encoding="utf-8")
        with pytest.raises(FilingError, match="缺少 cells"):
            read_waivers(tmp_path, "data/x/2023")


# ---- how one is written ----------------------------------------------------------------------------------------------


def completed(text: str) -> str:
    return text.replace('reason = ""', 'reason = "已核实"').replace('by = ""', 'by = "张某"').replace('date = ""', "date = 2024-01-25")  # fmt: skip  # noqa: E501


def test_the_draft_of_a_waiver_has_the_figures_and_lacks_a_reason(wrong_total: Office) -> None:
    text = Report.open(AGENCY, YEAR, wrong_total.project.root).waivers_toml()
    drafts = tomllib.loads(text)["waiver"]
    assert [draft["rule"] for draft in drafts] == ["A1", "A2", "A3"]
    filing = wrong_total.project.filing(AGENCY, YEAR)
    for draft in drafts:
        assert {*draft} == {"rule", "cells", "stated", "expected", "figures", "reason", "by", "date"}
        assert draft["figures"] == {cell: filing.cells[cell] for cell in draft["cells"]}
        assert (draft["reason"], draft["by"], draft["date"]) == ("", "", "")
    wrong_total.waive(text)
    messages = [f.message for f in wrong_total.findings() if f.rule == "F1"]
    assert ["缺少 reason" in message for message in messages] == [True] * len(drafts)


def test_a_waivers_date_may_be_written_as_offices_do(tmp_path: Path) -> None:
    (tmp_path / "waivers.toml").write_text(
        waiver("A1", TOTAL).replace("2024-01-25", '"2024年1月5日"'), encoding="utf-8"
    )
    assert [waiver.date for waiver in read_waivers(tmp_path, "data/x/2023")] == ["2024-01-05"]


def test_the_draft_once_completed_accepts_what_it_speaks_of_and_expires_with_it(wrong_total: Office) -> None:
    wrong_total.waive(completed(Report.open(AGENCY, YEAR, wrong_total.project.root).waivers_toml()))
    report = Report.open(AGENCY, YEAR, wrong_total.project.root)
    assert report.findings.counts()["waived"] == 1
    assert report.waivers_toml() == ""
    wrong_total.state({TOTAL: int(wrong_total.filing.cells[TOTAL]) + 4})
    findings = wrong_total.findings()
    assert findings.counts()["error"] == 1
    assert len([f for f in findings if f.rule == "F1"]) == 3


def test_a_file_of_waivers_that_cannot_be_read_keeps_the_report_from_being_published(wrong_total: Office) -> None:
    wrong_total.waive("[[waiver]]\nrule = A1\n")
    findings = wrong_total.findings()
    assert {finding.rule for finding in findings.errors} == {"F1", "A1"}
    with pytest.raises(FilingError, match=r"waivers\.toml 不是可读的 TOML"):
        Report.open(AGENCY, YEAR, wrong_total.project.root)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"张某"', "3", "第2条的 by 应是文字"),
        ("2024-01-25", "2024", "第2条的 date 应是日期"),
        ("2024-01-25", '"2024-2-30"', "第2条的 date 应是日期"),
        (f'["{TOTAL}"]', "[1]", "第2条的 cells 应是单元格名称的数组"),
        ('"A1"', "[]", "第2条缺少 rule"),
        ("[[waiver]]", "waiver = [1]\n[[other]]", "每条应以 [[waiver]] 开头"),
    ],
)
def test_a_mistake_names_the_entry_and_what_belongs_there(old: str, new: str, words: str, tmp_path: Path) -> None:
    entry = waiver("A1", TOTAL).replace(old, new)
    text = entry if "other" in new else waiver("D1", TOTAL) + entry
    (tmp_path / "waivers.toml").write_text(text, encoding="utf-8")
    with pytest.raises(FilingError) as error:
        read_waivers(tmp_path, "data/x/2023")
    assert str(error.value).startswith("data/x/2023/waivers.toml ")
    assert words in str(error.value)


def test_each_mistake_in_comments_and_sign_offs_is_a_sentence_of_its_own(office: Office) -> None:
    (office.folder / "comments.toml").write_text("[[comment]]\ntext = 1\n" * 2, encoding="utf-8")
    told = [finding.message for finding in office.findings() if finding.rule == "F1"]
    assert [message.split(" ")[1][:3] for message in told] == ["第1条", "第2条"] and not any(
        "\n" in one for one in told
    )
    (office.folder / "comments.toml").unlink()
    (office.folder / "review.toml").write_text("[[signer]]\nby = 1\n" * 2, encoding="utf-8")
    assert "\n" not in str(read_signoff(office.project, AGENCY, YEAR))


def test_a_date_in_quotation_marks_is_one_and_is_kept_as_others_are(office: Office) -> None:
    entry = '[[comment]]\ntext = "请核对"\nby = "李审核"\ndate = "2024年1月25日"\n'
    (office.folder / "comments.toml").write_text(entry, encoding="utf-8")
    (comment,) = read_comments(office.folder, f"data/{AGENCY}/{YEAR}")
    assert comment.date == "2024-01-25"
