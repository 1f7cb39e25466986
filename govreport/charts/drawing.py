"""Drawing boxes and labels with matplotlib's SVG renderer: once with text as paths, once with text as text.

A figure with axes spends a hundred milliseconds on ticks, spines and layout that bars with labels do not
have. Glyphs are outlined once a process; each drawing defines those that it uses and refers to them.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import to_rgb
from matplotlib.font_manager import get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.path import Path as Outline
from matplotlib.transforms import IdentityTransform

from govreport.core import CHART_FONTS

INK, PAPER = "#1a1a1a", "#ffffff"
OUTLINE = 0.4
"""Around every other fill, so that light ones stand out from the paper."""
SIZE = 10.5
EM = 1000
_COMMANDS = {Outline.MOVETO: "M", Outline.LINETO: "L", Outline.CURVE3: "Q", Outline.CURVE4: "C"}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
_CORNERS = (Outline.MOVETO, Outline.LINETO, Outline.LINETO, Outline.LINETO, Outline.CLOSEPOLY)

Box = tuple[float, float, float, float]
"""Left, top, width and height in points, from the drawing's top left corner."""


@dataclass(frozen=True)
class Label:
    """A text at the left end of its baseline, in points from the drawing's top left corner."""

    x: float
    y: float
    text: str
    ink: str = INK


@dataclass(frozen=True)
class Drawing:
    """A drawing in points: boxes by fill colour, the undermost first, and labels above them."""

    width: float
    height: float
    boxes: tuple[tuple[str, tuple[Box, ...]], ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True)
class Glyph:
    """A character's outline as SVG path data, and its advance, both in thousandths of the type size."""

    outline: str
    advance: float


@lru_cache(maxsize=8192)
def glyph(character: str) -> Glyph | None:
    """Return a character's glyph in the report's font, or None where the font has none."""
    font = get_font(CHART_FONTS[0])  # not kept here: matplotlib opens it anew in a forked process
    if not font.get_char_index(ord(character)):
        return None
    font.set_size(EM, 72)
    loaded = font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    segments = Outline(*font.get_path()).iter_segments(simplify=False)
    drawn = (
        "Z" if code == Outline.CLOSEPOLY else _COMMANDS[code] + " ".join(f"{value:.0f}" for value in points)
        for points, code in segments
    )
    return Glyph("".join(drawn).replace(" -", "-"), loaded.linearHoriAdvance / 65536)


def text_width(text: str) -> float:
    """Return the width of a text in points.

    >>> text_width("年") == SIZE
    True
    """
    return sum(_advance(character) for character in text) * SIZE / EM


def svg_forms(drawing: Drawing) -> tuple[str, str]:
    """Return a drawing as SVG with text as paths, and as SVG with text as text.

    The same drawing gives the same bytes; ids of different drawings never meet on one page.
    """
    text_svg = _svg(drawing, _write_text)
    prefix = "g" + hashlib.sha256(text_svg.encode()).hexdigest()[:10]
    return _svg(drawing, lambda writer, labels: _write_paths(writer, labels, prefix)), text_svg


def root_element(svg: str) -> str:
    """Return an SVG document without what stands before its root element."""
    return svg[svg.index("<svg") :]


def _svg(drawing: Drawing, write: Callable[[Any, Sequence[Label]], None]) -> str:
    target = io.StringIO()
    renderer: Any = RendererSVG(drawing.width, drawing.height, target, metadata=_NO_METADATA)  # type: ignore[no-untyped-call]
    context = renderer.new_gc()
    context.set_foreground(INK)
    for fill, boxes in drawing.boxes:
        context.set_linewidth(OUTLINE if fill not in (PAPER, INK) else 0)
        corners = [corner for box in boxes for corner in _corners(box, drawing.height)]
        path = Outline(corners, _CORNERS * len(boxes))
        renderer.draw_path(context, path, IdentityTransform(), to_rgb(fill))
    write(renderer.writer, drawing.labels)
    renderer.finalize()
    return root_element(target.getvalue())


def _corners(box: Box, height: float) -> Sequence[tuple[float, float]]:
    left, top, width, tall = box
    right, low, high = left + width, height - top - tall, height - top
    return (left, low), (left, high), (right, high), (right, low), (left, low)


@lru_cache
def _family() -> str:
    """Return the report's font's family; opening the font costs more than drawing a chart."""
    return str(get_font(CHART_FONTS[0]).family_name)


def _write_text(writer: Any, labels: Sequence[Label]) -> None:
    writer.start("g", attrib={"font-family": f"'{_family()}', sans-serif", "font-size": f"{SIZE}px"})
    for label in labels:
        writer.element("text", label.text, attrib={"x": f"{label.x:g}", "y": f"{label.y:g}", "fill": label.ink})
    writer.end("g")


def _write_paths(writer: Any, labels: Sequence[Label], prefix: str) -> None:
    """Write labels as uses of glyphs; one with a character that the font does not have stays text."""
    glyphs = {character: glyph(character) for label in labels for character in label.text}
    whole = [label for label in labels if all(glyphs[character] for character in label.text)]
    writer.start("defs")
    for character, found in glyphs.items():
        if found:
            writer.element("path", attrib={"id": f"{prefix}-{ord(character):x}", "d": found.outline})
    writer.end("defs")
    for label in whole:
        place = 0.0
        at = f"translate({label.x:g} {label.y:g}) scale({SIZE / EM:g} {-SIZE / EM:g})"
        writer.start("g", attrib={"fill": label.ink, "transform": at})
        for character in label.text:
            writer.element("use", attrib={"x": f"{place:g}", "xlink:href": f"#{prefix}-{ord(character):x}"})
            place += _advance(character)
        writer.end("g")
    if other := [label for label in labels if not all(glyphs[character] for character in label.text)]:
        _write_text(writer, other)


def _advance(character: str) -> float:
    found = glyph(character)
    return found.advance if found else EM
