"""Rules of a page's own style sheets that hide elements by class or id, as far as they are simple.

A rule hides only with a selector that needs no more than the element itself (``.x``, ``td.x``, ``#x``). One that shows
elements again counts whatever stands around them, so that in doubt an element is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

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
_AT_TIMES = re.compile(r"::|:(?:hover|focus|active|target|checked|before|after)")
"""What makes a selector one of a moment or of something added, not of the element as it stands."""


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
        if not self.rules:
            return False
        key = (str(element.tag), element.get("class") or "", element.get("id") or "")
        if key not in self._known:
            self._known[key] = self._hides(*key)
        return self._known[key]

    def _hides(self, tag: str, classes: str, own: str) -> bool:
        names = {f".{name}" for name in classes.split()} | ({f"#{own}"} if own else set())
        found = [rule for name in names for rule in self.rules.get(name, ()) if rule.names <= names]
        fitting = [rule for rule in found if rule.tag in ("", tag)]
        return bool(fitting) and max(fitting, key=lambda rule: rule.weight).hides


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
    return styles if any(rule.hides for kept in styles.rules.values() for rule in kept) else Styles()


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
    css = _without_comments(css).replace("<!--", " ").replace("-->", " ")
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


def _without_comments(css: str) -> str:
    kept = []
    start = 0
    while (found := css.find("/*", start)) >= 0:
        kept.append(css[start:found])
        end = css.find("*/", found + 2)
        start = end + 2 if end >= 0 else len(css)
    return " ".join([*kept, css[start:]])
