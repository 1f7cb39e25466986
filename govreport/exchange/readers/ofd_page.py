"""Pages of an OFD file: what their units draw, as characters and drawings with their places.

Millimetres from the top left; a unit's own coordinates go through its CTM, then to its Boundary (GB/T 33190-2016).
Fonts are not opened: the codes of a text are Unicode, and the steps between them tell how wide they are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, partial
from itertools import count
from typing import Any

from lxml import etree
from pdfminer.utils import Matrix, Point, apply_matrix_pt, apply_matrix_rect, get_bound, mult_matrix
from pdfplumber.container import Container as Drawings
from pdfplumber.utils.geometry import bbox_to_rect

from govreport.exchange.readers.bounds import check_pages
from govreport.exchange.readers.characters import with_ideographs
from govreport.exchange.readers.container import Container, part_at
from govreport.exchange.readers.page_blocks import TURNS, Box

POINTS, FULL = 72 / 25.4, 255
"""Points of a millimetre; what a shade or an opacity has at most."""
BELOW, WIDE, NARROW = 0.12, 1.0, 0.53
ABOVE = 1 - BELOW
"""In sizes of a character: how far it reaches above and below its line, how wide an ideograph and another character
are, which is also as wide as the step to the next one where that is less than an ideograph."""
GROUPS = frozenset({"Page", "Content", "Layer", "PageBlock"})
"""Elements whose children are drawn where they stand themselves."""
RESOURCE_PARTS = ("{*}PublicRes", "{*}DocumentRes", "{*}PageRes")
DRAWN = ("{*}TextCode", "{*}PathObject", "{*}ImageObject", "{*}CompositeObject")
RESOURCES = ("{*}DrawParam", "{*}CompositeGraphicUnit")
_OPERATION = re.compile("([MSLQBAC])([^MSLQBAC]*)")
"""A step of a path: move, line, curve or arc to the place that its last two numbers are, or back to where it began."""
_RUN = re.compile(r"g\s+(\d+)\s+(\S+)")
Resources = Mapping[str, etree._Element]
"""Drawing parameters and composite units by their ID."""
Source = tuple[Sequence[etree._Element], Resources, str]
"""The roots of the parts that a page consists of, resources, the page's box."""


class OfdPage(Drawings):
    """A page as pdfplumber has it, in points from the top left, turned clockwise by a number of right angles."""

    def __init__(self, roots: Sequence[etree._Element], resources: Resources, box: str, degrees: int = 0) -> None:
        """Draw a page.

        roots: of the parts that it consists of; box: its place and size. Raises ValueError
        for numbers that are none.
        """
        self._resources, self._order = resources, count()
        across, down = ((POINTS, 0.0), (0.0, POINTS), (-POINTS, 0.0), (0.0, -POINTS))[TURNS.index(degrees)]
        turn = (across, down, -down, across, 0.0, 0.0)
        _, _, width, height = _numbers(box)
        left, top, right, bottom = apply_matrix_rect(turn, (0.0, 0.0, width, height))
        self.width, self.height = right - left, bottom - top
        self.bbox = (0.0, 0.0, self.width, self.height)
        self._draw(roots, mult_matrix(turn, (1, 0, 0, 1, -left, -top)), 1.0, "")

    @cached_property
    def objects(self) -> dict[str, list[dict[str, Any]]]:
        """Characters, paths and pictures."""
        return {"char": [], "curve": [], "image": []}

    def _draw(self, units: Iterable[etree._Element], matrix: Matrix, opacity: float, parameters: str) -> None:
        """Keep what units draw; opacity, 0 to 1, and drawing parameters are those around them."""
        for unit in units:
            kind, own = etree.QName(unit).localname, unit.get("DrawParam", parameters)
            opaque = opacity * _number(unit, "Alpha", FULL) / FULL if _is_on(unit, "Visible", "true") else 0.0
            left, top, width, height = _numbers(unit.get("Boundary", "0 0 0 0"))
            placed = mult_matrix((1, 0, 0, 1, left, top), matrix)
            a, b, c, d, e, f = _numbers(unit.get("CTM", "1 0 0 1 0 0"))
            inner = mult_matrix((a, b, c, d, e, f), placed)
            if kind == "TextObject":
                self._write(unit, inner, opaque, own)
            elif kind == "PathObject":
                self._outline(unit, inner, opaque, own)
            elif kind == "ImageObject" and opaque:
                self._keep("image", apply_matrix_rect(placed, (0.0, 0.0, width, height)))
            elif kind == "CompositeObject":
                self._draw(self._resources.get(unit.get("ResourceID", ""), ()), inner, opaque, own)
            elif kind in GROUPS:
                self._draw(unit, inner, opaque, own)

    def _keep(self, kind: str, box: Box, **values: Any) -> None:
        self.objects[kind].append({**bbox_to_rect(box), "doctop": box[1], "order": next(self._order), **values})

    def _write(self, unit: etree._Element, matrix: Matrix, opacity: float, parameters: str) -> None:
        """Keep the characters of a text."""
        filled = _is_on(unit, "Fill", "true")
        shades = self._shades(unit, "FillColor" if filled else "StrokeColor", opacity, parameters)
        seen = shades is not None and (filled or _is_on(unit, "Stroke", "false"))
        size, angle = _number(unit, "Size", 0), math.radians(_number(unit, "CharDirection", 0))
        turn = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))
        same = {"fontname": unit.get("Font"), "seen": seen, "non_stroking_color": shades}
        for character, width, place in _characters(unit, size):
            a, b, c, d, e, f = glyph = mult_matrix((*turn, *place), matrix)
            box = apply_matrix_rect(glyph, (0.0, -ABOVE * size, width, BELOW * size))
            upward, text = (a, -b, -c, d, e, self.height - f), with_ideographs(character)
            self._keep("char", box, text=text, size=size * math.hypot(c, d), matrix=upward, **same)

    def _outline(self, unit: etree._Element, matrix: Matrix, opacity: float, parameters: str) -> None:
        """Keep the parts of a path."""
        filled = _is_on(unit, "Fill", "false")
        shades = self._shades(unit, "FillColor", opacity, parameters) if filled else None
        if opacity and (filled or _is_on(unit, "Stroke", "true")):
            for stretch in _stretches(unit.findtext("{*}AbbreviatedData") or ""):
                points = [apply_matrix_pt(matrix, point) for point in stretch]
                self._keep("curve", get_bound(points), pts=points, fill=shades is not None, non_stroking_color=shades)

    def _shades(self, unit: etree._Element, key: str, opacity: float, parameters: str) -> tuple[float, ...] | None:
        """Return the colour of a unit on white paper, each shade from 0 to 1; None where it is transparent."""
        holders = [unit]
        while (named := self._resources.get(parameters)) is not None and named not in holders:
            holders.append(named)
            parameters = named.get("Relative", "")
        told = (found for holder in holders if (found := holder.find(f"{{*}}{key}")) is not None)
        colour = next(told, etree.Element(key))
        opacity *= _number(colour, "Alpha", FULL) / FULL
        shades = tuple(1 - opacity * (1 - shade / FULL) for shade in _numbers(colour.get("Value", "0")))
        return shades if opacity > 0 else None


def pages_of(
    container: Container, documents: Iterable[tuple[str, etree._Element]], file: str
) -> Iterator[Callable[[int], OfdPage]]:
    """Yield what draws each page of a file's documents, given by their parts and root elements, turned by degrees.

    file: the file's name in messages. Raises FilingError when a part is missing or pages are more, or have more on
    them, than any report's, and ValueError for numbers that are none.
    """
    listed = [(*each, page.get("BaseLoc", "")) for each in documents for page in each[1].iterfind("{*}Pages/{*}Page")]
    root_of = cache(container.xml)
    check_pages(len(listed), (_size(*_source(root_of, *page)[:2]) for page in listed), file)
    yield from (partial(OfdPage, *_source(root_of, *page)) for page in listed)


def _source(root_of: Callable[[str], etree._Element], part: str, document: etree._Element, target: str) -> Source:
    """Return what a document's page is drawn from.

    root_of: gives the root element of a part; target: the page's own part, as the document's part names it.
    """
    templates = {t.get("ID"): t.get("BaseLoc", "") for t in document.iterfind("{*}CommonData/{*}TemplatePage")}
    own = part_at(part, target)
    used = [part_at(part, templates[t.get("TemplateID")]) for t in root_of(own).iterfind("{*}Template")]
    roots = {part: document} | {name: root_of(name) for name in (*used, own)}
    references = [(name, named.text or "") for name, root in roots.items() for named in root.iter(*RESOURCE_PARTS)]
    units = (unit for place in references for unit in root_of(part_at(*place)).iter(*RESOURCES))
    box = roots[own].findtext("{*}Area/{*}PhysicalBox")
    box = box or document.findtext("{*}CommonData/{*}PageArea/{*}PhysicalBox", "0 0 210 297")  # A4
    return [*roots.values()], {unit.get("ID"): unit for unit in units}, box


def _size(roots: Iterable[etree._Element], resources: Resources) -> int:
    """Return how many characters and objects are drawn, those of composite ones each time."""

    @cache
    def within(identifier: str) -> int:
        return drawn_by(resources.get(identifier, ()))

    def drawn_by(roots: Iterable[etree._Element]) -> int:
        drawn = (unit for root in roots for unit in root.iter(*DRAWN))
        return sum(max(1, len(unit.text or "")) + within(unit.get("ResourceID", "")) for unit in drawn)

    return drawn_by(roots)


def _numbers(text: str) -> list[float]:
    """Return the numbers of a list; raises ValueError for one that is none.

    >>> _numbers("0 -1.5 #FF")
    [0.0, -1.5, 255.0]
    """
    found = [float(int(f"0x{word[1:]}", 0) if word.startswith("#") else word) for word in text.split()]
    if not all(map(math.isfinite, found)):
        raise ValueError(text)
    return found


def _number(unit: etree._Element, key: str, otherwise: float) -> float:
    return _numbers(unit.get(key, str(otherwise)))[0]


def _is_on(unit: etree._Element, key: str, otherwise: str) -> bool:
    return unit.get(key, otherwise) in ("true", "1")


def _characters(text: etree._Element, size: float) -> Iterator[tuple[str, float, Point]]:
    """Yield the characters of a text, how wide they are, and where they stand in its own coordinates."""
    x = y = 0.0
    for code in text.iterfind("{*}TextCode"):
        x, y = _number(code, "X", x), _number(code, "Y", y)
        words, right, down = code.text or "", code.get("DeltaX", ""), code.get("DeltaY", "")
        widths = [size * (WIDE if unicodedata.east_asian_width(each) in "WFA" else NARROW) for each in words]
        steps = _steps(right, len(words)) if right or down else widths
        at = (x, y)
        for character, width, step, fall in zip(words, widths, steps, _steps(down, len(words)), strict=False):
            yield character, step if 0 < step < WIDE * size else width, at
            at = (at[0] + step, at[1] + fall)


def _steps(text: str, count: int) -> list[float]:
    """Return the steps from each of so many characters to the next, of the last one none; the last one told goes on.

    >>> _steps("1 g 2 0.5", 5), _steps("", 2)
    ([1.0, 0.5, 0.5, 0.5, 0.0], [0.0, 0.0])
    """
    told = _numbers(_RUN.sub(lambda run: f"{run[2]} " * min(int(run[1]), count), text))[: count - 1]
    return told + (told[-1:] or [0.0]) * (count - 1 - len(told)) + [0.0]


def _stretches(data: str) -> Iterator[list[Point]]:
    """Yield the parts of a path, each as the corners of its lines and curves, of an arc the end alone.

    >>> list(_stretches("M 0 0 L 5 0 Q 5 2 3 2 C S 9 9 A 1 1 0 0 1 9 0"))
    [[(0.0, 0.0), (5.0, 0.0), (5.0, 2.0), (3.0, 2.0), (0.0, 0.0)], [(9.0, 9.0), (9.0, 0.0)]]
    """
    for stretch in re.split("(?=[MS])", data):
        points: list[Point] = []
        for operator, told in _OPERATION.findall(stretch):
            numbers = _numbers(told)[-2:] if operator == "A" else _numbers(told)
            points += points[:1] if operator == "C" else zip(numbers[::2], numbers[1::2], strict=True)
        if points:
            yield points
