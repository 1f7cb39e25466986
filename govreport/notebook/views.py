"""Objects that a notebook displays (Markdown, tables, charts), and texts for figures in lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from IPython.display import display

from govreport.charts import Bars, Chart, bar_chart
from govreport.checks import Account
from govreport.core import Figure, mime, write_figure
from govreport.filing import Project
from govreport.forms import ChartSpec
from govreport.tables import TableView, list_table

MOST_NAMED = 3
"""How many of many a sentence names."""


@dataclass(frozen=True)
class Prose:
    """Markdown text: a notebook renders it, and the exporters publish it as prose.

    mark: `mime.REMARK` for what is for those who make the report; then only the review copy has it;
    `mime.SOURCE` for the prose of the report that `about` names.

    >>> Prose("**本机关**")._repr_mimebundle_()["text/markdown"]
    '**本机关**'
    """

    text: str
    mark: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        mark = {self.mark: self.about} if self.mark else {}
        return {"text/markdown": self.text, "text/plain": self.text, **mark}


@dataclass(frozen=True)
class Charts:
    """Charts that a notebook displays in order, and a sentence that names the omitted charts.

    >>> [type(chart).__name__ for chart in Charts((Prose("（数据不足以成图，从略。）"),)).items]
    ['Prose']
    """

    items: tuple[Chart | Prose, ...]

    def _ipython_display_(self) -> None:
        display(*self.items)  # type: ignore[no-untyped-call]


def list_view(
    key: str,
    caption: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    left: Sequence[int] = (0,),
    empty: str = "",
    **marked: Any,
) -> TableView | Prose:
    """Return a list as a table, or a sentence if it has no lines.

    empty: the sentence; marked: mark of the output, and what that is about. For the other arguments see `list_table`.

    >>> list_view("missing", "未报送的机构", [("机构", 1)], [], empty="均已报送。").text
    '均已报送。'
    """
    lines = list(rows)
    table = list_table(key, caption, columns, lines, left)
    return TableView(table, **marked) if lines else Prose(empty or f"{caption}：无。", **marked)


def page_bundle(page: Any, heading: str, slug: str, year: int, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return the output of a page that is no report: a heading, and its account as JSON. inputs: see `page_inputs`."""
    name, appearance = page.project.agency(slug).name, page.project.appearance
    account = Account(tuple(page.title), name, year, appearance=appearance, agency=slug, inputs=inputs).to_json()
    return {"text/html": f"<p><strong>{escape(heading)}</strong></p>", "text/plain": repr(page), mime.REPORT: account}


def drawn_charts(
    project: Project, specs: Iterable[ChartSpec], bars: Callable[[ChartSpec], Bars | None], source: Any, empty: Prose
) -> Charts:
    """Return those of some charts that a project shows and that have data, or a sentence where none has.

    bars: returns what a chart shows; source: the mark of what it is of.
    """
    colours = project.settings.page.chart_colours
    drawn = (bar_chart(each, source, colours) for each in map(bars, shown_specs(project, specs)) if each)
    return Charts(tuple(chart for chart in drawn if chart) or (empty,))


def shown_specs(project: Project, specs: Iterable[ChartSpec]) -> list[ChartSpec]:
    """Return those of some charts that a project's settings let its reports show: all, unless they name some."""
    shown = project.settings.charts
    return [spec for spec in specs if shown is None or spec.key in shown]


def figure_text(figure: Figure | None, blank: str = "—") -> str:
    """Return the text of a figure in a list. blank: what stands where there is none."""
    return blank if figure is None else write_figure(figure)
