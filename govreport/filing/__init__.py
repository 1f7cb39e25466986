"""Filings: one agency's figures and prose for one year, and their files."""

from govreport.filing.blank import blank_filing
from govreport.filing.expressions import Scope, evaluate
from govreport.filing.folder import NARRATIVE, read_filing, render_prose, shown_folder, write_filing
from govreport.filing.model import Filing, Note, Unreadable
from govreport.filing.narrative import TABLE_MARK, Narrative, Part, parse_narrative

__all__ = [
    "NARRATIVE", "TABLE_MARK", "Filing", "Narrative", "Note", "Part", "Scope", "Unreadable",
    "blank_filing", "evaluate", "parse_narrative", "read_filing", "render_prose", "shown_folder", "write_filing",
]  # fmt: skip
