"""The papermill engine ``govreport``: notebooks that opt in run in a fork of a preloaded process, others as usual."""

from __future__ import annotations

import contextlib
import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from queue import Empty
from typing import Any

from jupyter_client.client import KernelClient
from jupyter_client.session import Session, json_packer
from nbclient.exceptions import DeadKernelError

from govreport.batch.engine.forkserver import AVAILABLE, Child, forkserver
from govreport.batch.engine.kernel_requirements import kernel_command, kernel_misfit
from govreport.core import METADATA, GovReportError

MOST_OUTPUT = 100_000_000
"""Maximum output of a notebook in bytes. Browsers cannot open larger pages."""
SHUTDOWN_PATIENCE = 5.0
"""Seconds that a notebook's process has to end by itself, as in nbclient."""


class PipeKernel:
    """A running kernel with the interface that nbclient expects: kernel manager, kernel client and shell channel."""

    has_kernel, allow_stdin = True, False

    def __init__(self, child: Child) -> None:
        self.shell_channel, self.session = self, Session()
        self._child, self._received = child, 0

    execute = KernelClient.execute
    kernel_info = KernelClient.kernel_info

    def shut_down(self) -> None:
        """Let the kernel do what its notebook registered with `atexit`, and close its files."""
        self.send(self.session.msg("shutdown_request", {}))
        until = time.monotonic() + SHUTDOWN_PATIENCE
        with contextlib.suppress(DeadKernelError, Empty, OutputTooLargeError):
            while self.receive(until - time.monotonic())["msg_type"] != "shutdown_reply":
                pass

    def send(self, message: dict[str, Any]) -> None:
        """Send a request to the kernel. If it has died, waiting for its answer tells."""
        with contextlib.suppress(OSError):
            self._child.connection.send_bytes(json_packer(message))

    def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message of the shell channel; see `receive`."""
        while (message := self.receive(timeout))["channel"] != "shell":
            pass
        return message

    def receive(self, timeout: float | None = None) -> dict[str, Any]:
        """Return the next message of any channel.

        Raises Empty if none arrives within the timeout in seconds, DeadKernelError if the kernel's process has ended,
        OutputTooLargeError if it has put out too much.
        """
        connection = self._child.connection
        if timeout is not None and (timeout <= 0 or not connection.poll(timeout)):
            raise Empty
        try:
            data = connection.recv_bytes(MOST_OUTPUT)
            message: dict[str, Any] = json.loads(data)
            message["buffers"] = [connection.recv_bytes(MOST_OUTPUT) for _ in range(message["pieces"])]
        except (EOFError, OSError) as error:
            if isinstance(error, OSError) and error.errno is None:  # the message is too long
                raise OutputTooLargeError from None
            raise DeadKernelError("Kernel died") from None
        self._received += len(data) + sum(map(len, message["buffers"]))
        if self._received > MOST_OUTPUT:
            raise OutputTooLargeError
        message["header"]["date"] = datetime.fromisoformat(message["header"]["date"])
        return message


LARGE = {"pandas": "pandas|pd|frame|claims|seaborn", "matplotlib.pyplot": "pyplot|plt|plot|figure|seaborn"}
"""Modules that take longer to import than the report does to run, and words by which a notebook shows that it needs
them. The preloaded process imports them once the first such notebook comes."""
OPT_IN = "engine"
"""Key in the notebook's metadata that opts in: ``{"govreport": {"engine": "forked"}}``."""
FORKED = "forked"
IMPORTED = "--IPKernelApp.extra_extensions=govreport"
"""Argument by which a kernel imports the package when it starts, so that charts have Chinese characters."""


class OutputTooLargeError(GovReportError):
    """Raised if the output of a notebook is too large for a page."""

    def __init__(self) -> None:
        super().__init__(f"笔记本的输出超过{MOST_OUTPUT // 1_000_000}MB，已停止；请减少打印的内容。")


GovReportEngine: Any


def __getattr__(name: str) -> Any:
    """Return the class ``GovReportEngine``. Papermill loads its engines, this one too, while it is imported itself."""
    if name != "GovReportEngine":
        raise AttributeError(name)
    import papermill.engines  # noqa: F401, PLC0415

    return _engine()


@cache
def _engine() -> Any:
    from papermill.engines import NBClientEngine  # noqa: PLC0415
    from papermill.log import logger  # noqa: PLC0415

    class GovReportEngine(NBClientEngine):  # type: ignore[misc]
        """Runs notebooks in forks of a preloaded process: ``papermill --engine govreport``; see docs/engine.md.

        Its setting ``memory`` is the memory limit of the notebook in bytes, 0 for no limit. Raises DeadKernelError or
        CellTimeoutError like the stock engine, and OutputTooLargeError if the output is too large for a page.
        """

        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, memory: int = 0, **settings: Any) -> None:
            if not is_forked(nb_man.nb.metadata, kernel_name):
                arguments = [*settings.pop("extra_arguments", ()), IMPORTED]
                super().execute_managed_notebook(nb_man, kernel_name, extra_arguments=arguments, **settings)
                return
            from govreport.batch.engine.kernel import run_kernel  # noqa: PLC0415, it needs a system that can fork
            from govreport.batch.engine.pipe_client import PipeClient  # noqa: PLC0415, it imports papermill

            settings["timeout"] = settings.pop("execution_timeout", None) or settings.get("timeout")
            own = {key: value for key, value in settings.items() if key not in ("input_path", "start_timeout")}
            child = forkserver().fork(run_kernel, memory, modules=_asked_for(nb_man.nb))
            kernel = PipeKernel(child)
            try:
                client = PipeClient(nb_man, km=kernel, kernel_name=kernel_name, log=logger, **own)
                client.kc = kernel
                client.execute()
                kernel.shut_down()
            finally:
                child.end()

    return GovReportEngine


def _asked_for(notebook: Any) -> Sequence[str]:
    """Return the large modules that a notebook seems to import; it imports others in its own process."""
    source = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    return [module for module, words in LARGE.items() if re.search(rf"\b({words})\b", source)]


def is_forked(metadata: Mapping[str, Any], kernel_name: str) -> bool:
    """Whether a notebook runs in a fork: it opts in, its kernel is this Python, and the system can fork."""
    wants = (metadata.get(METADATA) or {}).get(OPT_IN) == FORKED
    return wants and AVAILABLE and _is_this_python(kernel_command(kernel_name)) and not kernel_misfit()


def _is_this_python(command: Sequence[str]) -> bool:
    """Whether a kernel's command starts ipykernel under this interpreter."""
    own = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info), sys.executable}
    return "ipykernel_launcher" in command and command[0] in own  # jupyter_client runs it with this Python
