"""Reading the prose of a filing into claims, and the findings of rules N1 to N5."""

from __future__ import annotations

from collections.abc import Mapping

from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.claims import DISAGREES, OPEN, Claim, mention_text
from govreport.checks.prose.context import read_passage
from govreport.checks.prose.growth import growth_claims, level_claims
from govreport.checks.prose.negations import negation_claims
from govreport.checks.prose.passages import MOST, passages
from govreport.checks.prose.shares import share_claims
from govreport.checks.prose.table_claims import table_claims
from govreport.filing import ORDINALS, Filing


def read_claims(filing: Filing, prose: Mapping[int, str], last: Filing | None = None) -> list[Claim]:
    """Return all that the prose claims about figures, in order; figures that nothing reads are OPEN claims.

    prose: the parts by number, figures filled in; last: last year's filing.
    """
    claims: list[Claim] = []
    for part, text in sorted(prose.items()):
        for passage in passages(text):
            context = read_passage(passage, part, filing, last)
            found = context.claims
            found += table_claims(context)
            found += share_claims(context)
            found += growth_claims(context)
            found += level_claims(context)
            found += negation_claims(context)
            read = {claim.place for claim in found}
            found += [
                Claim(part, mention.quote, mention_text(mention), "没有对应的单元格", OPEN, mention.quantity.start)
                for mention in context.mentions
                if mention.quantity.start not in read and mention.number not in context.parents
            ]
            claims += sorted(found, key=lambda claim: claim.place)
    return claims


def check_prose(filing: Filing, prose: Mapping[int, str], last: Filing | None = None) -> list[Finding]:
    """Return the findings of rules N1 to N5 on the prose of a filing; a sentence that is repeated is told once."""
    claims = [claim for claim in read_claims(filing, prose, last) if claim.verdict == DISAGREES]
    found = {(claim.message, claim.quote): claim.finding(filing) for claim in claims}
    for part, text in prose.items():
        if len(text) > MOST:
            name = f"第{ORDINALS[part - 1]}部分" if part else "前言"
            message = f"{name}超过{MOST}字，其后的数字没有核对；请人工核对。"
            found[message, ""] = Finding(filing.agency, filing.year, "notice", message, (Identity("N1", ()),))
    return list(found.values())
