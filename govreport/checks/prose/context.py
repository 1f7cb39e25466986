"""A passage read in full: its mentions, its lists, what each mention can speak of, and whose figure it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from govreport.checks.prose import breakdowns
from govreport.checks.prose.claims import AGREES, Claim
from govreport.checks.prose.listings import listings
from govreport.checks.prose.mentions import Mention, mentions
from govreport.checks.prose.passages import Passage
from govreport.checks.prose.readings import Reading, fitting, reading_of
from govreport.checks.prose.words import words
from govreport.filing import Filing


@dataclass
class Context:
    """What is known of a passage.

    part: number of the part; mentions: its figures; parents: for parts of lists their totals, by number;
    readings: what mentions can speak of, by number; claims: those read so far.
    """

    passage: Passage
    part: int
    filing: Filing
    last: Filing | None
    mentions: Sequence[Mention]
    parents: dict[int, Mention] = field(default_factory=dict)
    readings: dict[int, Reading] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def is_other_time(self, mention: Mention) -> bool:
        """Whether a mention speaks of another year, of a plan, or of many years together."""
        before = mention.before + mention.tail
        reading = self.readings.get(mention.number)
        carried = bool(reading and reading.rows and reading.rows[0][0].startswith("carried"))
        if re.search(rf"{self.filing.year}年", mention.label):
            return bool(words()["plan"].search(mention.before))
        if words()["plan"].search(mention.before) or words()["cumulative"].search(before):
            return True
        if any(int(year) < self.filing.year for year in re.findall(r"自((?:19|20)\d\d)年", mention.before)):
            return True
        if carried:
            return False
        said = re.search(rf"{words()['last year'].pattern}(?:同期)?[，为是有共的收受办]*$", mention.lead)
        other = mention.year(self.filing.year) != self.filing.year
        return other or is_of_last_year(mention.before) or bool(said or words()["up to now"].search(mention.before))

    def is_of_another(self, mention: Mention) -> bool:
        """Whether a mention follows another without any pause, as in 新收的88件办结83件."""
        before = self.mentions[mention.number - 1] if mention.number else None
        return bool(before and before.sentence == mention.sentence and not re.search(r"[，、；：。]", mention.lead))

    def confirmed(self, mention: Mention) -> bool:
        """Whether another mention of the passage agrees with the same rows of the table, and not by being 0."""
        own = set(self.readings[mention.number].options)
        return any(
            other is not mention and other.quantity.value and own & set(fitting(reading, other, self.filing))
            for other in self.mentions
            if (reading := self.readings.get(other.number))
        )


def is_of_last_year(before: str) -> bool:
    """Whether a sentence speaks of last year up to here, and not of this year since."""
    last = [m.end() for m in re.finditer(rf"(?:^|[，；：。]){words()['last year'].pattern}(?!的?[结转顺])", before)]
    now = [m.end() for m in words()["this year"].finditer(before)]
    return bool(last) and last[-1] > max(now, default=-1)


def read_passage(passage: Passage, part: int, filing: Filing, last: Filing | None) -> Context:
    """Read a passage: find its figures and lists, and what each figure can speak of."""
    found = mentions(passage)
    context = Context(passage, part, filing, last, found)
    taken: list[Mention] = []
    lists: list[tuple[Claim, Mention, Sequence[Mention]]] = []
    for listing in listings(found):
        claim, total, parts = breakdowns.judge(breakdowns.remove_parts(listing, taken), part)
        if claim and claim.verdict == AGREES:
            taken += parts
        for mention in parts:
            if mention is not total:
                context.parents.setdefault(mention.number, total)
        if claim and not (claim.severity and words()["plan"].search(total.before)):
            context.claims.append(claim)
            lists.append((claim, total, parts))
    context.claims += breakdowns.uncued_claims(found, part)
    before: Reading | None = None
    for mention in found:
        parent = context.parents.get(mention.number)
        flow = before if before and not before.rows[0][0].startswith("carried") else None
        inherited = context.readings.get(parent.number) if parent else flow
        listed = parent is not None and inherited is None
        reading = reading_of(mention, part, inherited, listed=listed)
        if reading and (reading := _in_form(reading, filing)):
            context.readings[mention.number] = _with_carried_in(mention, reading)
            if reading.rows:
                before = reading
    wrong = [claim for claim, total, parts in lists if claim.severity and _is_of_the_table(context, total, parts)]
    context.claims = [claim for claim in context.claims if claim not in wrong]
    return context


def _is_of_the_table(context: Context, total: Mention, parts: Sequence[Mention]) -> bool:
    """Whether parts in a sentence of their own are results of applications rather than all parts of a total."""
    read = [context.readings[m.number] for m in parts if m.number in context.readings]
    results = [r for r in read if r.rows and r.rows[0][0] not in ("new", "total", "carried_in", "carried_out")]
    return parts[0].sentence != total.sentence and bool(results)


def _in_form(reading: Reading, filing: Filing) -> Reading | None:
    """Return a reading without the options that the form has no cells for."""
    options = tuple(
        option
        for option in reading.options
        if all(name.endswith(".closed") or name in filing.form.names for name in option)
    )
    return replace(reading, options=options) if options else None


def _with_carried_in(mention: Mention, reading: Reading) -> Reading:
    """Return a reading that a bracket right behind the figure widens: received, those carried in included."""
    both = (("new", "carried_in"),)
    behind = mention.passage.text[mention.quantity.end :]
    if both[0] in reading.rows and words()["includes carried in"].match(behind):
        column = reading.options[0][0].rpartition(".")[2]
        return Reading((tuple(f"applications.{row}.{column}" for row in both[0]),), sure=False, rows=both)
    return reading
