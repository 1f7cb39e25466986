"""Plain lists as tables: one header line, one line an entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from govreport.core import Grid, GridCell
from govreport.tables.display_table import display_table


def list_table(
    key: str,
    caption: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    left: Sequence[int] = (0,),
) -> Grid:
    """Return a list as a display table; the first entry of each line is its header.

    columns: titles with their relative widths; left: numbers of columns that are set to the left, as texts are.

    >>> table = list_table("demo", "各局", [("机构", 3), ("件", 1)], [("示例局", "3")])
    >>> [cell.text for cell in table.body[0]]
    ['示例局', '3']
    """
    head = tuple(GridCell(title, scope="col", id=f"c{place}") for place, (title, _) in enumerate(columns))
    body = tuple(
        tuple(
            GridCell(
                text,
                scope="" if place else "row",
                align="left" if place in left else "center",
                id="" if place else f"r{number}",
                headers=(f"r{number}", f"c{place}") if place else (),
            )
            for place, text in enumerate(row)
        )
        for number, row in enumerate(rows)
    )
    return display_table(key, caption, tuple(width for _, width in columns), (head,), body, (0,) if body else ())
