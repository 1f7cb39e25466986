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
from govreport.exchange.readers.footnotes import raised, with_remarks
from govreport.exchange.readers.grids import cell_text, grid_blocks
from govreport.exchange.readers.html_controls import CONTROLS, control_text, is_filled_in
from govreport.exchange.readers.html_styles import LONGEST_STYLE
from govreport.exchange.readers.html_visibility import Visible

DEEPEST = 150
"""Elements within each other that are told apart; what is deeper is read as text."""
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
LONGEST_MARK = 20
_LENGTH = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,5})?)\s*(px|pt)?\s*(?:;|$)", re.IGNORECASE)
_STYLED = r"(?:^|[;\s]){}\s*:\s*([^;]+)"


@dataclass(frozen=True)
class PageRules:
    """How a foreign page is read. shown: the file's name in messages; visible: what of the page is read."""

    shown: str
    visible: Visible

    def hides(self, element: HtmlElement, around: Around) -> bool:
        """Whether an element is no text of the report; controls are where the figures stand in them."""
        if around.filled_in and element.tag in CONTROLS:
            return self.visible.hides(element)
        return self.visible.leaves_out(element, around.article)

    def text(self, text: str, before: str) -> str:
        """Return a text as it stands; the paragraph is tidied as a whole."""
        return text

    def paragraph(self, runs: list[Run], heading: int) -> Iterable[Block]:
        """Return a paragraph in one style, none where nothing stands in it."""
        text = tidy(with_remarks("".join(run.text for run in runs)))
        return [plain_paragraph(text, heading)] if text else ()

    def instead(self, element: HtmlElement, around: Around) -> str | Iterable[Block] | None:
        """Return what stands for an element that is no mere container."""
        tag = element.tag
        if tag in CONTROLS:
            return f" {control_text(element)} "
        if around.depth >= DEEPEST:
            return f" {element.text_content()} "
        match tag:
            case "br":
                return ()
            case "img":
                return [Picture(width=_length(element, "width"), height=_length(element, "height"))]
            case "table":
                return self._table(element, Around(depth=around.depth + 3, article=around.article))
            case "pre":
                lines = with_ideographs(element.text_content()).replace("\xa0", " ").splitlines()
                return [plain_paragraph(line.rstrip()) for line in lines if line.strip()]
        if tag not in SETS_OFF and _is_raised(element) and len(content := element.text_content()) <= LONGEST_MARK:
            return raised(content)
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
        yield from grid_blocks(groups, inner, self.shown)


def _is_raised(element: HtmlElement) -> bool:
    return element.tag in ("sup", "sub") or bool(_RAISED.search((element.get("style") or "")[:LONGEST_STYLE]))


def _length(element: HtmlElement, name: str) -> float:
    """Return a picture's width or height in points, 0 where it is not told."""
    styled = re.search(_STYLED.format(name), element.get("style") or "", re.IGNORECASE)
    found = _LENGTH.match(styled[1] if styled else element.get(name) or "")
    return float(found[1]) * (1 if (found[2] or "").lower() == "pt" else 0.75) if found else 0.0
