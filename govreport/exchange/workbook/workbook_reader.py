"""Reading the fill-in workbook back by the keys in its hidden rows and columns, wherever sheets and rows were moved.

Sheets are found by their markers, within bounds; nothing is run and no link followed.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from graphlib import TopologicalSorter
from itertools import chain
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter, range_boundaries

from govreport.core import Figure, FilingError, FormError, Kind, read_date
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.readers.foreign_document import BESIDE, left_out
from govreport.exchange.readers.opening import ForeignFile
from govreport.exchange.readers.sheet_reader import Formula, Place, SavedSheet, checked_parts, sheets_of, value_text
from govreport.exchange.workbook.formulas import AGREES, parts_by_total
from govreport.exchange.workbook.prose_sheet import FRONT, TEXT_COLUMN, sheet_name
from govreport.exchange.workbook.table_sheet import WHOSE
from govreport.exchange.workbook.workbook import FORMAT, PART, workbook_of
from govreport.exchange.workbook.workbook_style import LONGEST
from govreport.filing import Filing, Narrative, Note, Part
from govreport.forms import Catalogue, Form

_SUM = re.compile(r'=IF\(COUNT\(([A-Z0-9:,]+)\)=0,"",SUM\(\1\)\)')
_KEY = re.compile(r"(\d{1,3}):([a-z_.]{1,80})")
_MARKED = b"govreport"
"""What stands in a marker, however a program writes it."""


@dataclass(frozen=True)
class Sheet:
    """A sheet of a fill-in workbook: as it was saved, with its formulas, and what its marker says.

    corner: where the marker stands, normally the first cell.
    """

    saved: SavedSheet
    marker: Mapping[str, Any]
    corner: Place

    def says_otherwise(self) -> str:
        """Return the line that names another agency or year than the marker, which nobody sees; empty for none."""
        lines = (" ".join(value.split()) for value in self.saved.cells.values() if isinstance(value, str))
        wanted = str(self.marker.get("name")), str(self.marker.get("year"))
        return next((line for line in lines if line.startswith(WHOSE) and any(own not in line for own in wanted)), "")

    def keyed(self) -> Iterator[tuple[Place, str]]:
        """Yield the places that are read, each with its key: of figures, or of texts below the first key.

        Keys stand in the column of the marker, in its row those of columns; a text without key takes that of the text
        above.
        """
        (top, left), cells, key = self.corner, self.saved.cells, ""
        columns = {str(value): x for (y, x), value in cells.items() if y == top and x > left}
        for row in range(top + 1, max(cells)[0] + 1):
            keys = str(cells.get((row, left)) or "")
            if figures := _KEY.findall(keys):
                yield from (((row, columns[column]), name) for column, name in figures if column in columns)
            elif key := keys or key:
                yield (row, columns.get("text", left + TEXT_COLUMN - 1)), key


def open_sheets(opened: ForeignFile) -> list[Sheet]:
    """Return the sheets of a fill-in workbook, also those without a marker; none of a workbook that surely is another.

    Raises FilingError when the file is broken.
    """
    if not any(_MARKED in part for part in checked_parts(opened.data, opened.name).values()):
        return []
    sheets = []
    for saved in sheets_of(opened.data, opened.name, results=False):
        marked = ((marker, place) for place, value in saved.cells.items() if (marker := _marker(place, value)))
        sheets.append(Sheet(saved, *next(marked, ({}, (0, 0)))))
    return sheets


def beside(sheets: Sequence[Sheet], blank: Filing) -> Iterator[Note]:
    """Yield a note for what stands in a workbook and is not read: on other sheets, beside the cells, as comments.

    So are labels that do not stand in a row and column of their own keys. blank: a filing without figures and prose, of
    the same form.
    """
    rows = ((json.loads(s["A1"].value)["sheet"], s[1], r) for s in workbook_of(blank, blank) for r in s.iter_rows(2))
    known = {(n, r[0].value, h.value, value_text(c.value)) for n, top, r in rows for h, c in zip(top, r, strict=True)}
    for sheet in sheets:
        read, kind, (top, left) = dict(sheet.keyed()) if sheet.marker else {}, sheet.marker.get("sheet"), sheet.corner
        cells = sheet.saved.cells
        unread = ((y, x, value_text(cells[y, x])) for y, x in cells if (y, x) not in read and y != top and x != left)
        own = ((y, x, t) for y, x, t in unread if (kind, cells.get((y, left)), cells.get((top, x)), t) not in known)
        found = ((f"{get_column_letter(x)}{y}", t) for y, x, t in own if AGREES not in t)
        for place, text in chain(found, sheet.saved.remarks):
            yield from map(Note, left_out(BESIDE, sheet.saved.place, [f"{place}：{text}"]))


def _marker(place: Place, value: object) -> Mapping[str, Any]:
    """Return the content of a marker, nothing where the cell holds none."""
    if max(place) <= 2 * TEXT_COLUMN and isinstance(value, str) and value.startswith('{"govreport":'):
        with contextlib.suppress(ValueError, RecursionError):
            marker: dict[str, Any] = json.loads(value)
            return marker if "sheet" in marker else {}
    return {}


def sheets_by_kind(sheets: list[Sheet], form: Form) -> dict[str, Sheet]:
    """Return the sheets by what they hold; raises FilingError where one is missing, repeated or another workbook's."""
    names = {key: table.name for key, table in form.tables.items()}
    names |= {f"{PART}{n}": sheet_name(text) for n, text in enumerate((FRONT, *form.parts))}
    problems, by_kind, first = list[str](), dict[str, Sheet](), sheets[0]
    for sheet in sheets:
        kind, marker = str(sheet.marker["sheet"]), sheet.marker
        where = f"{sheet.saved.file} 的工作表“{sheet.saved.title}”"
        if marker.get("govreport") != FORMAT:
            problems.append(f"{where}由别的版本的 govreport 生成；请用本版本重新生成。")
        elif any(marker.get(key) != first.marker.get(key) for key in ("agency", "year", "editions")):
            whose = f"{marker.get('name')}{marker.get('year')}年的，与“{first.saved.title}”不是同一份"
            problems.append(f"{where}是{whose}；请换回原来的工作表。")
        elif kind in form.tables and (other := sheet.says_otherwise()):
            told = f"工作簿是{marker.get('name')}{marker.get('year')}年的；请用该机构、该年度的工作簿填写"
            problems.append(f"{where}写的是“{excerpt(other)}”，{told}。")
        elif kind in by_kind:
            problems.append(f"{where}与“{by_kind[kind].saved.title}”重复；请删去其中一个。")
        by_kind.setdefault(kind, sheet)
    why = "已被删除，或其隐藏的首行首列已损坏"
    lost = (name for kind, name in names.items() if kind not in by_kind)
    problems += (f"{first.saved.file} 缺少工作表“{name}”（{why}）；请从原工作簿复制回来。" for name in lost)
    if problems:
        raise FilingError(problems)
    return by_kind


def read_workbook(opened: ForeignFile, catalogue: Catalogue | None = None) -> Filing | None:
    """Return the filing in a fill-in workbook; None for any other workbook.

    Agency, year and editions stand in the file; catalogue: those that are known, by default the package's.
    Raises FilingError with a sentence for each sheet or cell that
    is lost, and when the file is broken.
    """
    opened = replace(opened, name=Path(opened.name).name)  # as messages and places name it
    every = open_sheets(opened)
    if not (sheets := [sheet for sheet in every if sheet.marker]):
        return None
    marker = sheets[0].marker
    try:
        form = (catalogue or Catalogue.read()).compose(int(marker["year"]), dict(marker["editions"]))
        whose = str(marker["agency"]), str(marker["name"]), int(marker["year"])
    except (FormError, LookupError, TypeError, ValueError, OverflowError):
        where = f"{sheets[0].saved.file} 中隐藏的机构、年度信息"
        raise FilingError([f"{where}已损坏；请重新生成工作簿，再复制数字。"]) from None
    by_kind = sheets_by_kind(sheets, form)
    problems: list[str] = []
    positions = {key: _positions(by_kind[key], form, key, problems) for key in form.tables}
    if problems:
        raise FilingError(problems)
    parts = parts_by_total(form)
    texts, places, notes = dict[str, str](), dict[str, str](), list[Note]()
    results = cache(lambda: {own.title: own.cells for own in sheets_of(opened.data, opened.name, results=True)})
    for key, own in positions.items():
        sheet = by_kind[key]
        for name, place in own.items():
            places[name] = f"{sheet.saved.place}第{place[0]}行"
            value = sheet.saved.cells.get(place)
            if _is_own_sum(value, {own[part] for part in parts.get(name, ())}, own):
                continue
            result = results()[sheet.saved.title].get(place) if isinstance(value, Formula) else None
            texts[name], note = _text(value, result, form.cells[name].kind)
            if note:
                notes.append(Note(f"{places[name]}{form.cells[name].label}{note}。", (name,)))
    narrative = _narrative(by_kind, form, notes)
    notes += beside(every, Filing(*whose, form, dict.fromkeys(form.cells)))
    typed = Filing.from_cells(*whose, texts, form=form)
    figures = _with_totals(typed, [name for name in places if name not in texts], notes)
    filing = Filing.from_cells(*whose, figures, narrative=narrative, form=form)
    return replace(filing, notes=(*typed.notes, *notes), places=places)


def _positions(sheet: Sheet, form: Form, key: str, problems: list[str]) -> dict[str, Place]:
    """Return where the cells of a table stand."""
    where, positions = f"{sheet.saved.file} 的工作表“{sheet.saved.title}”", dict[str, Place]()
    for place, name in sheet.keyed():
        if name in positions:
            problems.append(f"{where}第{positions[name][0]}行与第{place[0]}行重复；请只保留一行。")
            return {}
        if name in form.cells:
            positions[name] = place
    if lost := [cell for cell in form.tables[key].cells if cell.name not in positions]:
        more = f"等{len(lost)}格" if len(lost) > 1 else ""
        problems.append(f"{where}缺少{lost[0].label}{more}（行或列已被删除）；请撤销删除。")
    return positions


def _is_own_sum(value: object, parts: set[Place], positions: Mapping[str, Place]) -> bool:
    """Whether a formula still sums all the total's parts and no other figure."""
    match = _SUM.fullmatch(re.sub("[$ ]", "", value)) if isinstance(value, Formula) else None
    areas = list(map(range_boundaries, match[1].split(","))) if match else []
    if not (areas and parts and all(map(all, areas))):
        return False
    return parts == {(y, x) for y, x in positions.values() for a, b, c, d in areas if b <= y <= d and a <= x <= c}


def _text(value: object, result: object, kind: Kind) -> tuple[str, str]:
    """Return a cell's value as text, digit by digit and without the unit of its kind, and a note on what was guessed.

    result: what a program saved in place of a formula.
    """
    texts = (held if isinstance(held, str) else value_text(held) for held in (value, result))
    own, found = (re.sub(rf"(?<=\d){kind.unit}$", "", text) for text in texts)
    if isinstance(value, Formula):
        if re.fullmatch(r"-?\d+", found):
            return found, f"中是公式“{excerpt(value)}”，按其结果{found}读取"
        return value, "中是公式，其结果不是整数或没有保存，未读取；请改填数字"
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return str(value), f"中是日期或时间（{value}），不是数字；请将格式改为常规后重填"
    return own, _struck(value)


def _struck(value: Any) -> str:
    """Return what is to be told of a cell of whose text some is struck through, else an empty text."""
    struck = excerpt(getattr(value, "struck", ""))
    return f"中划去的“{struck}”没有读入；要读入的，请取消删除线" if struck else ""


def _with_totals(filing: Filing, names: list[str], notes: list[Note]) -> dict[str, Figure | str | None]:
    """Return a filing's figures, with totals that are formulas computed exactly from their parts.

    names: those totals; a sum may be a part of a further one.
    """
    parts = parts_by_total(filing.form)
    figures: dict[str, Any] = {**filing.cells, **{name: text.text for name, text in filing.unreadable.items()}}
    for name in TopologicalSorter({name: parts[name] for name in names}).static_order():
        if name in names:
            filled = [figures[part] for part in parts[name] if figures[part] is not None]
            if lost := any(isinstance(value, str) for value in filled):
                notes.append(Note(f"{filing.form.cells[name].label}的各项中有无法读取的，总计没有计算。", (name,)))
            figures[name] = "（未计算）" if lost else sum(filled) if filled else None
    return figures


def _narrative(by_kind: Mapping[str, Sheet], form: Form, notes: list[Note]) -> Narrative:
    parts, front = dict[int, Part](), dict[str, Any]()
    for number, own in enumerate(("", *form.parts)):
        sheet = by_kind[f"{PART}{number}"]
        texts = _texts(sheet, notes)
        heading, text = sheet.marker.get("heading"), "\n\n".join(texts["text"])
        if text or heading is not None:
            parts[number] = Part(own if heading is None else str(heading), text)
        if not number:
            front = {key: "\n".join(texts[key]) for key in ("title", "contact", "signature")}
            published = " ".join(texts["published"])
            front["published"] = read_date(published)
            if published and not front.get("published"):
                what = f"的公布日期“{excerpt(published)}”不是日期，未读取；应如 2024年1月25日。"
                notes.append(Note(f"{sheet.saved.place}{what}"))
    return Narrative(parts=parts, editions=form.differing, **front)


def _texts(sheet: Sheet, notes: list[Note]) -> dict[str, list[str]]:
    """Return the texts of a sheet of prose by key."""
    texts = defaultdict[str, list[str]](list)
    for place, key in sheet.keyed():
        row, value = place[0], sheet.saved.cells.get(place)
        if told := _struck(value):
            notes.append(Note(f"{sheet.saved.place}第{row}行{told}。"))
        if value in (None, ""):
            continue
        if isinstance(value, datetime.date):
            value = f"{value.year}年{value.month}月{value.day}日"
        if isinstance(value, Formula):
            notes.append(Note(f"{sheet.saved.place}第{row}行是公式，已按文字“{excerpt(value)}”读取。"))
        text = str(value).replace("_x005F_", "_")
        if len(text) >= LONGEST:
            notes.append(Note(f"{sheet.saved.place}第{row}行有 {LONGEST:,} 字，可能已被表格软件截断。"))
        texts[key].append(text)
    return texts
