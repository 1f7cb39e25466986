"""A filing that an analyst edits in a notebook: read figures by name, change them, check and save."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from html import escape
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from govreport.checks import CheckedReport, check_report, page_inputs
from govreport.core import ArgumentError, Figure, FilingError, alone, listed, mime, read_figure, read_text, write_text
from govreport.filing import CellEdit, Filing, Project, edited_table_text, shown_folder, table_csv
from govreport.forms import Form
from govreport.notebook.read_only import Closed, Figures
from govreport.notebook.views import MOST_NAMED, figure_text, list_view
from govreport.tables import statutory_table

if TYPE_CHECKING:
    import pandas as pd

SHARED = (*(field.name for field in fields(Filing)), "title", "text_of", "to_json")
"""Attributes that an editable filing copies from its current filing."""


@dataclass(frozen=True)
class Edits:
    """Changes of a filing's figures, cell by cell; a notebook displays a table of old and new texts.

    state: the report's check result with these changes, in words; folder: the folder of the files, for messages;
    done: True after the changes were written to the files.

    >>> from govreport.notebook.report import example_report
    >>> print(example_report().filing.set("disputes.reconsideration.upheld", 1))
    未保存的改动，filing.save() 写入 data/shili-civil-affairs/2023（校验结果：不一致，错误1项）
    disputes.csv  “行政复议”的“结果维持”：0 → 1
    """

    items: tuple[CellEdit, ...]
    state: str
    folder: str
    done: bool = False

    def __iter__(self) -> Iterator[CellEdit]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return "\n".join([self._caption, *(f"{edit.file}  {edit}" for edit in self.items)])

    @property
    def _caption(self) -> str:
        if not self.items:
            return "没有改动。"
        what = f"已保存到 {self.folder}" if self.done else f"未保存的改动，filing.save() 写入 {self.folder}"
        return f"{what}（校验结果：{self.state}）"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        told, columns = self._caption, [("单元格", 6), ("原为", 2), ("改为", 2), ("文件", 3)]
        rows = [(edit.label, edit.old or "空白", edit.new or "空白", edit.file) for edit in self.items]
        return list_view("edits", told, columns, rows, empty=told, mark=mime.REMARK)._repr_mimebundle_()


class Names:
    """Figures below a name, as in ``filing.applications.granted.natural``; Tab completes every segment.

    A figure that is assigned is set as by `EditableFiling.set`. Rows and columns are attributes. A name can be both
    a figure and a group, for example ``applications.other.other`` of 2021: the attribute then returns the group,
    square brackets the figure.
    All are plain attributes, because completion without jedi ignores objects that compute their attributes.

    >>> from govreport.notebook.report import example_report
    >>> applications = example_report().filing.applications
    >>> applications.new.natural, applications["denied.total"]
    (3, 1)
    """

    _owner: EditableFiling
    _name: str

    def __init__(self, owner: EditableFiling, name: str) -> None:
        self.__dict__.update({"_owner": owner, "_name": name})
        inner = (other.removeprefix(f"{name}.") for other in owner.form.names if other.startswith(f"{name}."))
        below = {(key, bool(rest)) for key, _, rest in (other.partition(".") for other in inner)}
        for key, is_group in sorted(below, key=itemgetter(1)):  # groups stand last
            self.__dict__[key] = Names(owner, f"{name}.{key}") if is_group else owner.current[f"{name}.{key}"]

    def __getitem__(self, key: str) -> Figure | None:
        """Return a figure by the rest of its name; raises UnknownNameError for an unknown name."""
        return self._owner[f"{self._name}.{key}"]

    def __setitem__(self, key: str, figure: Figure | str | None) -> None:
        self._owner.set(f"{self._name}.{key}", figure)
        self.__init__(self._owner, self._name)  # type: ignore[misc]

    __setattr__ = __setitem__

    def __dir__(self) -> list[str]:
        return sorted(key for key in self.__dict__ if not key.startswith("_"))

    def _ipython_key_completions_(self) -> list[str]:
        names = self._owner._ipython_key_completions_()
        return [name.removeprefix(f"{self._name}.") for name in names if name.startswith(f"{self._name}.")]

    def __repr__(self) -> str:
        return str(self._repr_mimebundle_()["text/plain"])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        filing, form = self._owner.current, self._owner.form
        if self._name in form.tables:
            return statutory_table(filing, self._name)._repr_mimebundle_()
        names = [f"{self._name}.{key}" for key in self._ipython_key_completions_()]
        rows = [(form.label_of(name), figure_text(filing[name], "空白"), name) for name in names]
        columns = [("项目", 6), ("数字", 2), ("名称", 5)]
        return list_view("names", self._name, columns, rows, (0, 2), mark=mime.REMARK)._repr_mimebundle_()


class EditableFiling(Closed):
    """A report's filing with figures that can be read by name, changed and saved; each change runs the checks.

    Only `save` writes to the files: it writes the changed cells and keeps everything else.
    `current` is the filing as an immutable value. Its attributes (`cells`, `to_json` and so on)
    are also attributes of this object.

    >>> from govreport.notebook.location import EXAMPLE, example_project
    >>> project = example_project()
    >>> filing = EditableFiling(project, check_report(project, EXAMPLE, 2023))
    >>> filing.applications.new.total, filing["applications.denied.total"]
    (6, 1)
    >>> [(edit.old, edit.new) for edit in filing.set("applications.granted.natural", 2)]
    [('0', '2')]
    >>> filing.checked.findings.summary()
    '错误1项'
    """

    _is_made = True
    _refusal = 'filing.{} 不能赋值；改数字请写 filing["表.行.列"] = 数字，文字在 narrative.md 中修改。'
    year: int
    form: Form
    cells: Mapping[str, Figure | None]
    checked: CheckedReport
    current: Filing
    inputs: Mapping[str, str]
    _project: Project
    _saved: Filing

    def __init__(self, project: Project, checked: CheckedReport) -> None:
        self.__dict__["_project"] = project
        self._open(checked)

    def __getitem__(self, name: str) -> Figure | None:
        """Return a figure by name, derived sums included; raises UnknownNameError for an unknown name."""
        return self.current[name]

    def __setitem__(self, name: str, figure: Figure | str | None) -> None:
        self.set(name, figure)

    def _ipython_key_completions_(self) -> list[str]:
        return [*self.form.cells, *self.form.derived]

    def frame(self, table: str) -> pd.DataFrame:
        """Return a table as `Filing.frame` does; assigning to a statutory one raises GovReportError.

        >>> from govreport.notebook.report import example_report
        >>> int(example_report().filing.frame("applications").loc["new", "total"])
        6
        """
        from govreport.notebook.data_frames import FigureFrame  # noqa: PLC0415, most notebooks need no pandas

        frame = self.current.frame(table)
        return frame if table in self.current.tables else FigureFrame(frame).__finalize__(frame)  # type: ignore[operator]

    def set(self, name: str, figure: Figure | float | str | None) -> Edits:
        """Change a cell's figure, check the report again, and return all unsaved changes.

        name: ``table.row.column``, as in forms/*.toml. figure: a number in the cell's unit (件, 万元, 元), or its
        text; None or an empty text makes the cell blank, which is not zero.
        Raises UnknownNameError for an unknown name, ArgumentError for a sum, or if the cell cannot hold the figure.

        >>> from govreport.notebook.report import example_report
        >>> [(edit.label, edit.old, edit.new) for edit in example_report().filing.set("proactive.fees.amount", "1.50")]
        [('“行政事业性收费”的“本年收费金额（单位：万元）”', '0', '1.50')]
        """
        if (parts := self.form.parts_of(name)) != (name,):
            raise ArgumentError(f"{name} 是合计，不能填写；请改它的各部分：{listed(parts, MOST_NAMED)}。")
        cell = self.form.cells[name]
        reading = read_figure("" if figure is None else format(figure), cell.kind)
        problem = reading.problem or ("不能是负数" if cell.kind.name != "signed" and (reading.figure or 0) < 0 else "")
        if problem:
            raise ArgumentError(f"{cell.label}（{name}）：{problem}。")
        current = self.current
        changed = replace(
            current,
            cells={**current.cells, name: reading.figure},
            unreadable={key: value for key, value in current.unreadable.items() if key != name},
            notes=tuple(note for note in current.notes if name not in note.cells),
        )
        self._take(changed, check_report(self._project, current.agency, current.year, changed))
        return self.changes

    @property
    def changes(self) -> Edits:
        """The unsaved changes: each cell's text in the file and its new text.

        >>> from govreport.notebook.report import example_report
        >>> len(example_report().filing.changes)
        0
        """
        edits, folder = self.current.edits_since(self._saved), shown_folder(self.current.agency, self.year)
        return Edits(edits, f"{self.checked.state}，{self.checked.findings.summary()}", folder)

    def save(self) -> Edits:
        """Write the changed cells to the filing's files and return these changes; each file is replaced atomically.

        In a run of `govreport run` it writes to the run's mirror of the project, which is gone with the run.
        Raises FilingError if the files have changed since they were read. In that case it writes nothing,
        so no work is lost.

        >>> from govreport import Report
        >>> from govreport.cli.starter import practice_project
        >>> practice = practice_project()
        >>> filing = Report.open("shili-civil-affairs", 2023, practice.root).filing
        >>> _ = filing.set("disputes.reconsideration.upheld", 1)
        >>> len(filing.save()), len(filing.changes)
        (1, 0)
        >>> practice.remove()
        """
        edits, agency = self.changes, self.current.agency
        with alone(self._project.data):
            found, where = self._project.filing(agency, self.year), shown_folder(agency, self.year)
            if (found.cells, found.unreadable, found.form) != (self._saved.cells, self._saved.unreadable, self.form):
                raise FilingError([f"{where} 的表格在打开后被改动过，未保存；请用 filing.reload() 重新读取再改。"])
            for key in dict.fromkeys(self.form.cells[edit.name].table for edit in edits):
                table, file = self.form.tables[key], self._project.root / where / f"{key}.csv"
                figures = {edit.name: edit.new for edit in edits if self.form.cells[edit.name].table == key}
                try:
                    text = edited_table_text(read_text(file, file.name).text, table, figures)
                except LookupError:  # the file lacks a row or a column
                    text = table_csv(self.current, table)
                write_text(file, text, bom=True)
        self.reload()
        return replace(edits, done=True)

    def reload(self) -> None:
        """Read the filing from its files again and discard unsaved changes.

        Raises FilingError if the filing can no longer be read.

        >>> from govreport.notebook.report import example_report
        >>> filing = example_report().filing
        >>> _ = filing.set("disputes.reconsideration.upheld", 1)
        >>> filing.reload()
        >>> filing["disputes.reconsideration.upheld"]
        0
        """
        self._open(check_report(self._project, self.current.agency, self.year))

    def _open(self, checked: CheckedReport) -> None:
        self.__dict__["_saved"] = filing = checked.readable_filing()
        self.__dict__["inputs"] = page_inputs(self._project, checked.agency, checked.year, is_report=True)
        self._take(filing, checked)

    def _take(self, filing: Filing, checked: CheckedReport) -> None:
        self.__dict__.update({name: getattr(filing, name) for name in SHARED})
        self.__dict__.update({"current": filing, "checked": checked, "cells": Figures(filing.cells)})
        self.__dict__.update({table: Names(self, table) for table in filing.form.tables})

    def __repr__(self) -> str:
        told = f"{''.join(self.current.title)}：{self.checked.state}（{self.checked.findings.summary()}）"
        unsaved = len(self.changes)
        return f"{told}，有{unsaved}处改动未保存" if unsaved else told

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        tables = [statutory_table(self.current, key)._repr_mimebundle_() for key in self.form.tables]
        html = "".join([f"<p><strong>{escape(repr(self))}</strong></p>", *(table["text/html"] for table in tables)])
        text = "\n\n".join([repr(self), *(table["text/plain"] for table in tables)])
        return {"text/html": html, "text/plain": text, mime.REMARK: {}}
