"""Rules N1 to N5 on the sentences of tests/cases: what must be found is found, what is right is not flagged."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from govreport.checks.findings import Finding
from govreport.checks.prose.reader import check_prose
from govreport.filing.filing import Filing

CASES = Path(__file__).resolve().parents[1] / "cases"
SEVERITIES = ("notice", "warning", "error")
LEAST = {"dev": 1.0, "first": 0.98, "second": 0.95, "third": 1.0, "fourth": 1.0, "fifth": 0.98}
"""By file, the share of expected findings that must be found; it may only grow. False alarms must be none."""

Case = dict[str, Any]


@dataclass
class Count:
    """What came of some cases."""

    expected: int = 0
    hits: int = 0
    noise: int = 0
    false_alarms: list[str] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)


def filing_of(case: Case, cells: dict[str, Any], year: int) -> Filing:
    given = {name: str(figure) if isinstance(figure, float) else figure for name, figure in cells.items()}
    return Filing.from_cells("shili-bureau", "示例市示例局", year, given)


def findings_of(case: Case) -> list[Finding]:
    last = filing_of(case, case["last_year"], case["year"] - 1) if case.get("last_year") else None
    return check_prose(filing_of(case, case["tables"], case["year"]), {case["section"]: case["text"]}, last)


def is_the_same(finding: Finding, expected: Case) -> bool:
    """Whether rule and figures are those expected; shares and growth may be off by one in the last printed digit."""
    first = finding.identities[0]
    if finding.rule != expected["rule"] or first.stated is None or first.expected is None:
        return False
    digits = len(str(expected["stated"]).partition(".")[2])
    slack = 10**-digits if finding.rule in ("N3", "N4") else 0
    return (
        abs(float(first.stated) - expected["stated"]) < 1e-6
        and abs(float(first.expected) - expected["expected"]) <= slack + 1e-6
    )


def count(case: Case, into: Count) -> None:
    left = findings_of(case)
    for expected in case["expect"]:
        allowed = SEVERITIES.index(expected["severity"])
        found = [f for f in left if is_the_same(f, expected) and abs(SEVERITIES.index(f.severity) - allowed) <= 1]
        into.expected += 1
        if found:
            into.hits += 1
            left.remove(found[0])
        else:
            into.misses.append(f"{case['id']} {expected['rule']} {case['text'][:60]}")
    for finding in left:
        if any(is_the_same(finding, other) for other in (*case.get("may", ()), *case["expect"])):
            continue
        if finding.severity == "notice":
            into.noise += 1
        else:
            into.false_alarms.append(f"{case['id']} {finding.message}")


@pytest.mark.parametrize("name", LEAST)
def test_mistakes_are_found_and_nothing_right_is_flagged(name: str) -> None:
    kinds: dict[str, Count] = defaultdict(Count)
    for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        count(case, kinds[case["kind"]])
    print(f"\n{name + '.jsonl':26}{'expected':>10}{'hits':>8}{'misses':>8}{'false':>8}{'noise':>8}")
    for kind, told in sorted(kinds.items()):
        print(f"{kind:26}{told.expected:10}{told.hits:8}{len(told.misses):8}{len(told.false_alarms):8}{told.noise:8}")
    assert [alarm for told in kinds.values() for alarm in told.false_alarms] == []
    expected, hits = sum(told.expected for told in kinds.values()), sum(told.hits for told in kinds.values())
    assert hits >= LEAST[name] * expected, [miss for told in kinds.values() for miss in told.misses]


def test_the_cases_are_many_and_each_stands_once() -> None:
    texts = [
        json.loads(line)["text"]
        for name in LEAST
        for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert len(set(texts)) == len(texts) > 600
