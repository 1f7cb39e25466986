"""A page of a PDF as it is seen: its characters, ruled lines and pictures, turned upright, without marks over it."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from statistics import median
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from govreport.core import Picture
from govreport.exchange.readers.characters import with_ideographs

ASLANT, SKEWED = 3.0, 10.0
"""Degrees by which a character may lean from the page's others before it is a mark, and a page that was scanned."""
HUGE = 4.0
"""Ratio of a character's size to the usual one that makes it a mark."""
TURNED = 0.6
"""Share of a page's characters that run in another direction before it is turned."""
DESCENT = 0.15
"""Share of a character's size that stands below its base line."""
PALE = range(180, 250)
"""Shades of each colour, of 255, that make a mark behind the text; white is text on a dark ground."""
DEEPEST = 10
"""Drawings within drawings that are followed."""
STRAIGHT, SHORTEST = 0.5, 1.0
"""Points by which a ruled line may be oblique, and that it is long at least."""
Matrix = tuple[float, float, float, float, float, float]


class Char(NamedTuple):
    """A character and its box, in points from the page's upper left corner."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float


class Rule(NamedTuple):
    """A ruled line across or down a page: where it stands, where it begins and ends, in points."""

    at: float
    start: float
    end: float


@dataclass(frozen=True)
class PdfPage:
    """What a page draws, and its height in points; `count`: characters and drawings of any kind."""

    chars: Sequence[Char]
    across: Sequence[Rule]
    upright: Sequence[Rule]
    pictures: Sequence[tuple[float, Picture]]
    height: float
    count: int


class _Drawn(NamedTuple):
    """A character as the file has it: box and base line in the file's own directions, angle in degrees."""

    text: str
    box: tuple[float, float, float, float]
    origin: tuple[float, float]
    size: float
    angle: float
    is_faint: bool


def read_page(page: pypdfium2.PdfPage, most: int) -> PdfPage:
    """Return what a page draws, turned as its text runs, or else as a viewer shows it.

    most: the number of characters or drawings beyond which nothing more is read, only counted.
    """
    drawings = list(islice(_drawings(page), most + 1))
    with closing(page.get_textpage()) as text:
        count = max(len(drawings), raw.FPDFPage_CountObjects(page.raw), text.count_chars())
        drawn = list(_drawn(text.raw, range(text.count_chars()))) if count <= most else []
    turn = turn_of([char.angle for char in drawn], page.get_rotation())
    left, bottom, right, top = page.get_cropbox()
    frame, width, height = {
        0: ((1, 0, 0, -1, -left, top), right - left, top - bottom),
        90: ((0, 1, 1, 0, -bottom, -left), top - bottom, right - left),
        180: ((-1, 0, 0, 1, right, -bottom), right - left, top - bottom),
        270: ((0, -1, -1, 0, top, right), top - bottom, right - left),
    }[turn]
    chars = [
        char
        for char in (_placed(char, frame) for char in _without_marks(drawn, turn))
        if char.x1 >= 0 and char.x0 <= width
    ]
    across: list[Rule] = []
    upright: list[Rule] = []
    pictures: list[tuple[float, Picture]] = []
    for kind, drawing, matrix in drawings if count <= most else ():
        whole = _product(matrix, frame)
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            (x0, y0), (x1, y1) = _moved(whole, 0, 0), _moved(whole, 1, 1)
            pictures.append((min(y0, y1), Picture(width=abs(x1 - x0), height=abs(y1 - y0))))
            continue
        for (x0, y0), (x1, y1) in _strokes(drawing, whole):
            if abs(y1 - y0) <= STRAIGHT and abs(x1 - x0) >= SHORTEST:
                across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= STRAIGHT and abs(y1 - y0) >= SHORTEST:
                upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return PdfPage(chars, across, upright, pictures, height, count)


def turn_of(angles: Sequence[float], otherwise: int = 0) -> int:
    """Return the degrees, clockwise, by which a page must be turned for most of its text to be upright.

    angles: of its characters, leftwards; otherwise: where the text runs in several directions.

    >>> turn_of([90, 91, 90]), turn_of([0, 90])
    (90, 0)
    """
    counts = Counter(round(angle / 90) % 4 * 90 for angle in angles)
    turn, count = max(counts.items(), key=lambda entry: entry[1], default=(0, 0))
    return turn if count > TURNED * counts.total() else otherwise


def _drawn(text: Any, numbers: Iterable[int]) -> Iterator[_Drawn]:
    """Yield the characters of a text that are no blanks."""
    box, matrix, x, y = raw.FS_RECTF(), raw.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    colours = [ctypes.c_uint() for _ in range(4)]
    known: dict[int, tuple[float, float, bool]] = {}
    """Size, angle and faintness of what is shown by one operator."""
    for number in numbers:
        code = raw.FPDFText_GetUnicode(text, number)
        character = "-" if code == 2 else chr(code)  # pdfium's sign for a hyphen at the end of a line
        if not character.strip("\0\ufffe\uffff \t\r\n\xa0\u3000") or raw.FPDFText_IsGenerated(text, number) == 1:
            continue
        shown = raw.FPDFText_GetTextObject(text, number)
        key = ctypes.addressof(shown.contents) if shown else 0
        if key not in known:
            raw.FPDFText_GetMatrix(text, number, matrix)
            raw.FPDFText_GetFillColor(text, number, *colours)
            *shades, opacity = (colour.value for colour in colours)
            faint = opacity < 128 or all(shade in PALE for shade in shades)
            hidden = bool(shown) and raw.FPDFTextObj_GetTextRenderMode(shown) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            size = raw.FPDFText_GetFontSize(text, number) * math.hypot(matrix.c, matrix.d)
            known[key] = size, math.degrees(math.atan2(matrix.b, matrix.a)), faint or hidden
        raw.FPDFText_GetLooseCharBox(text, number, box)
        raw.FPDFText_GetCharOrigin(text, number, x, y)
        yield _Drawn(
            with_ideographs(character), (box.left, box.bottom, box.right, box.top), (x.value, y.value), *known[key]
        )


def _without_marks(chars: Sequence[_Drawn], turn: int) -> list[_Drawn]:
    """Return characters without those that run aslant, are far larger than others, or faint where others are not."""
    leanings = [(char.angle - turn + 180) % 360 - 180 for char in chars]
    skew = median([angle for angle in leanings if abs(angle) < SKEWED] or [0.0])
    usual = median([char.size for char in chars] or [0.0])
    all_faint = sum(char.is_faint for char in chars) * 2 > len(chars)
    return [
        char
        for char, angle in zip(chars, leanings, strict=True)
        if abs(angle - skew) <= ASLANT and char.size < HUGE * usual and (all_faint or not char.is_faint)
    ]


def _placed(char: _Drawn, frame: Matrix) -> Char:
    left, bottom, right, top = char.box
    x0, x1 = sorted((_moved(frame, left, bottom)[0], _moved(frame, right, top)[0]))
    base = _moved(frame, *char.origin)[1]
    return Char(char.text, x0, base - (1 - DESCENT) * char.size, x1, base + DESCENT * char.size, char.size)


def _drawings(page: pypdfium2.PdfPage) -> Iterator[tuple[int, Any, Matrix]]:
    """Yield kind, object and matrix of paths and pictures, also of those within drawings that are used as a whole."""
    pending: list[tuple[Any, Matrix, int]] = [
        (raw.FPDFPage_GetObject(page.raw, number), (1, 0, 0, 1, 0, 0), 0)
        for number in range(raw.FPDFPage_CountObjects(page.raw))
    ]
    own = raw.FS_MATRIX()
    while pending:
        drawing, around, depth = pending.pop()
        kind = raw.FPDFPageObj_GetType(drawing)
        raw.FPDFPageObj_GetMatrix(drawing, own)
        matrix = _product((own.a, own.b, own.c, own.d, own.e, own.f), around)
        if kind == raw.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
            inside = (raw.FPDFFormObj_GetObject(drawing, n) for n in range(raw.FPDFFormObj_CountObjects(drawing)))
            pending += [(inner, matrix, depth + 1) for inner in inside]
        yield kind, drawing, matrix


def _strokes(path: Any, matrix: Matrix) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the ends of the straight lines of a path."""
    x, y = ctypes.c_float(), ctypes.c_float()
    start = before = (0.0, 0.0)
    for number in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = _moved(matrix, x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_LINETO:
            yield before, point
        elif kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield point, start
        before = point


def _moved(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _product(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix of one movement and then another."""
    a, b, c, d, e, f = first
    s, t, u, v, w, z = second
    return a * s + b * u, a * t + b * v, c * s + d * u, c * t + d * v, e * s + f * u + w, e * t + f * v + z
