"""Charts in the report's style: drawn once without pyplot, as SVG with paths and as SVG with text."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from govreport import mime
from govreport.figures import Figure as Exact
from govreport.figures import write_figure
from govreport.filing import Filing
from govreport.forms import ChartSpec

FONT_FILE = Path(__file__).parent / "publish" / "fonts" / "NotoSansRegular.otf"
COLORS = ("#08519c", "#e6a23c", "#6b6b6b", "#8fc1e3", "#c2571a", "#c9c9c9")
"""Told apart by colour-blind readers, and by lightness in grey print."""
DARK = frozenset({"#08519c", "#6b6b6b", "#c2571a"})
WIDTH = 6.2
NARROW = 0.05


@dataclass(frozen=True)
class Chart:
    """A chart: SVG with text as paths, SVG with text as text, alternative text and caption."""

    svg: str
    text_svg: str
    alt: str
    caption: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        told = {"svg": self.text_svg, "alt": self.alt, "caption": self.caption}
        return {"image/svg+xml": self.svg, mime.CHART: told, "text/plain": f"{self.caption}：{self.alt}"}


def figures_chart(spec: ChartSpec, filings: Sequence[Filing]) -> Chart | None:
    """Return a chart of the named figures, one bar a figure or, with several years, one bar a year.

    filings: of one agency, oldest first. Returns None where the chart would say nothing: no year has
    figures, or there is only one of them altogether.
    """
    years = {filing.year: _figures(spec, filing) for filing in filings}
    shown = {year: figures for year, figures in years.items() if figures}
    if sum(len(figures) for figures in shown.values()) < 2:
        return None
    labels = [filings[-1].form.row_label(name) for name in spec.names]
    first, last = min(shown), max(shown)
    caption = f"{first}年至{last}年{spec.title}" if first < last else f"{last}年{spec.title}"
    alt = "；".join(
        f"{year}年" + "、".join(f"{labels[n]}{write_figure(value)}{spec.unit}" for n, value in figures.items())
        for year, figures in shown.items()
    )
    draw = _draw_years if len(shown) > 1 else _draw_figures
    svg, text_svg = (
        _svg(lambda axes: draw(axes, shown, labels), len(shown), fonttype) for fonttype in ("path", "none")
    )
    return Chart(svg, text_svg, f"{caption}。{alt}。", caption)


def _figures(spec: ChartSpec, filing: Filing) -> dict[int, Exact]:
    values = {n: filing[name] if name in filing.form.names else None for n, name in enumerate(spec.names)}
    return {n: value for n, value in values.items() if value}


def _draw_figures(axes: Axes, years: Mapping[int, Mapping[int, Exact]], labels: Sequence[str]) -> None:
    (figures,) = years.values()
    places = range(len(figures))
    axes.barh(places, [float(value) for value in figures.values()], height=0.62, color=COLORS[0])
    axes.set_yticks(places, [labels[n] for n in figures])
    axes.invert_yaxis()
    for place, value in zip(places, figures.values(), strict=True):
        _beside(axes, float(value), place, write_figure(value))


def _draw_years(axes: Axes, years: Mapping[int, Mapping[int, Exact]], labels: Sequence[str]) -> None:
    totals = [sum(figures.values()) for figures in years.values()]
    most = float(max(totals))
    places = range(len(years))
    starts = [0.0] * len(years)
    for n, label in enumerate(labels):
        values = [figures.get(n, 0) for figures in years.values()]
        if not any(values):
            continue
        lengths = [float(value) for value in values]
        color = COLORS[n % len(COLORS)]
        axes.barh(places, lengths, left=starts, height=0.62, color=color, label=label, edgecolor="white", linewidth=0.8)
        for place, (value, length) in enumerate(zip(values, lengths, strict=True)):
            if length > NARROW * most:
                ink = "white" if color in DARK else "black"
                middle = starts[place] + length / 2
                axes.text(middle, place, write_figure(value), ha="center", va="center", color=ink, fontsize=9)
        starts = [start + length for start, length in zip(starts, lengths, strict=True)]
    for place, total in enumerate(totals):
        _beside(axes, starts[place], place, f"共{write_figure(total)}")
    axes.set_yticks(places, [f"{year}年" for year in years])
    axes.invert_yaxis()
    axes.legend(loc="upper center", bbox_to_anchor=(0.45, -0.02), ncols=6, frameon=False, fontsize=9,
                handlelength=1, handletextpad=0.4, columnspacing=1.2)  # fmt: skip


def _beside(axes: Axes, length: float, place: int, text: str) -> None:
    axes.annotate(text, (length, place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9.5)


def _svg(draw: Any, years: int, fonttype: str) -> str:
    style: dict[Any, Any] = {
        "font.family": _family(),
        "svg.fonttype": fonttype,
        "svg.hashsalt": "govreport",
        "axes.unicode_minus": False,
    }
    with mpl.rc_context(style):
        figure = Figure(figsize=(WIDTH, 2.6 if years == 1 else 0.9 + 0.45 * years), layout=None)
        FigureCanvasSVG(figure)
        bottom = 0.06 if years == 1 else 0.42 / (0.9 + 0.45 * years)
        axes = figure.add_axes((0.17 if years == 1 else 0.1, bottom, 0.75 if years == 1 else 0.82, 0.97 - bottom))
        draw(axes)
        axes.spines[["top", "right", "bottom"]].set_visible(False)
        axes.tick_params(left=False, bottom=False, labelbottom=False, labelsize=9.5)
        axes.margins(x=0.08)
        target = io.StringIO()
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = target.getvalue()
    return text[text.index("<svg") :]


@lru_cache
def _family() -> str:
    font_manager.fontManager.addfont(FONT_FILE)
    return font_manager.FontProperties(fname=FONT_FILE).get_name()
