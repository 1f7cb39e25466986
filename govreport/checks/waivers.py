"""Waivers: findings that somebody accepted, read from a filing's ``waivers.toml``."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from govreport.checks.findings import Waiver
from govreport.core import FilingError, read_date, read_each, read_text
from govreport.filing import Filing
from govreport.forms import Catalogue, Rule, rule_explanations

WAIVERS_FILE = "waivers.toml"
KEYS = ("rule", "cells", "reason", "by", "date")
OPTIONAL = ("figures", "quote", "finding")
PROSE_RULES = frozenset((*(f"N{number}" for number in range(1, 10)), "T1", "T2", "T3"))
"""Rules on prose: their findings may have no cells."""


def read_waivers(folder: Path, shown: str) -> tuple[Waiver, ...]:
    """Return the waivers of a filing's folder; none where it has no such file.

    shown: the folder's name in messages.
    Raises FilingError with a sentence that names the entry and the key that is wrong.
    """
    path, name = folder / WAIVERS_FILE, f"{shown}/{WAIVERS_FILE}"
    if not path.exists() or (path.is_file() and not path.stat().st_size):
        return ()
    return parse_waivers(read_text(path, name).text, name)


def parse_waivers(text: str, name: str) -> tuple[Waiver, ...]:
    """Return the waivers of a file's text.

    name: the file's name in messages. Raises FilingError like `read_waivers`.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise FilingError([f"{name} 不是可读的 TOML（{error}）；每条应以 [[waiver]] 开头。"]) from None
    entries = data.get("waiver", [])
    if set(data) - {"waiver"} or not isinstance(entries, list):
        raise FilingError([f"{name} 中每条应以 [[waiver]] 开头，其下写 {'、'.join(KEYS)}。"])
    numbered = list(enumerate(entries, 1))
    return tuple(read_each(lambda entry: _read_waiver(entry[1], f"{name} 第{entry[0]}条"), numbered, FilingError))


def _read_waiver(entry: object, place: str) -> Waiver:
    if not isinstance(entry, dict):
        raise FilingError([f"{place}写法有误；应以 [[waiver]] 开头，其下写 {'、'.join(KEYS)}。"])
    for key in entry:
        if key not in KEYS + OPTIONAL:
            raise FilingError([f"{place}有不认识的键 {key}；可用的键：{'、'.join(KEYS + OPTIONAL)}。"])
    on_prose = str(entry.get("rule")) in PROSE_RULES
    for key in KEYS:
        if not entry.get(key) and not (on_prose and key == "cells"):
            raise FilingError([f"{place}缺少 {key}；须写明 {'、'.join(KEYS)}。"])
    cells, date = entry.get("cells", []), entry["date"]
    if not isinstance(cells, list) or not all(isinstance(cell, str) for cell in cells):
        raise FilingError([f'{place}的 cells 应是单元格名称的数组，如 ["applications.new.total"]。'])
    if isinstance(date, str):
        date = read_date(date)
    if not isinstance(date, datetime.date):
        raise FilingError([f"{place}的 date 应是日期，如 2024-01-25。"])
    for key in ("rule", "reason", "by"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise FilingError([f"{place}的 {key} 应是文字。"])
    figures = entry.get("figures", {})
    if not isinstance(figures, dict) or not all(_is_figure(value) for value in figures.values()):
        raise FilingError([f'{place}的 figures 应是单元格及其数字，如 {{ "applications.new.total" = 14 }}。'])
    quote, finding = entry.get("quote", ""), entry.get("finding", "")
    if not isinstance(quote, str):
        raise FilingError([f"{place}的 quote 应是意见所引文字中的一段。"])
    if not isinstance(finding, str):
        raise FilingError([f'{place}的 finding 应是意见的编号，如 "7c1f3a"。'])
    reason, by, day = entry["reason"].strip(), entry["by"].strip(), date.isoformat()[:10]
    return Waiver(entry["rule"], tuple(cells), reason, by, day, figures, quote, finding)


def _is_figure(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_rule(rule: str, own: Sequence[Rule], catalogue: Catalogue) -> bool:
    """Whether there is a rule of this id: of the package, of an edition in the project, or of its own rules."""
    statutory = (known for table in catalogue.tables() for known in table.rules)
    return rule in rule_explanations() or any(rule == known.id for known in (*statutory, *own))


def split_expired(waivers: Sequence[Waiver], filing: Filing) -> tuple[list[Waiver], list[tuple[int, str]]]:
    """Return the valid waivers; and for each expired one its number and the cell that changed.

    A waiver that names figures expires when one of them is no longer the filing's.
    """
    valid, expired = [], []
    for number, waiver in enumerate(waivers, 1):
        changed = [cell for cell, figure in waiver.figures.items() if filing.cells.get(cell) != figure]
        if changed:
            expired.append((number, changed[0]))
        else:
            valid.append(waiver)
    return valid, expired
