"""The content of OFD pages: what Typst's PDF draws, operator by operator (ISO 32000-1, annex A), in the same order.

Places are thousandths of a millimetre from a page's upper left corner, in the file millimetres (GB/T 33190-2016, 7.2).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from govreport.publish.ofd.text_parts import ABOVE, BELOW, BESIDE, MOST_REMEMBERED, STRING, Texts, numerals
from govreport.publish.pdf_objects import references, stream_of

MICRONS = 25_400 / 72
"""Thousandths of a millimetre in a point."""
SHARP = 300 / 25_400
"""Pixels to a thousandth of a millimetre of what OFD cannot draw, such as shades of colour."""
CAPS, JOINS = ("Butt", "Round", "Square"), ("Miter", "Round", "Bevel")
_PEN = {b"w": "width", b"J": "cap", b"j": "join", b"d": "dashes"}

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width and height."""
UPRIGHT = (1, 0, 0, 1)

_OPERAND = (
    rb"(?:/[^\s/<>\[\]()]++|[-+.\d]++|\(" + STRING + rb"\)|\[(?:[^\]()]++|\(" + STRING + rb"\))*+\]"
    rb"|<<(?:[^<>]|<[^<>]*>)*+>>|<[0-9A-Fa-f]*+>)\s*+"
)
_USUAL = rb"(?:(?:BT|ET|\d Tr|/\w++ cs|/\w++ CS|[\d.]++ M|[\d.]++ i|/\w++ ri)\s*+)*"
"""What changes nothing here, or is written by Typst with one value."""
_OPERATOR = re.compile(_USUAL + rb"((?:" + _OPERAND + rb")*+)([A-Za-z*]++)\s*+|\S", re.DOTALL)
_MARK, _NAME = re.compile(rb"/MCID (\d+)"), re.compile(rb"/(\S+)")
_ALPHA = re.compile(rb"/(ca|CA) ([\d.]+)")
_MATRIX, _BOUNDS = re.compile(rb"/Matrix\[([^]]*)\]"), re.compile(rb"/BBox\[([^]]*)\]")


@dataclass
class Shared:
    """What pages share. numbers: gives identifiers; texts: their texts.

    pictures: PNG and JPEG files by identifier; marked: identifiers of objects by page and number of marked content, by
    which the PDF's structure names them.
    """

    numbers: Iterator[int]
    texts: Texts
    pictures: dict[int, bytes] = field(default_factory=dict)
    marked: dict[tuple[int, int], list[int]] = field(default_factory=dict)


def _numbers(operands: bytes) -> list[float]:
    return list(map(float, operands.split()))


@lru_cache(MOST_REMEMBERED)
def _colour(operands: bytes) -> str:
    """Return a colour in three parts of 255, or an empty text for a pattern."""
    if b"/" in operands:
        return ""
    parts = [str(round(255 * part)) for part in _numbers(operands)]
    return " ".join(parts * 3 if len(parts) == 1 else parts)


def _then(inner: Sequence[float], outer: Matrix) -> Matrix:
    """Return the matrix that does what `inner` does, then `outer` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(x: float, y: float, by: Matrix) -> Point:
    a, b, c, d, e, f = by
    return a * x + c * y + e, b * x + d * y + f


def _box(points: Iterable[Point], margin: float = 0) -> Box:
    """Return the box that holds all points."""
    across, down = zip(*points, strict=True)
    left, top = min(across) - margin, min(down) - margin
    return left, top, max(across) + margin - left, max(down) + margin - top


Moves = list[tuple[str, list[Point]]]
"""The steps of a path: ``M`` to a point, ``L`` in a line, ``B`` in a Bézier curve, ``C`` to close it."""


def _points(moves: Moves) -> list[Point]:
    return [point for _, points in moves for point in points]


class Clip(NamedTuple):
    """A path outside which nothing is drawn, and its box."""

    moves: Moves
    box: Box

    def holds(self, box: Box) -> bool:
        """Whether it is a rectangle around a box."""
        (left, top, width, height), (x, y, across, down) = self.box, box
        corners = {(round(x), round(y)) for x, y in _points(self.moves)}
        within = left <= x + 1 and top <= y + 1 and x + across <= left + width + 1 and y + down <= top + height + 1
        return within and corners == {(round(x), round(y)) for x in (left, left + width) for y in (top, top + height)}


class State(NamedTuple):
    """How things are drawn (8.4): colours, opacities, the pen as its operators set it, and clips.

    masked: whether in a way that OFD does not know.
    """

    fill: str = "0 0 0"
    stroke: str = "0 0 0"
    fill_alpha: float = 1
    stroke_alpha: float = 1
    opacity: float = 1
    width: bytes = b"1"
    cap: bytes = b"0"
    join: bytes = b"0"
    dashes: bytes = b"[]0"
    clips: tuple[Clip, ...] = ()
    masked: bool = False

    def colour(self, use: str) -> str:
        """Return the element of the colour for ``Fill`` or ``Stroke``."""
        value, alpha = (self.fill, self.fill_alpha) if use == "Fill" else (self.stroke, self.stroke_alpha)
        seen = round(255 * alpha * self.opacity)
        return f'<ofd:{use}Color Value="{value}"' + f' Alpha="{seen}"' * (seen < 255) + "/>"


def page_content(pdf: pypdfium2.PdfDocument, number: int, body: bytes, shared: Shared) -> str:
    """Return the objects of a page as OFD's XML, and add to `shared` what it needs.

    pdf: as pdfium knows it; number: the page's place, from 0; body: its object in the PDF.
    """
    named, (_, height) = references(body), pdf.get_page_size(number)
    reader = _PageReader(pdf, number, shared)
    to_page = (MICRONS, 0, 0, -MICRONS, 0, height * MICRONS)
    stream, resources = (shared.texts.objects[named[key]] for key in ("Contents", "Resources"))
    return "\n".join(reader.objects(stream_of(stream), references(resources), to_page, State(), -1))


@dataclass
class _PageReader:
    """Reads a page. Only where there are pictures, or what OFD cannot draw, is pdfium asked: it loads all fonts."""

    pdf: pypdfium2.PdfDocument
    number: int
    shared: Shared

    @cached_property
    def _page(self) -> pypdfium2.PdfPage:
        return self.pdf[self.number]

    def objects(
        self, stream: bytes, resources: Mapping[str, int], matrix: Matrix, state: State, mark: int
    ) -> Iterator[str]:
        """Yield what a content stream draws.

        resources: the numbers of objects by the names that the stream gives them; matrix: to OFD's page; mark: the
        number of marked content.
        """
        states, marks, moves, clip = list[tuple[State, Matrix]](), [mark], Moves(), False
        font, size, text_matrix = 0, 0.0, matrix
        for operands, operator in _OPERATOR.findall(stream):
            match operator:
                case b"q":
                    states.append((state, matrix))
                case b"Q":
                    state, matrix = states.pop()
                case b"cm":
                    matrix = _then(_numbers(operands), matrix)
                case b"BDC" | b"BMC":
                    found = _MARK.findall(operands)
                    marks.append(int(found[0]) if found else -1 if b"/Artifact" in operands else marks[-1])
                case b"EMC":
                    marks.pop()
                case b"scn" | b"sc" | b"g" | b"rg":
                    if (colour := _colour(operands)) != state.fill:
                        state = state._replace(fill=colour)
                case b"SCN" | b"SC" | b"G" | b"RG":
                    if (colour := _colour(operands)) != state.stroke:
                        state = state._replace(stroke=colour)
                case b"Tf":
                    name, _, given = operands.strip().rpartition(b" ")
                    font, size = resources[name.strip()[1:].decode()], float(given)
                case b"Tm":
                    text_matrix = _then(_numbers(operands), matrix)
                case b"Tj" | b"TJ":
                    yield from self._text(operands, font, size, text_matrix, state, marks[-1])
                case b"m" | b"l" | b"c" | b"h" | b"re":
                    moves += _steps(operator, _numbers(operands), matrix)
                case b"W" | b"W*":
                    clip = True
                case b"S" | b"s" | b"f" | b"f*" | b"B" | b"B*" | b"b" | b"b*" | b"n":
                    if moves and operator != b"n":
                        yield self._path(moves, operator, matrix, state, marks[-1])
                    if moves and clip:
                        state = state._replace(clips=(*state.clips, Clip(moves, _box(_points(moves)))))
                    moves, clip = Moves(), False
                case b"w" | b"J" | b"j" | b"d":
                    state = state._replace(**{_PEN[operator]: operands})
                case b"gs":
                    state = self._set(state, self.shared.texts.objects[resources[_NAME.findall(operands)[0].decode()]])
                case b"Do":
                    yield from self._drawing(resources[_NAME.findall(operands)[0].decode()], matrix, state, marks[-1])
                case b"sh":
                    yield self._rendered(state.clips[-1].box, marks[-1])
                case b"ET":
                    pass
                case _:
                    raise ValueError(operator)

    def _element(self, kind: str, mark: int, box: Box, attributes: str, inner: str) -> str:
        number = next(self.shared.numbers)
        if mark >= 0:
            self.shared.marked.setdefault((self.number, mark), []).append(number)
        return f'<ofd:{kind} ID="{number}" Boundary="{numerals(box)}"{attributes}>{inner}</ofd:{kind}>'

    def _text(self, operands: bytes, font: int, size: float, matrix: Matrix, state: State, mark: int) -> Iterator[str]:
        """Yield a text in the parts that stand apart."""
        a, b, c, d, e, f = matrix
        scale = math.hypot(a, b)
        em, (a, b, c, d) = size * scale, (a / scale, b / scale, c / scale, d / scale)
        for part in self.shared.texts.parts(operands, font, em):
            turned = (a, b, -c, -d, e + part.start * a, f + part.start * b)
            box, attributes = _text_box(turned, part.width, em)
            inner = state.colour("Fill") + part.code
            yield self._element("TextObject", mark, box, attributes + part.attributes, inner)

    def _path(self, moves: Moves, operator: bytes, matrix: Matrix, state: State, mark: int) -> str:
        a, b, c, d, _, _ = matrix
        scale = math.sqrt(abs(a * d - b * c))
        fills, strokes = operator[:1] in b"fBb", operator[:1] in b"SsBb"
        if operator[:1] in b"sb":
            moves.append(("C", []))
        line = float(state.width) * scale
        box = _box(_points(moves), 2 * line if strokes else 1)
        if state.masked or (fills and not state.fill) or (strokes and not state.stroke):
            return self._rendered(box, mark)
        attributes, inner = "", "".join(_clips(state.clips, box))
        if strokes:
            attributes += f' LineWidth="{numerals([line])}"{_pen(state, scale)}'
            inner += state.colour("Stroke")
        else:
            attributes += ' Stroke="false"'
        if fills:
            attributes += ' Fill="true"' + ' Rule="Even-Odd"' * operator.endswith(b"*")
            inner += state.colour("Fill")
        return self._element("PathObject", mark, box, attributes, inner + _abbreviated(moves, box))

    def _set(self, state: State, given: bytes) -> State:
        """Return a state with the parameters of a dictionary (8.4.5)."""
        alphas = {key: float(value) for key, value in _ALPHA.findall(given)}
        return state._replace(
            fill_alpha=alphas.get(b"ca", state.fill_alpha),
            stroke_alpha=alphas.get(b"CA", state.stroke_alpha),
            masked=b"/SMask/None" not in given and (state.masked or b"/SMask" in given),
        )

    def _drawing(self, number: int, matrix: Matrix, state: State, mark: int) -> Iterator[str]:
        """Yield a picture or what a form draws: a stream of its own (8.10)."""
        body = self.shared.texts.objects[number]
        keys = body.partition(b"stream")[0]
        if b"/Subtype/Image" in keys:
            yield self._image(matrix, mark)
            return
        if own := _MATRIX.search(keys):
            matrix = _then(_numbers(own[1]), matrix)
        if state.masked:
            self._images = iter(())  # which of them come next is not known
            left, low, right, high = _numbers(_BOUNDS.findall(keys)[0])
            yield self._rendered(_box(_moved(x, y, matrix) for x in (left, right) for y in (low, high)), mark)
            return
        named = references(keys)
        resources = references(self.shared.texts.objects[named["Resources"]]) if "Resources" in named else named
        inner = state._replace(opacity=state.opacity * state.fill_alpha, fill_alpha=1, stroke_alpha=1)
        yield from self.objects(stream_of(body), resources, matrix, inner, mark)

    @cached_property
    def _images(self) -> Iterator[Any]:
        return iter(self._page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE]))

    def _image(self, matrix: Matrix, mark: int) -> str:
        found, target = next(self._images, None), io.BytesIO()
        box = _box(_moved(x, y, matrix) for x in (0, 1) for y in (0, 1))
        if not found:
            return self._rendered(box, mark)
        if found.get_filters() == ["DCTDecode"]:
            return self._picture(bytes(found.get_data()), box, mark)
        found.get_bitmap(render=True).to_pil().save(target, "PNG")
        return self._picture(target.getvalue(), box, mark)

    @cached_property
    def _seen(self) -> Image.Image:
        picture: Image.Image = self._page.render(scale=SHARP * MICRONS).to_pil()
        return picture

    def _rendered(self, box: Box, mark: int) -> str:
        """Return a picture of what a box of the page shows."""
        (left, top, width, height), target = box, io.BytesIO()
        x, right = math.floor(left * SHARP), math.ceil((left + width) * SHARP)
        y, bottom = math.floor(top * SHARP), math.ceil((top + height) * SHARP)
        self._seen.crop((x, y, right, bottom)).save(target, "PNG")
        return self._picture(target.getvalue(), _box([(x / SHARP, y / SHARP), (right / SHARP, bottom / SHARP)]), mark)

    def _picture(self, data: bytes, box: Box, mark: int) -> str:
        number = next(self.shared.numbers)
        self.shared.pictures[number] = data
        attributes = f' CTM="{numerals((box[2], 0, 0, box[3], 0, 0))}" ResourceID="{number}"'
        return self._element("ImageObject", mark, box, attributes, "")


def _steps(operator: bytes, numbers: Sequence[float], matrix: Matrix) -> Moves:
    """Return an operator that builds a path as steps."""
    match operator:
        case b"h":
            return [("C", [])]
        case b"re":
            x, y, width, height = numbers
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            return [("L" if n else "M", [_moved(*corner, matrix)]) for n, corner in enumerate(corners)] + [("C", [])]
    points = [_moved(x, y, matrix) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    return [({b"m": "M", b"l": "L", b"c": "B"}[operator], points)]


def _text_box(matrix: Matrix, width: float, em: float) -> tuple[Box, str]:
    """Return the box of a text on its page, and the attribute that turns it, if it is turned.

    matrix: how it is turned, and where it begins.
    """
    left, top = _moved(-BESIDE * em, -ABOVE * em, matrix)
    right, bottom = width + 2 * BESIDE * em, (ABOVE + BELOW) * em
    a, b, c, d, _, _ = matrix
    if (a, b, c, d) == UPRIGHT:
        return (left, top, right, bottom), ""
    turned = (a, b, c, d, left, top)
    box = _box(_moved(x, y, turned) for x in (0, right) for y in (0, bottom))
    factors = " ".join(f"{factor:.6f}" for factor in (a, b, c, d))
    return box, f' CTM="{factors} {numerals((left - box[0], top - box[1]))}"'


def _abbreviated(moves: Moves, box: Box) -> str:
    left, top = round(box[0]), round(box[1])
    steps = (f"{letter} {numerals(v for x, y in points for v in (x - left, y - top))}" for letter, points in moves)
    return f"<ofd:AbbreviatedData>{' '.join(steps)}</ofd:AbbreviatedData>"


def _clips(clips: Sequence[Clip], box: Box) -> Iterator[str]:
    """Yield the element with the clips that cut something of a box; their places are within it."""
    areas = ""
    for clip in clips:
        if not clip.holds(box):
            x, y, width, height = clip.box
            place, path = numerals((x - box[0], y - box[1], width, height)), _abbreviated(clip.moves, clip.box)
            area = f'<ofd:Path Boundary="{place}" Stroke="false" Fill="true">{path}</ofd:Path>'
            areas += f"<ofd:Clip><ofd:Area>{area}</ofd:Area></ofd:Clip>"
    if areas:
        yield f"<ofd:Clips>{areas}</ofd:Clips>"


def _pen(state: State, scale: float) -> str:
    """Return how lines end, meet and are dashed, where that is not usual."""
    cap, join, (dashes, _, phase) = int(state.cap), int(state.join), state.dashes.partition(b"]")
    told = f' Cap="{CAPS[cap]}"' * (cap > 0) + f' Join="{JOINS[join]}"' * (join > 0)
    if lengths := [length * scale for length in _numbers(dashes[1:])]:
        told += f' DashOffset="{numerals([float(phase) * scale])}" DashPattern="{numerals(lengths)}"'
    return told
