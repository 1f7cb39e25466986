"""A year against the one before: what changed in the figures, and what the prose repeats."""

from govreport.compare.cells import REMARKS, Carried, Change, carried_over, cell_changes, not_comparable, remarks
from govreport.compare.comparison import Comparison, compare
from govreport.compare.prose import KINDS, PartComparison, Sentence, compare_part

__all__ = [
    "KINDS", "REMARKS", "Carried", "Change", "Comparison", "PartComparison", "Sentence",
    "carried_over", "cell_changes", "compare", "compare_part", "not_comparable", "remarks",
]  # fmt: skip
