"""The lexicon of prose from ``forms/prose/words.toml``: words with their classes and meanings, found in one pass."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from govreport.core import ProjectError, in_project_file, parse_toml
from govreport.filing import project_text

WORDS_FILE = "words.toml"
"""The words of the package, and those that a project adds."""
YEARS = {"last": "Ｌ", "this": "Ｔ", "next": "Ｎ", "same": "Ｓ", "other": "Ｏ"}
"""Letters that stand for a year, however it is said."""
GAP = "[^，；。：、（）！？#%无未没]{0,10}?"
"""What "…" in a word stands for."""
NAMES = {"row", "column", "group", "outcome", "proactive", "topic", "bare", "verb"}
"""Classes of words that can tell what is counted."""
TOLD = {"group", "column", "proactive", "verb", "scope", "about", "time", "none", "all", "share", "growth"}
"""Classes of words that what follows takes over, or that take over what was said."""

Meanings = Mapping[str, str]
"""The meanings of a word by class. Four are worked out: ``noun`` is the table or other matter that it names by itself,
``flow`` marks verbs of receiving and answering, which need an object, ``name`` words that can tell what is counted,
``told`` words that what follows takes over."""


class Hit(NamedTuple):
    """A word found in a line: its place there, and its meanings."""

    start: int
    end: int
    meanings: Meanings


Words = Sequence[Hit]


def of_class(hits: Words, kind: str) -> list[Hit]:
    """Return the words of a class."""
    return [hit for hit in hits if kind in hit.meanings]


def meanings_of(hits: Words, kind: str) -> list[str]:
    """Return what words say of a class."""
    return [hit.meanings[kind] for hit in hits if kind in hit.meanings]


def first_of(hits: Words, kind: str, meaning: str = "") -> Hit | None:
    """Return the first word of a class, or of a class and meaning."""
    return next((hit for hit in hits if meaning in ("", hit.meanings.get(kind)) and kind in hit.meanings), None)


def has(hits: Words, kind: str, meaning: str = "") -> bool:
    """Whether words have one of a class, or of a class and meaning."""
    for hit in hits:
        found = hit.meanings.get(kind)
        if found is not None and meaning in ("", found):
            return True
    return False


@dataclass(frozen=True)
class Lexicon:
    """Words by their first two letters, the longest first, or their only one; patterns with gaps by their first.

    stating: a pattern of those that state something without a figure.
    """

    years: Mapping[str, str]
    plain: Mapping[str, Sequence[tuple[str, Meanings]]]
    gapped: Mapping[str, Sequence[tuple[re.Pattern[str], Meanings]]]
    stating: re.Pattern[str]

    def find(self, line: str) -> Iterator[Hit]:
        """Yield the words of a line from left to right, at each place the longest; those of lists may hold others."""
        place, size, plain, gapped = 0, len(line), self.plain, self.gapped
        while place < size:
            letter = line[place]
            if letter not in plain:
                place += 1
                continue
            end, inside, meanings = place + 1, 0, None
            for word, told in plain.get(line[place : place + 2]) or plain[letter]:
                if line.startswith(word, place):
                    end, meanings = place + len(word), told
                    break
            if letter in gapped:
                for pattern, told in gapped[letter]:
                    match = pattern.match(line, place)
                    if match and (match.end() > end or meanings is None):
                        end, meanings, inside = match.end(), told, place + 1 if "open" in told else 0
            if meanings is not None and "other" not in meanings:
                yield Hit(place, end, meanings)
            place = inside or end


@cache
def lexicon() -> Lexicon:
    """Return the lexicon that comes with the package."""
    return read_lexicon(packaged_words())


@cache
def packaged_words() -> str:
    """Return the text of the package's ``words.toml``."""
    return files("govreport.forms").joinpath(f"prose/{WORDS_FILE}").read_text(encoding="utf-8")


def project_lexicon(root: Path) -> Lexicon:
    """Return the lexicon with the words that a project's ``words.toml`` adds, where it has one.

    Raises ProjectError with a sentence that says what is wrong with the file.
    """
    with in_project_file():
        return _with(text) if (text := project_text(root, WORDS_FILE)) else lexicon()


@lru_cache(maxsize=2)
def _with(added: str) -> Lexicon:
    data, known = parse_toml(added, WORDS_FILE, "请改正"), tomllib.loads(packaged_words())
    for kind, entries in data.items():
        if kind not in known:
            raise ProjectError(f"{WORDS_FILE} 的 [{kind}]：没有这一类词；可用的有 {'、'.join(known)}。")
        for meaning, words in entries.items() if isinstance(entries, dict) else [("", 0)]:
            if not isinstance(words, str) or (meaning not in known[kind] and kind != "row"):
                among = "、".join(f"“{each}”" for each in known[kind])
                raise ProjectError(f'{WORDS_FILE} 的 [{kind}] {meaning}：应写作 含义 = "词 词"，含义可用 {among}。')
    return read_lexicon(packaged_words(), added)


def read_lexicon(*texts: str) -> Lexicon:
    """Return a lexicon from TOML: classes of meanings of words; a later text adds words to those before.

    >>> [hit.meanings["row"] for hit in read_lexicon("row.new = '新收'", "row.new = '喜收'").find("喜收5件，新收6件")]
    ['new', 'new']
    """
    years: dict[str, str] = {}
    meanings: dict[str, dict[str, str]] = defaultdict(dict)
    for data in map(tomllib.loads, texts):
        years.update({word: YEARS[when] for when, words in data.pop("year", {}).items() for word in words.split()})
        as_year = re.compile("|".join(map(re.escape, sorted(years, key=len, reverse=True))) or "(?!)")
        for kind, entries in data.items():
            for meaning, words in entries.items():
                for word in words.split():
                    meanings[as_year.sub(lambda match: years[match[0]], word)].setdefault(kind, meaning)
    plain: dict[str, list[tuple[str, Meanings]]] = defaultdict(list)
    stating = [re.escape(word.partition("…")[0]) for word, told in meanings.items() if _states(told)]
    gapped: dict[str, list[tuple[re.Pattern[str], Meanings]]] = defaultdict(list)
    for word in sorted(meanings, key=len, reverse=True):
        told = _worked_out(meanings[word])
        if "…" in word:
            gapped[word[0]].append((re.compile(GAP.join(map(re.escape, word.split("…")))), told))
        else:
            plain[word[:2]].append((word, told))
    alone = {word[0]: plain.get(word[0], []) for word in meanings}
    pairs = {start: [*words, *alone[start[0]]] for start, words in plain.items() if start not in alone}
    return Lexicon(years, alone | pairs, gapped, re.compile("|".join(stating) or "(?!)"))


def _states(meanings: Meanings) -> bool:
    """Whether a word can state something where no figure stands: that there is none, that it is all, or how it grew."""
    return not meanings.keys().isdisjoint(("none", "all")) or meanings.get("growth") in ("level", "double", "base")


def _worked_out(meanings: Meanings) -> Meanings:
    """Return meanings with those that follow from the others."""
    row, noun = meanings.get("row", ""), meanings.get("topic", "")
    flow = "|" in row and not row.startswith("carried")
    if "group" in meanings or "proactive" in meanings:
        noun = "disputes" if "group" in meanings else "proactive"
    if "row" in meanings and "topic" not in meanings and not flow:
        noun = "applications"
    marks = {"noun": noun, "flow": "yes" * flow, "name": "yes" * (not NAMES.isdisjoint(meanings))}
    marks["told"] = "yes" * (bool(noun) or not TOLD.isdisjoint(meanings) or meanings.get("row", "").startswith("new|"))
    return {**meanings, **{kind: meaning for kind, meaning in marks.items() if meaning}}
