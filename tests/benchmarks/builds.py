"""What a batch costs in two builds of govreport, round by round in turn.

    python tests/benchmarks/builds.py OLD_PYTHON NEW_PYTHON [--reports 60] [--rounds 5] [--jobs 2]

Each Python has one build installed. Both make every report of one generated project in all rounds, with the shipped
notebook and the default formats. Printed are medians: seconds of the whole command, and processor seconds of it and
of all processes that it started, in all and for each report, and milliseconds by step. Linux only: the fork server and
its children outlive the command for a moment, and count only because they become children of this process.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

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


def main() -> None:
    """Measure and print a line for each build, and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("builds", nargs=2, metavar="PYTHON")
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    steps: dict[str, dict[str, list[float]]] = {build: {} for build in options.builds}
    figures: dict[str, list[tuple[float, float]]] = {build: [] for build in options.builds}
    with tempfile.TemporaryDirectory() as name:
        roots = {build: Path(name) / str(number) for number, build in enumerate(options.builds)}
        for root in roots.values():
            write_project(root, options.reports, wrong=0.0)
            shutil.copytree(ROOT / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
        for number in range(options.rounds + 1):
            for build, root in roots.items():
                command = [Path(build).with_name("govreport"), "run", "--force", "--jobs", str(options.jobs)]
                before, start = processor_seconds(), time.perf_counter()
                subprocess.run(command, cwd=root, check=True, capture_output=True, env=environment)
                seconds = time.perf_counter() - start
                processor = processor_seconds() - before
                if number:  # the first round warms up
                    figures[build].append((seconds, processor))
                    for step, told in json.loads((root / "output" / "run.json").read_text())["steps"].items():
                        steps[build].setdefault(step, []).append(told["median"] * 1000)
        made = len(list((root / "output").glob("*/*/report.pdf")))
    medians = {
        build: [statistics.median(column) for column in zip(*rounds, strict=True)] for build, rounds in figures.items()
    }
    print(f"{made} reports, {options.rounds} rounds, {options.jobs} workers")
    for build, (seconds, processor) in medians.items():
        print(f"{build}: {seconds:.2f} s ({seconds / made:.4f} a report), processor {processor:.2f} s")
        print("    " + ", ".join(f"{step} {statistics.median(times):.1f} ms" for step, times in steps[build].items()))
    old, new = medians.values()
    print(f"new / old: {new[0] / old[0]:.3f} of the time, {new[1] / old[1]:.3f} of the processor time")


if __name__ == "__main__":
    main()
