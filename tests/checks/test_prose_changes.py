"""Prose told otherwise keeps its verdict."""

from __future__ import annotations

from collections import Counter

from tests.support.prose_cases import CASES, RETELLINGS, cases_of, verdict

LEAST_KEPT = 0.98
"""The share of texts whose verdict stays the same however they are told."""
EACH = 4
"""Of the known cases every fourth is retold, each in all ways."""


def test_the_same_said_otherwise_is_judged_alike() -> None:
    kept, told = Counter[str](), Counter[str]()
    for path in sorted(CASES.glob("*.jsonl")):
        for case in cases_of(path)[::EACH]:
            before = verdict(case)
            for way, tell in RETELLINGS.items():
                if (text := tell(case["text"])) != case["text"]:
                    told[way] += 1
                    kept[way] += verdict({**case, "text": text}) == before
    print("\n" + "\n".join(f"{way:　<8}{kept[way]:6}{told[way]:6}" for way in told))
    assert sum(kept.values()) >= LEAST_KEPT * sum(told.values())
