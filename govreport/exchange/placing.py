"""A table of the form found in a document: what stands in each of its cells, and what cannot be placed."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product
from statistics import median

from govreport.exchange.cells import read_cell
from govreport.exchange.columns import (
    Header,
    Placed,
    common,
    is_sound,
    place,
    place_by_middles,
    read_header,
    with_zeros,
)
from govreport.exchange.document import GridCell
from govreport.exchange.labels import nearest
from govreport.exchange.lines import Line
from govreport.exchange.rows import SKIP_ROW, RowFound, find_rows, is_header
from govreport.forms import Cell, Edit, Form, Table, editions, expand, form_for

MISPRINT = 0.3
"""Distance from which on a note tells how a row's label was written."""
HEADER_LINES = 4
"""Header lines stand no further apart."""
Texts = Mapping[int, str]
"""Texts by number of the column."""

MOST_TOGETHER = 3000
"""Placements of several rows are tried together when they are no more."""
WITHIN = 8
"""Header lines stand no further above the figures of a table of one line."""
UNHEADED, LIKE, CLUSTER, LONGEST_LABEL = 0.2, 0.3, 12.0, 6
"""What it costs that no header was understood; distance below which a label is one; points that a column is wide at
least; letters that a column's label has at most."""
FEWEST = 0.5
"""A line without label is taken for a table of one line if it has this share of its figures."""


@dataclass
class TableFound:
    """What was found of a table: texts by cell, where they stood, reasons for cells that are lost.

    guesses: cells and what was guessed about them, sentences. cost: how unlike the form it is.
    lines: numbers of the lines that belong to it. units: of money, as the header names them, by cell.
    """

    table: Table
    cost: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    guesses: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    lines: set[int] = field(default_factory=set)

    @property
    def found(self) -> bool:
        """Whether anything of the table was found."""
        return bool(self.texts)


def find_table(lines: Sequence[Line], table: Table) -> TableFound:
    """Return what lines hold of a table of one edition."""
    if table.layout == "line":
        made = _find_line(lines, table)
        if made.found:
            return made
    rows = find_rows(lines, table)
    made = TableFound(table, rows.cost, lines={*rows.headers, *rows.lines})
    middles = _middles(rows.rows)
    pending: list[tuple[RowFound, Placed]] = []
    for found in rows.rows:
        cells = _cells_of(table, found.row.key)
        header = _header(lines, found.first, rows.headers, table, [cell.column.label for cell in cells])
        placed = _placed(found.line, len(cells), header, middles)
        _tell(made, found, cells, header)
        if placed.choices:
            pending.append((found, placed))
        else:
            _take(made, cells, placed, found.line.place)
    for found, placed in resolve(made, pending):
        _take(made, _cells_of(table, found.row.key), placed, found.line.place)
    for cell in table.cells:
        if cell.name not in made.texts:
            made.lost.setdefault(cell.name, "没有找到这一行")
    return made


def _middles(rows: Sequence[RowFound]) -> Mapping[int, tuple[float, ...]]:
    """Return the middles of columns by their number, from the rows of text that are complete."""
    complete: dict[int, list[tuple[float, ...]]] = {}
    for found in rows:
        if len(found.line.middles) == len(found.row.columns) > 1:
            complete.setdefault(len(found.row.columns), []).append(found.line.middles)
    return {count: tuple(map(median, zip(*seen, strict=True))) for count, seen in complete.items()}


def _placed(line: Line, count: int, header: Header, middles: Mapping[int, Sequence[float]]) -> Placed:
    if not line.grid and not line.figures:
        return Placed(dict.fromkeys(range(count), ""), blank=True)
    if line.middles and len(line.middles) < count and count in middles:
        by_place = place_by_middles(line, middles[count])
        if by_place:
            return by_place
    return place(line, count, header)


def _cells_of(table: Table, row: str) -> list[Cell]:
    return [cell for cell in table.cells if cell.row.key == row]


def _take(made: TableFound, cells: Sequence[Cell], placed: Placed, where: str) -> None:
    """Put what was placed in a row into its cells."""
    for number, cell in enumerate(cells):
        made.places[cell.name] = where
        if number in placed.texts:
            made.texts[cell.name] = placed.texts[number]
        else:
            made.lost[cell.name] = placed.problem
    names = tuple(cell.name for number, cell in enumerate(cells) if number in placed.texts)
    label = made.table.row_labels[cells[0].row.key] if len({cell.row.key for cell in cells}) == 1 else made.table.name
    if placed.problem:
        made.guesses.append((tuple(cell.name for cell in cells), f"“{label}”行{placed.problem}"))
    elif placed.blank:
        made.guesses.append((names, f"“{label}”行没有数字，按空白读取"))
    elif placed.merged:
        made.guesses.append((names, f"“{label}”行几格合并为一格，每格都按所写的读取"))


def _tell(made: TableFound, found: RowFound, cells: Sequence[Cell], header: Header) -> None:
    """Note how a row's label was written and which unit its header names, where they are not the form's."""
    names, label = tuple(cell.name for cell in cells), made.table.row_labels[found.row.key]
    if not found.line.labels:
        made.guesses.append((names, f"“{label}”行没有行名，按前后各行的顺序读取"))
    elif found.cost > MISPRINT:
        made.guesses.append((names, f"行名写作“{found.line.labels[-1][:30]}”，按“{label}”读取"))
    elif found.before:
        made.guesses.append((names, f"“{label}”行的数字写在行名之前，按此读取"))
    for number, text in header.labels.items():
        made.units[cells[number].name] = text


def _header(
    lines: Sequence[Line], first: int, headers: Sequence[int], table: Table, columns: Sequence[tuple[str, ...]]
) -> Header:
    """Return which drawn columns are which, by the header lines above a line, or those of the page before."""
    above = [number for number in headers if number < first and lines[number].grid == lines[first].grid]
    if lines[first].grid:
        own = [number for number in above if lines[number].block == lines[first].block]
        above = own or [number for number in above if _width(lines[number]) == _width(lines[first])]
    if not above:
        return Header()
    last = above[-1]
    group = [number for number in above if lines[number].block == lines[last].block or not lines[last].grid]
    group = [number for number in group if last - number <= (0 if table.layout == "clauses" else HEADER_LINES)]
    return read_header([lines[number] for number in group], columns)


def _width(line: Line) -> int:
    return max((cell.column + cell.columns for cell in line.cells), default=0)


# ---- a table of one line ---------------------------------------------------------------------------------------------


def _find_line(lines: Sequence[Line], table: Table) -> TableFound:
    """Return what lines hold of a table whose rows stand beside each other on one line below their labels."""
    headers = [number for number, line in enumerate(lines) if is_header(line, table)]
    cells, best = list(table.cells), TableFound(table, SKIP_ROW * len(table.rows))
    columns = [(*cell.row.label, *cell.column.label) for cell in cells]
    for number, line in _lines_of_figures(lines, headers, len(cells)):
        above = [lines[n] for n in headers if number - WITHIN <= n < number]
        header = _header(lines, number, headers, table, columns) if line.grid else _written(line, above, columns)
        fragments = [lines[n] for n in range(max(0, number - WITHIN), number) if above and not lines[n].figures]
        middles = _clusters(fragments, {label for row in table.rows for label in row.label})
        placed = _placed(line, len(cells), header, {len(middles): middles})
        cost = SKIP_ROW * (len(cells) - len(placed.texts)) / len(cells) + (0.0 if header.columns else UNHEADED)
        if cost < best.cost - 1e-6 and (above or len(line.figures) == len(cells)):
            best = TableFound(table, cost, lines={number})
            _take(best, cells, placed, line.place)
            if not placed.problem and len(header.columns) < len(cells) and not (line.middles and middles):
                names = tuple(cell.name for cell in cells)
                best.guesses.append((names, f"{table.name}的表头不全，按格式的顺序读取"))
    if len(best.texts) < len(cells):
        pieced = _find_pieces(lines, headers, table, columns)
        best = pieced if len(pieced.texts) > len(best.texts) else best
    if best.found:
        best.lines |= set(headers)
    return best


def _find_pieces(
    lines: Sequence[Line], headers: Sequence[int], table: Table, columns: Sequence[tuple[str, ...]]
) -> TableFound:
    """Return what several lines of grids hold, each below a header of its own: a table that was drawn in pieces."""
    made = TableFound(table)
    for number, line in enumerate(lines):
        if not line.grid or not line.figures or line.labels[1:]:
            continue
        own = [n for n in headers if n < number and not any(lines[m].figures for m in range(n, number))]
        header = read_header([lines[n] for n in own], columns)
        placed = place(line, len(columns), header) if is_sound(line, header) else Placed({})
        for column, text in placed.texts.items():
            made.texts.setdefault(table.cells[column].name, text)
            made.places.setdefault(table.cells[column].name, line.place)
            made.lines.add(number)
    made.lost = {cell.name: "没有找到这一格" for cell in table.cells if cell.name not in made.texts}
    made.cost = SKIP_ROW * len(made.lost) / len(table.cells)
    return made


def _lines_of_figures(lines: Sequence[Line], headers: Sequence[int], count: int) -> Iterator[tuple[int, Line]]:
    """Yield lines that may hold all figures; those of text that came apart below their headers are made one."""
    for number, line in enumerate(lines):
        enough = len(line.values) >= FEWEST * count or (line.grid and any(cell.columns > 1 for cell in line.values))
        if enough and number not in headers and not line.labels[1:] and (line.figures or line.grid):
            yield number, line
    for first in headers[:1]:
        parts = [n for n in range(first, len(lines)) if not lines[n].grid and lines[n].figures and not lines[n].labels]
        near = [n for n in parts if any(n - WITHIN <= header < n for header in headers)]
        if len(near) > 1 and sum(len(lines[n].figures) for n in near) == count:
            yield near[-1], replace(lines[near[-1]], values=tuple(c for n in near for c in lines[n].values), middles=())


def _written(line: Line, above: Sequence[Line], columns: Sequence[tuple[str, ...]]) -> Header:
    """Return which figures of a line of text are which, by the innermost labels above them in their order."""
    leaves = {path[-1] for path in columns}
    found = [cell.text for header in above for cell in header.cells if nearest(cell.text, sorted(leaves)) < LIKE]
    if len(found) != len(line.values):
        return Header()
    whole = tuple(GridCell(text, 0, line.values[n].column) for n, text in enumerate(found))
    return read_header([replace(line, cells=whole)], [path[-1:] for path in columns])


def _clusters(above: Sequence[Line], groups: Collection[str]) -> tuple[float, ...]:
    """Return the middles of columns from the pieces of labels above them."""
    pieces = [(text, x) for line in above for text, x in line.pieces if len(text) <= LONGEST_LABEL]
    middles = sorted(x for text, x in pieces if nearest(text, sorted(groups)) > LIKE)
    found: list[list[float]] = []
    for x in middles:
        if found and x - found[-1][0] < CLUSTER:
            found[-1].append(x)
        else:
            found.append([x])
    return tuple(sum(group) / len(group) for group in found)


# ---- balance edits, as a check on placements -------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _identities(edition_year: int, tables: tuple[str, ...]) -> tuple[Edit, ...]:
    form: Form = form_for(edition_year)
    edits = expand(replace(form, tables={key: form.tables[key] for key in tables}))
    return tuple(edit for edit in edits if edit.sense == "=" and not edit.compares_years)


def resolve(made: TableFound, pending: Sequence[tuple[RowFound, Placed]]) -> Iterator[tuple[RowFound, Placed]]:
    """Yield rows whose figures may stand in several ways with what remains when the balance edits are asked.

    The edits only rule placements out, for each row alone and then, where they are few, for all together.
    """
    fits = _fits(made, [_cells_of(made.table, found.row.key) for found, _ in pending])
    alone = []
    for number, (_, placed) in enumerate(pending):
        kept = [choice for choice in placed.choices if fits({number: choice})]
        alone.append(kept or list(placed.choices))
    if len(pending) > 1 and math.prod(map(len, alone)) <= MOST_TOGETHER:
        together = [every for every in product(*alone) if fits(dict(enumerate(every)))]
        if together:
            alone = [
                [choice for choice in kept if any(every[n] is choice for every in together)]
                for n, kept in enumerate(alone)
            ]
    for number, ((found, placed), kept) in enumerate(zip(pending, alone, strict=True)):
        count = len(found.row.columns)
        left = common(kept, count)
        whole = with_zeros(left, count, _fits_alone(fits, number)) if left.choices else left
        yield found, whole if whole.texts or not placed.texts else placed


def _fits_alone(fits: Callable[[Mapping[int, Texts]], bool], row: int) -> Callable[[Texts], bool]:
    return lambda texts: fits({row: texts})


def _fits(made: TableFound, rows: Sequence[Sequence[Cell]]) -> Callable[[Mapping[int, Texts]], bool]:
    """Return whether texts in columns of rows could be right: no balance edit of the table forbids them.

    Figures that are missing may be anything that is not negative.
    """
    year = editions()[made.table.edition].first_year
    kinds = {cell.name: cell.kind for cell in made.table.cells}
    known = {name: read_cell(text, kinds[name]).figure or 0 for name, text in made.texts.items()}
    edits = [
        [edit for edit in _identities(year, (made.table.key,)) if {cell.name for cell in cells} & set(edit.cells)]
        for cells in rows
    ]

    def fits(chosen: Mapping[int, Mapping[int, str]]) -> bool:
        figures = dict(known)
        for row, choice in chosen.items():
            for number, text in choice.items():
                cell = rows[row][number]
                figures[cell.name] = read_cell(text, cell.kind).figure or 0
        for edit in (edit for row in chosen for edit in edits[row]):
            left = [figures.get(name) for _, name in edit.left]
            right = [figures.get(name) for _, name in edit.right]
            one, other = sum(f for f in left if f is not None), sum(f for f in right if f is not None)
            if (None not in left and other > one) or (None not in right and one > other):
                return False
        return True

    return fits
