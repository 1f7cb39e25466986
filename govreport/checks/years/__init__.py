"""A year against the one before, and a parent against its members."""
