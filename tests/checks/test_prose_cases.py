"""Rules N1 to N5 on the sentences of tests/cases: what must be found is found, what is right is not flagged."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest

from tests.support.prose_cases import CASES, Count, count

LEAST = {
    "dev": 1.0,
    "faults": 1.0,
    "first": 0.98,
    "second": 1.0,
    "third": 1.0,
    "fourth": 1.0,
    "fifth": 0.98,
    "sixth": 0.98,
    "seventh": 0.88,
    "eighth": 0.85,
}
"""By file, the share of expected findings that must be found; it may only grow. False alarms must be none."""


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
