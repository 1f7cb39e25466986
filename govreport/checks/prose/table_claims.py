"""Rule N1: a figure in prose about a cell, or a sum of cells, equals it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from govreport.checks.localise.typing_errors import mistyped
from govreport.checks.prose.claims import AGREES, DISAGREES, OPEN, Claim, mention_text, plain
from govreport.checks.prose.context import Context
from govreport.checks.prose.mentions import Mention
from govreport.checks.prose.readings import FLOWS, Cells, Reading, base_value, fitting, scale_of
from govreport.checks.prose.words import words
from govreport.core import write_figure
from govreport.filing import Filing

MANY_DIGITS = 99
"""Swapped digits are told from another figure only in numbers beyond this."""


def table_claims(context: Context) -> Iterator[Claim]:
    """Yield a claim for each figure that can speak of cells."""
    for mention in context.mentions:
        if (reading := context.readings.get(mention.number)) and mention.is_count:
            yield _claim(context, mention, reading)


def _claim(context: Context, mention: Mention, reading: Reading) -> Claim:
    filing, place = context.filing, mention.quantity.start
    base = (context.part, mention.quote, mention_text(mention))
    if context.is_other_time(mention):
        return Claim(*base, "不是本年数字", OPEN, place)
    if fit := fitting(reading, mention, filing):
        return Claim(*base, sum_in_words(filing, fit[0]), AGREES, place, "N1", cells=fit[0])
    if doubt := _near_miss(mention, reading, filing):
        return _disagrees(context, mention, reading.options[0], "notice", doubt)
    if base_value(filing, reading.options[0]) is None:
        return Claim(*base, "表中数字未填或有多种读法", OPEN, place)
    if _with_others(context, mention, reading):
        return Claim(*base, "与同段其他数字合计相符", OPEN, place)
    cells = reading.options[0]
    severity = "error" if mention.quantity.exact else "notice"
    flow = reading.rows and reading.rows[0] in FLOWS and cells[0].endswith(".total")
    if flow and (context.is_of_another(mention) or _is_dated_otherwise(context, mention)):
        return Claim(*base, "只是其中一部分", OPEN, place)
    if words()["wide"].search(mention.before) or words()["narrow"].search(mention.before):
        value = base_value(filing, cells)
        parts = [m for m in context.mentions if context.parents.get(m.number) is mention]
        if context.confirmed(mention) or any(m.quantity.value == value for m in parts):
            return Claim(*base, "范围不同", OPEN, place)
        severity = severity if _is_typo(mention, value) else "notice"
    elif not reading.sure:
        return Claim(*base, "可能不是表中所指", OPEN, place)
    return _disagrees(context, mention, cells, severity, "" if severity == "error" else "请核对是否同一范围")


def _with_others(context: Context, mention: Mention, reading: Reading) -> bool:
    """Whether a number of those finished agrees once those carried in, told of apart, are added to it."""
    if ("total",) not in reading.rows:
        return False
    value = base_value(context.filing, ("applications.total.total",))
    carried = [n for n, other in context.readings.items() if ("carried_in",) in other.rows]
    return any(mention.quantity.value + context.mentions[n].quantity.value == value for n in carried)


def _is_dated_otherwise(context: Context, mention: Mention) -> bool:
    """Whether a mention is a part of a total, and nothing says that it is of this year alone."""
    parent = context.parents.get(mention.number)
    if parent is None:
        return False
    whole = context.readings.get(parent.number)
    return f"{context.filing.year}年" not in mention.label or (whole is not None and ("total",) in whole.rows)


def _disagrees(context: Context, mention: Mention, cells: Cells, severity: str, doubt: str) -> Claim:
    scale = scale_of(context.filing, cells)
    stated = plain(mention.quantity.value / scale)
    expected = plain((base_value(context.filing, cells) or Fraction(0)) / scale)
    told = sum_in_words(context.filing, cells)
    total = f"，合计{write_figure(expected)}" if len(cells) > 1 else ""
    gap = stated - expected if stated > expected else expected - stated
    doubt = f"；{doubt}" if doubt else ""
    message = f"“{mention_text(mention)}”，表格中{told}{total}，相差{write_figure(gap)}{doubt}。"
    return Claim(
        context.part, mention.quote, mention_text(mention), told, DISAGREES, mention.quantity.start,
        "N1", severity, message, cells, stated, expected,
    )  # fmt: skip


def _is_typo(mention: Mention, expected: Fraction | None) -> bool:
    """Whether two neighbouring digits are swapped."""
    stated = int(mention.quantity.value)
    return expected is not None and stated > MANY_DIGITS and stated in mistyped(int(expected))["swapped"]


def _near_miss(mention: Mention, reading: Reading, filing: Filing) -> str:
    """Return what a figure that is not the usual reading's would be: a doubt, not a contradiction."""
    row = reading.options[0]
    closed = base_value(filing, tuple(name.removesuffix("total") + "closed" for name in row))
    if closed is not None and mention.quantity.may_be(closed):
        return "与已有结果的件数相同，请核对是否漏计未结案件"
    if reading.rows == (("new", "carried_in"),):
        new = base_value(filing, row[:1])
        if new is not None and mention.quantity.may_be(new):
            return "与本年新收的件数相同，请核对是否含上年结转"
    return ""


def sum_in_words(filing: Filing, cells: Cells) -> str:
    """Return a sum of cells with labels and figures."""
    named_cells = [name.removesuffix("closed") + "total" if name.endswith(".closed") else name for name in cells]
    terms = []
    for name, shown_name in zip(cells, named_cells, strict=True):
        value = base_value(filing, (name,))
        figure = "未填" if value is None else write_figure(plain(value / scale_of(filing, (name,))))
        terms.append(f"{filing.form.label_of(shown_name)}{figure}")
    return "＋".join(terms)
