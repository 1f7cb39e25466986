"""The vocabulary of prose, read from ``forms/prose/words.toml``: words tied to cells, cues, scope, time, negation."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Subject:
    """Words that tie a figure to cells.

    readings: sums of rows (of cells for the proactive table), the usual one first; says: what the words
    look like; never: what must not stand with them; beside: what must; units: those that the figure can
    have, empty for any count. rank: of several subjects that fit, those of the highest rank count.
    """

    topic: str
    readings: tuple[tuple[str, ...], ...]
    says: re.Pattern[str]
    never: re.Pattern[str] | None = None
    beside: re.Pattern[str] | None = None
    units: frozenset[str] = frozenset()
    rank: int = 0

    def fits(self, text: str) -> bool:
        """Whether a text speaks of it."""
        return bool(
            self.says.search(text)
            and not (self.never and self.never.search(text))
            and (self.beside is None or self.beside.search(text))
        )


@dataclass(frozen=True)
class Words:
    """The whole vocabulary; patterns are compiled."""

    uncounted: tuple[re.Pattern[str], ...]
    units: tuple[str, ...]
    alike: tuple[frozenset[str], ...]
    patterns: Mapping[str, re.Pattern[str]]
    subjects: tuple[Subject, ...]
    columns: tuple[tuple[str, re.Pattern[str]], ...]
    groups: tuple[Subject, ...]
    outcomes: tuple[tuple[str, re.Pattern[str]], ...]
    complete: tuple[re.Pattern[str], ...]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        """Return a pattern by name."""
        return self.patterns[name]

    def columns_in(self, text: str) -> list[str]:
        """Return the columns of applicants that a text names."""
        return [column for column, says in self.columns if says.search(text)]

    def outcomes_in(self, text: str) -> list[str]:
        """Return the columns of the disputes that a text names, ``closed`` for those that have a result."""
        return [column for column, says in self.outcomes if says.search(text)]


@cache
def words() -> Words:
    """Return the vocabulary."""
    data = tomllib.loads(files("govreport.forms").joinpath("prose/words.toml").read_text(encoding="utf-8"))
    return Words(
        uncounted=tuple(re.compile(pattern) for pattern in data["uncounted"]),
        units=tuple(sorted(data["units"]["all"], key=len, reverse=True)),
        alike=tuple(frozenset(group) for group in data["units"]["alike"]),
        patterns={name: re.compile(pattern) for name, pattern in data["patterns"].items()},
        subjects=tuple(_subject(entry) for entry in data["subject"]),
        columns=tuple((entry["column"], re.compile(entry["says"])) for entry in data["column"]),
        groups=tuple(_subject({"topic": "disputes", "readings": [entry["rows"]], **entry}) for entry in data["group"]),
        outcomes=tuple((entry["column"], re.compile(entry["says"])) for entry in data["outcome"]),
        complete=tuple(re.compile(pattern) for pattern in data["complete"]),
    )


def _subject(entry: Mapping[str, Any]) -> Subject:
    return Subject(
        topic=entry["topic"],
        readings=tuple(tuple(reading) for reading in entry["readings"]),
        says=re.compile(entry["says"]),
        never=re.compile(entry["never"]) if "never" in entry else None,
        beside=re.compile(entry["with"]) if "with" in entry else None,
        units=frozenset(entry.get("units", ())),
        rank=entry.get("rank", 0),
    )
