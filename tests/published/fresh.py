"""Read further reports in the layouts that were met, made anew by chance and kept nowhere: luck is seen.

    python tests/published/fresh.py SEED [COUNT]

prints the table of `by_layout` for COUNT reports (default 5) of each file of text or HTML in `corpus_met`, thrice: with
few, many and nearly only zeros; and each figure that is wrong without a note. It needs `opencc`, as `make.py` does.
"""

from __future__ import annotations

import json
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import corpus_met as met  # noqa: E402
from corpus_html import write as html_page  # noqa: E402
from corpus_report import make_report  # noqa: E402

from tests.support.published_score import Score, by_layout, read  # noqa: E402

ZEROS = (0.3, 0.75, 0.95)


def fresh(layout: met.Layout, file: met.File, name: str, zeros: float, folder: Path) -> tuple[dict[str, object], Score]:
    """Make a report, read it, and return what had to be read and the score."""
    report = make_report(name, file.year, **{**file.base, "zeros": zeros})
    for phenomenon in file.phenomena:
        phenomenon(report)
    text = html_page(report, file.how[1]["style"]) if isinstance(file.how, tuple) else file.how(report)
    path = folder / f"{name}.{'html' if isinstance(file.how, tuple) else 'txt'}"
    path.write_text(text, encoding="utf-8")
    document = {**report.expected(path.name), "layout": layout.name, "met": layout.met}
    expected = json.loads(json.dumps(document), parse_float=Decimal)
    return expected, read(expected, folder)


def main(seed: str, count: str = "5") -> None:
    with tempfile.TemporaryDirectory() as folder:
        scores = [
            fresh(layout, file, f"{file.name}-{seed}-{number}-{zeros}", zeros, Path(folder))
            for layout in met.LAYOUTS
            for file in layout.files
            if not (isinstance(file.how, tuple) and file.how[0] == "pdf")
            for number in range(int(count))
            for zeros in ZEROS
        ]
    print(by_layout(scores))
    print(
        *(line for _, score in scores for line in score.problems if ": unnoted" in line or ": invented" in line),
        sep="\n",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
