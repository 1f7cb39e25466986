"""What goes out of a project: reports whose pages are current, whole and no drafts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from govreport.batch.inputs import Inputs
from govreport.batch.job import EXECUTED, FORMATS, REPORT, report_folder
from govreport.batch.record import stored_record, with_review
from govreport.checks import FAILED, INCONSISTENT, comments_told
from govreport.core import COMMENTS_FILE, FilingError, sha256
from govreport.filing import ANNUAL, Agency, Project, shown_folder
from govreport.publish import data_files, official_name, read_document, safe_name, write_package


def package_name(project: Project, reports: Sequence[tuple[Agency, int]]) -> str:
    """Return the name of a package of reports: with the agency and the year, where all are of one."""
    names, years = {agency.name for agency, _ in reports}, {f"{year}年" for _, year in reports}
    told = (values.pop() if len(values) == 1 else "" for values in (names, years))
    return f"{safe_name(''.join(told))}{project.catalogue.newest.title}.zip"


def pack(
    project: Project, reports: Sequence[tuple[Agency, int]], path: Path, *, drafts: bool, signed: bool, ready: bool
) -> tuple[int, list[str], list[str]]:
    """Write a package of reports whole or not at all.

    Return the number of its files, why reports are not in it, and which of them have comments that are not resolved.

    drafts: with reports that have open errors or no sign-off that holds; signed: only with reports that are signed off.
    ready: without reports that cannot go out, which else keep the package from being written. Pages that are not
    current, or not those that a run has made, never go out. Raises FilingError where nothing is written.
    """
    reader, refused, open_ones = Inputs(project), list[str](), list[str]()
    names = Counter(safe_name(agency.name).casefold() for agency in project.agencies.values())

    def contents() -> Iterator[tuple[str, Mapping[str, bytes]]]:
        for agency, year in reports:
            try:
                record = _current(project, reader, agency, year)
                if not drafts and (told := _unfinished(record, signed)):
                    raise FilingError([f"{told}；处理后再打包，仍要打包请加 --drafts。"])
                files = _made(record, report_folder(project, agency.slug, year))
                account = read_document(json.loads(files[EXECUTED]), project=project).account
                if not account.filing or (account.filing.agency, account.year) != (agency.slug, year):
                    raise FilingError([f"{EXECUTED} 是另一份报告的；请加 --force 重新生成。"])
            except FilingError as error:
                refused.append(f"{agency.name}{year}年：{error}")
                continue
            if told := comments_told(project.root / (shown := shown_folder(agency.slug, year)), shown):
                open_ones.append(f"{shown}/{COMMENTS_FILE} 没有处理完（{told}），仍已打包；请核对。")
            made = {f".{form}": files[f"{REPORT}.{form}"] for form in FORMATS if f"{REPORT}.{form}" in files}
            twin = agency.slug if names[safe_name(agency.name).casefold()] > 1 else ""
            yield official_name(account, twin), made | data_files(account)
        if refused and not (ready and len(refused) < len(reports)):
            others = f"；只打包其余{left}份请加 --ready" if (left := len(reports) - len(refused)) else ""
            raise FilingError([*refused, f"有{len(refused)}份不能公布，没有打包{others}。"])

    return write_package(path, project.catalogue.newest.title, contents()), refused, open_ones


def _current(project: Project, reader: Inputs, agency: Agency, year: int) -> dict[str, Any]:
    """Return a report's record with the sign-off. Raises FilingError where its pages are not there or not current."""
    record, remedy = stored_record(project, agency.slug, year), f"请运行 govreport run {agency.slug} {year}。"
    if record is None:
        raise FilingError([f"还没有生成；{remedy}"])
    if changes := reader.changes(record, project.notebook(ANNUAL, agency.slug)):
        raise FilingError([f"已经过时（{changes}）；{remedy}"])
    if record["state"] == FAILED or record["errors"]:
        raise FilingError([f"未能完整生成；{remedy}"])
    return with_review(project, agency.slug, year, record)


def _unfinished(record: Mapping[str, Any], signed: bool) -> str:
    """Return as a clause why a report is not ready to be published, or an empty text."""
    if record["state"] == INCONSISTENT:
        return f"是草稿，有{record['counts']['error']}项错误未处理"
    if record["signoff"] and record["signoff"]["problem"]:
        return str(record["signoff"]["problem"])
    return "还没有签审" if signed and not record["signoff"] else ""


def _made(record: Mapping[str, Any], folder: Path) -> dict[str, bytes]:
    """Return the files of a report by name, except the review copy. Raises FilingError for one that no run has made."""
    digests = {EXECUTED: ""} | record.get("sha256", {})
    files = {name: (folder / name).read_bytes() for name in digests if (folder / name).is_file()}
    if changed := [name for name, digest in digests.items() if sha256(files.get(name, b"")) != digest]:
        raise FilingError([f"{changed[0]} 在生成后有改动或已移走；请加 --force 重新生成。"])
    return files
