"""Waivers: findings that somebody accepted, read from a filing's ``waivers.toml``."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path

from govreport.checks.findings import Waiver
from govreport.errors import FilingError
from govreport.textfile import read_text

FILE = "waivers.toml"
KEYS = ("rule", "cells", "reason", "by", "date")


def read_waivers(folder: Path, shown: str) -> tuple[Waiver, ...]:
    """Return the waivers of a filing's folder; none where it has no such file.

    shown: the folder's name in messages.
    Raises FilingError with a sentence that names the entry and the key that is wrong.
    """
    path, name = folder / FILE, f"{shown}/{FILE}"
    if not path.exists():
        return ()
    try:
        data = tomllib.loads(read_text(path, name).text)
    except tomllib.TOMLDecodeError as error:
        raise FilingError([f"{name} 不是可读的 TOML（{error}）；每条应以 [[waiver]] 开头。"]) from None
    entries = data.get("waiver", [])
    if set(data) - {"waiver"} or not isinstance(entries, list):
        raise FilingError([f"{name} 中每条应以 [[waiver]] 开头，其下写 {'、'.join(KEYS)}。"])
    return tuple(_read_waiver(entry, f"{name} 第{number}条") for number, entry in enumerate(entries, 1))


def _read_waiver(entry: object, place: str) -> Waiver:
    if not isinstance(entry, dict):
        raise FilingError([f"{place}写法有误；应以 [[waiver]] 开头，其下写 {'、'.join(KEYS)}。"])
    for key in entry:
        if key not in KEYS:
            raise FilingError([f"{place}有不认识的键 {key}；可用的键：{'、'.join(KEYS)}。"])
    for key in KEYS:
        if not entry.get(key):
            raise FilingError([f"{place}缺少 {key}；须写明 {'、'.join(KEYS)}。"])
    cells, date = entry["cells"], entry["date"]
    if not isinstance(cells, list) or not all(isinstance(cell, str) for cell in cells):
        raise FilingError([f'{place}的 cells 应是单元格名称的数组，如 ["applications.new.total"]。'])
    if isinstance(date, str):
        try:
            date = datetime.date.fromisoformat(date)
        except ValueError:
            date = None
    if not isinstance(date, datetime.date):
        raise FilingError([f"{place}的 date 应是日期，如 2024-01-25。"])
    for key in ("rule", "reason", "by"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise FilingError([f"{place}的 {key} 应是文字。"])
    return Waiver(entry["rule"], tuple(cells), entry["reason"].strip(), entry["by"].strip(), date.isoformat()[:10])
