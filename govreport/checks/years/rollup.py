"""Rolling up: the sums over an agency's members, which rule R1 compares and which become their parent's filing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from govreport.checks.edits.filled import unfilled_tables
from govreport.checks.edits.matrix import blank_totals
from govreport.core import Figure, FilingError, ProjectError, listed, sha256, write_text
from govreport.filing import Agency, CellEdit, Filing, Narrative, Project, edits_told, shown_folder, write_filing
from govreport.forms import Catalogue, Form, Table, expand

MARK = ".rollup.json"
"""Beside the tables: their digest as rolled up, by which figures entered by hand afterwards are recognised."""

MOST_NAMED = 3


@dataclass(frozen=True)
class Members:
    """An agency's members in a year.

    filings: those that could be read; missing: those that have not filed, or have not filled in any table; unreadable:
    those whose filing cannot be read. Agencies not yet founded or already dissolved are not members; outside: those
    that have a filing nevertheless.
    """

    filings: tuple[Filing, ...] = ()
    missing: tuple[Agency, ...] = ()
    unreadable: tuple[Agency, ...] = ()
    outside: tuple[Agency, ...] = ()

    @cached_property
    def unfilled(self) -> Mapping[str, Mapping[str, str]]:
        """The rows that members leave blank or without a sum: by the member's name, labels by ``table.row``."""
        return {filing.name: rows for filing in self.filings if (rows := _unfilled_rows(filing))}

    @property
    def unfilled_told(self) -> str:
        """A sentence that names the rows that members leave blank or without a sum; empty if there are none."""
        labels = ((name, [f"“{label}”" for label in rows.values()]) for name, rows in self.unfilled.items())
        told = [f"{name}（{listed(own, MOST_NAMED, '行')}）" for name, own in labels]
        return f"空白的行未计入，缺总计或无法读取的未汇总：{listed(told, MOST_NAMED, '个机构')}。" if told else ""


def members_of(project: Project, agency: Agency, year: int) -> Members:
    """Return the direct members of an agency in a year; its own office is one, with its own slug."""
    filings, missing, unreadable = [], [], []
    every = project.members(agency.slug)
    outside = tuple(one for one in every if not one.exists_in(year) and project.has(one.slug, year))
    for member in (member for member in every if member.exists_in(year)):
        filing = project.readable(member.slug, year)
        if not filing and project.has(member.slug, year):
            unreadable.append(member)
        elif filing and unfilled_tables(filing) != filing.form.tables.keys():
            filings.append(filing)
        else:
            missing.append(member)
    return Members(tuple(filings), tuple(missing), tuple(unreadable), outside)


def sums_over(form: Form, filings: Iterable[Filing]) -> tuple[dict[str, Figure], tuple[Table, ...]]:
    """Return the sums over filings, by the names of a form, and the tables that cannot be added up.

    Where a table's editions differ, it is added up by the names that all editions have: cells, and
    groups in place of the cells that only some of them have. A table that these do not cover is refused.
    A name that a member leaves unknown has no sum: unreadable, or a blank total and the blanks among its parts. Nor has
    one that all leave blank.
    """
    members = tuple(filings)
    unknown = [_unknown(filing) for filing in members]
    figures: dict[str, Figure] = {}
    refused = []
    for table in form.tables.values():
        names = table.shared_names([filing.form.names for filing in members])
        if not {part for name in names for part in form.parts_of(name)}.issuperset(cell.name for cell in table.cells):
            refused.append(table)
            continue
        for name in names:
            is_known = all(cells.isdisjoint(f.form.parts_of(name)) for f, cells in zip(members, unknown, strict=True))
            if is_known and (stated := [figure for filing in members if (figure := filing[name]) is not None]):
                figures[name] = sum(stated)
    return figures, tuple(refused)


def _unknown(filing: Filing) -> frozenset[str]:
    """Return what a filing leaves unknown: what is unreadable, blank totals, and what is blank of their parts."""
    totals = blank_totals(filing)
    edits = expand(filing.form) if totals else ()
    parts = {cell for edit in edits if edit.total in totals for _, cell in edit.right if filing.cells[cell] is None}
    return totals | filing.unreadable.keys() | parts


def _unfilled_rows(filing: Filing) -> dict[str, str]:
    filled = {name for name, figure in filing.cells.items() if figure is not None}
    unknown, found = _unknown(filing), {}
    for table in filing.form.tables.values():
        for row in table.rows:
            names = {f"{table.key}.{row.key}.{column.key}" for column in row.columns}
            if names & unknown or not names & filled:
                found[f"{table.key}.{row.key}"] = table.row_labels[row.key]
    return found


def rolled_up_form(catalogue: Catalogue, year: int, filings: Iterable[Filing]) -> Form:
    """Return the form in which members add up without loss.

    Each table is of the year's edition or, where members differ, of the one whose every cell is a name
    in all of their forms; a table for which there is none stays as it is.
    """
    form, names, chosen = catalogue.form_for(year), [filing.form.names for filing in filings], {}
    for key, own in form.tables.items():
        every = (own, *catalogue.tables(key))
        chosen[key] = next((t for t in every if all(c.name in known for known in names for c in t.cells)), own)
    return form.with_tables(chosen)


@dataclass(frozen=True)
class RollUp:
    """What a roll-up wrote.

    members: those that were added up, and those that were not; refused: tables whose editions differ among the
    members, left blank; changed: the cells that differ from what was there.
    """

    filing: Filing
    members: Members
    refused: tuple[Table, ...]
    changed: tuple[CellEdit, ...]


def roll_up(project: Project, parent: str, year: int, *, force: bool = False) -> RollUp:
    """Compute a parent's tables from its members and write them as its filing; its prose stays.

    force: also over figures that were entered by hand. Where nothing differs, nothing is written.
    Raises ProjectError when there is no member to add up, or when figures entered by hand would be lost.
    """
    agency = project.agency(parent)
    members = members_of(project, agency, year)
    if not members.filings:
        raise ProjectError(_nothing_to_add(project, agency, year, members))
    folder = project.data / agency.slug / str(year)
    before = _existing(project, agency, year)
    filing, refused = added_up(project, agency, year, members.filings, before.narrative if before else None)
    changed = filing.edits_since(before)
    by_hand = before is not None and any(before.text_of(cell) for cell in before.cells)
    if by_hand and changed and not force and not _untouched(folder, filing.form):
        told = f"{shown_folder(agency.slug, year)} 中有手工填写的数字，与汇总不同：{edits_told(changed)}"
        raise ProjectError(f"{told}；确认覆盖请加 --force。")
    if changed or before is None or before.form.editions != filing.form.editions:
        write_filing(filing, folder)
        write_text(folder / MARK, json.dumps({"digest": _digest(folder, filing.form)}) + "\n")
    return RollUp(filing, members, refused, changed)


def _nothing_to_add(project: Project, agency: Agency, year: int, members: Members) -> str:
    """Return why there is nothing to add up, and what to do: members have not filed, or the register names none.

    Agencies without a parent are told as examples of what may be a member, unless the agency has a parent itself.
    """
    if lacking := dict.fromkeys(members.missing, "未报送或各表未填") | dict.fromkeys(members.unreadable, "无法读取"):
        told = [f"“{each.short_name}”（{shown_folder(each.slug, year)} {why}）" for each, why in lacking.items()]
        return f"“{agency.short_name}”的所属机构都没有可汇总的资料：{listed(told, MOST_NAMED, '个')}；请先填报或改正。"
    free = [f"“{each.short_name}”（{each.slug}）" for each in project.members("") if each != agency]
    lines = f"，如{listed(free, MOST_NAMED, '个')}，" if free and not agency.parent else ""
    what = f"“{agency.short_name}”{year}年的所属机构（该年存在、parent 为 {agency.slug} 的一行）"
    return f"登记表 data/agencies.csv 中没有{what}；请在所属机构的一行{lines}把 parent 写成 {agency.slug}。"


def added_up(
    project: Project, agency: Agency, year: int, filings: Sequence[Filing], narrative: Narrative | None = None
) -> tuple[Filing, tuple[Table, ...]]:
    """Return the sum of members' filings of a year as a filing of their parent, and the tables that cannot be added up.

    narrative: its prose, none by default. A cell that a member leaves unknown is blank.
    """
    form = rolled_up_form(project.catalogue, year, filings)
    sums, refused = sums_over(form, filings)
    cells: dict[str, Figure | str | None] = {name: sums.get(name) for name in form.cells}
    prose = replace(narrative or Narrative(), editions=form.differing)
    return Filing.from_cells(agency.slug, agency.name, year, cells, narrative=prose, form=form), refused


def _existing(project: Project, agency: Agency, year: int) -> Filing | None:
    if not (project.has(agency.slug, year) and any((project.data / agency.slug / str(year)).iterdir())):
        return None
    try:
        return project.filing(agency.slug, year)
    except FilingError as error:
        raise ProjectError(f"已有的资料无法读取，未作汇总：{error.problems[0]}") from None


def _untouched(folder: Path, form: Form) -> bool:
    """Whether the tables are still as the last roll-up wrote them."""
    try:
        mark = json.loads((folder / MARK).read_text(encoding="utf-8"))
        return isinstance(mark, dict) and mark.get("digest") == _digest(folder, form)
    except (OSError, ValueError):
        return False


def _digest(folder: Path, form: Form) -> str:
    return sha256(b"".join((folder / f"{key}.csv").read_bytes() for key in form.tables))
