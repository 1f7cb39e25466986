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

from govreport.publish.ofd.embedded_font import BLANK, UNITS, Outline, PdfFont

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
    """A font of the pages. number: its identifier; glyphs: advance and outline of what they show, by character."""

    number: int
    name: str
    units: int
    glyphs: dict[str, tuple[int, Outline]] = field(default_factory=dict)


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


@dataclass
class Texts:
    """The texts of a document. objects: the PDF's, by number; numbers: gives identifiers.

    faces: fonts by name, the first and those with further glyphs for its characters.
    """

    objects: Mapping[int, bytes]
    numbers: Iterator[int]
    fonts: dict[int, PdfFont] = field(default_factory=dict)
    faces: dict[tuple[str, int], Face] = field(default_factory=dict)
    shown: dict[tuple[int, int], Shown] = field(default_factory=dict)
    strings: dict[tuple[int, bytes, bytes], list[Shown]] = field(default_factory=dict)
    laid: dict[tuple[bytes, int, float], list[Part]] = field(default_factory=dict)

    def parts(self, operands: bytes, font: int, em: float) -> list[Part]:
        """Return a text in the parts that stand apart, without spaces around them. Those of cells recur."""
        if (found := self.laid.get((operands, font, em))) is None:
            found = self.laid[operands, font, em] = [*self._parts(_SHOWN.findall(operands), font, em)]
        return found

    def _parts(self, shown: Sequence[tuple[bytes, ...]], font: int, em: float) -> Iterator[Part]:
        place, characters, faces, starts, ends = 0.0, list[str](), list[Face](), list[int](), list[float]()
        for string, digits, step in shown:
            if step:
                place -= float(step) * em / UNITS
                continue
            key = (font, string, digits)
            if (glyphs := self.strings.get(key)) is None:
                glyphs = self.strings[key] = self._glyphs(*key)
            for glyph in glyphs:
                end = place + glyph.width * em / UNITS
                for further, character in enumerate(glyph.text):
                    characters.append(character)
                    faces.append(glyph.face)
                    starts.append(round(place) + further)
                    ends.append(end)
                place = end
        text, size = "".join(characters), numerals([em])
        cuts = [
            n
            for n in range(1, len(text))
            if starts[n] - ends[n - 1] > GAP * em or starts[n] <= starts[n - 1] or faces[n] is not faces[n - 1]
        ]
        for begin, stop in pairwise([0, *cuts, len(text)]):
            if part := text[begin:stop].strip():
                first = text.index(part[0], begin)
                last = first + len(part) - 1
                steps = numerals(after - before for before, after in pairwise(starts[first : last + 1]))
                told = f'X="{numerals([BESIDE * em])}" Y="{numerals([ABOVE * em])}"'
                told += f' DeltaX="{steps}"' if steps else ""
                code = f"<ofd:TextCode {told}>{escape(part)}</ofd:TextCode>"
                attributes = f' Font="{faces[first].number}" Size="{size}"'
                yield Part(starts[first], ends[last] - starts[first], attributes, code)

    def _glyphs(self, font: int, string: bytes, digits: bytes) -> list[Shown]:
        """Return what a string of a content stream shows, of which two bytes are a glyph's number."""
        plain = bytes.fromhex(digits.decode()) if digits else _ESCAPED.sub(_unescaped, string)
        numbers = struct.unpack(f">{len(plain) // 2}H", plain)
        return [self.shown.get((font, number)) or self._glyph(font, number) for number in numbers]

    def _glyph(self, number: int, glyph: int) -> Shown:
        """Return a glyph with the first face in which it may stand for its text, of which it is drawn as the first."""
        font = self.fonts.setdefault(number, PdfFont(self.objects, number))
        text, width, (units, outline) = font.texts.get(glyph) or NO_TEXT, font.widths[glyph], font.program
        wanted = dict.fromkeys(text[1:], (0, BLANK)) | {text[0]: (round(width * units / UNITS), outline(glyph))}
        for variant in count():
            key = (font.name, variant)
            face = self.faces.get(key) or self.faces.setdefault(key, Face(next(self.numbers), font.name, units))
            if all(face.glyphs.setdefault(character, one) == one for character, one in wanted.items()):
                return self.shown.setdefault((number, glyph), Shown(text, width, face))
        raise AssertionError


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
