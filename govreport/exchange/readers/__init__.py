"""Readers: files of each format to paragraphs and grids."""
