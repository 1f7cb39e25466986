"""A page of a PDF as it is seen: its characters, ruled lines and pictures, turned upright, without marks over it."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from statistics import median
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import PdfMatrix, raw

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
PALE, OPAQUE = range(180, 250), 128
"""Shades of each colour, of 255, that make a mark behind the text (white is text on a dark ground), and opacity."""
HYPHEN, NO_TEXT = 2, "\0\ufffe\uffff \t\r\n\xa0\u3000"
"""What pdfium gives for a hyphen at the end of a line, and for what is no text."""
STRAIGHT, SHORTEST = 0.5, 1.0
"""Points by which a ruled line may be oblique, and that it is long at least."""


class Char(NamedTuple):
    """A character and its box, in points from the page's upper left corner; angle in degrees, leftwards."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    angle: float
    is_faint: bool


class Rule(NamedTuple):
    """A ruled line across or down a page: where it stands, where it begins and ends, in points."""

    at: float
    start: float
    end: float


@dataclass
class PdfPage:
    """What a page draws, and its height in points; `count`: characters, or drawings where they are more."""

    count: int
    height: float = 0.0
    chars: Sequence[Char] = ()
    across: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)
    pictures: list[tuple[float, Picture]] = field(default_factory=list)


def read_page(page: pypdfium2.PdfPage, most: int) -> PdfPage:
    """Return what a page draws, turned as its text runs, or else as a viewer shows it.

    most: the number of characters or drawings beyond which nothing is read, only counted.
    """
    drawings = list(islice(page.get_objects((raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE)), most + 1))
    with closing(page.get_textpage()) as text:
        count = text.count_chars()
        found = PdfPage(max(count, len(drawings), raw.FPDFPage_CountObjects(page.raw)))
        if found.count > most:
            return found
        own = [n for n in range(count) if not raw.FPDFText_IsGenerated(text.raw, n)]
        turn = turn_of([raw.FPDFText_GetCharAngle(text.raw, n) for n in own], page.get_rotation())
        frame = PdfMatrix().rotate(turn).mirror(invert_x=False, invert_y=True)
        left, top, right, bottom = frame.on_rect(*page.get_cropbox())
        frame = frame.translate(-left, -top)
        found.height = bottom - top
        seen = _without_marks(list(_chars(text.raw, own, frame)))
        found.chars = [char for char in seen if char.x1 >= 0 and char.x0 <= right - left]
    for drawing in drawings:
        matrix, around = drawing.get_matrix(), drawing.container
        while around:
            matrix, around = matrix.multiply(around.get_matrix()), around.container
        if drawing.type == raw.FPDF_PAGEOBJ_IMAGE:
            x0, y0, x1, y1 = matrix.multiply(frame).on_rect(0, 0, 1, 1)
            found.pictures.append((y0, Picture(width=x1 - x0, height=y1 - y0)))
            continue
        for (x0, y0), (x1, y1) in _strokes(drawing.raw, matrix.multiply(frame)):
            if abs(y1 - y0) <= STRAIGHT and abs(x1 - x0) >= SHORTEST:
                found.across.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x1 - x0) <= STRAIGHT and abs(y1 - y0) >= SHORTEST:
                found.upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
    return found


def turn_of(angles: Sequence[float], otherwise: int = 0) -> int:
    """Return the degrees, clockwise, by which a page must be turned for most of its text to be upright.

    angles: of its characters, rightwards, in radians; otherwise: where the text runs in several directions.

    >>> turn_of([4.7, 4.7, 4.71]), turn_of([0, 4.71])
    (90, 0)
    """
    counts = Counter(round(-angle / math.pi * 2) % 4 * 90 for angle in angles)
    turn, count = max(counts.items(), key=lambda entry: entry[1], default=(0, 0))
    return turn if count > TURNED * counts.total() else otherwise


def _chars(text: Any, numbers: Sequence[int], frame: PdfMatrix) -> Iterator[Char]:
    """Yield the characters of a text that are no blanks."""
    box, own, x, y = raw.FS_RECTF(), raw.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    colours = [ctypes.c_uint() for _ in range(4)]
    known: dict[int, tuple[float, float, bool]] = {}
    """Size, angle and faintness of what is shown by one operator."""
    for number in numbers:
        code = raw.FPDFText_GetUnicode(text, number)
        character = "-" if code == HYPHEN else chr(code)
        if not character.strip(NO_TEXT):
            continue
        shown = raw.FPDFText_GetTextObject(text, number)
        key = ctypes.addressof(shown.contents) if shown else 0
        if key not in known:
            raw.FPDFText_GetMatrix(text, number, own)
            raw.FPDFText_GetFillColor(text, number, *colours)
            *shades, opacity = (colour.value for colour in colours)
            hidden = bool(shown) and raw.FPDFTextObj_GetTextRenderMode(shown) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
            matrix = PdfMatrix.from_raw(own).multiply(frame)
            known[key] = (
                raw.FPDFText_GetFontSize(text, number) * math.hypot(own.c, own.d),
                math.degrees(math.atan2(-matrix.b, matrix.a)),
                hidden or opacity < OPAQUE or all(shade in PALE for shade in shades),
            )
        raw.FPDFText_GetLooseCharBox(text, number, box)
        raw.FPDFText_GetCharOrigin(text, number, x, y)
        x0, _, x1, _ = frame.on_rect(box.left, box.bottom, box.right, box.top)
        _, base = frame.on_point(x.value, y.value)
        size, angle, faint = known[key]
        top, bottom = base - (1 - DESCENT) * size, base + DESCENT * size
        yield Char(with_ideographs(character), x0, top, x1, bottom, size, angle, faint)


def _without_marks(chars: Sequence[Char]) -> list[Char]:
    """Return characters without those that run aslant, are far larger than others, or faint where others are not."""
    skew = median([char.angle for char in chars if abs(char.angle) < SKEWED] or [0.0])
    usual = median([char.size for char in chars] or [0.0])
    all_faint = sum(char.is_faint for char in chars) * 2 > len(chars)
    seen = (char for char in chars if abs(char.angle - skew) <= ASLANT and char.size < HUGE * usual)
    return [char for char in seen if all_faint or not char.is_faint]


def _strokes(path: Any, matrix: PdfMatrix) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the ends of the straight lines of a path."""
    x, y = ctypes.c_float(), ctypes.c_float()
    start = before = (0.0, 0.0)
    for number in range(raw.FPDFPath_CountSegments(path)):
        segment = raw.FPDFPath_GetPathSegment(path, number)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = matrix.on_point(x.value, y.value)
        kind = raw.FPDFPathSegment_GetType(segment)
        if kind == raw.FPDF_SEGMENT_LINETO:
            yield before, point
        elif kind == raw.FPDF_SEGMENT_MOVETO:
            start = point
        if raw.FPDFPathSegment_GetClose(segment):
            yield point, start
        before = point
