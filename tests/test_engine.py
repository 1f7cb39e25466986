"""Papermill's engine ``govreport``: the outputs of the stock engine, cell by cell, and no trace of one in another."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from engine_notebooks import NOTEBOOKS, Tagged
from papermill.exceptions import PapermillExecutionError
from projects import REPOSITORY

from govreport.batch.engine import is_forked
from govreport.batch.forkserver import AVAILABLE

forks = pytest.mark.skipif(not AVAILABLE, reason="this system cannot fork safely")
OPTS_IN = {"govreport": {"engine": "forked"}}
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
CHANGING = [
    (re.compile(r"0x[0-9a-f]{6,}"), "0x"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+"), "date"),
    (re.compile(r"ipykernel_\d+/\d+\.py"), "cell.py"),
    (re.compile(r"\d+(\.\d+)? [nµm]?s\b"), "time"),
    (re.compile(r"id=['\"]?[0-9a-f-]{20,}['\"]?"), "id="),
]
"""What differs between any two runs: addresses, process ids, times, random ids."""


def written(folder: Path, cells: Sequence[str | Tagged], metadata: dict[str, Any] = OPTS_IN) -> Path:
    """Write a notebook of code cells."""
    made = []
    for cell in cells:
        source, tags = (cell.source, list(cell.tags)) if isinstance(cell, Tagged) else (cell, [])
        made.append(nbformat.v4.new_code_cell(source, metadata={"tags": tags} if tags else {}))
    notebook = nbformat.v4.new_notebook(cells=made, metadata=KERNEL | metadata)
    target = folder / "in.ipynb"
    nbformat.write(notebook, target)
    return target


def executed(source: Path, engine: str | None, **settings: Any) -> dict[str, Any]:
    """Run a notebook with an engine and return what it wrote, also when it failed."""
    target = source.parent / f"{engine}.ipynb"
    cwd = source.parent / f"cwd-{engine}"
    cwd.mkdir(exist_ok=True)
    with contextlib.suppress(PapermillExecutionError):
        papermill.execute_notebook(source, target, engine_name=engine, cwd=cwd, progress_bar=False, **settings)
    return json.loads(target.read_text(encoding="utf-8"))


def settled(value: Any) -> Any:
    """Return outputs without what differs between any two runs."""
    if isinstance(value, dict):
        return {key: settled(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [settled(inner) for inner in value]
    if isinstance(value, str):
        for pattern, told in CHANGING:
            value = pattern.sub(told, value)
    return value


def outputs(cell: dict[str, Any]) -> list[Any]:
    """Return a cell's outputs; neighbouring pieces of streams are joined: when they are sent is a matter of time."""
    found: list[Any] = []
    for output in cell.get("outputs", []):
        if output["output_type"] != "stream":
            found.append(output)
            continue
        if not found or "output_type" in found[-1]:
            found.append({})
        found[-1][output["name"]] = found[-1].get(output["name"], "") + "".join(output["text"])
    return found


@forks
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_those_of_the_stock_engine(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOVREPORT_PROJECT", str(REPOSITORY))
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # under it ipykernel does not take the output of child processes
    source = written(tmp_path, NOTEBOOKS[name])
    assert is_forked(OPTS_IN, "python3"), "or the stock engine would be compared with itself"
    stock, ours = executed(source, None), executed(source, "govreport")
    assert [cell["source"] for cell in stock["cells"]] == [cell["source"] for cell in ours["cells"]]
    for theirs, own in zip(stock["cells"], ours["cells"], strict=True):
        code = "".join(own["source"])
        assert settled(outputs(theirs)) == settled(outputs(own)), code
        assert theirs.get("execution_count") == own.get("execution_count"), code
        for part in ("status", "exception"):
            assert theirs["metadata"].get("papermill", {}).get(part) == own["metadata"].get("papermill", {}).get(
                part
            ), code
        assert set(theirs["metadata"]) == set(own["metadata"]), code
    assert stock["metadata"]["language_info"] == ours["metadata"]["language_info"]
    assert set(stock["metadata"]) == set(ours["metadata"])
