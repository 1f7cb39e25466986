"""Planning a batch: which reports to produce, with which notebook."""

from __future__ import annotations

from collections.abc import Mapping

from govreport.batch.job import FORMATS, NOTEBOOK, Job
from govreport.errors import ProjectError
from govreport.project import Project


def plan(
    project: Project,
    agencies: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    *,
    formats: tuple[str, ...] = FORMATS,
    strict: bool = False,
    parameters: Mapping[str, object] | None = None,
) -> list[Job]:
    """Return the jobs for agencies and years, all when empty.

    Raises ProjectError for an unknown agency, year or format, and when the notebook is missing.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ProjectError(f"没有名为“{unknown[0]}”的输出格式；可用的有 {'、'.join(FORMATS)}。")
    notebook = project.notebooks / NOTEBOOK
    if not notebook.is_file():
        raise ProjectError(f"缺少笔记本 notebooks/{NOTEBOOK}；可从 govreport init 新建的文件夹中复制。")
    return [
        Job(project.root, agency.slug, agency.name, year, notebook, formats, strict, parameters or {})
        for agency, year in project.reports(agencies, years)
    ]
