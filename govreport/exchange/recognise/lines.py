"""The lines of a document: rows of its grids and, where tables came as text, lines that are rows of cells.

Rows of a grid that are captions, headings or prose, drawn or typed into it, are made paragraphs before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, chain, groupby, pairwise

from govreport.core import Block, Grid, GridCell, Paragraph, plain_paragraph
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.running_lines import is_page_number, without_running_lines
from govreport.exchange.recognise.cell_values import is_figure, is_value, tokens
from govreport.exchange.recognise.labels import labels_of, nearest
from govreport.exchange.recognise.model import LIKE, LONGEST, MOSTLY
from govreport.exchange.recognise.parting import PartedText
from govreport.forms import Catalogue

_GAP = re.compile(r"\t|[ \u00a0\u3000]{2,}")
_UNIT = re.compile(r"(?:万元|元|[件项次条个份])(?![^（(])")
_ATTACHED = re.compile(r"^(?P<label>[^|]*[\u4e00-\u9fff）)”\u0022])(?P<figure>\d[\d,]*(?:\.\d+)?)$")
_CUT = re.compile(
    r"(?m)\A(?=.*[\u4e00-\u9fff][\d,]+$)(?:.*[。；，](?![^（(\n]*[)）])|.*\n[万元件项次条个份人家场篇期处户名%])"
)
"""A line of prose that ends in a figure: it holds a mark of a sentence, or the figure's unit stands in the next one."""
_NUMBERED = re.compile(r"(?<=\S)\s+(?=\d{1,2}[.．、]\D|[（(][一二三四五六七八][)）])")
_STRAY = re.compile(r"[、，。；：（）()“”\s]+")
_FIELD = re.compile(r"[A-Za-z]\w*|(?:报告)?标题|正文|内容|段落", re.ASCII)
"""What a crawler calls the text that stands beside it."""
_HANZI = re.compile("[\u4e00-\u9fff]")


def without_frames(document: ForeignDocument, catalogue: Catalogue) -> ForeignDocument:
    """Return a document in which a row that holds nothing but one text that no row of a form has is a paragraph.

    So is a row of one cell as wide as its grid, whatever it says; numbers of pages and running lines are left out.

    >>> title, figure = GridCell("甲表", 0, 0, columns=2), GridCell("3", 1, 0)
    >>> document = ForeignDocument((Grid((title, figure, GridCell("4", 1, 1)), 2),))
    >>> [type(block).__name__ for block in without_frames(document, Catalogue.read()).blocks]
    ['Paragraph', 'Grid']
    """
    tables = tuple(catalogue.tables())
    every, rows = labels_of(tables), labels_of(tables, columns=False)
    blocks = [_unstacked(block, every) if isinstance(block, Grid) else block for block in document.blocks]
    grids = _drawn(blocks, every)
    drawn = (_without_frames(block, rows) if isinstance(block, Grid) else [block] for block in grids)
    return without_running_lines(document, [[*chain(*drawn)]])


def _drawn(blocks: Sequence[Block], labels: tuple[str, ...]) -> Iterator[Block]:
    """Yield blocks, lines of text with as many cells below one that has words in each made a grid, or going on with it.

    Each row has figures with words, or labels alone.
    """
    drawn, before = [_cells(block) for block in blocks], 0
    full = [_is_head(row) for row in drawn]
    piece = [0, *accumulate(head or len(a) != len(b) for head, (a, b) in zip(full[1:], pairwise(drawn), strict=True))]
    for _, group in groupby(range(len(drawn)), piece.__getitem__):
        first, *others = group
        width, rows = len(drawn[first]), [drawn[n] for n in others]
        begins = full[first] and any(map(is_figure, chain(*rows)))
        known = (*labels, *drawn[first]) if begins else labels
        if width > 2 and (begins or width == before) and all(_is_row(r, known) for r in rows or [drawn[first]]):
            before = width
            cells = (GridCell(text, y, x) for y, row in enumerate([drawn[first], *rows]) for x, text in enumerate(row))
            yield Grid(tuple(cells), width)
        else:
            before = before if width == 1 else 0  # groups' labels alone do not end a table
            yield from blocks[first : first + 1 + len(others)]


def _is_head(texts: Sequence[str]) -> bool:
    """Return whether cells are words, but for blanks behind them."""
    words = len("\t".join(texts).rstrip().split("\t"))
    return words > 1 and not any(map(is_value, texts[:words]))


def _is_row(texts: Sequence[str], labels: tuple[str, ...]) -> bool:
    """Return whether cells are a whole row of a table: figures with words, or labels alone."""
    words = [text for text in texts if not is_value(text)]
    return bool(words) if any(map(is_figure, texts)) else all(nearest(text, labels) <= LIKE for text in words)


def _cells(block: Block) -> list[str]:
    """Return what stands between the tabs, bars or gaps of a line of text that no page has set."""
    text = block.text.strip(" ") if isinstance(block, Paragraph) and not block.pieces else ""
    text = text.removeprefix("|").removesuffix("|") if text.startswith("|") else text
    return [*map(str.strip, re.split(r"[|\t]", text) if re.search(r"[|\t]", text) else _GAP.split(text.strip()))]


def _unstacked(grid: Grid, labels: tuple[str, ...]) -> Grid:
    """Return a grid, a row in whose cells labels and figures stand one below the other made as many rows."""
    tops = [*accumulate((_stacked(line, labels) for line in grid.lines()), initial=0)]
    cells = list[GridCell]()
    for cell in grid.cells:
        top, end = tops[cell.row], tops[cell.row + cell.rows]
        pieces = cell.text.split("\n") if cell.rows == 1 else [cell.text]
        if len(pieces) == end - top:
            cells += (replace(cell, text=text, row=row) for row, text in enumerate(pieces, top))
        else:
            cells.append(replace(cell, row=top, rows=end - top))
    return replace(grid, cells=tuple(cells))


def _stacked(line: tuple[GridCell, ...], labels: tuple[str, ...]) -> int:
    """Return how many labels and figures stand one below the other in each cell of a row."""
    pieces = [cell.text.split("\n") for cell in line if cell.rows == 1]
    sizes = {len(own) for own in pieces if all(map(is_value, own)) and any(map(is_figure, own))}
    named = any(len(own) in sizes and all(nearest(one, labels) <= LIKE for one in own) for own in pieces)
    return sizes.pop() if named and len(sizes) == 1 else 1


def _without_frames(grid: Grid, labels: tuple[str, ...]) -> Iterator[Block]:
    start, kept = 0, list[GridCell]()
    for row, line in enumerate([*grid.lines(), ()]):
        text = _alone(line, grid.width, labels, not row or any(cell.text.strip() for cell in kept))
        if not text and row < grid.height:
            kept += (cell for cell in line if cell.row == row)
            continue
        if any(cell.text.strip() for cell in kept):
            yield replace(grid, cells=tuple(replace(cell, row=cell.row - start) if start else cell for cell in kept))
        start, kept = row + 1, []
        yield from (plain_paragraph(piece) for piece in text.split("\n") if piece.strip())


def _alone(line: tuple[GridCell, ...], width: int, labels: tuple[str, ...], is_within: bool) -> str:
    """Return the text of a row that is a paragraph, else an empty text; within a table a number alone is the row's."""
    filled = [cell for cell in line if cell.text.strip()]
    last = filled[-1].text if filled[1:] and _FIELD.fullmatch(filled[-2].text) else ""
    if _HANZI.search(last) and not is_value(last):
        return "\n".join(cell.text for cell in filled if not (_FIELD.fullmatch(cell.text) or is_figure(cell.text)))
    if len(filled) != 1 or filled[0].rows > 1 or filled[0].column:
        return ""
    text, is_whole = filled[0].text, len(line) == 1 and filled[0].columns == width
    is_prose = is_whole or nearest(text, labels) > LIKE
    is_prose = is_prose and (not is_value(text) or bool(not is_within and _HANZI.search(text)))
    return text if is_prose or is_page_number(text, bare=not is_within) else ""


@dataclass(frozen=True)
class Line:
    """A line of a table.

    block, length: number of the document's block it comes from, and of how many in all. grid: whether it is a row
    of a grid, whose cells have columns that mean something. labels: its label cells from left to right; values:
    what stands after the last of them, blanks included where they were drawn. spots: of text, the middle of each
    value from the left; pieces: of text that was set in columns, all its words so. drawn: whether it is text with bars
    or tabs between its cells. run: whether it was parted out of running text. foreign: whether it stands among the rows
    of another table than the one that is looked for.
    """

    block: int
    grid: bool
    labels: tuple[str, ...]
    values: tuple[GridCell, ...]
    cells: tuple[GridCell, ...]
    place: str = ""
    pieces: tuple[tuple[str, float], ...] = ()
    spots: tuple[float, ...] = ()
    drawn: bool = False
    run: bool = False
    foreign: bool = False
    length: int = 1

    @property
    def blocks(self) -> range:
        """The numbers of the document's blocks that it comes from."""
        return range(self.block, self.block + self.length)

    @property
    def blank(self) -> bool:
        """Whether nothing stands in the line."""
        return not any(cell.text.strip() for cell in self.cells)

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The texts among the values that are not blank."""
        return tuple(cell.text for cell in self.values if cell.text.strip())


def lines_of(document: ForeignDocument) -> list[Line]:
    r"""Return every line of a document that may belong to a table, in reading order.

    >>> lines_of(ForeignDocument((plain_paragraph("（七）总计\t3\t\t4"),)))[0].figures
    ('3', '4')
    """
    found: list[Line] = []
    bars = [block.text for block in document.blocks if isinstance(block, Paragraph) and "|" in block.text]
    framed = sum(text.startswith("|") for text in bars) > MOSTLY * len(bars)
    for number, block in enumerate(document.blocks):
        if isinstance(block, Grid):
            rows = enumerate(block.lines(), 1)
            found += (_line(number, True, drawn, f"{block.place}第{height}行") for height, drawn in rows)
        elif isinstance(block, Paragraph):
            found += filter(None, [_text_line(document, block, number, framed)])
    return list(_gathered(found))


def _line(block: int, grid: bool, cells: tuple[GridCell, ...], place: str) -> Line:
    """Return a line; its labels end with the last words before its first figure, but for a row's number before them."""
    named = [bool(_HANZI.search(cell.text)) and not is_value(cell.text) for cell in cells]
    cells = cells[len(cells) > 1 and named[1] and is_figure(cells[0].text) :]
    figures = next((n for n, cell in enumerate(cells) if is_figure(cell.text)), len(cells))
    last = max((n for n, is_name in enumerate(named[-len(cells) :][:figures]) if is_name), default=-1)
    labels = tuple(cell.text for cell in cells[: last + 1] if cell.text.strip())
    return Line(block, grid, labels, cells[last + 1 :], cells, place)


def _text_line(document: ForeignDocument, paragraph: Paragraph, number: int, framed: bool) -> Line | None:
    """Return a line of text as a row of cells: parted at tabs, bars and gaps; figures at its end leave its label."""
    text, pair = paragraph.text, document.blocks[number : number + 2]
    is_cut = _CUT.search("\n".join(block.text for block in pair if isinstance(block, Paragraph)))
    if "|" in text:
        inner = text.strip()[1:] if framed and text.strip().startswith("|") else text
        cut = [piece.strip() for piece in inner.rstrip().removesuffix("|").split("|")]
    else:
        cut = text.rstrip("\r\n ").split("\t") if "\t" in text else _GAP.split(text.strip())
    parts = (part for whole in map(str.strip, cut) for piece in _NUMBERED.split(whole) for part in _parts(piece))
    texts = [text for text in parts if not _STRAY.fullmatch(text)]
    if not texts or max(map(len, texts)) > LONGEST or texts[-1].endswith("。") or (is_cut and document.laid_out):
        return None
    line = _line(number, False, tuple(GridCell(piece, 0, column) for column, piece in enumerate(texts)), "")
    if "|" in text or (not paragraph.pieces and "\t" in text):
        run = isinstance(paragraph, PartedText)
        return replace(line, drawn=not run, run=run)
    pieces = paragraph.pieces or tuple((m[0], *m.span()) for m in re.finditer(r"\S+", text))
    found = tuple((piece, (left + right) / 2) for piece, left, right in pieces)
    spots = _middles(found, line.figures)
    return replace(line, spots=spots, pieces=found if paragraph.pieces or _GAP.search(text.strip()) else ())


def _parts(piece: str) -> list[str]:
    """Return a label and the figures that follow it in one piece of text, or figures alone, or the piece itself."""
    if is_value(piece) or len(piece) > LONGEST:
        return tokens(piece)
    words, figures = list[str](), list[str]()
    for word in piece.split():
        if words and _UNIT.fullmatch(word) and is_figure(words[-1]):
            words[-1] += word
        else:
            words.append(word)
    while len(words) > 1 and is_value(words[-1]):
        figures.insert(0, words.pop())
    label = " ".join(words)
    if match := _ATTACHED.match(label):
        return [match["label"], match["figure"], *figures]
    return [label, *figures] if figures and (_HANZI.search(label) or _STRAY.fullmatch(label)) else tokens(piece)


def _middles(pieces: Sequence[tuple[str, float]], figures: Sequence[str]) -> tuple[float, ...]:
    """Return the middles of a line's figures among its pieces."""
    wanted, found = list(figures), list[float]()
    for text, middle in reversed(pieces):
        if wanted and text.endswith(wanted[-1]):
            wanted.pop()
            found.insert(0, middle)
    return tuple(found) if not wanted else ()


def _gathered(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines, those of text that hold figures alone, one below the other, made one."""

    def run(numbered: tuple[int, Line]) -> tuple[bool, int]:
        number, line = numbered
        alone = not line.grid and not line.labels and len(line.values) == 1
        return alone, line.block - number

    for (alone, _), group in groupby(enumerate(lines), run):
        several = [line for _, line in group]
        yield from [joined(several)] if alone and len(several) > 1 else several


def joined(lines: Sequence[Line]) -> Line:
    """Return lines of text as one, with the figures of all."""
    values = tuple(cell for line in lines for cell in line.values)
    cells = tuple(cell for line in lines for cell in line.cells)
    length = lines[-1].block + lines[-1].length - lines[0].block
    return replace(lines[0], values=values, cells=cells, spots=(), pieces=(), length=length)
