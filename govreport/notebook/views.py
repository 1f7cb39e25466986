"""What a notebook shows: Markdown, tables, and what both tell the exporters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from IPython.display import display

from govreport.charts import Chart
from govreport.core import Figure, GovReportError, percent, write_figure
from govreport.tables import TableView, list_table


@dataclass(frozen=True)
class Prose:
    """Markdown text that shows itself as such in a notebook, and is prose on the pages.

    >>> Prose("**本机关**")._repr_mimebundle_()["text/markdown"]
    '**本机关**'
    """

    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": self.text, "text/plain": self.text}


@dataclass(frozen=True)
class Charts:
    """Charts that show themselves one after the other, and a sentence that names those left out.

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
) -> TableView | Prose:
    """Return a list as a table, or a sentence where it has no lines; for the other arguments see `listing`.

    empty: the sentence.

    >>> list_view("missing", "未报送的机构", [("机构", 1)], [], empty="均已报送。").text
    '均已报送。'
    """
    lines = list(rows)
    return TableView(list_table(key, caption, columns, lines, left)) if lines else Prose(empty or f"{caption}：无。")


def choice_of(key: str, choices: Iterable[str], what: str) -> str:
    """Return a key that is one of the choices; what: the kind of thing that they name, for the message.

    Raises GovReportError for another.
    """
    if key in (keys := tuple(choices)):
        return key
    raise GovReportError(f"没有名为“{key}”的{what}；可用的{what}：{'、'.join(keys)}。")


def figure_text(figure: Figure | None) -> str:
    """Return a figure as a list shows it; a dash where there is none."""
    return "—" if figure is None else write_figure(figure)


def portion_text(figure: Figure | None, whole: Figure) -> str:
    """Return a figure's share of a whole, rounded half up; a dash where that says nothing.

    >>> portion_text(1, 3), portion_text(1, 0)
    ('33.3%', '—')
    """
    return percent(Fraction(figure) / Fraction(whole)) if figure is not None and whole else "—"


def difference_text(now: Figure | None, before: Figure | None) -> str:
    """Return a difference with its sign; a dash where one of the figures is not known.

    >>> difference_text(3, 1), difference_text(1, None)
    ('+2', '—')
    """
    if now is None or before is None:
        return "—"
    return ("+" if now > before else "") + write_figure(now - before)
