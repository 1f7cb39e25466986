"""Worker processes: each produces reports one after the other; the death of one costs only the report in hand."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Protocol

from govreport.batch.engine.forkserver import AVAILABLE, forkserver
from govreport.batch.job import Job, Outcome
from govreport.checks import FAILED
from govreport.core import DEBUG_VARIABLE

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


class Process(Protocol):
    """A process at the other end of a connection: forked where that is possible, spawned elsewhere."""

    @property
    def connection(self) -> Connection:
        """The way to it."""

    def wait(self, seconds: float) -> int | None:
        """Return how it ended, waiting so long; None while it runs."""

    def end(self) -> None:
        """End it at once."""


@dataclass(frozen=True)
class Spawned:
    """A process in a fresh interpreter, where this system cannot fork."""

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
        self._process, self._made = start_process(), 0
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


def start_process() -> Process:
    """Start a worker process."""
    if AVAILABLE:
        return forkserver().fork(serve_jobs)
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=serve_jobs, args=(far,), daemon=False)
    process.start()
    far.close()
    return Spawned(near, process)


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
