"""Beginning a filing from last year's: its prose with figures as expressions, years moved on, and marks to look at."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from govreport.checks.prose.claims import AGREES, Claim
from govreport.checks.prose.lexicon import Lexicon
from govreport.checks.prose.part_rules import has_words
from govreport.checks.prose.passages import cover_uncounted
from govreport.checks.prose.reader import read_claims
from govreport.core import ExpressionError, FilingError, listed
from govreport.filing import (
    LOOK_AGAIN,
    Filing,
    Narrative,
    Part,
    Scope,
    evaluate,
    look_again,
    moved_expressions,
    render_prose,
)

SHOWN = 12
"""Most figures that a mark names."""
FORMATS = ("", " | thousands", " | wan")
_WORDS = str.maketrans("0123456789", "〇一二三四五六七八九")
_PERIOD = r"0?1\s*月\s*0?1\s*日|12\s*月\s*31\s*日|0?1\s*月?\s*[至到—~-]|一月一日|十二月三十一日"
"""Where a reporting year begins and ends: other dates are of events, which the next year has not seen."""
_NUMBER = re.compile(r"\d[\d,.]*(?=\D*$)")
_FIGURE = re.compile(r"\d[\d,.]*+(?![年月日])[\w%]?")
_EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PARAGRAPH = re.compile(r"\A((?:#.*\n)*)(?![#>|\s]|<!--|~~~|```|[-*+] |\d{1,2}[.)] )(?=\S)")


def begin_again(filing: Filing, last: Filing, earlier: Filing | None = None, words: Lexicon | None = None) -> Filing:
    """Return a filing with last year's prose, and blank tables where an analyst added some.

    filing: of the new year, without prose; earlier: the filing before last year's; words: see `read_claims`.
    A figure that the prose reader takes for one cell becomes its expression, where that prints the same. Reporting
    years move on, dates of events and titles stay. Paragraphs are marked to be looked at, with the figures left.

    >>> last = Filing.from_cells("demo", "示例局", 2023, {"applications.new.total": 6})
    >>> last = replace(last, narrative=Narrative(parts={3: Part("三、", "2023年新收申请6件，网上5件。")}))
    >>> print(begin_again(Filing.from_cells("demo", "示例局", 2024, {}), last).narrative.parts[3].text)
    <!-- 待核对：5件是上年的数字 -->
    2024年新收申请{{ applications.new.total }}件，网上5件。
    """
    filing = replace(filing, tables={key: table.blank() for key, table in last.tables.items()})
    try:
        prose = render_prose(last, earlier)
    except FilingError:
        prose = {number: part.text for number, part in last.narrative.parts.items()}
    claims, parts, before = read_claims(last, prose, earlier, words), dict[int, Part](), Scope(last, earlier)
    for number, part in last.narrative.parts.items():
        text = moved_expressions(part.text, Scope(filing, last), before)
        text = _with_expressions(text, [c for c in claims if c.part == number], before, filing.form.names)
        text = _marked(years_moved_on(text, last.year), bool(number))
        parts[number] = Part(years_moved_on(part.heading, last.year), text)
    written = last.narrative
    title = years_moved_on(written.title, last.year)
    narrative = Narrative(title, contact=written.contact, signature=written.signatories, parts=parts)
    return replace(filing, narrative=narrative)


def _with_expressions(text: str, claims: Sequence[Claim], scope: Scope, names: Collection[str]) -> str:
    """Return a text with expressions for figures that stand for one cell wherever the same words precede them."""
    readings: dict[str, set[str]] = {}
    for claim in claims:
        if claim.rule in ("", "N1"):
            is_cell = claim.verdict == AGREES and len(claim.cells) == 1 and claim.cells[0] in names
            readings.setdefault(claim.figure.lstrip("…"), set()).add(claim.cells[0] if is_cell else "")
    for told in sorted(readings, key=len, reverse=True):
        meant = set().union(*(cells for other, cells in readings.items() if other.endswith(told)))
        number = _NUMBER.search(told)
        if number and len(meant) == 1 and (cell := min(meant)):
            written = told[: number.start()] + _expression(cell, told[number.start() :], scope)
            text = re.sub(rf"(?<![\d,.]){re.escape(told)}", written.replace("\\", r"\\"), text)
    return text


def _expression(cell: str, figure: str, scope: Scope) -> str:
    """Return a figure and what follows it, with the expression in its place that prints it; else as it is."""
    for form in FORMATS:
        with suppress(ExpressionError):
            value = evaluate(cell + form, scope)
            if re.match(rf"{re.escape(value)}(?![\d,.])", figure):
                return f"{{{{ {cell}{form} }}}}{figure[len(value) :]}"
    return figure


def years_moved_on(text: str, year: int) -> str:
    """Return a text in which a reporting year, the one before and the one after are each the next.

    >>> years_moved_on("2023年1月1日至2023年12月31日；2023年5月4日印发《2023年要点》；2024年将改进。", 2023)
    '2024年1月1日至2024年12月31日；2023年5月4日印发《2023年要点》；2025年将改进。'
    """
    following = {str(known): str(known + 1) for known in (year - 1, year, year + 1)}
    following |= {old.translate(_WORDS): new.translate(_WORDS) for old, new in following.items()}
    after = rf"(?=\s*年(?:\s*(?:{_PERIOD})|(?!\s*[\d一二三四五六七八九十]+\s*月)))"
    pattern = rf"《[^《》]*》|(?<![\d〔])(?:{'|'.join(following)}){after}"
    return re.sub(pattern, lambda match: following.get(match[0], match[0]), text)


def _marked(text: str, is_part: bool) -> str:
    """Return a text with a mark before each paragraph: in the preamble only where it holds figures."""
    text = LOOK_AGAIN.sub("", text)
    if not has_words(text):
        return text
    pieces = [text] if "```" in text or "~~~" in text else re.split(r"(\n[ \t]*\n\s*)", text)
    marked = [
        _PARAGRAPH.sub(rf"\1{_mark(piece)}\n", piece) if is_part or _figures(piece) else piece for piece in pieces
    ]
    return "".join(marked) if marked != pieces or not is_part else f"{_mark(text)}\n\n{text}"


def _figures(text: str) -> list[str]:
    return _FIGURE.findall(cover_uncounted(_EXPRESSION.sub("", text)))


def _mark(text: str) -> str:
    figures = _figures(text)
    return look_again(f"{listed(figures, SHOWN, '个')}是上年的数字" if figures else "")
