"""Reading the prose of a filing into claims, and the findings of rules N1 to N5; blanks that it quotes (T3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.cell_claims import cell_claims
from govreport.checks.prose.claims import DISAGREES, OPEN, Claim
from govreport.checks.prose.context import Context
from govreport.checks.prose.frames import read_line
from govreport.checks.prose.growth import growth_claims
from govreport.checks.prose.lexicon import Lexicon
from govreport.checks.prose.list_claims import list_claims
from govreport.checks.prose.markdown_tables import sums_in_tables, table_passages
from govreport.checks.prose.passage_lists import lists_of
from govreport.checks.prose.passages import HEADING, MOST, passages
from govreport.checks.prose.shares import share_claims
from govreport.checks.prose.statements import statement_claims
from govreport.checks.prose.subjects import subjects_of
from govreport.checks.prose.sureness import weigh
from govreport.checks.prose.values import Values
from govreport.filing import BLANK, ORDINALS, UNREAD_FIGURE, Filing

NOTEBOOK = -1
"""In place of a part's number: a Markdown cell of the notebook."""
_SENTENCE = re.compile(r"[。！？\n]")
_LACKING = (BLANK, "没有填", "补填"), (UNREAD_FIGURE, "读不出来", "在表中改正")
"""What is printed in place of a figure, why, and what is to be done."""
RULES = (list_claims, cell_claims, share_claims, growth_claims, statement_claims)


def read_claims(
    filing: Filing, prose: Mapping[int, str], last: Filing | None = None, words: Lexicon | None = None
) -> list[Claim]:
    """Return all that the prose claims about figures, in order; figures that nothing reads are OPEN claims.

    prose: the parts by number, figures filled in; last: last year's filing; words: those of the package by default.
    """
    claims: list[Claim] = []
    for context, found in _read(filing, prose, last, words):
        read, told = {claim.place for claim in found}, [claim.in_words() for claim in found]
        told += [
            Claim(context.part, frame.quote, frame.told, "没有对应的单元格", OPEN, frame.quantity.start)
            for frame in context.line.frames
            if frame.quantity.start not in read and frame.number not in context.lists.parents
        ]
        claims += sorted(told, key=lambda claim: claim.place)
    return claims


def _read(
    filing: Filing, prose: Mapping[int, str], last: Filing | None, words: Lexicon | None
) -> Iterator[tuple[Context, list[Claim]]]:
    """Yield the lines of the prose that hold figures or statements, each with what the rules read in it."""
    values, before = Values(filing), Values(last) if last else None
    for part, text in sorted(prose.items()):
        tables = table_passages(text, filing.year, words, values.named) if "|" in text else ()
        headings = passages("\n\n".join(HEADING.findall(text[:MOST])))
        for passage in (*passages(text), *headings, *tables):
            line = read_line(passage, filing.year, words)
            if line.hits or line.frames:
                lists = lists_of(line)
                subjects = subjects_of(line, part, lists, filing.form.names, values.named)
                context = Context(part, line, lists, *subjects, values, before)
                claims = [claim for rule in RULES for claim in rule(context)]
                yield context, weigh(claims, line.frames)
            line.frames.clear()  # frames know their line: without this each line waits for the garbage collector


def check_prose(
    filing: Filing, prose: Mapping[int, str], last: Filing | None = None, words: Lexicon | None = None
) -> list[Finding]:
    """Return the findings of rules N1 to N5 on the prose of a filing, and a warning (T3) for each blank that it quotes.

    A sentence that is repeated is told once.
    """
    told, report = list[Finding](), (filing.agency, filing.year)
    for _, claims in _read(filing, prose, last, words):
        wrong = sorted((claim for claim in claims if claim.verdict == DISAGREES), key=lambda claim: claim.place)
        told += [claim.finding(filing) for claim in wrong]
    for part, text in prose.items():
        told += sums_in_tables(filing, text) if "|" in text else ()
        name = f"第{ORDINALS[part - 1]}部分" if part > 0 else "前言" if part == 0 else "笔记本的一格文字"
        for mark, why, ask in _LACKING:
            for quote in (sentence.strip() for sentence in _SENTENCE.split(text) if mark in sentence):
                message = f"{name}引用的数字{why}，会印作“{mark}”：“{quote}”；请{ask}，或改写这句。"
                told.append(Finding(*report, "warning", message, (Identity("T3", ()),), quote=quote))
        if len(text) > MOST:
            message = f"{name}超过{MOST}字，其后的数字没有核对；请人工核对。"
            told.append(Finding(*report, "notice", message, (Identity("N1", ()),)))
    return list({(finding.message, finding.quote): finding for finding in told}.values())
