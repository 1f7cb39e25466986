"""Comparison of a report with last year's, for the comparison notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from govreport.charts import figures_bars
from govreport.checks import SENTENCE_KINDS, Change, Comparison, compare_years, share_text
from govreport.core import choice_of, mime
from govreport.filing import Filing, Project
from govreport.notebook.views import Charts, Prose, drawn_charts, list_view, page_bundle
from govreport.tables import TableView, compared_table

CHANGE_COLUMNS = (("说明", 3), ("项目", 8), ("上年", 2), ("今年", 2), ("增减", 2), ("增长率", 2))


@dataclass(frozen=True)
class ComparisonView:
    """Comparison of a report with last year's.

    Without a filing of last year, every method returns a sentence that says so.
    prose: this year's parts with the figures filled in; inputs: of the report.
    A notebook displays the object as a short account with the page's title.

    >>> from govreport.notebook.report import example_report
    >>> example_report().comparison.title
    ('示例市民政局', '2023年政府信息公开工作年度报告', '与2022年对照')
    """

    project: Project
    filing: Filing
    last: Filing | None
    prose: Mapping[int, str]
    inputs: Mapping[str, str]

    @cached_property
    def comparison(self) -> Comparison | None:
        """The comparison as data; None without last year's filing.

        >>> from govreport.notebook.report import example_report
        >>> len(example_report().comparison.comparison.changes)
        200
        """
        return compare_years(self.project, self.filing, self.last, self.prose) if self.last else None

    @property
    def _list(self) -> Callable[..., TableView | Prose]:
        return partial(list_view, mark=mime.SOURCE, about=self.filing.source())

    @property
    def _nothing(self) -> Prose:
        return Prose(f"没有{self.filing.year - 1}年的资料，无从比较。")

    def summary(self) -> Prose:
        """Return one sentence: how many figures changed, and how much of the prose repeats last year's.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.summary().text[:22]
        '可比的200个数字中有26个与上年不同，其中'
        """
        return Prose(self.comparison.summary(), mime.SOURCE, self.filing.source()) if self.comparison else self._nothing

    def remarks(self) -> TableView | Prose:
        """Return the changes that deserve a remark, most important first; figures are in the cells' units.

        `REMARKS` in govreport/checks/years/comparison.py lists the kinds of remark in order; see docs/notebooks.md.

        >>> from govreport.notebook.report import example_report
        >>> [cell.text for cell in example_report().comparison.remarks().table.body[0]][2:]
        ['2.96', '0', '-2.96', '-100.0%']
        """
        if not self.comparison:
            return replace(self._nothing, mark=mime.COMPARISON)
        told = self.comparison.remarks
        return changes_view("remarks", "值得说明的变化", told, mark=mime.COMPARISON, about=self.filing.source())

    def carried(self) -> TableView | Prose:
        """Return the pairs of cells that must agree across the two years but differ; a sentence if all agree.

        The pairs come from the rules Y1 to Y3, which equate one cell of each year; see docs/rules.md.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.carried().text
        '应与上年衔接的7对数字全部相符。'
        """
        if not self.comparison:
            return self._nothing
        pairs = self.comparison.carried
        apart = [pair for pair in pairs if not pair.matches]
        columns = (("规则", 1), ("今年", 6), ("数字", 1), ("上年", 6), ("数字", 1))
        rows = [(p.rule, p.change.label, now, p.last_label, was) for p in apart for now, was in [p.change.texts]]
        caption = f"与上年不衔接的数字（另有{len(pairs) - len(apart)}对相符）"
        empty = f"应与上年衔接的{len(pairs)}对数字全部相符。" if pairs else "两年的表格版本不同，没有应衔接的数字。"
        return self._list("carried", caption, columns, rows, (0, 1, 3), empty)

    def table(self, key: str) -> TableView | Prose:
        """Return a statutory table; brackets after a figure hold its difference from last year.

        key: ``proactive``, ``applications`` or ``disputes``. Raises GovReportError for any other key.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.table("applications").table.body[0][1].text
        '3 (-5)'
        """
        choice_of(key, self.filing.form.tables, "表", f"{self.filing.form.title}，笔记本应照它的表写")
        if not self.comparison:
            return self._nothing
        return TableView(compared_table(self.filing, key, self.comparison.changes), mime.SOURCE, self.filing.source())

    def groups(self) -> TableView | Prose | None:
        """Return the sums that replace cells of only one year's edition; None if all cells can be compared.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.groups() is None
        True
        """
        if not self.comparison:
            return None
        tables, left_out = self.filing.form.tables, self.comparison.not_comparable.items()
        left = "，".join(f"{tables[key].name}有{number}格无从比较" for key, number in left_out)
        rows = [_told(change) for change in self.comparison.changes if change.name not in self.filing.cells]
        if not (left or rows):
            return None
        caption = f"两年版本不同的项目（{left or '合并比较'}）"
        return self._list("groups", caption, CHANGE_COLUMNS[1:], rows, empty=f"两年版本不同：{left}。")

    def charts(self) -> Charts:
        """Return charts that show both years side by side; a sentence if no chart has enough data.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.charts().items[0].caption
        '2022年至2023年新收和上年结转政府信息公开申请数量'
        """
        if self.last is None:
            return Charts((self._nothing,))
        charts = self.filing.form.charts.values()
        specs = [replace(spec, each="years") for spec in charts if spec.each in ("years", "figures")]
        both, source = partial(figures_bars, filings=(self.last, self.filing)), self.filing.source(self.last.cells)
        return drawn_charts(self.project, specs, both, source, Prose("数字不足以成图。"))

    def prose_table(self) -> TableView | Prose:
        """Return each part's similarity to last year's and its number of sentences of each kind (`SENTENCE_KINDS`).

        >>> from govreport.notebook.report import example_report
        >>> [cell.text for cell in example_report().comparison.prose_table().table.body[2]][1:]
        ['过短', '0', '0', '1', '4', '3']
        """
        if not self.comparison:
            return self._nothing
        columns = (("部分", 6), ("相同文字", 2), *((kind, 2) for kind in SENTENCE_KINDS))
        rows = [(p.heading, share_text(p.similarity), *map(str, p.counts().values())) for p in self.comparison.parts]
        return self._list("parts", "各部分文字与上年的异同（句）", columns, rows)

    def sentences(self, number: int) -> TableView | Prose:
        """Return the sentences of a part; with each comes the similar sentence of last year, if any.

        number: the part's number, 1 to 6.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.sentences(3).table.body[0][0].text
        '有改动'
        """
        part = next((p for p in self.comparison.parts if p.number == number), None) if self.comparison else None
        if part is None:
            return self._nothing if not self.comparison else Prose("两年都没有这一部分。")
        rows = [(s.kind, s.text, "（同左）" if s.text == s.last else s.last) for s in part.sentences]
        columns = (("比上年", 2), (f"{self.filing.year}年", 7), (f"{self.filing.year - 1}年", 7))
        return self._list(f"sentences{number}", part.heading, columns, rows, (0, 1, 2))

    def __repr__(self) -> str:
        return "".join([*self.title, "：", self.summary().text])

    @property
    def title(self) -> tuple[str, ...]:
        """The title of the page, line by line."""
        year = self.filing.year
        return self.filing.name, f"{year}年{self.filing.form.title}", f"与{year - 1}年对照"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        return page_bundle(self, "，".join(self.title[1:]), self.filing.agency, self.filing.year, self.inputs)


def changes_view(key: str, caption: str, remarked: Sequence[Change], **marked: Any) -> TableView | Prose:
    """Return changes with their remarks as a table, or a sentence if there are none. marked: as of `list_view`."""
    rows = [(change.remark, *_told(change)) for change in remarked]
    return list_view(key, caption, CHANGE_COLUMNS, rows, (0, 1), f"没有{caption}。", **marked)


def _told(change: Change) -> tuple[str, ...]:
    now, before = change.texts
    return (change.label, before, now, change.difference_text or "—", change.growth or "—")
