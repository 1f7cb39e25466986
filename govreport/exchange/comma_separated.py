"""Tables of comma-separated values (RFC 4180) within a text: runs of lines with equally many fields."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from govreport.exchange.document import Grid, GridCell

FEWEST_FIELDS, FEWEST_LINES, WIDEST = 3, 3, 100
_OTHER = re.compile(r"[\t|]|\d\s+\d")
"""What shows that commas do not part a line: other marks that do, or figures beside each other in one field."""
_THOUSANDS = re.compile(r"\d{3}(?:\D.*)?")


def with_grids(lines: Sequence[str]) -> Iterator[str | Grid]:
    """Yield lines, those that are a table of comma-separated values as a grid.

    >>> found = list(with_grids(["甲表", "项目,本年,上年", "申请,3,", '办结,"1,204",2']))
    >>> found[0], [cell.text for cell in found[1].cells][-3:]
    ('甲表', ['办结', '1,204', '2'])
    """
    pending: list[str] = []
    rows: list[list[str]] = []
    for line in lines:
        fields = _fields(line)
        if rows and len(fields) != len(rows[0]):
            yield from _run(pending, rows)
            pending, rows = [], []
        if fields:
            pending.append(line)
            rows.append(fields)
        else:
            yield line
    yield from _run(pending, rows)


def _fields(line: str) -> list[str]:
    """Return the fields of a line, none where commas do not part it."""
    if not FEWEST_FIELDS <= line.count(",") + 1 <= WIDEST or _OTHER.search(line):
        return []
    try:
        (fields,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError):
        return []
    thousands = all(_THOUSANDS.fullmatch(field) for field in fields[1:])
    return [] if len(fields) < FEWEST_FIELDS or thousands else [field.strip() for field in fields]


def _run(lines: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str | Grid]:
    if len(rows) < FEWEST_LINES:
        yield from lines
        return
    cells = (GridCell(text, row, column) for row, texts in enumerate(rows) for column, text in enumerate(texts))
    yield Grid(tuple(cells), len(rows[0]))
