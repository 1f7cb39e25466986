"""Marking sentences in blocks: a quote is found whatever its emphasis, line ends and list marks."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from govreport.core import Block, Mark, Paragraph, Run, Runs, leaves, with_leaves
from govreport.publish.markdown import markdown_blocks

SHORTEST = 4
"""Letters of a quote that is looked for; a shorter one would be found anywhere."""
_NOISE = re.compile(r"[\s*_`~\\]")
_ITEM = re.compile(r"(?:^|\s)(?:[-*+]|\d{1,2}[.)])\s+")

Place = tuple[int, int, int]
"""Where a letter stands: number of the passage, of the run in it, of the letter in that."""


def mark_sentences(blocks: Sequence[Block], quotes: Mapping[int, tuple[str, str]]) -> tuple[Block, ...]:
    """Return blocks with every occurrence of quotes marked.

    quotes: by number of finding, the sentence in Markdown and the kind of its mark. One that stands
    nowhere in the blocks leaves no mark.

    >>> paragraph = markdown_blocks("本年**收到**申请3件。另有2件。")
    >>> marked = mark_sentences(paragraph, {1: ("本年**收到**申请3件。", "error")})
    >>> [run.text for runs in passages(marked) for run in runs if run.marks]
    ['本年', '收到', '申请3件。']
    """
    if not quotes:
        return tuple(blocks)
    found = list(passages(blocks))
    places = [
        (passage, number, offset)
        for passage, runs in enumerate(found)
        for number, run in enumerate(runs)
        for offset, letter in enumerate(run.text)
        if not _NOISE.match(letter)
    ]
    text = "".join(found[passage][number].text[offset] for passage, number, offset in places)
    marks: dict[tuple[int, int], dict[int, list[Mark]]] = defaultdict(lambda: defaultdict(list))
    for number, (quote, kind) in sorted(quotes.items()):
        for start, end in _occurrences(text, quote):
            stretches = list(_stretches(places[start:end]))
            for order, (passage, run, first, last) in enumerate(stretches):
                # two marks of one sentence never touch the same letter, so first and last letter tell them apart
                for offset in range(first, last + 1):
                    opens = order == 0 and offset == first and start == text.find(text[start:end])
                    closes = order == len(stretches) - 1 and offset == last
                    marks[passage, run][offset].append(Mark(number, kind, opens, closes))
    marked = (
        tuple(part for n, run in enumerate(runs) for part in _cut(run, marks.get((passage, n), {})))
        for passage, runs in enumerate(found)
    )
    return with_leaves(
        blocks, lambda block: replace(block, runs=next(marked)) if isinstance(block, Paragraph) else block
    )


def passages(blocks: Iterable[Block]) -> Iterator[Runs]:
    """Yield the runs of headings and paragraphs, also of those in lists and quotes, in order."""
    yield from (block.runs for block in leaves(blocks) if isinstance(block, Paragraph))


def sentence_text(quote: str) -> str:
    """Return a sentence in Markdown as plain text.

    >>> sentence_text("本年**收到**申请[3件](https://shili.example/)。")
    '本年收到申请3件。'
    """
    return "".join(run.text for runs in passages(markdown_blocks(quote)) for run in runs)


def _occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    """Return where a quote stands; the marks of list items are tried as letters first, then without."""
    for written in (quote, _ITEM.sub(" ", quote)):
        letters = _NOISE.sub("", sentence_text(written))
        if len(letters) >= SHORTEST and letters in text:
            return [match.span() for match in re.finditer(re.escape(letters), text)]
    return []


def _stretches(places: Iterable[Place]) -> Iterator[tuple[int, int, int, int]]:
    """Yield passage, run, first and last letter for each run that places touch."""
    spans: dict[tuple[int, int], tuple[int, int]] = {}
    for passage, run, offset in places:
        first, _ = spans.get((passage, run), (offset, offset))
        spans[passage, run] = (first, offset)
    for (passage, run), (first, last) in spans.items():
        yield passage, run, first, last


def _cut(run: Run, marks: Mapping[int, Sequence[Mark]]) -> Iterator[Run]:
    """Yield a run in parts, each with the marks of its letters."""
    if not marks:
        yield run
        return
    start = 0
    for end in range(1, len(run.text) + 1):
        before, after = marks.get(end - 1, ()), marks.get(end, ())
        same = [m.number for m in before] == [m.number for m in after]
        if end == len(run.text) or not same or any(m.closes for m in before) or any(m.opens for m in after):
            opened = {m.number for m in marks.get(start, ()) if m.opens}
            told = tuple(replace(mark, opens=mark.number in opened) for mark in before)
            yield replace(run, text=run.text[start:end], marks=told)
            start = end
