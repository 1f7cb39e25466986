"""What was found of a table of the form in a document, cell by cell, with what is lost and what was guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from govreport.exchange.recognise.columns import Placed
from govreport.forms import Cell, Table


@dataclass
class TableFound:
    """What was found of a table: texts by cell, where they stood, reasons for cells that are lost.

    guesses: cells and what was guessed about them, sentences. cost: how unlike the form it is.
    blocks: numbers of the blocks that belong to it. units: of money, as the header names them, by cell.
    headings: how many labels of its columns its header lines held; named: keys of the rows whose labels stood
    there letter for letter; ordered: keys of the rows that were read by their place among the rows.
    """

    table: Table
    cost: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    guesses: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)
    headings: int = 0
    named: set[str] = field(default_factory=set)
    ordered: list[str] = field(default_factory=list)

    @property
    def rows(self) -> frozenset[str]:
        """The keys of the rows of which something was found."""
        return frozenset(cell.row.key for cell in self.table.cells if cell.name in self.texts)

    @property
    def found(self) -> bool:
        """Whether anything of the table was found."""
        return bool(self.texts)


def cells_of(table: Table, row: str) -> list[Cell]:
    """Return the cells of a row, by its key."""
    return [cell for cell in table.cells if cell.row.key == row]


def take(made: TableFound, cells: Sequence[Cell], placed: Placed, where: str) -> None:
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
    elif placed.guessed:
        made.guesses.append((names, f"“{label}”行有空格，各数按版面上的位置读取"))
    elif placed.ordered:
        made.ordered.append(cells[0].row.key)
    elif placed.blank:
        made.guesses.append((names, f"“{label}”行没有数字，按空白读取"))
    elif placed.merged:
        made.guesses.append((names, f"“{label}”行几格合并为一格，每格都按所写的读取"))
