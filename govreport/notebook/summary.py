"""Summary of a parent's members for a year: totals, trend, ranking, findings and missing filings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any

from govreport import checks
from govreport.charts import Bars, figures_bars, members_bars
from govreport.core import YEAR, Figure, ProjectError, choice_of, listed, mime, percent, require, write_figure
from govreport.filing import Agency, Filing, Project
from govreport.forms import CHART_YEARS, ChartSpec, Table
from govreport.notebook.comparison_view import changes_view
from govreport.notebook.location import EXAMPLE_YEAR, example_project, opened_project
from govreport.notebook.read_only import Closed
from govreport.notebook.views import MOST_NAMED, Charts, Prose, drawn_charts, figure_text, list_view, page_bundle
from govreport.tables import TableView, statutory_table


class Summary(Closed):
    """Summary of a parent's members for a year, for the summary notebook.

    Figures are sums over the members that filed. The parent's own filing is not counted; its office is counted
    if it is a member. A notebook displays the object as a short account with the page's title.

    >>> example_summary().parent.short_name
    '示例市政府'
    """

    def __init__(self, project: Project, parent: Agency, year: int) -> None:
        self.project, self.parent, self.year = project, parent, year
        self._source = {"agency": parent.slug, "year": year}
        self._list = partial(list_view, mark=mime.SOURCE, about=self._source)
        self._inputs = checks.page_inputs(project, parent, year, is_report=False)
        self._members = cache(partial(checks.members_of, project, parent))
        self.members = self._members(year)
        if not self.members.filings:
            raise ProjectError(f"“{parent.short_name}”没有可读取的所属机构 {year} 年资料；请先报送，或改用其他年度。")
        self._is_made = True

    @classmethod
    def open(cls, parent: str, year: int, project: str | Path | None = None) -> Summary:
        """Open the summary of a parent and year.

        parent: slug, name or short name; year: reporting year; project: the project's folder, by default
        that of the working folder or of the running notebook.
        Raises ProjectError for an unknown parent, or if no member has a readable filing.

        >>> Summary.open("示例市政府", 2022, example_summary().project.root).year
        2022
        """
        found = opened_project(project)
        require(year, *YEAR)
        return cls(found, found.agency(parent), year)

    @property
    def filing(self) -> Filing:
        """The sums over the members that filed, as a filing of the parent; the parent's own filing is not read.

        >>> example_summary().filing["applications.new.total"]
        926
        """
        return self._sums[self.year][0]

    @cached_property
    def checked(self) -> tuple[checks.CheckedReport, ...]:
        """The check results of every member that filed, sorted by state and then by number of errors."""
        filed = {*(f.agency for f in self.members.filings), *(a.slug for a in self.members.unreadable)}
        agencies = [agency for agency in self.project.members(self.parent.slug) if agency.slug in filed]
        found = checks.check_reports(self.project, [(agency, self.year) for agency in agencies])
        return tuple(sorted(found, key=lambda c: (checks.STATES.index(c.state), -c.findings.counts()["error"])))

    def overview(self) -> Prose:
        """Return a paragraph with the number of members that filed and the sums in the charts by year.

        >>> example_summary().overview().text[:14]
        '应报送机构8个，已汇总8个；'
        """
        without, filed = [*self.members.missing, *self.members.unreadable], len(self.members.filings)
        told = [f"应报送机构{filed + len(without)}个，已汇总{filed}个"]
        told += [f"未报送或无法读取{len(without)}个，不在各数之内"] * bool(without)
        for spec in self.filing.form.charts.values():
            if spec.each == "years":
                figures = [
                    label
                    + ("未汇总" if figure is None else f"{write_figure(figure)}{spec.unit}")
                    + (who and f"（{who}）")
                    for name, (label, figure) in zip(spec.names, self._named(spec), strict=True)
                    if (who := self._unfilled((name,), self.year)) or figure != 0
                ]
                told.append(f"{spec.title}：{'、'.join(figures) or f'均为0{spec.unit}'}")
        return Prose("；".join(told) + "。", mime.SOURCE, self._source)

    def missing(self) -> TableView | Prose:
        """Return the members without a readable filing, or with blank tables, or a sentence if there are none.

        The register of agencies lists the members of each year (columns ``from``, ``to``).

        >>> example_summary().missing().text
        '所属机构均已报送。'
        """
        missing = {False: "未报送", True: "各表都没有填"}
        rows = [(a.name, a.slug, missing[self.project.has(a.slug, self.year)]) for a in self.members.missing]
        rows += [(a.name, a.slug, "无法读取，govreport check 查看原因") for a in self.members.unreadable]
        rows += [(a.name, a.slug, "登记表中该年不存在，有资料未计入") for a in self.members.outside]
        columns = (("机构", 4), ("代号", 3), ("情况", 4))
        return self._list("missing", "未报送的机构", columns, rows, empty="所属机构均已报送。")

    def table(self, key: str) -> TableView:
        """Return a statutory table of the sums.

        key: ``proactive``, ``applications`` or ``disputes``. Raises GovReportError for any other key.

        >>> example_summary().table("disputes").table.body[0][0].text
        '24'
        """
        return statutory_table(self.filing, key)

    def refused(self) -> Prose | None:
        """Return sentences about what has no sums, or None.

        They name tables of which members follow different editions, and rows that members leave blank.

        >>> example_summary().refused() is None
        True
        """
        names = "、".join(table.name for table in self._sums[self.year][1])
        told = f"各机构的{names}版本不一，各格含义不同，未汇总。" if names else ""
        return Prose(text, mime.SOURCE, self._source) if (text := told + self.members.unfilled_told) else None

    def shares(self, key: str) -> TableView | Prose:
        """Return the figures of a chart, their shares of the total (rounded half up), and last year's figures.

        key: ``results``, ``applicants``, ``disputes`` or the key of another chart of the form.
        Raises GovReportError for any other key.

        >>> [cell.text for cell in example_summary().shares("results").table.body[0]]
        ['予以公开', '315', '33.9%', '325', '-10']
        """
        spec = self._spec(key)
        now, last = self._named(spec), dict(self._named(spec, self.year - 1))
        whole = _whole(now)
        rows = [(label, *_beside_last(figure, whole, last.get(label))) for label, figure in now]
        told = self._caveats(spec.all_names, (self.year - 1, self.year), spec.unit)
        return self._list(f"shares-{key}", spec.title + told, (("项目", 5), *self._columns), rows)

    def trend(self) -> TableView | Prose:
        """Return, for each of the last five years with filings, the number of members that filed and the sums.

        The sums are those in the charts by year. The caption says so if different members filed in some years.

        >>> [cell.text for cell in example_summary().trend().table.body[0]][:3]
        ['2019年', '3', '193']
        """
        specs = [spec for spec in self.filing.form.charts.values() if spec.each == "years"]
        labels = [label for spec in specs for label in self.filing.form.chart_labels(spec)]
        columns = (("年度", 2), ("报送机构", 2), *((label, 2) for label in labels))
        rows = [
            (f"{year}年", str(len(self._members(year).filings)),
             *(figure_text(figure) for spec in specs for _, figure in self._named(spec, year)))
            for year in self._sums
        ]  # fmt: skip
        told = self._caveats([name for spec in specs for name in spec.names], self._sums)
        return self._list("trend", f"各年汇总{told}", columns, rows)

    def remarks(self) -> TableView | Prose:
        """Return the changes of the sums from last year that deserve a remark, most important first.

        `REMARKS` in govreport/checks/years/comparison.py lists the kinds of remark in order; see docs/notebooks.md.

        >>> example_summary().remarks().table.body[0][0].text
        '大幅增加'
        """
        if self.year - 1 not in self._sums:
            return Prose(f"没有{self.year - 1}年的资料，无从比较。")
        changes = checks.cell_changes(self.filing, self._sums[self.year - 1][0])
        caption = f"值得说明的变化{self._caveats((), (self.year - 1, self.year))}"
        shown = checks.remarks(changes, (), self.filing.form, self.project.settings)
        return changes_view("remarks", caption, shown, mark=mime.SOURCE, about=self._source)

    def ranking(self) -> TableView | Prose:
        """Return the members in descending order of the figure in the chart ``ranking``, with last year's figure.

        Members with equal figures have the same rank.

        >>> [cell.text for cell in example_summary().ranking().table.body[0]][:3]
        ['示例市自然资源和规划局', '1', '297']
        """
        spec = self._spec("ranking")
        (name,) = spec.names
        last = {filing.agency: _of(filing, name) for filing in self._members(self.year - 1).filings}
        found = [(filing.agency, _of(filing, name)) for filing in self.members.filings]
        whole = _whole(found)
        rows = []
        for slug, figure in sorted(found, key=lambda item: -(item[1] or 0)):
            rank = None if figure is None else 1 + sum((other or 0) > figure for _, other in found)
            beside = _beside_last(figure, whole, last.get(slug))
            rows.append((self.project.agency(slug).name, figure_text(rank), *beside))
        columns = (("机构", 5), ("名次", 1), *self._columns)
        return self._list("ranking", f"{spec.title}（{spec.unit}）", columns, rows)

    def findings(self) -> TableView | Prose:
        """Return each member's state, number of findings by severity and worst finding, in the order of `checked`.

        >>> [cell.text for cell in example_summary().findings().table.body[0]][:3]
        ['示例市人民政府办公室', '一致', '0']
        """
        columns = (("机构", 4), ("状态", 2), *((name, 1) for name in checks.SEVERITY_NAMES.values()), ("首要问题", 8))
        rows = []
        for checked in self.checked:
            counts, worst = checked.findings.counts(), next((f for f in checked.findings if not f.waived), None)
            numbers = (str(counts[severity]) for severity in checks.SEVERITY_NAMES)
            rows.append((checked.agency.name, checked.state, *numbers, worst.message if worst else ""))
        return self._list("findings", "各机构校验结果", columns, rows, (0, 2 + len(checks.SEVERITY_NAMES)))

    def charts(self, *keys: str) -> Charts:
        """Return charts of the sums; charts by year show the last five years, ``ranking`` compares the members.

        keys: as for `Report.charts`. Raises GovReportError for an unknown key.

        >>> example_summary().charts("ranking").items[0].caption
        '2023年所属机构新收政府信息公开申请数量'
        """
        empty = Prose("没有数据可以成图。", mark=mime.REMARK)
        return drawn_charts(self.project, map(self._spec, keys), self._bars, self.filing.source(), empty)

    def _bars(self, spec: ChartSpec) -> Bars | None:
        if spec.each == "members":
            return members_bars(spec, self.members, {a.slug: a for a in self.project.members(self.parent.slug)})
        told = self._caveats(spec.all_names, self._sums if spec.each == "years" else (self.year,)).strip("（）")
        return replace(figures_bars(spec, [filing for filing, _ in self._sums.values()]), note=told)

    def _unfilled(self, names: Iterable[str], year: int) -> str:
        """Return a clause that names the members that leave a row of some figures blank or without a sum."""
        form = self.filing.form
        rows = {part.rpartition(".")[0] for name in names if name in form.names for part in form.parts_of(name)}
        who = [name for name, unfilled in self._members(year).unfilled.items() if rows & unfilled.keys()]
        return f"{listed(who, MOST_NAMED, '个机构')}未填全" if who else ""

    def _caveats(self, names: Sequence[str], years: Iterable[int], *first: str) -> str:
        """Return in parentheses why sums of years are not to be compared, behind what else is told there; or nothing.

        names: of the figures, rows of which members may have left blank or without a sum.
        """
        known = [year for year in years if year in self._sums]
        differ = len({frozenset(f.agency for f in self._members(year).filings) for year in known}) > 1
        blank = "、".join(f"{year}年" for year in known if self._unfilled(names, year))
        told = [*first, "报送机构不同，合计不宜直接比较" * differ, blank and f"{blank}有机构未填全"]
        return f"（{shown}）" if (shown := "；".join(filter(None, told))) else ""

    @cached_property
    def _sums(self) -> Mapping[int, tuple[Filing, tuple[Table, ...]]]:
        """The sums of this year and the four years before, oldest first; years without filings are omitted."""
        years = range(self.year - CHART_YEARS + 1, self.year + 1)
        add, filed = partial(checks.added_up, self.project, self.parent), {y: self._members(y).filings for y in years}
        return {year: add(year, filings) for year, filings in filed.items() if filings}

    @property
    def _columns(self) -> tuple[tuple[str, int], ...]:
        """The columns of `_beside_last`."""
        return (f"{self.year}年", 2), ("占比", 2), (f"{self.year - 1}年", 2), ("增减", 2)

    def _spec(self, key: str) -> ChartSpec:
        return self.filing.form.charts[choice_of(key, self.filing.form.charts, "图")]

    def _named(self, spec: ChartSpec, year: int = 0) -> Sequence[tuple[str, Figure | None]]:
        """Return a chart's labels with a year's sums; a sum is None if the year or its form does not have it."""
        form, labels = self.filing.form, self.filing.form.chart_labels(spec)
        year = year or self.year
        filing = self._sums[year][0] if year in self._sums else None
        rows = [("", spec.names)] if isinstance(spec.each, str) else [
            (f"{form.chart_row(spec, row)}：", spec.names_of(row)) for row in spec.each
        ]  # fmt: skip
        cells = ((row + label, name) for row, names in rows for label, name in zip(labels, names, strict=True))
        return [(label, _of(filing, name)) for label, name in cells]

    @property
    def title(self) -> tuple[str, str]:
        """The title of the page, line by line."""
        return self.parent.name, f"{self.year}年{self.filing.form.title}汇总"

    def __repr__(self) -> str:
        return "".join([*self.title, "：", self.overview().text])

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Mapping[str, Any]:
        return page_bundle(self, "".join(self.title), self.parent.slug, self.year, self._inputs)


def _beside_last(figure: Figure | None, whole: Figure, before: Figure | None) -> tuple[str, ...]:
    """Return the texts of a figure, its share of a total, last year's figure, and the difference; dashes for unknowns.

    >>> _beside_last(1, 3, None), _beside_last(3, 0, 1)
    (('1', '33.3%', '—', '—'), ('3', '—', '1', '+2'))
    """
    share = percent(Fraction(figure) / Fraction(whole)) if figure is not None and whole else "—"
    apart = None if figure is None or before is None else figure - before
    return figure_text(figure), share, figure_text(before), "+" * bool(apart and apart > 0) + figure_text(apart)


def _whole(figures: Sequence[tuple[str, Figure | None]]) -> Figure:
    """Return the sum of figures, 0 where one of them is unknown: then there are no shares."""
    known = [figure for _, figure in figures if figure is not None]
    return sum(known) if len(known) == len(figures) else 0


def _of(filing: Filing | None, name: str) -> Figure | None:
    return filing[name] if filing and name in filing.form.names else None


def example_summary() -> Summary:
    """Return the summary of the sample city, for use in examples; a new project holds only part of that city."""
    return Summary.open("shili-government", EXAMPLE_YEAR, example_project().root)
