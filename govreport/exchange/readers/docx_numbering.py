"""Numbers that Word writes in front of paragraphs by itself (ISO 29500-1, 17.9): 一、, （二）, 3., ①."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from govreport.exchange.readers.ooxml import child, children, value, whole

DIGITS = "零一二三四五六七八九"
CHINESE = frozenset({
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "ideographDigital", "japaneseDigitalTenThousand", "koreanDigital2",
})  # fmt: skip
CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
SILENT = frozenset({"bullet", "none"})


@dataclass(frozen=True)
class Level:
    """A level of a list: where it starts, how it counts, its text with ``%1`` for the first level's number."""

    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass
class Numbering:
    """The lists of a Word document, which count while the document is read from its beginning.

    lists: by their id, the list that they share their counting with, and their levels.
    """

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def prefix(self, number: str, level: int) -> str:
        """Count one more paragraph and return the number in front of it, empty where the list has no numbers."""
        shared, levels = self.lists.get(number, ("", {}))
        own = levels.get(level)
        if own is None:
            return ""
        counts = self._counts[shared]
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if own.format in SILENT:
            return ""

        def counted(place: re.Match[str]) -> str:
            at = int(place[1]) - 1
            other = levels.get(at, Level())
            return format_number(counts.setdefault(at, other.start), other.format)

        return re.sub("%([1-9])", counted, own.text)


def read_numbering(root: etree._Element | None) -> Numbering:
    """Return the lists that a document's numbering part defines; none without it."""
    shared = {
        value(abstract, "abstractNumId"): {
            whole(value(level, "ilvl")): _level(level) for level in children(abstract, "lvl")
        }
        for abstract in children(root, "abstractNum")
    }
    lists = {}
    for num in children(root, "num"):
        key = value(child(num, "abstractNumId"))
        levels = dict(shared.get(key, {}))
        own = ""
        for override in children(num, "lvlOverride"):
            at, start, level = whole(value(override, "ilvl")), child(override, "startOverride"), child(override, "lvl")
            base = _level(level) if level is not None else levels.get(at, Level())
            levels[at] = Level(whole(value(start), base.start), base.format, base.text)
            own = value(num, "numId")  # a list that starts anew counts on its own
        lists[value(num, "numId")] = (f"{key}/{own}", levels)
    return Numbering(lists)


def _level(level: etree._Element) -> Level:
    start, kind, text = (value(child(level, name)) for name in ("start", "numFmt", "lvlText"))
    return Level(whole(start, 1), kind or "decimal", text[:40])


def format_number(number: int, kind: str) -> str:
    """Return a number as a list writes it.

    >>> format_number(21, "chineseCounting"), format_number(3, "decimalEnclosedCircle"), format_number(4, "lowerLetter")
    ('二十一', '③', 'd')
    """
    text = str(number)
    if kind in CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        text = (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones else "")
    elif kind in CIRCLED and 0 < number <= 20:
        text = chr(0x2460 + number - 1)
    elif kind in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        text = chr(0x41 + number - 1)
    elif kind in ("lowerRoman", "upperRoman") and 0 < number < 40:
        text = "X" * (number // 10) + ROMAN[number % 10]
    return text.lower() if kind.startswith("lower") else text
