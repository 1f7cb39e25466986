"""Tables of an analyst's own on a page: the grids that show tables known by their labels, and what is seen in them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from govreport.core import Grid, GridCell, Paragraph
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise.labels import plain
from govreport.filing import OwnTable, is_total, own_label, read_value, seen_otherwise

CAPTION = re.compile(r"表\d+(?!\d)")
"""How the captions of such tables begin."""
Lines = Sequence[tuple[GridCell, ...]]
Texts = Mapping[tuple[int, int], str]
"""What is seen of a table, by number of the row and the column."""


@dataclass(frozen=True)
class SeenTable:
    """What a page shows of a table that is known.

    table: as it is known; caption: on the page, with its number, empty where it has none; texts: what is seen; blocks:
    numbers of the document's blocks that show it, with its caption.
    """

    table: OwnTable
    caption: str
    texts: Texts
    blocks: frozenset[int]

    def differences(self) -> list[str]:
        """Return in what the page contradicts the table: Chinese nouns."""
        first = (own_label(self.table.names[row][column]) for row, column in self.differing[:1])
        return [f"表 {self.table.key} 的{len(self.differing)}格（{label}等）" for label in first]

    @cached_property
    def differing(self) -> list[tuple[int, int]]:
        """The cells in which something else is seen."""
        return seen_otherwise(self.table, self.texts)

    @property
    def is_whole(self) -> bool:
        """Whether every cell is seen."""
        return len(self.texts) == len(self.table.rows) * len(self.table.columns)

    def as_seen(self) -> OwnTable:
        """Return the table with what is seen in place of what is known; a figure that is seen rounded is as known."""
        values = [list(line) for line in self.table.values]
        for n, m in self.differing:
            values[n][m] = read_value("".join(self.texts[n, m].split()))
        return replace(self.table, values=tuple(map(tuple, values)))


def seen_tables(document: ForeignDocument, known: Mapping[str, OwnTable]) -> dict[str, SeenTable]:
    """Return what a document shows of tables, by key; of several grids with the same labels the one that differs least.

    A grid shows a table if its header and its first column hold nothing but labels of the table, or of totals.
    """
    blocks = document.blocks if known else ()
    drawn = {n: list(block.lines()) for n, block in enumerate(blocks) if isinstance(block, Grid)}
    several = {key: _showing(document, drawn, table) for key, table in known.items()}
    right = [one.blocks for found in several.values() for one in found if not one.differing]
    own = frozenset[int]().union(*right)  # these show another table with the same labels
    best: dict[str, SeenTable] = {}
    for key, found in several.items():
        if fitting := [one for one in found if not one.differing or not one.blocks & own]:
            best[key] = min(fitting, key=lambda one: (len(one.differing), not one.caption))
    return best


def without_tables(document: ForeignDocument, tables: Mapping[str, SeenTable]) -> ForeignDocument:
    """Return a document without the blocks that show tables."""
    shown = frozenset[int]().union(*(table.blocks for table in tables.values()))
    return replace(document, blocks=tuple(block for n, block in enumerate(document.blocks) if n not in shown))


def _showing(document: ForeignDocument, drawn: Mapping[int, Lines], table: OwnTable) -> list[SeenTable]:
    """Return what shows a table; grids that follow with other rows, as on the next page, are one with the first.

    drawn: the lines of the document's grids by number of the block.
    """
    found: list[SeenTable] = []
    rows, columns = ({plain(label[-1]): n for n, label in enumerate(axis)} for axis in (table.rows, table.columns))
    for number, lines in drawn.items():
        if not (texts := _read(lines, rows, columns)):
            continue
        if found and found[-1].texts.keys().isdisjoint(texts):
            last = found.pop()
            found.append(replace(last, texts={**last.texts, **texts}, blocks=last.blocks | {number}))
            continue
        above = document.blocks[number - 1] if number else None
        caption = above.text if isinstance(above, Paragraph) and CAPTION.match(plain(above.text)) else ""
        found.append(SeenTable(table, caption, texts, frozenset((number - 1, number) if caption else (number,))))
    return found


def _read(lines: Lines, rows: Mapping[str, int], columns: Mapping[str, int]) -> Texts:
    """Return the texts of a grid by the labels of a table; nothing where it is no such table."""
    places, texts = dict[int, int](), dict[tuple[int, int], str]()
    for line in lines:
        if len(line) == 1:  # the caption, a note
            continue
        first, *others = line
        heads = {cell.column: columns.get(plain(cell.text), -1) for cell in others}
        label = plain(first.text)
        if -1 not in heads.values():
            places = places or heads
        elif places and label in rows:
            texts |= {(rows[label], places[cell.column]): cell.text for cell in others if cell.column in places}
        elif label in rows or not is_total((label,)):
            return {}
    return texts
