"""Filing: one agency's figures and prose for one reporting year, as a frozen object."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from govreport import core
from govreport.filing.narrative import Narrative, Part
from govreport.filing.own_table import KEY, OWN_FOLDER, OwnTable
from govreport.forms import Catalogue, Form

if TYPE_CHECKING:
    import pandas as pd


UNREADABLE = "读不出"
"""What is told of a cell whose text is no figure."""
SHOWING = 'report.table("{0}", caption="题目") if "{0}" in report.filing.tables else None'
"""What shows a table of the analyst's own in a notebook of many reports, not all of which have it."""
MOST_EDITS = 3
"""Most edits that a sentence names."""


@dataclass(frozen=True)
class Note:
    """A guess that the reader of a filing made: a Chinese sentence, the cells that it concerns, and how grave it is."""

    message: str
    cells: tuple[str, ...] = ()
    severity: str = "notice"


@dataclass(frozen=True)
class Unreadable:
    """A cell whose text is not a valid figure of its kind: the original text, and the problem."""

    text: str
    problem: str


@dataclass(frozen=True)
class CellEdit:
    """A change of one cell: the cell's name, file name and label, its old text and its new text.

    Or of a table that no form has, a part or front matter: their names have one point, and messages only name them.
    """

    name: str
    file: str
    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return self.label + (f"：{self.old or '空白'} → {self.new or '空白'}" if self.name.count(".") > 1 else "")


@dataclass(frozen=True)
class Filing:
    """One agency's report for one year.

    agency: slug; name: the agency's printed name; year: reporting year; form: the form of the report.
    cells: a figure for every cell of the form, None if blank. Counts are int; amounts of money are Decimal in
    the cell's unit. unreadable: cells whose text is not a figure; they are None in `cells`.
    places: the file and line of each cell, for messages. tables: those that the analyst added, by key.

    >>> filing = Filing.from_cells("demo", "示例局", 2021, {"applications.new.natural": 3, "applications.new.total": 3})
    >>> filing["applications.new.natural"], filing["applications.new.legal_persons"]
    (3, None)
    """

    agency: str
    name: str
    year: int
    form: Form
    cells: Mapping[str, core.Figure | None]
    narrative: Narrative = field(default_factory=Narrative)
    unreadable: Mapping[str, Unreadable] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    tables: Mapping[str, OwnTable] = field(default_factory=dict)

    @classmethod
    def from_cells(
        cls,
        agency: str,
        name: str,
        year: int,
        cells: Mapping[str, core.Figure | str | None],
        *,
        narrative: Narrative | None = None,
        form: Form | None = None,
        places: Mapping[str, str] | None = None,
    ) -> Filing:
        """Make a filing from figures. Missing cells are blank; strings are parsed as figures.

        form: the form of the filing, by default the package's form for the year; see `Catalogue.compose`.
        places: where cells stand, for messages.
        Raises UnknownNameError for a cell that the form does not have, ArgumentError for what is no year or mapping.
        """
        core.require(cells, Mapping, "cells 应是字典，从单元格名称到数字")
        form = form or Catalogue.read().compose(year)
        if unknown := [cell for cell in cells if cell not in form.cells]:
            core.choice_of(unknown[0], form.cells, "单元格", known=f"应是{form.edition}版格式中的名称")
        figures: dict[str, core.Figure | None] = dict.fromkeys(form.cells)
        unreadable, places, guesses = dict[str, Unreadable](), places or {}, list[Note]()
        for name_, value in cells.items():
            text = value if isinstance(value, str) else core.write_figure(value)
            reading = core.read_figure(text, form.cells[name_].kind)
            figures[name_] = reading.figure
            if reading.problem:
                unreadable[name_] = Unreadable(text, reading.problem)
            if reading.remark:
                told = f"{places.get(name_, '')}{form.cells[name_].label}{reading.remark}。"
                guesses.append(Note(told, (name_,)))
        return cls(agency, name, year, form, figures, narrative or Narrative(), unreadable, tuple(guesses), places)

    def __getitem__(self, name: str) -> core.Figure | None:
        """Return a cell's figure or a derived sum; None if it is blank or unreadable.

        A derived sum counts blank parts as zero. It is blank only if all its parts are blank.
        Raises UnknownNameError, which is a KeyError, for a name that the form does not have.
        """
        if name in self.cells:
            return self.cells[name]
        parts = self.form.parts_of(name)
        filled = [figure for part in parts if (figure := self.cells[part]) is not None]
        return sum(filled) if filled and not self.is_unreadable(name) else None

    def is_unreadable(self, name: str) -> bool:
        """Whether the text of a cell, or of a part of a derived sum, is no figure, so that it is no blank either."""
        return not self.unreadable.keys().isdisjoint(self.form.parts_of(name))

    def frame(self, table: str) -> pd.DataFrame:
        """Return one table: rows and columns by key, in the order of the form, or one that the analyst added.

        Counts are pandas ``Int64`` and amounts of money are Decimal objects. Blank cells are NA, and so are
        cells that the form does not have.

        >>> filing = Filing.from_cells("demo", "示例局", 2021, {"disputes.reconsideration.total": 2})
        >>> int(filing.frame("disputes").loc["reconsideration", "total"])
        2
        """
        import pandas as pd  # noqa: PLC0415

        lacks = f"{self.year}年的{self.form.title}，资料中没有 {OWN_FOLDER}/{table}.csv"
        told = f"{lacks}；有的年度或机构才有的，请写 {SHOWING.format(table)}"
        if core.choice_of(table, (*self.form.tables, *self.tables), "表", told) in self.tables:
            return self.tables[table].frame()
        shape = self.form.tables[table]
        columns: dict[str, Any] = {}
        for column in shape.columns:
            values = (self.cells.get(f"{table}.{row.key}.{column.key}") for row in shape.rows)
            exact = [pd.NA if value is None else value for value in values]
            columns[column.key] = pd.Series(exact, dtype=object if column.kind.decimals else "Int64").array
        made = pd.DataFrame(columns, index=pd.Index([row.key for row in shape.rows], name="row"))
        made.attrs[KEY] = table
        return made

    def _repr_html_(self) -> str:
        """Show the tables in a notebook with the form's labels. Blank cells stay blank."""
        shown = [f"<p><strong>{escape(''.join(self.title))}</strong></p>"]
        for key, table in self.form.tables.items():
            frame = self.frame(key).rename(index=table.row_labels, columns=table.column_labels).rename_axis(None)
            told = frame.astype(object).where(frame.notna(), "").to_html(classes="govreport")
            shown.append(f"<p>{escape(table.caption)}</p>{told}")
        return core.shown_html(*shown)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {core.mime.COMPARISON: self.source()}

    @cached_property
    def title(self) -> tuple[str, ...]:
        """The report's title, line by line."""
        written = tuple(line.strip() for line in self.narrative.title.splitlines() if line.strip())
        return written or (self.name, f"{self.year}年{self.form.title}")

    def source(self, last: Mapping[str, core.Figure | None] | None = None) -> dict[str, Any]:
        """Return the mark by which outputs say what they show, `mime.SOURCE`: the report, and digests of its figures.

        last: last year's figures by cell, where the output shows them too.

        >>> filing = Filing.from_cells("demo", "示例局", 2021, {"disputes.reconsideration.total": 2})
        >>> filing.source()
        {'agency': 'demo', 'year': 2021, 'figures': '0a4f3c0fd4a8677c'}
        """
        told = {"agency": self.agency, "year": self.year, "figures": self.digest}
        return told if last is None else told | {"last": figures_digest(last)}

    @cached_property
    def digest(self) -> str:
        """The digest of the figures."""
        return figures_digest(self.cells, self._texts)

    @property
    def _texts(self) -> dict[str, str]:
        return {key: table.text for key, table in self.tables.items()}

    @property
    def figures(self) -> dict[str, core.Figure | None]:
        """The figures of all cells by name, with those of tables that the analyst added."""
        own = ((name, value) for table in self.tables.values() for _, _, name, value in table.cells)
        return {**self.cells, **{name: value for name, value in own if isinstance(value, core.Figure | None)}}

    def to_json(self, prose: Mapping[int, str] | None = None) -> dict[str, Any]:
        """Return the filing as the JSON document that other tools read.

        prose: text by part, for example with evaluated expressions; by default the text of the file.
        """
        texts = prose or {number: part.text for number, part in self.narrative.parts.items()}
        return {
            "agency": self.agency,
            "year": self.year,
            "edition": self.form.edition,
            "editions": dict(self.form.editions),
            "cells": {name: core.json_number(figure) for name, figure in self.cells.items()},
            "narrative": {str(n): texts.get(n, "") for n in range(len(self.form.parts) + 1)},
            "unreadable": list(self.unreadable),
            "notes": [note.message for note in self.notes],
        } | ({"tables": self._texts} if self.tables else {})

    def printed(self) -> dict[str, str]:
        """Return the cell texts that the JSON document loses: texts that are not figures, and trailing zeros of money.

        >>> Filing.from_cells("demo", "示例局", 2021, {"proactive.fees.amount": "1.50"}).printed()
        {'proactive.fees.amount': '1.50'}
        """
        held = {cell: core.figure_of_number(core.json_number(figure)) for cell, figure in self.cells.items()}
        return {cell: text for cell in self.cells if (text := self.text_of(cell)) != core.write_figure(held[cell])}

    @classmethod
    def from_json(
        cls,
        data: Mapping[str, Any],
        name: str = "",
        printed: Mapping[str, str] | None = None,
        catalogue: Catalogue | None = None,
    ) -> Filing:
        """Return a filing from its JSON document, the inverse of `to_json`. The document may be untrusted.

        name: the agency's printed name, by default its slug. The document does not contain the name, the title,
        dates or headings. printed: texts by cell, because the document lacks invalid texts and trailing zeros of
        money. A text is ignored if its figure differs from the cell's figure.
        catalogue: the known editions, by default the package's.
        Raises FormError for an unknown edition, ArgumentError if the document has another format.

        >>> filing = Filing.from_cells("demo", "示例局", 2021, {"proactive.fees.amount": "1.50"})
        >>> Filing.from_json(filing.to_json(), "示例局")["proactive.fees.amount"]
        Decimal('1.5')
        """
        try:
            figures = {cell: core.figure_of_number(value) for cell, value in data["cells"].items()}
            narrative = Narrative(parts={int(n): Part("", str(t)) for n, t in data["narrative"].items() if t})
            agency, editions, notes = str(data["agency"]), dict(data["editions"]), tuple(map(str, data["notes"]))
            form = (catalogue or Catalogue.read()).compose(year := int(data["year"]), editions)
            known = {cell: text for cell, text in (printed or {}).items() if cell in form.cells}
            texts = {c: t for c, t in known.items() if core.read_figure(t, form.cells[c].kind).figure == figures.get(c)}
            filing = cls.from_cells(agency, name or agency, year, {**figures, **texts}, narrative=narrative, form=form)
            lost = {cell: Unreadable("", "无法读取") for cell in data["unreadable"] if cell in filing.cells}
            tables = {key: OwnTable.read(text, key) for key, text in data.get("tables", {}).items()}
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            raise core.ArgumentError("这不是一份年报的数据（JSON）；应是 govreport show --json 给出的格式。") from error
        return replace(filing, unreadable={**lost, **filing.unreadable}, notes=tuple(map(Note, notes)), tables=tables)

    def text_of(self, cell: str) -> str:
        """Return the text of a cell: its figure, or its unreadable text; empty for one that the form does not have."""
        return self.unreadable[cell].text if cell in self.unreadable else core.write_figure(self.cells.get(cell))

    def edits_since(self, before: Filing | None) -> tuple[CellEdit, ...]:
        """Return the cells whose text differs from an earlier filing's, in the order of the forms.

        before: None for a blank one.

        >>> year = [Filing.from_cells("demo", "示例局", 2021, {"disputes.reconsideration.total": n}) for n in (2, 3)]
        >>> edits_told(year[1].edits_since(year[0]))
        '“行政复议”的“总计”：2 → 3'
        """
        old = before or replace(self, cells={}, unreadable={})
        cells = {**old.form.cells, **self.form.cells}
        texts = ((cell, old.text_of(cell.name), self.text_of(cell.name)) for cell in cells.values())
        return tuple(CellEdit(c.name, f"{c.table}.csv", c.label, was, now) for c, was, now in texts if was != now)


def meant(name: str, known: Collection[str], otherwise: str, least: float = 0.6) -> str:
    """Return the clause that asks whether the most similar known name was meant; otherwise, where none is similar.

    least: how similar it must be, of 1.

    >>> meant("totl", ["total", "natural"], "名称见表格文件")
    '是否应为 total'
    """
    return f"是否应为 {close[0]}" if (close := difflib.get_close_matches(name, known, 1, least)) else otherwise


def edits_told(edits: Iterable[CellEdit]) -> str:
    """Name the first few edits, those first that replace what was there."""
    return core.listed([*map(str, sorted(edits, key=lambda edit: not edit.old))], MOST_EDITS, "处")


def figures_digest(cells: Mapping[str, core.Figure | None], tables: Mapping[str, str] | None = None) -> str:
    """Return a digest of figures by cell, and of the texts of tables that the analyst added."""
    numbers = {name: core.json_number(figure) for name, figure in sorted(cells.items())}
    return core.sha256(json.dumps([numbers, tables] if tables else numbers))[:16]
