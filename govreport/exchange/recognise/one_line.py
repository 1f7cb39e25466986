"""A table whose rows stand beside each other on one line below their labels, as the form's disputes do."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from govreport.core import GridCell
from govreport.exchange.recognise.columns import Header, Placed, header_above, is_sound, place, place_line, read_header
from govreport.exchange.recognise.confirmation import fits_alone, fits_of, resolved
from govreport.exchange.recognise.header_lines import is_header
from govreport.exchange.recognise.labels import distance, nearest
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.placements import TableFound, take
from govreport.exchange.recognise.rows import SKIP_ROW
from govreport.forms import Table

WITHIN = 8
"""Header lines stand no further above the figures."""
UNHEADED, LIKE, CLUSTER, LONGEST_LABEL = 0.2, 0.3, 12.0, 6
"""What it costs that no header was understood; distance below which a label is one; points that a column is wide at
least; letters that a column's label has at most."""
FEWEST = 0.5
"""A line without label is taken for the table's if it has this share of its figures."""


def find_line(lines: Sequence[Line], table: Table) -> TableFound:
    """Return what lines hold of a table whose rows stand beside each other on one line below their labels."""
    headers = [number for number, line in enumerate(lines) if is_header(line, table, rows_above=True)]
    cells, best = list(table.cells), TableFound(table, SKIP_ROW * len(table.rows))
    columns = [(*cell.row.label, *cell.column.label) for cell in cells]
    for number, line in _lines_of_figures(lines, headers, len(cells)):
        above = [lines[n] for n in headers if number - WITHIN <= n < number]
        header = header_above(lines, number, headers, columns) if line.grid else _written(line, above, columns)
        fragments = [lines[n] for n in range(max(0, number - WITHIN), number) if above and not lines[n].figures]
        middles = _clusters(fragments, {label for row in table.rows for label in row.label})
        placed = place_line(line, len(cells), header, {len(middles): middles})
        cost = SKIP_ROW * (len(cells) - len(placed.texts)) / len(cells) + (0.0 if header.columns else UNHEADED)
        if cost < best.cost - 1e-6 and (above or len(line.figures) == len(cells)):
            if line.run and not fits_of(table, [cells], {})({0: placed.texts}):
                continue  # figures that came apart are in order only if their sums say so
            best = TableFound(table, cost, blocks={*line.blocks, *(header.block for header in above)})
            if placed.choices:
                placed = resolved(placed, len(cells), fits_alone(fits_of(table, [cells], {}), 0))
            take(best, cells, placed, line.place)
            if not placed.problem and len(header.columns) < len(cells) and not (line.middles and middles):
                names = tuple(cell.name for cell in cells)
                best.guesses.append((names, f"{table.name}的表头不全，按格式的顺序读取"))
    if len(best.texts) < len(cells):
        pieced = _find_pieces(lines, headers, table, columns)
        best = pieced if len(pieced.texts) > len(best.texts) else best
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
        whole = read_header([lines[n] for n in own], columns)
        placed = place(line, len(columns), whole) if is_sound(line, whole) else Placed({})
        for column, text in placed.texts.items():
            made.texts.setdefault(table.cells[column].name, text)
            made.places.setdefault(table.cells[column].name, line.place)
            made.blocks |= {line.block, *(lines[n].block for n in own if number - n <= WITHIN)}
    if made.texts:
        made.guesses.append((tuple(made.texts), f"{table.name}分成几段，按各段的表头读取"))
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
