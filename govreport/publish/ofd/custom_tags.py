"""What the objects of OFD pages are: headings, paragraphs, tables and cells, as the structure of Typst's PDF has it.

They stand in a tree of elements that refer to the objects (GB/T 33190-2016, 16: custom tags), named as in PDF
(ISO 32000-1, 14.8.4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

TAGS = "urn:govreport:structure"
"""Namespace of the elements."""
_NAME = re.compile(rb"<</Type/StructElem/S/(\w+)")
_TOLD = re.compile(rb"/(RowSpan|ColSpan|Scope)[ /](\w+)")
_PAGE = re.compile(rb"/Pg (\d+) 0 R")
_KID = re.compile(rb"<</Type/MCR/Pg (\d+) 0 R/MCID (\d+)>>|<<[^>]*>>|(\d+) 0 R|(\d+)")
"""Content of a page that is named, any other thing such as a link's rectangle, an element, or content of the page."""


def tag_tree(
    objects: Mapping[int, bytes], rewritten: Callable[[bytes], bytes], refer: Callable[[int, int], str]
) -> str:
    """Return the structure of a PDF of Typst's as a tree of elements.

    objects: the PDF's, by number; rewritten: completes one; refer: returns references to OFD's objects for a page's
    number and that of marked content, by which the structure names what a page shows.
    """

    def element(number: int) -> str:
        body = rewritten(objects[number])
        name, own = _NAME.findall(body)[0].decode(), _PAGE.findall(body)
        told = "".join([f' {key.decode()}="{value.decode()}"' for key, value in _TOLD.findall(body)])
        inner = [
            element(int(further)) if further else refer(int(page or own[-1]), int(elsewhere or mark))
            for page, elsewhere, further, mark in _kids(body)
            if elsewhere or further or mark
        ]
        return f"<{name}{told}>{''.join(inner)}</{name}>"

    ((_, _, top, _),) = _kids(next(body for body in objects.values() if body.startswith(b"<</Type/StructTreeRoot")))
    return element(int(top))


def _kids(body: bytes) -> Sequence[tuple[bytes, ...]]:
    found: Sequence[tuple[bytes, ...]] = _KID.findall(body.rpartition(b"/K[")[2].partition(b"]")[0])
    return found
