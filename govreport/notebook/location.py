"""Finding projects: that of the notebook that is running, wherever it was started; and the example."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil

from govreport.core import ProjectError
from govreport.filing import Project

EXAMPLE = "shili-civil-affairs"
"""The fictional agency whose filings a new project starts with."""
EXAMPLE_YEAR = 2023


def example_project() -> Project:
    """Return the project that new ones are copied from: in the installed package, or the checkout around it."""
    installed = Path(__file__).parent / "starter_files"
    return Project(installed if installed.is_dir() else Path(__file__).parents[2])


def running_project() -> Project:
    """Return the project of the working folder or, failing that, of the notebook that is running.

    Raises ProjectError when neither lies in a project.
    """
    try:
        return Project.find()
    except ProjectError:
        for notebook in _notebooks():
            try:
                return Project.find(notebook)
            except ProjectError:
                continue
        raise


def _notebooks() -> Iterator[Path]:
    """Yield notebooks that this process may be the kernel of.

    Jupyter's server tells its kernels the path; papermill and nbconvert do not, but are the parent
    process with the notebook among their arguments.
    """
    if session := os.environ.get("JPY_SESSION_NAME"):
        yield Path(session)
    try:
        parent = psutil.Process().parent()
        arguments = parent.cmdline() if parent else []
        folder = Path(parent.cwd()) if parent else Path()
    except psutil.Error:
        return
    yield from (folder / argument for argument in arguments if argument.endswith(".ipynb"))
