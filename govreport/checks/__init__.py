"""Consistency assertions: balance edits, year on year, validity, findings and waivers."""

from govreport.checks.check import Checked, check_filings, check_report, check_reports
from govreport.checks.findings import SEVERITY_NAMES, Finding, Findings, Identity, Waiver
from govreport.checks.states import (
    CONSISTENT,
    DOUBTFUL,
    FAILED,
    INCONSISTENT,
    MADE,
    PENDING,
    SIGNED,
    STATES,
    state_of,
)

__all__ = [
    "CONSISTENT", "DOUBTFUL", "FAILED", "INCONSISTENT", "MADE", "PENDING", "SEVERITY_NAMES", "SIGNED", "STATES",
    "Checked", "Finding", "Findings", "Identity", "Waiver",
    "check_filings", "check_report", "check_reports", "state_of",
]  # fmt: skip
