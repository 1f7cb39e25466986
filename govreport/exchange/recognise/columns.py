"""Columns of a table as it was found: which drawn column is which of the form's, by the words of its header."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from govreport.core import GridCell
from govreport.exchange.recognise.alignment import Reading, ways
from govreport.exchange.recognise.cell_values import is_figure, is_value
from govreport.exchange.recognise.labels import alike, distance, labels_of, nearest, plain
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.model import GUESS, LIKE, LONG, NEAR, SAME, SHORT, SKIP, SLIP, TIE, UNLIKE
from govreport.forms import Row, Table

Labels = tuple[str, ...]
"""The labels of a column from the outermost inwards."""


@dataclass(frozen=True)
class Header:
    """Which drawn column is which of the form's.

    columns: of the form's columns that were found, the drawn one's place. labels: what was written over them.
    others: labels of drawn columns that the form has not, by place. stub: how many drawn columns are the rows' labels.
    astray: whether what is written contradicts the form and does not say what is where.
    """

    columns: Mapping[int, int] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)
    others: Mapping[int, str] = field(default_factory=dict)
    stub: int = 0
    astray: bool = False


def is_header(line: Line, table: Table, rows_above: bool = False) -> bool:
    """Return whether a line holds labels of columns and no figure.

    rows_above: whether labels of rows stand there as well.
    """
    texts = list(dict.fromkeys(cell.text for cell in line.cells if cell.text.strip()))
    if not texts or any(map(is_figure, texts)):
        return False
    labels = labels_of((table,), rows=rows_above)
    alike = sum(nearest(text, labels) <= SAME for text in texts)
    if len(texts) == 1 and not rows_above:
        own = nearest(texts[0], tuple(row.label[-1] for row in table.rows))
        return bool(alike) and own > nearest(texts[0], labels) and (line.grid or len(texts[0].strip()) > 2)
    return alike >= 2 or alike == len(texts) == 1


def header_of_grid(lines: Sequence[Line], columns: Sequence[Labels]) -> Header:
    """Return which drawn columns are which of the form's; lines: the header's, from above."""
    above: dict[int, list[GridCell]] = {}
    width = max((cell.column + cell.columns for line in lines for cell in line.cells), default=0)
    for line in lines:
        filled = [cell for cell in line.cells if cell.text.strip()]
        for cell in filled:
            alone = len(filled) == 1 and line is not lines[-1]
            for x in range(width) if alone else range(cell.column, cell.column + cell.columns):
                if above.setdefault(x, [GridCell("")])[-1].text != cell.text:
                    above[x].append(cell)
    known = [x for x in sorted(above) if any(distance(above[x][-1].text, path[-1]) < UNLIKE for path in columns)]
    places = [x for x in known if x == 0 or x - 1 not in above or above[x][-1] is not above[x - 1][-1]]
    beside = [x for x in sorted(above) if places and x > places[0] and x not in known]
    others = {x: text for x in beside if (text := above[x][-1].text)}
    readings = []
    for i, x in enumerate(places):
        for j, path in enumerate(columns):
            if (near := distance(above[x][-1].text, path[-1])) < UNLIKE:
                upper = [distance(cell.text, path[-2]) for cell in above[x][1:-1]] if len(path) > 1 else []
                readings.append(Reading(i, 1, j, near + GUESS * min(upper, default=0.0)))
    exact = [
        sorted((r.price, r.target) for r in readings if r.start == i and r.price <= SAME) for i in range(len(places))
    ]
    order = [own[0][1] if own and own[0][0] + TIE < min((p for p, _ in own[1:]), default=1.0) else -1 for own in exact]
    unknown = sum(bool(cell.text.strip()) for line in lines[-1:] for cell in line.cells[1:]) * (not readings)
    if sorted(order) == list(range(len(columns))) != order or unknown >= len(columns) > 1:
        return Header(astray=True)
    found = {r.target: places[r.start] for r in _aligned(readings, len(places), len(columns))}
    labels = {j: above[x][-1].text for j, x in found.items()}
    stub = sum(above[x][-1] == above[0][-1] for x in above) if 0 in above else 0
    return Header(found, labels, others, stub)


def header_of_text(lines: Sequence[Line], columns: Sequence[Labels]) -> Header:
    """Return whether words in lines of text above a table name its columns in another order than the form's.

    Words of one line are compared with each other, and words that stand alone in consecutive lines, as a crawler writes
    a header line by line or a PDF gives it column by column.
    """
    words = [*map(_words, lines)]
    rows, alone = [row for row in words if len(row) > 1], [row[0] for row in words if len(row) == 1]
    whole = [path[-1] for path in columns]
    astray = any(len(row) >= len(whole) and _misplaces(row, whole) for row in rows)
    several = [*rows, alone] if _misplaces(alone, whole) else rows
    outer = {path[:depth] for path in columns for depth in range(len(path))}
    orders = [list(dict.fromkeys(p[len(o)] for p in columns if p[: len(o)] == o and len(p) > len(o))) for o in outer]
    return Header(astray=astray or any(_misplaces(row, own) for row in several for own in orders))


def _misplaces(words: Sequence[str], labels: Sequence[str]) -> bool:
    """Return whether words name labels, though cut, in another order."""
    named = [[n for n, label in enumerate(labels) if plain(label).startswith(plain(word))] for word in words]
    order = [own[0] for own, word in zip(named, words, strict=True) if len(own) == 1 < len(plain(word))]
    return len(order) > 2 and order != sorted(order)


def header_of_line(lines: Sequence[Line], columns: Sequence[Labels]) -> Header:
    """Return which of the innermost labels in lines of text, from left to right, is which of the form's columns."""
    texts = [cell.text for line in lines for cell in line.cells]
    near = alike(texts, tuple(path[-1] for path in columns), LIKE)
    words = [text for text in texts if near[text]]
    readings = [Reading(x, 1, j, price) for x, text in enumerate(words) for j, price in near[text]]
    written = [word for line in lines for word in _words(line)]
    rows, leaves = (
        [*dict.fromkeys(chain(*own))] for own in zip(*((path[:-1], path[-1:]) for path in columns), strict=True)
    )
    named, over = ([word for word in written if word in own] for own in (leaves, rows))
    again = next((n for n, word in enumerate(named) if word in named[:n]), len(named))
    astray = _misplaces(named[:again], leaves) or _misplaces(over, rows)
    found = {r.target: r.start for r in _aligned(readings, len(words), len(columns))}
    return Header(found, astray=astray)


def _aligned(readings: Sequence[Reading], words: int, columns: int) -> list[Reading]:
    """Return the readings of words as columns that are cheapest; where some are left out, those that are certain."""
    best, *rivals = ways([SLIP] * words, [SKIP] * columns, readings, TIE)
    return [r for r in best.readings if words == columns or all(r in way.readings for way in rivals)]


class Headers:
    """The headers over the lines of a table, each made out once; numbers: of the header lines."""

    def __init__(self, lines: Sequence[Line], table: Table, rows_above: bool = False) -> None:
        """Find the lines that hold labels of columns; rows_above: or of rows, for a table of one line."""
        self.lines, self.table = lines, table
        self.numbers = [n for n, line in enumerate(lines) if is_header(line, table, rows_above)]
        self._known: dict[tuple[object, ...], Header] = {}

    def over(self, first: int, row: Row | None) -> Header:
        """Return the header over a line by its number; row: of the form, None for a table of one line."""
        line, clause = self.lines[first], row.key if row and self.table.layout == "clauses" else ""
        above = max((n for n in self.numbers if n < first), default=-1)
        key = line.block if line.grid else -1, above, clause, None if row or line.grid else first
        if key not in self._known:
            self._known[key] = _header_over(self.lines, first, self.numbers, self.table, row)
        return self._known[key]


def middles_of(lines: Sequence[Line], labels: Sequence[str]) -> list[tuple[float, ...]]:
    """Return the middles of all columns where pieces of the lines of text above a table say which they are.

    labels: the innermost of each column, which such a piece begins.
    """
    found: dict[int, tuple[float, str]] = {}
    for line in lines:
        for text, middle in line.pieces:
            if any(plain(label).startswith(plain(text)) for label in labels):
                found.setdefault(round(middle), (middle, text))
    pieces = sorted(found.values())
    whole = len(pieces) == len(labels)
    fits = whole and all(plain(a).startswith(plain(text)) for a, (_, text) in zip(labels, pieces, strict=True))
    return [tuple(middle for middle, _ in pieces)] if fits else []


def _header_over(lines: Sequence[Line], first: int, headers: Collection[int], table: Table, row: Row | None) -> Header:
    """Return the header that stands over a line: in its grid or the page before, or in the lines of text above."""
    columns = [path.label for path in row.columns] if row else [(*c.row.label, *c.column.label) for c in table.cells]
    if lines[first].grid:
        above = [n for n in headers if n < first and lines[n].grid]
        own = [n for n in above if lines[n].block == lines[first].block]
        if table.layout == "clauses":
            own = [n for n in range(max(0, first - NEAR), first) if _heads(lines[n], lines[first])][-1:]
        above = own or [n for n in above if _width(lines[n]) == _width(lines[first])]
        depth = max(map(len, columns)) + 1
        group = [n for n in above if lines[n].block == lines[above[-1]].block and above[-1] - n < depth]
        return header_of_grid([lines[n] for n in group], columns)
    if table.layout == "clauses":
        leaves, window = tuple(path[-1] for path in columns), range(max(0, first - 2 * NEAR), first)
        heads = [n for n in window if n in headers or any(nearest(word, leaves) < LIKE for word in _words(lines[n]))]
        run = [lines[n] for n in heads if not {*range(n, heads[-1])} - {*heads}]
        words = [word for line in run for word in (*_words(line), *(cell.text for cell in line.cells))]
        labels = {n: w for n, path in enumerate(columns) for w in words if distance(w, path[-1]) < UNLIKE}
        return Header(labels=labels, astray=_misplaces([*chain(*map(_words, run))], leaves))
    window = range(max(0, first - LONG), first)
    start = max((n + 1 for n in window if lines[n].grid or any(map(is_figure, lines[n].figures))), default=window.start)
    if row:
        return header_of_text(lines[start:first], columns)
    return header_of_line(lines[start : first + 1], columns)  # its last label may stand before the figures


def _words(line: Line) -> list[str]:
    return [word for cell in line.cells for word in cell.text.split()]


def _heads(line: Line, row: Line) -> bool:
    """Whether a line of a row's grid holds words over the row's figures, and neither figures nor marks for none."""
    words = [cell.text for cell in line.cells if cell.text.strip()]
    return line.block == row.block and len(words) > 2 and not any(map(is_value, words))


def _width(line: Line) -> int:
    return max((cell.column + cell.columns for cell in line.cells), default=0)


def is_fragment(text: str, table: Table) -> bool:
    """Return whether a line of text may be what is left of a table's header: a label of it, or a piece of one.

    >>> from govreport.forms import Catalogue
    >>> table = Catalogue.read().newest.tables["applications"]
    >>> is_fragment("科研", table), is_fragment("该部分以表格形式报告。", table)
    (True, False)
    """
    labels = labels_of((table,))
    pieces = re.split(r"[\s|-]+", text)
    return all(len(piece) <= SHORT or nearest(piece, labels) < LIKE for piece in pieces)
