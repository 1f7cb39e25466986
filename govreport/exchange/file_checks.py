"""Checking reports in files: what `import` reads is checked as a filing of the project would be."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from govreport.checks import CheckedReport, Findings, check_agency, check_filings, check_totals, unreadable_filing
from govreport.core import FilingError, GovReportError, ProjectError
from govreport.exchange.importing import BY_NAME, agency_of, faults_told
from govreport.exchange.recognise.published import MANY, ImportedReport, read_published
from govreport.filing import Agency, Filing, Part, Project, render_prose
from govreport.forms import Catalogue


@dataclass(frozen=True)
class CheckedFile:
    """A file with what was read from it (None where it could not be) and the findings."""

    path: Path
    imported: ImportedReport | None
    checked: CheckedReport


def check_files(
    paths: Iterable[Path], project: Project | None = None, year: int = 0, catalogue: Catalogue | None = None
) -> Iterator[CheckedFile]:
    """Read and check files, in order; one that cannot be, even for a fault of ours, is an F1 finding alone.

    project: where last year's filing is looked for; a report of the year before among the files serves as well.
    year: of reports that name none; catalogue: the editions that are known, by default the project's or the package's.
    """
    seen: dict[tuple[str, int], Filing] = {}
    catalogue = catalogue or (project.catalogue if project else None)
    files = list(paths)
    for path, imported in zip(files, _read_all(files, year, catalogue or Catalogue.read()), strict=True):
        try:
            if isinstance(imported, FilingError):
                raise imported
            with faults_told(str(path)):
                found = _checked(path, imported, seen, project)
        except GovReportError as error:
            agency = Agency(path.name, path.name, path.name, "", "department", "own")
            told = unreadable_filing(None, None, FilingError(str(error).splitlines()))
            found = CheckedFile(path, None, CheckedReport(agency, 0, Findings.of(told)))
        yield found


def _checked(
    path: Path, imported: ImportedReport, seen: dict[tuple[str, int], Filing], project: Project | None
) -> CheckedFile:
    """Return a file with its findings, and add its filing to those that were seen."""
    filing = _rendered(imported.filing)
    seen[imported.name, filing.year] = filing
    last = seen.get((imported.name, filing.year - 1)) or (_last_year(project, imported) if project else None)
    name = imported.name or path.name
    agency = Agency(filing.agency or name, name, name, "", "department", "own")
    told = [*check_filings([(filing, last)])[0], *check_totals(filing), *check_agency(filing, agency, {})]
    found = [replace(finding, agency=imported.name or None) for finding in told]
    return CheckedFile(path, imported, CheckedReport(agency, filing.year, Findings.of(found), filing, last))


def _read_all(paths: Sequence[Path], year: int, catalogue: Catalogue) -> Iterator[ImportedReport | FilingError]:
    """Yield what each file holds, in order; many files are read by a process for each processor."""
    if len(paths) < MANY:
        yield from (_read(path, year, catalogue) for path in paths)
        return
    workers = min(os.cpu_count() or 1, MANY)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        readings = [pool.submit(_read, path, year, catalogue) for path in paths]
        try:
            for path, reading in zip(paths, readings, strict=True):
                try:
                    yield _with_form_of(catalogue, reading.result())
                except BrokenExecutor:
                    yield FilingError([f"{path} 未能读取，因为读取的进程意外退出；请单独导入。"])
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read(path: Path, year: int, catalogue: Catalogue) -> ImportedReport | FilingError:
    try:
        with faults_told(str(path)):
            return read_published(path, str(path), year, catalogue)
    except FilingError as error:
        return error


def _with_form_of(catalogue: Catalogue, read: ImportedReport | FilingError) -> ImportedReport | FilingError:
    """Return a report from another process with the form that this one knows, of which there is one copy."""
    if isinstance(read, FilingError):
        return read
    form = catalogue.compose(read.filing.year, read.filing.form.differing)
    return replace(read, filing=replace(read.filing, form=form))


def _rendered(filing: Filing) -> Filing:
    """Return a filing whose prose has its figures filled in; as written where an expression cannot be evaluated."""
    try:
        prose = render_prose(filing)
    except FilingError:
        return filing
    parts = {number: Part(filing.narrative.parts[number].heading, text) for number, text in prose.items()}
    return replace(filing, narrative=replace(filing.narrative, parts=parts))


def _last_year(project: Project, imported: ImportedReport) -> Filing | None:
    with contextlib.suppress(ProjectError, FilingError):
        return project.last_filing(agency_of(project, imported, BY_NAME).slug, imported.filing.year)
    return None
