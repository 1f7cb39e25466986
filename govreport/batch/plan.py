"""The plan of a batch: which reports a run produces, with which notebook, and which reports are up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from govreport import publish
from govreport.batch.inputs import Inputs
from govreport.batch.job import FORMATS, Job, Options, pages
from govreport.batch.notebooks import notebook_name, targets, typed_parameters
from govreport.batch.record import altered, stored_record, with_review
from govreport.checks import FAILED, require_project_files
from govreport.core import ProjectError, choice_of
from govreport.filing import ANNUAL, Project


@dataclass(frozen=True)
class Plan:
    """The plan of a run: its jobs, each with a reason, and the number of reports that are up to date.

    inputs: what is known of the reports' inputs before the run.
    review_changes: agencies and years of reports that are up to date except for what reviewers say.
    """

    jobs: tuple[Job, ...]
    standing: int
    inputs: Inputs
    review_changes: tuple[tuple[str, int], ...] = ()


def make_plan(
    project: Project,
    agencies: tuple[str, ...] = (),
    years: tuple[int, ...] = (),
    *,
    notebook: str = ANNUAL,
    options: Options | None = None,
    force: bool = False,
    keep: bool = False,
) -> Plan:
    """Return the plan for agencies and years, all if empty.

    notebook: the name of a notebook in the project, by default the annual report; an agency's own notebook
    replaces the common one. options: by default `Options()`; force: also run reports that are up to date.
    keep: also make the formats that a report has already.
    Raises ProjectError for an unknown agency, year or parameter, and if the notebook is missing or
    declares neither agency and year nor parent and year. What all reports share stops a run before it touches
    anything: also raises ProjectError for an invalid common notebook, GovReportError for a template that cannot be
    used, and what `require_project_files` raises.
    """
    options = options or Options()
    appearance = require_project_files(project)
    if appearance.emblem or appearance.templates:
        publish.try_appearance(appearance, project.fonts)
    chosen = targets(project, notebook_name(notebook), agencies, years)
    books = dict.fromkeys(book for _, _, book, subject in chosen if subject)
    typed = {book: replace(options, parameters=typed_parameters(book, options.parameters)) for book in books}
    reader, jobs, reviewed = Inputs(project), list[Job](), list[tuple[str, int]]()
    for agency, year, book, subject in chosen:
        job = Job(project.root, agency.slug, agency.name, year, book, subject, typed.get(book, options))
        record = stored_record(project, agency.slug, year, job.page("json"))
        if keep and record:
            asked = (*options.formats, *record.get("formats", ()))
            formats = tuple(name for name in FORMATS if name in asked or job.page(name) in record["files"])
            job = replace(job, options=replace(job.options, formats=formats))
        if reason := "重新生成" if force else reason_to_run(job, reader, record):
            jobs.append(replace(job, reason=reason))
        elif job.is_report and record:
            current = with_review(project, agency.slug, year, record)
            reviewed += [(agency.slug, year)] if current != record else []
            del current["inputs"]  # they are long
            reader.standing[agency.slug, year] = current
    return Plan(tuple(jobs), len(chosen) - len(jobs), reader, tuple(reviewed))


def reason_to_run(job: Job, reader: Inputs, record: Mapping[str, Any] | None) -> str:
    """Return why a report has to be produced, or an empty string if it is up to date.

    reader: the present state of what reports read; record: the record of the last run, or None.
    """
    if record is None:
        return "尚未生成"
    if record.get("state") == FAILED or record.get("errors"):
        return "上次未能完整生成"
    wanted = pages(job.options.formats, job.stem)
    changed = reader.changes(record, job.notebook, job.settings) or altered(job.project, record, wanted)
    return changed or "、".join(f"{name} 不在所选格式中" for name in record["files"] if name not in wanted)


def read_formats(given: str) -> tuple[str, ...]:
    """Parse a comma-separated list of formats. Raises GovReportError for an unknown format, or without any.

    >>> read_formats("html, pdf")
    ('html', 'pdf')
    """
    formats = tuple(choice_of(name.strip(), FORMATS, "输出格式") for name in given.split(",") if name.strip())
    if not formats:
        raise ProjectError(f"没有写明输出格式；可用的有 {'、'.join(FORMATS)}。")
    return formats
