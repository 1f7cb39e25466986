"""Quantities in prose: Arabic and Chinese numerals, 万 and 亿, percentages, fractions, approximations, units."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from govreport.checks.prose.packaged import packaged
from govreport.core import CHINESE_DIGITS, CHINESE_PLACES, CHINESE_SCALES, chinese_number

NUMERALS = "零〇一二两三四五六七八九十廿卅百千万亿"
MONEY = {"千元": 1000, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
LONGEST_NUMERAL = 24
"""Letters of a Chinese numeral; 999,999,999,999 has nineteen."""


class Quantity(NamedTuple):
    """A quantity in a passage.

    start, end: its place, unit included; value: in its unit, 万 and 亿 multiplied out; low, high: what it
    may stand for, the same where it is exact; unit: as printed, ``%`` for every share; decimals: printed
    ones; scale: what 万 or 亿 multiplied by; spoken: whether a share is in words, as in 七成.
    """

    start: int
    end: int
    value: Fraction | int
    low: Fraction | int
    high: Fraction | int
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
def units(name: str) -> frozenset[str]:
    """Return a group of units; cases and decisions may also be counted without any."""
    return frozenset(packaged("figures")["units"][name].split()) | ({""} if name in ("dealt", "decisions") else set())


def _any(words: str) -> str:
    return "|".join(map(re.escape, sorted(words.split(), key=len, reverse=True)))


@cache
def _bound_patterns() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return for each way to widen a figure the patterns of the words before and behind it."""
    bounds = packaged("figures")["bounds"]
    return {
        name: (re.compile(f"(?<![最附相远])(?:{_any(words['before'])})$"), re.compile(_any(words["after"]) or "(?!)"))
        for name, words in bounds.items()
    }


@cache
def _widened() -> re.Pattern[str]:
    """Return a pattern of all words that widen a figure, on either side."""
    bounds = packaged("figures")["bounds"].values()
    return re.compile(_any(" ".join(f"{words['before']} {words['after']}" for words in bounds)))


@cache
def quantity_pattern() -> str:
    """Return the pattern of a quantity, and as group ``none`` of what looks like one."""
    units, counted, several = (_any(packaged("figures")["units"][key]) for key in ("all", "numerals", "several"))
    arabic = r"(?P<arabic>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?P<scale>[百千]?[万亿]?)"
    numeral = f"[{NUMERALS}]{{1,{LONGEST_NUMERAL}}}"
    chinese = rf"{numeral}(?=(?:余|多|来)?(?:{counted}|成|倍)(?![龙事]))|(?!一){numeral}(?=[余多]?(?:{several}))"
    none = packaged("figures")["no quantity"]
    return (
        rf"(?P<none>{none})|百分之(?P<hundredth>[{NUMERALS}]+(?:点[{NUMERALS}]+)?|\d+(?:\.\d+)?)|(?P<whole>[二三四五六七八九])分之(?P<part>[一二三四五六七八])"
        rf"|(?P<half>过半数?|大半|一半|半数)|(?:{arabic}|(?P<chinese>{chinese}))(?P<more>余|多|来)?(?P<late>[万亿]?)(?P<unit>{units})?(?P<tenth>(?<=成)[一二三四五六七八九])?"
    )


def quantities(text: str) -> Iterator[Quantity]:
    """Yield the quantities of a text in order; years, dates, ordinals and ranges are none.

    >>> [(str(q.value), q.unit, q.exact) for q in quantities("共1,204件，约占七成，十二件，28.6万次，620余个")]
    [('1204', '件', True), ('7/10', '%', False), ('12', '件', True), ('286000', '次', True), ('620', '个', False)]
    """
    for match in re.compile(quantity_pattern()).finditer(text):
        if match["none"] is None:
            yield quantity_of(text, match)


def quantity_of(text: str, match: re.Match[str]) -> Quantity:
    """Return the quantity that a match of `quantity_pattern` in a text is."""
    names = "unit", "arabic", "hundredth", "whole", "part", "half", "chinese", "tenth"
    unit, arabic, hundredth, whole, part, half, chinese, tenth = match.group(*names)
    unit, spoken, scale, digits = unit or "", False, 1, (arabic or hundredth or "").replace(",", "")
    if "点" in digits:
        before, _, rest = digits.partition("点")
        digits = f"{chinese_number(before)}.{''.join(str(CHINESE_DIGITS.get(digit, 0)) for digit in rest)}"
    decimals = len(digits) - digits.find(".") - 1 if "." in digits else 0
    value: Fraction | int
    if arabic:
        scale = _scale(match)
        value = (Fraction(digits) if decimals else int(digits)) * scale
    elif digits:
        value = (Fraction(digits) if digits[0].isdigit() else chinese_number(digits)) * Fraction(1, 100)
    elif whole:
        value, spoken = Fraction(chinese_number(part), chinese_number(whole)), True
    else:
        value, spoken = (Fraction(1, 2), True) if half else (chinese_number(chinese), False)
    if unit == "%":
        value = Fraction(value, 100)
    elif unit == "成":
        value, spoken = Fraction(value * 10 + CHINESE_DIGITS.get(tenth or "零", 0), 100), True
    elif unit in MONEY:
        scale, value = scale * MONEY[unit], value * MONEY[unit]
    unit = "%" if spoken or (digits and not arabic) else unit
    low, high = _bounds(text, match, value, unit, spoken=spoken)
    return Quantity(match.start(), match.end(), value, low, high, unit, decimals, scale, spoken)


Amount = Fraction | int


def _bounds(text: str, match: re.Match[str], value: Amount, unit: str, *, spoken: bool) -> tuple[Amount, Amount]:
    start, end = match.span()
    if not (match["more"] or spoken or _widened().search(text, max(0, start - 6), end + 3)):
        return value, value
    before, after = text[max(0, start - 6) : start], text[end : end + 3]
    said = {name for name, (front, back) in _bound_patterns().items() if front.search(before) or back.match(after)}
    slack = (Fraction(25, 1000) if match["tenth"] else Fraction(5, 100)) if spoken else Fraction(value) / 10
    if unit == "%" and "." in text[start:end]:
        slack = Fraction(1, 100)
    if "more" in said or (match["half"] or "")[:1] in tuple("过大"):
        most = Fraction(1) if unit == "%" and value < 1 else value * 10
        return value, value + 2 * slack if spoken and not match["half"] else most
    if "less" in said:
        return 0, value
    if "nearly" in said:
        return value - slack, value
    if match["more"]:
        return value, value + _last_place(match)
    return (value - slack, value + slack) if "about" in said or spoken else (value, value)


def _scale(match: re.Match[str]) -> int:
    """Return what 万 or 亿 behind a numeral multiplies by."""
    letters = (match["scale"] or "") + (match["late"] or "")
    return math.prod(CHINESE_PLACES.get(letter) or CHINESE_SCALES[letter] for letter in letters)


def _last_place(match: re.Match[str]) -> int:
    """Return the place that 余 leaves open: 1100余 is less than 1200, 620余 less than 630."""
    whole = int(Fraction((match["arabic"] or "").replace(",", "") or chinese_number(match["chinese"] or "零")))
    place = 1
    while whole and whole % (place * 10) == 0:
        place *= 10
    return place * _scale(match)


def number_of(numeral: str) -> int:
    """Return the number that a letter from 两 to 九 stands for."""
    return "零一二三四五六七八九".find(numeral.replace("两", "二"))


@cache
def like(unit: str) -> frozenset[str]:
    """Return the units in which parts of a total in this unit can be."""
    if unit in units("money"):
        return units("money")
    if unit == "个":
        return frozenset({"个", "家", "项"})
    kin = (units(name) for name in ("matters", "cases") if not unit or unit in units(name))
    return next(kin, frozenset()) | {unit}
