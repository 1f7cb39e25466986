"""Judge and fit the costs of the reader of prose on sentences with verdicts, by cross-validation over their authors.

Prints for each set of cases what is found; with ``--fit`` also what each cost does: a cost is changed alone by each
factor, over all sets; the change that is best for all sets but one is then judged on the one left out. A change is
worth making only where it gains on sets that it was not chosen on.

Run: python tools/fit_prose.py [--fit]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govreport.checks.prose import cell_claims, list_claims, lists, subjects
from tests.support.prose_cases import CASES, Case, Count, cases_of, count

FACTORS = (0.0, 0.5, 0.75, 1.5, 2.0)
ALARM = 3
"""How many findings a false alarm outweighs."""
Tables = dict[str, list[Case]]


def main(arguments: Sequence[str]) -> None:
    """Print the counts, and what a fit would gain."""
    sets = {path.stem: cases_of(path) for path in sorted(CASES.glob("*.jsonl"))}
    usual = {name: _count(cases) for name, cases in sets.items()}
    for name, told in usual.items():
        share = told.hits / max(told.expected, 1)
        alarms = len(told.false_alarms)
        print(f"{name:10} cases {len(sets[name]):4}  found {told.hits:4} of {told.expected:4} ({share:.1%})  ", end="")
        print(f"false alarms {alarms:3}  noise {told.noise:3}")
    if "--fit" in arguments:
        _fit(sets, {name: _score(told) for name, told in usual.items()})


def _count(cases: Sequence[Case]) -> Count:
    told = Count()
    for case in cases:
        count(case, told)
    return told


def _score(told: Count) -> float:
    return told.hits - ALARM * len(told.false_alarms) - told.noise / 10


def _costs() -> Iterator[tuple[str, dict[str, float], str]]:
    tables = {"lists": lists.COSTS, "subjects": subjects.COSTS, "cells": cell_claims.COSTS, "most": cell_claims.MOST}
    for place, table in tables.items():
        yield from ((f"{place}: {name}", table, name) for name in table)


def _fit(sets: Tables, usual: dict[str, float]) -> None:
    gains: dict[tuple[str, float], dict[str, float]] = {}
    for label, table, name in _costs():
        value = table[name]
        for factor in FACTORS:
            table[name] = value * factor
            gains[label, factor] = {each: _score(_count(cases)) - usual[each] for each, cases in sets.items()}
        table[name] = value
        row = "  ".join(f"×{factor:g} {sum(gains[label, factor].values()):+6.1f}" for factor in FACTORS)
        print(f"{label:34} {value:5.2f}  {row}", flush=True)
    print(f"\nmost that an unfitting list may cost: {list_claims.MOST_COST}")
    for left_out in sets:
        best = max(gains, key=lambda key: sum(gain for name, gain in gains[key].items() if name != left_out))
        chosen = sum(gain for name, gain in gains[best].items() if name != left_out)
        print(
            f"without {left_out:10} best {best[0]} ×{best[1]:g} gains {chosen:+.1f}, on it {gains[best][left_out]:+.1f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
