"""Write a table as plain text: join the labels and align the columns by display width."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, zip_longest

from govreport.core import Grid, GridCell


def text_rows(table: Grid) -> tuple[list[str], list[list[str]]]:
    """Return the header line and the body lines of a table; each row or column has one joined label.

    A table without header rows has an empty header; its column labels are in the body lines.
    """
    lines = table.lines()
    head, body = list(islice(lines, table.depth)), list(lines)
    stub = min((cell.column for line in body for cell in line if not cell.scope), default=0)
    header: list[str] = []
    if head:
        paths = [_path(head, place) for place in range(stub, table.width)]
        shared = len({path[0] for path in paths}) == 1 and min(map(len, paths)) > 1
        header = [*([""] if stub else []), *("·".join(path[shared:]) for path in paths)]
    rows = []
    for number, line in enumerate(body, table.depth):
        if len(line) == 1:
            rows.append([line[0].text])
            continue
        begun = [cell for cell in line if cell.row == number]
        label = [_label([cell for cell in begun if cell.column < stub])] if stub else []
        rows.append([*label, *(cell.text for cell in begun if cell.column >= stub)])
    return header, rows


def table_text(table: Grid) -> str:
    """Return a table as plain text with its caption.

    >>> from govreport.filing import Filing
    >>> from govreport.tables import statutory_grid
    >>> print(table_text(statutory_grid(Filing.from_cells("demo", "示例局", 2021, {}), "disputes")).splitlines()[0])
    政府信息公开行政复议、行政诉讼情况
    """
    header, body = text_rows(table)
    lines = [line for line in [header, *body] if line]
    columns = zip_longest(*(line for line in lines if len(line) > 1), fillvalue="")
    widths = [max(map(display_width, column)) for column in columns]
    first_is_label = not header or header[0] == ""
    written = []
    for line in lines:
        room = widths if len(line) > 1 else (0,)
        cells = (_pad(text, room[n], left=n == 0 and first_is_label) for n, text in enumerate(line))
        written.append("  ".join(cells).rstrip())
    return "\n".join([table.caption, *written] if table.caption else written)


@lru_cache(maxsize=4096)
def display_width(text: str) -> int:
    """Return the width of a text in terminal columns.

    >>> display_width("总计3")
    5
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * max(0, width - display_width(text))
    return text + space if left else space + text


def _path(head: Sequence[Sequence[GridCell]], place: int) -> list[str]:
    """Return the labels above a column, outermost first."""
    above = (cell for line in head for cell in line if cell.column <= place < cell.column + cell.columns)
    return list(dict.fromkeys(cell.text for cell in above))


def _label(begun: Sequence[GridCell]) -> str:
    """Return the joined labels that begin in a row, indented by their level."""
    return "  " * sum(cell.column for cell in begun[:1]) + "·".join(cell.text for cell in begun)
