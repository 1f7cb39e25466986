"""How likely a figure is as a mistyped form of another: the typing errors that people make with numbers.

The kinds are those of Scholtus (2009), "Automatic correction of simple typing errors in numerical data
with balance edits" (Statistics Netherlands, discussion paper 09046), and of van der Loo, de Jonge and
Scholtus (2011), "Correction of rounding, typing, and sign errors with the deducorrect package".
"""

from __future__ import annotations

import math
from collections import Counter
from functools import lru_cache

TYPING, BY_ONE, OTHER = 0.9, 0.07, 0.03
"""How often a wrong figure is mistyped, off by one, or wrong in some other way."""

SMALLER = 1.2
"""How much commoner small figures are: the frequency of a figure falls with this power of it. With 1 all orders of
magnitude are equally common (log-uniform); in tables of many small offices small ones are a little commoner."""


@lru_cache(maxsize=4096)
def mistyped(true: int) -> dict[str, Counter[int]]:
    """Return what a figure becomes by one typing error: for each kind, the results and in how many ways each comes.

    The sign is no part of it: counts have none, and a sign error is a kind of its own for signed cells.

    >>> sorted(mistyped(12)["dropped"]), sorted(mistyped(12)["swapped"])
    ([1, 2], [21])
    """
    digits, sign = str(abs(true)), -1 if true < 0 else 1
    results = {
        "dropped": [digits[:n] + digits[n + 1 :] for n in range(len(digits)) if len(digits) > 1],
        "doubled": [digits[: n + 1] + digits[n:] for n in range(len(digits)) if true],
        "added": [digits[:n] + d + digits[n:] for n in range(len(digits) + 1) for d in "0123456789"],
        "swapped": [digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :] for n in range(len(digits) - 1)],
        "replaced": [digits[:n] + d + digits[n + 1 :] for n in range(len(digits)) for d in "0123456789"],
    }
    figures = {kind: [sign * int(text) for text in texts] for kind, texts in results.items()}
    return {kind: Counter(figure for figure in found if figure != true) for kind, found in figures.items()}


@lru_cache(maxsize=262_144)
def log_likelihood(stated: int, true: int) -> float:
    """Return the logarithm of how likely `true` is to come out as `stated`, given that it came out wrong.

    >>> log_likelihood(1204, 1240) > log_likelihood(1204, 1203) > log_likelihood(1204, 777)
    True
    """
    if stated == true:
        return -math.inf
    possible = [found for found in mistyped(true).values() if found]  # all kinds are equally frequent
    typed = sum(found[stated] / found.total() for found in possible) / len(possible)
    if stated == -true:
        typed = max(typed, 0.5)
    by_one = 0.5 if abs(stated - true) == 1 else 0.0
    other = 1 / (10 * max(abs(stated), abs(true), 10))
    return math.log(TYPING * typed + BY_ONE * by_one + OTHER * other)


def log_frequency(figure: int) -> float:
    """Return the logarithm of how common a figure is in a table, up to a constant.

    >>> log_frequency(3) > log_frequency(30)
    True
    """
    return -SMALLER * math.log1p(abs(figure))
