"""Balance edits: the edit matrix, validity, a project's own rules."""
