"""Reports from files into data/: whose they are, what would be lost, and writing them."""

from __future__ import annotations

import contextlib
import os
import re
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from govreport import filing
from govreport.checks import named_agency, with_carry_over
from govreport.core import DEBUG_VARIABLE, FilingError, GovReportError, ProjectError, os_sentence
from govreport.exchange.readers.embedded import SET_OFF
from govreport.exchange.readers.opening import EXTENSIONS
from govreport.exchange.recognise.labels import without_spaces
from govreport.exchange.recognise.published import LOST, ImportedReport
from govreport.exchange.workbook.prose_sheet import LABELS
from govreport.filing import Agency, CellEdit, Filing, Narrative, Project

KEPT = ("contact", "signature")
"""Front matter that stays where a report says nothing of it; so does a signature that says the same."""
_UNSAID = re.compile(rf"{SET_OFF.pattern}|[\s\\*`~#|>_]|-(?!\d)|(?<=表)(?:\d+|〔\w+〕)")
"""What differs between a paragraph of a narrative, evaluated, and the same one as a page shows it."""
BY_NAME = "auto"
"""In the place of an agency: the one that each report names."""


@contextlib.contextmanager
def faults_told(file: str) -> Iterator[None]:
    """Raise a fault of ours that a file brings out as FilingError, so that it ends no other file's reading or writing.

    >>> with contextlib.suppress(FilingError), faults_told("年报.html"):
    ...     raise ZeroDivisionError
    """
    try:
        yield
    except GovReportError:
        raise
    except Exception as error:
        if os.environ.get(DEBUG_VARIABLE):
            traceback.print_exc()
        told = f"程序内部出错（{type(error).__name__}：{error}）；加 --debug 可看细节，请把文件报告给维护者。"
        raise FilingError([f"{file} 未能处理：{os_sentence(error) if isinstance(error, OSError) else told}"]) from None


def files_in(paths: Sequence[Path]) -> list[Path]:
    """Return files, and of each folder those in it that may be reports, in the order of their names.

    Raises ProjectError for a path that is not there and for a folder without any.
    """
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise ProjectError(f"没有文件或文件夹 {path}；请检查路径。")
        shown = (p for p in path.rglob("*") if not p.name.startswith((".", "~$")))
        inside = sorted(p for p in shown if p.suffix.lower() in EXTENSIONS) if path.is_dir() else [path]
        if not inside:
            raise ProjectError(f"{path} 中没有可以导入的文件；应是网页、docx、xlsx、PDF、OFD 或文本。")
        found += inside
    return list(dict.fromkeys(found))


def agency_of(project: Project, imported: ImportedReport, named: str, *, confirmed: bool = False) -> Agency:
    """Return the agency that a report is of: the one that was named, or by its slug or printed name in the register.

    confirmed: also a report that names another agency than the one that was named.
    Raises ProjectError when the register has none of that name, or when the report is another agency's.
    """
    if named != BY_NAME:
        agency = project.agency(named)
        if imported.source == "workbook" and imported.filing.agency != agency.slug:
            raise ProjectError(f"工作簿是{imported.name}的，不是{agency.name}的；请核对，或用 --into {BY_NAME}。")
        name = imported.name
        if name and not confirmed and named_agency(name, agency, project.agencies, signs=True) != agency:
            raise ProjectError(f"报告是{name}的，不是{agency.name}的；请核对，确认写入请加 --other-agency。")
        return agency
    if imported.filing.agency in project.agencies:
        return project.agencies[imported.filing.agency]
    fitting = [a for a in project.agencies.values() if imported.name and imported.name in (a.name, a.short_name)]
    if len(fitting) == 1:
        return fitting[0]
    told = f"{filing.REGISTER} 中没有名为“{imported.name}”的机构" if imported.name else "报告中没有机构名称"
    raise ProjectError(f"{told}；请用 --into 写明机构代号，或先在 {filing.REGISTER} 中登记。")


def with_references(project: Project, imported: ImportedReport, agency: Agency) -> ImportedReport:
    """Return a report in which references to figures stay where, with its own cells, they print what the file says.

    A note tells how many references of the filing in place became figures, since they would print something else.
    """
    slug, year = agency.slug, imported.filing.year
    with contextlib.suppress(FilingError, ProjectError):
        before, last = project.filing(slug, year), project.last_filing(slug, year)
        return replace(imported, filing=filing.with_expressions(imported.filing, before, last, _bare))
    return imported


def _bare(text: str) -> str:
    """Return what a paragraph of a narrative, evaluated, has in common with the same one on a page."""
    return without_spaces(_UNSAID.sub("", text))


def bring_in(
    project: Project, imported: ImportedReport, agency: Agency, origin: str, *, force: bool = False
) -> tuple[CellEdit, ...]:
    """Write an imported report as an agency's filing; return the cells and texts that differ from what was there.

    origin: the file's name. force: also over figures and prose that are there and differ.
    Raises ProjectError when something that is there would be lost.
    """
    report = imported.filing
    folder, shown = project.data / agency.slug / str(report.year), filing.shown_folder(agency.slug, report.year)
    before = None
    try:
        before = project.filing(agency.slug, report.year) if folder.is_dir() and any(folder.iterdir()) else None
    except FilingError as error:
        if not force:
            raise ProjectError(f"已有的资料无法读取，未导入：{error.problems[0]}确认覆盖请加 --force。") from None
    former, read = before.narrative if before else Narrative(), report.narrative
    anew = (filing.ORIGIN, filing.GUESSES)
    other = {key: value for key, value in {**former.other, **read.other}.items() if key not in anew}
    if imported.source == "published":
        guesses = [note.message for note in report.notes]
        other |= {filing.ORIGIN: origin, **({filing.GUESSES: guesses} if guesses else {})}
    same = {"signature"} if (former.signatories, former.date) == (read.signatories, read.date) else ()
    kept = {key: getattr(former, key) for key in KEPT if key in same or not getattr(read, key)}
    report = replace(report, agency=agency.slug, name=agency.name, narrative=replace(read, other=other, **kept))
    edits = (*report.edits_since(before), *filing.text_edits(before, report, {key: LABELS[key] for key in KEPT}))
    if before and not force and (lost := _lost(project, before, report, edits)):
        raise ProjectError(f"{shown} 已有不同的内容，会被覆盖：{filing.edits_told(lost)}；确认覆盖请加 --force。")
    filing.write_filing(report, folder)
    return edits


def _lost(project: Project, before: Filing, after: Filing, edits: Iterable[CellEdit]) -> list[CellEdit]:
    """Return the changes by which something would be lost of what somebody entered.

    What a blank filing holds is no content.
    """
    template = filing.blank_filing(before.agency, before.name, before.year, project.catalogue)
    with contextlib.suppress(FilingError):
        template = with_carry_over(template, project.last_filing(before.agency, before.year))
    return [
        edit
        for edit in edits
        if edit.old not in ("", LOST, template.text_of(edit.name))
        and ((figure := before.cells.get(edit.name)) is None or figure != after.cells.get(edit.name))
    ]
