"""Read a form's TOML file into immutable objects; errors name the invalid key."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from govreport.core import FormError, Kind, read_each
from govreport.forms.expansion import expand_rule
from govreport.forms.form import ChartSpec, Column, Derived, Form, Row, Table
from govreport.forms.rules import SEVERITIES, Rule, parse_identity

LAYOUTS = ("matrix", "line", "clauses")
FILES = ("wide", "long")
KINDS = ("count", "signed", "money")
CHARTED = ("years", "figures", "members")
MOST_DECIMALS = 8
_KEY = re.compile(r"[a-z_]+(\.[a-z_]+)*")
_RESERVED = re.compile(r"[ADFNPRTVY]\d+")
"""Ids that are reserved for statutory rules."""
_WORDS = re.compile(r"\{(each|stated|expected|difference)\}")
_TYPES = {str: "文字", int: "整数", list: "数组", dict: "表", bool: "true 或 false"}

_Keyed = TypeVar("_Keyed", Column, Row)


class _Section:
    """A table of the TOML file with its position, so that errors can name the key."""

    def __init__(self, file: str, place: str, data: object) -> None:
        self.file, self.place = file, place
        if not isinstance(data, dict):
            raise self.error("", "应是一个表")
        self.data: dict[str, Any] = data
        self.seen: set[str] = set()

    def error(self, key: str, what: str) -> FormError:
        name = ".".join(part for part in (self.place, key) if part)
        return FormError(f"格式文件 {self.file} 的 {name}：{what}。")

    def get(self, key: str, kind: type, default: Any = None) -> Any:
        self.seen.add(key)
        if key not in self.data:
            if default is None:
                raise self.error(key, "缺少这个键")
            return default
        value = self.data[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(key, f"应是{_TYPES[kind]}")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        value: str = self.get(key, str)
        if value not in choices:
            raise self.error(key, f"“{value}”应是 {'、'.join(choices)} 之一")
        return value

    def name(self, key: str) -> str:
        value: str = self.get(key, str)
        if not _KEY.fullmatch(value):
            raise self.error(key, f"“{value}”应由小写字母和下划线组成，可用点分段")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.get(key, list)
        if not values or not all(isinstance(v, str) and v for v in values):
            raise self.error(key, "应是不为空的文字数组")
        return tuple(values)

    def sections(self, key: str, default: Any = None) -> list[_Section]:
        values = self.get(key, list, default)
        return [_Section(self.file, f"{self.place}.{key}[{i}]".lstrip("."), v) for i, v in enumerate(values, 1)]

    def done(self) -> None:
        unknown = sorted(set(self.data) - self.seen)
        if unknown:
            raise self.error(unknown[0], "不认识这个键")


def read_form(path: Path, shown: str = "") -> Form:
    """Read a form from its TOML file.

    shown: the file's name in messages, by default the name in the path.
    Raises FormError with one Chinese sentence that names the file and the invalid key.
    """
    shown = shown or path.name
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FormError(f"格式文件 {shown} 无法读取：{error}。") from None
    top = _Section(shown, "", data)
    edition = top.get("edition", str)
    tables = top.get("tables", dict)
    form = Form(
        edition=edition,
        first_year=top.get("first_year", int),
        document=top.get("document", str),
        title=top.get("title", str),
        parts=top.texts("parts"),
        tables={
            key: _read_table(_Section(shown, f"tables.{key}", value), key, edition) for key, value in tables.items()
        },
        deadlines=_read_deadlines(_Section(shown, "deadlines", top.get("deadlines", dict))),
    )
    top.done()
    for chart in form.charts.values():
        for name in chart.all_names:
            if name not in form.names:
                raise FormError(f"格式文件 {shown} 的 charts（{chart.key}）：没有名为 {name} 的单元格。")
    for table in form.tables.values():
        if not 1 <= table.part <= len(form.parts):
            raise FormError(f"格式文件 {shown} 的 tables.{table.key}.part：没有第 {table.part} 部分。")
    return form


def _read_deadlines(section: _Section) -> dict[str, str]:
    for kind in section.data:
        day = section.get(kind, str)
        try:
            datetime.date.fromisoformat(f"2001-{day}")  # a year without 29 February
        except ValueError:
            raise section.error(kind, f"“{day[:20]}”应是每年都有的月日，如 01-31") from None
    return dict(section.data)


def _read_table(section: _Section, key: str, edition: str) -> Table:
    if not key.isidentifier() or not _KEY.fullmatch(key):
        raise section.error("", "表名应由小写字母和下划线组成")
    columns = _by_key(section, "columns", _read_column)
    rows = _by_key(section, "rows", lambda item: _read_row(item, columns))
    table = Table(
        key=key,
        edition=edition,
        name=section.get("name", str),
        caption=section.get("caption", str),
        part=section.get("part", int),
        layout=section.choice("layout", LAYOUTS),
        corner=section.get("corner", str),
        widths=tuple(section.get("widths", list)),
        file=section.choice("file", FILES),
        columns=tuple(columns.values()),
        rows=tuple(rows.values()),
        derived_rows=tuple(_read_derived(s, rows) for s in section.sections("derived_rows", [])),
        derived_columns=tuple(_read_derived(s, columns) for s in section.sections("derived_columns", [])),
        rules=tuple(_read_rule(s, key, rows) for s in section.sections("rules", [])),
        charts=tuple(_read_chart(s, rows) for s in section.sections("charts", [])),
    )
    section.done()
    if table.layout == "clauses":
        clauses: dict[str, tuple[Column, ...]] = {}
        for row in table.rows:
            if len(row.label) != 2 or clauses.setdefault(row.label[0], row.columns) != row.columns:
                raise section.error("rows", f"“{row.key}”应有两级名称，且与同一条款的其他行列相同")
    if not all(type(width) is int and width > 0 for width in table.widths) or len(table.widths) != table.grid_width:
        raise section.error("widths", f"应是 {table.grid_width} 个正整数，每个表列一个")
    return table


def _by_key(section: _Section, name: str, read: Callable[[_Section], _Keyed]) -> dict[str, _Keyed]:
    """Return the columns or rows of a table by key. Raises FormError if there are none, or if a key occurs twice."""
    found: dict[str, _Keyed] = {}
    for item in section.sections(name):
        made = read(item)
        if made.key in found:
            raise item.error("key", f"“{made.key}”重复")
        found[made.key] = made
    if not found:
        raise section.error(name, "应不为空")
    return found


def _read_each(section: _Section, rows: Mapping[str, Row]) -> tuple[str, ...]:
    """Return the keys of the rows that a chart or a rule lists in ``each``."""
    each = section.texts("each")
    for key in each:
        if key not in rows:
            raise section.error("each", f"没有“{key}”行")
    return each


def _read_column(section: _Section) -> Column:
    name = section.choice("kind", KINDS)
    kind = Kind(name)
    if name == "money":
        kind = Kind(
            name, section.get("unit", str), section.get("decimals", int), section.get("unit_in_cell", bool, False)
        )
        if not 0 <= kind.decimals <= MOST_DECIMALS:
            raise section.error("decimals", f"应是 0 到 {MOST_DECIMALS} 的整数")
    column = Column(section.name("key"), section.texts("label"), kind)
    section.done()
    return column


def _read_row(section: _Section, columns: Mapping[str, Column]) -> Row:
    keys = section.texts("columns") if "columns" in section.data else tuple(columns)
    for key in keys:
        if key not in columns:
            raise section.error("columns", f"没有“{key}”列")
    if len(set(keys)) < len(keys):
        raise section.error("columns", "有重复的列")
    row = Row(section.name("key"), section.texts("label"), tuple(columns[key] for key in keys))
    section.done()
    return row


def _read_derived(section: _Section, axis: Mapping[str, object]) -> Derived:
    parts: list[str] = []
    for pattern in section.texts("sum"):
        matching = [k for k in axis if k == pattern or (pattern.endswith(".*") and k.startswith(pattern[:-1]))]
        if not matching:
            raise section.error("sum", f"“{pattern}”没有对应的行或列")
        parts += matching
    key = section.name("key")
    if key in axis:
        raise section.error("key", f"“{key}”已是格式中的行或列")
    derived = Derived(key, section.texts("label"), tuple(parts))
    section.done()
    return derived


def _read_chart(section: _Section, rows: Mapping[str, Row]) -> ChartSpec:
    listed = isinstance(section.data.get("each"), list)
    each = _read_each(section, rows) if listed else section.choice("each", CHARTED)
    names = section.texts("names")
    labels = section.texts("labels") if "labels" in section.data else ()
    if labels and len(labels) != len(names):
        raise section.error("labels", "应与 names 一一对应")
    if each == "members" and len(names) > 1:
        raise section.error("names", "each 为 members 时只能有一个名称")
    chart = ChartSpec(section.get("key", str), section.get("title", str), section.get("unit", str), each, names, labels)
    section.done()
    return chart


def read_rules(data: object, file: str, forms: Sequence[Form]) -> tuple[Rule, ...]:
    """Return the rules of a file outside the forms; it uses the same rule language.

    data: the parsed TOML; forms: the editions whose names the rules may use.
    Raises FormError with a line for each mistake, which names the rule by its number, and the key.
    """
    top = _Section(file, "", data)
    rules: list[Rule] = []

    def read(section: _Section) -> None:
        table = section.get("table", str, "")
        tables = [form.tables[table] for form in forms if table in form.tables]
        if table and not tables:
            raise section.error("table", f"没有名为“{table}”的表")
        rows = {row.key: row for found in tables for row in found.rows}
        rule = _read_rule(section, table, rows)
        if _RESERVED.fullmatch(rule.id) or any(rule.id == other.id for other in rules):
            raise section.error("id", f"“{rule.id}”已被使用，请换一个编号")
        if rule.each and not table:
            raise section.error("table", "有 each 时须写明 table")
        names = {term.name for term in (*rule.left, *rule.right)}
        edits = [edit for form in forms for last in forms for edit in expand_rule(rule, form, last)]
        if not edits:
            raise section.error("identity", f"其中的名称（{'、'.join(sorted(names))}）不都在格式中")
        if any(
            form.cells[cell].kind.scale != edit.kind.scale
            for form in forms
            for edit in edits
            for cell in edit.cells
            if cell in form.cells
        ):
            raise section.error("identity", "不能把单位不同的数字放在一起")
        rules.append(rule)

    steps: list[Callable[[], None]] = [partial(read, section) for section in top.sections("rules", [])]
    read_each(lambda step: step(), [*steps, top.done], lambda problems: FormError("\n".join(problems)))
    return tuple(rules)


def _read_rule(section: _Section, table: str, rows: Mapping[str, Row]) -> Rule:
    identity = section.get("identity", str)
    try:
        left, sense, right = parse_identity(identity)
    except ValueError as error:
        raise section.error("identity", str(error)) from None
    each: str | tuple[str, ...] = section.data.get("each", "")
    section.seen.add("each")
    if isinstance(each, list):
        each = _read_each(section, rows)
    elif each not in ("rows", "columns", ""):
        raise section.error("each", "应是 rows、columns 或行名的数组")
    if bool(each) != any("*" in term.name for term in (*left, *right)):
        raise section.error("identity", "有 each 时名称中应有 *，无 each 时不应有")
    message = section.get("message", str)
    if not message.strip() or set("{}") & set(_WORDS.sub("", message)):
        raise section.error("message", "应是一句话，其中只能使用 {each}、{stated}、{expected}、{difference}")
    name: str = section.get("id", str)
    if not name.strip():
        raise section.error("id", "不应为空")
    rule = Rule(
        name,
        section.choice("severity", SEVERITIES),
        table,
        each,
        identity,
        left,
        sense,
        right,
        message,
    )
    section.done()
    return rule
