"""The record of a report, ``report.json``: its inputs' digest, findings, versions and timings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from govreport import __version__
from govreport.batch.job import Job, report_folder
from govreport.checks import FAILED, PENDING, Findings, state_of
from govreport.checks.project_rules import FILE as RULES
from govreport.checks.signoff import FILE as SIGNOFF
from govreport.checks.signoff import SignOff, read_signoff, signed_state
from govreport.figures import Figure, json_number
from govreport.filing import shown_folder
from govreport.project import REGISTER, Project
from govreport.textfile import write_text

FILE = "report.json"
PACKAGES = ("papermill", "nbclient", "pandas", "matplotlib", "typst", "python-docx")


def inputs_digest(project: Project, agency: str, year: int, notebook: Path) -> str:
    """Return a digest of what a report is made from.

    That is its filing, last year's, its members', the register, the project's rules, the notebook and
    the version. A sign-off is none of it: it says something of a report and changes nothing in it.
    """
    digest = hashlib.sha256(__version__.encode())
    folders = [project.data / agency / str(year), project.data / agency / str(year - 1)]
    if project.agency(agency).scope == "members":
        folders += [project.data / a.slug / str(year) for a in project.agencies.values() if a.parent == agency]
    found = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()) if file.is_file()]
    files = [file for file in found if file.name != SIGNOFF]
    rules = project.root / RULES
    for file in (*files, project.root / REGISTER, *([rules] if rules.is_file() else []), notebook):
        content = file.read_bytes()
        digest.update(f"\0{file.relative_to(project.root)}\0{len(content)}\0".encode() + content)
    return f"sha256:{digest.hexdigest()}"


@lru_cache
def versions() -> Mapping[str, str]:
    """Return the versions of the packages that shape a report."""
    return {"govreport": __version__} | {package: version(package) for package in PACKAGES}


def write_record(
    path: Path,
    job: Job,
    *,
    state: str,
    findings: Findings,
    digest: str,
    errors: tuple[str, ...] = (),
    published: str = "",
    figures: Mapping[str, Figure | None] | None = None,
    filing_digest: str = "",
    files: tuple[str, ...] = (),
    fonts: Mapping[str, Any] | None = None,
    seconds: Mapping[str, float] | None = None,
) -> None:
    """Write a report's record with the sign-off of its filing, whole or not at all.

    state: without regard to the sign-off; figures: what the index adds up; filing_digest: that of the
    filing alone, to which a sign-off refers.
    """
    record = {
        "agency": job.agency,
        "name": job.name,
        "year": job.year,
        "state": state,
        "published": published,
        "figures": {name: json_number(figure) for name, figure in (figures or {}).items()},
        "counts": findings.counts(),
        "errors": list(errors),
        "findings": findings.to_json(),
        "files": list(files),
        "digest": digest,
        "filing_digest": filing_digest,
        "versions": dict(versions()),
        "fonts": dict(fonts or {}),
        "seconds": {step: round(value, 3) for step, value in (seconds or {}).items()},
    }
    save_record(path, with_signoff(job.project, record))


def save_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record, whole or not at all."""
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def read_record(project: Project, agency: str, year: int, notebook: Path) -> dict[str, Any]:
    """Return a report's record; one of state PENDING where there is none or its inputs have changed since.

    Its sign-off is that of now, whatever it was when the report was made.
    """
    try:
        record = json.loads((report_folder(project, agency, year) / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = None
    if isinstance(record, dict) and record.get("digest") == inputs_digest(project, agency, year, notebook):
        return with_signoff(project, record)
    pending = {"state": PENDING, "counts": {}, "errors": [], "files": [], "published": "", "figures": {}}
    return with_signoff(project, {"agency": agency, "year": year, **pending})


def with_signoff(project: Project, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report's record with the sign-off that its filing has now, and the state that follows from it."""
    signoff = signoff_of(project, record["agency"], record["year"], record.get("filing_digest", ""))
    made = record["state"] not in (FAILED, PENDING)
    state = signed_state(state_of(record["counts"]), signoff) if made else record["state"]
    return {**record, "state": state, "signoff": signoff and signoff.to_json()}


def signoff_of(project: Project, agency: str, year: int, filing_digest: str = "") -> SignOff | None:
    """Return the sign-off of a report's filing; filing_digest: that of the filing, where it is known."""
    return read_signoff(project.data / agency / str(year), shown_folder(agency, year), filing_digest)
