"""A statutory form as immutable objects: tables, rows, columns, cells and derived names."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from html import escape

from govreport.core import FormError, Kind, choice_of, list_html, shown_html
from govreport.forms.rules import Rule

LabelPath = tuple[str, ...]
CHART_YEARS = 5
"""Number of years in a chart with a bar for each year: the reporting year and the years before it."""


def short_label(path: LabelPath) -> str:
    """Return a label path without its outermost heading, as one text; a path of one label stays whole.

    >>> short_label(("三、本年度办理结果", "（三）不予公开", "1.属于国家秘密"))
    '（三）不予公开·1.属于国家秘密'
    """
    return "·".join(path[1:] or path)


def _quoted(label: str) -> str:
    """Return a label in quotation marks; quotation marks inside it become single ones (GB/T 15834-2011, 4.8.3.3)."""
    return f"“{label.replace('“', '‘').replace('”', '’')}”"


@dataclass(frozen=True)
class Column:
    """A column: its key, its label path from the outermost header inwards, and the kind of its figures."""

    key: str
    label: LabelPath
    kind: Kind


@dataclass(frozen=True)
class Row:
    """A row: its key, its label path and its columns."""

    key: str
    label: LabelPath
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Derived:
    """A sum of rows or columns that the form does not print; its key can be used in names like any other."""

    key: str
    label: LabelPath
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """One cell of a table; `name` is ``table.row.column``."""

    name: str
    table: str
    row: Row
    column: Column

    @property
    def kind(self) -> Kind:
        """The kind of figure in the cell."""
        return self.column.kind

    @property
    def label(self) -> str:
        """The official labels of the row and the column, for messages."""
        return f"{_quoted(short_label(self.row.label))}的{_quoted(short_label(self.column.label))}"


@dataclass(frozen=True)
class ChartSpec:
    """A chart of a table: the figures of some names side by side.

    each: what each bar stands for: ``years``, ``figures``, ``members`` (of a parent; one name only), or the keys of
    rows of the table. With row keys, names have ``*`` in place of the row.
    labels: labels of the names, if they differ from the form's labels.
    """

    key: str
    title: str
    unit: str
    each: str | tuple[str, ...]
    names: tuple[str, ...]
    labels: tuple[str, ...] = ()

    def names_of(self, row: str) -> tuple[str, ...]:
        """Return the names with a row in place of ``*``."""
        return tuple(name.replace("*", row) for name in self.names)

    @property
    def all_names(self) -> tuple[str, ...]:
        """Every name that the chart shows."""
        return self.names if isinstance(self.each, str) else tuple(n for row in self.each for n in self.names_of(row))


@dataclass(frozen=True)
class Total:
    """A figure that the index adds up over a year's reports: its key in records, its label, and its name.

    parts: names whose sum it is where it is blank.
    """

    key: str
    label: str
    name: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table of the form.

    key, name, caption: its key, its short Chinese name in messages, its printed caption.
    edition: the table's edition; part: the number of the report's part that contains the table.
    layout: ``matrix`` (labels left and above), ``line`` (all rows side by side on one line) or
    ``clauses`` (a small table for each first label). corner: the text of the top left header cell.
    widths: relative widths of the printed grid's columns.
    file: ``wide`` or ``long``, the shape of its CSV file.
    """

    key: str
    edition: str
    name: str
    caption: str
    part: int
    layout: str
    corner: str
    widths: tuple[int, ...]
    file: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    derived_rows: tuple[Derived, ...]
    derived_columns: tuple[Derived, ...]
    rules: tuple[Rule, ...]
    charts: tuple[ChartSpec, ...] = ()

    def __hash__(self) -> int:
        return hash((self.key, self.edition))

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, row by row."""
        return tuple(Cell(f"{self.key}.{row.key}.{c.key}", self.key, row, c) for row in self.rows for c in row.columns)

    @property
    def stub_depth(self) -> int:
        """Number of columns of the printed row labels: 1 for ``clauses``, 0 for ``line``."""
        depths = {"clauses": 1, "line": 0}
        return depths.get(self.layout, max(len(row.label) for row in self.rows))

    @property
    def grid_width(self) -> int:
        """Number of columns of the printed grid."""
        if self.layout == "line":
            return len(self.cells)
        return self.stub_depth + max(len(row.columns) for row in self.rows)

    @cached_property
    def row_labels(self) -> Mapping[str, str]:
        """Short labels of the rows by key, including derived rows."""
        printed = {row.key: short_label(row.label) for row in self.rows}
        return printed | {row.key: short_label(row.label) for row in self.derived_rows}

    @cached_property
    def column_labels(self) -> Mapping[str, str]:
        """Short labels of the columns by key, including derived columns."""
        printed = {column.key: short_label(column.label) for column in self.columns}
        return printed | {column.key: short_label(column.label) for column in self.derived_columns}

    def shared_names(self, others: Collection[Collection[str]]) -> list[str]:
        """Return the cells that several forms have as well, then groups of the cells that only some of them have.

        others: the names of each form.
        """
        cells = [cell.name for cell in self.cells if all(cell.name in names for names in others)]
        left = {cell.name for cell in self.cells} - set(cells)
        columns = {column.key for column in self.columns}
        groups = [name for name, parts in self.derived.items() if left.issuperset(parts)]
        shared = [name for name in groups if all(name in names for names in others)]
        return [*cells, *(name for name in shared if name.rsplit(".", 1)[1] in columns)]

    @cached_property
    def derived(self) -> Mapping[str, tuple[str, ...]]:
        """Derived names of this table; each name with the cells that it sums."""
        rows = {row.key: (row.key,) for row in self.rows} | {d.key: d.parts for d in self.derived_rows}
        columns = {c.key: (c.key,) for c in self.columns} | {d.key: d.parts for d in self.derived_columns}
        cells = {cell.name for cell in self.cells}
        sums = {
            f"{self.key}.{row}.{column}": tuple(f"{self.key}.{r}.{c}" for r in row_parts for c in column_parts)
            for row, row_parts in rows.items()
            for column, column_parts in columns.items()
        }
        return {name: parts for name, parts in sums.items() if name not in cells and cells.issuperset(parts)}


@dataclass(frozen=True)
class Form:
    """The form of a filing: usually the tables of one edition, sometimes also a table of another edition.

    edition: the edition of the reporting year; parts: the headings of the parts.
    subject: what reports of this form are about, empty for that of the edition before; totals: what the index adds up.
    deadlines: for each kind of agency, the month and day (MM-DD) of its publication deadline in the following year.
    """

    edition: str
    first_year: int
    document: str
    title: str
    parts: tuple[str, ...]
    tables: Mapping[str, Table]
    deadlines: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    totals: tuple[Total, ...] = ()

    def __hash__(self) -> int:
        return hash((self.edition, tuple(self.editions.items())))

    @cached_property
    def cells(self) -> Mapping[str, Cell]:
        """Every cell by name, in the order of the form."""
        return {cell.name: cell for table in self.tables.values() for cell in table.cells}

    @cached_property
    def derived(self) -> Mapping[str, tuple[str, ...]]:
        """Every derived name with the cells that it sums."""
        return {name: parts for table in self.tables.values() for name, parts in table.derived.items()}

    @cached_property
    def editions(self) -> Mapping[str, str]:
        """The edition of each table."""
        return {key: table.edition for key, table in self.tables.items()}

    @cached_property
    def differing(self) -> Mapping[str, str]:
        """Edition by table key, only for tables of another edition, as in front matter and `compose`."""
        return {key: edition for key, edition in self.editions.items() if edition != self.edition}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name of a figure: cells and derived names."""
        return frozenset(self.cells) | frozenset(self.derived)

    def parts_of(self, name: str) -> tuple[str, ...]:
        """Return the cells of a name: the cell itself, or the parts of a derived name.

        Raises UnknownNameError, which is a KeyError, if the form has no such name.

        >>> from govreport.forms import Catalogue
        >>> Catalogue.read().form_for(2021).parts_of("disputes.litigation.total")
        ('disputes.litigation.direct.total', 'disputes.litigation.after_reconsideration.total')
        """
        if name not in self.names:
            choice_of(name, self.names, "单元格", known=f"名称以 {'、'.join(self.tables)} 开头")
        return self.derived.get(name, (name,))

    def kind_of(self, name: str) -> Kind:
        """Return the kind of figure of a cell or derived name."""
        return self.cells[self.parts_of(name)[0]].kind

    def label_of(self, name: str) -> str:
        """Return the official labels of a cell or a derived name, for messages."""
        if name in self.cells:
            return self.cells[name].label
        left, column = name.rsplit(".", 1)
        key, row = left.split(".", 1)
        return f"{_quoted(self.tables[key].row_labels[row])}的{_quoted(self.tables[key].column_labels[column])}"

    def chart_row(self, spec: ChartSpec, row: str) -> str:
        """Return the label of a row that has its own bar in a chart."""
        return self.tables[spec.names[0].split(".", 1)[0]].row_labels[row].rsplit("·", 1)[-1]

    def chart_labels(self, spec: ChartSpec) -> tuple[str, ...]:
        """Return a chart's row labels, or column labels if it has one row, without numbers and explanations."""
        if spec.labels:
            return spec.labels
        table = self.tables[spec.names[0].split(".", 1)[0]]
        rows = [name.split(".", 1)[1].rsplit(".", 1)[0] for name in spec.names]
        columns = [table.column_labels[name.rsplit(".", 1)[1]] for name in spec.names]
        labels = columns if len(set(rows)) == 1 < len(rows) else [table.row_labels[row] for row in rows]
        bare = r"^（[一二三四五六七八九十]+）|^\d+\.|（[^（）]*）$"
        return tuple(re.sub(bare, "", label.rsplit("·", 1)[-1]) for label in labels)

    def deadline(self, kind: str, year: int) -> datetime.date:
        """Return the deadline for a kind of agency to publish its report for a year.

        Raises KeyError if the form sets no deadline for this kind.

        >>> from govreport.forms import Catalogue
        >>> Catalogue.read().form_for(2023).deadline("government", 2023)
        datetime.date(2024, 3, 31)
        """
        return datetime.date.fromisoformat(f"{year + 1}-{self.deadlines[kind]}")

    def _repr_html_(self) -> str:
        """Return HTML for a notebook: the form's tables with their sizes, and their rules."""
        shapes = ((t, f"{len(t.rows)}×{len(t.columns)}") for t in self.tables.values())
        tables = [(t.key, t.caption, t.edition, shape, str(len(t.cells))) for t, shape in shapes]
        rules = [(rule.id, table.key, rule.identity) for table in self.tables.values() for rule in table.rules]
        since = f"（{escape(self.document)}，自{self.first_year}年起）"
        return shown_html(
            f"<p><strong>{escape(self.title)}，{self.edition}版格式</strong>{since}</p>",
            list_html(("表", "名称", "版本", "行×列", "格"), tables, left=(0, 1)),
            list_html(("规则", "表", "恒等式"), rules, left=(1, 2)),
        )

    @property
    def charts(self) -> Mapping[str, ChartSpec]:
        """The charts of the form's tables by key."""
        return {chart.key: chart for table in self.tables.values() for chart in table.charts}

    def with_tables(self, tables: Mapping[str, Table]) -> Form:
        """Return a copy of this form with some tables replaced by tables of other editions."""
        if unknown := sorted(set(tables) - set(self.tables)):
            raise FormError(f"表 {unknown[0]} 不在 {self.edition} 版格式中；可用的表：{'、'.join(self.tables)}。")
        return replace(self, tables={key: tables.get(key, table) for key, table in self.tables.items()})
