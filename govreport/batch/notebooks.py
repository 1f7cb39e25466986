"""A project's notebooks: which one makes a report, its parameters, and the agencies and years it runs for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from govreport.batch.engine.kernel_requirements import PYTHON, kernel_command
from govreport.batch.job import REPORT, REVIEW
from govreport.core import ProjectError
from govreport.filing import ANNUAL, Agency, Project
from govreport.publish import given_parameters, named_notebook, read_notebook

AGENCY, PARENT, YEAR = "agency", "parent", "year"
"""Parameters that say what a notebook runs for: an agency and a year, or a parent and a year."""
SUFFIX = ".ipynb"
READINGS: tuple[Callable[[str], object], ...] = ({"True": True, "False": False, "None": None}.__getitem__, int, float)
"""How papermill reads what is given to a parameter; what none of them reads is text."""


def notebook_name(given: str) -> str:
    """Return a notebook's name without folder and suffix.

    Raises ProjectError for a name whose pages would overwrite the report's pages.

    >>> notebook_name("notebooks/comparison.ipynb")
    'comparison'
    """
    name = Path(given).name.removesuffix(SUFFIX)
    if name in (REPORT, Path(REVIEW).stem):
        raise ProjectError(f"笔记本不能名为 {name}，它的输出会与年度报告混淆；请改名后再运行。")
    return name


def kernel_of(notebook: Path) -> tuple[str, str]:
    """Return PYTHON if the kernel that a notebook names is not installed, else nothing, and a note about it.

    Raises ProjectError if that kernel runs another language than Python, or if the notebook cannot be read.
    """
    book = read_notebook(notebook)
    if not book.kernel or kernel_command(book.kernel):
        return "" if book.kernel else PYTHON, ""
    missing = f"{named_notebook(notebook)} 的内核“{book.kernel}”没有安装"
    if book.language.lower() != "python":
        told = f"{missing}（语言是 {book.language}）"
        raise ProjectError(f"{told}；请安装该内核，或在 JupyterLab 中改选 Python 内核并保存。")
    return PYTHON, f"{missing}，改用本程序的 Python 运行。"


def notebook_title(notebook: Path) -> str:
    """Return the title of a notebook: its first level-1 heading, or its file name if it has no such heading."""
    with suppress(ProjectError):
        lines = (line for text in read_notebook(notebook).texts for line in text.splitlines())
        headings = (line.removeprefix("# ").strip() for line in lines if line.startswith("# "))
        return next(filter(None, headings), notebook.stem)
    return notebook.stem


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Return the parameters that a notebook declares, in the first cell tagged ``parameters``; see `given_parameters`.

    Raises ProjectError if the notebook or the cell cannot be read.
    """
    try:
        return given_parameters(read_notebook(notebook).parameters)
    except SyntaxError as error:
        told = f"{named_notebook(notebook)} 标为 parameters 的单元格第{error.lineno}行不合 Python 语法"
        raise ProjectError(f"{told}；请在 JupyterLab 中改正。") from None


def subject_of(project: Project, notebook: Path) -> str:
    """Return what a notebook runs for, AGENCY or PARENT, each with a year.

    The common annual report always runs for an agency; its file is not opened.
    Raises ProjectError if the notebook declares neither.
    """
    if notebook == project.notebooks / f"{ANNUAL}{SUFFIX}":
        return AGENCY
    found = declared_parameters(notebook)
    subject = next((name for name in (AGENCY, PARENT) if name in found and YEAR in found), "")
    if not subject:
        told = f"{named_notebook(notebook)} 没有声明参数 agency 和 year（或 parent 和 year）"
        raise ProjectError(f"{told}，不能由 govreport run 运行；请在标记为 parameters 的单元格中写明。")
    return subject


def typed_parameters(notebook: Path, parameters: Mapping[str, object]) -> dict[str, object]:
    """Return parameters as a notebook takes them: a text stays where it has a text, and else is read as papermill's.

    Raises ProjectError for undeclared parameters, for those that the command sets, for text in place of a number, and
    if the notebook cannot be read.
    """
    own, declared = (AGENCY, PARENT, YEAR, "strict"), declared_parameters(notebook)
    typed = dict[str, object]()
    for name, given in parameters.items():
        if name in own:
            raise ProjectError(f"参数 {name} 由命令本身决定，不能用 -p 给出。")
        if name not in declared:
            others = "、".join(other for other in declared if other not in own)
            hint = f"可用的有 {others}" if others else "它没有其他参数"
            raise ProjectError(f"{named_notebook(notebook)} 没有名为“{name}”的参数；{hint}。")
        value = papermill_value(given) if isinstance(given, str) and not isinstance(declared[name], str) else given
        if isinstance(value, str) and isinstance(declared[name], int | float):
            told = f"{named_notebook(notebook)} 的参数 {name} 应是数，-p 给出的“{value}”是文字"
            raise ProjectError(f"{told}；百分数请写成小数，是否请写 True、False。")
        typed[name] = value
    return typed


def papermill_value(text: str) -> object:
    """Return what a parameter's text means to papermill's ``-p``.

    >>> papermill_value("1.5"), papermill_value("None"), papermill_value("甲")
    (1.5, None, '甲')
    """
    for read in READINGS:
        with suppress(KeyError, ValueError):
            return read(text)
    return text


def targets(
    project: Project, name: str, agencies: Sequence[str] = (), years: Sequence[int] = ()
) -> list[tuple[Agency, int, Path, str]]:
    """Return the runs of a notebook: agency or parent, year, path of the notebook, and its subject.

    The subject of an agency's own notebook is empty if the notebook cannot run; that costs its own reports only.
    agencies, years: the requested ones, all if empty. A parent has the years in which it or a member has filings.
    Raises ProjectError if the notebook is missing, and for agencies and years that it cannot run for.
    """
    register = project.agencies
    named = [project.agency(agency).slug for agency in agencies]
    books = {slug: project.notebook(name, slug) for slug in dict.fromkeys(named or register)}
    present = {slug: book for slug, book in books.items() if book.is_file()}
    if len(present) < (len(books) if named else 1):
        there = "、".join(sorted(path.stem for path in project.notebooks.glob(f"*{SUFFIX}")))
        hint = f"可用的有 {there}" if there else "可从 govreport init 新建的文件夹中复制"
        raise ProjectError(f"缺少笔记本 notebooks/{name}{SUFFIX}；{hint}。")
    subjects = {book: _subject(project, book) for book in dict.fromkeys(present.values())}
    own = [slug for slug, book in present.items() if subjects[book] != PARENT]
    filed = project.reports(tuple(own) if named else (), tuple(years)) if own else []
    found = [(agency, year) for agency, year in filed if agency.slug in set(own)]
    for parent in (slug for slug, book in present.items() if subjects[book] == PARENT):
        found += _parent_years(project, register[parent], years, bool(named))
    if not found:
        hint = "govreport list 列出已有年度" if years else "请在登记表的 parent 一栏写明隶属关系"
        raise ProjectError(f"没有可运行笔记本 {name} 的机构和年度；{hint}。")
    return [(agency, year, present[agency.slug], subjects[present[agency.slug]]) for agency, year in found]


def _subject(project: Project, notebook: Path) -> str:
    try:
        return subject_of(project, notebook)
    except ProjectError:
        if notebook.parent == project.notebooks:
            raise
        return ""


def _parent_years(project: Project, parent: Agency, years: Sequence[int], is_named: bool) -> list[tuple[Agency, int]]:
    """Return a parent with each of its years. The list is empty for an agency without members.

    Raises ProjectError if the user named the parent and it has no filings, or none for one of the years.
    """
    members = [agency.slug for agency in project.agencies.values() if agency.parent == parent.slug]
    filed = sorted({year for slug in (parent.slug, *members) for year in project.years(slug)}) if members else []
    missing = [year for year in years if year not in filed]
    if is_named and not filed:
        raise ProjectError(f"“{parent.short_name}”没有所属机构的资料；请在登记表的 parent 一栏写明隶属关系。")
    if is_named and missing:
        there = "、".join(map(str, filed))
        raise ProjectError(f"“{parent.short_name}”及其所属机构没有 {missing[0]} 年的资料；已有 {there} 年。")
    return [(parent, year) for year in filed if not years or year in years]
