"""An edition of the form in a project's own ``forms/`` folder: everything knows it, and no Python is written for it."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from govreport.batch.job import Options
from govreport.batch.plan import make_plan
from govreport.checks.checking import check_report
from govreport.checks.signoff import filing_digest
from govreport.checks.years.rollup import added_up
from govreport.core.errors import FormError
from govreport.exchange.recognise.published import read_published
from govreport.filing.filing import Filing
from govreport.filing.folder import write_filing
from govreport.filing.project import Project
from govreport.forms.catalogue import FOLDER
from govreport.forms.part_vocabulary import words_of
from govreport.notebook.report import Report
from govreport.notebook.summary import Summary
from govreport.publish.document import read_document
from govreport.publish.html_writer import html_page
from govreport.publish.pdf_writer import attachments
from govreport.publish.review import review_page
from tests.support.projects import GOOD, add_sample, govreport, make_project, replace_in
from tests.support.strategies import consistent_filing

FILE = "forms/2024.toml"
PARENT, YEAR = "shili-government", 2024
RULE = """
[[tables.disputes.rules]]
id = "D2"
severity = "error"
identity = "disputes.mediation.total <= applications.total.total"
message = "行政调解{stated}件，多于办理的申请{expected}件"

[tables.letters]
part = 6
name = "信函表"
caption = "来信来访情况"
layout = "matrix"
corner = "来信来访"
widths = [3, 2]
file = "wide"
columns = [{ key = "count", label = ["件数"], kind = "count" }]
rows = [{ key = "received", label = ["收到来信"] }, { key = "answered", label = ["答复来信"] }]

[[tables.letters.rules]]
id = "L1"
severity = "error"
identity = "letters.answered.count <= letters.received.count"
message = "答复来信{stated}件，多于收到的{expected}件"

[[tables.disputes.charts]]"""
WRONG = {"disputes.mediation.total": 9_999, "letters.received.count": 3, "letters.answered.count": 4}


def write_edition(root: Path) -> None:
    """Write an edition for 2024 and later: a further row of a table, a table and two edits that no edition had."""
    text = (FOLDER / "2021.toml").read_text(encoding="utf-8")
    text = text.replace('edition = "2021"', 'edition = "2024"').replace("first_year = 2021", "first_year = 2024")
    row = '{ key = "reconsideration", label = ["行政复议"] },'
    text = text.replace(row, f'{row}\n  {{ key = "mediation", label = ["行政调解"] }},')
    text = text.replace("widths = [6" + ", 6" * 14 + "]", "widths = [6" + ", 6" * 19 + "]")
    text = text.replace('department = "01-31"', 'department = "02-15"')
    before, mark, after = text.rpartition("\n[[tables.disputes.charts]]")
    assert mark
    (root / "forms").mkdir()
    (root / FILE).write_text(before + RULE + after, encoding="utf-8")


def write_year(project: Project, agency: str, **changed: int) -> Filing:
    """Write a filing of the new edition that is consistent but for what is changed."""
    form = project.catalogue.form_for(YEAR)
    like = consistent_filing(2023, Random(agency).randint).cells
    cells = {name: like.get(name, 0) for name in form.cells} | changed
    narrative = replace(project.filing(agency, 2023).narrative, title="", published=None)
    filing = Filing(agency, project.agency(agency).name, YEAR, form, cells, narrative)
    write_filing(filing, project.data / agency / str(YEAR))
    return filing


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = make_project(tmp_path / "city", GOOD)
    write_edition(root)
    write_year(Project(root), GOOD, **WRONG)
    return Project(root)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Project, subprocess.CompletedProcess[str]]]:
    """The project when the command has made its report."""
    root = make_project(tmp_path_factory.mktemp("forms") / "city", GOOD)
    write_edition(root)
    both = "display(report.section(6))\\nreport.table('letters')"
    replace_in(root / "notebooks/annual_report.ipynb", "report.section(6)", both)
    write_year(Project(root), GOOD, **WRONG)
    yield Project(root), govreport(root, "run", "--year", str(YEAR), "--formats", "html,pdf,docx")


def rules(project: Project) -> set[str]:
    return {identity.rule for f in check_report(project, GOOD, YEAR).findings for identity in f.identities}


def test_check_finds_what_the_editions_own_edits_forbid(project: Project) -> None:
    assert rules(project) >= {"D1", "D2", "L1"}
    told = govreport(project.root, "check", GOOD, "--year", str(YEAR))
    assert told.returncode == 1 and "多于办理的申请" in told.stdout and "答复来信4件，多于收到的3件" in told.stdout


def test_show_gives_the_tables_of_the_edition(project: Project) -> None:
    document = json.loads(govreport(project.root, "show", GOOD, str(YEAR), "--json").stdout)
    assert (document["edition"], document["cells"]["letters.received.count"]) == ("2024", 3)
    assert "收到来信" in govreport(project.root, "show", GOOD, str(YEAR)).stdout


def test_the_report_shows_the_editions_tables_and_findings(
    ran: tuple[Project, subprocess.CompletedProcess[str]],
) -> None:
    project, result = ran
    assert result.returncode == 0, result.stdout + result.stderr
    folder = project.output / str(YEAR) / GOOD
    for page in ("report.html", "review.html"):
        text = (folder / page).read_text(encoding="utf-8")
        assert "行政调解" in text and "多于办理的申请" in text, page
    assert "“收到来信”" in (folder / "review.html").read_text(encoding="utf-8"), "cells are named by their labels"
    assert "部门为次年2月15日" in (project.output / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["report.html", "report.pdf", "report.docx"])
def test_a_page_of_the_edition_is_read_back(ran: tuple[Project, subprocess.CompletedProcess[str]], page: str) -> None:
    project, _ = ran
    file = project.output / str(YEAR) / GOOD / page
    filing = read_published(file, catalogue=project.catalogue).filing
    assert filing.form.editions == dict.fromkeys(("proactive", "applications", "disputes", "letters"), "2024")
    assert filing.cells | WRONG == filing.cells


def test_a_notebook_exported_outside_its_project_carries_its_data_all_the_same(
    ran: tuple[Project, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = ran
    notebook = json.loads((project.output / str(YEAR) / GOOD / "report.ipynb").read_text(encoding="utf-8"))
    inside, outside = read_document(notebook, project=project), read_document(notebook)
    assert html_page(outside) == html_page(inside) and "行政调解" in review_page(outside)
    assert [file.name for file in attachments(outside.account)] == ["filing.json", "front.json"]
    assert "letters.csv" in {file.name for file in attachments(inside.account)}


def test_a_fill_in_workbook_of_the_edition_is_read_back(project: Project) -> None:
    made = govreport(project.root, "form", GOOD, str(YEAR), "-o", "form.xlsx")
    assert made.returncode == 0, made.stderr
    document = json.loads(govreport(project.root, "import", "form.xlsx", "--json").stdout)
    assert document["cells"] == project.filing(GOOD, YEAR).to_json()["cells"]


def test_a_changed_edition_makes_its_reports_anew(ran: tuple[Project, subprocess.CompletedProcess[str]]) -> None:
    project, _ = ran
    assert make_plan(project, (GOOD,), (YEAR,), options=Options(("html", "pdf", "docx"))).jobs == ()
    replace_in(project.root / FILE, "收到来信", "收到信函")
    (job,) = make_plan(Project(project.root), (GOOD,), (YEAR,), options=Options(("html", "pdf", "docx"))).jobs
    assert job.reason == f"{FILE} 有改动"
    replace_in(project.root / FILE, "收到信函", "收到来信")


def test_a_projects_rules_waivers_and_sign_offs_know_the_edition(project: Project) -> None:
    rule = 'id = "X1"\nseverity = "error"\nidentity = "letters.received.count = 0"\nmessage = "有来信{stated}件"'
    rule = rule.replace("= 0", "= letters.answered.count")
    (project.root / "rules.toml").write_text(f"[[rules]]\n{rule}\n", encoding="utf-8")
    assert "X1" in rules(project)
    waiver = '[[waiver]]\nrule = "L1"\ncells = ["letters.answered.count"]\nreason = "往年来信"\nby = "李审核"\n'
    (wrong,) = (i for f in check_report(project, GOOD, YEAR).findings for i in f.identities if i.rule == "L1")
    waiver += f'figures = {{ "letters.answered.count" = 4 }}\nstated = {wrong.stated}\nexpected = {wrong.expected}\n'
    folder = project.data / GOOD / str(YEAR)
    (folder / "waivers.toml").write_text(f"{waiver}date = 2025-01-20\n", encoding="utf-8")
    findings = check_report(project, GOOD, YEAR).findings
    assert "F1" not in {f.rule for f in findings} and any(f.waived for f in findings)
    before = filing_digest(project, GOOD, YEAR)
    replace_in(folder / "letters.csv", ",4", ",2")
    assert filing_digest(project, GOOD, YEAR) != before


def test_a_notebook_reads_charts_and_adds_up_the_edition(project: Project) -> None:
    report = Report.open(GOOD, YEAR, project.root)
    assert report.filing["letters.received.count"] == 3
    assert "收到来信" in str(report.table("letters").table)
    add_sample(project.root, PARENT)
    replace_in(project.root / "data/agencies.csv", "示例民政局,,", f"示例民政局,{PARENT},")
    summary = Summary.open(PARENT, YEAR, project.root)
    assert summary.filing["letters.received.count"] == 3
    filing, refused = added_up(project, project.agency(PARENT), YEAR, [project.filing(GOOD, YEAR)] * 2)
    assert (filing["letters.answered.count"], filing.form.edition, refused) == (8, "2024", ())


def test_an_edition_that_does_not_say_so_is_about_what_the_one_before_is(project: Project) -> None:
    path = project.root / FILE
    text = path.read_text(encoding="utf-8")
    bare = re.sub(
        r"^subject = .*\n|^# What the index.*\n|^\[\[totals\]\]\n(?:\w+ = .*\n)+", "", text, flags=re.MULTILINE
    )
    path.write_text(bare, encoding="utf-8")
    older, own = project.catalogue.form_for(2023), project.catalogue.form_for(YEAR)
    assert "totals" not in bare and (own.subject, own.totals) == (older.subject, older.totals)
    assert words_of(own).aspects and words_of(own) == words_of(older), "its parts are asked for the same"
    totals = '[[totals]]\nkey = "letters"\nlabel = "来信"\nname = "letters.nothing.count"\n\n[tables.proactive]'
    path.write_text(bare.replace("[tables.proactive]", totals), encoding="utf-8")
    with pytest.raises(FormError, match=r"totals（letters）：没有名为 letters\.nothing\.count"):
        _ = project.catalogue


def test_a_table_may_follow_an_older_edition_still(project: Project) -> None:
    folder = project.data / GOOD / str(YEAR)
    replace_in(folder / "narrative.md", "---\n", '---\neditions: {disputes: "2021"}\n')
    replace_in(folder / "disputes.csv", "\nmediation,", "\nlitigation.x,")
    told = "\n".join(f.message for f in check_report(project, GOOD, YEAR).findings)
    assert "行名“litigation.x”不在2021版复议诉讼表中" in told
    replace_in(folder / "disputes.csv", "\nlitigation.x,", "\nmediation,")
    told = "\n".join(f.message for f in check_report(project, GOOD, YEAR).findings)
    assert "它属于2024版格式" in told


def test_doctor_knows_the_edition_and_the_calendar_its_deadlines(project: Project) -> None:
    probes = json.loads(govreport(project.root, "doctor", "--json").stdout)
    told = {probe["name"]: probe["told"] for probe in probes}
    assert "另有格式1个" in told["项目"] and "letters.csv" not in told["文件"]
    listed = govreport(project.root, "list", "--year", str(YEAR))
    assert "部门为次年2月15日" in listed.stdout + listed.stderr


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('edition = "2024"', "", "edition：缺少这个键"),
        ('label = ["收到来信"]', "label = 3", "tables.letters.rows[1].label：应是"),
        ("letters.received.count", "letters.receipt.count", "tables.letters.rules[1].identity：其中的名称"),
        ("[tables.letters]", '[tables."../letters"]', "表名应由小写字母和下划线组成"),
        ('edition = "2024"', 'edition = "2021"', "与 2021.toml 的 edition 或 first_year 相同（2021）"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(project: Project, old: str, new: str, place: str) -> None:
    replace_in(project.root / FILE, old, new)
    with pytest.raises(FormError) as error:
        check_report(project, GOOD, YEAR)
    told = str(error.value)
    assert f"格式文件 {FILE}" in told and place in told and told.count("。") == 1


def test_a_wrong_file_stops_a_command_with_its_sentence(project: Project) -> None:
    replace_in(project.root / FILE, 'edition = "2024"', "")
    told = govreport(project.root, "run")
    sentence = f"错误：格式文件 {FILE} 的 edition：缺少这个键。"
    assert (told.returncode, told.stderr.splitlines()[-1], told.stdout) == (2, sentence, "")
