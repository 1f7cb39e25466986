"""Members and parents: the sums over an agency's members, compared by rule R1 and written by ``rollup``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from govreport.checks.edits.matrix import blank_totals
from govreport.core import Figure, FilingError
from govreport.filing import Agency, Filing, Project
from govreport.forms import Catalogue, Form, Table


@dataclass(frozen=True)
class Members:
    """An agency's members in a year.

    filings: those that could be read; missing: those that have not filed; unreadable: those whose
    filing cannot be read. Agencies not yet founded or already dissolved are not members.
    """

    filings: tuple[Filing, ...] = ()
    missing: tuple[Agency, ...] = ()
    unreadable: tuple[Agency, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether there are members, and all of them have filed readably."""
        return bool(self.filings) and not self.missing and not self.unreadable


@dataclass(frozen=True)
class Sums:
    """Sums over members' filings.

    figures: by name (cells, or derived names where editions differ); refused: tables that cannot be
    added up, because members follow different editions of them.
    """

    figures: Mapping[str, Figure] = field(default_factory=dict)
    refused: tuple[Table, ...] = ()


def members_of(project: Project, agency: Agency, year: int) -> Members:
    """Return the direct members of an agency in a year; its own office is one, with its own slug."""
    filings, missing, unreadable = [], [], []
    for member in project.agencies.values():
        if member.parent != agency.slug or not member.exists_in(year):
            continue
        if year not in project.years(member.slug):
            missing.append(member)
            continue
        try:
            filings.append(project.filing(member.slug, year))
        except FilingError:
            unreadable.append(member)
    return Members(tuple(filings), tuple(missing), tuple(unreadable))


def sums_over(form: Form, filings: Iterable[Filing]) -> Sums:
    """Return the sums over filings, by the names of a form.

    Where a table's editions differ, it is added up by the names that all editions have: cells, and
    groups in place of the cells that only some of them have. A table that these do not cover is refused.
    A name that a member leaves unknown, unreadable or as a blank total, has no sum.
    """
    members = tuple(filings)
    unknown = [frozenset(filing.unreadable) | blank_totals(filing) for filing in members]
    figures: dict[str, Figure] = {}
    refused = []
    for table in form.tables.values():
        names = _common_names(form, table, members)
        if names is None:
            refused.append(table)
        for name in names or ():
            if any(
                cells.intersection(filing.form.parts_of(name)) for filing, cells in zip(members, unknown, strict=True)
            ):
                continue
            figures[name] = sum(figure for filing in members if (figure := filing[name]) is not None)
    return Sums(figures, tuple(refused))


def _common_names(form: Form, table: Table, filings: tuple[Filing, ...]) -> list[str] | None:
    """Return names that all filings have and that cover a table's every cell, or None where there are none."""
    cells = [cell.name for cell in table.cells]
    shared = [name for name in cells if all(name in filing.form.names for filing in filings)]
    left = set(cells) - set(shared)
    groups = [
        name
        for name, parts in table.derived.items()
        if left.issuperset(parts) and all(name in filing.form.names for filing in filings)
    ]
    columns = {column.key for column in table.columns}
    groups = [name for name in groups if name.rsplit(".", 1)[1] in columns]
    covered = {part for name in groups for part in form.parts_of(name)}
    return [*shared, *groups] if left <= covered else None


def rolled_up_form(catalogue: Catalogue, year: int, filings: Iterable[Filing]) -> Form:
    """Return the form in which members add up without loss.

    Each table is of the year's edition or, where members differ, of the one whose every cell is a name
    in all of their forms; a table for which there is none stays as it is.
    """
    form, members, chosen = catalogue.form_for(year), tuple(filings), {}
    for key, own in form.tables.items():
        for table in (own, *catalogue.tables(key)):
            if all(cell.name in filing.form.names for filing in members for cell in table.cells):
                chosen[key] = table
                break
    return form.with_tables(chosen)
