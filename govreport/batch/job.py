"""Jobs of a batch and their outcomes. A job produces one report. Both are sent between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from govreport.filing import ANNUAL, Project
from govreport.publish import named_notebook

FORMATS = ("html", "pdf", "docx", "ofd")
USUAL_FORMATS = ("html", "pdf")
"""Default formats of a run."""
NOTEBOOK = f"{ANNUAL}.ipynb"
CELL_TIMEOUT = 600
"""Default time limit of a cell in seconds. It stops a hanging notebook from blocking a batch."""
REPORT = "report"
"""Stem of the report's file names. The files of other notebooks have the stem of the notebook."""
EXECUTED, REVIEW = f"{REPORT}.ipynb", "review.html"


@dataclass(frozen=True)
class Options:
    """How a run executes its notebooks, and which formats it produces.

    formats: a subset of FORMATS; strict: whether a notebook stops at unwaived errors; parameters: other parameters
    of the notebook. memory: memory limit of a notebook in bytes, 0 for no limit; timeout: time limit of a cell in
    seconds.
    """

    formats: tuple[str, ...] = USUAL_FORMATS
    strict: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)
    memory: int = 0
    timeout: int = CELL_TIMEOUT


@dataclass(frozen=True)
class Job:
    """One report to produce, or the pages of another notebook for an agency and year.

    root: the project's folder; notebook: path of the notebook; subject: the notebook's parameter for the agency.
    reason: why the job runs. place: another folder for its files, None for the one in ``output/``.
    """

    root: Path
    agency: str
    name: str
    year: int
    notebook: Path
    subject: str = "agency"
    options: Options = field(default_factory=Options)
    reason: str = ""
    place: Path | None = None

    @property
    def settings(self) -> Mapping[str, object]:
        """Parameters that the run passes to the notebook. They are part of the report's inputs."""
        return {**self.options.parameters, **({"strict": True} if self.options.strict else {})}

    @property
    def project(self) -> Project:
        """The project of the job."""
        return Project(self.root)

    @property
    def book(self) -> str:
        """The job's notebook as messages name it."""
        return named_notebook(self.notebook)

    @property
    def stem(self) -> str:
        """The name of the job's files, without suffix."""
        return REPORT if self.notebook.stem == ANNUAL else self.notebook.stem

    @property
    def is_report(self) -> bool:
        """Whether the job makes the annual report itself. Only that is checked, reviewed and signed off."""
        return self.stem == REPORT

    def page(self, form: str) -> str:
        """Return the file name of a format; ``ipynb`` is the executed notebook, ``json`` the record."""
        return f"{self.stem}.{form}"

    @property
    def folder(self) -> Path:
        """The folder of the report's files."""
        return self.place or report_folder(self.project, self.agency, self.year)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a job.

    state: one of the states of a report; summary: a clause that counts the findings.
    errors: sentences about failures; notes: about what pages lack; open_errors: number of unwaived errors.
    seconds: total time; steps: seconds by step. lost: whether the worker process or the notebook's process died.
    """

    job: Job
    state: str
    summary: str = ""
    errors: tuple[str, ...] = ()
    open_errors: int = 0
    seconds: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)
    lost: bool = False
    notes: tuple[str, ...] = ()


def pages(formats: tuple[str, ...], stem: str = REPORT) -> tuple[str, ...]:
    """Return the names of a report's files in these formats, without its record. Only reports have review copies.

    >>> pages(("pdf",))
    ('report.ipynb', 'report.pdf', 'review.html')
    """
    made = (f"{stem}.ipynb", *(f"{stem}.{name}" for name in FORMATS if name in formats))
    return (*made, REVIEW) if stem == REPORT else made


@lru_cache(maxsize=10_000)
def report_folder(project: Project, agency: str, year: int) -> Path:
    """Return the folder of a report's files: ``output/<year>/<slug>/``."""
    return project.output / str(year) / agency
