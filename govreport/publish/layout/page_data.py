"""A document as the data that the PDF and the Word document are set from: texts, never markup."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from govreport.checks import SEVERITY_NAMES, Findings
from govreport.core import Block, Grid, ItemList, Paragraph, Picture, Preformatted, Quote, Runs, safe_link
from govreport.publish.document import Document, chinese_date, without_title
from govreport.publish.layout.table_fit import table_data
from govreport.publish.layout.text_setting import breakable, clean, even_lines, set_runs, tighten

TEXT_WIDTH = 442.2
"""156 mm in points (GB/T 9704-2012, 5.2)."""
TITLE_CHARACTERS = 20
MOST_CARRIED = 170
"""A last paragraph up to this length moves to the next page with the signature, which never stands there alone."""
INDENT = 32.0
"""What a level of a list or a quotation takes from the width, in points; the outermost takes twice as much."""
NARROWEST_TEXT = 200.0
OUTPUT_COLUMN = 4.5
"""Width in points of a column of plain output, half its type size; a Chinese character takes two."""
EPOCH = 2000
"""The year whose last day dates a file that has neither a date nor a reporting year: PDF/A asks for one."""
_HALF = re.compile("[ -~\xa0-\xff\u2500-\u259f]")
_SUFFIX = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}


class Typesetting:
    """The data of one document and the pictures it names, gathered block by block."""

    def __init__(self, document: Document) -> None:
        self.files: dict[str, bytes] = {}
        self._levels: list[int] = []
        self._part = ""
        title = [tighten(clean(line)).strip() for line in document.title]
        self.title = [line for line in title if line] or ["报告"]
        self.blocks = list(self._all(without_title(document.blocks, self.title), TEXT_WIDTH))

    def _all(self, blocks: Sequence[Block], width: float) -> Iterator[dict[str, Any]]:
        for block in blocks:
            data = self._one(block, width)
            if data:
                yield data

    def _one(self, block: Block, width: float) -> dict[str, Any] | None:
        outermost = width == TEXT_WIDTH
        inner = max(NARROWEST_TEXT, width - INDENT * (1 + outermost))
        match block:
            case Paragraph():
                runs = runs_data(block.runs)
                if not runs:
                    return None
                return self._heading(block, runs) if block.heading else {"kind": "paragraph", "runs": runs}
            case ItemList():
                items = [list(self._all(item, inner)) for item in block.items]
                start = min(max(block.start, 0), 10**9)
                kind = {"kind": "list", "ordered": block.ordered, "indented": outermost}
                return {**kind, "start": start, "items": items} if items else None
            case Quote():
                return {"kind": "quote", "blocks": list(self._all(block.blocks, inner))}
            case Grid():
                return self._table(block, width)
            case Picture():
                return self._figure(block)
            case Preformatted():
                return {"kind": "output", "lines": output_lines(block.text, int(width / OUTPUT_COLUMN))}

    def _heading(self, block: Paragraph, runs: list[dict[str, Any]]) -> dict[str, Any]:
        """Return a heading one level below the nearest heading above it that outranks it (ISO 14289-1, 7.4.2)."""
        while self._levels and self._levels[-1] >= block.heading:
            self._levels.pop()
        self._levels.append(block.heading)
        if len(self._levels) == 1:
            self._part = _squeezed(block.text)
        return {"kind": "heading", "level": len(self._levels), "runs": runs}

    def _table(self, table: Grid, width: float) -> dict[str, Any] | None:
        if not table.widths or not (table.head or table.body):
            return None
        caption = tighten(clean(table.caption)).strip()
        shown = "" if _squeezed(caption) in self._part else breakable(caption)
        return {"kind": "table", "caption": shown, **table_data(table, width)}

    def _figure(self, block: Picture) -> dict[str, Any]:
        name = f"fig{len(self.files)}.{_SUFFIX.get(block.media, 'png')}"
        is_svg = block.media == "image/svg+xml"
        self.files[name] = (block.text_svg if is_svg else b"") or block.data
        caption = breakable(tighten(clean(block.caption)).strip())
        return {"kind": "figure", "file": name, "alt": clean(block.alt).strip() or caption or "图", "caption": caption}


def document_data(
    document: Document, fonts: Mapping[str, Sequence[str]], bold: bool
) -> tuple[dict[str, Any], Typesetting]:
    """Return what the template reads, and the typesetting with the pictures that it names.

    fonts: families by role; bold: whether the body's family has a bold face.
    """
    setting = Typesetting(document)
    contact = breakable(tighten(clean(document.account.contact)).strip())
    signature = breakable(tighten(clean(document.account.signature)).strip())
    last = setting.blocks[-1] if setting.blocks else {}
    if signature and not contact and last.get("kind") == "paragraph":
        last["sticky"] = sum(len(run["text"]) for run in last["runs"]) <= MOST_CARRIED
    data = {
        "title": [breakable(even_lines(line, TITLE_CHARACTERS)) for line in setting.title],
        "name": "".join(setting.title),
        "author": clean(document.account.name).strip(),
        "published": None if (date := published(document)) is None else [date.year, date.month, date.day],
        "blocks": setting.blocks,
        "contact": contact,
        "signature": signature,
        "date": breakable(chinese_date(clean(document.account.published).strip())),
        "draft": draft_data(document.account.findings) if document.account.is_draft else None,
        "fonts": {role: list(families) for role, families in fonts.items()},
        "bold": bold,
    }
    return data, setting


def runs_data(runs: Runs) -> list[dict[str, Any]]:
    """Return runs as data; only links to the web and to mail addresses are kept, in ASCII (RFC 3986)."""
    return [
        {name: getattr(run, name) for name in ("text", "bold", "italic", "code", "strike")}
        | {"link": quote(safe_link(run.link), safe="%/:?#[]@!$&'()*+,;=~")}
        for run in set_runs(runs)
    ]


def draft_data(findings: Findings) -> dict[str, Any]:
    """Return what a draft shows besides: how many errors stand open, and the findings, worst first."""
    return {
        "errors": len(findings.errors),
        "findings": [
            {
                "severity": SEVERITY_NAMES[finding.severity],
                "rule": breakable(clean(finding.rule)),
                "message": breakable(tighten(clean(finding.message))),
                "waived": finding.waived and breakable(clean(finding.waived.reason)),
            }
            for finding in Findings.of(findings)
        ],
    }


def published(document: Document) -> datetime.date | None:
    """Return the date of publication, or None where it is not given or not an ISO date."""
    try:
        return datetime.date.fromisoformat(document.account.published)
    except ValueError:
        return None


def dated(document: Document) -> datetime.datetime:
    """Return when a file says it was made: the day of publication, else the last day of the reporting year.

    >>> from govreport.checks import Account
    >>> dated(Document(("示例",), (), Account((), published="2024-01-25"))).date()
    datetime.date(2024, 1, 25)
    """
    filing = document.account.filing
    last = datetime.date(filing.year if filing and filing.year <= datetime.MAXYEAR else EPOCH, 12, 31)
    day = max(published(document) or last, datetime.date(1970, 1, 1))
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def of_kind(blocks: Iterable[Mapping[str, Any]], *kinds: str) -> Iterator[Mapping[str, Any]]:
    """Yield the blocks of data of some kinds, also those within lists and quotes, in order."""
    for block in blocks:
        if block["kind"] in kinds:
            yield block
        for inner in [block.get("blocks", []), *block.get("items", [])]:
            yield from of_kind(inner, *kinds)


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
    stretches: list[list[str]] = []
    for character in line.replace(" ", "\xa0"):
        kind = "h" if _HALF.match(character) else "f"
        if stretches and stretches[-1][0] == kind:
            stretches[-1][1] += character
        else:
            stretches.append([kind, character])
    return stretches


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", clean(text))
