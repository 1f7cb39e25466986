"""A filing as JSON: nothing is lost on the way there and back, and what is no filing is told in one sentence."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from govreport.core.errors import GovReportError
from govreport.filing.filing import Filing
from govreport.filing.narrative import Narrative, Part
from tests.support.strategies import NAME, SLUG, any_filings

MONEY = "proactive.fees.amount"


def there_and_back(filing: Filing) -> Filing:
    printed = {name: filing.text_of(name) for name in filing.cells}
    return Filing.from_json(json.loads(json.dumps(filing.to_json(), ensure_ascii=False)), filing.name, printed)


@given(any_filings())
def test_a_filing_is_the_same_after_json(filing: Filing) -> None:
    again = there_and_back(filing)
    assert (again.agency, again.name, again.year) == (filing.agency, filing.name, filing.year)
    assert again.form == filing.form
    assert again.cells == filing.cells
    assert {name: type(figure) for name, figure in again.cells.items() if isinstance(figure, int)} == {
        name: int for name, figure in filing.cells.items() if isinstance(figure, int)
    }
    assert again.unreadable == filing.unreadable
    assert [again.text_of(name) for name in again.cells] == [filing.text_of(name) for name in filing.cells]
    assert [note.message for note in again.notes] == [note.message for note in filing.notes]
    texts = {number: part.text for number, part in filing.narrative.parts.items() if part.text}
    assert {number: part.text for number, part in again.narrative.parts.items()} == texts
    assert again.to_json() == filing.to_json()


@pytest.mark.parametrize("text", ["0.000001", "999999999.999999", "1.50", "100.00", "0", "12"])
def test_money_keeps_its_value_and_its_digits(text: str) -> None:
    again = there_and_back(Filing.from_cells(SLUG, NAME, 2022, {MONEY: text}))
    assert again[MONEY] == Decimal(text)
    assert again.text_of(MONEY) == text


def test_a_blank_stays_blank_and_zero_stays_zero() -> None:
    again = there_and_back(Filing.from_cells(SLUG, NAME, 2020, {"applications.new.natural": 0}))
    assert again.cells["applications.new.natural"] == 0
    assert again.cells["applications.new.business"] is None


def test_what_cells_print_is_not_in_the_json_and_may_be_given_beside_it() -> None:
    data = Filing.from_cells(SLUG, NAME, 2022, {"applications.new.total": "三件", MONEY: "1.50"}).to_json()
    alone = Filing.from_json(data)
    assert (alone.text_of("applications.new.total"), alone.text_of(MONEY)) == ("", "1.5")
    assert list(alone.unreadable) == ["applications.new.total"]
    assert alone.to_json() == data
    beside = Filing.from_json(data, printed={"applications.new.total": "三件", MONEY: "1.50"})
    assert (beside.text_of("applications.new.total"), beside.text_of(MONEY)) == ("三件", "1.50")


def test_a_text_that_says_another_figure_than_its_cell_is_passed_over() -> None:
    data = Filing.from_cells(SLUG, NAME, 2022, {"applications.new.total": 3}).to_json()
    printed = {"applications.new.total": "9", "applications.new.natural": "9", "no.such.cell": "9"}
    assert Filing.from_json(data, printed=printed).cells == Filing.from_json(data).cells


def test_the_name_is_given_beside_the_json() -> None:
    filing = Filing.from_cells(SLUG, NAME, 2022, {}, narrative=Narrative(parts={1: Part("一、总体情况", "正文")}))
    assert Filing.from_json(filing.to_json()).name == SLUG
    assert Filing.from_json(filing.to_json(), NAME).name == NAME


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cells", None), ("cells", []), ("cells", {"applications.new.natural": True}),
        ("cells", {"applications.new.natural": "3"}), ("cells", {"no.such.cell": 1}),
        ("editions", 3), ("editions", {"applications": []}), ("editions", {"applications": "1999"}),
        ("narrative", {"x": "正文"}), ("narrative", "正文"), ("year", "今年"), ("year", 1990), ("year", None),
        ("unreadable", 3), ("notes", 3),
    ],
)  # fmt: skip
def test_what_is_no_filing_is_told_in_one_sentence(key: str, value: object) -> None:
    data = copy.deepcopy(Filing.from_cells(SLUG, NAME, 2022, {"applications.new.natural": 3}).to_json())
    data[key] = value
    with pytest.raises(GovReportError) as caught:
        Filing.from_json(data)
    assert str(caught.value).endswith("。")
    assert "\n" not in str(caught.value)


def test_a_number_that_is_none_is_unreadable() -> None:
    data = Filing.from_cells(SLUG, NAME, 2022, {}).to_json()
    data["cells"] |= {MONEY: float("nan"), "applications.new.natural": 1.5}
    again = Filing.from_json(data)
    assert [(name, lost.text) for name, lost in again.unreadable.items()] == [
        (MONEY, "NaN"), ("applications.new.natural", "1.5"),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [{}, [], None, "x", 3, {"cells": {}}])
def test_any_other_json_is_told_in_one_sentence(data: Any) -> None:
    with pytest.raises(GovReportError, match="这不是一份年报的数据"):
        Filing.from_json(data)
