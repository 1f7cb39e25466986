"""The commands."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer

from govreport import __version__
from govreport.checks import Checked, check_report, check_reports
from govreport.errors import FilingError, GovReportError, ProjectError
from govreport.project import Project
from govreport.usage import ChineseCommand, ChineseGroup, joined_parameters, read_parameters, usage_sentence

app = typer.Typer(
    cls=ChineseGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告：校验数据，运行笔记本，生成网页、PDF 和 Word 文档。",
    epilog="例：govreport run --year 2023 生成全部机构 2023 年的报告",
)

Agencies = Annotated[
    list[str] | None, typer.Argument(metavar="机构", help="机构代号或名称；不写为全部机构", show_default=False)
]
Years = Annotated[
    list[int] | None,
    typer.Option("--year", "-y", metavar="年度", help="报告年度，可重复；不写为全部年度", show_default=False),
]
Agency = Annotated[str, typer.Argument(metavar="机构", help="机构代号或名称", show_default=False)]
Year = Annotated[int, typer.Argument(metavar="年度", help="报告年度", show_default=False)]
command: dict[str, Any] = {"cls": ChineseCommand, "options_metavar": "[选项]"}

INTERRUPTED = 130
MEGABYTE = 1 << 20
STOPPED = "已中止；已生成的报告保持完整，可重新运行。"


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"govreport {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, metavar="", help="显示版本并退出", show_default=False
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", metavar="", help="出错时显示技术细节", show_default=False)] = False,
) -> None:
    """Take the options that all commands share."""


@app.command(**command, help="新建项目文件夹，内有笔记本、机构登记表和示例资料。\n\n例：govreport init 我的项目")
def init(
    folder: Annotated[Path, typer.Argument(metavar="文件夹", help="新建的文件夹", show_default=False)],
) -> None:
    """Make a new project folder."""
    from govreport.starter import create_project  # noqa: PLC0415
    from govreport.terminal import out  # noqa: PLC0415

    made = create_project(folder)
    out.print(f"已新建项目 {made}。下一步：cd {made} && govreport run")


@app.command("list", **command, help="列出机构和年度，以及各报告的状态。\n\n例：govreport list --year 2023")
def list_reports(agencies: Agencies = None, year: Years = None) -> None:
    """List agencies and years with the state of each report."""
    from govreport.batch.overview import overview  # noqa: PLC0415
    from govreport.terminal import print_overview, print_unregistered  # noqa: PLC0415

    project = Project.find()
    print_overview(overview(project, tuple(agencies or ()), tuple(year or ())))
    print_unregistered(project)


@app.command(**command, help="校验、运行笔记本并生成报告。\n\n例：govreport run shili-education --year 2023")
def run(
    agencies: Agencies = None,
    year: Years = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", metavar="数量", help="同时生成的份数；不写为处理器个数", show_default=False),
    ] = None,
    formats: Annotated[str, typer.Option("--formats", metavar="格式", help="html、pdf、docx，逗号分隔")] = "html,pdf",
    strict: Annotated[
        bool, typer.Option("--strict", metavar="", help="有未处理的错误时笔记本停止，退出码为 1", show_default=False)
    ] = False,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="名称 值", help="笔记本的其他参数，可重复", show_default=False),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", metavar="", help="没有变化的报告也重新生成", show_default=False)
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar="", help="只列出将生成的报告和原因", show_default=False)
    ] = False,
    scheduler: Annotated[
        str, typer.Option("--scheduler", metavar="地址", help="Dask 调度器地址，由集群生成", show_default=False)
    ] = "",
    memory: Annotated[int, typer.Option("--memory", metavar="MB", help="每个笔记本可用的内存")] = 4096,
    timeout: Annotated[int, typer.Option("--timeout", metavar="秒", help="每个单元格可用的时间")] = 600,
) -> None:
    """Check, execute and publish reports."""
    from govreport.batch.plan import plan  # noqa: PLC0415
    from govreport.progress import print_plan  # noqa: PLC0415
    from govreport.running import Workers, run_plan  # noqa: PLC0415
    from govreport.terminal import print_unregistered  # noqa: PLC0415

    for name, number in (("--jobs", jobs), ("--memory", memory), ("--timeout", timeout)):
        if number is not None and number < 1:
            raise ProjectError(f"{name} 的值不对，应是不小于1的整数。")
    project = Project.find()
    print_unregistered(project)
    planned = plan(
        project,
        tuple(agencies or ()),
        tuple(year or ()),
        formats=tuple(name.strip() for name in formats.split(",") if name.strip()),
        strict=strict,
        parameters=read_parameters(parameters or []),
        force=force,
        memory=memory * MEGABYTE,
        timeout=timeout,
    )
    if dry_run:
        print_plan(planned)
        return
    outcomes, complete = run_plan(project, planned, Workers(jobs or 0, scheduler))
    if not complete or any(outcome.errors or (strict and outcome.open_errors) for outcome in outcomes):
        raise typer.Exit(1)


@app.command(
    **command, help="只作勾稽校验，不运行笔记本；有未处理的错误时退出码为 1。\n\n例：govreport check --format json"
)
def check(
    agencies: Agencies = None,
    year: Years = None,
    form: Annotated[str, typer.Option("--format", "-f", metavar="格式", help="text、json 或 csv")] = "text",
) -> None:
    """Check filings and print findings."""
    from govreport.checks.findings import CSV_HEADER  # noqa: PLC0415
    from govreport.terminal import (  # noqa: PLC0415
        err,
        print_check_summary,
        print_findings,
        print_unregistered,
        progress_bar,
    )

    if form not in ("text", "json", "csv"):
        raise ProjectError(f"没有名为“{form}”的输出格式；可用的有 text、json、csv。")
    project = Project.find()
    print_unregistered(project)
    reports = project.reports(tuple(agencies or ()), tuple(year or ()))
    rows = csv.writer(sys.stdout, lineterminator="\n")
    if form == "csv":
        rows.writerow(CSV_HEADER)
    states: list[str] = []
    found: list[dict[str, Any]] = []
    errors = 0
    with progress_bar(len(reports), "校验", err) as progress:
        for report in check_reports(project, reports):
            states.append(report.state)
            errors += len(report.findings.errors)
            if form == "json":
                found += report.findings.to_json()
            elif form == "csv":
                rows.writerows(report.findings.csv_rows())
            elif report.findings or agencies:
                print_findings(report)
            if progress:
                progress.advance(progress.task_ids[0])
    if form == "json":
        _print_json(found)
    elif form == "text":
        print_check_summary(states)
    if errors:
        raise typer.Exit(1)


@app.command(**command, help="在终端显示一份资料的表格。\n\n例：govreport show shili-education 2023")
def show(
    agency: Agency,
    year: Year,
    as_json: Annotated[bool, typer.Option("--json", metavar="", help="输出 JSON", show_default=False)] = False,
) -> None:
    """Show a filing's tables."""
    from govreport.terminal import print_filing  # noqa: PLC0415

    report: Checked = check_report(Project.find(), agency, year)
    if report.filing is None:
        raise FilingError([finding.message for finding in report.findings if finding.rule == "F1"])
    if as_json:
        _print_json(report.filing.to_json(report.prose))
    else:
        print_filing(report.filing, report.findings, report.state)


@app.command(**command, help="由所属机构的资料汇总出上级机构的表格。\n\n例：govreport rollup shili-government 2023")
def rollup(
    agency: Agency,
    year: Year,
    force: Annotated[bool, typer.Option("--force", metavar="", help="覆盖手工填写的数字", show_default=False)] = False,
) -> None:
    """Write a parent's filing from its members'."""
    from govreport.rollup import roll_up  # noqa: PLC0415
    from govreport.terminal import print_rolled_up  # noqa: PLC0415

    print_rolled_up(roll_up(Project.find(), agency, year, force=force))


@app.command(
    **command,
    help="签审一份报告；资料改动后签审失效。\n\n例：govreport sign shili-education 2023 --by 李审核",
)
def sign(
    agency: Agency,
    year: Year,
    by: Annotated[str, typer.Option("--by", metavar="姓名", help="签审人姓名", show_default=False)],
) -> None:
    """Sign a report off."""
    from govreport.batch.signing import sign_report  # noqa: PLC0415
    from govreport.terminal import print_signed  # noqa: PLC0415

    project = Project.find()
    signed, state = sign_report(project, agency, year, by)
    print_signed(project.agency(agency).name, year, signed, state)


def _print_json(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def main() -> None:
    """Run the command line: one sentence for an error, 2 for a wrong call, tracebacks only with ``--debug``."""
    try:
        code = _main(sys.argv[1:])
    except KeyboardInterrupt:  # while something was still being loaded
        sys.stderr.write(f"{STOPPED}\n")
        code = INTERRUPTED
    sys.exit(code)


def _main(arguments: list[str]) -> int:
    from govreport.terminal import err, print_error  # noqa: PLC0415

    debug = "--debug" in arguments
    if debug:
        os.environ["GOVREPORT_DEBUG"] = "1"
        arguments = [argument for argument in arguments if argument != "--debug"]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        result = app(joined_parameters(arguments), standalone_mode=False, prog_name="govreport")
        code = result if isinstance(result, int) else 0
    except BrokenPipeError:
        sys.stderr.close()
        return 141
    except KeyboardInterrupt:
        code = INTERRUPTED
    except Exception as error:
        if debug:
            traceback.print_exc()
        if type(error).__name__ == "Abort":
            code = INTERRUPTED
        elif isinstance(error, GovReportError):
            for line in str(error).splitlines():
                print_error(line)
            return 1 if isinstance(error, FilingError) else 2
        elif hasattr(error, "format_message"):
            if type(error).__name__ != "NoArgsIsHelpError":
                print_error(usage_sentence(error))
            return int(getattr(error, "exit_code", 2))
        else:
            print_error(f"程序内部出错（{type(error).__name__}：{error}）；加 --debug 可看细节，请报告给维护者。")
            return 1
    if code == INTERRUPTED:
        err.print(STOPPED)
    return code
