"""The repository's sample city with its notebooks, copied, and what runs leave of it, without running."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat

from govreport.batch.job import Job, pages
from govreport.batch.notebooks import PARENT
from govreport.batch.record import Made, write_record
from govreport.checks.checking import check_report
from govreport.checks.report_states import MADE
from govreport.core.watching import note, watched
from govreport.filing.project import WHOLE_REGISTER, Project
from govreport.notebook.report import Report
from govreport.notebook.summary import Summary
from tests.support.projects import REPOSITORY

CITY, MEMBER = "shili-government", "shili-education"
COMPARISON, SUMMARY = "comparison", "summary_report"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


def copy_of_city(root: Path) -> Project:
    for folder in ("data", "notebooks"):
        shutil.copytree(REPOSITORY / folder, root / folder, ignore=shutil.ignore_patterns(".*"))
    return Project(root)


def read_for(job: Job) -> Mapping[str, str]:
    """Read what the shipped notebook of a job reads, and return the states of those paths."""
    project = Project(job.root)
    with watched(job.root, job.root / "nothing", job.folder) as watch:
        note(WHOLE_REGISTER, project.state_of(WHOLE_REGISTER))
        job.notebook.read_bytes()
        if job.subject == PARENT:
            assert Summary.open(job.agency, job.year, project.root).overview()
        else:
            report = Report(project, check_report(project, job.agency, job.year))
            assert report.comparison and report.earlier is not None
    return watch.states


def leave(jobs: Iterable[Job], state: str = MADE, errors: tuple[str, ...] = ()) -> None:
    """Leave what a run leaves, with empty pages."""
    for job in jobs:
        files = pages(job.options.formats, job.stem)
        job.folder.mkdir(parents=True, exist_ok=True)
        for name in files:
            (job.folder / name).write_text("x", encoding="utf-8")
        write_record(job.folder / job.page("json"), job, read_for(job), Made(state, errors=errors, files=files))


def write(path: Path, parameters: str, code: str = "") -> None:
    """Write a notebook with a cell of parameters and one of code, which runs in the warmed process."""
    notebook = nbformat.v4.new_notebook(metadata={"govreport": {"engine": "forked"}, "kernelspec": KERNEL})
    notebook.cells = [nbformat.v4.new_code_cell(parameters), nbformat.v4.new_code_cell(code)]
    notebook.cells[0].metadata["tags"] = ["parameters"]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
