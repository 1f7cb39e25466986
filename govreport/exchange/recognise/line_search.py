"""Tables whose rows stand beside each other on one line below their labels, found among lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.columns import Headers, middles_of
from govreport.exchange.recognise.labels import distance
from govreport.exchange.recognise.lines import Line, joined
from govreport.exchange.recognise.model import GUESS, MARGIN, NEAR, SAME, SKIP, SKIP_ROW, TIE, VIOLATED
from govreport.exchange.recognise.placements import edits_of, placements
from govreport.exchange.recognise.table_match import RowReading, TableMatch, take, tell_repeated
from govreport.forms import Row, Table


def find_line(lines: Sequence[Line], table: Table) -> TableMatch:
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
            if line.apart and max(doubts) >= 1:  # pieces from here and there
                continue
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
    """Yield lines that may hold all figures; those that came apart, each below headers of its own, are made one.

    They are looked for from the label of the first of the table's rows on, since pieces may stand in any order.
    """
    count, label = len(table.cells), table.rows[0].label[0]
    for number, drawn in enumerate(lines):
        whole = drawn.grid and len(drawn.cells) == count  # a word in place of a figure is no label
        line = replace(drawn, labels=(), values=drawn.cells) if whole else drawn
        glued = line.run or (len(line.values) == 1 and not line.grid)
        letters = len("".join(line.figures)) if glued else len(line.values)
        enough = letters >= count // 2 or (line.grid and any(cell.columns > 1 for cell in line.values))
        if enough and number not in headers and not line.labels[1:] and (line.figures or line.grid):
            yield number, line
    own = [n for n in headers if not lines[n].foreign]
    for first in [n for n in own if any(distance(cell.text, label) < SAME for cell in lines[n].cells)][:1]:
        parts = [n for n in range(first, len(lines)) if lines[n].figures and not lines[n].labels]
        near = [n for before, n in pairwise([first, *parts]) if any(min(before, n - 2 * NEAR) <= h < n for h in own)]
        apart = any(n - 1 not in headers for n in near)
        if len(near) > 1 and sum(len(lines[n].figures) for n in near) == count:
            yield near[-1], replace(joined([lines[n] for n in near]), grid=False, run=True, apart=apart)
