"""Commands about filings: workbooks, import, checks, display, comparison and aggregation."""

from __future__ import annotations

import datetime
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import asdict, replace
from itertools import chain, pairwise
from pathlib import Path
from typing import Annotated, Any

import typer

from govreport import batch, checks, exchange
from govreport.cli import arguments, terminal
from govreport.cli.app import command
from govreport.cli.arguments import Choice, argument, chosen, flag, option, require_free
from govreport.cli.running import MOST_NAMED, run_plan
from govreport.cli.terminal import details, err, notes, out, print_error, print_json, styled_state, track
from govreport.core import FilingError, GovReportError, ProjectError, alone, choice_of, csv_text, listed
from govreport.filing import Project, shown_folder


@command("form")
def form(
    named: arguments.Report = None,
    year: arguments.Years = None,
    target: Annotated[Path | None, option("位置", "写入的 .xlsx 文件；--all 时为文件夹", "--output", "-o")] = None,
    everyone: arguments.Everyone = False,
    force: arguments.Force = False,
) -> int:
    """Write fill-in workbooks."""
    if target is None:
        raise ProjectError("请用 -o 写明 .xlsx 文件，有 --all 时写明文件夹；govreport form --help 查看用法。")
    project = Project.find()
    agencies, only = chosen(named, year).of_year(project, everyone=everyone)
    project.catalogue.form_for(only)
    files = {a: target / f"{a.slug}-{only}.xlsx" if everyone else target for a in agencies}
    require_free([*files.values()], ".xlsx", force=force)
    refused = terminal.Refusals()
    for entry, path in files.items():
        with refused.told(f"{entry.short_name}未生成：") if everyone else nullcontext():
            exchange.write_form(project, entry, only, path)
            out.print(f"已写入 {path}。", markup=False)
    return int(refused.number > 0)


NOT_READ: dict[str, Any] = dict.fromkeys(("agency", "year", "edition", "cells")) | {
    "editions": {}, "narrative": {}, "unreadable": [], "notes": [],
}  # fmt: skip
"""The JSON document of a file that could not be read, without the reason, which stands in its notes."""


@command("import")
def import_reports(
    named: Annotated[list[str], argument("文件|年度", "文件或文件夹，可多个；报告没有写明年度时再写年度")],
    into: Annotated[str, option("机构", "写入该机构；auto 按报告所写的机构", "--into")] = "",
    year: arguments.Years = None,
    as_json: arguments.Json = False,
    force: Annotated[bool, flag("覆盖 data/ 中已有的不同内容", "--force")] = False,
    other_agency: Annotated[bool, flag("报告写的是别的机构，也写入 --into 的机构", "--other-agency")] = False,
) -> int:
    """Read reports from files, and write them into data/ where an agency is named."""
    wanted = chosen(named, year, files=True)
    paths = [*wanted.files, *map(Path, wanted.agencies)]
    done, documents, failed = list[terminal.ImportDone](), list[dict[str, Any]](), False
    try:
        if not paths or len(wanted.years) > 1:
            raise wanted.refused("文件，报告没有写明年度时再写一个年度")
        files, project = exchange.files_in(paths), Project.find() if into else None
        if project and into != "auto":
            project.agency(into)
        near = project or Project.near()
        checked_files = batch.check_files(files, project, sum(wanted.years), near.catalogue if near else None)
        entries = list(track(checked_files, len(files), "导入"))
        rivals = _rivals(project, entries, into, confirmed=other_agency) if project else {}
        for entry in entries:
            told, changed, kept = "", "", entry.imported
            document = kept.filing.to_json() if kept else NOT_READ
            try:
                if kept is None:
                    raise FilingError([finding.message for finding in entry.checked.findings])
                if project and wanted.years and (stated := kept.filing.year) not in wanted.years:
                    raise ProjectError(f"报告是{stated}年的，不是{wanted.years[0]}年的；请核对，确认写入请改写年度。")
                if project:
                    with exchange.faults_told(str(entry.path)), alone(project.data):
                        agency = exchange.agency_of(project, kept, into, confirmed=other_agency)
                        if told := rivals.get((agency.slug, kept.filing.year), ""):
                            raise ProjectError(told)
                        kept = exchange.with_references(project, kept, agency)
                        edits = exchange.bring_in(project, kept, agency, entry.path.name, force=force)
                    told = shown_folder(agency.slug, kept.filing.year)
                    changed = terminal.changed_told(edits, kept.filing.unreadable)
                    told += f"（{absence}，请核对）" if (absence := agency.absence(kept.filing.year)) else ""
                    document = {**kept.filing.to_json(), "changed": [asdict(edit) for edit in edits]}
            except (FilingError, ProjectError) as error:
                failed, told = True, "未导入"
                document = {**document, "notes": [*document["notes"], *str(error).splitlines()]}
                print_error(str(error) if entry.path.name in str(error) else f"{entry.path}：{error}")
            done.append((replace(entry, imported=kept), told, changed))
            documents.append(document)
    except GovReportError as error:
        if not as_json:
            raise
        failed, documents = True, [{**NOT_READ, "notes": str(error).splitlines()}]
        print_error(str(error))
    if as_json:
        print_json(documents if len(paths) > 1 or any(path.is_dir() for path in paths) else documents[0])
    elif len(done) == 1 and done[0][0].imported:
        terminal.print_imported(*done[0])
    elif len(done) > 1:
        terminal.print_imports(done)
    return int(failed)


NOTEBOOK = "comparison"


@command("compare")
def compare(
    named: arguments.Report = None,
    year: arguments.Years = None,
    formats: Annotated[str, option("格式", "生成 html、pdf、docx、ofd，逗号分隔；不写则在终端显示", "--formats")] = "",
) -> int:
    """Set a report beside last year's, in the terminal or, through the comparison notebook, as pages."""
    agency, only = chosen(named, year).report()
    project = Project.find()
    if formats:
        return _make_pages(project, agency, only, formats)
    checked = checks.check_report(project, agency, only)
    filing = checked.readable_filing()
    if checked.last is None:
        project.last_filing(agency, only)  # if last year's filing is unreadable, this raises the reason
        where = shown_folder(checked.agency.slug, only - 1)
        raise ProjectError(f"没有“{checked.agency.short_name}”{only - 1}年的资料，无从比较；应放在 {where}/。")
    terminal.print_comparison(checks.compare_years(project, filing, checked.last, checked.prose))
    return 0


def _make_pages(project: Project, agency: str, year: int, formats: str) -> int:
    options = batch.Options(batch.read_formats(formats))
    planned = batch.make_plan(project, (agency,), (year,), notebook=NOTEBOOK, options=options, force=True)
    outcomes, success = run_plan(project, planned, datetime.date.today(), jobs=1)
    for outcome in outcomes:
        made = [outcome.job.folder / outcome.job.page(form) for form in outcome.job.options.formats]
        out.print("".join(f"{os.path.relpath(page)}\n" for page in made if page.is_file()), end="")
    return int(not success)


@command("check")
def check(
    named: arguments.Named = None,
    year: arguments.Years = None,
    form: Annotated[str, typer.Option("--format", "-f", metavar="格式", help="text、json 或 csv")] = "text",
) -> int:
    """Check filings and print findings."""
    choice_of(form, ("text", "json", "csv"), "输出格式")
    wanted = chosen(named, year, files=True)
    unknown = list[str]()
    total, reports = _reports(wanted, lambda report: unknown.append(f"{report.agency.slug} {report.year}"))
    if form == "csv":
        sys.stdout.write(csv_text([checks.CSV_HEADER]))
    states: list[str] = []
    found: list[dict[str, Any]] = []
    errors = 0
    for report in track(reports, total, "校验"):
        states.append(report.state)
        errors += len(report.findings.errors)
        if form == "json":
            found += report.findings.to_json()
        elif form == "csv":
            sys.stdout.write(csv_text(report.findings.csv_rows()))
        elif report.findings or wanted.agencies or wanted.files or not details.quiet:
            terminal.print_findings(report, coded=not wanted.files)
    if form == "json":
        print_json(found)
    elif form == "text":
        counts = [f"{styled_state(state)} {states.count(state)}" for state in checks.STATES if state in states]
        notes.print(f"共校验{len(states)}份报告：{'，'.join(counts)}。")
    if unknown:
        told = f"{listed(unknown, MOST_NAMED)} 的笔记本中有断言、自编表或文字，尚未运行、上次没有运行完，或运行后有改动"
        err.print(f"[yellow]注意[/]：{told}；这些的意见不在内，请先 govreport run。")
    return int(errors > 0)


def _reports(
    wanted: Choice, tell: Callable[[checks.CheckedReport], None]
) -> tuple[int, Iterator[checks.CheckedReport]]:
    """Return the number of reports to check, and an iterator of them: files first, then agencies of the project.

    tell: see `with_notebooks`.
    """
    files, years = exchange.files_in(wanted.files) if wanted.files else [], wanted.years
    project = Project.find() if wanted.agencies or not files else Project.near()
    reports = project.reports(wanted.agencies, years) if project and (wanted.agencies or not files) else []
    if project and reports:
        terminal.print_unregistered(project)
    in_files = batch.check_files(files, project, years[0] if len(years) == 1 else 0) if files else ()
    in_project = checks.check_reports(project, reports, os.cpu_count() or 1) if project else ()
    known = batch.with_notebooks(project, in_project, tell) if project else ()
    return len(files) + len(reports), chain((entry.checked for entry in in_files), known)


@command("show")
def show(named: arguments.Report = None, year: arguments.Years = None, as_json: arguments.Json = False) -> None:
    """Show a filing's tables."""
    report = checks.check_report(Project.find(), *chosen(named, year).report())
    filing = report.readable_filing()
    if as_json:
        print_json(filing.to_json(report.prose))
    else:
        terminal.print_filing(filing, report.findings, report.state)


@command("rollup")
def rollup(
    named: arguments.Report = None,
    year: arguments.Years = None,
    force: Annotated[bool, flag("覆盖手填数字", "--force")] = False,
) -> None:
    """Write a parent's filing from its members'."""
    project = Project.find()
    with alone(project.data):
        result = checks.roll_up(project, *chosen(named, year).report(), force=force)
    members = [(project.agency(filing.agency), filing.year) for filing in result.members.filings]
    wrong = [checked.agency for checked in checks.check_reports(project, members) if checked.findings.errors]
    terminal.print_rolled_up(result, wrong)


def _rivals(
    project: Project, entries: Iterable[batch.CheckedFile], named: str, *, confirmed: bool = False
) -> Mapping[tuple[str, int], str]:
    """Return the reports, by slug and year, of which files have several contents, each with a sentence on them.

    named, confirmed: see `exchange.agency_of`.
    """
    found = defaultdict[tuple[str, int], dict[str, object]](dict)
    for path, imported in ((str(entry.path), entry.imported) for entry in entries):
        with suppress(ProjectError):
            if imported:
                slug, read = exchange.agency_of(project, imported, named, confirmed=confirmed).slug, imported.filing
                found[slug, read.year][path] = read.cells, read.unreadable, read.narrative, read.tables
    several = (report for report, own in found.items() if any(each != first for first, each in pairwise(own.values())))
    return {
        r: f"{'、'.join(found[r])} 都是{r[1]}年同一份报告，内容不同，都没有写入；请只导入其中一份。" for r in several
    }
