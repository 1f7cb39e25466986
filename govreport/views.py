"""What a notebook shows: Markdown, tables, and what both tell the exporters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from IPython.display import display

from govreport import mime
from govreport.charts import Chart
from govreport.notebook_style import shown_html
from govreport.tables import DisplayTable, listing, table_html, table_text


@dataclass(frozen=True)
class Prose:
    """Markdown text that shows itself as such in a notebook."""

    text: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/markdown": self.text, "text/plain": self.text}


@dataclass(frozen=True)
class TableView:
    """A table that shows itself as HTML, as text, and as data for the exporters."""

    table: DisplayTable

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {
            "text/html": shown_html(table_html(self.table)),
            "text/plain": table_text(self.table),
            mime.TABLE: self.table.to_json(),
        }


@dataclass(frozen=True)
class Charts:
    """Charts that show themselves one after the other, and a sentence that names those left out."""

    shown: tuple[Chart | Prose, ...]

    def _ipython_display_(self) -> None:
        display(*self.shown)  # type: ignore[no-untyped-call]


def list_view(
    key: str,
    caption: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str]],
    left: Sequence[int] = (0,),
    empty: str = "",
) -> TableView | Prose:
    """Return a list as a table, or a sentence where it has no lines; for the arguments see `listing`."""
    lines = list(rows)
    return TableView(listing(key, caption, columns, lines, left)) if lines else Prose(empty or f"{caption}：无。")
