"""A report's charts beside the way an analyst would draw them, side by side in one process, over distinct filings.

    python tests/benchmarks/charts.py [--charts N]

Both ways give SVG with text as paths and SVG with text as text. Medians of processor
time a chart, the ways taking turns.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import matplotlib as mpl
from matplotlib import font_manager, pyplot

from govreport.charts.bars import figures_bars
from govreport.charts.chart import bar_chart
from govreport.core.fonts import CHART_FONTS
from govreport.filing.filing import Filing
from govreport.forms.catalogue import Catalogue
from govreport.forms.form import ChartSpec

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.support.strategies import consistent_filing

YEARS = range(2019, 2024)


def plainly(spec: ChartSpec, filings: Sequence[Filing]) -> list[str]:
    """Draw with pyplot, axes, a legend, labels on bars and a tight layout, once for each kind of text."""
    bars = figures_bars(spec, filings)
    found = []
    for fonttype in ("path", "none"):
        mpl.rcParams["svg.fonttype"] = fonttype
        figure, axes = pyplot.subplots(figsize=(6.2, 3.2))
        names, starts = [bar.label for bar in bars.bars], [0] * len(bars.bars)
        for n, part in enumerate(bars.parts or [""]):
            figures = [int(bar.figures[n]) for bar in bars.bars]
            axes.bar_label(axes.barh(names, figures, left=starts, label=part), label_type="center")
            starts = [start + figure for start, figure in zip(starts, figures, strict=True)]
        axes.invert_yaxis()
        if bars.parts:
            axes.legend(ncols=3)
        figure.tight_layout()
        target = io.StringIO()
        figure.savefig(target, format="svg")
        pyplot.close(figure)
        found.append(target.getvalue())
    return found


def ours(spec: ChartSpec, filings: Sequence[Filing]) -> list[str]:
    """Draw as a report does."""
    chart = bar_chart(figures_bars(spec, filings))
    return [chart.svg, chart.text_svg] if chart else ["", ""]


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--charts", type=int, default=30, help="of each kind")
    options = parser.parse_args()
    mpl.use("agg")
    font_manager.fontManager.addfont(CHART_FONTS[0])
    mpl.rcParams["font.family"] = font_manager.FontProperties(fname=CHART_FONTS[0]).get_name()
    chance = Random(1)
    agencies: list[list[Filing]] = []
    for _ in range(options.charts + 1):
        filings: list[Filing] = []
        for year in YEARS:
            filings.append(consistent_filing(year, chance.randint, filings[-1] if filings else None))
        agencies.append(filings)
    ways: dict[str, Callable[[ChartSpec, Sequence[Filing]], list[str]]] = {"pyplot": plainly, "govreport": ours}
    print(f"{'chart':12}{'pyplot, ms':>12}{'govreport, ms':>15}{'ratio':>8}{'kB as paths':>13}{'as text':>9}")
    for key, spec in Catalogue.read().form_for(YEARS[-1]).charts.items():
        if spec.each == "members":
            continue
        spent: dict[str, list[float]] = {way: [] for way in ways}
        sizes: list[list[int]] = []
        for n, filings in enumerate(agencies):
            for way, draw in ways.items():
                start = time.process_time()
                made = draw(spec, filings)
                if n:  # the first of each warms the fonts
                    spent[way].append((time.process_time() - start) * 1000)
            sizes.append([len(svg.encode()) for svg in made])
        before, now = (statistics.median(spent[way]) for way in ways)
        paths, text = (statistics.median(size) / 1000 for size in zip(*sizes, strict=True))
        print(f"{key:12}{before:12.1f}{now:15.2f}{before / now:8.0f}{paths:13.1f}{text:9.1f}")


if __name__ == "__main__":
    main()
