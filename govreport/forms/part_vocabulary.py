"""The words of the report's parts, read from ``prose/parts.toml``: headings, aspects, fee facts, phrases, letters."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


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
    topics: tuple[Aspect, ...] = ()


@dataclass(frozen=True)
class Fees:
    """How reports speak of the information-processing fee, from a reporting year on; see the file."""

    since: int
    part: int
    words: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True)
class PartWords:
    """The words of the parts; `headings` in their order, `phrases` longest first.

    simplified: for `str.translate`, from Traditional characters to Simplified ones.
    """

    headings: tuple[Heading, ...]
    aspects: tuple[Aspect, ...]
    fees: Fees
    units: str
    phrases: tuple[str, ...]
    simplified: Mapping[int, int]


@cache
def part_words() -> PartWords:
    """Return the words of the parts.

    >>> [aspect.name for aspect in part_words().aspects][:2]
    ['主动公开', '依申请公开']
    """
    data = tomllib.loads(Path(__file__).with_name("prose").joinpath("parts.toml").read_text(encoding="utf-8"))
    fees, repeated, letters = data["fees"], data["repeated"], data["letters"]
    words = {key: re.compile(value) for key, value in fees.items() if isinstance(value, str)}
    return PartWords(
        tuple(Heading(re.compile(entry["pattern"]), entry["prose"]) for entry in data["headings"]),
        tuple(_aspect(entry) for entry in data["aspects"]),
        Fees(fees["since"], fees["part"], words),
        repeated["units"],
        tuple(sorted(repeated["phrases"], key=len, reverse=True)),
        str.maketrans(letters["traditional"], letters["simplified"]),
    )


def _aspect(entry: Mapping[str, Any]) -> Aspect:
    return Aspect(entry["name"], re.compile(entry["pattern"]), tuple(map(_aspect, entry.get("topics", ()))))
