"""The parameters of recognition, in one place: what counts as a label, what readings cost, how far they are looked for.

Distances run from 0 (the same) to 1 (nothing in common). Prices are in the same unit: a reading that is 0.75 cheaper
than all others is certain. Each was set so that one slip (a label, a figure or a line lost) makes no reading certain
that is wrong; `tests/exchange/test_mutated_text.py` tries that by chance, `tests/published` on files. Where a range is
told, no file of the corpus is read better or worse within it.
"""

from __future__ import annotations

# ---- labels ----------------------------------------------------------------------------------------------------------

SAME = 0.16
"""Distance up to which a text surely is a label: a letter of six misread, or two numbers that differ; 0.16
to 0.18."""
LIKE = 2 * SAME
"""Distance up to which a text is a label where its place speaks for it: two letters of six."""
UNLIKE = 1 / 2
"""Distance from which on a text is no label, whatever speaks for it: half its letters are others; 0.45
to 0.5."""
SLIP = 0.1
"""A reading that is a little odd: figures on another line than their label or of another number, cells merged."""
PART = SLIP
"""Distance of a label of which only a part stands there, unbroken; as much again as more of it is missing."""
MOSTLY = 0.7
"""Share from which on most are meant: letters of a label, labels of a header, lines with bars, rows of a table."""

# ---- prices ----------------------------------------------------------------------------------------------------------

MARGIN = 0.75
"""A cell is read only if every other reading of it costs so much more: a label's quarter, or two guesses.
With 0.6 three files are read otherwise, with 0.9 two."""
VIOLATED = 2.0
"""A balance edit that does not hold; half as much one that cannot be told. More than `MARGIN` and a row's guesses."""
LABEL = 3.0
"""What a label's distance is multiplied by, as is the share of a column's width that a figure stands away from it:
what is `UNLIKE` costs less than a row that is left out with the edits that it was needed for; 2.5 to 3."""
SKIP_ROW = VIOLATED + 2 * SLIP
"""To leave out a row of the form: more than an edit that does not hold, so that no row is left out for its figures."""
SKIP = UNLIKE
"""To leave out a row's label without figures, or figures without label; as much as `LABEL`, a label with figures."""
GUESS = LABEL * SLIP
"""A reading that something else than the text tells: a label lost, blanks without trace, digits parted,
a line left out. Two of them stay within `MARGIN`."""
TIE = 1e-6
"""Prices that differ by less are the same; of two tables that are alike the first is read, which costs twice that."""

# ---- how far is looked -----------------------------------------------------------------------------------------------

BETWEEN = 0.35
"""Of the gap between two columns, how far figures may stand from their middles for places to say anything; 0.3 to
0.4."""
FEW = 3
"""So many of a kind are no chance: links of a navigation, pages with a running line, headings of a report, rows."""
NEAR = 4
"""Lines above figures in which a header of a clause or a table stands; twice as many that may be one row. Of lines of
figures without a label, so many for each row of the form are no table's rows."""
MOST_WAYS = 600
"""Ways to place the figures of a row, or of several rows at once, that are judged; with more, none is."""
FEWEST_SHARE = 2 * SLIP
"""A table is not there if a smaller share of its rows was found."""
SHORT, LONG, LONGEST = 2 * FEW, 30, 90
"""Letters of a piece of a label, of a name or a heading, and of the longest label or title with all beside it."""
