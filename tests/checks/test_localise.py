"""Error localisation: the fewest cells, exactly, and the likeliest first; docs/localisation.md has the proofs."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from govreport.checks.edits.matrix import edit_matrix
from govreport.checks.localise.localisation import Problem, Repair, blocks, localise_block
from govreport.checks.localise.typing_errors import log_likelihood, mistyped
from govreport.forms.catalogue import Catalogue
from govreport.forms.expansion import expand
from tests.support.localised import localise
from tests.support.strategies import examples

APPLICATIONS = "applications."


# ---- the edit matrix of the applications table -----------------------------------------------------------------------


def edit_columns(edition: str) -> dict[str, list[int]]:
    """The columns of the edit matrix, rules A1 to A3, by cell; built from the rules' terms alone."""
    form = Catalogue.read().editions[edition]
    edits = [edit for edit in expand(form) if edit.rule in ("A1", "A2", "A3")]
    names = [name for name in form.cells if name.startswith(APPLICATIONS)]
    columns = {name: [0] * len(edits) for name in names}
    for number, edit in enumerate(edits):
        for side, terms in ((1, edit.left), (-1, edit.right)):
            for factor, cell in terms:
                columns[cell][number] += side * factor
    return columns


def gram(edition: str) -> np.ndarray:
    """Inner products of the columns: whole numbers, and a set of columns is dependent where its determinant is 0."""
    columns = np.array(list(edit_columns(edition).values()), dtype=np.int64)
    return columns @ columns.T


@pytest.mark.parametrize(("edition", "cells", "edits"), [("2019", 161, 37), ("2021", 175, 39)])
def test_the_edit_matrix_has_a_column_for_each_cell_and_a_row_for_each_identity(
    edition: str, cells: int, edits: int
) -> None:
    columns = edit_columns(edition)
    assert (len(columns), {len(column) for column in columns.values()}) == (cells, {edits})
    system = edit_matrix(Catalogue.read().editions[edition])
    chosen = [n for n, edit in enumerate(system.edits) if edit.rule in ("A1", "A2", "A3")]
    matrix = system.matrix[chosen]
    assert {name: matrix[:, n].tolist() for n, name in enumerate(system.cells) if name in columns} == columns


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_no_three_columns_of_the_edit_matrix_are_linearly_dependent(edition: str) -> None:
    g = gram(edition)
    i, j = np.array(list(itertools.combinations(range(len(g)), 2))).T
    assert (g[i, i] * g[j, j] - g[i, j] ** 2 > 0).all()
    i, j, k = np.array(list(itertools.combinations(range(len(g)), 3))).T
    determinant = (
        g[i, i] * (g[j, j] * g[k, k] - g[j, k] ** 2)
        - g[i, j] * (g[i, j] * g[k, k] - g[j, k] * g[i, k])
        + g[i, k] * (g[i, j] * g[j, k] - g[j, j] * g[i, k])
    )
    assert len(determinant) == len(g) * (len(g) - 1) * (len(g) - 2) // 6
    assert (determinant > 0).all()


@pytest.mark.parametrize(("edition", "count"), [("2019", 3654), ("2021", 4473)])
def test_four_columns_are_dependent_where_two_results_or_two_of_the_other_rows_cross_two_columns(
    edition: str, count: int
) -> None:
    columns = {name: np.array(column) for name, column in edit_columns(edition).items()}
    places = [name.removeprefix(APPLICATIONS).rsplit(".", 1) for name in columns]
    rows, keys = (list(dict.fromkeys(part)) for part in zip(*places, strict=True))
    ends, found = {"new", "carried_in", "carried_out"}, 0
    for one, other in itertools.combinations(rows, 2):
        same = (one in ends) == (other in ends) and "total" not in (one, other)
        for left, right in itertools.combinations(keys, 2):
            corners = [columns[f"{APPLICATIONS}{row}.{key}"] for row in (one, other) for key in (left, right)]
            signs = [(1, a, b, c) for a, b, c in itertools.product((1, -1), repeat=3)]
            cancels = any(not sum(s * c for s, c in zip(sign, corners, strict=True)).any() for sign in signs)
            assert cancels == same
            found += cancels
    assert found == count


@pytest.mark.parametrize("edition", ["2019", "2021"])
def test_cells_of_which_none_is_alone_in_an_edit_are_dependent(edition: str) -> None:
    """The theorem of docs/localisation.md, on sets of cells drawn by chance; those with an alone one are left out."""
    columns, rng, seen = list(edit_columns(edition).values()), Random(edition), 0
    for _ in range(150):
        chosen = set(rng.sample(range(len(columns)), rng.randint(8, 70)))
        alone: set[int] | None = None
        while alone is None or alone:
            rows = np.abs(np.array([columns[cell] for cell in sorted(chosen)])).sum(axis=0) if chosen else np.zeros(1)
            alone = {cell for cell in chosen if any(c and rows[row] == 1 for row, c in enumerate(columns[cell]))}
            chosen -= alone
        if chosen:
            seen += 1
            told = [{row: c for row, c in enumerate(columns[cell]) if c} for cell in sorted(chosen)]
            assert solution(told, {}) is None, "no amounts of their own"
    assert seen > 50


# ---- an independent search, by brute force ---------------------------------------------------------------------------


def solution(columns: Sequence[Mapping[int, int]], target: Mapping[int, int]) -> list[Fraction] | None:
    """Solve for the only amounts that these columns need to give the target; None when there are none, or many."""
    rows = sorted({row for column in columns for row in column} | set(target))
    left = [[Fraction(column.get(row, 0)) for column in columns] + [Fraction(target.get(row, 0))] for row in rows]
    for place in range(len(columns)):
        pivot = next((n for n in range(place, len(left)) if left[n][place]), None)
        if pivot is None:
            return None
        left[place], left[pivot] = left[pivot], left[place]
        left[place] = [value / left[place][place] for value in left[place]]
        for n, line in enumerate(left):
            if n != place and line[place]:
                left[n] = [a - line[place] * b for a, b in zip(line, left[place], strict=True)]
    return None if any(line[-1] for line in left[len(columns) :]) else [line[-1] for line in left[: len(columns)]]


def brute_force(problem: Problem, most: int) -> set[Repair]:
    """Try every set of cells, the smallest first; sets whose columns are dependent have no amounts of their own."""
    target = {row: -value for row, value in problem.residual.items() if value}
    cells = [n for n, column in enumerate(problem.columns) if column]
    for size in range(1, most + 1):
        found = set()
        for chosen in itertools.combinations(cells, size):
            if set(target) <= {row for cell in chosen for row in problem.columns[cell]}:
                amounts = solution([problem.columns[cell] for cell in chosen], target) or []
                repair = tuple((cell, int(a)) for cell, a in zip(chosen, amounts, strict=False) if a == int(a) != 0)
                if len(repair) == size and all(problem.values[c] + a >= (problem.floor[c] or 0) for c, a in repair):
                    found.add(repair)
        if found:
            return found
    return set()


def spoilt(columns: Sequence[Mapping[int, int]], true: Sequence[int], wrong: Mapping[int, int]) -> Problem:
    """A system that holds for the true figures, with some of them wrong."""
    values = [wrong.get(cell, figure) for cell, figure in enumerate(true)]
    residual: dict[int, int] = {}
    for column, figure, value in zip(columns, true, values, strict=True):
        for row, factor in column.items():
            residual[row] = residual.get(row, 0) + factor * (value - figure)
    return Problem(columns, {row: value for row, value in residual.items() if value}, values, [0] * len(values))


def small_table(rows: int, columns: int) -> tuple[list[dict[int, int]], list[tuple[int, int]]]:
    """A table of parts with a total row and column: for each cell its identities, and its place."""
    places = [(r, c) for r in range(rows + 1) for c in range(columns + 1)]
    factor = {False: -1, True: 1}
    return [{r: factor[c == columns], rows + 1 + c: factor[r == rows]} for r, c in places], places


@st.composite
def spoilt_tables(draw: st.DrawFn, wrong: int, rows: int = 3, columns: int = 3) -> Problem:
    """Small tables with totals, so many of their cells wrong."""
    system, places = small_table(rows, columns)
    parts = {(r, c): draw(st.integers(0, 12)) for r, c in places if r < rows and c < columns}
    for c in range(columns):
        parts[rows, c] = sum(parts[r, c] for r in range(rows))
    for r in range(rows + 1):
        parts[r, columns] = sum(parts[r, c] for c in range(columns))
    true = [parts[place] for place in places]
    cells = draw(st.lists(st.integers(0, len(true) - 1), min_size=wrong, max_size=wrong, unique=True))
    return spoilt(system, true, {cell: draw(st.integers(0, 40)) for cell in cells})


@given(st.integers(1, 3).flatmap(spoilt_tables))
def test_tables_with_up_to_three_wrong_cells_have_the_repairs_that_brute_force_finds(problem: Problem) -> None:
    assume(problem.residual)
    found = localise(problem)
    assert len(set(found)) == len(found)
    expected = brute_force(problem, 3)
    assert set(found) == expected if len(expected) <= 50 else set(found) < expected


@given(spoilt_tables(4, 2, 3))
@settings(max_examples=20)
def test_tables_with_four_wrong_cells_are_repaired_with_as_few_cells_as_brute_force_needs(problem: Problem) -> None:
    assume(problem.residual)
    found, expected = localise(problem), brute_force(problem, 4)
    assert {len(repair) for repair in found} == {len(repair) for repair in expected}
    assert set(found) <= expected
    assert (len(found) == 1) == (len(expected) == 1)


@st.composite
def any_systems(draw: st.DrawFn) -> Problem:
    """Small systems of any shape, as a project's own rules may give."""
    cells, rows = draw(st.integers(3, 6)), draw(st.integers(2, 4))
    factors = st.sampled_from([0, 0, 1, 1, -1, -1, 2])
    table = [{row: factor for row in range(rows) if (factor := draw(factors))} for _ in range(cells)]
    true = draw(st.lists(st.integers(0, 9), min_size=cells, max_size=cells))
    wrong = draw(st.dictionaries(st.integers(0, cells - 1), st.integers(0, 20), min_size=1, max_size=3))
    return spoilt(table, true, wrong)


@given(any_systems())
@examples(100, thorough=200)
def test_any_system_has_the_repairs_that_brute_force_finds(problem: Problem) -> None:
    expected = brute_force(problem, 3)
    assume(problem.residual and expected)
    found = localise(problem)
    target = {row: -value for row, value in problem.residual.items()}
    apart = {repair for repair in found if solution([problem.columns[cell] for cell, _ in repair], target)}
    size = len(next(iter(expected)))
    assert len(found[0]) <= size
    assert apart <= expected if len(found[0]) == size else not apart
    complete = all(localise_block(block).complete for block in blocks(problem))
    assert apart == expected or len(found[0]) < size or (size > 2 and not complete)


def test_what_further_rules_tangle_is_called_unique_only_if_all_repairs_were_looked_at() -> None:
    columns = [
        {1: -1, 2: 1},
        {0: 2, 1: 2, 2: 1},
        {0: -1, 1: 2},
        {0: -1, 1: 2, 2: -1},
        {0: -1, 1: -1, 2: 1},
        {0: 2, 2: -1},
    ]
    problem = Problem(columns, {0: 6, 1: 33, 2: 21}, [5, 16, 13, 0, 16, 4], [0] * 6)
    assert len(brute_force(problem, 3)) == 2 and not localise_block(problem).complete


def test_two_cells_that_stand_in_the_same_identities_are_a_repair_like_others() -> None:
    columns = [{0: 1, 1: 1}, {0: 1, 1: -1}, {0: 1}, {1: 1}]
    found = localise(Problem(columns, {0: -4, 1: -2}, [5, 5, 5, 5], [0] * 4))
    assert ((0, 3), (1, 1)) in found
    assert len(found) == len(brute_force(Problem(columns, {0: -4, 1: -2}, [5, 5, 5, 5], [0] * 4), 2)) > 1


# ---- whole numbers, not negative; blocks apart -----------------------------------------------------------------------


def test_what_non_negativity_leaves_is_the_only_repair() -> None:
    assert localise(Problem([{0: -1}] * 4 + [{0: 1}], {0: -11}, [10, 1, 0, 0, 0], [0] * 5)) == [((4, 11),)]
    assert len(localise(Problem([{0: -1}] * 4 + [{0: 1}], {0: 1}, [10, 1, 0, 0, 12], [0] * 5))) == 5


def test_a_change_that_is_no_whole_number_is_no_repair() -> None:
    assert localise(Problem([{0: 2}, {0: 1}], {0: 3}, [4, 9], [0, 0])) == [((1, -3),)]


def test_blocks_that_share_no_cell_are_repaired_each_by_itself() -> None:
    columns = [{0: -1}, {0: -1}, {0: 1}, {1: -1}, {1: -1}, {1: 1}]
    found = localise(Problem(columns, {0: 5, 1: -7}, [9, 4, 18, 4, 4, 1], [0] * 6))
    firsts, seconds = {((0, 5),), ((1, 5),), ((2, -5),)}, {((5, 7),)}
    assert set(found) == {(*first, *second) for first in firsts for second in seconds}


def test_a_system_that_holds_needs_no_repair() -> None:
    assert localise(Problem([{0: 1}, {0: -1}], {}, [3, 3], [0, 0])) == []


# ---- the likeliest first ---------------------------------------------------------------------------------------------


@given(st.integers(0, 99_999), st.data())
def test_a_typing_error_is_likelier_than_any_other_figure(true: int, data: st.DataObject) -> None:
    typed = sorted({figure for found in mistyped(true).values() for figure in found})
    stated, other = data.draw(st.sampled_from(typed)), data.draw(st.integers(0, 999_999))
    assume(other not in typed and abs(other - true) > 1 and other != true)
    assert log_likelihood(stated, true) > log_likelihood(other, true)


@pytest.mark.parametrize(
    ("stated", "first"),
    [
        ([1240, 3, 15, 0, 1222], (0, -36)),  # 1204 with its last digits swapped
        ([130, 0, 2, 0, 15], (0, -117)),  # 13 with a digit too many
        ([7, 0, 0, 0, 77], (4, -70)),  # 7 typed twice
        ([25, 3, 41, 60, 1129], (4, -1000)),  # 129 with its first digit doubled
    ],
)
def test_among_five_cells_of_one_identity_the_mistyped_one_comes_first(stated: list[int], first: Repair) -> None:
    problem = Problem([{0: -1}] * 4 + [{0: 1}], {0: stated[4] - sum(stated[:4])}, stated, [0] * 5)
    assert localise(problem)[0] == (first,)


def test_a_cell_with_a_weight_comes_after_others() -> None:
    problem = Problem([{0: -1}, {0: -1}, {0: 1}], {0: 5}, [9, 9, 23], [0] * 3, {0: 9.0})
    assert [repair[0][0] for repair in localise(problem)].index(0) == 2


def test_a_figure_put_in_the_next_row_comes_first() -> None:
    system, places = small_table(4, 4)
    true = [0] * len(places)
    for (r, c), figure in {(0, 0): 38, (0, 4): 38, (4, 0): 38, (4, 4): 38}.items():
        true[places.index((r, c))] = figure
    here, there = places.index((0, 0)), places.index((1, 0))
    found = localise(spoilt(system, true, {here: 0, there: 38}))
    assert found[0] == ((here, 38), (there, -38))


# ---- bounded ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [6, 10, 40, 175])
def test_a_table_in_disorder_is_given_up_within_bounds(wrong: int, capfd: pytest.CaptureFixture[str]) -> None:
    system, places = small_table(24, 6)
    rng = Random(wrong)
    cells = {cell: rng.randint(0, 999) for cell in rng.sample(range(len(places)), wrong)}
    start = time.process_time()
    found = localise(spoilt(system, [0] * len(places), cells))
    assert time.process_time() - start < 30
    assert all(len(repair) <= wrong for repair in found)
    assert capfd.readouterr().out == ""
