"""The commands, as an analyst types them: what they print, on which stream, and how they exit."""

from __future__ import annotations

import builtins
import csv
import io
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import typer

from govreport import __version__, cli
from govreport.__main__ import main as govreport_main
from govreport.batch.notebooks import papermill_value
from govreport.cli.arguments import read_parameters
from govreport.filing.project import Project
from govreport.filing.settings import Appearance
from govreport.publish.trial import try_appearance, usual_templates
from tests.support.projects import (
    FAULTY,
    GOOD,
    REPOSITORY,
    YEAR,
    Run,
    add_agency,
    console,
    figures_on_disk,
    govreport,
    make_project,
    spoil_row,
)

FINDING_KEYS = {
    "agency", "year", "rule", "severity", "cells", "stated", "expected", "difference",
    "message", "quote", "identities", "suggestion", "waived", "reading", "place", "number",
}  # fmt: skip
FILING_KEYS = {"agency", "year", "edition", "editions", "cells", "narrative", "unreadable", "notes"}
NAMES = {
    "govreport",
    "data",
    "agencies",
    "csv",
    "slug",
    "shili",
    "blank",
    "json",
    "text",
    "html",
    "pdf",
    "docx",
    "ofd",
    "help",
    *("notebooks", "annual", "report", "ipynb"),
}
TYPER = (
    "usage|options?|arguments?|commands?|show|message|exit|default|required|integer"
    "|path|file|directory|boolean|env|range"
)
COMMANDS = typer.main.get_command(cli.app).commands
PRESENT = ["init", "list", "run", "check", "show", "sign"]


Ask = Callable[..., CompletedProcess[str]]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of a consistent, a faulty, an unreadable and a partly blank filing."""
    root = make_project(tmp_path_factory.mktemp("cli") / "p", GOOD, FAULTY)
    add_agency(root, "shili-unreadable", spoil=spoil_row)
    add_agency(root, "shili-blank", "示例市一个名称很长很长很长很长很长很长很长很长的领导小组办公室", leave_blank)
    return root


def leave_blank(folder: Path) -> None:
    """Leave a figure of the disputes blank, and let the prose speak of it."""
    text = (folder / "disputes.csv").read_text(encoding="utf-8-sig")
    (folder / "disputes.csv").write_text(re.sub(r"(litigation\.direct,[^,]*),\d+", r"\1,", text), encoding="utf-8")
    with (folder / "narrative.md").open("a", encoding="utf-8") as file:
        file.write("\n维持{{ disputes.litigation.direct.upheld }}件，新收{{ applications.new.total }}件。\n")


@pytest.fixture
def ask(project: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Call the command line in the project's folder, or where a test goes from there."""
    monkeypatch.chdir(project)
    return lambda *arguments: govreport(Path.cwd(), *arguments)


WRONG_CALLS = {
    "an unknown agency": (("run", "shili-education"), "shili-education"),
    "a misspelt agency": (("check", "shili-civil-affair"), "是否应为 shili-civil-affairs"),
    "a year that an agency lacks": (("run", GOOD, "--year", "2001"), "2001"),
    "a year that nobody has": (("check", "--year", "2001"), "2001"),
    "a file that is not there": (("check", "nosuch.docx"), "没有文件或文件夹 nosuch.docx；请检查路径"),
    "a file that is not there beside an agency": (("check", GOOD, "old/report.pdf"), "没有文件或文件夹 old/report.pdf"),
    "a folder that is not there": (("import", "old/"), "没有文件或文件夹 old；请检查路径"),
    "a file for a command that reads none": (("show", "report.docx", "2023"), "“report.docx”像是文件，这里应写机构"),
    "a file in place of an agency": (("run", "old/report.html"), "“old/report.html”像是文件"),
    "a file to sign": (("sign", "report.pdf", "2023", "--by", "李审核"), "“report.pdf”像是文件"),
    "an agency without that year to show": (("show", GOOD, "2001"), "2001"),
    "an unknown option": (("run", "--nosuch"), "--nosuch"),
    "an unknown option before the command": (("--nosuch",), "--nosuch"),
    "an unknown command": (("nosuch",), "nosuch"),
    "a misspelt command": (("chek",), "“chek”；"),
    "an empty argument": (("check", ""), "有一个参数是空的，请写明或删去；govreport check --help"),
    "an argument of blanks behind an option": (("check", "--format", "text", "　"), "有一个参数是空的"),
    "an empty file": (("import", "--force", ""), "有一个参数是空的"),
    "an empty number of a finding": (
        ("waive", GOOD, "2023", "", "--reason", "属实", "--by", "李审核"),
        "有一个参数是空的",
    ),
    "an empty folder": (("init", " "), "有一个参数是空的"),
    "an empty option": (("run", "--notebook", ""), "选项 --notebook 的值是空的，请写明或删去；govreport run --help"),
    "a blank option": (("sign", "shili-archive", "2023", "--by= "), "选项 --by 的值是空的"),
    "an empty command": (("",), "没有命令“”；govreport --help"),
    "an empty argument too many": (("doctor", ""), "多余的参数“”；"),
    "a number that is none": (("run", "--jobs", "abc"), "整数"),
    "a number that is too small": (("run", "--jobs", "0"), "不小于1"),
    "a year that is no number": (("show", GOOD, "二〇二三"), "整数"),
    "an option without its value": (("run", "--jobs"), "--jobs"),
    "a value for an option that takes none": (("run", "--strict=yes"), "--strict"),
    "a missing argument": (("show", GOOD), "年度"),
    "an argument too many": (("show", GOOD, "2023", "多余"), "多余"),
    "no number of a finding": (
        ("waive", GOOD, "2023", "--reason", "属实", "--by", "李审核"),
        f"一个机构、一个年度（四位整数），末尾是意见的编号，现为：{GOOD}、2023；",
    ),
    "a number of a finding before the year": (
        ("waive", GOOD, "1-abcdef", "2023", "--reason", "属实", "--by", "李审核"),
        f"末尾是意见的编号，现为：{GOOD}、1-abcdef、2023；",
    ),
    "several years to import": (("import", "report.docx", "2023", "2022"), "一个年度，现为：report.docx、2023、2022；"),
    "a year to import": (
        ("import", "2023", "--into", GOOD),
        "应写明文件，报告没有写明年度时再写一个年度，现为：2023；",
    ),
    "an agency beside all": (("form", GOOD, "2023", "--all", "-o", "x"), f"有 --all 时不写机构，现为：{GOOD}、2023；"),
    "an unknown findings format": (("check", "--format", "xml"), "xml"),
    "an unknown page format": (("run", "--formats", "html,xyz"), "xyz"),
    "a parameter without value": (("run", "-p", "word"), "word"),
    "a parameter that is no name": (("run", "-p", "1a", "2"), "1a"),
    "a parameter that the notebook lacks": (("run", GOOD, "-p", "nosuch", "2"), "nosuch"),
    "a parameter that would file another report here": (("run", GOOD, "-p", "agency", FAULTY), "agency"),
    "no page format at all": (("run", GOOD, "--formats", ""), "html"),
    "a folder in use for a new project": (("init", "."), "不是空文件夹"),
}


def test_an_agency_whose_name_looks_like_a_path_is_no_file(tmp_path: Path):
    root = make_project(tmp_path / "p", GOOD)
    add_agency(root, "shili-elderly", "示例市民政/老龄局")
    for command in ("check", "show"):
        assert "示例市民政/老龄局" in govreport(root, command, "示例市民政/老龄局", "2023").stdout


def test_a_file_that_is_not_there_is_told_outside_of_a_project(tmp_path: Path):
    assert "没有文件或文件夹 nosuch.docx；请检查路径。" in govreport(tmp_path, "check", "nosuch.docx").stderr


VALUES: dict[str, object] = {
    "False": False, "True": True, "None": None, "41": 41, "1.5": 1.5, "1e3": 1000.0, "007": 7, "text": "text",
    "true": "true", "a=b": "a=b", "": "", '["a"]': '["a"]',
}  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_parameter_means_what_it_means_to_papermill(value: str):
    (given,) = read_parameters([f"x={value}"]).values()
    assert given == value and repr(papermill_value(given)) == repr(VALUES[value])


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_wrong_call_exits_with_2_and_one_chinese_sentence(ask: Ask, case: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("govreport.batch.run_jobs", lambda *arguments: iter(()))  # it must not come to that
    arguments, fragment = WRONG_CALLS[case]
    answer = ask(*arguments)
    assert answer.returncode == 2 and answer.stdout == ""
    assert re.fullmatch(r"错误：[^\n]*[\u4e00-\u9fff][^\n]*。\n", answer.stderr), answer.stderr
    assert fragment in answer.stderr
    typed = " ".join((*arguments, *COMMANDS, GOOD))
    english = {word for word in re.findall(r"[A-Za-z]{2,}", answer.stderr) if word not in typed and word not in NAMES}
    assert not english, answer.stderr


@pytest.mark.parametrize(
    "call",
    [
        ("check", "nobody", "--format", "json"), ("check", "-f", "json", "--nosuch"),
        ("check", "--format=json", "2001"), ("show", GOOD, "--json"), ("show", "--json", GOOD, "2023", "多余"),
        ("show", GOOD, "2001", "--json"), ("--json", "chek"),
        ("doctor", "--json", "多余"), ("list", "nobody", "--json"), ("list", "--json", "--today", "昨天"),
        ("import", "--json", "--nosuch"), ("check", "--format", "json", "--project"),
    ],
)  # fmt: skip
def test_json_is_one_document_that_tells_the_error_also_for_a_wrong_call(ask: Ask, call: tuple[str, ...]):
    answer = ask(*call)
    sentence = answer.stderr.removeprefix("错误：").strip()
    assert answer.returncode == 2 and sentence.count("\n") == 0 and sentence in answer.stdout
    document = json.loads(answer.stdout)
    if call[0] == "check":
        assert [(found["rule"], found["severity"], found["message"]) for found in document] == [
            ("F1", "error", sentence)
        ]
        assert set(document[0]) >= FINDING_KEYS
    else:
        assert document["notes"] == [sentence] and document["cells"] is None


def test_an_interrupt_while_modules_load_ends_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
):
    def load(name: str, *rest: object) -> object:
        if name == "govreport.cli":
            raise KeyboardInterrupt
        return importing(name, *rest)

    importing = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", load)
    with pytest.raises(SystemExit) as ending:
        govreport_main()
    assert ending.value.code == 130 and capsys.readouterr().err == "已中止。\n"
    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == {"govreport": "govreport.__main__:main"}


@pytest.mark.parametrize("name", ["review.toml", "waivers.toml", "narrative.md", "applications.csv"])
@pytest.mark.parametrize("command", ["sign", "rollup", "check", "show", "list", "run", "new", "form"])
def test_a_folder_in_the_place_of_a_file_is_told_in_one_sentence(tmp_path: Path, name: str, command: str):
    root = make_project(tmp_path / "p", GOOD)
    folder = root / "data" / GOOD / "2023"
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    options = {"sign": ("--by", "李审核"), "run": ("--dry-run",), "form": ("-o", "表.xlsx")}.get(command, ())
    answer = govreport(root, command, GOOD, "2023", *options)
    assert "程序内部出错" not in answer.stderr + answer.stdout and "Traceback" not in answer.stderr
    assert answer.stderr.count("\n") <= 1
    if command == "sign":
        assert answer.returncode and f"{name}" in answer.stderr and "文件夹" in answer.stderr


def test_a_file_in_the_place_of_a_folder_is_told_in_one_sentence(tmp_path: Path):
    root = make_project(tmp_path / "p", GOOD)
    shutil.rmtree(root / "data" / GOOD)
    (root / "data" / GOOD).write_text("")
    (root / "output").write_text("")
    for call in (("list",), ("new", GOOD, "2024"), ("check",), ("run",), ("doctor",), ("show", GOOD, "2023")):
        answer = govreport(root, *call)
        told = answer.stderr + answer.stdout
        assert "程序内部出错" not in told and "Traceback" not in told
    assert f"data/{GOOD} 不是可以打开的文件夹" in govreport(root, "list").stderr


def test_a_folder_that_links_to_itself_stops_no_command(tmp_path: Path):
    root = make_project(tmp_path / "p", GOOD, FAULTY)
    shutil.rmtree(root / "data" / FAULTY)
    (root / "data" / FAULTY).symlink_to(root / "data" / FAULTY)
    (root / "data" / GOOD / "2018").symlink_to(root / "data" / GOOD / "2018")
    answer = govreport(root, "list")
    assert answer.returncode == 0 and answer.stdout.count(GOOD) == 6 and "未报" in answer.stdout
    assert f"data/{FAULTY} 不是可以打开的文件夹" in answer.stderr
    for call in (("check",), ("run", "--dry-run"), ("show", GOOD, "2023")):
        assert govreport(root, *call).returncode == 0
    assert f"data/{FAULTY}（不是可以打开的文件夹）" in govreport(root, "doctor").stdout


def test_who_has_not_filed_for_the_year_due_is_listed_as_text_and_as_json(ask: Ask):
    answer = ask("list", "--missing", "--today", "2024-02-05")
    assert answer.stdout.splitlines()[-1] == "2023年度应报4份，未报0份，读不出1份。"
    answer = ask("list", "--missing", "--today", "2025-02-05")
    assert [line.split()[0] for line in answer.stdout.splitlines()[1:5]] == [
        GOOD,
        FAULTY,
        "shili-unreadable",
        "shili-blank",
    ]
    assert answer.stdout.splitlines()[-1] == "2024年度应报4份，未报4份。"
    document = json.loads(ask("list", "--missing", "--json", GOOD, "2024", "--today", "2025-02-05").stdout)
    assert document == [{
        "agency": GOOD, "name": "示例市民政局", "year": 2024, "filed": False, "progress": "未报", "state": "",
        "comments": "", "due": "2025-01-31", "days_left": -5, "timeliness": "逾期未公布", "contact": "",
    }]  # fmt: skip
    assert len(json.loads(ask("list", "--json", "2023").stdout)) == 4


def test_outside_any_project_a_sentence_says_what_to_do(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for command in (("list",), ("run",), ("check",), ("show", GOOD, "2023")):
        answer = ask(*command)
        assert answer.returncode == 2 and answer.stdout == ""
        assert re.fullmatch(r"错误：[^\n]*data/agencies\.csv[^\n]*govreport init[^\n]*。\n", answer.stderr)


def test_the_tracebacks_come_with_debug_wherever_it_stands(ask: Ask):
    assert "Traceback" not in ask("check", "nobody").stderr
    assert "Traceback" in ask("--debug", "check", "nobody").stderr
    assert "nobody" in ask("check", "nobody", "--debug").stderr


def test_the_version_is_told(ask: Ask):
    answer = ask("--version")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"govreport {__version__}\n", "")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_chinese(ask: Ask, command: str):
    answer = ask(*command.split(), "--help")
    assert answer.returncode == 0 and answer.stderr == ""
    assert "用法：govreport" in answer.stdout and "显示帮助并退出" in answer.stdout
    lines = [line for line in answer.stdout.splitlines() if "例：" not in line]
    prose = re.sub(r"--[a-z-]+|govreport( [a-z]+)?|│ [a-z]+ ", " ", "\n".join(lines))
    assert not re.findall(rf"\b({TYPER})\b", prose, re.IGNORECASE), prose
    assert "\x1b" not in answer.stdout and not re.search("… *│", answer.stdout), "no option is cut"


@pytest.mark.parametrize("command", PRESENT)
def test_the_commands_of_the_day_are_there(ask: Ask, command: str):
    assert command in COMMANDS and f" {command} " in ask("--help").stdout


def test_check_exits_with_0_for_consistent_filings(ask: Ask):
    answer = ask("check", GOOD)
    assert answer.returncode == 0 and "未发现问题" in answer.stdout and answer.stderr == ""


def test_check_exits_with_1_and_names_what_does_not_add_up(ask: Ask):
    answer = ask("check", FAULTY, "--year", "2023")
    assert answer.returncode == 1 and answer.stderr == ""
    assert "示例市气象局 2023年：不一致" in answer.stdout and "“（一）予以公开”" in answer.stdout


def test_check_of_everything_names_only_filings_with_findings_and_counts_the_rest(ask: Ask):
    answer = ask("check")
    assert answer.returncode == 1
    assert "示例市民政局" not in answer.stdout and "示例市气象局" in answer.stdout
    assert re.search(r"共校验\d+份报告：.*一致 \d+.*失败 1", answer.stdout)


def test_check_as_json_is_one_array_with_the_agreed_keys_and_nothing_else(ask: Ask):
    answer = ask("check", "--format", "json")
    assert answer.returncode == 1 and answer.stderr == ""
    findings = json.loads(answer.stdout)
    assert findings and all(set(finding) == FINDING_KEYS for finding in findings)
    for finding in findings:
        assert finding["severity"] in ("error", "warning", "notice")
        first = finding["identities"][0]
        assert set(first) == {"rule", "cells", "stated", "expected", "difference"}
        assert all(finding[key] == first[key] for key in ("rule", "stated", "expected", "difference"))
        assert set(first["cells"]) <= set(finding["cells"]) or not first["cells"]
    unreadable = next(f for f in findings if f["rule"] == "F1")
    assert (unreadable["agency"], unreadable["year"]) == ("shili-unreadable", YEAR)
    assert re.search(r"applications\.csv 第4行", unreadable["message"])


def test_check_as_json_is_an_empty_array_when_all_is_well(ask: Ask):
    answer = ask("check", GOOD, "--format", "json")
    assert answer.returncode == 0 and json.loads(answer.stdout) == []


def test_check_as_csv_has_a_line_for_each_finding(ask: Ask):
    lines = list(csv.DictReader(io.StringIO(ask("check", "--format", "csv").stdout), strict=True))
    findings = json.loads(ask("check", "--format", "json").stdout)
    assert [line["message"] for line in lines] == [finding["message"] for finding in findings]
    assert {"agency", "year", "rule", "severity", "stated", "expected", "difference", "cells"} <= set(lines[0])


def test_show_as_json_gives_figures_as_numbers_blanks_as_null_and_prose_filled_in(ask: Ask, project: Path):
    answer = ask("show", "shili-blank", "2023", "--json")
    assert answer.returncode == 0 and answer.stderr == ""
    filing = json.loads(answer.stdout)
    assert set(filing) == FILING_KEYS
    assert (filing["agency"], filing["year"], filing["edition"]) == ("shili-blank", 2023, "2021")
    assert filing["editions"] == dict.fromkeys(("proactive", "applications", "disputes"), "2021")
    written = figures_on_disk(project / "data/shili-blank/2023")
    assert filing["cells"] == {name: json.loads(text) if text else None for name, text in written.items()}
    assert filing["cells"]["disputes.litigation.direct.upheld"] is None
    assert list(filing["narrative"]) == list("0123456") and "{{" not in str(filing["narrative"])
    assert f"新收{filing['cells']['applications.new.total']}件" in filing["narrative"]["6"]


def test_show_prints_the_tables_with_their_official_labels(ask: Ask):
    answer = ask("show", "示例市民政局", "2023")
    assert answer.returncode == 0
    assert all(word in answer.stdout for word in ("行政许可", "自然人", "总计", "结果维持", "示例市民政局"))


def test_show_of_an_unreadable_filing_tells_the_line_and_exits_with_1(ask: Ask):
    answer = ask("show", "shili-unreadable", "2023", "--json")
    assert answer.returncode == 1 and json.loads(answer.stdout)["cells"] is None
    assert ask("show", "shili-unreadable", "2023").stdout == ""
    assert re.fullmatch(r"错误：data/shili-unreadable/2023/applications\.csv 第4行[^\n]*。\n", answer.stderr)


def test_a_piped_list_has_a_whole_line_for_each_report(ask: Ask):
    answer = ask("list", "--year", "2023")
    assert answer.returncode == 0
    for slug, name in (
        (GOOD, "示例市民政局"),
        ("shili-blank", "示例市一个名称很长很长很长很长很长很长很长很长的领导小组办公室"),
    ):
        (line,) = (line for line in answer.stdout.splitlines() if line.startswith(slug))
        assert name in line and "2023" in line and "未生成" in line


def test_an_agency_can_be_named_by_slug_name_or_short_name(ask: Ask):
    answers = [ask("check", name, "--format", "json") for name in (FAULTY, "示例市气象局", "示例气象局")]
    assert answers[0].stdout == answers[1].stdout == answers[2].stdout != ""


def test_commands_work_from_a_folder_inside_the_project(ask: Ask, project: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(project / "data" / GOOD)
    assert ask("check", GOOD).returncode == 0


def test_a_new_project_has_nothing_amiss(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    made = ask("init", "我的 项目")
    assert made.returncode == 0 and "govreport run" in made.stdout, "it says what to type next"
    monkeypatch.chdir(tmp_path / "我的 项目")
    assert ask("check").returncode == 0
    assert "未生成" in ask("list").stdout


def test_a_new_project_has_the_usual_templates_as_examples_that_nothing_uses(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    ask("init", "新项目")
    examples = {path.name: path.read_bytes() for path in (tmp_path / "新项目/templates/examples").iterdir()}
    assert examples == usual_templates()
    assert Project(tmp_path / "新项目").appearance == Appearance()
    for name, data in examples.items():
        (tmp_path / "新项目/templates" / name).write_bytes(data)
    appearance = Project(tmp_path / "新项目").appearance
    assert set(appearance.templates) == {"html", "pdf", "docx"}
    try_appearance(appearance)


def test_a_new_project_runs(sample: Run, ask: Ask, monkeypatch: pytest.MonkeyPatch):
    assert (sample.folder(GOOD) / "report.pdf").read_bytes().startswith(b"%PDF-")
    monkeypatch.chdir(sample.root)
    (line,) = (line for line in ask("list", GOOD).stdout.splitlines() if f" {YEAR} " in line)
    assert re.search(r"一致 .*已生成", line), "the list knows that the report was made"


def test_a_folder_that_holds_anything_is_never_made_a_project(ask: Ask, tmp_path: Path):
    (tmp_path / "记录.txt").write_text("勿动", encoding="utf-8")
    assert ask("init", str(tmp_path)).returncode == 2
    assert [path.name for path in tmp_path.iterdir()] == ["记录.txt"]


@pytest.mark.parametrize("variables", [{"TERM": "xterm-256color"}, {"LC_ALL": "C"}])
def test_a_pipe_gets_plain_chinese_whatever_the_terminal_or_locale(project: Path, variables: dict[str, str]):
    result = console(project, "check", FAULTY, **variables)
    assert result.returncode == 1 and result.stderr == ""
    assert "示例市气象局 2023年：不一致" in result.stdout and "\x1b" not in result.stdout


def test_json_is_in_utf_8_whatever_the_locale(project: Path):
    result = console(project, "check", FAULTY, "--format", "json", PYTHONIOENCODING="gbk")
    assert json.loads(result.stdout)[0]["agency"] == FAULTY and "“" in result.stdout


def test_an_error_is_readable_in_the_c_locale(project: Path):
    result = console(project, "show", "shili-unreadable", "2023", LC_ALL="C")
    assert result.returncode == 1 and result.stderr.startswith("错误：data/shili-unreadable/2023/")


SAID = {
    "show": ("--json",), "compare": (), "check": ("--format", "json"), "run": ("--dry-run",), "list": (),
    "rollup": (), "sign": ("--by", "李审核"), "new": (), "form": ("-o", "表.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize("command", SAID)
def test_agency_and_year_are_said_the_same_way_to_every_command(ask: Ask, command: str):
    told = []
    for way in ((GOOD, "2023"), ("2023", GOOD), (GOOD, "--year", "2023"), ("示例市民政局", "２０２３")):
        answer = ask(command, *way, *SAID[command])
        told.append((answer.returncode, answer.stdout, answer.stderr))
        Path("表.xlsx").unlink(missing_ok=True)
        (Path("data") / GOOD / "2023/review.toml").unlink(missing_ok=True)
    assert told[0] == told[1] == told[2] == told[3]
    assert "多余" not in told[0][2] and "没有机构" not in told[0][2]


def test_several_agencies_and_years_are_told_apart_by_their_four_digits(ask: Ask):
    answer = ask("check", "2022", GOOD, "2023", FAULTY)
    assert "共校验4份报告" in answer.stdout


def test_what_exists_as_a_path_is_a_file_also_if_it_is_called_like_a_year(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    assert "data/agencies.csv" in ask("check", "2023").stderr
    (tmp_path / "2023").mkdir()
    for command in ("check", "import"):
        assert "2023 中没有可以导入的文件" in ask(command, "2023").stderr


@pytest.mark.parametrize(
    "line",
    [
        ("--project", "P", "show", GOOD, "2023"),
        ("show", GOOD, "2023", "--project=P"),
        ("show", "--project", "P", GOOD, "2023"),
    ],
)
def test_another_project_is_named_anywhere_in_the_line(
    ask: Ask, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
):
    monkeypatch.chdir(tmp_path)
    answer = ask(*(word.replace("P", str(project / "data")) if word.endswith("P") else word for word in line))
    assert (answer.returncode, answer.stderr) == (0, "") and "示例市民政局" in answer.stdout


def test_a_project_that_is_not_there_is_never_another_one(ask: Ask, project: Path):
    for call in (("--project", "没有", "check"), ("check", "--project=没有/更没有")):
        answer = ask(*call)
        assert answer.returncode == 2 and re.fullmatch("错误：没有文件夹 .*没有；请检查路径，.*。\n", answer.stderr)
    assert ask("--project").stderr == "错误：选项 --project 后缺少值；govreport --help 查看用法。\n"
    for command, name in (("run", "--project"), ("run", "--formats"), ("check", "--year"), ("export", "-o")):
        assert ask(command, name).stderr == f"错误：选项 {name} 后缺少值；govreport {command} --help 查看用法。\n"
    assert ask("doctor", "--project", "没有").returncode == 1, "outside any project it is content, with a wrong one not"


def test_a_run_that_fails_says_so_on_standard_error(ask: Ask):
    answer = ask("run", "shili-unreadable", "2023", "--formats", "html")
    assert answer.returncode == 1 and "applications.csv 第4行" in answer.stderr
    assert "未能完整生成" in answer.stderr and "未能完整生成" not in answer.stdout


def test_the_commands_start_without_what_only_some_of_them_need():
    large = {"lxml", "matplotlib", "nbformat", "numpy", "openpyxl", "pandas", "papermill", "pypdfium2", "typst"}
    code = f"import sys, govreport.cli; print({large} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "set()\n"


LONG_FIGURES = ("1111111111111111111111111111.1234567", "9" * 40, "-1e400", "0." + "0" * 29 + "1")


@pytest.mark.parametrize("figure", LONG_FIGURES)
def test_a_figure_out_of_bounds_is_told_at_its_cell_and_stops_nothing_else(tmp_path: Path, figure: str):
    root = make_project(tmp_path / "p", GOOD)
    table = root / "data" / GOOD / "2022" / "proactive.csv"
    text = table.read_text(encoding="utf-8-sig")
    table.write_text(re.sub(r"(?m)^(fees,.*,amount,).*$", rf"\g<1>{figure}", text), encoding="utf-8")
    findings = json.loads(govreport(root, "check", GOOD, "--format", "json").stdout)
    (told,) = [finding for finding in findings if finding["rule"] == "V1"]
    assert (told["year"], told["cells"]) == (2022, ["proactive.fees.amount"]) and figure[:20] in told["message"]
    assert "程序出错" not in str(findings) and {finding["year"] for finding in findings} <= {2022, 2023}


@pytest.mark.parametrize("call", [("list", "--missing"), ("export",)])
def test_no_command_writes_its_output_over_the_data_not_even_by_force(tmp_path: Path, call: tuple[str, ...]):
    root = make_project(tmp_path / "p", GOOD)
    before = (root / "data/agencies.csv").read_bytes()
    answer = govreport(root, *call, "--force", "-o", "data/agencies.csv")
    assert answer.returncode == 2 and "data/agencies.csv 在 data/ 中" in answer.stderr
    assert (root / "data/agencies.csv").read_bytes() == before
