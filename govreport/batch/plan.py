"""Planning a batch: which reports to produce, with which notebook."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govreport.batch.job import FORMATS, NOTEBOOK, USUAL_FORMATS, Job
from govreport.errors import ProjectError
from govreport.project import Project

OWN_PARAMETERS = ("agency", "year", "strict")
"""Parameters that a run sets itself."""


def plan(
    project: Project,
    agencies: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    *,
    formats: tuple[str, ...] = USUAL_FORMATS,
    strict: bool = False,
    parameters: Mapping[str, object] | None = None,
) -> list[Job]:
    """Return the jobs for agencies and years, all when empty.

    Raises ProjectError for an unknown agency, year or format, and when the notebook is missing.
    """
    if not formats:
        raise ProjectError(f"没有写明输出格式；可用的有 {'、'.join(FORMATS)}。")
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ProjectError(f"没有名为“{unknown[0]}”的输出格式；可用的有 {'、'.join(FORMATS)}。")
    notebook = project.notebooks / NOTEBOOK
    if not notebook.is_file():
        raise ProjectError(f"缺少笔记本 notebooks/{NOTEBOOK}；可从 govreport init 新建的文件夹中复制。")
    _check_parameters(notebook, parameters or {})
    return [
        Job(project.root, agency.slug, agency.name, year, notebook, formats, strict, parameters or {})
        for agency, year in project.reports(agencies, years)
    ]


def _check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Raise ProjectError for a parameter that the notebook does not declare, or that says which report it is."""
    if not parameters:
        return
    import papermill  # noqa: PLC0415

    declared = papermill.inspect_notebook(str(notebook))
    for name in parameters:
        if name in OWN_PARAMETERS:
            raise ProjectError(f"参数 {name} 由命令本身决定，不能用 -p 给出。")
        if name not in declared:
            others = "、".join(other for other in declared if other not in OWN_PARAMETERS)
            hint = f"可用的有 {others}" if others else "它没有其他参数"
            raise ProjectError(f"笔记本没有名为“{name}”的参数；{hint}。")
