"""Which kernels are installed, and what starts them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

PYTHON = "python3"
"""The name of this Python's kernel, which jupyter_client knows wherever ipykernel is installed."""


@cache
def kernel_command(kernel: str) -> Sequence[str]:
    """Return the command that starts a kernel; empty if it is not installed."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

    try:
        return tuple(KernelSpecManager().get_kernel_spec(kernel).argv)
    except NoSuchKernel:
        return ()
