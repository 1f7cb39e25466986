"""Waivers: findings that somebody accepted, read from a filing's ``waivers.toml``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from govreport.checks.entry_file import WAIVERS
from govreport.checks.findings import ASSERTED, NOTEBOOK_RULES, Finding, Identity, Waiver
from govreport.filing import Filing, shown_folder
from govreport.forms import Catalogue, Rule, rule_explanations

WAIVERS_FILE = WAIVERS.name


def read_waivers(folder: Path, shown: str) -> tuple[Waiver, ...]:
    """Return the waivers of a filing's folder; none where it has no such file.

    shown: the folder's name in messages.
    Raises FilingError with a sentence that names the entry and the key that is wrong.
    """
    return tuple(map(_waiver, WAIVERS.read(folder, shown)))


def parse_waivers(text: str) -> tuple[Waiver, ...]:
    """Return the waivers of a file's text. Raises FilingError like `read_waivers`."""
    return tuple(map(_waiver, WAIVERS.parse(text, WAIVERS_FILE)))


def _waiver(entry: Mapping[str, Any]) -> Waiver:
    signed = {key: entry[key].strip() for key in ("reason", "by")}
    return Waiver(**{**entry, **signed, "cells": tuple(entry.get("cells", ()))})


def is_rule(rule: str, own: Sequence[Rule], catalogue: Catalogue) -> bool:
    """Whether there is a rule of this id: of the package, of an edition in the project, or of its own rules."""
    statutory = (known for table in catalogue.tables() for known in table.rules)
    return rule in rule_explanations() or any(rule == known.id for known in (*statutory, *own))


def split_expired(waivers: Sequence[Waiver], filing: Filing) -> tuple[list[Waiver], list[tuple[int, str]]]:
    """Return the valid waivers; and for each expired one its number and the cell that changed.

    A waiver that names figures expires when one of them is no longer the filing's.
    """
    now = filing.figures
    changed = [next((name for name, told in waiver.figures.items() if now.get(name) != told), "") for waiver in waivers]
    valid = [waiver for waiver, cell in zip(waivers, changed, strict=True) if not cell]
    return valid, [(number, cell) for number, cell in enumerate(changed, 1) if cell]


def waiver_notices(waivers: Sequence[Waiver], found: Collection[Finding], agency: str, year: int) -> Iterator[Finding]:
    """Yield notices of waivers that fit no finding, and of those that go on to fit when the numbers of one are others.

    Figures that a waiver names bind it to cells of the filing; last year's, the members' and those of prose are none.
    A quote with figures binds it to those of prose.
    """
    yield from unused_waivers(waivers, found, agency, year)
    free = [w for w in waivers if not (w.finding or (w.figures and any(map(str.isdigit, w.quote))))]
    held = ((w, i) for f in found for i in f.identities for w in free if w.covers(i, f))
    pairs = ((w.rule, ((w.stated, i.stated), (w.expected, i.expected))) for w, i in held)
    if rules := {rule: None for rule, both in pairs if any(pin is None and now is not None for pin, now in both)}:
        told = f"接受 {'、'.join(rules)} 的没有写全意见的数字（stated、expected），数字再有改动也算接受"
        yield _notice(f"{told}；请补上，或者删去，用 govreport waive 接受。", agency, year)


def _notice(told: str, agency: str, year: int) -> Finding:
    told = f"{shown_folder(agency, year)}/{WAIVERS_FILE} 中{told}"
    return Finding(agency, year, "notice", told, (Identity("F1", ()),))


def may_be_of_notebook(waiver: Waiver, found: Collection[Finding]) -> bool:
    """Whether a waiver may accept what the report's notebook says, since it fits nothing that was found without it."""
    return waiver.rule in ASSERTED or (waiver.rule in NOTEBOOK_RULES and not _fits(waiver, found))


def _fits(waiver: Waiver, found: Collection[Finding]) -> bool:
    return any(waiver.covers(identity, finding) for finding in found for identity in finding.identities)


def unused_waivers(waivers: Iterable[Waiver], found: Collection[Finding], agency: str, year: int) -> Iterator[Finding]:
    """Yield a notice for each waiver that fits no finding of a report, which says why. agency: slug."""
    for waiver in (waiver for waiver in waivers if not _fits(waiver, found)):
        why = "没有对应的意见；所指已改正的请删去，有误的请改正"
        if _fits(replace(waiver, stated=None, expected=None), found):
            why = "已失效：意见的数字与接受时不同；请重新核实"
        elif _fits(replace(waiver, cells=waiver.cells[:1]), found):
            why = "没有对应的意见：没有一项勾稽同时含有所列的各单元格；请照意见下列的各项分写几条"
        yield _notice(f"{waiver.by}接受 {waiver.rule} 的一条（{waiver.date}）{why}。", agency, year)
