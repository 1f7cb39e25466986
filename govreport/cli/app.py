"""The application that all commands belong to, and the arguments that they share."""

from __future__ import annotations

import io
import json
import sys
from typing import Annotated, Any

import typer

from govreport import __version__
from govreport.cli.usage import ChineseCommand, ChineseGroup
from govreport.core import GovReportError
from govreport.filing import Project

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


def complete_agencies(incomplete: str) -> list[tuple[str, str]]:
    """Return the slugs of the register that begin as typed, each with the agency's name, for shells to complete."""
    try:
        known = Project.find().agencies.values()
    except GovReportError:
        return []
    return [(agency.slug, agency.name) for agency in known if agency.slug.startswith(incomplete)]


def _years(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the years of the agencies typed so far, or of all, for shells to complete."""
    try:
        project = Project.find()
        typed = ctx.params.get("agency") or ctx.params.get("agencies") or ()
        names = [typed] if isinstance(typed, str) else list(typed)
        slugs = [project.agency(name).slug for name in names] or list(project.agencies)
        found = {str(year) for slug in slugs for year in project.years(slug)}
    except GovReportError:
        return []
    return sorted((year for year in found if year.startswith(incomplete)), reverse=True)


Agencies = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="机构", help="机构代号或名称；不写为全部机构", show_default=False, autocompletion=complete_agencies
    ),
]
Years = Annotated[
    list[int] | None,
    typer.Option(
        "--year", "-y", metavar="年度", help="报告年度，可重复；不写为全部年度", show_default=False,
        autocompletion=_years,
    ),
]  # fmt: skip
Agency = Annotated[
    str, typer.Argument(metavar="机构", help="机构代号或名称", show_default=False, autocompletion=complete_agencies)
]
Year = Annotated[int, typer.Argument(metavar="年度", help="报告年度", show_default=False, autocompletion=_years)]
command: dict[str, Any] = {
    "cls": ChineseCommand,
    "options_metavar": "[选项]",
    "epilog": "各命令都可加 --quiet（只输出结果和错误）、--verbose（输出细节）。",
}


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
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", metavar="", help="只输出结果和错误；可写在任何位置", show_default=False)
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", metavar="", help="输出细节；可写在任何位置", show_default=False)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", metavar="", help="出错时显示技术细节", show_default=False)] = False,
) -> None:
    """Take the options that all commands share; `main` has seen to the last three, which may stand anywhere."""


def print_json(document: object) -> None:
    """Print one JSON document on standard output, in UTF-8 whatever the terminal's encoding (RFC 8259, section 8.1)."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
