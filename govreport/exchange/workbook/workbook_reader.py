"""Reading the fill-in workbook back: by the keys in its hidden rows and columns, wherever sheets and rows have gone.

Sheets are found by their markers, within bounds; nothing is run and no link followed.
"""

from __future__ import annotations

import datetime
import json
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

from govreport.core import FilingError, FormError, os_reason, write_figure
from govreport.exchange.workbook.formulas import Place, totals_of
from govreport.exchange.workbook.prose_sheet import FRONT, TEXT_COLUMN, sheet_name
from govreport.exchange.workbook.workbook import FORMAT, PART
from govreport.exchange.workbook.workbook_style import LONGEST
from govreport.filing import Filing, Narrative, Note, Part
from govreport.forms import Catalogue, Form

_SUM = re.compile(r'=IF\(COUNT\(([A-Z0-9:,]+)\)=0,"",SUM\(\1\)\)')
_KEY = re.compile(r"(\d{1,3}):([a-z_.]{1,80})")
_DATE = re.compile(r"(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?")
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
    marker: Mapping[str, Any]
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
        kind = str(sheet.marker["sheet"])
        if sheet.marker.get("govreport") != FORMAT:
            problems.append(f"{path.name} 的工作表“{sheet.name}”由别的版本的 govreport 生成；请用本版本重新生成。")
        elif any(sheet.marker.get(key) != first.marker.get(key) for key in ("agency", "year", "editions")):
            whose = f"{sheet.marker.get('name')}{sheet.marker.get('year')}年的，与“{first.name}”不是同一份"
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


def read_workbook(path: Path, catalogue: Catalogue | None = None) -> Filing | None:
    """Read a fill-in workbook back as a filing; None when the file is a workbook, but never was ours.

    Agency, year and editions stand in the file; catalogue: those that are known, by default the package's.
    Raises FilingError with a sentence for each sheet or cell that is lost, and when the file is no workbook.
    """
    sheets = open_sheets(path)
    if not sheets:
        return None
    told = sheets[0].marker
    try:
        form = (catalogue or Catalogue.read()).compose(int(told["year"]), dict(told["editions"]))
        whose = str(told["agency"]), str(told["name"]), int(told["year"])
    except (FormError, LookupError, TypeError, ValueError, OverflowError):
        raise FilingError([f"{path.name} 中隐藏的机构、年度信息已损坏；请重新生成工作簿，再复制数字。"]) from None
    found = sheets_by_kind(path, sheets, form)
    texts: dict[str, str] = {}
    notes: list[Note] = []
    places: dict[str, str] = {}
    problems: list[str] = []
    for key in form.tables:
        sheet = found[key]
        positions = _positions(path, sheet, form, key, problems)
        totals = {} if problems else totals_of(form)
        results: Mapping[Place, Any] = {}
        for name, place in positions.items():
            places[name] = f"{path.name} 工作表“{sheet.name}”第{place[0]}行"
            value = sheet.cells.get(place)
            if _is_own_sum(value, [positions[part] for part in totals.get(name, ())], positions):
                continue
            if isinstance(value, Formula):
                results = results or cached_values(path, sheet)
            texts[name], note = _text(value, results.get(place))
            if note:
                notes.append(Note(f"{places[name]}{form.cells[name].label}{note}。", (name,)))
    if problems:
        raise FilingError(problems)
    narrative = _narrative(path, found, form, notes)
    narrative = replace(narrative, editions=form.differing)
    filing = Filing.from_cells(*whose, texts, narrative=narrative, form=form)
    filing = _with_totals(filing, [name for name in places if name not in texts], notes)
    return replace(filing, notes=(*filing.notes, *notes), places=places)


def _positions(path: Path, sheet: Sheet, form: Form, key: str, problems: list[str]) -> dict[str, Place]:
    """Return where the cells of a table stand."""
    columns = sheet.columns()
    found: dict[str, Place] = {}
    for row, keys in sheet.rows():
        for column, name in _KEY.findall(keys):
            if name in found:
                rows = f"第{found[name][0]}行与第{row}行重复"
                problems.append(f"{path.name} 的工作表“{sheet.name}”{rows}；请只保留一行。")
                return {}
            if column in columns and name in form.cells:
                found[name] = row, columns[column]
    lost = [cell for cell in form.tables[key].cells if cell.name not in found]
    if lost:
        more = f"等{len(lost)}格" if len(lost) > 1 else ""
        problems.append(f"{path.name} 的工作表“{sheet.name}”缺少{lost[0].label}{more}（行或列已被删除）；请撤销删除。")
    return found


def _is_own_sum(value: object, parts: list[Place], positions: Mapping[str, Place]) -> bool:
    """Whether a formula still is the total's own: over all its parts and no other figure."""
    plain = value.text.replace("$", "").replace(" ", "") if isinstance(value, Formula) else ""
    match = _SUM.fullmatch(plain)
    if not match or not parts:
        return False
    summed: set[Place] = set()
    for area in match[1].split(","):
        left, top, right, bottom = range_boundaries(area)
        if not all((left, top, right, bottom)) or max(bottom, right) > MOST_ROWS:
            return False
        summed |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
    return summed & set(positions.values()) == set(parts)


def _text(value: object, cached: object) -> tuple[str, str]:
    """Return what stands in a figure's cell as text, digit by digit, and a note on what was guessed."""
    if isinstance(value, Formula):
        if isinstance(cached, float) and cached.is_integer():
            cached = int(cached)
        if isinstance(cached, int) and not isinstance(cached, bool):
            return str(cached), f"中是公式“{value.text[:40]}”，按其结果{cached}读取"
        return value.text, "中是公式，其结果不是整数或没有保存，未读取；请改填数字"
    if isinstance(value, float):
        return write_figure(int(value) if value.is_integer() else Decimal(repr(value))), ""
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return str(value), f"中是日期或时间（{value}），不是数字；请将格式改为常规后重填"
    return "" if value is None else str(value), ""


def _with_totals(filing: Filing, names: list[str], notes: list[Note]) -> Filing:
    """Return a filing with the totals that are left to their formulas, computed exactly from their parts.

    names: those totals; a sum may be a part of a further one.
    """
    totals = totals_of(filing.form)
    figures: dict[str, Any] = {**filing.cells, **{name: text.text for name, text in filing.unreadable.items()}}
    pending = set(names)

    def figure(name: str) -> Any:
        if name in pending:
            pending.discard(name)
            parts = [value for part in totals[name] if (value := figure(part)) is not None]
            lost = any(isinstance(value, str) for value in parts)
            if lost:
                notes.append(Note(f"{filing.form.cells[name].label}的各项中有无法读取的，总计没有计算。", (name,)))
            figures[name] = "（未计算）" if lost else sum(parts) if parts else None
        return figures[name]

    for name in names:
        figure(name)
    made = Filing.from_cells(filing.agency, filing.name, filing.year, figures, form=filing.form)
    return replace(made, narrative=filing.narrative, notes=filing.notes)


def _narrative(path: Path, found: Mapping[str, Sheet], form: Form, notes: list[Note]) -> Narrative:
    parts: dict[int, Part] = {}
    front: dict[str, Any] = {}
    for number, own in enumerate(("", *form.parts)):
        sheet = found[f"{PART}{number}"]
        texts = _texts(path, sheet, notes)
        heading, text = sheet.marker.get("heading"), "\n\n".join(texts.get("text", []))
        if text or heading is not None:
            parts[number] = Part(own if heading is None else str(heading), text)
        if not number:
            front = {key: "\n".join(texts.get(key, [])) for key in ("title", "contact", "signature")}
            published = " ".join(texts.get("published", []))
            front["published"] = _date(published)
            if published and not front["published"]:
                where = f"{path.name} 工作表“{sheet.name}”"
                notes.append(Note(f"{where}的公布日期“{published[:30]}”不是日期，未读取；应如 2024年1月25日。"))
    return Narrative(parts=parts, **front)


def _texts(path: Path, sheet: Sheet, notes: list[Note]) -> dict[str, list[str]]:
    """Return the texts of a sheet of prose by key; rows that somebody inserted go with the one above."""
    column = sheet.columns().get("text", sheet.corner[1] + TEXT_COLUMN - 1)
    texts: dict[str, list[str]] = {}
    key = ""
    for row, told in sheet.rows():
        key = told or key
        value = sheet.cells.get((row, column))
        if not key or value in (None, ""):
            continue
        if isinstance(value, datetime.date):
            value = f"{value.year}年{value.month}月{value.day}日"
        if isinstance(value, Formula):
            value = value.text
            notes.append(Note(f"{path.name} 工作表“{sheet.name}”第{row}行是公式，已按文字“{value[:30]}”读取。"))
        text = str(value).replace("_x005F_", "_")
        if len(text) >= LONGEST:
            notes.append(Note(f"{path.name} 工作表“{sheet.name}”第{row}行有 {LONGEST:,} 字，可能已被表格软件截断。"))
        texts.setdefault(key, []).append(text)
    return texts


def _date(text: str) -> datetime.date | None:
    match = _DATE.fullmatch(text.strip())
    try:
        return datetime.date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
