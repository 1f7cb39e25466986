"""MIME types of what notebook outputs carry for the exporters."""

TABLE = "application/vnd.govreport.table+json"
"""A table: cells with spans, header depth."""

CHART = "application/vnd.govreport.chart+json"
"""A chart: its SVG with text as text, its alternative text and its caption."""

REPORT = "application/vnd.govreport.report+json"
"""A report's account of itself: title, state, findings, filing; also the notebook's metadata."""

FINDINGS = "application/vnd.govreport.findings+json"
"""Findings shown by a cell."""

ASSERTION = "application/vnd.govreport.assertion+json"
"""What does not hold of an assertion in a notebook, as a finding."""

REMARK = "application/vnd.govreport.remark+json"
"""Marks an output that is for those who make a report: only the review copy shows it."""

COMPARISON = "application/vnd.govreport.comparison+json"
"""Marks an output that is for those who make a report, as `REMARK`, but belongs on pages that are no report; of what it
is, as `SOURCE` says."""

SOURCE = "application/vnd.govreport.source+json"
"""What a chart, prose or a table is of: a report's agency and year, and digests of its figures and last year's."""

METADATA = "govreport"
"""The key of a report's account in the notebook's metadata."""
