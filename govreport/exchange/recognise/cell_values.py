"""What stands in one cell of a published table: a figure with its unit and remarks, a mark, or something else."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import lru_cache

from govreport.core import NOT_APPLICABLE, Kind, Reading, read_figure, write_figure
from govreport.exchange.readers.bounds import MOST_ITEMS
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.recognise.labels import plain
from govreport.exchange.recognise.model import LONGEST

_UNITS = "件次项条个家份部宗起人名笔例"
_NUMBER = r"[-+−]?\d[\d,]*(?:\.\d+)?"
_FIGURE = re.compile(
    rf"(?P<sign>增加?|减少?|新增|上升|下降|\+|-|−)?(?P<number>{_NUMBER})(?P<unit>[万亿]?元|[万亿]|人次|[{_UNITS}])?(?P<remark>\(.*)?"
)
FIGURE_IN_WORDS = re.compile(
    rf"(?<![\dA-Za-z.（(])((?!0\d){_NUMBER}(?:\s?(?:万元|亿元|元|[{_UNITS}]))?[①-⒛]?(?=[\s，；、,;。（()）|]|$)(?!\s*[%％‰])|(?:(?<=[:：=\t])|(?<=[:：=]\s))(?:/|／|无|—+|-)(?=\s|$))"
)
"""A figure, or a mark for none, behind the words that name it."""
_NONE = (
    frozenset({"无", "暂无", "无此项", "无申请", "不适用", "未发生", "不涉及", "没有", "…", "———", "————"})
    | NOT_APPLICABLE
)
_VAGUE = re.compile(
    rf"若干|不[详明]|待[定查核]|少量|多[{_UNITS}]|(?:大?约|近|超过?|逾|不[到足])?{_NUMBER}[余多]?[{_UNITS}]?(?:左右|以[上下]|余|多)?"
)
"""What says in words, or nearly, how many there are."""
_ZEROS = frozenset("Oo〇○零")
"""Zero in words, and letters that are taken for it when a page is recognised, where they stand alone."""
_GROUPED = re.compile(r"\D*\d{1,3}(?:\s\d{3})+(?:\.\d+)?\D*|[1-9](?:\s\d){2,}")
"""Digits that spaces part as thousands are parted, or each from the next."""
_MONEY = {"元": "1", "千元": "1e3", "万": "1e4", "万元": "1e4", "亿": "1e8", "亿元": "1e8"}
_UNIT_IN_LABEL = re.compile(r"\(?(?:单位:?)?\(?(千?元|[万亿]元)\)?\)?$")
_NOTE = re.compile(
    r"\s?[²³¹⁰-⁹₀-₉①-⒛⓪-⓿]+\s*|(?<=[\d件次项条个份宗元])\s?(?:[\[［【〔]注?\d{0,2}[\]］】〕]|注\d{0,2}|[*＊※]{1,3})\s*$"
)
"""A footnote's mark: digits that are raised, lowered or ringed, wherever they stand, or a sign behind a figure."""


@lru_cache(maxsize=MOST_ITEMS)
def is_value(text: str) -> bool:
    """Return whether a text stands where a figure does: a figure, a blank, or a mark for none.

    >>> [is_value(text) for text in ("22（其中修订16件）", " ", "/", "9633626.14 元", "增3", "若干", "1.属于国家秘密")]
    [True, True, True, True, True, True, False]
    """
    shape = _shape(text)
    return not shape or shape in _NONE or bool(_FIGURE.fullmatch(shape) or _VAGUE.fullmatch(shape))


@lru_cache(maxsize=MOST_ITEMS)
def is_figure(text: str) -> bool:
    """Return whether a text holds a figure."""
    return bool(_FIGURE.fullmatch(_shape(text)))


def _shape(text: str) -> str:
    """Return a cell's text as labels are compared, footnote marks in brackets as remarks.

    >>> _shape("285①"), _shape("3604 [1]"), _shape("12 件*"), _shape("¹")
    ('285(1)', '3604([1])', '12件(*)', '(1)')
    """
    shape = plain(_NOTE.sub(lambda mark: f"({mark[0]})", text) if len(text) < LONGEST else text)
    shape = re.sub(r"^[¥￥](.*\d)$", r"\1元", shape)
    return "0" if shape in _ZEROS else shape


def tokens(text: str) -> list[str]:
    """Return the figures and marks that stand beside each other in one text, or the text itself.

    >>> tokens("0  0 3"), tokens("22（其中 16 件）")
    (['0', '0', '3'], ['22（其中 16 件）'])
    """
    pieces = text.split()
    return pieces if len(pieces) > 1 and all(piece in _NONE or is_figure(piece) for piece in pieces) else [text]


def unit_of(label: str) -> str:
    """Return the unit of money that a column's label names, or an empty text.

    >>> unit_of("本年收费金额（单位：万元）"), unit_of("采购总金额")
    ('万元', '')
    """
    match = _UNIT_IN_LABEL.search(plain(label))
    return match[1] if match else ""


def read_cell(text: str, kind: Kind, header_unit: str = "") -> Reading:
    """Read a cell of a published table; what had to be guessed is in the reading's remark.

    header_unit: the unit that the column's label names where it differs from the form's.

    >>> read_cell("22（其中修订16件）", Kind("count")).figure
    22
    >>> read_cell("285①", Kind("count")).figure
    285
    >>> read_cell("963.36万元", Kind("money", "元", 2)).figure
    Decimal('9633600')
    >>> read_cell("减 3", Kind("signed")).figure
    -3
    """
    shown = " ".join(text.split())
    found = read_figure(shown, kind)
    shape = _shape(text)
    if not found.problem and (found.figure is None or not kind.decimals):
        return found
    if shape in _NONE:
        return Reading(remark=f"写作“{excerpt(shown)}”，按空白处理")
    match = _FIGURE.fullmatch(shape)
    broken = re.search(r"\d\s+\d", text.strip())
    if not match or (broken and text.strip().count("\n") != 1 and not _GROUPED.fullmatch(text.strip())):
        return found if found.problem else Reading(problem=f"“{excerpt(shown)}”不是数字")
    if broken and match["number"].startswith("0") and len(match["number"]) > 1:
        return Reading(problem=f"“{excerpt(shown)}”可能是几个数，无法确定")
    return _converted(match, shown, kind, header_unit)


def _converted(match: re.Match[str], shown: str, kind: Kind, header_unit: str) -> Reading:
    number = match["number"].replace("−", "-")
    if (match["sign"] or "").startswith(("减", "下降", "-", "−")) and not number.startswith("-"):
        number = f"-{number}"
    unit = match["unit"] if match["unit"] in _MONEY else header_unit if kind.decimals else ""
    found = read_figure(number, kind)
    if kind.decimals and unit and unit != kind.unit:
        exact = Context(prec=len(number))  # units are powers of ten
        amount = exact.multiply(
            Decimal(number.replace(",", "").lstrip("+")), Decimal(_MONEY[unit]) / Decimal(_MONEY[kind.unit])
        )
        found = read_figure(f"{amount.normalize(exact):f}", kind)
    if (figure := found.figure) is None or found.problem:
        return Reading(problem=f"“{excerpt(shown)}”无法按{kind.unit or '整数'}读取")
    if not kind.decimals and match["unit"] in _MONEY:
        return Reading(problem=f"“{excerpt(shown)}”是金额，应是件数")
    written = write_figure(figure) + kind.unit
    if kind.unit_in_cell and not unit:
        return Reading(figure, remark=f"“{excerpt(shown)}”未写单位，按{kind.unit}读取" if figure else None)
    plainly = shown == number or (kind.unit_in_cell and plain(shown) == number + kind.unit)
    return Reading(figure, remark=None if plainly else f"写作“{excerpt(shown)}”，按{written}读取")
