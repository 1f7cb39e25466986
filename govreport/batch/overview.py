"""How far all reports have come: the calendar of a year, the index page, pages of other notebooks, sign-offs."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from govreport import checks, publish
from govreport.batch.inputs import Inputs, program
from govreport.batch.job import REPORT
from govreport.batch.record import RECORD_FILE, current_record, standing_record, stored_record
from govreport.core import FilingError, sha256, write_text
from govreport.filing import Agency, Project, shown_folder
from govreport.publish import BLANK, FILED, UNFILED, UNFINISHED, UNMADE, UNREADABLE

SEAL = "<!-- "
"""Before the digest at the end of the index page, which is of the page and of all that it was made of: as long as it is
that, the page need not be made again."""
OPEN_RULES = ("N7", "N8", "V2")
"""Rules that find something in every filing that is not whole."""
MADE, DRAFT, PARTIAL = "已生成", "草稿", "不完整"


def calendar_rows(
    project: Project, agencies: tuple[str, ...] = (), years: tuple[int, ...] = (), *, today: datetime.date
) -> list[tuple[Agency, int]]:
    """Return the agencies and years of the calendar, in the register's order.

    The calendar contains all filings, or the filings of `years`. It also contains the agencies that owe a report (they
    exist, and their kind has a deadline) for a year that is due: `years`, or if they are empty, that of today.
    Raises ProjectError for an unknown agency, FormError for a year before the first form.
    """
    catalogue = project.catalogue
    for year in years:
        catalogue.form_for(year)
    due = set(years) or {checks.due_year(today)}
    chosen = dict.fromkeys(project.agency(name) for name in agencies) if agencies else project.agencies.values()
    rows = []
    for agency in chosen:
        filed = {year for year in project.years(agency.slug) if not years or year in due}
        owed = {year for year in due if agency.exists_in(year) and checks.deadline(agency.kind, year, catalogue)}
        rows += [(agency, year) for year in sorted(filed | owed)]
    return rows


def read_calendar(project: Project, chosen: list[tuple[Agency, int]]) -> Iterator[publish.ReportEntry]:
    """Yield the progress of each report. Filings that are new or changed since the last run are checked now."""
    reader = Inputs(project)
    for agency, year in chosen:
        entry = _entry(project, reader, agency, year)
        if entry.progress in (UNFILED, BLANK):
            yield publish.ReportEntry(agency, year, "", due=entry.due, progress=entry.progress, contact=entry.contact)
        elif entry.state in UNMADE:
            checked = checks.check_report(project, agency.slug, year)
            published = checked.filing and checked.filing.narrative.date
            day, counts = published.isoformat() if published else "", checked.findings.counts()
            yield replace(entry, state=checked.state, output=entry.state, counts=counts, published=day)
        else:
            state = checks.state_of(entry.counts)
            output = PARTIAL if entry.errors else DRAFT if state == checks.INCONSISTENT else MADE
            yield replace(entry, state=state, output=output)


def _entry(
    project: Project, reader: Inputs, agency: Agency, year: int, companions: tuple[publish.Companion, ...] = ()
) -> publish.ReportEntry:
    """Return how far a report has come, by its current record. reader: shared between reports."""
    record = current_record(reader, agency.slug, year)
    progress = progress_of(project, agency, year, record)
    return publish.ReportEntry(
        agency=agency,
        year=year,
        **{key: record[key] for key in ("state", "counts", "published", "figures")},
        files=tuple(record["files"]),
        errors=tuple(record["errors"]) or _unfiled(agency, year, progress),
        signoff=checks.SignOff(**signed) if (signed := record["signoff"]) else None,
        comments=checks.comments_told(project.data / agency.slug / str(year), shown_folder(agency.slug, year)),
        companions=companions,
        due=checks.deadline(agency.kind, year, project.catalogue),
        notes=tuple(record.get("notes", ())),
        progress=progress,
        contact=project.contact(agency) if progress != FILED else "",
    )


def progress_of(project: Project, agency: Agency, year: int, record: Mapping[str, Any]) -> str:
    """Return how far a filing is filled in. It is read only if its current record leaves that open."""
    rules = {finding["rule"] for finding in record.get("findings", ())}
    if record["state"] not in UNMADE and rules.isdisjoint(OPEN_RULES):
        return FILED
    if not project.has(agency.slug, year):
        return UNFILED
    try:
        filing = project.filing(agency.slug, year)
    except FilingError:
        return UNREADABLE
    return BLANK if checks.is_blank(filing) else UNFINISHED if checks.is_unfinished(filing) else FILED


def account_of_year(entries: list[publish.ReportEntry], year: int, today: datetime.date) -> dict[str, int]:
    """Count the reports of a year by stage of progress, in the order of the workflow.

    today: what says to be published later is not.
    """
    due = [entry for entry in entries if entry.year == year]
    return {
        "应报": len(due),
        "已报": sum(entry.filed for entry in due),
        "勾稽一致": sum(entry.state == checks.CONSISTENT for entry in due),
        MADE: sum(entry.output in (MADE, DRAFT) for entry in due),
        "已签审": sum(entry.is_signed for entry in due),
        "已公布": sum(bool(entry.published) and entry.timeliness(today) != checks.MISDATED for entry in due),
    }


def companions(project: Project, reader: Inputs) -> Mapping[tuple[str, int], tuple[publish.Companion, ...]]:
    """Return the pages of other notebooks by agency and year, in the order of the notebooks' names.

    reader: the reader of the reports' inputs. Outdated pages are mentioned without a link, and so are those whose
    notebook no longer exists in the project, so that nothing makes them any more.
    """
    made: dict[tuple[str, int], tuple[publish.Companion, ...]] = defaultdict(tuple)
    records = [path for path in project.output.glob("*/*/*.json") if path.stem != REPORT]
    for path in sorted(records, key=lambda path: path.stem):
        slug, year = path.parent.name, path.parent.parent.name
        if slug in project.agencies and year.isdigit():
            notebook, record = project.notebook(path.stem, slug), stored_record(project, slug, int(year), path.name)
            if record is not None:
                made[slug, int(year)] += (_companion(reader, notebook, record),)
    return dict(sorted(made.items()))


def _companion(reader: Inputs, notebook: Path, record: dict[str, Any]) -> publish.Companion:
    title = str(record.get("title") or notebook.stem)
    standing = standing_record(record, reader, notebook)
    gone = f"笔记本 {notebook.name} 已不在，不再生成；旧的页面请从 output/ 删去"
    told = {checks.OUTDATED: "内容有变化，待重新生成" if notebook.is_file() else gone, checks.FAILED: "未能完整生成"}
    remark = told.get(standing["state"], "未能完整生成" if standing["errors"] else "")
    return publish.Companion(title, tuple(standing["files"]), remark)


def write_index(project: Project, today: datetime.date, reader: Inputs | None = None) -> None:
    """Write ``output/index.html`` with all reports of the project, those that are due, and other pages.

    today: only its year matters, which tells the year that is due. reader: what is known of the reports' inputs, if
    nothing was made since.
    """
    reader, catalogue, due_year = reader or Inputs(project), project.catalogue, checks.due_year(today)
    others = dict(companions(project, reader))
    entries = [
        _entry(project, reader, agency, year, others.pop((agency.slug, year), ()))
        for agency, year in calendar_rows(project, today=today)
    ]
    path, register = project.output / "index.html", project.agencies
    apart = [publish.ReportEntry(register[a], y, checks.PENDING, companions=made) for (a, y), made in others.items()]
    made_of = repr((program(), entries, register, apart, catalogue.newest.deadlines, due_year))
    page, _, seal = (path.read_text(encoding="utf-8", errors="replace") if path.is_file() else "").rpartition(SEAL)
    if seal != _sealed(made_of, page):
        page = publish.index_page(entries, register, apart, catalogue, due_year)
        write_text(path, f"{page}{SEAL}{_sealed(made_of, page)}")


def _sealed(*texts: str) -> str:
    return f"{sha256(''.join(texts))} -->\n"


def _unfiled(agency: Agency, year: int, progress: str) -> tuple[str, ...]:
    """Return a sentence about a report that has no filing, or a blank one; nothing for any other."""
    folder = f"{shown_folder(agency.slug, year)}/"
    if progress == UNFILED:
        return (f"还没有资料；应放在 {folder}。",)
    return (f"资料还是空白；请填写 {folder} 中的表格和 narrative.md。",) if progress == BLANK else ()


def leftover_folders(project: Project) -> list[str]:
    """Return the folders of pages whose agency has left the register, or whose filing is gone."""
    years, there = cache(project.years), sorted(project.output.glob("[12]*/*"))
    gone = (path for path in there if int(path.parent.name) not in years(path.name) and path.is_dir())
    left = (path for path in gone if path.name not in project.agencies or (path / RECORD_FILE).is_file())
    return [path.relative_to(project.root).as_posix() for path in left]
