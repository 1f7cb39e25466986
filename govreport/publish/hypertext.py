"""HTML of notebook outputs as blocks: text, checked links, checked pictures and tables are taken out of it.

Nothing of the HTML itself reaches a page: what is not a block is left behind, and every writer escapes the text of
blocks. That is all a sanitiser could do, and more than its list of allowed elements would; none is needed besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from govreport.core import (
    MOST_NESTED,
    PLAIN_STYLE,
    Block,
    GridCell,
    GridTooLargeError,
    ItemList,
    Paragraph,
    Preformatted,
    Quote,
    Run,
    block_text,
    plain_paragraph,
)
from govreport.publish.pictures import Find, PictureError, figure, linked_picture
from govreport.publish.runs import WIDE, joined, safe_link, styled
from govreport.tables import grid_table

LEFT_OUT = frozenset({
    "script", "style", "template", "noscript", "head", "title", "iframe", "frame", "object", "embed", "applet", "svg",
    "canvas", "video", "audio",
})  # fmt: skip
"""Elements whose content is no text for readers."""
SETS_OFF = frozenset({
    "html", "body", "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "figure",
    "figcaption", "center", "address", "details", "summary", "dl", "dt", "dd", "form", "fieldset", "legend", "hr",
    "tr", "td", "th", "li", "caption", "ul", "ol", "blockquote",
})  # fmt: skip
"""Elements that begin and end a paragraph."""
STYLES = {
    "b": "bold", "strong": "bold", "dt": "bold", "summary": "bold", "legend": "bold", "i": "italic", "em": "italic",
    "cite": "italic", "var": "italic", "dfn": "italic", "code": "code", "kbd": "code", "samp": "code", "tt": "code",
    "s": "strike", "strike": "strike", "del": "strike",
}  # fmt: skip
"""The style of a run that an element sets."""
HEADINGS = {f"h{level}": level for level in range(1, 7)}
CONTENT = (SETS_OFF - {"form"}) | STYLES.keys() | HEADINGS.keys() | {
    "a", "abbr", "big", "br", "col", "colgroup", "font", "img", "mark", "pre", "q", "small", "span", "sub", "sup",
    "table", "tbody", "tfoot", "thead", "u", "wbr",
}  # fmt: skip
"""Elements that only set text."""
MOST_SPAN = 1000
TOO_LARGE = "（此处的表过大，未排入；请先汇总或筛选。）"
TOO_DEEP = "（此处的内容嵌套过深，未排入。）"
_SPACES = re.compile(r"[ \t\n\r\f]+")
_DIMENSIONS = re.compile(r"(\d+) rows × (\d+) columns")
_HIDDEN = re.compile(r"display\s*:\s*none")


def html_blocks(text: str, find: Find = linked_picture) -> tuple[Block, ...]:
    """Return HTML as blocks; empty when there is nothing in it to read.

    find: what finds pictures by their addresses.

    >>> html_blocks("<p onclick='x()'>共<b>3</b>件<script>alert(1)</script></p>")[0].runs[1].text
    '3'
    """
    if not text.strip():
        return ()
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text, parser=parser)
    except ParserError:
        return ()
    if any("depth" in entry.message for entry in parser.error_log):
        return (plain_paragraph(TOO_DEEP),)
    return tuple(_Reader(0, find).blocks(root))


def only_sets_text(text: str) -> bool:
    """Whether HTML holds nothing but text, tables and pictures: no script, no form, no event handler.

    >>> only_sets_text("<p>共3件</p>"), only_sets_text("<p onclick='x()'>共3件</p>")
    (True, False)
    """
    try:
        root = lxml.html.document_fromstring(text)
    except ParserError:
        return False
    elements = [element for element in root.iter() if isinstance(element.tag, str)]
    return not any(e.tag not in CONTENT or any(name.startswith("on") for name in e.attrib) for e in elements)


class _Reader:
    """Reads elements into blocks; gathers the runs of a paragraph until something ends it.

    depth: of lists and quotes around.
    """

    def __init__(self, depth: int, find: Find) -> None:
        self._depth, self._find = depth, find
        self._made: list[Block] = []
        self._runs: list[Run] = []

    def blocks(self, element: HtmlElement) -> list[Block]:
        """Return the blocks of what is in an element."""
        self._inside(element, PLAIN_STYLE)
        self._end()
        return self._made

    def _inside(self, element: HtmlElement, style: Run) -> None:
        self._text(element.text, style)
        for child in element:
            if isinstance(child.tag, str) and not _is_hidden(child):
                own: dict[str, Any] = {STYLES[child.tag]: True} if child.tag in STYLES else {}
                self._element(child, replace(style, **own))
            self._text(child.tail, style)

    def _text(self, text: str | None, style: Run) -> None:
        collapsed = _SPACES.sub(_space, text or "")
        if not self._runs or self._runs[-1].text[-1:] in (" ", "\n"):
            collapsed = collapsed.lstrip(" ")
        if collapsed:
            self._runs.append(styled(collapsed.replace("\xa0", " "), style))

    def _end(self, *after: Block) -> None:
        """End the paragraph, if one is begun, and put blocks after it."""
        runs = joined(self._runs)
        self._runs = []
        if text := "".join(run.text for run in runs).strip():
            last = styled(runs[-1].text.rstrip(), runs[-1])
            dimensions = _DIMENSIONS.fullmatch(text)
            told = dimensions and Run(f"（共{dimensions[1]}行、{dimensions[2]}栏，“…”处从略）")
            self._made.append(Paragraph((told,) if told else joined((*runs[:-1], last))))
        self._made += after

    def _element(self, element: HtmlElement, style: Run) -> None:
        tag = element.tag
        if tag in ("br", "wbr"):
            self._runs.append(styled("\n" if tag == "br" else "", style))
        elif tag == "img":
            self._picture(element, style)
        elif tag == "table":
            self._end(*self._table(element))
        elif tag == "pre":
            self._end(*_output(element.text_content()))
        elif tag in HEADINGS:
            self._end(*(_heading(block, HEADINGS[tag]) for block in self._inner(element)))
        elif tag in ("ul", "ol", "blockquote") and self._depth < MOST_NESTED:
            self._end(self._nested(element))
        elif tag in SETS_OFF:
            self._end()
            self._inside(element, style)
            self._end()
        else:
            link = safe_link((element.get("href") or "").strip()) if tag == "a" else ""
            superscript = tag == "sup" and (element.text or "").strip().isdigit()
            self._text("^" if superscript else "", style)
            self._inside(element, replace(style, link=link or style.link))

    def _picture(self, element: HtmlElement, style: Run) -> None:
        alt = (element.get("alt") or "").strip()
        try:
            found = self._find(element.get("src") or "")
        except PictureError:
            self._text(f"〔图：{alt}〕" if alt else "〔图〕", style)
        else:
            self._end(figure(found, alt, (element.get("title") or "").strip()))

    def _inner(self, element: HtmlElement, further: int = 0) -> list[Block]:
        return _Reader(self._depth + further, self._find).blocks(element)

    def _nested(self, element: HtmlElement) -> Block:
        if element.tag == "blockquote":
            return Quote(tuple(self._inner(element, 1)))
        items = (self._inner(item, 1) for item in element if isinstance(item.tag, str) and not _is_hidden(item))
        start = _number(element.get("start"), 10**9)
        return ItemList(element.tag == "ol", start, tuple(tuple(item) for item in items if item))

    def _table(self, element: HtmlElement) -> Iterator[Block]:
        """Yield a table with its caption, or a sentence in its place when it is too large."""
        head: list[list[GridCell]] = []
        body: list[list[GridCell]] = []
        caption = next((block_text(self._inner(c)) for c in element if c.tag == "caption"), "")
        for part in element:
            rows = [part] if part.tag == "tr" else [row for row in part if row.tag == "tr"]
            for row in rows:
                cells = [self._cell(cell) for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell)]
                is_head = part.tag == "thead" or (not body and all(cell.scope for cell in cells))
                (head if is_head else body).append(cells)
        try:
            table = grid_table(head, body, caption)
        except GridTooLargeError:
            yield plain_paragraph(TOO_LARGE)
            return
        if table.widths:
            yield table

    def _cell(self, element: HtmlElement) -> GridCell:
        text = block_text(self._inner(element, MOST_NESTED)) if len(element) else " ".join((element.text or "").split())
        return GridCell(
            "…" if text == "..." else text,
            rows=_number(element.get("rowspan"), MOST_SPAN),
            columns=_number(element.get("colspan"), MOST_SPAN),
            scope="row" if element.tag == "th" else "",
        )


def _heading(block: Block, level: int) -> Block:
    return replace(block, heading=block.heading or level) if isinstance(block, Paragraph) else block


def _space(gap: re.Match[str]) -> str:
    """Return what stands for white space: nothing for a line end between Chinese characters."""
    before, after = gap.string[max(0, gap.start() - 1) : gap.start()], gap.string[gap.end() : gap.end() + 1]
    return "" if "\n" in gap[0] and WIDE.match(before) and WIDE.match(after) else " "


def _is_hidden(element: HtmlElement) -> bool:
    return element.tag in LEFT_OUT or "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _output(text: str) -> Iterator[Block]:
    if text.strip():
        yield Preformatted(text.strip("\n"))


def _number(text: str | None, most: int) -> int:
    """Return an attribute's number, 1 where it is none."""
    found = (text or "").strip()
    return max(1, min(int(found), most)) if found.isascii() and found.isdigit() and len(found) < 10 else 1
