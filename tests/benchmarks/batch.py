"""Throughput of a batch beside plain papermill and nbconvert, measured side by side in one run.

    python tests/benchmarks/batch.py [--reports N] [--rounds N]

The loop executes the same notebook with ``papermill`` and exports it with ``jupyter nbconvert --to html``, one process
after the other, as a shell script would; it makes no PDF. ``govreport run`` executes the notebook, and makes HTML and
PDF. Medians over the rounds; the ratio within a round is what counts, since a machine's speed drifts.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent


def quietly(project: Path, *command: str | Path) -> None:
    """Run a command in the project, without its output; raise when it fails."""
    subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def loop(project: Path, reports: list[tuple[str, int]]) -> None:
    """Execute and export one report after the other with papermill's and nbconvert's own commands."""
    notebook = project / "notebooks" / "annual_report.ipynb"
    for agency, year in reports:
        target = project / "output" / f"{agency}-{year}.ipynb"
        parameters = ["-p", "agency", agency, "-p", "year", str(year)]
        quietly(project, BIN / "papermill", notebook, target, *parameters)
        quietly(project, BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", target)


def ours(project: Path, reports: list[tuple[str, int]], jobs: int) -> None:
    """Run the same reports with govreport."""
    agencies = list(dict.fromkeys(agency for agency, _ in reports))
    years = [word for year in sorted({year for _, year in reports}) for word in ("--year", str(year))]
    quietly(project, BIN / "govreport", "run", *agencies, *years, "--jobs", str(jobs))


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    folders = sorted(path for path in (ROOT / "data").glob("shili-*/2023"))[: options.reports]
    reports = [(folder.parent.name, 2023) for folder in folders]
    ways = {
        "papermill + nbconvert html, a loop": lambda project: loop(project, reports),
        "govreport run --jobs 1 (HTML and PDF)": lambda project: ours(project, reports, 1),
        "govreport run --jobs 2 (HTML and PDF)": lambda project: ours(project, reports, 2),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        project = Path(name)
        for part in ("data", "notebooks"):
            shutil.copytree(ROOT / part, project / part)
        for _ in range(options.rounds):
            for way, run in ways.items():
                (project / "output").mkdir(exist_ok=True)
                start = time.perf_counter()
                run(project)
                seconds[way].append((time.perf_counter() - start) / len(reports))
                shutil.rmtree(project / "output")
    first = next(iter(seconds.values()))
    print(f"{os.cpu_count()} processors, {len(reports)} reports, medians of {options.rounds} rounds")
    for way, measured in seconds.items():
        ratio = statistics.median(base / mine for base, mine in zip(first, measured, strict=True))
        print(f"{way:40} {statistics.median(measured):6.2f} s/report  {ratio:5.2f} times the loop")


if __name__ == "__main__":
    main()
