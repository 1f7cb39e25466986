"""The index page: every agency and year, its state, its findings and its files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from govreport import __version__
from govreport.checks import CONSISTENT, DOUBTFUL, FAILED, INCONSISTENT, PENDING, SEVERITY_NAMES
from govreport.publish.html import stylesheet, template

STATES = (INCONSISTENT, FAILED, DOUBTFUL, PENDING, CONSISTENT)
FILE_NAMES = {
    "report.html": "网页",
    "report.pdf": "PDF",
    "report.docx": "Word",
    "review.html": "审阅本",
    "report.ipynb": "笔记本",
}
CLASSES = {INCONSISTENT: "bad", FAILED: "bad", DOUBTFUL: "doubt", PENDING: "none", CONSISTENT: "good"}


@dataclass(frozen=True)
class IndexEntry:
    """One report on the index page.

    counts: findings by severity; files: names in the report's folder; errors: why it failed.
    """

    agency: str
    name: str
    year: int
    state: str
    counts: Mapping[str, int]
    files: tuple[str, ...]
    errors: tuple[str, ...] = ()

    @property
    def links(self) -> list[tuple[str, str]]:
        """Relative address and name of each file, pages first."""
        return [(f"{self.year}/{self.agency}/{file}", name) for file, name in FILE_NAMES.items() if file in self.files]

    @property
    def css_class(self) -> str:
        """The colour of the state."""
        return CLASSES.get(self.state, "none")


def index_page(entries: Sequence[IndexEntry]) -> str:
    """Return the index page over reports, worst first within a year, newest year first."""
    order = {state: number for number, state in enumerate(STATES)}
    rows = sorted(entries, key=lambda e: (-e.year, order.get(e.state, len(order))))
    states = Counter(entry.state for entry in entries)
    return template("index.html").render(
        rows=rows,
        states=[(state, states[state], CLASSES[state]) for state in STATES if states[state]],
        severities=SEVERITY_NAMES,
        css=Markup(stylesheet()),
        version=__version__,
    )
