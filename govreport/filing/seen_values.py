"""What is seen of a table of an analyst's own, against what it holds: figures as formats print them are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext

from govreport.core import Figure
from govreport.filing.own_table import PRECISION, OwnTable, bare, read_value

_ROUNDED = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
"""The ways in which analysts' formats round."""
_PRINTED = re.compile(r"(\D*?)(-?\d[\d,]*(?:\.\d+)?)(.*)", re.DOTALL)
_SCALES = {"%": -2, "‰": -3, "百万": 6, "千万": 7, "百": 2, "千": 3, "万": 4, "亿": 8}
_Frame = tuple[str, str] | None
"""What is printed before and behind a figure, without signs; none where there is no figure."""


def seen_otherwise(table: OwnTable, texts: Mapping[tuple[int, int], str]) -> list[tuple[int, int]]:
    r"""Return the cells, by number of row and column, of which something else is seen than the table holds.

    A figure may be rounded, and have around it what all figures of its column have, or a unit of the column's label.
    texts: what is seen of cells, however it is typed.

    >>> table = OwnTable.read("平台,发布（条）\n网站,120\n微信,86\n", "platforms")
    >>> seen_otherwise(table, {(0, 0): "120条", (1, 0): "86"}), seen_otherwise(table, {(0, 0): "120万", (1, 0): "86"})
    ([], [(0, 0)])
    """
    written = {place: bare(text) for place, text in texts.items()}
    printed = [(m, text) for (n, m), text in written.items() if isinstance(table.values[n][m], Figure)]
    figures = {m: [text for at, text in printed if at == m] for m in {m for _, m in texts}}
    shared = {m: {_frame(text) for text in own} if own[1:] else set() for m, own in figures.items()}

    def is_same(n: int, m: int, text: str) -> bool:
        if not isinstance(value := table.values[n][m], Figure):
            return not isinstance(read_value(text), Figure) if value is None else text == bare(value)
        frame = _frame(text)
        usual = shared[m] == {frame} or (frame and not frame[0] and frame[1] in bare(table.columns[m][-1]))
        return _fits(text, value, bool(usual))

    return [place for place, text in written.items() if not is_same(*place, text)]


def _frame(text: str) -> _Frame:
    return (re.sub(r"\W", "", found[1]), found[3]) if (found := _PRINTED.fullmatch(text)) else None


def _fits(text: str, value: Figure, is_usual: bool) -> bool:
    """Whether a text is a figure, rounded; is_usual: it may have around it what it has."""
    if not (found := _PRINTED.fullmatch(text)):
        return is_usual and read_value(text) is not None
    before, number, behind = found.groups()
    scale = next((power for word, power in _SCALES.items() if behind.startswith(word)), 0)
    digits = len(number.partition(".")[2])
    with localcontext(prec=PRECISION):
        exact, stated = Decimal(value), Decimal(number.replace(",", ""))
        if before.strip("+"):  # a sign in place of a minus
            exact, stated = abs(exact), abs(stated)
        return any(_rounds(exact.scaleb(-n), stated, digits) for n in [0] * is_usual + [scale] * bool(scale))


def _rounds(exact: Decimal, stated: Decimal, digits: int) -> bool:
    return stated in {exact.quantize(Decimal(1).scaleb(-digits), rounding) for rounding in _ROUNDED}
