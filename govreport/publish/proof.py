"""Proof that a page is whole: every cell of its notebook ran, and every part and table of its form is on it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from govreport.checks import Account
from govreport.core import Block, Figure, Grid, Paragraph, block_text, leaves, link_definitions, mime, write_figure
from govreport.filing import ORDINALS, TABLE_MARK, Filing, own_label, read_value, seen_otherwise
from govreport.publish.document import CHANGED, FOREIGN, Document
from govreport.publish.filled_in import unresolved
from govreport.publish.layout.typography import clean
from govreport.publish.markup import shown_markdown
from govreport.publish.notebook_json import json_list, json_mapping, json_text
from govreport.tables import figure_texts

LEAVE_OUT = "leave_out"
"""Key in a notebook's metadata ``govreport``: parts by number (0: preamble) and tables by key, left out on purpose."""
MOST_NAMED, LONGEST_QUOTE = 3, 30
HEADING, LEVEL = "heading", "level"
_NO_LETTERS = re.compile("[^0-9\u4e00-\u9fff]+")
_ITEM = re.compile(r"(?:[>\s]|[-*+]\s|\d{1,9}[.)]\s)*")
_PART = re.compile(rf"\s*([{ORDINALS}])\s*[、.．]")
_MARKUP = re.compile(r"[<&]|```|~~~")
"""In a line of Markdown: it may hold letters that no page prints."""
_UNPRINTED = re.compile(
    r"(?<=表)〔\w+〕|"
    r"!\[.*?(?=\][(\[])|!\[[^\]]*|\[\^[^\]]*\]|\]\[[^\]]*\]|\]\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|\]\(.*"
)
"""What is not printed as it stands in a line: a picture's text, a footnote's mark, a link's target, a table's key."""
_Site = tuple[str, Mapping[str, str]]
"""A part's heading or a statutory table on the page: its key, and the texts of the table's cells by name."""
_Lack = tuple[str, str, str]
"""What is not as it should be: the keys by which a notebook may leave it out, a label, a clause."""


class Proof(NamedTuple):
    """What a page lacks.

    lacks: what is missing or differs, in clauses; empty if the page is whole. remedy: what to do.
    notes: what the notebook leaves out on purpose, in a sentence.
    """

    lacks: str = ""
    remedy: str = ""
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The same in one sentence."""
        return f"内容不完整：{self.lacks}；{self.remedy}。" if self.lacks else ""


def prove(document: Document, notebook: Mapping[str, Any], account: Account) -> Proof:
    """Return the proof of a page that is about to be written.

    notebook: the executed notebook. account: what the page must say of itself. If it has a filing, the page must be
    its annual report; of any other page only the cells, the agency and the year are proved, each where it is given.

    >>> cell = {"cell_type": "code", "metadata": {}, "source": "1 + 1", "outputs": [], "execution_count": None}
    >>> prove(Document((), ()), {"cells": [cell], "metadata": {}}, Account(())).sentence
    '内容不完整：代码单元格“1 + 1”没有运行；请改正后重新运行全部单元格。'
    """
    notes: tuple[str, ...] = ()
    own, gaps, remedy = document.account, list(_stopped_cells(notebook)), "请改正后重新运行全部单元格"
    if account.filing and not gaps:
        told = json_mapping(json_mapping(notebook.get("metadata")).get(mime.METADATA)).get(LEAVE_OUT, [])
        excused = {str(name) for name in (told if isinstance(told, list) else [told])}
        gaps, notes = _compared(document, account.filing, excused)
        remedy = "请改正笔记本" + (f"，有意不列的写入元数据 {mime.METADATA} 的 {LEAVE_OUT}" if gaps else "")
        gaps += unresolved(document.blocks)
        if own.filing and not gaps and _verdict(own) != _verdict(account.asserting(document.asserted)):
            gaps, remedy = ["校验结果与本项目的不同"], "请写 Report.open(agency, year)，不要打开别的项目文件夹"
    elif account.name and not gaps:
        gaps, notes = _foreign(document, account)
        remedy = "机构和年度请取自笔记本的参数"
    more = f"等{len(gaps)}处" if len(gaps) > MOST_NAMED else ""
    return Proof("，".join(gaps[:MOST_NAMED]).replace("。", "") + more, remedy if gaps else "", notes)


def _foreign(document: Document, account: Account) -> tuple[list[str], tuple[str, ...]]:
    """Return a clause where a page that is no report is of another agency or year, and notes on what of it alone is."""
    own, asked = document.account, f"应是{account.name}{account.year}年的"
    foreign = sorted(document.sources - {f"{account.agency} {account.year}"}) if account.agency else []
    if own.title and (own.name, own.year) != (clean(account.name), account.year):
        return [f"页面是{own.name}{own.year}年的，{asked}"], ()
    if foreign and not own.title and len(foreign) == len(document.sources):
        return [f"页面的图、文字和表取自 {foreign[0]} 年的资料，{asked}"], ()
    return [], tuple(FOREIGN.format(*source.partition(" ")[::2]) for source in foreign)


def _verdict(account: Account) -> tuple[str, list[tuple[str, str, bool]]]:
    """Return the state and what is told of each finding; a notebook's JSON keeps no order of keys."""
    return account.state, [(found.severity, found.message, bool(found.waived)) for found in account.findings]


def _stopped_cells(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Yield a clause for each code cell that did not run to its end."""
    for cell in map(json_mapping, json_list(notebook.get("cells"))):
        source = json_text(cell.get("source")).strip()
        if cell.get("cell_type") == "code" and source:
            outputs = map(json_mapping, json_list(cell.get("outputs")))
            errors = [json_text(output.get("ename")) for output in outputs if output.get("output_type") == "error"]
            if errors or cell.get("execution_count") is None:
                why = f"中途停止（{errors[0]}）" if errors else "没有运行"
                yield f"代码单元格“{source.splitlines()[0][:LONGEST_QUOTE]}”{why}"


def _compared(document: Document, filing: Filing, excused: set[str]) -> tuple[list[str], tuple[str, ...]]:
    """Return what a report lacks, a clause each, and a note about what it leaves out.

    excused: what it may leave out.
    """
    sites, own, tables = list(_sites(document.blocks)), document.account.filing, filing.form.tables
    figures = {key: {name: clean(text) for name, text in figure_texts(filing, key).items()} for key in tables}
    lacks = [*_misplaced(filing, sites, figures), *_unprinted(filing, document.blocks)]
    left_out = dict.fromkeys(label for keys, label, _ in lacks if not excused.isdisjoint(keys.split()))
    gaps = [clause for keys, _, clause in lacks if excused.isdisjoint(keys.split())]
    if sites and (not own or (own.agency, own.year) != (filing.agency, filing.year)):
        gaps.insert(0, "没有本报告的标题、署名和数据（应有一格单独写 report，机构和年度取自参数）")
    elif own and own.cells != filing.cells:
        gaps.append("报告所带的数字与资料不同")
    else:
        gaps += _own_tables(document.blocks, own, filing)
    known = [*map(str, range(len(filing.form.parts) + 1)), *tables]
    gaps += [f"{LEAVE_OUT} 中没有“{name}”可写（可写{'、'.join(known)}）" for name in sorted(excused.difference(known))]
    notes = [f"按笔记本的说明，未列入{'、'.join(left_out)}。"] if left_out else []
    if foreign := [tables[key].caption for key, shown in sites if not figures.get(key, {}).items() <= shown.items()]:
        told = f"页面上另有数字与本报告资料不同的表“{'”、“'.join(foreign)}”"
        if any(remark.text == CHANGED for remark in document.remarks):
            gaps.append(f"{told}（在笔记本中改过，没有保存到项目）")
        else:
            notes.append(f"{told}；请核对是否其他年度或机构的。")
    return gaps, tuple(notes)


def _own_tables(blocks: Iterable[Block], own: Filing | None, filing: Filing) -> Iterator[str]:
    """Yield a clause for each table of the analyst's own that the report carries, or the page shows, otherwise.

    own: the filing that the report carries. Of cells on the page only plain figures count, since formats may print
    anything, and only in a column of which some other than zero are as the table holds them.
    """
    carried = own.tables if own else filing.tables
    yield from (f"报告所带的表 {key} 与资料不同" for key, table in filing.tables.items() if carried.get(key) != table)
    yield from (f"报告所带的表 {key} 不在资料中" for key in carried if key not in filing.tables)
    for block in leaves(blocks):
        if not isinstance(block, Grid) or not (table := filing.tables.get(block.key)):
            continue
        places = {name: (n, m) for n, line in enumerate(table.names) for m, name in enumerate(line)}
        texts = {places[cell.name]: cell.text for cell in block.cells if cell.name in places}
        found = seen_otherwise(table, texts)
        right = {m for n, m in texts if (n, m) not in found and table.values[n][m]}
        for n, m in found:
            if m in right and isinstance(read_value(texts[n, m]), Figure):
                value = table.values[n][m]
                held = write_figure(value) if isinstance(value, Figure) else value
                yield f"表 {table.key} 中{own_label(table.names[n][m])}为{texts[n, m]}，应为{held or '空白'}"


def _sites(blocks: Iterable[Block]) -> Iterator[_Site]:
    for block in leaves(blocks):
        if isinstance(block, Grid) and (figures := {cell.name: cell.text for cell in block.cells if cell.name}):
            yield next(iter(figures)).partition(".")[0], figures
        elif isinstance(block, Paragraph) and 1 <= block.heading <= 2 and (part := _PART.match(block.text)):
            yield f"{ORDINALS.index(part[1]) + 1}", {HEADING: clean(block.text), LEVEL: f"{block.heading}"}


def _misplaced(filing: Filing, sites: Sequence[_Site], figures: Mapping[str, Mapping[str, str]]) -> Iterator[_Lack]:
    """Yield the headings and tables that do not stand on the page in the order of the form, with their figures.

    figures: the texts of each table's cells by name, as the page must have them.
    """
    place, before, tables = -1, "", filing.form.tables
    for number, heading in enumerate(filing.form.parts, 1):
        for key in (f"{number}", *(key for key, table in tables.items() if table.part == number)):
            label = f"表“{tables[key].caption}”" if key in tables else f"“{heading}”"
            expected = figures.get(key, {})
            found = [(n, shown) for n, (site, shown) in enumerate(sites) if site == key]
            right = [n for n, shown in found if expected.items() <= shown.items()]
            titles = [shown.get(HEADING, label) for n, shown in found if n in right and shown.get(LEVEL) != "2"]
            titles += [clean(heading) for _, shown in found if shown == {HEADING: clean(heading), LEVEL: "2"}]
            if others := [title for title in titles if title != titles[0]]:
                yield "", label, f"“{titles[0]}”之外又有同一编号的标题“{others[0]}”（补充的内容请用 ## 开头的下级标题）"
            elif len(titles) > 1:
                yield "", label, f"{label}出现了{len(titles)}次"
            if later := [n for n in right if n > place]:
                place, before = later[0], label
            elif right:
                yield "", label, f"{label}排在{before}之前"
            elif found:
                yield "", label, label + _difference(filing, expected, found[-1][1])
            else:
                yield f"{key} {number}", label, f"缺{label}"


def _difference(filing: Filing, figures: Mapping[str, str], shown: Mapping[str, str]) -> str:
    names = [name for name, text in figures.items() if shown.get(name) != text]
    stated, expected = (texts.get(names[0]) or "空白" for texts in (shown, figures))
    many = f"等{len(names)}格" if len(names) > 1 else ""
    return f"中{filing.form.cells[names[0]].label}为{stated}，应为{expected}{many}"


def _unprinted(filing: Filing, blocks: Iterable[Block]) -> Iterator[_Lack]:
    """Yield the first line of each part's prose that is not on the page, or is there again.

    Lines are compared by their Chinese characters and digits.
    """
    page = _NO_LETTERS.sub("", block_text(blocks))
    prose = _NO_LETTERS.sub("", "".join(part.text for part in filing.narrative.parts.values()))
    for number, part in filing.narrative.parts.items():
        links = {line for piece in TABLE_MARK.split(part.text, 1) for line in link_definitions(piece)}
        printed = (line for line in shown_markdown(part.text).split("\n") if line not in links)
        pieces = (piece for line in printed if not _MARKUP.search(line) for piece in _UNPRINTED.split(line))
        texts = (_ITEM.sub("", piece, 1) for piece in pieces)
        if missing := next((text for text in texts if _NO_LETTERS.sub("", text) not in page), ""):
            label = f"“{filing.form.parts[number - 1]}”" if number else "前言"
            yield f"{number}", label, f"{label}缺文字“{missing[:LONGEST_QUOTE]}”"
        letters = _NO_LETTERS.sub("", part.text.partition("\n")[0])
        if len(letters) > LONGEST_QUOTE and page.count(letters) > prose.count(letters):
            yield "", "", f"文字“{part.text[:LONGEST_QUOTE]}”重复"
