"""Chart: a drawing that shows itself in notebooks and tells exporters what they need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from govreport import mime
from govreport.charts.bars import Bars
from govreport.charts.draw import svg_forms
from govreport.charts.layout import layout


@dataclass(frozen=True)
class Chart:
    """A chart: SVG with text as paths, SVG with text as text, alternative text and caption."""

    svg: str = field(repr=False)
    text_svg: str = field(repr=False)
    alt: str
    caption: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        told = {"svg": self.text_svg, "alt": self.alt, "caption": self.caption}
        return {"image/svg+xml": self.svg, mime.CHART: told, "text/plain": f"{self.caption}：{self.alt}"}


def bar_chart(bars: Bars) -> Chart | None:
    """Return the chart of some bars, or None where it would say nothing.

    >>> from govreport.charts.bars import Bar
    >>> chart = bar_chart(Bars("2023年示例", "件", (Bar("甲", (3,)), Bar("乙", (1,)))))
    >>> chart.alt
    '2023年示例。甲3件、乙1件。'
    """
    return Chart(*svg_forms(layout(bars)), bars.alt, bars.caption) if bars.says_something else None
