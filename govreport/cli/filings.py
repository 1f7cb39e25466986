"""Commands about filings: checking, showing, rolling up."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from govreport.checks import CSV_HEADER
from govreport.cli.app import Agency, Json, Year, Years, argument, command, complete_agencies, flag
from govreport.cli.terminal import (
    details,
    print_check_summary,
    print_filing,
    print_findings,
    print_json,
    print_rolled_up,
    print_unregistered,
    track,
)
from govreport.core import ProjectError
from govreport.filing import Project

if TYPE_CHECKING:
    from govreport.checks import Checked


@command(
    "只作勾稽校验，不运行笔记本；也可校验文件（网页、docx、PDF、工作簿、文本）；有未处理的错误时退出码为 1。\n\n"
    "例：govreport check --format json；govreport check 年报.pdf"
)
def check(
    agencies: Annotated[
        list[str] | None, argument("机构|文件", "机构代号、名称或文件；不写为全部机构", complete_agencies)
    ] = None,
    year: Years = None,
    form: Annotated[str, typer.Option("--format", "-f", metavar="格式", help="text、json 或 csv")] = "text",
) -> None:
    """Check filings and print findings."""
    if form not in ("text", "json", "csv"):
        raise ProjectError(f"没有名为“{form}”的输出格式；可用的有 text、json、csv。")
    total, reports = _reports(agencies or [], tuple(year or ()))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    if form == "csv":
        rows.writerow(CSV_HEADER)
    states: list[str] = []
    found: list[dict[str, Any]] = []
    errors = 0
    for report in track(reports, total, "校验"):
        states.append(report.state)
        errors += len(report.findings.errors)
        if form == "json":
            found += report.findings.to_json()
        elif form == "csv":
            rows.writerows(report.findings.csv_rows())
        elif report.findings or agencies or not details.quiet:
            print_findings(report)
    if form == "json":
        print_json(found)
    elif form == "text":
        print_check_summary(states)
    if errors:
        raise typer.Exit(1)


def _reports(named: list[str], years: tuple[int, ...]) -> tuple[int, Iterator[Checked]]:
    """Return how many reports are to be checked, and each of them: files first, then agencies of the project."""
    from govreport.checks import check_reports  # noqa: PLC0415, half a second: SciPy
    from govreport.exchange import check_files, files_in  # noqa: PLC0415, half a second: readers

    files = files_in([Path(name) for name in named if Path(name).exists()]) if named else []
    agencies = tuple(name for name in named if not Path(name).exists())
    project = Project.find() if agencies or not files else Project.near()
    reports = project.reports(agencies, years) if project and (agencies or not files) else []
    if project and reports:
        print_unregistered(project)
    checked_files = (entry.checked for entry in check_files(files, project, years[0] if len(years) == 1 else 0))
    return len(files) + len(reports), chain(checked_files, check_reports(project, reports) if project else ())


@command("在终端显示一份资料的表格。\n\n例：govreport show shili-education 2023")
def show(agency: Agency, year: Year, as_json: Json = False) -> None:
    """Show a filing's tables."""
    from govreport.checks import check_report  # noqa: PLC0415, half a second: SciPy

    report = check_report(Project.find(), agency, year)
    filing = report.readable_filing()
    if as_json:
        print_json(filing.to_json(report.prose))
    else:
        print_filing(filing, report.findings, report.state)


@command("由所属机构的资料汇总出上级机构的表格。\n\n例：govreport rollup shili-government 2023")
def rollup(agency: Agency, year: Year, force: Annotated[bool, flag("覆盖手工填写的数字", "--force")] = False) -> None:
    """Write a parent's filing from its members'."""
    from govreport.checks import roll_up  # noqa: PLC0415, half a second: SciPy

    print_rolled_up(roll_up(Project.find(), agency, year, force=force))
