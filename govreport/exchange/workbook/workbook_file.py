"""The sheets of a fill-in workbook, found again by their markers: bounded, nothing run, no link followed."""

from __future__ import annotations

import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from govreport.core import FilingError, os_reason
from govreport.exchange.workbook.formulas import Place
from govreport.exchange.workbook.prose_sheet import FRONT, sheet_name
from govreport.exchange.workbook.workbook import FORMAT, PART
from govreport.forms import Form

MOST_ENTRIES, MOST_BYTES = 300, 8_000_000
"""Files in a workbook and bytes that they unpack to; ours has a fiftieth of it."""
MOST_ROWS, MOST_COLUMNS, MARKED = 3_000, 60, 8
"""Rows and columns of a sheet that are read, and among how many of the first the marker is looked for."""


@dataclass(frozen=True)
class Formula:
    """A formula as it is written; a text that only looks like one is none."""

    text: str


@dataclass(frozen=True)
class Sheet:
    """A sheet of ours: its name today, what its marker says, its cells, formulas among them.

    corner: where the marker stands, normally the first cell.
    """

    name: str
    told: Mapping[str, Any]
    corner: Place
    cells: Mapping[Place, Any]

    def rows(self) -> Iterator[tuple[int, str]]:
        """Yield each row below the marker with the key in it, or an empty text."""
        row, column = self.corner
        last = max((place[0] for place in self.cells), default=row)
        for number in range(row + 1, last + 1):
            yield number, str(self.cells.get((number, column)) or "")

    def columns(self) -> Mapping[str, int]:
        """Return the columns that the hidden row names."""
        row, column = self.corner
        return {str(value): place[1] for place, value in self.cells.items() if place[0] == row and place[1] > column}


class TooLargeError(FilingError):
    """A workbook is larger than any that is filled in."""


def open_sheets(path: Path) -> list[Sheet]:
    """Return the sheets that bear a marker. Raises FilingError when the file is no workbook or too large."""
    _guard(path)
    found = []
    for name, cells in _load(path, data_only=False).items():
        marked = [(place, told) for place, value in cells.items() if (told := _marker(place, value))]
        if marked:
            found.append(Sheet(name, marked[0][1], marked[0][0], cells))
    return found


def cached_values(path: Path, sheet: Sheet) -> Mapping[Place, Any]:
    """Return a sheet's cells with the results that a program saved in place of formulas."""
    return _load(path, data_only=True)[sheet.name]


def _load(path: Path, *, data_only: bool) -> dict[str, dict[Place, Any]]:
    try:
        with path.open("rb") as file, warnings.catch_warnings(action="ignore"):
            book = load_workbook(file, keep_links=False, data_only=data_only)
            return {sheet.title: _cells(sheet) for sheet in book.worksheets}
    except Exception:  # whatever a broken file makes the library raise
        raise FilingError([f"{path.name} 的内容已损坏，无法读取；请用表格软件打开后另存为 .xlsx。"]) from None


def _guard(path: Path) -> None:
    """Refuse what is no workbook, and what would unpack to more than a workbook can need."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except OSError as error:
        raise FilingError([f"{path.name} 无法打开（{os_reason(error)}）；请检查文件和权限。"]) from None
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        what = "不是 .xlsx 工作簿（可能已加密、不完整或改了扩展名）"
        raise FilingError([f"{path.name} {what}；请另存为 .xlsx。"]) from None
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise TooLargeError([f"{path.name} 解压后过大，不像是填报用的工作簿；请确认放对了文件。"])


def _cells(sheet: Any) -> dict[Place, Any]:
    rows = sheet.iter_rows(max_row=min(sheet.max_row, MOST_ROWS), max_col=min(sheet.max_column, MOST_COLUMNS))
    filled = (cell for row in rows for cell in row if cell.value is not None)
    return {(cell.row, cell.column): _value(cell) for cell in filled}


def _value(cell: Any) -> Any:
    return Formula(str(getattr(cell.value, "text", cell.value))) if cell.data_type == "f" else cell.value


def _marker(place: Place, value: object) -> Mapping[str, Any] | None:
    if max(place) > MARKED or not isinstance(value, str) or not value.startswith('{"govreport":'):
        return None
    try:
        told = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and "sheet" in told else None


def sheets_by_kind(path: Path, sheets: list[Sheet], form: Form) -> dict[str, Sheet]:
    """Return the sheets by what they hold. Raises FilingError where they are not those of one workbook."""
    names = {key: table.name for key, table in form.tables.items()}
    names |= {f"{PART}{n}": sheet_name(text) for n, text in enumerate((FRONT, *form.parts))}
    problems: list[str] = []
    found: dict[str, Sheet] = {}
    first = sheets[0]
    for sheet in sheets:
        kind = str(sheet.told["sheet"])
        if sheet.told.get("govreport") != FORMAT:
            problems.append(f"{path.name} 的工作表“{sheet.name}”由别的版本的 govreport 生成；请用本版本重新生成。")
        elif any(sheet.told.get(key) != first.told.get(key) for key in ("agency", "year", "editions")):
            whose = f"{sheet.told.get('name')}{sheet.told.get('year')}年的，与“{first.name}”不是同一份"
            problems.append(f"{path.name} 的工作表“{sheet.name}”是{whose}；请换回原来的工作表。")
        elif kind in found:
            problems.append(f"{path.name} 的工作表“{sheet.name}”与“{found[kind].name}”重复；请删去其中一个。")
        found.setdefault(kind, sheet)
    lost = [name for kind, name in names.items() if kind not in found]
    why = "已被删除，或其隐藏的首行首列已损坏"
    problems += [f"{path.name} 缺少工作表“{name}”（{why}）；请从原工作簿复制回来。" for name in lost]
    if problems:
        raise FilingError(problems)
    return found
