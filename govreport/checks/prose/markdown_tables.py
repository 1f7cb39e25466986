"""Tables in prose as Markdown: totals added up, and each figure as a clause of its labels that rules can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import groupby

from govreport.checks.assertions import ASK, wrong_totals
from govreport.checks.findings import Finding, Identity
from govreport.checks.prose.discourse import MATTERS
from govreport.checks.prose.frames import Line, read_line
from govreport.checks.prose.lexicon import Lexicon, meanings_of
from govreport.checks.prose.own_columns import OwnNames, label_and_unit
from govreport.checks.prose.passages import MOST, Passage, without_marks
from govreport.core import Figure
from govreport.filing import Filing, OwnTable, read_value

_CELL = re.compile(r"(?:\\.|[^|\\])+")
_RULE = re.compile(r"[|:\- ]*-[|:\- ]*")
OTHER_YEARS = set("ＬＮＯ")
_LEADS_IN = re.compile(r"[^。！？]*(?:[下附见上]表|表[\d〔]|如下)[^。！？]*[。！？]|[^。！？]+$")
"""What of the text above a table is about it: sentences that speak of a table, a heading, what ends in no full stop."""
CELL_NAMES = {"row", "column", "group", "outcome", "proactive", "bare", "verb"}
"""Classes of words that name rows and columns of the form."""


@dataclass(frozen=True)
class MarkdownTable:
    """A table in prose.

    table: what it holds; lines: the source of each of its rows; above: the line before it.
    """

    table: OwnTable
    lines: tuple[str, ...]
    above: str


def markdown_tables(text: str) -> Iterator[MarkdownTable]:
    r"""Yield the tables of a part's text whose rows and columns have labels.

    >>> [found.table.values for found in markdown_tables("见下表：\n\n| 申请人 | 件数 |\n|---|---|\n| 自然人 | 31 |\n")]
    [((31,),)]
    """
    above = ""
    for is_table, block in groupby(text[:MOST].split("\n"), lambda line: line.lstrip().startswith("|")):
        lines = [line.strip() for line in block]
        if is_table and len(lines) > 2 and _RULE.fullmatch(lines[1]):
            cells = (map(without_marks, _CELL.findall(line.strip("|"))) for line in (lines[0], *lines[2:]))
            (corner, *heads), *rows = ([" ".join(cell.split()) for cell in line] for line in cells)
            if heads and all(len(row) == len(heads) + 1 and row[0] for row in rows):
                labels = tuple((row[0],) for row in rows)
                values = tuple(tuple(map(read_value, row[1:])) for row in rows)
                table = OwnTable("_", labels, tuple((head,) for head in heads), values, corner)
                yield MarkdownTable(table, tuple(lines[2:]), above)
        above = next((line for line in reversed(lines) if line), above)


def sums_in_tables(filing: Filing, text: str) -> Iterator[Finding]:
    """Yield a warning (N2) for each total of a table in prose that is not the sum of what stands above or beside it."""
    for found in markdown_tables(text):
        for failed in wrong_totals(found.table):
            row = next(n for n, names in enumerate(found.table.names) if failed.cells[0] in names)
            told = f"{failed.text}；{ASK}。"
            total, quote = Identity("N2", (), failed.stated, failed.expected, told), found.lines[row].strip("| ")
            yield Finding(filing.agency, filing.year, "warning", told, (total,), quote=quote)


def table_passages(text: str, year: int, words: Lexicon | None, named: OwnNames | None) -> Iterator[Passage]:
    """Yield each figure of a part's tables as a passage of its labels and itself.

    Only of tables whose labels words explain wholly, and that say by themselves or by the line above what is counted;
    not where what leads in to a table speaks of another year, or of others than the office, and not of rows and columns
    that part what the form counts in its own way: by channel, by level.
    """
    for found in markdown_tables(text):
        clauses = list(_clauses(found))
        lines = [read_line(clause, year, words) for clause in clauses]
        above = f"{found.above.lstrip('# ')}，{found.table.corner}"
        lead, before = (_read("".join(told), year, words) for told in (_LEADS_IN.findall(above), above))
        hits = [hit for line in (lead, *lines) for hit in line.hits]
        nouns = {*meanings_of(hits, "noun")} or {*meanings_of(before.hits, "noun")}
        own = ((line.text, named.words.find(line.text)) for line in lines) if named else ()
        labels = {text[hit.start : hit.end] for text, hits in own for hit in hits}
        known = bool(nouns) and nouns.isdisjoint(MATTERS)
        known |= any(not labels.isdisjoint(column.rows) for column in (named.columns if named else ()))
        is_own = {*meanings_of(lead.hits, "scope")} <= {"own"} and OTHER_YEARS.isdisjoint(lead.text)
        if known and is_own and all(_is_explained(line, labels) for line in lines):
            yield from (
                clause for clause, line in zip(clauses, lines, strict=True) if labels or not _parts(line, nouns)
            )


def _parts(line: Line, nouns: Set[str]) -> bool:
    """Whether labels name a part that no cell of the form holds: 网络, or 其他 that is no outcome of disputes."""
    cells = CELL_NAMES - (set() if "disputes" in nouns else {"outcome"})
    told = [hit.meanings for hit in line.hits if hit.meanings.keys().isdisjoint(cells)]
    return any(
        "set" in meanings or meanings.get("open") == "remainder" or meanings.get("limit", "compare") != "compare"
        for meanings in told
    )


def _clauses(found: MarkdownTable) -> Iterator[Passage]:
    """Yield each figure of a table as a passage: 自然人新收31件, whose labels stand where the row's does."""
    for line, row, values in zip(found.lines, found.table.rows, found.table.values, strict=True):
        first, *spans = (match.span() for match in _CELL.finditer(line))
        for column, value, (start, end) in zip(found.table.columns, values, spans, strict=True):
            figure, (label, unit) = without_marks(line[start:end]), label_and_unit(column[-1])
            if isinstance(value, Figure):
                labels, place = label_and_unit(row[-1])[0] + label, line.find(figure, start, end)
                written = range(place, place + len(figure)) if place >= 0 else (*[start] * (len(figure) - 1), end - 1)
                origin = (*[first[0]] * len(labels), *written)
                text = f"{labels}{figure}{unit}"
                yield Passage(text, line, (*origin, *[origin[-1]] * len(unit)), "", text)


def _read(text: str, year: int, words: Lexicon | None) -> Line:
    return read_line(Passage(text, text, tuple(range(len(text))), "", text), year, words)


def _is_explained(line: Line, labels: set[str]) -> bool:
    """Whether words and labels explain all that stands before a line's only figure."""
    return len(line.frames) == 1 and set(line.unknown(0, line.frames[0].place)) <= set("".join(labels))
