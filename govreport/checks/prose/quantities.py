"""Quantities in prose: Arabic and Chinese numerals, 万 and 亿, percentages, fractions, approximations, units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from govreport.checks.prose.words import words
from govreport.core import CHINESE_DIGITS, CHINESE_PLACES, CHINESE_SCALES, chinese_number

_NUMERAL = "零〇一二两三四五六七八九十廿卅百千万亿"
LONGEST_NUMERAL = 24
"""Letters of a Chinese numeral; 999,999,999,999 has nineteen."""


@dataclass(frozen=True)
class Quantity:
    """A quantity in a passage.

    start, end: its place, unit included; value: in its unit, 万 and 亿 multiplied out; low, high: what it
    may stand for, the same where it is exact; unit: as printed, ``%`` for every share; decimals: printed
    ones; scale: what 万 or 亿 multiplied by; spoken: whether a share is in words, as in 七成.
    """

    start: int
    end: int
    value: Fraction
    low: Fraction
    high: Fraction
    unit: str
    decimals: int = 0
    scale: int = 1
    spoken: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is said without 约, 余 or the like."""
        return self.low == self.high

    def may_be(self, figure: Fraction | int) -> bool:
        """Whether it can stand for this figure."""
        return self.low <= figure <= self.high


@cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(map(re.escape, words().units))
    counted = "|".join(
        map(re.escape, sorted((words().alike[0] | words().alike[1]) - {"", "个"}, key=len, reverse=True))
    )
    arabic = r"(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>[百千]?[万亿]?)"
    numeral = f"[{_NUMERAL}]{{1,{LONGEST_NUMERAL}}}"
    several = "幅|场|次|册|期|张|人次|部|批|本|套"
    chinese = rf"{numeral}(?=(?:余|多|来)?(?:{counted}|成|倍)(?![龙事]))|(?!一){numeral}(?=[余多]?(?:{several}))"
    return re.compile(
        rf"百分之(?P<hundredth>[{_NUMERAL}]+|\d+(?:\.\d+)?)|(?P<whole>[二三四五六七八九])分之(?P<part>[一二三四五六七八])"
        rf"|(?P<half>过半|大半|一半|半数)|(?:{arabic}|(?P<chinese>{chinese}))(?P<more>余|多|来)?(?P<late>[万亿]?)(?P<unit>{units})?(?P<tenth>(?<=成)[一二三四五六七八九])?"
    )


def quantities(text: str) -> Iterator[Quantity]:
    """Yield the quantities of a text in order; years, dates, ordinals and ranges are none.

    >>> [(str(q.value), q.unit, q.exact) for q in quantities("共1,204件，约占七成，十二件，28.6万次，620余个")]
    [('1204', '件', True), ('7/10', '%', False), ('12', '件', True), ('286000', '次', True), ('620', '个', False)]
    """
    taken = [match.span() for match in words()["no quantity"].finditer(text)]
    for match in _pattern().finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield _quantity(text, match)


def _quantity(text: str, match: re.Match[str]) -> Quantity:
    unit, decimals, spoken, scale = match["unit"] or "", 0, False, 1
    if match["hundredth"] or match["whole"] or match["half"]:
        if match["hundredth"]:
            given = match["hundredth"]
            value = Fraction(given) if given[0].isdigit() else Fraction(chinese_number(given))
            decimals, value = len(given.partition(".")[2]), value / 100
        elif match["whole"]:
            value, spoken = Fraction(chinese_number(match["part"]), chinese_number(match["whole"])), True
        else:
            value, spoken = Fraction(1, 2), True
        unit = "%"
    elif match["arabic"]:
        digits = match["arabic"].replace(",", "")
        decimals = len(digits.partition(".")[2])
        for letter in match["scale"] + match["late"]:
            scale *= CHINESE_PLACES.get(letter) or CHINESE_SCALES[letter]
        value = Fraction(digits) * scale
    else:
        value = Fraction(chinese_number(match["chinese"]))
    if unit == "%":
        value = value / 100 if match["unit"] else value
    elif unit == "成":
        value, unit, spoken = value / 10 + Fraction(CHINESE_DIGITS.get(match["tenth"] or "零", 0), 100), "%", True
    elif unit.endswith("元") and unit != "元":
        scale *= {"万元": 10**4, "亿元": 10**8, "千元": 1000, "百万元": 10**6}[unit]
        value *= scale
    low, high = _bounds(text, match, value, unit, spoken=spoken)
    return Quantity(match.start(), match.end(), value, low, high, unit, decimals, scale, spoken)


def _bounds(text: str, match: re.Match[str], value: Fraction, unit: str, *, spoken: bool) -> tuple[Fraction, Fraction]:
    before, after = text[: match.start()], text[match.end() :]
    slack = (Fraction(25, 1000) if match["tenth"] else Fraction(5, 100)) if spoken else value / 10
    more = words()["at least before"].search(before) or words()["at least after"].match(after)
    if more or match["half"] in ("过半", "大半"):
        most = Fraction(1) if unit == "%" else value * 10
        return value, value + 2 * slack if spoken and not match["half"] else most
    if words()["at most before"].search(before) or words()["at most after"].match(after):
        return Fraction(0), value
    if words()["nearly before"].search(before):
        return value - slack, value
    if match["more"]:
        return value, value + _last_place(match)
    if words()["about before"].search(before) or words()["about after"].match(after) or spoken:
        return value - slack, value + slack
    return value, value


def _last_place(match: re.Match[str]) -> Fraction:
    """Return the place that 余 leaves open: 1100余 is less than 1200, 620余 less than 630."""
    scale = Fraction(1)
    for letter in (match["scale"] or "") + (match["late"] or ""):
        scale *= CHINESE_PLACES.get(letter) or CHINESE_SCALES[letter]
    whole = int(Fraction((match["arabic"] or "").replace(",", "") or chinese_number(match["chinese"] or "零")))
    place = 1
    while whole and whole % (place * 10) == 0:
        place *= 10
    return place * scale
