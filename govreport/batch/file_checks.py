"""Checking reports in files: what `import` reads is checked as a filing of the project would be."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from govreport import exchange
from govreport.batch.many_files import readings
from govreport.checks import CheckedReport, check_foreign, unread_report
from govreport.core import FilingError, GovReportError, ProjectError
from govreport.filing import Filing, Project
from govreport.forms import Catalogue

Seen = dict[tuple[str, int], Filing]
"""Filings that were read, by the printed name of their agency and their year."""


@dataclass(frozen=True)
class CheckedFile:
    """A file with what was read from it (None where it could not be) and the findings."""

    path: Path
    imported: exchange.ImportedReport | None
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
    for path, read in zip(files, readings(files, year, catalogue), strict=True):
        try:
            with exchange.faults_told(str(path)):
                found = _checked(path, read(), seen, project, catalogue)
        except GovReportError as error:
            found = CheckedFile(path, None, unread_report(path.name, error))
        yield found


def _checked(
    path: Path, imported: exchange.ImportedReport, seen: Seen, project: Project | None, catalogue: Catalogue
) -> CheckedFile:
    """Return a file with its findings, and add its filing to those that were seen."""
    form = catalogue.compose(imported.filing.year, imported.filing.form.differing)  # one for all, from any process
    imported = replace(imported, filing=replace(imported.filing, form=form))
    name, year = imported.name, imported.filing.year
    last = seen.get((name, year - 1))
    with contextlib.suppress(ProjectError, FilingError):
        if project and not last:
            last = project.last_filing(exchange.agency_of(project, imported, exchange.BY_NAME).slug, year)
    checked = check_foreign(imported.filing, last, name or path.name, name)
    seen[name, year] = checked.readable_filing()
    return CheckedFile(path, imported, checked)
