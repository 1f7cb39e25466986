"""The kernel of a forked notebook: IPython's kernel, but with a pipe instead of ZeroMQ."""

from __future__ import annotations

import asyncio
import atexit
import codecs
import contextlib
import io
import logging
import os
import resource
import select
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from functools import cache
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop

from govreport.batch.engine.forkserver import disinherit
from govreport.core import watch_notebook

FLUSH_AFTER = 0.02
"""Seconds until text is sent, unless there is much of it."""
CHUNK = 1 << 16
"""Bytes that a pipe holds."""
BACKEND = "module://matplotlib_inline.backend_inline"
ARGUMENTS = ["ipykernel_launcher.py"]


class PipeSession(Session):
    """Sends the messages of ipykernel's session over a connection. Messages from forks of the kernel are dropped."""

    def begin(self, connection: Connection) -> None:
        """Use this connection for all messages."""
        self.connection, self.pid, self._sending = connection, os.getpid(), threading.Lock()

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, ident: Any = None,
             buffers: Any = None, track: bool = False, header: Any = None, metadata: Any = None) -> Any:  # fmt: skip
        """Send a message on a channel, ``iopub`` or ``shell``, and return it."""
        if os.getpid() != self.pid:
            return None
        is_type = isinstance(msg_or_type, str)
        message = self.msg(msg_or_type, content, parent, header, metadata) if is_type else msg_or_type
        pieces = list(buffers or message.get("buffers", ()))
        answered = {"msg_id": message["parent_header"].get("msg_id")}
        packed = self.pack({**message, "channel": stream, "pieces": len(pieces), "parent_header": answered})
        with self._sending:
            self.connection.send_bytes(packed)
            for piece in pieces:
                self.connection.send_bytes(bytes(piece))
        return message


class ForkedKernel(IPythonKernel):
    """IPython's kernel without sockets. The client must not send further requests after a failure."""

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Do nothing: no requests wait, because the client sends one cell at a time."""


@cache
def prepare() -> ForkedKernel:
    """Return this process's kernel. The preloaded process makes it; its forks use it."""
    app = IPKernelApp.instance()
    app.config.HistoryManager.hist_file = ":memory:"  # no file and no thread that saves to it
    app.config.ForkedKernel._execute_sleep = 0  # no delay is needed: a pipe keeps the order of messages
    app.init_pdb()  # type: ignore[no-untyped-call]
    log = logging.Logger(__name__, logging.CRITICAL + 1)  # no logger of the notebook, whatever level that sets
    kernel = ForkedKernel.instance(session=PipeSession(), iopub_socket="iopub", parent=app, log=log, user_ns=None)
    app.kernel = kernel
    return kernel


class TextStream(io.TextIOWrapper):
    """Standard output or error of a notebook: it writes into a pipe that also replaces the file descriptor.

    So what any process writes keeps its order. name: ``stdout`` or ``stderr``; number: the file descriptor.
    """

    def __init__(self, session: PipeSession, name: str, number: int) -> None:
        self._session, self._kind = session, name
        self._owner, self._lock = os.getpid(), threading.RLock()
        self._parent: Mapping[str, Any] = {}
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        os.dup2(writing, number)
        os.close(writing)
        raw: Any = io.FileIO(number, "w", closefd=False)
        raw.name = name
        super().__init__(raw, "UTF-8", "backslashreplace", write_through=True)
        threading.Thread(target=self._watch, daemon=True).start()

    def set_parent(self, parent: Mapping[str, Any]) -> None:
        """Send further text as output of this request."""
        self._parent = parent

    def flush(self) -> None:
        """Send what was written so far. A fork of the kernel leaves it to the kernel."""
        if os.getpid() == self._owner:
            self._send()

    def _watch(self) -> None:
        taken = 0
        while True:
            select.select([self._reading], [], [])
            if taken < CHUNK // 2:
                time.sleep(FLUSH_AFTER)
            taken = self._send()

    def _send(self) -> int:
        """Send what waits in the pipe, and return how many bytes it was."""
        data = b""
        with self._lock:
            with contextlib.suppress(BlockingIOError):
                data = os.read(self._reading, CHUNK)
            if text := self._decoder.decode(data):
                self._session.send("iopub", "stream", {"name": self._kind, "text": text}, self._parent)
        return len(data)


def run_kernel(connection: Connection, memory: int = 0) -> None:
    """Answer requests on the connection until one asks to shut down. Runs in a forked child.

    Whoever closes the connection has killed the child before; the fork server does where it could not.
    memory: memory limit of the notebook in bytes, 0 for no limit.
    """
    if memory:
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (memory, hard))
    disinherit()
    watch_notebook()
    kernel = prepare()
    session: Any = kernel.session
    session.begin(connection)
    sys.argv = ARGUMENTS
    IPKernelApp.instance().init_path()  # type: ignore[no-untyped-call]
    os.environ["MPLBACKEND"] = BACKEND
    kernel.shell.init_environment()  # type: ignore[union-attr]
    streams = TextStream(session, "stdout", 1), TextStream(session, "stderr", 2)
    sys.stdout, sys.stderr = streams
    kernel.shell_channel_thread = SimpleNamespace(parent_thread=threading.current_thread())
    asyncio.run(_serve(kernel, connection, streams))
    history: Any = kernel.shell.history_manager  # type: ignore[union-attr]
    history.end_session = history.close = lambda: None  # it is in memory, and closing it takes a millisecond
    atexit._run_exitfuncs()  # they also clear the notebook's names, which closes its files
    session.send("shell", "shutdown_reply", {})


async def _serve(kernel: ForkedKernel, connection: Connection, streams: Iterable[TextStream]) -> None:
    kernel.io_loop = IOLoop.current()
    requests: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    def receive() -> None:
        requests.put_nowait(kernel.session.unpack(connection.recv_bytes()))  # type: ignore[union-attr]

    asyncio.get_running_loop().add_reader(connection.fileno(), receive)
    while (request := await requests.get())["header"]["msg_type"] != "shutdown_request":
        kernel.set_parent([], request, channel="shell")  # type: ignore[no-untyped-call]
        kernel._publish_status("busy", "shell")  # type: ignore[no-untyped-call]
        kernel.pre_handler_hook()  # type: ignore[no-untyped-call]
        await getattr(kernel, request["header"]["msg_type"])("shell", [], request)
        kernel.post_handler_hook()  # type: ignore[no-untyped-call]
        for stream in streams:
            stream.flush()
        kernel._publish_status("idle", "shell")  # type: ignore[no-untyped-call]
