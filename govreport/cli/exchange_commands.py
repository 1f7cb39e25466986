"""Commands that take filings out of the project and into it in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from govreport.cli.app import Json, argument, command, flag, option
from govreport.cli.terminal import out, print_error, print_json, track
from govreport.cli.terminal_import import print_imported, print_imports
from govreport.core import FilingError, GovReportError, ProjectError
from govreport.filing import Project


@command(
    "生成填报用的 Excel 工作簿：空白的，或带有已知的数字和文字。\n\n"
    "例：govreport form shili-education 2024 -o 教育局.xlsx；govreport form --year 2024 --all -o 填报表"
)
def form(
    agency: Annotated[str, argument("机构", "机构代号或名称")] = "",
    year: Annotated[int, argument("年度", "报告年度")] = 0,
    target: Annotated[Path | None, option("位置", "写入的 .xlsx 文件；--all 时为文件夹", "--output", "-o")] = None,
    whole_year: Annotated[int, option("年度", "报告年度，与 --all 同用", "--year", "-y")] = 0,
    everyone: Annotated[bool, flag("登记表中的每个机构各一份", "--all")] = False,
    force: Annotated[bool, flag("覆盖已有的文件", "--force")] = False,
) -> None:
    """Write fill-in workbooks."""
    from govreport.exchange import write_form  # noqa: PLC0415, half a second: openpyxl

    year = year or whole_year
    if not year or target is None or bool(agency) == everyone:
        raise ProjectError(
            "请写明机构、年度和 -o 文件.xlsx，或 --year 年度 --all -o 文件夹；govreport form --help 查看用法。"
        )
    if not everyone and target.suffix.lower() != ".xlsx":
        raise ProjectError(f"工作簿的文件名应以 .xlsx 结尾，而不是“{target.name}”。")
    project = Project.find()
    project.catalogue.form_for(year)
    there = [a for a in project.agencies.values() if a.exists_in(year)]
    agencies = there if everyone else [project.agency(agency)]
    files = {a: target / f"{a.slug}-{year}.xlsx" if everyone else target for a in agencies}
    present = [path for path in files.values() if not force and (path.exists() or path.is_symlink())]
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


@command(
    "读取填报工作簿，或已发布的年报（网页、docx、xlsx、PDF、文本）；写明 --into 才写入 data/。\n\n"
    "例：govreport import 年报.pdf --json；govreport import 年报.pdf --into shili-education；"
    "govreport import 年报文件夹 --into auto",
    "import",
)
def import_reports(
    paths: Annotated[list[Path], argument("文件", "文件或文件夹，可多个")],
    into: Annotated[str, option("机构", "写入该机构；auto 按报告所写的机构", "--into")] = "",
    year: Annotated[int, option("年度", "报告没有写明年度时的年度", "--year", "-y")] = 0,
    as_json: Json = False,
    force: Annotated[bool, flag("覆盖 data/ 中已有的不同内容", "--force")] = False,
) -> None:
    """Read reports from files, and write them into data/ where an agency is named."""
    from govreport.exchange import CheckedFile, agency_of, bring_in, check_files, files_in  # noqa: PLC0415, as above

    files = files_in(paths)
    project = Project.find() if into else None
    if project and into != "auto":
        project.agency(into)
    near = project or Project.near()
    done: list[tuple[CheckedFile, str]] = []
    failed = False
    checked_files = check_files(files, project, year, near.catalogue if near else None)
    for entry in track(checked_files, len(files), "导入"):
        told = ""
        try:
            if entry.imported is None:
                raise FilingError([finding.message for finding in entry.checked.findings])
            if project:
                agency = agency_of(project, entry.imported, into)
                changed = bring_in(project, entry.imported, agency, entry.path.name, force=force)
                told = f"data/{agency.slug}/{entry.imported.filing.year}（{changed}格有变动）"
        except (FilingError, ProjectError) as error:
            failed, told = True, "未导入"
            print_error(str(error) if entry.path.name in str(error) else f"{entry.path}：{error}")
        done.append((entry, told))
    documents = [entry.imported.filing.to_json() for entry, _ in done if entry.imported]
    if as_json:
        print_json(documents[0] if len(files) == 1 and documents else documents)
    elif len(files) == 1 and done[0][0].imported:
        print_imported(*done[0])
    elif len(files) > 1:
        print_imports(done)
    if failed:
        raise typer.Exit(1)
