"""What running a notebook requires: that its kernel is installed and, in a forked process, some private names.

`ForkedKernel` uses private names of ipykernel, `PipeClient` replaces some of nbclient. Tested with ipykernel 6.30 to
7.4 and nbclient 0.10 to 0.11. Any release may change these names, so pyproject.toml limits the versions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from operator import attrgetter

PYTHON = "python3"
"""The name of this Python's kernel, which jupyter_client knows wherever ipykernel is installed."""
_TAKEN = ("_abort_queues", "_execute_sleep", "_publish_status", "post_handler_hook", "pre_handler_hook", "set_parent")
REPLACED = ("_async_poll_for_reply", "_async_poll_kernel_alive", "_async_poll_output_msg")
_FITTING = {"ipykernel": "7", "nbclient": "0.11"}


@cache
def kernel_misfit() -> str:
    """Return a Chinese sentence if a package lacks a private name and nothing can be forked, otherwise ''.

    >>> kernel_misfit()
    ''
    """
    try:
        from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415
        from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415
        from nbclient import NotebookClient  # noqa: PLC0415

        attrgetter(*_TAKEN)(IPythonKernel)
        attrgetter("init_path")(IPKernelApp)
        attrgetter(*REPLACED)(NotebookClient)
    except (ImportError, AttributeError) as error:
        package, *_ = (error.obj.__module__ if isinstance(error, AttributeError) else str(error.name)).split(".")
        found = f"{package} {version(package)} 没有 {error.name}，与预热的进程不合"
        return f"{found}，笔记本由 papermill 逐份启动，结果相同，速度较慢；请安装 {package} {_FITTING[package]}"
    return ""


@cache
def kernel_command(kernel: str) -> Sequence[str]:
    """Return the command that starts a kernel; empty if it is not installed."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

    try:
        return tuple(KernelSpecManager().get_kernel_spec(kernel).argv)
    except NoSuchKernel:
        return ()
