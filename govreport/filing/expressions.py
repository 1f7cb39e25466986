"""Expressions in prose: ``{{ applications.new.total }}`` and the like, evaluated in a sandbox.

Jinja2 parses an expression. The code then walks its syntax tree and evaluates the few node types that
prose needs. An expression cannot access Python attributes, items or functions: a dotted name can only
name a cell of this filing or of last year's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import localcontext
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from govreport import core
from govreport.filing.filing import UNREADABLE, Filing, Note, meant
from govreport.filing.narrative import Part, split_paragraphs
from govreport.filing.own_table import OWN, OwnTable, Value
from govreport.forms import LAST

_BRACES = re.compile(
    r"(?P<note><!--(?:(?!<!--|-->).)*-->)|\{\{(?P<source>(?:(?!\{\{|\}\}).)*)\}\}|\{\{|\}\}", re.DOTALL
)
"""A comment, whose braces say nothing, an expression in its braces, or braces that have no counterpart."""
LONGEST = 300
MOST_PROBLEMS = 20
"""Maximum number of mistakes that are reported for one part."""
WAN = "万元"
"""Unit of amounts that the format ``wan`` has nothing to divide in."""
_SCALED = re.compile(r"(?:&nbsp;|[^\S\n]|[*_])*([十百千]?[万亿]?[美欧港日]?元|[十百千]?[万亿])")
"""A unit of money, or a number of digits, right behind an expression."""
REFERENCE = "表〔{}〕"
REFERRED = re.compile(REFERENCE.format(r"(\w+)"))
"""What stands for the number of a table until the page is made, and the pattern that finds its key."""
UNFILED = "没有 {} 年的资料；请导入或新建该年的资料，或者删去这个表达式"
UNREAD = "没有可读的上年资料"
"""Why last year's filing is not there, where nothing tells whether it cannot be read."""
BLANK, UNREAD_FIGURE = "（未填）", f"（{UNREADABLE}）"
"""Texts that prose shows for a blank figure, so that nobody takes it for a zero, and for a text that is no figure."""

_PARSER = ImmutableSandboxedEnvironment()


class UnresolvedError(core.ExpressionError, core.UnknownNameError):
    """An expression or an assertion names a cell or a table that is not there."""


@dataclass(frozen=True)
class Scope:
    """The figures that expressions can use: those of the filing and of last year's filing.

    lack: why last year's filing is None, in a Chinese clause, if it is not that there is none.
    asserted: the assertions so far, each with its name, arguments and named arguments.
    unreadable: the cells looked up so far whose texts are no figures.
    """

    filing: Filing
    last: Filing | None = None
    lack: str = ""
    asserted: list[tuple[str, tuple[Value, ...], dict[str, Value]]] = field(default_factory=list, compare=False)
    unreadable: list[str] = field(default_factory=list, compare=False)

    def look_up(self, path: str) -> tuple[str, Value]:
        """Return the cell that a dotted name refers to, by its own name, and its figure or text."""
        filing, name = self.last_year() if path.startswith(LAST) else self.filing, path.removeprefix(LAST)
        if not name.startswith(OWN):
            if name not in filing.form.names:
                names = [f"{LAST if path != name else ''}{known}" for known in filing.form.names]
                raise UnresolvedError(f"没有名为 {path} 的单元格；{meant(path, names, '名称见表格文件的 row 和列名')}")
            self.unreadable.extend([path] if filing.is_unreadable(name) else [])
            return path, filing[name]
        key, _, called = name.removeprefix(OWN).partition(".")
        table = Scope(filing).table(key)
        if not (found := table.find(called)):
            rows, columns = ("、".join("·".join(label) for label in axis[:9]) for axis in (table.rows, table.columns))
            lacks = f"中没有“{called}”" if called else "之后没有写行名、列名"
            spelt = f"名称含符号的写作 {OWN}{key}['行名']['列名']"
            raise UnresolvedError(f"表 {key} {lacks}；应写行名（{rows}）、列名（{columns}），{spelt}")
        return found if name == path else (path, found[1])

    def table(self, key: str) -> OwnTable:
        """Return a table that the analyst added."""
        if key not in self.filing.tables:
            known = f"可用的有 {'、'.join(self.filing.tables)}" if self.filing.tables else "表应放在 tables/名称.csv 中"
            raise UnresolvedError(f"没有名为 {key} 的表；{known}")
        return self.filing.tables[key]

    def last_year(self) -> Filing:
        """Return last year's filing."""
        if self.last is None:
            raise core.ExpressionError(f"引用了上年数据，但{self.lack or UNFILED.format(self.filing.year - 1)}")
        return self.last


def render(part: Part, scope: Scope, shown: str) -> str:
    """Return a part's text with its expressions filled in.

    shown: the file's name in messages.
    Raises FilingError with one sentence for each expression that cannot be evaluated; it names the line.
    """
    problems: list[str] = []

    def filled_in(found: re.Match[str]) -> str:
        if len(problems) == MOST_PROBLEMS or found["note"]:
            return found["note"] or ""
        try:
            if found["source"] is not None:
                value, behind = evaluate(found["source"], scope), _SCALED.match(part.text, found.end())
                unit = _unit(_parse(found["source"]), scope)
                if behind and unit is not None and value.strip("0.") and not (unit and unit.startswith(behind[1])):
                    remedy = f"改为“{unit}”，或换算成{behind[1]}" if unit else f"删去“{behind[1]}”"
                    raise core.ExpressionError(f"单位是{unit or '个'}，后面写的是“{behind[1]}”；请{remedy}")
                return value
            told = f"“{found[0]}”没有配对；表达式应写作 {{{{ 名称 }}}}"
        except core.ExpressionError as error:
            written = " ".join(found["source"].split())[:60]
            told = f"表达式 {{{{ {written} }}}}：{error}"
        line = part.line + part.text.count("\n", 0, found.start())
        problems.append(f"{shown} 第{line}行的{told}。")
        return ""

    text = _BRACES.sub(filled_in, part.text)
    if problems:
        raise core.FilingError(problems)
    return text


def moved_expressions(text: str, scope: Scope, before: Scope) -> str:
    """Return a text for another year: an expression that cannot be evaluated there becomes the text that it was.

    scope: the figures of that year; before: those that the text was written for.
    """

    def moved(found: re.Match[str]) -> str:
        for each, written in ((scope, found[0]), (before, "")):
            with suppress(core.ExpressionError):
                value = evaluate(found["source"] or "", each)
                return written or value
        return found[0]

    return _BRACES.sub(moved, text)


def with_expressions(filing: Filing, before: Filing, last: Filing | None, bare: Callable[[str], str]) -> Filing:
    """Return a filing whose prose has the expressions of an earlier state of it, where they print what it says.

    last: last year's filing; bare: returns what counts when two texts are compared. An expression that printed what a
    paragraph says, but would print something else with the filing's own figures, is that text. A note tells how many.
    """
    now, was = Scope(replace(filing, tables={**before.tables, **filing.tables}), last), Scope(before, last)

    def steady(found: re.Match[str]) -> str:
        printed, former = (render(Part("", found[0]), each, "") for each in (now, was))
        return found[0] if printed == former else former

    said, parts = dict[str, str](), before.narrative.parts.values()
    texts = (text for part in parts for text in split_paragraphs(part.text) if "{{" in text)
    for text in (moved_expressions(text, now, was) for text in texts):
        for scope, written in ((was, _BRACES.sub(steady, text)), (now, text)):
            said[bare(render(Part("", text), scope, ""))] = written

    def kept(part: Part) -> Part:
        return replace(part, text="\n\n".join(said.get(bare(own), own) for own in split_paragraphs(part.text)))

    narrative = replace(filing.narrative, parts={n: kept(part) for n, part in filing.narrative.parts.items()})
    had, has = (sum(part.text.count("{{") for part in each) for each in (parts, narrative.parts.values()))
    told = f"有{had - has}处引用（{{{{ … }}}}）按读入的表格印出的与文件所写的不同，读入的是文件所写的数字；"
    notes = (*filing.notes, *[Note(f"{told}要随表中的数字变动，请核对后改回引用。")] * (had > has))
    return replace(filing, narrative=narrative, notes=notes)


def evaluate(source: str, scope: Scope) -> str:
    """Evaluate an expression and return the result as text.

    Raises ExpressionError with a Chinese clause.

    >>> cells = {"applications.new.total": 1204, "applications.new.natural": 1000}
    >>> filing = Filing.from_cells("demo", "示例局", 2021, cells)
    >>> evaluate("applications.new.total | thousands", Scope(filing))
    '1,204'
    >>> evaluate("applications.new.natural | share(applications.new.total)", Scope(filing))
    '83.1%'
    """
    before, value = len(scope.unreadable), _value(_parse(source), scope)
    blank = UNREAD_FIGURE if scope.unreadable[before:] else BLANK
    return value if isinstance(value, str) else core.write_figure(value) or blank


@lru_cache(maxsize=1024)
def _parse(source: str) -> nodes.Node:
    if len(source) > LONGEST:
        raise core.ExpressionError(f"表达式超过 {LONGEST} 个字符")
    with suppress(TemplateError, RecursionError):
        # spaces, because "{{-" has a meaning of its own in Jinja
        match _PARSER.parse("{{ " + source + " }}").body:
            case [nodes.Output(nodes=[node])]:
                return node
    raise core.ExpressionError("写法有误")


def _dotted(node: nodes.Node) -> str:
    """Return the dotted name that an expression is, an empty text for any other expression."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=inner, attr=attribute) if path := _dotted(inner):
            return f"{path}.{attribute}"
        case nodes.Getitem(node=inner, arg=nodes.Const(value=str(label))) if (
            f"{(path := _dotted(inner))}.".removeprefix(LAST).startswith(OWN)
        ):
            return f"{path}.{label}"  # a label of a table of the analyst's own may hold any character
    return ""


def _value(node: nodes.Node, scope: Scope) -> Value:
    """Return the value of an expression, None for a blank; every result computed from a blank is blank, too."""
    match node:
        case nodes.Name() | nodes.Getattr() | nodes.Getitem() if path := _dotted(node):
            return scope.look_up(path)[1]
        case nodes.Const(value=value) if isinstance(value, str) or type(value) is int:
            if isinstance(value, int) and value >= core.FIGURE_LIMIT:
                raise core.ExpressionError("结果位数过多")
            return value
        case nodes.Add() | nodes.Sub() | nodes.Mul():
            return _compute(type(node), _value(node.left, scope), _value(node.right, scope))
        case nodes.Filter(name=name, node=nodes.Expr() as inner, dyn_args=None, dyn_kwargs=None):
            if name not in FILTERS:
                raise core.ExpressionError(f"没有名为 {name} 的格式；可用的有 {'、'.join(FILTERS)}")
            is_wan = name == "wan" and _unit(inner, scope) == WAN
            return _call(partial(_wan, unit=1) if is_wan else FILTERS[name], name, [inner], node, scope)
        case nodes.Call(node=nodes.Name(name=name), dyn_args=None, dyn_kwargs=None):
            if name not in FUNCTIONS:
                raise core.ExpressionError(f"没有名为 {name} 的函数；可用的有 {'、'.join(FUNCTIONS)}")
            return _call(FUNCTIONS[name], name, [], node, scope)
    raise core.ExpressionError("只能使用单元格名称、加减乘和规定的格式")


def _unit(node: nodes.Node | None, scope: Scope) -> str | None:
    """Return the unit of money of a cell, a sum or a difference, empty for counts; None for anything else.

    Raises ExpressionError where counts and money are added, or one is said to be a share of the other.
    """
    match node:
        case (
            nodes.Add(left=one, right=other)
            | nodes.Sub(left=one, right=other)
            | nodes.Filter(name="share", node=one, args=[other, *_])
        ):
            units = [unit for each in (one, other) if (unit := _unit(each, scope)) is not None]
            if len({*units}) > 1:
                raise core.ExpressionError(f"金额（{''.join(units)}）与个数不能相加减，也不能相比")
            return units[0] if units and not isinstance(node, nodes.Filter) else None
        case nodes.Filter(name="thousands", node=nodes.Expr() as inner):
            return _unit(inner, scope)
        case nodes.Name() | nodes.Getattr() if path := _dotted(node):
            filing, name = scope.last_year() if path.startswith(LAST) else scope.filing, path.removeprefix(LAST)
            return filing.form.kind_of(name).unit if name in filing.form.names else None
    return None


def _call(function: Callable[..., Value], name: str, first: list[nodes.Expr], node: Any, scope: Scope) -> Value:
    arguments = [_value(argument, scope) for argument in (*first, *node.args)]
    named = {keyword.key: _value(keyword.value, scope) for keyword in node.kwargs}
    given = [*arguments, *named.values()]
    if None in given:
        return None
    try:
        if first and any(isinstance(value, str) for value in given):  # formats are for figures
            raise TypeError
        return function(scope, *arguments, **named)
    except (TypeError, AttributeError, ValueError):
        raise core.ExpressionError(f"{name} 的用法有误") from None


def _compute(operator: type, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return None
    if isinstance(left, str) or isinstance(right, str):
        raise core.ExpressionError("只有数字可以加减乘")
    with localcontext(prec=4 * LONGEST):  # no expression of that length has more digits: nothing is rounded
        result: core.Figure = (
            left * right if operator is nodes.Mul else left + (right if operator is nodes.Add else -right)
        )
    if not -core.FIGURE_LIMIT < result < core.FIGURE_LIMIT:
        raise core.ExpressionError("结果位数过多")
    return int(result) if operator is nodes.Mul and result == int(result) else result


def _digits(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= 6:
        raise core.ExpressionError("小数位数应是 0 到 6 的整数")
    return value


def _share(scope: Scope, part: core.Figure, whole: core.Figure, digits: int = 1) -> str:
    if not whole:
        raise core.ExpressionError("占比的分母为0")
    return core.percent(Fraction(part) / Fraction(whole), _digits(digits))


def _wan(scope: Scope, figure: core.Figure, digits: int = 2, unit: int = 10_000) -> str:
    rounded = f"{core.round_half_up(Fraction(figure) / unit, _digits(digits)):f}"
    if figure and not rounded.strip("-0."):
        raise core.ExpressionError(f"{core.write_figure(figure)} 用 wan 会印成0万；请去掉 wan，或者增加小数位数")
    return (rounded.rstrip("0").rstrip(".") if "." in rounded else rounded) + "万"


def _yoy(scope: Scope, name: str, digits: int = 1) -> Value:
    path = _dotted(_parse(name)) or name
    now, before = (scope.look_up(name)[1] for name in (path, f"{LAST}{path}"))
    if now is None or before is None:
        return None
    if not before:
        raise core.ExpressionError(f"{name} 上年为0，无法计算增长率")
    change = (Fraction(now) - Fraction(before)) / Fraction(before)
    if not change:
        return "持平"
    return ("增长" if change > 0 else "下降") + core.percent(abs(change), _digits(digits))


FILTERS: dict[str, Callable[..., Value]] = {
    "share": _share, "thousands": lambda scope, figure: core.thousands(figure), "wan": _wan,
}  # fmt: skip


def _assert(name: str, scope: Scope, *given: Value, **options: Value) -> str:
    """Note an assertion in prose, which prints nothing, to be checked when all is read."""
    scope.asserted.append((name, given, options))
    return ""


def _ref(scope: Scope, key: str) -> str:
    if not key.isidentifier():
        raise core.ExpressionError("ref 应写表的名称，如 ref('platforms')")
    return REFERENCE.format(key)


FUNCTIONS: dict[str, Callable[..., Value]] = {"yoy": _yoy, "ref": _ref}
FUNCTIONS |= {n: partial(_assert, n) for n in ("assert_adds_up", "assert_equals", "assert_same", "assert_between")}
