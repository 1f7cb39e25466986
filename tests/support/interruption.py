"""Runs of the console command that are killed or interrupted in the middle, and what they leave."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from tests.support.patience import PATIENCE, wait_for
from tests.support.projects import COMMAND, GOOD, YEAR, environment

ENDS = {".html": rb"</html>(\s*<!-- [0-9a-f]{64} -->)?", ".pdf": b"%%EOF", ".ipynb": b"}", ".json": b"}"}
"""How a whole file ends; the index has a digest of itself behind it."""


@dataclass(frozen=True)
class Interruption:
    """What a run left when it ended early.

    reports: agencies with a record; broken: files that are neither whole nor set aside as unfinished;
    unfinished: files set aside; survivors: command lines of processes that outlived the run.
    """

    reports: tuple[str, ...]
    broken: tuple[str, ...]
    unfinished: tuple[str, ...]
    survivors: tuple[str, ...] = ()
    code: int = 0
    errors: str = ""


def kill(root: Path) -> Interruption:
    """Kill a run and its workers while one report is done and the other's notebook runs."""
    with started(root) as process:
        return ended(root, process, lambda: os.killpg(process.pid, signal.SIGKILL))


def interrupt(root: Path, times: int) -> Interruption:
    """Press Ctrl-C at that moment, once or twice; after one, the notebook in hand may go on."""

    def press() -> None:
        for number in range(times):
            time.sleep(number)
            os.killpg(process.pid, signal.SIGINT)
        if times == 1:
            time.sleep(0.5)
            (root / "notebooks/wait").unlink()

    with started(root) as process:
        return ended(root, process, press)


@contextmanager
def started(root: Path) -> Iterator[subprocess.Popen[str]]:
    """Start a run over two reports and wait until one is done and the other's notebook runs."""
    waiting = root / "notebooks/wait"
    waiting.touch()
    process = subprocess.Popen(
        [COMMAND, "run", "--year", str(YEAR), "--jobs", "1"],
        cwd=root,
        env=environment(),
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        wait_for((root / f"output/{YEAR}/{GOOD}/report.json").exists, "the first report")
        kernel = "ipykernel_launcher"
        wait_for(lambda: any(kernel in " ".join(p.cmdline()) for p in family(process.pid)), "the other's kernel")
        time.sleep(0.5)
        yield process
    finally:
        waiting.unlink(missing_ok=True)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


def ended(root: Path, process: subprocess.Popen[str], end: Callable[[], None]) -> Interruption:
    """End a run in some way and look at what it leaves; processes that outlive it are killed."""
    members = family(process.pid)
    end()
    _, errors = process.communicate(timeout=PATIENCE)
    survivors = [member for member in psutil.wait_procs(members, timeout=PATIENCE)[1] if is_alive(member)]
    told = tuple(" ".join(member.cmdline()) for member in survivors)
    for member in survivors:
        member.kill()
    found = remains(root / "output")
    return replace(found, survivors=told, code=process.returncode, errors=errors)


def remains(output: Path) -> Interruption:
    """Look at the files under output/."""
    reports, broken, unfinished = [], [], []
    for record in sorted(output.glob("[0-9]*/*/report.json")):
        reports.append(record.parent.name)
        named = json.loads(record.read_text(encoding="utf-8"))["files"]
        broken += [f"{record.parent.name}/{name}" for name in named if not (record.parent / name).exists()]
    for file in (path for path in output.rglob("*") if path.is_file()):
        if any(part.startswith(".writing-") for part in file.relative_to(output).parts):
            unfinished.append(file.name)
        elif not re.search(ENDS[file.suffix] + rb"\s*\Z", file.read_bytes()):
            broken.append(file.name)
    return Interruption(tuple(reports), tuple(broken), tuple(unfinished))


def family(pid: int) -> list[psutil.Process]:
    return [process for process in psutil.Process(pid).children(recursive=True) if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
