"""Running jobs in a local pool of processes; the death of a worker costs only its own report."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

import psutil

from govreport.batch.job import Job, Outcome
from govreport.batch.produce import WRITING, produce
from govreport.checks import FAILED


def default_jobs() -> int:
    """Return how many reports to make at a time: one a processor."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_jobs(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Run jobs in a pool of processes and yield outcomes as they come.

    A job in hand when a worker dies is tried once more alone; if it kills its worker again, it failed.
    """
    if not jobs:
        return
    remove_unfinished(jobs[0].project.output)
    suspects: list[Job] = []
    with local_pool(min(workers, len(jobs))) as pool:
        yield from _drain(pool, jobs, suspects)
    for job in suspects:
        with local_pool(1) as pool:
            dead: list[Job] = []
            yield from _drain(pool, [job], dead)
            for lost in dead:
                yield Outcome(lost, FAILED, errors=("生成进程意外终止（可能内存不足），已单独重试一次仍未成功。",))


def local_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of fresh processes that end with their owner."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_end_with_owner)


def remove_unfinished(output: Path) -> None:
    """Remove what earlier runs left unfinished when they were killed, not what another run is making."""
    for left in output.glob(f"{WRITING}*"):
        maker = left.name.removeprefix(WRITING).split("-")[0]
        if left.is_dir() and not (maker.isdigit() and psutil.pid_exists(int(maker))):
            shutil.rmtree(left, ignore_errors=True)


def _drain(pool: Executor, jobs: Sequence[Job], lost: list[Job]) -> Iterator[Outcome]:
    futures = {pool.submit(produce, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            try:
                yield future.result()
            except BrokenProcessPool:
                lost.append(futures[future])
    except (KeyboardInterrupt, GeneratorExit):
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def _end_with_owner() -> None:
    """Make this worker end when the process that owns the pool is gone."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
