"""The words of the report's parts, read from ``prose/parts.toml``: headings, aspects, fee facts, fixed phrases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FILE = "prose/parts.toml"


@dataclass(frozen=True)
class Heading:
    """How reports head a part, and whether the part must have words besides its table."""

    pattern: re.Pattern[str]
    prose: bool


@dataclass(frozen=True)
class Aspect:
    """Something that part one speaks of, and what the form lists under it."""

    name: str
    pattern: re.Pattern[str]
    listed: tuple[Aspect, ...] = ()


@dataclass(frozen=True)
class Fees:
    """How reports speak of the information-processing fee, from a reporting year on; see the file."""

    since: int
    part: int
    words: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True)
class PartWords:
    """The words of the parts; `headings` in their order, `phrases` longest first."""

    headings: tuple[Heading, ...]
    aspects: tuple[Aspect, ...]
    fees: Fees
    units: str
    phrases: tuple[str, ...]


@lru_cache
def part_words() -> PartWords:
    """Return the words of the parts.

    >>> [aspect.name for aspect in part_words().aspects][:2]
    ['主动公开', '依申请公开']
    """
    data = tomllib.loads((Path(__file__).parent / FILE).read_text(encoding="utf-8"))
    fees, repeated = data["fees"], data["repeated"]
    words = {key: value for key, value in fees.items() if isinstance(value, str)}
    return PartWords(
        tuple(Heading(re.compile(entry["pattern"]), entry["prose"]) for entry in data["headings"]),
        tuple(_aspect(entry) for entry in data["aspects"]),
        Fees(fees["since"], fees["part"], {key: re.compile(value) for key, value in words.items()}),
        repeated["units"],
        tuple(sorted(repeated["phrases"], key=len, reverse=True)),
    )


def _aspect(entry: Mapping[str, object]) -> Aspect:
    listed = entry.get("listed", [])
    assert isinstance(listed, list)
    return Aspect(str(entry["name"]), re.compile(str(entry["pattern"])), tuple(_aspect(item) for item in listed))
