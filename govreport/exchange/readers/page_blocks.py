"""Laid-out pages (PDF, OFD), of characters and drawings with their places: tables by their lines, the rest as text."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, filterfalse, groupby, pairwise
from statistics import median
from typing import Any

from pdfplumber.table import TableFinder
from pdfplumber.utils.clustering import cluster_list
from pdfplumber.utils.geometry import calculate_area, merge_bboxes, obj_to_bbox

from govreport.core import Block, FilingError, Grid, GridCell, Picture, plain_paragraph
from govreport.exchange.readers.footnotes import set_off, signs, with_remarks
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.running_lines import is_page_number, without_running_lines
from govreport.exchange.recognise.cell_values import is_figure, is_value
from govreport.exchange.recognise.model import MOSTLY
from govreport.exchange.recognise.paragraphs import HEADING

TOLERANCE, SNAP = 3.0, 1.0
"""Points within which edges of cells are one, and lines; a drawing beside a table must not shift its lines."""
ASLANT, HUGE = 3.0, 4.0
"""Degrees by which a character leans from most when it is a mark; ratio of sizes that makes one."""
WIDE, NARROW = 1.8, 0.35
"""Gaps between characters of different cells, and of different words, in sizes of a character; digits that begin no
further from each other than the latter are printed over each other."""
TENTH = 0.1
"""Of a cell's font size, how much smaller characters are that may be a footnote mark, and how far they are shifted;
of a page's height, how far its number stands from its ends; of both its sides, how large a chart is at least."""
WHITE = 1 - TENTH
"""Shade from which on a character is drawn in white; one that is lighter than most and not white is a mark."""
SENTENCE = re.compile("[。；，]")
TURNS = range(0, 360, 90)
"""Degrees by which pages are turned."""
Char = dict[str, Any]
Box = tuple[float, float, float, float]


def document_of(pages: Iterable[Callable[[int], Any]], title: str, file: str) -> ForeignDocument:
    """Return the document that laid-out pages hold.

    pages: what draws each, turned clockwise by degrees, as pdfplumber has it: ``chars``, ``edges``, ``rects``,
    ``curves``, ``images``, ``width``, ``height`` and ``bbox`` in points from the top left; one at a time is held.
    title: the one that the file states; file: its name in messages. Raises FilingError when there is no text on them.
    """
    blocks, characters = list[list[Block]](), 0
    for number, draw in enumerate(pages, 1):
        page = draw(0)
        characters += len(page.chars)
        turn = turn_of(page.chars)
        blocks.append(_page(draw(turn) if turn else page, number))
    if not characters:
        raise FilingError([f"{file} 没有文字层（可能是扫描件），无法读取；请用可复制文字的版本，或手工录入。"])
    drawn = [str(number) for number, page in enumerate(blocks, 1) for block in page if isinstance(block, Picture)]
    told = f"第{'、'.join(dict.fromkeys(drawn))}页有{len(drawn)}幅带文字的图，图中文字没有读入叙述，请核对。"
    return without_running_lines(ForeignDocument((), title, (told,) * bool(drawn), laid_out=True), blocks)


def _page(page: Any, number: int) -> list[Block]:
    chars, placed, inside = _seen(page), list[tuple[float, Block]](), set[int]()
    lines = {"explicit_horizontal_lines": _open_ends(page.edges), "snap_tolerance": SNAP}
    tables = TableFinder(page, lines).tables
    if highest := max((_highest_row(table, page.edges) for table in tables), default=0.0):
        tables = TableFinder(page, {**lines, "join_y_tolerance": highest}).tables
    grids = [_without_frames([box for box in table.cells if _is_wide(box)]) for table in tables]
    grids = [boxes for boxes in grids if len(boxes) > 1]
    charts = _charts(page, chars, [*chain(*grids)])
    placed += [(top, Picture(width=right - left, height=bottom - top)) for left, top, right, bottom in charts]
    chars = [char for char in chars if not any(_within(char, chart) for chart in charts)]
    for boxes in grids:
        area = merge_bboxes(boxes)
        own = [char for char in _inside(chars, area) if id(char) not in inside]
        own = _without_page_number(own, page.height, bare=False)
        grid = _grid(boxes, own, f"第{number}页的表格")
        if any(cell.text for cell in grid.cells):
            inside |= {id(char) for char in own}
            placed.append((area[1], grid))
    rest = _lines(_without_page_number([char for char in chars if id(char) not in inside], page.height))
    left = min((*(line[0]["x0"] for line in rest), *(chart[0] for chart in charts)), default=0.0)
    for line in rest:
        text = _text(line, left)
        if text.strip("| \t\u3000") and not any(_is_caption(line, chart) for chart in charts):
            pieces = (("".join(c["text"] for c in word), word[0]["x0"], word[-1]["x1"]) for word in _words(line))
            placed.append((line[0]["top"], plain_paragraph(text, pieces=tuple(pieces))))
    return [block for _, block in sorted(placed, key=lambda entry: entry[0])]


def _charts(page: Any, chars: Sequence[Char], cells: Sequence[Box]) -> list[Box]:
    """Return the areas of a page's charts; cells: of its tables.

    A chart is a ground with coloured shapes on it that are no cells, and are slanted or hold no text: bars, sectors,
    the squares of a legend. Its text has figures and no sentence.
    """
    shapes = [shape for shape in (*page.rects, *page.curves) if _is_wide(obj_to_bbox(shape))]
    grounds = [shape for shape in shapes if calculate_area(obj_to_bbox(shape)) > TENTH**2 * page.width * page.height]
    found = list[Box]()
    bare = [shape for shape in shapes if grounds and _is_bare(shape, chars, cells)]
    for ground in sorted(grounds, key=lambda shape: -calculate_area(obj_to_bbox(shape))):
        area = obj_to_bbox(ground)
        if sum(_within(shape, area) for shape in bare) < 2 or any(_within(ground, chart) for chart in found):
            continue
        text = [char for char in _inside(chars, area) if char["order"] > ground["order"]]
        words = "\t".join(map(_text, _lines(text)))
        if any(is_figure(word.rstrip("%％")) for word in words.split()) and not SENTENCE.search(words):
            found.append(area)
    return found


def _is_bare(shape: Char, chars: Sequence[Char], cells: Sequence[Box]) -> bool:
    """Whether a shape is coloured, no cell, and has a side that runs neither across nor down, or holds no text."""
    box, sides = obj_to_bbox(shape), pairwise(shape["pts"])
    if not shape["fill"] or _is_white(shape) or _are_cells(box, cells):
        return False
    is_slanted = any(min(abs(a - c), abs(b - d)) > TOLERANCE for (a, b), (c, d) in sides)
    return is_slanted or not _inside(chars, box)


def _are_cells(box: Box, cells: Sequence[Box]) -> bool:
    """Whether a box begins and ends where cells do."""
    return all(any(math.dist(box[n : n + 2], cell[n : n + 2]) <= TOLERANCE for cell in cells) for n in (0, 2))


def _is_caption(line: Sequence[Char], chart: Box) -> bool:
    """Whether a line below a chart is its caption: centred and far from both ends, no heading and no sentence."""
    left, _, right, bottom = chart
    size, text = line[0]["size"], _text(line)
    before, behind = line[0]["x0"] - left, right - line[-1]["x1"]
    is_below = 0 <= line[0]["top"] - bottom < 2 * size < before and abs(before - behind) < size
    return is_below and not (HEADING.match(text) or SENTENCE.search(text))


def _seen(page: Any) -> list[Char]:
    """Return a page's characters by height, without those beyond its edges and without marks over or behind it.

    A mark runs aslant from the page's other text, is far larger, or is faint, invisible, white on white or painted over
    in white where other text is not.
    """
    own = sorted((char for char in page.chars if char["text"].strip() and _within(char, page.bbox)), key=_height)
    angles = [math.degrees(math.atan2(char["matrix"][1], char["matrix"][0])) for char in own]
    skew = median(angles or [0.0])
    usual = median([char["size"] for char in own] or [0.0])
    filled = [drawn for drawn in (*page.rects, *page.curves) if drawn["fill"]]
    grounds = [obj_to_bbox(drawn) for drawn in (*filterfalse(_is_white, filled), *page.images)]
    painted = [(drawn["order"], obj_to_bbox(drawn)) for drawn in filter(_is_white, filled)]
    covered = {id(char) for order, box in painted for char in _inside(own, box) if char["order"] < order}

    def is_faint(char: Char) -> bool:
        on_a_ground = _is_white(char) and any(_within(char, ground) for ground in grounds)
        return not char["seen"] or id(char) in covered or (min(_shades(char)) > MOSTLY and not on_a_ground)

    faint = list(map(is_faint, own))
    all_faint = sum(faint) * 2 > len(own)
    return [
        char
        for char, angle, pale in zip(own, angles, faint, strict=True)
        if abs(angle - skew) <= ASLANT and char["size"] < HUGE * usual and (all_faint or not pale)
    ]


def _shades(char: Char) -> list[float]:
    """Return how light a character is drawn, 1 for white, in each colour; black where grey, RGB or CMYK do not tell."""
    colours = char["non_stroking_color"]
    given = list(colours) if isinstance(colours, (tuple, list)) else [colours]
    match given if all(isinstance(shade, (int, float)) for shade in given) else ():
        case [_] | [_, _, _]:
            return given
        case [cyan, magenta, yellow, black]:
            return [1 - min(ink + black, 1.0) for ink in (cyan, magenta, yellow)]
    return [0.0]


def _is_white(drawn: Char) -> bool:
    """Whether a character or a filled shape is drawn in white."""
    return min(_shades(drawn)) >= WHITE


def _without_page_number(chars: Sequence[Char], height: float, bare: bool = True) -> list[Char]:
    """Return characters without the page's number, which stands alone at the top or the foot.

    bare: whether it may be a number and nothing else; in a table that is the end of a figure which the page cut.
    """
    margin = [char for char in chars if char["bottom"] < TENTH * height or char["top"] > (1 - TENTH) * height]
    lines = [(line, _text(line)) for line in _lines(margin)]
    numbers = {id(char) for line, text in lines if "\t" not in text and is_page_number(text, bare) for char in line}
    return [char for char in chars if id(char) not in numbers]


def _highest_row(table: Any, edges: Sequence[Char]) -> float:
    """Return the widest gap between lines across a table of which much is in no cell, else 0.

    Where every other row is shaded, and lines part the rows, uprights go through the others.
    """
    _, top, _, bottom = table.bbox
    if sum(map(calculate_area, table.cells)) > MOSTLY * calculate_area(table.bbox):
        return 0.0
    across = {edge["top"] for edge in edges if edge["orientation"] == "h" and top <= edge["top"] <= bottom}
    return max(float(low - high) for high, low in pairwise(sorted({top, *across, bottom})))


def _open_ends(edges: Sequence[Char]) -> list[float]:
    """Return where upright edges end without a line across: there the page's end cuts a row."""
    across = {edge["top"] for edge in edges if edge["orientation"] == "h" and edge["x1"] - edge["x0"] > TOLERANCE}
    upright = [edge for edge in edges if edge["orientation"] == "v" and edge["bottom"] - edge["top"] > 2 * TOLERANCE]
    ends = {y for edge in upright for y in (edge["top"], edge["bottom"])}
    return _edges(y for y in ends if all(abs(y - other) > TOLERANCE for other in across))


def _without_frames(boxes: Sequence[Box]) -> list[Box]:
    """Return a table's cells without rows of one cell above and below: frames and shades around lines of prose."""
    ordered = sorted(boxes, key=lambda box: (box[1], box[0]))
    rows = [list(row) for _, row in groupby(ordered, key=lambda box: round(box[1]))]
    several = [n for n, row in enumerate(rows) if len(row) > 1] or [0, -1]
    return [box for row in rows[several[0] : several[-1] + 1] for box in row]


def _is_wide(box: Box) -> bool:
    return min(box[2] - box[0], box[-1] - box[1]) > TOLERANCE


def _inside(chars: Sequence[Char], box: Box) -> list[Char]:
    """Return the characters, which are sorted by height, that stand in a box."""
    beside = chars[bisect_left(chars, box[1], key=_height) : bisect_right(chars, box[-1], key=_height)]
    return [char for char in beside if _within(char, box)]


def _height(char: Char) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _within(char: Char, box: Box) -> bool:
    left, top, right, bottom = box
    return bool(left <= (char["x0"] + char["x1"]) / 2 <= right and top <= _height(char) <= bottom)


def _grid(boxes: Sequence[Box], chars: Sequence[Char], place: str) -> Grid:
    """Return cells by where their edges stand among all edges of the table."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    across, down = _edges(lefts + rights), _edges(tops + bottoms)
    cells = list[GridCell]()
    for box in boxes:
        left, top, right, bottom = box
        text = _cell_text(_inside(chars, box))
        row, column = _index(down, top), _index(across, left)
        rows, columns = _index(down, bottom) - row, _index(across, right) - column
        cells.append(GridCell(text, row, column, max(rows, 1), max(columns, 1)))
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(tuple(cells), max(len(across) - 1, 1), place)


def _cell_text(chars: Sequence[Char]) -> str:
    """Return a cell's lines; small characters that stand higher or lower beside its figure are a footnote mark."""
    usual = max((char["size"] for char in chars), default=0.0)
    large = [char for char in chars if char["size"] >= (1 - TENTH) * usual]
    small = [char for char in chars if char["size"] < (1 - TENTH) * usual]
    middle = (min(large, key=lambda other: abs(other["x0"] - char["x0"])) for char in small)
    is_off = all(abs(_height(a) - _height(b)) >= TENTH * usual for a, b in zip(small, middle, strict=True))
    if small and is_off and is_value(figure := "\n".join(map(_text, _lines(large)))):
        mark = "".join(map(_text, _lines(small)))
        return with_remarks(figure + set_off(mark, "sup"))
    return "\n".join(map(_text, _lines(chars)))


def _edges(values: Iterable[float]) -> list[float]:
    return [same[0] for same in cluster_list(list(values), TOLERANCE)]


def _index(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda n: abs(edges[n] - value))


def _lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Return characters as lines, from top to bottom, each from left to right."""
    found: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (_height(c), c["x0"])):
        if found and abs(_height(char) - _height(found[-1][0])) < min(char["size"], found[-1][0]["size"]) / 2:
            found[-1].append(char)
        else:
            found.append([char])
    return [_told_apart(sorted(line, key=lambda c: c["x0"])) for line in found]


def _told_apart(line: Sequence[Char]) -> list[Char]:
    """Return a line with a mark in place of each digit that is printed over another one, which nobody can read.

    What is printed twice to look bold is there once. Small digits that stand higher, right behind what is larger, are
    raised ones.
    """
    apart, base = list(line[:1]), line[0]
    for before, char in pairwise(line):
        step, digits = char["x0"] - before["x0"], before["text"].isdecimal() and char["text"].isdecimal()
        over = digits and step < NARROW * min(char["size"], before["size"])
        if _gap(before, char) > NARROW or char["size"] >= (1 - TENTH) * base["size"]:
            base = char
        if char["text"] == before["text"] and (over or step <= SNAP):
            continue
        if _height(base) - _height(char) > (TENTH + TENTH / 2) * base["size"]:
            apart.append({**char, "text": signs(char["text"])})
        elif over:
            apart[-1] = {**apart[-1], "text": "？"}
        else:
            apart.append(char)
    return apart


def _text(line: Sequence[Char], left: float | None = None) -> str:
    """Return a line's text: a tab at wide gaps, a space between words; its indent as ideographic spaces."""
    words = _words(line)
    indent = 0 if left is None else round((line[0]["x0"] - left) / max(line[0]["size"], 1))
    gaps = ["\t" if _gap(before[-1], word[0]) > WIDE else " " for before, word in pairwise(words)]
    texts = ("".join(char["text"] for char in word) for word in words)
    return "\u3000" * indent + "".join(chain.from_iterable(zip(texts, [*gaps, ""], strict=True)))


def _words(line: Sequence[Char]) -> list[Sequence[Char]]:
    """Return the pieces of a line between gaps."""
    gaps = (n for n, (before, char) in enumerate(pairwise(line), 1) if _gap(before, char) > NARROW)
    return [line[start:end] for start, end in pairwise((0, *gaps, len(line)))]


def _gap(before: Char, char: Char) -> float:
    return float((char["x0"] - before["x1"]) / max(char["size"], before["size"], 1))


def turn_of(chars: Sequence[dict[str, Any]]) -> int:
    """Return the degrees, clockwise, by which a page must be turned for its text to be upright; 0 for most.

    >>> turn_of([{"matrix": (0, 1, -1, 0, 9, 9), "text": "三"}] * 3)
    90
    """
    runs = [char["matrix"][:2] for char in chars if char["text"].strip()]
    counts = Counter((0 if x > 0 else 2) if abs(x) >= abs(y) else (1 if y > 0 else -1) for x, y in runs)
    turn, count = max(counts.items(), key=lambda entry: entry[1], default=(0, 0))
    return TURNS[turn] if count > MOSTLY * counts.total() else 0
