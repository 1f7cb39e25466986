"""HTML pages saved from any site as a document: text, data tables and pictures, without the site's chrome."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from itertools import pairwise

import lxml.html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from govreport.errors import FilingError
from govreport.exchange.characters import decode, tidy
from govreport.exchange.document import Block, Document, Paragraph, Picture
from govreport.exchange.grids import Drawn, grid_blocks

MOST_TAGS = 600_000
MOST_CHARACTERS = 9_500_000
"""Beyond ten million the parser would stop at a text without a word."""
MOST_ATTRIBUTES = 256
"""Attributes of one tag: the parser compares each with every other."""
DEEPEST = 150
"""Elements within each other that are told apart; what is deeper is read as text."""
MOSTLY, FEWEST_LINKS = 0.7, 3
"""Share of a block's text within links, and number of links, from which on it is navigation."""
LEFT_OUT = frozenset({
    "script", "style", "template", "noscript", "iframe", "frame", "object", "embed", "applet", "svg", "canvas",
    "video", "audio", "nav", "aside", "select", "datalist", "button", "input", "textarea", "map", "title", "xml",
    "del", "s", "strike",
})  # fmt: skip
CHROME = frozenset({"header", "footer"})
"""Left out unless they belong to an article."""
SETS_OFF = frozenset({
    "html", "head", "body", "p", "div", "section", "article", "main", "header", "footer", "figure", "figcaption",
    "center", "address", "details", "summary", "dl", "dt", "dd", "form", "fieldset", "legend", "hr", "li", "ul", "ol",
    "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "caption", "tbody", "thead", "tfoot", "pre",
})  # fmt: skip
"""Elements that begin and end a paragraph."""
FOLDED = frozenset({"div", "ul", "ol", "dl", "section", "table", "td", "p", "header", "footer"})
"""Elements that are left out when they hold mostly links."""
_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([-\w:]+)", re.IGNORECASE)
_UNREAD = re.compile(r"<!--(?:>|->|.*?--!?>|.*)|<(script|style)\b(?:.*?</\1\s*>|.*)", re.IGNORECASE | re.DOTALL)
_INLINE_DATA = re.compile(r"\bdata:[^\"'\s>]{200,}", re.IGNORECASE)
_ATTRIBUTE = r"(?>[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?)"
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:(?P<many>{_ATTRIBUTE}{{{MOST_ATTRIBUTES}}})|(?:{_ATTRIBUTE})*+)")
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|text-decoration[^;]*line-through",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\s*([0-9]{1,5}(?:\.[0-9]{1,5})?)\s*(px|pt)?\s*(?:;|$)", re.IGNORECASE)
_STYLED = r"(?:^|[;\s]){}\s*:\s*([^;]+)"


def read_html(data: bytes, shown: str) -> Document:
    """Return an HTML page as a document; shown is the file's name in messages.

    Raises FilingError when it is no text, has too much in it or nests too deep.

    >>> page = "<title>年报-某局</title><nav>首页</nav><p>一、<b>总体</b>情况<br>甲。</p>".encode("gbk")
    >>> [block.text for block in read_html(page, "a.html").blocks]
    ['一、总体情况', '甲。']
    """
    found = _CHARSET.search(data[:20_000])
    text, notes = decode(data, shown, found[1].decode("ascii", "replace") if found else "")
    return _document(text, shown, notes)


def read_mhtml(data: bytes, shown: str) -> Document:
    """Return a page that was saved with all it needs as one file (MHTML, RFC 2557) as a document.

    Raises FilingError when there is no page in it, and as `read_html` does.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        part = next((p for p in message.walk() if p.get_content_type() in ("text/html", "application/xhtml+xml")), None)
        page = part.get_payload(decode=True) if part else None
        declared = str(part.get_content_charset() or "") if part else ""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FilingError([f"{shown} 不完整或已损坏；请在浏览器中重新保存网页后再导入。"]) from error
    if not isinstance(page, bytes):
        raise FilingError([f"{shown} 里没有网页；请在浏览器中把报告页面另存后再导入。"])
    found = _CHARSET.search(page[:20_000])
    return _document(*_decoded(page, shown, declared or (found[1].decode("ascii", "replace") if found else "")))


def _decoded(page: bytes, shown: str, declared: str) -> tuple[str, str, tuple[str, ...]]:
    text, notes = decode(page, shown, declared)
    return text, shown, notes


def _document(text: str, shown: str, notes: tuple[str, ...]) -> Document:
    root = _parsed(text, shown)
    if root is None:
        return Document((), notes=notes)
    title = _title(root)
    reader = _Reader(shown, _navigation(root))
    return Document(tuple(reader.blocks(root)), title, notes)


def _parsed(text: str, shown: str) -> HtmlElement | None:
    """Parse a page after taking out what is never read, within bounds."""
    text = _INLINE_DATA.sub("data:", _UNREAD.sub(" ", text))
    if text.count("<") > MOST_TAGS or len(text) > MOST_CHARACTERS:
        raise FilingError([f"{shown} 的内容过多（{text.count('<'):,} 个标记），不是一份年报；请确认选对了文件。"])
    if any(tag["many"] for tag in _TAG.finditer(text)):
        raise FilingError([f"{shown} 不是正常的网页（一个标记有 {MOST_ATTRIBUTES} 个以上的属性）；请重新保存网页。"])
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (ParserError, ValueError):
        return None
    if any("depth" in entry.message or "HUGE" in entry.message for entry in parser.error_log):
        raise FilingError([f"{shown} 的标记嵌套得过深，无法完整读取；请在浏览器中打开，复制报告正文到 Word 后再导入。"])
    return root


def _title(root: HtmlElement) -> str:
    """Return what the page calls its article: what its publishing system says, its only ``<h1>``, or its title."""
    metas = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in root.iter("meta")}
    headings = [text for h1 in root.iter("h1") if (text := tidy(h1.text_content()))]
    title = tidy("".join(element.text_content() for element in root.iter("title")))
    return tidy(metas.get("articletitle", "")) or (headings[0] if len(headings) == 1 else "") or title


def _navigation(root: HtmlElement) -> frozenset[HtmlElement]:
    """Return the elements whose text is mostly links; anchors without an address are none."""
    texts: dict[HtmlElement, int] = {}
    links: dict[HtmlElement, tuple[int, int]] = {}
    for element in reversed(list(root.iter())):  # children stand before their parents
        children = [child for child in element if child in texts]
        told = sum(texts[child] + len((child.tail or "").strip()) for child in children)
        texts[element] = told + len((element.text or "").strip())
        if element.tag == "a" and element.get("href"):
            links[element] = (1, texts[element])
        else:
            inner = [links[child] for child in children if child in links]
            if inner:
                links[element] = (sum(n for n, _ in inner), sum(size for _, size in inner))
    return frozenset(
        element
        for element, (count, size) in links.items()
        if element.tag in FOLDED and count >= FEWEST_LINKS and size >= MOSTLY * texts[element]
    )


class _Reader:
    """Reads elements into blocks; gathers the text of a paragraph until something ends it.

    navigation: elements that are left out; depth: of elements around.
    """

    def __init__(self, shown: str, navigation: frozenset[HtmlElement], depth: int = 0, article: bool = False) -> None:
        self._shown, self._navigation, self._depth, self._article = shown, navigation, depth, article
        self._made: list[Block] = []
        self._text: list[str] = []
        self._heading = 0

    def blocks(self, element: HtmlElement) -> list[Block]:
        """Return the blocks of what is in an element."""
        self._inside(element)
        self._end()
        return self._made

    def _end(self) -> None:
        if text := tidy("".join(self._text)):
            self._made.append(Paragraph(text, self._heading))
        self._text = []

    def _inside(self, element: HtmlElement) -> None:
        self._text.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and not self._is_left_out(child):
                self._depth += 1
                self._element(child)
                self._depth -= 1
            self._text.append(child.tail or "")

    def _is_left_out(self, element: HtmlElement) -> bool:
        return (
            element.tag in LEFT_OUT
            or (element.tag in CHROME and not self._article)
            or element in self._navigation
            or _is_hidden(element)
        )

    def _element(self, element: HtmlElement) -> None:
        tag = element.tag
        if self._depth > DEEPEST:
            self._text += [" ", element.text_content(), " "]
        elif tag == "br":
            self._end()
        elif tag == "img":
            self._end()
            self._made.append(Picture(_length(element, "width"), _length(element, "height")))
        elif tag == "table":
            self._end()
            self._made += self._table(element)
        elif tag == "pre":
            self._end()
            lines = element.text_content().replace("\xa0", " ").splitlines()
            self._made += [Paragraph(line.rstrip()) for line in lines if line.strip()]
        elif tag in SETS_OFF:
            self._set_off(element)
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
        rows: list[list[Drawn]] = []
        for group in _groups(table):
            for number, row in enumerate(group):
                cells = [cell for cell in row if not _is_hidden(cell)]
                rows.append([self._drawn(cell, len(group) - number) for cell in cells])
        yield from grid_blocks(rows, self._shown)

    def _drawn(self, cell: HtmlElement, below: int) -> Drawn:
        """Read a cell; it ends where its group of rows does, `below` rows further on."""
        rows = _number(cell.get("rowspan"))
        return Drawn(tuple(self._inner(cell)), min(rows or below, below), _number(cell.get("colspan")) or 1)

    def _inner(self, element: HtmlElement) -> list[Block]:
        return _Reader(self._shown, self._navigation, self._depth + 2, self._article).blocks(element)


def _groups(table: HtmlElement) -> Iterator[list[list[HtmlElement]]]:
    """Yield the groups of rows of a table; cells without a row around them are a row."""
    loose: list[HtmlElement] = []
    for part in table:
        if part.tag in ("thead", "tbody", "tfoot") and not _is_hidden(part):
            yield from _groups_of(loose)
            loose = []
            yield from _groups_of(list(part))
        elif part.tag in ("tr", "td", "th"):
            loose.append(part)
    yield from _groups_of(loose)


def _groups_of(parts: list[HtmlElement]) -> Iterator[list[list[HtmlElement]]]:
    rows: list[list[HtmlElement]] = []
    for before, part in pairwise([None, *parts]):
        if part is None or _is_hidden(part):
            continue
        if part.tag == "tr":
            rows.append([cell for cell in part if cell.tag in ("td", "th")])
        elif part.tag in ("td", "th"):
            if not rows or before is None or before.tag == "tr":
                rows.append([])
            rows[-1].append(part)
    if rows:
        yield rows


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))


def _number(text: str | None) -> int:
    """Return a span, 1 where none is told, 0 for all that follow."""
    found = re.match(r"\s*([0-9]{1,9})", text or "")
    return int(found[1]) if found else 1


def _length(element: HtmlElement, name: str) -> float:
    """Return a picture's width or height in points, 0 where it is not told."""
    styled = re.search(_STYLED.format(name), element.get("style") or "", re.IGNORECASE)
    found = _LENGTH.match(styled[1] if styled else element.get(name) or "")
    return float(found[1]) * (1 if (found[2] or "").lower() == "pt" else 0.75) if found else 0.0
