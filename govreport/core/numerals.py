"""Chinese numerals: digits one by one, as in years, or with places and scales."""

from __future__ import annotations

CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
CHINESE_PLACES = {"十": 10, "廿": 20, "卅": 30, "百": 100, "千": 1000}
_DIGITS = "〇一二三四五六七八九"
CHINESE_SCALES = {"万": 10**4, "亿": 10**8}


def chinese_number(text: str) -> int:
    """Return the value of a Chinese numeral.

    >>> chinese_number("二〇二二"), chinese_number("十二"), chinese_number("三万零五百"), chinese_number("两")
    (2022, 12, 30500, 2)
    """
    for scale, value in reversed(CHINESE_SCALES.items()):
        if scale in text:
            before, _, after = text.rpartition(scale)
            return (chinese_number(before) if before else 1) * value + (chinese_number(after) if after else 0)
    if CHINESE_PLACES.keys().isdisjoint(text):
        return int("".join(str(CHINESE_DIGITS[letter]) for letter in text))
    total = digit = 0
    for letter in text:
        total += 0 if letter in CHINESE_DIGITS else (digit or 1) * CHINESE_PLACES[letter]
        digit = CHINESE_DIGITS.get(letter, 0)
    return total + digit


def chinese_numeral(number: int) -> str:
    """Return a number from 1 to 99 in words, as in dates.

    >>> [chinese_numeral(number) for number in (5, 10, 12, 20, 31)]
    ['五', '十', '十二', '二十', '三十一']
    """
    tens, ones = divmod(number, 10)
    return f"{_DIGITS[tens] if tens > 1 else ''}{'十' if tens else ''}{_DIGITS[ones] if ones else ''}"


def chinese_year(year: int) -> str:
    """Return a year digit by digit.

    >>> chinese_year(2024)
    '二〇二四'
    """
    return "".join(_DIGITS[int(digit)] for digit in str(year))
