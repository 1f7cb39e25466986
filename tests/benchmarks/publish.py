"""Publishing one executed notebook as HTML, PDF and OFD, beside nbconvert's HTML and webpdf, side by side in one run.

    python tests/benchmarks/publish.py [--rounds N]

A round is one notebook that was not published before in this process (Typst remembers what it has set), given to each
way in turn; the first rounds warm up and do not count. The notebooks are those of the sample city, executed beforehand.
The OFD is made of what Typst sets for the PDF, so that a document is set once and both are made of it in turn: what one
of them costs alone is the setting and its own making, in processor time.
webpdf needs ``pip install playwright`` and Debian's Chromium (``apt-get install chromium``), else it is left out.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import HTMLExporter, WebPDFExporter

from govreport.publish.document import read_document
from govreport.publish.html_writer import html_page
from govreport.publish.ofd.ofd_writer import ofd_of
from govreport.publish.pdf_objects import packed
from govreport.publish.pdf_writer import pdf_bytes, typeset

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")
WARMING = 2
Way = Callable[[Any], object]


def executed(project: Path) -> list[Any]:
    """Return the executed notebooks of the sample city, those of different agencies after each other."""
    for part in ("data", "notebooks"):
        shutil.copytree(ROOT / part, project / part)
    command = [Path(sys.executable).with_name("govreport"), "run", "--formats", "html"]
    subprocess.run(command, cwd=project, stdout=subprocess.DEVNULL, check=False)
    return [nbformat.read(path, as_version=4) for path in sorted(project.glob("output/*/*/report.ipynb"))]


def webpdf() -> Way | None:
    """Return nbconvert's webpdf with Debian's Chromium, for which it has no setting, or None."""
    try:
        from playwright.async_api import BrowserType  # noqa: PLC0415
    except ImportError:
        print("webpdf is left out: it needs playwright (pip install playwright; no browser of its own)")
        return None
    if not CHROMIUM.exists():
        print(f"webpdf is left out: {CHROMIUM} is not there (apt-get install chromium)")
        return None
    launch = BrowserType.launch

    async def launch_debian(self: Any, **options: Any) -> Any:
        return await launch(self, executable_path=str(CHROMIUM), **options)

    BrowserType.launch = launch_debian
    exporter = WebPDFExporter(disable_sandbox=True, exclude_input=True)
    return exporter.from_notebook_node


def measured(ways: dict[str, Way], notebooks: list[Any]) -> dict[str, list[float]]:
    """Return seconds by way and round; each round begins with another way."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for number, notebook in enumerate(notebooks):
        names = list(ways)
        first = number % len(names)
        for name in names[first:] + names[:first]:
            start = time.perf_counter()
            ways[name](notebook)
            if number >= WARMING:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def papers(notebooks: list[Any], warming: int) -> list[tuple[float, float]]:
    """Return the processor seconds of a PDF and of an OFD by round: reading and setting, and making the one of it.

    warming: the first notebooks, from which the outlines of most characters are known.
    """
    found = []
    for number, notebook in enumerate(notebooks):
        start = time.process_time()
        made = typeset(read_document(notebook))
        seconds = {"set": time.process_time() - start}
        writers = {"PDF": lambda made: packed(made.pdf, made.rewritten), "OFD": lambda made: ofd_of(made, "2024-01-01")}
        for name in sorted(writers, reverse=bool(number % 2)):
            start = time.process_time()
            writers[name](made)
            seconds[name] = time.process_time() - start
        if number >= warming:
            found.append((seconds["set"] + seconds["PDF"], seconds["set"] + seconds["OFD"]))
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    options = parser.parse_args()
    html = HTMLExporter(exclude_input=True)
    ways: dict[str, Way] = {
        "govreport HTML": lambda notebook: html_page(read_document(notebook)),
        "govreport PDF": lambda notebook: pdf_bytes(read_document(notebook)),
        "nbconvert HTML": html.from_notebook_node,
    }
    if printer := webpdf():
        ways["nbconvert webpdf"] = printer
    with tempfile.TemporaryDirectory() as name:
        notebooks = executed(Path(name))
    rounds = options.rounds + WARMING
    seconds, papers_made = measured(ways, notebooks[:rounds]), papers(notebooks[: 2 * rounds], rounds)
    ours = [a + b for a, b in zip(seconds["govreport HTML"], seconds["govreport PDF"], strict=True)]
    print(f"{os.cpu_count()} processors, medians of {len(ours)} rounds, a notebook each")
    for way, found in [*seconds.items(), ("govreport HTML and PDF", ours)]:
        median, least, most = (1000 * figure for figure in (statistics.median(found), min(found), max(found)))
        print(f"{way:24} {median:8.1f} ms  from {least:.1f} to {most:.1f}")
    for way, times in zip(("PDF", "OFD"), zip(*papers_made, strict=True), strict=True):
        print(f"{way}, processor time {1000 * statistics.median(times):8.1f} ms")
    print(f"an OFD takes {statistics.median(ofd / pdf for pdf, ofd in papers_made):.2f} times as long as its PDF")
    if printer:
        pairs = zip(seconds["nbconvert HTML"], seconds["nbconvert webpdf"], ours, strict=True)
        ratio = statistics.median((page + paper) / mine for page, paper, mine in pairs)
        print(f"nbconvert's HTML and webpdf take {ratio:.1f} times as long")


if __name__ == "__main__":
    main()
