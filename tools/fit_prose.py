"""Fit what tells how sure a finding on prose is, and judge it on authors that it was not fitted on.

What a reader alarms on texts that it does not know cannot be learnt from texts that it has learnt from. So the cases
are also read by readers that know less: some words are taken out of the lexicon, and some things that the reader knows
of lists, shares and subjects are switched off, at random but alike in each run. Their alarms on right texts, and the
findings that they still make, are what the weights of forms/prose/sureness.toml are fitted to, by rule, as a logistic
regression that is drawn to nothing where the examples are few.

Prints for each set of cases left out what share of expected findings is found, how many right texts are alarmed and how
many changed figures are told, by how sure a finding must be; with ``--write`` fits to all sets and writes the file.

Run: python tools/fit_prose.py [--write]
"""

from __future__ import annotations

import random
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from govreport.checks.prose import growth, lexicon, lists, passage_lists, reader, shares, subjects, sureness
from govreport.checks.prose.claims import DISAGREES, Claim
from govreport.checks.prose.lexicon import Lexicon
from tests.support.prose_cases import CASES, Case, cases_of, changed_figures, filing_of, is_the_same

SEEDS = range(1, 9)
"""Readers that know less."""
UNKNOWN, OFF = 0.08, 0.4
"""The share of words that such a reader does not know, half of it for rows and columns, and of things switched off."""
DRAWN, CHANGED = 3.0, 0.05
"""How strongly weights are drawn to 0, and how much a changed figure counts beside an expected finding."""
FAR, FEW = "30", 10
"""How many times as large every tenth changed figure is made besides, since a figure can be wrong by any amount."""
LEAST = (0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
"""How sure a finding must be, to be judged."""
KNOWN = {
    shares: {
        "_alike": lambda *_: True, "_behind_share": lambda _: (), "_joined": lambda last: [last],
        "_are_the_first": lambda _: False,
        "_distributed": lambda frames, first, _: frames[first - 1] if first else None,
    },
    growth: {
        "_has_own_subject": lambda *_: False, "_is_carried": lambda _: False, "_is_difference": lambda _: False,
        "_is_last_years": lambda frame: "Ｌ" in frame.label_text,
    },
    lists: {
        "begins_anew": lambda _: False, "_is_another_kind": lambda *_: False, "_is_of_its_own": lambda *_: False,
        "_summed_again": lambda *_: False, "_is_modifier": lambda _: False,
    },
    passage_lists: {
        "begins_anew": lambda _: False, "_with_rest": lambda *_: (), "_continued": lambda *_: None,
        "sums_up": lambda _: False,
    },
    subjects: {
        "_column_of_all": lambda _: [], "_includes_carried_in": lambda _: False, "_limited": lambda *_: False,
        "_topic_of_heading": lambda _: "",
    },
}  # fmt: skip
"""What can be switched off."""
HEAD = """\
# How sure a finding on prose is (checks/prose/sureness.py): by rule the weight of each trait of its reading; a trait
# counts by its strength, "" always. Fitted by tools/fit_prose.py, which also tells what comes of it.

# how sure an error, a warning and a notice must be, between 0 and 1
[least]
"""


@dataclass(frozen=True)
class Sample:
    """A claim that the figures contradict: of which set and case, its rule and traits, and whether it is right.

    target: the expected finding or the changed figure that it tells, by number; grave: whether it can be an alarm.
    """

    set: str
    case: str
    rule: str
    traits: tuple[tuple[str, float], ...]
    right: bool
    changed: bool
    target: int
    grave: bool


Weights = dict[str, dict[str, float]]


def main(arguments: Sequence[str]) -> None:
    """Print what comes of the weights on each set left out, and with ``--write`` write those fitted to all."""
    sets = {path.stem: cases_of(path) for path in sorted(CASES.glob("*.jsonl"))}
    told = dict(sureness.weights()["least"])
    sureness.weights()["least"] = dict.fromkeys(told, 0.0)
    usual = [sample for name, cases in sets.items() for sample in _samples(name, cases, None)]
    samples = list(dict.fromkeys(usual))
    for seed in SEEDS:
        with _knowing_less(seed) as words:
            for name, cases in sets.items():
                samples += _samples(name, cases, words, changed=False)
    samples = list(dict.fromkeys(samples))
    print(f"{len(samples)} claims, of which {sum(not s.right for s in samples)} are alarms")
    for name, cases in sets.items():
        fitted = fit([sample for sample in samples if sample.set != name])
        _judge(name, cases, [sample for sample in usual if sample.set == name], fitted)
    if "--write" in arguments:
        _write(fit(samples), told)


@contextmanager
def _knowing_less(seed: int) -> Iterator[Lexicon]:
    """Switch things off, and give a lexicon that lacks words."""
    chance = random.Random(seed)
    with ExitStack() as stack:
        for module, functions in KNOWN.items():
            for name, less in functions.items():
                if chance.random() < OFF:
                    stack.enter_context(patch.object(module, name, less))
        yield _fewer_words(chance)


def _fewer_words(chance: random.Random) -> Lexicon:
    text = []
    for kind, entries in tomllib.loads(lexicon.packaged_words()).items():
        text.append(f"[{kind}]")
        unknown = UNKNOWN / 2 if kind in ("row", "column") else UNKNOWN * (kind != "year")
        for meaning, words in entries.items():
            text.append(f'"{meaning}" = "{" ".join(word for word in words.split() if chance.random() >= unknown)}"')
    return lexicon.read_lexicon("\n".join(text))


def _samples(name: str, cases: Sequence[Case], words: Lexicon | None, *, changed: bool = True) -> Iterator[Sample]:
    for case in cases:
        left = _claims(case, words)
        for number, expected in enumerate(case["expect"]):
            claim = next((c for c in left if _tells(c, case, expected)), None)
            if claim:
                left.remove(claim)
                yield _sample(name, case, claim, number, right=True)
        known = (*case.get("may", ()), *case["expect"])
        yield from (
            _sample(name, case, claim, -1, right=False)
            for claim in left
            if not any(_tells(claim, case, other) for other in known)
        )
        if changed and case.get("bound"):
            before = {(claim.rule, claim.stated, claim.expected) for claim in left}
            changes = [
                *enumerate(changed_figures(case)),
                *((-1, far) for far in list(changed_figures(case, FAR))[::FEW]),
            ]
            for number, (_, other) in changes:
                for claim in _claims(other, words):
                    if (claim.rule, claim.stated, claim.expected) not in before:
                        yield _sample(name, case, claim, number, right=True, changed=True)


def _claims(case: Case, words: Lexicon | None) -> list[Claim]:
    filing = filing_of(case, case["tables"], case["year"])
    last = filing_of(case, case["last_year"], case["year"] - 1) if case.get("last_year") else None
    claims = reader.read_claims(filing, {case["section"]: case["text"]}, last, words)
    return list({(c.message, c.quote): c for c in claims if c.verdict == DISAGREES}.values())


def _tells(claim: Claim, case: Case, expected: Case) -> bool:
    return is_the_same(claim.finding(filing_of(case, {}, case["year"])), expected)


def _sample(name: str, case: Case, claim: Claim, target: int, *, right: bool, changed: bool = False) -> Sample:
    traits = tuple(sorted(claim.traits.items()))
    return Sample(name, case["id"], claim.rule, traits, right, changed, target, claim.severity != "notice")


def fit(samples: Sequence[Sample]) -> Weights:
    """Return by rule the weights of the traits."""
    return {
        rule: _fit([s for s in samples if s.rule == rule and s.grave]) for rule in sorted({s.rule for s in samples})
    }


def _fit(samples: Sequence[Sample]) -> dict[str, float]:
    names = sorted({name for sample in samples for name, _ in sample.traits})
    place = {name: number for number, name in enumerate(names)}
    table = np.zeros((len(samples), len(names)))
    for row, sample in zip(table, samples, strict=True):
        for name, value in sample.traits:
            row[place[name]] = value
    right = np.array([float(sample.right) for sample in samples])
    counts = np.array([CHANGED if sample.changed else 1.0 for sample in samples])
    spread = table.std(0)
    spread[spread == 0] = 1
    table /= spread
    drawn = np.full(len(names), DRAWN)
    drawn[place[""]] = 0.01
    found = np.zeros(len(names))
    for _ in range(30):
        likely = 1 / (1 + np.exp(-table @ found))
        slope = table.T @ (counts * (likely - right)) + drawn * found
        bend = (table * (counts * likely * (1 - likely))[:, None]).T @ table + np.diag(drawn)
        found -= np.linalg.solve(bend, slope)
    return dict(zip(names, (found / spread).tolist(), strict=True))


def _judge(name: str, cases: Sequence[Case], samples: Sequence[Sample], weights: Weights) -> None:
    expected = sum(len(case["expect"]) for case in cases)
    clean = {case["id"] for case in cases if not case["expect"] and not case.get("may")}
    changed = sum(1 for case in cases for _ in changed_figures(case))
    print(f"{name:9} {expected:4} expected {len(clean):4} right texts {changed:5} changed figures")
    with patch.object(sureness, "weights", lambda: weights):
        sure = [(sureness.sureness(sample.rule, dict(sample.traits)), sample) for sample in samples]
    for least in LEAST:
        told = [sample for likely, sample in sure if likely >= least and sample.grave]
        found = {(s.case, s.target) for s in told if s.right and not s.changed}
        alarmed = {s.case for s in told if not s.right} & clean
        seen = {(s.case, s.target) for s in told if s.changed and s.target >= 0}
        shares = (len(found) / max(expected, 1), len(alarmed) / max(len(clean), 1), len(seen) / max(changed, 1))
        print(f"{least:13} found {shares[0]:6.1%}  alarmed {shares[1]:6.1%}  told {shares[2]:6.1%}", flush=True)


def _write(weights: Weights, least: dict[str, float]) -> None:
    lines = [HEAD + "".join(f"{name} = {value}\n" for name, value in least.items())]
    for rule, traits in weights.items():
        lines.append(f"\n[{rule}]\n" + "".join(f'"{name}" = {value:.2f}\n' for name, value in traits.items()))
    path = Path(lexicon.__file__).parents[2] / "forms" / "prose" / "sureness.toml"
    path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
