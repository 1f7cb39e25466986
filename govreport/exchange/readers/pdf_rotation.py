"""Pages of a PDF that are set sideways or upside down, turned so that their text runs from left to right."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pypdfium2

MOSTLY = 0.6
"""Share of a page's characters that run in another direction before it is turned."""


def turn_of(chars: Sequence[dict[str, Any]]) -> int:
    """Return by how many degrees, clockwise, a page has to be turned for its text to be upright; 0 for most.

    >>> turn_of([{"matrix": (0, 1, -1, 0, 9, 9), "text": "三"}] * 3)
    90
    """
    counts: Counter[int] = Counter()
    for char in chars:
        if char["text"].strip():
            along, up = char["matrix"][:2]
            counts[(0 if along > 0 else 180) if abs(along) >= abs(up) else (90 if up > 0 else 270)] += 1
    turn, count = max(counts.items(), key=lambda entry: entry[1], default=(0, 0))
    return turn if count > MOSTLY * counts.total() else 0


def turned_page(data: bytes, index: int, turn: int) -> bytes:
    """Return a PDF of one page of another, turned clockwise; index: the page's number, from 0."""
    source, target = pypdfium2.PdfDocument(data), pypdfium2.PdfDocument.new()
    try:
        target.import_pages(source, [index])
        page = target[0]
        page.set_rotation((page.get_rotation() + turn) % 360)
        page.close()
        made = io.BytesIO()
        target.save(made)
        return made.getvalue()
    finally:
        target.close()
        source.close()
