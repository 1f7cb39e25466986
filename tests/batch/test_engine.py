"""Papermill's engine ``govreport``: the outputs of the stock engine, cell by cell, and no trace of one in another."""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from govreport.batch.engine.forkserver import AVAILABLE, forkserver
from govreport.batch.engine.papermill_engine import OutputTooLargeError, is_forked
from tests.support.engine_notebooks import NOTEBOOKS, Tagged
from tests.support.projects import GOOD, REPOSITORY, add_agency, govreport, make_project, write_notebook
from tests.support.strategies import is_thorough

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


def in_any_order(found: list[Any]) -> list[Any]:
    """Return outputs with the lines of streams sorted behind the others: ipykernel reads what child processes write
    in a thread, so that either engine may show their lines before or after the cell's own, and its result.
    """
    lines: dict[str, list[str]] = {}
    for output in found:
        if "output_type" not in output:
            for name, text in output.items():
                lines[name] = sorted([*lines.get(name, []), *filter(None, text.splitlines())])
    return [*(output for output in found if "output_type" in output), {k: v for k, v in lines.items() if v}]


def lines(notebook: dict[str, Any]) -> list[list[Any]]:
    """Return what each cell printed, in any order."""
    return [
        in_any_order([found for found in outputs(cell) if "output_type" not in found]) for cell in notebook["cells"]
    ]


TRIES = 5
"""How often papermill's own engine runs a notebook again on a busy machine: what a child process wrote is lost there if
the thread that reads it comes after the cell's end. Ours runs once."""


@forks
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_those_of_the_stock_engine(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GOVREPORT_PROJECT", str(REPOSITORY))
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # under it ipykernel does not take the output of child processes
    monkeypatch.setattr(
        "papermill.engines.write_ipynb", lambda *_: None
    )  # after each cell; the end is written in earnest
    source = written(tmp_path, NOTEBOOKS[name])
    assert is_forked(OPTS_IN, "python3"), "or the stock engine would be compared with itself"
    stock, ours = executed(source, None), executed(source, "govreport")
    for _ in range(TRIES if name == "processes" else 0):
        if lines(stock) == lines(ours):
            break
        stock = executed(source, None)
    assert bool(ours["metadata"]["papermill"]["exception"]) == name.endswith("that ends it"), "or cells were not run"
    assert [cell["source"] for cell in stock["cells"]] == [cell["source"] for cell in ours["cells"]]
    for theirs, own in zip(stock["cells"], ours["cells"], strict=True):
        code = "".join(own["source"])
        shown = [settled(outputs(cell)) for cell in (theirs, own)]
        if name == "processes":
            shown = [in_any_order(found) for found in shown]
        assert shown[0] == shown[1], code
        assert theirs.get("execution_count") == own.get("execution_count"), code
        for part in ("status", "exception"):
            assert theirs["metadata"].get("papermill", {}).get(part) == own["metadata"].get("papermill", {}).get(
                part
            ), code
        assert set(theirs["metadata"]) == set(own["metadata"]), code
    assert stock["metadata"]["language_info"] == ours["metadata"]["language_info"]
    assert set(stock["metadata"]) == set(ours["metadata"])


TRACES = """
import builtins, os, random, sys, warnings
import matplotlib, numpy, pandas
import govreport, govreport.notebook.report
from govreport import Report
own = f"{agency}-{year}"
found = {
    "environment": os.environ.get("TRACE"), "builtin": getattr(builtins, "trace", None),
    "module": getattr(govreport, "trace", None), "patch": getattr(Report, "trace", None),
    "new module": sys.modules.get("trace_of_one"), "style": matplotlib.rcParams["svg.hashsalt"],
    "option": pandas.get_option("display.precision") != 6 or None, "folder": os.listdir(".") != [nb] or None,
    "name": globals().get("left"),
    "filters": [f for f in warnings.filters if f[:3] == ("error", None, ImportWarning)] or None,
}
assert not any(found.values()), {key: value for key, value in found.items() if value}
os.environ["TRACE"] = builtins.trace = govreport.trace = Report.trace = left = own
sys.modules["trace_of_one"] = sys
matplotlib.rcParams["svg.hashsalt"] = own
pandas.set_option("display.precision", 3)
warnings.simplefilter("error", ImportWarning)
open("left.txt", "w").write(own)
report = Report.open(agency, year)
print("drawn by lot", random.random(), float(numpy.random.rand()))
report
""".replace("[nb]", "['annual_report.ipynb']")
AGENCIES = 60 if is_thorough() else 4


@forks
def test_many_reports_through_one_pool_leave_no_trace_in_each_other(tmp_path: Path):
    root = make_project(tmp_path / "project", GOOD)
    for number in range(AGENCIES - 1):
        add_agency(root, f"shili-{number}", f"示例第{number}局")
    write_notebook(root, TRACES, forked=True)
    result = govreport(root, "run", "--formats", "html")
    assert result.returncode == 0, result.stdout[-2000:]
    folders = [path.parent for path in (root / "output").rglob("report.json")]
    assert len(folders) == 5 * AGENCIES
    numbers = []
    for folder in folders:
        slug, year = folder.name, folder.parent.name
        text = (folder / "report.ipynb").read_text(encoding="utf-8")
        account = json.loads(text)["metadata"]["govreport"]
        assert (account["agency"], str(account["year"])) == (slug, year)
        others = {"示例第" + found + "局" for found in re.findall(r"示例第(\d+)局", text)}
        assert others <= {account["name"]}
        numbers += re.findall(r"drawn by lot (\S+) (\S+)\\n", text)
    assert len({n for pair in numbers for n in pair}) == 2 * len(folders), "random numbers are each report's own"


@forks
def test_a_timeout_and_a_death_raise_what_the_stock_engine_raises(tmp_path: Path):
    asleep = written(tmp_path, ["print('前')", "import time; print('中', flush=True); time.sleep(60)"])
    for engine in (None, "govreport"):
        with pytest.raises(CellTimeoutError):
            executed(asleep, engine, execution_timeout=1)
    dying = written(tmp_path, ["print('前')", "import os, time; print('中', flush=True); time.sleep(1); os._exit(3)"])
    for engine in (None, "govreport"):
        with pytest.raises(DeadKernelError):
            executed(dying, engine)
        kept = json.loads((tmp_path / f"{engine}.ipynb").read_text(encoding="utf-8"))
        texts = ["".join(o["text"]) for cell in kept["cells"] for o in cell["outputs"] if o["output_type"] == "stream"]
        assert texts == ["前\n", "中\n"], "what was put out before is kept"


@pytest.mark.parametrize("metadata", [{}, pytest.param(OPTS_IN, marks=forks)], ids=["stock", "forked"])
def test_a_file_left_open_is_written_and_what_was_registered_for_the_end_is_done(
    metadata: dict[str, Any], tmp_path: Path
):
    cells = [
        "file = open('开着.txt', 'w')\nfile.write('没有关上')",
        "import atexit\natexit.register(open, '最后.txt', 'w')",
        "import os, sys\nos.path.basename(sys.argv[0]), len(sys.argv) > 1",
    ]
    *_, last = executed(written(tmp_path, cells, metadata), "govreport")["cells"]
    called = "".join(last["outputs"][0]["data"]["text/plain"])
    assert (called == "('ipykernel_launcher.py', True)") == (not metadata), (
        "one that does not opt in has its own kernel"
    )
    folder = tmp_path / "cwd-govreport"
    assert (folder / "开着.txt").read_text(encoding="utf-8") == "没有关上" and (folder / "最后.txt").is_file()


@forks
@pytest.mark.parametrize(
    "source",
    ["while True: print('x' * 100_000)", "import subprocess; subprocess.run(['yes', 'y' * 1000])"],
    ids=["itself", "its child"],
)
def test_a_notebook_that_puts_out_too_much_is_stopped(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # under it ipykernel does not take the output of child processes
    monkeypatch.setattr("govreport.batch.engine.papermill_engine.MOST_OUTPUT", 5_000_000)
    with pytest.raises(OutputTooLargeError, match="超过5MB"):
        executed(written(tmp_path, ["print('前')", source]), "govreport")
    assert "前" in (tmp_path / "govreport.ipynb").read_text(encoding="utf-8"), "what was put out before is kept"


def test_notebooks_that_do_not_opt_in_other_kernels_and_other_systems_use_the_stock_engine(
    monkeypatch: pytest.MonkeyPatch,
):
    for metadata in ({}, {"govreport": {}}, {"govreport": {"engine": "other"}}):
        assert not is_forked(metadata, "python3"), metadata
    assert not is_forked(OPTS_IN, "ir") and not is_forked(OPTS_IN, "no-such-kernel")
    monkeypatch.setattr("govreport.batch.engine.papermill_engine.AVAILABLE", False)
    assert not is_forked(OPTS_IN, "python3")


@forks
def test_the_engine_can_be_loaded_before_papermill():
    code = "import govreport.batch.engine.papermill_engine as ours, papermill.engines as theirs; "
    code += "print(theirs.papermill_engines.get_engine('govreport') is ours.GovReportEngine)"
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert result.stdout == "True\n"


def test_the_warmed_process_loads_what_knows_addresses_only_when_it_is_asked(tmp_path: Path):
    (tmp_path / "rfc3987_syntax.py").write_text(
        "def is_valid_syntax(term, value):\n    return value == 'http://示例'\n"
    )
    code = "import sys; from govreport.batch.engine.forkserver import load_jsonschema; load_jsonschema(); "
    code += "from jsonschema import FormatChecker; print('rfc3987_syntax' in sys.modules, "
    code += "*(FormatChecker().conforms(text, 'iri') for text in ('http://示例', '不是')))"
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    command = [sys.executable, "-c", code]
    result = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert result.stdout == "False True False\n"


@forks
def test_the_fork_server_starts_without_what_knows_addresses(tmp_path: Path):
    (tmp_path / "rfc3987_syntax.py").write_text("open(f'{__file__}.imported', 'w').close()\n")
    code = "from govreport.batch.engine.forkserver import forkserver; forkserver().fork(print).end()"
    path = os.pathsep.join([str(tmp_path), *filter(None, sys.path)])
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": path})
    assert not list(tmp_path.glob("*.imported"))


@forks
def test_a_large_module_that_a_notebook_mentions_is_there_before_it_runs(tmp_path: Path):
    cells = ["import sys\nsys.modules.get('pan' + 'das') is not None  # pandas"]
    assert outputs(executed(written(tmp_path, cells), "govreport")["cells"][0])[0]["data"]["text/plain"] == ["True"]


@forks
@pytest.mark.parametrize("engine", [None, "govreport"])
def test_an_output_that_no_notebook_may_hold_is_refused(engine: str | None, tmp_path: Path):
    source = written(tmp_path, ["from IPython.display import display\ndisplay({'text/plain': 5}, raw=True)"])
    with pytest.raises(nbformat.ValidationError):
        papermill.execute_notebook(source, None, engine_name=engine, progress_bar=False)


@forks
def test_the_warmed_process_has_one_thread():
    child = forkserver().fork(print)
    assert child.wait(60) is not None, "it is warm once it has forked"
    server = forkserver()._process
    assert server, "this process started it"
    status = Path(f"/proc/{server.pid}/status")
    (threads,) = re.findall(r"Threads:\s+(\d+)", status.read_text())
    assert threads == "1"


@forks
def test_blank_and_unreadable_years_of_the_example_stop_no_report(tmp_path: Path):
    root = make_project(tmp_path / "p", GOOD)
    assert govreport(root, "new", GOOD, "2024").returncode == 0
    (root / "data" / GOOD / "2020/proactive.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    code = "import govreport.notebook as face; from govreport.filing import Project; "
    code += "face.example_project = Project.find; "
    code += "from govreport.batch.engine.forkserver import warm; warm()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=root)
