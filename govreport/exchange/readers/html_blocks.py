"""The elements of a page read into blocks: paragraphs, headings, tables and pictures in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from govreport.core import Block, GridCell, Picture, plain_paragraph
from govreport.exchange.readers.characters import tidy, with_ideographs
from govreport.exchange.readers.footnotes import raised, with_remarks
from govreport.exchange.readers.grids import cell_text, grid_blocks
from govreport.exchange.readers.html_controls import CONTROLS, control_text, is_filled_in
from govreport.exchange.readers.html_rows import row_groups, span
from govreport.exchange.readers.html_styles import LONGEST_STYLE
from govreport.exchange.readers.html_visibility import Visible

DEEPEST = 150
"""Elements within each other that are told apart; what is deeper is read as text."""
SETS_OFF = frozenset({
    "html", "head", "body", "p", "div", "section", "article", "main", "header", "footer", "figure", "figcaption",
    "center", "address", "details", "summary", "dl", "dt", "dd", "form", "fieldset", "legend", "hr", "li", "ul", "ol",
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "caption", "tbody", "thead", "tfoot", "pre",
})  # fmt: skip
"""Elements that begin and end a paragraph."""
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b", re.IGNORECASE)
LONGEST_MARK = 20
_LENGTH = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,5})?)\s*(px|pt)?\s*(?:;|$)", re.IGNORECASE)
_STYLED = r"(?:^|[;\s]){}\s*:\s*([^;]+)"


class Reader:
    """Reads elements into blocks; gathers the text of a paragraph until something ends it.

    shown: the file's name in messages; visible: what of the page is read; depth: of elements around; article: whether
    they belong to one; filled_in: whether what stands in form controls is read.
    """

    def __init__(
        self, shown: str, visible: Visible, depth: int = 0, article: bool = False, filled_in: bool = False
    ) -> None:
        """Begin to read an element."""
        self._shown, self._visible, self._depth, self._article = shown, visible, depth, article
        self._filled_in = filled_in
        self._made: list[Block] = []
        self._text: list[str] = []
        self._heading = 0

    def blocks(self, element: HtmlElement) -> list[Block]:
        """Return the blocks of what is in an element."""
        self._inside(element)
        self._end()
        return self._made

    def _end(self) -> None:
        if text := tidy(with_remarks("".join(self._text))):
            self._made.append(plain_paragraph(text, self._heading))
        self._text = []

    def _inside(self, element: HtmlElement) -> None:
        self._text.append(element.text or "")
        for child in element:
            if self._filled_in and child.tag in CONTROLS and not self._visible.hides(child):
                self._text += [" ", control_text(child), " "]
            elif isinstance(child.tag, str) and not self._visible.leaves_out(child, self._article):
                self._depth += 1
                self._element(child)
                self._depth -= 1
            self._text.append(child.tail or "")

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if self._depth > DEEPEST:
            self._text += [" ", element.text_content(), " "]
        elif tag == "br":
            self._end()
        elif tag == "img":
            self._end()
            self._made.append(Picture(width=_length(element, "width"), height=_length(element, "height")))
        elif tag == "table":
            self._end()
            self._made += self._table(element)
        elif tag == "pre":
            self._end()
            lines = with_ideographs(element.text_content()).replace("\xa0", " ").splitlines()
            self._made += [plain_paragraph(line.rstrip()) for line in lines if line.strip()]
        elif tag in SETS_OFF:
            self._set_off(element)
        elif _is_raised(element) and len(content := element.text_content()) <= LONGEST_MARK:
            self._text.append(raised(content))
        else:
            self._inside(element)

    def _set_off(self, element: HtmlElement) -> None:
        self._end()
        kept = self._heading, self._article
        if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self._heading = int(element.tag[1])
        self._article |= element.tag in ("article", "main")
        self._inside(element)
        self._end()
        self._heading, self._article = kept

    def _table(self, table: HtmlElement) -> Iterator[Block]:
        for caption in table.iterchildren("caption"):
            yield from self._inner(caption)
        filled_in = is_filled_in(table)
        inner: list[Block] = []

        def drawn(cell: HtmlElement) -> GridCell:
            blocks = self._inner(cell, filled_in)
            inner.extend(blocks)
            return GridCell(cell_text(blocks), rows=span(cell.get("rowspan")), columns=span(cell.get("colspan")))

        hides = self._visible.hides
        groups = [
            [[drawn(cell) for cell in row if not hides(cell)] for row in group] for group in row_groups(table, hides)
        ]
        yield from grid_blocks(groups, inner, self._shown)

    def _inner(self, element: HtmlElement, filled_in: bool = False) -> list[Block]:
        return Reader(self._shown, self._visible, self._depth + 2, self._article, filled_in).blocks(element)


def _is_raised(element: HtmlElement) -> bool:
    return element.tag in ("sup", "sub") or bool(_RAISED.search((element.get("style") or "")[:LONGEST_STYLE]))


def _length(element: HtmlElement, name: str) -> float:
    """Return a picture's width or height in points, 0 where it is not told."""
    styled = re.search(_STYLED.format(name), element.get("style") or "", re.IGNORECASE)
    found = _LENGTH.match(styled[1] if styled else element.get(name) or "")
    return float(found[1]) * (1 if (found[2] or "").lower() == "pt" else 0.75) if found else 0.0
