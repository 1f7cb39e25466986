"""The repairs of a whole system of balance edits, put together from those of its blocks."""

from __future__ import annotations

from itertools import islice, product

from govreport.checks.localise.localisation import Problem, Repair, blocks, localise_block, plausibility

MOST_COMBINED, MOST_REPAIRS = 5_000, 50
"""Combinations of the repairs of several blocks that are looked at, and repairs that are kept of them."""


def localise(problem: Problem) -> list[Repair]:
    """Return the repairs with the fewest cells, likeliest first; empty when none is found."""
    found = [localise_block(block).repairs for block in blocks(problem)]
    combined = islice(product(*(repairs for repairs in found if repairs)), MOST_COMBINED)
    repairs = [tuple(sorted(change for part in parts for change in part)) for parts in combined]
    ranked = sorted(filter(None, repairs), key=lambda repair: (-plausibility(problem, repair), repair))
    return ranked[:MOST_REPAIRS]
