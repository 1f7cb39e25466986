"""The fill-in workbook."""
