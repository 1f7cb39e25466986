"""The record of a report, ``report.json``: its inputs' digest, findings, versions and timings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from govreport.batch.inputs import SETTINGS, changed, joined_digest, versions
from govreport.batch.job import Job, report_folder
from govreport.checks import PENDING, Findings
from govreport.project import Project
from govreport.textfile import write_text

FILE = "report.json"


def write_record(
    path: Path,
    job: Job,
    *,
    state: str,
    findings: Findings,
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
        "digest": joined_digest(job.inputs),
        "inputs": dict(job.inputs),
        "versions": dict(versions()),
        "fonts": dict(fonts or {}),
        "seconds": {step: round(value, 3) for step, value in (seconds or {}).items()},
    }
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def stored_record(project: Project, agency: str, year: int) -> dict[str, Any] | None:
    """Return a report's record as the last run left it; None where there is none that can be read."""
    try:
        record = json.loads((report_folder(project, agency, year) / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def standing_record(record: dict[str, Any] | None, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return a report's record while it stands; one of state PENDING where there is none or its inputs have changed.

    Other parameters of the notebook do not make a record void.
    """
    if record is not None and not changed({**inputs, SETTINGS: ""}, {**record.get("inputs", {}), SETTINGS: ""}):
        return record
    return {"state": PENDING, "counts": {}, "errors": [], "files": [], "published": ""}
