"""Write a display table as HTML with scopes, headers, a caption and the filing's cell names."""

from __future__ import annotations

from collections.abc import Callable
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


def table_html(table: Grid, prefix: str = "", write: CellWriter = plain_cell) -> str:
    """Return a table as an HTML element.

    prefix: prefix of the table's key in ids; it keeps ids unique if a page has several tables.
    write: the function that writes the cells.

    >>> from govreport.filing import Filing
    >>> from govreport.tables import statutory_grid
    >>> html = table_html(statutory_grid(Filing.from_cells("demo", "示例局", 2021, {}), "applications"))
    >>> 'data-cell="applications.new.natural"' in html
    True
    """
    base = f"{prefix}{table.key}"
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
    attributes: dict[str, str] = {}
    if cell.rows > 1:
        attributes["rowspan"] = str(cell.rows)
    if cell.columns > 1:
        attributes["colspan"] = str(cell.columns)
    if cell.scope:
        attributes["scope"] = cell.scope
    if cell.id:
        attributes["id"] = f"{base}-{cell.id}"
    if cell.headers:
        attributes["headers"] = " ".join([f"{base}-{name}" for name in cell.headers])
    if cell.name:
        attributes["data-cell"] = cell.name
    if cell.align != "center" or cell.mark:
        attributes["class"] = " ".join(name for name in (cell.align.replace("center", ""), cell.mark) if name)
    if cell.mark or cell.note:
        attributes |= {"style": COLORS.get(cell.mark, ""), "title": cell.note}
    written = "".join([f' {name}="{escape(value)}"' for name, value in (attributes | further).items() if value])
    return f"<{tag}{written}>{inner}</{tag}>"
