"""The papermill engine ``govreport``, which runs notebooks in forks of a preloaded process."""
