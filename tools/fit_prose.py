"""Fit what tells how sure a finding on prose is, and judge it on authors that it was not fitted on.

What a reader alarms on texts that it does not know cannot be learnt from texts that it has learnt from. So the cases
are also read by readers that know less: some words are taken out of the lexicon, and some things that the reader knows
of lists, shares and subjects are switched off, at random but alike in each run. Their alarms on right texts, and the
findings that they still make, are what the weights of forms/prose/sureness.toml are fitted to, by rule, as a logistic
regression that is drawn to nothing where the examples are few.

Which traits count is chosen by leaving authors out: of all traits the one is dropped without which the loss on the
sets left out is least, again and again; of these choices the one with the least loss is taken.

Prints what share of expected findings is found, how many right texts are alarmed and how many changed figures are told
by weights fitted without the set that is judged, by how sure a finding must be; ``--write`` fits to all sets and writes
the file. Readers and order are fixed by numbers, so that the same cases give the same file.

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
from govreport.checks.prose.packaged import packaged
from tests.support.prose_cases import CASES, Case, cases_of, changed_figures, filing_of, is_the_same
from tests.support.standard_sentences import standard_cases

SEEDS = range(1, 7)
"""Readers that know less."""
UNKNOWN, OFF = 0.08, 0.4
"""The share of words that such a reader does not know, half of it for rows and columns, and of things switched off."""
DRAWN, CHANGED, WHOLE = 3.0, 0.05, 6.0
"""How strongly weights are drawn to 0; how much a changed figure counts, and what the reader claims that knows all."""
FAR, FEW = "30", 10
"""How many times as large every tenth changed figure is made besides, since a figure can be wrong by any amount."""
LEAST = (0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
"""How sure a finding must be, to be judged."""
WORSE = 1.02
"""How much worse than the best choice a choice of traits may be, for fewer traits to be tried."""
ROUNDS, FEWER = 12, 4
"""How often weights are mended: from nothing, and from those fitted to all sets."""
NEWEST = ("twentyfifth", "twentysixth", "twentyseventh", "twentyeighth", "twentyninth", "thirtieth")
"""The last sets from which the reader has learnt."""
KNOWN = {
    shares: {
        "_alike": lambda *_: True, "_named": lambda *_: iter(()),
        "distributed": lambda frames, first, _: frames[first - 1] if first else None,
    },
    growth: {
        "is_difference": lambda _: False, "_is_last_years": lambda frame: "Ｌ" in frame.label_text,
        "_has_own_subject": lambda *_: False,
    },
    lists: {
        "begins_anew": lambda _: False, "_is_another_kind": lambda *_: False, "_is_modifier": lambda _: False,
        "named_totals": lambda _: set(),
    },
    passage_lists: {
        "_with_rest": lambda *_: (), "begins_set": lambda _: False,
        "sums_up": lambda _: False, "level": lambda frame: frame.bracket,
    },
    subjects: {
        "_limited": lambda *_: False,
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
    sets["standard"] = list(standard_cases())
    least = dict(packaged("sureness")["least"])
    with patch.dict(packaged("sureness")["least"], dict.fromkeys(least, 0.0)):
        usual = list(dict.fromkeys(s for name, cases in sets.items() for s in _samples(name, cases, None)))
        samples = list(usual)
        for seed in SEEDS:
            with _knowing_less(seed) as words:
                for name, cases in sets.items():
                    samples += _samples(name, cases, words, changed=False)
    samples = list(dict.fromkeys(samples))
    rules = {rule: Examples(rule, samples, len(usual)) for rule in sorted({s.rule for s in samples})}
    chosen = {rule: examples.choose() for rule, examples in rules.items()}
    told = {}
    for name, cases in sets.items():
        fitted = {rule: rules[rule].fit(chosen[rule], name) for rule in rules}
        told[name] = _judge(cases, [sample for sample in usual if sample.set == name], fitted)
    _print(f"The last {len(NEWEST)} sets", sum(told[name] for name in NEWEST))
    _print("Standard sentences", told.pop("standard"))
    _print("All sets", sum(told.values()))
    if "--write" in arguments:
        _write({rule: rules[rule].fit(chosen[rule]) for rule in rules}, least)


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
        if changed and (case.get("bound") or case.get("changed")):
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


class Examples:
    """The claims of one rule as a table: a row for each, a column for each trait, in units of its spread."""

    def __init__(self, rule: str, samples: Sequence[Sample], whole: int) -> None:
        """Take those of the samples that are of a rule; the first are of the reader that knows all."""
        counts = [CHANGED if sample.changed else WHOLE if n < whole else 1.0 for n, sample in enumerate(samples)]
        self.counts = np.array([count for count, sample in zip(counts, samples, strict=True) if sample.rule == rule])
        samples = [sample for sample in samples if sample.rule == rule]
        self.rule, self.names = rule, sorted({name for sample in samples for name, _ in sample.traits})
        rows = [dict(sample.traits) for sample in samples]
        table = np.array([[row.get(name, 0.0) for name in self.names] for row in rows])
        spread = table.std(0)
        self.spread = np.where(spread > 0, spread, 1)
        self.table = table / self.spread
        self.right = np.array([float(sample.right) for sample in samples])
        self.sets = np.array([sample.set for sample in samples])

    def fit(self, traits: Sequence[int], without: str = "") -> dict[str, float]:
        """Return the weights of traits, fitted to all sets but one."""
        weights, _ = self._regress(traits, self.sets != without)
        return {self.names[trait]: float(w / self.spread[trait]) for trait, w in zip(traits, weights, strict=True)}

    def choose(self) -> list[int]:
        """Return the numbers of the traits that count."""
        traits, steps = list(range(len(self.names))), []
        while traits:
            loss, without = self._losses(traits)
            steps.append((loss, list(traits)))
            without[traits.index(self.names.index(""))] = np.inf
            if np.isinf(without.min()) or loss > WORSE * min(steps)[0]:
                break
            traits.pop(int(without.argmin()))
        best, chosen = min(reversed(steps), key=lambda step: round(step[0], 6))
        gone = ", ".join(name for number, name in enumerate(self.names) if number not in chosen)
        print(f"{self.rule}: {len(self.right)} claims, {int(sum(1 - self.right))} of them alarms; loss {best:.0f}")
        print(f"  with all traits {steps[0][0]:.0f}; {len(chosen)} traits count, not: {gone}", flush=True)
        return chosen

    def _losses(self, traits: Sequence[int]) -> tuple[float, np.ndarray]:
        """Return the loss on each set left out, summed, and about what it is without each of the traits."""
        loss, without = 0.0, np.zeros(len(traits))
        start, _ = self._regress(traits, np.ones(len(self.sets), dtype=bool))
        for name in np.unique(self.sets):
            out = self.sets == name
            weights, bend = self._regress(traits, ~out, start, FEWER)
            inverse = np.linalg.inv(bend)
            mended = weights[:, None] - inverse * (weights / np.diag(inverse))  # each column lacks one trait
            ways = self.table[out][:, traits] @ np.column_stack([weights, mended])
            costs = self.counts[out] @ np.logaddexp(0, (1 - 2 * self.right[out])[:, None] * ways)
            loss, without = loss + costs[0], without + costs[1:]
        return loss, without

    def _regress(
        self, traits: Sequence[int], rows: np.ndarray, start: np.ndarray | None = None, rounds: int = ROUNDS
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the weights that fit best, and how much worse others are (the second derivatives)."""
        table, counts, right = self.table[rows][:, traits], self.counts[rows], self.right[rows]
        drawn = np.array([DRAWN if self.names[trait] else 0.01 for trait in traits])
        weights = np.zeros(len(traits)) if start is None else start.copy()
        for _ in range(rounds):
            likely = 1 / (1 + np.exp(-table @ weights))
            bend = (table * (counts * likely * (1 - likely))[:, None]).T @ table + np.diag(drawn)
            weights -= np.linalg.solve(bend, table.T @ (counts * (likely - right)) + drawn * weights)
        return weights, bend


def _judge(cases: Sequence[Case], samples: Sequence[Sample], weights: Weights) -> np.ndarray:
    """Return by how sure a finding must be what is found, alarmed and told, and in the last row how much there is."""
    expected = sum(len(case["expect"]) for case in cases)
    clean = {case["id"] for case in cases if not case["expect"] and not case.get("may")}
    changed = sum(1 for case in cases for _ in changed_figures(case))
    with patch.dict(packaged("sureness"), weights):
        sure = [(sureness.sureness(sample.rule, dict(sample.traits)), sample) for sample in samples]
    counts = []
    for least in LEAST:
        told = [sample for likely, sample in sure if likely >= least]
        found = {(s.case, s.target) for s in told if s.right and not s.changed}
        alarmed = {s.case for s in told if not s.right} & clean
        seen = {(s.case, s.target) for s in told if s.changed and s.target >= 0}
        counts.append((len(found), len(alarmed), len(seen)))
    return np.array([*counts, (expected, len(clean), changed)])


def _print(title: str, told: np.ndarray) -> None:
    *counts, (expected, clean, changed) = told.tolist()
    print(f"\n{title}: {expected} expected findings, {clean} right texts, {changed} changed figures")
    print("| sure | found | right texts alarmed | changed figures told |\n|---|---|---|---|")
    for least, (found, alarmed, seen) in zip(LEAST, counts, strict=True):
        shares = (found / max(expected, 1), alarmed / max(clean, 1), seen / max(changed, 1))
        print(f"| {least} | {shares[0]:.1%} | {shares[1]:.1%} | {shares[2]:.1%} |")


def _write(weights: Weights, least: dict[str, float]) -> None:
    lines = [HEAD + "".join(f"{name} = {value}\n" for name, value in least.items())]
    for rule, traits in weights.items():
        lines.append(f"\n[{rule}]\n" + "".join(f'"{name}" = {value:.2f}\n' for name, value in traits.items()))
    path = Path(lexicon.__file__).parents[2] / "forms" / "prose" / "sureness.toml"
    path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
