"""Text as a tree of blocks: what readers find in a file and what pages print, whatever the format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from govreport.core.grid import Grid

MOST_NESTED = 12
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
    underline: bool = False
    sub: bool = False
    sup: bool = False
    marks: tuple[Mark, ...] = field(default=(), repr=False)


Runs = tuple[Run, ...]
PLAIN_STYLE = Run("")
_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_LOWERED = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
WIDE = re.compile("[\u2e80-\u9fff\uff00-\uffef“”‘’—…]")
"""Characters of Chinese text, between which a line end is no space."""
_SAFE_LINK = re.compile(r"(https?://|mailto:)\S+", re.IGNORECASE)


def safe_link(address: str) -> str:
    """Return an address of the web or of a mailbox; of any other scheme nothing.

    >>> safe_link("https://shili.example/"), safe_link("JavaScript:alert(1)")
    ('https://shili.example/', '')
    """
    return address if _SAFE_LINK.fullmatch(address) else ""


def gap_space(gap: re.Match[str]) -> str:
    """Return what stands for white space: nothing for a line end between Chinese characters, else one space."""
    text, (start, end) = gap.string, gap.span()
    is_line_end = "\n" in gap[0] and WIDE.match(text[max(0, start - 1) : start]) and WIDE.match(text, end)
    return "" if is_line_end else " "


@dataclass(frozen=True)
class Paragraph:
    """A paragraph or a heading.

    heading: the level of a heading, 1 for a part of the report; 0 for any other paragraph.
    pieces: of a line that was laid out, those between gaps, each with where it begins and ends, in points.
    """

    runs: Runs
    heading: int = 0
    pieces: tuple[tuple[str, float, float], ...] = ()

    @property
    def text(self) -> str:
        """Its text without styles."""
        return "".join(run.text for run in self.runs)


def plain_paragraph(text: str, heading: int = 0, pieces: tuple[tuple[str, float, float], ...] = ()) -> Paragraph:
    """Return a text in one style as a paragraph.

    >>> plain_paragraph("一、总体情况", heading=1).text
    '一、总体情况'
    """
    return Paragraph((Run(text),), heading, pieces)


@dataclass(frozen=True)
class ItemList:
    """A list, numbered from `start` or bulleted. after: what stands after a number."""

    ordered: bool
    start: int
    items: tuple[tuple[Block, ...], ...]
    after: str = "."


@dataclass(frozen=True)
class Quote:
    """A block set off from the text."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Picture:
    """A picture; one that a reader only sees has a size and nothing else.

    media: ``image/svg+xml``, ``image/png`` or ``image/jpeg``; data: its bytes, text in an SVG drawn as paths.
    alt: alternative text. text_svg: the same SVG with text as text, where there is one.
    width, height: in points, 0 where unknown: a seal is small, a scanned table is not.
    """

    media: str = ""
    data: bytes = b""
    alt: str = ""
    caption: str = ""
    text_svg: bytes = b""
    width: float = 0
    height: float = 0


@dataclass(frozen=True)
class Preformatted:
    """Plain output, in a fixed-width face."""

    text: str


Leaf = Paragraph | Grid | Picture | Preformatted
Block = Leaf | ItemList | Quote


def leaves(blocks: Iterable[Block]) -> Iterator[Leaf]:
    """Yield blocks in order, of lists and quotes what is in them."""
    for block in blocks:
        match block:
            case ItemList(items=items):
                yield from leaves(inner for item in items for inner in item)
            case Quote(blocks=inner_blocks):
                yield from leaves(inner_blocks)
            case _:
                yield block


def with_leaves(blocks: Iterable[Block], change: Callable[[Leaf], Leaf]) -> tuple[Block, ...]:
    """Return blocks with each that is no list and no quote changed, in order."""

    def changed(block: Block) -> Block:
        match block:
            case ItemList(items=items):
                return replace(block, items=tuple(with_leaves(item, change) for item in items))
            case Quote(blocks=inner):
                return Quote(with_leaves(inner, change))
            case _:
                return change(block)

    return tuple(map(changed, blocks))


def block_text(blocks: Iterable[Block]) -> str:
    """Return the text of blocks, a line for each paragraph, for places that hold nothing but text.

    >>> block_text([Paragraph((Run("5万m"), Run("2", sup=True)))])
    '5万m²'
    """
    return "\n".join(filter(None, map(_text, leaves(blocks))))


def _text(block: Leaf) -> str:
    match block:
        case Paragraph(runs=runs):
            return "".join(
                run.text.translate(_LOWERED if run.sub else _RAISED) if run.sub or run.sup else run.text for run in runs
            )
        case Preformatted(text=text):
            return text
        case Grid(head=head, body=body):
            return "\n".join(" ".join(cell.text for cell in row) for row in (*head, *body))
        case Picture(alt=alt):
            return f"〔图：{alt}〕" if alt else "〔图〕"
