"""Whether the installed ipykernel has the private names that `ForkedKernel` uses.

Tested with ipykernel 6.30 to 7.4. Any release may change these names, so pyproject.toml limits the version.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from operator import attrgetter

_TAKEN = ("_abort_queues", "_execute_sleep", "_publish_status", "post_handler_hook", "pre_handler_hook", "set_parent")


@cache
def kernel_misfit() -> str:
    """Return a Chinese sentence if ipykernel lacks a private name and nothing can be forked, otherwise ''.

    >>> kernel_misfit()
    ''
    """
    try:
        from ipykernel.ipkernel import IPythonKernel  # noqa: PLC0415
        from ipykernel.kernelapp import IPKernelApp  # noqa: PLC0415

        attrgetter(*_TAKEN)(IPythonKernel)
        attrgetter("init_path")(IPKernelApp)
    except (ImportError, AttributeError) as error:
        found = f"ipykernel {version('ipykernel')} 没有 {error.name}，与预热的进程不合"
        return f"{found}，笔记本由 papermill 逐份启动，结果相同，速度较慢；请安装 ipykernel 7"
    return ""
