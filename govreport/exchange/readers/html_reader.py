"""HTML pages saved from any site as a document: what is seen of them, what form controls hold, tables and pictures."""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml.html import HtmlElement

from govreport import core
from govreport.exchange.readers import bounds
from govreport.exchange.readers.characters import decode, tidy, with_ideographs
from govreport.exchange.readers.footnotes import set_off, with_remarks
from govreport.exchange.readers.foreign_document import CELLS, UNSEEN, ForeignDocument, left_out
from govreport.exchange.readers.page_styles import WHITE, Styles, displayed, style_of
from govreport.exchange.readers.table_blocks import grid_blocks
from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.model import FEW, MOSTLY

SHOWN, HIDDEN = "display: block", "display: none"
"""Styles over which a page's own styles do not count."""
STRUCK, OWN_MARK = frozenset({"del", "s", "strike"}), "data-govreport"
"""Elements that are struck out; the attribute of what the project's own pages show beside the filing's text."""
LEFT_OUT = core.NO_TEXT | {"nav", "aside", "select", "datalist", "button", "input", "textarea", "map", "xml"}
CHROME = frozenset({"header", "footer"})
"""Left out unless they belong to an article."""
FOLDED = frozenset({"div", "ul", "ol", "dl", "section", "table", "td", "p", "header", "footer"})
"""Elements that are left out when they hold mostly links."""
CONTROLS = frozenset({"input", "textarea", "select"})
TEXTLESS = re.compile("hidden|button|submit|reset|image|checkbox|radio|file|password|search|color|range", re.IGNORECASE)
"""Kinds of ``<input>`` that show no text of the report."""


def control_text(control: HtmlElement) -> str:
    """Return the text that a control shows, empty where it shows none.

    >>> from lxml.html import fromstring
    >>> [control_text(fromstring(markup)) for markup in ("<input value=3>", "<input type=hidden value=9>")]
    ['3', '']
    """
    match control.tag:
        case "textarea":
            return str(control.text_content())
        case "select" if "multiple" not in control.attrib:
            options = list(control.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            return str(chosen[-1].text_content()) if chosen else ""
        case "input" if _is_field(control):
            return control.get("value") or ""
    return ""


def is_filled_in(table: HtmlElement) -> bool:
    """Whether a table is a form that was filled in: figures stand in controls, and no table lies within it."""
    is_innermost = all(inner is table for inner in table.iter("table"))
    return is_innermost and any(is_figure(control_text(control)) for control in table.iter(*CONTROLS))


def empty_fields(root: HtmlElement) -> int:
    """Return how many fields of text stand empty in tables that have several of them."""
    fields = (field for field in root.iter("input", "textarea") if _is_field(field) and not control_text(field).strip())
    counts = Counter(table for field in fields for table in islice(field.iterancestors("table"), 1))
    return sum(count for count in counts.values() if count >= FEW)


def _is_field(control: HtmlElement) -> bool:
    return control.tag != "input" or not TEXTLESS.fullmatch((control.get("type") or "text").strip())


@dataclass(frozen=True)
class PageRules:
    """How a foreign page is read. file: the file's name in messages; styles: the page's own.

    own: whether it carries a filing, so that what the project marks as not the filing's text is known to be none.
    unseen: the texts that were left out since a browser does not show them, or shows them struck out.
    """

    file: str
    styles: Styles
    own: bool = False
    unseen: list[str] = field(default_factory=list)

    def hides(self, element: HtmlElement, around: core.Around) -> bool:
        """Whether an element is no text of the report; controls are where the figures stand in them."""
        unread = element.tag in LEFT_OUT or (element.tag in CHROME and not around.article) or _is_navigation(element)
        return (unread and not (around.filled_in and element.tag in CONTROLS)) or self.is_hidden(element)

    def is_hidden(self, element: HtmlElement) -> bool:
        """Whether an element is left out since it is marked so, a browser does not show it, or shows it struck out."""
        mark = element.get(OWN_MARK)
        is_hidden = mark is not None or element.tag in STRUCK or self.display(element) == "none"
        if is_hidden and (mark is None or not (mark == "cell" or self.own or element.tag == "figcaption")):
            self.unseen.append(element.text_content())
        return is_hidden

    def display(self, element: HtmlElement) -> str:
        """Return how an element is shown: `none`, in another way by its name in CSS, or empty."""
        if "hidden" in element.attrib:
            return "none"
        return displayed(style_of(element)) or self.styles.display(element)

    def reveal(self, root: HtmlElement) -> bool:
        """Show an article that waits for a script to show it: all tables are in it, and most of the text.

        Publishing systems hide an article until it is loaded; a page that was saved stays so.
        """
        tables, most = len(list(root.iter("table"))), len(root.text_content()) / 2
        for element in root.iter("article", "div", "section") if tables else ():
            holds_all = len(list(element.iter("table"))) == tables and len(element.text_content()) > most
            if holds_all and self.display(element) == "none":
                element.attrib.pop("hidden", None)
                element.set("style", SHOWN)
                return True
        return False

    def hide_white(self, root: HtmlElement) -> None:
        """Hide white letters beside letters that are not: where nothing says that they have a ground, it is white."""
        found: dict[HtmlElement, list[HtmlElement]] = {}
        for element in filter(_is_white, root.iter()):
            around = [element, *element.iterancestors()]
            if element.tag not in core.SETS_OFF and not any(map(_has_ground, around)):
                found.setdefault(next(each for each in around if each.tag in core.SETS_OFF), []).append(element)
        for block, white in found.items():
            if sum(len(tidy(each.text_content())) for each in white) < len(tidy(block.text_content())):
                for element in white:
                    element.set("style", HIDDEN)

    def draw_tables(self, root: HtmlElement) -> None:
        """Make tables of elements that hold nothing but rows of cells by their styles."""
        for element in list(root.iter("div", "ul", "dl", "section")):
            drawn = [[self.display(row), *map(self.display, row)] for row in element]
            if drawn and all(set(cells) == {"table-cell"} and row == "table-row" for row, *cells in drawn):
                element.tag = "table"
                for row in element:
                    row.tag = "tr"
                    for cell in row:
                        cell.tag = "td"

    def text(self, text: str, before: str) -> str:
        """Return a text as it stands; the paragraph is tidied as a whole."""
        return text

    def paragraph(self, texts: list[tuple[str, core.Run]], heading: int) -> Iterable[core.Block]:
        """Return a paragraph in one style, none where nothing stands in it."""
        text = tidy(with_remarks("".join(text for text, _ in texts)))
        return [core.plain_paragraph(text, heading)] if text else ()

    def instead(self, element: HtmlElement, around: core.Around) -> str | Iterable[core.Block] | None:
        """Return the text or blocks of an element that is read in a way of its own."""
        tag = element.tag
        if tag in CONTROLS:
            return f" {control_text(element)} "
        match tag:
            case "br" | "img":
                return ()
            case "table":
                return self._table(element, core.Around(article=around.article))
            case "pre":
                lines = with_ideographs(element.text_content()).replace("\xa0", " ").splitlines()
                return [core.plain_paragraph(line.rstrip()) for line in lines if line.strip()]
        shift = tag if tag in ("sup", "sub") else style_of(element).get("vertical-align", "").partition(" ")[0]
        is_off = tag not in core.SETS_OFF and shift.startswith(("sup", "sub"))
        return set_off(element.text_content(), shift) if is_off else None

    def _table(self, table: HtmlElement, around: core.Around) -> Iterator[core.Block]:
        for caption in table.iterchildren("caption"):
            yield from core.read_blocks(caption, self, around)
        within = replace(around, filled_in=is_filled_in(table))
        inner: list[core.Block] = []

        def drawn(cell: HtmlElement) -> core.GridCell:
            blocks = core.read_blocks(cell, self, within)
            inner.extend(blocks)
            rows, columns = core.spans(cell)
            return core.GridCell(core.block_text(blocks), rows=rows, columns=columns)

        groups = [[list(map(drawn, row)) for row in rows] for _, rows in core.row_groups(table, self.is_hidden)]
        yield from grid_blocks(groups, inner, self.file)


def _is_white(element: HtmlElement) -> bool:
    return any(colour and WHITE.match(colour) for colour in (element.get("color"), style_of(element).get("color")))


def _has_ground(element: HtmlElement) -> bool:
    return any(key.startswith(("background", "bgcolor")) for key in (*element.keys(), *style_of(element)))


def _is_navigation(element: HtmlElement) -> bool:
    """Whether an element's text is mostly links; anchors without an address are none."""
    links = [link for link in element.iter("a") if link.get("href")] if element.tag in FOLDED else []
    linked = sum(len(link.text_content().strip()) for link in links)
    return len(links) >= FEW and linked >= MOSTLY * len("".join(element.text_content().split()))


FILING = re.compile(r"<script\b[^>]{0,200}?\bid\s*=\s*[\"']?govreport-filing\b[^>]{0,200}>([^<]*)", re.IGNORECASE)
"""The filing that a page of the project's own carries."""
_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([-\w:]+)", re.IGNORECASE)
_UNREAD = re.compile(r"<!--(?:>|->|.*?--!?>|.*)|<(script|style)\b(?:.*?</\1\s*>|.*)", re.IGNORECASE | re.DOTALL)
_OTHER_MEDIA = re.compile(r"\bmedia\s*=\s*[\"']?\s*(?!all\b|screen\b|[\"'\s])", re.IGNORECASE)
_INLINE_DATA = re.compile(r"\bdata:[^\"'\s>]{200,}", re.IGNORECASE)
_ATTRIBUTE = r"(?>[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?)"
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:(?P<many>{_ATTRIBUTE}{{{bounds.MOST_ATTRIBUTES}}})|(?:{_ATTRIBUTE})*+)")


def read_html(data: bytes, file: str, declared: str = "") -> ForeignDocument:
    """Return an HTML page as a document; file is the file's name in messages.

    declared: the encoding that stands outside of it, or empty.

    Raises FilingError when it is no text, has too much in it or nests too deep.

    >>> page = "<title>年报-某局</title><nav>首页</nav><p>一、<b>总体</b>情况<br>甲。</p>".encode("gbk")
    >>> [block.text for block in read_html(page, "a.html").blocks]
    ['一、总体情况', '甲。']
    """
    charset = _CHARSET.search(data)
    text, notes = decode(data, file, declared or (charset[1].decode("ascii", "replace") if charset else ""))
    shown, css = _without_unread(text)
    root = _parsed(shown, file)
    if root is None:
        return ForeignDocument((), notes=notes)
    if empty := empty_fields(root):
        told = f"{file} 的表格里有 {empty} 个填写框是空的，按空白读取"
        notes += (f"{told}；另存网页时填写的数可能没有保存，请对照原网页。",)
    rules = PageRules(file, Styles(css), own=bool(FILING.search(text)))
    if rules.reveal(root):
        notes += (f"{file} 的正文设为隐藏，由脚本显示，已按显示读取；请对照原网页。",)
    cells = root.iterfind(".//*[@data-govreport='cell']")
    held = (core.block_text(core.read_blocks(cell, rules)) or cell.text_content() for cell in cells)
    notes += left_out(CELLS, file, held)
    if WHITE.search(shown):
        rules.hide_white(root)
    if "table-cell" in shown + css:
        rules.draw_tables(root)
    blocks = tuple(core.read_blocks(root, rules))
    return ForeignDocument(blocks, _title(root), notes + left_out(UNSEEN, file, rules.unseen))


def read_mhtml(data: bytes, file: str) -> ForeignDocument:
    """Return a page that was saved with all it needs as one file (MHTML, RFC 2557) as a document.

    Raises FilingError when there is no page in it, and as `read_html` does.
    """
    with bounds.damage_told(file, "网页"):
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        part = next((p for p in message.walk() if p.get_content_type() in ("text/html", "application/xhtml+xml")), None)
        page = part.get_payload(decode=True) if part else None
        declared = str(part.get_content_charset() or "") if part else ""
    if not isinstance(page, bytes):
        raise core.FilingError([f"{file} 里没有网页；请在浏览器中把报告页面另存后再导入。"])
    return read_html(page, file, declared)


def _without_unread(text: str) -> tuple[str, str]:
    """Return a page without comments, scripts, styles and inline data, and its style sheets for the screen."""
    styles: list[str] = []

    def unread(found: re.Match[str]) -> str:
        if (found[1] or "").lower() == "style":
            head, _, body = found[0].partition(">")
            if not _OTHER_MEDIA.search(head[: bounds.CHUNK]):
                styles.append(body.rpartition("</")[0] or body)
        return " "

    return _INLINE_DATA.sub("data:", _UNREAD.sub(unread, text)), "\n".join(styles)


def _parsed(text: str, file: str) -> HtmlElement | None:
    """Parse a page within bounds."""
    bounds.at_most(text.count("<"), bounds.MOST_TAGS, f"{file} 的内容过多（{text.count('<'):,} 个标记）")
    bounds.at_most(len(text), bounds.MOST_CHARACTERS, f"{file} 的内容过多（{len(text):,} 个字符）")
    crowded = sum(1 for tag in _TAG.finditer(text) if tag["many"])
    bounds.at_most(crowded, 0, f"{file} 的内容过多（有标记带 {bounds.MOST_ATTRIBUTES} 个以上的属性）")
    try:
        return core.parse_html(text)
    except core.HtmlTooLargeError:
        raise core.FilingError([f"{file} 的标记嵌套得过深，无法完整读取；请把正文复制到 Word 后再导入。"]) from None


def _title(root: HtmlElement) -> str:
    """Return the article's title: by the publishing system, else the only ``<h1>``, else the page's title."""
    metas = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in root.iter("meta")}
    headings = [text for h1 in root.iter("h1") if (text := tidy(h1.text_content()))]
    title = tidy("".join(element.text_content() for element in root.iter("title")))
    return tidy(metas.get("articletitle", "")) or (headings[0] if len(headings) == 1 else "") or title
