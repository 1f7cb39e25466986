"""The order of a table's columns where it came as text: read from the words of its header, line by line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.columns import EXACT, Labels, Placed
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.lines import Line

WINDOW = 30
"""Lines above the first row that the header may have: a cell a line, there are two dozen."""
MOST = 0.75
"""Share of labels that must be found."""
_OTHER = re.compile("上年|去年|上一年|同期|同比|环比|增减|增长|变化|小计|比例|占比|备注")
"""Words of columns that offices add."""


@dataclass(frozen=True)
class WrittenOrder:
    """What stands in each column of a row of text from left to right.

    columns: number of the form's column, or None for one that the form has not. others: labels of those.
    count: how many columns the form has.
    """

    columns: tuple[int | None, ...]
    count: int
    others: tuple[str, ...] = ()

    @property
    def usual(self) -> bool:
        """Whether the columns are the form's, in its order."""
        return self.columns == tuple(range(self.count))

    @property
    def permuted(self) -> bool:
        """Whether the form's columns stand in another order than the form's."""
        own = [column for column in self.columns if column is not None]
        return own != sorted(own)

    def fits(self, rows: Sequence[Sequence[str]]) -> bool:
        """Return whether it tells more of rows than the form's order does; one of which labels are lost may not."""
        whole = len({column for column in self.columns if column is not None}) == self.count
        return not self.usual and (whole or all(len(texts) == len(self.columns) for texts in rows))

    def placed(self, texts: Sequence[str]) -> Placed:
        """Return which text of a row stands in which of the form's columns."""
        if len(texts) != len(self.columns):
            return Placed({}, f"有{len(texts)}个数，表头有{len(self.columns)}列，无法确定各数在哪一格")
        found: Mapping[int, str] = {n: text for n, text in zip(self.columns, texts, strict=True) if n is not None}
        return Placed(found, "" if len(found) == self.count else "表中没有这一列")


def written_order(lines: Sequence[Line], first: int, columns: Sequence[Labels]) -> WrittenOrder | None:
    """Return in which order the header above a table's first row names its columns; None where it is not whole.

    first: number of the first row's line; columns: label paths of the form's columns, outermost first.
    """
    pieces: list[tuple[int, str]] = []
    for number in range(first - 1, max(-1, first - 1 - WINDOW), -1):
        line = lines[number]
        if line.grid or any(is_figure(text) for text in line.figures):
            break
        words = [word for cell in line.cells for word in cell.text.split()]
        pieces[:0] = [(number, word) for word in words]
    depth = next(n for n in range(9) if len({path[n] for path in columns if len(path) > n}) > 1)
    tops = list(dict.fromkeys(path[depth] for path in columns))
    upper = _sequence(pieces, tops)
    if upper is None:
        return None
    order: list[int | None] = []
    others: list[str] = []
    for top in upper:
        inner = [n for n, path in enumerate(columns) if path[depth] == top]
        if top not in tops:
            order.append(None)
            others.append(top)
        elif len(inner) == 1 and len(columns[inner[0]]) == depth + 1:
            order.append(inner[0])
        else:
            below = _sequence(pieces, [columns[n][-1] for n in inner])
            if below is None:
                return None
            known = {columns[n][-1]: n for n in inner}
            order += [known.get(label) for label in below]
            others += [label for label in below if label not in known]
    return WrittenOrder(tuple(order), len(columns), tuple(others))


def contradicts(lines: Sequence[Line], first: int, columns: Sequence[Labels]) -> bool:
    """Return whether a header line names columns, though cut, in another order than the form's.

    first: number of the first row's line; columns: label paths of the form's columns, outermost first.
    """
    leaves = [path[-1] for path in columns]
    depth = max(map(len, columns))
    inner = [n for n, path in enumerate(columns) if len(path) == depth]
    single: list[int] = []
    for line in lines[max(0, first - WINDOW) : first]:
        words = [] if line.grid else [plain(word) for cell in line.cells for word in cell.text.split()]
        fitting = [[n for n, leaf in enumerate(leaves) if leaf.startswith(word)] for word in words if len(word) > 1]
        found = [numbers[0] for numbers in fitting if len(numbers) == 1]
        if len(found) > 2 and len(set(found)) == len(found) and found != sorted(found):
            return True
        single += [n for n in found if n in inner] if len(words) == 1 else []
    return len(single) > 2 and len(set(single)) == len(single) and single != sorted(single)


def _sequence(pieces: Sequence[tuple[int, str]], labels: Sequence[str]) -> list[str] | None:
    """Return labels in the order in which they are written, with those of added columns among and after them.

    None when most are missing, one is written twice, or they stand between other words.
    """
    places = {label: [n for n, (_, text) in enumerate(pieces) if distance(text, label) <= EXACT] for label in labels}
    named = {found[0]: label for label, found in places.items() if found}
    if any(len(found) > 1 for found in places.values()) or len(named) < MOST * len(labels):
        return None
    first, last = min(named), max(named)
    while last + 1 < len(pieces) and pieces[last + 1][0] == pieces[last][0]:
        last += 1
    found = []
    for n in range(first, last + 1):
        text = named.get(n) or pieces[n][1]
        if n not in named and not _OTHER.search(text):
            return None
        found.append(text)
    return found
