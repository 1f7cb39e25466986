"""Charts: what they draw, what they tell those who cannot see them, and when they are left out."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from decimal import Decimal

import pytest
from strategies import NAME, SLUG

from govreport import mime
from govreport.charts import Chart, figures_chart
from govreport.filing import Filing
from govreport.forms import ChartSpec, form_for

SPEC = form_for(2023).charts["results"]
SVG = "{http://www.w3.org/2000/svg}"
GROUPS = ("granted", "partial", "denied.security", "unable.not_held", "not_processed.repeat", "other.other")
NAMES = ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理")


def filing(year: int, *figures: int | None) -> Filing:
    rows = [row.replace("other.other", "other") if year <= 2020 else row for row in GROUPS]
    cells = {f"applications.{row}.total": figure for row, figure in zip(rows, figures, strict=False)}
    return Filing.from_cells(SLUG, NAME, year, cells)


def chart(*filings: Filing) -> Chart:
    found = figures_chart(SPEC, filings)
    assert found
    return found


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()).strip() for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_one_year_shows_a_bar_for_each_result() -> None:
    found = chart(filing(2023, 45, 9, 7, 15, 4, 2))
    assert found.caption == "2023年政府信息公开申请办理结果"
    shown = texts(found.text_svg)
    assert set(NAMES) | {"45", "9", "7", "15", "4", "2"} <= set(shown)


def test_several_years_show_a_bar_for_each_year_and_its_sum() -> None:
    found = chart(filing(2020, 30, 0, 0, 0, 0, 5), filing(2021, 40, 10, 0, 0, 0, 7), filing(2022, 50, 20))
    assert found.caption == "2020年至2022年政府信息公开申请办理结果"
    shown = texts(found.text_svg)
    assert {"2020年", "2021年", "2022年", "共35", "共57", "共70", "予以公开", "部分公开", "其他处理"} <= set(shown)
    assert "不予公开" not in shown


def test_the_alternative_text_tells_every_figure() -> None:
    assert chart(filing(2023, 45, 9, 0, None, 4, 2)).alt == (
        "2023年政府信息公开申请办理结果。2023年予以公开45件、部分公开9件、不予处理4件、其他处理2件。"
    )
    assert chart(filing(2022, 45), filing(2023, 40, 1)).alt == (
        "2022年至2023年政府信息公开申请办理结果。2022年予以公开45件；2023年予以公开40件、部分公开1件。"
    )


def test_a_year_without_figures_is_left_out() -> None:
    found = chart(filing(2021, 3, 4), filing(2022), filing(2023, 0, 0))
    assert found.caption == "2021年政府信息公开申请办理结果"
    assert "2022" not in found.alt


@pytest.mark.parametrize(
    "filings",
    [[], [filing(2023)], [filing(2023, 0, 0, 0, 0, 0, 0)], [filing(2023, 12)], [filing(2022), filing(2023, 0, 12)]],
)
def test_a_chart_that_would_say_nothing_is_left_out(filings: list[Filing]) -> None:
    assert figures_chart(SPEC, filings) is None


def test_both_drawings_are_sound_and_only_one_has_text_as_text() -> None:
    found = chart(filing(2022, 45, 9, 1, 1, 1, 1), filing(2023, 40, 8, 2, 2, 2, 2))
    for svg in (found.svg, found.text_svg):
        root = ET.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert not re.search(r"""<script|<image|(href|src)=["'](?!#)|url\((?!#)""", svg)
        assert "font-face" not in svg
    assert texts(found.svg) == []
    assert "<path" in found.svg
    assert len(texts(found.text_svg)) > 10


def test_the_same_figures_give_the_same_bytes() -> None:
    first, second = (chart(filing(2022, 45, 9, 1), filing(2023, 40, 8, 2)) for _ in range(2))
    assert first == second
    assert not re.search(r"20\d\d-\d\d-\d\dT", first.svg)


def test_a_chart_shows_itself_to_notebooks_and_exporters() -> None:
    found = chart(filing(2023, 45, 9))
    bundle = found._repr_mimebundle_()
    assert bundle["image/svg+xml"] == found.svg
    assert bundle[mime.CHART] == {"svg": found.text_svg, "alt": found.alt, "caption": found.caption}
    assert found.alt in bundle["text/plain"]


def test_very_large_and_very_small_figures_can_be_drawn() -> None:
    found = chart(filing(2022, 10**14, 1), filing(2023, 1, 10**14))
    assert "共100000000000001" in texts(found.text_svg)


def test_money_is_told_with_its_decimals() -> None:
    spec = ChartSpec("fees", "行政事业性收费", "万元", ("proactive.fees.amount",))
    amounts = {2022: Decimal("12.5"), 2023: Decimal("3.25")}
    years = [Filing.from_cells(SLUG, NAME, year, {"proactive.fees.amount": amount}) for year, amount in amounts.items()]
    found = figures_chart(spec, years)
    assert found
    assert "2022年行政事业性收费12.5万元；2023年行政事业性收费3.25万元" in found.alt
    assert {"共12.5", "共3.25"} <= set(texts(found.text_svg))


def test_a_negative_figure_can_be_drawn() -> None:
    assert "-3件" in chart(filing(2022, 45, -3), filing(2023, 40, 8)).alt
