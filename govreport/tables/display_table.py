"""A display table: cells with spans, as plain data that every writer (HTML, text, PDF) reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

SCOPES = ("", "col", "row", "colgroup", "rowgroup")
ALIGNMENTS = ("center", "left", "right")
MARKS = ("suspect", "involved")
MOST_CELLS = 20_000
"""Places of a table that anybody could still read or print."""


@dataclass(frozen=True)
class TableCell:
    """A cell of the printed grid.

    scope: empty for a figure, else what a header cell heads: ``col``, ``row``, ``colgroup``, ``rowgroup``.
    name: the filing's cell that stands here, or empty. id: a header's own id within the table.
    headers: ids of the header cells that belong to a figure, outermost first.
    mark: ``suspect`` for a figure that is probably wrong, ``involved`` for one in a sum that does not
    hold; note: why, in words.
    """

    text: str
    rowspan: int = 1
    colspan: int = 1
    scope: str = ""
    align: str = "center"
    name: str = ""
    id: str = ""
    headers: tuple[str, ...] = ()
    mark: str = ""
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the cell as JSON, defaults left out."""
        values = {field: getattr(self, field) for field in self.__dataclass_fields__}
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
        return {k: v for k, v in plain.items() if k == "text" or v not in ("", 1, [], "center")}


Rows = tuple[tuple[TableCell, ...], ...]


@dataclass(frozen=True)
class DisplayTable:
    """A table as it is printed.

    key: a name for ids in a page; caption; widths: relative column widths; head: header rows, which
    repeat on each page; body: the other rows. groups: numbers of body rows that begin a group.
    """

    key: str
    caption: str
    widths: tuple[int, ...]
    head: Rows
    body: Rows
    groups: tuple[int, ...] = (0,)

    def to_json(self) -> dict[str, Any]:
        """Return the table as JSON, the form that notebook outputs carry."""
        rows = {part: [[c.to_json() for c in row] for row in getattr(self, part)] for part in ("head", "body")}
        return {
            "key": self.key,
            "caption": self.caption,
            "widths": list(self.widths),
            **rows,
            "groups": list(self.groups),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DisplayTable:
        """Return a table from its JSON form, which may come from anybody's notebook.

        Raises ValueError when it is not such a form.
        """
        try:
            head, body = (tuple(tuple(map(_read_cell, row)) for row in data[part]) for part in ("head", "body"))
            widths = tuple(max(1, int(width)) for width in data["widths"])
            table = cls(
                str(data["key"]), str(data["caption"]), widths, head, body, tuple(map(int, data.get("groups", (0,))))
            )
        except (KeyError, TypeError, AttributeError, OverflowError) as error:
            raise ValueError("not a table") from error
        if len(widths) * (len(head) + len(body)) > MOST_CELLS:
            raise ValueError("table too large")
        list(table.grid())
        if body and sorted({0, *table.groups, len(body)}) != [*table.groups, len(body)]:
            raise ValueError("groups out of order")
        return table

    def grid(self) -> Iterator[list[tuple[TableCell, bool]]]:
        """Yield each row of the grid with a cell at every place and whether the cell begins there.

        Raises ValueError when spans overlap or leave places empty.
        """
        width = len(self.widths)
        for part in (self.head, self.body):
            open_cells: list[tuple[TableCell, int] | None] = [None] * width
            for number, row in enumerate(part):
                line: list[tuple[TableCell, bool] | None] = [None] * width
                for place, spanning in enumerate(open_cells):
                    if spanning:
                        cell, left = spanning
                        line[place] = (cell, False)
                        open_cells[place] = (cell, left - 1) if left > 1 else None
                place = 0
                for cell in row:
                    while place < width and line[place] is not None:
                        place += 1
                    for offset in range(cell.colspan):
                        if place + offset >= width or line[place + offset] is not None:
                            raise ValueError("spans overlap")
                        line[place + offset] = (cell, offset == 0)
                        if cell.rowspan > 1:
                            open_cells[place + offset] = (cell, cell.rowspan - 1)
                    place += cell.colspan
                if any(entry is None for entry in line) or (number + 1 == len(part) and any(open_cells)):
                    raise ValueError("spans leave places empty")
                yield [entry for entry in line if entry]


def _span(value: Any) -> int:
    return max(1, int(value))


def _one_of(choices: Sequence[str], value: Any) -> str:
    return value if value in choices else choices[0]


_READ: Mapping[str, Callable[[Any], Any]] = {
    "text": str,
    "rowspan": _span,
    "colspan": _span,
    "scope": partial(_one_of, SCOPES),
    "align": partial(_one_of, ALIGNMENTS),
    "name": str,
    "id": str,
    "headers": lambda names: tuple(map(str, names)),
    "mark": partial(_one_of, ("", *MARKS)),
    "note": str,
}


def _read_cell(data: Mapping[str, Any]) -> TableCell:
    return TableCell(**{key: _READ[key](value) for key, value in data.items() if key in _READ})


@dataclass(frozen=True)
class Header:
    """One merged label of a header: where it starts, how many places and levels it covers."""

    text: str
    level: int
    start: int
    length: int
    levels: int
    id: str


def merge_labels(paths: Sequence[tuple[str, ...]], prefix: str) -> tuple[list[Header], list[tuple[str, ...]]]:
    """Merge label paths into headers with spans.

    paths: for each row or column its labels, outermost first; a shorter path's last label covers the
    remaining levels. prefix: of the headers' ids.
    Returns the headers, level by level, and for each path the ids of its headers.

    >>> [(h.text, h.length, h.levels) for h in merge_labels([("a", "x"), ("a", "y"), ("b",)], "c")[0]]
    [('a', 2, 1), ('b', 1, 2), ('x', 1, 1), ('y', 1, 1)]
    """
    depth = max((len(path) for path in paths), default=0)
    headers: list[Header] = []
    ids: list[list[str]] = [[] for _ in paths]
    for level in range(depth):
        start = 0
        while start < len(paths):
            path = paths[start]
            if level >= len(path):
                start += 1
                continue
            leaf = level == len(path) - 1
            end = start + 1
            while (
                not leaf
                and end < len(paths)
                and paths[end][: level + 1] == path[: level + 1]
                and len(paths[end]) > level + 1
            ):
                end += 1
            header = Header(
                path[level], level, start, end - start, depth - level if leaf else 1, f"{prefix}{level}-{start}"
            )
            headers.append(header)
            for place in range(start, end):
                ids[place].append(header.id)
            start = end
    return headers, [tuple(found) for found in ids]
