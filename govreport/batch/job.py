"""A job of a batch: one report to produce; and its outcome. Both are sent between processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from govreport.filing import REGISTER, Project

FORMATS = ("html", "pdf", "docx")
USUAL_FORMATS = ("html", "pdf")
"""Formats of a run that names none."""
ANNUAL = "annual_report"
"""The notebook of a run that names none: it makes the report itself."""
NOTEBOOK = f"{ANNUAL}.ipynb"
CELL_TIMEOUT = 600
"""Seconds that one cell may take unless told otherwise, so that a hanging notebook does not hold up a batch."""
REPORT = "report"
"""Stem of the report's own files; the files of other notebooks have the stem of the notebook."""
EXECUTED, REVIEW = f"{REPORT}.ipynb", "review.html"


@dataclass(frozen=True)
class Options:
    """How a run executes its notebooks, and what it makes of them.

    formats: of FORMATS; strict: whether a notebook stops at unwaived errors; parameters: further ones of the
    notebook. memory: bytes that a notebook may take, 0 for no bound; timeout: seconds that a cell may take.
    """

    formats: tuple[str, ...] = USUAL_FORMATS
    strict: bool = False
    parameters: Mapping[str, object] = field(default_factory=dict)
    memory: int = 0
    timeout: int = CELL_TIMEOUT


@dataclass(frozen=True)
class Job:
    """One report to produce, or the pages of another notebook for an agency and year.

    root: the project's folder; notebook: its notebook; subject: its parameter that names the agency.
    reason: why it is run; inputs: the digests of what it is made from.
    """

    root: Path
    agency: str
    name: str
    year: int
    notebook: Path
    subject: str = "agency"
    options: Options = field(default_factory=Options)
    reason: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def settings(self) -> Mapping[str, object]:
        """What the run itself gives to the notebook; part of the report's inputs."""
        return {**self.options.parameters, **({"strict": True} if self.options.strict else {})}

    @property
    def project(self) -> Project:
        """The project that the job belongs to."""
        stamp = (self.root / REGISTER).stat()
        return _project(self.root, (stamp.st_mtime_ns, stamp.st_size))

    @property
    def stem(self) -> str:
        """The name of its files, without suffix."""
        return REPORT if self.notebook.stem == ANNUAL else self.notebook.stem

    @property
    def is_report(self) -> bool:
        """Whether it makes the report itself, which is checked, reviewed and signed off."""
        return self.stem == REPORT

    @property
    def record(self) -> str:
        """The file of the record."""
        return f"{self.stem}.json"

    def page(self, form: str) -> str:
        """Return the file of a format; ``ipynb`` for the executed notebook."""
        return f"{self.stem}.{form}"

    @property
    def folder(self) -> Path:
        """Where the report's files go."""
        return report_folder(self.project, self.agency, self.year)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a job.

    state: of the report's vocabulary; summary: a clause that counts the findings.
    errors: sentences on what could not be produced; open_errors: number of unwaived errors.
    seconds: the whole time; steps: the time of each step. lost: whether its worker or its notebook
    died over it.
    """

    job: Job
    state: str
    summary: str = ""
    errors: tuple[str, ...] = ()
    open_errors: int = 0
    seconds: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)
    lost: bool = False


@lru_cache(maxsize=1)
def _project(root: Path, stamp: tuple[int, int]) -> Project:
    """Return a project whose register is read once, as long as its file is the same."""
    return Project(root)


def pages(formats: tuple[str, ...], stem: str = REPORT) -> tuple[str, ...]:
    """Return the files that a report in these formats consists of, its record aside; only reports have review copies.

    >>> pages(("pdf",))
    ('report.ipynb', 'report.pdf', 'review.html')
    """
    made = (f"{stem}.ipynb", *(f"{stem}.{name}" for name in FORMATS if name in formats))
    return (*made, REVIEW) if stem == REPORT else made


def report_folder(project: Project, agency: str, year: int) -> Path:
    """Return the folder of a report's files: ``output/<year>/<slug>/``."""
    return project.output / str(year) / agency
