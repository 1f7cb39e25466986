"""Labels as offices really write them: brought to one shape, and compared by edit distance."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import LCSseq, Levenshtein
from rapidfuzz.process import cdist

from govreport.exchange.readers.bounds import MOST_ITEMS
from govreport.exchange.recognise.model import MOSTLY, PART, SHORT, SLIP, UNLIKE
from govreport.filing import bare
from govreport.forms import Table

_ORDINAL = re.compile(r"\(?([一二三四五六七八九十]{1,3}|\d{1,2})(?:\)[、.,]?|[、.,:](?!\d))")
_SAME = ("合计", "总计")
_REMARK = re.compile(r"\([^()]*\)?")
_LAST_YEAR = re.compile("(?<![较比与])[上去]一?年")
_PUNCTUATION = re.compile(r"[^\w]|_")


plain = lru_cache(maxsize=MOST_ITEMS)(bare)
"""Return a text without spaces, full-width forms and the Traditional characters that labels have."""


def without_spaces(text: str) -> str:
    """Return a text without spaces and full-width forms, letter for letter what `plain` makes Simplified."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=MOST_ITEMS)
def _split(text: str) -> tuple[str, str, str]:
    """Return a label's number, its words, and its words without what stands in brackets."""
    whole = plain(text).replace(*_SAME)
    match = _ORDINAL.match(whole)
    number, rest = (match[1], whole[match.end() :]) if match else ("", whole)
    words = _PUNCTUATION.sub("", rest)
    return number, words, _PUNCTUATION.sub("", _REMARK.sub("", rest)) or words


def is_numbered(text: str) -> bool:
    """Return whether a label begins with a number."""
    return bool(_split(text)[0])


@lru_cache(maxsize=MOST_ITEMS)
def distance(found: str, label: str) -> float:
    """Return how unlike a label as found is to one of the form: 0 for the same, 1 for nothing in common.

    Spaces, punctuation and remarks in brackets do not count; a part of a long label is near it; a number
    that differs (``1.`` and ``2.``) adds a little, last year for this one much.

    >>> distance("2.其他法律行政止公开", "2.其他法律行政法规禁止公开") < 0.3
    True
    >>> distance("（二） 部分公开", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    0.0
    """
    number, words, bare = _split(found)
    expected, official, short = _split(label)
    unlike = Levenshtein.normalized_distance
    near = min(unlike(words, official), unlike(bare, short), _partly(bare, short))
    if number and expected and number != expected:
        near += SLIP  # so that it is still nearer than `SAME`
    near += UNLIKE * (not _LAST_YEAR.search(official) and bool(_LAST_YEAR.search(words)))
    return float(min(near, 1.0))


def _partly(found: str, label: str) -> float:
    """Return the distance of a label of which only parts were written, in order: nearer the more of it there is."""
    if len(found) * 2 < SHORT or len(found) >= len(label):
        return 1.0
    if found in label:
        return PART + 2 * PART * (1 - len(found) / len(label))
    kept = LCSseq.similarity(found, label) / len(found)
    return 2 * PART + 2 * PART * (1 - len(found) / len(label)) + (1 - kept) if kept >= MOSTLY else 1.0


def alike(texts: Sequence[str], labels: tuple[str, ...], within: float) -> dict[str, list[tuple[int, float]]]:
    """Return of each text the numbers of the labels that are nearer to it than that, with the distance of each.

    All pairs are compared roughly at once, and only those that may be so near one by one.

    >>> alike(["结果维待"], ("结果维持", "结果纠正"), 0.3)
    {'结果维待': [(0, 0.25)]}
    """
    if not texts or not labels:
        return {text: [] for text in texts}
    (_, words, bare), (_, official, short) = (zip(*map(_split, own), strict=True) for own in (texts, labels))
    unlike = np.minimum(
        cdist(words, official, scorer=Levenshtein.normalized_distance, score_cutoff=within),
        cdist(bare, short, scorer=Levenshtein.normalized_distance, score_cutoff=within),
    )
    kept = cdist(bare, short, scorer=LCSseq.similarity) >= MOSTLY * np.array([[len(text)] for text in bare])
    return {
        text: [(n, near) for n in np.flatnonzero(row).tolist() if (near := distance(text, labels[n])) < within]
        for text, row in zip(texts, kept | (unlike < 1), strict=True)
    }


@lru_cache(maxsize=MOST_ITEMS)
def nearest(found: str, labels: tuple[str, ...]) -> float:
    """Return the distance to the label that is nearest, 1 where there is none.

    >>> nearest("结果维待", ("结果维持", "结果纠正"))
    0.25
    """
    return min((distance(found, label) for label in labels), default=1.0)


@lru_cache
def labels_of(tables: tuple[Table, ...], *, rows: bool = True, columns: bool = True) -> tuple[str, ...]:
    """Return the labels of the rows of tables, and of their columns and corners."""
    found = {label for table in tables for row in table.rows if rows for label in row.label}
    found |= {label for table in tables for column in table.columns if columns for label in column.label}
    return tuple(sorted(found | {table.corner for table in tables if columns and table.corner}))
