"""Exact figures: whole numbers and decimal money, read from text and written back, never as floats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache

Figure = int | Decimal

DIGITS = 15
FIGURE_LIMIT = 10**DIGITS
"""Every figure has fewer smallest units than this, so that int64 sums and JSON numbers are exact."""
_EXACT = Context(prec=60)

_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_PLAIN = re.compile(r"[-+]?[0-9]{1,30}(\.[0-9]{1,30})?")
_FULL_WIDTH = str.maketrans({chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)})
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})
NOT_APPLICABLE = frozenset({"/", "-", "—", "——", "--", "\\", "－"})
"""Marks of a cell that does not apply to the office; they are read as blanks."""


@dataclass(frozen=True)
class Kind:
    """The kind of figure that a cell holds.

    name: ``count`` (whole, not negative), ``signed`` (whole) or ``money`` (not negative, decimal).
    unit: the Chinese unit that the figure is in, empty for counts.
    decimals: decimal places of the smallest unit of money; 0 for counts.
    unit_in_cell: whether the printed table writes the unit behind the figure.
    """

    name: str
    unit: str = ""
    decimals: int = 0
    unit_in_cell: bool = False

    @property
    def scale(self) -> int:
        """Smallest units in one unit: 100 for 元, 1,000,000 for 万元."""
        return int(10**self.decimals)

    def to_units(self, figure: Figure) -> int:
        """Return the figure in its smallest unit, a whole number.

        >>> Kind("money", "元", 2).to_units(Decimal("9633626.14"))
        963362614
        """
        scaled = Decimal(figure).scaleb(self.decimals, _EXACT)
        units = int(scaled)
        if units != scaled:
            raise ValueError(f"{figure} is finer than {self.decimals} decimals")
        return units

    def from_units(self, units: int) -> Figure:
        """Return a figure from its smallest unit, the inverse of `to_units`.

        >>> Kind("money", "元", 2).from_units(150)
        Decimal('1.5')
        """
        if not self.decimals:
            return int(units)
        value = Decimal(int(units)).scaleb(-self.decimals).normalize()
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


COUNT = Kind("count")


@dataclass(frozen=True)
class Reading:
    """The result of reading a cell's text.

    figure: the figure; None for a blank and for a text that is no figure of the cell's kind.
    problem: why the text is no figure of the kind, as a Chinese clause; None where it is one.
    remark: which correction was made, as a Chinese clause; None where there was none.
    """

    figure: Figure | None = None
    problem: str | None = None
    remark: str | None = None


@lru_cache(maxsize=4096)  # most cells hold one of few figures
def read_figure(text: str, kind: Kind = COUNT) -> Reading:
    """Read one cell's text as a figure of a kind; every correction is remarked.

    >>> read_figure("1,204")
    Reading(figure=1204, problem=None, remark='写作“1,204”，按1204读取')
    >>> read_figure("三").problem
    '“三”不是数字'
    >>> read_figure(" / ")
    Reading(figure=None, problem=None, remark='写作“/”，按空白处理')
    """
    raw = text.strip()
    if not raw:
        return Reading()
    if raw in NOT_APPLICABLE:
        return Reading(remark=f"写作“{raw}”，按空白处理")
    shown = raw if len(raw) <= 30 else raw[:30] + "…"
    plain = raw.translate(_FULL_WIDTH).translate(_MINUS)
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _PLAIN.fullmatch(plain):
        return Reading(problem=f"“{shown}”不是数字")
    number = abs(Decimal(plain)) if not Decimal(plain) else Decimal(plain)
    figure: Figure = number
    if not kind.decimals:
        if number != number.to_integral_value():
            return Reading(problem=f"“{shown}”不是整数")
        figure = int(number)
    elif _EXACT.remainder(_EXACT.scaleb(number, kind.decimals), 1):
        return Reading(problem=f"“{shown}”的小数超过{kind.decimals}位")
    if _EXACT.scaleb(number, kind.decimals).copy_abs() >= FIGURE_LIMIT:
        return Reading(problem=f"“{shown}”位数过多")
    canonical = write_figure(figure)
    return Reading(figure=figure, remark=None if plain == raw else f"写作“{shown}”，按{canonical}读取")


def write_figure(figure: Figure | None) -> str:
    """Return a figure as plain digits, a blank as the empty string.

    >>> write_figure(Decimal("0.000001")), write_figure(None)
    ('0.000001', '')
    """
    return "" if figure is None else format(figure, "f") if isinstance(figure, Decimal) else str(figure)


def json_number(figure: Figure | None) -> int | float | None:
    """Return a figure as a JSON number with the same digits.

    A binary float holds 15 significant digits exactly, and a figure has no more (`FIGURE_LIMIT`). The round
    trip is verified. Nothing is computed with the result. Raises ValueError for a figure with more digits.

    >>> json_number(Decimal("9633626.14"))
    9633626.14
    """
    if figure is None or isinstance(figure, int):
        return figure
    if figure == figure.to_integral_value():
        return int(figure)
    number = float(figure)
    if Decimal(repr(number)) != figure:
        raise ValueError(f"{figure} has too many digits for JSON")
    return number


def figure_of_number(number: object) -> Figure | None:
    """Return the figure that a number of JSON stands for, digit by digit, the inverse of `json_number`.

    Raises TypeError for what is no number.

    >>> figure_of_number(9633626.14), figure_of_number(None)
    (Decimal('9633626.14'), None)
    """
    if number is None or (isinstance(number, int) and not isinstance(number, bool)):
        return number
    if not isinstance(number, float):
        raise TypeError(number)
    return Decimal(repr(number))


def round_half_up(value: Fraction, digits: int) -> Decimal:
    """Round a fraction half up (away from zero), exactly.

    >>> round_half_up(Fraction(1, 8), 2)
    Decimal('0.13')
    """
    scaled = abs(value) * 10**digits
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(-whole if value < 0 else whole).scaleb(-digits, _EXACT)


def thousands(figure: Figure) -> str:
    """Return a figure with thousands separators.

    >>> thousands(31558)
    '31,558'
    """
    return f"{figure:,f}" if isinstance(figure, Decimal) else f"{figure:,d}"


def percent(value: Fraction, digits: int = 1) -> str:
    """Return a fraction as a percentage, rounded half up; with more digits where 0 or 100 would stand for another.

    >>> percent(Fraction(339, 1000)), percent(Fraction(1, 3000)), percent(Fraction(2999, 3000))
    ('33.9%', '0.03%', '99.97%')
    """
    while abs(rounded := round_half_up(value * 100, digits)) in (0, 100) and rounded != value * 100:
        digits += 1
    return f"{rounded:f}%"
