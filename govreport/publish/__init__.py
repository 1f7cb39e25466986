"""Publishing: an executed notebook to HTML and PDF, and the index page."""
