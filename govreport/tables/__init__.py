"""Table builders: statutory tables from a filing, analysts' tables from a DataFrame, and their forms."""

from govreport.tables.compared import compared_table
from govreport.tables.frame import frame_table
from govreport.tables.grid import TableTooLargeError, grid_table
from govreport.tables.html import CellWriter, plain_cell, table_html
from govreport.tables.listing import list_table
from govreport.tables.marks import marked_table
from govreport.tables.model import DisplayTable, TableCell
from govreport.tables.statutory import statutory_table
from govreport.tables.text import display_width, table_text, text_rows

__all__ = [
    "CellWriter", "DisplayTable", "TableCell", "TableTooLargeError", "compared_table", "display_width", "frame_table",
    "grid_table", "list_table", "marked_table", "plain_cell", "statutory_table", "table_html", "table_text", "text_rows",
]  # fmt: skip
