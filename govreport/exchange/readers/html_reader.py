"""HTML pages saved from any site as a document: text, data tables and pictures, without the site's chrome."""

from __future__ import annotations

import email
import email.policy
import re

from lxml.html import HtmlElement

from govreport.core import FilingError, HtmlTooLargeError, parse_html, read_blocks
from govreport.exchange.readers.characters import decode, tidy
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_blocks import PageRules
from govreport.exchange.readers.html_controls import empty_fields
from govreport.exchange.readers.html_visibility import Visible

MOST_TAGS = 600_000
MOST_CHARACTERS = 9_500_000
"""Beyond ten million the parser would stop within a text and report nothing."""
MOST_ATTRIBUTES = 256
"""Attributes of one tag: the parser compares each with every other."""
_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([-\w:]+)", re.IGNORECASE)
_UNREAD = re.compile(r"<!--(?:>|->|.*?--!?>|.*)|<(script|style)\b(?:.*?</\1\s*>|.*)", re.IGNORECASE | re.DOTALL)
_OTHER_MEDIA = re.compile(r"\bmedia\s*=\s*[\"']?\s*(?!all\b|screen\b|[\"'\s])", re.IGNORECASE)
_INLINE_DATA = re.compile(r"\bdata:[^\"'\s>]{200,}", re.IGNORECASE)
_ATTRIBUTE = r"(?>[\s/]*+[^\s/>=][^\s/>=]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+))?)"
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*+(?:(?P<many>{_ATTRIBUTE}{{{MOST_ATTRIBUTES}}})|(?:{_ATTRIBUTE})*+)")


def read_html(data: bytes, file: str) -> ForeignDocument:
    """Return an HTML page as a document; file is the file's name in messages.

    Raises FilingError when it is no text, has too much in it or nests too deep.

    >>> page = "<title>年报-某局</title><nav>首页</nav><p>一、<b>总体</b>情况<br>甲。</p>".encode("gbk")
    >>> [block.text for block in read_html(page, "a.html").blocks]
    ['一、总体情况', '甲。']
    """
    return _page(data, file)


def read_mhtml(data: bytes, file: str) -> ForeignDocument:
    """Return a page that was saved with all it needs as one file (MHTML, RFC 2557) as a document.

    Raises FilingError when there is no page in it, and as `read_html` does.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        part = next((p for p in message.walk() if p.get_content_type() in ("text/html", "application/xhtml+xml")), None)
        page = part.get_payload(decode=True) if part else None
        declared = str(part.get_content_charset() or "") if part else ""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FilingError([f"{file} 不完整或已损坏；请在浏览器中重新保存网页后再导入。"]) from error
    if not isinstance(page, bytes):
        raise FilingError([f"{file} 里没有网页；请在浏览器中把报告页面另存后再导入。"])
    return _page(page, file, declared)


def _page(data: bytes, file: str, declared: str = "") -> ForeignDocument:
    """Return a page's bytes as a document; declared: the encoding that stands outside of it, or empty."""
    charset = _CHARSET.search(data[:20_000])
    text, notes = decode(data, file, declared or (charset[1].decode("ascii", "replace") if charset else ""))
    text, css = _without_unread(text)
    root = _parsed(text, file)
    if root is None:
        return ForeignDocument((), notes=notes)
    if empty := empty_fields(root):
        notes += (
            f"{file} 的表格里有 {empty} 个填写框是空的，按空白读取；另存网页时填写的数可能没有保存，请对照原网页。",
        )
    return ForeignDocument(tuple(read_blocks(root, PageRules(file, Visible(root, css)))), _title(root), notes)


def _without_unread(text: str) -> tuple[str, str]:
    """Return a page without comments, scripts, styles and inline data, and its style sheets for the screen."""
    styles: list[str] = []

    def unread(found: re.Match[str]) -> str:
        if (found[1] or "").lower() == "style":
            head, _, body = found[0].partition(">")
            if not _OTHER_MEDIA.search(head[:500]):
                styles.append(body.rpartition("</")[0] or body)
        return " "

    return _INLINE_DATA.sub("data:", _UNREAD.sub(unread, text)), "\n".join(styles)


def _parsed(text: str, file: str) -> HtmlElement | None:
    """Parse a page within bounds."""
    if text.count("<") > MOST_TAGS or len(text) > MOST_CHARACTERS:
        raise FilingError([f"{file} 的内容过多（{text.count('<'):,} 个标记），不是一份年报；请确认选对了文件。"])
    if any(tag["many"] for tag in _TAG.finditer(text)):
        raise FilingError([f"{file} 不是正常的网页（一个标记有 {MOST_ATTRIBUTES} 个以上的属性）；请重新保存网页。"])
    try:
        return parse_html(text)
    except HtmlTooLargeError:
        raise FilingError(
            [f"{file} 的标记嵌套得过深，无法完整读取；请在浏览器中打开，复制报告正文到 Word 后再导入。"]
        ) from None


def _title(root: HtmlElement) -> str:
    """Return the article's title: by the publishing system, else the only ``<h1>``, else the page's title."""
    metas = {(meta.get("name") or "").lower(): meta.get("content") or "" for meta in root.iter("meta")}
    headings = [text for h1 in root.iter("h1") if (text := tidy(h1.text_content()))]
    title = tidy("".join(element.text_content() for element in root.iter("title")))
    return tidy(metas.get("articletitle", "")) or (headings[0] if len(headings) == 1 else "") or title
