"""Claims: what prose says, read and compared; each with its quote, its reading and the verdict."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.mentions import Mention
from govreport.core import Figure
from govreport.filing import Filing

AGREES, DISAGREES, OPEN = "相符", "不符", "未核对"

LONGEST_LABEL = 24
"""Letters before a figure that messages quote."""


@dataclass(frozen=True)
class Claim:
    """Something that prose says about figures.

    part: number of the part; quote: the sentence; figure: what is said, as printed; reading: what it was
    taken for, in Chinese; verdict: AGREES, DISAGREES or OPEN; place: where it starts in its passage.
    rule, severity, message, cells, stated, expected: what a finding says where it disagrees.
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

    def finding(self, filing: Filing) -> Finding:
        """Return the finding of a claim that disagrees."""
        identity = Identity(self.rule, self.cells, self.stated, self.expected, self.message)
        return Finding(filing.agency, filing.year, self.severity, self.message, (identity,), quote=self.quote)


def plain(value: Fraction | int) -> Figure:
    """Return an exact figure: whole where it is, else with its decimals (at most six)."""
    if value == int(value):
        return int(value)
    rounded = round(Fraction(value), 6)
    return Decimal(rounded.numerator) / Decimal(rounded.denominator)


def figure_text(mention: Mention) -> str:
    """Return a mention in messages: its number and unit without white space and marks of emphasis."""
    return re.sub(r"[\s*`]", "", mention.printed)


def mention_text(mention: Mention) -> str:
    """Return a mention with the words before it, as a message quotes it."""
    cut = "…" if len(mention.label) > LONGEST_LABEL else ""
    return f"{cut}{mention.label[-LONGEST_LABEL:]}{figure_text(mention)}"
