"""Commands for what goes out: the package of a report's files, and the figures of all filings as one table."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from rich.markup import escape

from govreport import batch
from govreport.cli import arguments
from govreport.cli.app import command
from govreport.cli.arguments import chosen, flag, option, require_free
from govreport.cli.terminal import err, notes, out, print_error, print_unregistered
from govreport.filing import Project, cells_csv, tidy_cells, write_cells


@command("package")
def package(
    named: arguments.Named = None,
    year: arguments.Years = None,
    target: Annotated[Path | None, option("文件", ".zip 文件；不写则在 output/ 中", "--output", "-o")] = None,
    drafts: Annotated[bool, flag("草稿和签审失效的也打包", "--drafts")] = False,
    signed: Annotated[bool, flag("只许已签审的", "--signed")] = False,
    ready: Annotated[bool, flag("只打包可以公布的，其余列出", "--ready")] = False,
    force: arguments.Force = False,
) -> None:
    """Pack what goes out."""
    project, wanted = Project.find(), chosen(named, year)
    print_unregistered(project)
    reports = project.reports(wanted.agencies, wanted.years)
    path = target or project.output / batch.package_name(project, reports)
    require_free([path], ".zip", force=force)
    number, refused, open_ones = batch.pack(project, reports, path, drafts=drafts, signed=signed, ready=ready)
    for what, told in (*(("未打包", why) for why in refused), *(("注意", why) for why in open_ones)):
        err.print(f"[yellow]{what}[/]：{escape(told)}")
    out.print(f"已写入 {path}：{len(reports) - len(refused)}份报告，共{number}个文件。", markup=False)
    due = {(a, only) for a in project.agencies.values() for only in {y for _, y in reports} if a.exists_in(only)}
    if not wanted.agencies and due.difference(reports):
        notes.print("没有资料的机构不在其中；govreport list --missing 列出应报而未报的。")


@command("export")
def export(
    named: arguments.Named = None,
    year: arguments.Years = None,
    target: Annotated[Path | None, option("文件", ".csv 或 .parquet 文件；不写则输出 CSV", "--output", "-o")] = None,
    force: arguments.Force = False,
) -> int:
    """Write the cells of all filings as one table."""
    require_free([target] if target else [], ".csv", ".parquet", force=force)
    project, wanted = Project.find(), chosen(named, year)
    print_unregistered(project)
    frame, problems = tidy_cells(project, wanted.agencies, wanted.years)
    if target:
        write_cells(frame, target, project)
        reports = len(frame[["agency", "year"]].drop_duplicates())
        out.print(f"已写入 {target}：{reports}份资料，共{len(frame)}格。", markup=False)
    else:
        sys.stdout.write(cells_csv(frame))
    for problem in problems:
        print_error(problem)
    return int(bool(problems))
