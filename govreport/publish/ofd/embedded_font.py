"""Fonts: those within Typst's PDF, whose characters have numbers, and those of OFD, TrueType with Unicode.

A PDF's fonts have no table of characters, and most are bare CFF, which is no font file.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NamedTuple

from fontTools.cffLib import CFFFontSet
from fontTools.fontBuilder import FontBuilder
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph

from govreport.publish.pdf_objects import references, stream_of

UNITS = 1000
"""Units of an em in CFF, and in the widths of a PDF's fonts."""
EXACT = 1.0
"""Most units by which a curve of TrueType, which is quadratic, may lie beside its cubic one."""
ASCENT, DESCENT = 0.88, -0.12
DATED = 2_398_377_600
"""1 January 1980 in seconds since 1904."""
MOST_REMEMBERED = 20_000
"""Glyphs whose outlines are remembered: they recur from one report to the next."""
_NAME, _CHARACTER = re.compile(rb"/FontName/(?:[A-Z]{6}\+)?([^/>]+)"), re.compile(rb"<(\w{4})> <(\w+)>")
_WIDTHS, _WIDTH = re.compile(rb"/W\[(.*)\]", re.DOTALL), re.compile(rb"(\d+) (?:(\d+) ([\d.]+)|\[([^]]*)\])")
_HEAD, _LAST = struct.Struct(">5h"), struct.Struct(">H")
"""Of an entry of TrueType's: contours and the sides of its box; where a contour ends, the last point's number."""


class Drawn(NamedTuple):
    """A glyph of TrueType: its advance in units, and its entry in the table of glyphs."""

    advance: int
    entry: bytes = b""


class PdfFont(NamedTuple):
    """A font of a PDF of Typst's.

    name: its PostScript name; texts: what glyphs stand for by number, mostly a character, more for a ligature; widths:
    in thousandths of an em; units: those of its em; entry: returns a glyph's entry in TrueType by its number.
    """

    name: str
    texts: Mapping[int, str]
    widths: Mapping[int, float]
    units: int
    entry: Callable[[int], bytes]


def pdf_font(objects: Mapping[int, bytes], number: int) -> PdfFont:
    """Return a font (ISO 32000-1, 9.7). objects: the PDF's, by number; number: the font's."""
    named = references(objects[number])
    descendant, characters = objects[named["DescendantFonts"]], stream_of(objects[named["ToUnicode"]])
    descriptor, widths = objects[references(descendant)["FontDescriptor"]], dict[int, float]()
    for first, last, width, listed in _WIDTH.findall(_WIDTHS.findall(descendant)[0]):
        if last:
            widths |= dict.fromkeys(range(int(first), int(last) + 1), float(width))
        widths |= dict(enumerate(map(float, listed.split()), int(first)))
    texts = {int(n, 16): bytes.fromhex(s.decode()).decode("utf-16-be") for n, s in _CHARACTER.findall(characters)}
    name = str(_NAME.findall(descriptor)[0], "ascii", "replace")
    return PdfFont(name, texts, widths, *_program(objects, references(descriptor)))


def _program(objects: Mapping[int, bytes], files: Mapping[str, int]) -> tuple[int, Callable[[int], bytes]]:
    if "FontFile2" in files:
        font = TTFont(io.BytesIO(stream_of(objects[files["FontFile2"]])))
        table, names = font["glyf"], font.getGlyphOrder()
        return font["head"].unitsPerEm, lambda number: _quadratic(table.glyphs[names[number]], table)
    data, fonts = stream_of(objects[files["FontFile3"]]), CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    index = fonts[0].CharStrings.charStringsIndex
    programs = [data[index.offsetBase + start : index.offsetBase + end] for start, end in pairwise(index.offsets)]
    return UNITS, lambda number: _cubic(programs[number])


@lru_cache(MOST_REMEMBERED)
def _cubic(program: bytes) -> bytes:
    """Return the entry of what a program of CFF draws. Those of Typst's are whole: they call no other."""
    pen, private = TTGlyphPen(None), SimpleNamespace(nominalWidthX=0, defaultWidthX=0, Subrs=[])
    T2CharString(program, private=private, globalSubrs=[]).draw(Cu2QuPen(pen, EXACT, reverse_direction=True))
    return bytes(pen.glyph().compile(None))


def _quadratic(glyph: Any, table: Any) -> bytes:
    """Return the entry of a glyph of TrueType, without hints: one made of others is drawn from them."""
    if glyph.isComposite():
        pen = TTGlyphPen(None)
        glyph.expand(table)
        glyph.draw(pen, table)
        return bytes(pen.glyph().compile(None))
    glyph.trim(remove_hinting=True)
    return bytes(glyph.compile(table, recalcBBoxes=False))


def truetype(name: str, units: int, glyphs: Mapping[str, Drawn]) -> bytes:
    """Return a TrueType font (ISO/IEC 14496-22). The same glyphs give the same bytes.

    name: its PostScript name; units: those of its em; glyphs: by character.
    """
    made = {".notdef": Drawn(units)} | {f"u{ord(text):X}": drawn for text, drawn in sorted(glyphs.items())}
    heads = {key: _HEAD.unpack_from(drawn.entry or bytes(_HEAD.size)) for key, drawn in made.items()}
    contours, left, low, right, high = zip(*heads.values(), strict=True)
    points = [_LAST.unpack_from(made[key].entry, 8 + 2 * n)[0] + 1 for key, (n, *_) in heads.items() if n]
    ascent, descent, (family, _, style) = round(ASCENT * units), round(DESCENT * units), name.partition("-")
    builder, table = FontBuilder(units), newTable("glyf")
    builder.setupGlyphOrder(list(made))
    builder.setupCharacterMap({ord(text): f"u{ord(text):X}" for text in glyphs})
    builder.font.recalcBBoxes = False  # for which every entry would be taken apart
    builder.font["loca"], builder.font["glyf"] = newTable("loca"), table
    table.glyphs, table.padding = {key: Glyph(drawn.entry) for key, drawn in made.items()}, 4
    builder.setupMaxp()
    builder.font["maxp"].maxContours, builder.font["maxp"].maxPoints = max(contours), max(points, default=0)
    builder.updateHead(created=DATED, modified=DATED, xMin=min(left), yMin=min(low), xMax=max(right), yMax=max(high))
    builder.setupHorizontalMetrics({key: (drawn.advance, heads[key][1]) for key, drawn in made.items()})
    builder.setupHorizontalHeader(ascent=ascent, descent=descent, advanceWidthMax=max(d.advance for d in made.values()))
    builder.setupNameTable({"familyName": family, "styleName": style or "Regular", "psName": name}, mac=False)
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent, usWinAscent=ascent, usWinDescent=-descent)
    builder.setupPost(keepGlyphNames=False)
    target = io.BytesIO()
    builder.font.save(target, reorderTables=None)
    return target.getvalue()
