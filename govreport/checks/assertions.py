"""Rules S1 to S4: what analysts assert of tables of their own, in prose and in notebooks alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import localcontext
from typing import TYPE_CHECKING, Any

from govreport import filing
from govreport.checks.findings import Finding, Identity, json_figure
from govreport.checks.own_sums import failing, figures_of, sums_of
from govreport.core import ArgumentError, Figure, GovReportError, UnknownNameError, listed, write_figure
from govreport.filing import OWN, PRECISION, OwnTable, Scope, Value, added, exact, is_total, own_label, tells

if TYPE_CHECKING:
    import pandas as pd

    Given = str | pd.DataFrame
    """A table: its key, or a DataFrame."""

TOTAL = "合计"
NO_FIGURE = "，不是数字，不能核对"
SIDES = ("前一表", "后一表")
ASK = "请核对，不应相加的请写明接受的理由"
"""What is asked of totals that nobody has asserted."""
_COUNT = re.compile(r"[^%％‰]*\d[^%％‰]*|[\d.]+[%％‰]")
MOST_TOLD = 6
"""Things that do not hold of an assertion, which its message tells."""


@dataclass(frozen=True)
class Term:
    """A figure that an assertion is about: its value, the name of its cell if it has one, and what messages call it."""

    value: Value
    name: str = ""
    label: str = "此数"


def asserted(scope: Scope | None, name: str, given: Sequence[Any], options: Mapping[str, Any]) -> Finding | None:
    """Return what does not hold of an assertion as one finding, None where it holds.

    scope: of the report, None without one; name: such as ``assert_adds_up``; given, options: its arguments.
    Raises GovReportError for what cannot be asserted.
    """
    found = _finding(list(ASSERTIONS[name](scope, *given, **options)))
    return replace(found, agency=scope.filing.agency, year=scope.filing.year) if scope and found else found


def _finding(failed: Sequence[Identity], severity: str = "error", ask: str = "") -> Finding | None:
    told = "；".join(identity.text for identity in failed[:MOST_TOLD])
    more, headline = f"；共{len(failed)}处" if failed[MOST_TOLD:] else "", f"{len(failed)}处不符" if failed[1:] else ""
    return Finding(None, None, severity, f"{told}{more}{ask}。", tuple(failed), headline=headline) if failed else None


def prose_assertions(scope: Scope) -> Iterator[Finding]:
    """Yield the findings of the assertions in prose that was evaluated; one that cannot be made is a finding too."""
    for name, given, options in scope.asserted:
        try:
            finding = asserted(scope, name, given, options)
        except (GovReportError, TypeError) as error:
            why = str(error).rstrip("。") if isinstance(error, GovReportError) else "用法有误"
            what = f"{{{{ {name}({'、'.join(map(str, given))}) }}}} 不能核对：{why}。"
            finding = Finding(scope.filing.agency, scope.filing.year, "error", what, (Identity("S1", ()),))
        if finding:
            yield finding


def adds_up(scope: Scope | None, given: Given | OwnTable, total: str = TOTAL) -> Iterator[Identity]:
    """Yield the sums that are not those of the values beside or above them, and parts above their whole (rule S1).

    total: label of the row or column of totals; both are checked where both have it. Under an outer label, a total is
    of what stands under that alone; other totals and rates are not added, and the total of a rate may be blank or a
    mean. A blank part adds nothing, a blank total is wrong where a part has a figure; text cannot be checked, and is
    told. Raises UnknownNameError where nothing has this label.
    """
    table = _table(scope, given)
    if not table.has_total(total):
        raise UnknownNameError(f"{_called(table)}没有名为“{total}”的行或列")
    yield from (failed for _, failed in _sums(table, total))


def _called(table: OwnTable, unnamed: str = "表中") -> str:
    return unnamed if table.key.startswith("_") else f"表 {table.key} "


def _sums(whole: OwnTable, total: str) -> Iterator[tuple[Value, Identity]]:
    """Yield what `adds_up` does, each behind the sum itself.

    A subtotal that is no sum of what stands before or behind it may be a part of its own: then a total holds it.
    """
    table = whole.counted(total)
    turned = list(zip(*table.values, strict=True)), list(zip(*table.names, strict=True))
    axes = (
        (table.rows, table.columns, "列", "行", *turned),
        (table.columns, table.rows, "行", "列", table.values, table.names),
    )
    for labels, others, what, each, lines, names in axes:
        (wholes, subtotals), said = sums_of(labels, total), [f"“{'·'.join(label)}”" for label in labels]
        for other, written, cells in zip(others, lines, names, strict=True):
            head, line = f"{_called(table)}“{'·'.join(other)}”{what}的", _without_percent(written)
            is_percent = line != written or tells((table.corner,), "percent")
            kind = "rate" if is_percent else next((kind for kind in ("rate", "change") if tells(other, kind)), "")
            for one in wholes:
                if texts := [n for n in (one.place, *one.parts) if isinstance(line[n], str)]:
                    told = "、".join(f"{said[n]}为“{line[n]}”" for n in texts[:MOST_TOLD]) + NO_FIGURE
                    yield line[one.place], Identity("S1", tuple(cells[n] for n in texts), text=head + told)
            for one in failing(line, wholes, subtotals, kind):
                stated, expected = line[one.place], added(figures_of(line, (one.readings or [one.parts])[0]))
                parts, is_run = [said[n] for n in one.parts], len(one.parts) == one.parts[-1] - one.parts[0] + 1 > 1
                run = f"{parts[0]}至{parts[-1]}" if is_run else listed(parts, MOST_TOLD, "项")
                how = f"其余各{each}之和为" if one in wholes else f"{run}之和为" if one.readings else f"大于{run}的"
                told = f"{head}{said[one.place]}为{_shown(stated)}，{how}{_shown(expected)}"
                unlike = _unlike("S1", tuple(cells[n] for n in (one.place, *one.parts)), told, stated, expected)
                yield from ((stated, failed) for failed in unlike)


def _without_percent(line: Sequence[Value]) -> Sequence[Value]:
    """Return a line of figures that are all written with % without these signs, any other line as it is.

    >>> _without_percent(["35.5%", None, "64.5%"]), _without_percent(["约35%", "60%"])
    ([Decimal('35.5'), None, Decimal('64.5')], ['约35%', '60%'])
    """
    texts = ["%" if value is None else str(value) for value in line]
    read = [filing.read_value(text[:-1]) for text in texts]
    return read if all(text.endswith(("%", "％", "‰")) for text in texts) and str not in map(type, read) else line


def wrong_totals(table: OwnTable, total: str = TOTAL) -> Iterator[Identity]:
    """Yield the totals of a table that are stated, but not the sums of the other values, or cannot be checked.

    A text that is neither a count nor a share, such as 增长2%, is no sum.
    """
    yield from (failed for stated, failed in _sums(table, total) if _COUNT.fullmatch(_shown(stated)))
    yield from _misplaced(table)


def _misplaced(table: OwnTable) -> Iterator[Identity]:
    """Yield the texts that call a row a total though its label does not, as where numbers stand before the names."""
    figures = {name: (row, value) for row, _, name, value in table.cells if isinstance(value, Figure)}
    for row, _, name, value in table.cells:
        if isinstance(value, str) and is_total((value,)) and not is_total(row):
            told = f"{_called(table, '')}“{'·'.join(row)}”行写有“{value}”，行名却不是合计，没有核对；行名应写在第1列"
            stated = next((json_figure(figure) for at, figure in figures.values() if at == row), None)
            yield Identity("S1", (name, *figures), stated, text=told)


def unasserted(table: OwnTable, total: str = TOTAL, ask: str = f"；{ASK}") -> Finding | None:
    """Return a warning on the wrong totals of a table that nobody has asserted, None where there are none."""
    return _finding(list(wrong_totals(table, total)), "warning", ask)


def equals(scope: Scope | None, stated: object, expected: object) -> Iterator[Identity]:
    """Yield whether two figures differ (rule S2); a blank is no zero."""
    one, other = _term(scope, stated), _term(scope, expected)
    cells = tuple(filter(None, (one.name, other.name)))
    told = f"{one.label}为{_shown(one.value)}，{other.label}为{_shown(other.value)}"
    yield from _unlike("S2", cells, told, one.value, other.value)


def same(scope: Scope | None, a: Given, b: Given, by: str | Sequence[str] = ()) -> Iterator[Identity]:
    """Yield the cells that two tables do not have alike (rule S3), by their labels; the order does not count.

    by: columns of DataFrames that have the labels. Raises ArgumentError for labels that are repeated.
    """
    try:
        tables = [given if isinstance(given, str) or not by else given.set_index(by) for given in (a, b)]
    except (KeyError, AttributeError):
        raise UnknownNameError(f"by 应是两张表都有的列，不是每张表都有“{by}”；请改正。") from None
    one, other = (_by_label(_table(scope, given)) for given in tables)
    for place in dict.fromkeys((*one, *other)):
        cells = tuple(dict.fromkeys(side[place].name for side in (one, other) if place in side))
        head = "的".join(f"“{label}”" for label in place)
        if place in one and place in other:
            values = one[place].value, other[place].value
            told = "，".join(f"{side}为{_shown(value)}" for side, value in zip(SIDES, values, strict=True))
            yield from _unlike("S3", cells, head + told, *values)
        else:
            yield Identity("S3", cells, text=f"{head}只在{SIDES[place not in one]}中有")


def between(scope: Scope | None, what: object, low: object = None, high: object = None) -> Iterator[Identity]:
    """Yield figures below a lower or above an upper bound (rule S4); blanks are neither, and text cannot be checked."""
    bounds: list[Any] = [exact(bound) for bound in (low, high)]
    least, most = bounds
    for text in (bound for bound in bounds if isinstance(bound, str)):
        raise ArgumentError(f"上下限中的“{text}”不是数字；请改正")
    if low is high is None:
        raise ArgumentError("没有写明上下限；应写 assert_between(数, 下限, 上限)，不限的一边写 None。")
    if None not in (least, most) and least > most:
        raise ArgumentError(f"下限{_shown(least)}大于上限{_shown(most)}；应先写下限，后写上限。")
    limits = {"不小于": least, "不大于": most}
    told = "、".join(f"{word}{_shown(limit)}" for word, limit in limits.items() if limit is not None)
    is_table = scope is not None and what in scope.filing.tables if isinstance(what, str) else hasattr(what, "attrs")
    terms = _by_label(_table(scope, what).counted()).values() if is_table else [_term(scope, what)]
    for term in terms:
        cells = (term.name,) if term.name else ()
        if isinstance(figure := term.value, str):
            yield Identity("S4", cells, text=f"{term.label}为“{figure}”{NO_FIGURE}")
        elif figure is not None:
            bound = figure if least is None else max(figure, least)
            bound = bound if most is None else min(bound, most)
            yield from _unlike("S4", cells, f"{term.label}为{_shown(figure)}，应{told}", figure, bound)


ASSERTIONS: Mapping[str, Callable[..., Iterator[Identity]]] = {
    "assert_adds_up": adds_up, "assert_equals": equals, "assert_same": same, "assert_between": between,
}  # fmt: skip


def _table(scope: Scope | None, given: Any) -> OwnTable:
    if not isinstance(given, str):
        return given if isinstance(given, OwnTable) else OwnTable.of(given)
    if scope is None:
        raise GovReportError(f"断言引用了 {given}，但还没有打开报告；请先运行 Report.open(机构, 年度)。")
    return scope.table(given)


def _term(scope: Scope | None, given: Any) -> Term:
    """Return a figure that is given itself, as a DataFrame of one cell, or by its name."""
    if not isinstance(given, str):
        terms = list(_by_label(OwnTable.of(given)).values()) if hasattr(given, "attrs") else [Term(exact(given))]
        if len(terms) != 1:
            raise ArgumentError(f"应比较一个数，这里有{len(terms)}个；整张表请用 assert_same")
        return terms[0]
    if isinstance(filing.read_value(given), Figure):
        raise ArgumentError(f"“{given}”是文字；数请写 {given}，不加引号。")
    if scope is None:
        return Term(_table(scope, given).key)
    name, value = scope.look_up(given)
    return Term(value, name, own_label(name) if name.startswith(OWN) else scope.filing.form.label_of(name))


def _by_label(table: OwnTable) -> dict[tuple[str, ...], Term]:
    """Return a table's values by their labels. Raises ArgumentError for labels that are repeated."""
    found = {tuple(map("·".join, at)): Term(value, name, own_label(name)) for *at, name, value in table.cells}
    if len(found) < len(table.rows) * len(table.columns):
        raise ArgumentError("表中有重复的行名或列名，不能核对")
    return found


def _shown(value: Value) -> str:
    return value or "空白" if isinstance(value, str) or value is None else write_figure(value)


def _unlike(rule: str, cells: tuple[str, ...], text: str, stated: Value, expected: Value) -> Iterator[Identity]:
    """Yield an identity where two values differ; a figure that JSON has no number for is told in words alone."""
    if stated != expected:
        if isinstance(stated, Figure) and isinstance(expected, Figure):
            with localcontext(prec=PRECISION):
                text += f"，相差{write_figure(stated - expected).removeprefix('-')}"
        yield Identity(rule, cells, json_figure(stated), json_figure(expected), text)
