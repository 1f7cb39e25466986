"""Reads an executed notebook into a document of blocks, from which all writers print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain, islice, repeat
from typing import Any
from urllib.parse import unquote

from govreport.checks import Account, Finding, NotebookError, left_over, project_lexicon
from govreport.core import (
    TOO_DEEP,
    WIDE,
    Block,
    Grid,
    GridCell,
    GridTooLargeError,
    Leaf,
    Paragraph,
    Picture,
    Preformatted,
    Runs,
    block_text,
    chinese_numeral,
    chinese_year,
    leaves,
    mime,
    read_date,
    with_leaves,
)
from govreport.filing import REFERRED, Project
from govreport.publish.cell_options import HIDDEN_OUTPUT_TAGS, HIDDEN_TAGS, cell_options, cell_tags, hiding_problems
from govreport.publish.filled_in import CellProse, numbered, numbers_of, referring, unresolved
from govreport.publish.layout.typography import clean
from govreport.publish.markup import CONTROLS, TOO_LARGE, html_blocks, markdown_blocks
from govreport.publish.notebook_json import account_json, asserted_in, bundles_of, json_list, json_mapping, json_text
from govreport.publish.pictures import (
    LOST,
    SVG,
    Find,
    PictureError,
    encoded_picture,
    is_same,
    length_in_points,
    linked_picture,
    picture,
)
from govreport.publish.plain_text import plain, said
from govreport.tables import read_table

MEDIA = (SVG, "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
"""Media types of an output's picture, the best first."""
FILE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
LONGEST_CELL = 5_000
LONGEST_WORD = 10_000
"""Most letters of a table cell and of a word in prose; longer ones are cut off with a remark."""
CELL_KINDS, PLACE = {"code": "代码", "markdown": " Markdown "}, "第{}个{}单元格"
PICTURES = "pictures"
"""Key of the notebook's metadata ``govreport`` under which it keeps pictures of the project by their addresses."""
OBJECT = "输出只是程序对象，未排入页面；要公布，请显示为表格、图片或 Markdown。"
NO_CHART = "画了图，但没有显示；请删去 matplotlib.use(…)，或用 report.figure(图) 显示。"
UNSEEN = "表 {} 没有显示；写在 if、for 中的，或者不在末行的，要写 display(report.table(…))。"
IN_CELL = "表格单元格中的图片不能排入，只印出“〔图〕”；请把图片放在表外。"
DRAWING_LOST = "图中有只能在浏览器中显示的文字或别处的图片，未排入；请另存为 PNG，或把文字转为普通的 SVG 文字。"
FOREIGN = "图、文字或表取自 {} {} 年的资料，与本报告的资料不同；请核对，并重新运行全部单元格。"
CHANGED = "数字与本报告的资料（含上年）不同：改过的，请在 JupyterLab 中用 report.filing.save() 保存；再运行全部单元格。"
NAMESAKE = "表与资料中的 tables/{}.csv 同名，数字没有与它核对；请用 report.table 显示，或用 key= 另取名称。"
RAW = "原始（Raw）单元格“{}”未排入页面；要公布，请改为 Markdown 单元格，不公布的请加标签 remove-cell。"
NO_GLYPH = "图中有字体没有的字：{}，显示为方框；请改用其他写法。"
_UNFINISHED = re.compile(r"NaN|nan|NaT|<NA>|None|null|[-+]?inf|[-+]?\d+(?:\.\d+)?e[-+]?\d+|\.\.+|…|.+\.\.\.", re.DOTALL)
"""What a library shows in a cell without a value, with a figure that is not written out, with a text cut off, and in
place of rows and columns that it leaves out."""
_UNNAMED = re.compile(rf"{_UNFINISHED.pattern}|[a-z][a-z_.]{{2,}}", re.DOTALL)
"""The same in a header, and names of code, such as ``natural``."""
_INTERACTIVE = re.compile(rf"<({'|'.join(sorted(CONTROLS))})\b", re.IGNORECASE)
_MISSING = re.compile(r"(?s)Glyph (\d{1,6}) \(.*?\)\s+missing from|not have a glyph for '[^']*' \[U\+([0-9a-f]{1,5})\]")
"""How matplotlib warns of characters that its fonts lack, in text and in formulas."""
_PICTURE = re.compile("〔图(?:：[^〕]*)?〕")
_DRAWS = re.compile(r"(?m)^(?!\s*#).*(?:\bplt\.(?:figure|subplots?|barh?|pie|hist|scatter|step)|\.plot(?:\.\w+)?)\(")
_KEEPS = re.compile(r"\.close\(|\.savefig\(")
"""Signs of a cell that draws, and that draws for something else than the page."""
_PERHAPS = re.compile(r"(?m)^([ \t]*)(?:if|elif|else|for|while|try|except|def|async|class)\b.*(?:\n(?:\1[ \t].*)?)*")
"""Blocks of code that may not have run, though their cell did."""
_CALLS = re.compile(r"""(?m)^[ \t]*\w+\.table\(\s*["'](\w+)""")
"""Statements that make a table and show it only at the end of their cell."""
_ENDLESS = re.compile(f"\\S{{{LONGEST_WORD},}}")


@dataclass(frozen=True)
class Remark:
    """What is for those who make a report and not for its readers: the review copy shows it.

    text: a sentence about what a page lacks, which the run tells too; blocks: what only the review copy shows.
    place: number of the document's blocks before it. cell: number of the cell that it is about, among those of its
    kind, or 0; kind: what messages call it, such as 代码.
    """

    text: str = ""
    blocks: tuple[Block, ...] = ()
    place: int = 0
    cell: int = 0
    kind: str = ""

    def told(self, cells: Iterable[int] = ()) -> str:
        """Return the sentence with the number of its cell, or those of all cells that it is about."""
        return _place({self.kind: cells or [self.cell]}) + self.text if self.cell and self.text else self.text


Part = Block | Remark


@dataclass(frozen=True)
class Document:
    """An executed notebook as a list of blocks, with the account of its report.

    title: line by line: the account's, or else the first heading's. remarks: in the order of their places.
    asserted: what does not hold of assertions and prose in the notebook, which is among the account's findings.
    numbers: those of tables, by key. sources: agencies and years that outputs say they are of.
    analysed: numbers of blocks that cells of the notebook bring, and not the filing.
    """

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    account: Account = field(default_factory=lambda: Account(()))
    remarks: tuple[Remark, ...] = ()
    asserted: tuple[Finding, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    sources: frozenset[str] = frozenset()
    analysed: frozenset[int] = frozenset()

    @property
    def date(self) -> str:
        """The day of publication in Chinese, in the numerals of the project."""
        return chinese_date(self.account.published, self.account.appearance.numerals)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about what the page lacks, each once, with the numbers of all cells that it is about."""
        cells: dict[Remark, dict[int, None]] = {}
        for remark in self.remarks:
            cells.setdefault(Remark(remark.text, cell=min(remark.cell, 1), kind=remark.kind), {})[remark.cell] = None
        return tuple(alike.told(numbers) for alike, numbers in cells.items() if alike.text)


def read_document(
    notebook: Mapping[str, Any],
    fallback_title: str = "报告",
    project: Project | None = None,
    find: Find = linked_picture,
) -> Document:
    """Return an executed notebook as a document.

    notebook: an nbformat 4 notebook. fallback_title: for notebooks that do not say their title.
    project: the one whose editions and words are known, by default the package's alone. find: finds pictures by their
    addresses.
    Raises NotebookError when what it says of its report is spoilt.

    >>> cells = [{"cell_type": "markdown", "metadata": {}, "source": "一段话。"}]
    >>> read_document({"cells": cells, "metadata": {}}).blocks[0].runs[0].text
    '一段话。'
    """
    if not isinstance(notebook.get("cells"), list):
        raise NotebookError("这个文件不是 nbformat 4 的笔记本（没有单元格）；请在 JupyterLab 中打开并另存后再导出。")
    catalogue, words = (project.catalogue, project_lexicon(project.root)) if project else (None, None)
    data = account_json(notebook)
    account = _printable(Account.from_json(data, catalogue)) if data else Account(())
    told = json_mapping(json_mapping(notebook.get("metadata")).get(mime.METADATA))
    prose = CellProse(account, words, asserted := list[Finding]())
    found, remarks, analysed = _notebook_parts(notebook["cells"], json_mapping(told.get(PICTURES)), find, prose)
    numbers = numbers_of(found)
    quoted = {} if account.state else {key: f"“{key}”" for key in REFERRED.findall(block_text(found))}
    number = partial(numbered, numbers={**quoted, **numbers})
    blocks = with_leaves(finish_blocks(found), number)
    if account.enclosure["filing"]:
        account = replace(account, enclosure=referring(account.enclosure, numbers))
    remarks += map(Remark, unresolved(blocks))
    if account.state:
        account = account.asserting(asserted)
    else:  # no report, whose findings they could be
        remarks += [Remark(finding.message) for finding in asserted]
    if "".join(f"联系方式：{account.contact}".split()) in "".join(block_text(blocks).split()).replace(":", "："):
        account = replace(account, contact="")
    heads = {n: block.text for n, block in enumerate(blocks) if isinstance(block, Paragraph) and block.heading}
    title = account.title if data else (next(iter(heads.values()), clean(fallback_title)),)
    dropped = 0 in heads and "".join(heads[0].split()) == "".join("".join(title).split())
    placed = tuple(replace(r, place=max(0, r.place - dropped), blocks=with_leaves(r.blocks, number)) for r in remarks)
    sources, analysed = frozenset(prose.sources), frozenset(number - dropped for number in analysed)
    return Document(title, blocks[dropped:], account, placed, tuple(asserted), numbers, sources, analysed)


def _printable(account: Account) -> Account:
    """Return an account whose texts can be printed; the enclosed JSON stays as it is."""
    texts: dict[str, Any] = {key: clean(getattr(account, key)) for key in ("name", "published", "signature", "contact")}
    texts["contact"] = re.sub(r"^\s*联系方式\s*[:：]\s*", "", texts["contact"])
    return replace(account, **texts, title=tuple(map(clean, account.title)))


def chinese_date(iso: str, numerals: str = "arabic") -> str:
    """Return an ISO date as a Chinese one; any other text as it is. numerals: as of `Appearance`.

    >>> chinese_date("2021-01-27"), chinese_date("2021-01-27", "chinese")
    ('2021年1月27日', '二〇二一年一月二十七日')
    """
    if not (day := read_date(iso)):
        return iso
    of_year, numeral = (chinese_year, chinese_numeral) if numerals == "chinese" else (str, str)
    return f"{of_year(day.year)}年{numeral(day.month)}月{numeral(day.day)}日"


def _notebook_parts(
    cells: Iterable[Any], pictures: Mapping[str, Any], find: Find, prose: CellProse
) -> tuple[list[Block], list[Remark], Set[int]]:
    """Return the blocks of cells, remarks, which name their cell, and the numbers of blocks that are not the filing's.

    Injected parameters are not counted. A finding of several cells is told once, with the numbers of all of them.

    pictures: that the notebook keeps, like attachments. prose: reads Markdown cells, and takes up what is found.
    """
    blocks, remarks, analysed, numbers = list[Block](), list[Remark](), set[int](), Counter[str]()
    alike: dict[tuple[str, str], tuple[Finding, dict[str, dict[int, None]]]] = {}
    filing = prose.account.filing
    filed = {"", "grid", *filing.form.tables, *filing.tables} if filing else set()
    for cell in map(json_mapping, cells):
        metadata, tags = json_mapping(cell.get("metadata")), cell_tags(cell)
        kind, known = CELL_KINDS.get(str(cell.get("cell_type")), ""), len(prose.found)
        numbers[kind] += bool(kind) and "injectedparameter" not in tags
        prose.found.extend(asserted_in(cell))
        missed: list[str] = []
        found = partial(_kept_picture, {**pictures, **json_mapping(cell.get("attachments"))}, find, missed)
        parts = [] if tags & HIDDEN_TAGS else list(_cell_parts(cell, tags, found, prose))
        shown = list(leaves(part for part in parts if not isinstance(part, Remark)))
        texts = (cell.text for block in shown if isinstance(block, Grid) for cell in block.cells)
        parts += [Remark(IN_CELL)] * any(map(_PICTURE.search, texts))
        parts += [Remark(DRAWING_LOST)] * any(isinstance(block, Picture) and LOST in block.data for block in shown)
        parts += map(Remark, hiding_problems(metadata) if shown else ())
        parts += [Remark(f"图片 {address} 找不到、无法读取或不在项目中，未排入页面。") for address in missed]
        has_picture = any(isinstance(part, Picture) for part in parts)
        is_report = any(mime.SOURCE in data for data in bundles_of(cell))
        for part in parts:
            if not isinstance(part, Remark):
                analysed |= {len(blocks)} if filing and not (is_report and getattr(part, "key", "") in filed) else set()
                blocks.append(part)
            elif part.text != OBJECT or not has_picture:
                remarks.append(Remark(clean(part.text), finish_blocks(part.blocks), len(blocks), numbers[kind], kind))
        for finding in prose.found[known:]:
            named = alike.setdefault((finding.code, finding.severity), (finding, {}))[1]
            named.setdefault(kind, {})[numbers[kind]] = None
    prose.found[:] = [finding.located(_place(named)) for finding, named in alike.values()]
    return blocks, remarks, analysed


def _place(cells: Mapping[str, Iterable[int]]) -> str:
    """Return the cells by kind as messages begin with them."""
    return "、".join(PLACE.format("、".join(map(str, numbers)), kind) for kind, numbers in cells.items()) + "："


def _kept_picture(kept: Mapping[str, Any], find: Find, missed: list[str], address: str) -> tuple[str, bytes]:
    """Return the media type and bytes of a picture that a notebook keeps, or of one that is found by its address.

    kept: by name, the picture's data by media type (nbformat 4.1). missed: takes addresses without a picture.
    Raises PictureError.
    """
    try:
        data = json_mapping(kept.get(unquote(address.removeprefix("attachment:"))))
        return encoded_picture(json_text(next(iter(data.values())))) if data else find(address)
    except PictureError:
        missed.append(unquote(address)[:60])
        raise


def _cell_parts(cell: Mapping[str, Any], tags: Set[str], find: Find, prose: CellProse) -> Iterator[Part]:
    """Yield what a cell shows, as its options say."""
    metadata, source = json_mapping(cell.get("metadata")), json_text(cell.get("source"))
    if cell.get("cell_type") == "markdown":
        text, problems = prose.evaluated(source)
        yield from (*_markdown(text, find), *map(Remark, problems))
    if cell.get("cell_type") == "raw" and source.strip():
        yield Remark(RAW.format(source.split("\n")[0][:20]))
    if cell.get("cell_type") != "code" or tags & HIDDEN_OUTPUT_TAGS:
        return
    options = cell_options(source)
    yield from map(Remark, options.problems)
    if options.is_hidden:
        return
    own = {"fig-alt": metadata.get("alt"), "fig-cap": metadata.get("caption"), "tbl-cap": ""}
    alts, captions, titles = (_each(json_text(one) or options.values.get(key)) for key, one in own.items())
    given = {Picture: {"alt": alts, "caption": captions}, Grid: {"caption": titles}}
    outputs = list(map(json_mapping, json_list(cell.get("outputs"))))
    warnings = "".join(json_text(output.get("text")) for output in outputs if output.get("name") == "stderr")
    if lacking := dict.fromkeys(chr(int(ten or str(int(code, 16)))) for ten, code in _MISSING.findall(warnings)):
        yield Remark(NO_GLYPH.format("、".join(lacking)))
    kinds = {key for output in outputs for key in (output.get("output_type"), *json_mapping(output.get("data")))}
    keys = {json_mapping(json_mapping(output.get("data")).get(mime.TABLE)).get("key") for output in outputs}
    filed = filing.tables.keys() if (filing := prose.account.filing) else set()
    yield from (Remark(UNSEEN.format(key)) for key in _CALLS.findall(source) if key in filed - keys)
    is_drawn = _DRAWS.search(_PERHAPS.sub("", source)) and not _KEEPS.search(source)
    yield from [Remark(NO_CHART)] if is_drawn and not kinds & {"error", *MEDIA} else []
    last: Part | None = None
    for output in outputs:
        parts = list(_output_parts(output, options.is_markdown, find, prose))
        if len(parts) == 1 and isinstance(parts[0], Picture) and isinstance(last, Picture) and is_same(parts[0], last):
            continue  # a cell ends in its figure, which the notebook shows by itself as well
        last = next((part for part in reversed(parts) if not isinstance(part, Remark)), last)
        parts = [_captioned(part, given.get(type(part), {})) for part in parts]
        marks = {kind for kind in json_mapping(output.get("data")) if mime.METADATA in kind}
        prose.shown((part for part in parts if not isinstance(part, Remark)), marks)
        yield from parts


def _each(one: object) -> Iterator[str]:
    """Yield a text for each picture or table of a cell: one for all, or those of a list."""
    return chain(map(str, one), repeat("")) if isinstance(one, list) else repeat(str(one or ""))


def _captioned(part: Part, given: Mapping[str, Iterator[str]]) -> Part:
    """Return a part with the texts that a cell's options give it, where it has none; a table that is left out, told."""
    if isinstance(part, Paragraph) and part.text in (TOO_LARGE, TOO_DEEP):
        return Remark(part.text)
    texts = {key: next(each) for key, each in given.items()}
    return replace(part, **{key: getattr(part, key) or text for key, text in texts.items()})  # type: ignore[arg-type]


def _output_parts(output: Mapping[str, Any], is_markdown: bool, find: Find, prose: CellProse) -> Iterator[Part]:
    """Yield an output of a cell. is_markdown: whether printed text is Markdown and published."""
    match output.get("output_type"):
        case "stream" if output.get("name") == "stdout" and is_markdown:
            yield from _markdown(json_text(output.get("text")), find)
        case "stream" if output.get("name") == "stdout" and (printed := tuple(plain(json_text(output.get("text"))))):
            yield Remark("打印的文字只供编制人员查看，未排入页面；要公布，请显示为表格或 Markdown。", printed)
        case "error":
            yield Remark(f"运行出错（{' '.join(json_text(output.get('ename')).split())[:80]}）。")
        case "display_data" | "execute_result":
            data, account = json_mapping(output.get("data")), prose.account
            shown = _shown(data, json_mapping(output.get("metadata")), find)
            source = {**json_mapping(data.get(mime.SOURCE)), **json_mapping(data.get(mime.COMPARISON))}
            whose = [str(source.get(key))[:40] for key in ("agency", "year")]
            key = str(json_mapping(data.get(mime.TABLE)).get("key", ""))
            if mime.REMARK in data or (mime.COMPARISON in data and account.state):
                yield Remark("", tuple(part for part in shown if not isinstance(part, Remark)))
            elif account.filing and account.source | source != account.source:
                is_own = whose == [account.filing.agency, str(account.filing.year)]
                yield from (*shown, Remark(CHANGED if is_own else FOREIGN.format(*whose)))
            elif account.filing and not source and key in account.filing.tables:
                yield from (*shown, Remark(NAMESAKE.format(key)))
            elif mime.TABLE in data or data.keys().isdisjoint((mime.REPORT, mime.FINDINGS, mime.ASSERTION)):
                yield from shown
                prose.sources.update([" ".join(whose)] if source else ())


def _shown(data: Mapping[str, Any], metadata: Mapping[str, Any], find: Find) -> Iterator[Part]:
    """Yield the first form of a MIME bundle that can be set; the richest are tried first.

    Plain text counts only where there is nothing else: beside a richer form it names the object for programmers, or
    says the same, where the prose of a report, which rule T3 reads, is shown.
    """
    text, html, markdown = (json_text(data.get(f"text/{kind}")) for kind in ("plain", "html", "markdown"))
    richer = "、".join(sorted(data.keys() - {"text/plain", "text/latex"}))
    left_out = f"有输出只能在 JupyterLab 中查看（{richer}），未排入页面；请改为表格、图片或文字。" if richer else OBJECT
    latex = json_text(data.get("text/latex")) if not richer else ""
    forms: tuple[Callable[[], Iterable[Part]], ...] = (
        lambda: _table(data.get(mime.TABLE)),
        lambda: _picture(data, metadata),
        lambda: html_blocks(html, find),
        lambda: (markdown_blocks if markdown == text else _markdown)(markdown, find),
        lambda: () if richer else plain(said(text.strip("\n"))),
        lambda: [*plain(latex), Remark("公式未能排版，原样排入页面。")] if latex else (),
        lambda: [Remark(left_out)] if data else (),
    )
    parts = next((parts for form in forms if (parts := tuple(form()))), ())
    yield from parts
    cells = (cell for part in parts if isinstance(part, Grid) for cell in part.cells)
    odd = [(_UNNAMED if cell.scope else _UNFINISHED).fullmatch(cell.text) for cell in cells]
    words = (word for part in parts if isinstance(part, Preformatted) for word in part.text.split())
    if unfinished := dict.fromkeys(found[0][-12:] for found in (*odd, *map(_UNFINISHED.fullmatch, words)) if found):
        shown = "、".join(f"“{text}”" for text in islice(unfinished, 3))
        yield Remark(f"表中有{shown}，原样排入；空值、截断和从略的请用 report.table(表) 显示，英文名称等请先改写。")
    if (left := dict.fromkeys(_INTERACTIVE.findall(html))) and not isinstance(parts[0], Remark):
        yield Remark(f"输出中只能在浏览器中使用的部分（{'、'.join(left)}）未排入页面。")


def _markdown(text: str, find: Find) -> Iterator[Part]:
    """Yield Markdown that no rule has read, with remarks about its marks that are left over, as rule T3 has them."""
    yield from markdown_blocks(text, find)
    yield from (Remark(f"Markdown {kind}“{what}”；请改正或删去。") for kind, what in left_over(text))


def _table(data: Any) -> Iterator[Part]:
    try:
        yield read_table(data)
    except GridTooLargeError:
        yield Remark(TOO_LARGE)
    except ValueError:
        pass


def _picture(data: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[Part]:
    chart = json_mapping(data.get(mime.CHART))
    media = next((media for media in MEDIA if media in data), "")
    if not media:
        return
    own = json_mapping(metadata.get(media))
    alt, caption = (
        next(filter(None, (json_text(source.get(key)).strip() for source in (chart, own, metadata))), "")
        for key in ("alt", "caption")
    )
    text = json_text(data[media])
    try:
        found = picture(text) if media == SVG else encoded_picture(text)
        text_svg = picture(json_text(chart["svg"]))[1] if "svg" in chart else b""
        yield Picture(*found, alt, caption, text_svg, *(length_in_points(own.get(key)) for key in ("width", "height")))
    except PictureError:
        yield Remark("图片无法读取，未排入页面。")
    if media == SVG and "LastResort" in text:  # matplotlib 3.11 maps its boxes back to the right text
        yield Remark(NO_GLYPH.format("见图"))


def finish_blocks(blocks: Iterable[Block]) -> tuple[Block, ...]:
    r"""Return blocks without characters that cannot be printed, and with an alternative text for every figure.

    A figure that has none is described by its caption or else by the part of the report in which it stands.

    >>> from govreport.core import plain_paragraph
    >>> finish_blocks([plain_paragraph("一、总体\u202e情况", heading=1), Picture("image/png", b"", "")])[1].alt
    '“一、总体情况”中的图，未附文字说明'
    """
    part = ""

    def finish(block: Leaf) -> Leaf:
        nonlocal part
        match block:
            case Paragraph():
                part = (clean(block.text).strip() if block.heading else "") or part
                return Paragraph(_clean_runs(block.runs), block.heading)
            case Preformatted():
                return Preformatted(clean(block.text))
            case Picture():
                alt, caption = clean(block.alt).strip(), clean(block.caption).strip()
                if not alt or alt.lower().endswith(FILE_ENDINGS):  # as JupyterLab gives a pasted picture
                    where = f"“{part}”中的图" if part else "图"
                    alt = caption.partition("\n")[0] or f"{where}，未附文字说明"
                return replace(block, alt=alt, caption=caption)
            case Grid():
                return replace(block, caption=clean(block.caption), cells=tuple(map(_clean_cell, block.cells)))

    return with_leaves(blocks, finish)


def _clean_runs(runs: Runs) -> Runs:
    """Remove characters that cannot be printed from runs, and shorten words that no page could hold."""
    texts = (_ENDLESS.sub(_cut, clean(run.text)) for run in runs)
    return tuple(run if text == run.text else replace(run, text=text) for run, text in zip(runs, texts, strict=True))


def _cut(word: re.Match[str]) -> str:
    return word[0] if WIDE.search(word[0]) else _shortened(word[0], LONGEST_WORD)


def _shortened(text: str, most: int) -> str:
    return f"{text[:most]}……（共{len(text)}字，以下从略）" if len(text) > most else text


def _clean_cell(cell: GridCell) -> GridCell:
    return replace(cell, text=_shortened(clean(cell.text), LONGEST_CELL), note=clean(cell.note))
