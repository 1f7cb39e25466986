"""Rules T1 and T2 on the sentences of tests/cases/speaking.txt, and what their findings say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from govreport.checks.findings import Finding
from govreport.checks.prose.agency_names import check_agency
from govreport.checks.prose.reporting_year import check_year
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative
from govreport.filing.project import Agency

CASES = Path(__file__).resolve().parents[1] / "cases"
LINES = [
    line.split("|")
    for path in sorted(CASES.glob("speaking*.txt"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def agency(slug: str, name: str, short: str = "", kind: str = "department", succeeds: str = "") -> Agency:
    return Agency(slug, name, short or name, "", kind, "own", succeeds=succeeds)


REGISTER = {
    entry.slug: entry
    for entry in (
        agency("gov", "青山县人民政府", "青山县政府", "government"),
        agency("office", "青山县人民政府办公室", "青山县府办"),
        agency("old", "青山县教育局"),
        agency("edu", "青山县教育体育局", "青山教体局", succeeds="old"),
        agency("health", "青山县卫生健康委员会", "青山卫健委"),
        agency("housing", "青山县住房和城乡建设局", "青山住建局"),
        agency("town", "青山县柳河镇人民政府", "柳河镇", "township"),
        agency("street", "青山县东关街道办事处", "东关街道", "township"),
    )
}
FILING = Filing.from_cells("edu", "青山县教育体育局", 2023, {})


def findings(place: str, text: str) -> list[Finding]:
    """The findings of both rules on a text at a place of a report."""
    where, _, slug = place.partition(" ")
    text = text.replace("/", "\n")
    narrative = Narrative(**{where: text}) if where in ("title", "signature") else Narrative()
    filing = replace(FILING, narrative=narrative)
    prose = {int(where): text} if where.isdigit() else {}
    return [*check_year(filing, prose), *check_agency(filing, REGISTER[slug or "edu"], REGISTER)]


@pytest.mark.parametrize(("verdict", "place", "text"), LINES)
def test_what_a_report_says_of_its_year_and_agency_is_judged_right(verdict: str, place: str, text: str) -> None:
    assert [finding.severity for finding in findings(place, text)] == [verdict] * (verdict != "ok")
