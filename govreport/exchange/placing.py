"""A table of the form found in a document: what stands in each of its cells, and what cannot be placed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from govreport.exchange.cells import read_cell
from govreport.exchange.columns import Header, Placed, place, read_header
from govreport.exchange.lines import Line
from govreport.exchange.rows import SKIP_ROW, RowFound, find_rows, header_labels, is_header
from govreport.forms import Cell, Edit, Form, Table, editions, expand, form_for

MISPRINT = 0.3
"""Distance from which on a note tells how a row's label was written."""
HEADER_LINES = 4
"""Header lines stand no further apart."""
FEWEST = 0.8
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
    pending: list[tuple[RowFound, Header, Placed]] = []
    for found in rows.rows:
        cells = _cells_of(table, found.row.key)
        header = _header(lines, found.first, rows.headers, table, [cell.column.label for cell in cells])
        placed = place(found.line, len(cells), header, unknown)
        _tell(made, found, cells, header)
        if placed.problem:
            pending.append((found, header, placed))
        else:
            _take(made, cells, placed, found.line.place)
    for found, header, placed in pending:
        cells = _cells_of(table, found.row.key)
        again = place(found.line, len(cells), header, _fits(made, cells))
        _take(made, cells, again if again.texts else placed, found.line.place)
    for cell in table.cells:
        if cell.name not in made.texts:
            made.lost.setdefault(cell.name, "没有找到这一行")
    return made


def unknown(choice: Mapping[int, str]) -> bool:
    """Bear out no placement: no other row is known yet."""
    return False


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
    labels = header_labels(table)
    headers = [number for number, line in enumerate(lines) if is_header(line, labels)]
    cells, best = list(table.cells), TableFound(table, SKIP_ROW * len(table.rows))
    columns = [(*cell.row.label, *cell.column.label) for cell in cells]
    for number, line in enumerate(lines):
        if len(line.values) < FEWEST * len(cells) or line.labels[1:] or not (line.figures or line.grid):
            continue
        if number in headers:
            continue
        header = _header(lines, number, headers, table, columns)
        placed = place(line, len(cells), header, unknown)
        cost = SKIP_ROW * (len(cells) - len(placed.texts)) / len(cells) + (0.0 if header.columns else 0.2)
        if cost < best.cost - 1e-6 and (header.columns or len(line.figures) == len(cells)):
            best = TableFound(table, cost, lines={number})
            _take(best, cells, placed, line.place)
            if len(header.columns) < len(cells) and not placed.problem:
                names = tuple(cell.name for cell in cells)
                best.guesses.append((names, f"{table.name}的表头不全，按格式的顺序读取"))
    if best.found:
        best.lines |= set(headers)
    return best


# ---- balance edits, as a check on placements -------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _identities(edition_year: int, tables: tuple[str, ...]) -> tuple[Edit, ...]:
    form: Form = form_for(edition_year)
    edits = expand(replace(form, tables={key: form.tables[key] for key in tables}))
    return tuple(edit for edit in edits if edit.sense == "=" and not edit.compares_years)


def _fits(made: TableFound, cells: Sequence[Cell]) -> Callable[[Mapping[int, str]], bool]:
    """Return whether a row's texts in its columns could be right: no balance edit of the table forbids it.

    Figures that are missing may be anything that is not negative.
    """
    year = editions()[made.table.edition].first_year
    names = {cell.name for cell in cells}
    edits = [edit for edit in _identities(year, (made.table.key,)) if names & set(edit.cells)]
    kinds = {cell.name: cell.kind for cell in made.table.cells}
    known = {name: read_cell(text, kinds[name]).figure or 0 for name, text in made.texts.items()}

    def fits(choice: Mapping[int, str]) -> bool:
        figures = known | {cells[n].name: read_cell(t, cells[n].kind).figure or 0 for n, t in choice.items()}
        for edit in edits:
            left = [figures.get(name) for _, name in edit.left]
            right = [figures.get(name) for _, name in edit.right]
            one, other = sum(f for f in left if f is not None), sum(f for f in right if f is not None)
            if (None not in left and other > one) or (None not in right and one > other):
                return False
        return True

    return fits
