"""Pictures for a Word document: drawings as PNG, drawn by Typst as in the PDF."""

from __future__ import annotations

import struct

from govreport.core import Picture
from govreport.publish.layout.font_set import FontSet
from govreport.publish.layout.typst_files import as_text, compiled

RESOLUTION = 300
"""Pixels an inch of a drawing; more than print shows."""
_PAGE = """#set page(width: auto, height: auto, margin: 0pt)
#context {{
  let source = {source}
  let natural = measure(image(source))
  image(source, width: natural.width * calc.min(1, 156mm / natural.width, 190mm / natural.height))
}}"""


def drawn(name: str, data: bytes, fonts: FontSet) -> Picture:
    """Return a picture as PNG or JPEG with the size at which it is shown: not larger than the page's text.

    name: ``*.svg``, ``*.png`` or ``*.jpg``. Raises typst.TypstError when it cannot be read.
    """
    is_drawing = name.endswith(".svg")
    file, source = ("picture.svg", '"picture.svg"') if is_drawing else ("picture.json", 'bytes(json("picture.json"))')
    sources = {"main.typ": _PAGE.format(source=source).encode(), file: as_text(name, data)}
    png = compiled(sources, fonts, format="png", ppi=RESOLUTION)
    width, height = (pixels * 72 / RESOLUTION for pixels in struct.unpack(">II", png[16:24]))
    return Picture(data=png if is_drawing else data, width=width, height=height)
