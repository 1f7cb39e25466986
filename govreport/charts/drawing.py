"""Drawing boxes and labels as SVG: once with text as paths, once with text as text.

A figure with axes spends a hundred milliseconds on ticks, spines and layout that bars with labels do not
have. Glyphs are outlined once a process; a drawing outlines each where it first stands, and refers to that afterwards.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

from govreport.core import CHART_FONTS, sha256

INK, PAPER = "#1a1a1a", "#ffffff"
OUTLINE = 0.4
"""Around every other fill, so that light ones stand out from the paper."""
_ESCAPES = {"%": "%25", "#": "%23", "&": "%26", "'": "%27", "\n": " ", "\r": " ", "\t": " "}
"""What an address in single quotes holds in place of some signs, one after the other; line ends and tabs would be
dropped from it."""
SIZE = 10.5
EM = 1000
_MOVE, _LINE, _CLOSE = 1, 2, 79
_COMMANDS = {_MOVE: ("m", 1), _LINE: ("l", 1), 3: ("q", 2), 4: ("c", 3)}
"""The codes of an outline: SVG's commands, with the number of points that each takes."""

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


@lru_cache
def _font() -> Any:
    """Return the report's font. It is held in memory, since forked processes would share the place in an open file."""
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    font = FT2Font(io.BytesIO(CHART_FONTS[0].read_bytes()))
    font.set_size(EM, 72)
    return font


@lru_cache(maxsize=8192)
def glyph(character: str) -> Glyph | None:
    """Return a character's glyph in the report's font, or None where the font has none."""
    from matplotlib.ft2font import LoadFlags  # noqa: PLC0415, most processes draw nothing

    font = _font()
    if not font.get_char_index(ord(character)):
        return None
    loaded = font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
    points, codes = font.get_path()
    rounded = [(round(x), round(y)) for x, y in points.tolist()]
    return Glyph("".join(_path_data(rounded, codes.tolist())), loaded.linearHoriAdvance / 65536)


def _path_data(points: Sequence[tuple[int, int]], codes: Sequence[int]) -> Iterator[str]:
    """Yield the pieces of an outline's path data, in numbers relative to the point before: they are shorter."""
    place, here, start = 0, (0, 0), (0, 0)
    while place < len(codes):
        if codes[place] == _CLOSE:
            yield "z"
            place, here = place + 1, start
            continue
        command, count = _COMMANDS[codes[place]]
        ends, code, place = points[place : place + count], codes[place], place + count
        steps = [(x - here[0], y - here[1]) for x, y in ends]
        here = ends[-1]
        if code == _MOVE:
            start = here
        if code == _LINE and 0 in steps[0]:
            (right, up) = steps[0]
            yield f"h{right}" if right else f"v{up}" if up else ""
        else:
            yield command + " ".join(f"{right} {up}" for right, up in steps).replace(" -", "-")


def text_width(text: str) -> float:
    """Return the width of a text in points.

    >>> text_width("年") == SIZE
    True
    """
    return sum(map(_advance, text)) * SIZE / EM


def svg_forms(drawing: Drawing) -> tuple[str, str]:
    """Return a drawing as SVG with text as paths, and as SVG with text as text.

    The same drawing gives the same bytes; ids of different drawings never meet on one page.
    """
    boxes = [_boxes(fill, boxes) for fill, boxes in drawing.boxes]
    text_svg = _svg(drawing, [*boxes, *_texts(drawing.labels)])
    prefix = "g" + sha256(text_svg)[:6]
    return _svg(drawing, [*boxes, *_paths(drawing.labels, prefix)]), text_svg


def drawing_address(svg: str) -> str:
    """Return a drawing as an address that holds it (RFC 2397) as text: HTML needs few escapes in single quotes.

    >>> drawing_address("<svg fill='#fff'/>")
    'data:image/svg+xml;charset=utf-8,<svg fill=%27%23fff%27/>'
    """
    for sign, written in _ESCAPES.items():  # a hundred times as fast as `str.translate`
        svg = svg.replace(sign, written)
    return f"data:image/svg+xml;charset=utf-8,{svg}"


def _svg(drawing: Drawing, elements: Sequence[str]) -> str:
    width, height = f"{drawing.width:g}", f"{drawing.height:g}"
    shape = f'width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}" stroke-linejoin="round"'
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" {shape}>', *elements, "</svg>\n"])


def _boxes(fill: str, boxes: Sequence[Box]) -> str:
    outline = f' stroke="{INK}" stroke-width="{OUTLINE}"' if fill not in (PAPER, INK) else ""
    path = "".join(f"M{left:g} {top:g}h{width:g}v{height:g}h{-width:g}z" for left, top, width, height in boxes)
    return f'<path fill="{fill}"{outline} d="{path}"/>'


def _texts(labels: Sequence[Label]) -> Iterator[str]:
    yield f'<g font-family="\'{_font().family_name}\', sans-serif" font-size="{SIZE}px" fill="{INK}">'
    for label in labels:
        yield f'<text x="{label.x:g}" y="{label.y:g}"{_own_ink(label)}>{escape(label.text)}</text>'
    yield "</g>"


def _own_ink(label: Label) -> str:
    return f' fill="{label.ink}"' if label.ink != INK else ""


def _paths(labels: Sequence[Label], prefix: str) -> Iterator[str]:
    """Yield labels as outlines of glyphs; one with a character that the font does not have stays text."""
    whole = [label for label in labels if all(map(glyph, label.text))]
    text = "".join(label.text for label in whole)
    first: dict[str, tuple[str, float]] = {}
    yield f'<g fill="{INK}">'
    for label in whole:
        place, drawn = 0.0, []
        for character in label.text:
            found = glyph(character)
            if character in first:
                name, start = first[character]
                drawn.append(f'<use x="{place - start:g}" href="#{name}"/>')
            elif found and found.outline:
                name = f"{prefix}{len(first)}"
                first[character] = name, place
                named = f' id="{name}"' if text.count(character) > 1 else ""
                moved = f' transform="translate({place:g})"' if place else ""
                drawn.append(f'<path{named}{moved} d="{found.outline}"/>')
            place += _advance(character)
        at = f"matrix({SIZE / EM:g} 0 0 {-SIZE / EM:g} {label.x:g} {label.y:g})"
        yield f'<g{_own_ink(label)} transform="{at}">{"".join(drawn)}</g>'
    yield "</g>"
    if other := [label for label in labels if label not in whole]:
        yield from _texts(other)


def _advance(character: str) -> float:
    return found.advance if (found := glyph(character)) else EM
