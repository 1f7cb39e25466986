"""Figures: read from what offices write, written back, and computed with exactly."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govreport.core.figures import (
    COUNT,
    FIGURE_LIMIT,
    Kind,
    json_number,
    percent,
    read_figure,
    round_half_up,
    thousands,
    write_figure,
)

SIGNED = Kind("signed")
YUAN = Kind("money", "元", 2)
WAN = Kind("money", "万元", 6)
whole = st.integers(1 - FIGURE_LIMIT, FIGURE_LIMIT - 1)
kinds = st.sampled_from([COUNT, SIGNED, YUAN, WAN])
money_kinds = st.sampled_from([YUAN, WAN])


def full_width(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in text)


@given(whole, kinds)
def test_what_is_written_is_read_again(units: int, kind: Kind) -> None:
    figure = kind.from_units(units)
    reading = read_figure(write_figure(figure), kind)
    assert (reading.figure, reading.problem, reading.remark) == (figure, None, None)
    assert isinstance(reading.figure, Decimal if kind.decimals else int)


@given(whole, kinds)
def test_smallest_units_and_figures_are_each_others_inverse(units: int, kind: Kind) -> None:
    assert kind.to_units(kind.from_units(units)) == units


@given(whole, money_kinds)
def test_money_is_written_in_plain_digits_without_idle_zeros(units: int, kind: Kind) -> None:
    text = write_figure(kind.from_units(units))
    assert "E" not in text
    assert "." not in text or not text.endswith("0")
    assert Fraction(text) == Fraction(units, 10**kind.decimals)


@given(whole)
def test_thousands_separators_are_understood_and_remarked_upon(figure: int) -> None:
    text = f"{figure:,}"
    reading = read_figure(text, SIGNED)
    assert (reading.figure, reading.problem) == (figure, None)
    assert reading.remark == (f"写作“{text}”，按{figure}读取" if "," in text else None)


@given(st.integers(0, FIGURE_LIMIT - 1))
def test_full_width_digits_are_understood_and_remarked_upon(figure: int) -> None:
    reading = read_figure(full_width(str(figure)))
    assert (reading.figure, reading.problem) == (figure, None)
    assert reading.remark is not None


@pytest.mark.parametrize("minus", ["-", "−", "–", "—", "－", "﹣"])
def test_every_minus_sign_makes_a_figure_negative(minus: str) -> None:
    reading = read_figure(f"{minus}5", SIGNED)
    assert reading.figure == -5
    assert (reading.remark is None) == (minus == "-")


@pytest.mark.parametrize("mark", ["/", "-", "—", "——", "--", "－"])
def test_a_mark_for_not_applicable_is_a_blank(mark: str) -> None:
    reading = read_figure(f" {mark} ")
    assert (reading.figure, reading.problem) == (None, None)
    assert reading.remark == f"写作“{mark}”，按空白处理"


@pytest.mark.parametrize("text", ["", " ", "\t", "\u3000", "\u00a0"])
def test_nothing_but_space_is_a_blank_without_remark(text: str) -> None:
    assert read_figure(text) == read_figure("")
    assert read_figure(text).figure is None


@pytest.mark.parametrize(
    "text",
    [
        "三",
        "无",
        "12件",
        "9633626.14元",
        "约5",
        "1 204",
        "12,34",
        "1,2345",
        "0x10",
        "1e5",
        "NaN",
        "1.",
        ".5",
        "--5",
        "=1+1",
    ],
)
def test_a_text_is_no_number(text: str) -> None:
    for kind in (COUNT, YUAN):
        reading = read_figure(text, kind)
        assert (reading.figure, reading.problem) == (None, f"“{text}”不是数字")


@pytest.mark.parametrize("text", ["12①", "3²", "5⁶"])
def test_a_footnote_mark_is_no_digit(text: str) -> None:
    assert read_figure(text).figure is None
    assert read_figure(text).problem


@pytest.mark.parametrize("text", ["٣", "१२"])
def test_foreign_digits_are_not_taken_silently(text: str) -> None:
    reading = read_figure(text)
    assert reading.problem or reading.remark


def test_a_count_has_no_decimals_but_may_be_written_with_zeros() -> None:
    assert read_figure("3.5").problem == "“3.5”不是整数"
    assert read_figure("3.0").figure == 3


def test_money_has_no_more_decimals_than_its_smallest_unit() -> None:
    assert read_figure("9633626.14", YUAN).figure == Decimal("9633626.14")
    assert read_figure("0.145", YUAN).problem == "“0.145”的小数超过2位"
    assert read_figure("0.140", YUAN).figure == Decimal("0.14")
    assert read_figure("0.000001", WAN).figure == Decimal("0.000001")
    assert read_figure("0.0000001", WAN).problem == "“0.0000001”的小数超过6位"


@pytest.mark.parametrize("kind", [COUNT, SIGNED, YUAN, WAN])
def test_a_figure_has_at_most_fifteen_digits(kind: Kind) -> None:
    largest = kind.from_units(FIGURE_LIMIT - 1)
    assert read_figure(write_figure(largest), kind).figure == largest
    assert "位数过多" in (read_figure(str(FIGURE_LIMIT), kind).problem or "")


def test_a_figure_of_any_length_is_refused_in_a_short_sentence() -> None:
    problem = read_figure("9" * 100_000).problem or ""
    assert problem
    assert len(problem) < 60


def test_minus_zero_is_zero() -> None:
    assert write_figure(read_figure("-0", SIGNED).figure) == "0"
    assert write_figure(read_figure("-0.00", YUAN).figure) in ("0", "0.00")


def test_a_figure_finer_than_the_smallest_unit_is_not_rounded_silently() -> None:
    with pytest.raises(ValueError, match="finer"):
        YUAN.to_units(Decimal("0.001"))


@given(st.fractions(), st.integers(0, 6))
def test_rounding_half_up_agrees_with_exact_fractions(value: Fraction, digits: int) -> None:
    rounded = round_half_up(value, digits)
    distance = abs(Fraction(rounded) - value) * 10**digits
    assert rounded.as_tuple().exponent == -digits
    assert distance < Fraction(1, 2) or (distance == Fraction(1, 2) and abs(rounded) > abs(value))


@given(st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_halves_are_rounded_away_from_zero(odd: int, digits: int) -> None:
    half = Fraction(2 * odd + 1, 2 * 10**digits)
    with localcontext() as context:
        context.prec = 60
        expected = (Decimal(2 * odd + 1) / 2).quantize(Decimal(1), ROUND_HALF_UP)
    assert round_half_up(half, digits) == expected.scaleb(-digits)


def test_what_rounds_to_nothing_has_no_sign() -> None:
    assert str(round_half_up(Fraction(-1, 1000), 2)) == "0.00"


def test_percentages_keep_their_decimals() -> None:
    assert percent(Fraction(1, 3)) == "33.3%"
    assert percent(Fraction(1, 2)) == "50.0%"
    assert percent(Fraction(339, 1000), 0) == "34%"
    assert percent(Fraction(-5, 1000), 0) == "-1%"


@given(whole, kinds)
def test_json_carries_the_very_same_digits(units: int, kind: Kind) -> None:
    figure = kind.from_units(units)
    again = json.loads(json.dumps(json_number(figure)), parse_float=Decimal)
    assert again == figure


def test_json_has_null_for_a_blank_and_no_idle_decimals() -> None:
    assert json_number(None) is None
    assert json.dumps(json_number(Decimal("12.00"))) == "12"


def test_json_refuses_what_it_could_not_print_exactly() -> None:
    with pytest.raises(ValueError, match="too many digits"):
        json_number(Decimal("12345678901234567.89"))


def test_separators_are_written_every_three_digits() -> None:
    assert thousands(31558) == "31,558"
    assert thousands(-1234567) == "-1,234,567"
    assert thousands(Decimal("9633626.14")) == "9,633,626.14"


@pytest.mark.parametrize("kind", [COUNT, SIGNED, YUAN, WAN])
@given(st.from_regex(r"[-+]?[0-9]{1,33}(\.[0-9]{1,33})?", fullmatch=True))
def test_a_figure_of_any_length_is_exact_or_told(kind: Kind, text: str) -> None:
    reading = read_figure(text, kind)
    exact = Fraction(text)
    if reading.problem:
        units = exact * kind.scale
        long = any(len(part) > 30 for part in text.lstrip("+-").split("."))
        assert long or abs(units) >= FIGURE_LIMIT or units.denominator > 1
    else:
        assert reading.figure is not None and Fraction(reading.figure) == exact
        assert abs(kind.to_units(reading.figure)) < FIGURE_LIMIT
