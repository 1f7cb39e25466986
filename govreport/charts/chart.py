"""Chart: a drawing that displays itself in notebooks, with the data that exporters need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import Any

from govreport.charts.bars import Bars
from govreport.charts.drawing import INK, PAPER, SIZE, Box, Drawing, Label, drawing_address, svg_forms, text_width
from govreport.core import Figure, mime, write_figure

COLORS = ("#0b3c6f", "#e0a030", "#5a4a78", "#8fcbe8", "#a8481a", "#dcdcdc")
"""Dark and light by turns: apart for colour-blind readers and, beside each other, 3 to 1 in grey print."""
WIDTH = 442.0
"""Points: the width of the page's text, 156 mm."""
PITCH, THICK, GAP, LEGEND, NOTE = 22.0, 15 / 22, 1.0, 20.0, 18.0
"""PITCH: from one bar to the next, of which a bar takes THICK; less where the bars would be higher than HIGHEST."""
HIGHEST = 264.0
"""A chart with its caption is lower than half a page, so that it never leaves more than that blank before it."""
SPACE, MARGIN = 6.0, 2.0
SWATCH = 9.0
HALF = 128_000
"""The luma of a colour, by thousands of 255, from which on it is light."""
WIDEST_LABEL = 0.36 * WIDTH
BASELINE = 0.36 * SIZE
"""How far below the middle of a line its baseline lies, so that hanzi and digits look centred."""


def layout(bars: Bars, colours: Sequence[str] = COLORS) -> Drawing:
    """Return the drawing of bars: labels left, numbers on and beside the bars, a legend above where bars have parts.

    colours: of the parts in turn.
    """
    legend, swatches, top = _legend(bars.parts)
    is_split = len(bars.parts) > 1
    ends = [f"{'共' if is_split else ''}{write_figure(sum(bar.figures))}" for bar in bars.bars]
    names = [_cut(bar.label) for bar in bars.bars]
    left = MARGIN + max(map(text_width, names)) + SPACE
    most = max(Fraction(sum(bar.figures)) for bar in bars.bars)
    room = WIDTH - left - max(map(text_width, ends)) - SPACE - MARGIN
    pitch = min(PITCH, HIGHEST / len(bars.bars))
    thick, scale = THICK * pitch, Fraction(room) / most if most > 0 else Fraction(0)
    beside, within = list[Label](), list[Label]()
    series: list[list[Box]] = [[] for _ in bars.parts or "1"]
    for place, (bar, name, end) in enumerate(zip(bars.bars, names, ends, strict=True)):
        middle, start = top + (place + 0.5) * pitch, left
        lengths = [float(max(Fraction(figure), Fraction(0)) * scale) for figure in bar.figures]
        beside.append(_label(left - SPACE - text_width(name), middle, name))
        beside.append(_label(left + sum(lengths) + SPACE, middle, end))
        for n, (figure, length) in enumerate(zip(bar.figures, lengths, strict=True)):
            if length:
                series[n].append(_box(start, middle - thick / 2, max(length - GAP, 0.5), thick))
                if is_split:
                    within += _within(start, middle, length, figure, colours[n % len(colours)])
            start += length
    labels, bottom = [*legend, *beside, *within], middle + pitch / 2
    axis = _box(left - 1, top + 1, 0.8, bottom - top - 2)
    if bars.note:
        labels.append(_label(left, bottom + NOTE / 2, f"注：{bars.note}。"))
    height = bottom + (NOTE if bars.note else 0)
    boxes: list[tuple[str, tuple[Box, ...]]] = [(PAPER, (_box(0, 0, WIDTH, height),)), (INK, (axis,))]
    boxes += [(colours[n % len(colours)], (*swatches[n : n + 1], *found)) for n, found in enumerate(series) if found]
    return Drawing(WIDTH, height, tuple(boxes), tuple(labels))


def _legend(parts: Sequence[str]) -> tuple[list[Label], list[Box], float]:
    labels, swatches = [], []
    x, y = MARGIN, LEGEND / 2
    for part in parts:
        width = SWATCH + 4 + text_width(part)
        if x > MARGIN and x + width > WIDTH:
            x, y = MARGIN, y + LEGEND
        swatches.append(_box(x, y - SWATCH / 2, SWATCH, SWATCH))
        labels.append(_label(x + SWATCH + 4, y, part))
        x += width + 14
    return labels, swatches, y + LEGEND / 2 + 2 if parts else 0.0


def _within(start: float, middle: float, length: float, figure: Figure, colour: str) -> Iterator[Label]:
    """Yield a part's number where the part is long enough for it: white on a dark colour (ITU-R BT.601)."""
    text = write_figure(figure)
    width = text_width(text)
    if width + 2 <= length - GAP:
        red, green, blue = bytes.fromhex(colour[1:])
        ink = PAPER if 299 * red + 587 * green + 114 * blue < HALF else INK
        yield _label(start + (length - GAP - width) / 2, middle, text, ink)


def _cut(text: str) -> str:
    if text_width(text) <= WIDEST_LABEL:
        return text
    while text_width(text + "…") > WIDEST_LABEL:
        text = text[:-1]
    return text + "…"


def _label(x: float, middle: float, text: str, ink: str = INK) -> Label:
    return Label(round(x, 2), round(middle + BASELINE, 2), text, ink)


def _box(x: float, y: float, width: float, height: float) -> Box:
    return round(x, 2), round(y, 2), round(width, 2), round(height, 2)


@dataclass(frozen=True)
class Chart:
    """A chart: SVG with text as paths, SVG with text as text, alternative text, caption, the report that it is of."""

    svg: str = field(repr=False)
    text_svg: str = field(repr=False)
    alt: str
    caption: str
    source: Mapping[str, object] | None = field(default=None, repr=False)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {
            "image/svg+xml": self.svg,
            mime.CHART: {"svg": self.text_svg, "alt": self.alt, "caption": self.caption},
            "text/html": self._html(),
            "text/plain": f"{self.caption}：{self.alt}",
        } | ({mime.SOURCE: self.source} if self.source else {})

    def _html(self) -> str:
        """Return the HTML for a notebook: the drawing on white, since its ink is dark, above its caption.

        The drawing is the one with text as text, in the reader's own font: a fifth of the bytes.
        """
        style = "display:block;max-width:100%;padding:6px;background:#fff"
        caption = f"<figcaption><strong>{escape(self.caption)}</strong></figcaption>" if self.caption else ""
        source = drawing_address(self.text_svg).replace("<", "%3C")  # whoever looks for elements finds none in it
        image = f'<img src=\'{source}\' alt="{escape(self.alt)}" style="{style}">'
        return f'<figure style="margin:8px 0 16px">{image}{caption}</figure>'


def bar_chart(bars: Bars, source: Mapping[str, object] | None = None, colours: Sequence[str] = ()) -> Chart | None:
    """Return the chart of some bars, or None where it would say nothing: where less than two are not zero.

    source: the report whose figures they are. colours: by default COLORS.

    >>> from govreport.charts.bars import Bar
    >>> chart = bar_chart(Bars("2023年示例", "件", (Bar("甲", (3,)), Bar("乙", (1,)))))
    >>> chart.alt
    '2023年示例。甲3件、乙1件。'
    """
    if sum(figure != 0 for bar in bars.bars for figure in bar.figures) < 2:
        return None
    return Chart(*svg_forms(layout(bars, colours or COLORS)), bars.alt, bars.caption, source)
