"""How a run is shown: on a terminal bar, workers and failures as they happen; piped, a line a report."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import Progress, TaskID, TextColumn

from govreport.batch import Job, Outcome, Plan
from govreport.cli.terminal import details, err, notes, out, progress_columns, styled_state

SLOWEST = 3
MOST_NAMED = 10
"""Drafts that the summary names; the index page shows all."""
FEW = 10
"""A run of fewer reports names no slowest ones."""


class RunDisplay:
    """Shows a run; a context manager."""

    def __init__(self, total: int) -> None:
        self._live: Live | None = None
        self._overall = Progress(*progress_columns("生成报告"), console=notes)
        self._workers = Progress(TextColumn("  {task.description}", style="dim"), console=notes)
        self._task = self._overall.add_task("", total=total)
        self._places: dict[int, TaskID] = {}

    def __enter__(self) -> RunDisplay:
        if notes.is_terminal and not notes.quiet:
            self._live = Live(Group(self._overall, self._workers), console=notes, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._live:
            for place in self._places.values():
                self._workers.remove_task(place)
            self._live.stop()

    def tell(self, job: Job, step: str) -> None:
        """Show what the calling thread's worker is doing."""
        if not self._live:
            return
        place = self._places.get(threading.get_ident())
        told = f"{escape(job.agency)} {job.year}  {step}"
        if place is None:
            self._places[threading.get_ident()] = self._workers.add_task(told)
        else:
            self._workers.update(place, description=told)

    def shown(self, outcome: Outcome) -> Outcome:
        """Show an outcome, every one when piped or with details, else failures above the bar; and return it."""
        if not self._live or outcome.errors or not details.quiet:
            job, told = outcome.job, "；".join(outcome.errors) if outcome.errors else outcome.summary
            line = f"{job.agency} {job.year}  {styled_state(outcome.state)}  {escape(told)}  {outcome.seconds:.1f}秒"
            notes.print(line)
            details.print("  " + "、".join(f"{step} {seconds:.2f}秒" for step, seconds in outcome.steps.items()))
        self._overall.advance(self._task)
        return outcome


def print_plan(planned: Plan) -> None:
    """Print what a run would do and why."""
    for job in planned.jobs:
        out.print(f"{job.agency} {job.year}  {escape(job.reason)}")
    out.print(f"将生成{len(planned.jobs)}份报告，另有{planned.standing}份无需重新生成。")


def print_interrupt() -> None:
    """Say what an interrupt does."""
    err.print("正在完成手头的报告；再按一次 Ctrl-C 立即停止。")


def print_run_summary(outcomes: Sequence[Outcome], standing: int, seconds: float, index: str) -> None:
    """Print how many reports came out, which did not and why, and which took longest."""
    failed = [outcome for outcome in outcomes if outcome.errors]
    drafts = [outcome for outcome in outcomes if outcome.open_errors and not outcome.errors]
    kept = f"，{standing}份没有变化，未重新生成" if standing else ""
    made = f"生成{len(outcomes) - len(failed)}份"
    total = len(outcomes) + standing
    notes.print(f"共{total}份报告，{made}{kept}，用时{seconds:.1f}秒。总览页：{escape(index)}")
    if len(outcomes) >= FEW:
        slowest = sorted(outcomes, key=lambda outcome: -outcome.seconds)[:SLOWEST]
        times = "、".join(f"{o.job.agency} {o.job.year}（{o.seconds:.1f}秒）" for o in slowest)
        notes.print(f"最慢的：{times}；各步用时见 output/run.json。", style="dim")
    if drafts:
        notes.print(f"[yellow]有{len(drafts)}份因勾稽不符标为草稿[/]：{_names(drafts)}；govreport check 查看详情。")
    if failed:
        out.print(f"[red]有{len(failed)}份未能完整生成[/]：")
        for outcome in failed:
            for error in outcome.errors:
                out.print(f"  {outcome.job.agency} {outcome.job.year}  {escape(error)}")


def _names(outcomes: Sequence[Outcome]) -> str:
    names = "、".join(f"{outcome.job.agency} {outcome.job.year}" for outcome in outcomes[:MOST_NAMED])
    return f"{names}等" if len(outcomes) > MOST_NAMED else names
