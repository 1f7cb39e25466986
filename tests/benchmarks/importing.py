"""How long one report takes to import, by format: reading the file, aligning it with the form, splitting its prose.

    python tests/benchmarks/importing.py [--rounds N]

Reads files of the corpus in tests/published again and again in one process, after one round that does not count
(imports, fonts, caches of labels), and then runs `govreport import FILE --json` as a whole command, start included.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from govreport.exchange.recognise.published import read_published

FILES = Path(__file__).resolve().parent.parent / "published" / "files"
SAMPLES = {
    "HTML": ("html-plain-2021.html", "html-word-2023.html", "html-cms-2022.html"),
    "DOCX": ("docx-plain-2021.docx", "docx-styles-2020.docx", "docx-cut.docx"),
    "PDF": ("pdf-plain-2021.pdf", "office-plain-2022.pdf", "pdf-cut.pdf"),
    "text": ("text-tab-2022.txt", "layout-2022.txt", "raw-2021.txt"),
    "XLSX": ("xlsx-2021.xlsx", "xlsx-sheets.xlsx", "xlsx-unmerged.xlsx"),
}


def timed(path: Path) -> float:
    started = time.perf_counter()
    read_published(path)
    return time.perf_counter() - started


def command(path: Path) -> float:
    program = Path(sys.executable).with_name("govreport")
    started = time.perf_counter()
    subprocess.run([program, "import", str(path), "--json"], check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    print(f"{'format':8}{'median s':>10}{'slowest s':>11}{'command s':>11}")
    for kind, names in SAMPLES.items():
        paths = [FILES / name for name in names]
        for path in paths:
            timed(path)
        times = [timed(path) for _ in range(rounds) for path in paths]
        whole = median(command(path) for path in paths)
        print(f"{kind:8}{median(times):10.3f}{max(times):11.3f}{whole:11.2f}")


if __name__ == "__main__":
    main()
