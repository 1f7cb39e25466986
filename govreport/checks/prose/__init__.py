"""Rules on the prose (N1 to N9, T1, T2): figures and claims are read from sentences and compared."""
