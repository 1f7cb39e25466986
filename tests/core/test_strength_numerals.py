"""Numbers in Chinese characters, as offices write them in dates and sentences."""

from __future__ import annotations

import datetime

import pytest

from govreport.core.dates import is_impossible_date, read_date, split_date
from govreport.core.numerals import chinese_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二〇二三", 2023), ("二○二四", 2024), ("九", 9), ("零", 0), ("十", 10), ("二十", 20), ("廿一", 21), ("卅", 30),
        ("一百零五", 105), ("两千三百", 2300), ("一万二千", 12_000), ("十万", 100_000), ("万", 10_000),
        ("三万零五百", 30_500), ("一亿零三万", 100_030_000), ("二亿", 200_000_000), ("三万亿", 3 * 10**12),
        ("一万二千亿零五", 12 * 10**11 + 5),
    ],
)  # fmt: skip
def test_a_numeral_has_its_value(text: str, number: int) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    "text",
    ["2024年1月23日", "2024-01-23", "2024/1/23", "2024．1．23", "2024 年 1 月 23 日", "2024年1月23号",
     "二〇二四年一月二十三日", "二0二四年一月二十三日", "2024-01-23 10:30:00", "2024-01-23T10:30:00+08:00"],
)  # fmt: skip
def test_a_date_is_read_in_any_of_the_ways_that_offices_write_it(text: str) -> None:
    assert read_date(text) == datetime.date(2024, 1, 23)
    assert split_date(f"示例市教育局 {text} ") == ("示例市教育局", datetime.date(2024, 1, 23))
    assert not is_impossible_date(text)


@pytest.mark.parametrize("text", ["2024年2月30日", "2023-2-29", "二〇二四年十三月一日", "2024-00-10"])
def test_a_day_that_no_calendar_has_is_no_date(text: str) -> None:
    assert read_date(text) is None and is_impossible_date(text)
    assert split_date(text) == (text, None)


@pytest.mark.parametrize("text", ["", "2024年", "上周", "1月23日", "12024年1月23日", "编号2024-01-23-7"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None and not is_impossible_date(text)


def test_a_text_before_a_date_is_no_part_of_it() -> None:
    assert read_date("自2024年1月23日") is None and read_date("  2024年1月23日") == datetime.date(2024, 1, 23)
