"""Rules on the prose (N1 to N9): figures and claims are read from sentences and compared."""
