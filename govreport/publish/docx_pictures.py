"""Pictures for a Word document: drawings as PNG, drawn by Typst as in the PDF."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import typst

from govreport.publish.fonts import FontSet

TEMPLATES = Path(__file__).parent / "templates"
RESOLUTION = 300
"""Pixels an inch of a drawing; more than print shows."""
_PAGE = """#set page(width: auto, height: auto, margin: 0pt)
#context {{
  let source = {source}
  let natural = measure(image(source))
  image(source, width: natural.width * calc.min(1, 156mm / natural.width, 190mm / natural.height))
}}"""


@dataclass(frozen=True)
class Picture:
    """A picture as PNG, and the size in points at which it is shown."""

    png: bytes
    width: float
    height: float


def drawn(name: str, data: bytes, fonts: FontSet) -> Picture:
    """Return a picture not larger than the page's text; a PNG keeps its pixels.

    name: ``*.svg`` or ``*.png``. Raises typst.TypstError when it cannot be read.
    """
    is_png = name.endswith(".png")
    source = 'bytes(json("picture.json"))' if is_png else '"picture.svg"'  # typst takes no binary file from memory
    sources: Mapping[str, bytes] = {
        "main.typ": _PAGE.format(source=source).encode(),
        **({"picture.json": json.dumps(list(data)).encode()} if is_png else {"picture.svg": data}),
    }
    compile_files = cast(Callable[..., bytes], typst.compile)  # its stub leaves out a mapping of files
    png = compile_files(sources, root=str(TEMPLATES), font_paths=fonts.loaded, format="png", ppi=RESOLUTION)
    width, height = (pixels * 72 / RESOLUTION for pixels in struct.unpack(">II", png[16:24]))
    return Picture(data if is_png else png, width, height)
