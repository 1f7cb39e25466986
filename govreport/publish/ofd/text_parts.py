"""Texts of OFD pages: what the strings of a PDF's content show (ISO 32000-1, 9.4), in the parts that stand apart."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count, pairwise
from typing import NamedTuple

from markupsafe import escape

from govreport.publish.ofd.embedded_font import UNITS, Drawn, PdfFont, pdf_font

GAP = 0.3
"""Width of a gap in ems that divides texts: readers take what one object holds for one word."""
ABOVE, BELOW, BESIDE = 1.0, 0.3, 0.1
"""How far a text's box reaches beyond its baseline's ends, in ems; readers draw nothing outside it."""
NO_TEXT = "\ufffd"
"""What a glyph stands for that belongs to none alone."""
MOST_REMEMBERED = 10_000

STRING = rb"(?:[^()\\]++|\\.)*+"
for _ in range(4):  # strings hold brackets in pairs (7.3.4.2)
    STRING = rb"(?:[^()\\]++|\\.|\(" + STRING + rb"\))*+"
"""What a string holds between its brackets."""
_SHOWN = re.compile(rb"\((" + STRING + rb")\)|<([0-9A-Fa-f]*)>|([-.\d]+)", re.DOTALL)
_ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|(.))", re.DOTALL)
_CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@dataclass
class Face:
    """A font of the pages. number: its identifier; glyphs:  they show, by character."""

    number: int
    name: str
    units: int
    glyphs: dict[str, Drawn] = field(default_factory=dict)


class Part(NamedTuple):
    """A part of a text: where it begins and how wide it is, and what its object has wherever it stands."""

    start: float
    width: float
    attributes: str
    code: str


class Shown(NamedTuple):
    """A glyph that a page shows: what it stands for, its width in thousandths of an em, and the face that has it."""

    text: str
    width: float
    face: Face


class Spot(NamedTuple):
    """Where a character stands in its text."""

    text: str
    face: Face
    start: int
    end: float


@dataclass
class Shared:
    """What pages share. objects: the PDF's, by number; numbers: gives identifiers.

    pictures: PNG and JPEG files by identifier; marked: identifiers of objects by page and number of marked content, by
    which the PDF's structure names them. faces: fonts by name, the first and those with further glyphs for its
    characters.
    """

    objects: Mapping[int, bytes]
    numbers: Iterator[int]
    pictures: dict[int, bytes] = field(default_factory=dict)
    marked: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    fonts: dict[int, PdfFont] = field(default_factory=dict)
    faces: dict[tuple[str, int], Face] = field(default_factory=dict)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    laid: dict[tuple[bytes, int, float], list[Part]] = field(default_factory=dict)

    def parts(self, operands: bytes, font: int, em: float) -> list[Part]:
        """Return a text in the parts that stand apart, without spaces around them. Those of cells recur."""
        if (found := self.laid.get((operands, font, em))) is None:
            found = self.laid[operands, font, em] = [*self._parts(_SHOWN.findall(operands), font, em)]
        return found

    def _parts(self, shown: Sequence[tuple[bytes, ...]], font: int, em: float) -> Iterator[Part]:
        place, spots = 0.0, list[Spot]()
        for string, digits, step in shown:
            if step:
                place -= float(step) * em / UNITS
                continue
            plain = bytes.fromhex(digits.decode()) if digits else _ESCAPED.sub(_unescaped, string)
            for number in struct.unpack(f">{len(plain) // 2}H", plain):
                glyph = self.shown.get((font, number)) or self._glyph(font, number)
                start, end = round(place), place + glyph.width * em / UNITS
                spots += [Spot(text, glyph.face, start + n, end) for n, text in enumerate(glyph.text)]
                place = end
        cuts = [n for n, (one, other) in enumerate(pairwise(spots), 1) if _apart(one, other, GAP * em)]
        text, size = "".join([spot.text for spot in spots]), numerals([em])
        for begin, stop in pairwise([0, *cuts, len(text)]):
            if part := text[begin:stop].strip():
                first = text.index(part[0], begin)
                within = spots[first : first + len(part)]
                steps = numerals(after.start - before.start for before, after in pairwise(within))
                told = f'X="{numerals([BESIDE * em])}" Y="{numerals([ABOVE * em])}"'
                told += f' DeltaX="{steps}"' if steps else ""
                code = f"<ofd:TextCode {told}>{escape(part)}</ofd:TextCode>"
                attributes = f' Font="{within[0].face.number}" Size="{size}"'
                yield Part(within[0].start, within[-1].end - within[0].start, attributes, code)

    def _glyph(self, number: int, glyph: int) -> Shown:
        """Return a glyph with the first face in which it may stand for its text, of which it is drawn as the first."""
        font = self.fonts.get(number) or self.fonts.setdefault(number, pdf_font(self.objects, number))
        text, width = font.texts.get(glyph) or NO_TEXT, font.widths[glyph]
        drawn = Drawn(round(width * font.units / UNITS), font.entry(glyph))
        wanted = dict.fromkeys(text[1:], Drawn(0)) | {text[0]: drawn}
        for variant in count():
            key = (font.name, variant)
            face = self.faces.get(key) or self.faces.setdefault(key, Face(next(self.numbers), font.name, font.units))
            if all(face.glyphs.setdefault(character, one) == one for character, one in wanted.items()):
                return self.shown.setdefault((number, glyph), Shown(text, width, face))
        raise AssertionError


def _apart(one: Spot, other: Spot, gap: float) -> bool:
    return other.start - one.end > gap or other.start <= one.start or other.face is not one.face


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes([int(found[1], 8)]) if found[1] else _CONTROLS.get(found[2], found[2])


def numerals(lengths: Iterable[float]) -> str:
    """Return lengths as OFD writes them, in millimetres.

    >>> numerals([12345.6, -0.1])
    '12.346 0'
    """
    return " ".join([_numeral(round(length)) for length in lengths])


@lru_cache(MOST_REMEMBERED)
def _numeral(length: int) -> str:
    return f"{length / 1000:.9g}"
