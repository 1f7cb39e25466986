"""Texts and tables as pages set them.

A text is cleaned, tightened and given places where a line may break; a table is fitted to the page: its type size, its
columns' widths and the lines of its labels.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice, takewhile
from typing import Any

from govreport.core import GovReportError, Grid, GridCell, Runs

BREAK, WHOLE = "\u200b", "\u2060"
"""BREAK marks a place where a line may break, two of WHOLE what no line may divide; no file has either."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufdd0-\ufdef\ufeff\ufff9-\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_WIDE = "\u2e80-\u303f\u3105-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff“”‘’—…·"
_GAP = re.compile(f"(?<=[{_WIDE}]) +(?=[0-9A-Za-z%(+-])|(?<=[0-9A-Za-z%.)]) +(?=[{_WIDE}])")
PHONE = re.compile(
    r"(?<![\w.+-])(?<![a-zA-Z/]/)(?=(?:\D{0,2}\d){7})"
    r"([+(（]?\d{1,12}(?:(?:[-–—－ )（）(]{1,2}| ?(?:转|分机) ?)\d{1,8}){1,3})(?!\w)",
    re.ASCII,
)
"""A telephone number in its parts, or another of the kind, such as a date."""
_LONG_WORD = re.compile(f"[^\\s{_WIDE}]{{13,}}")
_AFTER_SIGN = re.compile(r"(?<=[/._?&=:@#-])(?=[^/._?&=:@#-])")
_HANZI = re.compile("[\u3007\u4e00-\u9fff]+")
_WORD = re.compile(f"[^\\s{_WIDE}{BREAK}]{{2,}}")
_ENUMERATOR = re.compile(r"[一二三四五六七八九十]+、|\d+[.．、]|[（(][一二三四五六七八九十\d]+[）)]")
MOST_LETTERS = 25
"""A longer word may break anywhere, or the line before it would be stretched too far."""
ENDLESS, SELDOM = 1_000, 8
"""A word of more than ENDLESS letters may break after every eighth: each place of a break takes time to set."""
SIZES = ((5, 12.0), (12, 10.0), (16, 9.5), (24, 8.0))
"""Type sizes in points by the greatest number of columns; wider tables are set in the last."""
INSETS = ((5, 0.35, 0.4), (12, 0.25, 0.38), (16, 0.25, 0.5), (math.inf, 0.15, 0.3))
"""Insets beside and above a cell's text, in characters, by the greatest number of columns."""
SMALLEST = 5.0
NARROWEST = 2.4
"""A column's least width, in characters."""
NEARLY = 1.25
"""A label that is wider than its column by less than this ratio is given the width it needs."""
LONGEST_WORD = 8.0
LONGEST_NUMBER = 24.0
SLACK = 1.0
KEPT_TOGETHER, FEWEST = 190.0, 3
"""A table up to this height in points is not divided between pages: a larger one would leave a hole. Nor is one of so
few rows, up to half a page: one of them would stand alone."""
PAGE = 637.8
"""225 mm in points. A form's table up to this height, without the leading below its rows, stays on one page."""
TALL = 8
"""A cell of more lines may be divided between pages."""
MOST_REMEMBERED = 4_096
"""Texts whose widths and words are remembered: those of cells recur in a report, and from one to the next."""
MOST_REPEATED = 8
"""A header of more rows is not repeated on the next page."""
LINE = 1.3
SURELY = 0.9
"""A text up to this share of its line's width stands on one line, however its font's letters are."""


def clean(text: str) -> str:
    r"""Remove characters that cannot be printed: control and direction characters, lone surrogates.

    Line ends of any kind become newlines and tabs spaces.

    >>> clean("总计\u200f\t3\x07")
    '总计 3'
    """
    if text.isalnum():  # letters and digits are clean, which is soon seen
        return text
    return _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")


def tighten(text: str) -> str:
    """Remove spaces between Chinese characters and digits or letters, as in official documents.

    >>> tighten("2020 年收到 3 件")
    '2020年收到3件'
    """
    return _GAP.sub("", text)


def breakable(text: str) -> str:
    """Return a text whose long words may break: after the signs of an address, or anywhere in a very long one.

    A telephone number stays whole.

    >>> breakable("https://example.invalid/a") == f"https://{BREAK}example.{BREAK}invalid/{BREAK}a"
    True
    >>> breakable("电话：（0000）000 0000") == f"电话：{WHOLE}（0000）000 0000{WHOLE}"
    True
    """
    parts = enumerate(PHONE.split(text))
    return "".join(
        f"{WHOLE}{p}{WHOLE}" if n % 2 else _LONG_WORD.sub(lambda word: _opened(word[0]), p) for n, p in parts
    )


def unmarked(text: str) -> str:
    """Return a text without marks of places where a line may or may not break."""
    return text.replace(BREAK, "").replace(WHOLE, "")


def _opened(word: str) -> str:
    if len(word) > MOST_LETTERS:
        return in_steps(word, 1 if len(word) <= ENDLESS else SELDOM)
    return _AFTER_SIGN.sub(BREAK, word) if any(map(str.isalpha, word)) else word


def in_steps(word: str, step: int) -> str:
    """Return a word that may break after every `step` characters.

    >>> in_steps("abcde", 2).split(BREAK)
    ['ab', 'cd', 'e']
    """
    return BREAK.join(word[start : start + step] for start in range(0, len(word), step))


def set_runs(runs: Runs) -> Runs:
    """Set runs: clean them, tighten them also where two runs meet, make long words breakable.

    Spaces typed as an indent before the paragraph are dropped; a code run keeps its own.
    """
    cleaned = [replace(run, text=clean(run.text)) for run in runs]
    whole = "".join(run.text for run in cleaned)
    dropped = set(range(len(whole) - len(whole.lstrip(" \u3000"))))
    dropped |= {place for gap in _GAP.finditer(whole) for place in range(*gap.span())}
    start, kept = 0, []
    for run in cleaned:
        inner = range(start, start + len(run.text))
        text = "".join(c for place, c in zip(inner, run.text, strict=True) if place not in dropped or run.code)
        kept.append(replace(run, text=breakable(text)))
        start = inner.stop
    return tuple(run for run in kept if run.text)


@lru_cache(MOST_REMEMBERED)
def width_in_em(text: str) -> float:
    """Return about how wide a text without line breaks is, in units of its size.

    >>> width_in_em("总计3")
    2.57
    """
    return sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if character in (BREAK, WHOLE):
        return 0.0
    if character >= "\u2e80" or character in "“”‘’—…mwMW%@":
        return 1.0
    return 0.75 if character.isupper() else 0.57 if character.isdigit() else 0.6


def even_lines(text: str, capacity: float) -> str:
    """Return a label broken into lines of about the same length, without splitting pairs of characters.

    capacity: the line's width in characters. Only labels of Chinese characters, with or without an
    enumerator before them, are broken; others are returned as they are.

    >>> even_lines("社会公益组织", 3.4).split()
    ['社会', '公益', '组织']
    >>> even_lines("三、本年度办理结果", 3.4).split()
    ['三、', '本年度', '办理', '结果']
    """
    if width_in_em(text) <= capacity + 0.01 or capacity < 2:
        return text
    enumerator = match[0] if (match := _ENUMERATOR.match(text)) else ""
    rest = text.removeprefix(enumerator)
    if not _HANZI.fullmatch(rest):
        return text
    unit = 2 if len(rest) % 2 == 0 else 1
    count = len(rest) // unit
    lines = -(-count // (int(capacity) // unit))
    letters = iter(rest)
    sizes = (unit * (count // lines + (place < count % lines)) for place in range(lines))
    return "\n".join([*filter(None, [enumerator]), *("".join(islice(letters, size)) for size in sizes)])


def line_count(text: str, capacity: float) -> int:
    """Return about how many lines a text takes.

    >>> line_count("一二三四五", 2)
    3
    """
    return sum(max(1, -(-int(10 * width_in_em(line)) // max(1, int(10 * capacity)))) for line in text.split("\n"))


@lru_cache(MOST_REMEMBERED)
def words(text: str) -> Sequence[str]:
    """Return the parts of a text that a line break never divides, if they have several characters.

    >>> words("共 1,234.50 元（abc）")
    ['1,234.50', 'abc']
    """
    return _WORD.findall(text)


@dataclass(frozen=True)
class Fit:
    """How a table is set: type size and insets in points, each column's width in points."""

    size: float
    inset: tuple[float, float]
    widths: tuple[float, ...]

    def capacity(self, cell: GridCell) -> float:
        """Return how many characters a line of a cell holds."""
        return (sum(self.widths[cell.column : cell.column + cell.columns]) - 2 * self.inset[0]) / self.size


def table_data(table: Grid, available: float) -> dict[str, Any]:
    """Return a table as the data that the template sets.

    available: width in points. Raises GovReportError when its columns cannot stand beside each other.

    >>> from govreport.filing import Filing
    >>> from govreport.tables import statutory_grid
    >>> data = table_data(statutory_grid(Filing.from_cells("demo", "示例局", 2021, {}), "disputes"), 442)
    >>> data["size"], data["split"], [cell["text"] for cell in data["parts"][0]["rows"][2]][0].split()
    (9.5, False, ['结果', '维持'])
    """
    fit = _fit(table, available)
    flush = {cell.column for cell in table.cells if cell.scope == "row" and cell.align == "left"}
    set_rows = [_row([_cell(cell, fit, cell.column in flush) for cell in row]) for row in (*table.head, *table.body)]
    lines = [max((cell["lines"] for cell in row if cell["row"] == 1), default=1) for row in set_rows]
    height, leading = sum(most * LINE * fit.size + 2 * fit.inset[1] for most in lines), (LINE - 1) * fit.size
    parts = list(_parts(table, set_rows))
    labelled = _is_labelled(parts)
    for part in parts:
        part["heights"] = _heights(part["rows"], fit.size + 2 * fit.inset[1], labelled and not part["level"])
    return {
        "size": fit.size,
        "inset": {"x": fit.inset[0], "y": fit.inset[1]},
        "widths": [round(width, 2) for width in fit.widths],
        "split": height > KEPT_TOGETHER and (len(table.body) > FEWEST or height > PAGE / 2),
        "labelled": labelled,
        "kept": any(cell.name for cell in table.cells) and height - leading * len(lines) <= PAGE,
        "parts": parts,
    }


def _fit(table: Grid, available: float) -> Fit:
    count = table.width
    size = next((size for most, size in SIZES if count <= most), SIZES[-1][1])
    while size >= SMALLEST:
        inset = next((x * size, y * size) for most, x, y in INSETS if count <= most)
        least = _least_widths(table, size, inset[0], LONGEST_WORD if size > SMALLEST else NARROWEST)
        if sum(least) <= available:
            fit = Fit(size, inset, _shared(table.widths, least, available))
            figures = (cell for row in table.body for cell in row if not cell.scope)
            crowded = any(line_count(cell.text, fit.capacity(cell)) > 2 for cell in figures)
            shares = _by_content(table) if crowded else table.widths  # the stated widths do not suit a crowded table
            fit = Fit(size, inset, _shared(shares, least, available))
            wider = _with_near_labels(least, fit, table)
            return Fit(size, inset, _shared(shares, wider, available)) if sum(wider) <= available else fit
        size -= 0.5
    name = clean(table.caption) or "未命名的表"
    raise GovReportError(f"表“{name}”有{count}栏，一页的宽度放不下；请减少栏数，或将行与列对调。")


def _widest(least: Sequence[float], needed: Iterable[tuple[int, float]]) -> list[float]:
    """Return columns' widths of which none is less than its least, nor than one that is needed. needed: by column."""
    widths = list(least)
    for column, width in needed:
        widths[column] = max(widths[column], width)
    return widths


def _by_content(table: Grid) -> list[float]:
    """Return shares of the width by each column's longest cell; long texts count less than in full."""
    lines = ((cell.column, line) for cell in table.cells if cell.columns == 1 for line in cell.text.split("\n"))
    longest = _widest([NARROWEST] * table.width, ((column, width_in_em(line)) for column, line in lines))
    return [min(width, 4 * width**0.5) for width in longest]


def _least_widths(table: Grid, size: float, inset: float, longest: float) -> list[float]:
    """Return for each column the width that its longest number or word needs.

    longest: what is granted to a word, in characters; longer ones are divided, numbers never.
    """
    alone = ((cell.column, word) for cell in table.cells if cell.columns == 1 for word in words(cell.text))
    whole = ((column, word, width_in_em(word)) for column, word in alone)
    granted = ((n, min(w, longest) if w > LONGEST_NUMBER or any(map(str.isalpha, word)) else w) for n, word, w in whole)
    least = [NARROWEST * size + 2 * inset] * table.width
    return _widest(least, ((column, width * size + 2 * inset + SLACK) for column, width in granted))


def _with_near_labels(least: Sequence[float], fit: Fit, table: Grid) -> list[float]:
    """Return least widths at which labels that nearly fit their column do fit."""
    labels = ((cell.column, width_in_em(cell.text)) for cell in table.cells if cell.scope and cell.columns == 1)
    whole = ((column, width * fit.size + 2 * fit.inset[0] + SLACK) for column, width in labels)
    return _widest(least, ((column, width) for column, width in whole if width <= NEARLY * fit.widths[column]))


def _shared(widths: Sequence[float], least: Sequence[float], available: float) -> tuple[float, ...]:
    """Share the available width out in proportion, giving no column less than its least width."""
    fixed: dict[int, float] = {}
    while True:
        free = [place for place in range(len(widths)) if place not in fixed]
        scale = (available - sum(fixed.values())) / (sum(widths[place] for place in free) or 1)
        short = {place: least[place] for place in free if widths[place] * scale < least[place]}
        if not short:
            return tuple(fixed.get(place, width * scale) for place, width in enumerate(widths))
        fixed |= short


def _cell(cell: GridCell, fit: Fit, flush: bool) -> dict[str, Any]:
    """Return a cell as data.

    flush: whether a row label that begins in this column is set flush left; then all of them are.
    """
    capacity = fit.capacity(cell)
    text = clean(cell.text)
    align = "left" if flush and cell.scope == "row" else cell.align
    if cell.scope and align == "center":
        text = even_lines(text, capacity)
    for word in sorted({word for word in words(text) if width_in_em(word) > capacity}, key=len, reverse=True):
        text = text.replace(word, in_steps(word, 1 if len(word) <= ENDLESS else max(1, int(capacity / 2))))
    return {
        "text": text,
        "x": cell.column,
        "row": cell.rows,
        "col": cell.columns,
        "align": align,
        "header": bool(cell.scope),
        "lines": line_count(text, capacity),
        "single": "\n" not in text and width_in_em(text) <= SURELY * capacity,
    }


def _row(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Mark cells that a page may divide: those that span rows, and all of a very tall row."""
    tall = any(cell["lines"] > TALL for cell in cells)
    return [{**c, "split": tall or c["row"] > 1, "whole": c["row"] > 1 and c["lines"] <= TALL} for c in cells]


def _heights(rows: Sequence[Sequence[dict[str, Any]]], line: float, stretch: bool) -> list[float | None]:
    """Return rows' heights, that of one line or None where lines must be broken first, and mark cells that are plain.

    stretch: whether a label that spans rows may stretch them; else it is set in the heights that they have.
    """
    heights: list[float | None] = []
    for row in rows:
        beside = [cell for cell in row if cell["row"] == 1]
        known = all(cell["single"] and not cell["split"] for cell in beside) and any(cell["text"] for cell in beside)
        heights.append(line if known else None)
    for number, cell in ((number, cell) for number, row in enumerate(rows) for cell in row):
        if cell["row"] > 1 and not cell["single"] and not stretch:
            heights[number : number + cell["row"]] = [None] * cell["row"]
    for cell, height in ((cell, height) for row, height in zip(rows, heights, strict=True) for cell in row):
        plain = cell["row"] == cell["col"] == 1 and cell["align"] == "center" and not cell["header"]
        cell["plain"] = plain and height is not None and BREAK not in cell["text"]
    return heights


def _is_labelled(parts: Sequence[dict[str, Any]]) -> bool:
    """Whether labels stand beside several rows of the body, so that they are repeated where a page ends.

    Not where something else spans rows, where a cell may be divided itself, or where groups have headers of their own.
    """
    spanning = [cell for row in parts[-1]["rows"] for cell in row if cell["row"] > 1]
    whole = all(cell["lines"] <= TALL for part in parts for row in part["rows"] for cell in row)
    plain = [part["level"] for part in parts] in ([0], [1, 0])
    return bool(spanning) and plain and whole and all(cell["header"] for cell in spanning)


def _parts(table: Grid, rows: Sequence[Any]) -> Iterator[dict[str, Any]]:
    """Yield header and body rows in turn; a group's header rows stay with its body and repeat like the table's."""
    count = len(table.head)
    if count:
        yield {"level": 1, "repeat": count <= MOST_REPEATED, "rows": rows[:count]}
    starts = sorted({start for start in table.groups if 0 <= start < len(table.body)} | {0})
    for start, end in zip(starts, [*starts[1:], len(table.body)], strict=True):
        group = table.body[start:end]
        heads = _leading_headers(group)
        if heads:
            yield {"level": 2 if count else 1, "repeat": True, "rows": rows[count + start : count + start + heads]}
        if heads < len(group):
            yield {"level": 0, "repeat": False, "rows": rows[count + start + heads : count + end]}


def _leading_headers(group: Sequence[Sequence[GridCell]]) -> int:
    """Count a group's first rows that hold nothing but column or group labels within themselves."""
    scopes = ("col", "colgroup", "rowgroup")
    heads = list(takewhile(lambda row: all(cell.scope in scopes and cell.rows == 1 for cell in row), group))
    return len(heads) if len(heads) < min(MOST_REPEATED, len(group)) else 0
