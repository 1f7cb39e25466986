"""Header lines of a messy table: which lines of a document hold the labels of its columns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.labels import nearest
from govreport.exchange.recognise.lines import Line
from govreport.forms import Catalogue, Column, Row, Table

HEADER = 0.2
"""Distance up to which a text is a column's label."""
ABOVE = 6
"""Lines that a header may stand above a row of its group."""
PIECE, ALIKE = 4, 0.35
"""Letters that a piece of a label has at most; distance below which a line is what is left of one."""


@lru_cache(maxsize=64)
def _header_labels(columns: tuple[Column, ...], rows: tuple[Row, ...], corner: str) -> tuple[str, ...]:
    paths = [column.label for column in columns] + [row.label for row in rows]
    return (*sorted({label for path in paths for label in path}), corner)


def is_header(line: Line, table: Table, rows_above: bool = False) -> bool:
    """Return whether a line is one of a table's header lines: labels of columns, and no figure.

    rows_above: whether labels of rows stand there as well.
    """
    texts = [cell.text for cell in line.cells if cell.text.strip()]
    if any(is_figure(text) for text in texts):
        return False
    labels = _header_labels(table.columns, table.rows if rows_above else (), table.corner)
    alike = sum(nearest(text, labels) <= HEADER for text in dict.fromkeys(texts))
    if len(texts) == 1 and not rows_above:
        own = nearest(texts[0], [row.label[-1] for row in table.rows])
        return bool(alike) and own > nearest(texts[0], labels) and (line.grid or len(texts[0].strip()) > 2)
    return alike >= 2 or alike == len(texts) == 1


def foreign_heads(lines: Sequence[Line], first: int, table: Table, row: Row, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the heads above a row that are those of the table's columns in another edition, not in this one.

    first: number of the row's line. Two such heads, and none of the row's own, tell that its columns mean other things.
    """
    own = [column.label[-1] for column in row.columns]
    others = sorted(
        {
            column.label[-1]
            for other in catalogue.tables(table.key)
            if other.edition != table.edition
            for column in other.columns
        }
        - {column.label[-1] for column in table.columns}
    )
    for number in range(first - 1, max(-1, first - 1 - ABOVE), -1):
        texts = [cell.text for cell in lines[number].cells if cell.text.strip()]
        heads = tuple(
            text for text in texts if others and nearest(text, others) <= HEADER and nearest(text, own) > ALIKE
        )
        if len(heads) > 1:
            return heads
        if any(nearest(text, own) <= HEADER for text in texts):
            return ()
    return ()


def is_fragment(text: str, table: Table) -> bool:
    """Return whether a line of text may be what is left of a table's header: a label of it, or a piece of one.

    >>> table = Catalogue.read().newest.tables["applications"]
    >>> is_fragment("科研", table), is_fragment("该部分以表格形式报告。", table)
    (True, False)
    """
    labels = _header_labels(table.columns, table.rows, table.corner)
    return all(
        len(piece) <= PIECE or nearest(piece, labels) < ALIKE for piece in (text.split() if " " in text else [text])
    )
