"""Batches: planning, producing and running reports in a pool of processes."""
