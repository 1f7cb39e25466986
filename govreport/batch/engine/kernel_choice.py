"""Which kernel runs a notebook: the one that it names or, where that is not installed, this Python's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from govreport.core import ProjectError

PYTHON = "python3"
"""The name of this Python's kernel, which jupyter_client knows wherever ipykernel is installed."""


def kernel_of(notebook: Path) -> tuple[str, str]:
    """Return PYTHON if the kernel that a notebook names is not installed, else nothing, and a note about it.

    Raises ProjectError if that kernel runs another language than Python.
    """
    metadata = json.loads(notebook.read_bytes())["metadata"]
    told = metadata.get("kernelspec", {})
    name, language = told.get("name"), told.get("language") or metadata.get("language_info", {}).get("name", "python")
    if not name or kernel_command(name):
        return "" if name else PYTHON, ""
    missing = f"笔记本 {notebook.name} 的内核“{name}”没有安装"
    if language.lower() != "python":
        raise ProjectError(f"{missing}（语言是 {language}）；请安装该内核，或在 JupyterLab 中改选 Python 内核并保存。")
    return PYTHON, f"{missing}，改用本程序的 Python 运行。"


@cache
def kernel_command(kernel: str) -> Sequence[str]:
    """Return the command that starts a kernel; empty if it is not installed."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

    try:
        return tuple(KernelSpecManager().get_kernel_spec(kernel).argv)
    except NoSuchKernel:
        return ()
