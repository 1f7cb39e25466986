"""Pages that other notebooks made beside the reports: summaries, comparisons, an office's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from govreport.batch.inputs import Inputs
from govreport.batch.job import REPORT
from govreport.batch.notebooks import PARENT, notebook_of
from govreport.batch.record import standing_record, stored_record
from govreport.checks import FAILED, PENDING
from govreport.filing import Project
from govreport.publish import Companion

RECORD = ".json"


def companions(project: Project, reader: Inputs) -> Mapping[tuple[str, int], tuple[Companion, ...]]:
    """Return what other notebooks made, by agency and year, in the order of the notebooks' names.

    reader: that of the reports' inputs. Pages that no longer hold are told, not offered; those of a
    notebook that the project no longer has are left out.
    """
    found: dict[tuple[str, int], tuple[Companion, ...]] = {}
    for slug, year, stem in sorted(_recorded(project)):
        notebook, record = notebook_of(project, stem, slug), stored_record(project, slug, year, f"{stem}{RECORD}")
        if record is not None and notebook.is_file():
            found[slug, year] = (*found.get((slug, year), ()), _companion(project, reader, notebook, record))
    return found


def _recorded(project: Project) -> Iterator[tuple[str, int, str]]:
    """Yield agency, year and notebook of each record that is no report's, without opening any."""
    for year in (name for name in _names(project.output) if name.isdigit()):
        for slug in (name for name in _names(project.output / year) if name in project.agencies):
            for name in _names(project.output / year / slug):
                stem, suffix = os.path.splitext(name)  # noqa: PTH122
                if suffix == RECORD and stem != REPORT:
                    yield slug, int(year), stem


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208
    except OSError:
        return []


def _companion(project: Project, reader: Inputs, notebook: Path, record: dict[str, Any]) -> Companion:
    agency, year = project.agencies[str(record["agency"])], int(record["year"])
    digests = (reader.of_parent if record.get("subject") == PARENT else reader.of)(agency, year, notebook)
    title = str(record.get("title") or notebook.stem)
    standing = standing_record(record, digests)
    if standing["state"] == PENDING:
        return Companion(title, remark="内容有变化，待重新生成")
    remark = "未能完整生成" if standing["state"] == FAILED or standing["errors"] else ""
    return Companion(title, tuple(standing["files"]), remark)
