"""The names by which other tools find what a notebook carries; they never change."""

from __future__ import annotations

from govreport.core import mime


def test_mime_types_and_the_key_of_the_metadata_are_those_that_other_tools_read() -> None:
    assert (mime.TABLE, mime.CHART, mime.FINDINGS, mime.METADATA) == (
        "application/vnd.govreport.table+json",
        "application/vnd.govreport.chart+json",
        "application/vnd.govreport.findings+json",
        "govreport",
    )
    assert mime.REPORT == "application/vnd.govreport.report+json"
    assert (mime.ASSERTION, mime.REMARK, mime.COMPARISON, mime.SOURCE) == (
        "application/vnd.govreport.assertion+json",
        "application/vnd.govreport.remark+json",
        "application/vnd.govreport.comparison+json",
        "application/vnd.govreport.source+json",
    )
