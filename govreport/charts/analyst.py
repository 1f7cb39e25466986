"""An analyst's own matplotlib figures: the report's fonts and colours, and what the exporters need."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any

from govreport.charts.chart import COLORS, WIDTH, Chart
from govreport.charts.drawing import SIZE, glyph
from govreport.core import CHART_FONTS, ArgumentError, sha256

if TYPE_CHECKING:  # only figures of one's own need more of matplotlib than its font reader
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@contextmanager
def chart_style() -> Iterator[None]:
    """Within it, matplotlib draws in the report's style: its font, width and colours.

    >>> from matplotlib.figure import Figure
    >>> with chart_style():
    ...     figure = Figure()
    >>> round(float(figure.get_figwidth() * 72))
    442
    """
    from matplotlib import rc_context  # noqa: PLC0415
    from matplotlib.rcsetup import cycler  # noqa: PLC0415

    style = {
        **_fonts(),
        "font.size": SIZE,
        "figure.figsize": (WIDTH / 72, 2.6),
        "figure.constrained_layout.use": True,
        "axes.prop_cycle": cycler(color=COLORS),
        "axes.spines.top": False,
        "axes.spines.right": False,
    }
    with rc_context(style):
        yield


def figure_chart(figure: Figure | Axes, caption: str = "", alt: str = "") -> Chart:
    """Return an analyst's own figure as a chart of the report, in the report's font, and close it.

    figure: or axes of it; caption: shown below; alt: what the figure tells, for those who cannot see it
    (by default the caption, or else its titles). Text in a font of the analyst's choice keeps it.
    Raises ArgumentError for anything else than a figure.

    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> _ = figure.add_subplot().set_title("申请数量")
    >>> figure_chart(figure).alt
    '申请数量'
    """
    from matplotlib.artist import Artist  # noqa: PLC0415

    drawn = figure.get_figure(root=True) if isinstance(figure, Artist) else None
    if drawn is None:
        raise ArgumentError("figure 的第一个参数应是 matplotlib 的图（Figure 或 Axes）。")
    titles = (drawn.get_suptitle(), *(axes.get_title() for axes in drawn.axes))
    told = alt or caption or "；".join(filter(None, titles)) or "图"
    svg, text_svg = _svg(drawn, "path"), _svg(drawn, "none")
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(drawn)
    return Chart(svg, text_svg if _can_be_set(text_svg) else svg, told, caption)


@lru_cache
def _fonts() -> dict[Any, Any]:
    from matplotlib import font_manager, rcParamsDefault  # noqa: PLC0415

    families = []
    for file in CHART_FONTS:
        font_manager.fontManager.addfont(file)
        families.append(font_manager.FontProperties(fname=file).get_name())
    others = [name for name in rcParamsDefault["font.sans-serif"] if name not in families]
    return {"font.family": ["sans-serif"], "font.sans-serif": [*families, *others], "axes.unicode_minus": False}


def _svg(figure: Figure, fonttype: str) -> str:
    from matplotlib import rc_context  # noqa: PLC0415

    target = io.StringIO()
    with rc_context({**_fonts(), "svg.fonttype": fonttype, "svg.hashsalt": "govreport"}):
        figure.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
    svg = target.getvalue()[target.getvalue().index("<svg") :]
    prefix = "f" + sha256(svg)[:10]
    return re.sub(r"""( id="|href="#|url\(#)""", rf"\g<1>{prefix}-", svg)


def _can_be_set(text_svg: str) -> bool:
    """Whether the report's font has every character of a figure, so that its text can be set as text."""
    texts = re.findall(r"<(?:text|tspan)[^>]*>([^<]+)<", text_svg)
    return all(map(glyph, set("".join(map(unescape, texts)).replace("\n", ""))))
