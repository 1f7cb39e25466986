"""HTML read into blocks: one walk over its elements, which its callers tell what they read in another way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from govreport.core.blocks import PLAIN_STYLE, Block, Run, safe_link

NO_TEXT = frozenset({
    "script", "style", "template", "noscript", "title", "iframe", "frame", "object", "embed", "applet", "svg", "canvas",
    "video", "audio",
})  # fmt: skip
"""Elements whose content is no text for readers."""
HTML_HEADINGS = {f"h{level}": level for level in range(1, 7)}
SETS_OFF = frozenset({
    "html", "head", "body", "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "figure",
    "figcaption", "center", "address", "details", "summary", "dl", "dt", "dd", "form", "fieldset", "legend", "hr", "li",
    "ul", "ol", "blockquote", "pre", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", *HTML_HEADINGS,
})  # fmt: skip
"""Elements that begin and end a paragraph."""
HTML_STYLES = {
    "b": "bold", "strong": "bold", "dt": "bold", "summary": "bold", "legend": "bold", "i": "italic", "em": "italic",
    "cite": "italic", "var": "italic", "dfn": "italic", "code": "code", "kbd": "code", "samp": "code", "tt": "code",
    "s": "strike", "strike": "strike", "del": "strike", "u": "underline", "ins": "underline",
    "sub": "sub", "sup": "sup",
}  # fmt: skip
"""The style of a run that an element sets."""
_NUMBER = re.compile(r"\s*([0-9]{1,9})")


class HtmlTooLargeError(ValueError):
    """Elements lie within each other too deep for the parser, or a text is too long for it: it has not read all."""


@dataclass(frozen=True)
class Around:
    """What is around the content of an element.

    style: of its text, with the link that it leads to. heading: the level of the heading that it belongs to, or 0.
    nested: lists and quotes within each other. article: whether it belongs to one.
    filled_in: whether it is a cell in whose form controls the figures stand.
    """

    style: Run = PLAIN_STYLE
    heading: int = 0
    nested: int = 0
    article: bool = False
    filled_in: bool = False


class HtmlRules(Protocol):
    """What the walk is told: what is hidden, what stands for an element, how texts become a paragraph."""

    def hides(self, element: HtmlElement, around: Around) -> bool:
        """Whether an element is left out."""

    def instead(self, element: HtmlElement, around: Around) -> str | Iterable[Block] | None:
        """Return what stands for an element: a text, blocks that end the paragraph, or None for what is in it."""

    def text(self, text: str, before: str) -> str:
        """Return a text as it is read behind what stands before it in its paragraph."""

    def paragraph(self, texts: list[tuple[str, Run]], heading: int) -> Iterable[Block]:
        """Return the texts of a paragraph, each with its style, as blocks; heading: its level, or 0."""


def parse_html(text: str) -> HtmlElement | None:
    """Return a page's outermost element, None where there is no page in the text.

    Raises HtmlTooLargeError when the parser gives up.

    >>> parse_html("<p>共3件<!-- 略 -->").text_content()
    '共3件'
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        # U+0000 as HTML has it; before libxml2 2.14 the text ends there
        root = lxml.html.document_fromstring(text.replace("\0", "\ufffd").encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError):
        return None
    if any("depth" in entry.message or "HUGE" in entry.message for entry in parser.error_log):
        raise HtmlTooLargeError
    return root


def read_blocks(element: HtmlElement, rules: HtmlRules, around: Around | None = None) -> list[Block]:
    """Return the blocks of what is in an element."""
    walk, around = _Walk(rules), around or Around()
    walk.content(element, around)
    walk.end(around)
    return walk.blocks


class _Walk:
    """Reads elements into blocks; gathers the texts of a paragraph, with their styles, until something ends it."""

    def __init__(self, rules: HtmlRules) -> None:
        self._rules = rules
        self._texts: list[tuple[str, Run]] = []
        self.blocks: list[Block] = []

    def end(self, around: Around) -> None:
        texts, self._texts = self._texts, []
        self.blocks += self._rules.paragraph(texts, around.heading) if texts else ()

    def content(self, element: HtmlElement, around: Around) -> None:
        self._text(element.text, around)
        for child in element:
            if isinstance(child.tag, str) and not self._rules.hides(child, around):
                self._element(child, around)
            self._text(child.tail, around)

    def _text(self, text: str | None, around: Around) -> None:
        if text:
            self._add(self._rules.text(text, self._texts[-1][0] if self._texts else ""), around)

    def _add(self, text: str, around: Around) -> None:
        if text:
            self._texts.append((text, around.style))

    def _element(self, element: HtmlElement, around: Around) -> None:
        instead = self._rules.instead(element, around)
        if isinstance(instead, str):
            self._add(instead, around)
        elif instead is not None:
            self.end(around)
            self.blocks += instead
        elif element.tag in SETS_OFF:
            self.end(around)
            within = _within(element, around)
            self.content(element, within)
            self.end(within)
        else:
            self.content(element, _within(element, around))


def _within(element: HtmlElement, around: Around) -> Around:
    """Return what is around the content of an element."""
    tag, style = element.tag, around.style
    if tag in HTML_HEADINGS:
        style = PLAIN_STYLE
    elif tag in HTML_STYLES:
        style = replace(style, **{HTML_STYLES[tag]: True})  # type: ignore[arg-type]
    elif tag == "a" and (link := safe_link((element.get("href") or "").strip())):
        style = replace(style, link=link)
    heading, article = HTML_HEADINGS.get(tag, around.heading), around.article or tag in ("article", "main")
    return Around(style, heading, around.nested, article, around.filled_in)


def row_groups(
    table: HtmlElement, hides: Callable[[HtmlElement], bool]
) -> Iterator[tuple[str, list[list[HtmlElement]]]]:
    """Yield each group of a table's rows as its tag and the cells that are shown, row by row.

    Rows without a group, whose tag is empty, are one; so are cells without a row around them.
    """
    loose: list[HtmlElement] = []
    for part in table:
        if part.tag in ("thead", "tbody", "tfoot") and not hides(part):
            yield from _rows("", loose, hides)
            loose = []
            yield from _rows(str(part.tag), list(part), hides)
        elif part.tag in ("tr", "td", "th"):
            loose.append(part)
    yield from _rows("", loose, hides)


def _rows(
    tag: str, parts: list[HtmlElement], hides: Callable[[HtmlElement], bool]
) -> Iterator[tuple[str, list[list[HtmlElement]]]]:
    rows: list[list[HtmlElement]] = []
    for before, part in pairwise([None, *parts]):
        if part is None or hides(part):
            continue
        if part.tag == "tr":
            rows.append([cell for cell in part if cell.tag in ("td", "th") and not hides(cell)])
        elif part.tag in ("td", "th"):
            if not rows or before is None or before.tag == "tr":
                rows.append([])
            rows[-1].append(part)
    if rows:
        yield tag, rows


def whole_number(text: str | None) -> int | None:
    """Return the number that an attribute begins with, as browsers read it; None where there is none."""
    found = _NUMBER.match(text or "")
    return int(found[1]) if found else None


def spans(cell: HtmlElement) -> tuple[int, int]:
    """Return how many rows and columns a cell says that it spans; 0 rows are all that follow in its group.

    >>> [cell] = parse_html("<table><td rowspan=0 colspan=99999>3")[0].iter("td")
    >>> spans(cell)
    (0, 99999)
    """
    rows, columns = (whole_number(cell.get(name)) for name in ("rowspan", "colspan"))
    return 1 if rows is None else rows, columns or 1
