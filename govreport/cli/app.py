"""The application that all commands belong to, and the arguments that they share."""

from __future__ import annotations

from collections.abc import Callable
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


def argument(metavar: str, text: str, complete: Callable[..., Any] | None = None) -> Any:
    """Return an argument of a command, whose help does not show the default.

    text: its help; complete: what shells complete it with.
    """
    return typer.Argument(metavar=metavar, help=text, show_default=False, autocompletion=complete)


def option(metavar: str, text: str, *names: str, complete: Callable[..., Any] | None = None) -> Any:
    """Return an option that takes a value, whose help does not show the default; see `argument`."""
    return typer.Option(*names, metavar=metavar, help=text, show_default=False, autocompletion=complete)


def flag(text: str, *names: str) -> Any:
    """Return an option that takes no value."""
    return option("", text, *names)


Agencies = Annotated[list[str] | None, argument("机构", "机构代号或名称；不写为全部机构", complete_agencies)]
Agency = Annotated[str, argument("机构", "机构代号或名称", complete_agencies)]
Years = Annotated[list[int] | None, option("年度", "报告年度，可重复；不写为全部年度", "--year", "-y", complete=_years)]
Year = Annotated[int, argument("年度", "报告年度", _years)]
Json = Annotated[bool, flag("输出 JSON", "--json")]


def command(text: str, name: str | None = None) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the decorator of a command.

    text: its help: what it does, and an example; name: by default the function's.
    """
    return app.command(
        name,
        cls=ChineseCommand,
        options_metavar="[选项]",
        epilog="各命令都可加 --quiet（只输出结果和错误）、--verbose（输出细节）。",
        help=text,
    )


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
    quiet: Annotated[bool, flag("只输出结果和错误；可写在任何位置", "--quiet", "-q")] = False,
    verbose: Annotated[bool, flag("输出细节；可写在任何位置", "--verbose", "-v")] = False,
    debug: Annotated[bool, flag("出错时显示技术细节", "--debug")] = False,
) -> None:
    """Take the options that all commands share; `main` has seen to the last three, which may stand anywhere."""
