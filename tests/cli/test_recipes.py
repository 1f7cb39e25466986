"""The recipes for those who automate: the script for cron with its log, and the jobs of two forges."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.support.projects import COMMAND, FAULTY, REPOSITORY, YEAR, environment, govreport, make_project

SMALL = ("tongxiang-data-office", 2020)
"""A consistent agency of the sample with one report."""
PAGES = ("docs/automation.md", "docs/zh/automate.md")


def blocks(page: str, language: str) -> list[str]:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def shell(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run bash in a folder, with govreport on its path."""
    known = environment()
    known |= {"PATH": f"{COMMAND.parent}{os.pathsep}{known['PATH']}"}
    return subprocess.run(["bash", *words], cwd=folder, env=known, capture_output=True, encoding="utf-8", check=False)


def test_the_nightly_script_is_silent_as_long_as_nothing_is_wrong_and_keeps_a_log(tmp_path: Path) -> None:
    """That of one page makes the report, that of the other finds nothing changed: they differ in words alone."""
    root = make_project(tmp_path / "p", SMALL[0])
    for page in PAGES:
        (script,) = blocks(page, "bash")
        (root / "nightly.sh").write_text(script, encoding="utf-8")
        answer = shell(tmp_path, str(root / "nightly.sh"))
        assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
    log = (root / "output/run.log").read_text(encoding="utf-8")
    assert len(re.findall(r"^== \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", log, re.MULTILINE)) == 2
    assert f"{SMALL[0]} {SMALL[1]}  一致" in log and "生成0份，1份没有变化" in log
    assert len(re.findall(r"^== \D* 0$", log, re.MULTILINE)) == 2
    assert (root / "output/run.json").is_file() and len(list((root / "output").glob("*.csv"))) == 2 * len(PAGES)


def test_the_nightly_script_says_one_sentence_where_something_is_wrong(tmp_path: Path) -> None:
    (script,) = blocks(PAGES[0], "bash")
    root = make_project(tmp_path / "p", FAULTY)
    (root / "nightly.sh").write_text(script, encoding="utf-8")
    answer = shell(tmp_path, str(root / "nightly.sh"))
    assert answer.returncode == 1 and len(answer.stdout.splitlines()) == 1 and "output/run.log" in answer.stdout


def steps(job: Any) -> Iterator[str]:
    """The commands of a job of either forge."""
    if isinstance(job, dict):
        yield from job.get("script", ())
        for key, value in job.items():
            yield from [value] if key == "run" else steps(value)
    elif isinstance(job, list):
        for value in job:
            yield from steps(value)


def test_the_jobs_pass_a_consistent_project_and_fail_on_open_errors(tmp_path: Path) -> None:
    jobs = [yaml.safe_load(block) for block in blocks(PAGES[0], "yaml")]
    calls = {" && ".join(line for line in steps(job) if line.startswith("govreport ")) for job in jobs}
    assert len(jobs) == 2 and len(calls) == 1 and all("output/" in yaml.safe_dump(job) for job in jobs)
    commands = [shlex.split(command)[1:] for command in calls.pop().split(" && ")]
    good, faulty = make_project(tmp_path / "good", SMALL[0]), make_project(tmp_path / "faulty", FAULTY)
    assert [govreport(good, *words).returncode for words in commands] == [0] * len(commands)
    assert [govreport(faulty, *words).returncode for words in commands] == [0, 1], "made as a draft, then refused"
    assert (faulty / f"output/{YEAR}/{FAULTY}/report.html").is_file(), "the draft is there to be looked at"


def test_both_pages_show_the_same_jobs() -> None:
    assert blocks(PAGES[0], "yaml") == blocks(PAGES[1], "yaml")
