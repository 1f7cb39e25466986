"""Write a display table as HTML with scopes, headers, a caption and the filing's cell names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape
from itertools import pairwise

from govreport.core import Grid, GridCell

COLORS = {"suspect": "background:#f8b4ae;color:#000", "involved": "background:#fdf0d0;color:#000"}
"""Inline styles of marked cells; a notebook does not load our style sheet."""

CellWriter = Callable[[GridCell], tuple[dict[str, str], str]]
"""Function that returns a cell's extra attributes and inner HTML; an empty value removes an attribute."""


def plain_cell(cell: GridCell) -> tuple[dict[str, str], str]:
    """Return no extra attributes, and the cell's text as HTML."""
    return {}, escape(cell.text)


def table_html(table: Grid, name: str | None = "", write: CellWriter = plain_cell) -> str:
    """Return a table as an HTML element.

    name: what the ids begin with, else the table's key; it keeps them unique if a page has several tables. None for a
    table without ids, whose headers have scopes alone: half the bytes. write: the function that writes the cells.

    >>> from govreport.filing import Filing
    >>> from govreport.tables import statutory_grid
    >>> html = table_html(statutory_grid(Filing.from_cells("demo", "示例局", 2021, {}), "applications"))
    >>> 'data-cell="applications.new.natural"' in html
    True
    """
    base = "" if name is None else name or table.key
    total = sum(table.widths) or 1
    columns = "".join(f'<col style="width:{100 * width / total:.4g}%">' for width in table.widths)
    caption = f"<caption>{escape(table.caption)}</caption>" if table.caption else ""
    head = "".join(_row(row, base, write) for row in table.head)
    starts = [*table.groups, len(table.body)]
    bodies = [table.body[start:end] for start, end in pairwise(starts)]
    body = "".join(f"<tbody>{''.join(_row(row, base, write) for row in rows)}</tbody>" for rows in bodies)
    return (
        f'<table class="govreport" data-table="{escape(table.key)}">{caption}<colgroup>{columns}</colgroup>'
        f"{f'<thead>{head}</thead>' if head else ''}{body}</table>"
    )


def _row(row: tuple[GridCell, ...], base: str, write: CellWriter) -> str:
    return f"<tr>{''.join(_cell(cell, base, write) for cell in row)}</tr>"


def _cell(cell: GridCell, base: str, write: CellWriter) -> str:
    tag = "th" if cell.scope else "td"
    further, inner = write(cell)
    place = cell.scope, cell.rows, cell.columns, cell.id, cell.headers, cell.name, cell.align, cell.mark
    own, written = _attributes(base, *place)
    if further or cell.mark or cell.note:
        told = {"style": COLORS.get(cell.mark, ""), "title": cell.note} if cell.mark or cell.note else {}
        written = _written(own | told | further)
    return f"<{tag}{written}>{inner}</{tag}>"


@lru_cache(maxsize=8192)
def _attributes(
    base: str,
    scope: str,
    rows: int,
    columns: int,
    name: str,
    headers: tuple[str, ...],
    figure: str,
    align: str,
    mark: str,
) -> tuple[dict[str, str], str]:
    """Return the attributes of a cell and their HTML; they are the same in all reports of a form."""
    told = {
        "rowspan": str(rows) if rows > 1 else "",
        "colspan": str(columns) if columns > 1 else "",
        "scope": scope,
        "id": f"{base}-{name}" if base and name else "",
        "headers": " ".join(f"{base}-{header}" for header in headers if base),
        "data-cell": figure,
        "class": " ".join(filter(None, (align.replace("center", ""), mark))),
    }
    own = {name: value for name, value in told.items() if value}
    return own, _written(own)


def _written(attributes: dict[str, str]) -> str:
    return "".join([f' {name}="{escape(value)}"' for name, value in attributes.items() if value])
