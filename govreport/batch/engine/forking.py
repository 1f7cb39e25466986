"""The fork server's own process: warm, with one thread and no document compiled, so that forking it is safe."""

from __future__ import annotations

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
import sys
import traceback
from functools import cache
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from govreport.batch.engine.forkserver import PID_WIDTH, inherit
from govreport.batch.engine.kernel_fit import kernel_misfit
from govreport.core import os_reason

WARMING = "govreport.batch.warm"
"""The module that warms a process up; named, not imported, since it stands further up."""

_PR_SET_PDEATHSIG = 1


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def serve() -> None:
    """Warm up, then fork children on request until the starter ends; the main function of the server."""
    control, client = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    failure = ""
    try:
        if not kernel_misfit():  # else no notebook is forked, and workers import what they need
            import_module(WARMING).warm()
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
        self._errors = os.dup(2)  # children may put something else in its place
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
                os.write(status, os_reason(error).encode())
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
            inherit(self._client)
            _begin(Connection(connection))
            code = 0
        except SystemExit as error:
            code = error.code if isinstance(error.code, int) else 1
        except BaseException:
            os.write(self._errors, traceback.format_exc().encode())
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
