"""Report: what a notebook calls."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from govreport import __version__, mime
from govreport.charts import Bars, Chart, bar_chart, chart_style, figure_chart, figures_bars, members_bars
from govreport.checks import Checked, Findings, check_report
from govreport.checks.prose.reader import read_claims
from govreport.checks.rollup import members_of
from govreport.comparison import ComparisonView
from govreport.editing import EditableFiling
from govreport.errors import FilingError, GovReportError
from govreport.figures import json_number
from govreport.filing import TABLE_MARK, Filing
from govreport.forms import ChartSpec
from govreport.locate import running_project
from govreport.project import Project
from govreport.tables import frame_table, marked_table, statutory_table
from govreport.views import Charts, Prose, TableView

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHART_YEARS = 5
__all__ = ["Charts", "Prose", "Report", "TableView", "chart_style"]


class Report:
    """One agency's report for one year, as a notebook uses it.

    Shows itself as a short account, which also tells the exporters title, findings and figures.
    `filing` holds the figures: to be read by name, changed, checked at once, and saved.

    >>> from govreport.locate import EXAMPLE, example_project
    >>> report = Report.open(EXAMPLE, 2023, example_project().root)
    >>> report
    示例市民政局2023年政府信息公开工作年度报告：一致（未发现问题）
    >>> report.comparison.remarks().table.body[0][0].text
    '减少到零'
    """

    def __init__(self, project: Project, checked: Checked) -> None:
        self.project = project
        self.filing = EditableFiling(project, checked)

    @classmethod
    def open(cls, agency: str, year: int, project: str | Path | None = None) -> Report:
        """Open and check the report of an agency and year.

        agency: slug, name or short name; year: reporting year; project: the project's folder, by
        default that of the working folder or of the running notebook.
        Raises ProjectError for an unknown agency or year, FilingError when the filing cannot be read.
        """
        found = Project.find(project) if project else running_project()
        return cls(found, check_report(found, agency, year))

    @property
    def checked(self) -> Checked:
        """The filing with its findings, figures that are not saved yet included."""
        return self.filing.checked

    @property
    def _filing(self) -> Filing:
        return self.filing.current

    @property
    def comparison(self) -> ComparisonView:
        """The report beside last year's: figures, pairs that are carried over, and prose."""
        return ComparisonView(self.project, self._filing, self.last, self.checked.prose)

    def claims(self) -> pd.DataFrame:
        """Return what the prose says about figures: part, sentence, figure, what it was read as, and the verdict.

        Figures that nothing reads are listed as such, so that every figure of the prose has a row.
        """
        read = read_claims(self._filing, self.checked.prose, self.checked.last)
        rows = [(c.part, c.quote, c.figure, c.reading, c.verdict, c.rule) for c in read]
        return pd.DataFrame(rows, columns=["部分", "原文", "数字", "读作", "结果", "规则"], dtype=object)

    @property
    def findings(self) -> Findings:
        """What does not add up; shows itself as a table."""
        return self.checked.findings

    @property
    def last(self) -> Filing | None:
        """Last year's filing, or None."""
        return self.checked.last

    def assert_consistent(self) -> None:
        """Raise InconsistentReportError when there are unwaived errors."""
        self.findings.assert_consistent()

    def waivers_toml(self) -> str:
        """Return a waivers.toml for the open findings, with their figures; reason, name and date are left blank."""
        return self.findings.waivers_toml(self._filing.cells)

    def section(self, number: int) -> Prose | None:
        """Return a part's heading and prose, figures filled in, up to where its table stands.

        number: 1 to 6, or 0 for the preamble, which may be None.
        """
        heading = f"# {self._heading(number)}\n\n" if number else ""
        text = heading + self._prose(number)[0]
        return Prose(text.strip()) if text.strip() else None

    def remainder(self, number: int) -> Prose | None:
        """Return the prose of a part that follows its table, or None."""
        text = self._prose(number)[1].strip()
        return Prose(text) if text else None

    def table(self, table: str | pd.DataFrame, caption: str = "", mark: Findings | None = None) -> TableView:
        """Return a statutory table by key, or any DataFrame in the same style.

        table: ``proactive``, ``applications``, ``disputes``, or a DataFrame; caption: for a DataFrame.
        mark: findings whose cells are to be coloured, suspect ones stronger, with the message on hover.
        Raises GovReportError for an unknown key.
        """
        if isinstance(table, pd.DataFrame):
            return TableView(frame_table(table, caption))
        if table not in self._filing.form.tables:
            raise GovReportError(f"没有名为“{table}”的表；可用的表：{'、'.join(self._filing.form.tables)}。")
        statutory = statutory_table(self._filing, table)
        return TableView(marked_table(statutory, mark) if mark is not None else statutory)

    def chart(self, key: str) -> Chart | Prose | None:
        """Return a chart by key; a sentence where it would say nothing, None where it is not for this agency.

        Charts by year show the last five years that have filings; the ranking is for parents.
        Raises GovReportError for an unknown key.
        """
        return next(iter(self.charts(key).shown), None)

    def charts(self, *keys: str) -> Charts:
        """Return several charts, with one sentence for all that would say nothing; those for parents only for parents.

        The sentence names those that are left out where others are shown.
        Raises GovReportError for an unknown key.
        """
        known = self._filing.form.charts
        if unknown := [key for key in keys if key not in known]:
            raise GovReportError(f"没有名为“{unknown[0]}”的图；可用的图：{'、'.join(known)}。")
        specs = [known[key] for key in keys if known[key].each != "members" or self._is_parent]
        drawn = {spec.title: bar_chart(bars) if (bars := self._bars(spec)) else None for spec in specs}
        shown = tuple(chart for chart in drawn.values() if chart)
        if len(shown) == len(drawn):
            return Charts(shown)
        left_out = "".join(f"“{title}”" for title, chart in drawn.items() if not chart and shown)
        return Charts((*shown, Prose(f"（{left_out}数据不足以成图，从略。）")))

    def figure(self, figure: Figure | Axes, caption: str = "", alt: str = "") -> Chart:
        """Return a matplotlib figure of your own as a chart of the report, in its fonts, and close it.

        caption: shown below; alt: what the figure tells, for those who cannot see it, by default the caption.
        Raises GovReportError for anything else than a figure.
        """
        return figure_chart(figure, caption, alt)

    @property
    def _is_parent(self) -> bool:
        return self.project.agency(self._filing.agency).scope == "members"

    def _bars(self, spec: ChartSpec) -> Bars | None:
        if spec.each != "members":
            return figures_bars(spec, (*self.earlier, self._filing) if spec.each == "years" else (self._filing,))
        members = members_of(self.project, self.project.agency(self._filing.agency), self._filing.year)
        labels = {slug: agency.short_name for slug, agency in self.project.agencies.items()}
        without = len(members.missing) + len(members.unreadable)
        return members_bars(spec, members.filings, labels, without) if members.filings else None

    @cached_property
    def earlier(self) -> tuple[Filing, ...]:
        """The agency's readable filings of the years just before, oldest first, without a gap."""
        found: list[Filing] = []
        year = self._filing.year - 1
        while len(found) < CHART_YEARS - 1 and year in self.project.years(self._filing.agency):
            try:
                known = self.last if self.last and self.last.year == year else None
                found.insert(0, known or self.project.filing(self._filing.agency, year))
            except FilingError:
                break
            year -= 1
        return tuple(found)

    def account(self) -> dict[str, Any]:
        """Return what the report says of itself: title, state, findings, filing, last year's cells."""
        narrative = self._filing.narrative
        return {
            "title": list(self._filing.title),
            "name": self._filing.name,
            "agency": self._filing.agency,
            "year": self._filing.year,
            "published": narrative.published.isoformat() if narrative.published else None,
            "signature": narrative.signature,
            "contact": narrative.contact,
            "state": self.checked.state,
            "findings": self.findings.to_json(),
            "filing": self._filing.to_json(self.checked.prose),
            "headings": {str(number): part.heading for number, part in narrative.parts.items() if part.heading},
            "printed": self._filing.printed(),
            "last": self.last and {name: json_number(figure) for name, figure in self.last.cells.items()},
            "version": __version__,
        }

    def _heading(self, number: int) -> str:
        part = self._filing.narrative.parts.get(number)
        return part.heading if part and part.heading else self._filing.form.parts[number - 1]

    def _prose(self, number: int) -> tuple[str, str]:
        if not 0 <= number <= len(self._filing.form.parts):
            raise GovReportError(f"没有第 {number} 部分；报告有 {len(self._filing.form.parts)} 个部分，0 为前言。")
        before, *after = TABLE_MARK.split(self.checked.prose.get(number, ""), maxsplit=1)
        return before, "".join(after)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        title, state = "".join(self._filing.title), f"{self.checked.state}（{self.findings.summary()}）"
        html = f"<p><strong>{escape(title)}</strong><br>状态：{escape(state)}</p>"
        return {"text/html": html, "text/plain": repr(self), mime.REPORT: self.account()}

    def __repr__(self) -> str:
        return f"{''.join(self._filing.title)}：{self.checked.state}（{self.findings.summary()}）"
