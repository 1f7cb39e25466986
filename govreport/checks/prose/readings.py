"""Readings: which cells, or sums of cells, a figure in prose can speak of, by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.words import Subject, words
from govreport.core import Figure
from govreport.filing import Filing

Cells = tuple[str, ...]
"""Names of cells and derived sums that a reading adds up."""
CASES = frozenset(("件", "起", "宗", "例", "份", "条", "次", "个", "件次", ""))
SECTIONS = {3: "applications", 4: "disputes"}
"""What the parts of a report are about."""
FLOWS = (("new",), ("total",))
"""Rows that verbs name: received, finished."""
MOST_CACHED = 8192
"""Labels whose reading is kept: reports of many agencies use the same ones."""
TOPICS = ("applications", "disputes", "other matters")


@dataclass(frozen=True)
class Reading:
    """What a figure can speak of.

    options: sums of cells, the usual one first; sure: whether a figure that fits none contradicts the table;
    rows: the options without their column, for figures that give a column of the same rows.
    """

    options: tuple[Cells, ...]
    sure: bool = True
    rows: tuple[Cells, ...] = ()


def value_of(filing: Filing, cells: Cells) -> Figure | None:
    """Return the sum of cells; None where one of them is blank or unreadable, or where the form lacks it."""
    total: Figure = 0
    for name in cells:
        if name.endswith(".closed"):
            group = name.removesuffix(".closed")
            whole, pending = value_of(filing, (f"{group}.total",)), value_of(filing, (f"{group}.pending",))
            value = None if whole is None or pending is None else whole - pending
        else:
            value = _known(filing, name)
        if value is None:
            return None
        total += value
    return total


def _known(filing: Filing, name: str) -> Figure | None:
    if name not in filing.form.names:
        return None
    parts = filing.form.parts_of(name)
    figures = [filing.cells[part] for part in parts]
    if all(figure is not None for figure in figures):
        return sum(figure for figure in figures if figure is not None)
    row, _, column = name.rpartition(".")
    if column == "legal_persons":
        whole, natural = filing[f"{row}.total"], filing[f"{row}.natural"]
        return None if whole is None or natural is None else whole - natural
    return None


@lru_cache(maxsize=MOST_CACHED)
def topic_of(text: str) -> str | None:
    """Return the topic that a text speaks of last."""
    places = {name: _last(words()[f"about {name}"], text) for name in TOPICS}
    topic = max(places, key=lambda name: places[name])
    return topic if places[topic] >= 0 else None


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def topic_at(mention: Mention, section: int) -> str | None:
    """Return the topic of a mention: by its own words, else by what its sentence, passage or part speaks of."""
    return (
        topic_of(mention.label)
        or topic_of(mention.before)
        or (topic_of(mention.tail) if len(mention.label) < 8 else None)
        or _earlier_topic(mention)
        or topic_of(mention.passage.heading)
        or SECTIONS.get(section)
    )


def _earlier_topic(mention: Mention) -> str | None:
    """Return what the sentences before speak of; other matters end with their sentence."""
    topic = topic_of(mention.passage.text[: mention.sentence[0]])
    return topic if topic != "other matters" else None


def reading_of(mention: Mention, section: int, parent: Reading | None, *, listed: bool) -> Reading | None:
    """Return what a mention can speak of, or None.

    parent: the reading of the total that it is a part of, or of the figure before it; listed: whether it
    is a part of a list.
    """
    proactive = proactive_reading(mention.label, mention.quantity.unit)
    if not proactive and len(mention.label) < 8 and (nouns := words()["proactive nouns"].findall(mention.before)):
        proactive = proactive_reading(nouns[-1] + mention.label, mention.quantity.unit)
    if proactive and not words()["compares"].search(mention.label):
        return Reading(proactive, sure=not listed)
    if mention.quantity.unit not in CASES:
        return None
    topic = topic_at(mention, section)
    own = "" if words()["base"].search(mention.label) else mention.label
    if not _says_anything(own) and words()["introduces"].fullmatch(own):
        own += mention.tail
        if words()["repeats total"].search(mention.tail):
            return None
    if not _says_anything(own):
        own = _clause_before(mention) + own
    if topic == "disputes":
        return dispute_reading(own, mention, section)
    if topic is None and (words()["result of applications"].search(own) or (parent and parent.rows)):
        topic = "applications"
    if words()["of publications"].search(mention.passage.text, *mention.sentence):
        topic = None
    if topic != "applications" or any(words()[name].search(mention.label) for name in ("restricted", "compares")):
        return None
    return application_reading(own, parent, mention.label)


def _says_anything(label: str) -> bool:
    return bool(application_rows(label)[0] or words().columns_in(label))


def _clause_before(mention: Mention) -> str:
    """Return the clause before a label that says nothing itself but 全年共 or the like, else nothing."""
    clauses = re.split(r"[，；。：]", mention.lead.lstrip("，、；：。（）"))
    if len(clauses) < 2 or not mention.label or re.search(r"[合共总]计", mention.label):
        return ""
    return clauses[-2] if words()["filler"].fullmatch(mention.label) else ""


@lru_cache(maxsize=MOST_CACHED)
def proactive_reading(label: str, unit: str) -> tuple[Cells, ...]:
    """Return the cells of the proactive table that a label names."""
    for subject in words().subjects:
        if subject.topic == "proactive" and unit in subject.units and subject.fits(label):
            return subject.readings
    return ()


@lru_cache(maxsize=MOST_CACHED)
def application_rows(text: str) -> tuple[tuple[Cells, ...], bool]:
    """Return the rows of the applications that words name, as sums, and whether it is just one thing."""
    found = [s for s in words().subjects if s.topic == "applications" and s.fits(text)]
    best = [s for s in found if s.rank == max(subject.rank for subject in found)]
    return _joined(_one_of_a_group(best)), len(best) < 2 or best[0].rank < 3


def _one_of_a_group(subjects: Sequence[Subject]) -> Sequence[Subject]:
    """Return a single row instead of the group that is named with it, the group instead of several of its rows."""
    names = [subject.readings[0][0] for subject in subjects]
    for group in names:
        rows = [name for name in names if name.startswith(f"{group}.")]
        if rows:
            out = {group} if len(rows) == 1 else set(rows)
            return _one_of_a_group([s for s in subjects if s.readings[0][0] not in out])
    return subjects


def _joined(subjects: Sequence[Subject]) -> tuple[Cells, ...]:
    each = tuple(option for subject in subjects for option in subject.readings)
    if len(subjects) < 2:
        return each
    together = tuple(row for subject in subjects for row in subject.readings[0])
    return (*each, together) if all(subject.rank == 1 for subject in subjects) else (together, *each)


def application_reading(text: str, parent: Reading | None, label: str) -> Reading | None:
    """Return what words on applications name: rows, and a column of applicants.

    label: what stands right before the figure; verbs of receiving and answering count only at its end.
    """
    rows, single = application_rows(text)
    if rows and rows[0] in FLOWS and not (application_rows(label)[0] and words()["ends in flow"].search(label)):
        rows = ()
    columns = words().columns_in(text)
    if not rows and columns and parent and parent.rows:
        rows, sure = parent.rows, parent.sure
    elif not rows and columns:
        rows, sure = (("new",), ("new", "carried_in"), ("total",)), True
    else:
        sure = single
    if not rows:
        return None
    column = columns[0] if len(columns) == 1 else "total"
    options = tuple(tuple(f"applications.{row}.{column}" for row in option) for option in rows)
    return Reading(options, sure, rows)


def dispute_reading(text: str, mention: Mention, section: int) -> Reading | None:
    """Return what words on reviews and lawsuits name: groups and an outcome."""
    label = words()["of disclosures"].sub("", mention.label)
    if any(words()[name].search(label) for name in ("no dispute", "restricted")):
        return None
    near = mention.before + mention.tail
    if words()["as an organ"].search(near) and section != 4 and not words()["of disclosure"].search(near):
        return None
    if words()["organ of review"].search(mention.before):
        return None
    other = words()["about other matters"].search(mention.before)
    if other and section != 4 and not words()["of disclosures"].search(mention.before):
        return None
    own = [group for group in words().groups if group.fits(text)]
    outcomes = words().outcomes_in(text)
    clauses = re.split(r"[，；。：]", mention.before)
    named = own or [group for clause in reversed(clauses) for group in words().groups if group.fits(clause)]
    if not named or not (own or outcomes):
        return None
    outcome = outcomes[0] if outcomes else "total"
    groups = dict.fromkeys(row for group in named for row in group.readings[0])
    each = [(f"disputes.{row}.{outcome}",) for row in groups]
    if own and len(each) > 1:
        return Reading((tuple(name for option in each for name in option), *each))
    return Reading(tuple(each))


def base_value(filing: Filing, option: Cells) -> Fraction | None:
    """Return the sum of cells as prose counts it, money in 元; None where it is unknown."""
    value = value_of(filing, option)
    return None if value is None else Fraction(value) * scale_of(filing, option)


def scale_of(filing: Filing, cells: Cells) -> int:
    """Return how many 元 the unit of these cells is, 1 for counts."""
    return 10_000 if not cells[0].endswith(".closed") and filing.form.kind_of(cells[0]).unit == "万元" else 1


def fitting(reading: Reading, mention: Mention, filing: Filing) -> list[Cells]:
    """Return the options that the filing bears out."""
    values = ((option, base_value(filing, option)) for option in reading.options)
    return [option for option, value in values if value is not None and _agrees(mention, value)]


def _agrees(mention: Mention, value: Fraction) -> bool:
    """Whether a mention can stand for a figure; figures in 万 are often rounded or cut off."""
    quantity = mention.quantity
    if quantity.scale > 1:
        return abs(quantity.value - value) < Fraction(quantity.scale, 10**quantity.decimals)
    return quantity.may_be(value)
