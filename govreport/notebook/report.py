"""Report, the object for one agency's report in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from html import escape
from itertools import chain
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from govreport.charts import Chart, bar_chart, chart_style, figure_chart, figures_bars, members_bars
from govreport.checks import Account, CheckedReport, Findings, check_report, members_of, project_lexicon, read_claims
from govreport.core import GovReportError, UnknownNameError, choice_of, mime, require
from govreport.filing import TABLE_MARK, Filing, OwnTable, Project
from govreport.forms import CHART_YEARS, ChartSpec
from govreport.notebook.comparison_view import ComparisonView
from govreport.notebook.editing import EditableFiling
from govreport.notebook.location import EXAMPLE, EXAMPLE_YEAR, example_project, opened_project
from govreport.notebook.read_only import Closed
from govreport.notebook.views import Charts, Prose, shown_specs
from govreport.tables import TableView, marked_table, statutory_table
from govreport.tables import table as frame_table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Charts", "Prose", "Report", "TableView", "chart_style"]


class Report(Closed):
    """One agency's report for one year, for use in a notebook.

    A notebook displays it as a short account; the output also gives the exporters title, findings and figures.
    `filing` holds the figures: read them by name, change and save them. Each change runs the checks.

    >>> report = example_report()
    >>> report
    示例市民政局2023年政府信息公开工作年度报告：一致（未发现问题）
    >>> [(edit.old, edit.new) for edit in report.filing.set("applications.granted.natural", 2)]
    [('0', '2')]
    >>> report.findings.summary()
    '错误1项'
    """

    opened: ClassVar[Report | None] = None
    """The report that was opened last: the one that assertions are about."""

    def __init__(self, project: Project, checked: CheckedReport) -> None:
        self.project = project
        self.asserted: dict[tuple[str, ...], Findings] = {}
        self.filing = EditableFiling(project, checked)
        self._unread = 0
        self._is_made = True

    @classmethod
    def open(cls, agency: str, year: int, project: str | Path | None = None) -> Report:
        """Open and check the report of an agency and year.

        agency: slug, name or short name; year: reporting year; project: the project's folder, by
        default that of the working folder or of the running notebook.
        Raises ProjectError for an unknown agency or year, FilingError if the filing cannot be read.

        >>> Report.open("示例民政局", 2022, example_report().project.root).filing.year
        2022
        """
        found = opened_project(project)
        Report.opened = cls(found, check_report(found, agency, year))
        return Report.opened

    @property
    def checked(self) -> CheckedReport:
        """The filing with its findings; unsaved figures are included.

        >>> example_report().checked.state
        '一致'
        """
        return self.filing.checked

    @property
    def comparison(self) -> ComparisonView:
        """Comparison with last year's report: figures, pairs of cells that must agree, and prose.

        Without last year's filing, all its methods return a sentence that says so.

        >>> example_report().comparison.remarks().table.body[0][0].text
        '减少到零'
        """
        return ComparisonView(self.project, self.filing.current, self.last, self.checked.prose, self.filing.inputs)

    def claims(self) -> pd.DataFrame:
        """Return a row for each figure in the prose: part, sentence, figure, reading, verdict, rule.

        The table also lists figures without a reading, so every figure of the prose has a row.

        >>> example_report().claims()["读作"][0]
        '27条＋20条＋22条＋5条＋35条＝109条'
        """
        from govreport.notebook.data_frames import RemarkFrame  # noqa: PLC0415, most notebooks need no pandas

        read = read_claims(self.filing.current, self.checked.prose, self.last, project_lexicon(self.project.root))
        rows = [(c.part, c.quote, c.figure, c.reading, c.verdict, c.rule) for c in read]
        return RemarkFrame(rows, columns=["部分", "原文", "数字", "读作", "结果", "规则"], dtype=object)

    @property
    def findings(self) -> Findings:
        """The findings of the checks and of assertions, worst first; a notebook displays them as a table.

        >>> report = example_report()
        >>> _ = report.filing.set("disputes.reconsideration.upheld", 1)
        >>> [(finding.rule, finding.severity) for finding in report.findings]
        [('D1', 'error')]
        """
        return self.checked.findings.joined(chain(*self.asserted.values()), self.checked.waivers)

    @property
    def last(self) -> Filing | None:
        """Last year's filing; None if it does not exist or cannot be read.

        >>> example_report().last["applications.new.total"]
        9
        """
        return self.checked.last

    def assert_consistent(self) -> None:
        """Raise InconsistentReportError if there are unwaived errors; its text lists them.

        >>> example_report().assert_consistent()
        """
        self.findings.assert_consistent()

    def waivers_toml(self) -> str:
        """Return the text of a waivers.toml for the open findings, with the current figures.

        Reason, name and date are blank: the waivers have no effect until somebody fills them in.

        >>> report = example_report()
        >>> _ = report.filing.set("disputes.reconsideration.upheld", 1)
        >>> print(report.waivers_toml().splitlines()[1])
        rule = "D1"
        """
        return self.findings.waivers_toml(self.filing.current.figures)

    def section(self, number: int) -> Prose | None:
        """Return a part's heading and the prose before its table, with the figures filled in.

        number: 1 to 6, or 0 for the preamble. The result is None if there is no text.
        Raises UnknownNameError for other numbers.

        >>> example_report().section(6).text.splitlines()[0]
        '# 六、其他需要报告的事项'
        """
        prose, part = self._prose(number)[0], self.filing.current.narrative.parts.get(number)
        heading = (part and part.heading) or self.filing.form.parts[number - 1]
        text = (f"# {heading}\n\n" if number else "") + prose
        return Prose(text.strip(), mime.SOURCE, self._source) if text.strip() else None

    def remainder(self, number: int) -> Prose | None:
        """Return the prose after a part's table, or None if there is none.

        number: 1 to 6. Raises UnknownNameError for other numbers.

        >>> example_report().remainder(3) is None
        True
        """
        text = self._prose(number)[1].strip()
        return Prose(text, mime.SOURCE, self._source) if text else None

    def table(
        self, table: str | pd.DataFrame, caption: str = "", mark: Findings | None = None, **options: Any
    ) -> TableView:
        """Return a statutory table by key, or in the same style any DataFrame or table of the filing's folder.

        table: ``proactive``, ``applications``, ``disputes``, the name of a file in ``tables/``, or a DataFrame.
        caption, options: for a table that is no statutory one, see `govreport.table`.
        mark: findings; the table colours their cells, suspect cells more strongly, and shows the message on hover.
        Raises UnknownNameError for an unknown key, GovReportError for other figures under the key of a file's table.

        >>> example_report().table("disputes").table.caption
        '政府信息公开行政复议、行政诉讼情况'
        """
        filing = self.filing.current
        if isinstance(table, str) and table not in filing.form.tables:
            table = filing.frame(table)
        if not isinstance(table, str):
            view = frame_table(table, caption, **options)
            key = view.table.key
            known = f"tables/{key}.csv" if key in filing.tables else f"{key}.csv" if key in filing.form.tables else ""
            if known and OwnTable.of(filing.frame(key)).contradicts(OwnTable.of(table)):
                raise GovReportError(f"“{caption}”与 {known} 同名（key），数字不同；请改正数字，或用 key= 另取名称。")
            if view.printed:
                view = replace(view, printed=replace(view.printed, agency=filing.agency, year=filing.year))
            self.asserted["formats", key] = Findings((view.printed,) if view.printed else ())
            return view if view.mark else replace(view, mark=mime.SOURCE, about=self._source)
        view = statutory_table(filing, table)
        return replace(view, table=marked_table(view.table, mark)) if mark else view

    def chart(self, key: str) -> Chart | Prose | None:
        """Return a chart by key; a sentence if it has too little data, None if it does not apply to this agency.

        key: ``received``, ``results``, ``applicants``, ``ranking``, ``disputes``.
        Charts by year show up to five consecutive years with filings; only a parent has the ranking.
        Raises UnknownNameError for an unknown key.

        >>> example_report().chart("applicants").alt
        '2023年新收政府信息公开申请的申请人情况。自然人3件、商业企业2件、其他1件。'
        """
        return next(iter(self.charts(key).items), None)

    def charts(self, *keys: str) -> Charts:
        """Return several charts, and one sentence for all charts that have too little data.

        The sentence names the omitted charts if there are other charts to show.
        Only a parent gets the charts that compare members; the project's settings may name the charts that are shown.
        Raises UnknownNameError for an unknown key.

        >>> example_report().charts("received", "disputes").items[1].text
        '（“政府信息公开行政复议、行政诉讼结果”数据不足以成图，从略。）'
        """
        charts = self.filing.form.charts
        asked = shown_specs(self.project, [charts[choice_of(key, charts, "图")] for key in keys])
        is_parent = self.project.agency(self.filing.current.agency).scope == "members"
        drawn = {spec.title: self._drawn(spec) for spec in asked if spec.each != "members" or is_parent}
        shown = tuple(chart for chart in drawn.values() if chart)
        told = [f"（{self._unread}年的资料无法读取，图中没有该年及以前。）"] if self._unread else []
        if len(shown) < len(drawn):
            left_out = "".join(f"“{title}”" for title, chart in drawn.items() if not chart and shown)
            told.append(f"（{left_out}数据不足以成图，从略。）")
        return Charts((*shown, *(Prose(sentence, mark=mime.REMARK) for sentence in told)))

    def figure(self, figure: Figure | Axes, caption: str = "", alt: str = "") -> Chart:
        """Return your own matplotlib figure as a chart of the report, in the report's fonts, and close the figure.

        caption: the text below the chart; alt: the alternative text for readers who cannot see the chart, by default
        the caption. Raises ArgumentError for anything other than a figure or axes.

        >>> from matplotlib.figure import Figure
        >>> axes = Figure(figsize=(6, 1)).subplots()
        >>> _ = axes.barh(["一季度", "二季度"], [12, 9])
        >>> example_report().figure(axes, "各季度申请数量", "一季度12件，二季度9件。").caption
        '各季度申请数量'
        """
        return replace(figure_chart(figure, caption, alt), source=self._source)

    @property
    def _source(self) -> Mapping[str, Any]:
        """The mark of what may be of this year's figures and of last year's."""
        return self.filing.current.source(self.last.cells if self.last else None)

    def _drawn(self, spec: ChartSpec) -> Chart | None:
        filing, colours = self.filing.current, self.project.settings.page.chart_colours
        if spec.each == "members":
            members = members_of(self.project, self.project.agency(filing.agency), filing.year)
            bars = members_bars(spec, members, {a.slug: a for a in self.project.members(filing.agency)})
            return bar_chart(bars, filing.source(), colours) if bars else None
        source = self._source if spec.each == "years" else filing.source()
        return bar_chart(figures_bars(spec, (*self.earlier, filing)), source, colours)

    @cached_property
    def earlier(self) -> tuple[Filing, ...]:
        """The agency's readable filings of up to four consecutive years before this one, oldest first.

        >>> [filing.year for filing in example_report().earlier]
        [2019, 2020, 2021, 2022]
        """
        found = [self.last] if self.last else []
        agency, year = self.filing.current.agency, self.filing.year - 1 - len(found)
        while len(found) < CHART_YEARS - 1 and self.project.has(agency, year):
            if not (filing := self.project.readable(agency, year)):
                vars(self)["_unread"] = year
                break
            found.insert(0, filing)
            year -= 1
        return tuple(found)

    def account(self) -> Account:
        """Return the report's account: title, state, findings, filing, last year's figures.

        Its JSON is the metadata ``govreport`` of an executed notebook; see docs/contracts.md.

        >>> example_report().account().to_json()["filing"]["cells"]["applications.new.total"]
        6
        """
        return replace(Account.of(self.checked, self.project.appearance), inputs=self.filing.inputs)

    def _prose(self, number: int) -> tuple[str, str]:
        require(number, Integral, "部分应是整数，如 1")
        if not 0 <= number <= (last := len(self.filing.form.parts)):
            raise UnknownNameError(f"没有第 {number} 部分；报告有 {last} 个部分，0 为前言。")
        parted = {table.part for table in self.filing.form.tables.values()}
        before, *after = TABLE_MARK.split(self.checked.prose.get(number, ""), maxsplit=1 if number in parted else -1)
        return before, "".join(after)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        title, state = "".join(self.filing.current.title), f"{self.checked.state}（{self.findings.summary()}）"
        html = f"<p><strong>{escape(title)}</strong><br>状态：{escape(state)}</p>"
        return {"text/html": html, "text/plain": repr(self), mime.REPORT: self.account().to_json()}

    def __repr__(self) -> str:
        return f"{''.join(self.filing.current.title)}：{self.checked.state}（{self.findings.summary()}）"


def example_report() -> Report:
    """Return the sample report of new projects, for use in examples.

    >>> example_report().filing.name
    '示例市民政局'
    """
    return Report.open(EXAMPLE, EXAMPLE_YEAR, example_project().root)
