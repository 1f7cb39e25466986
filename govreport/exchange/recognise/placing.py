"""A table of the form found in a document: what stands in each of its cells, and what cannot be placed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from govreport.core import GridCell
from govreport.exchange.readers.characters import tidy
from govreport.exchange.recognise.columns import (
    BY_ORDER,
    HEADER_LINES,
    Header,
    Placement,
    WrittenOrder,
    cells_of,
    contradicts,
    header_above,
    place_line,
    read_header,
    written_order,
)
from govreport.exchange.recognise.confirmation import Confirmation, fits_of, remaining, resolve
from govreport.exchange.recognise.header_lines import foreign_heads, is_header
from govreport.exchange.recognise.labels import distance, nearest
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.rows import SKIP_ROW, RowMatch, find_rows
from govreport.forms import Catalogue, Cell, Column, Table

MISPRINT = 0.3
"""Distance from which on a note tells how a row's label was written."""
WITHIN = 8
"""Header lines stand no further above the figures."""
UNHEADED, LIKE, CLUSTER, LONGEST_LABEL = 0.2, 0.3, 12.0, 6
"""What it costs that no header was understood; distance below which a label is one; points that a column is wide at
least; letters that a column's label has at most."""
FEWEST = 0.5
"""A line without label is taken for the table's if it has this share of its figures."""


@dataclass
class TableMatch:
    """What was found of a table: texts by cell, where they stood, reasons for cells without one.

    guesses: cells and what was guessed about them, sentences. cost: how unlike the form it is.
    blocks: numbers of the blocks that belong to it. units: of money, as the header names them, by cell.
    """

    table: Table
    cost: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    guesses: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)

    @property
    def is_found(self) -> bool:
        """Whether anything of the table was found."""
        return bool(self.texts)


def take(made: TableMatch, cells: Sequence[Cell], placed: Placement, where: str) -> None:
    """Put what was placed in a row into its cells."""
    for number, cell in enumerate(cells):
        made.places[cell.name] = where
        if number in placed.texts:
            made.texts[cell.name] = placed.texts[number]
        else:
            made.reasons[cell.name] = placed.problem
    names = tuple(cell.name for number, cell in enumerate(cells) if number in placed.texts)
    label = made.table.row_labels[cells[0].row.key] if len({cell.row.key for cell in cells}) == 1 else made.table.name
    if placed.problem:
        made.guesses.append((tuple(cell.name for cell in cells), f"“{label}”行{placed.problem}"))
    elif placed.remark and placed.remark != BY_ORDER:
        made.guesses.append((names, f"“{label}”行{placed.remark}"))


def find_table(lines: Sequence[Line], table: Table, catalogue: Catalogue | None = None) -> TableMatch:
    """Return what lines hold of a table of one edition; catalogue: all that are known, by default the package's."""
    catalogue = catalogue or Catalogue.read()
    if table.layout == "line":
        made = find_line(lines, table)
        if made.is_found:
            return made
    lines = split_runs(lines, table)
    rows = find_rows(lines, table)
    near = range(min(rows.lines, default=0) - HEADER_LINES, max(rows.lines, default=0))
    used = (*(number for number in rows.headers if number in near), *rows.lines)
    made = TableMatch(table, rows.cost, blocks={block for number in used for block in lines[number].blocks})
    middles = _middles(rows.rows)
    confirmation = Confirmation(lines, rows.rows, rows.headers, table)
    order, astray = _order(lines, rows.rows, table)
    placements: list[tuple[RowMatch, Placement]] = []
    for found in rows.rows:
        cells = cells_of(table, found.row.key)
        columns = [cell.column.label for cell in cells]
        header = header_above(
            lines, found.numbers[0], rows.headers, columns, 0 if table.layout == "clauses" else HEADER_LINES
        )
        above = (lines, found.numbers[0], table, found.row, catalogue)
        if table.layout == "clauses" and (heads := foreign_heads(*above)):
            placed = Placement({}, f"表头是另一版格式的（{'、'.join(map(tidy, heads))}），与本版各列不能对应")
        elif astray and found.line.figures:
            placed = Placement({}, "各列的次序与格式不同，表头又不全，无法确定各数在哪一格")
        elif order and found.line.figures:
            placed = order.place(found.line.figures)
            header = replace(header, columns={}, permuted=order.permuted, others=dict(enumerate(order.others)))
        else:
            own = middles.get(found.row.columns, ())
            placed = confirmation.place(found, place_line(found.line, len(cells), header, own))
        _tell(made, found, cells, header)
        placements.append((found, placed))
    pending = [one for one in placements if one[1].choices]
    sure = [one for one in placements if not one[1].choices]
    rows_of_cells = [(cells_of(table, found.row.key), placed.texts) for found, placed in sure]
    known = {cells[number].name: text for cells, texts in rows_of_cells for number, text in texts.items()}
    confirmed = list(confirmation.confirm([*sure, *resolve(table, known, pending)], not (order or astray)))
    for found, placed in confirmed:
        take(made, cells_of(table, found.row.key), placed, found.line.place)
    if by_order := [found.row.key for found, placed in confirmed if placed.remark == BY_ORDER]:
        names = tuple(cell.name for key in by_order for cell in cells_of(table, key))
        told = f"{table.name}中“{table.row_labels[by_order[0]]}”等{len(by_order)}行{BY_ORDER}"
        made.guesses.append((names, told))
    for cell in table.cells:
        if cell.name not in made.texts:
            made.reasons.setdefault(cell.name, "没有找到这一行")
    return made


def _order(lines: Sequence[Line], rows: Sequence[RowMatch], table: Table) -> tuple[WrittenOrder | None, bool]:
    """Return in which order the header of a table that came as text names its columns, where that is not the form's.

    And whether it names them in another order, but not whole.
    """
    if table.layout != "matrix" or not rows or any(found.line.grid for found in rows):
        return None, False
    first, columns = rows[0].numbers[0], [column.label for column in table.columns]
    order = written_order(lines, first, columns)
    if order and order.fits([found.line.figures for found in rows if found.line.figures]):
        return order, False
    return None, order is None and contradicts(lines, first, columns)


def split_runs(lines: Sequence[Line], table: Table) -> list[Line]:
    """Return lines, those of text parted that hold the figures of several rows of a table, one row after the other."""
    count = len(table.columns)
    found: list[Line] = []
    for line in lines:
        several = len(line.figures) // count
        if table.layout != "matrix" or line.grid or line.labels or several < 2 or len(line.figures) != several * count:
            found.append(line)
            continue
        values = [cell for cell in line.values if cell.text.strip()]
        for start in range(0, len(values), count):
            part = tuple(values[start : start + count])
            found.append(replace(line, values=part, cells=part, middles=(), pieces=(), run=True))
    return found


def _middles(rows: Sequence[RowMatch]) -> Mapping[tuple[Column, ...], tuple[float, ...]]:
    """Return the middles of columns, from the rows of text that are complete."""
    complete: dict[tuple[Column, ...], list[tuple[float, ...]]] = {}
    for found in rows:
        if len(found.line.spots) == len(found.row.columns) > 1:
            complete.setdefault(found.row.columns, []).append(found.line.spots)
    return {columns: tuple(map(median, zip(*seen, strict=True))) for columns, seen in complete.items()}


def _tell(made: TableMatch, found: RowMatch, cells: Sequence[Cell], header: Header) -> None:
    """Note how a row's label was written and which unit its header names, where they are not the form's."""
    names, label = tuple(cell.name for cell in cells), made.table.row_labels[found.row.key]
    if found.moved:
        made.guesses.append((names, f"“{label}”行的次序与格式不同，按行名读取"))
    elif not found.line.labels:
        made.guesses.append((names, f"“{label}”行没有行名，按前后各行的顺序读取"))
    elif found.cost > MISPRINT:
        made.guesses.append((names, f"行名写作“{found.line.labels[-1][:30]}”，按“{label}”读取"))
    elif found.before:
        made.guesses.append((names, f"“{label}”行的数字写在行名之前，按此读取"))
    if header.permuted:
        made.guesses.append((names, f"“{label}”行各列的次序与格式不同，按表头读取"))
    told = f"{made.table.name}中有格式没有的列（{'、'.join(dict.fromkeys(map(tidy, header.others.values())))}），未采用"
    if header.others and len(header.columns) in (0, len(cells)) and ((), told) not in made.guesses:
        made.guesses.append(((), told))
    for number, text in header.labels.items():
        made.units[cells[number].name] = text


def find_line(lines: Sequence[Line], table: Table) -> TableMatch:
    """Return what lines hold of a table whose rows stand beside each other on one line below their labels."""
    headers = [number for number, line in enumerate(lines) if is_header(line, table, rows_above=True)]
    cells, best = list(table.cells), TableMatch(table, SKIP_ROW * len(table.rows))
    fits = fits_of(table, {})
    columns = [(*cell.row.label, *cell.column.label) for cell in cells]
    for number, line in _lines_of_figures(lines, headers, len(cells)):
        above = [lines[n] for n in headers if number - WITHIN <= n < number]
        header = header_above(lines, number, headers, columns) if line.grid else _written(line, above, columns)
        fragments = [lines[n] for n in range(max(0, number - WITHIN), number) if above and not lines[n].figures]
        middles = _clusters(fragments, {label for row in table.rows for label in row.label})
        placed = place_line(line, len(cells), header, middles)
        cost = SKIP_ROW * (len(cells) - len(placed.texts)) / len(cells) + (0.0 if header.columns else UNHEADED)
        if cost < best.cost - 1e-6 and (above or len(line.figures) == len(cells)):
            if line.run and not fits((cells, placed.texts)):
                continue  # figures that came apart are in order only if their sums say so
            best = TableMatch(table, cost, blocks={*line.blocks, *(header.block for header in above)})
            if placed.choices:
                placed = remaining(placed, cells, fits)
            take(best, cells, placed, line.place)
            if not placed.problem and len(header.columns) < len(cells) and not (line.spots and middles):
                names = tuple(cell.name for cell in cells)
                best.guesses.append((names, f"{table.name}的表头不全，按格式的顺序读取"))
    return best


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
            values = tuple(cell for n in near for cell in lines[n].values)
            last = lines[near[-1]]
            whole = replace(lines[near[0]], values=values, middles=(), run=True)
            yield near[-1], replace(whole, length=last.block + last.length - whole.block)


def _written(line: Line, above: Sequence[Line], columns: Sequence[tuple[str, ...]]) -> Header:
    """Return which figures of a line of text are which, by the innermost labels above them in their order."""
    leaves = list(dict.fromkeys(path[-1] for path in columns))
    found = [cell.text for header in above for cell in header.cells if nearest(cell.text, sorted(leaves)) < LIKE]
    if len(found) != len(line.values):
        return Header()
    each = len(leaves)
    order = [min(range(each), key=lambda n, text=text: distance(text, leaves[n])) for text in found]  # type: ignore[misc]
    groups = [order[start : start + each] for start in range(0, len(order), each)]
    if len(found) == len(columns) and all(sorted(group) == list(range(each)) for group in groups):
        places = {each * (n // each) + column: line.values[n].column for n, column in enumerate(order)}
        return Header(places, {}, order != list(range(each)) * len(groups))
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
