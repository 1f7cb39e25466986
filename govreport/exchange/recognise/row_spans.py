"""Several lines that may be one row of a table: whether they can be, their label, their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from govreport.core import GridCell
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.lines import Line

UNLIKE, ODD, MOST_LABELS = 0.5, 4, 4
"""Distance from which on a label is not a row's; letters of a word that may stand where a figure should; labels of a
line that may be its row's together."""


@dataclass(frozen=True)
class Span:
    """What matters of lines that may be one row: whether they can be, their figures, and what their label may be."""

    possible: bool
    grid: bool
    run: bool
    parted: bool
    labelled: bool
    before: bool
    figures: int
    cells: int
    shown: int
    label: str
    candidates: tuple[str, ...]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Span:
        """Look at lines."""
        with_figures = [line for line in lines if line.figures]
        grid, figures = lines[0].grid, sum(len(line.figures) for line in with_figures)
        parted = len(with_figures) > 1 and not grid
        cells = -1 if lines[0].middles else len(lines[0].values)
        return cls(
            possible=may_join(lines) and not (parted and bool(lines[-1].labels)),
            grid=grid,
            run=lines[0].run and len(lines) == 1,
            parted=parted,
            labelled=any(line.labels for line in lines),
            before=stands_before(lines),
            figures=figures,
            cells=cells,
            shown=max(figures, *(len(line.values) for line in lines)) if grid else figures,
            label=label(lines),
            candidates=tuple(candidates(lines)),
        )


def is_odd(text: str) -> bool:
    """Return whether a label cell may stand where a figure should: a word or two without number (若干, 不详)."""
    return len(plain(text)) <= ODD and not plain(text)[0].isdigit()


def with_odd_value(line: Line, label: str) -> Line:
    """Return a line whose last label cell is no label but stands where a figure should, with that cell a value."""
    last, before, both = (
        distance(text, label) for text in (line.labels[-1], line.labels[-2], "".join(line.labels[-2:]))
    )
    if before >= min(last, both, UNLIKE):
        return line
    first = len(line.cells) - len(line.values) - 1
    return replace(line, labels=line.labels[:-1], values=line.cells[first:])


def all_values(span: Sequence[Line]) -> tuple[GridCell, ...]:
    """Return the cells of all lines that are not blank."""
    return tuple(cell for line in span for cell in line.values if cell.text.strip())


def halves(span: Sequence[Line]) -> tuple[GridCell, ...]:
    """Return the cells of a row that a page's end cuts, the digits of each half below each other."""
    count = min(len(line.values) for line in span)
    upper, lower = (line.values[len(line.values) - count :] for line in span)
    return tuple(
        replace(a, text="\n".join(t for t in (a.text, b.text) if t.strip())) for a, b in zip(upper, lower, strict=True)
    )


def may_join(span: Sequence[Line]) -> bool:
    """Return whether lines may be one row: lines of text, or the two halves of a row that a page's end cuts."""
    if len(span) == 1:
        return True
    if span[0].grid or span[-1].grid:
        return len(span) == 2 and all(line.grid for line in span) and span[0].block != span[1].block
    return not any(line.grid for line in span)


def label(span: Sequence[Line]) -> str:
    """Return the labels of lines made one; of a cut row's lower half only where it stands in the same column."""
    first = span[0]
    own = [line for line in span if not line.grid or line is first or len(line.values) <= len(first.values)]
    return "".join(line.labels[-1] for line in own if line.labels)


def candidates(span: Sequence[Line]) -> Iterator[str]:
    """Yield what may be the row's own label: the last label cell, or with those before it."""
    if len(span) > 1:
        yield label(span)
        return
    labels = span[0].labels
    for start in range(len(labels) - 1, max(-1, len(labels) - 1 - MOST_LABELS), -1):
        yield "".join(labels[start:])
    if labels[1:] and span[0].figures and is_odd(labels[-1]):
        yield from labels[-2:-1]


def stands_before(span: Sequence[Line]) -> bool:
    """Return whether the figures stand on a line of their own before the label."""
    return len(span) > 1 and not span[0].labels and bool(span[0].figures)
