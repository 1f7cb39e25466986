"""Pages of an OFD file: what their units draw, as characters and drawings with their places.

Millimetres from the top left; a unit's own coordinates go through its CTM, then to its Boundary (GB/T 33190-2016).
Fonts are not opened: the codes of a text are Unicode, and the steps between them tell how wide they are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree
from pdfminer.utils import Matrix, Point, apply_matrix_pt, mult_matrix
from pdfplumber.container import Container as Drawings

from govreport.exchange.readers.characters import with_ideographs
from govreport.exchange.readers.container import Container, part_at
from govreport.exchange.readers.page_bounds import Tally, check_pages

POINTS = 72 / 25.4
"""Points of a millimetre."""
A4, FARTHEST, DECIMALS = "0 0 210 297", 1e6, 3
"""A page's box where none is told; the largest number that is one, in millimetres; decimals of points that count."""
ABOVE, BELOW, WIDE, NARROW, CLOSE = 0.88, 0.12, 1.0, 0.53, 0.8
"""In sizes of a character: how far it reaches above and below its line, how wide an ideograph and another character
are, and up to which step to the next one a character is as wide as the step."""
_OPERATION = re.compile("([MSLQBAC])([^MSLQBAC]*)")
"""A step of a path: move, line, curve or arc to the place that its last two numbers are, or back to where it began."""
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Content:
    """What a page draws: the layers of its templates and its own, resources by their ID, its size in millimetres."""

    number: int
    layers: tuple[etree._Element, ...]
    resources: dict[str, etree._Element]
    size: tuple[float, float]


@dataclass(frozen=True)
class Pen:
    """How units draw that say nothing themselves: whether seen, how opaque (0 to 1), with which drawing parameters."""

    seen: bool = True
    opacity: float = 1.0
    parameters: str = ""

    def of(self, unit: etree._Element) -> Pen:
        """Return how a unit draws, and those within it."""
        seen = self.seen and _is_on(unit, "Visible", "true")
        opacity = self.opacity * _number(unit, "Alpha", 255) / 255
        return Pen(seen and opacity > 0, opacity, unit.get("DrawParam", self.parameters))


class OfdPage(Drawings):
    """A page as pdfplumber has it, in points from the top left, turned clockwise by a number of right angles."""

    def __init__(self, content: Content, tally: Tally, degrees: int = 0) -> None:
        """Draw a page; raises FilingError when it has too much on it, and ValueError for numbers that are none."""
        self._content, self._tally = content, tally
        self._drawn: dict[str, list[dict[str, Any]]] = {"char": [], "curve": [], "image": []}
        across, down = {0: (POINTS, 0.0), 90: (0.0, POINTS), 180: (-POINTS, 0.0), 270: (0.0, -POINTS)}[degrees]
        turn = (across, down, -down, across, 0.0, 0.0)
        left, top, right, bottom = _bounds(turn, (0.0, 0.0, *content.size))
        self.width, self.height = right - left, bottom - top
        self.bbox = (0.0, 0.0, self.width, self.height)
        tally.begin(content.number)
        self._draw(content.layers, mult_matrix(turn, (1, 0, 0, 1, -left, -top)), Pen())

    @property
    def objects(self) -> dict[str, list[dict[str, Any]]]:
        """Characters, paths and pictures."""
        return self._drawn

    def turned(self, degrees: int) -> OfdPage:
        """Return the page turned clockwise."""
        return OfdPage(self._content, self._tally, degrees) if degrees else self

    def _draw(self, units: Iterable[etree._Element], matrix: Matrix, outer: Pen) -> None:
        for unit in units:
            self._tally.add(1)
            kind, pen = etree.QName(unit).localname, outer.of(unit)
            left, top, width, height = _numbers(unit.get("Boundary", "0 0 0 0"))
            placed = mult_matrix((1, 0, 0, 1, left, top), matrix)
            a, b, c, d, e, f = _numbers(unit.get("CTM", "1 0 0 1 0 0"))
            inner = mult_matrix((a, b, c, d, e, f), placed)
            if kind == "TextObject":
                self._write(unit, inner, pen)
            elif kind == "PathObject":
                self._outline(unit, inner, pen)
            elif kind == "ImageObject" and pen.seen:
                self._keep("image", _bounds(placed, (0.0, 0.0, width, height)))
            elif kind == "CompositeObject":
                named = self._content.resources.get(unit.get("ResourceID", ""))
                self._draw(() if named is None else named.iterfind("{*}Content/*"), inner, pen)
            elif kind in ("Layer", "PageBlock"):
                self._draw(unit, inner, pen)

    def _keep(self, kind: str, box: Box, **values: Any) -> None:
        left, top, right, bottom = box
        self._drawn[kind].append({"x0": left, "top": top, "x1": right, "bottom": bottom, "doctop": top, **values})

    def _write(self, unit: etree._Element, matrix: Matrix, pen: Pen) -> None:
        """Keep the characters of a text."""
        filled = _is_on(unit, "Fill", "true")
        shades = self._shades(unit, "FillColor" if filled else "StrokeColor", pen)
        seen = pen.seen and shades is not None and (filled or _is_on(unit, "Stroke", "false"))
        size, stretch = _number(unit, "Size", 0), _number(unit, "HScale", 1)
        angle = math.radians(_number(unit, "CharDirection", 0))
        along, down = math.cos(angle), math.sin(angle)
        x = y = 0.0
        for code in unit.iterfind("{*}TextCode"):
            text = code.text or ""
            self._tally.add(len(text))
            x, y = _number(code, "X", x), _number(code, "Y", y)
            widths = [size * stretch * _width(character) for character in text]
            across, downwards = code.get("DeltaX", ""), code.get("DeltaY", "")
            steps = [*_steps(across, len(text) - 1), 0.0] if across or downwards else widths
            falls = [*_steps(downwards, len(text) - 1), 0.0]
            place = (x, y)
            for character, width, step, fall in zip(text, widths, steps, falls, strict=False):
                glyph = mult_matrix((along, down, -down, along, *place), matrix)
                right = step if 0 < step <= CLOSE * size * stretch else width
                a, b, c, d, e, f = glyph
                self._keep(
                    "char",
                    _bounds(glyph, (0.0, -ABOVE * size, right, BELOW * size)),
                    text=with_ideographs(character),
                    fontname=unit.get("Font"),
                    size=size * math.hypot(c, d),
                    matrix=(a, -b, -c, d, e, self.height - f),
                    seen=seen,
                    non_stroking_color=shades,
                )
                place = (place[0] + step, place[1] + fall)

    def _outline(self, unit: etree._Element, matrix: Matrix, pen: Pen) -> None:
        """Keep the parts of a path."""
        filled = _is_on(unit, "Fill", "false")
        shades = self._shades(unit, "FillColor", pen) if filled else None
        if not pen.seen or not (filled or _is_on(unit, "Stroke", "true")):
            return
        for stretch in _stretches(unit.findtext("{*}AbbreviatedData") or ""):
            placed = (apply_matrix_pt(matrix, point) for point in stretch)
            points = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in placed]
            self._tally.add(1)
            self._keep("curve", _around(points), pts=points, fill=shades is not None, non_stroking_color=shades)

    def _shades(self, unit: etree._Element, key: str, pen: Pen) -> tuple[float, ...] | None:
        """Return the colour of a unit on white paper, each shade from 0 to 1; None where it is transparent."""
        holders, parameters = [unit], pen.parameters
        while (named := self._content.resources.get(parameters)) is not None and named not in holders:
            holders.append(named)
            parameters = named.get("Relative", "")
        colour = next((found for holder in holders if (found := holder.find(f"{{*}}{key}")) is not None), None)
        if colour is None:
            colour = etree.Element(key)
        opacity = pen.opacity * _number(colour, "Alpha", 255) / 255
        shades = _numbers(colour.get("Value", "0"))
        return tuple(1 - opacity * (1 - shade / 255) for shade in shades) if opacity > 0 else None


def pages_of(container: Container, documents: Sequence[tuple[str, etree._Element]], file: str) -> Iterator[OfdPage]:
    """Yield the pages of a file's documents, each given by its part and root element.

    file: the file's name in messages. Raises FilingError when a part is missing or pages are more, or have more on
    them, than any report's, and ValueError for numbers that are none.
    """
    check_pages(sum(len(root.findall("{*}Pages/{*}Page")) for _, root in documents), file)
    tally, number = Tally(file), 0
    for part, root in documents:
        templates = {
            template.get("ID"): _located(container, part, template.get("BaseLoc"))
            for template in root.iterfind("{*}CommonData/{*}TemplatePage")
        }
        shared = _resources(container, [(part, root)], "{*}CommonData/{*}PublicRes", "{*}CommonData/{*}DocumentRes")
        box = root.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox") or A4
        for page in root.iterfind("{*}Pages/{*}Page"):
            number += 1
            own = _located(container, part, page.get("BaseLoc"))
            drawn = [*(templates[used.get("TemplateID")] for used in own[1].iterfind("{*}Template")), own]
            _, _, width, height = _numbers(own[1].findtext("{*}Area/{*}PhysicalBox") or box)
            layers = tuple(layer for _, content in drawn for layer in content.iterfind("{*}Content/{*}Layer"))
            resources = shared | _resources(container, drawn, "{*}PageRes")
            yield OfdPage(Content(number, layers, resources, (width, height)), tally)


def _located(container: Container, part: str, target: str | None) -> tuple[str, etree._Element]:
    """Return the part that another refers to, and its root element."""
    found = part_at(part, target or "")
    return found, container.xml(found)


def _resources(
    container: Container, parts: Iterable[tuple[str, etree._Element]], *paths: str
) -> dict[str, etree._Element]:
    """Return the drawing parameters and composite units, by their ID, that parts refer to."""
    told = ((part, named.text) for part, root in parts for path in paths for named in root.iterfind(path))
    roots = (_located(container, part, target)[1] for part, target in told)
    kinds = ("{*}DrawParam", "{*}CompositeGraphicUnit")
    return {unit.get("ID", ""): unit for root in roots for unit in root.iter(*kinds)}


def _numbers(text: str) -> list[float]:
    """Return the numbers of a list; raises ValueError for one that is none, or too large for any page.

    >>> _numbers("0 -1.5 #FF")
    [0.0, -1.5, 255.0]
    """
    found = [float(int(word[1:], 16) if word.startswith("#") else word) for word in text.split()]
    if not all(abs(number) <= FARTHEST for number in found):
        raise ValueError(text)
    return found


def _number(unit: etree._Element, key: str, otherwise: float) -> float:
    """Return the number that an attribute holds, another where there is no such attribute."""
    return _numbers(unit.get(key, str(otherwise)))[0]


def _is_on(unit: etree._Element, key: str, otherwise: str) -> bool:
    return unit.get(key, otherwise) in ("true", "1")


def _width(character: str) -> float:
    return WIDE if unicodedata.east_asian_width(character) in "WFA" else NARROW


def _steps(text: str, count: int) -> list[float]:
    """Return the steps from each of so many characters to the next; the last one that is told goes on.

    >>> _steps("1 g 2 0.5", 4), _steps("", 2)
    ([1.0, 0.5, 0.5, 0.5], [0.0, 0.0])
    """
    steps: list[float] = []
    words = iter(text.split())
    for word in words:
        if len(steps) >= count:
            break
        times, step = (int(next(words)), next(words)) if word == "g" else (1, word)
        steps += _numbers(step) * min(times, count)
    return (steps + (steps[-1:] or [0.0]) * count)[: max(count, 0)]


def _stretches(data: str) -> Iterator[list[Point]]:
    """Yield the parts of a path, each as the corners of its lines and curves, of an arc the end alone.

    >>> list(_stretches("M 0 0 L 5 0 Q 5 2 3 2 C S 9 9 A 1 1 0 0 1 9 0"))
    [[(0.0, 0.0), (5.0, 0.0), (5.0, 2.0), (3.0, 2.0), (0.0, 0.0)], [(9.0, 9.0), (9.0, 0.0)]]
    """
    points: list[Point] = []
    for operator, told in _OPERATION.findall(data):
        if operator in "MS" and points:
            yield points
            points = []
        numbers = _numbers(told)[-2:] if operator == "A" else _numbers(told)
        points += points[:1] if operator == "C" else zip(numbers[::2], numbers[1::2], strict=True)
    if points:
        yield points


def _around(points: Sequence[Point]) -> Box:
    """Return the box around points."""
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def _bounds(matrix: Matrix, box: Box) -> Box:
    """Return the box around a box that went through a matrix."""
    left, top, right, bottom = box
    return _around([apply_matrix_pt(matrix, (x, y)) for x in (left, right) for y in (top, bottom)])
