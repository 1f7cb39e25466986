"""The record of a report, ``report.json``: digests of the inputs and files, findings, versions and timings."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from govreport import checks, publish
from govreport.batch.inputs import Inputs, joined_digest, recorded_inputs, versions
from govreport.batch.job import EXECUTED, REPORT, REVIEW, Job, report_folder
from govreport.batch.notebooks import notebook_title
from govreport.core import METADATA, ProjectError, sha256, write_text
from govreport.filing import ANNUAL, Project
from govreport.publish import UNMADE, has_prose

RECORD_FILE = f"{REPORT}.json"
NOT_TO_PUBLISH, NOTEBOOK_UNREAD = "草稿，不得公布", "笔记本中的意见不在内"
"""What came of a run that found errors, and what is missing where there is none that stands."""


@dataclass(frozen=True)
class Made:
    """What a run made of a report, by the keys of its record: its state, without the sign-off, and what is known.

    review: what reviewers had said when the review copy was made, None if none was made.
    """

    state: str
    findings: checks.Findings = field(default_factory=checks.Findings)
    errors: Sequence[str] = ()
    notes: Sequence[str] = ()
    files: Sequence[str] = ()
    published: str = ""
    filing_digest: str = ""
    figures: Mapping[str, int | float | None] = field(default_factory=dict)
    fonts: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    review: checks.Review | None = None


def write_record(path: Path, job: Job, read: Mapping[str, str], made: Made) -> str:
    """Write a report's record with the sign-off of its filing atomically. Return the state with the sign-off.

    path: of the record, beside the files that it tells of; read: states of the paths that making the report read.
    """
    inputs, own = recorded_inputs(job.root, read, job.settings), vars(made) | {"findings": made.findings.to_json()}
    record: dict[str, Any] = {
        **{key: getattr(job, key) for key in ("agency", "name", "year")},
        **{key: own[key] for key in ("state", "published", "figures")},
        "counts": made.findings.counts(),
        **{key: own[key] for key in ("errors", "notes", "findings", "files")},
        "formats": list(job.options.formats),
        **told_of_files(path.parent, made.files),
        "digest": joined_digest(inputs),
        "inputs": inputs,
        "filing_digest": made.filing_digest,
        "versions": dict(versions()),
        **{key: own[key] for key in ("fonts", "seconds")},
    }
    if job.is_report:
        record = with_review(job.project, job.agency, job.year, record, made.review)
    else:
        record |= {"title": notebook_title(job.notebook), "subject": job.subject}
    save_record(path, record)
    return str(record["state"])


def told_of_files(folder: Path, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return what a record tells of a report's files: digests, and stamps, which spare reading files that keep them."""
    digests = {name: sha256((folder / name).read_bytes()) for name in names}
    return {"sha256": digests, "stamps": {name: _stamp(f"{folder}/{name}") for name in digests}}


def _stamp(path: str) -> str:
    """Return size and time of change of a file, empty where there is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116, one of thousands
    except OSError:
        return ""
    return f"{found.st_size}-{found.st_mtime_ns}" if stat.S_ISREG(found.st_mode) else ""


def altered(project: Project, record: Mapping[str, Any], wanted: Iterable[str] = ()) -> str:
    """Return in Chinese which files of a report are not there, or not as its run made them; empty if all are.

    wanted: names of files that ought to be there.
    """
    folder = report_folder(project, record["agency"], record["year"])
    stamps = {name: _stamp(f"{folder}/{name}") for name in dict.fromkeys((*wanted, *record["files"]))}
    if missing := [name for name, stamp in stamps.items() if not stamp]:
        return f"缺少 {'、'.join(missing)}"
    moved = [name for name, stamp in stamps.items() if stamp != record.get("stamps", {}).get(name)]
    digests, known = told_of_files(folder, moved)["sha256"], record.get("sha256", {})
    changed = [name for name in moved if digests[name] != known.get(name)]
    return f"{'、'.join(changed)} 在生成后有改动" if changed else ""


def shown_digest(notebook: Any) -> str:
    """Return the digest of what an executed notebook shows: cells with their outputs, and the account of the page.

    When it ran, and for how long, does not count. Of what is no notebook return an empty text.
    """
    try:
        cells = [(cell["source"], cell.get("outputs")) for cell in notebook["cells"]]
        account = {key: told for key, told in notebook["metadata"].get(METADATA, {}).items() if key != "inputs"}
        told = json.dumps([cells, account], sort_keys=True)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return ""
    return f"sha256:{sha256(told)}"


def copy_digest(project: Project, agency: str, year: int) -> str:
    """Return the digest of what a report's present review copy shows, or an empty text; see `shown_digest`."""
    try:
        return shown_digest(json.loads((report_folder(project, agency, year) / EXECUTED).read_bytes()))
    except (OSError, ValueError, RecursionError):
        return ""


def save_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record atomically."""
    write_text(path, json.dumps(record, ensure_ascii=False, indent=1) + "\n")


def stored_record(project: Project, agency: str, year: int, file: str = RECORD_FILE) -> dict[str, Any] | None:
    """Return the record of the last run, or None if it is missing, unreadable or of another agency or year."""
    try:
        record = json.loads((report_folder(project, agency, year) / file).read_bytes())
        former = {"sha256": {}, "stamps": {}, "formats": []} | record  # earlier versions did not tell these
        kinds = {"inputs": dict, "files": list, "state": str, "sha256": dict, "stamps": dict, "formats": list}
        whole = all(isinstance(former[key], kind) for key, kind in kinds.items())
        whole &= (record["agency"], record["year"]) == (agency, year)
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return None
    return record if whole else None


def standing_record(record: dict[str, Any] | None, reader: Inputs, notebook: Path) -> dict[str, Any]:
    """Return the record if it is up to date.

    If it is missing, return a PENDING record; if inputs or pages changed, an OUTDATED one.
    notebook: the one that makes the page now. Changed parameters of it do not invalidate a record.
    """
    if record and not (reader.changes(record, notebook) or altered(reader.project, record)):
        return record
    state = checks.OUTDATED if record else checks.PENDING
    return {"state": state, "counts": {}, "errors": [], "files": [], "published": "", "figures": {}}


def current_record(reader: Inputs, agency: str, year: int) -> dict[str, Any]:
    """Return a report's current record with what reviewers say now; see `standing_record`.

    reader: the reader of the project's inputs; share it between reports. agency: slug.
    """
    if known := reader.standing.get((agency, year)):
        return known
    stored, notebook = stored_record(reader.project, agency, year), reader.project.notebook(ANNUAL, agency)
    return with_review(reader.project, agency, year, standing_record(stored, reader, notebook))


def with_notebooks(
    project: Project, reports: Iterable[checks.CheckedReport], tell: Callable[[checks.CheckedReport], None]
) -> Iterator[checks.CheckedReport]:
    """Yield checked reports with what assertions and prose in their notebooks made when they ran last.

    tell: called with a report whose notebook asserts, shows or says something, if it never ran to its end or its inputs
    have changed since.
    """
    reader, speaks = Inputs(project), cache(partial(_speaks, project))
    for checked in reports:
        notebook = project.notebook(ANNUAL, checked.agency.slug)
        if not speaks(notebook):
            yield checked
            continue
        record = stored_record(project, checked.agency.slug, checked.year)
        stands = record if record and not reader.changes(record, notebook) else None
        if not stands or REVIEW not in stands["files"]:
            tell(checked)
        page = report_folder(project, checked.agency.slug, checked.year) / EXECUTED
        lost = checks.lost_comments(project, checked.agency.slug, checked.year, page) if stands else ()
        found = [*map(checks.Finding.from_json, stands["findings"] if stands else ()), *lost]
        waivers = [waiver for waiver in checked.waivers if waiver.rule in checks.NOTEBOOK_RULES]
        unused = checks.unused_waivers(waivers, checked.findings, checked.agency.slug, checked.year)
        # those unused so far may accept what the notebook says
        yield replace(checked, findings=checked.findings.without(unused).joined(found, checked.waivers))


def _speaks(project: Project, notebook: Path) -> bool:
    """Whether a notebook asserts something, shows a table that no form has, or has prose in Markdown cells."""
    text = notebook.read_text(encoding="utf-8") if notebook.is_file() else ""
    keys = "|".join(table.key for table in project.catalogue.tables())
    own_table = rf"""\b(?:pandas|frame)\b|\btable\((?!\\?["'](?:{keys})\b)"""  # in JSON, which escapes quotation marks
    return any(re.search(told, text) for told in (*checks.ASSERTIONS, own_table)) or has_prose(text)


def known_report(project: Project, agency: str, year: int) -> tuple[checks.CheckedReport, str, checks.Review]:
    """Return all that is known of a report: its findings, what its last run made, and what reviewers have said.

    agency: slug. The findings are those of `with_notebooks`. What the run made is told in words, also if it is no
    longer what would be made now, or a draft.
    """
    unread = list[checks.CheckedReport]()
    (checked,) = with_notebooks(project, [checks.check_report(project, agency, year)], unread.append)
    record = current_record(Inputs(project), agency, year)
    made = NOT_TO_PUBLISH if checked.state == checks.INCONSISTENT else checks.MADE
    state = record["state"] if record["state"] in UNMADE else made
    why = "；".join([*(error.rstrip("。") for error in record["errors"]), *([NOTEBOOK_UNREAD] if unread else [])])
    review = checks.read_review(project, agency, year, checks.filing_digest(project, agency, year, checked.prose))
    return checked, f"{state}（{why}）" if why else state, review


def require_sound(project: Project, agency: str, year: int) -> None:
    """Raise ProjectError if a report was made, but its last run failed, or it is not as it would be made now.

    agency: slug.
    """
    record = current_record(Inputs(project), agency, year)
    told, again = f"{agency} {year} 的报告", f"运行 govreport run {agency} {year}，看过再签审。"
    if record["state"] == checks.FAILED:
        raise ProjectError(f"{told}上次未能完整生成，不能签审（{''.join(record['errors'][:1])}）；请改正后{again}")
    if record["state"] == checks.OUTDATED:
        raise ProjectError(f"{told}在生成后有改动，不能签审；请先{again}")


def refresh_review(project: Project, agency: str, year: int) -> bool:
    """Write what reviewers say now into a report's record and review copy. Return whether there is such a report.

    This executes nothing: the review copy is made from the notebook of the last run, and the report's other
    pages do not mention it. Missing or outdated reports are not changed.
    """
    record = current_record(Inputs(project), agency, year)
    if is_made := record["state"] not in (checks.PENDING, checks.OUTDATED):
        folder, digest = report_folder(project, agency, year), record.get("filing_digest", "")
        review = checks.read_review(project, agency, year, digest, copy_digest(project, agency, year))
        if REVIEW in record["files"] and (folder / EXECUTED).is_file():
            notebook = json.loads((folder / EXECUTED).read_bytes())
            document = publish.read_document(notebook, project=project)
            notes = publish.prove(document, notebook, document.account).notes
            write_text(folder / REVIEW, publish.review_page(document, review, notes))
            record |= told_of_files(folder, record["files"])
        save_record(folder / RECORD_FILE, with_review(project, agency, year, record, review))
    return is_made


def with_review(
    project: Project, agency: str, year: int, record: Mapping[str, Any], review: checks.Review | None = None
) -> dict[str, Any]:
    """Return a report's record with the sign-off of its filing, the resulting state, and that of comments.

    review: what its review copy was made from, by default what reviewers say now.
    """
    review = review or checks.read_review(project, agency, year, record.get("filing_digest", ""))
    found = record["state"] if record["state"] in UNMADE else checks.state_of(record["counts"])
    said = {"signoff": review.signoff and review.signoff.to_json(), "comments": review.state}
    return {**record, "state": checks.signed_state(found, review.signoff), **said}
