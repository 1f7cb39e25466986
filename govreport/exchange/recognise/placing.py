"""A table of the form found in a document: what stands in each of its cells, and what cannot be placed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from statistics import median

from govreport.exchange.readers.characters import tidy
from govreport.exchange.recognise.columns import (
    HEADER_LINES,
    Header,
    Placed,
    WrittenOrder,
    contradicts,
    header_above,
    place_line,
    written_order,
)
from govreport.exchange.recognise.confirmation import Confirming, resolve
from govreport.exchange.recognise.header_lines import foreign_heads, labels_found
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.one_line import find_line
from govreport.exchange.recognise.placements import TableFound, cells_of, take
from govreport.exchange.recognise.rows import EXACT, RowFound, find_rows
from govreport.forms import Cell, Table

MISPRINT = 0.3
"""Distance from which on a note tells how a row's label was written."""


def find_table(lines: Sequence[Line], table: Table) -> TableFound:
    """Return what lines hold of a table of one edition."""
    if table.layout == "line":
        made = find_line(lines, table)
        if made.found:
            return made
    lines = split_runs(lines, table)
    rows = find_rows(lines, table)
    near = range(min(rows.lines, default=0) - HEADER_LINES, max(rows.lines, default=0))
    used = (*(number for number in rows.headers if number in near), *rows.lines)
    made = TableFound(table, rows.cost, blocks={block for number in used for block in lines[number].blocks})
    made.headings = labels_found([lines[number] for number in rows.headers], table)
    middles = _middles(rows.rows)
    made.named = {found.row.key for found in rows.rows if found.cost <= EXACT}
    confirming = Confirming(lines, rows.rows, rows.headers, table)
    order, astray = _order(lines, rows.rows, table)
    pending: list[tuple[RowFound, Placed]] = []
    sure: list[tuple[RowFound, Placed]] = []
    for found in rows.rows:
        cells = cells_of(table, found.row.key)
        columns = [cell.column.label for cell in cells]
        header = header_above(
            lines, found.numbers[0], rows.headers, columns, 0 if table.layout == "clauses" else HEADER_LINES
        )
        heads = foreign_heads(lines, found.numbers[0], table, found.row) if table.layout == "clauses" else ()
        if heads:
            placed = Placed({}, f"表头是另一版格式的（{'、'.join(map(tidy, heads))}），与本版各列不能对应")
        elif astray and found.line.figures:
            placed = Placed({}, "各列的次序与格式不同，表头又不全，无法确定各数在哪一格")
        elif order and found.line.figures:
            placed = order.placed(found.line.figures)
            header = replace(header, columns={}, permuted=order.permuted, others=dict(enumerate(order.others)))
        else:
            own = {len(cells): middles[_keys(found)]} if _keys(found) in middles else {}
            placed = confirming.placed(found, place_line(found.line, len(cells), header, own))
        _tell(made, found, cells, header)
        if placed.choices:
            pending.append((found, placed))
        else:
            sure.append((found, placed))
    known = {cell.name: text for found, placed in sure for cell, text in _texts(table, found, placed)}
    for found, placed in confirming.confirmed([*sure, *resolve(table, known, pending)], not (order or astray)):
        take(made, cells_of(table, found.row.key), placed, found.line.place)
    _tell_ordered(made)
    for cell in table.cells:
        if cell.name not in made.texts:
            made.lost.setdefault(cell.name, "没有找到这一行")
    return made


def _tell_ordered(made: TableFound) -> None:
    """Note at once all rows that were read by their place among the rows."""
    if not made.ordered:
        return
    names = tuple(cell.name for row in made.ordered for cell in cells_of(made.table, row))
    labels = [made.table.row_labels[row] for row in made.ordered]
    told = f"{made.table.name}中“{labels[0]}”等{len(labels)}行的数字与行名不在一行，按各行的次序读取"
    made.guesses.append((names, told))


def _order(lines: Sequence[Line], rows: Sequence[RowFound], table: Table) -> tuple[WrittenOrder | None, bool]:
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


def _texts(table: Table, found: RowFound, placed: Placed) -> Iterator[tuple[Cell, str]]:
    for number, cell in enumerate(cells_of(table, found.row.key)):
        if number in placed.texts:
            yield cell, placed.texts[number]


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


def _middles(rows: Sequence[RowFound]) -> Mapping[tuple[str, ...], tuple[float, ...]]:
    """Return the middles of columns by their keys, from the rows of text that are complete."""
    complete: dict[tuple[str, ...], list[tuple[float, ...]]] = {}
    for found in rows:
        if len(found.line.middles) == len(found.row.columns) > 1:
            complete.setdefault(_keys(found), []).append(found.line.middles)
    return {keys: tuple(map(median, zip(*seen, strict=True))) for keys, seen in complete.items()}


def _keys(found: RowFound) -> tuple[str, ...]:
    return tuple(column.key for column in found.row.columns)


def _tell(made: TableFound, found: RowFound, cells: Sequence[Cell], header: Header) -> None:
    """Note how a row's label was written and which unit its header names, where they are not the form's."""
    names, label = tuple(cell.name for cell in cells), made.table.row_labels[found.row.key]
    if not found.line.labels:
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
