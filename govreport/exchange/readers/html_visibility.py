"""What of a page is the report: hidden elements, site chrome and navigation are recognised.

Style sheets of the page itself hide elements by class or id. A rule hides only with a selector that needs no more than
the element itself (``.x``, ``td.x``, ``#x``). One that shows elements again counts whatever stands around them, so that
in doubt an element is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from govreport.core import NO_TEXT

MOST_CSS, MOST_RULES, MOST_OF_A_NAME = 1_000_000, 50_000, 20
"""Characters of style sheets and rules that are looked at, and how many rules of one class or id are kept."""
LONGEST_SELECTOR, LONGEST_STYLE = 200, 2_000
"""Characters of a selector, and of declarations, that are looked at."""
NOT_SHOWN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0(?![.\d])"
    r"|text-decoration[^;]*line-through",
    re.IGNORECASE,
)
"""What a style says of text that a browser does not show, or shows struck out."""
_SHOWN = re.compile(r"(?:^|[;\s])(?:display|visibility)\s*:\s*[a-z]", re.IGNORECASE)
_COMPOUND = re.compile(r"(?P<tag>[a-zA-Z][\w-]*)?\*?(?P<names>(?:[.#][\w-]+)+)")
_NAME = re.compile(r"[.#][\w-]+")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_AT_TIMES = re.compile(r"::|:(?:hover|focus|active|target|checked|before|after)")
"""Pseudo-classes and pseudo-elements with which a selector does not apply to the element as it stands."""
MOSTLY, FEWEST_LINKS = 0.7, 3
"""Share of a block's text within links, and number of links, that make the block navigation."""
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
    """Which elements of a page are shown, and which are text of the report."""

    def __init__(self, root: HtmlElement, css: str = "") -> None:
        """Look over a page once; root is its outermost element, css what stands in its ``<style>`` elements."""
        self._navigation = _navigation(root)
        styles = read_styles(css)
        self._styles = styles if _hidden_share(root, styles) < MOST_HIDDEN else Styles()

    def is_text(self, element: HtmlElement, article: bool) -> bool:
        """Whether an element is text of the report where it is shown; article: whether it stands within one."""
        unread = element.tag in LEFT_OUT or (element.tag in CHROME and not article)
        return not unread and element not in self._navigation

    def hides(self, element: HtmlElement) -> bool:
        """Whether a browser does not show an element, or shows it struck out."""
        own = (element.get("style") or "")[:LONGEST_STYLE]
        if "hidden" in element.attrib or NOT_SHOWN.search(own):
            return True
        return not _DISPLAYED.search(own) and self._styles.hides(element)


def _hidden_share(root: HtmlElement, styles: Styles) -> float:
    """Return the share of a page's text that style sheets hide."""
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
    sizes: dict[HtmlElement, tuple[int, ...]] = {}
    """Of each element: characters of text, links, characters within links."""
    for element in reversed(list(root.iter())):  # children stand before their parents
        own = [len((text or "").strip()) for text in (element.text, *(child.tail for child in element))]
        inner = (sizes[child] for child in element)
        text, count, linked = map(sum, zip((sum(own), 0, 0), *inner, strict=True))
        is_link = element.tag == "a" and element.get("href")
        sizes[element] = (text, 1, text) if is_link else (text, count, linked)
    return frozenset(
        element
        for element, (text, count, linked) in sizes.items()
        if element.tag in FOLDED and count >= FEWEST_LINKS and linked >= MOSTLY * text
    )


@dataclass(frozen=True)
class _Rule:
    """Whether elements of a tag (empty: of any) with all these names are hidden; the rule of the most weight counts."""

    tag: str
    names: frozenset[str]
    hides: bool
    weight: tuple[bool, bool, int, int, bool, int]


@dataclass
class Styles:
    """The rules of a page that hide or show elements, by a class or id that each names."""

    rules: dict[str, list[_Rule]] = field(default_factory=dict)
    _known: dict[tuple[str, str, str], bool] = field(default_factory=dict)

    def hides(self, element: HtmlElement) -> bool:
        """Whether the rules hide an element."""
        key = tag, classes, own = str(element.tag), element.get("class") or "", element.get("id") or ""
        if key not in self._known:
            names = {f".{name}" for name in classes.split()} | ({f"#{own}"} if own else set())
            rules = (rule for name in names for rule in self.rules.get(name, ()))
            fitting = [rule for rule in rules if rule.names <= names and rule.tag in ("", tag)]
            self._known[key] = bool(fitting) and max(fitting, key=lambda rule: rule.weight).hides
        return self._known[key]


def read_styles(css: str) -> Styles:
    """Return the rules of style sheets that hide or show elements; those of `@media` and the like do not count.

    >>> sorted(read_styles(".a, td.b{display:none} p{display:none} @media print{.c{display:none}}").rules)
    ['.a', '.b']
    """
    styles = Styles()
    for number, (selectors, body) in enumerate(_blocks(css[:MOST_CSS])):
        if number > MOST_RULES:
            break
        hides = bool(NOT_SHOWN.search(body))
        if not hides and not _SHOWN.search(body):
            continue
        for selector in selectors.split(","):
            if rule := _rule(selector.strip(), hides, "!important" in body, number):
                kept = styles.rules.setdefault(min(rule.names), [])
                if len(kept) < MOST_OF_A_NAME:
                    kept.append(rule)
    return styles


def _rule(selector: str, hides: bool, important: bool, number: int) -> _Rule | None:
    if not selector or len(selector) > LONGEST_SELECTOR or _AT_TIMES.search(selector):
        return None
    last = re.split(r"[\s>+~]", selector)[-1]
    bare = re.split(r"[:\[]", last)[0]
    match = _COMPOUND.fullmatch(bare)
    alone = bare == selector
    if not match or (hides and not alone):
        return None
    names = frozenset(_NAME.findall(match["names"]))
    ids = sum(name.startswith("#") for name in names)
    tag = (match["tag"] or "").lower()
    return _Rule(tag, names, hides, (important, not alone, ids, len(names) - ids, bool(tag), number))


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield the selectors and the declarations of each rule that does not stand within another."""
    css = _COMMENT.sub(" ", css).replace("<!--", " ").replace("-->", " ")
    depth, start, head = 0, 0, ""
    for brace in re.finditer(r"[{}]", css):
        if brace[0] == "{":
            if not depth:
                head = css[start : brace.start()].rpartition(";")[2].strip()
                start = brace.end()
            depth += 1
        elif depth:
            depth -= 1
            if not depth:
                if not head.startswith("@"):
                    yield head, css[start : min(brace.start(), start + LONGEST_STYLE)]
                start = brace.end()
