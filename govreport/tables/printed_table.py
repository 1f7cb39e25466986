"""Display tables: plain data that every writer (HTML, text, PDF) reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from govreport.core import Grid, GridCell, GridTooLargeError, placed

SCOPES = ("", "col", "row", "colgroup", "rowgroup")
ALIGNMENTS = ("center", "left", "right")
MARKS = ("suspect", "involved")
MOST_CELLS = 20_000
"""Maximum number of places (rows times columns) of a table; nobody could read or print a larger one."""
Rows = Sequence[Sequence[GridCell]]


def display_table(
    key: str, caption: str, widths: Sequence[int], head: Rows, body: Rows, groups: Sequence[int] = (0,)
) -> Grid:
    """Return a display table from rows of cells.

    key: its name; widths: relative column widths; head: header rows, which repeat on each
    page; body: the other rows. groups: indexes of the body rows that begin a group.
    Raises ValueError if spans overlap or leave places empty.

    >>> display_table("demo", "", (1, 1), [[GridCell("件数", columns=2)]], [[GridCell("3"), GridCell("4")]]).height
    2
    """
    grid = placed(head, body, widest=len(widths) + 1)
    stated = (cell for part in (head, body) for row in part for cell in row)
    if any((cell.rows, cell.columns) != (own.rows, own.columns) for cell, own in zip(grid.cells, stated, strict=True)):
        raise ValueError("spans overlap")
    places = sum(cell.rows * cell.columns for cell in grid.cells)
    if grid.width > len(widths) or places != len(widths) * (len(head) + len(body)):
        raise ValueError("spans leave places empty")
    return Grid(grid.cells, len(widths), "", key, caption, tuple(widths), len(head), tuple(groups))


def table_json(table: Grid) -> dict[str, Any]:
    """Return the JSON form of a table, for notebook outputs."""
    rows = {part: [[_cell_json(cell) for cell in row] for row in getattr(table, part)] for part in ("head", "body")}
    told = {"key": table.key, "caption": table.caption, "widths": list(table.widths), **rows}
    return told | {"groups": list(table.groups)} | ({"numbered": True} if table.numbered else {})


def _cell_json(cell: GridCell) -> dict[str, Any]:
    """Return the JSON form of a cell without default values."""
    held = {key: getattr(cell, field) for key, (field, _) in _FIELDS.items()}
    return {"text": cell.text} | {key: value for key, value in held.items() if value not in ("", 1, "center")}


def read_table(data: Mapping[str, Any]) -> Grid:
    """Return a table from its JSON form; the data can come from an untrusted notebook.

    Raises GridTooLargeError if the table has more than MOST_CELLS places, ValueError if the data is not a table.
    """
    try:
        head, body = ([list(map(_read_cell, row)) for row in data[part]] for part in ("head", "body"))
        widths = [max(1, int(width)) for width in data["widths"]]
        key, caption, groups = str(data["key"]), str(data["caption"]), tuple(map(int, data.get("groups", (0,))))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("not a table") from error
    if len(widths) * (len(head) + len(body)) > MOST_CELLS:
        raise GridTooLargeError("table too large")
    if body and sorted({0, *groups, len(body)}) != [*groups, len(body)]:
        raise ValueError("groups out of order")
    return replace(display_table(key, caption, widths, head, body, groups), numbered=data.get("numbered") is True)


def _span(value: Any) -> int:
    return max(1, int(value))


def _one_of(choices: Sequence[str], value: Any) -> str:
    return value if value in choices else choices[0]


_FIELDS: Mapping[str, tuple[str, Callable[[Any], Any]]] = {
    "text": ("text", str),
    "rowspan": ("rows", _span),
    "colspan": ("columns", _span),
    "scope": ("scope", partial(_one_of, SCOPES)),
    "align": ("align", partial(_one_of, ALIGNMENTS)),
    "name": ("name", str),
    "mark": ("mark", partial(_one_of, ("", *MARKS))),
    "note": ("note", str),
}
"""Each key of a cell's JSON, with the field of GridCell and the function that reads the value."""


def _read_cell(data: Mapping[str, Any]) -> GridCell:
    known = ((_FIELDS[key], value) for key, value in data.items() if key in _FIELDS)
    return GridCell(**{field: read(value) for (field, read), value in known})


def merge_labels(paths: Sequence[tuple[str, ...]]) -> list[GridCell]:
    """Merge label paths into header cells with spans, level by level: a row for each level, a column for each path.

    paths: the labels of each row or column, outermost first; the last label of a shorter path covers the
    remaining levels.

    >>> [(h.text, h.columns, h.rows) for h in merge_labels([("a", "x"), ("a", "y"), ("b",)])]
    [('a', 2, 1), ('b', 1, 2), ('x', 1, 1), ('y', 1, 1)]
    """
    depth = max((len(path) for path in paths), default=0)
    headers: list[GridCell] = []
    for level in range(depth):
        # a last label stands alone, those before it are one with equal neighbours
        heads = [place if len(path) == level + 1 else path[: level + 1] for place, path in enumerate(paths)]
        for _, group in groupby(range(len(paths)), heads.__getitem__):
            places = list(group)
            path = paths[places[0]]
            if level < len(path):
                rows = depth - level if len(path) == level + 1 else 1
                headers.append(GridCell(path[level], level, places[0], rows, len(places)))
    return headers
