"""The cells of a filing as prose counts them."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import combinations

from govreport.checks.prose.claims import plain
from govreport.checks.prose.frames import Frame
from govreport.checks.prose.own_columns import OwnNames
from govreport.core import Figure
from govreport.filing import Filing, own_label

Cells = tuple[str, ...]
"""Names of cells and derived sums that a reading adds up; one with a minus is taken off."""

GROUPS = ("new", "carried_in", "granted", "partial", "denied", "unable", "not_processed", "other", "carried_out")
"""Rows of the applications that prose adds up."""


class Values:
    """The cells of a filing, money in 元; each sum is made once."""

    def __init__(self, filing: Filing) -> None:
        self.form, self.agency = filing.form, filing.name
        self.named = OwnNames.of(filing.tables) if filing.tables else None
        self._own = {name: own for own in (self.named.columns if self.named else ()) for name in own.figures}
        self._filing = filing
        self._tables: dict[str, frozenset[Fraction | int]] = {}
        self._known: dict[str, Fraction | int | None] = {}

    def of(self, cells: Cells) -> Fraction | int | None:
        """Return the sum of cells; None where one is unknown or not in the form."""
        total: Fraction | int = 0
        for name in cells:
            value = self._known[name] if name in self._known else self._learn(name)
            if value is None:
                return None
            total += value
        return total

    def _learn(self, name: str) -> Fraction | int | None:
        if isinstance(count := self._filing.cells.get(name), int):
            return self._known.setdefault(name, count)
        cell = name.lstrip("-")
        figure = self._figure(cell)
        value = figure if figure is None or isinstance(figure, int) else Fraction(figure)
        value = value if value is None or (scale := self.scale(cell)) == 1 else value * scale
        self._known[name] = value = value if value is None or cell == name else -value
        return value

    def label_of(self, name: str) -> str:
        """Return what messages call a cell."""
        return own_label(name) if name in self._own else self.form.label_of(name)

    def figures(self, name: str) -> frozenset[Fraction | int]:
        """Return what the cells of a cell's table and their sums are."""
        table = name.lstrip("-").partition(".")[0]
        if table not in self._tables:
            names = (name for name in (*self._own, *self.form.names) if name.startswith(table))
            known = {value for name in names if (value := self.of((name,))) is not None}
            groups = [value for row in GROUPS if (value := self.of((f"{table}.{row}.total",))) is not None]
            self._tables[table] = frozenset(known.union(a + b for a, b in combinations(groups, 2)))
        return self._tables[table]

    def scale(self, name: str) -> int:
        """Return how many 元 the unit of a cell is, or how many are counted as one."""
        if own := self._own.get(name.lstrip("-")):
            return own.scale
        return 10_000 if self.form.kind_of(name.lstrip("-")).unit == "万元" else 1

    def in_unit(self, name: str, value: Fraction | int) -> Figure:
        """Return a value in the unit of a cell."""
        scale = self.scale(name)
        return plain(value if scale == 1 else Fraction(value) / scale)

    def _figure(self, name: str) -> Figure | None:
        """Return a cell or derived sum; a blank total is the sum of its row if any of it is filled."""
        if own := self._own.get(name):
            return own.figures[name]
        filing, (row, _, column) = self._filing, name.rpartition(".")
        if (figure := filing.cells.get(name)) is not None:
            return figure
        figures = list(map(filing.cells.get, self.form.derived.get(name, ())))
        if figures and None not in figures:
            return sum(figure for figure in figures if figure is not None)
        if column == "legal_persons":
            whole, natural = filing[f"{row}.total"], filing[f"{row}.natural"]
            return None if whole is None or natural is None else whole - natural
        if column == "total" and name in self.form.cells:
            names = (f"{row}.{other.key}" for other in self.form.cells[name].row.columns[:-1])
            known = [figure for other in names if (figure := filing.cells.get(other)) is not None]
            return sum(known) if known else None
        return None


def agrees(frame: Frame, value: Fraction | int) -> bool:
    """Whether a figure can stand for a value; figures in 万 are often rounded or cut off."""
    quantity = frame.quantity
    cut = quantity.scale > 1 and abs(quantity.value - value) * 10**quantity.decimals < quantity.scale
    return cut or quantity.may_be(value)


@lru_cache(maxsize=1024)
def rank(rows: str) -> int:
    """Return 1 for flows, 2 for results, 3 for what is carried in and out."""
    first = rows.partition("|")[0]
    if first in ("new", "total", "new carried_in", "total -carried_in"):
        return 1
    return 3 if first.startswith("carried") else 2


@lru_cache(maxsize=1024)
def rows_of(named: tuple[str, ...], *, grouped: bool = False) -> tuple[Cells, ...]:
    """Return the sums of rows that words name: those of the highest rank, one row rather than the group it is of.

    >>> rows_of(("new|new carried_in", "granted", "partial"))
    (('granted', 'partial'), ('granted',), ('partial',))
    """
    if not named:
        return ()
    best = max(map(rank, named))
    kept = list(dict.fromkeys(rows for rows in named if rank(rows) == best))
    if best == 3 and "new" in named and "carried_in" in kept:
        kept = ["new", "carried_in"]
    kept = [rows for rows in kept if not (rows.startswith("new|") and "new" in kept)]
    groups = {rows for rows in kept if any(other.startswith(f"{rows}.") for other in kept)}
    children = [rows for rows in kept if rows.rpartition(".")[0] in groups]
    if groups and best > 1:
        kept = [rows for rows in kept if rows not in (groups if len(children) == 1 and not grouped else children)]
    readings = [tuple(tuple(option.split()) for option in rows.split("|")) for rows in kept]
    if len(readings) == 1:
        return readings[0]
    together = tuple(row for options in readings for row in options[0])
    each = tuple(option for options in readings for option in options)
    return (*each, together) if best == 1 else (together, *each)
