"""Commands about projects and reports: create, list, preview and run."""

from __future__ import annotations

import datetime
import webbrowser
from collections import Counter
from pathlib import Path
from typing import Annotated

from rich.markup import escape

from govreport import batch, checks, publish
from govreport.cli import arguments, terminal
from govreport.cli.app import TEXTS, command
from govreport.cli.arguments import argument, chosen, flag, option, read_parameters, require_free
from govreport.cli.running import MOST_NAMED, run_plan
from govreport.cli.starter import create_filing, create_project
from govreport.cli.terminal import Refusals, notes, out, print_json, track
from govreport.core import ProjectError, csv_text, listed, no_formula, write_text
from govreport.filing import ANNUAL, REGISTER, Project

MEGABYTE, MEMORY = 1 << 20, 4096
"""MEMORY: megabytes that a notebook has unless something else is said."""


@command("init")
def init(folder: Annotated[Path, argument("文件夹", "新建的文件夹")]) -> None:
    """Make a new project folder."""
    made = create_project(folder)
    notes.print(f"已新建项目 {made}。下一步：cd {made} && govreport run")


@command("new")
def new(
    named: arguments.Report = None,
    year: arguments.Years = None,
    from_last: Annotated[bool, flag("以上年的文字为底稿，须核对的各段标出", "--from-last")] = False,
    everyone: arguments.Everyone = False,
) -> int:
    """Start filings: blank tables, and the narrative's headings, or last year's narrative."""
    project = Project.find()
    agencies, only = chosen(named, year).of_year(project, everyone=everyone)
    if not everyone:
        (slug,) = (agency.slug for agency in agencies)
        shown = create_filing(project, slug, only, from_last=from_last)
        notes.print(f"已新建 {shown}。下一步：填写其中的表格和 narrative.md，再运行 govreport check {slug} {only}")
        return 0
    beginning = [agency for agency in agencies if not project.has(agency.slug, only)]
    anew, refused = list[str](), Refusals()
    for agency in beginning:
        has_last = from_last and project.has(agency.slug, only - 1)
        anew += [agency.slug] if from_last and not has_last else []
        with refused.told(f"{agency.short_name}未新建："):
            create_filing(project, agency.slug, only, from_last=has_last)
    told = f"；没有上年资料、从空白开始的：{listed(anew, MOST_NAMED, '个')}" if anew else ""
    standing = len(agencies) - len(beginning)
    notes.print(f"已新建{len(beginning) - refused.number}份{only}年的资料，{standing}份原已有，没有改动{told}。")
    return int(refused.number > 0)


@command("list")
def list_reports(
    named: arguments.Named = None,
    year: arguments.Years = None,
    today: arguments.Today = None,
    missing: Annotated[bool, flag("只列应报年度未报、读不出、未填完的机构", "--missing")] = False,
    as_json: arguments.Json = False,
    target: Annotated[Path | None, option("文件", "写入 .csv 文件，供表格软件和邮件合并", "--output", "-o")] = None,
    force: arguments.Force = False,
) -> None:
    """List how far each report has come, and when it is due; or who has not filed."""
    require_free([target] if target else [], ".csv", force=force)
    project, day, wanted = Project.find(), (today or datetime.datetime.now()).date(), chosen(named, year)
    years = wanted.years or ((checks.due_year(day),) if missing else ())
    rows = batch.calendar_rows(project, wanted.agencies, years, today=day)
    if not rows:
        raise ProjectError(f"{REGISTER} 中没有这些年度应报的机构；请登记机构，或改用其他年度。")
    asked = list(track(batch.read_calendar(project, rows), len(rows), "查看"))
    entries = [entry for entry in asked if not (missing and entry.progress == publish.FILED)]
    terminal.print_unregistered(project)
    if as_json:
        print_json([entry.to_json(day) for entry in entries])
        return
    if target:
        table = [[*map(entry.to_json(day).get, TEXTS["columns"])] for entry in entries]
        safe = [[no_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in table]
        write_text(target, csv_text([[*TEXTS["columns"].values()], *safe]), bom=True)
        out.print(f"已写入 {target}：{len(entries)}份。", markup=False)
        return
    if entries:
        (terminal.print_missing if missing else terminal.print_calendar)(entries, day)
    if missing:
        counted = Counter(entry.progress for entry in entries)
        kinds = (name for name in publish.NOT_WHOLE if counted[name] or name == publish.UNFILED)
        counts = "".join(f"，{name}{counted[name]}份" for name in kinds)
        notes.print(f"{'、'.join(map(str, years))}年度应报{len(asked)}份{counts}。")
    elif not wanted.agencies:
        told = {entry.year for entry in entries}
        latest = checks.due_year(day) if checks.due_year(day) in told else max(told)
        deadlines = checks.deadlines_in_words(project.catalogue.newest, {entry.agency.kind for entry in entries})
        counts = "，".join(f"{name}{count}" for name, count in batch.account_of_year(entries, latest, day).items())
        notes.print(f"{latest}年度{counts}。公布时限：{deadlines}。")


@command("run")
def run(
    named: arguments.Named = None,
    year: arguments.Years = None,
    notebook: Annotated[str, option("笔记本", "notebooks/ 中另一个笔记本的名称", "--notebook", "-n")] = ANNUAL,
    jobs: Annotated[int | None, option("数量", "同时生成的份数；不写为处理器个数", "--jobs", "-j")] = None,
    formats: Annotated[
        str | None, option("格式", "html、pdf、docx、ofd，逗号分隔；不写为 html,pdf 和已有的", "--formats")
    ] = None,
    strict: Annotated[bool, flag("有未处理的错误时笔记本停止，退出码为 1", "--strict")] = False,
    parameters: Annotated[list[str] | None, option("名称 值", "笔记本的其他参数，可重复", "--parameter", "-p")] = None,
    force: Annotated[bool, flag("没有变化的报告也重新生成", "--force")] = False,
    dry_run: Annotated[bool, flag("只列出将生成的报告和原因", "--dry-run")] = False,
    scheduler: Annotated[str, option("地址", "Dask 调度器地址，由集群生成", "--scheduler")] = "",
    memory: Annotated[int | None, option("MB", "每个笔记本可用的内存；不写为4096", "--memory")] = None,
    timeout: Annotated[int | None, option("秒", "每个单元格可用的时间；不写为600", "--timeout")] = None,
    today: arguments.Today = None,
    opened: Annotated[bool, flag("完成后在浏览器中打开网页，几份的打开总览页", "--open")] = False,
) -> int:
    """Check, execute and publish reports."""
    for name, number in (("--jobs", jobs), ("--memory", memory), ("--timeout", timeout)):
        if number is not None and number < 1:
            raise ProjectError(f"{name} 的值不对，应是不小于1的整数。")
    project, day = Project.find(), (today or datetime.datetime.now()).date()
    terminal.print_unregistered(project)
    given, wanted, settings = read_parameters(parameters or []), chosen(named, year), project.settings
    asked = settings.formats or batch.USUAL_FORMATS if formats is None else batch.read_formats(formats)
    memory, timeout = memory or settings.memory or MEMORY, timeout or settings.timeout or batch.CELL_TIMEOUT
    options = batch.Options(asked, strict, given, memory * MEGABYTE, timeout)
    planned = batch.make_plan(
        project, wanted.agencies, wanted.years, notebook=notebook, options=options, force=force, keep=formats is None
    )
    if dry_run:
        for job in planned.jobs:
            out.print(f"{job.agency} {job.year}  {escape(job.reason)}")
        out.print(f"将生成{len(planned.jobs)}份报告，另有{planned.standing}份无需重新生成。")
        return 0
    outcomes, success = run_plan(project, planned, day, jobs or settings.jobs, scheduler)
    if opened:
        pages = [job.folder / job.page("html") for job in planned.jobs]
        shown = pages[0] if len(pages) == 1 and pages[0].is_file() else project.output / "index.html"
        webbrowser.open(shown.as_uri())
    return int(not success or (strict and any(outcome.open_errors for outcome in outcomes)))


@command("preview")
def preview(
    named: arguments.Report = None,
    year: arguments.Years = None,
    port: Annotated[int, option("端口", "本机的端口；不写为任一空闲端口", "--port", min=0, max=65535)] = 0,
    no_open: Annotated[bool, flag("只显示网址，不打开浏览器", "--no-open")] = False,
) -> None:
    """Show a report's review copy in the browser, made anew at every save."""
    from govreport.cli.preview_server import serve_preview  # noqa: PLC0415, it loads batch

    agency, only = chosen(named, year).report()
    serve_preview(Project.find(), agency, only, port, not no_open)
