"""A table of the form found in a document: the cheapest way to read its cells, and which of them are certain.

Every line, or several together, is read as every row whose label is like its own, in every way in which its figures
can stand in the row's columns; each reading has a price. A balance edit that does not hold has one too. The way
through the document that costs least is taken, and what a way that costs little more reads otherwise is not certain.
The balance edits judge; they give no figure (Fellegi and Holt, 1976).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product

from govreport.exchange.recognise.alignment import Reading, Way, ways
from govreport.exchange.recognise.cell_values import is_figure, is_value
from govreport.exchange.recognise.columns import Headers, middles_of
from govreport.exchange.recognise.labels import alike, distance
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.model import (
    FEW,
    FEWEST_SHARE,
    GUESS,
    LABEL,
    MARGIN,
    MOST_WAYS,
    MOSTLY,
    NEAR,
    SAME,
    SHORT,
    SKIP,
    SKIP_ROW,
    SLIP,
    TIE,
    UNLIKE,
    VIOLATED,
)
from govreport.exchange.recognise.placements import Placed, edits_of, placements
from govreport.exchange.recognise.table_match import MISSING, RowReading, TableMatch, take, tell_repeated
from govreport.forms import Row, Table


@dataclass(frozen=True)
class _Target:
    """What lines are read as: a row, or (`row` is None) the heading of a group, which has no figures."""

    label: str
    whole: str
    row: Row | None = None


class _Finder:
    """The search for one table among lines."""

    def __init__(self, lines: Sequence[Line], table: Table) -> None:
        self.table = table
        self.lines = _without_stub(list(_split_runs(lines, table)), table)
        self.edits = edits_of(table)
        self.headers = Headers(self.lines, table)
        bars = [line.drawn and len(line.values) > 2 for line in self.lines]  # two may only end a row
        left_out = set(self.headers.numbers)
        self.kept = [n for n, line in enumerate(self.lines) if n not in left_out and (bars[n] or not line.blank)]
        self.targets = _targets(table)
        self.names = {row.key: tuple(c.name for c in table.cells if c.row.key == row.key) for row in table.rows}

    # ---- readings ----------------------------------------------------------------------------------------------------

    @cached_property
    def anchors(self) -> list[tuple[int, tuple[float, ...]]]:
        """Number of the line and middles of the figures, or of the columns' labels, of every line of text."""
        rows = [(n, line.spots) for n, line in enumerate(self.lines) if line.labels]
        labels = [column.label[-1] for column in self.table.columns]
        starts = [(n, self.lines[n : n + 2 * NEAR]) for n in self.headers.numbers]
        return sorted(rows + [(n, middles) for n, lines in starts for middles in middles_of(lines, labels)])

    @cached_property
    def sure(self) -> dict[int, int]:
        """Targets of lines whose label is surely one row's, by number of the line."""
        near = {n: self.near.get("".join(self.lines[n].labels[-1:]), {}) for n in self.kept}
        best = {n: min((price, target) for target, price in own.items()) for n, own in near.items() if own}
        return {n: target for n, (price, target) in best.items() if price <= SAME and self.targets[target].row}

    def near_anchors(self, number: int, count: int) -> list[tuple[float, ...]]:
        own = [(n, middles) for n, middles in self.anchors if len(middles) == count]
        return [m for n, m in own if n < number][-1:] + [m for n, m in own if n > number][:1]

    @cached_property
    def spans(self) -> list[tuple[int, tuple[int, ...], list[Line], tuple[str, ...]]]:
        """Lines that may be one row: the place of the first, their numbers, they, and what may be their label."""
        found = []
        most_letters = 2 * max(len(target.label) for target in self.targets) + SHORT
        for i, number in enumerate(self.kept):
            if self.lines[number].foreign:
                continue
            most = 1 if self.table.layout == "line" else 2 if self.lines[number].grid else 2 * NEAR
            for length in range(1, min(most, len(self.kept) - i) + 1):
                numbers = tuple(self.kept[i : i + length])
                span = [self.lines[n] for n in numbers]
                labels = _labels(span)
                if span[-1].foreign or (length > 1 and not (_may_join(span) and len("".join(labels)) <= most_letters)):
                    break
                found.append((i, numbers, span, labels))
        return found

    @cached_property
    def near(self) -> dict[str, dict[int, float]]:
        """Of each text that may be a label the targets that it is like, with the distance of each."""
        texts = list(dict.fromkeys(text for *_, candidates in self.spans for text in candidates))
        labels = tuple(label for target in self.targets for label in (target.label, target.whole))
        near = alike(texts, labels, UNLIKE)
        return {text: _least((n // 2, price) for n, price in own) for text, own in near.items()}

    def readings(self) -> list[Reading]:
        found: list[Reading] = []
        bare = sum(bool(self.lines[n].figures) and not self.lines[n].labels for n in self.kept)
        told = self.table.layout != "line" and bare <= NEAR * len(self.table.rows)
        unlabelled = {n: GUESS / LABEL for n, target in enumerate(self.targets) if target.row}
        for i, numbers, span, candidates in self.spans:
            near = _least(chain.from_iterable(self.near[text].items() for text in candidates))
            if not candidates and len(span) == 1 and span[0].figures and told:
                near = unlabelled
            for target, price in near.items():
                found += self.readings_of(i, numbers, span, target, price)
        return found

    def readings_of(
        self, start: int, numbers: tuple[int, ...], span: Sequence[Line], number: int, near: float
    ) -> Iterator[Reading]:
        target, first, length = self.targets[number], span[0], len(span)
        with_figures = [line for line in span if line.figures]
        if target.row is None:
            if not with_figures and length == 1:
                yield Reading(start, 1, number, LABEL * near)
            return
        group = first.labels and any(not distance(first.labels[-1], label) for label in target.row.label[:-1])
        if group or (near > SAME and self.sure.get(numbers[0], number) != number):  # it is their label
            return
        count, lost = len(target.row.columns), not any(line.labels for line in span)
        if lost and count not in (len(first.values), len(first.figures)):
            return
        others = not first.grid and any(self.sure.get(n, number) != number for n in numbers)
        if length > 1 and (others or len("".join(_labels(span))) > 2 * len(target.label) + SHORT):
            return
        before = length > 1 and not first.labels and bool(first.figures)
        apart = not first.grid and not any(line.labels for line in with_figures) and bool(with_figures) and not lost
        price = LABEL * near + SLIP * apart + 2 * TIE * start
        line = _joined(span)
        if not (with_figures or first.grid or any(line.drawn for line in span)):
            return
        several = len(with_figures) > 1 and not first.grid
        if len(line.figures) > count + 2 or (several and len(line.figures) != count):
            return
        header = self.headers.over(numbers[span.index(with_figures[0]) if with_figures else -1], target.row)
        names = self.names[target.row.key]
        for placed in placements(line, count, header, self.near_anchors(numbers[0], count)):
            texts = {names[n]: text for n, text in placed.texts.items()}
            doubts = self.edits.doubts(texts, target.row.key)
            one = RowReading(target.row, line, numbers, names, placed, header, doubts, near, lost, before, apart)
            yield Reading(start, length, number, price + placed.price + VIOLATED * doubts, one)
            if doubts >= 1 and self.pieces_near(start, length):
                unsure = Placed({}, GUESS, problem="上下有不属于任何一行的数字，这一行可能不全")
                yield Reading(start, length, number, price + GUESS + VIOLATED / 2, replace(one, placed=unsure))

    def pieces_near(self, start: int, length: int) -> bool:
        """Whether a line of text near the row holds figures alone that are no whole row."""
        around = [self.lines[n] for n in self.kept[max(0, start - NEAR // 2) : start + length + NEAR // 2]]
        alone = (line for line in around if not line.grid and not line.labels)
        return any(0 < len(line.figures) < len(self.table.columns) for line in alone)

    # ---- the search --------------------------------------------------------------------------------------------------

    @cached_property
    def skip_items(self) -> list[float]:
        return [self.price_of(self.lines[n], n in self.sure) for n in self.kept]

    def price_of(self, line: Line, is_sure: bool) -> float:
        """Return what it costs to leave out a line; is_sure: whether its label surely is a row's."""
        if is_sure:
            return LABEL if line.figures else SKIP
        if line.labels:
            return GUESS if line.figures or (line.grid and line.values) else 0.0
        return SKIP if line.figures and all(map(is_value, line.figures)) else 0.0

    def find(self) -> TableMatch:
        """Return what was found of the table."""
        rows, readings = [target.row for target in self.targets], self.readings()
        skip_target = [SKIP_ROW + VIOLATED / 2 * bool(self.edits.by_row[row.key]) if row else SLIP / 2 for row in rows]
        every = list(ways(self.skip_items, skip_target, readings, MARGIN + VIOLATED))
        if any(r.value and r.value.before for r in readings):
            every = self.one_way_round(skip_target, readings, every)
        if len(_rows_of(every[0])) < max(2, FEWEST_SHARE * len(self.table.rows)):
            return TableMatch(self.table, SKIP_ROW * len(self.table.rows))
        judged = self.judged(every, readings)
        price, best, _ = min(judged, key=lambda one: one[0])
        rivals = [texts for other, _, texts in judged if other < price + MARGIN]
        made = self.told(best, rivals)
        self.tell_left_out(made, _rows_of(best), readings)
        return made

    def one_way_round(self, skip_target: list[float], readings: list[Reading], every: list[Way]) -> list[Way]:
        """Return ways in which all figures stand above their labels, or none, before those that mix both."""
        found: list[Way] = []
        for above in (False, True):
            own = [r for r in readings if not (r.value and r.value.apart and r.value.before != above)]
            found += ways(self.skip_items, skip_target, own, MARGIN + VIOLATED)
        found += [Way(way.readings, way.price + VIOLATED) for way in every]
        return sorted(found, key=lambda way: way.price)

    def judged(self, every: list[Way], readings: Sequence[Reading]) -> list[tuple[float, Way, Mapping[str, str]]]:
        """Return ways with the price of balance edits across rows that do not hold, and the texts of each.

        Of the cheapest way also those in which several rows have their figures placed otherwise at once.
        """
        best = every[0]
        choices = {(r.start, r.length, r.target): [r] for r in best.readings}
        for r in readings:
            same = choices.get((r.start, r.length, r.target))
            if same and r is not same[0] and r.price < same[0].price + MARGIN + VIOLATED:
                same.append(r)
        found, count = every, math.prod(map(len, choices.values()))
        if count > MOST_WAYS:  # what one row's figures say then hangs on where others' stand
            return [(way.price, way, _texts(way)) for way in found]
        if count > 1:
            plain = sum(r.price for r in best.readings)
            together = product(*choices.values())
            found = [*(Way(way, best.price - plain + sum(r.price for r in way)) for way in together), *found]
        base = _texts(max(found, key=lambda way: sum(len(one.placed.texts) for one in _rows_of(way))))
        unlike: dict[tuple[int, ...], Way] = {}
        for way in sorted(found, key=lambda way: way.price):
            unlike.setdefault(tuple(map(id, way.readings)), way)
        judged, least = list[tuple[float, Way, Mapping[str, str]]](), math.inf
        for way in unlike.values():
            if way.price >= least + MARGIN:  # nor does any that is dearer count
                break
            own, rows = _texts(way), _rows_of(way)
            unknown = {name: base[name] for one in rows if not one.texts for name in one.names if name in base}
            missing = {name for one in rows if one.texts for name in one.names if name not in one.texts}
            judged.append((way.price + VIOLATED * self.edits.doubts(unknown | own, missing=missing), way, own))
            least = min(least, judged[-1][0])
        return judged

    def told(self, best: Way, rivals: Sequence[Mapping[str, str]]) -> TableMatch:
        """Return the table of the rows that were read, without what rivals read otherwise."""
        rows, used = _rows_of(best), {n for r in best.readings for n in self.kept[r.start : r.end]}
        left = sum(price for n, price in zip(self.kept, self.skip_items, strict=True) if n not in used)
        unlike = left + LABEL * sum(one.near for one in rows) + SKIP_ROW * (len(self.table.rows) - len(rows))
        near = range(min(used, default=0) - NEAR, max(used, default=0))
        used |= {n for n in self.headers.numbers if n in near}
        made = TableMatch(self.table, unlike, frozenset(one.row.key for one in rows if one.near < GUESS / LABEL))
        made.blocks = {block for n in used for block in self.lines[n].blocks}
        for one in rows:
            take(made, one, rivals)
        for cell in self.table.cells:
            if cell.name not in made.texts:
                made.reasons.setdefault(cell.name, MISSING)
        return made

    def tell_left_out(self, made: TableMatch, rows: Sequence[RowReading], readings: Sequence[Reading]) -> None:
        """Note lines with figures among the rows that were read, or right behind them, that are none of them."""
        used = {n for one in rows for n in one.numbers}
        named = [r.value for r in readings if r.value and r.value.near <= SAME and not r.value.lost]
        named.sort(key=lambda one: one.near)
        for n, line in enumerate(self.lines[min(used) :], min(used)):
            beside = n < max(used) or line.block - (not line.grid) in made.blocks
            whole = any(len(line.figures) == len(one.names) > (not line.labels) for one in rows)
            is_row = whole or (line.labels and (line.grid or line.drawn or n < max(used)))
            filled = any(map(is_figure, line.figures)) and is_value(line.figures[-1])
            if n in used or line.foreign or not (beside and is_row and filled):
                continue
            again = [one for one in named if n in one.numbers and used.isdisjoint(one.numbers)]
            for one in (one for one in rows if again and one.row == again[0].row):
                tell_repeated(made, one, again)
            if not again:
                made.tell_unread(" ".join(cell.text for cell in line.cells))


def find_table(lines: Sequence[Line], table: Table) -> TableMatch:
    """Return what lines hold of a table of one edition."""
    made = _find_line(lines, table) if table.layout == "line" else TableMatch(table)
    rows = made if made.is_found else find_rows(lines, table)
    return rows if table.layout != "line" or rows.figures else made


def find_rows(lines: Sequence[Line], table: Table) -> TableMatch:
    """Return what lines hold of a table's rows, one below the other."""
    return _Finder(lines, table).find()


def _find_line(lines: Sequence[Line], table: Table) -> TableMatch:
    """Return what lines hold of a table whose rows stand beside each other on one line below their labels."""
    headers = Headers(lines, table, rows_above=True)
    names = tuple(cell.name for cell in table.cells)
    edits, count = edits_of(table), len(names)
    row = Row("", (table.name,), tuple(cell.column for cell in table.cells))
    found: list[tuple[float, RowReading]] = []
    for number, line in _lines_of_figures(lines, headers.numbers, table):
        above = [n for n in headers.numbers if number - 2 * NEAR <= n < number]
        header = headers.over(number, None)
        middles = middles_of(lines[max(0, number - 2 * NEAR) : number], [cell.column.label[-1] for cell in table.cells])
        for placed in placements(line, count, header, middles):
            texts = {names[n]: text for n, text in placed.texts.items()}
            doubts = [edits.doubts(texts, each.key) for each in table.rows]
            price = placed.price + SKIP_ROW * len(table.rows) * (1 - len(texts) / count)
            price += VIOLATED * sum(doubts) / len(table.rows) + GUESS * (not header.columns)
            price += 2 * SKIP * (not line.figures) + 2 * TIE * number
            found.append((price, RowReading(row, line, (number, *above), names, placed, header, max(doubts))))
    if not found:
        return TableMatch(table, SKIP_ROW * len(table.rows))
    price, best = min(found, key=lambda one: one[0])
    made = TableMatch(table, price, blocks={*best.line.blocks, *(b for n in best.numbers for b in lines[n].blocks)})
    take(made, best, [one.texts for other, one in found if other < price + MARGIN])
    whole = [one for _, one in found if len(one.line.values) == count and any(map(is_figure, one.line.figures))]
    below = [one for one in whole if one.numbers[-1] == best.numbers[-1] and one.line is not best.line]
    tell_repeated(made, best, below)
    return made


def _lines_of_figures(lines: Sequence[Line], headers: Sequence[int], table: Table) -> Iterator[tuple[int, Line]]:
    """Yield lines that may hold all figures."""
    count = len(table.cells)
    for number, line in enumerate(lines):
        glued = line.run or (len(line.values) == 1 and not line.grid)
        letters = len("".join(line.figures)) if glued else len(line.values)
        enough = letters >= count // 2 or (line.grid and any(cell.columns > 1 for cell in line.values))
        if enough and number not in headers and not line.labels[1:] and (line.figures or line.grid):
            yield number, line


def _least(prices: Iterable[tuple[int, float]]) -> dict[int, float]:
    """Return the least of the prices of each target."""
    found: dict[int, float] = {}
    for target, price in prices:
        found[target] = min(price, found.get(target, price))
    return found


def _rows_of(way: Way) -> list[RowReading]:
    return [r.value for r in way.readings if r.value]


def _texts(way: Way) -> dict[str, str]:
    return {name: text for one in _rows_of(way) for name, text in one.texts.items()}


def _targets(table: Table) -> list[_Target]:
    found: list[_Target] = []
    for row in table.rows:
        clause = _Target(row.label[0], row.label[0])
        if table.layout == "clauses" and clause not in found:
            found.append(clause)
        found.append(_Target(row.label[-1], "".join(row.label[-2:]), row))
    return found


def _may_join(span: Sequence[Line]) -> bool:
    """Return whether lines may be one row: lines of text, or the two halves of a row that a page's end cuts."""
    if span[0].grid or span[-1].grid:
        return len(span) == 2 and all(line.grid for line in span) and span[0].block != span[1].block
    return not any(line.grid for line in span)


def _labels(span: Sequence[Line]) -> tuple[str, ...]:
    """Return what may be the label of lines: of one, its last label cell, or with those before it."""
    if len(span) > 1:
        return (whole,) if (whole := "".join(line.labels[-1] for line in span if line.labels)) else ()
    labels = span[0].labels[-NEAR:]
    return tuple("".join(labels[start:]) for start in reversed(range(len(labels))))


def _joined(span: Sequence[Line]) -> Line:
    """Return lines made one."""
    first = span[0]
    if len(span) == 1:
        return first
    labels = tuple(line.labels[-1] for line in span if line.labels)
    with_figures = [line for line in span if line.figures] or [line for line in span if line.drawn and line.values]
    if len(with_figures) < 2:
        return replace(with_figures[0] if with_figures else first, labels=labels)
    if first.grid:
        pairs = [*zip(*(reversed(line.values) for line in span), strict=False)][::-1]
        values = tuple(replace(a, text="\n".join(t for t in (a.text, b.text) if t.strip())) for a, b in pairs)
        return replace(first, labels=labels, values=values)
    values = tuple(cell for line in with_figures for cell in line.values if cell.text.strip())
    return replace(first, labels=labels, values=values, spots=())


def _split_runs(lines: Sequence[Line], table: Table) -> Iterator[Line]:
    """Yield lines, those of text parted that hold the figures of several rows of a table, one row after the other."""
    count = len(table.columns)
    for line in lines:
        several = len(line.values) // count
        if table.layout != "matrix" or line.grid or line.labels or several < 2 or len(line.values) != several * count:
            yield line
            continue
        for start in range(0, len(line.values), count):
            part = line.values[start : start + count]
            yield replace(line, values=part, cells=part, spots=(), pieces=())


def _without_stub(lines: list[Line], table: Table) -> list[Line]:
    """Return lines, those between tabs or bars without the empty cells that a label's span left before the figures.

    Where the figures begin is told by the rows that are complete, if they agree.
    """
    sizes = {len(row.columns) for row in table.rows}
    drawn = ([cell.column for cell in line.values if cell.text.strip()] for line in lines if line.drawn and line.labels)
    begins = Counter(filled[0] for filled in drawn if filled and filled[-1] - filled[0] + 1 in sizes)
    ((first, often),) = begins.most_common(1) or [(0, 0)]
    if table.layout != "matrix" or often < MOSTLY * begins.total() or often < FEW:
        return lines
    kept = (tuple(c for c in line.values if c.column >= first or c.text.strip() or not line.drawn) for line in lines)
    return [replace(line, values=values) for line, values in zip(lines, kept, strict=True)]
