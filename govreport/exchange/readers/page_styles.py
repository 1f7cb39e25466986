"""How a page's styles show its elements: what these declare themselves, and simple rules of its style sheets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from govreport.exchange.readers.bounds import MOST_ITEMS, MOST_RULES

_HIDING = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|(?:font-size|opacity):0(?:\.0+)?(?![.\d])"
    r"|text-decoration(?:-line)?:.*line-through|color:(?:transparent|rgba\([\d\s.,%]{1,40},\s{0,9}0\s{0,9}\))"
)
"""What a style says of text that a browser does not show, or shows struck out."""
WHITE = re.compile(r"(?:white|#f{3}(?:f{3})?|rgb\(\s*+255\s*+,\s*+255\s*+,\s*+255\s*+\))(?!\w)", re.IGNORECASE)
_NO_WORD = re.compile("[^a-z-]")
_COMPOUND = re.compile(r"(?P<tag>[a-zA-Z][\w-]*)?\*?(?P<names>(?:[.#][\w-]+)+)")
_NAME = re.compile(r"[.#][\w-]+")
_UNREAD = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->|@[^@{};]*+(?:;|\{(?:[^{}]++|\{[^{}]*+\})*+\})", re.DOTALL)
"""What is none of a style sheet's rules: comments, `@media` and the like with the rules within them."""
_RULE = re.compile(r"([^{}]++)\{([^{}]*+)\}")
_AT_TIMES = re.compile(r"::|:(?:hover|focus|active|target|checked|before|after)")
"""Pseudo-classes and pseudo-elements with which a selector does not apply to the element as it stands."""


@lru_cache(maxsize=MOST_ITEMS)
def declared(style: str) -> Mapping[str, str]:
    """Return what a style declares, by property, in small letters.

    >>> declared("Color: #FFF; display:none")
    {'color': '#fff', 'display': 'none'}
    """
    pairs = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def style_of(element: HtmlElement) -> Mapping[str, str]:
    """Return what an element's own style declares."""
    return declared(element.get("style", ""))


def displayed(style: Mapping[str, str]) -> str:
    """Return how a style shows an element: `none`, in another way by its name in CSS, or empty where it does not say.

    >>> displayed(declared("font-size: 0px")), displayed(declared("display: block; opacity: 0.5")), displayed({})
    ('none', 'block', '')
    """
    if any(_HIDING.match(f"{key}:{value}") for key, value in style.items()):
        return "none"
    return _NO_WORD.split(style.get("display", ""))[0]


@dataclass(frozen=True)
class _Rule:
    """How elements of a tag (empty: of any) with all these names are shown; the rule of the most weight counts."""

    tag: str
    names: frozenset[str]
    display: str
    weight: tuple[bool, bool, int, int]


class Styles:
    """The rules of a page that hide or show elements, by a class or id that each names.

    Those of `@media` and the like do not count.

    >>> sorted(Styles(".a, td.b{display:none} p{display:none} @media print{.c{display:none}}").rules)
    ['.a', '.b']
    """

    def __init__(self, css: str) -> None:
        """Take the page's style sheets."""
        self.rules: dict[str, list[_Rule]] = {}
        for number, rule in enumerate(_RULE.finditer(_UNREAD.sub(" ", css))):
            selectors, style = rule[1], declared(rule[2])
            display = displayed(style) or style.get("visibility", "")
            for selector in map(str.strip, selectors.split(",") if display else ()):
                last = _COMPOUND.fullmatch(re.split(r"[\s>+~]", selector)[-1])
                if last and (last[0] == selector or display != "none") and not _AT_TIMES.search(selector):
                    names = frozenset(_NAME.findall(last["names"]))
                    weight = ("!important" in rule[2], last[0] != selector, len(names), number)
                    kept = self.rules.setdefault(min(names), [])
                    if len(kept) < MOST_RULES:
                        kept.append(_Rule((last["tag"] or "").lower(), names, display, weight))

    def display(self, element: HtmlElement) -> str:
        """Return how the rules show an element: `none`, in another way by its name in CSS, or empty."""
        names = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        rules = (rule for name in names for rule in self.rules.get(name, ()))
        fitting = [rule for rule in rules if rule.names <= names and rule.tag in ("", str(element.tag))]
        return max(fitting, key=lambda rule: rule.weight).display if fitting else ""
