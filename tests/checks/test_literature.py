"""The published examples of typing-error correction and of error localisation come out as published.

Only their numbers are retold here, each with the place where they stand:

[S08]  S. Scholtus (2008), Algorithms for correcting some obvious inconsistencies and rounding errors in business
       survey data. Statistics Netherlands, discussion paper 08015.
[S09]  S. Scholtus (2009), Automatic correction of simple typing errors in numerical data with balance edits.
       Statistics Netherlands, discussion paper 09046.
[LJS]  M. van der Loo, E. de Jonge and S. Scholtus (2011), Correction of rounding, typing, and sign errors with the
       deducorrect package. Statistics Netherlands, discussion paper 201119; the vignette of deducorrect 1.4.
[JL11] E. de Jonge and M. van der Loo (2011), Manipulation of linear edits and error localization with the editrules
       package. Statistics Netherlands, discussion paper 201120.
[JL14] E. de Jonge and M. van der Loo (2014), Error localization as a mixed integer problem with the editrules package.
       Statistics Netherlands; the vignette of editrules 2.9.
R and Python packages, their documentation and the results that they themselves are tested for: deducorrect 1.4.1,
deductive 1.0.1, editrules 2.9.3, errorlocate 1.1.3, lintools 0.1.7, and Statistics Canada's banff 3.1.

The localisation of [JL11], [JL14], errorlocate and banff is that of Fellegi and Holt (1976) in the generalised form of
de Waal (2003): the cells with the least sum of weights. Ours takes the fewest cells, then ranks: by weights, and where
they tell nothing, as typing errors. So published and ours agree on the set of candidates where weights are equal; a
published choice among equals, made by chance, must be one of ours. Published weights start from 1 for an ordinary
variable; here each step above that is 100 natural logarithms, more than any typing error counts.

An inequality is an identity with a further cell, its slack, that cannot be negative. That is the same as published
where the published solution leaves the slack as it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

import pytest

from govreport.checks.localise.localisation import Problem, Repair
from govreport.checks.localise.typing_errors import log_likelihood, mistyped
from tests.support.localised import localise

Record = dict[str, int]
TERM = re.compile(r"([+-]?) *(\d*) *([A-Za-z]\w*)?")
KINDS = {"dropped": "omitted", "doubled": "added", "added": "added", "swapped": "interchanged", "replaced": "replaced"}
"""The kinds of typing errors by the names of [S09], where a doubled digit is one that was added."""

FIVE = ("x1 + x2 = x3", "x2 = x4", "x5 + x6 + x7 = x8", "x3 + x8 = x9", "x9 - x10 = x11")
"""The balance edits of [S08] (5.7), [S09] (21) and [LJS] sections 2.3 and 3.3."""
ACCOUNT = ("x0r - x0c = x0", "x1r - x1c = x1", "x2r - x2c = x2", "x3r - x3c = x3", "x0 + x1 + x2 + x3 = x4")
"""The profit-and-loss account of [S08] (3.3) and [LJS] section 4.4: returns less costs are results, which add up."""
ACCOUNT_CELLS = "x0r x0c x0 x1r x1c x1 x2r x2c x2 x3r x3c x3 x4"
FROM_ZERO = {cell: 0 for cell in ACCOUNT_CELLS.split() if cell[-1] in "rc"}


def record(names: str, figures: str) -> Record:
    return dict(zip(names.split(), map(int, figures.split()), strict=True))


def five(figures: str) -> Record:
    return record(" ".join(f"x{number}" for number in range(1, 12)), figures)


def repairs(
    edits: Sequence[str],
    figures: Mapping[str, int],
    *,
    floor: int | Mapping[str, int] | None = None,
    weights: Mapping[str, float] | None = None,
    fixed: Collection[str] = (),
) -> list[Record]:
    """Localise the errors of a record: for each repair, in order, the cells that change with their new figures.

    floor: of all cells, or of some; weights: as published, 1 by default; fixed: cells that cannot be wrong.
    """
    cells = [cell for cell in figures if cell not in fixed]
    columns: list[dict[int, int]] = [{} for _ in cells]
    residual: dict[int, int] = {}
    for row, edit in enumerate(edits):
        for side, text in zip((1, -1), edit.split("="), strict=True):
            for sign, factor, cell in TERM.findall(text):
                coefficient = side * (-1 if sign == "-" else 1) * int(factor or bool(cell))
                residual[row] = residual.get(row, 0) + coefficient * (figures[cell] if cell else 1)
                if cell in cells:
                    columns[cells.index(cell)][row] = coefficient
    floors = [floor.get(cell) if isinstance(floor, Mapping) else floor for cell in cells]
    heavier = {cells.index(cell): 100 * (weight - 1) for cell, weight in (weights or {}).items()}
    found = localise(Problem(columns, residual, [figures[cell] for cell in cells], floors, heavier))
    return [changed(cells, figures, repair) for repair in found]


def changed(cells: Sequence[str], figures: Mapping[str, int], repair: Repair) -> Record:
    return {cells[cell]: figures[cells[cell]] + change for cell, change in repair}


def explanations(stated: int, true: int) -> set[str]:
    """The single errors that make `stated` of `true`: the typing errors of [S09], and a lost or added minus sign."""
    kinds = {KINDS[kind] for kind, found in mistyped(true).items() if stated in found}
    return kinds | ({"sign"} if stated == -true else set())


def explained(figures: Mapping[str, int], repair: Mapping[str, int]) -> set[str]:
    """The cells of a repair whose change one typing or sign error explains."""
    return {cell for cell, true in repair.items() if explanations(figures[cell], true)}


# Typing errors of a single figure.


@pytest.mark.parametrize(
    ("true", "stated", "kind"),
    [
        (4627, 4267, "interchanged"),
        (4627, 46287, "added"),
        (4627, 467, "omitted"),
        (4627, 4687, "replaced"),
        (116, 161, "interchanged"),
        (1979, 19979, "added"),
        (19842, 1842, "omitted"),
        (0, 10, "added"),
    ],
)
def test_scholtus_2009_simple_typing_errors(true: int, stated: int, kind: str) -> None:
    """[S09] section 2, (4) to (7), sections 4.1 and 4.2; the last is the added digit of section 5.3.

    What is no single typing error is far less likely than what is one.
    """
    assert kind in explanations(stated, true)
    assert log_likelihood(stated, true) > log_likelihood(stated, 50_000 + 3 * true) + 3


@pytest.mark.parametrize(
    ("true", "stated"),
    [(18137, 137), (411, 0), (0, 411), (18411, 411), (1568, 19979), (60, 123), (315, 252), (14320, 1340)],
)
def test_changes_that_are_no_single_typing_error(true: int, stated: int) -> None:
    """[S09] sections 4.2 to 4.4, the changes discarded; [LJS] section 3.3, (8) and (10); deducorrect,
    damerauLevenshteinDistance, the example at distance 2.
    """
    assert not explanations(stated, true)


@pytest.mark.parametrize(("true", "stated"), [(1340, 140), (1340, 10340), (1340, 1360), (1340, 1430), (129, 192)])
def test_changes_at_damerau_levenshtein_distance_one(true: int, stated: int) -> None:
    """deducorrect, examples of damerauLevenshteinDistance; [LJS] section 3.3, (9). The distance is symmetric."""
    assert explanations(stated, true) and explanations(true, stated)


# Typing errors in records.


def test_scholtus_2009_introduction() -> None:
    """[S09] section 1: turnover 353, costs 283, profit 115. Three solutions of Fellegi and Holt's, of which the one
    that interchanges two digits is the probable one.
    """
    figures = record("turnover costs profit", "353 283 115")
    found = repairs(("turnover - costs = profit",), figures)
    assert sorted(found, key=str) == [{"costs": 238}, {"profit": 70}, {"turnover": 398}]
    assert found[0] == {"costs": 238}
    assert [explained(figures, repair) for repair in found] == [{"costs"}, set(), set()]


TRUE = "1452 116 1568 116 323 76 12 411  1979 1842 137"
ONE_ERROR = "1452 116 1568 161 323 76 12 411  1979 1842 137"
TWO_ERRORS = "1452 116 1568 161 323 76 12 411 19979 1842 137"
THREE_BLANKS = "1452 116 1568 161   0  0  0 411 19979 1842 137"
ONE_LOST = "1452 116 1568 161 323 76 12   0 19979 1842 137"


@pytest.mark.parametrize("floor", [None, 0])
@pytest.mark.parametrize(
    ("figures", "repaired"), [(TRUE, None), (ONE_ERROR, {"x4": 116}), (TWO_ERRORS, {"x4": 116, "x9": 1979})]
)
def test_scholtus_2009_records_of_typing_errors_alone(figures: str, repaired: Record | None, floor: int | None) -> None:
    """[S09] sections 4, 4.1 and 4.2; [LJS] section 3.3, records 4.0 to 4.2: the true record is recovered.

    Ours gives it as the only repair, and every cell of it as a typing error.
    """
    stated = five(figures)
    assert repairs(FIVE, stated, floor=floor) == ([repaired] if repaired else [])
    assert explained(stated, repaired or {}) == set(repaired or {})
    assert stated | (repaired or {}) == five(TRUE)


@pytest.mark.parametrize("floor", [None, 0])
def test_scholtus_2009_typing_errors_beside_another_error(floor: int | None) -> None:
    """[S09] section 4.3; [LJS] section 3.3, record 4.3, status partial: x4 and x9 are corrected; x5 + x6 + x7 = x8
    stays violated, as no typing error explains it, for the paradigm of Fellegi and Holt to resolve.

    Ours resolves it at once: x4 and x9 as published in every repair, and one of the three cells or other, of which
    none is a typing error and none is preferred.
    """
    figures = five(THREE_BLANKS)
    found = repairs(FIVE, figures, floor=floor)
    assert found == [{"x4": 116, "x9": 1979, other: 411} for other in ("x5", "x6", "x7")] or found == [
        {"x4": 116, other: 411, "x9": 1979} for other in ("x5", "x6", "x7")
    ]
    assert [explained(figures, repair) for repair in found] == [{"x4", "x9"}] * 3


@pytest.mark.parametrize("floor", [None, 0])
def test_scholtus_2009_typing_errors_that_another_error_hides(floor: int | None) -> None:
    """[S09] section 4.4; [LJS] section 3.3, record 4.4, status partial: x4 is corrected; that x9 is 1979 or x10
    is 19842 remains open, since each makes one more edit hold, and only the true record tells that it is x9.

    Ours looks for the fewest cells that make all edits hold, and these are the true record's alone; of them x4 and x9
    are typing errors and x8, reported as 0, is not.
    """
    figures = five(ONE_LOST)
    found = repairs(FIVE, figures, floor=floor)
    assert found == [{"x4": 116, "x8": 411, "x9": 1979}]
    assert figures | found[0] == five(TRUE)
    assert explained(figures, found[0]) == {"x4", "x9"}


def test_scholtus_2009_only_whole_numbers() -> None:
    """[S09] section 3.2, footnote 1: with 2 x1 + x2 = x3, x2 = 4 and x3 = 11, x1 would be 7/2, which is discarded.

    The paper gives no observed x1; here it is 3.
    """
    found = repairs(("2 x1 + x2 = x3",), record("x1 x2 x3", "3 4 11"))
    assert sorted(found, key=str) == [{"x2": 5}, {"x3": 10}]


def test_deducorrect_vignette_first_example() -> None:
    """[LJS] section 3.3, (5) to (10): of x = 60, y = 129 and z = 315 only y is at distance 1 of what is stated."""
    figures = record("x y z", "123 192 252")
    found = repairs(("z = x + y",), figures)
    assert found[0] == {"y": 129}
    assert sorted(found[1:], key=str) == [{"x": 60}, {"z": 315}]
    assert [explained(figures, repair) for repair in found] == [{"y"}, set(), set()]


def test_deducorrect_order_of_variables_and_fixed_ones() -> None:
    """deducorrect and deductive, tests of correctTypos on x1 + x2 = x3: x1 is corrected, x2 fixed or not; with x1
    fixed nothing is. Ours then lists the other two cells, and neither as a typing error.
    """
    figures = record("x2 x1 x3", "1452 161 1568")
    assert repairs(("x1 + x2 = x3",), figures)[0] == {"x1": 116}
    assert repairs(("x1 + x2 = x3",), figures, fixed=("x2",))[0] == {"x1": 116}
    without = repairs(("x1 + x2 = x3",), figures, fixed=("x1",))
    assert sorted(map(sorted, without)) == [["x2"], ["x3"]]
    assert not any(explained(figures, repair) for repair in without)


def test_deducorrect_record_without_typing_error() -> None:
    """deducorrect and deductive, tests of correctTypos, the record that lacks a term of its sum: not correctable.

    Ours lists all five cells, and none as a typing error.
    """
    figures = record("x1 x2 x3 x5 x6", "42280000 11289000 4328000 11201000 11849000")
    found = repairs(("x1 = x2 + x3 + x5 + x6",), figures, floor=0)
    assert sorted(map(sorted, found)) == [["x1"], ["x2"], ["x3"], ["x5"], ["x6"]]
    assert not any(explained(figures, repair) for repair in found)


def test_deducorrect_overconstrained_record() -> None:
    """deducorrect and deductive, tests of correctTypos: x1 = x2 and 9 x1 = x2 hold for zeros alone, and (10, 99) is
    not correctable by typing errors.

    Ours finds the zeros; only for one of the two is there a typing error, the 1 before the 0, which [S09] section 5.3
    would rather not accept. Of positive figures there is no repair at all.
    """
    figures = record("x1 x2", "10 99")
    found = repairs(("x1 = x2", "9 x1 = x2"), figures)
    assert found == [{"x1": 0, "x2": 0}]
    assert explained(figures, found[0]) == {"x1"}
    assert repairs(("x1 = x2", "9 x1 = x2"), figures, floor=1) == []


def test_deducorrect_change_of_sign_that_an_inequality_forbids() -> None:
    """deductive, tests of correct_typos: x + y = z and x < 0; the record (-123, 129, 252) stays as it is, though
    x = 123 would be a sign error. Here x is the negative of a cell that is 1 or more.
    """
    figures = record("minus_x y z", "123 129 252")
    assert repairs(("y - minus_x = z",), figures)[0] == {"minus_x": -123}
    found = repairs(("y - minus_x = z",), figures, floor={"minus_x": 1})
    assert sorted(map(sorted, found)) == [["y"], ["z"]]
    assert not any(explained(figures, repair) for repair in found)


# Sign errors, interchanged values, cumulated values, rounding errors.


@pytest.mark.parametrize(
    ("stated", "corrected"),
    [("3 13 10", {"z": -10}), ("14 -4 10", {"y": 4}), ("15 5 -10", {"z": 10}), ("17 7 10", None)],
)
def test_deducorrect_sign_errors(stated: str, corrected: Record | None) -> None:
    """[LJS] section 4.3, z = x - y, records 1, 2, 3 and 5; also the example of the package's overview.

    The sign error is first, and no other repair is one.
    """
    figures = record("x y z", stated)
    found = repairs(("z = x - y",), figures)
    assert found[:1] == ([corrected] if corrected else [])
    others = [explanations(figures[cell], true) for repair in found[1:] for cell, true in repair.items()]
    assert not any("sign" in kinds for kinds in others)


def test_deducorrect_sign_error_under_a_rounding_error() -> None:
    """[LJS] section 4.3, record 6, in tenths: (12.3, -2.1, 10.0) has no sign error; within two units it is y = 2.1.

    Ours knows no tolerance, and finds the cell, first of three, and its figure to within the same two units.
    """
    figures = record("x y z", "123 -21 100")
    found = repairs(("z = x - y",), figures)
    assert not any(explained(figures, repair) for repair in found)
    assert found[0] == {"y": 23}
    assert abs(found[0]["y"] - 21) <= 20


def test_deducorrect_two_equal_sign_errors() -> None:
    """[LJS] section 1.2, x = y - z with (1, 0, 1): x becomes -1, one of two solutions of one sign each."""
    found = repairs(("x = y - z",), record("x y z", "1 0 1"))
    assert found[:2] == [{"x": -1}, {"z": -1}]
    assert found[2:] == [{"y": 2}]


def test_deducorrect_sign_error_with_a_constant() -> None:
    """deducorrect, tests of correctSigns, "constant vector is accounted for": x + y = 2 with (-1, 1)."""
    assert repairs(("x + y = 2",), record("x y", "-1 1"))[0] == {"x": 1}


def test_scholtus_2008_sign_error_in_an_account() -> None:
    """[S08] tables 1 and 2, example (a); [LJS] section 4.4: x1 from 10 to -10, as any other explanation would take
    more variables.
    """
    figures = record(ACCOUNT_CELLS, "2100 1950 150 0 10 10 20 5 15 50 10 40 195")
    assert repairs(ACCOUNT, figures, floor=FROM_ZERO) == [{"x1": -10}]
    assert explanations(10, -10) == {"sign"}


def test_scholtus_2008_interchanged_returns_and_costs() -> None:
    """[S08] tables 1 and 2, example (b); [LJS] section 4.4: x1r and x1c are interchanged, and x3r and x3c.

    That changes four cells for two edits. By design ours takes the fewest: one cell of each of the published pairs.
    """
    figures = record(ACCOUNT_CELLS, "5100 4650 450 0 130 130 20 0 20 15 25 10 610")
    found = repairs(ACCOUNT, figures, floor=FROM_ZERO)
    assert found
    for repair in found:
        assert len(repair) == 2
        assert len(repair.keys() & {"x1r", "x1c"}) == len(repair.keys() & {"x3r", "x3c"}) == 1
    interchanged = {"x1r": 130, "x1c": 0, "x3r": 25, "x3c": 15}
    assert repairs(ACCOUNT, figures | interchanged, floor=FROM_ZERO) == []


def test_scholtus_2008_sign_error_and_interchange() -> None:
    """[S08] (3.5), tables 1 and 2, example (c); [LJS] section 4.4: x0 from 300 to -300, x2r and x2c interchanged.

    Ours has the sign error in every repair, with one cell of the published pair.
    """
    figures = record(ACCOUNT_CELLS, "3250 3550 300 110 10 100 50 90 40 30 10 20 -140")
    found = repairs(ACCOUNT, figures, floor=FROM_ZERO)
    assert sorted(found, key=str) == [{"x0": -300, "x2c": 10}, {"x0": -300, "x2r": 130}]
    assert explanations(300, -300) == {"sign"}
    assert repairs(ACCOUNT, figures | {"x0": -300, "x2r": 90, "x2c": 50}) == []


def test_scholtus_2008_sign_errors_under_rounding_errors() -> None:
    """[S08] section 3.4, tables 1 and 2, example (d); [LJS] section 4.4: the signs of x1 and x2 change, which leaves
    rounding errors of one unit for another method.

    Ours repairs all in one: x2 as published, x1 to within the rounding error, and an amount of one unit.
    """
    figures = record(ACCOUNT_CELLS, "5726 5449 276 17 26 10 0 46 46 0 0 0 221")
    found = repairs(ACCOUNT, figures, floor=FROM_ZERO)
    assert len(found) == 2
    for repair in found:
        assert repair["x2"] == -46
        assert abs(repair["x1"] - -10) <= 1
        assert [abs(true - figures[cell]) for cell, true in repair.items() if cell not in ("x1", "x2")] == [1]


def test_scholtus_2008_sign_error_in_the_later_account() -> None:
    """[S08] appendix A, (A.2) and table 8: the one explanation as a sign error is x3 from 60 to -60."""
    edits = ("x0r - x0c = x0", "x1r - x1c = x1", "x0 + x1 + x2 + x3 + x4 = x5")
    figures = record("x0r x0c x0 x1r x1c x1 x2 x3 x4 x5", "2100 1900 200 0 0 0 0 60 0 140")
    found = repairs(edits, figures)
    assert found[0] == {"x3": -60}
    assert [explained(figures, repair) for repair in found] == [{"x3"}] + [set()] * (len(found) - 1)


@pytest.mark.parametrize(
    ("figures", "corrected"),
    [
        ("6700 5650 1050 0 0 1050 0 0 1050 0 0 1050 1050", {"x1": 0, "x2": 0, "x3": 0}),
        ("8300 5400 2900 0 150 2750 0 30 2720 0 110 2610 2610", {"x1": -150, "x2": -30, "x3": -110}),
    ],
)
def test_scholtus_2008_cumulation_errors(figures: str, corrected: Record) -> None:
    """[S08] section 4.1, table 3, examples (a) and (b), table 4: balances stated as running totals.

    These are no typing errors. Ours finds the same figures all the same, as the only repair of the fewest cells.
    """
    assert repairs(ACCOUNT, record(ACCOUNT_CELLS, figures), floor=FROM_ZERO) == [corrected]


def test_scholtus_2008_rounding_errors() -> None:
    """[S08] section 5.3.2; [LJS] section 2.3: one of the solutions, drawn by chance, moves x3, x8 and x9 by one each.

    Ours has it among its repairs, all of which move three cells by one each.
    """
    figures = five("12 4 15 4 3 1 8 11 27 41 -13")
    found = repairs(FIVE, figures)
    assert {"x3": 16, "x8": 12, "x9": 28} in found
    for repair in found:
        assert [abs(true - figures[cell]) for cell, true in repair.items()] == [1, 1, 1]


# Localisation: the smallest set of cells.

PROFIT = "profit + cost = turnover"
TURNOVER = record("profit cost turnover", "755 125 200")


def test_editrules_one_balance_has_three_solutions() -> None:
    """[JL11] section 4.3; editrules, examples of errorLocalizer: each of the three variables is a solution alone."""
    assert sorted(repairs((PROFIT,), TURNOVER), key=str) == [{"cost": -555}, {"profit": 75}, {"turnover": 880}]


def test_editrules_weights_decide_between_repairs_of_one_cell() -> None:
    """[JL11] section 4.3; editrules, examples of errorLocalizer: with weights 1, 1, 2 turnover is no solution.

    Ours lists it last.
    """
    found = repairs((PROFIT,), TURNOVER, weights={"turnover": 2})
    assert sorted(map(sorted, found[:2])) == [["cost"], ["profit"]]
    assert found[2] == {"turnover": 880}


def test_editrules_non_negativity_and_a_ratio_leave_one_solution() -> None:
    """[JL11] section 4.3; editrules, test "localizeError.mip"; errorlocate, tests of locate_errors and examples: with
    cost at least 0.6 of turnover, and neither negative, profit alone is wrong, and is 75.

    The ratio is written 5 cost - 3 turnover = slack.
    """
    figures = TURNOVER | {"slack": 25}
    found = repairs((PROFIT, "5 cost - 3 turnover = slack"), figures, floor={"cost": 0, "profit": 0, "slack": 0})
    assert found == [{"profit": 75}]


def test_errorlocate_readme() -> None:
    """errorlocate, README: profit 750, cost 125, turnover 200, and the same rules: profit alone."""
    figures = record("profit cost turnover slack", "750 125 200 25")
    found = repairs((PROFIT, "5 cost - 3 turnover = slack"), figures, floor={"cost": 0, "turnover": 0, "slack": 0})
    assert found == [{"profit": 75}]


def test_errorlocate_value_too_large_for_its_solver() -> None:
    """errorlocate, tests of locate_errors, issue 30: profit 1e10, cost 200, turnover 300, where its solver gives up
    and holds profit for wrong. Whole numbers are no matter: profit alone, and 100.
    """
    figures = record("profit cost turnover slack", "10000000000 200 300 100")
    found = repairs((PROFIT, "5 cost - 3 turnover = slack"), figures, floor={"cost": 0, "turnover": 0, "slack": 0})
    assert found == [{"profit": 100}]


@pytest.mark.parametrize(
    ("weights", "first"), [((1, 2, 2), {"x": 0}), ((2, 1, 2), {"y": 0}), ((2, 2, 1), {"z": 2})], ids=str
)
def test_editrules_weights_by_record(weights: tuple[int, int, int], first: Record) -> None:
    """editrules and errorlocate, tests "works with different weights per record": x + y = z with (1, 1, 1)."""
    found = repairs(("x + y = z",), record("x y z", "1 1 1"), weights=dict(zip("xyz", weights, strict=True)))
    assert found[0] == first
    assert len(found) == 3


def test_errorlocate_one_cell_explains_what_two_would() -> None:
    """errorlocate, test "can handle weights correctly": x + y = z and 2 y + 1 = z with (1, 1, 3): x alone.

    With a weight of 10 on x the published solution is y and z, of the lesser sum. By design ours weighs repairs of
    the same number of cells only, and stays with x; with x fixed it is y and z.
    """
    edits, figures = ("x + y = z", "2 y + 1 = z"), record("x y z", "1 1 3")
    assert repairs(edits, figures) == [{"x": 2}]
    assert repairs(edits, figures, weights={"x": 10}) == [{"x": 2}]
    assert repairs(edits, figures, fixed=("x",)) == [{"y": 0, "z": 1}]


def test_errorlocate_two_cells_against_constants() -> None:
    """errorlocate, tests of locate_errors, issue 34: constants for all cells beside their sum; yD and yE are wrong."""
    edits = ("60 = y", "5 = yA", "5 = yB", "5 = yC", "25 = yD", "20 = yE", "y = yA + yB + yC + yD + yE")
    assert repairs(edits, record("y yA yB yC yD yE", "60 5 5 5 45 0")) == [{"yD": 25, "yE": 20}]


def test_errorlocate_non_negativity_takes_two_cells() -> None:
    """errorlocate, tests "handles inf weights": x + y = z with (6, 6, 5), x and y not negative and z fixed: x and y.

    With z free it is z alone: neither of the others could be as small as -1.
    """
    edits, figures = ("x + y = z",), record("x y z", "6 6 5")
    found = repairs(edits, figures, floor=0, fixed=("z",))
    assert [set(repair) for repair in found] == [{"x", "y"}]
    assert sum(found[0].values()) == 5 and min(found[0].values()) >= 0
    assert repairs(edits, figures, floor=0) == [{"z": 11 + 1}]


def test_editrules_figures_of_very_different_size() -> None:
    """editrules, test "Records of range 1-1e9": powers of ten in three sums, none of which holds, nor does a change
    of one cell mend two of them. Published: mixed-integer programming and branch and bound disagree on the number
    of cells, as the former is sensitive to such differences. It is three.
    """
    edits = ("x1 + x2 = x3", "x4 + x5 + x6 = x7", "x7 + x3 + x8 = x9")
    found = repairs(edits, {f"x{n}": 10**n for n in range(1, 10)})
    assert {len(repair) for repair in found} == {3}
    assert len(found) == 3 * 4 * 4 - 4 - 3  # a cell for each sum, but neither x3 nor x7 for two of them


@pytest.mark.parametrize(
    ("edits", "floor"),
    [
        pytest.param(("x + y = 1", "x + y = 2"), None, id="contradiction"),
        pytest.param(("0 = 1",), None, id="no variable"),
        pytest.param(("0 = 1", "x = 1"), None, id="no variable in one of two"),
        pytest.param(("x + y = 0",), 1, id="positive"),
        pytest.param(("x + y = 0",), 0, id="not negative"),
    ],
)
def test_lintools_infeasible_edits(edits: tuple[str, ...], floor: int | None) -> None:
    """lintools, tests of is_feasible; editrules, tests of isFeasible: no record satisfies any system but the last,
    which holds for zeros. The tests give no records; here it is (1, 1).
    """
    found = repairs(edits, record("x y", "1 1"), floor=floor)
    assert found == ([{"x": 0, "y": 0}] if floor == 0 else [])


# Localisation with figures that cannot be as they are.


def test_editrules_negative_figure_is_the_wrong_one() -> None:
    """editrules, examples of localizeErrors: x + y = z, all positive, with (1, -1, 2): y alone, as it is negative."""
    assert repairs(("x + y = z",), record("x y z", "1 -1 2"), floor=1) == [{"y": 1}]


def test_deducorrect_negative_figure_has_the_wrong_sign() -> None:
    """deducorrect, tests of correctSigns: x + y = z, all positive, with (-1, 1, 2): x = 1; with (1, 2, 1): no sign
    error. Ours has x first; for the other record z = 3 is the only repair, and no sign error.
    """
    assert repairs(("x + y = z",), record("x y z", "-1 1 2"), floor=1)[0] == {"x": 1}
    assert repairs(("x + y = z",), record("x y z", "1 2 1"), floor=1) == [{"z": 3}]


SUM = "var1 + var2 + var3 = total"


@pytest.mark.parametrize(
    ("figures", "among"),
    [
        pytest.param("40 89 85 215", {"var1", "var2"}, id="R0002"),
        pytest.param("22 39 50 112", {"var1", "var2"}, id="R0003"),
        pytest.param("-1 2 61 81", {"var1"}, id="R0004"),
        pytest.param("73 21 83 177", set(), id="R0005"),
    ],
)
def test_banff_weights_and_a_negative_figure(figures: str, among: set[str]) -> None:
    """banff, tests of errorloc with a status file: weights 3 on var3 and 10 on the total, none negative. Either of
    the first two for R0002 and R0003, drawn by chance; var1 for R0004, as it is negative.
    """
    found = repairs((SUM,), record("var1 var2 var3 total", figures), floor=0, weights={"var3": 3, "total": 10})
    assert {cell for repair in found[: len(among)] for cell in repair} == among
    if len(among) < 2:
        assert len(found) == len(among)


def test_banff_status_file_names_the_cell() -> None:
    """banff, the same with a status file that names var3 of R0002 and the total of R0003: these alone."""
    names = "var1 var2 var3 total"
    assert repairs((SUM,), record(names, "40 89 85 215"), fixed=("var1", "var2", "total")) == [{"var3": 86}]
    assert repairs((SUM,), record(names, "22 39 50 112"), fixed=("var1", "var2", "var3")) == [{"total": 111}]


@pytest.mark.parametrize(
    ("figures", "published", "others"),
    [
        pytest.param("10  80  17 78", {"HEN_GE20"}, 1, id="R141"),
        pytest.param(" 0 100  10 98", {"HEN_GE20"}, 1, id="R146"),
        pytest.param(" 3 290  20 300", {"HEN_OTH"}, 2, id="R156"),
        pytest.param(" 0  80  25 155", {"HEN_OTH"}, 3, id="R014"),
        pytest.param("-1 299  -1 325", {"HEN_LT20", "HEN_OTH"}, 0, id="R153"),
    ],
)
def test_banff_hens(figures: str, published: set[str], others: int) -> None:
    """banff, regression test of errorloc on the poultry survey: the balance of hens, weights 2 on parts and 5 on the
    total, parts not negative; what is published of other edits is left out.

    For R141 and R146 the others would turn negative or are the total. Where weights leave several the published one
    is drawn by chance, and ours must have it before the total.
    """
    weights = {"HEN_LT20": 2, "HEN_GE20": 2, "HEN_OTH": 2, "HEN_TOT": 5}
    figures_of = record("HEN_LT20 HEN_GE20 HEN_OTH HEN_TOT", figures)
    parts = {"HEN_LT20": 0, "HEN_GE20": 0, "HEN_OTH": 0}
    found = repairs(("HEN_LT20 + HEN_GE20 + HEN_OTH = HEN_TOT",), figures_of, floor=parts, weights=weights)
    sets = [set(repair) for repair in found]
    assert published in sets
    assert len(sets) == others + 1
    if others:
        assert sets[-1] == {"HEN_TOT"}
    if others < 2:
        assert sets[0] == published


def tree(count: int, errors: range) -> tuple[list[str], Record]:
    """The balance system of [JL14] section 5.1, every node the sum of its two children, all 0 but the errors, -1."""
    edits = [f"x{node} = x{2 * node} + x{2 * node + 1}" for node in range(1, (count - 1) // 2 + 1)]
    return edits, {f"x{node}": -1 if node in errors else 0 for node in range(1, count + 1)}


@pytest.mark.parametrize("errors", [1, 2, 3, 4, 7, 10])
@pytest.mark.parametrize("count", [15, 31, 101])
def test_editrules_benchmark_errors_at_the_top(count: int, errors: int) -> None:
    """[JL14] section 5.1 and its script benchmip_balance.R: up to 101 variables and 10 errors, here placed at the
    beginning. No variable can be negative, so that the solution is exactly as large as the number of errors.
    """
    edits, figures = tree(count, range(1, errors + 1))
    assert repairs(edits, figures, floor=0) == [{f"x{node}": 0 for node in range(1, errors + 1)}]


@pytest.mark.parametrize("errors", [7, 10])
@pytest.mark.parametrize("count", [31, 101])
def test_editrules_benchmark_many_errors_at_the_end(count: int, errors: int) -> None:
    """[JL14] section 5.1, the same with the errors placed at the end."""
    edits, figures = tree(count, range(count + 1 - errors, count + 1))
    assert repairs(edits, figures, floor=0) == [{f"x{node}": 0 for node in range(count + 1 - errors, count + 1)}]


@pytest.mark.parametrize("errors", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("count", [15, 31, 101])
def test_editrules_benchmark_few_errors_at_the_end(count: int, errors: int) -> None:
    """[JL14] section 5.1, the same with few errors."""
    edits, figures = tree(count, range(count + 1 - errors, count + 1))
    assert repairs(edits, figures, floor=0) == [{f"x{node}": 0 for node in range(count + 1 - errors, count + 1)}]


# Localisation in independent blocks.


@pytest.mark.parametrize("copies", [1, 2, 3, 4, 5])
def test_editrules_independent_blocks(copies: int) -> None:
    """editrules, localizeErrors, details and the example of two blocks: independent blocks of edits are localised
    separately, so that each has the solutions that it has alone. Here [JL11]'s balance of section 4.3 several times.
    """
    edits = [f"profit{n} + cost{n} = turnover{n}" for n in range(copies)]
    figures = {f"{cell}{n}": figure for n in range(copies) for cell, figure in TURNOVER.items()}
    found = repairs(edits, figures)
    assert found[0] == {f"profit{n}": 75 for n in range(copies)}
    assert len(found) == min(3**copies, 50)
