"""The command-line application, with help and usage errors in Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from govreport import __version__
from govreport.cli.arguments import flag, option
from govreport.core import ProjectError

TEXTS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)
"""Help of the commands in the order of the work; what typer says in help; click's usage errors by their patterns."""
COMMANDS = list(TEXTS["commands"])
if hasattr(typer.core.TyperArgument, "display_type_rich"):  # newer versions print the English type beside the name
    typer.core.TyperArgument.display_type_rich = lambda self, ctx: None  # type: ignore[method-assign]


def extract_value(arguments: list[str], name: str) -> tuple[list[str], str]:
    """Remove an option and its value from the arguments. Return the other arguments, and the value.

    The value is empty without the option; of several, the last counts. Raises ProjectError for an option without value.

    >>> extract_value(["check", "--project", "市", "demo"], "--project")
    (['check', 'demo'], '市')
    """
    kept, value, rest = list[str](), "", iter(arguments)
    for argument in rest:
        option, sign, text = argument.partition("=")
        if option != name:
            kept.append(argument)
        elif not (value := text if sign else next(rest, "")):
            raise ProjectError(_with_help(f"选项 {name} 后缺少值", kept))
    return kept, value


def _with_help(mistake: str, given: list[str]) -> str:
    """Return a mistake in the arguments as a sentence that names the help of the command, if one was given."""
    command = " ".join(["govreport", *(name for name in given[:1] if name in COMMANDS)])
    return f"{mistake}；{command} --help 查看用法。"


def join_parameters(arguments: list[str]) -> list[str]:
    """Join ``-p NAME VALUE`` into ``-p NAME=VALUE``: typer has no repeatable option of two values."""
    joined, rest = [], list(arguments)
    while rest:
        argument = rest.pop(0)
        if argument in ("-p", "--parameter") and len(rest) > 1 and "=" not in rest[0]:
            rest[:2] = [f"{rest[0]}={rest[1]}"]
        joined.append(argument)
    return joined


class _Chinese:
    """Mixin for commands and groups: usage line and help option in Chinese."""

    def get_usage(self: Any, ctx: Any) -> str:
        """Return the usage line."""
        return f"用法：{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}"

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help with headings in Chinese."""
        from typer import rich_utils  # noqa: PLC0415, nothing else needs it

        vars(rich_utils).update(TEXTS["help"])
        super().format_help(ctx, formatter)  # type: ignore[misc]

    def get_help_option(self, ctx: Any) -> Any:
        """Return the help option with a Chinese help text."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = "显示帮助并退出", ""
        return option


class ChineseCommand(_Chinese, typer.core.TyperCommand):
    """A command with Chinese help, none of whose arguments are blank, nor options that have a text of their own."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Parse the arguments. Raises ProjectError for a blank one, as an unset variable of a script leaves it."""
        given, _, order = self.make_parser(ctx).parse_args([*args])
        for each in (one for one in order if one.param_type_name == "argument" or isinstance(one.default, str)):
            words = value if isinstance(value := given[each.name], list | tuple) else [value]
            if any(isinstance(word, str) and not word.strip() for word in words):
                which = "有一个参数" if each.param_type_name == "argument" else f"选项 {each.opts[0]} 的值"
                raise ProjectError(_with_help(f"{which}是空的，请写明或删去", [ctx.info_name]))
        return super().parse_args(ctx, args)


class ChineseGroup(_Chinese, typer.core.TyperGroup):
    """A group of commands with Chinese help. It lists the commands in the order of the workflow."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in the order of the work."""
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


KINDS = {"--today": "日期，如 2026-01-31"}
"""What options expect whose value is no whole number."""


def usage_sentence(error: Any, given: list[str]) -> str:
    """Return a usage error as one Chinese sentence.

    error: an exception from click. It is identified by message and class name, because typer may bundle its own click.
    given: the arguments. An error does not always know its command.
    """
    parameter = getattr(error, "param", None)
    message = str(getattr(error, "message", "") or error)
    matches = ((sentence, re.search(pattern, message)) for pattern, sentence in TEXTS["errors"].items())
    what = next((sentence.format(match[1]) for sentence, match in matches if match), message.rstrip(".。"))
    if parameter is not None:
        is_option = parameter.opts and parameter.opts[0].startswith("-")
        shown = (parameter.opts[0] if is_option else parameter.metavar) or "参数"
        is_missing = type(error).__name__ == "MissingParameter"
        what = f"缺少 {shown}" if is_missing else f"{shown} 的值不对，应是{KINDS.get(shown, '整数')}"
    return _with_help(what, given)


app = typer.Typer(
    cls=ChineseGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告：校验数据，运行笔记本，生成网页、PDF、Word 和 OFD 文档。",
    epilog="例：govreport run 2023 生成全部机构 2023 年的报告",
)


def command(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the decorator of a command, a function that returns the exit status, or None for 0."""
    return app.command(
        name,
        cls=ChineseCommand,
        options_metavar="[选项]",
        epilog="各命令都可加 --project 文件夹（用其他项目）、--quiet（少输出）、--verbose（输出细节）。",
        help=TEXTS["commands"][name],
    )


def _version(shown: bool) -> None:
    if shown:
        typer.echo(f"govreport {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, flag("显示版本并退出", "--version", callback=_version, is_eager=True)] = False,
    quiet: Annotated[bool, flag("只输出结果和错误；可写在任何位置", "--quiet", "-q")] = False,
    verbose: Annotated[bool, flag("输出细节；可写在任何位置", "--verbose", "-v")] = False,
    debug: Annotated[bool, flag("出错时显示技术细节", "--debug")] = False,
    project: Annotated[str, option("文件夹", "项目所在的文件夹；可写在任何位置", "--project")] = "",
) -> None:
    """Take the options that all commands share; `main` has seen to the last four, which may stand anywhere."""
