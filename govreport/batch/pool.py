"""Running jobs on an executor: local threads that each control one worker process, or a Dask cluster.

If a worker process dies, only its current report is lost.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil

from govreport.batch.engine.forkserver import AVAILABLE, Child, forkserver
from govreport.batch.job import Job, Outcome
from govreport.checks import FAILED
from govreport.core import DEBUG_VARIABLE, HOST, UNFINISHED, ProjectError

WORKPLACE = f"govreport-{HOST}-"
"""Prefix of the temporary folders in which reports are made. The process id of the worker follows."""


def remove_unfinished(output: Path) -> None:
    """Remove unfinished files of killed runs on this machine. Files of processes that still run are kept."""
    aside = f"{UNFINISHED}{HOST}-"
    places = [(path, aside) for path in output.rglob(f"{aside}*")]
    places += [(path, WORKPLACE) for path in Path(tempfile.gettempdir()).glob(f"{WORKPLACE}*")]
    for left, prefix in places:
        maker = left.name.removeprefix(prefix).split("-")[0]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            with contextlib.suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


MOST_REPORTS = 500
"""Number of reports after which a new worker replaces the old one. This bounds memory leaks of libraries."""

KILLED = -getattr(signal, "SIGKILL", 9)
"""The exit code of a killed process. Windows has no SIGKILL."""
LAST_WORDS = 5.0
"""Seconds to wait for the exit code of a worker after its connection is closed."""

Tell = Callable[[Job, str], None]
"""A callback that receives a job and the step that a worker begins."""


class SpawnedProcess(SpawnProcess):
    """A worker process in a new interpreter. It replaces `Child` on systems that cannot fork."""

    def __init__(self) -> None:
        near, far = Pipe()
        super().__init__(target=serve_jobs, args=(far,), daemon=False)
        self.start()
        far.close()
        self.connection = near

    def wait(self, seconds: float) -> int | None:
        """Wait up to this many seconds and return the exit code; None if the process still runs."""
        self.join(seconds)
        return self.exitcode

    def end(self) -> None:
        """Kill the process."""
        self.kill()
        self.connection.close()


_workers: dict[int, tuple[Child | SpawnedProcess, int]] = {}
"""The worker process of each thread, with the number of its reports."""


def produce_in_worker(job: Job, tell: Tell | None = None) -> Outcome:
    """Produce a report in the worker process of the calling thread. Executors run this function.

    If the process dies, the outcome is `lost`.
    """
    process, made = _workers.get(thread := threading.get_ident(), (None, 0))
    if process is None or made == MOST_REPORTS or process.wait(0) is not None:
        if process:
            process.end()
        process, made = _start_process(), 0
    _workers[thread] = process, made + 1
    try:
        process.connection.send(job)
        while not isinstance(answer := process.connection.recv(), Outcome):
            if tell:
                tell(job, str(answer))
    except (EOFError, OSError):
        code = process.wait(LAST_WORDS)
        how = f"信号 {-code}" if code is not None and code < 0 else f"退出码 {code}"
        death = f"生成进程意外终止（{how}{'，可能内存不足' if code == KILLED else ''}）。"
        _workers.pop(thread, None)
        process.end()
        return Outcome(job, FAILED, errors=(death,), lost=True)
    return replace(answer, job=job)


def end_workers() -> None:
    """Kill all worker processes of this process."""
    for process, _ in list(_workers.values()):
        process.end()
    _workers.clear()


def _start_process() -> Child | SpawnedProcess:
    """Start a worker process."""
    return forkserver().fork(serve_jobs) if AVAILABLE else SpawnedProcess()


def serve_jobs(connection: Connection) -> None:
    """Receive jobs from a connection and send back outcomes until it is closed. Runs in a worker process."""
    from govreport.batch.produce import produce  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get(DEBUG_VARIABLE):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            connection.send(produce(job, connection.send))


WORKER_MEMORY = 600_000_000
"""Approximate memory of a worker with its notebook, in bytes."""
_ADDRESS = re.compile(r"(\w+://)?[^\s/:]+:\d+")
RETRIED = "已单独重试一次仍未成功："
MOST_RETRIED = 50
"""Maximum number of reports to retry. If more are lost, the cause is systematic."""
CLUSTER_PATIENCE = 10
"""Seconds to wait for a connection to a cluster."""


class SchedulerLostError(ProjectError):
    """Raised if the scheduler of a cluster is gone. Dask then cancels all futures and accepts no further ones."""


def default_jobs() -> int:
    """Return the number of parallel workers: one per processor, or fewer if memory is short."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, int(psutil.virtual_memory().available) // WORKER_MEMORY))


@contextmanager
def local_executor(workers: int) -> Iterator[Executor]:
    """Yield an executor whose threads each control one worker process. The processes end with the block."""
    with ThreadPoolExecutor(workers, "worker") as executor:
        try:
            yield executor
        finally:
            executor.shutdown(wait=True, cancel_futures=True)
            end_workers()


@contextmanager
def cluster_executor(address: str) -> Iterator[Executor]:
    """Yield an executor of a Dask cluster. Its workers must share the project's folder with this machine.

    address: address of the scheduler, such as ``tcp://host:8786``.
    Raises ProjectError if Dask is not installed, the address is invalid, or the scheduler does not answer.
    """
    try:
        from distributed import Client  # noqa: PLC0415
    except ImportError:
        raise ProjectError("没有安装 Dask；请运行 pip install 'govreport[dask]'，或去掉 --scheduler。") from None
    if not _ADDRESS.fullmatch(address):
        raise ProjectError(f"调度器地址“{address}”写法有误；应形如 tcp://主机:8786。")
    if not os.environ.get(DEBUG_VARIABLE):
        for name in logging.root.manager.loggerDict:
            if name.startswith("distributed"):  # a lost scheduler is told in one sentence
                logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        client = Client(address, timeout=CLUSTER_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise ProjectError(f"连接不上调度器 {address}（{type(error).__name__}）；请核对地址和网络。") from None
    with client:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]


def run_jobs(
    jobs: Sequence[Job], executor: Executor, on_interrupt: Callable[[], None] = lambda: None, tell: Tell | None = None
) -> Iterator[Outcome]:
    """Run jobs, at least one, on an executor and yield each outcome as soon as it is available.

    If a worker or notebook dies, its job is retried once, alone, at the end; at most MOST_RETRIED jobs are retried.
    The second death of a job is a failure.
    The first interrupt calls `on_interrupt`, waits for the current reports and is raised again. A second
    interrupt kills the workers. tell: a callback for the steps; only for local threads.
    """
    task = partial(produce_in_worker, tell=tell) if tell else produce_in_worker
    remove_unfinished(jobs[0].project.output)
    lost: list[Job] = []
    for outcome in _drain(jobs, executor, task, on_interrupt):
        if outcome.lost and len(lost) < MOST_RETRIED:
            lost.append(outcome.job)
        else:
            yield outcome
    for job in lost:
        for again in _drain([job], executor, task, on_interrupt):
            yield replace(again, errors=tuple(f"{RETRIED}{error}" if again.lost else error for error in again.errors))
    if lost:
        remove_unfinished(jobs[0].project.output)


def _drain(
    jobs: Sequence[Job], executor: Executor, task: Callable[[Job], Outcome], on_interrupt: Callable[[], None]
) -> Iterator[Outcome]:
    futures = {executor.submit(task, job): job for job in jobs}
    try:
        for future in as_completed(futures):
            yield _outcome(futures[future], future)
    except (KeyboardInterrupt, GeneratorExit):
        on_interrupt()
        try:  # the workers of a cluster cannot be interrupted; they finish their current jobs
            wait([future for future in futures if not future.cancel()])
        except KeyboardInterrupt:
            end_workers()
            raise
        raise


def _outcome(job: Job, future: Future[Outcome]) -> Outcome:
    """Return a job's outcome, or a lost one if the executor failed: Dask gives up tasks whose workers keep dying.

    Raises SchedulerLostError if the executor cancelled the job.
    """
    try:
        return future.result()
    except CancelledError:
        raise SchedulerLostError("与调度器失去联系，余下的报告没有生成；请重新启动集群，再运行一次。") from None
    except Exception as error:
        told = f"{type(error).__name__}：{' '.join(str(error).split())[:200]}"
        return Outcome(job, FAILED, errors=(f"工作节点未能完成（{told}）。",), lost=True)
