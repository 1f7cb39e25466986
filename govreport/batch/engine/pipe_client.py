"""Papermill's client of a `PipeKernel`: nbclient puts the outputs together, but waits for one pipe, without tasks."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime
from queue import Empty
from typing import Any
from unittest.mock import patch

from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError
from nbformat import NotebookNode
from nbformat.v4 import nbbase
from papermill.clientwrap import PapermillNotebookClient

_FREE = re.compile(r"application/(json|[a-zA-Z0-9][a-zA-Z0-9\-+.]*\+json)")
"""MIME types whose content may be any JSON; that of all others is text."""


class PipeClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client without tasks that wait for each other: the messages of a pipe have one order."""

    def papermill_execute_cells(self) -> None:
        """Run the cells in one event loop.

        nbformat checks of their outputs those that are not plainly sound, and papermill reads its own times quickly.
        """
        quick = patch("dateutil.parser.parse", datetime.fromisoformat)
        with patch.object(nbbase, "validate", _check), quick, asyncio.Runner() as loop:
            self.execute_cell = lambda *place: loop.run(self.async_execute_cell(*place))
            super().papermill_execute_cells()

    def process_message(self, message: dict[str, Any], *place: Any) -> Any:
        """Take a message. Its data stays as it is: nobody asks for its keys as attributes."""
        if "data" in message["content"]:
            plain, message["content"]["data"] = message["content"]["data"], NotebookNode()  # type: ignore[no-untyped-call]
            dict.update(message["content"]["data"], plain)
        return super().process_message(message, *place)

    async def _async_poll_kernel_alive(self) -> None:
        """Do nothing: a pipe ends with its process."""

    async def _async_poll_output_msg(self, msg_id: str, cell: Any, index: int) -> Any:
        """Take the messages of a cell until it has ended. Return the reply."""
        timeout, reply, idle = self.timeout_func(cell) if self.timeout_func else self.timeout, None, False
        until = time.monotonic() + timeout if timeout and timeout > 0 else None
        while reply is None or not idle:
            try:
                message = self.kc.receive(until and until - time.monotonic())
            except Empty:
                told = "Cell execution timed out", timeout, cell
                raise CellTimeoutError.error_from_timeout_and_cell(*told) from None
            is_own = message["parent_header"].get("msg_id") == msg_id
            if is_own and message["channel"] == "shell":
                reply = message
                if self.record_timing:
                    cell["metadata"]["execution"]["shell.execute_reply"] = timestamp(message)
            elif is_own:
                try:
                    self.process_message(message, cell, index)
                except CellExecutionComplete:
                    idle = True
        return reply

    async def _async_poll_for_reply(self, msg_id: str, cell: Any, timeout: Any, outputs: Any, alive: Any) -> Any:
        return await outputs


_nbformat_check = nbbase.validate


def _check(node: Any, ref: str | None = None) -> None:
    """Check an output as nbformat does, 2 ms of a schema, unless it is plainly sound: texts under MIME types."""
    data = node.get("data") if ref in ("display_data", "execute_result") else None
    if data is None or not all(isinstance(value, str) or _FREE.fullmatch(kind) for kind, value in data.items()):
        _nbformat_check(node, ref)  # type: ignore[no-untyped-call]
