"""The input of a check: a filing, last year's, the members' sums, the project's rules and waivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from govreport.checks.comments import comment_problems
from govreport.checks.edits.filled import unfilled_tables
from govreport.checks.edits.matrix import Case, blank_totals
from govreport.checks.edits.project_rules import project_rules
from govreport.checks.edits.validity import unreadable_filing
from govreport.checks.filing_files import unread_files
from govreport.checks.findings import Finding, Identity, Waiver
from govreport.checks.prose.self_description import is_signed
from govreport.checks.waivers import WAIVERS_FILE, has_cell, read_waivers, waiver_problems
from govreport.checks.years.comparison import carried_pairs, is_unfinished
from govreport.checks.years.rollup import members_of, sums_over
from govreport.core import COMMENTS_FILE, Figure, FilingError, listed, note
from govreport.filing import REFERENCE, Agency, Filing, Project, Scope, render_prose, shown_folder
from govreport.forms import Rule

SHOWN = 8
UNSIGNED = "没有署名和公布日期；公布前请在 narrative.md 的文件头写明 signature 和 published。"


@dataclass
class CheckInput:
    """The input of one report's check.

    case: None for a filing that cannot be read; findings: F1 errors, and notices on comparisons that are not possible.
    """

    agency: Agency
    year: int
    case: Case | None = None
    prose: Mapping[int, str] = field(default_factory=dict)
    waivers: tuple[Waiver, ...] = ()
    findings: list[Finding] = field(default_factory=list)

    def notice(self, rule: str, message: str) -> None:
        """Add a notice."""
        self.findings.append(Finding(self.agency.slug, self.year, "notice", message, (Identity(rule, ()),)))


def gather(project: Project, agency: Agency, year: int, known: Filing | None = None) -> CheckInput:
    """Return the input of the check of an agency's report for a year.

    known: a filing that is already read: this report's or last year's.

    A mistake in one filing's files becomes findings of its report and stops no other report. Raises
    ProjectError for a mistake in the project's own rules, FormError for one in its own forms.
    """
    rules, check_input = project_rules(project.root, project.catalogue), CheckInput(agency, year)
    try:
        _gather(project, check_input, rules, known)
    except FilingError as error:
        check_input.case = None
        check_input.findings += unreadable_filing(agency.slug, year, error)
    except Exception as error:  # a defect of ours must not stop a batch of hundreds
        check_input.case = None
        check_input.findings += defect(agency.slug, year, "读取", error)
    return check_input


def defect(agency: str, year: int, doing: str, error: Exception) -> list[Finding]:
    """Return the F1 finding of a filing on which this program failed; doing: what, as a Chinese verb."""
    told = f"{shown_folder(agency, year)} {doing}时程序出错（{type(error).__name__}：{error}）；请报告给维护者。"
    return unreadable_filing(agency, year, FilingError([told]))


def _gather(project: Project, check_input: CheckInput, rules: tuple[Rule, ...], known: Filing | None) -> None:
    agency, year = check_input.agency, check_input.year
    if unread := unread_files(project, agency.slug, year):
        told = f"{shown_folder(agency.slug, year)} 中的 {listed(unread, SHOWN, '处')} 不会被读取"
        check_input.notice("F1", f"{told}；应当读取的请改正名称和格式（自己的表是 tables/名称.csv），无用的请移走。")
    at_hand = {(known.agency, known.year): known} if known else {}
    filing = at_hand.get((agency.slug, year)) or project.filing(agency.slug, year)
    last, lack = _last_year(project, check_input, at_hand.get((agency.slug, year - 1)))
    members = _members(project, check_input, filing) if agency.scope == "members" else None
    check_input.case = Case(filing, last, members, rules)
    folder = shown_folder(agency.slug, year)
    if absence := agency.absence(year):
        check_input.notice("F1", f"{absence}，却有 {folder}；请核对。")
    try:
        for number, waiver in enumerate(read_waivers(project.root / folder, folder), 1):
            problems = list(waiver_problems(waiver, number, filing, rules, project.catalogue))
            check_input.waivers += () if problems else (waiver,)
            for problem in problems:
                check_input.notice("F1", f"{folder}/{WAIVERS_FILE} {problem}")
    except FilingError as error:
        check_input.findings += unreadable_filing(agency.slug, year, error)
    for problem in comment_problems(project.root / folder, folder, lambda cell: has_cell(filing, cell)):
        check_input.notice("F1", problem)
        note(name := f"{folder}/{COMMENTS_FILE}", project.state_of(name, ":"))  # of which no page tells else
    try:
        scope = Scope(filing, last, lack)
        check_input.prose = render_prose(filing, last, scope)
        if scope.asserted:
            from govreport.checks.assertions import prose_assertions  # noqa: PLC0415, few filings assert anything

            check_input.findings += prose_assertions(scope)
        if filing.tables or REFERENCE[:2] in "".join(check_input.prose.values()):
            from govreport.checks.own_tables import check_own_tables  # noqa: PLC0415, as above

            totals = [key for name, given, _ in scope.asserted for key in given[:1] if name == "assert_adds_up"]
            check_input.findings += check_own_tables(project, filing, check_input.prose, totals)
    except FilingError as error:
        check_input.findings += unreadable_filing(agency.slug, year, error)
    if not (is_signed(filing.narrative) or is_unfinished(filing)):
        check_input.notice("T2", UNSIGNED)


def _last_year(project: Project, check_input: CheckInput, known: Filing | None) -> tuple[Filing | None, str]:
    """Return last year's filing, and why it cannot be read, empty where it can or is not there.

    What carries over holds that of agencies which this one has taken over since. known: the filing, where it is read.
    """
    agency, slug, year = check_input.agency, check_input.agency.slug, check_input.year
    try:
        last = known or project.last_filing(slug, year)
        over = (s for s in agency.succeeds.split() if project.has(s, year - 1) and not (last and project.has(s, year)))
        formers = [project.filing(former, year - 1) for former in over]
    except FilingError as error:
        folder = shown_folder(slug, year - 1)
        check_input.notice("F1", f"上年资料 {folder} 无法读取，未作年度间核对；请先改正上年资料。")
        return None, f" {year - 1} 年的资料无法读取：{error.problems[0].rstrip('。')}"
    first = min(form.first_year for form in project.catalogue.editions.values())
    before = (found for found in range(year - 2, first - 1, -1) if project.has(slug, found))
    if last is None and (earlier := next(before, 0)):
        check_input.notice("Y1", f"缺少{year - 1}年的资料（最近的是{earlier}年），未作年度间核对。")
    folders = "、".join(shown_folder(former.agency, year - 1) for former in formers)
    if formers and last is None:
        check_input.notice("Y1", f"{year - 1}年的资料是原机构的（{folders}），未作年度间核对。")
    if last and (lost := _lost(last)):
        told = f"上年资料 {shown_folder(slug, year - 1)} 的{listed(lost, SHOWN, '处')}没有填或无法读取"
        check_input.notice("Y1", f"{told}，与之有关的未作年度间核对；请先改正上年资料。")
    if last and formers:
        check_input.notice("Y1", f"上年报告的结转下年度继续办理按本机构与原机构（{folders}）合计，上年结转应与之相等。")
        sums, _ = sums_over(last.form, (last, *formers))
        carried = {pair.last_name: sums.get(pair.last_name) for pair in carried_pairs(last, last)}
        last = replace(last, cells={**last.cells, **carried})
    return last, ""


def _lost(filing: Filing) -> list[str]:
    """Return the labels of what a filing leaves unknown: tables that nobody has filled in, and cells of others."""
    unfilled, unknown = unfilled_tables(filing), blank_totals(filing) | filing.unreadable.keys()
    cells = [cell.label for cell in filing.form.cells.values() if cell.name in unknown and cell.table not in unfilled]
    return [filing.form.tables[key].name for key in filing.form.tables if key in unfilled] + cells


def _members(project: Project, check_input: CheckInput, filing: Filing) -> Mapping[str, Figure] | None:
    members = members_of(project, check_input.agency, check_input.year)
    for outside in members.outside:
        check_input.notice("R1", f"{outside.absence(check_input.year)}，资料没有计入汇总数；请核对。")
    lacking = {"未报送": members.missing, "无法读取": members.unreadable}
    told = [f"{what}：{listed([a.short_name for a in own], SHOWN, '个')}" for what, own in lacking.items() if own]
    if told or not members.filings:
        why = "；".join(told) or "登记表中没有所属机构"
        check_input.notice("R1", f"所属机构的资料不齐（{why}），未核对汇总数。")
        return None
    sums, refused = sums_over(filing.form, members.filings)
    for table in refused:
        check_input.notice("R1", f"所属机构的{table.name}版本不一，各格含义不同，未核对该表汇总数。")
    if members.unfilled_told:
        check_input.notice("R1", f"所属机构的资料没有填全：{members.unfilled_told}")
    return sums
