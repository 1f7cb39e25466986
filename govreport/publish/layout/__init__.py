"""What the PDF and the Word document share: fonts, text setting, tables fitted to the page."""
