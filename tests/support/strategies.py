"""Filings of fictional agencies: built so that they add up, or drawn at random."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from govreport.core.figures import Figure, read_figure
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import Form

SLUG, NAME = "shili-archive", "示例市档案局"
APPLICANTS = ("natural", "business", "research", "public_welfare", "legal_service", "other")
COLUMNS = (*APPLICANTS, "total")
OUTCOMES = ("upheld", "corrected", "other", "pending")
DISPUTES = ("reconsideration", "litigation.direct", "litigation.after_reconsideration")
YEARS = (2019, 2020, 2021, 2022, 2023)

T = TypeVar("T")
Whole = Callable[[int, int], int]
"""Gives a whole number from the lowest to the highest allowed: by hypothesis, or by chance."""


def is_thorough() -> bool:
    """Whether ``--hypothesis-profile=thorough`` was asked for: more examples, drawn anew at every run."""
    return settings.get_current_profile_name() == "thorough"


def some(alike: Sequence[T], each: int) -> Sequence[T]:
    """Return every so many of things that are alike, or all where the tests are thorough."""
    return alike if is_thorough() else alike[::each]


def examples(usual: int, thorough: int) -> settings:
    """Return how many examples a law is tried on where each is dear; each writes its files anew."""
    allowed = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    return settings(max_examples=thorough if is_thorough() else usual, suppress_health_check=allowed)


def results_of(form: Form) -> list[str]:
    """The rows of applications that tell how they were decided, without their total."""
    rows = [row.key for row in form.tables["applications"].rows]
    return [row for row in rows if row not in ("new", "carried_in", "total", "carried_out")]


def consistent_filing(
    year: int, whole: Whole, last: Filing | None = None, editions: Mapping[str, str] | None = None
) -> Filing:
    """Build a filing from its parts: every sum is derived, and what last year's filing fixes is taken from it."""
    form = Catalogue.read().compose(year, editions)
    cells = applications(form, whole, last) | disputes(whole) | proactive(form, whole, last)
    return Filing.from_cells(SLUG, NAME, year, cells, form=form)


def applications(form: Form, whole: Whole, last: Filing | None) -> dict[str, Figure]:
    figures: dict[tuple[str, str], int] = {}
    results = results_of(form)
    for column in APPLICANTS:
        before = last.cells[f"applications.carried_out.{column}"] if last else whole(0, 5)
        carried_in, carried_out = int(before or 0), whole(0, 5)
        decided = {row: whole(0, 9) for row in results}
        decided["granted"] += max(0, carried_in - carried_out - sum(decided.values()))
        total = sum(decided.values())
        ends = {"total": total, "carried_in": carried_in, "carried_out": carried_out}
        for row, figure in (decided | ends | {"new": total + carried_out - carried_in}).items():
            figures[row, column] = figure
    for row in ("new", "carried_in", *results, "total", "carried_out"):
        figures[row, "total"] = sum(figures[row, column] for column in APPLICANTS)
    return {f"applications.{row}.{column}": figure for (row, column), figure in figures.items()}


def disputes(whole: Whole) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for group in DISPUTES:
        counts = [whole(0, 4) for _ in OUTCOMES]
        figures |= {f"disputes.{group}.{name}": count for name, count in zip(OUTCOMES, counts, strict=True)}
        figures[f"disputes.{group}.total"] = sum(counts)
    return figures


def proactive(form: Form, whole: Whole, last: Filing | None) -> dict[str, Figure]:
    edition = form.editions["proactive"]
    before = last.cells if last and last.form.editions["proactive"] == edition else {}
    return proactive_2019(whole, before) if edition == "2019" else proactive_2021(whole, before)


def proactive_2019(whole: Whole, before: Mapping[str, Figure | None]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for row in ("rules", "normative"):
        disclosed = whole(0, 30)
        values = {"made": whole(0, 30), "disclosed": disclosed, "disclosed_total": disclosed + whole(0, 50)}
        figures |= {f"proactive.{row}.{column}": value for column, value in values.items()}
    for row in ("licensing", "other_services", "penalty", "coercion", "fees"):
        name = f"proactive.{row}"
        items = whole(0, 40)
        if before:
            items = int(before[f"{name}.items_last_year"] or 0) + int(before[f"{name}.change"] or 0)
        figures[f"{name}.items_last_year"] = items
        figures[f"{name}.change"] = whole(-min(items, 9), 9)
        if row != "fees":
            figures[f"{name}.decisions"] = whole(0, 5000)
    figures["proactive.procurement.projects"] = whole(0, 99)
    figures["proactive.procurement.amount"] = Decimal(whole(0, 10**10)).scaleb(-2)
    return figures


def proactive_2021(whole: Whole, before: Mapping[str, Figure | None]) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for row in ("rules", "normative"):
        name, issued = f"proactive.{row}", whole(0, 20)
        stock = int(before[f"{name}.in_force"] or 0) if before else whole(0, 60)
        repealed = whole(0, min(9, stock + issued))
        figures[f"{name}.issued"], figures[f"{name}.repealed"] = issued, repealed
        figures[f"{name}.in_force"] = stock + issued - repealed
    for row in ("licensing", "penalty", "coercion"):
        figures[f"proactive.{row}.decisions"] = whole(0, 5000)
    figures["proactive.fees.amount"] = Decimal(whole(0, 10**9)).scaleb(-6)
    return figures


@st.composite
def consistent_filings(draw: st.DrawFn, years: tuple[int, ...] = YEARS) -> Filing:
    """Filings that add up, of either edition."""
    return consistent_filing(draw(st.sampled_from(years)), lambda low, high: draw(st.integers(low, high)))


@st.composite
def consistent_years(draw: st.DrawFn, years: tuple[int, ...] = YEARS[1:]) -> tuple[Filing, Filing]:
    """A year's filing and the one before, both adding up and fitting together."""

    def whole(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    year = draw(st.sampled_from(years))
    last = consistent_filing(year - 1, whole)
    return consistent_filing(year, whole, last), last


words = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"), include_characters=" ,\"':：{}#&*-"), min_size=1
).map(str.strip)
"""One line of text that any writer may type, without control characters."""

lines = words.filter(lambda text: not text.startswith(("#", "```", "~~~")))
prose = st.lists(lines, min_size=1, max_size=4).map(lambda found: "\n".join(found).strip()).filter(bool)
titles = st.lists(words.filter(bool), max_size=2).map("\n".join)


@st.composite
def any_narratives(draw: st.DrawFn) -> Narrative:
    """Narratives with any prose in any of their parts."""
    texts = draw(st.dictionaries(st.integers(0, 6), prose, max_size=4))
    return Narrative(
        title=draw(titles),
        published=draw(st.none() | st.dates(datetime.date(2008, 5, 1), datetime.date(2035, 12, 31))),
        contact=draw(st.just("") | words),
        signature=draw(st.just("") | words),
        parts={number: Part("", text) for number, text in texts.items()},
    )


def cell_values(form: Form, cell: str) -> st.SearchStrategy[Figure | str]:
    """Figures of the cell's kind up to the largest allowed, and texts that are no figures."""
    kind = form.cells[cell].kind
    whole = st.integers(1 - 10**15, 10**15 - 1)
    figures = whole if not kind.decimals else whole.map(lambda units: Decimal(units).scaleb(-kind.decimals))
    unreadable = lines.filter(lambda text: read_figure(text, kind).problem and not text.startswith(tuple("=+-@")))
    return st.one_of(st.integers(0, 9), figures, unreadable)


@st.composite
def any_filings(draw: st.DrawFn) -> Filing:
    """Filings with any figures, blanks and unreadable cells, of either edition or of both."""
    year = draw(st.sampled_from(YEARS))
    mixed = draw(st.dictionaries(st.sampled_from(["proactive", "applications"]), st.sampled_from(["2019", "2021"])))
    form = Catalogue.read().compose(year, mixed)
    filled = draw(st.lists(st.sampled_from(list(form.cells)), unique=True, max_size=25))
    cells = {cell: draw(cell_values(form, cell)) for cell in filled}
    narrative = replace(draw(any_narratives()), editions=mixed)
    return Filing.from_cells(SLUG, NAME, year, cells, narrative=narrative, form=form)
