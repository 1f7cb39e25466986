"""What a run clears away after runs that were killed, and what it leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from govreport.batch.pool import WORKPLACE, remove_unfinished
from govreport.core.textfile import HOST, UNFINISHED


@pytest.fixture
def ended() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_only_the_leavings_of_ended_runs_on_this_machine_are_removed(
    tmp_path: Path, temporary: Path, ended: int
) -> None:
    output = tmp_path / "output/2023/shili-archive"
    output.mkdir(parents=True)
    own = {output / f"{UNFINISHED}{HOST}-{ended}-a.html", output.parent / f"{UNFINISHED}{HOST}-{ended}-b.pdf"}
    others = {
        output / "report.html",
        output / f"{UNFINISHED}{HOST}-{os.getpid()}-a.html",  # a run that goes on
        output / f"{UNFINISHED}another-{ended}-a.html",  # another machine's, which shares the folder
        output / f"{UNFINISHED}{HOST}-notes.html",
        temporary / "report.html",
    }
    for path in own | others:
        path.write_text("半", encoding="utf-8")
    running, left = temporary / f"{WORKPLACE}{os.getpid()}-x", temporary / f"{WORKPLACE}{ended}-y"
    for folder in (running, left):
        (folder / "inner").mkdir(parents=True)
    remove_unfinished(tmp_path / "output")
    assert {path for path in own | others if path.exists()} == others
    assert running.exists() and not left.exists()
