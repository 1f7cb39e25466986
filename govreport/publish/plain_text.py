"""Plain text of a notebook's outputs: what of it speaks to a reader, how it is set, and tables as rules read them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from contextlib import suppress

from govreport.core import Block, Grid, Preformatted, plain_paragraph

MOST_LINES, MOST_LETTERS = 2_000, 200_000
"""Most lines and letters of plain text that one output shows."""
_UNSAID = re.compile(r"NaN|NaT|<NA>|None|[\\|\n]")
"""What pandas shows for a cell without a value, and what would divide one in Markdown."""
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_OBJECTS = re.compile(r"<[A-Za-z!].*>|.*<[\w.]+ at 0x.*>.*|Series\(\[\],.*\)", re.DOTALL)
"""What stands for a Python object, such as ``<Axes: >``, and the source of HTML."""
_WITHIN = re.compile(r"<[A-Za-z][^<>]*>")
_NUMBER = re.compile(r"\A(?:np\.\w+\(([^()]*)\)|Decimal\('([-+\d.E]+)'\))\Z")
_SERIES = re.compile(r"\n(?:\w+: [^\n]*, )*dtype: \w+\Z")
"""What Python says beside a value: its type of a number, the last line of a series of pandas."""


def said(text: str) -> str:
    """Return what plain text says to a reader: a text without quotes, a number; nothing for other values of Python.

    >>> said("'共3件'"), said("np.int64(3)"), said("<Axes: >")
    ('共3件', '3', '')
    """
    told, is_series = _SERIES.subn("", text.rstrip())
    told = _NUMBER.sub(r"\1\2", told)
    if not is_series and _is_python(told):
        value: object = None
        with suppress(ValueError, SyntaxError):
            value = ast.literal_eval(told)
        told = value if isinstance(value, str) else told if type(value) in (int, float) else ""
    return "" if _OBJECTS.fullmatch(told.strip()) else told


def _is_python(text: str) -> bool:
    """Whether a text is an expression of Python; objects within it count as values."""
    try:
        return bool(ast.parse(_WITHIN.sub("0", text), mode="eval"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def plain(text: str) -> Iterator[Block]:
    """Yield plain output without colours; a line that was overwritten appears in its last state."""
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in _ANSI.sub("", text).expandtabs().rstrip().split("\n")]
    shown = "\n".join(lines[:MOST_LINES])[:MOST_LETTERS]
    if shown.strip():
        yield Preformatted(shown.strip("\n"))
    if (left := len(lines) - shown.count("\n") - 1) > 0 or len(shown) == MOST_LETTERS:
        yield plain_paragraph(f"（其后还有{left}行，从略。）" if left else "（其后从略。）")


def markdown_table(grid: Grid, above: str) -> str:
    """Return a table without lines across it as in Markdown. above: what is said of it, put before its corner."""
    rows = (row for row in (*grid.head, *grid.body) if row and row[0].columns < grid.width)
    lines = [" | ".join(_UNSAID.sub("", cell.text) for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in (*lines[:1], "-", *lines[1:])).replace("| ", f"| {above}，", 1)
