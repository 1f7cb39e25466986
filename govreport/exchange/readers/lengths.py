"""Lengths of pictures as pages and Word's VML state them, in the style of an element or an attribute of it."""

from __future__ import annotations

import re

_LENGTH = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,5})?)\s*(px|pt)?\s*(?:;|$)", re.IGNORECASE)


def drawn_length(side: str, style: str, attribute: str = "") -> float:
    """Return a picture's width or height in points, by its style or else an attribute; 0 where neither states it.

    >>> drawn_length("width", "height:9px; width: 30pt"), drawn_length("height", "", "200")
    (30.0, 150.0)
    """
    styled = re.search(rf"(?:^|[;\s]){side}\s*:\s*([^;]+)", style, re.IGNORECASE)
    length = _LENGTH.match(styled[1] if styled else attribute)
    return float(length[1]) * (1 if (length[2] or "").lower() == "pt" else 0.75) if length else 0.0
