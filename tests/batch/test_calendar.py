"""The year's calendar: what is filed, checked, made, signed off, published, and what is due."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
import shutil
from pathlib import Path

import pytest
from rich.cells import cell_len

from govreport.batch.job import Options
from govreport.batch.overview import account_of_year, calendar_rows, read_calendar, write_index
from govreport.batch.plan import make_plan
from govreport.checks.checking import check_report
from govreport.checks.signoff import sign
from govreport.cli import terminal
from govreport.cli.starter import create_filing
from govreport.core.errors import FormError, ProjectError
from govreport.filing.folder import blank_filing, read_filing
from govreport.filing.narrative import LOOK_AGAIN
from govreport.filing.project import WHOLE_REGISTER, Agency, Project
from govreport.forms.part_vocabulary import part_words
from govreport.publish.index import ReportEntry
from tests.support.projects import FAULTY, GOOD, YEAR, govreport, make_project, register, replace_in, spoil_row

NEW = "shili-newcomer"
LONG_AGO, IN_JANUARY = datetime.date(2024, 6, 1), datetime.date(2025, 1, 11)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A consistent and a faulty agency, one that was dissolved, and one that has filed nothing yet."""
    root = make_project(tmp_path / "p", GOOD, FAULTY)
    register(root, {"slug": NEW, "name": "示例市新局", "kind": "government", "scope": "own"})
    return Project(root)


def entries(project: Project, **chosen: object) -> dict[str, ReportEntry]:
    found = read_calendar(project, calendar_rows(project, **{"today": LONG_AGO, **chosen}))
    return {entry.agency.slug: entry for entry in found if entry.year == YEAR}


def test_agencies_that_have_not_filed_stand_in_the_latest_year(project: Project):
    chosen = calendar_rows(project, today=LONG_AGO)
    assert [(agency.slug, year) for agency, year in chosen if agency.slug == NEW] == [(NEW, YEAR)]
    entry = entries(project)[NEW]
    assert not entry.filed and entry.timeliness(LONG_AGO) == "逾期未公布"
    assert entry.due == datetime.date(2024, 3, 31)


def test_in_january_the_year_that_is_due_is_there_before_anybody_has_filed(project: Project):
    coming = [(agency.slug, year) for agency, year in calendar_rows(project, today=IN_JANUARY) if year == 2024]
    assert coming == [(GOOD, 2024), (FAULTY, 2024), (NEW, 2024)]
    assert not [year for _, year in calendar_rows(project, today=LONG_AGO) if year == 2024]
    (entry,) = (e for e in read_calendar(project, calendar_rows(project, (GOOD,), (2024,), today=IN_JANUARY)))
    assert entry.timeliness(IN_JANUARY) == "还有20天"


def test_a_dissolved_agency_is_not_asked_for_what_it_need_not_file(project: Project):
    file = project.root / "data/agencies.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    years = [",from,to", *(f",,{2022 if line.startswith(NEW) else ''}" for line in lines[1:])]
    text = "\n".join(line + added for line, added in zip(lines, years, strict=True))
    file.write_text(text + "\n", encoding="utf-8")
    assert NEW not in entries(Project(project.root))


def test_what_was_never_run_is_checked_at_once(project: Project):
    found = entries(project)
    assert (found[GOOD].state, found[GOOD].output, found[GOOD].published) == ("一致", "未生成", "2024-01-09")
    assert found[FAULTY].state == "不一致" and found[FAULTY].counts["error"] == 2
    spoil_row(project.data / GOOD / str(YEAR))
    assert entries(project)[GOOD].state == "失败"


def test_the_account_counts_how_far_a_year_has_come(project: Project):
    counts = account_of_year(list(entries(project).values()), YEAR, IN_JANUARY)
    assert counts == {"应报": 3, "已报": 2, "勾稽一致": 1, "已生成": 0, "已签审": 0, "已公布": 2}
    early = account_of_year(list(entries(project).values()), YEAR, datetime.date(YEAR, 12, 31))
    assert early["已公布"] == 0, "a date that is yet to come"


def test_unknown_agencies_and_years_before_any_form_are_refused(project: Project):
    with pytest.raises(ProjectError, match="没有机构"):
        calendar_rows(project, ("nobody",), today=LONG_AGO)
    with pytest.raises(FormError, match="1999"):
        calendar_rows(project, years=(1999,), today=LONG_AGO)


def test_the_list_tells_each_stage(project: Project):
    def line() -> str:
        answer = govreport(project.root, "list", "--year", str(YEAR))
        assert answer.returncode == 0 and f"{YEAR}年度应报3，已报2" in answer.stdout
        (found,) = (line for line in answer.stdout.splitlines() if line.startswith(GOOD))
        return found

    assert "未生成" in line() and "2024-01-31  按期" in line() and "已签审" not in line()
    replace_in(project.data / GOOD / str(YEAR) / "narrative.md", "published: 2024-01-09\n", "published: 2024-02-03\n")
    sign(project, GOOD, YEAR, "李审核", datetime.date(2024, 2, 1))
    assert "已签审（李审核，2024-02-01）  2024-02-03  2024-01-31  逾期3天" in line()
    replace_in(project.data / GOOD / str(YEAR) / "narrative.md", "published: 2024-02-03\n", "")
    assert re.search("签审已失效（李审核，2024-02-01） +2024-01-31  逾期未公布", line())


def test_the_list_fits_a_window_of_80_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    agency = Agency("shili-long-long-slug", "示例市" + "很长的" * 8 + "局", "示例市很长局", "", "department", "own")
    entry = ReportEntry(
        agency, YEAR, "不一致", {"error": 12}, output="草稿", published="2024-02-11", due=datetime.date(2024, 1, 31)
    )
    monkeypatch.setattr(terminal.out, "_width", 80)
    terminal.print_calendar([entry], LONG_AGO)
    head, line = capsys.readouterr().out.splitlines()
    assert max(cell_len(head.rstrip()), cell_len(line.rstrip())) <= 80
    assert re.search(r"示例市很长局 +2023 +已报 +不一致 +草稿 +2024-02-11 +逾期11天", line)


def test_a_new_filing_is_blank_and_offers_the_five_aspects_of_part_one(project: Project):
    assert create_filing(project, NEW, YEAR) == f"data/{NEW}/{YEAR}"
    filing = project.filing(NEW, YEAR)
    assert filing.cells == blank_filing(NEW, "示例市新局", YEAR).cells and set(filing.cells.values()) == {None}
    assert [part.heading for part in filing.narrative.parts.values()] == list(filing.form.parts)
    headings = re.findall(r"^## （.）(.*)$", filing.narrative.parts[1].text, re.MULTILINE)
    assert headings == [aspect.name for aspect in part_words().aspects] and len(headings) == 5
    assert filing.title == ("示例市新局", "2023年政府信息公开工作年度报告")


def test_a_new_filing_takes_over_what_last_years_fixes_and_nothing_else(project: Project):
    create_filing(project, FAULTY, 2024)
    last, filing = project.filing(FAULTY, YEAR), project.filing(FAULTY, 2024)
    carried = {name: figure for name, figure in filing.cells.items() if figure is not None}
    assert carried == {
        name.replace("carried_out", "carried_in"): figure
        for name, figure in last.cells.items()
        if "carried_out" in name
    }
    assert "Y1" not in {finding.rule for finding in check_report(project, FAULTY, 2024).findings}


def test_a_filing_can_be_started_though_last_years_cannot_be_read(project: Project):
    spoil_row(project.data / FAULTY / str(YEAR))
    create_filing(project, FAULTY, 2024)
    assert set(project.filing(FAULTY, 2024).cells.values()) == {None}


def test_headings_that_nothing_stands_under_tell_nothing(project: Project):
    create_filing(project, NEW, YEAR)
    narrative = project.data / NEW / str(YEAR) / "narrative.md"
    told = {finding.rule: finding.message for finding in check_report(project, NEW, YEAR).findings}
    assert "都没有文字" in told["N7"]
    replace_in(narrative, "## （一）主动公开\n", "## （一）主动公开\n\n全年按时公布。\n")
    told = {finding.rule: finding.message for finding in check_report(project, NEW, YEAR).findings}
    assert re.search("没有说到：依申请公开、政府信息管理、.*监督保障；", told["N9"])
    assert "主动公开、" not in told["N9"].replace("依申请公开、", "")


def test_a_new_filing_never_overwrites(project: Project):
    before = read_filing(project.data / GOOD / str(YEAR), GOOD, "示例市民政局", YEAR)
    answer = govreport(project.root, "new", GOOD, str(YEAR))
    assert answer.returncode == 2 and re.fullmatch(rf"错误：data/{GOOD}/{YEAR} 已有资料；.*。\n", answer.stderr)
    assert read_filing(project.data / GOOD / str(YEAR), GOOD, "示例市民政局", YEAR) == before


def test_a_new_filing_of_a_year_in_which_the_register_does_not_have_the_agency_says_so(project: Project):
    register = project.data / "agencies.csv"
    head, *lines = register.read_text(encoding="utf-8-sig").splitlines()
    ended = [f"{line},,{YEAR if line.startswith(GOOD) else ''}" for line in lines]
    register.write_text("\n".join([f"{head},from,to", *ended, ""]), encoding="utf-8")
    for year in (YEAR, YEAR + 1):
        shutil.rmtree(project.data / GOOD / str(year), ignore_errors=True)
        said = "".join(govreport(project.root, "new", GOOD, str(year)).stdout.split())
        assert ("示例民政局2024年不存在，请核对" in said) == (year > YEAR), said


def test_a_new_filing_says_what_to_do_next(project: Project):
    answer = govreport(project.root, "new", "示例市新局", str(YEAR))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert f"govreport check {NEW} {YEAR}\n" in answer.stdout


def test_the_list_of_today_has_who_owes_a_report_and_has_not_filed(project: Project):
    answer = govreport(project.root, "list", "--today", "2026-11-29")
    lines = [line.split() for line in answer.stdout.splitlines() if " 2025 " in line]
    assert [(line[0], line[3]) for line in lines] == [(slug, "未报") for slug in (GOOD, FAULTY, NEW)]
    assert "2025年度应报3，已报0" in answer.stdout and "逾期未公布" in answer.stdout
    assert not [line for line in answer.stdout.splitlines() if " 2024 " in line], "only what was filed, or is due"
    refused = govreport(project.root, "list", "--today", "明天")
    assert refused.returncode == 2
    assert re.fullmatch("错误：--today 的值不对，应是日期，如 2026-01-31；.*。\n", refused.stderr)


def test_a_blank_filing_is_not_filed(project: Project):
    create_filing(project, FAULTY, 2024)  # with what last year's fixes
    create_filing(project, NEW, 2024)

    def filed() -> dict[str, bool]:
        rows = [(agency, year) for agency, year in calendar_rows(project, today=IN_JANUARY) if year == 2024]
        return {entry.agency.slug: entry.filed for entry in read_calendar(project, rows)}

    assert filed() == {GOOD: False, FAULTY: False, NEW: False}
    replace_in(
        project.data / NEW / "2024" / "narrative.md", "## （一）主动公开\n", "## （一）主动公开\n\n全年按时公布。\n"
    )
    cell = project.data / FAULTY / "2024" / "disputes.csv"
    lines = cell.read_text(encoding="utf-8-sig").splitlines()
    cell.write_text("\n".join([lines[0], "reconsideration,,0", *lines[2:]]), encoding="utf-8")
    assert filed() == {GOOD: False, FAULTY: True, NEW: True}, "a sentence or a zero is a beginning"


def test_half_finished_filings_are_told_from_blank_and_from_missing_ones(project: Project):
    create_filing(project, FAULTY, 2024)
    create_filing(project, GOOD, 2024, from_last=True)

    def progress() -> dict[str, str]:
        rows = calendar_rows(project, years=(2024,), today=IN_JANUARY)
        return {entry.agency.slug: entry.progress for entry in read_calendar(project, rows)}

    assert progress() == {GOOD: "未填完", FAULTY: "空白", NEW: "未报"}
    for name in ("proactive.csv", "applications.csv", "disputes.csv"):
        shutil.copyfile(project.data / GOOD / str(YEAR) / name, project.data / GOOD / "2024" / name)
    assert progress()[GOOD] == "未填完", "nobody has looked at the prose yet"
    narrative = project.data / GOOD / "2024" / "narrative.md"
    narrative.write_text(LOOK_AGAIN.sub("", narrative.read_text(encoding="utf-8")), encoding="utf-8")
    assert progress()[GOOD] == "已报"
    govreport(project.root, "run", GOOD, "2024", "--formats", "html")
    assert progress()[GOOD] == "已报", "by the record of its run"
    replace_in(narrative, project.filing(GOOD, 2024).narrative.parts[5].text, "")
    assert progress()[GOOD] == "未填完", "a part has no words"


def test_a_filing_that_cannot_be_read_is_still_asked_for(project: Project):
    for agency in (GOOD, FAULTY, NEW):
        (project.data / agency / "2024").mkdir(parents=True)
        for file in (project.data / GOOD / str(YEAR)).glob("*.*"):
            shutil.copyfile(file, project.data / agency / "2024" / file.name)
    (project.data / GOOD / "2024" / "narrative.md").unlink()
    spoil_row(project.data / FAULTY / "2024")
    disputes = project.data / NEW / "2024" / "disputes.csv"
    disputes.write_bytes(disputes.read_text(encoding="utf-8-sig").encode("utf-16"))
    calendar = list(read_calendar(project, calendar_rows(project, years=(2024,), today=IN_JANUARY)))
    told = {(entry.progress, entry.filed, entry.state) for entry in calendar}
    assert len(calendar) == 3 and told == {("读不出", False, "失败")}
    assert account_of_year(calendar, 2024, IN_JANUARY)["已报"] == 0
    answer = govreport(project.root, "list", "--missing", "2024", "--today", "2025-01-11")
    assert all(re.search(rf"{agency} .* 读不出 +2025", answer.stdout) for agency in (GOOD, FAULTY, NEW)), answer
    assert answer.stdout.endswith("2024年度应报3份，未报0份，读不出3份。\n")
    for _ in range(2):
        write_index(project, IN_JANUARY)
        assert "应报而未报齐3份：读不出 3<" in (project.output / "index.html").read_text(encoding="utf-8")
        govreport(project.root, "run", "2024", "--formats", "html", "--today", "2025-01-11")


def test_a_report_that_was_made_unfinished_is_still_asked_for(project: Project):
    create_filing(project, GOOD, 2024, from_last=True)
    govreport(project.root, "run", GOOD, "2024", "--formats", "html")
    (entry,) = read_calendar(project, [(project.agency(GOOD), 2024)])
    assert (entry.output, entry.progress) == ("草稿", "未填完")
    planned, pages = make_plan(project, (GOOD,), (2024,), options=Options(("html",))), []
    for known in (None, planned.inputs):
        write_index(project, IN_JANUARY, known)
        pages.append((project.output / "index.html").read_text(encoding="utf-8"))
    assert not planned.jobs and pages[0] == pages[1], "a run that makes nothing leaves it asked for"


def test_who_is_to_be_reminded_is_named_by_the_register_else_by_the_last_filing(project: Project):
    replace_in(project.data / FAULTY / str(YEAR) / "narrative.md", "---\ntitle", "---\ncontact: 李某 010-0000\ntitle")
    path = project.root / "data/agencies.csv"
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    before = project.state_of(f"{WHOLE_REGISTER}{NEW}")
    given = [f"{line},{'=王某，科长' if line.startswith(NEW) else ''}" for line in lines]
    path.write_text("\n".join([f"{head},contact", *given]), encoding="utf-8")
    project = Project(project.root)
    answer = govreport(project.root, "list", "--missing", "2024", "--today", "2025-01-11")
    assert re.search(rf"{FAULTY} .* 未报 +2025-\d\d-31 +还有\d+天 +李某 010-0000", answer.stdout), answer
    assert answer.stdout.endswith("2024年度应报3份，未报3份。\n")
    assert project.state_of(f"{WHOLE_REGISTER}{NEW}") == before, "no report shows it, so none is made again"


def test_the_list_for_mail_merge_is_safe_for_spreadsheets(project: Project):
    replace_in(project.data / FAULTY / str(YEAR) / "narrative.md", "---\ntitle", "---\ncontact: =cmd()\ntitle")
    call = ("list", "--missing", "2024", "--today", "2025-02-10", "-o", "催报.csv")
    assert govreport(project.root, *call).stdout == "已写入 催报.csv：3份。\n"
    path = project.root / "催报.csv"
    assert path.read_bytes().startswith(codecs.BOM_UTF8), "or Excel takes it for GBK"
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert tuple(rows[0][key] for key in ("代号", "资料", "时限")) == (GOOD, "未报", "2025-01-31")
    assert rows[0]["剩余天数"] == "-10" and rows[1]["联系方式"] == "'=cmd()"
    told = [text for row in rows for at in row.items() for text in at if at[0] not in ("代号", "联系方式")]
    assert re.search("[A-Za-z]", "".join(told)) is None, "people read it"
    assert govreport(project.root, *call).returncode == 2 and govreport(project.root, *call, "--force").returncode == 0


def test_a_run_in_a_new_year_brings_the_index_up_to_date_though_no_report_changed(project: Project):
    def run(day: str) -> str:
        answer = govreport(project.root, "run", GOOD, str(YEAR), "--formats", "html", "--today", day)
        assert answer.returncode == 0, answer.stderr
        return (project.output / "index.html").read_text(encoding="utf-8")

    before = run("2024-03-01")
    assert "data/shili-newcomer/2023" in before and run("2024-12-31") == before
    after = run("2025-01-01")
    assert "data/shili-newcomer/2024" in after and "data/shili-newcomer/2023" not in after
    assert run("2024-03-01") == before, "the same day, the same page"
