"""The rows of an HTML table: its groups of rows, loose cells, and how far its cells extend."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from lxml.html import HtmlElement

Hides = Callable[[HtmlElement], bool]
"""Whether an element is not shown."""


def row_groups(table: HtmlElement, hides: Hides) -> Iterator[list[list[HtmlElement]]]:
    """Yield the groups of rows of a table; cells without a row around them are a row."""
    loose: list[HtmlElement] = []
    for part in table:
        if part.tag in ("thead", "tbody", "tfoot") and not hides(part):
            yield from _rows(loose, hides)
            loose = []
            yield from _rows(list(part), hides)
        elif part.tag in ("tr", "td", "th"):
            loose.append(part)
    yield from _rows(loose, hides)


def _rows(parts: list[HtmlElement], hides: Hides) -> Iterator[list[list[HtmlElement]]]:
    rows: list[list[HtmlElement]] = []
    for before, part in pairwise([None, *parts]):
        if part is None or hides(part):
            continue
        if part.tag == "tr":
            rows.append([cell for cell in part if cell.tag in ("td", "th")])
        elif part.tag in ("td", "th"):
            if not rows or before is None or before.tag == "tr":
                rows.append([])
            rows[-1].append(part)
    if rows:
        yield rows


def span(text: str | None) -> int:
    """Return a span, 1 where none is told, 0 for all that follow."""
    found = re.match(r"\s*([0-9]{1,9})", text or "")
    return int(found[1]) if found else 1
