"""Planning a batch: which reports to produce, with which notebook, and which still stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from govreport.batch.inputs import Inputs, changed
from govreport.batch.job import CELL_TIMEOUT, FORMATS, NOTEBOOK, USUAL_FORMATS, Job, pages
from govreport.batch.record import stored_record, with_signoff
from govreport.checks import FAILED
from govreport.errors import ProjectError
from govreport.project import Project

OWN_PARAMETERS = ("agency", "year", "strict")
"""Parameters that a run sets itself."""


@dataclass(frozen=True)
class Plan:
    """What a run will do: jobs, each with its reason; and how many reports stand as they are.

    signed: agencies and years of those that stand, but were signed off, or no longer are, since they were made.
    """

    jobs: tuple[Job, ...]
    standing: int
    signed: tuple[tuple[str, int], ...] = ()


def plan(
    project: Project,
    agencies: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    *,
    formats: tuple[str, ...] = USUAL_FORMATS,
    strict: bool = False,
    parameters: Mapping[str, object] | None = None,
    force: bool = False,
    memory: int = 0,
    timeout: int = CELL_TIMEOUT,
) -> Plan:
    """Return the plan for agencies and years, all when empty.

    formats: of FORMATS; force: run also what stands; memory: bytes that a notebook may take, 0 for no
    bound; timeout: seconds that a cell may take.
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
    reader, jobs, standing, signed = Inputs(project), [], 0, []
    for agency, year in project.reports(agencies, years):
        job = Job(
            project.root, agency.slug, agency.name, year, notebook, formats, strict, parameters or {}, memory, timeout
        )
        inputs = reader.of(agency, year, notebook, job.settings)
        record = stored_record(project, agency.slug, year)
        reason = "重新生成" if force else reason_to_run(job, inputs, record)
        if reason:
            jobs.append(job.because(reason, inputs))
        else:
            standing += 1
            if record and with_signoff(project, agency.slug, year, record) != record:
                signed.append((agency.slug, year))
    return Plan(tuple(jobs), standing, tuple(signed))


def reason_to_run(job: Job, inputs: Mapping[str, str], record: Mapping[str, Any] | None) -> str:
    """Say why a report has to be produced; nothing where it stands.

    inputs: the digests of today; record: that of the last run, or None.
    """
    if record is None:
        return "尚未生成"
    if record.get("state") == FAILED or record.get("errors"):
        return "上次未能完整生成"
    if told := changed(inputs, record.get("inputs", {})):
        return "、".join(told)
    present = {path.name for path in job.folder.iterdir()}
    missing = [name for name in pages(job.formats) if name not in record.get("files", ()) or name not in present]
    return f"缺少 {'、'.join(missing)}" if missing else ""


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
