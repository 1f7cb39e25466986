"""The bars of a chart: exact figures of filings, selected by the form's specification of the chart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from govreport.checks import Members
from govreport.core import Figure, write_figure
from govreport.filing import Agency, Filing
from govreport.forms import ChartSpec

MOST_MEMBERS = 20


@dataclass(frozen=True)
class Bar:
    """One bar: its label, and a figure for each part of it."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Bars:
    """A chart's bars, from top to bottom.

    parts: what the figures of each bar are, one label a figure; none where a bar is one figure that its
    own label names. note: what the bars do not show, without a full stop.

    >>> bars = Bars("2023年示例", "件", (Bar("甲", (3,)), Bar("乙", (1,))))
    >>> bars.alt
    '2023年示例。甲3件、乙1件。'
    """

    caption: str
    unit: str
    bars: tuple[Bar, ...]
    parts: tuple[str, ...] = ()
    note: str = ""

    @property
    def alt(self) -> str:
        """The alternative text: every figure in words."""
        told = ("；" if self.parts else "、").join(map(self._bar_text, self.bars))
        return "。".join(filter(None, (self.caption, told, self.note, ""))) + "。"

    def _bar_text(self, bar: Bar) -> str:
        parts = zip(self.parts or ("",), bar.figures, strict=True)
        told = "、".join(f"{part}{write_figure(figure)}{self.unit}" for part, figure in parts if figure)
        return f"{bar.label}{told or f'0{self.unit}'}"


def figures_bars(spec: ChartSpec, filings: Sequence[Filing]) -> Bars:
    """Return the bars of a chart of one agency's figures: one a year, one a row of the form, or one a figure.

    filings: of one agency, oldest first; only charts by year look at more than the last. Years that
    state none of the figures have no bar; where only one year is left, each figure has a bar. A note names the years
    that leave a figure blank.
    """
    this = filings[-1]
    years = filings if spec.each == "years" else ()
    stated = [f for f in years if any(figure is not None for figure in _figures(f, spec.names))]
    shown = stated or [this]
    blank = [f"{f.year}年" for f in filings if f.year >= shown[0].year and _has_blanks(f, spec.all_names)]
    note = f"{'、'.join(blank)}未填全" if blank else ""
    if isinstance(spec.each, tuple):
        rows = [(this.form.chart_row(spec, row), _figures(this, spec.names_of(row))) for row in spec.each]
        return _stacked(spec, f"{this.year}年", this, rows, note)
    if len(shown) > 1:
        rows = [(f"{f.year}年", _figures(f, spec.names)) for f in shown]
        return _stacked(spec, f"{shown[0].year}年至{shown[-1].year}年", this, rows, note)
    (only,) = shown
    named = zip(only.form.chart_labels(spec), _figures(only, spec.names), strict=True)
    bars = tuple(Bar(label, (value,)) for label, value in named if value)
    return Bars(f"{only.year}年{spec.title}", spec.unit, bars, note=note)


def members_bars(spec: ChartSpec, members: Members, agencies: Mapping[str, Agency]) -> Bars | None:
    """Return one bar for each member of a parent that has a filing, the largest figure first; None without any.

    agencies: the register, by slug. Members beyond the first twenty, with zero or with nothing are told in a note.
    """
    (name,), filings = spec.names, members.filings
    without = len(members.missing) + len(members.unreadable)
    if not filings:
        return None
    figures = [(agencies[f.agency].short_name, f[name] if name in f.form.names else None) for f in filings]
    read = [(label, figure) for label, figure in figures if figure]
    zeros = sum(figure == 0 for _, figure in figures)
    ranked = sorted(read, key=lambda item: -item[1])
    rest = ranked[MOST_MEMBERS:]
    notes = (
        (len(rest), f"其余{len(rest)}个机构共{write_figure(sum(figure for _, figure in rest))}{spec.unit}"),
        (zeros, f"{zeros}个机构为0{spec.unit}"),
        (blank := len(filings) - len(read) - zeros + without, f"{blank}个机构没有数据"),
    )
    bars = tuple(Bar(label, (figure,)) for label, figure in ranked[:MOST_MEMBERS])
    note = "，".join(text for number, text in notes if number)
    return Bars(f"{filings[0].year}年{spec.title}", spec.unit, bars, note=note)


def _figures(filing: Filing, names: Sequence[str]) -> tuple[Figure | None, ...]:
    return tuple(filing[name] if name in filing.form.names else None for name in names)


def _has_blanks(filing: Filing, names: Sequence[str]) -> bool:
    cells = (cell for name in names if name in filing.form.names for cell in filing.form.parts_of(name))
    return any(filing.cells[cell] is None for cell in cells)


def _stacked(
    spec: ChartSpec, years: str, filing: Filing, read: Sequence[tuple[str, Sequence[Figure | None]]], note: str
) -> Bars:
    """Return bars of several parts, without the parts that are nowhere and the bars that state nothing."""
    stated = [(label, figures) for label, figures in read if any(figure is not None for figure in figures)]
    labels = filing.form.chart_labels(spec)
    used = [n for n in range(len(labels)) if any(figures[n] for _, figures in stated)]
    bars = tuple(Bar(label, tuple(figures[n] or 0 for n in used)) for label, figures in stated)
    return Bars(years + spec.title, spec.unit, bars, tuple(labels[n] for n in used), note)
