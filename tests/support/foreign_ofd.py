"""OFD files as other programs make them, built here: units of a page in millimetres, packed with what they need."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any
from xml.sax.saxutils import escape

import pdfplumber
from pdfplumber.page import Page

from tests.support.foreign import packed

MILLIMETRE = 25.4 / 72
"""Millimetres of a point."""
NAMESPACE = 'xmlns="http://www.ofdspec.org/2016"'


def ofd(
    *pages: str, common: str = "", after: str = "", prefix: str = "", parts: Mapping[str, str] | None = None
) -> bytes:
    """An OFD file whose pages have the units, or are the whole page that is given.

    common: what the document tells of all pages; after: what it tells behind them; prefix: of the namespace; parts:
    further ones, or in the place of one that is made.
    """
    listed = "".join(f'<Page ID="{9000 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    made = {
        "OFD.xml": f'<OFD {NAMESPACE} Version="1.0" DocType="OFD"><DocBody><DocInfo><DocID>1</DocID><Title>年报</Title>'
        "</DocInfo><DocRoot>Doc_0/Document.xml</DocRoot></DocBody></OFD>",
        "Doc_0/Document.xml": f"<Document {NAMESPACE}><CommonData><PageArea><PhysicalBox>0 0 210 297</PhysicalBox>"
        f"</PageArea>{common}</CommonData><Pages>{listed}</Pages>{after}</Document>",
        **{f"Doc_0/Pages/Page_{n}/Content.xml": whole(page) for n, page in enumerate(pages)},
        **(parts or {}),
    }
    if prefix:
        made = {name: _prefixed(part, prefix) for name, part in made.items()}
    return packed(made)


def whole(units: str, before: str = "") -> str:
    """A page, or a template, of one layer with the units; before: what it tells before its content."""
    if units.startswith("<Page "):
        return units
    return f'<Page {NAMESPACE}>{before}<Content><Layer ID="9">{units}</Layer></Content></Page>'


def text(words: str, x: float, y: float, size: float = 4, inner: str = "", **attributes: object) -> str:
    """A text whose line stands at a place; inner: what it holds before its words, as a colour."""
    steps = attributes.pop("DeltaX", " ".join([str(size * (0.5 if words.isascii() else 1))] * (len(words) - 1)))
    code = f'<TextCode X="0" Y="{size}"{_told({"DeltaX": steps} if steps else {})}'
    code += f"{_told({'DeltaY': attributes.pop('DeltaY')} if 'DeltaY' in attributes else {})}>{words}</TextCode>"
    box = f"{x} {y - size} {size * len(words)} {size * 1.2}"
    told = _told({"ID": 1, "Boundary": box, "Font": 2, "Size": size, **attributes})
    return f"<TextObject{told}>{inner}{code}</TextObject>"


def path(data: str, x: float = 0, y: float = 0, inner: str = "", **attributes: object) -> str:
    """A path from a place."""
    told = _told({"ID": 1, "Boundary": f"{x} {y} 210 297", **attributes})
    return f"<PathObject{told}>{inner}<AbbreviatedData>{data}</AbbreviatedData></PathObject>"


def frame(x: float, y: float, width: float, height: float, inner: str = "", **attributes: object) -> str:
    """The path around a rectangle."""
    return path(f"M 0 0 L {width} 0 L {width} {height} L 0 {height} C", x, y, inner, **attributes)


def cell(words: str, x: float, y: float) -> str:
    """A cell of thirty millimetres by ten with words in it."""
    return frame(x, y, 30, 10) + (text(words, x + 3, y + 7) if words else "")


def colour(value: str, kind: str = "FillColor", **attributes: object) -> str:
    return f"<{kind}{_told({'Value': value, **attributes})}/>"


def retold(pdf: bytes) -> bytes:
    """A PDF's text and paths as a converter would write them in OFD, without its fonts: a run of text on each line."""
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        pages = [_page(page) for page in opened.pages]
    return ofd(*pages)


def _page(page: Page) -> str:
    drawn = [_drawn(shape) for shape in (*page.rects, *page.lines, *page.curves)]
    lines = groupby(
        page.chars, key=lambda char: (char["fontname"], char["size"], *char["matrix"][:4], char["matrix"][5])
    )
    drawn += [_line(list(chars), page.height) for _, chars in lines]
    box = f"<Area><PhysicalBox>0 0 {page.width * MILLIMETRE} {page.height * MILLIMETRE}</PhysicalBox></Area>"
    return whole("".join(drawn), box)


def _set_in(char: Mapping[str, Any]) -> tuple[Any, ...]:
    return char["fontname"], char["size"], char["matrix"][:4], char["matrix"][5]


def _drawn(shape: Mapping[str, Any]) -> str:
    points = [(x * MILLIMETRE, y * MILLIMETRE) for x, y in shape["pts"]]
    data = " ".join(f"{'L' if n else 'M'} {x} {y}" for n, (x, y) in enumerate(points))
    filled = colour(_value(shape["non_stroking_color"])) if shape["fill"] else ""
    told = {"Stroke": str(bool(shape["stroke"])).lower(), "Fill": str(bool(shape["fill"])).lower()}
    return path(data + (" C" if shape["object_type"] == "rect" else ""), inner=filled, **told)


def _line(chars: Sequence[Mapping[str, Any]], height: float) -> str:
    """The run of text that characters make; those that run aslant have a matrix."""
    a, b, c, d, _, y = chars[0]["matrix"]
    scale, places = math.hypot(c, d), [char["matrix"][4] * MILLIMETRE for char in chars]
    size = chars[0]["size"] / (1 if b == 0 else 2) * MILLIMETRE
    steps = " ".join(str(right - left) for left, right in pairwise(places))
    matrix = f"{a / scale} {-b / scale} {-c / scale} {d / scale} 0 0"
    told = _told({"Boundary": f"{places[0]} {(height - y) * MILLIMETRE} 9 9", "Font": 2, "Size": size, "CTM": matrix})
    code = f'<TextCode X="0" Y="0"{_told({"DeltaX": steps} if steps else {})}>'
    words = escape("".join(char["text"][:1] for char in chars))
    return f"<TextObject{told}>{colour(_value(chars[0]['non_stroking_color']))}{code}{words}</TextCode></TextObject>"


def _value(shades: Any) -> str:
    """A colour's value, from grey or red, green and blue; black for any other."""
    given = shades if isinstance(shades, (tuple, list)) else [shades]
    known = given if all(isinstance(shade, (int, float)) for shade in given) else [0]
    return " ".join(str(round(255 * shade)) for shade in (known * 3)[:3])


def _told(attributes: Mapping[str, object]) -> str:
    return "".join(f' {name}="{value}"' for name, value in attributes.items())


def _prefixed(part: str, prefix: str) -> str:
    return re.sub(r"<(/?)(?=[A-Z])", rf"<\g<1>{prefix}:", part).replace("xmlns=", f"xmlns:{prefix}=")
