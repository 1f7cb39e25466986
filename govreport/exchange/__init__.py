"""Other formats in and out: the fill-in workbook, published reports as HTML, DOCX, PDF and text."""
