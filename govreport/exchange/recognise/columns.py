"""Columns of a messy table: which of them are the form's, and which figure of a row stands in which."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise

from govreport.core import GridCell
from govreport.exchange.recognise.alignment import Alignment, align, certain
from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.lines import Line

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


@dataclass(frozen=True)
class Placed:
    """What stands in the columns of a row.

    texts: by number of the column, for those that are certain. merged: whether one cell stood for several; blank:
    whether the row held no figure; ordered: whether the row is known by its place among all rows alone; guessed:
    whether the columns are known only by where figures stand.
    problem: why others are not certain (a Chinese clause), empty where all are. choices: what stands where in
    every placement that is possible, when there are several.
    """

    texts: Mapping[int, str]
    problem: str = ""
    merged: bool = False
    blank: bool = False
    ordered: bool = False
    guessed: bool = False
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
    if sorted(exact) == list(range(len(columns))) != exact:
        found = dict(zip(exact, places, strict=True))
        return Header(found, {column: above[x][-1] for column, x in found.items()}, True, others)
    skips = [SKIP_FOUND] * len(places), [SKIP_COLUMN] * len(columns)
    made: Alignment = align(*skips, cost) if len(places) == len(columns) else certain(*skips, cost)
    found = {match.target: places[match.start] for match in made.matches}
    return Header(found, {column: above[x][-1] for column, x in found.items()}, others=others)


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


def place_line(line: Line, count: int, header: Header, middles: Mapping[int, Sequence[float]]) -> Placed:
    """Return which figure of a line stands where: by where it was set or else by order and header."""
    if not line.grid and not line.figures:
        return Placed(dict.fromkeys(range(count), ""), blank=True)
    if line.middles and len(line.middles) < count and count in middles:
        by_place = place_by_middles(line, middles[count])
        if by_place:
            return by_place
    return place(line, count, header)


def place(line: Line, count: int, header: Header) -> Placed:
    """Return which figure of a line stands in which of a row's columns; `count`: how many columns the row has."""
    values = line.values
    if header.permuted:
        sound = is_sound(line, header, count)
        return _by_header(line, count, header) if sound else Placed({}, "各列的次序与格式不同")
    if len(values) == count:
        return Placed({number: cell.text for number, cell in enumerate(values)})
    if is_sound(line, header, count):
        return _by_header(line, count, header)
    if len(values) == 1 and values[0].columns >= count:
        return _merged(values[0], range(count))
    if len(values) > count:
        filled = [cell for cell in values if cell.text.strip()]
        if len(filled) == count:
            return Placed({number: cell.text for number, cell in enumerate(filled)})
        if len(filled) > count:
            return Placed({}, f"有{len(filled)}个数，应有{count}个")
        windows = [values[start : start + count] for start in range(len(values) - count + 1)]
        whole = [window for window in windows if sum(bool(cell.text.strip()) for cell in window) == len(filled)]
        choices = [dict(enumerate(cell.text for cell in window)) for window in whole]
        return common(choices, count) if choices else Placed({}, f"{len(filled)}个数散在{len(values)}格中")
    if not line.figures:
        return Placed(dict.fromkeys(range(count), "")) if line.grid else Placed({}, "没有数字")
    if math.comb(count, len(values)) > MOST_PLACEMENTS:
        return Placed({}, f"只有{len(values)}个数，应有{count}个")
    texts = [cell.text for cell in values]
    return common([dict(zip(chosen, texts, strict=True)) for chosen in combinations(range(count), len(texts))], count)


def place_by_middles(line: Line, middles: Sequence[float]) -> Placed | None:
    """Return which figure stands in which column by where it was set; the other columns are blank.

    middles: of the columns, as the complete rows of the table show. None when a figure is between columns.
    """
    gap = min((right - left for left, right in pairwise(middles)), default=math.inf)
    nearest = [min(range(len(middles)), key=lambda n: abs(middles[n] - x)) for x in line.middles]
    apart = [abs(middles[n] - x) for n, x in zip(nearest, line.middles, strict=True)]
    if len(set(nearest)) < len(nearest) or any(distance > BETWEEN * gap for distance in apart):
        return None
    return Placed(dict.fromkeys(range(len(middles)), "") | dict(zip(nearest, line.figures, strict=True)))


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


def _by_header(line: Line, count: int, header: Header) -> Placed:
    texts: dict[int, str] = {}
    merged = False
    problem = "" if len(header.columns) == count else f"表头只有{len(header.columns)}列，应有{count}列"
    for cell in line.values:
        under = [number for number, x in header.columns.items() if cell.column <= x < cell.column + cell.columns]
        if len(under) > 1:
            part = _merged(cell, under)
            texts |= part.texts
            merged, problem = True, part.problem or problem
        elif under:
            texts[under[0]] = cell.text
    return Placed(texts, problem, merged)


def _merged(cell: GridCell, columns: Sequence[int]) -> Placed:
    """Return what one cell over several columns says: a zero or a blank of each of them, any other figure of none."""
    if is_figure(cell.text) and plain(cell.text).strip("0."):
        return Placed({}, f"几格合并为一格，写作“{cell.text.strip()[:20]}”")
    return Placed(dict.fromkeys(columns, cell.text), merged=True)


def common(choices: Sequence[Mapping[int, str]], count: int) -> Placed:
    """Return what possible placements of a row's figures in its columns have in common."""
    seen: list[set[str | None]] = [{choice.get(number) for choice in choices} for number in range(count)]
    sure = {
        number: text for number, texts in enumerate(seen) if len(texts) == 1 and (text := next(iter(texts))) is not None
    }
    if len(sure) == count:
        return Placed(sure)
    found = len(choices[0])
    why = f"只有{found}个数，应有{count}个" if found < count else f"有{found}格，应有{count}格"
    return Placed(sure, f"{why}，有的数无法确定在哪一格", choices=tuple(choices))


def with_zeros(placed: Placed, count: int, fits: Callable[[Mapping[int, str]], bool]) -> Placed:
    """Place zeros where one figure is missing, nothing but zeros could stand and the balance edits allow nothing else.

    The last of those cells is left for the figure that is missing: none is made up.
    """
    missing = count - len(placed.choices[0])
    open_ = [number for number in range(count) if number not in placed.texts]
    zeros = all(choice.get(number, "0").strip("0") == "" for choice in placed.choices for number in open_)
    if missing != 1 or not zeros or not fits(dict(placed.texts) | dict.fromkeys(open_, "0")):
        return placed
    texts = dict(placed.texts) | dict.fromkeys(open_[:-1], "0")
    return Placed(texts, placed.problem, choices=placed.choices)
