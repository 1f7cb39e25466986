"""Running jobs on an executor: threads that each drive a worker process here, or the workers of a Dask cluster.

The death of a worker process costs only the report in hand.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from govreport.batch.engine.forkserver import AVAILABLE, Child, forkserver
from govreport.batch.job import Job, Outcome
from govreport.checks import FAILED
from govreport.core import DEBUG_VARIABLE, HOST, UNFINISHED, ProjectError

WORKPLACE = f"govreport-{HOST}-"
"""Prefix of the temporary folders in which reports are made; the maker's process id follows."""


def remove_unfinished(output: Path) -> None:
    """Remove what earlier runs on this machine left unfinished when they were killed, not what another is making."""
    aside = f"{UNFINISHED}{HOST}-"
    places = [(path, aside) for path in output.rglob(f"{aside}*")]
    places += [(path, WORKPLACE) for path in Path(tempfile.gettempdir()).glob(f"{WORKPLACE}*")]
    for left, prefix in places:
        maker = left.name.removeprefix(prefix).split("-")[0]
        if maker.isdigit() and not psutil.pid_exists(int(maker)):
            with contextlib.suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


MOST_REPORTS = 500
"""Reports after which a worker is replaced by a fresh one, so that nothing that libraries keep adds up."""

KILLED = -getattr(signal, "SIGKILL", 9)
"""The exit code of a process that was killed; Windows has no such signal."""
LAST_WORDS = 5.0
"""Seconds to wait for how a worker ended, once its connection is gone."""

Tell = Callable[[Job, str], None]
"""Is told what a worker is doing for a job."""

_place = threading.local()
_started: set[Worker] = set()


@dataclass(frozen=True)
class SpawnedProcess:
    """A worker process in a fresh interpreter: what `Child` is, where this system cannot fork."""

    connection: Connection
    process: multiprocessing.process.BaseProcess

    def wait(self, seconds: float) -> int | None:
        """Return how it ended, waiting so long; None while it runs."""
        self.process.join(seconds)
        return self.process.exitcode

    def end(self) -> None:
        """End it at once."""
        self.process.kill()
        self.connection.close()


class Worker:
    """A worker process and how many reports it has made."""

    def __init__(self) -> None:
        self._process, self._made = _start_process(), 0
        _started.add(self)

    @property
    def usable(self) -> bool:
        """Whether it can be given another report."""
        return self._made < MOST_REPORTS and self._process.wait(0) is None

    def produce(self, job: Job, tell: Tell | None = None) -> Outcome:
        """Produce a report; an outcome that is `lost` when the process died over it."""
        self._made += 1
        try:
            self._process.connection.send(job)
            while not isinstance(answer := self._process.connection.recv(), Outcome):
                if tell:
                    tell(job, str(answer))
        except (EOFError, OSError):
            death = self._death()
            self.end()
            return Outcome(job, FAILED, errors=(death,), lost=True)
        return replace(answer, job=job)

    def end(self) -> None:
        """End the process at once."""
        _started.discard(self)
        self._process.end()

    def _death(self) -> str:
        code = self._process.wait(LAST_WORDS)
        how = f"信号 {-code}" if code is not None and code < 0 else f"退出码 {code}"
        hint = "，可能内存不足" if code == KILLED else ""
        return f"生成进程意外终止（{how}{hint}），已单独重试一次仍未成功。"


def produce_in_worker(job: Job, tell: Tell | None = None) -> Outcome:
    """Produce a report in the worker process of the calling thread: the task that an executor runs."""
    worker: Worker | None = getattr(_place, "worker", None)
    if worker is None or not worker.usable:
        if worker:
            worker.end()
        worker = _place.worker = Worker()
    return worker.produce(job, tell)


def end_workers() -> None:
    """End every worker process that this process started."""
    for worker in list(_started):
        worker.end()


def _start_process() -> Child | SpawnedProcess:
    """Start a worker process."""
    if AVAILABLE:
        return forkserver().fork(serve_jobs)
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=serve_jobs, args=(far,), daemon=False)
    process.start()
    far.close()
    return SpawnedProcess(near, process)


def serve_jobs(connection: Connection) -> None:
    """Produce the reports that are asked for over a connection, until it is closed; in a worker process."""
    from govreport.batch.produce import produce  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get(DEBUG_VARIABLE):
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 2)
    with contextlib.suppress(EOFError, OSError):
        while True:
            job = connection.recv()
            connection.send(produce(job, connection.send))


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
            yield _outcome(futures[future], future)
    except (KeyboardInterrupt, GeneratorExit):
        on_interrupt()
        try:  # a cluster finishes by itself what it has in hand: its workers cannot be interrupted
            wait([future for future in futures if not future.cancel()])
        except KeyboardInterrupt:
            end_workers()
            raise
        raise


def _outcome(job: Job, future: Future[Outcome]) -> Outcome:
    """Return a job's outcome, also where the executor lost it: a cluster gives up on tasks whose workers keep dying."""
    try:
        return future.result()
    except Exception as error:
        told = f"{type(error).__name__}：{' '.join(str(error).split())[:200]}"
        return Outcome(job, FAILED, errors=(f"工作节点未能完成（{told}），已单独重试一次仍未成功。",), lost=True)
