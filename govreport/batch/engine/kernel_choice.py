"""Which kernel runs a notebook: the one that it names or, where that is not installed, this Python's."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from govreport.core import ProjectError

PYTHON = "python"


class Kernel(NamedTuple):
    """A kernel's name and language; note: a Chinese sentence if the notebook names another one."""

    name: str
    language: str
    note: str = ""


def kernel_of(notebook: Path) -> Kernel:
    """Return the kernel that runs a notebook.

    Raises ProjectError if it is not installed and runs another language than Python.
    """
    metadata = json.loads(notebook.read_bytes()).get("metadata", {})
    told = metadata.get("kernelspec", {})
    name, language = told.get("name", ""), told.get("language") or metadata.get("language_info", {}).get("name", PYTHON)
    if name and (installed := _language_of(name)):
        return Kernel(name, installed)
    missing = f"笔记本 {notebook.name} 的内核“{name}”没有安装"
    if language.lower() != PYTHON:
        raise ProjectError(f"{missing}（语言是 {language}）；请安装该内核，或在 JupyterLab 中改选 Python 内核并保存。")
    return Kernel(f"{PYTHON}3", PYTHON, f"{missing}，改用本程序的 Python 运行。" if name else "")


@cache
def _language_of(kernel: str) -> str:
    """Return the language of an installed kernel, else an empty text."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel  # noqa: PLC0415

    try:
        return KernelSpecManager().get_kernel_spec(kernel).language or PYTHON
    except NoSuchKernel:
        return ""
