"""Members and parents: what rule R1 compares, and what ``govreport rollup`` writes."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from govreport.checks.checking import check_report
from govreport.checks.findings import Finding, Findings
from govreport.checks.signoff import sign
from govreport.checks.years.rollup import roll_up
from govreport.cli import main
from govreport.core.errors import FilingError, ProjectError
from govreport.core.figures import Figure
from govreport.filing.filing import Filing, Unreadable
from govreport.filing.folder import read_filing, write_filing
from govreport.filing.narrative import Narrative, Part
from govreport.filing.project import Project
from tests.support.consistent_projects import PARTS
from tests.support.strategies import APPLICANTS, COLUMNS, consistent_filing

YEAR = 2023
CITY, OFFICE, DISTRICT, BUREAU = "shili-city", "shili-city-office", "shili-district", "shili-bureau"
NAMES = {
    CITY: "示例市人民政府",
    OFFICE: "示例市人民政府办公室",
    DISTRICT: "示例区人民政府",
    BUREAU: "示例市水务局",
    "shili-station": "示例区水务站",
    "shili-dissolved": "示例市旧局",
    "shili-founded": "示例市新局",
}
MEMBERS = (OFFICE, DISTRICT, BUREAU)

Patch, Capture = pytest.MonkeyPatch, pytest.CaptureFixture[str]


class City:
    """A project folder: a city's government, its own office, a district with a station below it, and a bureau."""

    def __init__(self, root: Path, *further: str, scope: str = "members") -> None:
        self.root = root
        lines = [
            f"{CITY},{NAMES[CITY]},示例市,,government,{scope},,",
            f"{OFFICE},{NAMES[OFFICE]},市府办,{CITY},department,own,,",
            f"{DISTRICT},{NAMES[DISTRICT]},示例区,{CITY},government,members,,",
            f"shili-station,{NAMES['shili-station']},水务站,{DISTRICT},department,own,,",
            f"{BUREAU},{NAMES[BUREAU]},水务局,{CITY},department,own,,",
            *further,
        ]
        (root / "data").mkdir(parents=True)
        text = "\n".join(["slug,name,short_name,parent,kind,scope,from,to", *lines, ""])
        (root / "data/agencies.csv").write_text(text, encoding="utf-8")

    @property
    def project(self) -> Project:
        return Project(self.root)

    def write(
        self, slug: str, cells: Mapping[str, Figure | None] | None = None, year: int = YEAR, **kinds: str
    ) -> Filing:
        """Write an agency's filing, by default figures of its own that add up; kinds: editions of tables."""
        filing = consistent_filing(year, Random(f"{slug}/{year}").randint, None, kinds)
        parts = {n: Part("", text) for n, text in PARTS.items()}
        narrative = Narrative(signature=NAMES[slug], editions=kinds, parts=parts)
        figures = {**filing.cells, **(cells or {})}
        filing = replace(filing, agency=slug, name=NAMES[slug], narrative=narrative, cells=figures)
        write_filing(filing, self.folder(slug, year))
        return filing

    def write_members(self, year: int = YEAR) -> dict[str, Figure]:
        """Write the members' filings; returns the sums."""
        filings = [self.write(slug, year=year) for slug in MEMBERS]
        return {cell: sum(filing.cells[cell] or 0 for filing in filings) for cell in filings[0].cells}

    def spoil(self, slug: str, line: int, place: int, text: str) -> None:
        """Put a text in a place of an agency's table of applications; line 0 is the header."""
        path = self.folder(slug) / "applications.csv"
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
        lines[line][place] = text
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(lines)

    def folder(self, slug: str = CITY, year: int = YEAR) -> Path:
        return self.root / "data" / slug / str(year)

    def findings(self, slug: str = CITY, year: int = YEAR) -> Findings:
        return check_report(self.project, slug, year).findings

    def read(self, slug: str = CITY, year: int = YEAR) -> Filing:
        return read_filing(self.folder(slug, year), slug, NAMES[slug], year)


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "city")


def of_rule(findings: Sequence[Finding], rule: str) -> list[Finding]:
    return [finding for finding in findings if any(identity.rule == rule for identity in finding.identities)]


# ---- rule R1 ---------------------------------------------------------------------------------------------------------


def test_a_parent_that_adds_up_its_direct_members_has_no_finding(city: City) -> None:
    sums = city.write_members()
    city.write("shili-station")
    city.write(CITY, sums)
    assert list(city.findings()) == []


def test_a_members_members_are_added_up_by_itself_alone(city: City) -> None:
    city.write_members()
    station = city.write("shili-station")
    city.write(DISTRICT, station.cells)
    assert list(city.findings(DISTRICT)) == []
    assert of_rule(city.findings(OFFICE), "R1") == []


def test_the_parents_own_office_is_a_member(city: City) -> None:
    filings = {slug: city.write(slug) for slug in MEMBERS}
    without = [filing for slug, filing in filings.items() if slug != OFFICE]
    city.write(CITY, {cell: sum(f.cells[cell] for f in without) for cell in filings[OFFICE].cells})
    assert of_rule(city.findings(), "R1")


def test_a_figure_of_the_parent_that_differs_is_one_finding_with_its_repair(city: City) -> None:
    sums = city.write_members()
    cell = "applications.granted.natural"
    city.write(CITY, sums | {cell: sums[cell] + 7})
    (finding,) = city.findings()
    assert sorted(identity.rule for identity in finding.identities) == ["A2", "A3", "R1"]
    assert finding.suggestion == {"cells": {cell: sums[cell]}, "confidence": "unique"}
    assert f"所属机构合计为{sums[cell]}" in finding.message
    rolled = next(identity for identity in finding.identities if identity.rule == "R1")
    assert (rolled.cells, rolled.stated, rolled.expected, rolled.difference) == ((cell,), sums[cell] + 7, sums[cell], 7)


def test_money_and_tables_of_part_two_are_compared_too(city: City) -> None:
    sums = city.write_members()
    city.write(CITY, sums | {"proactive.fees.amount": sums["proactive.fees.amount"] + 1})
    (finding,) = city.findings()
    assert (finding.rule, finding.severity, finding.identities[0].difference) == ("R1", "error", 1)
    assert finding.cells == ("proactive.fees.amount",)


@pytest.mark.parametrize("kind", ["missing", "blank", "unreadable"])
def test_while_a_member_is_missing_or_unreadable_nothing_is_compared(kind: str, city: City) -> None:
    city.write_members()
    city.write(CITY)
    if kind == "unreadable":
        city.spoil(BUREAU, 1, 0, "grant")
    elif kind == "blank":
        city.write(BUREAU, dict.fromkeys(city.read(BUREAU).cells))
        with pytest.raises(FilingError, match="3项错误未处理，不能签审"):
            sign(city.project, BUREAU, YEAR, "李审核", date(YEAR + 1, 1, 20))
    else:
        shutil.rmtree(city.folder(BUREAU))
    (finding,) = of_rule(city.findings(), "R1")
    assert finding.severity == "notice"
    assert "水务局" in finding.message
    assert {"missing": "未报送", "blank": "未报送", "unreadable": "无法读取"}[kind] in finding.message


def test_agencies_founded_later_or_dissolved_before_are_neither_missed_nor_added_up(tmp_path: Path) -> None:
    further = [
        f"shili-dissolved,{NAMES['shili-dissolved']},旧局,{CITY},department,own,,{YEAR - 1}",
        f"shili-founded,{NAMES['shili-founded']},新局,{CITY},department,own,{YEAR + 1},",
    ]
    city = City(tmp_path / "city", *further)
    city.write("shili-dissolved")
    city.write(CITY, city.write_members())
    (finding,) = city.findings()
    assert (finding.rule, finding.severity) == ("R1", "notice")
    assert finding.message == f"按 data/agencies.csv 的 from 或 to，旧局{YEAR}年不存在，资料没有计入汇总数；请核对。"
    assert [agency.short_name for agency in roll_up(city.project, CITY, YEAR).members.outside] == ["旧局"]
    city.write(CITY, city.write_members(YEAR + 1), year=YEAR + 1)
    (finding,) = of_rule(city.findings(year=YEAR + 1), "R1")
    assert "新局" in finding.message
    assert "旧局" not in finding.message


def test_a_government_whose_filing_is_its_own_alone_is_not_compared(tmp_path: Path) -> None:
    city = City(tmp_path / "city", scope="own")
    city.write_members()
    city.write(CITY)
    assert list(city.findings()) == []


def test_what_cannot_be_read_in_a_members_filing_is_not_compared_nor_added_up(city: City) -> None:
    sums = city.write_members()
    city.write(CITY, sums)
    cell = "applications.new.natural"
    city.spoil(BUREAU, 1, 2, "若干")
    (finding,) = of_rule(city.findings(), "R1")
    row = "“一、本年新收政府信息公开申请数量”"
    which = f"空白的行未计入，缺总计或无法读取的未汇总：{NAMES[BUREAU]}（{row}）。"
    assert (finding.severity, finding.message) == ("notice", f"所属机构的资料没有填全：{which}")
    assert roll_up(city.project, CITY, YEAR, force=True).filing[cell] is None


# ---- members of different editions -----------------------------------------------------------------------------------


def mixed(city: City) -> list[Filing]:
    """Write members for 2021, one of which keeps the older tables."""
    kinds = {"applications": "2019", "proactive": "2019"}
    return [city.write(slug, None, 2021, **(kinds if slug == BUREAU else {})) for slug in MEMBERS]


def test_where_editions_differ_applications_compare_by_group_and_part_two_not_at_all(city: City) -> None:
    filings = mixed(city)
    shared = set.intersection(*(set(filing.form.cells) for filing in filings))
    cells = {cell: sum(f.cells[cell] for f in filings) for cell in shared if not cell.startswith("proactive.")}
    for column in COLUMNS:
        first = len(APPLICANTS) if column == "total" else 1
        rest = sum(filing[f"applications.other.{column}"] for filing in filings) - first
        rows = {"no_correction": first, "fee_unpaid": 0, "other": rest}
        cells |= {f"applications.other.{row}.{column}": figure for row, figure in rows.items()}
    city.write(CITY, cells, 2021)
    (notice,) = city.findings(year=2021)
    assert (notice.rule, notice.severity) == ("R1", "notice")
    assert "主动公开表版本不一" in notice.message

    city.write(CITY, cells | {"applications.other.other.natural": cells["applications.other.other.natural"] + 4}, 2021)
    errors = city.findings(year=2021).errors
    identities = [identity for finding in errors for identity in finding.identities if identity.rule == "R1"]
    rows = ("no_correction", "fee_unpaid", "other")
    assert [identity.cells for identity in identities] == [tuple(f"applications.other.{row}.natural" for row in rows)]


def test_a_roll_up_of_mixed_editions_keeps_what_all_have_and_refuses_part_two(city: City) -> None:
    filings = mixed(city)
    result = roll_up(city.project, CITY, 2021)
    assert [table.key for table in result.refused] == ["proactive"]
    written = city.read(year=2021)
    assert written.form.editions == {"proactive": "2021", "applications": "2019", "disputes": "2021"}
    assert written["applications.other.total"] == sum(filing["applications.other.total"] for filing in filings)
    assert {figure for cell, figure in written.cells.items() if cell.startswith("proactive.")} == {None}
    assert [finding.rule for finding in city.findings(year=2021).errors] == ["V2", "N7"]


# ---- govreport rollup ------------------------------------------------------------------------------------------------


def command(city: City, monkeypatch: Patch, *arguments: str) -> int:
    monkeypatch.setenv("GOVREPORT_PROJECT", str(city.root))
    monkeypatch.setattr(sys, "argv", ["govreport", "rollup", *arguments])
    with pytest.raises(SystemExit) as exit_:
        main()
    return int(exit_.value.code or 0)


def test_rollup_writes_the_sums_as_a_filing_that_checks(city: City, monkeypatch: Patch) -> None:
    sums = city.write_members()
    assert command(city, monkeypatch, CITY, str(YEAR)) == 0
    assert city.read().cells == sums
    assert [finding.message for finding in city.findings().errors] == ["六个部分都没有文字；请按格式编写。"]


def test_a_part_that_a_member_leaves_blank_under_a_blank_total_has_no_sum(city: City) -> None:
    city.write_members()
    city.write(BUREAU, {"applications.new.natural": None, "applications.new.total": None})
    filing = roll_up(city.project, CITY, YEAR).filing
    unknown = {"applications.new.natural", "applications.new.total"}
    assert {cell for cell, figure in filing.cells.items() if figure is None} == unknown
    (warning,) = (finding for finding in city.findings() if (finding.rule, finding.severity) == ("V2", "warning"))
    assert "应为" not in warning.message


def test_rollup_lists_who_has_not_filed(city: City, capfd: Capture, monkeypatch: Patch) -> None:
    city.write(OFFICE)
    city.write(DISTRICT)
    assert command(city, monkeypatch, CITY, str(YEAR)) == 0
    shown = capfd.readouterr().out
    assert "已汇总2个所属机构" in shown
    assert "未报送1个：水务局" in shown


def test_rollup_names_members_with_blank_rows_and_members_with_open_errors(
    city: City, capfd: Capture, monkeypatch: Patch
) -> None:
    city.write_members()
    assert command(city, monkeypatch, CITY, str(YEAR)) == 0
    assert "未填全" not in (shown := capfd.readouterr().out) and "有错误" not in shown
    city.write(BUREAU, {name: None for name in city.read(BUREAU).cells if name.startswith("applications.new.")})
    city.write(OFFICE, {"applications.granted.total": 999})
    assert command(city, monkeypatch, CITY, str(YEAR)) == 0
    shown = "".join(capfd.readouterr().out.split())
    assert f"{NAMES[BUREAU]}（“一、本年新收政府信息公开申请数量”）" in shown
    assert "有错误未处理2个：市府办、水务局。" in shown
    for slug in (OFFICE, DISTRICT):
        city.write(slug, {name: None for name in city.read(slug).cells if name.startswith("applications.new.")})
    assert roll_up(city.project, CITY, YEAR).filing["applications.new.total"] is None, "no member has said zero"


def test_rollup_refuses_to_overwrite_figures_entered_by_hand(city: City, capfd: Capture, monkeypatch: Patch) -> None:
    sums = city.write_members()
    mine = city.write(CITY).cells
    assert command(city, monkeypatch, CITY, str(YEAR)) == 2
    assert "--force" in capfd.readouterr().err
    assert city.read().cells == mine
    assert command(city, monkeypatch, CITY, str(YEAR), "--force") == 0
    assert city.read().cells == sums


def test_rollup_does_not_overwrite_a_text_entered_by_hand_that_is_no_figure(city: City) -> None:
    city.write_members()
    blank = city.write(CITY, dict.fromkeys(city.write(CITY).cells))
    text = Unreadable("12a", "“12a”不是数字")
    write_filing(replace(blank, unreadable={"applications.new.total": text}), city.folder())
    with pytest.raises(ProjectError, match="手工填写的数字"):
        roll_up(city.project, CITY, YEAR)
    assert city.read().text_of("applications.new.total") == "12a"


def test_rollup_overwrites_its_own_result_but_not_what_was_corrected_in_it(city: City) -> None:
    city.write_members()
    roll_up(city.project, CITY, YEAR)
    member = city.write(BUREAU, {"disputes.reconsideration.upheld": 9, "disputes.reconsideration.total": 9})
    assert roll_up(city.project, CITY, YEAR).changed
    assert city.read()["disputes.reconsideration.upheld"] >= 9
    corrected = {**city.read().cells, "proactive.licensing.decisions": 1}
    write_filing(replace(city.read(), cells=corrected), city.folder())
    city.write(BUREAU, member.cells)
    with pytest.raises(ProjectError, match="手工填写的数字"):
        roll_up(city.project, CITY, YEAR)
    assert city.read().cells == corrected


def test_rollup_names_the_cells_that_change_before_and_after(city: City, capfd: Capture, monkeypatch: Patch) -> None:
    city.write_members()
    roll_up(city.project, CITY, YEAR)
    total, upheld = (f"disputes.reconsideration.{key}" for key in ("total", "upheld"))
    before, member = city.read(), city.read(BUREAU)
    more = {name: int(member[name] or 0) + 1 for name in (total, upheld)}
    city.write(BUREAU, more)
    assert command(city, monkeypatch, CITY, str(YEAR)) == 0
    told = [f"“行政复议”的“{label}”：{before[name]} → {int(before[name] or 0) + 1}"
            for name, label in ((upheld, "结果维持"), (total, "总计"))]  # fmt: skip
    assert f"，改动{'、'.join(told)}。" in "".join(capfd.readouterr().out.splitlines())
    assert command(city, monkeypatch, CITY, str(YEAR)) == 0
    assert "与原有数字一致。" in capfd.readouterr().out
    write_filing(replace(city.read(), cells={**city.read().cells, upheld: 4711}), city.folder())
    with pytest.raises(ProjectError, match="“结果维持”：4711 → "):
        roll_up(city.project, CITY, YEAR)


def test_a_roll_up_that_changes_nothing_writes_nothing(city: City) -> None:
    city.write(CITY, city.write_members())
    before = {path: path.read_bytes() for path in city.folder().iterdir()}
    assert roll_up(city.project, CITY, YEAR).changed == ()
    assert {path: path.read_bytes() for path in city.folder().iterdir()} == before


def test_rollup_keeps_the_prose(city: City) -> None:
    city.write_members()
    before = city.write(CITY).narrative
    roll_up(city.project, CITY, YEAR, force=True)
    after = city.read().narrative
    assert {n: part.text.strip() for n, part in after.parts.items()} == {n: p.text for n, p in before.parts.items()}


def test_rollup_without_members_is_a_sentence(city: City) -> None:
    district = "“示例区”（data/shili-district/2023 未报送或各表未填）"
    with pytest.raises(
        ProjectError, match=rf"“示例市”的所属机构都没有可汇总的资料：“市府办”.*{district}、.*；请先填报"
    ):
        roll_up(city.project, CITY, YEAR)
    city.write(OFFICE)
    with pytest.raises(ProjectError, match=r"中没有“水务局”2023年的所属机构.*一行把 parent 写成 shili-bureau。"):
        roll_up(city.project, BUREAU, YEAR)


def test_rollup_without_members_in_the_register_says_which_line_may_name_the_parent(tmp_path: Path) -> None:
    city = City(tmp_path, "shili-park,示例市公园,公园,,department,own,,")
    register = tmp_path / "data/agencies.csv"
    register.write_text(register.read_text(encoding="utf-8").replace(f",{CITY},", ",,"), encoding="utf-8")
    told = "如“市府办”（shili-city-office）、“示例区”（shili-district）、“水务局”（shili-bureau）等4个，把 parent 写成 "
    with pytest.raises(ProjectError, match=told):
        roll_up(city.project, CITY, YEAR)
