"""What commands take: agencies, years and files in any order, the options that several share, notebook parameters."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from govreport.core import GovReportError, ProjectError, listed
from govreport.filing import Agency, Project


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
_PATH = re.compile(r"[/\\]|\.[A-Za-z][A-Za-z0-9]{1,4}$")
"""What a path has: a separator of folders, or a suffix."""


@dataclass(frozen=True)
class Choice:
    """What the arguments of a command name: files, agencies by slug or name, and years; empty for all."""

    files: tuple[Path, ...]
    agencies: tuple[str, ...]
    years: tuple[int, ...]

    def refused(self, should: str) -> ProjectError:
        """Return the error of arguments that are not what a command takes, which names them. should: what it takes."""
        told = "、".join([*map(str, self.files), *self.agencies, *map(str, self.years)]) or "没有写"
        return ProjectError(f"应写明{should}，现为：{told}；加 --help 查看用法。")

    def report(self) -> tuple[str, int]:
        """Return the one agency and the one year. Raises ProjectError where there are more or fewer."""
        if len(self.agencies) != 1 or len(self.years) != 1:
            raise self.refused("一个机构和一个年度（四位整数）")
        return self.agencies[0], self.years[0]

    def of_year(self, project: Project, *, everyone: bool) -> tuple[list[Agency], int]:
        """Return the one agency, or all that the register has in that year, and the one year; raises like `report`."""
        if not everyone:
            name, year = self.report()
            return [project.agency(name)], year
        if self.agencies or len(self.years) != 1:
            raise self.refused("一个年度（四位整数），有 --all 时不写机构")
        (year,) = self.years
        return [agency for agency in project.agencies.values() if agency.exists_in(year)], year


def chosen(named: Sequence[str] | None, years: Sequence[int] | None = None, *, files: bool = False) -> Choice:
    """Sort the arguments of a command: four digits are a year, wherever they stand.

    years: those of ``--year``; files: whether an argument that exists as a path, or looks like one, is a file.
    Raises ProjectError for what looks like a file where none is asked for.

    >>> chosen(["2023", "demo", "2022"])
    Choice(files=(), agencies=('demo',), years=(2023, 2022))
    """
    there = [word for word in named or () if files and Path(word).exists()]
    paths = [word for word in named or () if word in there or (_PATH.search(word) and not _is_agency(word))]
    if paths and not files:
        raise ProjectError(f"“{paths[0]}”像是文件，这里应写机构或年度；读文件请用 govreport check 或 import。")
    words = [word for word in named or () if word not in paths]
    found = dict.fromkeys([*(years or ()), *(int(word) for word in words if YEAR.fullmatch(word))])
    return Choice(tuple(map(Path, paths)), tuple(w for w in words if not YEAR.fullmatch(w)), tuple(found))


def _is_agency(word: str) -> bool:
    """Whether an agency of the project is named so; a name may look like a path."""
    project = Project.near()
    return project is not None and any(word in (each.name, each.short_name) for each in project.agencies.values())


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
        raise ProjectError(f"{listed([f'{path} ' for path in present], 1, '个文件')}已存在；确认覆盖请加 --force。")


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


def read_parameters(given: list[str]) -> dict[str, str]:
    """Return the texts of notebook parameters by name. given: strings of the form ``name=value``."""
    parameters: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.isidentifier():
            raise ProjectError(f"参数“{text}”写法有误；应写作 -p 名称 值。")
        parameters[name] = value
    return parameters
