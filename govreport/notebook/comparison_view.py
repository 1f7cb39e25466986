"""A report beside last year's, as the comparison notebook shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import Any

from govreport.charts import bar_chart, figures_bars
from govreport.checks import SENTENCE_KINDS, Account, Change, Comparison, compare_years, share_text
from govreport.core import mime, write_figure
from govreport.filing import Filing, Project
from govreport.notebook.views import Charts, Prose, choice_of, list_view
from govreport.tables import TableView, compared_table

CHANGE_COLUMNS = (("说明", 3), ("项目", 8), ("上年", 2), ("今年", 2), ("增减", 2), ("增长率", 2))


@dataclass(frozen=True)
class ComparisonView:
    """A report beside last year's; where there is no filing of last year, everything says so.

    prose: this year's parts, figures filled in. Shows itself as a short account, with the page's title.

    >>> from govreport.notebook.report import example_report
    >>> example_report().comparison.title
    ('示例市民政局', '2023年政府信息公开工作年度报告', '与2022年对照')
    """

    project: Project
    filing: Filing
    last: Filing | None
    prose: Mapping[int, str]

    @cached_property
    def comparison(self) -> Comparison | None:
        """The comparison as data; None without last year's filing.

        >>> from govreport.notebook.report import example_report
        >>> len(example_report().comparison.comparison.changes)
        200
        """
        if self.last is None:
            return None
        return compare_years(self.project, self.filing, self.last, self.prose)

    @property
    def _nothing(self) -> Prose:
        return Prose(f"没有{self.filing.year - 1}年的资料，无从比较。")

    def summary(self) -> Prose:
        """Return in a sentence how many figures changed, and how much of the prose is last year's.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.summary().text[:22]
        '可比的200个数字中有26个与上年不同，其中'
        """
        return Prose(self.comparison.summary()) if self.comparison else self._nothing

    def remarks(self) -> TableView | Prose:
        """Return the changes that are worth a remark, the weightiest first, figures in the cells' units.

        What is worth one, and in which order, is that of `compare.REMARKS`; see docs/notebooks.md.

        >>> from govreport.notebook.report import example_report
        >>> [cell.text for cell in example_report().comparison.remarks().table.body[0]][2:]
        ['2.96', '0', '-2.96', '-100.0%']
        """
        if not self.comparison:
            return self._nothing
        return changes_view("remarks", "值得说明的变化", self.comparison.remarks)

    def carried(self) -> TableView | Prose:
        """Return the pairs of cells that must agree with last year's and do not; a sentence where all do.

        The pairs are those of the rules Y1 to Y3 that equate one cell of each year; see docs/rules.md.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.carried().text
        '应与上年衔接的7对数字全部相符。'
        """
        if not self.comparison:
            return self._nothing
        pairs = self.comparison.carried
        apart = [pair for pair in pairs if not pair.matches]
        columns = (("规则", 1), ("今年", 6), ("数字", 1), ("上年", 6), ("数字", 1))
        rows = [(p.rule, p.label, write_figure(p.now), p.last_label, write_figure(p.before)) for p in apart]
        caption = f"与上年不衔接的数字（另有{len(pairs) - len(apart)}对相符）"
        empty = f"应与上年衔接的{len(pairs)}对数字全部相符。" if pairs else "两年的表格版本不同，没有应衔接的数字。"
        return list_view("carried", caption, columns, rows, (0, 1, 3), empty)

    def table(self, key: str) -> TableView | Prose:
        """Return a statutory table with every difference on last year in brackets.

        key: ``proactive``, ``applications`` or ``disputes``. Raises GovReportError for others.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.table("applications").table.body[0][1].text
        '3 (-5)'
        """
        choice_of(key, self.filing.form.tables, "表")
        if not self.comparison:
            return self._nothing
        return TableView(compared_table(self.filing, key, self.comparison.changes))

    def groups(self) -> TableView | Prose | None:
        """Return the sums that stand for cells which only one year's edition has; None where all cells are compared.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.groups() is None
        True
        """
        if not self.comparison or not (left := self._not_compared()):
            return None
        rows = [_told(change) for change in self.comparison.changes if change.name not in self.filing.cells]
        return list_view(
            "groups", f"两年版本不同的项目（{left}）", CHANGE_COLUMNS[1:], rows, empty=f"两年版本不同：{left}。"
        )

    def _not_compared(self) -> str:
        found = self.comparison.not_comparable.items() if self.comparison else ()
        return "，".join(f"{self.filing.form.tables[key].name}有{number}格无从比较" for key, number in found) or (
            "合并比较" if any(change.name not in self.filing.cells for change in self._changes) else ""
        )

    @property
    def _changes(self) -> tuple[Change, ...]:
        return self.comparison.changes if self.comparison else ()

    def charts(self) -> Charts:
        """Return charts of both years, side by side, where there is anything to show.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.charts().items[0].caption
        '2022年至2023年新收和上年结转政府信息公开申请数量'
        """
        if self.last is None:
            return Charts((self._nothing,))
        specs = [spec for spec in self.filing.form.charts.values() if spec.each in ("years", "figures")]
        drawn = (bar_chart(figures_bars(replace(spec, each="years"), (self.last, self.filing))) for spec in specs)
        return Charts(tuple(chart for chart in drawn if chart) or (Prose("数字不足以成图。"),))

    def prose_table(self) -> TableView | Prose:
        """Return for each part how like last year's it is, and how many of its sentences are repeated, new or gone.

        >>> from govreport.notebook.report import example_report
        >>> [cell.text for cell in example_report().comparison.prose_table().table.body[2]][1:]
        ['过短', '0', '0', '1', '4', '3']
        """
        if not self.comparison:
            return self._nothing
        columns = (("部分", 6), ("相同文字", 2), *((kind, 2) for kind in SENTENCE_KINDS))
        rows = [
            (part.heading, share_text(part.similarity), *(str(number) for number in part.counts().values()))
            for part in self.comparison.parts
        ]
        return list_view("parts", "各部分文字与上年的异同（句）", columns, rows)

    def sentences(self, number: int) -> TableView | Prose:
        """Return a part sentence by sentence, beside last year's sentence where one is like it.

        number: of the part, 1 to 6.

        >>> from govreport.notebook.report import example_report
        >>> example_report().comparison.sentences(3).table.body[0][0].text
        '有改动'
        """
        part = next((p for p in self.comparison.parts if p.number == number), None) if self.comparison else None
        if part is None:
            return self._nothing if not self.comparison else Prose("两年都没有这一部分。")
        rows = [(s.kind, s.text, "（同左）" if s.text == s.last else s.last) for s in part.sentences]
        columns = (("比上年", 2), (f"{self.filing.year}年", 7), (f"{self.filing.year - 1}年", 7))
        return list_view(f"sentences{number}", part.heading, columns, rows, (0, 1, 2))

    def __repr__(self) -> str:
        return "".join([*self.title, "：", self.summary().text])

    @property
    def title(self) -> tuple[str, ...]:
        """The title of the page, line by line."""
        year = self.filing.year
        return self.filing.name, f"{year}年{self.filing.form.title}", f"与{year - 1}年对照"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        account = Account(self.title, self.filing.name, self.filing.year).to_json()
        html = f"<p><strong>{escape('，'.join(self.title[1:]))}</strong></p>"
        return {"text/html": html, "text/plain": repr(self), mime.REPORT: account}


def changes_view(key: str, caption: str, remarked: Sequence[Change]) -> TableView | Prose:
    """Return changes with their remarks as a table, or a sentence where there are none."""
    rows = [(change.remark, *_told(change)) for change in remarked]
    return list_view(key, caption, CHANGE_COLUMNS, rows, (0, 1), f"没有{caption}。")


def _told(change: Change) -> tuple[str, ...]:
    texts = (write_figure(figure) or "空白" for figure in (change.before, change.now))
    return (change.label, *texts, change.difference_text or "—", change.growth or "—")
