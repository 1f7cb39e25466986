"""Totals over the reports of a year: states, publication in time, applications; nobody is counted twice."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from govreport.checks import STATES
from govreport.core import Figure
from govreport.filing import Agency, Filing

if TYPE_CHECKING:
    from govreport.publish.index import IndexEntry

RECEIVED, HANDLED = "applications.new", "applications.total"
"""Rows of which a year's total is told."""
ADDING = "members"
"""Scope of an agency whose filing adds up its members'."""


@dataclass(frozen=True)
class Sum:
    """A figure added up over reports, None where none has it, and its percentage of the largest year's sum."""

    total: int | None
    percent: float


@dataclass(frozen=True)
class YearTotals:
    """A year's reports by state, worst first, by whether they were published in time, and their applications."""

    year: int
    reports: int
    states: Mapping[str, int]
    published: Mapping[str, int]
    received: Sum
    handled: Sum


def totals_of(filing: Filing) -> dict[str, Figure | None]:
    """Return the figures of a filing that a year's totals add up; a blank total is the sum of its parts.

    >>> cells = {"applications.new.natural": 3, "applications.new.business": 1, "applications.total.total": 4}
    >>> totals_of(Filing.from_cells("demo", "示例局", 2021, cells))
    {'applications.new': 4, 'applications.total': 4}
    """
    return {row: _total(filing, row) for row in (RECEIVED, HANDLED)}


def _total(filing: Filing, row: str) -> Figure | None:
    total = filing[f"{row}.total"]
    parts = [figure for kind in ("natural", "legal_persons") if (figure := filing[f"{row}.{kind}"]) is not None]
    return sum(parts) if total is None and parts else total


def year_totals(entries: Sequence[IndexEntry], register: Mapping[str, Agency]) -> list[YearTotals]:
    """Return the totals of each year, newest first."""
    by_year: defaultdict[int, list[IndexEntry]] = defaultdict(list)
    for entry in entries:
        by_year[entry.year].append(entry)
    sums = {(year, row): _sum(by_year[year], register, row) for year in by_year for row in (RECEIVED, HANDLED)}
    most = max(filter(None, sums.values()), default=0)
    told = {key: Sum(total, round(100 * total / most, 2) if total else 0) for key, total in sums.items()}
    return [
        YearTotals(
            year,
            len(chosen),
            {state: count for state in STATES if (count := sum(entry.state == state for entry in chosen))},
            Counter(entry.published_in_time for entry in chosen if entry.published_in_time),
            told[year, RECEIVED],
            told[year, HANDLED],
        )
        for year, chosen in sorted(by_year.items(), reverse=True)
    ]


def _sum(entries: Sequence[IndexEntry], register: Mapping[str, Agency], row: str) -> int | None:
    """Add a figure up, leaving out who is within the sum of a parent that adds up its members."""
    figures = {entry.agency.slug: int(figure) for entry in entries if (figure := entry.figures.get(row)) is not None}
    adding = {slug for slug in figures if register[slug].scope == ADDING}
    counted = [figure for slug, figure in figures.items() if adding.isdisjoint(_above(slug, register))]
    return sum(counted) if counted else None


def _above(slug: str, register: Mapping[str, Agency]) -> set[str]:
    found: set[str] = set()
    while slug := register[slug].parent:
        found.add(slug)
    return found
