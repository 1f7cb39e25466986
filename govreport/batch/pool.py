"""Running jobs in a local pool of processes; the death of a worker costs only its own report."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from pathlib import Path

import psutil

from govreport.batch.job import WORKPLACE, Job, Outcome
from govreport.checks import FAILED
from govreport.textfile import WRITING

DEBUG = "GOVREPORT_DEBUG"
"""Environment variable under which workers print what kernels and libraries say."""


def default_jobs() -> int:
    """Return how many reports to make at a time: one a processor."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_jobs(jobs: Sequence[Job], workers: int, on_interrupt: Callable[[], None] = lambda: None) -> Iterator[Outcome]:
    """Run jobs in a pool of processes and yield outcomes as they come.

    A job in hand when a worker dies is tried once more alone; if it kills its worker again, it failed.
    The first interrupt calls `on_interrupt`, lets the reports in hand be finished and is raised again;
    a second one stops the workers at once.
    """
    if not jobs:
        return
    remove_unfinished(jobs[0].project.output)
    suspects: list[Job] = []
    yield from _drain(jobs, min(workers, len(jobs)), suspects, on_interrupt)
    for job in suspects:
        dead: list[Job] = []
        yield from _drain([job], 1, dead, on_interrupt)
        for lost in dead:
            yield Outcome(lost, FAILED, errors=("生成进程意外终止（可能内存不足），已单独重试一次仍未成功。",))


def local_pool(workers: int) -> ProcessPoolExecutor:
    """Return a pool of fresh processes that end with their owner and leave interrupts to it."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin_work)


def remove_unfinished(output: Path) -> None:
    """Remove what earlier runs left unfinished when they were killed, not what another run is making."""
    places = [*output.rglob(f"{WRITING}*"), *Path(tempfile.gettempdir()).glob(f"{WORKPLACE}*")]
    for left in places:
        maker = left.name.removeprefix(WRITING).removeprefix(WORKPLACE).split("-")[0]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            with contextlib.suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def _produce(job: Job) -> Outcome:
    """Produce a report in a worker; only workers load papermill and the writers."""
    from govreport.batch.produce import produce  # noqa: PLC0415

    return produce(job)


def _drain(jobs: Sequence[Job], workers: int, lost: list[Job], on_interrupt: Callable[[], None]) -> Iterator[Outcome]:
    with local_pool(workers) as pool:
        futures = {pool.submit(_produce, job): job for job in jobs}
        try:
            for future in as_completed(futures):
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(futures[future])
        except (KeyboardInterrupt, GeneratorExit):
            on_interrupt()
            _stop(pool)
            raise


def _stop(pool: ProcessPoolExecutor) -> None:
    """Let the reports in hand be finished; at a further interrupt, stop at once."""
    try:
        pool.shutdown(wait=True, cancel_futures=True)
    except KeyboardInterrupt:
        threading.excepthook = lambda arguments: None  # the pool's own thread may stumble over the end of its workers
        for process in multiprocessing.active_children():
            process.kill()
        raise


def _begin_work() -> None:
    """Prepare a worker: it ends with its owner, leaves interrupts to it, keeps kernels' chatter off the terminal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get(DEBUG):
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 2)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
