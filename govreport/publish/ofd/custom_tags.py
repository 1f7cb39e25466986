"""What the objects of OFD pages are: headings, paragraphs, tables and cells, as the structure of Typst's PDF has it.

They stand in a tree of elements that refer to the objects (GB/T 33190-2016, 16: custom tags), named as in PDF
(ISO 32000-1, 14.8.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree
from lxml.builder import ElementMaker

OFD = "http://www.ofdspec.org/2016"
TAGS = "urn:govreport:structure"
"""Namespace of the elements."""
_TAG = ElementMaker(namespace=TAGS, nsmap={None: TAGS, "ofd": OFD})
_NAME = re.compile(rb"<</Type/StructElem/S/(\w+)")
_TOLD = re.compile(rb"/(RowSpan|ColSpan|Scope)[ /](\w+)")
_PAGE = re.compile(rb"/Pg (\d+) 0 R")
_KID = re.compile(rb"<</Type/MCR/Pg (\d+) 0 R/MCID (\d+)>>|<<[^>]*>>|(\d+) 0 R|(\d+)")
"""Content of a page that is named, any other thing such as a link's rectangle, an element, or content of the page."""


def tag_tree(
    objects: Mapping[int, bytes], pages: Sequence[str], marked: Mapping[tuple[int, int], Sequence[int]]
) -> etree._Element:
    """Return the structure of a PDF of Typst's as a tree of elements.

    objects: the PDF's, by number; pages: identifiers of OFD's; marked: identifiers of OFD's objects by page and by the
    number of marked content, by which the structure names what a page shows.
    """
    in_order = [number for number, body in sorted(objects.items()) if body.startswith(b"<</Type/Page/")]
    places = {number: place for place, number in enumerate(in_order)}

    def element(body: bytes) -> etree._Element:
        told = {key.decode(): value.decode() for key, value in _TOLD.findall(body)}
        made = _TAG(_NAME.findall(body)[0].decode(), told)
        own = _PAGE.findall(body)
        for page, elsewhere, inner, mark in _KID.findall(_kids(body)):
            if inner:
                made.append(element(objects[int(inner)]))
            elif elsewhere or mark:
                place = places[int(page or own[-1])]
                for shown in marked.get((place, int(elsewhere or mark)), ()):
                    etree.SubElement(made, f"{{{OFD}}}ObjectRef", PageRef=pages[place]).text = str(shown)
        return made

    root = next(body for body in objects.values() if body.startswith(b"<</Type/StructTreeRoot"))
    ((_, _, top, _),) = _KID.findall(_kids(root))
    return element(objects[int(top)])


def _kids(body: bytes) -> bytes:
    return body.rpartition(b"/K[")[2].partition(b"]")[0]
