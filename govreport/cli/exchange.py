"""Commands that take filings out of the project and into it in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govreport.cli.app import app, command
from govreport.errors import GovReportError, ProjectError
from govreport.forms import form_for
from govreport.project import Project


@app.command(
    **command,
    help="生成填报用的 Excel 工作簿：空白的，或带有已知的数字和文字。\n\n"
    "例：govreport form shili-education 2024 -o 教育局.xlsx；govreport form --year 2024 --all -o 填报表",
)
def form(
    agency: Annotated[str, typer.Argument(metavar="机构", help="机构代号或名称", show_default=False)] = "",
    year: Annotated[int, typer.Argument(metavar="年度", help="报告年度", show_default=False)] = 0,
    target: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="位置", help="写入的 .xlsx 文件；--all 时为文件夹", show_default=False),
    ] = None,
    whole_year: Annotated[
        int, typer.Option("--year", "-y", metavar="年度", help="报告年度，与 --all 同用", show_default=False)
    ] = 0,
    everyone: Annotated[
        bool, typer.Option("--all", metavar="", help="登记表中的每个机构各一份", show_default=False)
    ] = False,
    force: Annotated[bool, typer.Option("--force", metavar="", help="覆盖已有的文件", show_default=False)] = False,
) -> None:
    """Write fill-in workbooks."""
    from govreport.exchange.workbook import existing, write_form  # noqa: PLC0415
    from govreport.terminal import out, print_error  # noqa: PLC0415

    year = year or whole_year
    if not year or target is None or bool(agency) == everyone:
        raise ProjectError(
            "请写明机构、年度和 -o 文件.xlsx，或 --year 年度 --all -o 文件夹；govreport form --help 查看用法。"
        )
    if not everyone and target.suffix.lower() != ".xlsx":
        raise ProjectError(f"工作簿的文件名应以 .xlsx 结尾，而不是“{target.name}”。")
    project = Project.find()
    form_for(year)
    there = [a for a in project.agencies.values() if (a.founded or year) <= year <= (a.dissolved or year)]
    agencies = there if everyone else [project.agency(agency)]
    files = {a: target / f"{a.slug}-{year}.xlsx" if everyone else target for a in agencies}
    present = [] if force else existing(list(files.values()))
    if present:
        more = f"等{len(present)}个文件" if len(present) > 1 else ""
        raise ProjectError(f"{present[0]} {more}已存在；确认覆盖请加 --force。")
    failed = False
    for entry, path in files.items():
        try:
            write_form(project, entry, year, path)
            out.print(f"已写入 {path}。", markup=False)
        except GovReportError as error:
            if not everyone:
                raise
            failed = True
            print_error(f"{entry.short_name}未生成：{str(error).splitlines()[0]}")
    if failed:
        raise typer.Exit(1)
