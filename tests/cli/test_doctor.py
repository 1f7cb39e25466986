"""What ``govreport doctor`` finds, completion in the shell, and how much the commands say."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
from rich.cells import cell_len

from govreport.batch.job import Job, Outcome
from govreport.cli import doctor, filings, terminal
from govreport.cli.doctor import BAD, NOTE, Probe, examine, examine_project
from govreport.cli.doctor import GOOD as FINE
from govreport.cli.running import RunDisplay, print_run_summary
from govreport.filing.project import Project
from tests.support.projects import (
    COMMAND,
    FAULTY,
    GOOD,
    YEAR,
    add_agency,
    console,
    environment,
    govreport,
    make_project,
    spoil_row,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_project(tmp_path / "p", GOOD)


def probes(root: Path) -> dict[str, list[Probe]]:
    found: dict[str, list[Probe]] = {}
    for probe in examine_project(Project(root)):
        found.setdefault(probe.name, []).append(probe)
    return found


def states(root: Path) -> dict[str, str]:
    return {name: each[-1].state for name, each in probes(root).items()}


def test_a_sound_project_has_nothing_amiss(root: Path):
    assert set(states(root).values()) == {FINE}
    answer = govreport(root, "doctor")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "typst " in answer.stdout and "GovRpt" in answer.stdout and "5份可以读取" in answer.stdout


def test_a_mistake_in_the_settings_is_told_as_by_every_command(root: Path):
    (root / "govreport.toml").write_text("[run]\nformat = 3\n", encoding="utf-8")
    (probe,) = probes(root)["项目"]
    assert probe.state == BAD and probe.told.startswith("govreport.toml 第2行的 run.format：不认识这个键；")


@pytest.mark.parametrize("name", ["annual_report.ipynb", "topic.ipynb", f"{GOOD}/annual_report.ipynb"])
def test_a_deeply_nested_notebook_is_one_sentence(root: Path, name: str):
    notebook = root / "notebooks" / name
    notebook.parent.mkdir(exist_ok=True)
    notebook.write_text("[" * 100_000 + "]" * 100_000, encoding="utf-8")
    for call in (("doctor",), ("run", "--jobs", "1", "2023", "--notebook", notebook.stem)):
        told = "".join((answer := govreport(root, *call)).stdout + answer.stderr)
        assert "Traceback" not in told and "程序内部出错" not in told
        assert answer.returncode or call == ("doctor",)


def test_misspelt_folders_of_notebooks_and_misspelt_rules_are_told_and_drafts_of_notebooks_are_not(root: Path):
    for folder in ("notebooks/shili-civl-affairs", "notebooks/drafts", "rules"):
        (root / folder).mkdir()
    (root / "notebooks/shili-civl-affairs/annual_report.ipynb").write_text("{}", encoding="utf-8")
    (root / "notebooks/drafts/idea.ipynb").write_text("{}", encoding="utf-8")
    for name in ("word.toml", "words.toml", "README.md"):
        (root / name).write_text("# 说明\n", encoding="utf-8")
    told = govreport(root, "list").stderr
    assert "notebooks/shili-civl-affairs 未在 data/agencies.csv 中登记" in told
    assert "rules 不会被读取；是否应为 rules.toml" in told and "word.toml 不会被读取；是否应为 words.toml" in told
    assert told.count("注意") == 3
    (probe,) = probes(root)["文件"]
    assert all(name in probe.told for name in ("notebooks/shili-civl-affairs", "rules（", "word.toml"))


def test_agencies_of_one_name_in_one_year_are_told(root: Path):
    register = root / "data/agencies.csv"
    head, line = register.read_text(encoding="utf-8-sig").split()
    twice = (f"{head},from,to", f"{line},,2020", f"{line},2021,")
    register.write_text("\n".join(twice).replace("\nshili-civil-affairs", "\nolder", 1) + "\n", encoding="utf-8")
    assert "名称都是" not in govreport(root, "list").stderr
    register.write_text(register.read_text(encoding="utf-8").replace("2021", "2020"), encoding="utf-8")
    assert "older、shili-civil-affairs的名称都是“示例市民政局”" in govreport(root, "list").stderr
    assert any(probe.state == NOTE and "名称都是" in probe.told for probe in probes(root)["项目"])


def test_as_json_it_is_one_array(root: Path):
    answer = govreport(root, "doctor", "--json")
    found = json.loads(answer.stdout)
    assert answer.returncode == 0 and all(set(probe) == {"name", "state", "told"} for probe in found)


def test_a_filing_that_cannot_be_read_is_an_error_with_its_line(root: Path):
    add_agency(root, "shili-unreadable", spoil=spoil_row)
    (told,) = (probe.told for probe in probes(root)["资料"] if probe.state == BAD)
    assert re.match(rf"data/shili-unreadable/{YEAR}/applications\.csv 第4行", told)
    answer = govreport(root, "doctor", "--quiet")
    assert answer.returncode == 1 and answer.stdout.splitlines() == [f"错误  资料  {told}"]


@pytest.mark.parametrize("name", ["data/外来", "~$表.xlsx", "2023旧", "output/.writing-host-1-x.pdf"])
def test_what_no_command_reads_is_named(root: Path, name: str):
    folder = root / "data" / GOOD / str(YEAR) if name.startswith("~") else root / "data" / GOOD
    path = root / name if "/" in name else folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if "外来" in name:
        (path / "2023").mkdir(parents=True)
    else:
        path.write_text("", encoding="utf-8")
    (probe,) = probes(root)["文件"]
    assert probe.state == NOTE and name in probe.told


def test_what_systems_and_programs_hide_is_not_named(root: Path):
    for folder in (root / "data", root / "data" / GOOD, root / "data" / GOOD / str(YEAR)):
        (folder / ".DS_Store").write_text("", encoding="utf-8")
    (root / "data" / GOOD / ".ipynb_checkpoints").mkdir()
    assert states(root)["文件"] == FINE


@pytest.mark.parametrize(
    ("content", "told"),
    [(None, "缺少"), ("{", "无法读取"), ("[]", "无法读取"), ('{"cells": []}', "parameters")],
)
def test_a_notebook_that_cannot_be_run_is_an_error(root: Path, content: str | None, told: str):
    path = root / "notebooks/annual_report.ipynb"
    path.unlink()
    if content is not None:
        path.write_text(content, encoding="utf-8")
    (probe,) = probes(root)["笔记本"]
    assert probe.state == BAD and told in probe.told and "govreport init" in probe.told


def test_a_register_or_rules_with_a_mistake_are_an_error(root: Path):
    (root / "rules.toml").write_text("[[rules]\n", encoding="utf-8")
    assert states(root) == {"项目": BAD}
    (root / "rules.toml").unlink()
    (root / "data/agencies.csv").write_text("slug,name\n", encoding="utf-8")
    assert states(root) == {"项目": BAD}


def test_an_output_folder_that_cannot_be_written_is_an_error(root: Path):
    (root / "output").write_text("", encoding="utf-8")
    assert states(root)["输出"] == BAD


def test_a_package_that_is_missing_or_too_old_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(doctor, "_version", {"typst": "0.1"}.get)
    (probe,) = (probe for probe in examine() if probe.name == "组件")
    assert probe.state == BAD and "typst 0.1（应为 >=" in probe.told and "papermill 未安装" in probe.told


def test_a_command_that_lacks_a_package_says_which_and_what_to_do(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    for name in [name for name in sys.modules if name.startswith(("govreport.exchange", "openpyxl."))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(filings, "exchange", import_module("govreport.exchange"))
    answer = govreport(root, "form", GOOD, "2024", "-o", "x.xlsx")
    assert answer.returncode == 1 and re.fullmatch("错误：缺少组件 openpyxl；.*govreport doctor.*。\n", answer.stderr)


def test_outside_a_project_it_looks_at_the_installation_alone(tmp_path: Path):
    answer = govreport(tmp_path, "doctor")
    assert answer.returncode == 0 and "注意  项目" in answer.stdout and "字体" in answer.stdout


def test_without_forks_it_says_what_runs_instead(tmp_path: Path):
    result = console(tmp_path, "doctor", GOVREPORT_NO_FORK="1")
    assert result.returncode == 0 and "注意  引擎  设有 GOVREPORT_NO_FORK" in result.stdout


# ---- quiet and verbose -----------------------------------------------------------------------------------------------


def test_quiet_leaves_results_and_errors_alone(root: Path):
    add_agency(root, "shili-unreadable", spoil=spoil_row)
    loud, quiet = (govreport(root, "check", *flag) for flag in ((), ("-q",)))
    assert quiet.returncode == loud.returncode == 1
    assert "共校验10份" in loud.stdout and loud.stdout.startswith(quiet.stdout) and "共校验" not in quiet.stdout
    answer = govreport(root, "--quiet", "new", GOOD, "2024")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    assert "代号" in govreport(root, "list", "--quiet").stdout, "what was asked for is no note"


def test_verbose_names_what_is_in_order_too(root: Path):
    assert "示例市民政局" not in govreport(root, "check").stdout
    assert govreport(root, "check", "--verbose").stdout.count("示例市民政局 ") == 5
    assert "示例市民政局" not in govreport(root, "check").stdout, "it holds for one call"


def test_a_run_says_less_or_more_of_itself(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    job = Job(Path(), GOOD, "示例局", YEAR, Path())
    made = Outcome(job, "一致", "未发现问题", steps={"execute": 1.0, "pdf": 0.5}, seconds=2.0)
    failed = Outcome(job, "失败", errors=("第4行有误。",))

    def told(*, quiet: bool, verbose: bool) -> str:
        monkeypatch.setattr(terminal.notes, "quiet", quiet)
        monkeypatch.setattr(terminal.details, "quiet", not verbose)
        with RunDisplay(2) as display:
            outcomes = [display.show(outcome) for outcome in (made, failed)]
        print_run_summary(outcomes, 0, 3.0, "output/index.html")
        return "".join(capsys.readouterr())

    assert f"{GOOD} {YEAR}  一致" in (usual := told(quiet=False, verbose=False)) and "共2份" in usual
    quiet = told(quiet=True, verbose=False)
    assert "第4行有误" in quiet and "一致" not in quiet and "共2份" not in quiet
    assert "execute 1.00秒、pdf 0.50秒" in told(quiet=False, verbose=True) and "0.50秒" not in usual


# ---- completion ------------------------------------------------------------------------------------------------------


def completed(root: Path, words: str) -> str:
    variables = {
        "_GOVREPORT_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    result = subprocess.run(
        [COMMAND], cwd=root, env=environment(**variables), capture_output=True, encoding="utf-8", check=False
    )
    return result.stdout


def test_the_shell_completes_commands_agencies_and_years(root: Path):
    assert completed(root, "govreport che").split() == ["check"]
    assert completed(root, "govreport check shi").split() == [GOOD]
    assert completed(root, f"govreport show {GOOD} 202").split() == ["2023", "2022", "2021", "2020"]
    assert completed(root.parent, "govreport check shi").split() == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_of_each_shell_is_printed(tmp_path: Path, shell: str):
    answer = govreport(tmp_path, "completion", shell)
    assert (answer.returncode, answer.stderr) == (0, "") and "_GOVREPORT_COMPLETE" in answer.stdout


def test_completion_is_installed_for_a_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    answer = govreport(tmp_path, "completion", "bash", "--install")
    assert (answer.returncode, answer.stderr) == (0, "") and "重新打开终端后生效" in answer.stdout
    assert "govreport" in (tmp_path / ".bashrc").read_text(encoding="utf-8")


def test_an_unknown_shell_is_one_sentence(tmp_path: Path):
    answer = govreport(tmp_path, "completion", "cmd")
    assert answer.returncode == 2 and re.fullmatch("错误：不能为“cmd”补全；.*。\n", answer.stderr)


def test_no_colour_is_used_where_nobody_wants_it(root: Path):
    assert "\x1b[3" not in on_a_terminal(root, "list", NO_COLOR="1") and "\x1b[3" in on_a_terminal(root, "list")


def test_on_a_terminal_the_lines_of_a_finding_stand_below_its_first(tmp_path: Path):
    root = make_project(tmp_path / "p", FAULTY)
    shown = re.sub("\x1b[^m]*m", "", on_a_terminal(root, "check", FAULTY, str(YEAR))).splitlines()
    first, second = next(pair for pair in pairwise(shown) if "唯一的改法" in pair[0])
    lead = cell_len(first.partition("唯一的改法")[0])
    assert first.strip().startswith("1-") and second[:lead].isspace() and not second[lead].isspace()
    piped = govreport(root, "check", FAULTY, str(YEAR)).stdout
    assert re.sub(r"\s", "", "".join(shown)) == re.sub(r"\s", "", piped)


def on_a_terminal(root: Path, *arguments: str, **variables: str) -> str:
    """Run the command where its output is a terminal of 80 columns; what is printed there."""
    import pty  # noqa: PLC0415, not on Windows

    main, other = pty.openpty()
    shown = environment(TERM="xterm-256color", COLUMNS="80", **variables)
    with subprocess.Popen([COMMAND, *arguments], cwd=root, env=shown, stdout=other, stderr=other) as process:
        os.close(other)
        printed = b""
        with contextlib.suppress(OSError):  # how Linux tells the end
            while piece := os.read(main, 1 << 16):
                printed += piece
        process.wait()
    os.close(main)
    return printed.decode()


BROKEN = {
    "a number beyond all bounds in rules.toml": ("rules.toml", "[prose]\nsimilarity = " + "9" * 5000, "rules.toml"),
    "rules nested without end": ("rules.toml", "a = " + "[" * 5000 + "]" * 5000, "rules.toml"),
    "a form nested without end": ("forms/2026.toml", "a = " + "[" * 5000 + "]" * 5000, "forms/2026.toml"),
    "a line of the register": ("data/agencies.csv", "slug,name,short_name,parent,kind,scope\na,b\n", "第2行"),
    "an agency that is called like a year": (
        "data/agencies.csv", "slug,name,short_name,parent,kind,scope\n2023,甲局,甲局,,department,own\n", "四位数字",
    ),
    "an agency's own notebook": (f"notebooks/{GOOD}/annual_report.ipynb", "{broken", f"notebooks/{GOOD}/annual_report"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_broken_in_a_project_is_one_sentence_that_names_the_file(root: Path, case: str):
    file, text, told = BROKEN[case]
    (root / file).parent.mkdir(parents=True, exist_ok=True)
    (root / file).write_text(text, encoding="utf-8")
    answer = govreport(root, "doctor")
    (line,) = [line for line in answer.stdout.splitlines() if line.startswith(BAD)]
    assert (answer.returncode, answer.stderr) == (1, "") and told in line


def test_a_link_that_leads_back_to_itself_is_only_a_stray_file(root: Path):
    (root / "data" / GOOD / str(YEAR) / "loop").symlink_to("loop")
    assert states(root)["文件"] == NOTE and states(root)["资料"] == FINE
    assert "程序" not in govreport(root, "check", GOOD).stdout


def test_what_lies_among_the_tables_and_is_none_is_told(root: Path):
    folder = root / "data" / GOOD / str(YEAR) / "tables"
    folder.mkdir()
    (folder / "platforms.xlsx").write_bytes(b"")
    (probe,) = probes(root)["文件"]
    assert f"data/{GOOD}/{YEAR}/tables/platforms.xlsx" in probe.told and probe.state == NOTE


def test_a_run_with_a_mistake_in_the_rules_touches_nothing(root: Path):
    page = root / "output" / str(YEAR) / GOOD / "report.html"
    page.parent.mkdir(parents=True)
    page.write_text("旧", encoding="utf-8")
    (root / "rules.toml").write_text("[[rules]\n", encoding="utf-8")
    answer = govreport(root, "run")
    assert answer.returncode == 2 and re.fullmatch("错误：rules.toml [^\n]*。\n", answer.stderr)
    assert page.read_text(encoding="utf-8") == "旧" and [p.name for p in page.parent.iterdir()] == ["report.html"]
