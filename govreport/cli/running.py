"""A run from plan to index page, and its display: a progress bar with workers, or one line per report if piped."""

from __future__ import annotations

import datetime
import json
import os
import statistics
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import Progress, TaskID, TextColumn

from govreport import batch
from govreport.cli.terminal import details, err, notes, print_error, progress_columns, styled_state
from govreport.core import listed, os_reason, write_text
from govreport.filing import Project

INTERRUPTED = "正在完成手头的报告；再按一次 Ctrl-C 立即停止。"
MOST_NAMED = 10
"""Maximum number of drafts in the summary. The index page shows all."""


class RunDisplay:
    """Displays the progress of a run. Use it as a context manager."""

    def __init__(self, total: int) -> None:
        self._overall = Progress(*progress_columns("生成报告"), console=notes)
        self._workers = Progress(TextColumn("  {task.description}", style="dim"), console=notes)
        self._task = self._overall.add_task("", total=total)
        self._live = Live(Group(self._overall, self._workers), console=notes, refresh_per_second=8)
        self._places: dict[int, TaskID] = {}

    def __enter__(self) -> RunDisplay:
        if notes.is_terminal and not notes.quiet:
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        for place in self._places.values():
            self._workers.remove_task(place)
        self._live.stop()

    def tell(self, job: batch.Job, step: str) -> None:
        """Show the current step of the calling thread's worker."""
        if (thread := threading.get_ident()) not in self._places:
            self._places[thread] = self._workers.add_task("")
        self._workers.update(self._places[thread], description=f"{escape(job.agency)} {job.year}  {step}")

    def show(self, outcome: batch.Outcome) -> batch.Outcome:
        """Print an outcome and return it. With a progress bar, print only failures, unless details are on."""
        if not self._live.is_started or outcome.errors or not details.quiet:
            job, told = outcome.job, "原因列在最后" if outcome.errors else outcome.summary
            line = f"{job.agency} {job.year}  {styled_state(outcome.state)}  {escape(told)}  {outcome.seconds:.1f}秒"
            notes.print(line)
            details.print("  " + "、".join(f"{step} {seconds:.2f}秒" for step, seconds in outcome.steps.items()))
        self._overall.advance(self._task)
        return outcome


def print_run_summary(outcomes: Sequence[batch.Outcome], standing: int, seconds: float, index: str) -> None:
    """Print the number of reports, drafts, notes, and the failures with reasons."""
    failed = [outcome for outcome in outcomes if outcome.errors]
    drafts = [outcome for outcome in outcomes if outcome.open_errors and not outcome.errors]
    kept = f"，{standing}份没有变化，未重新生成" if standing else ""
    made = f"共{len(outcomes) + standing}份报告，生成{len(outcomes) - len(failed)}份"
    notes.print(f"{made}{kept}，用时{seconds:.1f}秒。总览页：{escape(index)}")
    if drafts:
        names = _named([draft.job for draft in drafts])
        notes.print(f"[yellow]{len(drafts)}份有错误未处理，标为草稿[/]：{names}；意见和编号见审阅本 review.html。")
    for note in dict.fromkeys(note for outcome in outcomes for note in outcome.notes):
        noted = _named([outcome.job for outcome in outcomes if note in outcome.notes])
        notes.print(f"[yellow]请注意[/]（{noted}）：{escape(note)}")
    if failed:
        err.print(f"[red]有{len(failed)}份未能完整生成[/]：")
        for outcome in failed:
            for error in outcome.errors:
                err.print(f"  {outcome.job.agency} {outcome.job.year}  {escape(error)}")


LOG = "run.json"
MEASURES: Mapping[str, Callable[[Sequence[float]], float]] = {"total": sum, "median": statistics.median, "max": max}


def run_plan(
    project: Project, planned: batch.Plan, today: datetime.date, jobs: int = 0, scheduler: str = ""
) -> tuple[list[batch.Outcome], bool]:
    """Produce the planned reports, show the progress, and write the index page and ``output/run.json``.

    today: see `write_index`.
    jobs: number of local processes, 0 for the default; scheduler: address of a Dask cluster that replaces them.
    Returns the outcomes in the plan's order, and whether every report, the index and the log were written.
    Raises ProjectError if a cluster cannot be reached, and KeyboardInterrupt if the user interrupts the run; it
    finishes the current reports first.
    """
    start, started = time.perf_counter(), time.strftime("%Y-%m-%dT%H:%M:%S%z")
    outcomes: list[batch.Outcome] = []
    index, complete = project.output / "index.html", True
    for agency, year in planned.review_changes:
        batch.refresh_review(project, agency, year)
    if losing := [job for job in planned.jobs if _outdated(job)]:
        outdated = sorted({name for job in losing for name in _outdated(job)})
        formats = ",".join((*losing[0].options.formats, *outdated))
        told = f"{_named(losing)} 原有的 {'、'.join(outdated)} 文件不在所选格式中，将删除"
        err.print(f"[yellow]注意[/]：{told}；要重新生成请加 --formats {formats}。")
    if planned.jobs:
        try:
            number = min(jobs or batch.default_jobs(), len(planned.jobs))
            executor = batch.cluster_executor(scheduler) if scheduler else batch.local_executor(number)
            with executor as pool, RunDisplay(len(planned.jobs)) as display:
                tell = None if scheduler else display.tell
                for outcome in batch.run_jobs(planned.jobs, pool, lambda: err.print(INTERRUPTED), tell):
                    outcomes.append(display.show(outcome))
        except batch.SchedulerLostError as error:
            print_error(str(error))
        finally:
            log = {"started": started, "seconds": round(time.perf_counter() - start, 3)}
            log |= {"planned": len(planned.jobs), "standing": planned.standing, **_account(outcomes)}
            complete = _leave(project, today, log)
    else:
        complete = _leave(project, today, inputs=planned.inputs)
    order = {(job.agency, job.year): number for number, job in enumerate(planned.jobs)}
    outcomes.sort(key=lambda outcome: order[outcome.job.agency, outcome.job.year])
    print_run_summary(outcomes, planned.standing, time.perf_counter() - start, _relative(index))
    if left := batch.leftover_folders(project):
        told = listed(left, MOST_NAMED)
        err.print(f"[yellow]注意[/]：{told}中的页面已没有对应的机构或资料，不在总览页上；请核实后移走。")
    return outcomes, complete and len(outcomes) == len(planned.jobs) and not any(one.errors for one in outcomes)


def _named(jobs: Sequence[batch.Job]) -> str:
    """Return the agencies and years of some jobs, of many the first and their number."""
    return listed([f"{job.agency} {job.year}" for job in jobs], MOST_NAMED, "份")


def _outdated(job: batch.Job) -> list[str]:
    """Return the formats of pages that stand from an earlier run and are not made again."""
    others = [name for name in batch.FORMATS if name not in job.options.formats]
    return [name for name in others if (job.folder / job.page(name)).is_file()]


def _relative(path: Path) -> str:
    """Return a path relative to the working folder, or unchanged if it is on another drive."""
    try:
        return os.path.relpath(path)
    except ValueError:
        return str(path)


def _leave(
    project: Project, today: datetime.date, log: Mapping[str, Any] | None = None, inputs: batch.Inputs | None = None
) -> bool:
    """Write the index page, and the run's log if there is one. On failure, print an error and return False."""
    try:
        if log:
            write_text(project.output / LOG, json.dumps(log, ensure_ascii=False, indent=1) + "\n")
        batch.write_index(project, today, inputs)
    except OSError as error:
        print_error(f"未能写入 output/ 中的总览页和 {LOG}（{os_reason(error)}）；请检查权限和磁盘空间后重新运行。")
        return False
    return True


def _account(outcomes: Sequence[batch.Outcome]) -> dict[str, Any]:
    """Return the timings of a run: by report, and by step over all reports."""
    names = dict.fromkeys(step for outcome in outcomes for step in outcome.steps)
    steps = {name: [outcome.steps[name] for outcome in outcomes if name in outcome.steps] for name in names}
    return {
        "steps": {step: {what: round(of(times), 4) for what, of in MEASURES.items()} for step, times in steps.items()},
        "reports": [
            {
                **{key: getattr(outcome.job, key) for key in ("agency", "year", "reason")},
                **{key: getattr(outcome, key) for key in ("state", "errors", "notes")},
                "seconds": round(outcome.seconds, 3),
                "steps": {step: round(seconds, 4) for step, seconds in outcome.steps.items()},
            }
            for outcome in outcomes
        ],
    }
