"""Claims: what prose says, read and compared; each with its quote, its reading and the verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import NamedTuple

from govreport.checks.findings import Finding, Identity
from govreport.core import Figure
from govreport.filing import Filing

AGREES, DISAGREES, OPEN = "相符", "不符", "未核对"


class Claim(NamedTuple):
    """Something that prose says about figures.

    part: number of the part; quote: the sentence; figure: what is said, as printed; reading: what it was
    taken for, in Chinese; verdict: AGREES, DISAGREES or OPEN; place: where it starts in its passage.
    rule, severity, message, cells, stated, expected: what a finding says where it disagrees; at first the severity is
    the gravest that it can have. figures: numbers of the figures that it is about, the stated one first; traits:
    what its reading is like; ask: what a message asks where the finding is no error; words: gives figure and
    reading of a claim that agrees, for they are put into words only where somebody asks for all claims.
    """

    part: int
    quote: str
    figure: str
    reading: str
    verdict: str
    place: int = 0
    rule: str = ""
    severity: str = ""
    message: str = ""
    cells: tuple[str, ...] = ()
    stated: Figure | None = None
    expected: Figure | None = None
    figures: tuple[int, ...] = ()
    traits: Mapping[str, float] = MappingProxyType({})
    ask: str = ""
    words: Callable[[], tuple[str, str]] | None = None

    def in_words(self) -> Claim:
        """Return a claim with figure and reading."""
        if self.words is None:
            return self
        figure, reading = self.words()
        return self._replace(figure=figure, reading=reading, words=None)

    def finding(self, filing: Filing) -> Finding:
        """Return the finding of a claim that disagrees."""
        cells = tuple(name.lstrip("-") for name in self.cells)
        identity = Identity(self.rule, cells, self.stated, self.expected, self.message)
        return Finding(
            filing.agency, filing.year, self.severity, self.message, (identity,), quote=self.quote, reading=self.reading
        )


def plain(value: Fraction | int) -> Figure:
    """Return an exact figure: whole where it is, else with its decimals (at most six)."""
    if isinstance(value, int) or value.denominator == 1:
        return int(value)
    rounded = round(Fraction(value), 6)
    return Decimal(rounded.numerator) / Decimal(rounded.denominator)
