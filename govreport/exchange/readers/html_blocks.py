"""The elements of a foreign page as blocks: paragraphs, headings, tables and pictures in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from govreport.core import (
    SETS_OFF,
    Around,
    Block,
    GridCell,
    Picture,
    Run,
    plain_paragraph,
    read_blocks,
    row_groups,
    spans,
)
from govreport.exchange.readers.characters import tidy, with_ideographs
from govreport.exchange.readers.footnotes import mark_raised, with_remarks
from govreport.exchange.readers.grids import cell_text, grid_blocks
from govreport.exchange.readers.html_controls import CONTROLS, control_text, is_filled_in
from govreport.exchange.readers.html_visibility import LONGEST_STYLE, Visible
from govreport.exchange.readers.lengths import drawn_length

DEEPEST = 150
"""Depth down to which elements are read one by one; what lies deeper is read as text."""
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
LONGEST_MARK = 20


@dataclass(frozen=True)
class PageRules:
    """How a foreign page is read. file: the file's name in messages; visible: what of the page is read."""

    file: str
    visible: Visible

    def hides(self, element: HtmlElement, around: Around) -> bool:
        """Whether an element is no text of the report; controls are where the figures stand in them."""
        read = around.filled_in and element.tag in CONTROLS
        return self.visible.hides(element) or not (read or self.visible.is_text(element, around.article))

    def text(self, text: str, before: str) -> str:
        """Return a text as it stands; the paragraph is tidied as a whole."""
        return text

    def paragraph(self, runs: list[Run], heading: int) -> Iterable[Block]:
        """Return a paragraph in one style, none where nothing stands in it."""
        text = tidy(with_remarks("".join(run.text for run in runs)))
        return [plain_paragraph(text, heading)] if text else ()

    def instead(self, element: HtmlElement, around: Around) -> str | Iterable[Block] | None:
        """Return the text or blocks of an element that is read in a way of its own."""
        tag = element.tag
        if tag in CONTROLS:
            return f" {control_text(element)} "
        if around.depth >= DEEPEST:
            return f" {element.text_content()} "
        match tag:
            case "br":
                return ()
            case "img":
                style = element.get("style") or ""
                width, height = (drawn_length(side, style, element.get(side) or "") for side in ("width", "height"))
                return [Picture(width=width, height=height)]
            case "table":
                return self._table(element, Around(depth=around.depth + 3, article=around.article))
            case "pre":
                lines = with_ideographs(element.text_content()).replace("\xa0", " ").splitlines()
                return [plain_paragraph(line.rstrip()) for line in lines if line.strip()]
        if tag not in SETS_OFF and _is_raised(element) and len(content := element.text_content()) <= LONGEST_MARK:
            return mark_raised(content)
        return None

    def _table(self, table: HtmlElement, around: Around) -> Iterator[Block]:
        for caption in table.iterchildren("caption"):
            yield from read_blocks(caption, self, around)
        within = replace(around, filled_in=is_filled_in(table))
        inner: list[Block] = []

        def drawn(cell: HtmlElement) -> GridCell:
            blocks = read_blocks(cell, self, within)
            inner.extend(blocks)
            rows, columns = spans(cell)
            return GridCell(cell_text(blocks), rows=rows, columns=columns)

        groups = [[list(map(drawn, row)) for row in rows] for _, rows in row_groups(table, self.visible.hides)]
        yield from grid_blocks(groups, inner, self.file)


def _is_raised(element: HtmlElement) -> bool:
    return element.tag in ("sup", "sub") or bool(_RAISED.search((element.get("style") or "")[:LONGEST_STYLE]))
