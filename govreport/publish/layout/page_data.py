"""A document as the data that the PDF and the Word document are set from: texts, never markup."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Set
from itertools import count, groupby
from typing import Any
from urllib.parse import quote

from govreport.checks import SEVERITY_NAMES, Findings
from govreport.core import Block, Grid, ItemList, Paragraph, Picture, Preformatted, Quote, Runs, read_date, safe_link
from govreport.forms import Catalogue
from govreport.publish.appearance import emblem_picture
from govreport.publish.document import Document
from govreport.publish.layout.typography import breakable, clean, even_lines, set_runs, table_data, tighten

TEXT_WIDTH = 442.2
"""156 mm in points (GB/T 9704-2012, 5.2)."""
TITLE_CHARACTERS = 20
INDENT = 32.0
"""Width in points that a level of a list or a quotation takes; the outermost takes twice as much."""
NARROWEST_TEXT = 200.0
MOST_INDENT = TEXT_WIDTH - NARROWEST_TEXT
OUTPUT_COLUMN = 4.5
"""Width in points of a column of plain output, half its type size; a Chinese character takes two."""
RED = "#c7000b"
"""Usual colour of a letterhead on paper."""
SURE = 4
"""Characters of a cell that stand together even where a page divides it."""
EPOCH = 2000
"""The year whose last day dates a file that has neither a date nor a reporting year: PDF/A asks for one."""
_HALF = re.compile("[ -~\xa0-\xff\u2500-\u259f]")
_SUFFIX = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


def document_data(document: Document) -> dict[str, Any]:
    """Return the data of the template; a figure holds the bytes of its picture, and a name for its file."""
    account, setting = document.account, _Typesetting()
    title = list(filter(None, (tighten(clean(line)).strip() for line in document.title))) or ["报告"]
    blocks = setting.blocks(document.blocks, TEXT_WIDTH, document.analysed)
    contact, signature = _line(account.contact), _line(account.signature)
    if (signature or contact) and blocks and blocks[-1]["kind"] == "paragraph":
        blocks[-1]["sticky"] = True
    date = read_date(account.published)
    return {
        "title": [breakable(even_lines(line, TITLE_CHARACTERS)) for line in title],
        "name": "".join(title),
        "author": clean(account.name).strip(),
        "keywords": [clean((account.filing.form if account.filing else Catalogue.read().newest).subject)],
        "published": [date.year, date.month, date.day] if date else None,
        "blocks": blocks,
        "contact": contact,
        "signature": signature,
        "date": breakable(clean(document.date).strip()),
        "draft": _draft(document) if account.is_draft else None,
        "emblem": setting.blocks(emblem_picture(account.appearance), TEXT_WIDTH),
        "letterhead": tighten(clean(account.name)).strip() if account.appearance.letterhead == "red" else "",
        "colour": account.appearance.colour or RED,
    }


class _Typesetting:
    """Sets blocks one by one; counts their pictures and remembers the headings above."""

    def __init__(self) -> None:
        self._pictures = count()
        self._levels: list[int] = []
        self._part = ""

    def blocks(self, blocks: Iterable[Block], width: float, analysed: Set[int] = frozenset()) -> list[dict[str, Any]]:
        """Return blocks as data; those without content are left out. analysed: numbers of those not of the filing."""
        made = [self._block(block, width) for block in blocks]
        return [data | ({"analysed": True} if number in analysed else {}) for number, data in enumerate(made) if data]

    def _block(self, block: Block, width: float) -> dict[str, Any] | None:
        outermost = width == TEXT_WIDTH
        inner = max(NARROWEST_TEXT, width - INDENT * (1 + outermost))
        match block:
            case Paragraph():
                runs = _runs(block.runs)
                if runs and block.heading:
                    return {"kind": "heading", "level": self._level(block), "runs": runs}
                return {"kind": "paragraph", "runs": runs} if runs else None
            case ItemList():
                items = [self.blocks(item, inner) for item in block.items]
                start = min(max(block.start, 0), 10**9)
                kind = {"kind": "list", "ordered": block.ordered, "after": block.after, "indented": outermost}
                return {**kind, "start": start, "items": items} if items else None
            case Quote():
                return {"kind": "quote", "blocks": self.blocks(block.blocks, inner)}
            case Grid():
                if not block.widths or not block.cells:
                    return None
                caption = "" if _squeezed(block.caption) in self._part else _line(block.caption)
                return {"kind": "table", "caption": caption, **table_data(block, width)}
            case Picture():
                suffix = _SUFFIX.get(block.media, "png")
                shown = (suffix == "svg" and block.text_svg) or block.data
                file = {"file": f"fig{next(self._pictures)}.{suffix}", "picture": shown}
                caption = _line(block.caption)
                alt = clean(block.alt).strip() or caption or "图"
                told = {"name": caption or alt, "alt": alt, "caption": caption}
                return {"kind": "figure", **file, **told, "width": block.width, "height": block.height}
            case Preformatted():
                return {"kind": "output", "lines": output_lines(block.text, int(width / OUTPUT_COLUMN))}

    def _level(self, heading: Paragraph) -> int:
        """Return a heading's level, one below the nearest above it that outranks it (ISO 14289-1, 7.4.2)."""
        while self._levels and self._levels[-1] >= heading.heading:
            self._levels.pop()
        self._levels.append(heading.heading)
        if len(self._levels) == 1:
            self._part = _squeezed(heading.text)
        return len(self._levels)


def _line(text: str) -> str:
    """Set a text that stands by itself, such as a caption."""
    return breakable(tighten(clean(text)).strip())


def _runs(runs: Runs) -> list[dict[str, Any]]:
    """Return runs as data; only links to the web and to mail addresses are kept, in ASCII (RFC 3986)."""
    return [
        {name: getattr(run, name) for name in ("text", "bold", "italic", "code", "strike", "underline", "sub", "sup")}
        | {"link": quote(safe_link(run.link), safe="%/:?#[]@!$&'()*+,;=~")}
        for run in set_runs(runs)
    ]


def _draft(document: Document) -> dict[str, Any]:
    """Return a draft's notice and its findings, worst first."""
    return {
        "notice": breakable(tighten(clean(document.account.notice.removesuffix("。")))),
        "findings": [
            {
                "severity": SEVERITY_NAMES[finding.severity],
                "rule": breakable(clean(finding.rule)),
                "message": breakable(tighten(clean(finding.on_page(document.numbers).message))),
                "waived": finding.waived and breakable(clean(finding.waived.reason)),
            }
            for finding in Findings.of(document.account.findings)
        ],
    }


def file_date(document: Document) -> datetime.datetime:
    """Return a file's date of creation: the day of publication, else the last day of the reporting year.

    >>> from govreport.checks import Account
    >>> file_date(Document(("示例",), (), Account((), published="2024-01-25"))).date()
    datetime.date(2024, 1, 25)
    """
    filing = document.account.filing
    last = datetime.date(filing.year if filing and filing.year <= datetime.MAXYEAR else EPOCH, 12, 31)
    day = max(read_date(document.account.published) or last, datetime.date(1970, 1, 1))
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def of_kind(blocks: Iterable[dict[str, Any]], *kinds: str) -> Iterator[dict[str, Any]]:
    """Yield the blocks of data of some kinds, also those within lists and quotes, in order."""
    for block in blocks:
        if block["kind"] in kinds:
            yield block
        for inner in [block.get("blocks", []), *block.get("items", [])]:
            yield from of_kind(inner, *kinds)


def texts_of(blocks: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Yield the texts of blocks of data: paragraphs, captions, rows, and labels of several rows."""
    for block in of_kind(blocks, "heading", "paragraph", "table", "figure", "output"):
        yield "".join(run["text"] for run in block.get("runs", ())) + block.get("caption", "")
        yield from ("".join(text for _, text in line) for line in block.get("lines", ()))
        for row in (row for part in block.get("parts", ()) for row in part["rows"]):
            yield "".join(cell["text"] for cell in row if not cell["split"])
            yield from (cell["text"][: None if cell["whole"] else SURE] for cell in row if cell["split"])


def output_lines(text: str, columns: int = 96) -> list[list[list[str]]]:
    """Return plain output as lines, each as stretches of half-width (``h``) or full-width (``f``) characters.

    columns: what a line holds; longer lines are continued on the next.

    >>> output_lines("总计3")
    [[['f', '总计'], ['h', '3']]]
    """
    return [_stretches(part) for line in clean(text).split("\n") for part in _folded(line, columns)]


def _folded(line: str, columns: int) -> Iterator[str]:
    part, filled = "", 0
    for character in line.rstrip():
        width = 1 if _HALF.match(character) else 2
        if filled + width > columns:
            yield part
            part, filled = "", 0
        part, filled = part + character, filled + width
    yield part


def _stretches(line: str) -> list[list[str]]:
    kinds = groupby(line.replace(" ", "\xa0"), lambda character: "h" if _HALF.match(character) else "f")
    return [[kind, "".join(stretch)] for kind, stretch in kinds]


def _squeezed(text: str) -> str:
    return "".join(clean(text).split())
