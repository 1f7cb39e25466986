"""How often error localisation finds the wrong cells, beside what any ranking could reach.

    python tests/benchmarks/localisation.py [--trials 1000] [--seed 0]

Two cells of the applications table are made wrong, or one cell of a disputes group, in tables that add up; the table of
results says in how many trials the first repair of ``localise`` is the truth. All figures are drawn by chance, the same
for the same seed; no real filing is read.

Tables. ``like offices'``: applications are drawn one by one as the sample city's are (mostly natural persons, most
results granted or not held), 5 to 600 a table, so that most cells are 0. ``no zero``: every cell is at least 1, each
part log-uniform up to 300, which is the harder case: there non-negativity rules nothing out.

Errors. ``typing``: a kind (a digit dropped, doubled, added, replaced, or two neighbours swapped) among those that can
change the figure, each as likely as the others, then one of the ways to commit it. ``by one``: one more or, where the
figure is not 0, one less.

Right: the first repair is the truth. Tied: it is in the list, and none in it more than five times as plausible. Unique:
it is the only one. Best: the expected share of right ones if repairs were ranked by their probability under the model
that made the error, all figures being equally likely beforehand. Where that is nearly so (``no zero``), no ranking does
better; where most figures are 0, to know that can help a little.

Disputes. A group's four counts are geometric with means of 60, 12, 10 and 18 percent of a scale, which is 1, 5, 20 or
80 with the same chance (``like offices'``), or log-uniform from 1 to 999 (``no zero``), and one of the five cells is
mistyped. Here even the best is known exactly. By Bayes' theorem the probability that cell i is the wrong one, given the
five stated figures, is proportional to

    P(counts with cell i repaired) * P(stated figure of i | repaired figure of i)

(each cell is equally likely to be wrong), the first factor being the sum over the scales of the product of four
probabilities, the second that of the typing error. Whoever puts the largest first is right with that probability, and
nobody can do better; the mean over the trials is ``best``. It knows how the figures were drawn, which ``localise`` does
not. ``strictly``: right, and nothing else as plausible; ``equal``: the truth is first or as plausible as the first.

A ranking could be first or equal more often by ranking doubtful cases equal on purpose, at the price of being strictly
first less often. ``most`` is how often even the one that knows the probabilities can be first or equal so, if it gives
up 5 points of ``best``: it ranks all cells equal in the trials where the likeliest has the least probability.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from govreport.checks.edits.matrix import edit_matrix
from govreport.checks.localise.localisation import Problem, Repair, plausibility
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import Form
from tests.support.localised import localise
from tests.support.strategies import APPLICANTS, results_of

Figures = dict[str, int]
TIED = math.log(5)
ORGANISATIONS = {"business": 60, "research": 4, "public_welfare": 8, "legal_service": 20, "other": 8}
RESULTS = {
    "granted": 46, "partial": 9, "denied.law_forbids": 1, "denied.third_party": 3, "denied.internal": 3,
    "denied.process": 3, "denied.enforcement_file": 2, "denied.admin_query": 2, "unable.not_held": 15,
    "unable.must_create": 5, "unable.unclear": 1, "not_processed.petition": 4, "not_processed.repeat": 2,
    "not_processed.publication": 0.5, "not_processed.confirm": 0.5, "other": 3, "other.no_correction": 2,
    "other.other": 1,
}  # fmt: skip
"""Weights of applicants and results, as in tools/sample_city.toml; a form takes those that it has."""
SCALES, OUTCOMES, LARGEST = (1, 5, 20, 80), (0.60, 0.12, 0.10, 0.18), 2000


# ---- tables that add up ----------------------------------------------------------------------------------------------


def like_offices(form: Form, rng: Random) -> Figures:
    """Draw each application's applicant and result, and count them."""
    weights = {row: RESULTS[row] for row in results_of(form) if row in RESULTS}
    received, organisations = round(10 ** rng.uniform(0.7, 2.8)), rng.uniform(0.05, 0.4)
    carried_in, carried_out = (rng.randint(0, max(1, received // 15)) for _ in range(2))
    counted: Counter[tuple[str, str]] = Counter()
    for number in range(carried_in + received):
        kinds = rng.choices(list(ORGANISATIONS), list(ORGANISATIONS.values()))
        applicant = kinds[0] if rng.random() < organisations else "natural"
        counted["carried_in" if number < carried_in else "new", applicant] += 1
        is_open = number >= carried_in + received - carried_out
        counted["carried_out" if is_open else rng.choices(list(weights), list(weights.values()))[0], applicant] += 1
    return with_totals(form, counted)


def no_zero(form: Form, rng: Random) -> Figures:
    """Fill every cell with at least 1."""
    counted: Counter[tuple[str, str]] = Counter()
    for applicant in APPLICANTS:
        rows = [*results_of(form), "carried_in", "carried_out"]
        counted.update({(row, applicant): round(10 ** rng.uniform(0, 2.5)) for row in rows})
        decided = sum(counted[row, applicant] for row in results_of(form))
        counted["carried_in", applicant] = min(counted["carried_in", applicant], decided)
        counted["new", applicant] = decided + counted["carried_out", applicant] - counted["carried_in", applicant]
    return with_totals(form, counted)


def with_totals(form: Form, counted: Counter[tuple[str, str]]) -> Figures:
    rows = [row.key for row in form.tables["applications"].rows]
    for applicant in APPLICANTS:
        counted["total", applicant] = sum(counted[row, applicant] for row in results_of(form))
    for row in rows:
        counted[row, "total"] = sum(counted[row, applicant] for applicant in APPLICANTS)
    return {f"applications.{row}.{column}": counted[row, column] for row in rows for column in (*APPLICANTS, "total")}


# ---- errors and how likely they are ----------------------------------------------------------------------------------


@lru_cache(maxsize=100_000)
def typed(true: int) -> Mapping[int, float]:
    """Return what a figure becomes by one typing error, with probabilities."""
    digits = str(true)
    places, between = range(len(digits)), range(len(digits) + 1)
    kinds = [
        [digits[:n] + digits[n + 1 :] for n in places if len(digits) > 1],
        [digits[: n + 1] + digits[n:] for n in places if true],
        [digits[:n] + d + digits[n:] for n in between for d in "0123456789"],
        [digits[:n] + d + digits[n + 1 :] for n in places for d in "0123456789"],
        [digits[:n] + digits[n + 1] + digits[n] + digits[n + 2 :] for n in places[:-1]],
    ]
    changed = [wrong for kind in kinds if (wrong := [int(text) for text in kind if int(text) != true])]
    chances: dict[int, float] = {}
    for wrong in changed:
        for figure in wrong:
            chances[figure] = chances.get(figure, 0.0) + 1 / (len(changed) * len(wrong))
    return chances


def by_one(true: int) -> Mapping[int, float]:
    return {true + 1: 0.5, true - 1: 0.5} if true else {1: 1.0}


Model = Callable[[int], Mapping[int, float]]


def mistake(true: int, model: Model, rng: Random) -> int:
    chances = model(true)
    return rng.choices(list(chances), list(chances.values()))[0]


# ---- two wrong cells of the applications table -----------------------------------------------------------------------


def applications_problem(form: Form, figures: Figures) -> Problem:
    """Return the rules A of a filing's own table as a problem of error localisation."""
    system = edit_matrix(form)
    names, values = list(figures), list(figures.values())
    number = {name: n for n, name in enumerate(names)}
    columns: list[dict[int, int]] = [{} for _ in names]
    for row, cell in np.argwhere(system.matrix).tolist():
        if system.cells[cell] in number:
            columns[number[system.cells[cell]]][row] = int(system.matrix[row, cell])
    residual: Counter[int] = Counter()
    for value, column in zip(values, columns, strict=True):
        for row, factor in column.items():
            residual[row] += factor * value
    return Problem(columns, {row: value for row, value in residual.items() if value}, values, [0] * len(values))


def two_cells(form: Form, tables: Callable[[Form, Random], Figures], model: Model, trials: int, rng: Random) -> str:
    """Make two cells wrong, again and again, and return a line of results."""
    right, tied, unique, best, seconds = 0, 0, 0, 0.0, []
    for _ in range(trials):
        true = tables(form, rng)
        names = list(true)
        wrong = rng.sample(range(len(names)), 2)
        stated = true | {names[n]: mistake(true[names[n]], model, rng) for n in wrong}
        truth = tuple((n, true[names[n]] - stated[names[n]]) for n in sorted(wrong))
        problem = applications_problem(form, stated)
        start = time.perf_counter()
        found = localise(problem)
        seconds.append(time.perf_counter() - start)
        right += found[:1] == [truth]
        unique += found == [truth]
        tied += truth in found and plausibility(problem, truth) > plausibility(problem, found[0]) - TIED
        chances = [probability(problem, repair, model) for repair in found]
        best += max(chances) / sum(chances)
    shares = [right / trials, tied / trials, unique / trials, best / trials]
    return "".join(f"{share:9.1%}" for share in shares) + f"{1000 * statistics.median(seconds):9.1f} ms"


def probability(problem: Problem, repair: Repair, model: Model) -> float:
    values = problem.values
    return math.prod(model(values[cell] + change).get(values[cell], 0.0) for cell, change in repair)


# ---- one wrong cell of a disputes group ------------------------------------------------------------------------------

Prior = Sequence[tuple[float, Sequence[Sequence[float]]]]
"""Mixture of scales: its share, and for each of the four counts the probability of each figure."""


def geometric(mean: float) -> list[float]:
    ratio = mean / (1 + mean)
    return [(1 - ratio) * ratio**count for count in range(LARGEST)]


def log_uniform(most: int) -> list[float]:
    total = sum(1 / count for count in range(1, most + 1))
    return [0.0] + [1 / count / total for count in range(1, most + 1)]


PRIORS: dict[str, Prior] = {
    "like offices'": [(1 / len(SCALES), [geometric(scale * share) for share in OUTCOMES]) for scale in SCALES],
    "no zero": [(1.0, [log_uniform(999)] * len(OUTCOMES))],
}


def repaired(stated: Sequence[int], cell: int) -> list[int]:
    """Return a group with one cell as the identity asks for it; the total is the last."""
    *parts, total = stated
    surplus = sum(parts) - total
    return [value + (surplus if n == len(parts) else -surplus) * (n == cell) for n, value in enumerate(stated)]


def posterior(prior: Prior, stated: Sequence[int]) -> list[float]:
    """Return for each cell the probability that it is the wrong one."""
    chances = []
    for cell in range(len(stated)):
        true = repaired(stated, cell)
        counts = [
            share * math.prod(p[v] if 0 <= v < len(p) else 0.0 for p, v in zip(figures, true, strict=False))
            for share, figures in prior
        ]
        chances.append(sum(counts) * typed(true[cell]).get(stated[cell], 0.0) if true[cell] >= 0 else 0.0)
    return [chance / sum(chances) for chance in chances]


def most_equal(likeliest: Sequence[float], price: float = 0.05) -> float:
    """Return the share first or equal that the best ranking reaches when it gives up some of being strictly first."""
    gained, paid = sum(likeliest) / len(likeliest), 0.0
    for chance in sorted(likeliest):
        paid += chance / len(likeliest)
        if paid > price:
            break
        gained += (1 - chance) / len(likeliest)
    return gained


def disputes(prior: Prior, trials: int, rng: Random) -> str:
    """Mistype one cell of a group, again and again, and return a line of results."""
    columns = [{0: -1}] * len(OUTCOMES) + [{0: 1}]
    right, strictly, equal, tied, unique = 0, 0, 0, 0, 0
    seconds: list[float] = []
    likeliest: list[float] = []
    for _ in range(trials):
        ((_, figures),) = rng.choices(prior, [share for share, _ in prior])
        parts = [rng.choices(range(len(chances)), chances)[0] for chances in figures]
        true = [*parts, sum(parts)]
        wrong = rng.randrange(len(true))
        stated = [mistake(v, typed, rng) if n == wrong else v for n, v in enumerate(true)]
        problem = Problem(columns, {0: stated[-1] - sum(stated[:-1])}, stated, [0] * len(stated))
        start = time.perf_counter()
        found = localise(problem)
        seconds.append(time.perf_counter() - start)
        scores = {cell: plausibility(problem, ((cell, change),)) for ((cell, change),) in found}
        highest = max(scores.values())
        first = [cell for cell, score in scores.items() if score == highest]
        right += found[0][0][0] == wrong
        strictly += first == [wrong]
        equal += wrong in first
        tied += scores[wrong] > highest - TIED
        unique += len(found) == 1
        likeliest.append(max(posterior(prior, stated)))
    shares = [count / trials for count in (right, strictly, equal, tied, unique)]
    shares += [sum(likeliest) / trials, most_equal(likeliest)]
    return "".join(f"{share:9.1%}" for share in shares) + f"{1000 * statistics.median(seconds):9.2f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print(f"Two wrong cells of the applications table, {options.trials} trials a line")
    print(f"{'edition':8} {'table':14} {'error':7}{'right':>9}{'tied':>9}{'unique':>9}{'best':>9}{'median':>12}")
    for model_name, model in (("typing", typed), ("by one", by_one)):
        for table, tables in (("like offices'", like_offices), ("no zero", no_zero)):
            for edition, form in Catalogue.read().editions.items():
                rng = Random(f"{options.seed}/{edition}/{table}/{model_name}")
                line = two_cells(form, tables, model, options.trials, rng)
                print(f"{edition:8} {table:14} {model_name:7}{line}", flush=True)
    print(f"\nOne mistyped cell of a disputes group, {10 * options.trials} trials a line")
    heads = ("right", "strictly", "equal", "tied", "unique", "best", "most")
    print(f"{'figures':14}" + "".join(f"{head:>9}" for head in heads) + f"{'median':>12}")
    for name, prior in PRIORS.items():
        print(f"{name:14}{disputes(prior, 10 * options.trials, Random(f'{options.seed}/{name}'))}", flush=True)


if __name__ == "__main__":
    main()
