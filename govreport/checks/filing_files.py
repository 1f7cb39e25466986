"""What lies in a filing's folder: the files that are its report, and those that nothing reads."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote_to_bytes

from govreport.checks.waivers import WAIVERS_FILE
from govreport.core import REVIEWED
from govreport.filing import NARRATIVE, OWN_FOLDER, Project, own_files


def filing_files(project: Project, folder: Path) -> list[str]:
    """Return the names of the files of a filing's figures, prose and waivers; not all need be there."""
    tables = sorted({f"{table.key}.csv" for table in project.catalogue.tables()})
    return [*tables, *(f"{OWN_FOLDER}/{path.name}" for path in own_files(folder)), NARRATIVE, WAIVERS_FILE]


def unread_files(project: Project, agency: str, year: int) -> list[str]:
    """Return what lies in a filing's folder and nothing reads, by its path there.

    What the narrative names, such as a picture, counts as read; what is hidden does not count.
    """
    folder = project.data / agency / str(year)
    read = {OWN_FOLDER, *REVIEWED, *filing_files(project, folder)}
    paths = (path for place in (folder, folder / OWN_FOLDER) for path in place.glob("[!.]*"))
    found = {path.relative_to(folder).as_posix() for path in paths} - read
    prose = (folder / NARRATIVE).read_bytes() if found and (folder / NARRATIVE).is_file() else b""
    written = prose + unquote_to_bytes(prose)  # an address spells out a blank
    return sorted(name for name in found if name.encode() not in written)
