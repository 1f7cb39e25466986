"""The command-line application: shared arguments, and help and usage errors in Chinese."""

from __future__ import annotations

import contextlib
import datetime
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from govreport import __version__
from govreport.core import GovReportError, ProjectError
from govreport.filing import Agency, Project

HELP = "显示帮助并退出"
TEXTS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "texts.toml").read_text(encoding="utf-8")
)
"""Help of the commands in the order of the work; what typer says in help; click's usage errors by their patterns."""
COMMANDS = list(TEXTS["commands"])
if hasattr(typer.core.TyperArgument, "display_type_rich"):  # newer versions print the English type beside the name
    typer.core.TyperArgument.display_type_rich = lambda self, ctx: None  # type: ignore[method-assign]


_CONSTANTS = {"True": True, "False": False, "None": None}


def read_parameters(given: list[str]) -> dict[str, object]:
    """Parse notebook parameters from ``name=value`` strings. Values are read as by papermill's own ``-p``."""
    parameters: dict[str, object] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.isidentifier():
            raise ProjectError(f"参数“{text}”写法有误；应写作 -p 名称 值。")
        parameters[name] = _read_value(value)
    return parameters


def _read_value(text: str) -> object:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


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
            raise ProjectError(f"选项 {name} 后缺少值；govreport --help 查看用法。")
    return kept, value


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
            option.help, option.metavar = HELP, ""
        return option


class ChineseCommand(_Chinese, typer.core.TyperCommand):
    """A command with Chinese help."""


class ChineseGroup(_Chinese, typer.core.TyperGroup):
    """A group of commands with Chinese help. It lists the commands in the order of the workflow."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands, in the order of the work."""
        return sorted(super().list_commands(ctx), key=COMMANDS.index)


KINDS = {"--today": "日期，如 2026-01-31"}
"""What options expect whose value is no whole number."""


def usage_sentence(error: Any) -> str:
    """Return a usage error as one Chinese sentence.

    error: an exception from click. It is identified by message and class name, because typer may bundle its own click.
    """
    context, parameter = getattr(error, "ctx", None), getattr(error, "param", None)
    message = str(getattr(error, "message", "") or error)
    matches = ((sentence, re.search(pattern, message)) for pattern, sentence in TEXTS["errors"].items())
    what = next((sentence.format(match[1]) for sentence, match in matches if match), message.rstrip(".。"))
    if parameter is not None:
        is_option = parameter.opts and parameter.opts[0].startswith("-")
        shown = (parameter.opts[0] if is_option else parameter.metavar) or "参数"
        what = (
            f"缺少 {shown}"
            if type(error).__name__ == "MissingParameter"
            else f"{shown} 的值不对，应是{KINDS.get(shown, '整数')}"
        )
    return f"{what}；{context.command_path if context else 'govreport'} --help 查看用法。"


app = typer.Typer(
    cls=ChineseGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="rich",
    options_metavar="[选项]",
    subcommand_metavar="命令 …",
    pretty_exceptions_enable=False,
    help="政府信息公开工作年度报告：校验数据，运行笔记本，生成网页、PDF、Word 和 OFD 文档。",
    epilog="例：govreport run --year 2023 生成全部机构 2023 年的报告",
)


def _complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the slugs with names and the years of the typed agencies, or of all, for shell completion."""
    try:
        project = Project.find()
        typed = chosen(ctx.params.get("named")).agencies
        slugs = [project.agency(name).slug for name in typed] or list(project.agencies)
        years = sorted({str(year) for slug in slugs for year in project.years(slug)}, reverse=True)
        named = [(agency.slug, agency.name) for agency in project.agencies.values()]
    except GovReportError:
        return []
    return [(word, told) for word, told in (*named, *((year, "年度") for year in years)) if word.startswith(incomplete)]


def argument(metavar: str, text: str, complete: Callable[..., Any] | None = None) -> Any:
    """Return a command argument. Its help does not show the default.

    text: help text; complete: function for shell completion.
    """
    return typer.Argument(metavar=metavar, help=text, show_default=False, autocompletion=complete)


def option(metavar: str, text: str, *names: str, **settings: Any) -> Any:
    """Return an option that takes a value. Its help does not show the default.

    text: help text; settings: other parameters of `typer.Option`.
    """
    return typer.Option(*names, metavar=metavar, help=text, show_default=False, **settings)


def flag(text: str, *names: str, **settings: Any) -> Any:
    """Return an option without a value; see `option`."""
    return option("", text, *names, **settings)


YEAR = re.compile(r"\d{4}")
"""Also in full-width digits."""


@dataclass(frozen=True)
class Choice:
    """What the arguments of a command name: files, agencies by slug or name, and years; empty for all."""

    files: tuple[Path, ...]
    agencies: tuple[str, ...]
    years: tuple[int, ...]

    def report(self) -> tuple[str, int]:
        """Return the one agency and the one year. Raises ProjectError where there are more or fewer."""
        if len(self.agencies) != 1 or len(self.years) != 1:
            told = "、".join([*self.agencies, *map(str, self.years)]) or "没有写"
            raise ProjectError(f"应写明一个机构和一个年度（四位整数），现为：{told}；加 --help 查看用法。")
        return self.agencies[0], self.years[0]

    def of_year(self, project: Project, *, everyone: bool) -> tuple[list[Agency], int]:
        """Return the one agency, or all that the register has in that year, and the one year; raises like `report`."""
        if not everyone:
            name, year = self.report()
            return [project.agency(name)], year
        if self.agencies or len(self.years) != 1:
            raise ProjectError("有 --all 时应写明一个年度（四位整数），不写机构；加 --help 查看用法。")
        (year,) = self.years
        return [agency for agency in project.agencies.values() if agency.exists_in(year)], year


def chosen(named: Sequence[str] | None, years: Sequence[int] | None = None, *, files: bool = False) -> Choice:
    """Sort the arguments of a command: four digits are a year, wherever they stand.

    years: those of ``--year``; files: whether an argument that exists as a path is a file.

    >>> chosen(["2023", "demo", "2022"])
    Choice(files=(), agencies=('demo',), years=(2023, 2022))
    """
    paths = [word for word in named or () if files and Path(word).exists()]
    words = [word for word in named or () if word not in paths]
    found = dict.fromkeys([*(years or ()), *(int(word) for word in words if YEAR.fullmatch(word))])
    return Choice(tuple(map(Path, paths)), tuple(w for w in words if not YEAR.fullmatch(w)), tuple(found))


def require_free(paths: Sequence[Path], *endings: str, force: bool) -> None:
    """Raise ProjectError for files to be written whose names end otherwise, in data/, or that are there already.

    force: whether they may be replaced; in data/ never.
    """
    if wrong := [path for path in paths if path.suffix.lower() not in endings]:
        raise ProjectError(f"文件名应以 {' 或 '.join(endings)} 结尾，而不是“{wrong[0].name}”。")
    project = Project.near()
    if own := [path for path in paths if project and path.resolve().is_relative_to(project.data.resolve())]:
        raise ProjectError(f"{own[0]} 在 data/ 中，那里只放资料；请写到 data/ 以外。")
    if present := [path for path in paths if not force and (path.exists() or path.is_symlink())]:
        more = f"等{len(present)}个文件" if len(present) > 1 else ""
        raise ProjectError(f"{present[0]} {more}已存在；确认覆盖请加 --force。")


Named = Annotated[
    list[str] | None, argument("机构|年度", "机构代号或名称，四位数字为年度，先后不论；不写为全部", _complete)
]
Report = Annotated[list[str] | None, argument("机构 年度", "机构代号或名称，和四位数字的年度，先后不论", _complete)]
Numbered = Annotated[list[str] | None, argument("机构 年度 编号", "机构和年度，末尾是意见的编号", _complete)]
Years = Annotated[list[int] | None, option("年度", "也可这样写年度，可重复", "--year", "-y", autocompletion=_complete)]
Everyone = Annotated[bool, flag("登记表中该年度存在的每个机构各一份", "--all")]
Force = Annotated[bool, flag("覆盖已有的文件", "--force")]
Json = Annotated[bool, flag("输出 JSON", "--json")]


Today = Annotated[
    datetime.datetime | None,
    option("日期", "按哪一天算应报的年度，如 2026-01-31；不写为今天", "--today", formats=["%Y-%m-%d"]),
]


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
