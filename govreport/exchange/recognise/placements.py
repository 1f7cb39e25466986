"""Rows of a table as it was found: in how many ways its lines can be read as rows of the form, and at what price."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, combinations, islice, pairwise, product

from govreport.core import GridCell, Kind
from govreport.exchange.readers.bounds import MOST_ITEMS
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.recognise.cell_values import is_figure, read_cell
from govreport.exchange.recognise.columns import Header
from govreport.exchange.recognise.labels import plain
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.model import BETWEEN, FEW, GUESS, LABEL, MARGIN, MOST_WAYS, SLIP, VIOLATED
from govreport.forms import Edit, Form, Table, expand

_PIECE = re.compile(r"[-+−]?(?:0|[1-9]\d*)(?:\.\d+)?(?:万?元)?")
"""A figure that may have come together with others."""


@dataclass(frozen=True)
class Placed:
    """What stands in the cells of a row: texts by number of the column, a price, and what was guessed or lost."""

    texts: Mapping[int, str]
    price: float = 0.0
    remark: str = ""
    problem: str = ""


@lru_cache(maxsize=MOST_ITEMS)
def _figure(text: str, kind: Kind) -> int | None:
    """Return a figure, a blank as zero; None for what cannot be read."""
    reading = read_cell(text, kind)
    return None if reading.problem else int(reading.figure or 0)


class Edits:
    """The balance edits between the cells of a table that demand equality, and which texts they forbid."""

    def __init__(self, table: Table) -> None:
        """Take the edits of a table by itself."""
        alone = Form(table.edition, 0, "", "", (), {table.key: table})
        every = [edit for edit in expand(alone) if edit.sense == "="]
        self._kinds = {cell.name: cell.kind for cell in table.cells}
        rows = {cell.name: cell.row.key for cell in table.cells}
        self.by_row: dict[str, list[Edit]] = {key: [] for key in ("", *(row.key for row in table.rows))}
        """Those within each row, and those across rows."""
        for edit in every:
            touched = {rows[name] for name in edit.cells}
            self.by_row["" if len(touched) > 1 else touched.pop()].append(edit)

    def doubts(self, texts: Mapping[str, str], row: str = "", missing: Collection[str] = ()) -> float:
        """Return how many edits within a row, or across rows, do not hold.

        Of a row, blanks are zeros, and what cannot be told counts half. Across rows blanks are missing, and what cannot
        be told counts as what cannot hold, so that no row is left out for its figures. missing: cells of
        rows that were found whose figures were lost; they may be anything.
        """
        unknown = 1 / 2 if row else 1.0
        figures = {name: _figure(text, self._kinds[name]) for name, text in texts.items() if row or text.strip()}
        found = 0.0
        for edit in self.by_row[row]:
            left, right = ([figures.get(name) for _, name in side] for side in (edit.left, edit.right))
            one, other = sum(f for f in left if f is not None), sum(f for f in right if f is not None)
            if (None not in left and other > one) or (None not in right and one > other):
                found += 1
            elif None in left or None in right or (row and not one):
                lost = row or any(figures.get(name) is None and name not in missing for name in edit.cells)
                found += unknown if lost else 0
        return found


edits_of = lru_cache(Edits)
"""The balance edits of a table, made out once."""


def placements(line: Line, count: int, header: Header, anchors: Sequence[Sequence[float]] = ()) -> Iterator[Placed]:
    """Yield the ways in which a line's figures can stand in a row's columns.

    count: of the row's columns; anchors: middles of the columns of complete rows near it.
    """
    if header.astray and line.figures:
        yield Placed({}, problem="表头与格式的各列不符，又不全，无法确定各数在哪一格")
    elif 0 < len(line.values) == len(header.columns) < count and not header.others:
        texts = {cell.column if line.grid else n: cell.text for n, cell in enumerate(line.values)}
        yield Placed({n: texts[x] for n, x in header.columns.items() if x in texts}, problem="表中没有这一列")
    elif line.grid and header.columns:
        yield from _by_header(line, count, header)
    else:
        yield from _by_order(line, count, anchors)


def _by_header(line: Line, count: int, header: Header) -> Iterator[Placed]:
    numbers = {x: n for n, x in header.columns.items()}
    under = [(c, [numbers[x] for x in range(c.column, c.column + c.columns) if x in numbers]) for c in line.values]
    beside, left = header.others.keys() if len(header.columns) == count else set(), min(numbers)
    bare = (c for c, columns in under if not columns and c.text.strip() and not header.stub <= c.column <= left)
    astray = any(beside.isdisjoint(range(cell.column, cell.column + cell.columns)) for cell in bare)
    whole = {n for _, columns in under for n in columns} == header.columns.keys()
    if whole and not astray:
        texts, remark = dict[int, str](), ""
        problem = "" if len(header.columns) == count else f"表头只有{len(header.columns)}列，应有{count}列"
        for cell, columns in under:
            part = _merged(cell, columns) if len(columns) > 1 else Placed(dict.fromkeys(columns, cell.text))
            texts |= part.texts
            remark, problem = part.remark or remark, part.problem or problem
        yield Placed(texts, SLIP * bool(remark), remark, problem)
    else:
        yield from _by_order(line, count, ())


def _by_order(line: Line, count: int, anchors: Sequence[Sequence[float]]) -> Iterator[Placed]:
    """Yield the ways to place figures in order; which columns are blank is told by where figures stand."""
    values, filled, drawn = line.values, line.figures, line.grid or line.drawn
    if len(values) == count:
        yield Placed({n: cell.text for n, cell in enumerate(values)})
    elif len(values) == 1 and values[0].columns >= count > 1:
        yield _merged(values[0], range(count))
    elif not filled and line.drawn and len(values) < count:
        return
    elif not filled:
        price, told = (0.0, "") if line.grid else (GUESS, "没有数字，按空白读取")
        yield Placed(dict.fromkeys(range(count), ""), price, told)
    elif len(filled) == count:
        yield Placed(dict(enumerate(filled)))
    elif len(filled) > count:
        yield Placed({}, problem=f"有{len(filled)}个数，应有{count}个")
    elif len(values) > count:
        windows = [values[start : start + count] for start in range(len(values) - count + 1)]
        whole = [window for window in windows if sum(bool(cell.text.strip()) for cell in window) == len(filled)]
        for window in whole:
            told = "空格比格式的列多，按位置读取" if line.drawn else ""
            yield Placed({n: cell.text for n, cell in enumerate(window)}, remark=told)
        if not whole:
            yield Placed({}, problem=f"{len(filled)}个数散在{len(values)}格中")
    elif (line.run or (len(filled) == 1 and count > FEW and not drawn)) and (glued := _parted(filled, count)):
        for texts in glued:
            yield Placed(texts, GUESS, "数字连在一起，按勾稽关系分开")
    else:
        why = f"只有{len(filled)}个数，应有{count}个，有的数无法确定在哪一格"
        written = [cell.text for cell in values]
        seen = len(line.spots) == len(values) and not drawn
        under = [one for middles in anchors if seen for one in _under(line.spots, middles)]
        if any(strain < BETWEEN for _, strain in under):  # blanks leave a gap
            yield Placed({}, VIOLATED / 2 + SLIP, problem=why)
            for way, strain in under:
                blank = dict.fromkeys(range(count), "") | dict(zip(way, written, strict=True))
                yield Placed(blank, LABEL * strain, "有空格，各数按版面上的位置读取")
        elif math.comb(count, len(values)) > MOST_WAYS:
            yield Placed({}, problem=why)
        else:
            for way in combinations(range(count), len(written)):
                yield Placed(dict(zip(way, written, strict=True)), GUESS, problem=why)


def _under(spots: Sequence[float], middles: Sequence[float]) -> Iterator[tuple[tuple[int, ...], float]]:
    """Yield the ways in which figures can stand under columns, by the middles of both, near enough to count.

    With how far they stand from the columns at most, as a share of the gap between columns.
    """
    gap = min(right - left for left, right in pairwise(middles))
    far = (BETWEEN + MARGIN / LABEL) * gap
    near = [[n for n, middle in enumerate(middles) if abs(x - middle) < far] for x in spots]
    if math.prod(map(len, near)) > MOST_WAYS:
        return
    for way in product(*near):
        if all(left < right for left, right in pairwise(way)):
            yield way, max(abs(x - middles[n]) for x, n in zip(spots, way, strict=True)) / gap


def _merged(cell: GridCell, columns: Sequence[int]) -> Placed:
    """Return what one cell over several columns says: a zero or a blank of each of them, any other figure of none."""
    if is_figure(cell.text) and plain(cell.text).strip("0."):
        return Placed({}, problem=f"几格合并为一格，写作“{excerpt(cell.text)}”")
    return Placed(dict.fromkeys(columns, cell.text), SLIP, "几格合并为一格，每格都按所写的读取")


def _parted(texts: Sequence[str], count: int) -> list[dict[int, str]]:
    """Return the ways to part figures that came together into so many; nothing where they are too many.

    No part begins with a zero but zero itself and what is less than one; on average, parts have six letters at most.

    >>> _parted(["05309027.82"], 2), _parted(["24-5"], 2), _parted(["1" * 60], 20)
    ([{0: '0', 1: '5309027.82'}], [{0: '24', 1: '-5'}], [])
    """
    if sum(map(len, texts)) > 2 * FEW * count or math.prod(map(len, texts)) > MOST_WAYS:
        return []
    sizes = (sizes for sizes in product(*(range(1, len(text) + 1) for text in texts)) if sum(sizes) == count)
    ways = (way for each in sizes for way in product(*map(_cuts, texts, each)))
    found = [dict(enumerate(chain.from_iterable(way))) for way in islice(ways, MOST_WAYS + 1)]
    return found if len(found) <= MOST_WAYS else []


@lru_cache(maxsize=MOST_ITEMS)
def _cuts(text: str, number: int) -> tuple[tuple[str, ...], ...]:
    """Return the ways to cut a text into so many figures, each tail cut once; of too many the first."""
    if number == 1:
        return ((text,),) if _PIECE.fullmatch(text) else ()
    heads = (end for end in range(1, len(text) - number + 2) if _PIECE.fullmatch(text, 0, end))
    found = ((text[:end], *rest) for end in heads for rest in _cuts(text[end:], number - 1))
    return tuple(islice(found, MOST_WAYS + 1))
