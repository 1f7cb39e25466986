"""Access to Office's XML by local names, in the transitional and the strict namespace alike."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

HELD = ("{*}t", "{*}blip", "{*}imagedata")
"""What holds a text or a picture."""


def name(element: etree._Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def children(element: etree._Element | None, called: str) -> Iterator[etree._Element]:
    """Return the children of a name; none where there is no element."""
    return iter(()) if element is None else element.iterchildren(f"{{*}}{called}")


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """Return the first child of a name, the first child of that, and so on; None where there is none."""
    for step in path:
        element = next(children(element, step), None)
    return element


def value(element: etree._Element | None, attribute: str = "val") -> str:
    """Return an attribute by its name without namespace, empty where there is none."""
    if element is None:
        return ""
    return next((str(text) for key, text in element.attrib.items() if key.rpartition("}")[2] == attribute), "")


def whole(text: str, otherwise: int = 0, most: int = 10**9) -> int:
    """Return a text as a whole number, or a default where it is none or negative.

    >>> whole("12"), whole("", 1), whole("-3"), whole("９９")
    (12, 1, 0, 0)
    """
    return min(int(text), most) if re.fullmatch("[0-9]{1,12}", text) else otherwise


def inside(element: etree._Element) -> list[etree._Element]:
    """Return an element's children; of alternatives (ISO 29500-3, 7.3) only the first that holds text or a picture."""
    if name(element) != "AlternateContent":
        return list(element)
    return next(([branch] for branch in element if next(branch.iter(*HELD), None) is not None), [])


def is_on(element: etree._Element | None) -> bool:
    """Whether a property that is either on or off is on."""
    return element is not None and value(element) not in ("0", "false", "off", "none")
