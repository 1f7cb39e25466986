"""The review copy: the report with its findings on top and every doubtful cell and sentence marked in place."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape
from itertools import chain, groupby, islice, pairwise
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from govreport import core
from govreport.checks import ASSERTED, COMMENT, SEVERITY_NAMES, Account, Finding, Review, signed_state, state_of
from govreport.filing import OWN, Filing, own_label
from govreport.forms import rule_explanations
from govreport.publish.document import Document
from govreport.publish.filled_in import with_numbers
from govreport.publish.html_writer import body_html, render, template
from govreport.publish.markup import markdown_blocks

NOT_REVIEWED = Review()
WAIVED, COMMENT_CLASS = "waived", "comment"
KINDS = SEVERITY_NAMES | {WAIVED: "已接受"}
CONFIDENCE = {"unique": "唯一的改法", "likely": "可能的改法"}
BLANK = "空白"
MOST_PLACES = 6
"""Most cells of a finding that its entry links; tables mark all of them."""
LONGEST_QUOTE = 60
"""Most letters of a quote that is never folded: three lines on a phone."""
SHORTEST = 4
"""Fewest letters of a quote that is looked for everywhere; a shorter one would be found anywhere."""
_NOISE = re.compile(r"[\s*_`~\\]")
_ITEM = re.compile(r"(?:^|\s)(?:[-*+]|\d{1,2}[.)])\s+")


@dataclass(frozen=True)
class Entry:
    """A finding as the review copy lists it.

    number: from 1, worst first; kind: its severity, or WAIVED; cells: those that the page shows;
    suspects: of these, the ones that are probably wrong themselves. sentence: whether it is about one.
    """

    number: int
    finding: Finding
    cells: tuple[str, ...]
    suspects: frozenset[str]
    sentence: bool

    @property
    def kind(self) -> str:
        """The class of its colour."""
        own = WAIVED if self.finding.waived else self.finding.severity
        return COMMENT_CLASS if self.finding.rule == COMMENT else own

    @property
    def repairs(self) -> Mapping[str, str]:
        """The cells that its suggestion changes, with their new figures."""
        cells = self.finding.suggestion["cells"] if self.finding.suggestion else {}
        return {cell: core.write_figure(core.figure_of_number(number)) for cell, number in cells.items()}

    @property
    def told(self) -> tuple[str, str]:
        """Its message, and apart from it the repairs in words, the likeliest first; empty without any."""
        how = self.finding.suggestion["confidence"] if self.finding.suggestion else ""
        told, label, repairs = self.finding.message.partition(f"{CONFIDENCE.get(how, '')}：" if how else "\0")
        return told, label + repairs

    @property
    def kind_name(self) -> str:
        """Its severity in words, and whether it was accepted."""
        name = COMMENT if self.kind == COMMENT_CLASS else SEVERITY_NAMES[self.finding.severity]
        return f"{name}（{KINDS[WAIVED]}）" if self.kind == WAIVED else name


def review_page(document: Document, review: Review = NOT_REVIEWED, notes: Sequence[str] = ()) -> str:
    """Return a document's review copy as a self-contained HTML page.

    review: what reviewers have said of its filing so far. notes: sentences about what the document lacks.

    >>> "未发现问题" in review_page(Document(("示例报告",), ()))
    True
    """
    findings, filing, last = document.account.findings, document.account.filing, document.account.last or {}
    known, cells = (filing.form.cells, filing.cells) if filing else ({}, {})
    inner = (cell for cell in _cells(document.blocks) if not cell.scope)
    printed = {cell.name: cell.text for cell in inner if cell.name in known or cell.name.startswith(OWN)}
    told = (*(f.on_page(document.numbers) for f in findings), *(comment.as_finding() for comment in review.comments))
    entries = [_entry(number, finding, filing, printed) for number, finding in enumerate(told, 1)]
    quotes = {e.number: (with_numbers(str(e.finding.quote), document.numbers), e.kind) for e in entries if e.sentence}
    nth = {number: comment.nth for number, comment in enumerate(review.comments, len(findings) + 1)}
    blocks = mark_sentences(document.blocks, quotes, nth)
    compared = {n: _last_year(cells[n], last[n], known[n].kind.unit) for n in printed if n in last}
    counts = Counter(entry.kind for entry in entries if entry.kind != COMMENT_CLASS)
    marked = {mark.number for runs in passages(blocks) for run in runs for mark in run.marks}
    others = {number: _letters(quote) for number, (quote, _) in quotes.items() if number not in marked}
    frame = {
        "标题": "".join(document.title),
        "联系方式": f"联系方式：{document.account.contact}",
        "落款": document.account.signature + document.date,
    }
    body = list(_body(blocks, entries, compared, others, document.analysed))
    for remark in reversed(document.remarks):
        body.insert(remark.place, _marks().remark(remark.told(), "".join(body_html(remark.blocks))))
    return render(
        "review.html",
        document,
        body,
        entries=entries,
        state=signed_state(state_of(counts), review.signoff),
        signoff=review.signoff,
        notes=[*notes, review.problem] if review.problem else notes,
        answered=_answered(document.account, filing.agency, review) if filing and review.digest else {},
        summary="、".join(f"{KINDS[kind]}{counts[kind]}项" for kind in KINDS if counts[kind]) or "未发现问题",
        quoted=marked.union(*(_beside(block, others) for block in blocks)),
        framed={number: name for name, text in frame.items() for number in _standing(text, others)},
        labels={name: known[name].label if name in known else own_label(name) for name in printed},
        codes=dict(enumerate(findings.numbers, 1)),
        sentences={
            n: finding.quoted if (finding := entries[n - 1].finding).is_of_prose else sentence_text(quote)
            for n, (quote, _) in quotes.items()
        },
        compared=compared,
        rules={rule: told for rule, told in rule_explanations().items() if rule in {f.rule for f in findings}},
        most=MOST_PLACES,
        long=LONGEST_QUOTE,
    )


def _answered(account: Account, slug: str, review: Review) -> Mapping[str, object]:
    """Return what an answer must name: the report, both digests of a review, and the codes of findings by number."""
    open_codes = {n: f.code for n, f in enumerate(account.findings, 1) if f.can_be_accepted}
    return {"agency": slug, "year": account.year, "digest": review.digest, "copy": review.copy, "findings": open_codes}


def _cells(blocks: Iterable[core.Block]) -> Iterator[core.GridCell]:
    yield from (cell for block in blocks if isinstance(block, core.Grid) for row in block.body for cell in row)


def _entry(number: int, finding: Finding, filing: Filing | None, printed: Mapping[str, str]) -> Entry:
    """Return a finding as an entry; what a finding quotes is a sentence unless it is an unreadable cell's text."""
    derived, unreadable, figures = (filing.form.derived, filing.unreadable, filing.cells) if filing else ({}, {}, {})
    named = [cell for identity in finding.identities for cell in identity.cells]
    repaired = tuple(finding.suggestion["cells"]) if finding.suggestion else ()
    own = dict.fromkeys(part for name in (*named, *repaired) for part in derived.get(name, (name,)))
    sentence = bool(finding.quote) and own.keys().isdisjoint(unreadable)
    alone = [*own] if len(own) == 1 and not sentence else []
    if finding.rule in ASSERTED:
        alone = [identity.cells[0] for identity in finding.identities if identity.cells]
    suspects = frozenset(repaired or alone) & printed.keys()
    adding = suspects | {name for name in own if figures.get(name, 1)}  # zeros, blanks add nothing
    cells = sorted((name for name in own if name in printed and name in adding), key=lambda name: name not in suspects)
    return Entry(number, finding, tuple(cells), suspects, sentence)


def _written(figure: core.Figure) -> str:
    """Return a figure without trailing zeros."""
    return core.write_figure(Decimal(figure).normalize())


def _last_year(now: core.Figure | None, before: core.Figure | None, unit: str) -> tuple[str, bool]:
    """Return last year's figure and the change in words, and whether both years are zero or blank."""
    told = f"上年{BLANK}" if before is None else f"上年{_written(before)}{unit}"
    if now is not None and before is not None:
        by = Decimal(now) - before
        told += f"，{'增加' if by > 0 else '减少'}{_written(abs(by))}{unit}" if by else "，未变"
    return told, not now and not before


def _standing(text: str, quotes: Mapping[int, str]) -> set[int]:
    """Return which quotes, by their letters, stand in a text."""
    written = _NOISE.sub("", text) if quotes else ""
    return {number for number, letters in quotes.items() if letters in written}


def _beside(block: core.Block, quotes: Mapping[int, str]) -> set[int]:
    """Return which quotes stand in a table or under a picture, where no mark can show them."""
    texts = [block.caption] if isinstance(block, core.Grid | core.Picture) else []
    texts += [cell.text for cell in block.cells] if isinstance(block, core.Grid) else []
    return _standing("".join(texts), quotes)


def _body(
    blocks: Sequence[core.Block],
    entries: Sequence[Entry],
    compared: Mapping[str, tuple[str, bool]],
    others: Mapping[int, str],
    analysed: Set[int],
) -> Iterator[str]:
    """Yield each block as HTML and, after it, the findings marked in it.

    others: letters of quotes that are marked nowhere, by number of the finding. analysed: as of `body_html`.
    """
    names = {name for entry in entries for name in entry.cells}
    marked = {name: [entry for entry in entries if name in entry.cells] for name in names}
    shown: set[str] = set()
    placed: set[int] = set()

    def write(cell: core.GridCell) -> tuple[dict[str, str], str]:
        known = cell.name in marked or cell.name in compared
        if not known or cell.name in shown or cell.scope:
            return {}, escape(cell.text)
        shown.add(cell.name)
        return _cell(cell, marked.get(cell.name, []), compared.get(cell.name), f"y{len(shown)}")

    for number, (block, html) in enumerate(zip(blocks, body_html(blocks, write, analysed), strict=True)):
        cells = [cell.name for cell in _cells((block,)) if cell.name]
        beside = _beside(block, others)
        numbers = beside.union(entry.number for name in cells for entry in marked.get(name, ()))
        numbers |= {mark.number for runs in passages((block,)) for run in runs for mark in run.marks if mark.closes}
        noted = [entry for entry in entries if entry.number in numbers]
        yield _marks().noted(html, number, bool(cells), sorted(beside - placed), noted)
        placed |= beside


def _marks() -> Any:
    """Return the macros that write what is added to blocks."""
    return template("review_marks.html").module


def _cell(
    cell: core.GridCell, entries: Sequence[Entry], compared: tuple[str, bool] | None, year_id: str
) -> tuple[dict[str, str], str]:
    """Write a figure with its findings and its comparison with last year.

    A marked figure links to its first finding. Any other can be reached with the keyboard where there is
    more to tell than that it was nothing last year as well. year_id: of the comparison.
    """
    reached = {"tabindex": "0", "aria-describedby": year_id} if compared and not compared[1] else {}
    if compared and not entries:
        return reached, _marks().compared_figure(cell.text, compared[0], year_id if reached else "")
    suspected = [entry for entry in entries if cell.name in entry.suspects]
    others = [entry for entry in entries if entry not in suspected]
    kind = f"{'suspect' if suspected else 'involved'} {(suspected or entries)[0].kind}"
    inner = _marks().marked_figure(cell, entries, suspected, others, compared, year_id, CONFIDENCE)
    return {"id": f"c-{cell.name}", "class": kind, "style": "", "title": ""}, inner


def mark_sentences(
    blocks: Sequence[core.Block], quotes: Mapping[int, tuple[str, str]], nth: Mapping[int, int] = MappingProxyType({})
) -> tuple[core.Block, ...]:
    """Return blocks with every occurrence of quotes marked.

    quotes: by number of finding, the sentence in Markdown and the kind of its mark. One that stands
    nowhere in the blocks leaves no mark. nth: by number, the only occurrence that is meant, from 1; 0 for all.

    >>> paragraph = markdown_blocks("本年**收到**申请3件。另有2件。")
    >>> marked = mark_sentences(paragraph, {1: ("本年**收到**申请3件。", "error")})
    >>> [run.text for runs in passages(marked) for run in runs if run.marks]
    ['本年', '收到', '申请3件。']
    """
    if not quotes:
        return tuple(blocks)
    found = list(passages(blocks))
    runs = list(chain.from_iterable(found))
    places = [(n, m) for n, run in enumerate(runs) for m, letter in enumerate(run.text) if not _NOISE.match(letter)]
    text = "".join(runs[number].text[offset] for number, offset in places)
    marks: dict[int, list[tuple[int, int, core.Mark]]] = defaultdict(list)
    for number, (quote, kind) in sorted(quotes.items()):
        found_at = _occurrences(text, quote, nth.get(number, 0))
        for start, end in found_at:
            stretches = [(run, [m for _, m in group]) for run, group in groupby(places[start:end], itemgetter(0))]
            for order, (run, offsets) in enumerate(stretches, 1):
                opens, closes = order == 1 and start == found_at[0][0], order == len(stretches)
                marks[run].append((offsets[0], offsets[-1] + 1, core.Mark(number, kind, opens, closes)))
    divided = (_divided(run, marks[number]) for number, run in enumerate(runs))
    marked = (tuple(chain.from_iterable(islice(divided, len(passage)))) for passage in found)
    return core.with_leaves(
        blocks, lambda block: replace(block, runs=next(marked)) if isinstance(block, core.Paragraph) else block
    )


def passages(blocks: Iterable[core.Block]) -> Iterator[core.Runs]:
    """Yield the runs of headings and paragraphs, also of those in lists and quotes, in order."""
    yield from (block.runs for block in core.leaves(blocks) if isinstance(block, core.Paragraph))


def sentence_text(quote: str) -> str:
    """Return a sentence in Markdown as plain text.

    >>> sentence_text("本年**收到**申请[3件](https://shili.example/)。")
    '本年收到申请3件。'
    """
    return "".join(run.text for runs in passages(markdown_blocks(quote)) for run in runs)


def _letters(quote: str) -> str:
    """Return a quote in Markdown without what does not count when it is looked for; for none a sign of no text."""
    return _NOISE.sub("", sentence_text(quote)) or "\0"


def _occurrences(text: str, quote: str, nth: int = 0) -> list[tuple[int, int]]:
    """Return where a quote stands; the marks of list items are tried as letters first, then without.

    nth: the only occurrence that is meant, from 1; all where there are fewer.
    """
    for written in (quote, _ITEM.sub(" ", quote)):
        letters = _letters(written)
        found = [match.span() for match in re.finditer(re.escape(letters), text)]
        only = found[nth - 1 : nth] if nth else []
        if only or (found and len(letters) >= SHORTEST):
            return only or found
    return []


def _divided(run: core.Run, marks: Sequence[tuple[int, int, core.Mark]]) -> Iterator[core.Run]:
    """Yield a run in parts, each with the marks that cover it.

    marks: each with its first letter and the one behind its last.
    """
    for start, end in pairwise(sorted({0, len(run.text)}.union(*(mark[:2] for mark in marks)))):
        covering = (
            replace(mark, opens=mark.opens and first == start, closes=mark.closes and last == end)
            for first, last, mark in marks
            if first <= start and end <= last
        )
        yield replace(run, text=run.text[start:end], marks=tuple(covering))
