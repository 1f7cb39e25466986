"""Charts: what they show, what they tell those who cannot see them, how they are drawn, and when they are left out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Drawn
from matplotlib.ft2font import FT2Font, LoadFlags

import govreport
from govreport.charts.analyst import chart_style, figure_chart
from govreport.charts.bars import Bar, Bars, figures_bars, members_bars
from govreport.charts.chart import COLORS, WIDTH, Chart, bar_chart, layout
from govreport.charts.drawing import INK, OUTLINE, PAPER, SIZE, glyph, text_width
from govreport.checks.years.rollup import Members
from govreport.core import mime
from govreport.core.errors import GovReportError
from govreport.core.figures import Figure, write_figure
from govreport.core.fonts import CHART_FONTS
from govreport.filing.filing import Filing
from govreport.filing.project import Agency
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import ChartSpec
from govreport.notebook.report import Prose, Report
from tests.support.projects import REPOSITORY
from tests.support.strategies import NAME, SLUG, any_filings, consistent_years

CHARTS = Catalogue.read().form_for(2023).charts
RESULTS = CHARTS["results"]
SVG = "{http://www.w3.org/2000/svg}"
GROUPS = ("granted", "partial", "denied.security", "unable.not_held", "not_processed.repeat", "other.other")
NAMES = ("予以公开", "部分公开", "不予公开", "无法提供", "不予处理", "其他处理")


def filled(year: int, cells: Mapping[str, Figure | None], slug: str = SLUG) -> Filing:
    """A filing with some figures, and zeros in all other cells."""
    return Filing.from_cells(slug, NAME, year, dict.fromkeys(Catalogue.read().form_for(year).cells, 0) | cells)


def filing(year: int, *figures: int | None) -> Filing:
    rows = [row.replace("other.other", "other") if year <= 2020 else row for row in GROUPS]
    cells = {f"applications.{row}.total": figure for row, figure in zip(rows, figures, strict=False)}
    return filled(year, cells) if cells else Filing.from_cells(SLUG, NAME, year, {})


def received(year: int, new: int | None, carried_in: int | None = 0, slug: str = SLUG) -> Filing:
    return filled(year, {"applications.new.total": new, "applications.carried_in.total": carried_in}, slug)


def chart(*filings: Filing, key: str = "results") -> Chart:
    found = bar_chart(figures_bars(CHARTS[key], filings))
    assert found
    return found


def texts(svg: str) -> list[str]:
    return ["".join(element.itertext()) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def spelled(chart: Chart) -> list[str]:
    """The texts that are drawn as glyphs, read back from their outlines, each at its place after the one before."""
    root, characters = ET.fromstring(chart.svg), {one.outline: c for c in set(chart.text_svg) if (one := glyph(c))}
    drawn = {"#" + path.attrib["id"]: path for path in root.iter(f"{SVG}path") if "id" in path.attrib}
    lines = [list(group) for group in root.iter(f"{SVG}g") if "matrix" in group.get("transform", "")]
    found = []
    for line in lines:
        text, end = "", 0.0
        for sign in line:
            path = drawn.get(sign.get("href", ""), sign)
            moved = path.get("transform", "translate(0)").removeprefix("translate(").removesuffix(")")
            text += characters[path.attrib["d"]]
            assert float(moved) + float(sign.get("x", "0")) == pytest.approx(end), text
            end = text_width(text) * 1000 / SIZE
        found.append(text)
    return found


def ids(svg: str) -> list[str]:
    return [element.attrib["id"] for element in ET.fromstring(svg).iter() if "id" in element.attrib]


# ---- what is shown -----------------------------------------------------------------------------------------------


def test_one_year_shows_a_bar_for_each_result() -> None:
    found = chart(filing(2023, 45, 9, 7, 15, 4, 2))
    assert found.caption == "2023年政府信息公开申请办理结果"
    assert sorted(texts(found.text_svg)) == sorted([*NAMES, "45", "9", "7", "15", "4", "2"])


def test_several_years_show_a_bar_for_each_year_and_its_sum() -> None:
    found = chart(filing(2020, 30, 0, 0, 0, 0, 5), filing(2021, 40, 10, 0, 0, 0, 7), filing(2022, 50, 20))
    assert found.caption == "2020年至2022年政府信息公开申请办理结果"
    shown = texts(found.text_svg)
    assert {"2020年", "2021年", "2022年", "共35", "共57", "共70", "予以公开", "部分公开", "其他处理"} <= set(shown)
    assert "不予公开" not in shown, "what no year has needs no legend"


def test_a_year_of_zeros_is_shown_and_a_year_without_figures_is_not() -> None:
    found = chart(filing(2021, 3, 4), filing(2022), filing(2023, 0, 0))
    assert (
        found.alt == "2021年至2023年政府信息公开申请办理结果。2021年予以公开3件、部分公开4件；2023年0件。2022年未填全。"
    )
    assert "共0" in texts(found.text_svg) and "2022年" not in texts(found.text_svg)


def test_what_was_received_stands_beside_what_was_carried_in() -> None:
    found = chart(received(2022, 20, 3), received(2023, 31, 0), key="received")
    assert found.alt.endswith("2022年本年新收20件、上年结转3件；2023年本年新收31件。")
    assert {"本年新收", "上年结转", "共23", "共31"} <= set(texts(found.text_svg))


def test_a_sum_of_one_part_is_not_stated_twice() -> None:
    assert sorted(texts(chart(received(2022, 20), received(2023, 31), key="received").text_svg)) == sorted(
        ["本年新收", "2022年", "20", "2023年", "31"]
    )


def test_applicants_are_those_of_the_reports_year() -> None:
    cells = {f"applications.new.{kind}": count for kind, count in (("natural", 12), ("business", 3), ("other", 1))}
    years = [filled(year, cells) for year in (2022, 2023)]
    assert (
        chart(*years, key="applicants").alt
        == "2023年新收政府信息公开申请的申请人情况。自然人12件、商业企业3件、其他1件。"
    )


def test_disputes_show_a_bar_for_each_way_to_contest() -> None:
    cells = {
        "disputes.reconsideration.upheld": 3,
        "disputes.reconsideration.corrected": 1,
        "disputes.litigation.direct.pending": 2,
        "disputes.litigation.after_reconsideration.upheld": 0,
    }
    assert chart(filled(2023, cells), key="disputes").alt == (
        "2023年政府信息公开行政复议、行政诉讼结果。"
        "行政复议结果维持3件、结果纠正1件；未经复议直接起诉尚未审结2件；复议后起诉0件。"
    )


def test_a_blank_is_no_zero_on_a_chart_that_is_said_below_its_bars() -> None:
    found = chart(filing(2022, 45, 9), filing(2023, 40, None))
    assert found.alt.endswith("2022年予以公开45件、部分公开9件；2023年予以公开40件。2023年未填全。")
    assert "注：2023年未填全。" in texts(found.text_svg)
    cells = {"applications.new.natural": 12, "applications.new.business": 3, "applications.new.research": None}
    assert chart(filled(2023, cells), key="applicants").alt.endswith("自然人12件、商业企业3件。2023年未填全。")
    disputes = {"disputes.reconsideration.upheld": 3, "disputes.litigation.direct.pending": 2}
    assert chart(filled(2023, disputes | {"disputes.reconsideration.other": None}), key="disputes").alt.endswith(
        "未填全。"
    )
    assert "未填全" not in chart(filled(2023, disputes), key="disputes").alt


def test_members_are_ranked_and_what_the_bars_do_not_show_is_noted() -> None:
    filings = [received(2023, count, slug=f"a{n}") for n, count in enumerate((2, 9, 0, None, 9, *([1] * 20)))]
    register = {f.agency: Agency(f.agency, "示例局", f"甲{f.agency}", "", "department", "own") for f in filings}
    missing = (Agency("b", "示例局", "示例局", "", "department", "own"),)
    bars = members_bars(CHARTS["ranking"], Members(tuple(filings), missing, missing), register)
    assert bars
    assert [(bar.label, sum(bar.figures)) for bar in bars.bars[:4]] == [
        ("甲a1", 9),
        ("甲a4", 9),
        ("甲a0", 2),
        ("甲a5", 1),
    ]
    assert len(bars.bars) == 20
    assert bars.note == "其余3个机构共3件，1个机构为0件，3个机构没有数据"
    found = bar_chart(bars)
    assert found and bars.note in found.alt and f"注：{bars.note}。" in texts(found.text_svg)


@pytest.mark.parametrize("key", CHARTS)
def test_both_editions_have_every_chart(key: str) -> None:
    for form in Catalogue.read().editions.values():
        spec = form.charts[key]
        labels = form.chart_labels(spec)
        assert len(set(labels)) == len(spec.names) and all(labels)


# ---- the alternative text ------------------------------------------------------------------------------------------


def test_the_alternative_text_tells_every_figure() -> None:
    assert chart(filing(2023, 45, 9, 0, None, 4, 2)).alt == (
        "2023年政府信息公开申请办理结果。予以公开45件、部分公开9件、不予处理4件、其他处理2件。2023年未填全。"
    )
    assert chart(filing(2022, 45), filing(2023, 40, 1)).alt == (
        "2022年至2023年政府信息公开申请办理结果。2022年予以公开45件；2023年予以公开40件、部分公开1件。"
    )


@given(consistent_years(), st.sampled_from([key for key, spec in CHARTS.items() if spec.each != "members"]))
def test_every_figure_of_the_filing_is_in_the_alternative_text_and_no_other(years: tuple[Filing, Filing], key: str):
    last, this = years
    spec = this.form.charts[key]
    found = bar_chart(figures_bars(spec, (last, this)))
    shown = [this, last] if spec.each == "years" else [this]
    figures = [str(figure) for f in shown for name in spec.all_names if (figure := f[name])]
    told = [number for number in re.findall(r"(\d+)件", found.alt) if number != "0"] if found else []
    assert sorted(told) == (sorted(figures) if len(figures) > 1 else [])


@given(any_filings())
def test_numbers_that_are_printed_are_the_filings_or_their_sums_and_blanks_are_told(any_filing: Filing) -> None:
    for spec in any_filing.form.charts.values():
        if spec.each == "members":
            continue
        bars = figures_bars(spec, (any_filing,))
        found = bar_chart(bars)
        figures = [any_filing[name] for name in spec.all_names]
        assert bars.note or None not in figures, "a blank is no zero"
        known = {write_figure(figure) for figure in figures if figure is not None} | {"0"}
        if isinstance(spec.each, tuple):
            sums = [sum(f for name in spec.names_of(row) if (f := any_filing[name]) is not None) for row in spec.each]
            known |= {f"共{write_figure(total)}" for total in sums} | {write_figure(total) for total in sums}
        labels = {any_filing.form.chart_row(spec, row) for row in spec.each} if isinstance(spec.each, tuple) else set()
        labels |= set(any_filing.form.chart_labels(spec))
        notes = {f"注：{any_filing.year}年未填全。"} if None in figures else set()
        assert set(texts(found.text_svg) if found else ()) <= known | labels | notes


# ---- when a chart is left out ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "filings",
    [[filing(2023)], [filing(2023, 0, 0, 0, 0, 0, 0)], [filing(2023, 12)], [filing(2022), filing(2023, 0, 12)]],
)
def test_a_chart_that_would_say_nothing_is_left_out(filings: list[Filing]) -> None:
    assert bar_chart(figures_bars(RESULTS, filings)) is None


@given(st.lists(st.lists(st.sampled_from([None, 0, 0, 7]), min_size=6, max_size=6), min_size=1, max_size=5))
def test_a_chart_is_shown_if_and_only_if_there_are_two_figures_to_compare(years: list[list[int | None]]) -> None:
    found = bar_chart(figures_bars(RESULTS, [filing(2019 + n, *figures) for n, figures in enumerate(years)]))
    assert (found is not None) is (sum(figure == 7 for figures in years for figure in figures) > 1)


# ---- drawing -----------------------------------------------------------------------------------------------------


def every_chart() -> Iterator[Chart]:
    yield chart(filing(2022, 45, 9, 1, 1, 1, 1), filing(2023, 40, 8, 2, 2, 2, 2))
    yield chart(filing(2023, 45, 9, 7, 15, 4, 2))
    yield chart(received(2022, 20, 3), received(2023, 31), key="received")


def test_both_drawings_are_sound_and_carry_the_same_texts_in_the_same_order() -> None:
    for found in every_chart():
        for svg in (found.svg, found.text_svg):
            root = ET.fromstring(svg)
            assert root.tag == f"{SVG}svg" and float(root.attrib["width"].removesuffix("pt")) == WIDTH
            assert not re.search(r"""<script|<image|(href|src)=["'](?!#)|url\((?!#)|font-face|<metadata""", svg)
        assert texts(found.svg) == []
        assert spelled(found) == texts(found.text_svg)
        assert len(texts(found.text_svg)) > 5


def test_every_glyph_that_is_used_is_defined_once() -> None:
    for found in every_chart():
        defined = ids(found.svg)
        assert len(defined) == len(set(defined))
        uses = ET.fromstring(found.svg).iter(f"{SVG}use")
        assert {use.attrib["href"].removeprefix("#") for use in uses} == set(defined)


def test_ids_of_two_charts_never_meet() -> None:
    found = [*every_chart(), figure_chart(drawing("甲")), figure_chart(drawing("乙"))]
    named = [name for one in found for name in ids(one.svg)]
    assert len(named) == len(set(named)) > 100


def test_the_same_figures_give_the_same_bytes() -> None:
    assert list(every_chart()) == list(every_chart())
    assert not any(re.search(r"20\d\d-\d\d-\d\dT", found.svg) for found in every_chart())


def test_settings_of_the_analyst_do_not_reach_the_reports_charts() -> None:
    kept = list(every_chart())
    with mpl.rc_context({"svg.fonttype": "none", "font.size": 30, "lines.linewidth": 9, "svg.hashsalt": None}):
        assert list(every_chart()) == kept


def test_drawings_stay_small() -> None:
    assert max(len(found.svg) for found in every_chart()) < 30_000


def luminance(color: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(color)]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2; it is of luminance alone, so it holds in grey print too."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_neighbouring_colours_are_apart_in_grey_and_no_two_look_the_same() -> None:
    assert all(contrast(one, other) >= 3 for one, other in pairwise(COLORS))
    greys = sorted(luminance(color) for color in COLORS)
    assert all((high + 0.05) / (low + 0.05) >= 1.25 for low, high in pairwise(greys))


def test_numbers_on_bars_and_outlines_can_be_read() -> None:
    inks = [PAPER if n % 2 == 0 else INK for n in range(len(COLORS))]
    assert all(contrast(color, ink) >= 4.5 for color, ink in zip(COLORS, inks, strict=True))
    assert contrast(INK, PAPER) >= 7 and OUTLINE > 0
    assert len(CHARTS["results"].names) <= len(COLORS)


@given(
    st.lists(
        st.tuples(st.text("甲乙丙年0123", min_size=1, max_size=40), st.integers(0, 10**15)), min_size=2, max_size=9
    )
)
def test_nothing_is_drawn_outside_the_chart_or_over_something_else(read: list[tuple[str, int]]) -> None:
    drawn = layout(Bars("示例", "件", tuple(Bar(label, (figure, figure // 3)) for label, figure in read), ("甲", "乙")))
    for _, boxes in drawn.boxes:
        for x, y, width, height in boxes:
            assert x >= 0 and y >= 0 and x + width <= drawn.width + 0.01 and y + height <= drawn.height + 0.01
    for label in drawn.labels:
        assert label.x >= 0 and label.x + text_width(label.text) <= drawn.width + 0.1
    lines: dict[float, list[tuple[float, float]]] = {}
    for label in drawn.labels:
        lines.setdefault(label.y, []).append((label.x, label.x + text_width(label.text)))
    for spans in lines.values():
        assert all(end <= start + 0.05 for (_, end), (start, _) in pairwise(sorted(spans)))


def test_bars_are_as_long_as_their_figures() -> None:
    drawn = layout(figures_bars(RESULTS, [filing(2023, 400, 100, 50)]))
    lengths = [width for fill, boxes in drawn.boxes if fill == COLORS[0] for _, _, width, _ in boxes]
    assert [round((length + 1) / (lengths[0] + 1), 3) for length in lengths] == [1, 0.25, 0.125]


def test_a_character_that_the_font_has_not_stays_text() -> None:
    assert glyph("年") and glyph("𪚥") is None
    found = bar_chart(Bars("示例", "件", (Bar("𪚥县", (3,)), Bar("乙县", (1,)))))
    assert found and texts(found.svg) == ["𪚥县"] and "乙县" in spelled(found)


def corners(outline: str) -> list[tuple[float, float]]:
    """The absolute points of an outline in relative numbers."""
    found, here, start = [], (0.0, 0.0), (0.0, 0.0)
    for command, text in re.findall(r"([mlhvqcz])([^mlhvqcz]*)", outline):
        numbers = [float(number) for number in re.findall(r"-?\d+", text)]
        steps = {"h": [(numbers or [0])[0], 0], "v": [0, (numbers or [0])[0]]}.get(command, numbers)
        ends = [(here[0] + x, here[1] + y) for x, y in zip(steps[::2], steps[1::2], strict=True)]
        start = ends[-1] if command == "m" else start
        here = start if command == "z" else ends[-1]
        found += ends
    return found


@pytest.mark.parametrize("character", "年政1.·，件")
def test_an_outline_is_that_of_the_font(character: str) -> None:
    font = FT2Font(str(CHART_FONTS[0]))
    font.set_size(1000, 72)
    font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    told = [(round(x), round(y)) for (x, y), code in zip(points.tolist(), codes.tolist(), strict=True) if code != 79]
    found = glyph(character)
    assert found and corners(found.outline) == list(told)


def test_very_large_and_very_small_figures_are_printed_to_the_last_digit() -> None:
    found = chart(filing(2022, 10**14, 1), filing(2023, 1, 10**14))
    assert "共100000000000001" in texts(found.text_svg) and "共100000000000001" in spelled(found)
    odd = 2**53 + 1
    beyond_floats = bar_chart(Bars("示例", "件", (Bar("甲", (odd,)), Bar("乙", (1,)))))
    assert beyond_floats and str(odd) in texts(beyond_floats.text_svg) and f"甲{odd}件" in beyond_floats.alt


def test_money_is_told_with_its_decimals() -> None:
    spec = ChartSpec("fees", "行政事业性收费", "万元", "years", ("proactive.fees.amount",))
    amounts = {2022: Decimal("123456789.012345"), 2023: Decimal("3.25")}
    years = [Filing.from_cells(SLUG, NAME, year, {"proactive.fees.amount": amount}) for year, amount in amounts.items()]
    found = bar_chart(figures_bars(spec, years))
    assert found
    assert "2022年行政事业性收费123456789.012345万元；2023年行政事业性收费3.25万元" in found.alt
    assert {"123456789.012345", "3.25"} <= set(texts(found.text_svg))


def test_a_negative_figure_is_told_and_has_no_length() -> None:
    found = chart(filing(2022, 45, -3), filing(2023, 40, 8))
    assert "-3件" in found.alt and "共42" in texts(found.text_svg)
    assert bar_chart(figures_bars(RESULTS, [filing(2023, -45, -3)]))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_process_forked_from_one_that_has_drawn_draws_the_same() -> None:
    """Four children at once: an open font file that they shared would give them each other's glyphs."""
    list(every_chart())
    pipes = []
    for _ in range(4):
        read, write = os.pipe()
        if os.fork() == 0:
            try:
                glyph.cache_clear()
                os.write(write, "".join(str(hash(found.svg)) for found in every_chart()).encode())
            finally:
                os._exit(0)
        os.close(write)
        pipes.append(read)
    told = [os.read(read, 9999).decode() for read in pipes]
    for read in pipes:
        os.close(read)
        os.wait()
    assert told == ["".join(str(hash(found.svg)) for found in every_chart())] * 4


def test_the_reports_charts_need_neither_pyplot_nor_axes() -> None:
    code = "import sys, govreport.notebook\nprint([m for m in ('pyplot', 'axes') if f'matplotlib.{m}' in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# ---- in a notebook -----------------------------------------------------------------------------------------------


def test_a_chart_shows_itself_to_notebooks_and_exporters() -> None:
    found = chart(filing(2023, 45, 9))
    bundle = found._repr_mimebundle_()
    assert bundle["image/svg+xml"] == found.svg
    assert bundle[mime.CHART] == {"svg": found.text_svg, "alt": found.alt, "caption": found.caption}
    assert found.alt in bundle["text/plain"]


def report(slug: str, year: int = 2023) -> Report:
    return Report.open(slug, year, project=REPOSITORY)


def test_several_charts_show_themselves_with_one_sentence_for_all_that_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[Mapping[str, object]] = []
    monkeypatch.setattr("govreport.notebook.views.display", lambda *objects: shown.extend(objects))
    found = report("tongxiang-data-office", 2020).charts("received", "results", "applicants", "disputes")
    found._ipython_display_()
    assert tuple(shown) == found.items
    nothing = Prose("（数据不足以成图，从略。）", mark=mime.REMARK)
    assert found.items == (nothing,)
    *charts, told = report("shili-education").charts("received", "applicants", "disputes").items
    assert charts and all(isinstance(one, Chart) for one in charts)
    titles = (CHARTS[key].title for key in ("applicants", "disputes"))
    assert told == Prose(f"（{''.join(f'“{title}”' for title in titles)}数据不足以成图，从略。）", mark=mime.REMARK)
    assert report("shili-education").chart("disputes") == nothing


def test_the_ranking_is_for_parents_only() -> None:
    (ranking,) = report("shili-government").charts("ranking").items
    assert isinstance(ranking, Chart) and "示例资规局" in ranking.alt
    assert report("shili-education").charts("ranking").items == ()
    assert report("shili-education").chart("ranking") is None


def test_the_ranking_tells_each_members_own_figure() -> None:
    parent = report("shili-government")
    told = parent.chart("ranking")
    assert isinstance(told, Chart)
    members = [agency for agency in parent.project.agencies.values() if agency.parent == "shili-government"]
    figures = {m.short_name: parent.project.filing(m.slug, 2023)["applications.new.total"] for m in members}
    assert sorted(re.findall(r"(\w+?)(\d+)件", told.alt.split("。")[1])) == sorted(
        (name, str(figure)) for name, figure in figures.items()
    )


def test_an_unknown_chart_is_told_with_those_there_are() -> None:
    with pytest.raises(GovReportError, match="没有名为“nothing”的图；可用的图：received、results"):
        report("shili-education").charts("results", "nothing")


# ---- an analyst's own figures --------------------------------------------------------------------------------------


def drawing(title: str, figure: Figure = 3) -> Drawn:
    made = Drawn()
    axes = made.add_subplot()
    axes.bar([1, 2], [-1, float(figure)])
    axes.set_title(title)
    return made


@pytest.mark.filterwarnings("error")
def test_chinese_in_a_figure_of_ones_own_is_drawn_in_the_reports_font() -> None:
    found = figure_chart(drawing("各季度申请数量"), "各季度申请", "一季度比二季度少。")
    assert (found.caption, found.alt) == ("各季度申请", "一季度比二季度少。")
    assert "各季度申请数量" in texts(found.text_svg) and "GovRpt Hei" in found.text_svg
    assert "GovRptHei" in found.svg and texts(found.svg) == []


def test_a_figure_without_alternative_text_is_told_by_its_caption_or_title() -> None:
    assert figure_chart(drawing("标题"), "图题").alt == "图题"
    assert figure_chart(drawing("标题")).alt == "标题"
    assert figure_chart(Drawn()).alt == "图"


def test_characters_that_the_reports_font_has_not_are_drawn_as_paths_everywhere() -> None:
    found = figure_chart(drawing(r"均值 $\bar{x}$"))
    assert found.text_svg == found.svg


def test_the_same_figure_of_ones_own_gives_the_same_bytes() -> None:
    assert figure_chart(drawing("甲")) == figure_chart(drawing("甲"))


def test_a_figure_made_with_pyplot_is_closed_so_that_it_is_not_shown_twice() -> None:
    mpl.use("agg")
    from matplotlib import pyplot  # noqa: PLC0415

    _, axes = pyplot.subplots()
    axes.plot([1, 2])
    assert isinstance(report("shili-education").figure(axes, "折线"), Chart)
    assert pyplot.get_fignums() == []


def test_anything_else_than_a_figure_is_refused() -> None:
    for wrong in ("图", None, pd.DataFrame(), [1]):
        with pytest.raises(GovReportError, match="应是 matplotlib 的图"):
            figure_chart(wrong)  # type: ignore[arg-type]


def test_the_style_is_the_reports_and_ends_with_its_block() -> None:
    before = mpl.rcParams.copy()
    with govreport.chart_style():
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(COLORS)
        assert mpl.rcParams["font.sans-serif"][0] == "GovRpt Hei"
    assert mpl.rcParams == before and govreport.chart_style is chart_style


def test_a_chart_of_many_members_is_lower_than_half_a_page_and_its_lines_stay_apart() -> None:
    drawn = layout(Bars("示例", "件", tuple(Bar(f"第{n}局", (n,)) for n in range(1, 21)), note="其余3个机构共1件"))
    lines = sorted({label.y for label in drawn.labels})
    assert drawn.height < 225 / 2 * 72 / 25.4 - 36, "and its caption"
    assert min(below - above for above, below in pairwise(lines)) > 12
