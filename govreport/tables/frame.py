"""Analysts' own tables: build a display table from any DataFrame, including MultiIndex rows and columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, localcontext

import pandas as pd

from govreport.checks import TOTAL, Finding, Identity, unasserted
from govreport.core import ArgumentError, Figure, Grid, GridCell, UnknownNameError, write_figure
from govreport.filing import PRECISION, OwnTable, is_total, tells, unlabelled
from govreport.tables.cell_rows import grid_table
from govreport.tables.printed_table import merge_labels
from govreport.tables.statutory import header_rows, stub_cells

ROUNDED = "四舍五入"
"""What a note says of figures whose sum is not quite their total."""
_QUANTITY = re.compile(r"\D{0,2}\d[\d,.]*\D{0,3}")
_UNITS = re.compile(r"[^\d.-]+")
Formats = Mapping[str, Callable[[Figure], str]]
"""By column, the function that writes its figures."""


def frame_grid(frame: pd.DataFrame, caption: str = "", key: str = "frame") -> Grid:
    """Return a DataFrame as a display table.

    frame: any DataFrame; levels of its row and column index become merged headers, and an unnamed
    RangeIndex is omitted. caption: the text above the table; key: its name.
    Columns of prose are left-aligned. If there are any, all column widths follow the contents.

    >>> import pandas as pd
    >>> frame_grid(pd.DataFrame({("收到", "网上"): [3], ("收到", "邮寄"): [1]}, index=["示例局"])).head[0][1].columns
    2
    """
    grid = own_grid(OwnTable.of(frame), caption, hidden=unlabelled(frame))
    return replace(grid, key=key, cells=tuple(replace(cell, name="") for cell in grid.cells))


def as_printed(table: OwnTable, grid: Grid, total: str) -> Finding | None:
    """Return a warning on the totals of a table: those that are left blank, are no sums, or no longer as printed.

    grid: the table as it is printed; a note there may tell of rounding. total: label of totals that were asked for.
    """
    for row, values, names in [*zip(table.rows, table.values, table.names, strict=True)][-1:] if total else ():
        blank = [n for n, at in enumerate(table.columns) if values[n] is None and not tells(at, "names")]
        unsummed = [n for n in blank if any(_QUANTITY.fullmatch(str(line[n])) for line in table.values)]
        if unsummed and is_total(row, total):
            labels = [table.columns[n] for n in unsummed], table.doubtful
            columns, rows = ("".join(f"“{'·'.join(label)}”" for label in some) for some in labels)
            why = f"从行名看不出{rows}是否应相加" if rows else "比率、排名等和文字不能相加"
            told = f"“{grid.caption}”的{columns}列没有加出“{total}”，因为{why}；请自己写出这一行。"
            return Finding(None, None, "warning", told, (Identity("S1", tuple(names[n] for n in unsummed)),))
    if any(ROUNDED in cell.text for cell in grid.cells):
        return None
    if found := unasserted(table, total or TOTAL):
        return found
    known = {name for names in table.names for name in names}
    texts = (_UNITS.sub("", cell.text) for cell in grid.cells if cell.name in known)
    pairs = [list(zip(line, texts, strict=False)) for line in table.values]
    printed = tuple(tuple(text if isinstance(value, Figure) else value for value, text in line) for line in pairs)
    found = unasserted(replace(table, values=printed), total or TOTAL, "")
    told, remedy = f"“{grid.caption}”按 formats 印出的数字加不拢", "请多印几位小数，或在 notes 中注明四舍五入"
    return replace(found, message=f"{told}：{found.message}{remedy}。") if found else None


def own_grid(
    table: OwnTable, caption: str, notes: Sequence[str] = (), formats: Formats | None = None, *, hidden: bool
) -> Grid:
    """Return a table of the analyst's own as a display table, whose cells have their names.

    notes: lines below it. formats: by the label of a column, or its innermost one. hidden: whether its rows have no
    labels; then that of a total that was added stands in its first cell. Raises UnknownNameError for a column of
    `formats` that is not there, ArgumentError for what is no function.
    """
    table, formats = table.spread, formats or {}
    labels = [("·".join(path), path[-1]) for path in table.columns]
    for name in formats:
        if not any(name in label for label in labels):
            raise UnknownNameError(f"formats 中的“{name}”不是列名；可用的有 {'、'.join(dict(labels))}。")
        if not callable(formats[name]):
            raise ArgumentError(f'formats 中“{name}”的写法应是函数，如 "{{:,}}".format；请改正。')
    writers = [formats.get(label, formats.get(last, write_figure)) for label, last in labels]
    columns, rows = merge_labels(table.columns), [] if hidden else merge_labels(table.rows)
    depth = max((len(path) for path in table.columns), default=0)
    stub = 0 if hidden else max((len(path) for path in table.rows), default=1)
    corner = None if hidden else GridCell(table.corner, rows=depth, columns=stub)
    body = [stub_cells(rows, number) for number in range(len(table.rows))]
    for cells, row, values, names in zip(body, table.rows, table.values, table.names, strict=True):
        with localcontext(prec=PRECISION, rounding=ROUND_HALF_UP):
            for write, value, name in zip(writers, values, names, strict=True):
                cells.append(GridCell(write(value) if isinstance(value, Figure) else value or "", name=name))
        if hidden and cells and not row[-1].isdigit() and row[-1] != cells[0].text:
            cells[0] = replace(cells[0], text="：".join(filter(None, (row[-1], cells[0].text))))
    below = [[GridCell(f"注：{note}", columns=stub + len(table.columns), align="left")] for note in notes]
    grid = grid_table(header_rows(columns, depth, corner), [*body, *below], caption)
    has_prose = any(cell.align == "left" and cell.name for cell in grid.cells)
    return replace(grid, widths=grid.widths if has_prose else ((3,) * stub + (2,) * len(table.columns))[: grid.width])
