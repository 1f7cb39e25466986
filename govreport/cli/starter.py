"""Creating a project with notebooks, a register and example filings, and creating a blank filing."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from govreport import checks, notebook, publish
from govreport.core import ProjectError, csv_text, write_text
from govreport.filing import REGISTER, REGISTER_HEADER, Project, blank_filing, shown_folder, write_filing

IGNORE = "*\n!.gitignore\n"


def create_project(folder: Path) -> Path:
    """Make a working project in a new or empty folder and return the folder.

    Raises ProjectError if the folder exists and is not empty. Never overwrites files.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{folder} 已存在且不是空文件夹；请换一个名称。")
    source = notebook.example_project()
    example = source.agencies[notebook.EXAMPLE]
    for file in (*source.notebooks.glob("*.ipynb"), *(source.data / example.slug).glob("*/[!.]*")):
        target = folder / file.relative_to(source.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    (examples := folder / "templates/examples").mkdir(parents=True)
    for name, data in publish.usual_templates().items():
        (examples / name).write_bytes(data)
    line = [getattr(replace(example, parent=""), key) for key in REGISTER_HEADER]
    write_text(folder / REGISTER, csv_text([REGISTER_HEADER, line]), bom=True)
    write_text(folder / "output" / ".gitignore", IGNORE)
    return folder


@dataclass(frozen=True)
class Practice:
    """A practice project in a temporary folder, so that no real data changes.

    root: the project's folder; it contains the example's filings of five years and the bundled notebooks.
    """

    root: Path

    def govreport(self, line: str) -> None:
        """Run a command in the project's folder. Print the command and its output like a terminal.

        line: the arguments of ``govreport``, as in ``practice.govreport("check --year 2023")``.
        """
        command = [sys.executable, "-c", "from govreport.cli import main; main()", *shlex.split(line)]
        kept = {key: value for key, value in os.environ.items() if key != "FORCE_COLOR"}  # kernels set it
        environment = {**kept, "GOVREPORT_PROJECT": str(self.root), "PYTHONUTF8": "1"}
        done = subprocess.run(
            command, cwd=self.root, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        sys.stdout.write(f"$ govreport {line}\n{done.stdout}{done.stderr}")

    def remove(self) -> None:
        """Delete the project with all its files."""
        shutil.rmtree(self.root.parent)


def practice_project() -> Practice:
    """Create a practice project with the example's filings in a temporary folder.

    >>> practice = practice_project()
    >>> (practice.root / "data/agencies.csv").is_file()
    True
    >>> practice.remove()
    >>> practice.root.exists()
    False
    """
    return Practice(create_project(Path(tempfile.mkdtemp(prefix="govreport-")) / "练习"))


def create_filing(project: Project, agency: str, year: int, *, from_last: bool = False) -> str:
    """Write a blank filing for a registered agency and return the path of its folder for messages, with what is odd.

    from_last: whether it has last year's prose; see `begin_again`.
    Raises ProjectError if the agency is unknown or has files for that year, and, where last year's prose is wanted, if
    there is none, FilingError if that cannot be read. Never overwrites files.
    """
    entry = project.agency(agency)
    shown, folder = shown_folder(entry.slug, year), project.data / entry.slug / str(year)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{shown} 已有资料；请直接填写，或先移走。")
    last = project.filing(entry.slug, year - 1) if from_last else project.readable(entry.slug, year - 1)
    filing = checks.with_carry_over(blank_filing(entry.slug, entry.name, year, project.catalogue), last)
    if from_last and last:
        earlier, words = project.readable(entry.slug, year - 2), checks.project_lexicon(project.root)
        filing = checks.begin_again(filing, last, earlier, words)
    write_filing(filing, folder)
    return shown + (f"（{absence}，请核对）" if (absence := entry.absence(year)) else "")
