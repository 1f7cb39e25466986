"""Usage of the command line: notebooks' parameters; help and errors in Chinese instead of typer's English."""

from __future__ import annotations

import json
import re
from typing import Any

import typer.core
from typer import rich_utils

from govreport.core import ProjectError

HELP = "显示帮助并退出"
WORK = (
    "init", "list", "new", "form", "import", "rollup", "check", "show", "compare", "run", "sign", "doctor",
    "completion",
)  # fmt: skip

rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
rich_utils.OPTIONS_PANEL_TITLE = "选项"
rich_utils.COMMANDS_PANEL_TITLE = "命令"
rich_utils.ERRORS_PANEL_TITLE = "错误"
rich_utils.DEFAULT_STRING = "［默认：{}］"
rich_utils.REQUIRED_LONG_STRING = "［必填］"
rich_utils.RANGE_STRING = "［{}］"
if hasattr(typer.core.TyperArgument, "display_type_rich"):  # newer versions print the English type beside the name
    typer.core.TyperArgument.display_type_rich = lambda self, ctx: None  # type: ignore[method-assign]


def read_parameters(given: list[str]) -> dict[str, object]:
    """Return notebook parameters from ``name=value`` texts; values are numbers or truth values where they read so."""
    parameters: dict[str, object] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.isidentifier():
            raise ProjectError(f"参数“{text}”写法有误；应写作 -p 名称 值。")
        try:
            parameters[name] = json.loads(value)
        except ValueError:
            parameters[name] = value
    return parameters


def extract_flag(arguments: list[str], *names: str) -> tuple[list[str], bool]:
    """Return the arguments without an option that may stand anywhere before ``--``, and whether it was there.

    >>> extract_flag(["check", "-q", "demo"], "--quiet", "-q")
    (['check', 'demo'], True)
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    kept = [argument for argument in arguments[:end] if argument not in names]
    return [*kept, *arguments[end:]], len(kept) < end


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
    """What commands and groups of commands share: the usage line and the help option in Chinese."""

    def get_usage(self: Any, ctx: Any) -> str:
        """Return the usage line."""
        return f"用法：{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}"

    def get_help_option(self, ctx: Any) -> Any:
        """Return the help option with a Chinese text."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help, option.metavar = HELP, ""
        return option


class ChineseCommand(_Chinese, typer.core.TyperCommand):
    """A command that speaks Chinese."""


class ChineseGroup(_Chinese, typer.core.TyperGroup):
    """A group of commands that speaks Chinese and lists them in the order of an office's work."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the commands' names, those of `WORK` first."""
        return sorted(super().list_commands(ctx), key=lambda name: WORK.index(name) if name in WORK else len(WORK))


_SENTENCES = (
    (r"No such option: (\S+)", "没有选项 {}"),
    (r"No such command '(.+?)'", "没有命令 {}"),
    (r"Option '(.+?)' does not take a value", "选项 {} 后不应有值"),
    (r"unexpected extra argument.* \((.+)\)", "多余的参数 {}"),
    (r"Option '(.+?)' requires", "选项 {} 后缺少值"),
)
"""Messages of click's usage errors, and what they are in Chinese."""


def usage_sentence(error: Any) -> str:
    """Return a usage error as one Chinese sentence.

    error: an exception of click's, told apart by its message and its class's name, since typer may bring its own click.
    """
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    message = str(getattr(error, "message", "") or error)
    matches = ((sentence, re.search(pattern, message)) for pattern, sentence in _SENTENCES)
    what = next((sentence.format(match[1]) for sentence, match in matches if match), message.rstrip(".。"))
    if parameter is not None:
        is_option = parameter.opts and parameter.opts[0].startswith("-")
        shown = (parameter.opts[0] if is_option else parameter.metavar) or "参数"
        what = f"缺少 {shown}" if type(error).__name__ == "MissingParameter" else f"{shown} 的值不对，应是整数"
    return f"{what}；{context.command_path if context else 'govreport'} --help 查看用法。"
