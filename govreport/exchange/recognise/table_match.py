"""What was found of a table: each row as it was read, and what of it is certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from govreport.exchange.readers.characters import excerpt, tidy
from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.columns import Header
from govreport.exchange.recognise.lines import Line
from govreport.exchange.recognise.model import LIKE
from govreport.exchange.recognise.placements import Placed
from govreport.filing import Note
from govreport.forms import Row, Table

MISSING = "没有找到这一行"
UNBALANCED = "各数之间勾稽不符，按所写的读取"
"""What is told of figures that a balance edit within their row forbids."""


@dataclass
class TableMatch:
    """What was found of a table: texts by cell, where they stood, reasons for cells without one.

    guesses: what was guessed and what was left out. cost: how unlike the form it is.
    blocks: numbers of the blocks that belong to it. units: of money, as the header names them, by cell.
    named: keys of the rows that were found by their own label.
    """

    table: Table
    cost: float = 0.0
    named: frozenset[str] = frozenset()
    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    guesses: list[Note] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)

    @property
    def is_found(self) -> bool:
        """Whether anything of the table was found."""
        return bool(self.texts)

    @property
    def figures(self) -> int:
        """How many figures were found."""
        return sum(map(is_figure, self.texts.values()))

    def tell_unread(self, text: str) -> None:
        """Note a line with figures among its own that is no row of the form."""
        self.guesses.append(Note(f"{self.table.name}中有格式没有的行（{excerpt(text)}），未采用。", (), "warning"))

    def tell_columns(self, labels: Iterable[str]) -> None:
        """Note once the labels of columns that the form has not."""
        others = "、".join(dict.fromkeys(map(tidy, labels)))
        told = Note(f"{self.table.name}中有格式没有的列（{others}），未采用。")
        self.guesses += [told] if others and told not in self.guesses else []

    def add(self, other: TableMatch) -> None:
        """Take over the figures of rows that only another match has, with the notes on them."""
        lost = {name for name, why in self.reasons.items() if why != MISSING}
        own = {name for name, text in other.texts.items() if is_figure(text)} - self.texts.keys() - lost
        for mine, theirs in ((self.texts, other.texts), (self.places, other.places), (self.units, other.units)):
            mine.update((name, theirs[name]) for name in own & theirs.keys())
        self.blocks |= other.blocks if own else set()
        self.guesses += [note for note in other.guesses if own.intersection(note.cells)]


@dataclass(frozen=True)
class RowReading:
    """A line, made one where it was broken, read as a row: what stands in which cell, and how it was recognised.

    numbers: of the document's lines; names: of the row's cells; doubts: balance edits that do not hold within it;
    near: distance of the label; lost: whether it has none;
    before: whether the figures stand above the label; apart: whether they stand on lines of their own.
    """

    row: Row
    line: Line
    numbers: tuple[int, ...]
    names: tuple[str, ...]
    placed: Placed
    header: Header
    doubts: float = 0.0
    near: float = 0.0
    lost: bool = False
    before: bool = False
    apart: bool = False

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The texts by name of the cell."""
        return {self.names[n]: text for n, text in self.placed.texts.items()}


def take(made: TableMatch, one: RowReading, rivals: Sequence[Mapping[str, str]]) -> None:
    """Put what is certain of a row into its cells, and note what was guessed of it."""
    table, header = made.table, one.header
    label = f"“{table.row_labels[one.row.key]}”行" if one.row.key else table.name
    unsure = {name for name in one.names if any(other.get(name) != one.texts.get(name) for other in rivals)}
    unsure |= {name for name, text in one.texts.items() if unsure and not text.strip()}  # its figure may be in doubt
    problem = one.placed.problem or ("有几种读法，勾稽关系不能确定哪一种" if unsure else "")
    sure = {name: one.texts[name] for name in one.names if name in one.texts and name not in unsure}
    made.texts |= sure
    made.places |= dict.fromkeys(one.names, one.line.place)
    made.reasons |= {name: problem for name in one.names if name not in sure}
    remarks = [problem or one.placed.remark or (UNBALANCED if one.doubts >= 1 else "")]
    if one.lost:
        remarks.append("没有行名，按前后各行的顺序读取")
    elif one.near > LIKE:
        remarks.append(f"的行名写作“{excerpt(one.line.labels[-1])}”，按此读取")
    elif one.before:
        remarks.append("的数字写在行名之前，按此读取")
    if not one.row.key and len(header.columns) < len(one.names):
        remarks.append("的表头不全，按格式的顺序读取")
    made.guesses += [Note(f"{label}{remark}。", one.names) for remark in remarks if remark]
    if len(header.columns) in (0, len(one.names)):
        made.tell_columns(header.others.values())
    made.units |= {one.names[n]: text for n, text in header.labels.items()}


def tell_repeated(made: TableMatch, one: RowReading, again: Sequence[RowReading]) -> None:
    """Note that a row stands again with other figures, and the cells that differ; again: how that may be read."""
    same = [other.texts for other in again if other.row == one.row]
    unlike = [tuple(name for name in one.names if one.texts.get(name) != texts.get(name)) for texts in same]
    if cells := min(unlike, key=len, default=()):
        row = f"“{made.table.row_labels[one.row.key]}”行" if one.row.key else ""
        figures = "；".join("、".join(map(tidy, found.line.figures)) for found in (one, again[0]))
        told = f"{made.table.name}{row}不止一处，数字不同（{figures}），请核对。"
        made.guesses.append(Note(told, cells, "warning"))
