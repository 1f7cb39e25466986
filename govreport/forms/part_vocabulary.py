"""The vocabulary of the report's parts from ``prose/parts.toml``: headings, aspects, fee facts, phrases, characters."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from govreport.forms.form import Form


@dataclass(frozen=True)
class Heading:
    """The pattern of a part's headings in reports; `prose` says whether the part must have prose."""

    pattern: re.Pattern[str]
    prose: bool


@dataclass(frozen=True)
class Aspect:
    """A subject of part one, with the topics that the form lists under it."""

    name: str
    pattern: re.Pattern[str]
    topics: tuple[Aspect, ...] = ()


@dataclass(frozen=True)
class Fees:
    """Patterns for statements on the information-processing fee from a reporting year on; see ``prose/parts.toml``."""

    since: int
    part: int
    words: Mapping[str, re.Pattern[str]]


@dataclass(frozen=True)
class PartWords:
    """The vocabulary of the parts; `headings` are in the order of the parts, `phrases` longest first.

    subject: what forms that have such parts are about.

    simplified: a table for `str.translate` from Traditional to Simplified characters.
    """

    subject: str
    headings: tuple[Heading, ...]
    aspects: tuple[Aspect, ...]
    fees: Fees | None
    units: str
    phrases: tuple[str, ...]
    simplified: Mapping[int, int]


@cache
def part_words() -> PartWords:
    """Return the vocabulary of the parts.

    >>> [aspect.name for aspect in part_words().aspects][:2]
    ['主动公开', '依申请公开']
    """
    data = tomllib.loads(Path(__file__).with_name("prose").joinpath("parts.toml").read_text(encoding="utf-8"))
    fees, repeated, letters = data["fees"], data["repeated"], data["letters"]
    words = {key: re.compile(value) for key, value in fees.items() if isinstance(value, str)}
    return PartWords(
        data["subject"],
        tuple(Heading(re.compile(entry["pattern"]), entry["prose"]) for entry in data["headings"]),
        tuple(_aspect(entry) for entry in data["aspects"]),
        Fees(fees["since"], fees["part"], words),
        repeated["units"],
        tuple(sorted(repeated["phrases"], key=len, reverse=True)),
        str.maketrans(letters["traditional"], letters["simplified"]),
    )


def words_of(form: Form) -> PartWords:
    """Return the vocabulary of a form's parts: no headings, aspects and fees where it is about something else.

    >>> from govreport.forms import Catalogue
    >>> len(words_of(Catalogue.read().newest).headings)
    6
    """
    words = part_words()
    if words.subject == form.subject:
        return words
    return replace(words, headings=(), aspects=(), fees=None)


def _aspect(entry: Mapping[str, Any]) -> Aspect:
    return Aspect(entry["name"], re.compile(entry["pattern"]), tuple(map(_aspect, entry.get("topics", ()))))
