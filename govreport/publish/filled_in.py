"""What a page fills in: expressions in Markdown cells, the numbers of tables, and references to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from govreport.checks import Account, Finding, Lexicon, check_cell, prose_assertions
from govreport.core import Block, FilingError, GovReportError, Grid, Leaf, Paragraph, Picture, block_text, leaves, mime
from govreport.filing import REFERRED, UNREAD, Filing, Part, Scope, render
from govreport.publish.markup import shown_markdown
from govreport.publish.plain_text import markdown_table

_EXPRESSION = re.compile(r"\{\{[^{}]{1,300}\}\}")


@dataclass
class CellProse:
    """What reads the words and tables that the analyst puts on a page, in Markdown cells and by code.

    account: of the page; words: of the project, by which its prose is read; found: what is said wrongly.
    sources: agencies and years that outputs on it say they are of; above: the line that was read last.
    """

    account: Account
    words: Lexicon | None
    found: list[Finding]
    sources: set[str] = field(default_factory=set)
    above: str = ""

    def evaluated(self, source: str) -> tuple[str, list[str]]:
        """Return a Markdown cell with its expressions evaluated, as in a filing's prose; take up what it says wrongly.

        The text stays as it is where the page is no report, or an expression has no value; then the list says why.
        """
        if not (filing := self.account.filing):
            return source, []
        scope = Scope(filing, self.last, UNREAD)
        try:
            text = render(Part("", source), scope, "") if "{{" in source else source
        except FilingError as error:
            return source, [told.lstrip() for told in error.problems]
        self.found.extend(prose_assertions(scope))
        self.read(text)
        self.above = text.rstrip().rpartition("\n")[2].strip("# ")
        return text, []

    def shown(self, blocks: Iterable[Block], marks: Set[str]) -> None:
        """Take up what an output says wrongly: in captions and lines across tables, and in text and tables.

        marks: of what the package shows; its text is checked elsewhere, and so are its tables but for their labels,
        where they are of the analyst's own.
        """
        texts = list[str]()
        for block in leaves(blocks):
            if isinstance(block, Grid):
                texts += [block.caption, *(cell.text for cell in block.cells if cell.columns == block.width > 1)]
                if marks <= {mime.TABLE, mime.ASSERTION}:
                    self.read(markdown_table(block, f"{self.above}，{block.caption}"), "N2" if marks else "")
            elif isinstance(block, Picture):
                texts.append(block.caption)
            else:
                texts += [] if marks else [block.text]
            self.above = getattr(block, "text", "")
        self.read("\n\n".join(texts))

    def read(self, text: str, apart: str = "") -> None:
        """Take up what a text says wrongly, where the page is a report. apart: a rule that something else has read."""
        if text.strip() and (filing := self.account.filing):
            self.found.extend(f for f in check_cell(filing, text, self.last, self.words) if f.rule != apart)

    @cached_property
    def last(self) -> Filing | None:
        """Last year's figures that the account has, as a filing."""
        with suppress(GovReportError):
            if (filing := self.account.filing) and (figures := self.account.last) is not None:
                last = Filing.from_cells(filing.agency, filing.name, filing.year - 1, figures)
                return replace(last, tables=self.account.last_tables)
        return None


def numbers_of(blocks: Iterable[Block]) -> dict[str, int]:
    """Return the numbers of a page's tables by key."""
    keys = dict.fromkeys(block.key for block in leaves(blocks) if isinstance(block, Grid) and block.numbered)
    return {key: number for number, key in enumerate(keys, 1)}


def with_numbers(text: str, numbers: Mapping[str, object]) -> str:
    """Return a text with the numbers of the tables that it refers to, or what else they are called; others stay.

    >>> with_numbers("见表〔platforms〕", {"platforms": 2})
    '见表2'
    """
    return REFERRED.sub(lambda told: f"表{numbers[told[1]]}" if told[1] in numbers else told[0], text)


def numbered(block: Leaf, numbers: Mapping[str, object]) -> Leaf:
    """Return a block with the number before the caption of a table, and where a text refers to one."""
    match block:
        case Grid():
            cells = tuple(replace(cell, text=with_numbers(cell.text, numbers)) for cell in block.cells)
            number = f"表{numbers[block.key]}　" if block.numbered and block.key in numbers else ""
            return replace(block, cells=cells, caption=number + block.caption)
        case Paragraph():
            return replace(block, runs=tuple(replace(run, text=with_numbers(run.text, numbers)) for run in block.runs))
    return block


def referring(enclosure: Mapping[str, Mapping[str, Any]], numbers: Mapping[str, int]) -> dict[str, Mapping[str, Any]]:
    """Return the data that a page carries: prose and headings as the page shows them, without what it hides."""

    def shown(texts: Mapping[str, object]) -> dict[str, str]:
        return {part: with_numbers(shown_markdown(str(text)), numbers) for part, text in texts.items()}

    front = {key: shown(told) if key == "headings" else told for key, told in enclosure["front"].items()}
    return {"filing": {**enclosure["filing"], "narrative": shown(enclosure["filing"]["narrative"])}, "front": front}


def unresolved(blocks: Iterable[Block]) -> list[str]:
    """Return sentences on tables of one number, expressions not evaluated, and references to no table of a page."""
    tables, told = dict[str, Grid](), list[str]()
    for block in leaves(blocks):
        if isinstance(block, Grid) and block.numbered and (first := tables.setdefault(block.key, block)) != block:
            told.append(f"“{first.caption}”和“{block.caption}”是两张表，编号相同；请用 key= 给它们不同的名称。")
    text = block_text(blocks)
    left, keys = (dict.fromkeys(written.findall(text)) for written in (_EXPRESSION, REFERRED))
    told += (f"页上有没有求值的表达式“{written[:60]}”；请改正。" for written in left)
    lost = '文字引用了表 {0}，页上没有这张有题目的表；请用 report.table(…, key="{0}") 显示，在 if 中的再加 display(…)。'
    return told + [lost.format(key) for key in keys]
