"""Error localisation in systems small enough to be solved by hand."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from govreport.checks.localise import localisation
from govreport.checks.localise.localisation import (
    EXCHANGED,
    MOST_CELLS,
    MOST_REPAIRS,
    Localisation,
    Problem,
    Repair,
    blocks,
    localise_block,
    plausibility,
)
from govreport.checks.localise.typing_errors import SMALLER, log_frequency, log_likelihood, mistyped
from tests.support.localised import localise


def system(
    columns: Sequence[Mapping[int, int]],
    residual: Mapping[int, int],
    values: Sequence[int] | int = 100,
    floor: int | None = 0,
    weights: Mapping[int, float] | None = None,
) -> Problem:
    figures = [values] * len(columns) if isinstance(values, int) else values
    return Problem(columns, residual, figures, [floor] * len(columns), weights or {})


def total(parts: int) -> list[dict[int, int]]:
    """A total and its parts."""
    return [{0: 1}, *({0: -1} for _ in range(parts))]


def chain(length: int) -> list[dict[int, int]]:
    """Cells of which each two neighbours share an identity."""
    inner = [{n - 1: -1, n: 1} for n in range(1, length)]
    return [{0: 1}, *inner, {length - 1: -1}]


# ---- typing errors ---------------------------------------------------------------------------------------------------


def test_one_typing_error_makes_these_figures_of_twelve() -> None:
    assert mistyped(12) == {
        "dropped": Counter([1, 2]),
        "doubled": Counter([112, 122]),
        "added": Counter([*(int(f"{d}12") for d in "123456789"), *(int(f"1{d}2") for d in "0123456789"),
                          *(int(f"12{d}") for d in "0123456789")]),
        "swapped": Counter([21]),
        "replaced": Counter([2, *range(22, 100, 10), 10, 11, *range(13, 20)]),
    }  # fmt: skip


def test_typing_errors_keep_the_sign_and_never_give_the_figure_itself() -> None:
    assert mistyped(-30)["dropped"] == Counter([-3, 0]) and mistyped(-30)["swapped"] == Counter([-3])
    assert mistyped(55)["swapped"] == Counter() and 55 not in mistyped(55)["replaced"]
    assert mistyped(110)["dropped"] == Counter({10: 2, 11: 1})


def test_a_figure_of_one_digit_loses_none_and_nothing_is_not_doubled() -> None:
    assert mistyped(5)["dropped"] == Counter() and mistyped(5)["doubled"] == Counter([55])
    assert mistyped(0) == {
        "dropped": Counter(),
        "doubled": Counter(),
        "added": Counter([*range(10, 100, 10), *range(1, 10)]),
        "swapped": Counter(),
        "replaced": Counter(range(1, 10)),
    }


@pytest.mark.parametrize(
    ("stated", "true", "typed", "by_one", "largest"),
    [
        (21, 12, 1 / 5, 0, 21),  # one of two digits swapped: the only way, of five kinds
        (1, 12, (1 / 2) / 5, 0, 12),
        (13, 12, (1 / 18) / 5 + 0, 0.5, 13),
        (777, 12, 0, 0, 777),
        (-12, 12, 0.5, 0, 12),
        (6, 5, (1 / 9) / 3, 0.5, 10),  # of one digit three kinds are possible, and ten is the least to reckon with
        (0, 7, (1 / 9) / 3, 0, 10),
        (11, 12, (1 / 18) / 5, 0.5, 12),
    ],
)
def test_a_wrong_figure_is_mistyped_off_by_one_or_any_other(
    stated: int, true: int, typed: float, by_one: float, largest: int
) -> None:
    expected = 0.9 * typed + 0.07 * by_one + 0.03 / (10 * largest)
    assert log_likelihood(stated, true) == pytest.approx(math.log(expected), rel=1e-12)


def test_how_far_off_a_figure_is_counts_alike_on_both_sides_of_nothing() -> None:
    assert log_likelihood(3, -5_000) < log_likelihood(3, -700) and log_likelihood(-5_000, 3) < log_likelihood(-700, 3)


def test_a_right_figure_is_no_wrong_one() -> None:
    assert log_likelihood(7, 7) == -math.inf


def test_small_figures_are_commoner_by_a_power_of_their_size() -> None:
    assert log_frequency(0) == 0
    assert log_frequency(99) == log_frequency(-99) == pytest.approx(-1.2 * math.log(100))
    assert SMALLER == 1.2


# ---- the system ------------------------------------------------------------------------------------------------------


def test_a_total_is_alone_on_its_side_and_faces_several() -> None:
    assert system(total(2), {0: 1}).totals == {0}
    assert system(total(1), {0: 1}).totals == frozenset()
    assert system([{0: 1}, {0: 1}, {0: -1}, {0: -1}], {0: 1}).totals == frozenset()
    assert system([{0: -1}, {0: 1}, {0: 1}, {1: 1}], {0: 1}).totals == {0}
    both = [{0: 1, 1: -1}, {0: -1}, {0: -1}, {1: 1}]
    assert system(both, {0: 1}).totals == {0}


def test_what_shares_no_identity_is_a_block_of_its_own_and_cells_keep_their_numbers() -> None:
    columns = [{0: 1}, {0: -1, 1: 1}, {1: -1}, {2: 1}, {2: -1, 3: 1}, {4: 1}, {}]
    found = blocks(system(columns, {0: 0, 1: 5, 3: -2, 4: 0}))
    assert [(block.residual, block.columns) for block in found] == [
        ({1: 5}, [{0: 1}, {0: -1, 1: 1}, {1: -1}, {}, {}, {}, {}]),
        ({3: -2}, [{}, {}, {}, {2: 1}, {2: -1, 3: 1}, {}, {}]),
    ]


def test_blocks_that_a_later_cell_joins_are_one() -> None:
    columns = [{0: 1}, {1: 1}, {2: 1}, {2: 1, 0: 1}, {1: -1, 2: -1}]
    (block,) = blocks(system(columns, {0: 1, 1: 2}))
    assert (block.residual, block.columns) == ({0: 1, 1: 2}, columns)
    assert blocks(system(columns, {})) == []


# ---- repairs ---------------------------------------------------------------------------------------------------------


def test_a_failed_sum_is_repaired_in_each_of_its_cells_that_may_change() -> None:
    found = localise_block(system(total(3), {0: 4}, [10, 3, 2, 1]))
    assert set(found.repairs) == {((0, -4),), ((1, 4),), ((2, 4),), ((3, 4),)} and found.complete
    found = localise_block(system(total(3), {0: 4}, [3, 3, 2, 1]))
    assert set(found.repairs) == {((1, 4),), ((2, 4),), ((3, 4),)}, "the total would be less than nothing"
    found = localise_block(system(total(1), {0: 4}, [3, 0], None))
    assert set(found.repairs) == {((0, -4),), ((1, 4),)}, "a change may be less than nothing"
    assert set(localise_block(system(total(1), {0: 3}, [3, 0])).repairs) == {((0, -3),), ((1, 3),)}


def test_a_factor_must_divide_the_difference() -> None:
    columns = [{0: 2}, {0: -3}]
    assert set(localise_block(system(columns, {0: 6})).repairs) == {((0, -3),), ((1, 2),)}
    assert localise_block(system(columns, {0: 4})).repairs == (((0, -2),),)
    assert localise_block(system(columns, {0: -9})).repairs == (((1, -3),),)


def test_two_and_three_cells_are_found_where_one_does_not_do() -> None:
    two = localise_block(system(chain(2), {0: 1, 1: 2}))
    assert set(two.repairs) == {((0, -1), (2, 2)), ((1, 1), (2, 3)), ((0, -3), (1, -2))} and two.complete
    three = localise_block(system(chain(3), {0: 1, 1: 2, 2: 4}))
    assert all(len(repair) == 3 for repair in three.repairs) and len(three.repairs) == 4 and three.complete


def test_a_figure_below_its_floor_is_in_every_repair_and_other_amounts_may_do_as_well() -> None:
    problem = system(total(2), {0: -3}, [1, -1, 5])
    found = localise_block(problem)
    assert len(found.repairs) == 2 and not found.complete
    for repair in found.repairs:
        by = dict(repair)
        assert problem.values[1] + by[1] >= 0 and by.get(0, 0) - by[1] - by.get(2, 0) == 3
    alone = localise_block(system(total(2), {0: 2}, [6, 5, -1]))
    assert (alone.repairs, alone.complete) == ((((2, 2),),), True)


def test_more_repairs_than_are_kept_are_not_called_all() -> None:
    found = localise_block(system(total(MOST_REPAIRS), {0: 1}))
    assert (len(found.repairs), found.complete) == (MOST_REPAIRS, False)
    found = localise_block(system(total(MOST_REPAIRS - 1), {0: 1}))
    assert (len(found.repairs), found.complete) == (MOST_REPAIRS, True)


def test_cells_that_stand_in_the_same_identities_are_repaired_together() -> None:
    def pairs(factor: int, residual: Mapping[int, int], values: int = 100) -> list[Repair]:
        return list(localise_block(system([{0: 1, 1: 1}, {0: 1, 1: factor}], residual, values)).repairs)

    assert pairs(2, {0: 2, 1: 5}) == [((0, 1), (1, -3))]
    assert pairs(2, {0: 2, 1: 5}, 2) == [], "a figure would be less than nothing"
    assert pairs(3, {1: 2}) == [((0, 1), (1, -1))]
    assert pairs(3, {1: 1}) == [], "half of one is no whole number"
    assert pairs(1, {0: 2, 1: 5}) == [], "cells of the same factors cannot do both"


def test_where_two_cells_stand_together_in_two_identities_repairs_of_three_cells_are_left_to_the_solver() -> None:
    columns = [{1: 1}, {0: -1, 2: -1}, {0: -1, 1: 1, 2: 1}, {0: 1, 1: -1}]
    found = localise_block(system(columns, {0: 2, 1: 6, 2: -5}, [9, 7, 2, 9]))
    assert set(found.repairs) == {((0, -8), (2, 5), (3, 3)), ((1, 8), (2, 13), (3, 19))}
    assert not found.complete, "the solver's bounds may hide larger amounts"


def test_a_block_in_which_nothing_can_change_has_no_repair() -> None:
    assert localise_block(system(total(1), {0: 1}, [0, 0])) == Localisation((((1, 1),),), True)
    assert localise_block(system([{0: 2}], {0: 1})) == Localisation((), False), "a factor may hide a larger amount"
    assert localise_block(system([{0: 1}], {0: 5}, 3)) == Localisation((), True)


def test_repairs_of_several_blocks_are_combined() -> None:
    columns = [{0: 1}, {0: -1}, {1: 1}, {1: -1}]
    found = localise(system(columns, {0: 2, 1: 3}))
    assert set(found) == {((a, -2 if a == 0 else 2), (b, -3 if b == 2 else 3)) for a in (0, 1) for b in (2, 3)}
    assert localise(system(columns, {})) == []


# ---- plausibility ----------------------------------------------------------------------------------------------------


def score(values: Sequence[int], repair: Repair, weights: Mapping[int, float] | None = None) -> float:
    return plausibility(system(total(len(values) - 1), {0: 1}, values, weights=weights), repair)


def test_a_repair_is_as_plausible_as_its_typing_error_and_the_frequency_of_its_part() -> None:
    part = log_likelihood(10, 4) + log_frequency(4) - log_frequency(10)
    assert score([14, 10, 0], ((1, -6),)) == pytest.approx(part)
    assert score([14, 10, 0], ((0, -6),)) == pytest.approx(log_likelihood(14, 8)), "a total has no frequency"
    assert score([14, 10, 0], ((0, -6), (1, -6))) == pytest.approx(log_likelihood(14, 8) + part)


def test_weights_make_cells_less_likely_to_be_wrong() -> None:
    plain = score([14, 10, 0], ((1, -6),))
    assert score([14, 10, 0], ((1, -6),), {1: 2.5, 0: 9.0}) == pytest.approx(plain - 2.5)


def test_two_cells_that_exchange_their_figures_are_one_error() -> None:
    assert EXCHANGED == -5.0
    assert score([14, 10, 4], ((1, -6), (2, 6))) == pytest.approx(EXCHANGED)
    assert score([14, 10, 4], ((1, -6), (2, 6)), {1: 1.0, 2: 0.25}) == pytest.approx(EXCHANGED - 1.25)
    apart = log_likelihood(10, 4) + log_likelihood(5, 11) + log_frequency(4) - log_frequency(10)
    apart += log_frequency(11) - log_frequency(5)
    assert score([14, 10, 5], ((1, -6), (2, 6))) == pytest.approx(apart)


def test_the_likeliest_repair_comes_first_and_equals_by_the_number_of_their_cells() -> None:
    found = localise_block(system(total(2), {0: -1800}, [4612, 6000, 412])).repairs
    assert found[0] == ((0, 1800),), "4612 for 6412 is a swap of digits"
    even = localise_block(system(total(3), {0: 4}, [30, 5, 5, 5])).repairs
    assert [repair for repair in even if repair[0][0] > 0] == [((1, 4),), ((2, 4),), ((3, 4),)]


# ---- larger repairs --------------------------------------------------------------------------------------------------


def test_every_smallest_repair_of_a_chain_is_found() -> None:
    found = localise_block(system(chain(5), {n: n + 1 for n in range(5)}))
    assert {tuple(cell for cell, _ in repair) for repair in found.repairs} == {
        tuple(cell for cell in range(6) if cell != left) for left in range(6)
    }
    assert found.complete
    for repair in found.repairs:
        by = dict(repair)
        assert all(by.get(n, 0) - by.get(n + 1, 0) == -(n + 1) for n in range(5))


def test_each_repair_is_found_once() -> None:
    found = localise_block(system(total(4), {0: 5}))
    assert set(found.repairs) == {((0, -5),), *(((n, 5),) for n in range(1, 5))} and len(found.repairs) == 5


@pytest.mark.parametrize(
    ("columns", "residual", "value", "floor", "repairs"),
    [
        ([{0: 2}], {0: 1}, 100, 0, ()),  # half of one is no whole number
        ([{0: 2}], {0: 4}, 100, 0, (((0, -2),),)),
        ([{0: 1}], {0: 5}, 3, 0, ()),
        ([{0: 1}], {0: 5}, 5, 0, (((0, -5),),)),
        ([{0: 1}], {0: 5}, 3, None, (((0, -5),),)),
        ([{0: -1}], {0: 5}, 3, 0, (((0, 5),),)),
        ([{}], {0: 5}, 3, 0, ()),
        ([{0: 1}, {0: -1, 1: 1}], {0: 5}, 9, 0, (((0, -5),),)),  # an identity that holds is kept
    ],
)
def test_whole_numbers_change_within_their_floors(
    columns: list[dict[int, int]], residual: dict[int, int], value: int, floor: int | None, repairs: tuple[Repair, ...]
) -> None:
    assert localise_block(system(columns, residual, value, floor)).repairs == repairs


def test_a_figure_below_its_floor_is_raised() -> None:
    problem = system(total(2), {0: 2}, [5, -40, 43])
    repairs = localise_block(problem).repairs
    assert {len(repair) for repair in repairs} == {2}
    for repair in repairs:
        by = dict(repair)
        assert by[1] >= 40 and by.get(0, 0) - by[1] - by.get(2, 0) == -2


def test_a_table_that_needs_more_cells_than_the_bound_is_given_up() -> None:
    def apart(count: int) -> tuple[Repair, ...]:
        return localise_block(system([{n: 1} for n in range(count)], dict.fromkeys(range(count), 1))).repairs

    assert apart(MOST_CELLS) == (tuple((n, -1) for n in range(MOST_CELLS)),)
    assert apart(MOST_CELLS + 1) == ()


def test_a_search_that_ends_early_calls_nothing_unique(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = system(chain(5), {n: n + 1 for n in range(5)}, [1, 100, 100, 100, 100, 0])
    (whole,) = [localise_block(problem)]
    assert whole.repairs and whole.complete
    for steps in range(30):
        monkeypatch.setattr(localisation, "MOST_STEPS", steps)
        found = localise_block(problem)
        assert set(found.repairs) <= set(whole.repairs) and found.complete == (found == whole)
    monkeypatch.setattr(localisation, "MOST_STEPS", 10_000)
    monkeypatch.setattr(localisation, "MOST_FOUND", 1)
    assert not localise_block(problem).complete


def test_five_cells_in_a_ring_are_not_called_unique() -> None:
    """Each holds the next, so that no identity tells a change; a project's own rules may make such rings."""
    ring = [{n: 1, (n + 1) % 5: 1} for n in range(5)]
    found = localise_block(system(ring, dict.fromkeys(range(5), 2)))
    assert not found.complete
    three = localise_block(system([{n: 1, (n + 1) % 3: 1} for n in range(3)], dict.fromkeys(range(3), 2)))
    assert three == Localisation((((0, -1), (1, -1), (2, -1)),), True)


@pytest.mark.parametrize("wrong", [20231231, 10**14])
def test_a_long_figure_is_localised_as_exactly_as_a_short_one(wrong: int) -> None:
    problem = system(chain(5), {0: wrong, 1: -wrong, 2: 5, 3: 7, 4: 9}, [wrong, 100, 100, 100, 100, 100])
    (most, *_) = repairs = localise_block(problem).repairs
    for repair in repairs:
        by = dict(repair)
        assert [by.get(n, 0) - by.get(n + 1, 0) for n in range(5)] == [-wrong, wrong, -5, -7, -9]
    assert len(most) == 4
