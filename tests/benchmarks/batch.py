"""Throughput of a batch beside papermill and nbconvert, measured side by side in one run.

    python tests/benchmarks/batch.py [--reports N] [--loop N] [--rounds N]

| way | what it does for each report |
|---|---|
| loop | `papermill`, `jupyter nbconvert --to html`, then `--to webpdf`: three commands, one after the other |
| one process | papermill's API, nbconvert's HTML exporter, and one Chromium that stays open for the PDF |
| govreport 1, 2 | `govreport run --force --jobs 1` and `2`: HTML, PDF and review copy; whole command, start included |
| govreport Dask | the same with `--scheduler`: a scheduler and two worker processes on this machine |
| plain | the notebook's own code in plain functions, the pages by the same writers, two processes, no Jupyter |

Reports are distinct, of a generated project. Ways alternate; medians over the rounds. The ratios within a round are
what counts, since a machine's speed drifts. Needs ``pip install playwright`` (no browser of its own) and Debian's
Chromium for the first two ways, ``pip install 'govreport[dask]'`` for the fifth. Memory is the peak of the whole family
of processes, each page counted once (PSS), read ten times a second.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from generate import write_project

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
CHROMIUM = Path("/usr/bin/chromium")
YEAR = 2023
Reports = list[tuple[str, int]]


def quietly(project: Path, *command: str | Path, **variables: str) -> None:
    """Run a command in the project, without its output; raise when it fails."""
    environment = {**os.environ, **variables}
    subprocess.run(
        command, cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True
    )


def browsers(folder: Path) -> Path:
    """Put Debian's Chromium where playwright expects a browser of its own, since nbconvert's webpdf takes no path."""
    script = "from playwright.sync_api import sync_playwright as p\nwith p() as q: print(q.chromium.executable_path)"
    variables = {**os.environ, "PLAYWRIGHT_BROWSERS_PATH": str(folder)}
    found = subprocess.run([sys.executable, "-c", script], env=variables, capture_output=True, text=True, check=True)
    expected = Path(found.stdout.strip())
    for place in {expected, Path(str(expected).replace("chromium-", "chromium_headless_shell-"))}:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(CHROMIUM)
    shell = expected.parents[1].with_name(expected.parents[1].name.replace("chromium-", "chromium_headless_shell-"))
    for inner in ("chrome-linux", "chrome-headless-shell-linux64"):
        place = shell / inner / ("headless_shell" if inner == "chrome-linux" else "chrome-headless-shell")
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(CHROMIUM)
    return folder


def loop(project: Path, reports: Reports) -> None:
    """Execute and export one report after the other with papermill's and nbconvert's own commands."""
    notebook, installed = (
        project / "notebooks/annual_report.ipynb",
        {"PLAYWRIGHT_BROWSERS_PATH": str(project / "browsers")},
    )
    for agency, year in reports:
        target = project / "output" / f"{agency}-{year}.ipynb"
        target.parent.mkdir(exist_ok=True)
        quietly(project, BIN / "papermill", notebook, target, "-p", "agency", agency, "-p", "year", str(year))
        quietly(project, BIN / "jupyter", "nbconvert", "--to", "html", "--no-input", target)
        options = ("--no-input", "--WebPDFExporter.disable_sandbox=True")
        quietly(project, BIN / "jupyter", "nbconvert", "--to", "webpdf", *options, target, **installed)


def one_process(project: Path, reports: Reports) -> None:
    """Do the same in one process of its own, with a browser that stays open."""
    told = json.dumps(reports)
    quietly(project, sys.executable, __file__, "--one-process", told)


def run_one_process(reports: Reports) -> None:
    """Execute and export reports by the libraries' own interfaces, in the working folder."""
    import papermill  # noqa: PLC0415
    from nbconvert.exporters import HTMLExporter  # noqa: PLC0415
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    exporter = HTMLExporter(exclude_input=True)
    Path("output").mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        for agency, year in reports:
            target = Path("output") / f"{agency}-{year}"
            parameters = {"agency": agency, "year": year}
            notebook = papermill.execute_notebook(
                "notebooks/annual_report.ipynb", f"{target}.ipynb", parameters=parameters, progress_bar=False
            )
            page, _ = exporter.from_notebook_node(notebook)
            target.with_suffix(".html").write_text(page, encoding="utf-8")
            tab = browser.new_page()
            tab.goto(target.with_suffix(".html").absolute().as_uri(), wait_until="load")
            tab.pdf(path=target.with_suffix(".pdf"), print_background=True)
            tab.close()


def ours(project: Path, reports: Reports, *options: str) -> None:
    """Run the reports with govreport."""
    agencies = list(dict.fromkeys(agency for agency, _ in reports))
    quietly(project, BIN / "govreport", "run", *agencies, "--year", str(YEAR), "--force", *options)


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Give the address of a Dask scheduler on the loopback that has two workers with one thread each."""
    folder.mkdir()
    log, processes = folder / "scheduler.log", []
    try:
        with log.open("wb") as target:
            command = [BIN / "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
            processes.append(
                subprocess.Popen(command, cwd=folder, stdout=target, stderr=target, start_new_session=True)
            )
        while "tcp://127.0.0.1:" not in log.read_text(errors="replace"):
            time.sleep(0.1)
        address = next(word for word in log.read_text().split() if word.startswith("tcp://127.0.0.1:"))
        with (folder / "workers.log").open("wb") as target:
            command = [BIN / "dask", "worker", address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard"]
            processes.append(
                subprocess.Popen(command, cwd=folder, stdout=target, stderr=target, start_new_session=True)
            )
        while (folder / "workers.log").read_text(errors="replace").count("Registered to") < 2:
            time.sleep(0.1)
        yield address
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def plain(project: Path, reports: Reports) -> None:
    """Make the same pages without Jupyter, in two processes."""
    quietly(project, sys.executable, __file__, "--plain", json.dumps(reports))


def run_plain(reports: Reports) -> None:
    """Make pages in two processes, in the working folder."""
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.starmap(make_plainly, reports, chunksize=1)


def make_plainly(agency: str, year: int) -> None:
    """Make a report's pages by the code of the notebook's cells."""
    from govreport.notebook.report import Report  # noqa: PLC0415
    from govreport.notebook.views import Charts  # noqa: PLC0415
    from govreport.publish.document import read_document  # noqa: PLC0415
    from govreport.publish.html_writer import html_page  # noqa: PLC0415
    from govreport.publish.pdf_writer import pdf_bytes  # noqa: PLC0415
    from govreport.publish.review import review_page  # noqa: PLC0415

    shown: list[object] = []
    source = json.loads(Path("notebooks/annual_report.ipynb").read_text(encoding="utf-8"))
    names = {"agency": agency, "year": year, "strict": False, "Report": Report}
    for cell in source["cells"]:
        if cell["cell_type"] == "code" and "parameters" not in cell["metadata"].get("tags", []):
            *first, last = "".join(cell["source"]).splitlines()
            exec("\n".join(first), names)
            value = eval(last, names)
            shown += value.items if isinstance(value, Charts) else [value]
    outputs = [
        {"output_type": "display_data", "data": thing._repr_mimebundle_(), "metadata": {}} for thing in shown if thing
    ]
    cell = {"cell_type": "code", "metadata": {}, "source": "", "outputs": outputs}
    document = read_document({"cells": [cell], "metadata": {}})
    folder = Path("output") / str(year) / agency
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.html").write_text(html_page(document), encoding="utf-8")
    (folder / "review.html").write_text(review_page(document), encoding="utf-8")
    (folder / "report.pdf").write_bytes(pdf_bytes(document))


class Memory:
    """The peak memory of this process's family while a block runs, in MB.

    everything: count also what ran before, such as a cluster that is used.
    """

    def __init__(self, everything: bool) -> None:
        self._before = set() if everything else {child.pid for child in psutil.Process().children(recursive=True)}

    def __enter__(self) -> Memory:
        self.peak, self._over = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(0.1):
            total = 0
            for process in psutil.Process().children(recursive=True):
                if process.pid in self._before:
                    continue
                with contextlib.suppress(psutil.Error):
                    total += process.memory_full_info().pss
            self.peak = max(self.peak, total / 1e6)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=60, help="reports of each round but of the first two ways")
    parser.add_argument("--loop", type=int, default=3, help="reports of each round of the first two ways")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one-process", help=argparse.SUPPRESS)
    parser.add_argument("--plain", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one_process or options.plain:
        (run_one_process if options.one_process else run_plain)(json.loads(options.one_process or options.plain))
        return
    with tempfile.TemporaryDirectory() as name:
        project = Path(name) / "project"
        write_project(project, 5 * options.reports, wrong=0.0)
        shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".*"))
        browsers(project / "browsers")
        with cluster(Path(name) / "cluster") as address:
            measure(project, address, options.reports, options.loop, options.rounds)


def measure(project: Path, address: str, number: int, few: int, rounds: int) -> None:
    """Measure the ways in turn and print seconds a report, the ratio to the loop, steps and memory."""
    agencies = sorted(path.name for path in (project / "data").iterdir() if path.is_dir())
    reports = [(agency, YEAR) for agency in agencies[:number]]
    ways: dict[str, tuple[Callable[[Reports], object], int]] = {
        "loop": (lambda some: loop(project, some), few),
        "one process": (lambda some: one_process(project, some), few),
        "govreport 1": (lambda some: ours(project, some, "--jobs", "1"), number),
        "govreport 2": (lambda some: ours(project, some, "--jobs", "2"), number),
        "govreport Dask": (lambda some: ours(project, some, "--scheduler", address), number),
        "plain": (lambda some: plain(project, some), number),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    memory = dict.fromkeys(ways, 0.0)
    steps: dict[str, dict[str, float]] = {}
    for turn in range(rounds):
        for way, (run, count) in ways.items():
            first = turn * count % max(1, number - count + 1)
            start = time.perf_counter()
            with Memory(way == "govreport Dask") as used:
                run(reports[first : first + count])
            seconds[way].append((time.perf_counter() - start) / count)
            memory[way] = max(memory[way], used.peak)
            if way.startswith("govreport"):
                told = json.loads((project / "output/run.json").read_text(encoding="utf-8"))
                steps[way] = {step: times["median"] for step, times in told["steps"].items()}
            shutil.rmtree(project / "output", ignore_errors=True)
    print(f"{os.cpu_count()} processors; {number} reports a round ({few} for the first two ways), {rounds} rounds")
    for way, measured in seconds.items():
        ratio = statistics.median(base / mine for base, mine in zip(seconds["loop"], measured, strict=True))
        print(f"{way:16}{statistics.median(measured):8.3f} s/report{ratio:8.1f} times the loop{memory[way]:8.0f} MB")
    for way, times in steps.items():
        print(f"{way:16}median of each step, ms: " + ", ".join(f"{step} {1000 * t:.0f}" for step, t in times.items()))


if __name__ == "__main__":
    main()
