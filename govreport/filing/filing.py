"""Filing: one agency's figures and prose for one reporting year, as a frozen object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from govreport.core import (
    Figure,
    GovReportError,
    figure_of_number,
    json_number,
    read_figure,
    shown_html,
    write_figure,
)
from govreport.filing.narrative import Narrative, Part
from govreport.forms import Catalogue, Form

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Note:
    """Something that had to be guessed in reading a filing: a Chinese sentence, and the cells it is about."""

    message: str
    cells: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A cell whose text is no figure of its kind: the text as it stands and what is wrong with it."""

    text: str
    problem: str


@dataclass(frozen=True)
class Filing:
    """One agency's report for one year.

    agency: slug; name: the agency's printed name; year: reporting year; form: what it follows.
    cells: a figure for every cell of the form, None where blank; counts are int, money Decimal in
    the cell's unit. unreadable: cells (None in `cells`) whose text is no figure.
    places: where a cell was read (file and line), for messages.

    >>> filing = Filing.from_cells("demo", "示例局", 2021, {"applications.new.natural": 3, "applications.new.total": 3})
    >>> filing["applications.new.natural"], filing["applications.new.legal_persons"]
    (3, None)
    """

    agency: str
    name: str
    year: int
    form: Form
    cells: Mapping[str, Figure | None]
    narrative: Narrative = field(default_factory=Narrative)
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_cells(
        cls,
        agency: str,
        name: str,
        year: int,
        cells: Mapping[str, Figure | str | None],
        *,
        narrative: Narrative | None = None,
        editions: Mapping[str, str] | None = None,
        form: Form | None = None,
    ) -> Filing:
        """Make a filing from figures; cells that are not given are blank, texts are read as figures.

        editions: edition by table, where it is not the year's. form: that of the filing, by default the package's.
        Raises GovReportError for a cell that the form does not have.
        """
        form = form or Catalogue.read().compose(year, editions)
        unknown = [cell for cell in cells if cell not in form.cells]
        if unknown:
            raise GovReportError(f"{form.edition}版格式没有名为 {unknown[0]} 的单元格。")
        figures: dict[str, Figure | None] = dict.fromkeys(form.cells)
        unreadable, notes = {}, []
        for name_, value in cells.items():
            text = value if isinstance(value, str) else write_figure(value)
            reading = read_figure(text, form.cells[name_].kind)
            figures[name_] = reading.figure
            if reading.problem:
                unreadable[name_] = Unreadable(text, reading.problem)
            if reading.remark:
                notes.append(Note(f"{form.cells[name_].label}{reading.remark}。", (name_,)))
        return cls(agency, name, year, form, figures, narrative or Narrative(), unreadable, tuple(notes))

    def __getitem__(self, name: str) -> Figure | None:
        """Return a cell's figure or a derived sum; None where blank or unreadable.

        A derived sum counts blank parts as nothing and is blank only where all its parts are.
        Raises KeyError for a name that the form does not have.
        """
        if name in self.cells:
            return self.cells[name]
        parts = self.form.parts_of(name)
        figures = [self.cells[part] for part in parts]
        filled = [figure for figure in figures if figure is not None]
        if not filled or any(part in self.unreadable for part in parts):
            return None
        return sum(filled)

    def frame(self, table: str) -> pd.DataFrame:
        """Return one table: rows and columns by key, in the order of the form.

        Counts are pandas ``Int64`` (blank: NA), money are Decimal objects (blank: NA). Cells that the
        form does not have are NA.

        >>> filing = Filing.from_cells("demo", "示例局", 2021, {"disputes.reconsideration.total": 2})
        >>> filing.frame("disputes").loc["reconsideration", "total"]
        np.int64(2)
        """
        import pandas as pd  # noqa: PLC0415

        shape = self.form.tables[table]
        columns: dict[str, Any] = {}
        for column in shape.columns:
            values = [self.cells.get(f"{table}.{row.key}.{column.key}") for row in shape.rows]
            exact = [pd.NA if value is None else value for value in values]
            dtype: Any = object if column.kind.decimals else "Int64"
            columns[column.key] = pd.array(exact, dtype=dtype)
        return pd.DataFrame(columns, index=pd.Index([row.key for row in shape.rows], name="row"))

    def _repr_html_(self) -> str:
        """Show the tables in a notebook, row by row with the form's labels; blanks stay blank."""
        shown = [f"<p><strong>{escape(''.join(self.title))}</strong></p>"]
        for key, table in self.form.tables.items():
            frame = self.frame(key).rename(index=table.row_labels, columns=table.column_labels).rename_axis(None)
            told = frame.astype(object).fillna("").to_html(classes="govreport")
            shown.append(f"<p>{escape(table.caption)}</p>{told}")
        return shown_html(*shown)

    @cached_property
    def title(self) -> tuple[str, ...]:
        """The report's title, line by line."""
        written = tuple(line.strip() for line in self.narrative.title.splitlines() if line.strip())
        return written or (self.name, f"{self.year}年{self.form.title}")

    def to_json(self, prose: Mapping[int, str] | None = None) -> dict[str, Any]:
        """Return the filing as the JSON document that other tools read.

        prose: the parts' text to give, for instance with figures filled in; by default as written.
        """
        texts = prose or {number: part.text for number, part in self.narrative.parts.items()}
        cells = {name: json_number(figure) for name, figure in self.cells.items()}
        return {
            "agency": self.agency,
            "year": self.year,
            "edition": self.form.edition,
            "editions": dict(self.form.editions),
            "cells": cells,
            "narrative": {str(n): texts.get(n, "") for n in range(len(self.form.parts) + 1)},
            "unreadable": list(self.unreadable),
            "notes": [note.message for note in self.notes],
        }

    def printed(self) -> dict[str, str]:
        """Return the texts of cells that the JSON document does not hold: those that are no figures, zeros of money.

        >>> Filing.from_cells("demo", "示例局", 2021, {"proactive.fees.amount": "1.50"}).printed()
        {'proactive.fees.amount': '1.50'}
        """
        held = {cell: write_figure(figure_of_number(json_number(figure))) for cell, figure in self.cells.items()}
        return {cell: text for cell in self.cells if (text := self.text_of(cell)) != held[cell]}

    @classmethod
    def from_json(
        cls,
        data: Mapping[str, Any],
        name: str = "",
        printed: Mapping[str, str] | None = None,
        catalogue: Catalogue | None = None,
    ) -> Filing:
        """Return a filing from its JSON document, the inverse of `to_json`; the document may come from anybody.

        name: the agency's printed name, by default its slug: the document does not hold it, nor title,
        dates and headings. printed: what stands in cells, where it is known: texts that are no figures
        and zeros at the end of money are not in the document either. A text that reads as another figure
        than the cell's is passed over. catalogue: the editions that are known, by default the package's.
        Raises FormError for an edition that is not known, GovReportError when it is not such a document.

        >>> filing = Filing.from_cells("demo", "示例局", 2021, {"proactive.fees.amount": "1.50"})
        >>> Filing.from_json(filing.to_json(), "示例局")["proactive.fees.amount"]
        Decimal('1.5')
        """
        try:
            figures = {cell: figure_of_number(value) for cell, value in data["cells"].items()}
            narrative = Narrative(parts={int(n): Part("", str(t)) for n, t in data["narrative"].items() if t})
            agency, editions, notes = str(data["agency"]), dict(data["editions"]), tuple(map(str, data["notes"]))
            form = (catalogue or Catalogue.read()).compose(int(data["year"]), editions)
            texts = {
                cell: text
                for cell, text in (printed or {}).items()
                if cell in form.cells and read_figure(text, form.cells[cell].kind).figure == figures.get(cell)
            }
            cells = {**figures, **texts}
            filing = cls.from_cells(agency, name or agency, int(data["year"]), cells, narrative=narrative, form=form)
            lost = {cell: Unreadable("", "无法读取") for cell in data["unreadable"] if cell in filing.cells}
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise GovReportError("这不是一份年报的数据（JSON）；应是 govreport show --json 给出的格式。") from error
        return replace(filing, unreadable={**lost, **filing.unreadable}, notes=tuple(map(Note, notes)))

    def text_of(self, cell: str) -> str:
        """Return what stands in a cell: its figure, or the text that could not be read."""
        if cell in self.unreadable:
            return self.unreadable[cell].text
        return write_figure(self.cells[cell])
