"""Prose of this year against last, sentence by sentence: what is repeated, what is new, what is gone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from govreport.checks.prose.passages import passages, without_marks
from govreport.checks.prose.repetition import bare_words, own_words, similarity
from govreport.forms import Form

SAME, FIGURES, CHANGED, NEW, GONE = SENTENCE_KINDS = ("照搬", "只改数字", "有改动", "新写", "未沿用")
"""What a sentence is beside last year's: the same to the letter, the same but for figures and dates, alike, new; or
one of last year's that nothing takes up."""

ALIKE = 0.6
"""Sørensen–Dice coefficient of character bigrams from which on a sentence is another's rewording."""

MOST = 400
"""Sentences of a part that are compared; reports have a tenth of it."""
_END = re.compile(r"(?<=[。！？；])(?![”’」』）)])|\n")


@dataclass(frozen=True)
class Sentence:
    """A sentence: what it is (one of KINDS), its text this year, and the one of last year beside it."""

    kind: str
    text: str
    last: str = ""


@dataclass(frozen=True)
class PartComparison:
    """A part of the report beside last year's.

    similarity: of what both say in their own words, figures, dates and fixed phrases left out, from 0 to
    1; None where one of them says too little. sentences: this year's in order, then last year's that are gone.
    """

    number: int
    heading: str
    similarity: float | None
    sentences: tuple[Sentence, ...]

    def counts(self) -> dict[str, int]:
        """Return how many sentences there are of each kind."""
        return {kind: sum(sentence.kind == kind for sentence in self.sentences) for kind in SENTENCE_KINDS}


def compare_part(number: int, heading: str, now: str, before: str, form: Form) -> PartComparison:
    """Compare a part's text, figures filled in, with last year's.

    >>> from govreport.forms import Catalogue
    >>> part = compare_part(5, "五", "收到申请3件。栏目已改版。", "收到申请12件。培训偏少。", Catalogue.read().newest)
    >>> [(sentence.kind, sentence.text or sentence.last) for sentence in part.sentences]
    [('只改数字', '收到申请3件。'), ('新写', '栏目已改版。'), ('未沿用', '培训偏少。')]
    """
    own = own_words(now, form), own_words(before, form)
    share = similarity(*own) if all(own) else None
    return PartComparison(number, heading, share, tuple(_sentences(sentences(now), sentences(before))))


def share_text(share: float | None) -> str:
    """Return a similarity in whole percent, rounded down as rule N8 does.

    >>> share_text(0.915), share_text(None)
    ('91%', '过短')
    """
    return "过短" if share is None else f"{int(share * 100)}%"


def sentences(prose: str) -> list[str]:
    r"""Return the sentences of a part's text as written, Markdown's marks of headings and lists left out.

    >>> sentences("## 概况\n\n收到申请3件；办结2件。无其他事项。")
    ['收到申请3件；', '办结2件。', '无其他事项。']
    """
    quotes = (without_marks(passage.quote(0, len(passage.text))) for passage in passages(prose))
    pieces = (piece.strip() for quote in quotes for piece in _END.split(quote))
    return [piece for piece in pieces if bare_words(piece)][:MOST]


def _sentences(now: list[str], before: list[str]) -> Iterator[Sentence]:
    """Pair each sentence with the nearest of last year's that is still free; equal ones choose first."""
    own, old = [bare_words(text) for text in now], [bare_words(text) for text in before]
    free, partner, places = set(range(len(before))), dict[int, int](), range(len(now))
    same = [(now[a] != before[b], a, b) for a in places for b in free if own[a] == old[b]]
    near = ((-n, a, b) for a in places if a not in partner for b in free if (n := similarity(own[a], old[b])) >= ALIKE)
    for candidates in (same, near):  # the latter of what the former leave
        for _, place, other in sorted(candidates):
            if place not in partner and other in free:
                partner[place] = other
                free.discard(other)
    for place, text in enumerate(now):
        if place not in partner:
            yield Sentence(NEW, text)
            continue
        last = before[partner[place]]
        yield Sentence(SAME if text == last else FIGURES if own[place] == old[partner[place]] else CHANGED, text, last)
    yield from (Sentence(GONE, "", before[other]) for other in sorted(free))
