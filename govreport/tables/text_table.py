"""A display table as plain text: labels joined, columns aligned by display width."""

from __future__ import annotations

import unicodedata

from govreport.tables.display_table import DisplayTable, TableCell


def text_rows(table: DisplayTable) -> tuple[list[str], list[list[str]]]:
    """Return the header line and the body lines of a table with labels joined to one each.

    A table without header rows has an empty header; its labels stand among the body lines.
    """
    grid = list(table.grid())
    head, body = grid[: len(table.head)], grid[len(table.head) :]
    stub = _stub_width(body)
    header: list[str] = []
    if head:
        paths = [_path([row[place][0] for row in head]) for place in range(stub, len(table.widths))]
        shared = len({path[0] for path in paths}) == 1 and min(map(len, paths)) > 1
        header = [*([""] if stub else []), *("·".join(path[shared:]) for path in paths)]
    lines = []
    for row in body:
        if len({id(cell) for cell, _ in row}) == 1:
            lines.append([row[0][0].text])
            continue
        label = [_label(row[:stub])] if stub else []
        lines.append([*label, *(cell.text for cell, begins in row[stub:] if begins)])
    return header, lines


def table_text(table: DisplayTable) -> str:
    """Return a table as plain text with its caption.

    >>> from govreport.filing import Filing
    >>> from govreport.tables import statutory_table
    >>> print(table_text(statutory_table(Filing.from_cells("demo", "示例局", 2021, {}), "disputes")).splitlines()[0])
    政府信息公开行政复议、行政诉讼情况
    """
    header, body = text_rows(table)
    lines = [line for line in [header, *body] if line]
    aligned = [line for line in lines if len(line) > 1]
    count = max((len(line) for line in aligned), default=0)
    widths = [max((display_width(line[n]) for line in aligned if len(line) > n), default=0) for n in range(count)]
    first_is_label = not header or header[0] == ""
    written = []
    for line in lines:
        cells = [
            _pad(text, 0 if len(line) == 1 else widths[n], left=n == 0 and first_is_label)
            for n, text in enumerate(line)
        ]
        written.append("  ".join(cells).rstrip())
    return "\n".join([table.caption, *written] if table.caption else written)


def display_width(text: str) -> int:
    """Return how many terminal columns a text takes.

    >>> display_width("总计3")
    5
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * max(0, width - display_width(text))
    return text + space if left else space + text


def _stub_width(body: list[list[tuple[TableCell, bool]]]) -> int:
    figures = [next((n for n, (cell, _) in enumerate(row) if not cell.scope), None) for row in body]
    return min((place for place in figures if place is not None), default=0)


def _path(cells: list[TableCell]) -> list[str]:
    return list(dict.fromkeys(cell.text for cell in cells))


def _label(stub: list[tuple[TableCell, bool]]) -> str:
    """Return the labels that begin in a row, indented below those that began in rows above."""
    begun = [cell.text for cell, begins in stub if begins]
    first = next((n for n, (_, begins) in enumerate(stub) if begins), 0)
    return "  " * first + "·".join(begun)
