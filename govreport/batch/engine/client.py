"""The client's side of a forked notebook: nbclient, which talks to a kernel over a pipe instead of ZeroMQ."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

from jupyter_client.jsonutil import extract_dates
from jupyter_client.session import Session, json_packer
from papermill.clientwrap import PapermillNotebookClient

from govreport.batch.engine.forkserver import Child

MOST_OUTPUT = 100_000_000
"""Bytes that a notebook may put out; a page of this size could not be opened."""


class _Channel:
    """Messages of one channel, in order."""

    def __init__(self, kernel: PipeKernel) -> None:
        self.waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._kernel = kernel

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message; raise Empty when none came within the timeout, in seconds."""
        self._kernel.listen()
        try:
            return await asyncio.wait_for(self.waiting.get(), timeout)
        except TimeoutError:
            raise Empty from None


class PipeKernel:
    """What nbclient knows of a kernel, as its client and its manager at once."""

    def __init__(self, child: Child) -> None:
        self.shell_channel, self.iopub_channel = _Channel(self), _Channel(self)
        self.too_much = False
        self._child, self._session = child, Session(key=b"")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._received, self._ended = 0, False

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Ask for a cell to be run; return the request's id."""
        return self._request(
            "execute_request",
            code=code,
            silent=False,
            store_history=store_history,
            user_expressions={},
            allow_stdin=False,
            stop_on_error=stop_on_error,
        )

    def kernel_info(self) -> str:
        """Ask what the kernel is; return the request's id."""
        return self._request("kernel_info_request")

    async def is_alive(self) -> bool:
        """Whether the kernel can still answer."""
        return not self._ended

    async def interrupt_kernel(self) -> None:
        """Interrupt the running cell."""
        self._child.interrupt()

    def listen(self) -> None:
        """Take messages as they come, in the event loop that runs now."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop and not self._ended:
            self._loop = loop
            loop.add_reader(self._child.connection.fileno(), self._receive)

    def close(self) -> None:
        """Take no more messages."""
        if self._loop and not self._ended and not self._loop.is_closed():
            self._loop.remove_reader(self._child.connection.fileno())
        self._ended = True

    def _request(self, kind: str, **content: object) -> str:
        message = self._session.msg(kind, content)
        try:
            self._child.connection.send_bytes(json_packer(message))
        except OSError:
            self.close()
        return str(message["header"]["msg_id"])

    def _receive(self) -> None:
        try:
            data = self._child.connection.recv_bytes(MOST_OUTPUT)
            message = json.loads(data)
            message["buffers"] = [self._child.connection.recv_bytes(MOST_OUTPUT) for _ in range(message["pieces"])]
        except EOFError:
            self.close()
            return
        except OSError as error:  # reset by a dead child, or a message longer than allowed
            self.too_much = error.errno is None
            self.close()
            return
        self._received += len(data) + sum(map(len, message["buffers"]))
        if self._received > MOST_OUTPUT:
            self.too_much = True
            self.close()
            return
        message["header"] = extract_dates(message["header"])
        channel = self.iopub_channel if message["channel"] == "iopub" else self.shell_channel
        channel.waiting.put_nowait(message)


class ForkedNotebookClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client on a forked kernel."""

    def __init__(self, nb_man: Any, kernel: PipeKernel, **settings: Any) -> None:
        super().__init__(nb_man, **settings)
        self._kernel = kernel

    @contextmanager
    def setup_kernel(self, **kwargs: Any) -> Iterator[None]:
        """Give the kernel that is there for the time of a notebook."""
        self.kc: Any = self._kernel
        self.km: Any = self._kernel
        try:
            yield
        finally:
            self._kernel.close()
            self.kc = None
            self.km = None
