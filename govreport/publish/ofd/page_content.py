"""The content of OFD pages: text, paths and pictures as Typst set them for the PDF, in the order of drawing.

Places are thousandths of a millimetre from a page's upper left corner, in the file millimetres (GB/T 33190-2016, 7.2).
"""

from __future__ import annotations

import ctypes
import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import count, pairwise
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from markupsafe import escape

from govreport.publish.ofd.embedded_font import UNITS, Outline, outline

MICRONS = 25_400 / 72
"""Thousandths of a millimetre in a point."""
GAP = 0.3
"""Width of a gap in ems that divides texts: readers take what one object holds for one word."""
ABOVE, BELOW, BESIDE = 1.0, 0.3, 0.1
"""How far a text's box reaches beyond its baseline's ends, in ems; readers draw nothing outside it."""
HYPHEN = 2
"""What pdfium gives for a hyphen at the end of a line."""
LONGEST_NAME = 200
MOST_REMEMBERED = 10_000
CAPS, JOINS = ("Butt", "Round", "Square"), ("Miter", "Round", "Bevel")

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, width and height."""
UPRIGHT = (1, 0, 0, 1)


@dataclass
class Face:
    """A font of the pages. number: its identifier; glyphs: what they show of it, by character."""

    number: int
    name: str
    glyphs: dict[str, Outline] = field(default_factory=dict)


@dataclass
class Shared:
    """What pages share. known: outlines of these and of earlier pages by font and character.

    numbers: gives identifiers; faces: by name; pictures: PNG and JPEG files by identifier; marked: identifiers of
    objects by page and number of marked content, by which the PDF's structure names them.
    """

    known: MutableMapping[tuple[str, str], Outline]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    faces: dict[str, Face] = field(default_factory=dict)
    pictures: dict[int, bytes] = field(default_factory=dict)
    marked: dict[tuple[int, int], list[int]] = field(default_factory=dict)


class Piece(NamedTuple):
    """A text object of a PDF: its matrix and type size, its characters and where each begins, in points.

    The places are two lists of numbers: with a pair for each character, Python would look for garbage all the time.
    """

    matrix: Matrix
    size: float
    text: list[str]
    across: list[float]
    up: list[float]


def page_content(pdf: pypdfium2.PdfDocument, number: int, shared: Shared) -> bytes:
    """Return the part of a page, and add to `shared` what it needs."""
    with closing(pdf[number]) as page, closing(page.get_textpage()) as text:
        width, height = page.get_size()
        to_page = (MICRONS, 0, 0, -MICRONS, 0, height * MICRONS)
        reader = _PageReader(shared, number, page, _pieces(text.raw), to_page)
        total, layer = pdfium.FPDFPage_CountObjects(page.raw), next(shared.numbers)
        objects = reader.objects(total, partial(pdfium.FPDFPage_GetObject, page.raw), to_page, -1)
        return _PAGE.format(
            area=numerals((0, 0, width * MICRONS, height * MICRONS)), layer=layer, objects="\n".join(objects)
        ).encode()


_PAGE = """\
<?xml version="1.0" encoding="UTF-8"?>
<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Area><ofd:PhysicalBox>{area}</ofd:PhysicalBox></ofd:Area>\
<ofd:Content><ofd:Layer ID="{layer}">{objects}</ofd:Layer></ofd:Content></ofd:Page>"""


def numerals(lengths: Iterable[float]) -> str:
    """Return lengths as OFD writes them, in millimetres.

    >>> numerals([12345.6, -0.1])
    '12.346 0'
    """
    return " ".join([_numeral(round(length)) for length in lengths])


@lru_cache(MOST_REMEMBERED)
def _numeral(length: int) -> str:
    return f"{length / 1000:.9g}"


def _factors(matrix: Sequence[float]) -> str:
    return " ".join(f"{factor:.6f}" for factor in matrix[:4])


def _pieces(text: Any) -> dict[int, Piece]:
    """Return the texts of a page by the addresses of their objects."""
    x, y, matrix, pieces = ctypes.c_double(), ctypes.c_double(), pdfium.FS_MATRIX(), dict[int, Piece]()
    at_x, at_y = ctypes.byref(x), ctypes.byref(y)
    for place in range(pdfium.FPDFText_CountChars(text)):
        found = pdfium.FPDFText_GetTextObject(text, place)
        if not found:  # a space or the end of a line, which pdfium adds
            continue
        key = ctypes.addressof(found.contents)
        if key not in pieces:
            pdfium.FPDFText_GetMatrix(text, place, matrix)
            pieces[key] = Piece(_numbers(matrix), pdfium.FPDFText_GetFontSize(text, place), [], [], [])
        piece, number = pieces[key], pdfium.FPDFText_GetUnicode(text, place)
        pdfium.FPDFText_GetCharOrigin(text, place, at_x, at_y)
        piece.text.append("-" if number == HYPHEN else chr(number))
        piece.across.append(x.value)
        piece.up.append(y.value)
    return pieces


def _numbers(matrix: Any) -> Matrix:
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _own_matrix(found: Any) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(found, matrix)
    return _numbers(matrix)


def _then(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that does what `inner` does, then `outer` (ISO 32000-1, 8.3.4)."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _moved(point: Point, by: Matrix) -> Point:
    (x, y), (a, b, c, d, e, f) = point, by
    return a * x + c * y + e, b * x + d * y + f


def _box(points: Sequence[Point], margin: float = 0) -> Box:
    """Return the box that holds all points."""
    across, down = zip(*points, strict=True)
    left, top = min(across) - margin, min(down) - margin
    return left, top, max(across) + margin - left, max(down) + margin - top


@dataclass
class _PageReader:
    """Reads a page. pieces: its texts; to_page: the matrix from PDF's points to the millimetres of OFD."""

    shared: Shared
    number: int
    page: pypdfium2.PdfPage
    pieces: dict[int, Piece]
    to_page: Matrix
    _name: Any = field(default_factory=lambda: ctypes.create_string_buffer(LONGEST_NAME))
    _colours: tuple[Any, ...] = field(default_factory=lambda: tuple(ctypes.c_uint() for _ in range(4)))

    def objects(self, total: int, at: Callable[[int], Any], matrix: Matrix, mark: int) -> Iterator[str]:
        """Yield the objects of the page, or of a form, which is a drawing within it.

        matrix: from there to OFD's page; mark: the number of marked content of the form, else -1.
        """
        for found in map(at, range(total)):
            own = pdfium.FPDFPageObj_GetMarkedContentID(found) if mark < 0 else mark
            match pdfium.FPDFPageObj_GetType(found):
                case pdfium.FPDF_PAGEOBJ_TEXT:
                    yield from self._text(found, own)
                case pdfium.FPDF_PAGEOBJ_PATH:
                    yield self._path(found, _then(_own_matrix(found), matrix), own)
                case pdfium.FPDF_PAGEOBJ_IMAGE:
                    yield self._image(found, matrix, own)
                case pdfium.FPDF_PAGEOBJ_FORM:
                    inner, count_of = _then(_own_matrix(found), matrix), pdfium.FPDFFormObj_CountObjects(found)
                    yield from self.objects(count_of, partial(pdfium.FPDFFormObj_GetObject, found), inner, own)

    def _element(self, kind: str, mark: int, box: Sequence[float], attributes: str, inner: str) -> str:
        number = next(self.shared.numbers)
        if mark >= 0:
            self.shared.marked.setdefault((self.number, mark), []).append(number)
        return f'<ofd:{kind} ID="{number}" Boundary="{numerals(box)}"{attributes}>{inner}</ofd:{kind}>'

    def _text(self, found: Any, mark: int) -> Iterator[str]:
        """Yield a text in the parts that stand apart, without spaces around them."""
        piece = self.pieces.get(ctypes.addressof(found.contents))
        if not piece:
            return
        scale = math.hypot(*piece.matrix[:2])
        a, b, c, d = (factor / scale for factor in piece.matrix[:4])
        em, font = piece.size * scale * MICRONS, pdfium.FPDFTextObj_GetFont(found)
        face = self._face(font)
        glyphs = self._glyphs(face, font, piece.text)
        starts = [round((x * a + y * b) * MICRONS) for x, y in zip(piece.across, piece.up, strict=True)]
        ends = [start + glyphs[text].advance * em / UNITS for start, text in zip(starts, piece.text, strict=True)]
        cuts = [
            place
            for place, start in enumerate(starts)
            if place and (start - ends[place - 1] > GAP * em or start <= starts[place - 1])
        ]
        attributes, colour = f' Font="{face.number}" Size="{numerals([em])}"', self._colour("Fill", found)
        for begin, stop in pairwise([0, *cuts, len(starts)]):
            text = "".join(piece.text[begin:stop])
            first, end = begin + len(text) - len(text.lstrip()), begin + len(text.rstrip())
            if first < end:
                start = _moved((piece.across[first], piece.up[first]), self.to_page)
                box, turned = _text_box((a, -b, -c, d, *start), ends[end - 1] - starts[first], em)
                place = f'X="{numerals([BESIDE * em])}" Y="{numerals([ABOVE * em])}"'
                steps = [after - before for before, after in pairwise(starts[first:end])]
                deltas = f' DeltaX="{numerals(steps)}"' if steps else ""
                code = f"<ofd:TextCode {place}{deltas}>{escape(text.strip())}</ofd:TextCode>"
                yield self._element("TextObject", mark, box, turned + attributes, colour + code)

    def _face(self, font: Any) -> Face:
        pdfium.FPDFFont_GetBaseFontName(font, self._name, LONGEST_NAME)
        name = self._name.value.decode("utf-8", "replace").rpartition("+")[2]
        if name not in self.shared.faces:
            self.shared.faces[name] = Face(next(self.shared.numbers), name)
        return self.shared.faces[name]

    def _glyphs(self, face: Face, font: Any, characters: Iterable[str]) -> Mapping[str, Outline]:
        for character in characters:
            if character not in face.glyphs:
                key = (face.name, character)
                if key not in self.shared.known:
                    self.shared.known[key] = outline(font, character)
                face.glyphs[character] = self.shared.known[key]
        return face.glyphs

    def _colour(self, use: str, found: Any) -> str:
        """Return the colour of an object's ``Fill`` or ``Stroke``."""
        red, green, blue, alpha = self._colours
        get = pdfium.FPDFPageObj_GetFillColor if use == "Fill" else pdfium.FPDFPageObj_GetStrokeColor
        get(found, red, green, blue, alpha)
        seen = f' Alpha="{alpha.value}"' if alpha.value < 255 else ""
        return f'<ofd:{use}Color Value="{red.value} {green.value} {blue.value}"{seen}/>'

    def _path(self, found: Any, matrix: Matrix, mark: int) -> str:
        total = pdfium.FPDFPath_CountSegments(found)
        moves = _moves(total, lambda place: pdfium.FPDFPath_GetPathSegment(found, place), matrix)
        fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        pdfium.FPDFPath_GetDrawMode(found, fill, stroke)
        pdfium.FPDFPageObj_GetStrokeWidth(found, width)
        a, b, c, d, _, _ = matrix
        scale = math.sqrt(abs(a * d - b * c))
        line = width.value * scale
        box = _box([point for _, points in moves for point in points], 2 * line)
        attributes, colours = "", ""
        if stroke.value:
            attributes += f' LineWidth="{numerals([line])}"{_pen(found, scale)}'
            colours += self._colour("Stroke", found)
        else:
            attributes += ' Stroke="false"'
        if fill.value:
            attributes += ' Fill="true"' + ' Rule="Even-Odd"' * (fill.value == pdfium.FPDF_FILLMODE_ALTERNATE)
            colours += self._colour("Fill", found)
        data = f"<ofd:AbbreviatedData>{_abbreviated(moves, box)}</ofd:AbbreviatedData>"
        return self._element("PathObject", mark, box, attributes, colours + data)

    def _image(self, found: Any, matrix: Matrix, mark: int) -> str:
        number = next(self.shared.numbers)
        picture = pypdfium2.PdfObject(found, page=self.page, pdf=self.page.pdf)
        self.shared.pictures[number] = _file(picture)
        corners = [_moved(corner, _then(_own_matrix(found), matrix)) for corner in ((0, 0), (0, 1), (1, 0), (1, 1))]
        box = _box(corners)
        attributes = f' CTM="{numerals((box[2], 0, 0, box[3], 0, 0))}" ResourceID="{number}"'
        return self._element("ImageObject", mark, box, attributes, "")


def _text_box(matrix: Matrix, width: float, em: float) -> tuple[Box, str]:
    """Return the box of a text on its page, and the attribute that turns it, if it is turned.

    matrix: how it is turned, and where it begins.
    """
    left, top = _moved((-BESIDE * em, -ABOVE * em), matrix)
    right, bottom = width + 2 * BESIDE * em, (ABOVE + BELOW) * em
    turned = matrix[:4]
    if turned == UPRIGHT:
        return (left, top, right, bottom), ""
    corners = ((0, 0), (right, 0), (0, bottom), (right, bottom))
    box = _box([_moved(corner, (*turned, left, top)) for corner in corners])
    return box, f' CTM="{_factors(turned)} {numerals((left - box[0], top - box[1]))}"'


Moves = list[tuple[str, list[Point]]]
"""The steps of a path: ``M`` to a point, ``L`` in a line, ``B`` in a Bézier curve, ``C`` to close it."""


def _moves(total: int, segment_at: Callable[[int], Any], matrix: Matrix) -> Moves:
    x, y, moves, waiting = ctypes.c_float(), ctypes.c_float(), Moves(), list[Point]()
    for segment in map(segment_at, range(total)):
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        waiting.append(_moved((x.value, y.value), matrix))
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind != pdfium.FPDF_SEGMENT_BEZIERTO or len(waiting) == 3:
            moves.append((_LETTERS[kind], waiting))
            waiting = []
        if pdfium.FPDFPathSegment_GetClose(segment):
            moves.append(("C", []))
    return moves


_LETTERS = {pdfium.FPDF_SEGMENT_MOVETO: "M", pdfium.FPDF_SEGMENT_LINETO: "L", pdfium.FPDF_SEGMENT_BEZIERTO: "B"}


def _abbreviated(moves: Moves, box: Sequence[float]) -> str:
    left, top = round(box[0]), round(box[1])
    return " ".join(" ".join([letter, *(numerals((x - left, y - top)) for x, y in points)]) for letter, points in moves)


def _pen(found: Any, scale: float) -> str:
    """Return how lines end, meet and are dashed, where that is not usual."""
    cap, join = pdfium.FPDFPageObj_GetLineCap(found), pdfium.FPDFPageObj_GetLineJoin(found)
    told = f' Cap="{CAPS[cap]}"' if cap > 0 else ""
    told += f' Join="{JOINS[join]}"' if join > 0 else ""
    if dashes := pdfium.FPDFPageObj_GetDashCount(found):
        lengths, phase = (ctypes.c_float * dashes)(), ctypes.c_float()
        pdfium.FPDFPageObj_GetDashArray(found, lengths, dashes)
        pdfium.FPDFPageObj_GetDashPhase(found, phase)
        told += f' DashOffset="{numerals([phase.value * scale])}"'
        told += f' DashPattern="{numerals([length * scale for length in lengths])}"'
    return told


def _file(picture: Any) -> bytes:
    """Return a picture as a JPEG file if it is one, else as PNG."""
    if picture.get_filters() == ["DCTDecode"]:
        return bytes(picture.get_data())
    target = io.BytesIO()
    picture.get_bitmap(render=True).to_pil().save(target, "PNG")
    return target.getvalue()
