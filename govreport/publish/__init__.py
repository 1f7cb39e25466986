"""Publishing: an executed notebook to HTML, PDF and DOCX, and the index page."""
