"""Write a display table as HTML with scopes, headers, a caption and the filing's cell names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from itertools import islice, pairwise

from govreport.core import Grid, GridCell
from govreport.tables.printed_table import Rows

COLORS = {"suspect": "background:#f8b4ae;color:#000", "involved": "background:#fdf0d0;color:#000"}
"""Inline styles of marked cells; a notebook does not load our style sheet."""

CellWriter = Callable[[GridCell], tuple[dict[str, str], str]]
"""Function that returns a cell's extra attributes and inner HTML; an empty value removes an attribute."""


def plain_cell(cell: GridCell) -> tuple[dict[str, str], str]:
    """Return no extra attributes, and the cell's text as HTML."""
    return {}, escape(cell.text)


def table_html(table: Grid, ids: Iterator[int] | None = None, write: CellWriter = plain_cell) -> str:
    """Return a table as an HTML element.

    ids: numbers that no other element of the page has as its id, for headers that figures name. None for a table whose
    headers have scopes alone, and of whose figures only the marked ones name their cells: half the bytes.
    write: the function that writes the cells.

    >>> from itertools import count
    >>> from govreport.filing import Filing
    >>> from govreport.tables import statutory_grid
    >>> html = table_html(statutory_grid(Filing.from_cells("demo", "示例局", 2021, {}), "applications"), count(1))
    >>> 'data-cell="applications.new.natural"' in html
    True
    """
    ties = {} if ids is None else _ties(table, ids)
    total = sum(table.widths) or 1
    columns = "".join(f'<col style="width:{100 * width / total:.4g}%">' for width in table.widths)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""

    def html(rows: Rows) -> str:
        return "".join(f"<tr>{''.join(_cell(cell, ties, ids is not None, write) for cell in row)}</tr>" for row in rows)

    head = f"<thead>{html(table.head)}</thead>" if table.head else ""
    starts = [*table.groups, len(table.body)]
    body = "".join(f"<tbody>{html(table.body[start:end])}</tbody>" for start, end in pairwise(starts))
    name = escape(table.key)
    return f'<table class="govreport" data-table="{name}">{caption}<colgroup>{columns}</colgroup>{head}{body}</table>'


Place = tuple[int, int]
"""Row and column of a cell."""


def _ties(table: Grid, ids: Iterator[int]) -> Mapping[Place, tuple[str, str]]:
    """Return the id of each header and the ids of each figure's headers, outermost first, by the cell's place.

    A figure belongs to its group's heading, the labels beside it and those above it. A table without spans, of whose
    figures each has one label beside it and one above, needs no ids: scopes say it.
    """
    labels = [cell for cell in table.cells if cell.scope and cell.text]
    heads = [cell for cell in labels if cell.row < table.depth]
    headers: dict[Place, list[Place]] = {}
    for number, line in enumerate(islice(table.lines(), table.depth, None)):
        if number in table.groups:
            above = [[(c.row, c.column) for c in heads if 0 <= n - c.column < c.columns] for n in range(table.width)]
            heading: list[Place] = []
        beside = list[Place]()
        for cell in line:
            place, begins = (cell.row, cell.column), cell.row == number + table.depth
            is_heading = cell.scope == "rowgroup" and cell.columns == table.width
            if begins and not cell.scope:
                headers[place] = [*heading, *beside, *above[cell.column]]
            elif cell.text and cell.scope.startswith("row") and not is_heading:
                beside.append(place)
            elif cell.text and begins:
                for places in [heading] if is_heading else above[cell.column : cell.column + cell.columns]:
                    places.append(place)
    if all(c.rows == c.columns == 1 for c in labels) and all(len(found) < 3 for found in headers.values()):
        return {}
    names = {(cell.row, cell.column): str(number) for cell, number in zip(labels, ids, strict=False)}
    told = {place: ("", " ".join(map(names.__getitem__, found))) for place, found in headers.items()}
    return told | {place: (name, "") for place, name in names.items()}


def _cell(cell: GridCell, ties: Mapping[Place, tuple[str, str]], named: bool, write: CellWriter) -> str:
    tag = "th" if cell.scope else "td"
    further, inner = write(cell)
    name, headers = ties.get((cell.row, cell.column), ("", ""))
    own = {
        "rowspan": str(cell.rows) if cell.rows > 1 else "",
        "colspan": str(cell.columns) if cell.columns > 1 else "",
        "scope": cell.scope,
        "id": name,
        "headers": headers,
        "data-cell": cell.name if named or cell.mark or cell.note else "",
        "class": " ".join(filter(None, (cell.align.replace("center", ""), cell.mark))),
    }
    attributes = {key: value for key, value in own.items() if value}
    attributes |= {"style": COLORS.get(cell.mark, ""), "title": cell.note, **further}
    written = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<{tag}{written}>{inner}</{tag}>"
