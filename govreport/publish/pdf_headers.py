"""Row labels as header cells of the tagged PDF.

Typst marks a table's column headers as such, and ties every other cell to them by name; row labels it takes for data
(its ``pdf.header-cell`` is an unfinished feature that its Python package cannot switch on). Here the cells below a
table's corner become row headers, and the table's data cells find their headers by scope (ISO 32000-1, 14.8.5.7), in as
many bytes as before, so that the file's cross-reference table stays right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from govreport.publish.layout.page_data import of_kind

_CELL = re.compile(rb"/S/TD(/P \d+ 0 R/A\[<</O/Table)(/Headers\[(?:\(U\d+x\d+y\d+\))*\(U(\d+)x(\d+)y\d+\)\])")


def with_row_headers(pdf: bytes, blocks: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a PDF whose tables have row headers where their labels stand.

    blocks: the data that it was set from.
    """
    numbers = {number for number, table in enumerate(of_kind(blocks, "table"), 1) if _has_labels(table)}

    def rewritten(cell: re.Match[bytes]) -> bytes:
        if int(cell[3]) not in numbers:
            return cell[0]
        is_label = int(cell[4]) == 0
        kind, scope = (b"/S/TH", b"/Scope/Row") if is_label else (b"/S/TD", b"")
        return kind + cell[1] + scope.ljust(len(cell[2]))

    return _CELL.sub(rewritten, pdf)


def _has_labels(table: Mapping[str, Any]) -> bool:
    """Whether every cell below a corner is a label, and none beside it is."""
    corner = 0
    for part in table["parts"]:
        cells = [cell for row in part["rows"] for cell in row]
        if part["level"]:
            corner = [cell["col"] for cell in cells if cell["x"] == 0][-1]
        elif any(cell["header"] != (cell["x"] < corner) for cell in cells):
            return False
    return corner > 0
