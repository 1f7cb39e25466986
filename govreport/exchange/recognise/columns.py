"""Columns of a messy table: which of them are the form's, and which figure of a row stands in which.

Of a table that came as text the order of the columns is read from the words of its header, line by line.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from govreport.core import GridCell
from govreport.exchange.recognise.alignment import align, certain
from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.lines import Line
from govreport.forms import Cell, Table

UNLIKE, EXACT = 0.45, 0.1
"""Distance from which on a label is not taken for a column's."""
SKIP_FOUND, SKIP_COLUMN, UPPER = 0.1, 0.6, 0.3
MOST_PLACEMENTS = 500
HEADER_LINES = 4
"""Header lines stand no further apart."""
FOUND = 0.7
"""A header of which a smaller share was understood says nothing of where figures stand."""
BETWEEN = 0.35
"""A figure stands below a column if it is nearer to its middle than this share of the gap between two."""

Labels = tuple[str, ...]
MERGED = "几格合并为一格，每格都按所写的读取"
NO_FIGURES = "没有数字，按空白读取"
BY_ORDER = "的数字与行名不在一行，按各行的次序读取"
"""Remarks on what was guessed of a row."""
WINDOW = 30
"""Lines above the first row that the header may have: a cell a line, there are two dozen."""
MOST = 0.75
"""Share of labels that must be found."""
_OTHER = re.compile("上年|去年|上一年|同期|同比|环比|增减|增长|变化|小计|比例|占比|备注")
"""Words of columns that offices add."""


@dataclass(frozen=True)
class Placement:
    """What stands in the columns of a row.

    texts: by number of the column, for those that are certain. problem: why others are not certain, empty where all
    are; remark: what was guessed, if anything (Chinese clauses). choices: what stands where in every placement that is
    possible, when there are several.
    """

    texts: Mapping[int, str]
    problem: str = ""
    remark: str = ""
    choices: tuple[Mapping[int, str], ...] = ()


@dataclass(frozen=True)
class Header:
    """Which drawn column is which of the form's, read from header lines; `labels` are the texts that stood there.

    permuted: whether the columns stand in another order than the form's. others: labels that are none of the form's,
    by drawn column.
    """

    columns: Mapping[int, int] = field(default_factory=dict)
    labels: Mapping[int, str] = field(default_factory=dict)
    permuted: bool = False
    others: Mapping[int, str] = field(default_factory=dict)


def cells_of(table: Table, row: str) -> list[Cell]:
    """Return the cells of a row, by its key."""
    return [cell for cell in table.cells if cell.row.key == row]


def read_header(lines: Sequence[Line], columns: Sequence[Labels]) -> Header:
    """Return which drawn columns are which of the form's.

    lines: the header lines above a row; columns: the label paths of the row's columns, outermost first.
    """
    above: dict[int, list[str]] = {}
    lowest: dict[int, GridCell] = {}
    whole = max((cell.column + cell.columns for line in lines for cell in line.cells), default=0)
    for line in lines:
        filled = [cell for cell in line.cells if cell.text.strip()]
        for cell in filled:
            alone = len(filled) == 1 and line is not lines[-1]
            for x in range(0, whole) if alone else range(cell.column, cell.column + cell.columns):
                if above.setdefault(x, [""])[-1] != cell.text:
                    above[x].append(cell.text)
                    lowest[x] = cell
    known = [x for x in sorted(above) if any(distance(above[x][-1], path[-1]) < UNLIKE for path in columns)]
    places = [x for x in known if x == 0 or lowest.get(x) is not lowest.get(x - 1)]
    others = {x: above[x][-1] for x in sorted(above) if places and x > places[0] and x not in known and above[x][-1]}

    def cost(i: int, _: int, j: int) -> float:
        texts, path = above[places[i]], columns[j]
        near = distance(texts[-1], path[-1])
        if near >= UNLIKE:
            return math.inf
        upper = [distance(text, path[-2]) for text in texts[1:-1]] if len(path) > 1 else []
        return near + UPPER * min(upper, default=0.0)

    exact = [_exact(above[x], columns) for x in places]
    permuted = sorted(exact) == list(range(len(columns))) != exact
    if permuted:
        found = dict(zip(exact, places, strict=True))
    else:
        search = align if len(places) == len(columns) else certain
        made = search([SKIP_FOUND] * len(places), [SKIP_COLUMN] * len(columns), cost)
        found = {match.target: places[match.start] for match in made.matches}
    return Header(found, {column: above[x][-1] for column, x in found.items()}, permuted, others)


def _exact(texts: Sequence[str], columns: Sequence[Labels]) -> int:
    """Return which of the form's columns labels name, from top to bottom, letter for letter; -1 for none or several."""
    fitting = [n for n, path in enumerate(columns) if distance(texts[-1], path[-1]) <= EXACT]
    if len(fitting) > 1:
        fitting = [
            n for n in fitting if columns[n][1:] and any(distance(text, columns[n][-2]) <= EXACT for text in texts[:-1])
        ]
    return fitting[0] if len(fitting) == 1 else -1


def header_above(
    lines: Sequence[Line], first: int, headers: Sequence[int], columns: Sequence[Labels], apart: int = HEADER_LINES
) -> Header:
    """Return which drawn columns are which, by the header lines above a line, or those of the page before.

    apart: how many lines there may be between the first header line and the last.
    """
    above = [number for number in headers if number < first and lines[number].grid == lines[first].grid]
    if lines[first].grid:
        own = [number for number in above if lines[number].block == lines[first].block]
        above = own or [number for number in above if _width(lines[number]) == _width(lines[first])]
    if not above:
        return Header()
    last = above[-1]
    group = [number for number in above if lines[number].block == lines[last].block or not lines[last].grid]
    group = [number for number in group if last - number <= apart]
    return read_header([lines[number] for number in group], columns)


def _width(line: Line) -> int:
    return max((cell.column + cell.columns for cell in line.cells), default=0)


def place_line(line: Line, count: int, header: Header, middles: Sequence[float]) -> Placement:
    """Return which figure of a line stands where: by where it was set or else by order and header.

    middles: of the row's columns, empty or of another number where they are not known.
    """
    if not line.grid and not line.figures:
        return Placement(dict.fromkeys(range(count), ""), remark=NO_FIGURES)
    by_place = place_by_middles(line, middles) if 0 < len(line.spots) < count == len(middles) else None
    return by_place or place(line, count, header)


def place(line: Line, count: int, header: Header) -> Placement:
    """Return which figure of a line stands in which of a row's columns; `count`: how many columns the row has."""
    values = line.values
    if header.permuted:
        sound = is_sound(line, header, count)
        return _by_header(line, count, header) if sound else Placement({}, "各列的次序与格式不同")
    if len(values) == count:
        return Placement({number: cell.text for number, cell in enumerate(values)})
    if is_sound(line, header, count):
        return _by_header(line, count, header)
    if len(values) == 1 and values[0].columns >= count:
        return _merged(values[0], range(count))
    if len(values) > count:
        filled = [cell for cell in values if cell.text.strip()]
        if len(filled) == count:
            return Placement({number: cell.text for number, cell in enumerate(filled)})
        if len(filled) > count:
            return Placement({}, f"有{len(filled)}个数，应有{count}个")
        windows = [values[start : start + count] for start in range(len(values) - count + 1)]
        whole = [window for window in windows if sum(bool(cell.text.strip()) for cell in window) == len(filled)]
        choices = [dict(enumerate(cell.text for cell in window)) for window in whole]
        return common(choices, count) if choices else Placement({}, f"{len(filled)}个数散在{len(values)}格中")
    if not line.figures:
        return Placement(dict.fromkeys(range(count), "")) if line.grid else Placement({}, "没有数字")
    if math.comb(count, len(values)) > MOST_PLACEMENTS:
        return Placement({}, f"只有{len(values)}个数，应有{count}个")
    texts = [cell.text for cell in values]
    return common([dict(zip(chosen, texts, strict=True)) for chosen in combinations(range(count), len(texts))], count)


def place_by_middles(line: Line, middles: Sequence[float]) -> Placement | None:
    """Return which figure stands in which column by where it was set; the other columns are blank.

    middles: of the columns, as the complete rows of the table show. None when a figure is between columns.
    """
    gap = min((right - left for left, right in pairwise(middles)), default=math.inf)
    nearest = [min(range(len(middles)), key=lambda n: abs(middles[n] - x)) for x in line.spots]
    apart = [abs(middles[n] - x) for n, x in zip(nearest, line.spots, strict=True)]
    if len(set(nearest)) < len(nearest) or any(distance > BETWEEN * gap for distance in apart):
        return None
    return Placement(dict.fromkeys(range(len(middles)), "") | dict(zip(nearest, line.figures, strict=True)))


def is_sound(line: Line, header: Header, count: int = 0) -> bool:
    """Return whether a line's cells stand under the header's: values below every column found, no figure elsewhere.

    count: of the row's columns, of which the header must have found most.
    """
    if not header.columns or len(header.columns) < FOUND * count or line.length > 1:
        return False
    places = set(header.columns.values())
    covered = [set(range(cell.column, cell.column + cell.columns)) for cell in line.values]
    beside = places | (header.others.keys() if len(header.columns) == count else set())
    astray = [
        cell for cell, under in zip(line.values, covered, strict=True) if cell.text.strip() and not under & beside
    ]
    return places <= set().union(*covered) and not astray


def _by_header(line: Line, count: int, header: Header) -> Placement:
    texts: dict[int, str] = {}
    remark = ""
    problem = "" if len(header.columns) == count else f"表头只有{len(header.columns)}列，应有{count}列"
    for cell in line.values:
        under = [number for number, x in header.columns.items() if cell.column <= x < cell.column + cell.columns]
        if len(under) > 1:
            part = _merged(cell, under)
            texts |= part.texts
            remark, problem = MERGED, part.problem or problem
        elif under:
            texts[under[0]] = cell.text
    return Placement(texts, problem, remark)


def _merged(cell: GridCell, columns: Sequence[int]) -> Placement:
    """Return what one cell over several columns says: a zero or a blank of each of them, any other figure of none."""
    if is_figure(cell.text) and plain(cell.text).strip("0."):
        return Placement({}, f"几格合并为一格，写作“{cell.text.strip()[:20]}”")
    return Placement(dict.fromkeys(columns, cell.text), remark=MERGED)


def common(choices: Sequence[Mapping[int, str]], count: int) -> Placement:
    """Return what possible placements of a row's figures in its columns have in common."""
    seen: list[set[str | None]] = [{choice.get(number) for choice in choices} for number in range(count)]
    sure = {
        number: text for number, texts in enumerate(seen) if len(texts) == 1 and (text := next(iter(texts))) is not None
    }
    if len(sure) == count:
        return Placement(sure)
    found = len(choices[0])
    why = f"只有{found}个数，应有{count}个" if found < count else f"有{found}格，应有{count}格"
    return Placement(sure, f"{why}，有的数无法确定在哪一格", choices=tuple(choices))


def with_zeros(placed: Placement, count: int, fits: Callable[[Mapping[int, str]], bool]) -> Placement:
    """Place zeros where one figure is missing, nothing but zeros could stand and the balance edits allow nothing else.

    The last of those cells is left for the figure that is missing: none is made up.
    """
    missing = count - len(placed.choices[0])
    open_ = [number for number in range(count) if number not in placed.texts]
    zeros = all(choice.get(number, "0").strip("0") == "" for choice in placed.choices for number in open_)
    if missing != 1 or not zeros or not fits(dict(placed.texts) | dict.fromkeys(open_, "0")):
        return placed
    texts = dict(placed.texts) | dict.fromkeys(open_[:-1], "0")
    return Placement(texts, placed.problem, choices=placed.choices)


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

    def place(self, texts: Sequence[str]) -> Placement:
        """Return which text of a row stands in which of the form's columns."""
        if len(texts) != len(self.columns):
            return Placement({}, f"有{len(texts)}个数，表头有{len(self.columns)}列，无法确定各数在哪一格")
        found: Mapping[int, str] = {n: text for n, text in zip(self.columns, texts, strict=True) if n is not None}
        return Placement(found, "" if len(found) == self.count else "表中没有这一列")


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
