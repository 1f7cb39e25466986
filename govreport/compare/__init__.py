"""A year against the one before: what changed in the figures, and what the prose repeats."""

from govreport.compare.cells import REMARKS, Carried, Change, carried_over, cell_changes, not_comparable, remarks
from govreport.compare.comparison import Comparison, compare, compare_years
from govreport.compare.prose import SENTENCE_KINDS, PartComparison, Sentence, compare_part, told_share

__all__ = [
    "KINDS", "REMARKS", "Carried", "Change", "Comparison", "PartComparison", "Sentence",
    "carried_over", "cell_changes", "compare", "compare_part", "compare_years", "not_comparable", "remarks",
    "told_share",
]  # fmt: skip
