"""Rolling up: a parent's filing computed from its members', never over figures entered by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from govreport.checks.years.members import members_of, rolled_up_form, sums_over
from govreport.core import Figure, FilingError, ProjectError, write_text
from govreport.filing import Agency, Filing, Narrative, Part, Project, shown_folder, write_filing
from govreport.forms import Form, Table

MARK = ".rollup.json"
"""Beside the tables: their digest as rolled up, by which figures entered by hand afterwards are recognised."""


@dataclass(frozen=True)
class RolledUp:
    """What a roll-up wrote.

    members: how many were added up; missing, unreadable: members that were not; refused: tables whose
    editions differ among the members, left blank; changed: how many cells differ from what was there.
    """

    filing: Filing
    members: int
    missing: tuple[Agency, ...]
    unreadable: tuple[Agency, ...]
    refused: tuple[Table, ...]
    changed: int


def roll_up(project: Project, parent: str, year: int, *, force: bool = False) -> RolledUp:
    """Compute a parent's tables from its members and write them as its filing; its prose stays.

    force: also over figures that were entered by hand.
    Raises ProjectError when there is no member to add up, or when figures entered by hand would be lost.
    """
    agency = project.agency(parent)
    members = members_of(project, agency, year)
    if not members.filings:
        raise ProjectError(
            f"“{agency.short_name}”没有已报送 {year} 年资料的所属机构；请在登记表的 parent 一栏写明隶属关系。"
        )
    folder = project.data / agency.slug / str(year)
    before = _existing(project, agency, year)
    filing, refused = added_up(project, agency, year, members.filings, before.narrative if before else None)
    form = filing.form
    differing = [name for name, figure in filing.cells.items() if before is None or before.cells.get(name) != figure]
    by_hand = before is not None and any(value is not None for value in before.cells.values())
    if by_hand and differing and not force and not _untouched(folder, form):
        where = shown_folder(agency.slug, year)
        raise ProjectError(f"{where} 中有手工填写的数字，与汇总相差{len(differing)}格；确认覆盖请加 --force。")
    write_filing(filing, folder)
    write_text(folder / MARK, json.dumps({"digest": _digest(folder, form)}) + "\n")
    return RolledUp(filing, len(members.filings), members.missing, members.unreadable, refused, len(differing))


def added_up(
    project: Project, agency: Agency, year: int, filings: Sequence[Filing], narrative: Narrative | None = None
) -> tuple[Filing, tuple[Table, ...]]:
    """Return the sum of members' filings of a year as a filing of their parent, and the tables that cannot be added up.

    narrative: its prose, headings alone when there is none. A cell that a member leaves unknown is blank.
    """
    form = rolled_up_form(project.catalogue, year, filings)
    sums = sums_over(form, filings)
    cells: dict[str, Figure | str | None] = {name: sums.figures.get(name) for name in form.cells}
    prose = replace(narrative or _blank_narrative(form), editions=form.differing)
    filing = Filing.from_cells(agency.slug, agency.name, year, cells, narrative=prose, form=form)
    return filing, sums.refused


def _existing(project: Project, agency: Agency, year: int) -> Filing | None:
    if year not in project.years(agency.slug):
        return None
    try:
        return project.filing(agency.slug, year)
    except FilingError as error:
        folder = project.data / agency.slug / str(year)
        if not any(folder.iterdir()):
            return None
        raise ProjectError(f"已有的资料无法读取，未作汇总：{error.problems[0]}") from None


def _blank_narrative(form: Form) -> Narrative:
    return Narrative(parts={number: Part(heading, "") for number, heading in enumerate(form.parts, 1)})


def _untouched(folder: Path, form: Form) -> bool:
    """Whether the tables are still as the last roll-up wrote them."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return isinstance(mark, dict) and mark.get("digest") == _digest(folder, form)
    except (OSError, ValueError):
        return False


def _digest(folder: Path, form: Form) -> str:
    digest = hashlib.sha256()
    for key in form.tables:
        digest.update((folder / f"{key}.csv").read_bytes())
    return digest.hexdigest()
