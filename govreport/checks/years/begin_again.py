"""Beginning a filing from last year's: the figures that carry over, and its prose, marked to be looked at.

In the prose figures are expressions, and years move on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace

from govreport import filing
from govreport.checks.edits.matrix import blank_totals
from govreport.checks.prose.claims import AGREES, Claim
from govreport.checks.prose.lexicon import Lexicon, lexicon
from govreport.checks.prose.part_rules import has_words
from govreport.checks.prose.passages import cover_uncounted
from govreport.checks.prose.reader import read_claims
from govreport.checks.years.comparison import carried_pairs
from govreport.core import ExpressionError, FilingError, block_lines, listed
from govreport.filing import Filing, Narrative, Part, Scope

LIMITS = ("channel", "subset")
"""Of words that limit what a figure counts, those that no cell does."""
SHOWN = 12
"""Most figures that a mark names."""
FORMATS = ("", " | thousands", " | wan")
_WORDS = str.maketrans("0123456789", "〇一二三四五六七八九")
_PERIOD = r"0?1\s*月\s*0?1\s*日|12\s*月\s*31\s*日|0?1\s*月?\s*[至到—~-]|一月一日|十二月三十一日"
"""Where a reporting year begins and ends: other dates are of events, which the next year has not seen."""
_NUMBER = re.compile(r"\d[\d,.]*(?=\D*$)")
_FIGURE = re.compile(r"\d[\d,.]*+(?![年月日])[\w%]?")
_NO_FIGURE = re.compile(r"\{\{.*?\}\}|\[\^[^\]\s]+\]", re.DOTALL)
"""An expression, or the mark of a footnote."""


def begin_again(blank: Filing, last: Filing, earlier: Filing | None = None, words: Lexicon | None = None) -> Filing:
    """Return a filing with last year's prose, and blank tables where an analyst added some.

    blank: of the new year, without prose; earlier: the filing before last year's; words: see `read_claims`.
    A figure that the prose reader takes for one cell becomes its expression, where that prints the same. Reporting
    years move on, dates of events and titles stay. Paragraphs, lists, tables and quotations are marked to be looked
    at, with the figures left.

    >>> last = Filing.from_cells("demo", "示例局", 2023, {"applications.new.total": 6})
    >>> last = replace(last, narrative=Narrative(parts={3: Part("三、", "2023年新收申请6件，网上5件。")}))
    >>> print(begin_again(Filing.from_cells("demo", "示例局", 2024, {}), last).narrative.parts[3].text)
    <!-- 待核对：5件是上年的数字 -->
    2024年新收申请{{ applications.new.total }}件，网上5件。
    """
    blank = replace(blank, tables={key: table.blank() for key, table in last.tables.items()})
    try:
        prose = filing.render_prose(last, earlier)
    except FilingError:
        prose = {number: part.text for number, part in last.narrative.parts.items()}
    claims, parts, before = read_claims(last, prose, earlier, words), dict[int, Part](), Scope(last, earlier)
    for number, part in last.narrative.parts.items():
        text = filing.moved_expressions(part.text, Scope(blank, last), before)
        own = [c for c in claims if c.part == number]
        text = _with_expressions(text, own, before, blank.form.names, words or lexicon())
        text = _marked(years_moved_on(text, last.year))
        parts[number] = Part(years_moved_on(part.heading, last.year), text)
    written = last.narrative
    title = years_moved_on(written.title, last.year)
    narrative = Narrative(title, contact=written.contact, signature=written.signatories, parts=parts)
    return replace(blank, narrative=narrative)


def with_carry_over(blank: Filing, last: Filing | None) -> Filing:
    """Return a filing with the figures that a rule equates with last year's, where the rule's cells are all blank."""
    if not last:
        return blank
    unknown = {*last.unreadable, *blank_totals(last)}
    pairs = [pair for pair in carried_pairs(blank, last) if pair.last_name not in unknown]
    filled = {pair.rule for pair in pairs if pair.change.now is not None or pair.change.unreadable[0]}
    taken = {pair.change.name: pair.change.before for pair in pairs if pair.rule not in filled}
    return replace(blank, cells={**blank.cells, **taken})


def _with_expressions(text: str, claims: Sequence[Claim], scope: Scope, names: Collection[str], words: Lexicon) -> str:
    """Return a text with expressions for figures that stand for one cell wherever the same words precede them.

    A figure with a word that limits it, such as a channel, only equals its cell; so does another of a sentence.
    """
    readings: dict[str, set[str]] = {}
    named = dict[tuple[str, tuple[str, ...]], str]()
    for claim in claims:
        if claim.rule in ("", "N1"):
            told = claim.figure.lstrip("…")
            is_limited = any(hit.meanings.get("limit") in LIMITS for hit in words.find(told))
            is_first = told.endswith(named.setdefault((claim.quote, claim.cells), told))
            is_cell = claim.verdict == AGREES and len(claim.cells) == 1 and claim.cells[0] in names
            cell = claim.cells[0] if is_cell and is_first and not is_limited else ""
            readings.setdefault(told, set()).add(cell)
    for told in sorted(readings, key=len, reverse=True):
        meant = set().union(*(cells for other, cells in readings.items() if other.endswith(told)))
        number = _NUMBER.search(told)
        if number and len(meant) == 1 and (cell := min(meant)):
            written = told[: number.start()] + _expression(cell, told[number.start() :], scope)
            pattern = rf"`[^`]*`|(?<![\d,.])({re.escape(told)})(?!\d)"
            text = re.sub(pattern, lambda found: written if found[1] else found[0], text)  # noqa: B023
    return text


def _expression(cell: str, figure: str, scope: Scope) -> str:
    """Return a figure and what follows it, with the expression in its place that prints it; else as it is."""
    for form in FORMATS:
        with suppress(ExpressionError):
            value = filing.evaluate(cell + form, scope)
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
    known = "|".join(following)
    pattern = rf"《[^《》]*》|(?<![\d〔])(?:([\d〇一二三四五六七八九]{{4}})(\s*[—–~～至到-]+\s*))?({known}){after}"

    def moved(match: re.Match[str]) -> str:
        first, dash, year = match.groups("")
        if not year or (first and first not in following):
            return match[0]
        return f"{following.get(first, '')}{dash}{following[year]}"

    return re.sub(pattern, moved, text)


def _marked(text: str) -> str:
    """Return a text with a mark before each paragraph, list, table or quotation that has words."""
    text = filing.LOOK_AGAIN.sub("", text)
    lines = text.split("\n")
    for begin, end in reversed(block_lines(text)):
        if has_words(block := "\n".join(lines[begin:end])):
            figures = _FIGURE.findall(cover_uncounted(_NO_FIGURE.sub("", block)))
            lines.insert(begin, filing.look_again(f"{listed(figures, SHOWN, '个')}是上年的数字" if figures else ""))
    return "\n".join(lines)
