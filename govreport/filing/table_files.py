"""Tables of a filing as CSV files: strict reading, and writing in the layout of the form."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from govreport.core import FilingError, csv_text, no_formula, read_text
from govreport.filing.filing import Filing, Note, meant
from govreport.filing.own_table import bare
from govreport.forms import Cell, Table

LONG_HEADER = ("row", "label", "column", "value")
UNNAMED = "有没有名称的列，请删去空列"
SWITCH = "如本表沿用该版，请在 narrative.md 文件头写"
FEW = 3
"""Lines that cannot be read of a file where none can: from so many on the header is wrong and not the lines."""


@dataclass
class FilesContent:
    """The content of a filing's files: the text of each cell. If there are `problems`, the filing cannot be read."""

    texts: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_table(path: Path, shown: str, table: Table, content: FilesContent, others: Sequence[Table] = ()) -> None:
    """Read one table's CSV file and add it to `content`. Missing rows and cells have no text.

    shown: the file's name in messages; others: the same table in other editions, for hints.
    Never raises an exception; appends errors to `content.problems`.
    """
    try:
        file = read_text(path, shown)
        content.notes += [Note(note) for note in file.notes]
        _read_lines(file.text, shown, table, others, content)
    except FilingError as error:
        content.problems += error.problems
    except csv.Error:
        content.problems.append(f"{shown} 不是可读的 CSV（引号不配对或内容过长）；请用表格软件另存为 CSV UTF-8。")


def _read_lines(text: str, shown: str, table: Table, others: Sequence[Table], content: FilesContent) -> None:
    problems, labelled = content.problems, _labelled((*others, table))
    reader = csv.DictReader(io.StringIO(text), strict=True, restval="")
    reader.fieldnames = header = [name.strip() for name in reader.fieldnames or ()]
    known = LONG_HEADER if table.file == "long" else ("row", "label", *(c.key for c in table.columns))
    needed = ("row", "column", "value") if table.file == "long" else ("row",)
    if not any(name in known for name in header):
        problems.append(f"{shown} 第1行“{','.join(header)[:60]}”不是表头；应是以逗号分隔的 {','.join(known)}。")
        return
    unfit = header_faults(header, known, needed)
    problems += [f"{shown} 第1行{what}；应是 {','.join(known)}。" for what in unfit]
    if not all(name in header for name in needed) or len({*header}) < len(header):
        return
    lines, width = _lines(table), len(header)
    seen, before = dict[str, int](), len(problems)
    for record in reader:
        more, fields = record.pop(None, []), {name: value.strip() for name, value in record.items()}
        where = f"{shown} 第{(line := reader.line_num)}行"
        if "".join(more).strip():
            problems.append(f"{where}有 {width + len(more)} 格，多于表头的 {width} 格；请删去多余的逗号。")
            continue
        if not any(fields.values()):
            continue
        key, label, column = (fields.get(name, "") for name in LONG_HEADER[:3])
        place = key if table.file == "wide" else f"{key}.{column}"
        if place not in lines:
            problems.append(f"{where}{_misnamed(table, others, key, column)}。")
            continue
        if place in seen:
            problems.append(f"{where}与第{seen[place]}行重复（{place}）；请只保留一行。")
            continue
        seen[place] = line
        rows = labelled.get(written := letters(label), {})
        if written and place not in rows:
            severity, named = ("warning", f"是 {next(iter(rows))} 的名称") if rows else ("notice", "不是格式中的名称")
            own = next(_label(cell, table) for cell in table.cells if cell.name in lines[place])
            remark = f"{where} {place} 的 label“{' '.join(label.split())[:40]}”{named}，应是“{own}”；数字按行名读取"
            content.notes.append(Note(f"{remark}，请核对是否填错了行，再改正或清空 label。", severity=severity))
        for name, held in lines[place].items():
            if held in fields:
                content.texts[name], content.places[name] = fields[held], where
    told = problems[before:]
    if len(told) >= FEW and (not seen or SWITCH in told[0]):
        more = f"；另有{len(told) - 1}行也无法读取，请核对第1行的表头（应是 {','.join(known)}）。"
        problems[before:] = [] if unfit else [told[0].removesuffix("。") + more]


def header_faults(header: Sequence[str], known: Sequence[str], needed: Sequence[str]) -> list[str]:
    """Return what is wrong with the header of a file, in clauses: columns that nobody knows, repeated or missing."""
    twice = [f"的列“{name}”重复" for name in known if header.count(name) > 1]
    strange = [name for name in dict.fromkeys(header) if name not in known]
    told = [f"有不认识的列“{name[:30]}”" if name else UNNAMED for name in strange]
    return [*twice, *told] + [f"缺少列 {name}" for name in needed if name not in header]


@lru_cache
def _lines(table: Table) -> Mapping[str, Mapping[str, str]]:
    """Return the column that each cell has in its line: by the line's place, and by the cell's name."""
    found: dict[str, dict[str, str]] = {}
    for cell in table.cells:
        place, column = _place(cell, table)
        found.setdefault(place, {})[cell.name] = column
    return found


@lru_cache
def _labelled(tables: tuple[Table, ...]) -> Mapping[str, Mapping[str, None]]:
    """Return the places of each official label by its letters: rows, in a long file each with a column."""
    found: dict[str, dict[str, None]] = {}
    for cell in (cell for table in tables for cell in table.cells):
        for label in (*cell.row.label, f"{cell.row.label[-1]}{cell.column.label[-1]}"):
            found.setdefault(letters(label), {})[_place(cell, tables[-1])[0]] = None
    return found


def letters(label: str) -> str:
    """Return the letters and digits of a text in one shape; see `bare`."""
    return "".join(filter(str.isalnum, bare(label)))


def _place(cell: Cell, table: Table) -> tuple[str, str]:
    """Return the place of a cell's line, and the column in which it stands there."""
    return (cell.row.key, cell.column.key) if table.file == "wide" else (f"{cell.row.key}.{cell.column.key}", "value")


def _label(cell: Cell, table: Table) -> str:
    """Return the official label of a cell's line."""
    return cell.row.label[-1] + (f"：{cell.column.label[-1]}" if table.file == "long" else "")


def _misnamed(table: Table, others: Sequence[Table], key: str, column: str) -> str:
    """Return in a clause why a line belongs to no cell of the table."""
    columns = next(({c.key for c in row.columns} for row in table.rows if row.key == key), None)
    if columns is None:
        keys = [row.key for row in table.rows]
        hint = _other_edition(table, others, key) or meant(key, keys, f"可用的行名：{'、'.join(keys)}")
        return f"的行名“{key[:40]}”不在{table.edition}版{table.name}中；{hint}"
    allowed = "、".join(c.key for c in table.columns if c.key in columns)
    hint = _other_edition(table, others, key, column) or f"应是 {allowed} 之一"
    return f"的列名“{column[:40]}”不属于 {key} 行；{hint}"


def _other_edition(table: Table, others: Sequence[Table], row: str, column: str = "") -> str:
    """Return a hint if the table has this row and column in another edition, otherwise an empty string."""
    for one in others:
        if one.edition != table.edition and any(c.row.key == row and column in ("", c.column.key) for c in one.cells):
            return f'它属于{one.edition}版格式，{SWITCH} editions: {{{table.key}: "{one.edition}"}}'
    return ""


def table_csv(filing: Filing, table: Table) -> str:
    """Return one table of a filing as CSV text, without a byte order mark, and without texts that a program evaluates.

    >>> filing = Filing.from_cells("demo", "示例局", 2021, {"disputes.litigation.direct.upheld": 2})
    >>> table_csv(filing, filing.form.tables["disputes"]).splitlines()[2]
    'litigation.direct,未经复议直接起诉,2,,,,'
    """
    text = {cell.name: filing.text_of(cell.name) for cell in table.cells}
    text |= {name: no_formula(text[name]) for name in text if name in filing.unreadable}
    if table.file == "long":
        lines = [(cell.row.key, _label(cell, table), cell.column.key, text[cell.name]) for cell in table.cells]
        return csv_text([LONG_HEADER, *lines])
    columns = [column.key for column in table.columns]
    labels = {row.key: row.label[-1] for row in table.rows}
    rows = {key: [text.get(f"{table.key}.{key}.{column}", "") for column in columns] for key in labels}
    return csv_text([("row", "label", *columns), *((key, labels[key], *figures) for key, figures in rows.items())])


def edited_table_text(text: str, table: Table, figures: Mapping[str, str]) -> str:
    r"""Replace some figures in the text of a table's CSV file, and return the new text.

    figures: new text by cell name. Raises LookupError if the file has no row or column for a cell.

    >>> from govreport.forms import Catalogue
    >>> text = "row,label,upheld\nreconsideration,复议,2\n"
    >>> edited_table_text(text, Catalogue.read().newest.tables["disputes"], {"disputes.reconsideration.upheld": "3"})
    'row,label,upheld\nreconsideration,复议,3\n'
    """
    header, *lines = csv.reader(io.StringIO(text), strict=True)
    at = {name.strip(): number for number, name in enumerate(header)}
    named = [at["row"]] if table.file == "wide" else [at["row"], at["column"]]
    for cell in table.cells:
        if cell.name in figures:
            place, column = _place(cell, table)
            found = [line for line in lines if ".".join(line[n].strip() for n in named if n < len(line)) == place]
            found[0].extend([""] * (at[column] + 1 - len(found[0])))
            found[0][at[column]] = figures[cell.name]
    return csv_text([header, *lines])
