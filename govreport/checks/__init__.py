"""Consistency assertions: balance edits, year on year, validity, findings and waivers."""

from govreport.checks.check import (
    CONSISTENT,
    DOUBTFUL,
    FAILED,
    INCONSISTENT,
    PENDING,
    Checked,
    check_filings,
    check_report,
    check_reports,
)
from govreport.checks.findings import SEVERITY_NAMES, Finding, Findings, Identity, Waiver

__all__ = [
    "CONSISTENT", "DOUBTFUL", "FAILED", "INCONSISTENT", "PENDING", "SEVERITY_NAMES",
    "Checked", "Finding", "Findings", "Identity", "Waiver",
    "check_filings", "check_report", "check_reports",
]  # fmt: skip
