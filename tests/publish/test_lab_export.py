"""Exporting from JupyterLab's menu, through Jupyter's own server as it finds the installed package."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, unquote
from urllib.request import urlopen

import nbformat
import pytest
from nbconvert.exporters import get_exporter

from govreport.core.errors import GovReportError
from tests.support.patience import wait_for
from tests.support.projects import FAULTY, GOOD, REPOSITORY, Run, environment


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server's address and folder."""
    if not importlib.util.find_spec("jupyter_server"):
        assert not os.environ.get("CI"), "CI must have JupyterLab"
        pytest.skip("JupyterLab is not installed: pip install '.[lab]'")
    root = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--no-browser", "--allow-root", "--ServerApp.disable_check_xsrf=True", "--IdentityProvider.token=")
    command = [sys.executable, "-m", "jupyter_server", f"--port={port}", f"--ServerApp.root_dir={root}", *options]
    log = (root / "log").open("w")
    with log, subprocess.Popen(command, env=environment(HOME=str(root)), stdout=log, stderr=log) as process:
        address = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            with contextlib.suppress(OSError), urlopen(f"{address}/api"):
                return True
            return False

        try:
            wait_for(lambda: process.poll() is not None or answers(), "the server's answer")
            yield address, root
        finally:
            process.terminate()


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_the_menu_gives_the_same_bytes_as_a_run(server: tuple[str, Path], sample: Run, kind: str):
    address, root = server
    shutil.copyfile(sample.folder(GOOD) / "report.ipynb", root / "report.ipynb")
    with urlopen(f"{address}/nbconvert/govreport-{kind}/report.ipynb?download=true") as answer:
        assert answer.read() == (sample.folder(GOOD) / f"report.{kind}").read_bytes()


def saved_as(address: str, notebook: str, kind: str) -> str:
    """The name under which a browser saves what the menu exports."""
    with urlopen(f"{address}/nbconvert/govreport-{kind}/{notebook}.ipynb?download=true") as answer:
        return unquote(answer.headers["Content-Disposition"].partition("''")[2])


def test_what_the_menu_exports_has_the_reports_official_name(server: tuple[str, Path], sample: Run):
    address, root = server
    shutil.copyfile(sample.folder(GOOD) / "report.ipynb", root / "report.ipynb")
    shutil.copyfile(sample.folder(FAULTY) / "report.ipynb", root / "draft.ipynb")
    assert saved_as(address, "report", "html") == "示例市民政局2023年政府信息公开工作年度报告.html"
    assert saved_as(address, "draft", "pdf") == "示例市气象局2023年政府信息公开工作年度报告（草稿）.pdf"


def test_what_is_no_report_of_ours_is_saved_under_the_notebooks_name(server: tuple[str, Path]):
    address, root = server
    cell = nbformat.v4.new_code_cell("1", execution_count=1, outputs=[])
    for name, metadata in (("我的 计算", {}), ("坏的", {"govreport": {"title": 3}})):
        notebook = nbformat.v4.new_notebook(cells=[cell], metadata=metadata)
        nbformat.write(notebook, root / f"{name}.ipynb")
    assert saved_as(address, quote("我的 计算"), "html") == "我的 计算.html"
    with pytest.raises(HTTPError, match="500"):
        saved_as(address, quote("坏的"), "html")


def test_a_format_that_is_not_there_is_not_found(server: tuple[str, Path], sample: Run):
    address, root = server
    shutil.copyfile(sample.folder(GOOD) / "report.ipynb", root / "report.ipynb")
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"{address}/nbconvert/govreport-nothing/report.ipynb")


def test_a_notebook_that_was_not_run_is_not_exported_as_an_empty_page():
    notebook = nbformat.read(REPOSITORY / "notebooks/annual_report.ipynb", as_version=4)
    with pytest.raises(GovReportError, match="笔记本还没有运行"):
        get_exporter("govreport-html")().from_notebook_node(notebook)
