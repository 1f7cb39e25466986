"""Preview: a report's review copy, made outside of ``output/``, and whether what it was made from is still the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import Executor, Future
from pathlib import Path

from govreport.batch.job import CELL_TIMEOUT, REVIEW, Job, Options, Outcome
from govreport.batch.notebooks import targets
from govreport.batch.pool import produce_in_worker
from govreport.core import COMMENTS_FILE, FOLDER, MODULE, UNKNOWN, ProjectError
from govreport.filing import ANNUAL, Project, shown_folder

UNREADABLE = "unreadable"


class Preview:
    """The review copy of one report.

    folder: an empty folder for its files. Raises ProjectError for an unknown agency or year, and without a notebook.
    """

    def __init__(self, project: Project, agency: str, year: int, folder: Path) -> None:
        ((found, _, notebook, subject),) = targets(project, ANNUAL, (agency,), (year,))
        options = Options((), timeout=project.settings.timeout or CELL_TIMEOUT)
        self._job = Job(project.root, found.slug, found.name, year, notebook, subject, options, place=folder)
        self._record = folder / self._job.page("json")
        place = project.data / found.slug / str(year)
        paths = [place, *(place.iterdir() if place.is_dir() else ()), notebook]
        self._tried: Mapping[str, str] = {path.relative_to(project.root).as_posix(): ":" for path in paths}

    def make(self, executor: Executor) -> Future[Outcome]:
        """Make the review copy. The executor's threads keep their warm worker for the next time.

        Without a record of it, because the worker died, its inputs are those of before, as they are now; at first the
        filing and the notebook.
        """
        self._tried = self._present()
        self._record.unlink(missing_ok=True)
        return executor.submit(produce_in_worker, self._job)

    @property
    def page(self) -> str:
        """The review copy that was made last; empty if it could not be made."""
        file = self._job.folder / REVIEW
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    @property
    def _inputs(self) -> Mapping[str, str]:
        if not self._record.is_file():
            return self._tried
        record, folder = json.loads(self._record.read_bytes()), shown_folder(self._job.agency, self._job.year)
        states = {**record["inputs"]["files"], f"{folder}/{COMMENTS_FILE}": record["comments"]}
        return {name: seen for name, seen in states.items() if seen != UNKNOWN}

    def _present(self) -> Mapping[str, str]:
        """Return the inputs as they are now. Lines of a register that cannot be read are in no known state."""
        project, states = self._job.project, dict[str, str]()
        for name, seen in self._inputs.items():
            try:
                states[name] = project.state_of(name, seen)
            except ProjectError:
                states[name] = UNREADABLE
        return states

    def is_outdated(self) -> bool:
        """Whether an input has changed since the review copy was made, or while it was made."""
        return self._present() != self._inputs

    def folders(self) -> set[Path]:
        """Return the folders in which a change can make the review copy outdated."""
        found = {self._job.project.data / self._job.agency / str(self._job.year)}
        for name, seen in self._inputs.items():
            if not name.startswith(MODULE):
                path = self._job.root / name.partition("#")[0]
                found.add(path if seen.startswith(FOLDER) else path.parent)
        return {next(place for place in (path, *path.parents) if place.is_dir()) for path in found}
