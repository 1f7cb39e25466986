"""Charts in the report's style: what they show, where it stands, and both forms of SVG."""

from __future__ import annotations

from govreport.charts.analyst import chart_style, figure_chart
from govreport.charts.bars import Bars, figures_bars, members_bars
from govreport.charts.chart import Chart, bar_chart

__all__ = ["Bars", "Chart", "bar_chart", "chart_style", "figure_chart", "figures_bars", "members_bars"]
