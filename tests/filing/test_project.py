"""The project folder and its register of agencies."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from govreport.checks import checking
from govreport.checks.checking import check_report, check_reports
from govreport.checks.report_states import FAILED
from govreport.core.errors import FilingError, ProjectError
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.project import Project, read_register
from tests.support.consistent_projects import MakeProject

HEADER = "slug,name,short_name,parent,kind,scope"
THREE = ("shili-archive", "shili-forestry", "shili-museum")


# ---- finding the project ---------------------------------------------------------------------------------------------


def test_the_project_is_the_nearest_folder_upwards_with_a_register(make_project: MakeProject) -> None:
    project = make_project()
    for place in ("", "data", "data/shili-archive/2023", "notebooks/annual_report.ipynb", "not/there/yet"):
        assert Project.find(project.root / place).root == project.root.resolve()


def test_a_project_inside_a_project_is_the_nearer_one(make_project: MakeProject) -> None:
    outer, inner = make_project(), make_project()
    moved = outer.root / "data" / "inner"
    shutil.move(inner.root, moved)
    assert Project.find(moved / "data").root == moved.resolve()


def test_the_environment_may_name_the_project(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project()
    monkeypatch.setenv("GOVREPORT_PROJECT", str(project.root))
    assert Project.find().root == project.root.resolve()
    monkeypatch.delenv("GOVREPORT_PROJECT")
    monkeypatch.chdir(project.root / "data")
    assert Project.find().root == project.root.resolve()


def test_a_folder_without_a_project_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"没有 data/agencies\.csv；请进入项目文件夹，或先运行 govreport init"):
        Project.find(tmp_path)


# ---- the register ----------------------------------------------------------------------------------------------------


def test_the_register_tells_of_each_agency() -> None:
    text = f"{HEADER},from,to,succeeds\n" + (
        "shili-city,示例市人民政府,示例市政府,,government,members,,,\n"
        "shili-archive,示例市档案局,,shili-city,department,own,2019,2023,\n"
        "\n"
        "shili-records,示例市档案史志局,示例史志局,shili-city,department,own,2024,,shili-archive\n"
    )
    agencies = read_register(text)
    assert list(agencies) == ["shili-city", "shili-archive", "shili-records"]
    archive, records = agencies["shili-archive"], agencies["shili-records"]
    assert (archive.name, archive.short_name, archive.parent) == ("示例市档案局", "示例市档案局", "shili-city")
    assert (archive.kind, archive.scope, archive.founded, archive.dissolved) == ("department", "own", 2019, 2023)
    assert (records.founded, records.dissolved, records.succeeds) == (2024, None, "shili-archive")
    assert agencies["shili-city"].scope == "members"


GOOD = "shili-archive,示例市档案局,示例档案局,,department,own"
BROKEN = {
    "a column missing": ("slug,name,short_name,parent,kind\n", "第1行缺少列 scope；应为 slug,name"),
    "an unknown column": (f"{HEADER},phone\n", "第1行有不认识的列“phone”"),
    "empty columns": (f"{HEADER},,\n", "第1行有没有名称的列，请删去空列"),
    "a column twice": (f"{HEADER},slug\n{GOOD},x\n", "第1行"),
    "too few cells": (f"{HEADER}\nshili-archive,示例市档案局\n", "第2行的格数与表头不符"),
    "too many cells": (f"{HEADER}\n{GOOD},more\n", "第2行的格数与表头不符"),
    "an agency twice": (f"{HEADER}\n{GOOD}\n{GOOD}\n", "第3行的代号 shili-archive 重复"),
    "no name": (f"{HEADER}\nshili-archive,,,,department,own\n", "第2行缺少机构名称 name"),
    "an unknown kind": (f"{HEADER}\n{GOOD.replace('department', 'bureau')}\n", "第2行的 kind 为“bureau”"),
    "an unknown scope": (f"{HEADER}\n{GOOD.replace('own', 'all')}\n", "第2行的 scope 为“all”，应是 own、members 之一"),
    "a year that is none": (f"{HEADER},from,to,succeeds\n{GOOD},去年,,\n", "第2行的 from 为“去年”，应是四位年份"),
    "an end before the beginning": (f"{HEADER},from,to,succeeds\n{GOOD},2023,2019,\n", "第2行"),
    "an unknown parent": (f"{HEADER}\n{GOOD.replace(',,', ',shili-city,')}\n", "的 parent 为“shili-city”"),
    "its own parent": (f"{HEADER}\n{GOOD.replace(',,', ',shili-archive,')}\n", "shili-archive"),
    "an unknown forerunner": (f"{HEADER},from,to,succeeds\n{GOOD},,,shili-x\n", "的 succeeds 为“shili-x”"),
    "one of two forerunners unknown": (f"{HEADER},succeeds\n{GOOD},shili-archive;shili-x\n", "的 succeeds 为“shili-x”"),
    "an unpaired quotation mark in the header": ('"slug,name\n', "第1行不是可读的 CSV"),
    "an unpaired quotation mark": (f'{HEADER}\n{GOOD}\nshili-x,"甲,乙,,department,own\n', "第3行不是可读的 CSV"),
}  # fmt: skip


@pytest.mark.parametrize("mistake", BROKEN)
def test_a_mistake_in_the_register_is_told_in_one_sentence(mistake: str) -> None:
    text, told = BROKEN[mistake]
    with pytest.raises(ProjectError) as error:
        read_register(text)
    message = str(error.value)
    assert message.startswith("data/agencies.csv ")
    assert told in message
    assert message.endswith("。")
    assert message.count("。") == 1


def test_all_mistakes_of_a_register_are_told_at_once() -> None:
    lines = (
        ",,,,bureau,all",
        "shili-a,甲,,shili-x,department,own",
        "shili-a,甲,,Shili,department,own",
        "Shili,乙,,,own",
    )
    with pytest.raises(ProjectError) as error:
        read_register("\n".join((HEADER, *lines)))
    told = ["第2行的代号", "第2行缺少机构名称", "第2行的 kind", "第2行的 scope", "第4行的代号 shili-a 重复",
            "第5行的格数", "shili-a 的 parent 为“shili-x”"]  # fmt: skip
    assert [found in line for found, line in zip(told, str(error.value).split("\n"), strict=True)] == [True] * 7


def test_a_name_that_two_agencies_have_is_not_taken_for_one_of_them(make_project: MakeProject) -> None:
    project = make_project()
    path = project.data / "agencies.csv"
    path.write_text(
        path.read_text(encoding="utf-8") + "shili-county,示例县档案局,档案局,,department,own\n", encoding="utf-8"
    )
    assert project.agency("示例县档案局").slug == "shili-county"
    with pytest.raises(ProjectError, match=r"shili-archive.*shili-county"):
        project.agency("档案局")


def test_a_ring_of_parents_is_told() -> None:
    with pytest.raises(ProjectError, match="shili-"):
        read_register(f"{HEADER}\nshili-a,甲,,shili-b,government,own\nshili-b,乙,,shili-a,government,own\n")


@pytest.mark.parametrize(
    "slug", ["../secret", "..", "/etc", "a/b", "a\\b", ".hidden", "-x", "A", "示例", "a b", "a.b", "x" * 64, "a\x00b"]
)
def test_a_slug_cannot_lead_out_of_the_project(slug: str) -> None:
    with pytest.raises(ProjectError, match="应由小写字母、数字和连字符组成"):
        read_register(f"{HEADER}\n{GOOD.replace('shili-archive', slug)}\n")


def test_a_register_in_gb18030_or_with_a_byte_order_mark_is_read(make_project: MakeProject) -> None:
    path = make_project().data / "agencies.csv"
    text = path.read_text(encoding="utf-8")
    for encoding in ("gb18030", "utf-8-sig"):
        path.write_bytes(text.encode(encoding))
        assert Project.find(path).agency("shili-archive").name == "示例市档案局"


# ---- agencies, years and filings -------------------------------------------------------------------------------------


def test_an_agency_is_known_by_slug_name_and_short_name(make_project: MakeProject) -> None:
    project = make_project(THREE)
    for name in ("shili-forestry", "示例市林业局", "林业局"):
        assert project.agency(name).slug == "shili-forestry"


def test_an_unknown_agency_leads_to_the_nearest_one(make_project: MakeProject) -> None:
    with pytest.raises(ProjectError, match=r"data/agencies\.csv 中没有机构“shili-forest”；是否应为 shili-forestry。"):
        make_project(THREE).agency("shili-forest")
    with pytest.raises(ProjectError, match=r"没有机构“气象”；govreport list 列出全部机构。"):
        make_project(THREE).agency("气象")


def test_years_are_the_folders_that_look_like_years(make_project: MakeProject) -> None:
    project = make_project(years=(2021, 2020, 2023))
    for name in ("draft", "20233", "1899", ".2022"):
        (project.data / "shili-archive" / name).mkdir()
    (project.data / "shili-archive" / "2024").write_text("不是文件夹", encoding="utf-8")
    assert project.years("shili-archive") == (2020, 2021, 2023)
    assert project.years("shili-nobody") == ()


def test_reports_come_in_the_order_of_the_register(make_project: MakeProject) -> None:
    project = make_project(THREE, years=(2022, 2023))
    told = [(agency.slug, year) for agency, year in project.reports()]
    assert told == [(slug, year) for slug in THREE for year in (2022, 2023)]
    chosen = project.reports(("博物馆", "shili-archive", "示例市博物馆"), (2023,))
    assert [(agency.slug, year) for agency, year in chosen] == [("shili-museum", 2023), ("shili-archive", 2023)]


def test_a_year_that_is_not_there_is_told_with_those_that_are(make_project: MakeProject) -> None:
    project = make_project(THREE)
    told = "没有“档案局”（shili-archive） 2021 年的资料；已有 2022、2023 年，资料应放在 data/shili-archive/2021/。"
    for call in (lambda: project.reports(("shili-archive",), (2021,)), lambda: project.filing("shili-archive", 2021)):
        with pytest.raises(ProjectError) as error:
            call()
        assert str(error.value) == told
    with pytest.raises(ProjectError, match=r"data/ 中没有任何机构 2019 年的资料"):
        project.reports((), (2019,))


def test_last_years_filing_is_there_or_not(make_project: MakeProject) -> None:
    project = make_project(years=(2021, 2023))
    assert project.last_filing("shili-archive", 2023) is None
    assert project.last_filing("shili-archive", 2022) == project.filing("shili-archive", 2021)


# ---- links and other traps -------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("name", ["disputes.csv", "narrative.md", "waivers.toml"])
def test_a_file_that_links_out_of_the_project_is_refused(name: str, make_project: MakeProject, tmp_path: Path) -> None:
    project = make_project()
    outside = tmp_path / "outside.txt"
    outside.write_text("秘密", encoding="utf-8")
    path = project.data / "shili-archive" / "2023" / name
    path.unlink(missing_ok=True)
    path.symlink_to(outside)
    with pytest.raises(FilingError) as error:
        project.filing("shili-archive", 2023)
    assert str(error.value) == f"data/shili-archive/2023/{name} 是指向项目之外的链接；请放入文件本身。"
    assert "秘密" not in str(error.value)


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
@pytest.mark.parametrize("place", ["shili-archive", "shili-archive/2023"])
def test_a_folder_that_links_out_of_the_project_is_refused(
    place: str, make_project: MakeProject, tmp_path: Path
) -> None:
    project = make_project()
    shutil.move(project.data / place, tmp_path / "outside")
    (project.data / place).symlink_to(tmp_path / "outside")
    with pytest.raises(FilingError, match=r"data/shili-archive/2023.* 是指向项目之外的链接"):
        project.filing("shili-archive", 2023)


def test_one_broken_filing_leaves_the_others_as_they_are(make_project: MakeProject) -> None:
    project = make_project(THREE)
    (project.data / "shili-forestry" / "2023" / "disputes.csv").unlink()
    checked = {(c.agency.slug, c.year): c for c in check_reports(project, project.reports())}
    broken = checked.pop(("shili-forestry", 2023))
    assert broken.state == FAILED
    assert [f.message for f in broken.findings] == ["缺少 data/shili-forestry/2023/disputes.csv；请补上这个文件。"]
    assert all(not c.findings.errors and c.filing for c in checked.values())


@pytest.mark.parametrize("workers", [2, 3])
def test_any_number_of_processes_find_the_same_in_the_same_order(
    make_project: MakeProject, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    project = make_project(THREE)
    (project.data / "shili-forestry" / "2023" / "disputes.csv").unlink()
    monkeypatch.setattr(checking, "CHUNK", 1)
    alone = list(check_reports(project, project.reports()))
    together = list(check_reports(project, project.reports(), workers))
    assert FAILED in [c.state for c in alone]
    assert [(c.agency, c.year, c.state, c.findings) for c in together] == [
        (c.agency, c.year, c.state, c.findings) for c in alone
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes do not know what is replaced here")
def test_a_process_that_is_killed_costs_no_report(make_project: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(THREE)
    monkeypatch.setattr(checking, "CHUNK", 1)
    parent, gather = os.getpid(), checking.gather

    def gather_or_die(*given: Any) -> Any:
        return gather(*given) if os.getpid() == parent else os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(checking, "gather", gather_or_die)
    monkeypatch.delenv("GOVREPORT_NO_FORK", raising=False)
    checked = list(check_reports(project, project.reports(), 2))
    assert [(c.agency, c.year) for c in checked] == project.reports()


def test_an_unreadable_year_before_is_a_notice(make_project: MakeProject) -> None:
    project = make_project()
    (project.data / "shili-archive" / "2022" / "disputes.csv").unlink()
    (checked,) = check_reports(project, project.reports(("shili-archive",), (2023,)))
    (finding,) = [f for f in checked.findings if f.rule == "F1"]
    assert finding.severity == "notice"
    assert "上年资料 data/shili-archive/2022 无法读取，未作年度间核对" in finding.message
    assert checked.filing is not None


LOST = "上年资料 data/shili-archive/2022 的{}没有填或无法读取，与之有关的未作年度间核对；请先改正上年资料。"


@pytest.mark.parametrize(
    ("cells", "named"),
    [
        ({"applications.carried_out.total": "？"}, "“四、结转下年度继续办理”的“总计”"),
        ({"applications.carried_out.natural": "？"}, "“四、结转下年度继续办理”的“自然人”"),
        ({"applications.carried_out.total": None}, "“四、结转下年度继续办理”的“总计”"),
        ({"disputes.*": None}, "复议诉讼表"),
        ({"disputes.*": "？"}, "等15处"),
        ({"applications.carried_out.natural": None}, ""),
        ({}, ""),
    ],
)
def test_what_last_years_filing_does_not_tell_is_told_and_not_compared_in_silence(
    make_project: MakeProject, cells: Mapping[str, str | None], named: str
) -> None:
    project = make_project()
    last = project.filing("shili-archive", 2022)
    texts = {cell: text for cell in last.cells for name, text in cells.items() if fnmatch(cell, name)}
    write_filing(
        Filing.from_cells(last.agency, last.name, 2022, {**last.cells, **texts}, narrative=last.narrative),
        project.data / "shili-archive" / "2022",
    )
    (checked,) = check_reports(project, project.reports(("shili-archive",), (2023,)))
    told = [f.message for f in checked.findings if (f.rule, f.severity) == ("Y1", "notice")]
    if named.startswith("等"):
        assert len(told) == 1 and f"{named}没有填或无法读取" in told[0]
    else:
        assert told == ([LOST.format(named)] if named else [])


def test_the_year_before_of_an_agency_that_succeeds_another_is_told_to_be_the_others(make_project: MakeProject) -> None:
    project = make_project(THREE)
    register = project.data / "agencies.csv"
    head, first, *others = register.read_text(encoding="utf-8").splitlines()
    lines = [f"{head},from,to,succeeds", f"{first},2023,,shili-museum", *(f"{line},,," for line in others)]
    register.write_text("\n".join(lines) + "\n", encoding="utf-8")
    project = Project(project.root)
    shutil.rmtree(project.data / "shili-archive" / "2022")
    for told in (True, False):
        (checked,) = check_reports(project, project.reports(("shili-archive",), (2023,)))
        expected = ["2022年的资料是原机构的（data/shili-museum/2022），未作年度间核对。"] * told
        assert [f.message for f in checked.findings if f.rule == "Y1"] == expected
        shutil.rmtree(project.data / "shili-museum" / "2022", ignore_errors=True)


@pytest.mark.parametrize("still_reports", [False, True])
def test_what_an_agency_carries_in_holds_what_those_that_it_took_over_carried_out(
    make_project: MakeProject, *, still_reports: bool
) -> None:
    project = make_project(THREE)
    register = project.data / "agencies.csv"
    head, first, *others = register.read_text(encoding="utf-8").splitlines()
    slugs = [line.partition(",")[0] for line in others]
    lines = [f"{head},succeeds", f"{first},{'；'.join(slugs)}", *(f"{line}," for line in others)]
    register.write_text("\n".join(lines) + "\n", encoding="utf-8")
    carried_out, carried_in = (f"applications.carried_{way}.total" for way in ("out", "in"))
    project = Project(project.root)
    year_before = [project.filing(slug, 2022)[carried_out] for slug in ("shili-archive", *slugs)]
    for slug in () if still_reports else slugs:
        shutil.rmtree(project.data / slug / "2023")
    filing = project.filing("shili-archive", 2023)
    for wrong in (False, True):
        now = sum(figure or 0 for figure in year_before[: 1 if still_reports else None]) + wrong
        changed = Filing.from_cells(filing.agency, filing.name, 2023, {**filing.cells, carried_in: now})
        findings = check_report(project, "shili-archive", 2023, changed).findings
        failed = [i for f in findings.errors for i in f.identities if i.rule == "Y1" and carried_in in i.cells]
        assert [(i.stated, i.expected) for i in failed] == [(now, now - 1)] * wrong
        told = "".join(f.message for f in findings if (f.rule, f.severity) == ("Y1", "notice"))
        assert all(f"data/{slug}/2022" in told for slug in slugs) is not still_reports


def test_a_figure_of_a_year_that_cannot_be_read_is_told_with_the_reason(make_project: MakeProject) -> None:
    project = make_project()
    (project.data / "shili-archive" / "2022" / "disputes.csv").unlink()
    path = project.data / "shili-archive" / "2023" / "narrative.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n{{ last.applications.new.total }}\n", encoding="utf-8")
    (checked,) = check_reports(project, project.reports(("shili-archive",), (2023,)))
    (finding,) = checked.findings.errors
    told = "引用了上年数据，但 2022 年的资料无法读取：缺少 data/shili-archive/2022/disputes.csv；请补上这个文件。"
    assert told in finding.message and "没有 2022 年的资料" not in finding.message


def test_an_expression_that_fails_is_told_as_an_unreadable_filing(make_project: MakeProject) -> None:
    project = make_project()
    path = project.data / "shili-archive" / "2023" / "narrative.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n{{ applications.nil }}\n", encoding="utf-8")
    (checked,) = check_reports(project, project.reports(("shili-archive",), (2023,)))
    (finding,) = checked.findings.errors
    assert (finding.rule, checked.state) == ("F1", FAILED)
    assert "data/shili-archive/2023/narrative.md 第" in finding.message
