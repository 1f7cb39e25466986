"""Papermill's engine ``govreport``: notebooks that opt in run in a fork of a warmed process, all others as usual."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from govreport.batch.engine.forkserver import AVAILABLE, forkserver
from govreport.batch.engine.kernel_fit import kernel_misfit
from govreport.core import METADATA, GovReportError

OPT_IN = "engine"
"""The key under the notebook's metadata ``govreport`` by which it opts in: ``{"govreport": {"engine": "forked"}}``."""
FORKED = "forked"


class OutputTooLargeError(GovReportError):
    """A notebook put out more than any page can hold."""


class GovReportEngine:
    """Runs notebooks in forks of a warmed process: ``papermill --engine govreport``.

    Papermill loads its engines while it is itself being imported, so that this module imports papermill later.
    """

    @staticmethod
    def execute_notebook(nb: Any, kernel_name: str, **settings: Any) -> Any:
        """Run a notebook and return it; what differs from the stock engine is listed in docs/engine.md.

        Raises DeadKernelError or CellTimeoutError as the stock engine does, OutputTooLargeError when the
        notebook puts out more than a page can hold.
        """
        return _engine().execute_notebook(nb, kernel_name, **settings)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> str:
        """Return the name of a notebook's kernel."""
        return str(_engine().nb_kernel_name(nb, name))

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> str:
        """Return a notebook's language."""
        return str(_engine().nb_language(nb, language))


@cache
def _engine() -> Any:
    from papermill.engines import Engine  # noqa: PLC0415

    class Forked(Engine):  # type: ignore[misc]
        @classmethod
        def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **settings: Any) -> None:
            _execute(nb_man, kernel_name, **settings)

    return Forked


def _execute(
    nb_man: Any, kernel_name: str, memory: int = 0, over: Callable[[Any], object] | None = None, **settings: Any
) -> None:
    """Run the cells of a managed notebook.

    memory: bytes that the notebook may take, 0 for no bound; over: is given the notebook, however it ended,
    before papermill writes it.
    """
    try:
        _execute_cells(nb_man, kernel_name, memory, settings)
    finally:
        if over:
            over(nb_man.nb)


def _execute_cells(nb_man: Any, kernel_name: str, memory: int, settings: dict[str, Any]) -> None:
    from nbclient.exceptions import DeadKernelError  # noqa: PLC0415
    from papermill.engines import NBClientEngine  # noqa: PLC0415

    if not is_forked(nb_man.nb.metadata, kernel_name):
        NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **settings)
        return
    from govreport.batch.engine.client import MOST_OUTPUT, ForkedNotebookClient, PipeKernel  # noqa: PLC0415
    from govreport.batch.engine.kernel import run_kernel  # noqa: PLC0415, only where there are forks

    child = forkserver().fork(run_kernel, memory)
    kernel = PipeKernel(child)
    try:
        ForkedNotebookClient(nb_man, kernel, **_client_settings(kernel_name, **settings)).execute()
    except DeadKernelError as error:
        if kernel.too_much:
            most = MOST_OUTPUT // 1_000_000
            raise OutputTooLargeError(f"笔记本的输出超过{most}MB，已停止；请减少打印的内容。") from error
        raise
    finally:
        child.end()


def is_forked(metadata: Mapping[str, Any], kernel_name: str) -> bool:
    """Whether a notebook opts in, for the Python that runs here, on a system that can fork."""
    wants = (metadata.get(METADATA) or {}).get(OPT_IN) == FORKED
    return wants and AVAILABLE and _is_this_python(kernel_name) and not kernel_misfit()


@lru_cache
def _is_this_python(kernel_name: str) -> bool:
    """Whether a kernel's name stands for ipykernel under this very interpreter."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

    try:
        command = KernelSpecManager().get_kernel_spec(kernel_name).argv
    except NoSuchKernel:
        return False
    own = {"python", f"python{sys.version_info[0]}", "python{}.{}".format(*sys.version_info), sys.executable}
    return "ipykernel_launcher" in command and command[0] in own  # as jupyter_client starts such a command


def _client_settings(
    kernel_name: str, *, start_timeout: int = 60, execution_timeout: int | None = None, **settings: Any
) -> dict[str, Any]:
    """Return what papermill's stock engine gives to its client for the same settings."""
    from papermill.log import logger  # noqa: PLC0415
    from papermill.utils import merge_kwargs, remove_args  # noqa: PLC0415

    kept = remove_args(["input_path", "timeout", "startup_timeout"], **settings)
    merged: dict[str, Any] = merge_kwargs(
        kept,
        timeout=execution_timeout or settings.get("timeout"),
        startup_timeout=start_timeout,
        kernel_name=kernel_name,
        log=logger,
    )
    return merged
