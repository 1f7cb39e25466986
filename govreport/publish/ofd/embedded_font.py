"""Fonts: those within Typst's PDF, whose characters have numbers, and those of OFD, TrueType with Unicode.

A PDF's fonts have no table of characters, and most are bare CFF, which is no font file.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from fontTools.cffLib import CFFFontSet
from fontTools.misc.psCharStrings import T2CharString
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph

from govreport.publish.pdf_objects import references, stream_of

UNITS = 1000
"""Units of an em in CFF, and in the widths of a PDF's fonts."""
EXACT = 1.0
"""Most units by which a curve of TrueType, which is quadratic, may lie beside its cubic one."""
ASCENT, DESCENT = 0.88, -0.12
MOST_REMEMBERED = 20_000
"""Glyphs whose outlines are remembered: they recur from one report to the next."""
DATED = 2_398_377_600
"""1 January 1980 in seconds since 1904."""
_NAME, _CHARACTER = re.compile(rb"/FontName/(?:[A-Z]{6}\+)?([^/>]+)"), re.compile(rb"<(\w{4})> <(\w+)>")
_WIDTHS, _WIDTH = re.compile(rb"/W\[(.*)\]", re.DOTALL), re.compile(rb"(\d+) (?:(\d+) ([\d.]+)|\[([^]]*)\])")


class Outline(NamedTuple):
    """A glyph in units of its font: its box, its contours and points, and its entry in TrueType."""

    box: tuple[int, int, int, int] = (0, 0, 0, 0)
    contours: int = 0
    points: int = 0
    data: bytes = b""


BLANK = Outline()


@dataclass(frozen=True)
class PdfFont:
    """A font of a PDF of Typst's (ISO 32000-1, 9.7). objects: the PDF's, by number; number: the font's."""

    objects: Mapping[int, bytes]
    number: int

    @cached_property
    def _descendant(self) -> bytes:
        return self.objects[references(self.objects[self.number])["DescendantFonts"]]

    @cached_property
    def _descriptor(self) -> bytes:
        return self.objects[references(self._descendant)["FontDescriptor"]]

    @cached_property
    def name(self) -> str:
        """Its PostScript name."""
        return str(_NAME.findall(self._descriptor)[0], "ascii", "replace")

    @cached_property
    def texts(self) -> Mapping[int, str]:
        """What each glyph stands for: mostly a character, more for a ligature."""
        table = stream_of(self.objects[references(self.objects[self.number])["ToUnicode"]])
        found = _CHARACTER.findall(table)
        return {int(number, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for number, text in found}

    @cached_property
    def widths(self) -> Mapping[int, float]:
        """The widths of glyphs in thousandths of an em."""
        widths: dict[int, float] = {}
        for first, last, width, listed in _WIDTH.findall(_WIDTHS.findall(self._descendant)[0]):
            if last:
                widths |= dict.fromkeys(range(int(first), int(last) + 1), float(width))
            widths |= dict(enumerate(map(float, listed.split()), int(first)))
        return widths

    @cached_property
    def program(self) -> tuple[int, Callable[[int], Outline]]:
        """The units of its em, and what returns a glyph by its number."""
        files = references(self._descriptor)
        if "FontFile2" in files:
            font = TTFont(io.BytesIO(stream_of(self.objects[files["FontFile2"]])))
            table, names = font["glyf"], font.getGlyphOrder()
            return font["head"].unitsPerEm, lambda number: _quadratic(table.glyphs[names[number]], table)
        data, fonts = stream_of(self.objects[files["FontFile3"]]), CFFFontSet()
        fonts.decompile(io.BytesIO(data), None)
        index = fonts[0].CharStrings.charStringsIndex
        starts = [index.offsetBase + offset for offset in index.offsets]
        return UNITS, lambda number: _cubic(data[starts[number] : starts[number + 1]])


@lru_cache(MOST_REMEMBERED)
def _cubic(program: bytes) -> Outline:
    """Return the outline that a program of CFF draws. Those of Typst's are whole: they call no other."""
    pen, private = TTGlyphPen(None), SimpleNamespace(nominalWidthX=0, defaultWidthX=0, Subrs=[])
    T2CharString(program, private=private, globalSubrs=[]).draw(Cu2QuPen(pen, EXACT, reverse_direction=True))
    return _outline(pen.glyph())


def _quadratic(glyph: Any, table: Any) -> Outline:
    """Return an outline of a TrueType font, without hints: one made of others is drawn from them."""
    if hasattr(glyph, "data") and not glyph.data.startswith(b"\xff\xff"):
        return _simple(glyph.data)
    pen = TTGlyphPen(None)
    glyph.expand(table)
    glyph.draw(pen, table)
    return _outline(pen.glyph())


@lru_cache(MOST_REMEMBERED)
def _simple(entry: bytes) -> Outline:
    glyph = Glyph(entry)
    glyph.expand(None)
    glyph.removeHinting()
    return _outline(glyph)


def _outline(glyph: Any) -> Outline:
    if not glyph.numberOfContours:
        return BLANK
    glyph.recalcBounds(None)
    box, data = (glyph.xMin, glyph.yMin, glyph.xMax, glyph.yMax), glyph.compile(None, recalcBBoxes=False)
    padded = data + bytes(-len(data) % 4)
    return Outline(box, glyph.numberOfContours, len(glyph.coordinates), padded)


def truetype(name: str, units: int, glyphs: Mapping[str, tuple[int, Outline]]) -> bytes:
    """Return a TrueType font (ISO/IEC 14496-22). The same glyphs give the same bytes.

    name: its PostScript name; units: those of its em; glyphs: advance and outline by character.
    """
    codes = sorted(map(ord, glyphs))
    advances, made = zip((units, BLANK), *(glyphs[chr(code)] for code in codes), strict=True)
    count, pack = len(made), struct.pack
    ascent, descent, widest = round(ASCENT * units), round(DESCENT * units), max(advances)
    left, low, right, high = (f(glyph.box[n] for glyph in made) for n, f in enumerate((min, min, max, max)))
    most = [max(glyph.points for glyph in made), max(glyph.contours for glyph in made)]
    family, _, style = name.partition("-")
    bold = "Bold" in style
    tables = {
        b"OS/2": pack(
            ">HhHHHhhhhhhhhhhh10s4I4sHHHhhhHHIIhhHHH",
            *(4, units // 2, 700 if bold else 400, 5, 0, *[units // 10] * 10, 0, bytes(10), 0, 0, 0, 0, b"    "),
            *(0x20 if bold else 0x40, min(codes[0], 0xFFFF), min(codes[-1], 0xFFFF), ascent, descent, 0),
            *(ascent, -descent, 0, 0, units // 2, ascent, 0, 0x20, 1),
        ),
        b"cmap": _character_map(codes),
        b"glyf": b"".join(glyph.data for glyph in made),
        b"head": pack(
            ">IIIIHHQQhhhhHHhhh",
            *(0x10000, 0x10000, 0, 0x5F0F3CF5, 3, units, DATED, DATED, left, low, right, high, int(bold), 8, 2, 1, 0),
        ),
        b"hhea": pack(">IhhhH6xh14xH", 0x10000, ascent, descent, 0, widest, 1, count),
        b"hmtx": b"".join([pack(">Hh", step, glyph.box[0]) for step, glyph in zip(advances, made, strict=True)]),
        b"loca": np.cumsum([0, *(len(glyph.data) for glyph in made)]).astype(">u4").tobytes(),
        b"maxp": pack(">IHHHHHH16x", 0x10000, count, *most, 0, 0, 1),
        b"name": _names({1: family, 2: style or "Regular", 4: name, 6: name}),
        b"post": pack(">I28x", 0x30000),
    }
    return _font_file(tables)


def _character_map(codes: Sequence[int]) -> bytes:
    """Return a table of characters, each a segment of its own, in formats 4 and 12; glyph 1 is the first."""
    pairs = list(enumerate(codes, 1))
    plane = [(glyph, code) for glyph, code in pairs if code < 0xFFFF] + [(0, 0xFFFF)]
    twice, power = 2 * len(plane), len(plane).bit_length() - 1
    ends = [code for _, code in plane]
    shifts = [(glyph - code) % 0x10000 for glyph, code in plane]
    columns = np.array([*ends, 0, *ends, *shifts, *[0] * len(plane)]).astype(">u2").tobytes()
    sizes = (4, 14 + len(columns), 0, twice, 2 << power, power, twice - (2 << power))
    short = struct.pack(">7H", *sizes) + columns
    groups = np.array([(code, code, glyph) for glyph, code in pairs]).astype(">u4").tobytes()
    long = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(pairs)) + groups
    return struct.pack(">HHHHIHHI", 0, 2, 3, 1, 20, 3, 10, 20 + len(short)) + short + long


def _names(texts: Mapping[int, str]) -> bytes:
    records, stored = b"", b""
    for number, text in texts.items():
        encoded = text.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(encoded), len(stored))
        stored += encoded
    return struct.pack(">3H", 0, len(texts), 6 + len(records)) + records + stored


def _font_file(tables: Mapping[bytes, bytes]) -> bytes:
    power = len(tables).bit_length() - 1
    head = struct.pack(">IHHHH", 0x10000, len(tables), 16 << power, power, 16 * len(tables) - (16 << power))
    start, body, sums = len(head) + 16 * len(tables), b"", 0
    for tag, data in tables.items():
        padded = data + bytes(-len(data) % 4)
        total = int(np.frombuffer(padded, ">u4").sum(dtype=np.uint64)) & 0xFFFFFFFF
        head += struct.pack(">4sIII", tag, total, start + len(body), len(data))
        body, sums = body + padded, sums + total
    sums += int(np.frombuffer(head, ">u4").sum(dtype=np.uint64))
    place = start + sum(len(data) + -len(data) % 4 for tag, data in tables.items() if tag < b"head") + 8
    adjusted = struct.pack(">I", (0xB1B0AFBA - sums) & 0xFFFFFFFF)
    whole = head + body
    return whole[:place] + adjusted + whole[place + 4 :]
