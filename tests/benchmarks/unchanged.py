"""How long a run takes to recognise that nothing has changed.

    python tests/benchmarks/unchanged.py [--reports 5000] [--rounds 3]

Writes a project of so many reports, leaves records and empty pages as a run would, and times the whole command
``govreport run``, which has to read and digest every filing to know that no report needs to be made.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generate import write_project

from govreport.batch.job import pages
from govreport.batch.plan import make_plan
from govreport.batch.record import Made, write_record
from govreport.checks.checking import check_report
from govreport.checks.report_states import CONSISTENT
from govreport.core.watching import note, watched
from govreport.filing.project import WHOLE_REGISTER, Project
from govreport.notebook.report import Report

ROOT = Path(__file__).parent.parent.parent


def main() -> None:
    """Measure and print one line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    command = Path(sys.executable).with_name("govreport")
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        write_project(project.root, options.reports)
        shutil.copytree(ROOT / "notebooks", project.notebooks, ignore=shutil.ignore_patterns(".*"))
        for job in make_plan(project).jobs:
            job.folder.mkdir(parents=True)
            files = pages(job.options.formats)
            for file in files:
                (job.folder / file).write_text("x", encoding="utf-8")
            with watched(project.root, project.root / "nothing", job.folder) as watch:
                note(WHOLE_REGISTER, project.state_of(WHOLE_REGISTER))
                job.notebook.read_bytes()
                report = Report(project, check_report(project, job.agency, job.year))
                assert report.earlier is not None
            write_record(job.folder / "report.json", job, watch.states, Made(CONSISTENT, files=files))
        seconds = []
        for _ in range(options.rounds + 1):
            start = time.perf_counter()
            said = subprocess.run([command, "run"], cwd=project.root, check=True, capture_output=True, text=True).stdout
            seconds.append(time.perf_counter() - start)
        print(said.splitlines()[0])
        median = statistics.median(seconds[1:])
        print(f"whole command, median of {options.rounds}: {median:.2f} s (first: {seconds[0]:.2f} s)")


if __name__ == "__main__":
    main()
