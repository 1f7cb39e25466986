"""Pictures that may go into the PDF: what would exhaust time or memory is told apart beforehand."""

from __future__ import annotations

import struct
from functools import cache

from lxml import etree

MOST_BYTES = 12_000_000
MOST_PIXELS = 100_000_000
MOST_SHAPES = 100_000
"""Elements of a drawing, each counted as often as it is drawn again by ``use``."""
_PNG_SIZE = struct.Struct(">16xII")
_LINKS = ("href", "{http://www.w3.org/1999/xlink}href")


def excess(picture: bytes, is_svg: bool) -> str:
    """Return what is too large about a picture, as a Chinese clause, else an empty text.

    A picture that cannot be read is left to the typesetter, which says so.

    >>> excess(b"<svg xmlns='http://www.w3.org/2000/svg'/>", True)
    ''
    """
    if len(picture) > MOST_BYTES:
        return f"文件有{len(picture):,}字节，超过{MOST_BYTES:,}字节"
    if is_svg:
        try:
            return f"图形元素超过{MOST_SHAPES:,}个" if _shapes(picture) > MOST_SHAPES else ""
        except RecursionError:
            return "图形元素嵌套过深"
    is_png = picture.startswith(b"\x89PNG") and len(picture) >= _PNG_SIZE.size
    width, height = _PNG_SIZE.unpack_from(picture) if is_png else (0, 0)
    return f"有{width}×{height}像素，超过{MOST_PIXELS:,}" if width * height > MOST_PIXELS else ""


def _shapes(svg: bytes) -> int:
    """Count the elements that a drawing comes to when all that it uses again is drawn."""
    try:
        root = etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return 0
    named = {name: element for element in root.iter() if (name := element.get("id"))}
    under_way: set[str] = set()

    @cache
    def used(name: str) -> int:
        if name in under_way or name not in named:
            return 0
        under_way.add(name)
        count = drawn(named[name])
        under_way.discard(name)
        return count

    def drawn(element: etree._Element) -> int:
        links = (inner.get(link, "") for inner in element.iter("{*}use") for link in _LINKS)
        return sum(1 for _ in element.iter()) + sum(used(link[1:]) for link in links if link.startswith("#"))

    return drawn(root)
