"""The parts of a published report: title, preamble, the six parts under the headings that offices write, closing."""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import dropwhile, pairwise, product

from govreport.core import Grid, Paragraph
from govreport.exchange.readers.bounds import MOST_ITEMS
from govreport.exchange.readers.characters import excerpt
from govreport.exchange.readers.foreign_document import ForeignDocument
from govreport.exchange.recognise import report_heading
from govreport.exchange.recognise.alignment import Reading, cheapest
from govreport.exchange.recognise.cell_values import is_value
from govreport.exchange.recognise.labels import distance, plain
from govreport.exchange.recognise.model import GUESS, LONG, LONGEST, NEAR, SAME, SKIP, SLIP, UNLIKE
from govreport.exchange.recognise.paragraphs import as_markdown, going_on, grid_as_markdown, is_cut, tidy
from govreport.exchange.recognise.report_heading import Title, date_in, is_office, is_year, patterns, read_title
from govreport.exchange.recognise.seen_tables import CAPTION
from govreport.filing import ORDINALS, OWN_FOLDER, Part
from govreport.forms import part_words
from govreport.tables import display_width

_TOP = re.compile(rf"^(?:第)?([{ORDINALS}])(?:部分)?[、.,:]?(?=[^\d{ORDINALS}])")
_LOWER = re.compile(rf"^(?:\(([{ORDINALS}])\)|(\d)[.、])")
_CONTACT, _ESCAPE = re.compile(r"(?:\A|\n\n)联系方式：(.+)\Z"), re.compile(r"\\(?=\W|_)")
"""Whom to ask, as the last paragraph says it; what Markdown has before a sign that is none of its own."""
_SENTENCE = re.compile("[。！？；，,]|[：:]$")
"""What a text holds that is prose."""


@dataclass
class ReportText:
    """What a report says besides its tables; `notes` are Chinese sentences on what was guessed."""

    title: Title | None = None
    agency: str = ""
    year: int = 0
    published: datetime.date | None = None
    contact: str = ""
    signature: str = ""
    parts: dict[int, Part] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    """A paragraph or a line of one, or an office's own table.

    goes_on: whether a line goes on in the paragraph of the one before; table: whether a form's table stood there.
    """

    text: str = ""
    heading: int = 0
    goes_on: bool = False
    grid: Grid | None = None
    table: bool = False


def read_parts(
    document: ForeignDocument, tables: Mapping[int, Collection[str]], dropped: Collection[int], headings: Sequence[str]
) -> ReportText:
    """Return title, agency, year and parts of a report.

    tables: captions of the form's table by number of the block where it begins; dropped: blocks that belong to
    tables; headings: the form's headings of the parts.
    """
    entries, text, page = _entries(document, tables, dropped), ReportText(), read_title(document.title)
    found = _find_headings(entries, headings)
    first, second = [*sorted(found), len(entries), len(entries)][:2]
    text.title, start, elsewhere = _find_title(entries[:second], page)
    behind = {start + place: one for place, one in _find_headings(entries[start:], headings).items()}
    if len(behind) == len(found):  # what stands before the title is none of the report's
        found, first = behind, min(behind, default=first)
    else:
        text.title, start, elsewhere = _find_title(entries[:first], page)
    for title in filter(None, (text.title, page)):
        text.title = text.title or title
        text.agency, text.year = text.agency or title.agency, text.year or title.year
    _read_preamble(document, entries[start:first], text)
    for place, end in pairwise([*sorted(found), len(entries)]):
        number, heading, rest = found[place]
        numbered = end < len(entries) and entries[end - 1].text.strip().isdigit()  # the next part's number
        own = ([replace(entries[place], text=rest, heading=0)] if rest else []) + entries[place + 1 : end - numbered]
        if end == len(entries):
            own = _without_closing(own, text)
        prose = _prose(document, own, text)
        if end == len(entries) and (told := _CONTACT.search(prose)):
            prose, text.contact = prose[: told.start()], _ESCAPE.sub("", told[1])
        text.parts[number] = Part(heading, prose)
    missing = [n for n in range(1, len(headings) + 1) if n not in text.parts]
    moved = [ORDINALS[number - 1] for number, after in pairwise(text.parts) if number > after > 0]
    if moved:
        text.notes.append(f"第{'、'.join(moved)}部分的次序与格式不同，按标题读取。")
        text.parts = dict(sorted(text.parts.items()))
    if found and missing:
        text.notes.append(f"没有找到第{'、'.join(ORDINALS[n - 1] for n in missing)}部分的标题。")
    _settle_year([entry.text for entry in entries], text, elsewhere)
    before = [entry.text for entry in entries[:first] if entry.text]
    stated = report_heading.agency_in(before)
    if not text.agency and (guessed := stated or report_heading.agency_beside(document.title, before)):
        text.agency = guessed
        text.notes.append(f"标题没有写明机构，按文中所写推定为{guessed}。")
    named = [stated, *text.signature.split("\n")] if text.agency else []
    whole = [name for name in named if name.endswith(f"{text.agency}人民政府")]
    text.agency = (*whole, text.agency)[0]  # whose title names its region alone
    return text


def _settle_year(texts: Sequence[str], text: ReportText, elsewhere: int) -> None:
    """Take the year that the text states where the title names none, and note where it or another title differs."""
    period = report_heading.period_in(texts)
    if not text.year:
        text.year = period or report_heading.year_in(texts)
        if text.year and not period:
            text.notes.append(f"标题没有写明年度，按文中所说的年份推定为{text.year}年。")
    for where, year in (("文中的统计期限", period), ("别处的标题", elsewhere)):
        if year not in (0, text.year):
            text.notes.append(f"标题写作{text.year}年，{where}却是{year}年，按标题读取。")


def _entries(
    document: ForeignDocument, tables: Mapping[int, Collection[str]], dropped: Collection[int]
) -> list[_Entry]:
    found, ends = list[_Entry](), list[float]()
    flat = [plain(block.text) for block in document.blocks if isinstance(block, Paragraph)]
    for number, block in enumerate(document.blocks):
        if number in tables:
            found.append(_Entry(table=True))
        if isinstance(block, Grid) and number not in dropped:
            found.append(_Entry(grid=block))
        elif isinstance(block, Paragraph) and number not in dropped and (text := block.text).strip("| "):
            captions = [plain(caption) for near in (number + 1, number - 1) for caption in tables.get(near, ())]
            is_caption = plain(text) in captions and any(other.endswith(plain(text), 1) for other in flat)
            if not is_caption and not patterns()["goes on"].fullmatch(plain(text)):
                found.append(_Entry(text, block.heading))
                ends.append(block.pieces[-1][-1] if block.pieces else display_width(text.rstrip()))
    on = going_on([entry.text for entry in found if entry.text], ends)
    return [replace(entry, goes_on=next(on)) if entry.text and document.laid_out else entry for entry in found]


# ---- headings --------------------------------------------------------------------------------------------------------


def _find_headings(entries: Sequence[_Entry], headings: Sequence[str]) -> dict[int, tuple[int, str, str]]:
    """Return number of the part, heading and what follows it in the same paragraph, by number of the entry."""
    split = [_split_heading(entry) for entry in entries]
    readings = [
        Reading(i, 1, j, near)
        for i, (head, _) in enumerate(split)
        for j, official in enumerate(headings)
        if head and (near := _unlikeness(head, official, j, entries[i].heading)) < UNLIKE
    ]
    made = cheapest([0.0] * len(entries), [2 * SKIP] * len(headings), readings)
    places = {found.start: found.target for found in made.readings}
    sure = [(r.start, r.target) for r in readings if r.price <= SAME and r.target not in places.values()]
    places |= {place: number for place, number in sure if [other for _, other in sure].count(number) == 1}
    return {place: (target + 1, tidy(split[place][0]), split[place][1]) for place, target in places.items()}


def _split_heading(entry: _Entry) -> tuple[str, str]:
    """Return what may be a part's heading, and what follows it in the same paragraph."""
    flat = plain(entry.text)
    if not flat or entry.table:
        return "", ""
    if len(flat) <= LONGEST // 2 and not flat.endswith("。"):
        return entry.text, ""
    whole = tidy(entry.text)
    if _TOP.match(flat) and (match := patterns()["heading run in"].match(whole)):
        return whole[: match.end()].rstrip("。：:，, "), whole[match.end() :]
    return "", ""


@lru_cache(maxsize=MOST_ITEMS)
def _unlikeness(text: str, official: str, number: int, level: int) -> float:
    """Return how unlike a paragraph is to the heading of a part."""
    flat = plain(text)
    top, lower = _TOP.match(flat), _LOWER.match(flat)
    ordinal = top[1] if top else (lower[1] or ORDINALS[int(lower[2]) - 1 if lower[2] != "0" else 0]) if lower else ""
    words = flat[head.end() :] if (head := top or lower) else flat
    near = distance(words, official[2:])
    if part_words().headings[number].pattern.search(words) and (top or level) and len(words) <= LONG:
        near = min(near, 2 * SLIP + near * SLIP)
    if lower:
        near += GUESS
    if not ordinal:
        near += SLIP * (not level)
    elif ordinal != ORDINALS[number]:
        near += GUESS
    return near


# ---- before and after the parts --------------------------------------------------------------------------------------


def _find_title(entries: Sequence[_Entry], page: Title | None) -> tuple[Title | None, int, int]:
    """Return the title, the place behind it, and the year that another one names, 0 for none.

    page: the file's own title. Of several that are alike, one of its year is taken, and if there is none the last.
    """
    ends = reversed([*product(range(len(entries)), range(1, NEAR))])
    found = [(title, -n, start + n) for start, n in ends if (title := _title_of(entries, start, n)) and any(title.rank)]
    year = page.year if page else 0
    title, _, end = max(found, key=lambda one: (one[0].rank, one[0].year == year, one[1]), default=(None, 0, 0))
    alike = {one.year for one, *_ in found if title and one.rank == title.rank and one.year != title.year}
    return title, end, year or max(alike, default=0)


def _title_of(entries: Sequence[_Entry], number: int, length: int) -> Title | None:
    """Return the title that so many lines from one on are, of several only if it names an office and stands alone."""
    lines = [entry.text for entry in entries[number : number + length]]
    below = [entry.text for entry in entries[number + length : number + length + 1]]
    if len(lines) < length or not all(lines) or (is_year(lines[-1]) and any(map(is_year, below))):  # a list of years
        return None
    title = read_title(*lines)
    return title if title and (length == 1 or (title.exact and is_office(plain(title.agency)))) else None


def _read_preamble(document: ForeignDocument, entries: Sequence[_Entry], text: ReportText) -> None:
    for block in document.blocks:
        cells = [cell.text for cell in block.cells] if isinstance(block, Grid) else [getattr(block, "text", "")]
        for name, value in zip(cells, [*cells[1:], ""], strict=True):
            for pair in (name, f"{name}：{value}") if len(name) < LONGEST // 2 and not is_value(name) else ():
                text.published = text.published or (date_in(pair) if "：" in pair or ":" in pair else None)
                text.agency = text.agency or (report_heading.issuer_in(pair) if len(pair) < LONGEST // 2 else "")
    kept = [entry for entry in entries if not entry.grid and not _is_furniture(entry.text)]
    paragraphs = _prose(document, kept, text).split("\n\n")
    if prose := [*dropwhile(lambda paragraph: not _SENTENCE.search(paragraph), paragraphs)]:
        text.parts[0] = Part("", "\n\n".join(prose))


def _is_furniture(text: str) -> bool:
    flat = plain(text)
    return len(flat) < LONGEST and (bool(patterns()["furniture"].match(flat)) or date_in(text) is not None)


def _without_closing(entries: Sequence[_Entry], text: ReportText) -> list[_Entry]:
    """Take the signature, which is the first office or date behind the last sentence, and what follows it off."""
    texts = [plain(entry.text) for entry in entries]
    furniture = (n for n, flat in enumerate(texts) if n and len(flat) < LONGEST and patterns()["furniture"].match(flat))
    own = list(entries[: next(furniture, len(entries))])
    prose = (n for n, e in enumerate(own) if e.grid or len(texts[n]) > LONG or _SENTENCE.search(texts[n]))
    office, behind = patterns()["office"], range(max(prose, default=0) + 1, len(own))
    after = [n for n in behind if date_in(texts[n]) or (office.search(texts[n]) and not _TOP.match(texts[n]))]
    lines = [tidy(own[n].text) for n in after if n - after[0] == after.index(n)]
    dated = next((n for n, line in enumerate(lines) if date_in(line)), len(lines))
    lines = lines[: max(dated, 1) + 1]
    text.signature = "\n".join(lines)
    if not text.agency and lines and not date_in(lines[0]):
        text.agency = plain(lines[0])
    return own[: after[0]] if after else own


def _is_heading(entry: _Entry) -> bool:
    spoken = _SENTENCE.search(entry.text) or CAPTION.match(entry.text)
    return bool(entry.heading and len(entry.text) <= LONG and not spoken)


def _prose(document: ForeignDocument, entries: Sequence[_Entry], text: ReportText) -> str:
    """Return entries as Markdown, paragraph by paragraph; headings within a part begin at the second level."""
    blocks, lines, cuts = list[str](), list[str](), 0
    levels = [entry.heading for entry in entries if _is_heading(entry)]
    for entry in (*entries, _Entry()):
        if entry.text and not _is_heading(entry):
            own = tidy(entry.text)
            goes_on = lines and (entry.goes_on if document.laid_out else is_cut(lines[-1], own))
            cuts += bool(goes_on and not document.laid_out)
            lines[-1:] = [lines[-1] + own] if goes_on else [*lines[-1:], own]
            continue
        blocks += map(as_markdown, lines)
        lines.clear()
        if entry.text:
            blocks.append(f"{'#' * (2 + entry.heading - min(levels))} {as_markdown(tidy(entry.text))}")
        if entry.grid:
            if blocks and CAPTION.match(blocks[-1]):
                told = f"“{excerpt(blocks[-1])}”按文字中的表格读取，没有写入 {OWN_FOLDER}/"
                text.notes.append(f"{told}；合计要核对、编号要引用的，请另存为 CSV 文件。")
            blocks.append(grid_as_markdown(entry.grid))
        elif entry.table and blocks:
            blocks.append("<!-- table -->")
    if cuts:
        text.notes.append(f"有{cuts}处段落在句中断开，已接上。")
    while blocks and blocks[-1] == "<!-- table -->":
        blocks.pop()
    return "\n\n".join(block for block in blocks if block)
