"""Text as pages set it: cleaned, tightened and given places where a line may break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from govreport.core import Runs

BREAK = "\u200b"
"""Marks a place where a line may break; the template turns it into an empty space, so it is never in the PDF."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_WIDE = "\u2e80-\u303f\u3105-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff“”‘’—…·"
_GAP = re.compile(f"(?<=[{_WIDE}]) +(?=[0-9A-Za-z%(+-])|(?<=[0-9A-Za-z%.)]) +(?=[{_WIDE}])")
_LONG_WORD = re.compile(f"[^\\s{_WIDE}]{{13,}}")
_AFTER_SIGN = re.compile(r"(?<=[/._?&=:@#-])(?=[^/._?&=:@#-])")
_HANZI = re.compile("[\u3007\u4e00-\u9fff]+")
_ENUMERATOR = re.compile(r"[一二三四五六七八九十]+、|\d+[.．、]|[（(][一二三四五六七八九十\d]+[）)]")
MOST_LETTERS = 25
"""A longer word may break anywhere, or the line before it would be stretched too far."""
ENDLESS, SELDOM = 1_000, 8
"""A still longer word, which is no word, may break after every eighth letter: each such place takes time to set."""


def clean(text: str) -> str:
    r"""Return a text without what cannot be printed: control and direction characters, lone surrogates.

    Line ends of any kind become newlines and tabs spaces.

    >>> clean("总计\u200f\t3\x07")
    '总计 3'
    """
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")


def tighten(text: str) -> str:
    """Return a text without the spaces between Chinese characters and digits or letters, as official documents are set.

    >>> tighten("2020 年收到 3 件")
    '2020年收到3件'
    """
    return _GAP.sub("", text)


def breakable(text: str) -> str:
    """Return a text whose long words may break: after the signs of an address, or anywhere in a very long one.

    >>> breakable("https://example.invalid/a") == f"https://{BREAK}example.{BREAK}invalid/{BREAK}a"
    True
    """
    return _LONG_WORD.sub(lambda word: _opened(word[0]), text)


def _opened(word: str) -> str:
    if len(word) > MOST_LETTERS:
        return in_steps(word, 1 if len(word) <= ENDLESS else SELDOM)
    return _AFTER_SIGN.sub(BREAK, word) if any(map(str.isalpha, word)) else word


def in_steps(word: str, step: int) -> str:
    """Return a word that may break after every `step` characters.

    >>> in_steps("abcde", 2).split(BREAK)
    ['ab', 'cd', 'e']
    """
    return BREAK.join(word[start : start + step] for start in range(0, len(word), step))


def set_runs(runs: Runs) -> Runs:
    """Return runs as they are set: cleaned, tightened also where two runs meet, breakable.

    Spaces typed as an indent before the paragraph are dropped; a code run keeps its own.
    """
    cleaned = [replace(run, text=clean(run.text)) for run in runs]
    whole = "".join(run.text for run in cleaned)
    dropped = set(range(len(whole) - len(whole.lstrip(" \u3000"))))
    dropped |= {place for gap in _GAP.finditer(whole) for place in range(*gap.span())}
    start, kept = 0, []
    for run in cleaned:
        inner = range(start, start + len(run.text))
        text = "".join(c for place, c in zip(inner, run.text, strict=True) if place not in dropped or run.code)
        kept.append(replace(run, text=breakable(text)))
        start = inner.stop
    return tuple(run for run in kept if run.text)


def width_in_em(text: str) -> float:
    """Return about how wide a text without line breaks is, in units of its size.

    >>> width_in_em("总计3")
    2.57
    """
    return sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if character >= "\u2e80" or character in "“”‘’—…":
        return 1.0
    if character == BREAK:
        return 0.0
    if character in "mwMW%@":
        return 1.0
    return 0.75 if character.isupper() else 0.57 if character.isdigit() else 0.6


def even_lines(text: str, capacity: float) -> str:
    """Return a label broken into lines of about the same length, without splitting pairs of characters.

    capacity: the line's width in characters. Only labels of Chinese characters, with or without an
    enumerator before them, are broken; others are returned as they are.

    >>> even_lines("社会公益组织", 3.4).split()
    ['社会', '公益', '组织']
    >>> even_lines("三、本年度办理结果", 3.4).split()
    ['三、', '本年度', '办理', '结果']
    """
    if width_in_em(text) <= capacity + 0.01 or capacity < 2:
        return text
    enumerator = found[0] if (found := _ENUMERATOR.match(text)) else ""
    rest = text.removeprefix(enumerator)
    if not _HANZI.fullmatch(rest):
        return text
    unit = 2 if len(rest) % 2 == 0 else 1
    most = int(capacity) // unit
    count = len(rest) // unit
    lines = -(-count // most)
    sizes = [unit * (count // lines + (place < count % lines)) for place in range(lines)]
    starts = [sum(sizes[:place]) for place in range(lines)]
    parts = [rest[start : start + size] for start, size in zip(starts, sizes, strict=True)]
    return "\n".join([enumerator, *parts] if enumerator else parts)


def line_count(text: str, capacity: float) -> int:
    """Return about how many lines a text takes.

    >>> line_count("一二三四五", 2)
    3
    """
    return sum(max(1, -(-int(10 * width_in_em(line)) // max(1, int(10 * capacity)))) for line in text.split("\n"))


def words(text: str) -> Sequence[str]:
    """Return the parts of a text that a line break never divides, if they have several characters.

    >>> words("共 1,234.50 元（abc）")
    ['1,234.50', 'abc']
    """
    return re.findall(f"[^\\s{_WIDE}{BREAK}]{{2,}}", text)
