"""Locate projects: the project of the running notebook, and the example project."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from govreport.core import ProjectError
from govreport.filing import Project
from govreport.notebook.shell import set_up

EXAMPLE = "shili-civil-affairs"
"""The fictional agency of the sample filings in a new project."""
EXAMPLE_YEAR = 2023


def example_project() -> Project:
    """Return the template of new projects: a folder of the installed package, or else the source checkout."""
    installed = Path(__file__).parent / "starter_files"
    return Project(installed if installed.is_dir() else Path(__file__).parents[2])


def opened_project(folder: str | Path | None = None) -> Project:
    """Return the project of a folder, by default of the working folder or else of the running notebook; see `set_up`.

    Raises ProjectError if none of them is in a project.
    """
    set_up()
    try:
        return Project.find(folder)
    except ProjectError:
        for notebook in () if folder else _notebooks():
            with suppress(ProjectError):
                return Project.find(notebook)
        raise


def _notebooks() -> Iterator[Path]:
    """Yield the paths of notebooks that may run in this kernel.

    Jupyter Server passes the path to its kernels in an environment variable. papermill and nbconvert do not; they
    started the kernel, or the fork server that did, and have the notebook among their arguments.
    """
    if session := os.environ.get("JPY_SESSION_NAME"):
        yield Path(session)
    with suppress(psutil.Error):
        for process in psutil.Process().parents():
            folder = Path(process.cwd())
            yield from (folder / argument for argument in process.cmdline() if argument.endswith(".ipynb"))
