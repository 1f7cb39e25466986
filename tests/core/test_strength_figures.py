"""Figures at their bounds: how long, how fine, how they are told and rounded."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from govreport.core.figures import (
    COUNT,
    Figure,
    Kind,
    Reading,
    json_number,
    percent,
    read_figure,
    round_half_up,
    thousands,
    write_figure,
)

YUAN, WAN, SIGNED = Kind("money", "元", 2), Kind("money", "万元", 6), Kind("signed")


@pytest.mark.parametrize(("kind", "scale"), [(COUNT, 1), (SIGNED, 1), (YUAN, 100), (WAN, 1_000_000)])
def test_a_unit_of_money_has_so_many_smallest_units(kind: Kind, scale: int) -> None:
    assert (kind.scale, type(kind.scale)) == (scale, int)


@pytest.mark.parametrize(
    ("kind", "figure", "units"),
    [
        (COUNT, 7, 7),
        (COUNT, Decimal("7.0"), 7),
        (YUAN, 3, 300),
        (YUAN, Decimal("0.01"), 1),
        (YUAN, Decimal("9999999999999.99"), 999_999_999_999_999),
        (WAN, Decimal("-0.000001"), -1),
    ],
)
def test_figures_count_smallest_units(kind: Kind, figure: Figure, units: int) -> None:
    assert (kind.to_units(figure), type(kind.to_units(figure))) == (units, int)


@pytest.mark.parametrize(
    ("kind", "units", "text"),
    [
        (COUNT, 7, "7"),
        (YUAN, 0, "0"),
        (YUAN, 100, "1"),
        (YUAN, 150, "1.5"),
        (YUAN, 1_000_000, "10000"),
        (WAN, -1, "-0.000001"),
    ],
)
def test_smallest_units_become_figures_without_idle_zeros_and_exponents(kind: Kind, units: int, text: str) -> None:
    figure = kind.from_units(units)
    assert write_figure(figure) == text
    assert isinstance(figure, Decimal if kind.decimals else int)


@pytest.mark.parametrize(("kind", "figure"), [(COUNT, Decimal("0.5")), (YUAN, Decimal("0.001"))])
def test_a_figure_finer_than_its_kind_is_refused_with_both_named(kind: Kind, figure: Decimal) -> None:
    with pytest.raises(ValueError, match=f"{figure} is finer than {kind.decimals} decimals"):
        kind.to_units(figure)


@pytest.mark.parametrize(
    ("text", "kind", "reading"),
    [
        ("999999999999999", COUNT, Reading(999_999_999_999_999)),
        ("1000000000000000", COUNT, Reading(problem="“1000000000000000”位数过多")),
        ("-999999999999999", SIGNED, Reading(-999_999_999_999_999)),
        ("-1000000000000000", SIGNED, Reading(problem="“-1000000000000000”位数过多")),
        ("0000000000000000007", COUNT, Reading(7)),
        ("9999999999999.99", YUAN, Reading(Decimal("9999999999999.99"))),
        ("10000000000000", YUAN, Reading(problem="“10000000000000”位数过多")),
        ("1.5", COUNT, Reading(problem="“1.5”不是整数")),
        ("1.0", COUNT, Reading(1)),
        ("1.500", YUAN, Reading(Decimal("1.500"))),
        ("1.501", YUAN, Reading(problem="“1.501”的小数超过2位")),
        ("1.50", YUAN, Reading(Decimal("1.50"))),
        ("+5", SIGNED, Reading(5)),
        ("-0", SIGNED, Reading(0)),
        ("\\", COUNT, Reading(remark="写作“\\”，按空白处理")),
        ("１２", COUNT, Reading(12, remark="写作“１２”，按12读取")),
        ("1，234", COUNT, Reading(1234, remark="写作“1，234”，按1234读取")),
        ("1,234.50", YUAN, Reading(Decimal("1234.50"), remark="写作“1,234.50”，按1234.50读取")),
        ("-1,234", SIGNED, Reading(-1234, remark="写作“-1,234”，按-1234读取")),
        ("1234,567", COUNT, Reading(problem="“1234,567”不是数字")),
    ],
)
def test_a_text_is_read_to_the_last_digit_or_refused_with_its_reason(text: str, kind: Kind, reading: Reading) -> None:
    assert read_figure(f" {text} ", kind) == reading


@pytest.mark.parametrize(("length", "shown"), [(29, 29), (30, 30), (31, 30)])
def test_a_long_text_is_shown_by_its_first_thirty_characters(length: int, shown: int) -> None:
    more = "…" if length > shown else ""
    assert read_figure("甲" * length).problem == f"“{'甲' * shown}{more}”不是数字"


def test_digits_beyond_thirty_are_no_figure_on_either_side_of_the_point() -> None:
    assert read_figure("0" * 30 + ".", COUNT).problem == f"“{'0' * 30}…”不是数字"
    assert read_figure("0." + "0" * 30, YUAN).figure == 0
    assert read_figure("0." + "0" * 31, YUAN).problem == f"“0.{'0' * 28}…”不是数字"


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [
        (Fraction(1, 2), 0, "1"),
        (Fraction(-1, 2), 0, "-1"),
        (Fraction(149, 100), 1, "1.5"),
        (Fraction(5, 2), 0, "3"),
        (Fraction(0), 1, "0.0"),
        (Fraction(-1, 1000), 1, "0.0"),
        (Fraction(10**30), 2, "1" + "0" * 30 + ".00"),
    ],
)
def test_fractions_are_rounded_half_up_with_all_their_decimals(value: Fraction, digits: int, rounded: str) -> None:
    assert str(round_half_up(value, digits)) == rounded


def test_a_percentage_has_one_decimal_unless_asked_for_others() -> None:
    assert [percent(Fraction(1, 3)), percent(Fraction(1, 3), 0), percent(Fraction(-1, 8), 2)] == [
        "33.3%",
        "33%",
        "-12.50%",
    ]


def test_json_numbers_are_whole_where_the_figure_is() -> None:
    found = [json_number(figure) for figure in (None, 5, Decimal("5.00"), Decimal("5.5"))]
    assert found == [None, 5, 5, 5.5] and [type(one) for one in found[1:]] == [int, int, float]


def test_separators_stand_in_money_as_in_counts() -> None:
    assert [thousands(1234), thousands(Decimal("1234567.50")), thousands(-1234)] == ["1,234", "1,234,567.50", "-1,234"]
