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
from govreport.checks import PENDING, Findings
from govreport.checks.project_rules import FILE as RULES
from govreport.project import REGISTER, Project
from govreport.textfile import write_text

FILE = "report.json"
PACKAGES = ("papermill", "nbclient", "pandas", "matplotlib", "typst", "python-docx")


def inputs_digest(project: Project, agency: str, year: int, notebook: Path) -> str:
    """Return a digest of what a report is made from.

    That is its filing, last year's, its members', the register, the project's rules, the notebook and
    the version.
    """
    digest = hashlib.sha256(__version__.encode())
    folders = [project.data / agency / str(year), project.data / agency / str(year - 1)]
    if project.agency(agency).scope == "members":
        folders += [project.data / a.slug / str(year) for a in project.agencies.values() if a.parent == agency]
    files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()) if file.is_file()]
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
    files: tuple[str, ...] = (),
    fonts: Mapping[str, Any] | None = None,
    seconds: Mapping[str, float] | None = None,
) -> None:
    """Write a report's record, whole or not at all."""
    record = {
        "agency": job.agency,
        "name": job.name,
        "year": job.year,
        "state": state,
        "published": published,
        "counts": findings.counts(),
        "errors": list(errors),
        "findings": findings.to_json(),
        "files": list(files),
        "digest": digest,
        "versions": dict(versions()),
        "fonts": dict(fonts or {}),
        "seconds": {step: round(value, 3) for step, value in (seconds or {}).items()},
    }
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def read_record(project: Project, agency: str, year: int, notebook: Path) -> dict[str, Any]:
    """Return a report's record; one of state PENDING where there is none or its inputs have changed since."""
    try:
        record = json.loads((report_folder(project, agency, year) / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        record = None
    if isinstance(record, dict) and record.get("digest") == inputs_digest(project, agency, year, notebook):
        return record
    return {"agency": agency, "year": year, "state": PENDING, "counts": {}, "errors": [], "files": [], "published": ""}
