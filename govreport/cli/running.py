"""A run from plan to index page: what ``govreport run`` does."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govreport.batch import (
    Outcome,
    Plan,
    cluster_executor,
    default_jobs,
    local_executor,
    refresh_signoff,
    run_jobs,
    write_index,
)
from govreport.cli.progress import RunDisplay, print_interrupt, print_run_summary
from govreport.cli.terminal import print_error
from govreport.core import os_reason, write_text
from govreport.filing import Project

LOG = "run.json"


@dataclass(frozen=True)
class Workers:
    """Who does the work: so many processes here (0: as many as fit), or a Dask cluster by its scheduler's address."""

    jobs: int = 0
    scheduler: str = ""


def run_plan(project: Project, planned: Plan, workers: Workers) -> tuple[list[Outcome], bool]:
    """Produce the planned reports, show how it goes, and leave the index page and ``output/run.json``.

    Returns the outcomes in the plan's order, and whether every report, the index and the log could be written.
    Raises ProjectError when a cluster cannot be reached, and KeyboardInterrupt after an interrupt, when the reports
    in hand are done.
    """
    start, started = time.perf_counter(), time.strftime("%Y-%m-%dT%H:%M:%S%z")
    outcomes: list[Outcome] = []
    index, complete = project.output / "index.html", True
    for agency, year in planned.signed:
        refresh_signoff(project, agency, year)
    if planned.jobs:
        try:
            with _outcomes(planned, workers) as running:
                outcomes.extend(running)
        finally:
            log = {
                "started": started,
                "seconds": round(time.perf_counter() - start, 3),
                "planned": len(planned.jobs),
                "standing": planned.standing,
                **_account(outcomes),
            }
            complete = _leave(project, log)
    elif planned.signed or not index.is_file():
        complete = _leave(project)
    order = {(job.agency, job.year): number for number, job in enumerate(planned.jobs)}
    outcomes.sort(key=lambda outcome: order[outcome.job.agency, outcome.job.year])
    print_run_summary(outcomes, planned.standing, time.perf_counter() - start, _relative(index))
    return outcomes, complete and not any(outcome.errors for outcome in outcomes)


def _relative(path: Path) -> str:
    """Return a path as seen from the working folder, or whole where it lies on another drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)


def _leave(project: Project, log: Mapping[str, Any] | None = None) -> bool:
    """Write the index page and the run's log, if there is one; say so and return False where that is impossible."""
    try:
        if log:
            write_text(project.output / LOG, json.dumps(log, ensure_ascii=False, indent=1) + "\n")
        write_index(project)
    except OSError as error:
        print_error(f"未能写入 output/ 中的总览页和 {LOG}（{os_reason(error)}）；请检查权限和磁盘空间后重新运行。")
        return False
    return True


@contextmanager
def _outcomes(planned: Plan, workers: Workers) -> Iterator[Iterator[Outcome]]:
    """Give the outcomes as they come, each shown."""
    number = min(workers.jobs or default_jobs(), len(planned.jobs))
    executor = cluster_executor(workers.scheduler) if workers.scheduler else local_executor(number)
    with executor as pool, RunDisplay(len(planned.jobs)) as display:
        tell = None if workers.scheduler else display.tell
        yield (display.shown(outcome) for outcome in run_jobs(planned.jobs, pool, print_interrupt, tell))


def _account(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the times of a run: of each report, and of each step over all reports."""
    steps: dict[str, list[float]] = {}
    for outcome in outcomes:
        for step, seconds in outcome.steps.items():
            steps.setdefault(step, []).append(seconds)
    return {
        "steps": {
            step: {
                "total": round(sum(times), 3),
                "median": round(statistics.median(times), 4),
                "max": round(max(times), 4),
            }
            for step, times in steps.items()
        },
        "reports": [
            {
                "agency": outcome.job.agency,
                "year": outcome.job.year,
                "reason": outcome.job.reason,
                "state": outcome.state,
                "errors": list(outcome.errors),
                "seconds": round(outcome.seconds, 3),
                "steps": {step: round(seconds, 4) for step, seconds in outcome.steps.items()},
            }
            for outcome in outcomes
        ],
    }
