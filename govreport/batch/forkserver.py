"""A warmed process that forks a child for each piece of work (Linux).

Python's own fork server runs the caller's main module in every child and refuses callers that are daemons themselves,
as Dask's workers are; this one does neither. It has one thread and compiles no document, so that forking it is safe.
"""

from __future__ import annotations

import array
import contextlib
import ctypes
import gc
import json
import os
import pickle
import random
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from functools import cache
from multiprocessing.connection import Connection
from typing import Any

from govreport.errors import GovReportError

DEBUG = "GOVREPORT_DEBUG"
"""Environment variable under which workers print what kernels and libraries say."""

AVAILABLE = sys.platform == "linux" and hasattr(os, "pidfd_open")
"""Whether this system can fork safely; macOS and Windows cannot."""

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[3]); from govreport.batch.forkserver import serve; serve()"
)
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A process with more threads cannot be forked; read when NumPy is imported."""
_PR_SET_PDEATHSIG = 1
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
        if self._code is None and select.select([self._status], [], [], 0)[0]:
            told = os.read(self._status, 16)
            self._code = int(told) if told else -int(signal.SIGKILL)
        return self._code

    def interrupt(self) -> None:
        """Send an interrupt to the child and what it started."""
        self._signal(signal.SIGINT)

    def end(self) -> None:
        """Kill the child with what it started, and close the connection."""
        self._signal(signal.SIGKILL)
        self.connection.close()
        with contextlib.suppress(OSError):
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
        path = json.dumps([entry for entry in sys.path if entry])
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, str(theirs.fileno()), str(ours.fileno()), path],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=None if os.environ.get(DEBUG) else subprocess.DEVNULL,
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
            raise ForkError(f"生成进程已不在运行（{error.strerror}）；请重新运行。") from error
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


def _folder() -> str:
    try:
        return os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return os.sep


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def serve() -> None:
    """Warm up, then fork children on request until the starter ends; the main function of the server."""
    control, client = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    failure = ""
    try:
        from govreport.batch.warm import warm  # noqa: PLC0415

        warm()
    except Exception as error:
        traceback.print_exc()
        failure = f"{type(error).__name__}: {error}"
    _libc()
    gc.collect()
    gc.freeze()
    _Server(control, client, failure).run()


class _Server:
    """The server's side: its children by process descriptor."""

    def __init__(self, control: socket.socket, client: socket.socket, failure: str) -> None:
        self._control, self._client, self._failure = control, client, failure
        self._children: dict[int, tuple[int, int, int]] = {}
        self._poll = select.poll()
        self._poll.register(control.fileno(), select.POLLIN)
        self._poll.register(0, select.POLLIN)

    def run(self) -> None:
        """Answer requests and bury children until the starter's end of standard input is closed."""
        while True:
            for place, _ in self._poll.poll():
                if place == 0:
                    for pid, _, _ in self._children.values():
                        _kill(pid)
                    os._exit(0)
                elif place == self._control.fileno():
                    self._answer()
                else:
                    self._bury(place)

    def _answer(self) -> None:
        request, rights, _, _ = socket.recv_fds(self._control, 4096, 2)
        if len(rights) != 2:
            return
        connection, status = rights
        if self._failure:
            os.write(status, self._failure[:2000].encode())
        else:
            try:
                pid = os.fork()
            except OSError as error:
                os.write(status, str(error.strerror).encode())
            else:
                if pid == 0:
                    self._become_child(connection, status)
                os.write(status, f"{pid:<{PID_WIDTH}}".encode())
                place = os.pidfd_open(pid)
                self._children[place] = (pid, os.dup(status), int(json.loads(request)["parent"]))
                self._poll.register(place, select.POLLIN)
        os.close(connection)
        os.close(status)

    def _bury(self, place: int) -> None:
        """Say how a child ended; end what it started and the children that it asked for."""
        pid, status, _ = self._children.pop(place)
        self._poll.unregister(place)
        os.close(place)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        _kill(pid)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        with contextlib.suppress(BrokenPipeError):
            os.write(status, str(code).encode())
        os.close(status)
        for other, _, parent in self._children.values():
            if parent == pid:
                _kill(other)

    def _become_child(self, connection: int, status: int) -> None:
        """Do the requested work in the new child and end it; never returns."""
        global _server  # noqa: PLW0603
        code = 1
        try:
            server = os.getppid()
            os.setsid()
            _libc().prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))
            if os.getppid() != server:
                os._exit(1)
            for place, (_, told, _) in self._children.items():
                os.close(place)
                os.close(told)
            self._control.close()
            os.close(status)
            with open(os.devnull, "rb") as nothing:  # noqa: PTH123
                os.dup2(nothing.fileno(), 0)
            _server = Forkserver(self._client)
            _begin(Connection(connection))
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)


def _begin(connection: Connection) -> None:
    """Take the work from the connection and do it, with random numbers of its own."""
    work, arguments, folder, environment = pickle.loads(connection.recv_bytes())
    if environment != dict(os.environ):
        os.environ.clear()
        os.environ.update(environment)
    with contextlib.suppress(OSError):
        os.chdir(folder)
    random.seed()
    numpy: Any = sys.modules.get("numpy")
    if numpy:
        numpy.random.seed()
    work(connection, *arguments)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
