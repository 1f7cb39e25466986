"""Numbers that Word writes in front of paragraphs by itself (ISO 29500-1, 17.9): 一、, （二）, 3., ①."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from lxml import etree

from govreport.exchange.readers.ooxml import child, value, whole

DIGITS = "零一二三四五六七八九"
CHINESE = frozenset({
    "chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand",
    "ideographDigital", "japaneseDigitalTenThousand", "koreanDigital2",
})  # fmt: skip
CIRCLED = frozenset({"decimalEnclosedCircle", "decimalEnclosedCircleChinese"})
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
SILENT = frozenset({"bullet", "none"})
MOST = 9_999


@dataclass(frozen=True)
class Level:
    """A level of a list: where it starts, how it counts, its text with ``%1`` for the first level's number."""

    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass
class Numbering:
    """The lists of a Word document, counting while it is read from the beginning.

    lists: by their id, the list that they share their counting with, and their levels.
    """

    lists: dict[str, tuple[str, dict[int, Level]]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    def prefix(self, number: str, level: int) -> str:
        """Count one paragraph on and return what stands in front of it, empty where that is no number."""
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
            told = levels.get(at, Level())
            return written(counts.setdefault(at, told.start), told.format)

        return re.sub("%([1-9])", counted, own.text)


def read_numbering(root: etree._Element | None) -> Numbering:
    """Return the lists that a document's numbering part defines; none without it."""
    if root is None:
        return Numbering()
    shared = {
        value(abstract, "abstractNumId"): {
            whole(value(level, "ilvl")): _level(level) for level in abstract.iterchildren("{*}lvl")
        }
        for abstract in root.iterchildren("{*}abstractNum")
    }
    lists = {}
    for num in root.iterchildren("{*}num"):
        key = value(child(num, "abstractNumId"))
        levels = dict(shared.get(key, {}))
        own = ""
        for override in num.iterchildren("{*}lvlOverride"):
            at, start, level = whole(value(override, "ilvl")), child(override, "startOverride"), child(override, "lvl")
            base = _level(level) if level is not None else levels.get(at, Level())
            levels[at] = Level(whole(value(start), base.start), base.format, base.text)
            own = value(num, "numId")  # a list that starts anew counts on its own
        lists[value(num, "numId")] = (f"{key}/{own}", levels)
    return Numbering(lists)


def _level(level: etree._Element) -> Level:
    start, kind, text = (value(child(level, name)) for name in ("start", "numFmt", "lvlText"))
    return Level(whole(start, 1), kind or "decimal", text[:40])


def written(number: int, kind: str) -> str:
    """Return a number as a list writes it.

    >>> written(21, "chineseCounting"), written(3, "decimalEnclosedCircle"), written(4, "lowerLetter")
    ('二十一', '③', 'd')
    """
    if not 0 < number <= MOST:
        return str(number)
    if kind in CHINESE and number < 100:
        tens, ones = divmod(number, 10)
        return (DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (DIGITS[ones] if ones else "")
    if kind in CIRCLED and number <= 20:
        return chr(0x2460 + number - 1)
    if kind in ("lowerLetter", "upperLetter") and number <= 26:
        return chr((0x61 if kind == "lowerLetter" else 0x41) + number - 1)
    if kind in ("lowerRoman", "upperRoman") and number < 40:
        roman = "X" * (number // 10) + ROMAN[number % 10]
        return roman if kind == "upperRoman" else roman.lower()
    return str(number)
