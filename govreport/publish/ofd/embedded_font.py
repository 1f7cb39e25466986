"""Fonts of an OFD file: TrueType with the characters that its pages show, each found by its Unicode number.

The outlines are those of the fonts within the PDF, which have no table of characters and mostly are bare CFF.
"""

from __future__ import annotations

import ctypes
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph

UNITS = 1000
"""Units of an em."""
EXACT = 1.0
"""Most units by which a curve of TrueType, which is quadratic, may lie beside its cubic one."""
ASCENT, DESCENT = 880, -120
_LIMITS = ("maxPoints", "maxContours", "maxCompositePoints", "maxCompositeContours", "maxComponentDepth")


@dataclass(frozen=True)
class Outline:
    """A glyph. advance, left: in units; data: its entry in TrueType's table of glyphs."""

    advance: int
    left: int
    data: bytes


def outline(font: Any, character: str) -> Outline:
    """Return a character's glyph in a font of a PDF that pdfium has opened."""
    x, y, pen = ctypes.c_float(), ctypes.c_float(), TTGlyphPen(None)
    pdfium.FPDFFont_GetGlyphWidth(font, ord(character), UNITS, x)
    advance, curves, points, is_open = round(x.value), Cu2QuPen(pen, EXACT, reverse_direction=True), [], False
    path = pdfium.FPDFFont_GetGlyphPath(font, ord(character), UNITS)
    for number in range(pdfium.FPDFGlyphPath_CountGlyphSegments(path) if path else 0):
        segment = pdfium.FPDFGlyphPath_GetGlyphPathSegment(path, number)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        points.append((x.value * UNITS, y.value * UNITS))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            if is_open:
                curves.closePath()
            curves.moveTo(points.pop())
            is_open = True
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            curves.lineTo(points.pop())
        elif len(points) == 3:
            curves.curveTo(*points)
            points.clear()
    if is_open:
        curves.closePath()
    glyph = pen.glyph()
    if not glyph.numberOfContours:
        return Outline(advance, 0, b"")
    glyph.recalcBounds(None)
    return Outline(advance, glyph.xMin, glyph.compile(None, recalcBBoxes=False))


def truetype(name: str, outlines: Mapping[str, Outline]) -> bytes:
    """Return a TrueType font. The same name and outlines give the same bytes.

    name: its PostScript name; outlines: by character.
    """
    names = {f"u{ord(character):X}": made for character, made in sorted(outlines.items())}
    made = {".notdef": Outline(UNITS, 0, b"")} | names
    builder = FontBuilder(UNITS)
    builder.setupGlyphOrder(list(made))
    builder.setupCharacterMap({ord(character): f"u{ord(character):X}" for character in outlines})
    builder.font["loca"], builder.font["glyf"] = newTable("loca"), (table := newTable("glyf"))
    table.glyphOrder, table.glyphs = list(made), {key: Glyph(one.data) for key, one in made.items()}
    builder.setupMaxp()
    for limit in _LIMITS:
        setattr(builder.font["maxp"], limit, 0)
    builder.setupHorizontalMetrics({key: (one.advance, one.left) for key, one in made.items()})
    builder.setupHorizontalHeader(ascent=ASCENT, descent=DESCENT)
    family, _, style = name.partition("-")
    builder.setupNameTable({"familyName": family, "styleName": style or "Regular", "psName": name})
    builder.setupOS2(sTypoAscender=ASCENT, sTypoDescender=DESCENT, usWinAscent=ASCENT, usWinDescent=-DESCENT)
    builder.setupPost(keepGlyphNames=False)
    builder.updateHead(created=0, modified=0)
    builder.font.recalcBBoxes = builder.font.recalcTimestamp = False
    target = io.BytesIO()
    builder.font.save(target, reorderTables=None)
    return target.getvalue()
