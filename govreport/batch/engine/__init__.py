"""Papermill's engine ``govreport``: notebooks in forks of a warmed process."""
