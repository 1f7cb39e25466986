"""Project folders for the tests, made from the repository's sample city, and the console command run on them."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest import mock

import typer

from govreport import cli
from tests.support.patience import PATIENCE
from tests.support.sessions import linked_copy

REPOSITORY = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("govreport")
GOOD, FAULTY, HOSTILE = "shili-civil-affairs", "shili-meteorology", "shili-hostile"
YEAR = 2023
SAMPLE = "示例 项目"
PAGES = ("report.ipynb", "report.html", "report.pdf", "review.html")
UNSET = ["GOVREPORT_PROJECT", "GOVREPORT_DEBUG", "FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONIOENCODING", "PYTHONUTF8"]
COMMANDS = cache(typer.main.get_command)
"""All commands as typer makes them of the code: once here, where a user's process does it for its one command."""
HEADER = ["slug", "name", "short_name", "parent", "kind", "scope"]

ATTACK = """
正文里的<script>alert('行内')</script>和<img src=x onerror="alert('图')">，[点击](javascript:alert('链接'))，
[数据](data:text/html,<script>alert(8)</script>)，![图](https://shili.example/点.png)。

<script>alert('段落')</script>

<style>body { display: none }</style>

<iframe src="https://shili.example/"></iframe>

</script><script>alert('闭合')</script></main></body> {{ "</script><script>alert('表达式')</script>" }}

## <svg onload=alert('标题')>小标题

| 甲<script>alert('表头')</script> | 乙 | 丙 | 丁 | 戊 | 己 | 庚 | 辛 |
|---|---|---|---|---|---|---|---|
| <img src=x onerror=alert('表格')> | 1234567890 | 1234567890 | 1234567890 | 1234567890 | 1234567890 | 1234567890 | 1 |

很长的一串：LONGWORD
""".replace("LONGWORD", "abcdefghij" * 30)


@dataclass(frozen=True)
class Run:
    """A project on which the console command was run, and what that gave."""

    root: Path
    result: subprocess.CompletedProcess[str]

    def copy(self, root: Path) -> Run:
        """Copy the project to a new folder, where its inputs may be written to; the output is linked."""
        shutil.copytree(self.root, root, ignore=shutil.ignore_patterns("output"))
        linked_copy(self.root / "output", root / "output")
        return Run(root, self.result)

    def folder(self, agency: str, year: int = YEAR) -> Path:
        return self.root / "output" / str(year) / agency

    def record(self, agency: str, year: int = YEAR) -> dict:
        return json.loads((self.folder(agency, year) / "report.json").read_text(encoding="utf-8"))

    def page(self, agency: str, year: int = YEAR) -> str:
        return (self.folder(agency, year) / "report.html").read_text(encoding="utf-8")

    def review(self, agency: str, year: int = YEAR) -> str:
        return (self.folder(agency, year) / "review.html").read_text(encoding="utf-8")

    def failures(self) -> list[str]:
        """The lines of the summary's list of reports that could not be produced."""
        _, _, listed = self.result.stderr.partition("未能完整生成")
        return [line.strip() for line in listed.splitlines()[1:]]

    def told_of(self, agency: str) -> list[str]:
        """The lines of that list that name an agency."""
        return [line for line in self.failures() if line.startswith(f"{agency} ")]


def make_project(root: Path, *agencies: str) -> Path:
    """Make a project in a new folder with the shipped notebook and some agencies of the sample city."""
    (root / "data").mkdir(parents=True)
    (root / "notebooks").mkdir()
    shutil.copyfile(REPOSITORY / "notebooks/annual_report.ipynb", root / "notebooks/annual_report.ipynb")
    for slug in agencies:
        add_sample(root, slug)
    return root


def add_sample(root: Path, slug: str) -> None:
    """Add an agency of the sample city, with all its years, to a project."""
    with (REPOSITORY / "data/agencies.csv").open(encoding="utf-8-sig", newline="") as file:
        (line,) = (line for line in csv.DictReader(file) if line["slug"] == slug)
    register(root, line | {"parent": ""})
    shutil.copytree(REPOSITORY / "data" / slug, root / "data" / slug)


def add_agency(root: Path, slug: str, name: str = "", spoil: Callable[[Path], object] | None = None) -> None:
    """Add a further agency whose filings are copies of GOOD's under its own name, one of them spoilt.

    spoil: called with the folder of its filing for YEAR.
    """
    name = name or f"示例{slug}局"
    register(root, {"slug": slug, "name": name, "kind": "department", "scope": "own"})
    shutil.copytree(REPOSITORY / "data" / GOOD, root / "data" / slug)
    if spoil:
        spoil(root / "data" / slug / str(YEAR))
    for narrative in (root / "data" / slug).glob("*/narrative.md"):
        narrative.write_bytes(narrative.read_bytes().replace("示例市民政局".encode(), name.encode()))


def register(root: Path, line: Mapping[str, str]) -> None:
    """Add a line to a project's register."""
    file = root / "data/agencies.csv"
    is_new = not file.exists()
    with file.open("a", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, HEADER, extrasaction="ignore", lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(line)


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} has no {old!r}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def append_to(file: Path, text: str) -> None:
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def spoil_row(folder: Path) -> None:
    """Misspell a row's key and so make the filing unreadable."""
    replace_in(folder / "applications.csv", "\ngranted,", "\ngrantedd,")


def add_attack(folder: Path) -> None:
    """Put markup that must stay text into the prose, the front matter and a figure."""
    append_to(folder / "narrative.md", ATTACK)
    replace_in(folder / "narrative.md", "---\n", "---\ncontact: <b onclick=alert(1)>示例路1号</b>\n")
    replace_in(folder / "narrative.md", "  示例市民政局", "  示例市<script>alert('名称')</script>局")
    lines = (folder / "disputes.csv").read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].rsplit(",", 1)[0] + ",<script>alert('数')</script>"
    (folder / "disputes.csv").write_text("\n".join(lines), encoding="utf-8")


def write_notebook(root: Path, code: str, *, prose: str = "", forked: bool = False) -> None:
    """Give the project a small notebook in place of the report's: a parameters cell and one cell of code.

    It says that it leaves out every part of the form. prose: of a Markdown cell below, if any.
    forked: whether it opts in to the engine ``govreport``.
    """
    parameters = 'agency = ""\nyear = 0\nstrict = False\nword = "无"\nnumber = 0\n'
    cells = [
        {"cell_type": "code", "id": "parameters", "metadata": {"tags": ["parameters"]}, "source": parameters},
        {"cell_type": "code", "id": "work", "metadata": {}, "source": code},
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    written = [{"cell_type": "markdown", "id": "prose", "metadata": {}, "source": prose}] if prose else []
    notebook = {
        "cells": [{**cell, "execution_count": None, "outputs": []} for cell in cells] + written,
        "metadata": {
            "kernelspec": kernel,
            "language_info": {"name": "python"},
            "govreport": {"leave_out": list(range(7)), **({"engine": "forked"} if forked else {})},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (root / "notebooks/annual_report.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def environment(**variables: str) -> dict[str, str]:
    """The environment of a user's shell, without what would change where the command looks or how it prints."""
    return {key: value for key, value in os.environ.items() if key not in UNSET} | variables


def govreport(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Type a command in a folder: in this process, which spares its start; the output is that of a pipe."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    code: object = None
    with (
        contextlib.chdir(root),
        mock.patch.dict(os.environ, environment(), clear=True),
        mock.patch.object(sys, "argv", ["govreport", *arguments]),
        mock.patch.object(typer.main, "get_command", COMMANDS),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as ending:
            code = ending.code
    told = []
    for stream in (out, err):
        stream.flush()
        told.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(["govreport", *arguments], int(str(code or 0)), *told)


def console(root: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the console command in a folder, in a process of its own with further environment variables."""
    return subprocess.run(
        [COMMAND, *arguments],
        cwd=root,
        env=environment(**variables),
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def make_sample(folder: Path) -> None:
    """Make a project with ``init``, add a faulty and a hostile filing, and run it, all by the console command."""
    root = folder / SAMPLE
    made = console(folder, "init", root.name)
    assert (made.returncode, made.stderr) == (0, ""), made.stderr
    add_sample(root, FAULTY)
    add_agency(root, HOSTILE, "示例市<script>alert('名称')</script>局", add_attack)
    ran = console(root, "run", "--year", str(YEAR))
    (folder / "ran.json").write_text(json.dumps([ran.returncode, ran.stdout, ran.stderr]), encoding="utf-8")


def sample_run(folder: Path) -> Run:
    """Return the run that `make_sample` left in a folder."""
    code, out, err = json.loads((folder / "ran.json").read_text(encoding="utf-8"))
    return Run(folder / SAMPLE, subprocess.CompletedProcess(["govreport", "run"], code, out, err))


def figures_on_disk(folder: Path) -> dict[str, str]:
    """Read a filing's figures from its files by name, without the package."""
    figures = {}
    for table in ("proactive", "applications", "disputes"):
        with (folder / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            for line in csv.DictReader(file):
                row = line.pop("row")
                line.pop("label")
                columns = {line["column"]: line["value"]} if "column" in line else line
                figures |= {f"{table}.{row}.{column}": text for column, text in columns.items()}
    return figures
