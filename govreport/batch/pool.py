"""Running jobs on an executor: threads that each drive a worker process here, or the workers of a Dask cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from functools import partial

import psutil

from govreport.batch.job import Job, Outcome
from govreport.batch.unfinished import remove_unfinished
from govreport.batch.worker import Tell, end_workers, produce_in_worker
from govreport.checks import FAILED
from govreport.core import ProjectError

WORKER_MEMORY = 600_000_000
"""Bytes that a worker and its notebook take, about."""
_ADDRESS = re.compile(r"(\w+://)?[^\s/:]+:\d+")
MOST_RETRIED = 50
"""Reports tried once more; when more die, it is no accident."""
CLUSTER_PATIENCE = 10
"""Seconds to wait for a cluster's answer."""


def default_jobs() -> int:
    """Return how many reports to make at a time: one a processor, as far as memory goes."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    fitting = int(psutil.virtual_memory().available) // WORKER_MEMORY
    return max(1, min(processors, fitting))


@contextmanager
def local_executor(workers: int) -> Iterator[Executor]:
    """Give threads that drive a worker process each; the processes end with the block."""
    with ThreadPoolExecutor(workers, "worker") as executor:
        try:
            yield executor
        finally:
            executor.shutdown(wait=True, cancel_futures=True)
            end_workers()


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """Give the workers of a Dask cluster, which share the project's folder with this machine.

    address: of the scheduler, such as ``tcp://host:8786``. Raises ProjectError when Dask is not installed
    or nothing answers there.
    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise ProjectError("没有安装 Dask；请运行 pip install 'govreport[dask]'，或去掉 --scheduler。") from None
    if not _ADDRESS.fullmatch(address):
        raise ProjectError(f"调度器地址“{address}”写法有误；应形如 tcp://主机:8786。")
    try:
        client = Client(address, timeout=CLUSTER_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ProjectError(f"连接不上调度器 {address}（{type(error).__name__}）；请核对地址和网络。") from None
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


def run_jobs(
    jobs: Sequence[Job],
    executor: Executor,
    on_interrupt: Callable[[], None] = lambda: None,
    tell: Tell | None = None,
) -> Iterator[Outcome]:
    """Run jobs on an executor and yield outcomes as they come.

    A job whose worker or notebook died is tried once more alone, if there are no more than MOST_RETRIED
    of them; if that dies again, it failed.
    The first interrupt calls `on_interrupt`, lets the reports in hand be finished and is raised again;
    a second one stops the workers at once. tell: only for threads of this process.
    """
    if not jobs:
        return
    task = partial(produce_in_worker, tell=tell) if tell else produce_in_worker
    remove_unfinished(jobs[0].project.output)
    lost: list[Job] = []
    for outcome in _drain(jobs, executor, task, on_interrupt):
        if outcome.lost and len(lost) < MOST_RETRIED:
            lost.append(outcome.job)
        else:
            yield outcome
    for job in lost:
        yield from _drain([job], executor, task, on_interrupt)
    if lost:
        remove_unfinished(jobs[0].project.output)


def _drain(
    jobs: Sequence[Job], executor: Executor, task: Callable[[Job], Outcome], on_interrupt: Callable[[], None]
) -> Iterator[Outcome]:
    futures = {executor.submit(task, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            yield _outcome(futures[future], future.exception, future.result)
    except (KeyboardInterrupt, GeneratorExit):
        on_interrupt()
        _stop(list(futures))
        raise


def _outcome(job: Job, exception: Callable[[], BaseException | None], result: Callable[[], Outcome]) -> Outcome:
    """Return a job's outcome, also where the executor lost it: a cluster gives up on tasks whose workers keep dying."""
    try:
        error = exception()
    except CancelledError as cancelled:
        error = cancelled
    if error is None:
        return result()
    told = f"{type(error).__name__}：{' '.join(str(error).split())[:200]}"
    return Outcome(job, FAILED, errors=(f"工作节点未能完成（{told}），已单独重试一次仍未成功。",), lost=True)


def _stop(futures: Sequence[Future[Outcome]]) -> None:
    """Let the reports in hand be finished; at a further interrupt, stop at once.

    What a cluster has in hand it finishes by itself: its workers cannot be interrupted.
    """
    try:
        wait([future for future in futures if not future.cancel()])
    except KeyboardInterrupt:
        end_workers()
        raise
