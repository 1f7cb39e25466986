"""What a session makes once and many tests look at, whichever of pytest-xdist's workers asks first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one worker fills and all read; the others wait until it is whole.

    make: fills the empty folder that it is called with.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # that of all workers
    folder, whole = base / name, base / f"{name}.made"
    with FileLock(base / f"{name}.lock"):
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder


def linked_copy(folder: Path, target: Path) -> Path:
    """Copy a folder by hard links: for files that are replaced as a whole and never written in place."""
    return Path(shutil.copytree(folder, target, copy_function=os.link))
