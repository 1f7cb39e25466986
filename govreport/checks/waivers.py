"""Waivers: findings that somebody accepted, read from a filing's ``waivers.toml``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from govreport.checks.entry_file import WAIVERS
from govreport.checks.findings import ASSERTED, LEAST_LETTERS, NOTEBOOK_RULES, Finding, Identity, Waiver, names_text
from govreport.filing import OWN, Filing, shown_folder
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


def waiver_problems(
    waiver: Waiver, number: int, filing: Filing, own: Sequence[Rule], catalogue: Catalogue
) -> Iterator[str]:
    """Yield why a filing's waiver accepts nothing, in sentences; none where it may accept a finding.

    It names no finding, cells or text, so that it would accept whatever its rule may ever find; there is no such rule
    or cell; or a figure that it names is no longer the filing's. number: of the waiver; own: rules of the project.
    """
    if not (waiver.finding or waiver.cells or names_text(waiver.quote)):
        remedy = f"请在 quote 中写意见所引文字的一段，不少于{LEAST_LETTERS}个字"
        yield f"第{number}条没有写明是哪一条意见，不起作用；{remedy}。"
    rules = chain(own, *(table.rules for table in catalogue.tables()))
    if waiver.rule not in rule_explanations() and all(waiver.rule != known.id for known in rules):
        yield f"中的规则“{waiver.rule}”不存在，该条不起作用；请改正编号。"
    for cell in waiver.cells:
        if not (has_cell(filing, cell) or (waiver.finding and cell.startswith(OWN))):
            yield f"中的单元格“{cell}”不在格式或 tables/ 中，该条不起作用；请改正名称。"
    if cell := next((name for name, told in waiver.figures.items() if filing.figures.get(name) != told), ""):
        label = filing.form.label_of(cell) if cell in filing.form.cells else cell
        yield f"第{number}条已失效：{label}与接受时不同；请重新核实。"


def has_cell(filing: Filing, cell: str) -> bool:
    """Whether a name is that of a cell of the form, or may be that of one of a table in ``tables/`` or a notebook."""
    return cell in filing.form.cells or cell.startswith((f"{OWN}_", *(f"{OWN}{key}." for key in filing.tables)))


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
