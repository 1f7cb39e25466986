"""The prose of a notebook's Markdown cells, which stands on the page: read by the rules as a filing's own is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from govreport.checks.findings import Finding
from govreport.checks.prose.lexicon import Lexicon
from govreport.checks.prose.reader import NOTEBOOK, check_prose
from govreport.checks.prose.self_description import check_agency, check_year, patterns
from govreport.filing import Agency, Filing, Narrative, Part


def check_cell(
    filing: Filing, text: str, last: Filing | None = None, words: Lexicon | None = None
) -> Iterator[Finding]:
    r"""Yield the findings on a Markdown cell of a report's notebook: figures, year, a title's agency.

    text: with its expressions evaluated; last: last year's figures; words: see `read_claims`.

    >>> filing = Filing.from_cells("demo", "示例市档案局", 2022, {"applications.new.total": 36})
    >>> text = "# 示例市民政局2022年政府信息公开工作年度报告\n\n全年新收申请77件。"
    >>> [finding.rule for finding in check_cell(filing, text)]
    ['N1', 'T2']
    """
    lines = re.findall(rf"(?m)^[# ]*([^|，。；：\n]*{re.escape(filing.form.title)}[^|，。；：\n]*)$", text)
    title = next((line for line in lines if patterns()["year"].search(line)), "")
    spoken = replace(filing, narrative=Narrative(title, parts={NOTEBOOK: Part("", text)}))
    agency = Agency(filing.agency, filing.name, filing.name, "", "", "")
    yield from check_prose(filing, {NOTEBOOK: text}, last, words)
    yield from check_year(spoken, {NOTEBOOK: text})
    yield from (f for f in check_agency(spoken, agency, {agency.slug: agency}) if f.severity == "error")
