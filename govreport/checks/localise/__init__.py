"""Error localisation: which cells are wrong, as few as possible."""
