"""The content of OFD pages: what Typst's PDF draws, operator by operator (ISO 32000-1, annex A), in the same order.

Places are thousandths of a millimetre from a page's upper left corner, in the file millimetres (GB/T 33190-2016, 7.2).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from types import MappingProxyType
from typing import NamedTuple

import pypdfium2
from fontTools.misc.arrayTools import calcBounds, insetRect, intRect, offsetRect, scaleRect, sectRect, unionRect
from fontTools.misc.transform import Transform
from PIL import Image

from govreport.publish.ofd.text_parts import ABOVE, BELOW, BESIDE, MOST_REMEMBERED, STRING, Shared, numerals
from govreport.publish.pdf_objects import references, stream_of

MICRONS = 25_400 / 72
"""Thousandths of a millimetre in a point."""
SHARP = 300 / 25_400
"""Pixels to a thousandth of a millimetre of what OFD cannot draw, such as shades of colour."""
CAPS, JOINS = ("Butt", "Round", "Square"), ("Miter", "Round", "Bevel")
UPRIGHT = (1, 0, 0, 1)

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""

_OPERAND = (
    rb"(?:/[^\s/<>\[\]()]++|[-+.\d]++|\(" + STRING + rb"\)|\[(?:[^\]()]++|\(" + STRING + rb"\))*+\]"
    rb"|<<(?:[^<>]|<[^<>]*>)*+>>|<[0-9A-Fa-f]*+>)\s*+"
)
_USUAL = rb"(?:(?:BT|ET|\d Tr|/\w++ cs|/\w++ CS|[\d.]++ M|[\d.]++ i|/\w++ ri)\s*+)*"
"""What changes nothing here, or is written by Typst with one value."""
_OPERATOR = re.compile(_USUAL + rb"((?:" + _OPERAND + rb")*+)([A-Za-z*]++)\s*+|\S", re.DOTALL)
_MARK, _NAME = re.compile(rb"/MCID (\d+)"), re.compile(rb"/(\S+)")
_PARAMETER = re.compile(rb"/(ca|CA|SMask)[ /]([\w.]+)")
_STEPS = {b"m": "M", b"l": "L", b"c": "B", b"h": "C"}
_START = {b"scn": b"0 ", b"SCN": b"0 ", b"w": b"1", b"J": b"0", b"j": b"0", b"d": b"[]0", b"ca": b"1", b"CA": b"1"}

Steps = list[tuple[str, list[Point]]]
"""Of a path: ``M`` to a point, ``L`` in a line, ``B`` in a Bézier curve, ``C`` to close it."""


def _numbers(operands: bytes) -> list[float]:
    return list(map(float, operands.split()))


@lru_cache(MOST_REMEMBERED)
def _colour(use: str, operands: bytes, alpha: float) -> str:
    """Return the element of a colour, or an empty text for one that OFD does not know, such as a pattern."""
    parts = [] if b"/" in operands else [round(255 * part) for part in _numbers(operands)]
    if len(parts) not in (1, 3):
        return ""
    seen, (red, green, blue) = round(255 * alpha), parts * (3 // len(parts))
    return f'<ofd:{use}Color Value="{red} {green} {blue}"' + f' Alpha="{seen}"' * (seen < 255) + "/>"


class Path(NamedTuple):
    """An outline, and the box around it."""

    steps: Steps
    box: Box

    def holds(self, box: Box) -> bool:
        """Whether it is a rectangle around a box."""
        left, top, right, bottom = map(round, self.box)
        corners = {(round(x), round(y)) for _, points in self.steps for x, y in points}
        around = insetRect(self.box, -1, -1)
        return corners == {*product((left, right), (top, bottom))} and unionRect(around, box) == around

    def within(self, box: Box) -> str:
        """Return its element, with places within a box."""
        left, top = round(box[0]), round(box[1])
        told = (
            f"{letter} {numerals(v for x, y in points for v in (x - left, y - top))}" for letter, points in self.steps
        )
        return f"<ofd:AbbreviatedData>{' '.join(told)}</ofd:AbbreviatedData>"


class State(NamedTuple):
    """How things are drawn (8.4).

    matrix: to OFD's page; clips: outside which nothing is drawn, first the page's edges; told: operands by the operator
    or the name of the parameter that they were given to; opacity: of what they are part of.
    """

    matrix: Transform
    clips: tuple[Path, ...]
    told: Mapping[bytes, bytes] = MappingProxyType(_START)
    opacity: float = 1

    @property
    def is_masked(self) -> bool:
        """Whether things are drawn in a way that OFD does not know."""
        return self.told.get(b"SMask", b"None") != b"None"

    def colour(self, use: str) -> str:
        """Return the element of the colour for ``Fill`` or ``Stroke``."""
        colour, alpha = (b"scn", b"ca") if use == "Fill" else (b"SCN", b"CA")
        return _colour(use, self.told[colour], self.opacity * float(self.told[alpha]))

    def pen(self) -> str:
        """Return the attributes of lines: how wide they are, and how they end, meet and are dashed."""
        a, b, c, d, _, _ = self.matrix
        scale, cap, join = math.sqrt(abs(a * d - b * c)), int(self.told[b"J"]), int(self.told[b"j"])
        dashes, _, phase = self.told[b"d"].partition(b"]")
        told = f' LineWidth="{numerals([float(self.told[b"w"]) * scale])}"'
        told += f' Cap="{CAPS[cap]}"' * (cap > 0) + f' Join="{JOINS[join]}"' * (join > 0)
        if lengths := [length * scale for length in _numbers(dashes[1:])]:
            told += f' DashOffset="{numerals([float(phase) * scale])}" DashPattern="{numerals(lengths)}"'
        return told


def page_content(pdf: pypdfium2.PdfDocument, number: int, body: bytes, shared: Shared) -> str:
    """Return the objects of a page as OFD's XML, and add to `shared` what it needs.

    pdf: as pdfium knows it; number: the page's place, from 0; body: its object in the PDF.
    """
    named, (width, height) = references(body), (side * MICRONS for side in pdf.get_page_size(number))
    edges = Path([("L", [point]) for point in product((0, width), (0, height))], (0, 0, width, height))
    state = State(Transform(MICRONS, 0, 0, -MICRONS, 0, height), (edges,))
    stream, resources = (shared.objects[named[key]] for key in ("Contents", "Resources"))
    return "\n".join(_PageReader(pdf, number, shared).objects(stream_of(stream), references(resources), state, -1))


@dataclass
class _PageReader:
    """Reads a page. Only for what OFD cannot draw pdfium is asked: it loads all fonts."""

    pdf: pypdfium2.PdfDocument
    number: int
    shared: Shared

    def objects(self, stream: bytes, resources: Mapping[str, int], state: State, mark: int) -> Iterator[str]:
        """Yield what a content stream draws.

        resources: the numbers of objects by the names that the stream gives them; mark: the number of marked content.
        """
        states, marks, steps, is_clip = list[State](), [mark], Steps(), False
        font, size, text_matrix = 0, 0.0, state.matrix
        for operands, operator in _OPERATOR.findall(stream):
            match operator:
                case b"q":
                    states.append(state)
                case b"Q":
                    state = states.pop()
                case b"cm":
                    state = state._replace(matrix=state.matrix.transform(_numbers(operands)))
                case b"BDC" | b"BMC":
                    found = _MARK.findall(operands)
                    marks.append(int(found[0]) if found else marks[-1])
                case b"EMC":
                    marks.pop()
                case b"scn" | b"SCN" | b"w" | b"J" | b"j" | b"d":
                    if state.told[operator] != operands:
                        state = state._replace(told={**state.told, operator: operands})
                case b"gs":
                    told = self.shared.objects[_resource(operands, resources)]
                    state = state._replace(told={**state.told, **dict(_PARAMETER.findall(told))})
                case b"Tf":
                    font, size = _resource(operands, resources), float(operands.split()[1])
                case b"Tm":
                    text_matrix = state.matrix.transform(_numbers(operands))
                case b"Tj" | b"TJ":
                    yield from self._text(operands, font, size, text_matrix, state.colour("Fill"), marks[-1])
                case b"m" | b"l" | b"c" | b"h":
                    places = _numbers(operands)
                    points = state.matrix.transformPoints(zip(places[::2], places[1::2], strict=True))
                    steps.append((_STEPS[operator], points))
                case b"W" | b"W*":
                    is_clip = True
                case b"S" | b"f" | b"f*" | b"B" | b"B*" | b"n":
                    if steps:
                        path = Path(steps, calcBounds([point for _, points in steps for point in points]))
                        if operator != b"n":
                            yield self._path(path, operator, state, marks[-1])
                        if is_clip:
                            state = state._replace(clips=(*state.clips, path))
                    steps, is_clip = Steps(), False
                case b"Do":
                    yield from self._drawing(_resource(operands, resources), state, marks[-1])
                case b"sh":
                    yield self._rendered(state.clips[-1].box, marks[-1])
                case b"ET":
                    pass
                case _:  # not known what it does, nor what those after it draw
                    yield self._rendered(state.clips[0].box, marks[-1])
                    return

    def _element(self, kind: str, mark: int, box: Box, attributes: str, inner: str) -> str:
        number = next(self.shared.numbers)
        if mark >= 0:
            self.shared.marked.setdefault((self.number, mark), []).append(number)
        return f'<ofd:{kind} ID="{number}" Boundary="{_boundary(box)}"{attributes}>{inner}</ofd:{kind}>'

    def _text(
        self, operands: bytes, font: int, size: float, matrix: Transform, colour: str, mark: int
    ) -> Iterator[str]:
        """Yield a text in the parts that stand apart."""
        a, b, c, d, e, f = matrix
        scale = math.hypot(a, b)
        em, turned = size * scale, Transform(a / scale, b / scale, -c / scale, -d / scale, e, f)
        for part in self.shared.parts(operands, font, em):
            placed = turned.translate(part.start - BESIDE * em, -ABOVE * em)
            width, height, ctm = part.width + 2 * BESIDE * em, (ABOVE + BELOW) * em, ""
            box = (placed.dx, placed.dy, placed.dx + width, placed.dy + height)
            if placed[:4] != UPRIGHT:
                box, offset = _held(placed, width, height)
                ctm = f' CTM="{" ".join([f"{factor:.6f}" for factor in placed[:4]])} {numerals(offset)}"'
            yield self._element("TextObject", mark, box, ctm + part.attributes, colour + part.code)

    def _path(self, path: Path, operator: bytes, state: State, mark: int) -> str:
        fills, strokes = operator[:1] in b"fB", operator[:1] in b"SB"
        colours = [state.colour(use) for use, used in (("Stroke", strokes), ("Fill", fills)) if used]
        margin = 2 * float(state.told[b"w"]) * math.hypot(*state.matrix[:2]) if strokes else 1
        box = insetRect(path.box, -margin, -margin)
        if state.is_masked or "" in colours:
            return self._rendered(box, mark)
        attributes = state.pen() if strokes else ' Stroke="false"'
        attributes += ' Fill="true"' * fills + ' Rule="Even-Odd"' * operator.endswith(b"*")
        inner = _clips(state.clips, box) + "".join(colours) + path.within(box)
        return self._element("PathObject", mark, box, attributes, inner)

    def _drawing(self, number: int, state: State, mark: int) -> Iterator[str]:
        """Yield a picture or what a form draws: a stream of its own (8.10)."""
        body = self.shared.objects[number]
        keys = body.partition(b"stream")[0]
        if b"/Subtype/Image" in keys:
            placed = state.matrix.translate(0, 1).scale(1, -1)
            if b"/DCTDecode" in keys and b"/SMask" not in keys:
                yield self._picture(stream_of(body), placed, mark)
            else:
                yield self._rendered(_held(placed, 1, 1)[0], mark)
        elif state.is_masked or b"/Matrix" in keys:
            yield self._rendered(state.clips[-1].box, mark)
        else:
            told = {**state.told, b"ca": b"1", b"CA": b"1"}
            inner = state._replace(told=told, opacity=state.opacity * float(state.told[b"ca"]))
            named = references(keys)
            resources = references(self.shared.objects[named["Resources"]]) if "Resources" in named else named
            yield from self.objects(stream_of(body), resources, inner, mark)

    @cached_property
    def _seen(self) -> Image.Image:
        picture: Image.Image = self.pdf[self.number].render(scale=SHARP * MICRONS).to_pil()
        return picture

    def _rendered(self, box: Box, mark: int) -> str:
        """Return a picture of what a box of the page shows."""
        is_seen, pixels = sectRect(intRect(scaleRect(box, SHARP, SHARP)), (0, 0, *self._seen.size))
        if not is_seen:
            return ""
        target, (left, top, right, bottom) = io.BytesIO(), pixels
        self._seen.crop(pixels).save(target, "PNG")
        placed = Transform().scale(1 / SHARP).transform((right - left, 0, 0, bottom - top, left, top))
        return self._picture(target.getvalue(), placed, mark)

    def _picture(self, data: bytes, placed: Transform, mark: int) -> str:
        number = next(self.shared.numbers)
        self.shared.pictures[number] = data
        box, offset = _held(placed, 1, 1)
        attributes = f' CTM="{numerals((*placed[:4], *offset))}" ResourceID="{number}"'
        return self._element("ImageObject", mark, box, attributes, "")


def _resource(operands: bytes, resources: Mapping[str, int]) -> int:
    return resources[_NAME.findall(operands)[0].decode()]


def _held(placed: Transform, width: float, height: float) -> tuple[Box, Point]:
    """Return the box that holds a rectangle, which begins at 0, on the page, and where in it that begins."""
    box = calcBounds(placed.transformPoints([(0, 0), (width, 0), (0, height), (width, height)]))
    return box, (placed.dx - box[0], placed.dy - box[1])


def _boundary(box: Box) -> str:
    left, top, right, bottom = box
    return numerals((left, top, right - left, bottom - top))


def _clips(clips: Iterable[Path], box: Box) -> str:
    """Return the element with the clips that cut something of a box; their places are within it."""
    areas = ""
    for clip in clips:
        if not clip.holds(box):
            place, path = _boundary(offsetRect(clip.box, -box[0], -box[1])), clip.within(clip.box)
            area = f'<ofd:Path Boundary="{place}" Stroke="false" Fill="true">{path}</ofd:Path>'
            areas += f"<ofd:Clip><ofd:Area>{area}</ofd:Area></ofd:Clip>"
    return areas and f"<ofd:Clips>{areas}</ofd:Clips>"
