"""Read a form's TOML file into immutable objects; errors name the invalid key.

What keys there are and what they hold is said by ``schema/edition.toml``; what they have to do with each other, here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from govreport.core import FilingError, FormError, Kind, Schema, join_keys, parse_toml, read_each, read_text
from govreport.forms.expansion import expand_rule
from govreport.forms.form import ChartSpec, Column, Derived, Form, Row, Table, Total
from govreport.forms.rules import Rule, parse_identity

SCHEMA = Schema(Path(__file__).parent / "schema" / "edition.toml")

_kind = cache(Kind)  # figures are read by kind: the same one is found sooner than an equal one

Error = Callable[[str, str], FormError]
"""Makes the error that a key, whose path is given, is not what is said."""
Entry = Mapping[str, Any]


def read_form(path: Path, shown: str = "") -> Form:
    """Read a form from its TOML file.

    shown: the file's name in messages, by default the name in the path.
    Raises FormError with one Chinese sentence that names the file and the invalid key.
    """
    shown = shown or path.name

    def error(place: str, what: str) -> FormError:
        return FormError(f"格式文件 {shown} 的 {place}：{what}。")

    try:
        data = parse_toml(read_text(path, shown).text, shown, "请改正")
    except FilingError as problem:
        raise FormError(f"格式文件 {shown} 无法读取：{problem}") from None
    if path.parent != SCHEMA.path.parents[1]:  # those of the package follow it, as the tests say
        SCHEMA.check(data, "form", error)
    tables = {key: _read_table(entry, key, data["edition"], error) for key, entry in data["tables"].items()}
    totals = (Total(**{**entry, "parts": tuple(entry.get("parts", ()))}) for entry in data.get("totals", ()))
    form = Form(**{**data, "parts": tuple(data["parts"]), "tables": tables, "totals": tuple(totals)})
    named = {f"totals（{total.key}）": (total.name, *total.parts) for total in form.totals}
    named |= {f"charts（{chart.key}）": chart.all_names for chart in form.charts.values()}
    for place, names in named.items():
        for name in names:
            if name not in form.names:
                raise error(place, f"没有名为 {name} 的单元格")
    ids = Counter(rule.id for table in form.tables.values() for rule in table.rules)
    for table in form.tables.values():
        if not 1 <= table.part <= len(form.parts):
            raise error(f"tables.{table.key}.part", f"没有第 {table.part} 部分")
        for number, rule in enumerate(table.rules, 1):
            place = f"tables.{table.key}.rules[{number}]"
            if any(term.is_number for term in (*rule.left, *rule.right)):
                raise error(f"{place}.identity", "格式的规则中不能有数字，只能有名称")
            if ids[rule.id] > 1:
                raise error(f"{place}.id", f"“{rule.id}”重复")
            if not expand_rule(rule, form, form):
                raise error(f"{place}.identity", f"其中的名称不都在格式中（{rule.identity}）")
    return form


def _read_table(data: Entry, key: str, edition: str, error: Error) -> Table:
    place = f"tables.{key}"

    def each(name: str, read: Callable[..., Any], *known: Any) -> tuple[Any, ...]:
        entries = enumerate(data.get(name, ()), 1)
        return tuple(read(entry, f"{place}.{name}[{number}]", *known, error) for number, entry in entries)

    columns = _by_key(each("columns", _read_column), f"{place}.columns", error)
    rows = _by_key(each("rows", _read_row, columns), f"{place}.rows", error)
    table = Table(
        key=key,
        edition=edition,
        **{name: data[name] for name in ("name", "caption", "part", "layout", "corner", "file")},
        widths=tuple(data["widths"]),
        columns=tuple(columns.values()),
        rows=tuple(rows.values()),
        derived_rows=each("derived_rows", _read_derived, rows),
        derived_columns=each("derived_columns", _read_derived, columns),
        rules=each("rules", _read_rule, key, rows),
        charts=each("charts", _read_chart, rows),
    )
    if table.layout == "clauses":
        clauses: dict[str, tuple[Column, ...]] = {}
        for row in table.rows:
            if len(row.label) != 2 or clauses.setdefault(row.label[0], row.columns) != row.columns:
                raise error(f"{place}.rows", f"“{row.key}”应有两级名称，且与同一条款的其他行列相同")
    if not all(type(width) is int and width > 0 for width in table.widths) or len(table.widths) != table.grid_width:
        raise error(f"{place}.widths", f"应是 {table.grid_width} 个正整数，每个表列一个")
    return table


def _by_key(entries: Iterable[Any], place: str, error: Error) -> dict[str, Any]:
    """Return the columns or rows of a table by key. Raises FormError if a key occurs twice."""
    found: dict[str, Any] = {}
    for number, entry in enumerate(entries, 1):
        if entry.key in found:
            raise error(f"{place}[{number}].key", f"“{entry.key}”重复")
        found[entry.key] = entry
    return found


def _require_keys(keys: Iterable[str], known: Collection[str], what: str, place: str, error: Error) -> None:
    """Raise FormError for a key that is none of a table's rows or columns."""
    for key in keys:
        if key not in known:
            raise error(place, f"没有“{key}”{what}")


def _read_column(data: Entry, place: str, error: Error) -> Column:
    kind = {key: value for key, value in data.items() if key in ("unit", "decimals", "unit_in_cell")}
    return Column(data["key"], tuple(data["label"]), _kind(data["kind"], **kind))


def _read_row(data: Entry, place: str, columns: Mapping[str, Column], error: Error) -> Row:
    keys = data.get("columns", tuple(columns))
    _require_keys(keys, columns, "列", f"{place}.columns", error)
    return Row(data["key"], tuple(data["label"]), tuple(columns[key] for key in keys))


def _read_derived(data: Entry, place: str, axis: Collection[str], error: Error) -> Derived:
    parts: list[str] = []
    for pattern in data["sum"]:
        matching = [k for k in axis if k == pattern or (pattern.endswith(".*") and k.startswith(pattern[:-1]))]
        if not matching:
            raise error(f"{place}.sum", f"“{pattern}”没有对应的行或列")
        parts += matching
    if data["key"] in axis:
        raise error(f"{place}.key", f"“{data['key']}”已是格式中的行或列")
    return Derived(data["key"], tuple(data["label"]), tuple(parts))


def _read_chart(data: Entry, place: str, rows: Collection[str], error: Error) -> ChartSpec:
    names, labels = tuple(data["names"]), tuple(data.get("labels", ()))
    each = _read_each(data, place, rows, error)
    if labels and len(labels) != len(names):
        raise error(f"{place}.labels", "应与 names 一一对应")
    return ChartSpec(data["key"], data["title"], data["unit"], each, names, labels)


def _read_each(data: Entry, place: str, rows: Collection[str], error: Error) -> str | tuple[str, ...]:
    """Return what a chart or a rule has in ``each``: a word, or the keys of rows."""
    each: Any = data.get("each", "")
    if isinstance(each, str):
        return each
    _require_keys(each, rows, "行", f"{place}.each", error)
    return tuple(each)


def read_rules(data: Entry, error: Error, forms: Sequence[Form]) -> tuple[Rule, ...]:
    """Return the rules of a file outside the forms; it uses the same rule language.

    data: the parsed TOML; error: see `Error`; forms: the editions whose names the rules may use.
    Raises FormError with a line for each mistake, which names the rule by its number, and the key.
    """
    rules: list[Rule] = []

    def read(place: str, entry: Entry) -> None:
        SCHEMA.check(entry, "own_rule", lambda key, what: error(join_keys(place, key), what))
        table = entry.get("table", "")
        tables = [form.tables[table] for form in forms if table in form.tables]
        if table and not tables:
            raise error(f"{place}.table", f"没有名为“{table}”的表")
        rule = _read_rule(entry, place, table, {row.key for found in tables for row in found.rows}, error)
        if any(rule.id == other.id for other in rules):
            raise error(f"{place}.id", f"“{rule.id}”已被使用，请换一个编号")
        if rule.each and not table:
            raise error(f"{place}.table", "有 each 时须写明 table")
        names = {term.name for term in (*rule.left, *rule.right) if not term.is_number}
        try:
            edits = [edit for form in forms for last in forms for edit in expand_rule(rule, form, last)]
        except ValueError:
            raise error(f"{place}.identity", "数字的小数位数多于单元格的") from None
        if not edits:
            raise error(f"{place}.identity", f"其中的名称（{'、'.join(sorted(names))}）不都在格式中")
        kinds = [(edit.kind, form.cells.get(cell)) for form in forms for edit in edits for cell in edit.cells]
        if any(cell and cell.kind.scale != kind.scale for kind, cell in kinds):
            raise error(f"{place}.identity", "不能把单位不同的数字放在一起")
        rules.append(rule)

    entries = data.get("rules")
    places = enumerate(entries if isinstance(entries, list) else (), 1)
    steps = [
        partial(SCHEMA.check, data.get("prose", {}), "own_prose", lambda key, what: error(key or "prose", what)),
        *(partial(read, f"rules[{number}]", entry) for number, entry in places),
        partial(SCHEMA.check, data, "own_rules", error),
    ]
    read_each(lambda step: step(), steps, lambda problems: FormError("\n".join(problems)))
    return tuple(rules)


def _read_rule(data: Entry, place: str, table: str, rows: Collection[str], error: Error) -> Rule:
    try:
        left, sense, right = parse_identity(data["identity"])
    except ValueError as problem:
        raise error(f"{place}.identity", str(problem)) from None
    each = _read_each(data, place, rows, error)
    if bool(each) != any("*" in term.name for term in (*left, *right)):
        raise error(f"{place}.identity", "有 each 时名称中应有 *，无 each 时不应有")
    if not each and "{each" in data["message"]:
        raise error(f"{place}.message", "有 each 的规则才能用 {each}")
    return Rule(data["id"], data["severity"], table, each, data["identity"], left, sense, right, data["message"])
