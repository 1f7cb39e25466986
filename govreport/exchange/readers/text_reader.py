"""Plain text: reports as text alone, with tabs, bars or gaps between the cells of their tables."""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from dataclasses import replace
from itertools import chain, pairwise

from govreport.core import plain_paragraph
from govreport.exchange.readers.bounds import MOST_ITEMS, at_most
from govreport.exchange.readers.characters import decode, with_ideographs
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.readers.html_reader import read_html
from govreport.exchange.readers.running_lines import SENTENCE_ENDS, is_page_number, without_running_lines
from govreport.exchange.recognise.cell_values import is_figure
from govreport.exchange.recognise.model import FEW, SHORT

_INVISIBLE = re.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufffc]")
_DRAWN_LINE = re.compile(
    r"^(?=.*(?:[─━═]|-[ \t:]*\|[ \t:]*-|:-+:?[ \t]*\||-{4}|={4}))[\u2500-\u257f|:\-=+ \t]*\n", re.MULTILINE
)
_DRAWN_BARS = str.maketrans(dict.fromkeys("│┃┆┇┊┋║", "|"))
"""Lines drawn with characters, or Markdown's: those across say nothing, others are bars of a table."""
_QUOTED = re.compile("^(?:>[ \t]?)+", re.MULTILINE)
_MARKUP = re.compile(
    r"\*\*(?=\S)(?P<text>[^|\t\n]{1,300}?)(?<=\S)\*\*|(?P<entity>&(?:#\w+|[A-Za-z]\w*);)"
    r"|</?(?:a|b|br|center|div|em|font|i|p|span|strong|u)(?:\s[^<>]*)?/?>|\\(?=[!-/:-@\[-`{-~])",
    re.IGNORECASE,
)
"""What Markdown writes around a text: emphasis, a character's name, a tag, what is before a sign of no meaning."""
_TABLE, _HELD = re.compile(r"(?is)<table\b(?:(?!<table\b).)*?</table\s*>"), "\ufffc"
"""A table of HTML in Markdown, and what holds its place among the lines."""
_CELL = re.compile(r"\s*[^|\s][^|]*\|\s*")
"""A line that is one cell of a table with the bar behind it."""
_TAB_ALONE = re.compile(r"\n{1,2}\t(?=\n)(?:\n{1,2}(?!\t))?")
"""What a browser writes between two cells that hold paragraphs."""
_FRAME = re.compile(r"^\|\n(?=[^|\n]*[\u4e00-\u9fff]{2}[^|\n]*\|$)", re.MULTILINE)
_UNFRAMED = re.compile(r"\d *\|\n[^|\n]*[\u4e00-\u9fff]{2}[^|\n]*\|$", re.MULTILINE)
"""A bar before a row's label: a blank, unless no label stands below the row before without one."""
_UNFILLED = "| \t\r\u3000"
"""What a line holds that has no text."""
FEWEST_ROWS = 2 * SHORT
"""Lines that are a cell each, hold figures alone or commas, from which on a text is a table of such lines."""


def read_text_document(data: bytes, file: str) -> ForeignDocument:
    r"""Return the document that a text file holds, line by line.

    file: the file's name in messages. Raises FilingError when it is not text.

    >>> [block.text for block in read_text_document("一、总体情况\n- 1 -\n甲。".encode(), "x.txt").blocks]
    ['一、总体情况', '甲。']
    """
    text, notes = decode(data, file, "gb18030")
    text = _INVISIBLE.sub("", with_ideographs(text)).replace("\r\n", "\n").replace("\r", "\n")
    tables = [read_html(table.encode(), file).blocks for table in _TABLE.findall(text)]
    text = _TABLE.sub(f"\n{_HELD}\n", text)
    text = _MARKUP.sub(lambda found: html.unescape(found["entity"] or "") or found["text"] or "", text)
    text = _TAB_ALONE.sub("\t", text) if len(_TAB_ALONE.findall(text)) >= FEWEST_ROWS else text
    text = _DRAWN_LINE.sub("", _QUOTED.sub("", text)).translate(_DRAWN_BARS)
    pages = (text if _UNFRAMED.search(text) else _FRAME.sub("", text)).split("\f")
    every = [_with_blanks(page.split("\n")) for page in pages]
    cell_a_line = sum(bool(_CELL.fullmatch(line)) for page in every for line in page) >= FEWEST_ROWS
    kept = [[*map(plain_paragraph, _page_lines(page, len(pages) > 1, cell_a_line))] for page in every]
    document = without_running_lines(ForeignDocument((), notes=notes, laid_out=True), kept)
    lines = [getattr(block, "text", "") for block in document.blocks]
    if sum(line.count(",") > FEW and not re.search(r"\s", line.strip()) for line in lines) >= FEWEST_ROWS:
        lines = [_parted_at_commas(line) for line in lines]
    at_most(len(lines), MOST_ITEMS, f"{file} 有 {len(lines):,} 行")
    waiting = iter(tables)
    blocks = ((plain_paragraph(line),) if line != _HELD else next(waiting) for line in lines)
    return replace(document, blocks=tuple(chain.from_iterable(blocks)), laid_out=is_laid_out(lines))


def _parted_at_commas(line: str) -> str:
    try:
        return "\t".join(next(csv.reader([line]), []))
    except csv.Error:  # a field longer than any
        return line


def _with_blanks(lines: list[str]) -> list[str]:
    r"""Return lines with bars behind figures and for blanks, where what parts cells stands on lines of its own.

    A blank is a bar more where bars part the cells, else an empty line more, or an empty paragraph.

    >>> page = "\n\n".join(["（一）予以公开", "", "", "3", *"0" * 20]).split("\n")
    >>> _with_blanks(page)[:4], _with_blanks("\n|\n".join(["甲", "|", "3", *"0" * 20]).split("\n"))[:4]
    (['（一）予以公开', '|', '|', '3|'], ['甲', '|', '|', '3|'])
    """
    filled = [n for n, line in enumerate(lines) if line.strip(_UNFILLED)]
    between = [[line.strip() for line in lines[before + 1 : after]] for before, after in pairwise(filled)]
    usual = Counter(map(tuple, between)).most_common(1)[0][0] if between else ()
    more = [gap.count(usual[0]) - len(usual) for gap in between if usual]
    figures = {n: f"{figure}|" for n in filled if is_figure(figure := lines[n].strip(_UNFILLED))}
    if len(figures) < FEWEST_ROWS or max(more, default=0) == 0:
        return lines
    found: list[str] = []
    of_blank = 1 if usual == ("|",) or any(gap % (len(usual) + 1) for gap in more) else len(usual) + 1
    for n, gap in zip(filled, [*more, 0], strict=True):
        blanks = 0 if lines[n].rstrip().endswith(tuple(SENTENCE_ENDS)) else gap // of_blank
        found += [figures.get(n, lines[n]), *["|"] * blanks]
    return found


def _page_lines(lines: list[str], paged: bool, cell_a_line: bool) -> list[str]:
    """Return the lines of a page that hold more than blanks and bars, without a bare number at its end.

    paged: whether the text has pages at all, so that a bare number at a page's end is its number. cell_a_line: whether
    each cell of a table stands on a line that ends with a bar, so that a bar alone is a blank cell.
    """
    filled = [line for line in lines if line.strip(_UNFILLED) or (cell_a_line and line.strip() == "|")]
    kept = [line.rstrip(" \r\u3000\xa0") for line in filled]
    if paged and len(kept) > 1 and is_page_number(kept[-1]) and not is_page_number(kept[-2]):
        kept.pop()
    return kept


def is_laid_out(lines: list[str]) -> bool:
    """Return whether lines were broken at a margin: long ones that do not end where a sentence does are many."""
    long = [line.strip() for line in lines if len(line.strip()) >= SHORT and "\t" not in line and "|" not in line]
    return len(long) > FEW and 2 * sum(line[-1] not in SENTENCE_ENDS for line in long) > len(long)
