"""Subjects of figures that speak of tables of one's own, named by the labels of their rows and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from govreport.checks.prose.discourse import Subject
from govreport.checks.prose.frames import SMALL, Frame, Line
from govreport.checks.prose.lexicon import Hit
from govreport.checks.prose.lists import Lists
from govreport.checks.prose.own_columns import OwnColumn, OwnNames
from govreport.checks.prose.quantities import units
from govreport.checks.prose.values import Cells

TABLES = "tables"
"""The topic of these subjects."""
RECALLED, INFERRED = 0.25, 4.0
"""What it costs to take the column from figures before, and a total from the parts that are listed with it."""
OPENS = {"subset", "partition", "whole", "sum", "respective"}
"""What words say that open lists of known parts."""
MORE = "more"
"""What words such as 等 say: what they stand behind is not all."""
RECEIVED = "new|"
"""How the rows begin that words without weight may name besides."""
GOVERNMENT = "政府"
"""How words end that say whose a platform is."""
ENOUGH = 2
"""Figures that show which column is meant."""
COUNTING = "量数各"
"""Letters that say of anything that it is counted."""

_THIS_YEAR = re.compile("[ＴＳ](?=[，全共累])|全年|年内")


@dataclass(frozen=True)
class OwnSubjects:
    """What the figures of a line can speak of in tables of one's own.

    A figure speaks of a cell only where its row and its column are named and no other word tells what is counted.
    found: what the figures before speak of, by number.
    """

    line: Line
    names: OwnNames
    lists: Lists
    found: dict[int, Subject]

    def of(self, frame: Frame) -> Subject | None:
        """Return what a figure can speak of; None where that is no cell, or not a single one."""
        if not frame.is_count:
            return None
        read = [cells for column in self.names.columns if (cells := self._cells(frame, column))]
        least = min((cost for _, cost in read), default=0.0)
        options = [cells for cells, cost in read if cost == least]
        return Subject((options[0],), TABLES, cost=least, limited=least == INFERRED) if len(options) == 1 else None

    def _labels(self, text: str) -> list[str]:
        """Return the labels in a text."""
        return [text[hit.start : hit.end] for hit in self.names.words.find(text)]

    def _cells(self, frame: Frame, column: OwnColumn) -> tuple[Cells, float] | None:
        """Return the cells of a column that a figure speaks of, and what the reading costs."""
        if not _counts(frame, column):
            return None
        rows = self._rows(frame, column)
        corner = column.corner and re.search(f"(?:^|[各有个全共]){re.escape(column.corner)}", frame.label_text)
        said = frame.label_text + frame.tail_text
        named = set(column.word) <= set(said) if column.word else self._borne_out(frame, column)
        if self._tells_more(frame, column):
            return (column.totals, INFERRED) if named and not rows and self._lists_all(frame, column) else None
        before = [f for f in self._others(frame) if f.number < frame.number][-1:]
        if any(f.number not in self.found and self._rows(f, column) for f in before):  # those of another office
            return None
        if rows:
            cost = 0.0 if named else self._recalled(frame, column)
            return None if cost is None else (tuple(dict.fromkeys(rows)), cost)
        if named and (corner or self._lists_all(frame, column)):
            return column.totals, 0.0 if corner else INFERRED
        return None

    def _borne_out(self, frame: Frame, column: OwnColumn) -> bool:
        """Whether the figures of a sentence show that a column is meant that says no more than that it counts."""
        rows = (
            (f, cells) for f in (frame, *self._others(frame)) if _counts(f, column) and (cells := self._rows(f, column))
        )
        right = [f for f, cells in rows if len(cells) == 1 and f.quantity.value == column.value(cells[0])]
        return len({f.quantity.value for f in right}) >= ENOUGH

    def _others(self, frame: Frame) -> list[Frame]:
        """Return the other figures of a sentence."""
        return [f for f in self.line.frames if f is not frame and f.is_count and f.sentence == frame.sentence]

    def _rows(self, frame: Frame, column: OwnColumn) -> list[str]:
        """Return the cells of the rows that a figure's label names."""
        return [column.rows[label] for label in self._labels(frame.label_text) if label in column.rows]

    def _tells_more(self, frame: Frame, column: OwnColumn) -> bool:
        """Whether words around a figure tell of something else than labels of a column do."""
        said, text, own = frame.label_text + frame.tail_text, self.line.text, {*column.rows, column.word, column.corner}
        known = [label for label in self._labels(said) if label in own]
        for hit in (*frame.labelled, *frame.tailed):
            word = text[hit.start : hit.end]
            others = word.endswith(GOVERNMENT) or hit.meanings.get("open") == MORE
            others = others and not any(word in label for label in own)
            if others or "none" in hit.meanings:
                return True
            if _says_nothing(hit):
                known.append(word)
        before = text[frame.sentence[0] : frame.place]
        ever = "累计" in said and ("截至" in before or not _THIS_YEAR.search(before))
        for word in sorted(known, key=len, reverse=True):
            said = said.replace(word, "")
        return ever or bool(set(said) - SMALL - set(column.label + column.corner + COUNTING))

    def _recalled(self, frame: Frame, column: OwnColumn) -> float | None:
        """Return what it costs to take the column from what a figure is part of, or stands behind; None if neither."""
        parent = self.lists.parents.get(frame.number)
        before = [f for f in self._others(frame) if f.number < frame.number]
        if near := parent or (before[-1] if before else None):
            return RECALLED if self._is_of(near, column) else None
        heads = [w for w in self._labels(self.line.text[frame.sentence[0] : frame.label]) if w not in column.rows]
        return RECALLED if heads and heads[-1] == column.word else None

    def _is_of(self, frame: Frame, column: OwnColumn) -> bool:
        """Whether a figure before speaks of a column."""
        return frame.number in self.found and self.found[frame.number].options[0][0] in column.figures

    def _lists_all(self, frame: Frame, column: OwnColumn) -> bool:
        """Whether the parts of a figure are the rows of a column, each once, and one of them has its figure."""
        parts = [f for f in self.line.frames if self.lists.parents.get(f.number) is frame]
        rows = [self._rows(part, column) for part in parts]
        if len(parts) < 2 or any(len(cells) != 1 for cells in rows):
            return False
        pairs = [(part, cell) for part, (cell,) in zip(parts, rows, strict=True)]
        same = sorted(cell for _, cell in pairs) == sorted(column.rows.values())
        return same and any(part.quantity.may_be(column.value(cell)) for part, cell in pairs)


def _says_nothing(hit: Hit) -> bool:
    """Whether a word says nothing of what is counted."""
    told = hit.meanings
    light = "filler" in told and told.get("row", RECEIVED).startswith(RECEIVED)
    return (light and "open" not in told) or told.get("open") in OPENS or "scope" in told


def _counts(frame: Frame, column: OwnColumn) -> bool:
    unit = frame.quantity.unit
    if unit in units("money"):
        return column.unit in units("money")
    return unit == column.unit if column.unit else unit in units("matters")
