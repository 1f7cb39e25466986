"""A project whose reports are of another kind, exactly as docs/zh/statistics.md shows it, for a fictional agency."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

from govreport.core.textfile import write_text
from tests.support.projects import REPOSITORY

AGENCY, YEAR = "shili-archive", 2023
PAGE = REPOSITORY / "docs/zh/statistics.md"
FORKED = {
    "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
    "govreport": {"engine": "forked"},  # a kernel of its own for each notebook would tell nothing more
}
FILLED = {
    "site.csv": "row,label,count\nvisitors,,800\nvisits,,12500\n",
    "release.csv": "row,label,count\noverview,,12\nnews,,150\ncatalogue,,38\ntotal,,200\n",
}


def shown(language: str, place: int = -1) -> str:
    """A block of the page in a language, by default the last."""
    fence = re.escape(language)
    return re.findall(rf"^``` ?{fence}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)[place]


def write_website(root: Path) -> Path:
    """Write the project of the page and return the folder of its filing."""
    folder = root / "data" / AGENCY / str(YEAR)
    files = {
        "data/agencies.csv": shown("csv", -2),
        "forms/website.toml": shown("{ .toml }"),
        "notebooks/annual_report.ipynb": nbformat.writes(_notebook()),
        f"data/{AGENCY}/{YEAR}/narrative.md": shown("text"),
        f"data/{AGENCY}/{YEAR}/tables/columns.csv": shown("csv"),
    }
    for name, text in (files | {f"data/{AGENCY}/{YEAR}/{name}": text for name, text in FILLED.items()}).items():
        write_text(root / name, text)
    return folder


def _notebook() -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in shown("{ .python }").split("# ---\n")]
    cells[0].metadata["tags"] = ["parameters"]
    return nbformat.v4.new_notebook(cells=cells, metadata=FORKED)
