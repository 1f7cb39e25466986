"""Pages read as a browser's tokeniser reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "col", "img", "br", "link", "hr", "input"}


@dataclass
class Element:
    """An element of a page with its attributes and all text in it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page(HTMLParser):
    """A page read as a browser's tokeniser reads it; `elements` in the order of their start tags."""

    markup: str
    elements: list[Element] = field(default_factory=list)
    unclosed: list[Element] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self.unclosed.append(element)

    def handle_endtag(self, tag: str) -> None:
        if not self.unclosed or self.unclosed.pop().tag != tag:
            self.misplaced.append(tag)

    def handle_data(self, data: str) -> None:
        for element in self.unclosed:
            element.text += data

    def all(self, *tags: str) -> list[Element]:
        return [element for element in self.elements if element.tag in tags]

    def one(self, tag: str) -> Element:
        (element,) = self.all(tag)
        return element
