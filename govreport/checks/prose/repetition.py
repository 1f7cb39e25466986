"""Rule N8: prose that is last year's over again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from operator import add

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.passages import without_marks
from govreport.filing import LOOK_AGAIN, ORDINALS, Filing
from govreport.forms import Form, part_words

SIMILARITY = 0.9
"""Share of a part from which on it is told; a project may set another, see `project_rules`."""

SHORTEST = 60
"""Characters of its own that a part must have to be compared."""

OWN = 0.4
"""Share of a part's characters, figures left out, that must be its own and not fixed phrases."""

SAMPLE, PASSAGE, MARGIN = 24, 4, 0.6
"""Passages sampled and their characters; how much fewer than by the threshold need to be found again."""

SHINGLE, LONGEST_QUOTE, SHOWN = 6, 200, 30
"""Fewest and most characters of a quote, and those that the message shows of it."""

TO_LOOK_AT = "标着“待核对”，文字是上年的，还没有核对；请按本年实际改写，改好后删去标记。"

_REST = re.compile(r"[\W_]+")


def check_repetition(
    filing: Filing, prose: Mapping[int, str], last: Filing | None, threshold: float = SIMILARITY
) -> list[Finding]:
    """Return an N8 warning for each part that is nearly the same as last year's, or marked as not looked at since.

    prose: the parts by number, figures filled in; a part that it lacks is taken as written.
    threshold: similarity from which on a part is told, from 0 to 1.
    Similarity is the Sørensen–Dice coefficient of the character bigrams (Dice 1945; Adamson and Boreham
    1974), of what is left without figures, dates, punctuation, expressions and fixed phrases.
    """
    findings = []
    for number, part in sorted(filing.narrative.parts.items()):
        text, earlier = prose.get(number, part.text), last and number and last.narrative.parts.get(number)
        name = f"第{ORDINALS[number - 1]}部分" if number else "前言"
        if marks := list(LOOK_AGAIN.finditer(text)):
            quote = re.split(r"(?<=[。！？；])|\n", text[marks[0].end() :], maxsplit=1)[0]
            findings.append(_repeated(filing, f"{name}有{len(marks)}段{TO_LOOK_AT}", quote))
        if marks or not earlier or not may_repeat(text, earlier.text, threshold):
            continue
        share = similarity(own_words(text, filing.form), own_words(earlier.text, filing.form))
        if share >= threshold:
            repeated = longest_repeated(text, earlier.text)
            place = text.find(repeated)
            begin = max(text.rfind(mark, 0, place) for mark in "。！？\n") + 1
            passage = text[begin : place + len(repeated)].strip() if repeated else ""
            words = without_marks(passage)
            shown = words if len(words) <= SHOWN else f"{words[:SHOWN]}……"
            told = f"，如“{shown}”" if shown else ""
            head = f"{name}与上年相同的文字占{int(share * 100)}%（不计数字、日期和固定用语）{told}"
            findings.append(_repeated(filing, f"{head}；请按本年实际改写。", passage))
    return findings


def _repeated(filing: Filing, message: str, quote: str) -> Finding:
    return Finding(filing.agency, filing.year, "warning", message, (Identity("N8", ()),), quote or None)


def may_repeat(now: str, before: str, threshold: float) -> bool:
    """Whether passages sampled from a text stand in an earlier one so often that it may repeat it.

    An edit or a figure spoils few of them, so that what lies far below the threshold is known at once.

    >>> may_repeat("栏目更新不够及时。", "培训的次数偏少。", 0.9)
    False
    """
    sampled = [now[at : at + PASSAGE] for at in range(0, len(now), max(1, len(now) // SAMPLE))]
    return sum(passage in before for passage in sampled) >= (threshold - MARGIN) * len(sampled)


def similarity(now: str, before: str) -> float:
    """Return the Sørensen–Dice coefficient of two texts' character bigrams; 0 where one has none.

    >>> similarity("公开及时", "公开及时"), similarity("公开及时", "栏目陈旧")
    (1.0, 0.0)
    """
    first, second = (set(map(add, text, text[1:])) for text in (now, before))
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def own_words(text: str, form: Form) -> str:
    """Return what a part says in its own words; empty where that is little or mostly fixed phrases."""
    words = _figures().sub(" ", text)
    whole = len(_REST.sub("", words))
    if whole < SHORTEST:
        return ""
    for phrase in _phrases(form):
        words = words.replace(phrase, " ")
    own = _REST.sub("", words)
    return own if len(own) >= max(SHORTEST, OWN * whole) else ""


def bare_words(text: str) -> str:
    """Return a text without figures, dates, punctuation, expressions and white space.

    >>> bare_words("2023年收到申请 12 件。")
    '年收到申请件'
    """
    return _REST.sub("", _figures().sub(" ", text))


def longest_repeated(now: str, before: str) -> str:
    """Return the longest passage of one line that stands in both texts, without punctuation at its ends.

    Whether two texts share a passage of a length is one look-up for each place, so that its length is found by halving.
    """
    earlier = before.replace("\n", "\0")

    def shared(length: int) -> int:
        known = {hash(earlier[at : at + length]) for at in range(len(earlier) - length + 1)}
        places = range(len(now) - length + 1)
        return next((at for at in places if hash(now[at : at + length]) in known), -1)

    length = bisect_left(range(SHINGLE, LONGEST_QUOTE + 1), True, key=lambda length: shared(length) < 0) + SHINGLE - 1
    place = shared(length) if length >= SHINGLE else -1
    return re.sub(r"^[^\w（《“]+|[^\w）》”。]+$", "", now[place : place + length]) if place >= 0 else ""


@lru_cache
def _figures() -> re.Pattern[str]:
    digits = "〇零一二两三四五六七八九十百千万亿"
    inert = r"\{\{(?:(?!\{\{).)*?\}\}|<!--(?:(?!<!--).)*?-->"
    number = rf"(?<![{digits}])[{digits}]+[余多]?(?=[{part_words().units}])|\d+"
    return re.compile(f"{inert}|{number}", re.DOTALL)


@lru_cache
def _phrases(form: Form) -> tuple[str, ...]:
    """Return the fixed phrases and the form's labels, longest first."""
    labels = {
        label.split("·")[-1].lstrip("（）一二三四五六七、.0123456789")
        for table in form.tables.values()
        for label in (*table.row_labels.values(), *table.column_labels.values())
    }
    titles = {title.split("、", 1)[1] for title in form.parts}
    return tuple(sorted({*part_words().phrases, *titles, *(labels - {""})}, key=len, reverse=True))
