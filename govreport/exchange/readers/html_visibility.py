"""What of a page its readers see as the report: hidden elements, site chrome and navigation are told apart."""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from govreport.core import NO_TEXT
from govreport.exchange.readers.html_styles import LONGEST_STYLE, NOT_SHOWN, Styles, read_styles

MOSTLY, FEWEST_LINKS = 0.7, 3
"""Share of a block's text within links, and number of links, from which on it is navigation."""
LEFT_OUT = NO_TEXT | {
    "nav", "aside", "select", "datalist", "button", "input", "textarea", "map", "xml", "del", "s", "strike",
}  # fmt: skip
CHROME = frozenset({"header", "footer"})
"""Left out unless they belong to an article."""
FOLDED = frozenset({"div", "ul", "ol", "dl", "section", "table", "td", "p", "header", "footer"})
"""Elements that are left out when they hold mostly links."""
_DISPLAYED = re.compile(r"(?:^|[;\s])display\s*:\s*(?!none)[a-z]", re.IGNORECASE)
MOST_HIDDEN = 0.9
"""Style sheets that hide a larger share of a page's text hide it until a script shows it: they do not count."""


class Visible:
    """Tells which elements of a page belong to what is read."""

    def __init__(self, root: HtmlElement, css: str = "") -> None:
        """Look over a page once; root is its outermost element, css what stands in its ``<style>`` elements."""
        self._navigation = _navigation(root)
        styles = read_styles(css)
        self._styles = styles if _hidden_share(root, styles) < MOST_HIDDEN else Styles()

    def leaves_out(self, element: HtmlElement, article: bool) -> bool:
        """Whether an element is no text of the report; article: whether it stands within one."""
        return (
            element.tag in LEFT_OUT
            or (element.tag in CHROME and not article)
            or element in self._navigation
            or self.hides(element)
        )

    def hides(self, element: HtmlElement) -> bool:
        """Whether a browser does not show an element, or shows it struck out."""
        own = (element.get("style") or "")[:LONGEST_STYLE]
        if "hidden" in element.attrib or NOT_SHOWN.search(own):
            return True
        return not _DISPLAYED.search(own) and self._styles.hides(element)


def _hidden_share(root: HtmlElement, styles: Styles) -> float:
    """Return which share of a page's text rules hide."""
    if not styles.rules:
        return 0.0
    whole = hidden = 0
    pending = [(root, False)]
    while pending:
        element, within = pending.pop()
        within = within or styles.hides(element)
        size = len((element.text or "").strip()) if isinstance(element.tag, str) else 0
        whole, hidden = whole + size, hidden + size * within
        pending += [(child, within) for child in element]
    return hidden / max(1, whole)


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
