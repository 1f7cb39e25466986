"""What two builds of govreport cost, side by side, round by round in turn.

    python tests/benchmarks/builds.py OLD_PYTHON NEW_PYTHON [--plain OLD_CHECKOUT] [--reports 60] [--rounds 3]
        [--filings 10000] [--many 1000] [--unchanged 5000] [--cluster 500] [--jobs 2]

Each Python has one build installed. Both do the same to the same generated projects: the whole batch with the shipped
notebook and the default formats, the same again when nothing has changed, ten reports without fork, one report alone,
checks. What is long runs once in each build: the check of `--filings` filings, a batch of `--many` reports and the
same again. Plain code, and the run over `--unchanged` reports that have records but no real pages, are `batch.py` and
`unchanged.py` of this checkout and of the old build's, if it is given. `--cluster` is the number of reports for
`coordinator.py`, which needs dask.distributed. 0 leaves out what it counts. As it is, this takes a quarter of an hour
on a quiet machine with two cores; ``--reports 20 --rounds 1 --filings 1000 --many 0 --unchanged 0 --cluster 200`` takes
some minutes.

Printed are medians: seconds of the whole command, and processor seconds of it and of all processes that it started;
the peak memory of the whole family of processes (each page counted once), milliseconds by step, and the bytes that a
report leaves. Linux only: the fork server and its children outlive the command for a moment, and count only because
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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL

import psutil
from coordinator import WORK, WORKERS, a_report
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


@dataclass(frozen=True)
class Row:
    """A line of the table: what is run in a project of which size.

    size: the option that counts its filings; AGENCY and NEXT in the command are the project's first two. forks: whether
    it may fork.
    """

    what: str
    size: str
    command: tuple[str, ...]
    forks: bool = True


NUMBERS = {"reports": 60, "rounds": 3, "filings": 10_000, "many": 1000, "unchanged": 5000, "cluster": 500, "jobs": 2}
"""The options and what they are without being given."""
NO_FORK = {"GOVREPORT_NO_FORK": "1"}
ONE = ("AGENCY", "--year", "2019")
TEN = ("run", "AGENCY", "NEXT", "--force", "--jobs", "JOBS")
ROWS = (
    Row("batch", "reports", ("run", "--force", "--jobs", "JOBS")),
    Row("batch again, unchanged", "reports", ("run",)),
    Row("plain code", "reports", ()),
    Row("ten reports without fork, project", "reports", TEN, forks=False),
    Row("one report, cold", "reports", ("run", *ONE, "--force")),
    Row("check of one report, cold", "reports", ("check", *ONE)),
    Row("check", "filings", ("check",)),
    Row("batch", "many", ("run", "--force", "--jobs", "JOBS")),
    Row("batch again, unchanged", "many", ("run",)),
)


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
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=DEVNULL, stderr=DEVNULL)
    while process.poll() is None:
        most = max(most, memory_of_children())
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.5)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    seconds = time.perf_counter() - start
    return seconds, processor_seconds() - before, most


def write_projects(folder: Path, size: int, builds: Sequence[str]) -> dict[str, Path]:
    """Write a project of so many filings for each build, and return their folders."""
    roots = {build: folder / f"{size}-{number}" for number, build in enumerate(builds)}
    first, *others = roots.values()
    write_project(first, size, wrong=0.0)
    shutil.copytree(ROOT / "notebooks", first / "notebooks", ignore=shutil.ignore_patterns(".*"))
    for root in others:
        shutil.copytree(first, root)
    return roots


def command_of(row: Row, build: str, root: Path, checkout: Path | None, jobs: int) -> list[str]:
    """Return the command of a row in a build; nothing for plain code without a checkout of it."""
    agencies = sorted(path.name for path in (root / "data").iterdir() if path.is_dir())
    if row.command:
        words = {"AGENCY": agencies[0], "NEXT": agencies[1], "JOBS": str(jobs)}
        return [str(Path(build).with_name("govreport")), *(words.get(word, word) for word in row.command)]
    reports = [(slug, int(path.name)) for slug in agencies for path in sorted((root / "data" / slug).iterdir())]
    script = checkout and checkout / "tests" / "benchmarks" / "batch.py"
    return [build, str(script), "--plain", json.dumps(reports)] if script else []


def seconds_unchanged(build: str, checkout: Path | None, number: int, environment: dict[str, str]) -> float:
    """Return the seconds in which a build recognises so many unchanged reports; 0 without a checkout of it."""
    if not checkout or not number:
        return 0
    command = [build, str(checkout / "tests/benchmarks/unchanged.py"), "--reports", str(number)]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return float(said.rpartition(": ")[0].rpartition(": ")[2].partition(" s")[0])


def told_by_run(root: Path) -> tuple[dict[str, float], dict[str, int]]:
    """Return the median milliseconds of each step of the last run, and the bytes that a report leaves by file."""
    run = json.loads((root / "output" / "run.json").read_text())
    pages = list((root / "output").glob("*/*/re*.*"))
    made = sum(page.name == "report.pdf" for page in pages)
    names = sorted({page.name for page in pages})
    left = {name: sum(page.stat().st_size for page in pages if page.name == name) // made for name in names}
    return {step: told["median"] * 1000 for step, told in run["steps"].items()}, left


def told_of_cluster(build: str, number: int) -> str:
    """Return in words what so many reports cost a cluster's coordinator in a build, or why that is unknown."""
    if subprocess.run([build, "-c", "import distributed"], check=False, stderr=DEVNULL).returncode:
        return "dask.distributed is not installed, so that no cluster was measured"
    coordinator, _ = a_report(Path(build), number, WORKERS, WORK)
    workers = f"{WORK / coordinator:.0f} workers that take {WORK} s a report fill one core"
    return f"{coordinator * 1000:.2f} ms a report of a cluster's coordinator; {workers}"


def main() -> None:
    """Measure and print a line for each command, and what a report's time and bytes are made of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs=2, metavar="PYTHON")
    parser.add_argument("--plain", type=Path, metavar="CHECKOUT", help="of the old build")
    for name, number in NUMBERS.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    checkouts = dict(zip(options.builds, (options.plain, ROOT), strict=True))
    figures: dict[tuple[Row, str], list[tuple[float, float, int]]] = {}
    told: dict[str, list[tuple[dict[str, float], dict[str, int]]]] = {build: [] for build in options.builds}
    for size, count in ((size, getattr(options, size)) for size in dict.fromkeys(row.size for row in ROWS)):
        with tempfile.TemporaryDirectory() as name:
            roots = write_projects(Path(name), count, options.builds) if count else {}
            rounds = range(options.rounds + 1) if size == "reports" else (1,)  # the first round of many warms up
            for number, row in itertools.product(rounds, (row for row in ROWS if row.size == size)):
                for build, root in roots.items():
                    if command := command_of(row, build, root, checkouts[build], options.jobs):
                        found = measured(command, root, environment | ({} if row.forks else NO_FORK))
                        if number:
                            figures.setdefault((row, build), []).append(found)
                    if number and row == ROWS[0]:
                        told[build].append(told_by_run(root))
    print(f"{os.cpu_count()} processors, {options.rounds} rounds, {options.jobs} workers", flush=True)
    print("| medians, old and new build | seconds | ratio | processor seconds | ratio | peak memory, MB | ratio |")
    print("|---|---|---|---|---|---|---|")
    for row in ROWS:
        print_row(f"{row.what}, {getattr(options, row.size)}", [figures.get((row, b), []) for b in options.builds])
    number = options.unchanged
    unchanged = [seconds_unchanged(build, checkouts[build], number, environment) for build in options.builds]
    if all(unchanged):
        old, new = unchanged
        print(f"| records alone, unchanged, {number} | {old:.2f}, {new:.2f} | {new / old:.2f} | | | | |")
    for build in options.builds:
        batch, plain = (figures.get((row, build), []) for row in (ROWS[0], ROWS[2]))
        if plain:
            ratio = statistics.median(ours[1] / bare[1] for ours, bare in zip(batch, plain, strict=True))
            print(f"{build}: a batch takes {ratio:.2f} times the processor seconds of plain code")
        if told[build]:
            steps = {step: statistics.median(times[step] for times, _ in told[build]) for step in told[build][0][0]}
            left = told[build][-1][1]
            print(f"{build}:")
            print("    " + ", ".join(f"{step} {milliseconds:.1f} ms" for step, milliseconds in steps.items()))
            shares = ", ".join(f"{name} {size / 1000:.0f}" for name, size in left.items())
            print(f"    bytes a report: {sum(left.values()) / 1000:.0f} KB ({shares})")
        if options.cluster:
            print(f"{build}: {told_of_cluster(build, options.cluster)}")


def print_row(what: str, found: Sequence[list[tuple[float, float, int]]]) -> None:
    """Print a line of the table: medians of both builds and their ratio; of one build where the other has none."""
    columns = []
    for column, unit in ((0, 1), (1, 1), (2, 10**6)):
        medians = [statistics.median(each[column] / unit for each in build) for build in found if build]
        ratio = f"{medians[1] / medians[0]:.2f}" if len(medians) > 1 and medians[0] else ""
        columns += [", ".join(f"{median:.2f}" for median in medians), ratio]
    if any(columns):
        print(f"| {what} | {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main()
