"""The filing that the project's own HTML, PDF, OFD and DOCX carry within them, read back exactly."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import pypdfium2

from govreport.core import FilingError, GovReportError, apart, chinese_numeral
from govreport.exchange.readers.characters import decode
from govreport.exchange.readers.container import Container, part_at
from govreport.exchange.readers.footnotes import signs
from govreport.exchange.readers.html_reader import FILING
from govreport.exchange.readers.ofd_reader import documents_of
from govreport.exchange.readers.opening import ForeignFile
from govreport.exchange.recognise.labels import without_spaces
from govreport.exchange.recognise.paragraphs import as_markdown
from govreport.filing import ENCLOSED_FILES, ENCLOSURE_NAMESPACE, Filing, Narrative, Part, narrative_text, text_digest
from govreport.forms import Catalogue

_META = re.compile(r"<meta\s+name\s*=\s*[\"']?govreport-front[\"']?\s+content\s*=\s*\"([^\"]*)", re.IGNORECASE)

SET_OFF = re.compile(r"(?m)^ *(?:\d+[.)]|-) |~~[^~]+~~|<(s|del|strike)>.*?</\1>|<[^>]*>|\]\([^)]*\)|\[\^\w+\]")
"""What Markdown needs and a page does not show: marks of lists, struck text, elements, addresses, footnote marks."""
_MARK = re.compile(r"(?!(?<=\d)(?:[.,]\d|[%‰])|[-−]\d)\W")
"""Any but the point, the commas, the sign and the per cent of a figure."""
_ELEMENT, _SHIFTED = re.compile(r"<(sup|sub)>(.*?)</\1>", re.DOTALL), re.compile("[²³¹⁰-⁾₀-₎]+")
"""Raised and lowered text of Markdown, and the signs that a page has for it."""
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_KEYS = {name: key for key, name in ENCLOSED_FILES.items()}

Texts = Mapping[str, str]
"""The JSON texts in a file, by their keys in ENCLOSED_FILES."""


@dataclass(frozen=True)
class EmbeddedFiling:
    """The filing that a file of the project's own holds within it, or why there is none: Chinese sentences.

    known: the filing also where it does not count, for the labels of the analyst's own tables.
    """

    filing: Filing | None = None
    notes: tuple[str, ...] = ()
    known: Filing | None = None


def embedded_filing(opened: ForeignFile, catalogue: Catalogue | None = None) -> EmbeddedFiling:
    """Return the filing that a file carries within it, for HTML, PDF, OFD and DOCX that the project published.

    A Word document whose text was changed since is read anew instead, as is one whose data is broken; notes say so.
    catalogue: the editions that are known, by default the package's.
    """
    try:
        texts = _FINDERS[opened.kind](opened) if opened.kind in _FINDERS else {}
        if "filing" not in texts:
            return EmbeddedFiling()
        filing = filing_of(_json(texts["filing"]), _json(texts.get("front") or "{}"), catalogue)
        told = (f"{opened.name} 的正文在导出后修改过，不采用内嵌的数据，按正文读取。",) * ("changed" in texts)
        return EmbeddedFiling(None if told else filing, told, filing)
    except (GovReportError, LookupError, TypeError, ValueError, AttributeError, RecursionError, OverflowError):
        return EmbeddedFiling(notes=(f"{opened.name} 内嵌的年报数据已损坏，按正文读取。",))


def filing_of(data: Mapping[str, Any], front: Mapping[str, Any], catalogue: Catalogue | None) -> Filing:
    """Return a filing from its JSON document and the front matter of `front_of`.

    Raises GovReportError, or what comes of data that is otherwise shaped.
    """
    filing = Filing.from_json(data, str(front.get("name", "")), dict(front.get("printed", {})), catalogue)
    headings = {int(number): str(text) for number, text in front.get("headings", {}).items()}
    texts = {number: part.text for number, part in filing.narrative.parts.items()}
    published = front.get("published")
    narrative = Narrative(
        title="\n".join(map(str, front.get("title", []))),
        published=datetime.date.fromisoformat(published) if published else None,
        contact=str(front.get("contact", "")),
        signature=str(front.get("signature", "")),
        editions=filing.form.differing,
        parts={n: Part(headings.get(n, ""), texts.get(n, "")) for n in sorted(texts.keys() | headings.keys())},
    )
    return _literal(replace(filing, narrative=narrative))


def _literal(filing: Filing) -> Filing:
    """Return a filing whose prose is text alone where a narrative would take it for headings or expressions."""
    parts = filing.narrative.parts
    with suppress(FilingError):
        narrative_text(filing)
        if not any("{{" in part.text or "}}" in part.text for part in parts.values()):
            return filing
    plain = {n: Part("", "\n".join(map(as_markdown, part.text.split("\n")))) for n, part in parts.items()}
    return replace(filing, narrative=replace(filing.narrative, parts=plain))


def differences(embedded: Filing, seen: Filing, name: str, text: str) -> list[str]:
    """Return in what a page that is read as any other contradicts the data within it: Chinese nouns.

    embedded: the filing that the data hold; seen: what was read; name: the agency's name as read, empty where the page
    names none; text: all that the page shows. What a page leaves out is no contradiction, but for prose.
    """
    shown, ours, theirs = _letters(text), embedded.narrative, seen.narrative
    pairs = {
        "机构名称": (embedded.name, name),
        "年度": (str(embedded.year), str(seen.year)),
        "标题": ("".join(embedded.title), "".join(seen.title)),
        "落款": (ours.signatories, theirs.signatories),
        "日期": (str(ours.date or ""), str(theirs.date or "")),
        "联系方式": (ours.contact, ""),
    }
    found = [what for what, (own, other) in pairs.items() if _contradicts(own, other, shown)]
    for number, heading in enumerate(("", *seen.form.parts)):
        part, read = ours.parts.get(number, Part("", "")), theirs.parts.get(number, Part("", ""))
        whole = _letters(f"{read.text}联系方式：{theirs.contact}")
        if number and read.heading and _letters(part.heading or heading) != _letters(read.heading):
            found.append(f"第{chinese_numeral(number)}部分的标题")
        if any(_letters(line) not in whole for line in part.text.split("\n")):
            found.append(f"第{chinese_numeral(number)}部分的文字" if number else "前言")
    unread = {*seen.unreadable, *(cell for cell in embedded.unreadable if seen.cells.get(cell) is None)}
    both = embedded.cells.keys() - unread
    if figures := [cell for cell, figure in seen.cells.items() if cell in both and figure != embedded.cells[cell]]:
        found.append(f"{len(figures)}格的数字（{seen.form.cells[figures[0]].label}等）")
    return found


def added(embedded: Filing, seen: Filing) -> Iterator[str]:
    """Yield the lines that a page shows beyond the data within it: what somebody, or a notebook, added.

    A line that stands twice must stand in the data twice. Long ones come first, since they may hold short ones.
    """
    rest = _letters("\n".join(part.text for part in embedded.narrative.parts.values()))
    lines = [line for part in seen.narrative.parts.values() for line in part.text.split("\n")]
    for line in sorted(lines, key=len, reverse=True):
        letters = _letters(line)
        if held := next((text for text in (letters, letters.lstrip("0123456789.")) if text and text in rest), ""):
            rest = rest.replace(held, "\n", 1)
        elif letters:
            yield line


def _contradicts(own: str, other: str, shown: str) -> bool:
    """Whether the data's text is another than the one that was read or, where none was read, stands nowhere."""
    return _letters(own) != _letters(other) if other else _letters(own) not in shown and not _DATE.fullmatch(own)


def _letters(text: str) -> str:
    """Return the letters and figures of Markdown, which are the same however it is set; raised digits are no others."""
    told = _SHIFTED.sub(r"上\g<0>", _ELEMENT.sub(lambda found: signs(found[2], found[1]), text))
    return _MARK.sub("", re.sub(r"[\\*_]", "", without_spaces(SET_OFF.sub("", told))))


def _in_html(opened: ForeignFile) -> Texts:
    text, _ = decode(opened.data, opened.name)
    filing, front = FILING.search(text), _META.search(text)
    return ({"filing": filing[1]} if filing else {}) | ({"front": unescape(front[1])} if front else {})


def attachments(data: bytes) -> Texts:
    """Return the JSON texts that are attached to a PDF; to be called apart."""
    with closing(pypdfium2.PdfDocument(data)) as pdf:
        attached = map(pdf.get_attachment, range(pdf.count_attachments()))
        return {_KEYS[a.get_name()]: bytes(a.get_data()).decode() for a in attached if a.get_name() in _KEYS}


def _in_docx(opened: ForeignFile) -> Texts:
    container = Container(opened.data, opened.name)
    for name in filter(re.compile(r"customXml/item[0-9]{1,3}\.xml").fullmatch, container.names):
        part = container.xml(name)
        if part.tag == f"{{{ENCLOSURE_NAMESPACE}}}report":
            texts = {key: part.findtext(f"{{{ENCLOSURE_NAMESPACE}}}{key}") or "" for key in ENCLOSED_FILES}
            main = container.related("").get("officeDocument", "word/document.xml")
            return texts | ({} if part.get("digest") == text_digest(container.xml(main)) else {"changed": ""})
    return {}


def _in_ofd(opened: ForeignFile) -> Texts:
    container, texts = Container(opened.data, opened.name), dict[str, str]()
    for place, document in documents_of(container, opened.name):
        listed = part_at(place, document.findtext("{*}Attachments") or "")
        for attached in container.xml(listed).iterfind("{*}Attachment") if listed in container.names else ():
            if key := _KEYS.get(attached.get("Name", "")):
                at = part_at(listed, attached.findtext("{*}FileLoc") or "")
                texts.setdefault(key, container.read(at).decode())
    return texts


def _in_pdf(opened: ForeignFile) -> Texts:
    return apart(attachments, opened.data, file=opened.name)


_FINDERS: Mapping[str, Callable[[ForeignFile], Texts]]
_FINDERS = {"html": _in_html, "pdf": _in_pdf, "docx": _in_docx, "ofd": _in_ofd}


def _json(text: str) -> dict[str, Any]:
    found = json.loads(text, parse_constant=int)  # which raises ValueError: NaN and Infinity are no numbers
    if not isinstance(found, dict):
        raise TypeError
    return found
