"""A job of a batch: one report to produce; and its outcome. Both cross process borders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from govreport.project import Project

FORMATS = ("html", "pdf", "docx")
USUAL_FORMATS = ("html", "pdf")
"""What is made when nobody names formats."""
NOTEBOOK = "annual_report.ipynb"
WORKPLACE = "govreport-"
"""Prefix of the temporary folders in which reports are made; the maker's process id follows."""


@dataclass(frozen=True)
class Job:
    """One report to produce.

    root: the project's folder; notebook: its notebook; formats: of FORMATS; parameters: further
    parameters of the notebook.
    """

    root: Path
    agency: str
    name: str
    year: int
    notebook: Path
    formats: tuple[str, ...] = USUAL_FORMATS
    strict: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        """The project that the job belongs to."""
        return Project(self.root)

    @property
    def folder(self) -> Path:
        """Where the report's files go."""
        return report_folder(self.project, self.agency, self.year)


@dataclass(frozen=True)
class Outcome:
    """What became of a job.

    state: of the report's vocabulary; summary: a clause that counts the findings.
    errors: sentences on what could not be produced; open_errors: number of unwaived errors.
    """

    job: Job
    state: str
    summary: str = ""
    errors: tuple[str, ...] = ()
    open_errors: int = 0
    seconds: float = 0.0


def report_folder(project: Project, agency: str, year: int) -> Path:
    """Return the folder of a report's files: ``output/<year>/<slug>/``."""
    return project.output / str(year) / agency
