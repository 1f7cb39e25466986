"""PDF with a text layer: tables by their lines, the rest as lines of text."""

from __future__ import annotations

import re
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby

from govreport.core import Block, FilingError, Grid, GridCell, Paragraph, plain_paragraph
from govreport.exchange.readers.characters import with_ideographs
from govreport.exchange.readers.footnotes import mark_raised, with_remarks
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.pdf_bounds import MOST_ON_A_PAGE, check_size, opened_pdf
from govreport.exchange.readers.pdf_page import Char, PdfPage, read_page
from govreport.exchange.readers.ruled_tables import TOLERANCE, Box, edges, ruled_tables
from govreport.exchange.readers.subprocess_reader import apart
from govreport.exchange.readers.text_reader import is_page_number

MARGIN = 0.12
"""Share of a page's height, at its head and foot, where its number stands."""
TWICE = 1.0
"""Points within which a character was printed twice."""
WIDE, NARROW = 1.8, 0.35
"""Gaps between characters of different cells, and of different words, in sizes of a character."""
SMALL, SHIFTED = 0.88, 0.1
"""Share of a cell's font size below which characters may be a footnote mark, and how far such marks are shifted."""
FEW_ROWS, MOSTLY_FILLED = 12, 0.6
"""Rows from which on a grid counts as cut by dashes when a smaller share of its rows holds text."""
RUNNING, FEWEST_PAGES, MOST_LINES, SHORTEST = 0.6, 3, 2, 4
"""Share and number of pages that have a line in the same place, how many such lines stand at an end of a page, and how
many characters such a line has at least: a browser's date and address, a running title."""
_NUMBER = re.compile(r"\d+")


def read_pdf(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds, read in a process of its own.

    file: the file's name in messages. Raises FilingError when it is damaged, locked, pictures alone, or too much work.
    """
    return apart(read_pages, data, file, file=file)


def read_pages(data: bytes, file: str) -> ForeignDocument:
    """Return the document that a PDF file holds; see `read_pdf`."""
    pages: list[list[Block]] = []
    count = characters = 0
    with opened_pdf(data, file) as pdf:
        title = with_ideographs(pdf.get_metadata_value("Title"))
        for number, drawn in enumerate(pdf, 1):
            with closing(drawn):
                page = read_page(drawn, MOST_ON_A_PAGE)
            count += page.count
            characters += len(page.chars)
            check_size(page.count, count, number, file)
            pages.append(_page_blocks(page, number))
    if not characters:
        raise FilingError([f"{file} 没有文字层（可能是扫描件），无法读取；请用可复制文字的版本，或手工录入。"])
    return ForeignDocument(tuple(without_running_lines(pages)), title, laid_out=True)


def _page_blocks(page: PdfPage, number: int) -> list[Block]:
    placed: list[tuple[float, Block]] = []
    inside: set[Char] = set()
    for cells in ruled_tables(page.across, page.upright):
        boxes = _without_frames([box for box in cells if min(box[2] - box[0], box[3] - box[1]) > TOLERANCE])
        if len(boxes) < 2:
            continue
        left, right = min(box[0] for box in cells), max(box[2] for box in cells)
        area = (left, min(box[1] for box in boxes), right, max(box[3] for box in boxes))
        own = [char for char in page.chars if char not in inside and _within(char, area)]
        own = _without_page_number(own, page.height, bare=False)
        grid = _grid(boxes, own, f"第{number}页的表格")
        if any(cell.text for cell in grid.cells) and not _is_shattered(grid):
            inside.update(own)
            placed.append((area[1], grid))
    rest = _lines(_without_page_number([char for char in page.chars if char not in inside], page.height))
    left = min((line[0].x0 for line in rest), default=0.0)
    for line in rest:
        text = _text(line, left)
        if text.strip("| \t\u3000") and not is_page_number(text, bare=False):
            placed.append((line[0].top, plain_paragraph(text, pieces=_pieces(line))))
    placed += page.pictures
    return [block for _, block in sorted(placed, key=lambda entry: entry[0])]


def _is_shattered(grid: Grid) -> bool:
    """Return whether most rows of a grid are empty: dashes were taken for lines, and cut the table's rows."""
    filled = {cell.row for cell in grid.cells if cell.text}
    return grid.height > FEW_ROWS and len(filled) < MOSTLY_FILLED * grid.height


def _without_page_number(chars: Sequence[Char], height: float, bare: bool = True) -> list[Char]:
    """Return characters without the page's number, which stands alone at the top or the foot.

    bare: whether it may be a number and nothing else; in a table that is the end of a figure which the page cut.
    """
    margin = [char for char in chars if char.bottom < MARGIN * height or char.top > (1 - MARGIN) * height]
    lines = [(line, _text(line)) for line in _lines(margin)]
    numbers = {char for line, text in lines if "\t" not in text and is_page_number(text, bare) for char in line}
    return [char for char in chars if char not in numbers]


def _without_frames(boxes: Sequence[Box]) -> list[Box]:
    """Return a table's cells without rows of one cell above and below: frames and shades around lines of prose."""
    ordered = sorted(boxes, key=lambda box: (box[1], box[0]))
    rows = [list(row) for _, row in groupby(ordered, key=lambda box: round(box[1]))]
    while rows and len(rows[0]) == 1:
        rows.pop(0)
    while rows and len(rows[-1]) == 1:
        rows.pop()
    return [box for row in rows for box in row]


def _within(char: Char, box: Box) -> bool:
    x, y = (char.x0 + char.x1) / 2, (char.top + char.bottom) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _grid(boxes: Sequence[Box], chars: Sequence[Char], place: str) -> Grid:
    """Return cells by where their edges stand among all edges of the table."""
    across, down = (edges(box[side] for box in boxes for side in sides) for sides in ((0, 2), (1, 3)))
    held: defaultdict[tuple[int, int], list[Char]] = defaultdict(list)
    for char in chars:
        held[bisect(down, (char.top + char.bottom) / 2), bisect(across, (char.x0 + char.x1) / 2)].append(char)
    cells = []
    for left, top, right, bottom in boxes:
        row, end = _index(down, top), _index(down, bottom)
        column, last = _index(across, left), _index(across, right)
        text = _cell_text([c for r in range(row, end) for n in range(column, last) for c in held[r + 1, n + 1]])
        cells.append(GridCell(text, row, column, max(end - row, 1), max(last - column, 1)))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(tuple(cells), max(len(across) - 1, 1), place)


def _cell_text(chars: Sequence[Char]) -> str:
    """Return a cell's lines; small characters that stand higher or lower beside its figure are a footnote mark."""
    usual = max((char.size for char in chars), default=0.0)
    small = [char for char in chars if char.size < SMALL * usual]
    text = "\n".join(map(_text, _lines(chars)))
    if not small or len(small) == len(chars):
        return text
    large = [char for char in chars if char.size >= SMALL * usual]
    middle = [min(large, key=lambda other: abs(other.x0 - char.x0)) for char in small]
    if any(abs(_middle([a]) - _middle([b])) < SHIFTED * usual for a, b in zip(small, middle, strict=True)):
        return text
    figure = "\n".join(map(_text, _lines(large)))
    mark = "".join(char.text for char in sorted(small, key=lambda char: char.x0))
    marked = with_remarks(figure + mark_raised(mark))
    return marked if marked != figure + mark else text


def _index(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - value))


def _lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Return characters as lines, from top to bottom, each from left to right."""
    found: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: ((c.top + c.bottom) / 2, c.x0)):
        middle = (char.top + char.bottom) / 2
        if found and abs(middle - _middle(found[-1])) < 0.5 * min(char.size, found[-1][0].size):
            found[-1].append(char)
        else:
            found.append([char])
    return [_once(sorted(line, key=lambda c: c.x0)) for line in found]


def _once(line: Sequence[Char]) -> list[Char]:
    """Return a line without characters that were printed twice, to look bold."""
    return [b for a, b in zip([None, *line], line, strict=False) if not a or a.text != b.text or b.x0 - a.x0 > TWICE]


def _middle(line: Sequence[Char]) -> float:
    return float(line[0].top + line[0].bottom) / 2


def _text(line: Sequence[Char], left: float | None = None) -> str:
    """Return a line's text: a tab at wide gaps, a space between words; its indent as ideographic spaces."""
    texts = []
    if left is not None:
        texts.append("\u3000" * round((line[0].x0 - left) / max(line[0].size, 1)))
    for before, char in zip([None, *line[:-1]], line, strict=True):
        gap = _gap(before, char) if before else 0.0
        texts += ["\t" if gap > WIDE else " " if gap > NARROW else "", char.text]
    return "".join(texts)


def _pieces(line: Sequence[Char]) -> tuple[tuple[str, float], ...]:
    """Return the pieces of a line between gaps, each with its middle."""
    found: list[list[Char]] = []
    for before, char in zip([None, *line[:-1]], line, strict=True):
        if before is None or _gap(before, char) > NARROW:
            found.append([])
        found[-1].append(char)
    return tuple(("".join(c.text for c in piece), (piece[0].x0 + piece[-1].x1) / 2) for piece in found)


def _gap(before: Char, char: Char) -> float:
    return float((char.x0 - before.x1) / max(char.size, before.size, 1))


def without_running_lines(pages: Sequence[list[Block]]) -> list[Block]:
    r"""Return the blocks of pages without running heads and feet: lines that, but for digits, recur on most pages.

    >>> from govreport.core import plain_paragraph
    >>> pages = [[plain_paragraph(f"某局年报\\t{n}/3"), plain_paragraph(text)] for n, text in enumerate("甲乙丙", 1)]
    >>> [block.text for block in without_running_lines(pages)]
    ['甲', '乙', '丙']
    """
    kept = [list(page) for page in pages]
    for end in (0, -1):
        for _ in range(MOST_LINES):
            counts = Counter(key for page in kept if page and (key := _common_text(page[end])))
            running = {key for key, n in counts.items() if n >= max(FEWEST_PAGES, RUNNING * len(pages))}
            for page in kept:
                if page and _common_text(page[end]) in running:
                    page.pop(end)
    return [block for page in kept for block in page]


def _common_text(block: Block) -> str:
    """Return a line with its digits replaced, empty where the line may be the header of a table."""
    text = block.text.strip() if isinstance(block, Paragraph) else ""
    return _NUMBER.sub("0", text) if len(text) >= SHORTEST and text.count("\t") < MOST_LINES else ""
