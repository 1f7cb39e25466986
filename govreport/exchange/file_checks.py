"""Checking reports in files: what `import` reads is checked as a filing of the project would be."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from govreport.checks import CheckedReport, Findings, check_agency, check_filings, check_totals, unreadable_filing
from govreport.core import FilingError, GovReportError, ProjectError
from govreport.exchange.importing import BY_NAME, agency_of, faults_told
from govreport.exchange.recognise.published import MANY, ImportedReport, read_published
from govreport.filing import Agency, Filing, Part, Project, render_prose
from govreport.forms import Catalogue

Seen = dict[tuple[str, int], Filing]
"""Filings that were read, by the printed name of their agency and their year."""


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
    seen: Seen = {}
    catalogue = catalogue or (project.catalogue if project else Catalogue.read())
    files = list(paths)
    for path, read in zip(files, _readings(files, year, catalogue), strict=True):
        try:
            with faults_told(str(path)):
                found = _checked(path, read(), seen, project, catalogue)
        except GovReportError as error:
            agency = Agency(path.name, path.name, path.name, "", "department", "own")
            told = unreadable_filing(None, None, FilingError(str(error).splitlines()))
            found = CheckedFile(path, None, CheckedReport(agency, 0, Findings.of(told)))
        yield found


def rivals(
    project: Project, entries: Iterable[CheckedFile], named: str, *, confirmed: bool = False
) -> Mapping[tuple[str, int], str]:
    """Return the reports, by slug and year, of which files have several contents, each with a sentence on them.

    named, confirmed: see `agency_of`.
    """
    found = defaultdict[tuple[str, int], dict[str, object]](dict)
    for path, imported in ((str(entry.path), entry.imported) for entry in entries):
        with contextlib.suppress(ProjectError):
            if imported:
                slug, read = agency_of(project, imported, named, confirmed=confirmed).slug, imported.filing
                found[slug, read.year][path] = read.cells, read.unreadable, read.narrative, read.tables
    several = (report for report, own in found.items() if any(each != first for first, each in pairwise(own.values())))
    return {
        r: f"{'、'.join(found[r])} 都是{r[1]}年同一份报告，内容不同，都没有写入；请只导入其中一份。" for r in several
    }


def _checked(
    path: Path, imported: ImportedReport, seen: Seen, project: Project | None, catalogue: Catalogue
) -> CheckedFile:
    """Return a file with its findings, and add its filing to those that were seen."""
    form = catalogue.compose(imported.filing.year, imported.filing.form.differing)  # one for all, from any process
    imported = replace(imported, filing=replace(imported.filing, form=form))
    filing = _rendered(imported.filing)
    seen[imported.name, filing.year] = filing
    last = seen.get((imported.name, filing.year - 1))
    with contextlib.suppress(ProjectError, FilingError):
        if project and not last:
            last = project.last_filing(agency_of(project, imported, BY_NAME).slug, filing.year)
    name = imported.name or path.name
    agency = Agency(filing.agency or name, name, name, "", "department", "own")
    told = [*check_filings([(filing, last)])[0], *check_totals(filing), *check_agency(filing, agency, {})]
    found = [replace(finding, agency=imported.name or None) for finding in told]
    return CheckedFile(path, imported, CheckedReport(agency, filing.year, Findings.of(found), filing, last))


def _readings(paths: Sequence[Path], year: int, catalogue: Catalogue) -> Iterator[Callable[[], ImportedReport]]:
    """Yield for each file what gives the report in it; many files are read by a process for each processor."""
    if len(paths) < MANY:
        yield from (partial(_read, path, year, catalogue) for path in paths)
        return
    workers = min(os.cpu_count() or 1, MANY)
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        try:
            futures = [pool.submit(_read, path, year, catalogue) for path in paths]
            yield from (partial(_outcome, *each) for each in zip(paths, futures, strict=True))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read(path: Path, year: int, catalogue: Catalogue) -> ImportedReport:
    """Return the report in a file; raise nothing but GovReportError, which every process can hand over."""
    with faults_told(str(path)):
        return read_published(path, str(path), year, catalogue)


def _outcome(path: Path, reading: Future[ImportedReport]) -> ImportedReport:
    try:
        return reading.result()
    except BrokenExecutor:
        raise FilingError([f"{path} 未能读取，因为读取的进程意外退出；请单独导入。"]) from None


def _rendered(filing: Filing) -> Filing:
    """Return a filing whose prose has its figures filled in; as written where an expression cannot be evaluated."""
    with contextlib.suppress(FilingError):
        parts = {n: Part(filing.narrative.parts[n].heading, text) for n, text in render_prose(filing).items()}
        return replace(filing, narrative=replace(filing.narrative, parts=parts))
    return filing
