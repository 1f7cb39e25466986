"""The application that all commands belong to, and the arguments that they share."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from govreport import __version__
from govreport.usage import ChineseCommand, ChineseGroup

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


def print_json(document: object) -> None:
    """Print one JSON document on standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1) + "\n")
