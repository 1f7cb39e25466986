"""The way to a warmed process that forks a child for each piece of work (Linux).

Python's own fork server runs the caller's main module in every child and refuses callers that are daemons themselves,
as Dask's workers are; this one does neither.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import pickle
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from govreport.core import DEBUG_VARIABLE, GovReportError, os_reason

NO_FORK = "GOVREPORT_NO_FORK"
"""Environment variable under which nothing is forked, as on systems that cannot: slower, with the same pages."""

AVAILABLE = sys.platform == "linux" and hasattr(os, "pidfd_open") and not os.environ.get(NO_FORK)
"""Whether this system can fork safely; macOS and Windows cannot."""

_START = "import sys; sys.path[:] = sys.argv[3].split('\\n'); from govreport.batch.engine.forking import serve; serve()"
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A process with more threads cannot be forked; read when NumPy is imported."""
PID_WIDTH = 12
"""Bytes of the first answer to a request, the child's process id; how it ended follows later."""

_lock = threading.Lock()
_server: Forkserver | None = None


class ForkError(GovReportError):
    """No child could be forked."""


class Child:
    """A process that was forked to do something, leader of a session of its own.

    connection: to the child; pid: its process id.
    """

    def __init__(self, connection: Connection, status: int, pid: int) -> None:
        self.connection = connection
        self.pid = pid
        self._status = status
        self._code: int | None = None

    @property
    def exit_code(self) -> int | None:
        """How it ended: 0 or more as it said itself, below 0 the signal that killed it; None while it runs."""
        return self.wait(0)

    def wait(self, seconds: float) -> int | None:
        """Return how it ended, waiting so long; None while it runs."""
        if self._code is None and select.select([self._status], [], [], seconds)[0]:
            told = os.read(self._status, 16)
            self._code = int(told) if told else -int(signal.SIGKILL)
        return self._code

    def interrupt(self) -> None:
        """Send an interrupt to the child and what it started."""
        self._signal(signal.SIGINT)

    def end(self) -> None:
        """Kill the child with what it started, and close the connection."""
        if not self.connection.closed:
            self._signal(signal.SIGKILL)
            self._code = -int(signal.SIGKILL) if self._code is None else self._code
            self.connection.close()
            os.close(self._status)

    def _signal(self, number: signal.Signals) -> None:
        if self.exit_code is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)


class Forkserver:
    """The way to a fork server, from the process that started it or from any of its children."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._control, self._process = control, process

    @classmethod
    def start(cls) -> Forkserver:
        """Start a server; it ends with this process, and its children with it."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = "\n".join(entry for entry in sys.path if entry)
        process = subprocess.Popen(
            [sys.executable, "-c", _START, str(theirs.fileno()), str(ours.fileno()), path],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get(DEBUG_VARIABLE) else subprocess.DEVNULL,
            pass_fds=[theirs.fileno(), ours.fileno()],
            env={**os.environ, **_ONE_THREAD},
            start_new_session=True,
        )
        theirs.close()
        return cls(ours, process)

    @property
    def alive(self) -> bool:
        """Whether the server runs, as far as can be seen from here."""
        return self._process is None or self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """The server's process id where this process started it."""
        return self._process.pid if self._process else None

    def fork(self, work: Callable[..., object], *arguments: object) -> Child:
        """Fork a child that calls `work` with a connection and the arguments, in this process's folder and environment.

        Raises ForkError when the server cannot fork or did not start.
        """
        near, far = socket.socketpair()
        told, telling = os.pipe()
        try:
            rights = array.array("i", [far.fileno(), telling])
            request = json.dumps({"parent": os.getpid()}).encode()
            self._control.sendmsg([request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
        except OSError as error:
            os.close(told)
            near.close()
            raise ForkError(f"生成进程已不在运行（{os_reason(error)}）；请重新运行。") from error
        finally:
            far.close()
            os.close(telling)
        answer = os.read(told, PID_WIDTH).decode(errors="replace")
        if not answer.strip().isdigit():
            reason = answer + os.read(told, 4096).decode(errors="replace") if answer else "服务进程已终止"
            os.close(told)
            near.close()
            raise ForkError(f"无法启动生成进程（{reason}）；请检查内存和安装。")
        connection = Connection(near.detach())
        with contextlib.suppress(BrokenPipeError):  # a child that died at once is found dead later
            connection.send_bytes(pickle.dumps((work, arguments, _folder(), dict(os.environ))))
        return Child(connection, told, int(answer))

    def close(self) -> None:
        """End the server and all its children."""
        if self._process and self._process.stdin:
            self._process.stdin.close()
            self._process.wait()
        self._control.close()


def forkserver() -> Forkserver:
    """Return this process's fork server, started where there is none yet."""
    global _server  # noqa: PLW0603
    with _lock:
        if _server is None or not _server.alive:
            _server = Forkserver.start()
        return _server


def inherit(control: socket.socket) -> None:
    """Use the fork server that this process was forked by."""
    global _server  # noqa: PLW0603
    _server = Forkserver(control)


def disinherit() -> None:
    """Forget the fork server that this process was forked by, so that what runs here cannot reach it."""
    global _server  # noqa: PLW0603
    if _server:
        _server.close()
    _server = None


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return os.sep
