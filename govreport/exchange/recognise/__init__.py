"""Recognition: paragraphs and grids to the rows and columns of a form."""
