"""What of a table of one's own is the sum of what, by its labels: totals, subtotals (小计), and what is 其中."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from govreport.core import Figure, write_figure
from govreport.filing import Label, Value, added, bare, is_total, repeats, tells, totals


class Sum(NamedTuple):
    """A row or column that is the sum of its parts by one of several readings; without readings, no more than theirs.

    place, parts: of rows among all, or of columns; readings: such places as well, first those that messages tell.
    is_rate: whether its parts are rates.
    """

    place: int
    parts: Sequence[int]
    readings: Sequence[Sequence[int]] = ()
    is_rate: bool = False

    def fails(self, line: Sequence[Value], kind: str, apart: Iterable[int] = ()) -> bool:
        """Whether a line has not the sum of any reading, with what stands apart; of rates, a mean will do.

        Without figures, or with texts, none fails. kind: of the line, ``rate`` or ``change``, empty for others.
        """
        stated, figures = line[self.place], figures_of(line, self.parts)
        if not self.readings:
            is_whole = len(figures) == len(self.parts) and min(figures, default=-1) >= 0
            return is_whole and not kind and isinstance(stated, Figure) and stated > added(figures)
        is_text = any(isinstance(line[n], str) for n in (self.place, *self.parts))
        is_mean = (self.is_rate or kind == "rate") and fits_rates(stated, figures)
        if is_text or is_mean or not self.readings[0] or (stated is None and not figures):
            return False
        return all(stated != added(figures_of(line, (*some, *apart))) for some in self.readings)


def sums_of(labels: Sequence[Label], total: str) -> tuple[list[Sum], list[Sum]]:
    """Return the totals, and what sums up a part: subtotals and, without readings, what is among others (其中).

    total: label of totals; one that another follows under its outer label is a subtotal. A subtotal is the sum of a run
    of parts right before or behind it, or of sums right before it; messages tell it with what stands since the last.
    A sum with a name of its own (线上合计) is that as well, or the sum of the parts that begin with its name.
    What is among others is no more than what stands since the last sum, or than this, as far as the units are alike.
    """
    whole, places = totals(labels, total), range(len(labels))
    last = {labels[n][:-1]: n for n in whole}.values()
    again = {n for n in places if is_total(labels[n], total) or repeats(labels[n])}
    some = [n for n in places if n not in last and (n in whole or tells(labels[n], "subtotal"))]
    found = list[Sum]()
    stems = {n: tells(labels[n], "stem") for n in places if not is_total(labels[n], total)}
    for n in [n for n in places if n in some or stems.get(n) or tells(labels[n], "among")]:
        near = [m for m in places if labels[m][:-1] == labels[n][:-1]]
        plain = [m for m in near if m not in again and not tells(labels[m], "doubtful")]
        sums = [m for m in near if m < n and (m in some or is_total(labels[m], total))]
        before = [m for m in plain if max(sums, default=-1) < m < n]
        runs = before[::-1], list(takewhile(plain.__contains__, near[near.index(n) + 1 :])), sums[::-1]
        own = [m for m in plain if stems.get(n) and not stems[m] and bare(labels[m][-1]).startswith(stems[n])]
        named = own if len(own) > len({tells(labels[m], "unit") for m in own}) == 1 else []
        if n in some or named:
            usual = _total(labels, n, again, {*some} - {n}).readings if n in whole else ()
            nearby = (run[: k + 1] for run in runs for k in range(len(run)))
            inner = _without_inner(before, [m for m in near if tells(labels[m], "among")])
            found.append(Sum(n, named or before, [named or before, before, *nearby, *usual, *inner]))
        elif tells(labels[n], "among"):
            unit = tells(labels[n], "unit")
            found.append(Sum(n, [m for m in before or sums[-1:] if unit in ("", tells(labels[m], "unit"))]))
    return [_total(labels, n, again, some) for n in last], found


def _without_inner(parts: Sequence[int], among: Iterable[int]) -> list[Sequence[int]]:
    """Return parts without those that may go on what is among others: 支出、其中：印刷费、培训费."""
    return [[n for n in parts if not start < n <= end] for start in among for end in parts if end > start]


def _total(labels: Sequence[Label], place: int, again: Collection[int], subtotals: Collection[int]) -> Sum:
    """Return a total. again: what is no part beside others.

    Its readings: without what is compared, which is told, with it, with other years that have no sum behind them,
    without sums that have names of their own, with what 其中 begins behind nothing, since the last subtotal, without
    what may go on what is 其中, and of subtotals with what stands behind them.
    """
    outer, years = labels[place][:-1], [tells(label, "year") for label in labels]
    year, under = years[place], [n for n, label in enumerate(labels) if label[: len(outer)] == outer]
    ends = {years[n]: n for n in sorted(again) if year and years[n] not in ("", year)}
    some = [n for n in under if n in subtotals]
    within = [n for n in under if n not in again and n >= ends.get(years[n], 0)] or (some[1:] and some)
    counts = [n for n in within if not tells(labels[n], "rate")] or within
    parts = [n for n in counts if not year or years[n] in ("", year) or tells(labels[n], "carried")]
    own, every = ([n for n in those if not tells(labels[n], "compared")] for those in (parts, counts))
    unnamed = [n for n in own if not tells(labels[n], "named")] or own
    first = [n for n in under if tells(labels[n], "first") and n < min(own, default=0)]
    since = [n for n in own if n > max(some, default=-1)]
    inner = _without_inner(own, [n for n in under if tells(labels[n], "among")])
    readings = own, parts, every, unnamed, (*first, *own), since or own, *inner, (*some, *since)
    return Sum(place, parts, readings, is_rate=all(tells(labels[n], "rate") for n in parts))


def failing(line: Sequence[Value], wholes: Iterable[Sum], others: Iterable[Sum], kind: str) -> list[Sum]:
    """Return the sums that do not hold in a line; no subtotals where a total is right with those as parts of its own.

    Nor a subtotal where a total is right with all parts and with all subtotals alike: those may be of parts apart.
    kind: see `Sum.fails`.
    """
    loose, failed = ([one for one in sums if one.fails(line, kind)] for sums in (others, wholes))
    subtotals, among = ([one for one in loose if bool(one.readings) is is_sum] for is_sum in (True, False))
    left = [one for one in failed if one.fails(line, kind, [part.place for part in subtotals])]
    ends = [(line[one.place], *(added(figures_of(line, one.readings[n])) for n in (0, -1))) for one in wholes]
    are_apart = len(left) < len(failed) or any(len({*sums}) == 1 for sums in ends)
    return [*left, *([] if are_apart else subtotals), *among]


def figures_of(line: Sequence[Value], places: Iterable[int]) -> list[Figure]:
    """Return the figures of a line at some places; blanks and texts are none."""
    return [value for n in places if isinstance(value := line[n], Figure)]


def fits_rates(stated: Value, rates: Sequence[Figure]) -> bool:
    """Whether a total of rates is blank, a mean of them, or their sum as far as each is rounded.

    Errors of rounding have a variance of 1/12 unit: three standard deviations, and less than half a unit a rate.

    >>> fits_rates(100, [33, 33, 33]), fits_rates(100, [33, 33, 32])
    (True, False)
    """
    if not rates or not isinstance(stated, Figure) or min(rates) <= stated <= max(rates):
        return bool(rates)
    digits = max(len(write_figure(rate).partition(".")[2]) for rate in rates)
    off = abs(added((*rates, -stated))) * 10**digits
    return bool(2 * off < len(rates) and 4 * off**2 < 3 * len(rates))
