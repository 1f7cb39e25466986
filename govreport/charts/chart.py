"""Chart: a drawing that displays itself in notebooks, with the data that exporters need."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from html import escape
from typing import Any

from govreport.charts.bars import Bars
from govreport.charts.chart_layout import layout
from govreport.charts.drawing import svg_forms
from govreport.core import mime


@dataclass(frozen=True)
class Chart:
    """A chart: SVG with text as paths, SVG with text as text, alternative text and caption."""

    svg: str = field(repr=False)
    text_svg: str = field(repr=False)
    alt: str
    caption: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        told = {"svg": self.text_svg, "alt": self.alt, "caption": self.caption}
        return {
            "image/svg+xml": self.svg,
            mime.CHART: told,
            "text/html": self._html(),
            "text/plain": f"{self.caption}：{self.alt}",
        }

    def _html(self) -> str:
        """Return the HTML for a notebook: the drawing on white, since its ink is dark, above its caption."""
        source = f"data:image/svg+xml;base64,{b64encode(self.svg.encode()).decode()}"
        style = "display:block;max-width:100%;padding:6px;background:#fff"
        caption = f"<figcaption><strong>{escape(self.caption)}</strong></figcaption>" if self.caption else ""
        image = f'<img src="{source}" alt="{escape(self.alt)}" style="{style}">'
        return f'<figure style="margin:8px 0 16px">{image}{caption}</figure>'


def bar_chart(bars: Bars) -> Chart | None:
    """Return the chart of some bars, or None where it would say nothing.

    >>> from govreport.charts.bars import Bar
    >>> chart = bar_chart(Bars("2023年示例", "件", (Bar("甲", (3,)), Bar("乙", (1,)))))
    >>> chart.alt
    '2023年示例。甲3件、乙1件。'
    """
    return Chart(*svg_forms(layout(bars)), bars.alt, bars.caption) if bars.says_something else None
