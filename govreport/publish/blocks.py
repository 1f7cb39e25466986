"""Blocks: the parts of a page, as data that every writer (HTML, PDF, DOCX) reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from govreport.core import Grid

DEEPEST = 12
"""Lists and quotes within each other; those beyond are read as what is in them."""


@dataclass(frozen=True)
class Mark:
    """A finding that a stretch of text is about.

    number: of the finding in the report's list; kind: its severity, or ``waived``.
    opens: whether the marked sentence first begins here; closes: whether it ends here.
    """

    number: int
    kind: str
    opens: bool = False
    closes: bool = False


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style; a newline in the text is a forced line break.

    marks: findings about it, worst first; only a review copy has them.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""
    strike: bool = False
    marks: tuple[Mark, ...] = field(default=(), repr=False)


Runs = tuple[Run, ...]
PLAIN = Run("")


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a part of the report."""

    level: int
    runs: Runs


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True)
class ItemList:
    """A list, numbered from `start` or bulleted."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True)
class Quote:
    """A block set off from the text."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Table:
    """A native table."""

    table: Grid


@dataclass(frozen=True)
class Figure:
    """A picture.

    media: ``image/svg+xml``, ``image/png`` or ``image/jpeg``; data: its bytes, text in an SVG drawn as paths.
    text_svg: the same SVG with text as text, where there is one. alt: alternative text.
    """

    media: str
    data: bytes
    alt: str
    caption: str = ""
    text_svg: bytes = b""


@dataclass(frozen=True)
class Preformatted:
    """Plain output, in a fixed-width face."""

    text: str


Block = Heading | Paragraph | ItemList | Quote | Table | Figure | Preformatted


@dataclass(frozen=True)
class Document:
    """An executed notebook as a list of blocks, with what the report says of itself.

    title: line by line; author: the agency's name; published: ISO date or empty.
    draft: whether there are unwaived errors; findings and filing: their JSON forms.
    front: what the filing's JSON does not hold, as `front_of` gives it; last: last year's cells, None where
    there is no filing.
    """

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    author: str = ""
    published: str = ""
    signature: str = ""
    contact: str = ""
    draft: bool = False
    findings: tuple[Mapping[str, Any], ...] = ()
    filing: Mapping[str, Any] = field(default_factory=dict)
    front: Mapping[str, Any] = field(default_factory=dict)
    last: Mapping[str, Any] | None = None


def plain_text(runs: Runs) -> str:
    """Return the text of runs without their styles."""
    return "".join(run.text for run in runs)


def block_text(blocks: Iterable[Block]) -> str:
    """Return the text of blocks, a line for each paragraph, for places that hold nothing but text."""
    return "\n".join(filter(None, map(_text, blocks)))


def _text(block: Block) -> str:
    match block:
        case Heading(runs=runs) | Paragraph(runs=runs):
            return plain_text(runs)
        case ItemList(items=items):
            return "\n".join(map(block_text, items))
        case Quote(blocks=blocks):
            return block_text(blocks)
        case Table(table=table):
            return "\n".join(" ".join(cell.text for cell in row) for row in (*table.head, *table.body))
        case Figure(alt=alt):
            return f"〔图：{alt}〕" if alt else "〔图〕"
        case Preformatted(text=text):
            return text
