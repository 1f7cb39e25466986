"""What two builds of govreport cost, side by side, round by round in turn.

    python tests/benchmarks/builds.py OLD_PYTHON NEW_PYTHON [--reports 60] [--rounds 5] [--jobs 2]

Each Python has one build installed. Both do the same to one generated project in all rounds: the whole batch with the
shipped notebook and the default formats, the same again when nothing has changed, one report alone, and checks. Printed
are medians: seconds of the whole command, and processor seconds of it and of all processes that it started; for a batch
also the peak memory of the whole family of processes (each page counted once), milliseconds by step, and the bytes that
a report leaves. Linux only: the fork server and its children outlive the command for a moment, and count only because
they become children of this process.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import itertools
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
from generate import write_project

ROOT = Path(__file__).parent.parent.parent
PR_SET_CHILD_SUBREAPER = 36


def processor_seconds() -> float:
    """Wait for all processes that were started, and return their processor time."""
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


COMMANDS = {
    "batch": ("run", "--force"),
    "batch again, unchanged": ("run",),
    "one report": ("run", "AGENCY", "--year", "2019", "--force"),
    "check one report": ("check", "AGENCY", "--year", "2019"),
    "check all": ("check",),
}
"""The commands of a round; AGENCY is the first of the project."""


def memory_of_children() -> int:
    """Return the memory of all processes that this one started, in bytes, each page counted once."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total


def measured(command: list[str], root: Path, environment: dict[str, str]) -> tuple[float, float, int]:
    """Run a command in a project. Return its seconds, processor seconds, and peak memory in bytes."""
    before, start, most = processor_seconds(), time.perf_counter(), 0
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None:
        most = max(most, memory_of_children()) if command[1] == "run" else 0
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    seconds = time.perf_counter() - start
    return seconds, processor_seconds() - before, most


def main() -> None:
    """Measure and print a line for each command, and what a report's time is made of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs=2, metavar="PYTHON")
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    steps: dict[str, dict[str, list[float]]] = {build: {} for build in options.builds}
    figures: dict[tuple[str, str], list[tuple[float, float, int]]] = {}
    left: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as name:
        roots = {build: Path(name) / str(number) for number, build in enumerate(options.builds)}
        for root in roots.values():
            write_project(root, options.reports, wrong=0.0)
            shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        for number, what in itertools.product(range(options.rounds + 1), COMMANDS):
            for build, root in roots.items():
                agency = min(path.name for path in (root / "data").iterdir() if path.is_dir())
                given = [agency if word == "AGENCY" else word for word in COMMANDS[what]]
                given += ["--jobs", str(options.jobs)] if what == "batch" else []
                found = measured([str(Path(build).with_name("govreport")), *given], root, environment)
                if number:  # the first round warms up
                    figures.setdefault((what, build), []).append(found)
                if what == "batch":
                    for step, told in json.loads((root / "output" / "run.json").read_text())["steps"].items():
                        steps[build].setdefault(step, []).append(told["median"] * 1000)
                    pages = list((root / "output").glob("*/*/re*.*"))
                    made = sum(page.name == "report.pdf" for page in pages)
                    names = sorted({page.name for page in pages})
                    left[build] = {n: sum(p.stat().st_size for p in pages if p.name == n) // made for n in names}
    print(f"{made} reports, {options.rounds} rounds, {options.jobs} workers")
    print("| medians, old and new build | seconds | ratio | processor seconds | ratio | peak memory, MB | ratio |")
    print("|---|---|---|---|---|---|---|")
    for what in COMMANDS:
        columns = []
        for column, unit in ((0, 1), (1, 1), (2, 10**6)):
            old, new = (statistics.median(told[column] / unit for told in figures[what, build]) for build in roots)
            columns += [f"{old:.2f}, {new:.2f}", f"{new / old:.2f}"] if old else ["", ""]
        print(f"| {what} | {' | '.join(columns)} |")
    for build in roots:
        print(f"{build}:")
        print("    " + ", ".join(f"{step} {statistics.median(times):.1f} ms" for step, times in steps[build].items()))
        told = ", ".join(f"{name} {size / 1000:.0f}" for name, size in left[build].items())
        print(f"    bytes a report: {sum(left[build].values()) / 1000:.0f} KB ({told})")


if __name__ == "__main__":
    main()
