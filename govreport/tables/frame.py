"""Analysts' own tables: build a display table from any DataFrame, including MultiIndex rows and columns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from govreport.core import Figure, Grid, GridCell, write_figure
from govreport.tables.cell_rows import grid_table
from govreport.tables.printed_table import merge_labels
from govreport.tables.statutory import header_rows, stub_cells


def frame_grid(frame: pd.DataFrame, caption: str = "", key: str = "frame") -> Grid:
    """Return a DataFrame as a display table.

    frame: any DataFrame; levels of its row and column index become merged headers, and an unnamed
    RangeIndex is omitted. caption: the text above the table; key: its name.
    Columns of prose are left-aligned. If there are any, all column widths follow the contents.

    >>> import pandas as pd
    >>> frame_grid(pd.DataFrame({("收到", "网上"): [3], ("收到", "邮寄"): [1]}, index=["示例局"])).head[0][1].columns
    2
    """
    hidden = isinstance(frame.index, pd.RangeIndex) and frame.index.name is None
    column_paths = [_path(label) for label in frame.columns]
    row_paths = [_path(label) for label in frame.index]
    columns, rows = merge_labels(column_paths), [] if hidden else merge_labels(row_paths)
    depth = max((len(path) for path in column_paths), default=0)
    stub = 0 if hidden else max((len(path) for path in row_paths), default=1)
    names = "·".join(str(name) for name in frame.index.names if name is not None)
    corner = None if hidden else GridCell(names, rows=depth, columns=stub)
    records = frame.to_numpy(dtype=object).tolist()
    body = [
        [*stub_cells(rows, number), *(GridCell(_text(value)) for value in record)]
        for number, record in enumerate(records)
    ]
    grid = grid_table(header_rows(columns, depth, corner), body, caption)
    has_prose = any(cell.align == "left" and not cell.scope for row in grid.body for cell in row)
    usual = (3,) * stub + (2,) * len(frame.columns)
    return replace(grid, key=key, widths=grid.widths if has_prose else usual[: grid.width])


def _path(label: object) -> tuple[str, ...]:
    parts = tuple(str(part) for part in label) if isinstance(label, tuple) else (str(label),)
    while len(parts) > 1 and not parts[-1]:
        parts = parts[:-1]
    return parts


def _text(value: Any) -> str:
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    return write_figure(value) if isinstance(value, Figure) and not isinstance(value, bool) else str(value)
