"""Reads an executed notebook into a document of blocks, from which all writers print."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from typing import Any
from urllib.parse import unquote

from govreport.checks import Account, Findings, NotebookError
from govreport.core import (
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
    mime,
    plain_paragraph,
    with_leaves,
)
from govreport.forms import Catalogue
from govreport.publish.layout.typography import clean
from govreport.publish.markup import TOO_LARGE, html_blocks, markdown_blocks
from govreport.publish.pictures import SVG, PictureError, encoded_picture, linked_picture, picture
from govreport.tables import read_table

HIDDEN_TAGS = frozenset({"remove-cell", "remove_cell", "parameters", "injected-parameters"})
HIDDEN_OUTPUT_TAGS = frozenset({"remove-output", "remove_output"})
ATTACHMENT = "attachment:"
WIDGET = "application/vnd.jupyter.widget-view+json"
MEDIA = (SVG, "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
"""Media types of an output's picture, the best first."""
FILE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")
LONGEST_CELL = 5_000
LONGEST_WORD = 10_000
"""Most letters of a table cell and of a word in prose; longer ones are cut off with a remark."""
MOST_LINES, MOST_LETTERS = 2_000, 200_000
"""Most lines and letters of plain text that one output shows."""
BROKEN = "（此处的图片无法读取，未排入。）"
UNREADABLE = "（此处的输出只能在 JupyterLab 中查看，未排入。）"
_OPTION = re.compile(r"#\|\s*fig-(alt|cap):\s*(.+)")
"""An option of Quarto in a code cell's first lines: the alternative text or the caption of its picture."""
_ENDLESS = re.compile(f"\\S{{{LONGEST_WORD},}}")
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_OBJECTS = re.compile(r"[\[(]?(?:<[A-Za-z][\w.]*(?:[ :][^<>]*)?>[\s,]*)+[\])]?")
"""The default representation of Python objects, such as ``<Axes: >``."""


@dataclass(frozen=True)
class Document:
    """An executed notebook as a list of blocks, with the account of its report.

    title: line by line: the account's, or else the first heading's.
    """

    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    account: Account = field(default_factory=lambda: Account(()))


def read_document(
    notebook: Mapping[str, Any], fallback_title: str = "报告", catalogue: Catalogue | None = None
) -> Document:
    """Return an executed notebook as a document.

    notebook: an nbformat 4 notebook. fallback_title: for notebooks that do not say their title.
    catalogue: the editions that are known, by default the package's.
    Raises NotebookError when what it says of its report is spoilt.

    >>> cells = [{"cell_type": "markdown", "metadata": {}, "source": "一段话。"}]
    >>> read_document({"cells": cells, "metadata": {}}).blocks[0].runs[0].text
    '一段话。'
    """
    if not isinstance(notebook.get("cells"), list):
        raise NotebookError("这个文件不是 nbformat 4 的笔记本（没有单元格）；请在 JupyterLab 中打开并另存后再导出。")
    data = account_json(notebook)
    account = _printable(Account.from_json(data, catalogue)) if data else Account(())
    blocks = finish_blocks(block for cell in notebook["cells"] for block in _cell_blocks(json_mapping(cell)))
    title = account.title
    if not data:
        first = next((b for b in blocks if isinstance(b, Paragraph) and b.heading), None)
        title = (first.text if first else clean(fallback_title),)
    return Document(title, without_title(blocks, title), account)


def account_json(notebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the account in a notebook's metadata or outputs as JSON, or an empty mapping."""
    told = json_mapping(json_mapping(notebook.get("metadata")).get(mime.METADATA))
    if "title" in told:
        return told
    cells = map(json_mapping, json_list(notebook.get("cells")))
    outputs = (json_mapping(output) for cell in cells for output in json_list(cell.get("outputs")))
    accounts = (json_mapping(json_mapping(output.get("data")).get(mime.REPORT)) for output in outputs)
    return next((account for account in accounts if "title" in account), {})


def _printable(account: Account) -> Account:
    """Return an account whose texts can be printed; the enclosed JSON stays as it is."""
    texts: dict[str, Any] = {key: clean(getattr(account, key)) for key in ("name", "published", "signature", "contact")}
    findings = Findings.from_json(clean_json(account.findings.to_json()))
    return replace(account, **texts, title=tuple(map(clean, account.title)), findings=findings)


def iso_date(text: str) -> datetime.date | None:
    """Return the date that a text gives in ISO form, or None."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


def chinese_date(iso: str) -> str:
    """Return an ISO date as a Chinese one; any other text as it is.

    >>> chinese_date("2021-01-27")
    '2021年1月27日'
    """
    return f"{day.year}年{day.month}月{day.day}日" if (day := iso_date(iso)) else iso


def without_title(blocks: tuple[Block, ...], title: Sequence[str]) -> tuple[Block, ...]:
    """Drop a first heading that repeats the title."""
    first = blocks[0] if blocks else None
    text = first.text if isinstance(first, Paragraph) and first.heading else None
    return blocks if text is None or "".join(text.split()) != "".join("".join(title).split()) else blocks[1:]


def _cell_blocks(cell: Mapping[str, Any]) -> Iterator[Block]:
    metadata, source = json_mapping(cell.get("metadata")), json_text(cell.get("source"))
    tags = frozenset(tag for tag in json_list(metadata.get("tags")) if isinstance(tag, str))
    if tags & HIDDEN_TAGS:
        return
    if cell.get("cell_type") == "markdown":
        yield from markdown_blocks(source, partial(_attached_picture, json_mapping(cell.get("attachments"))))
    elif cell.get("cell_type") == "code" and not tags & HIDDEN_OUTPUT_TAGS:
        told = _picture_texts(source, metadata)
        for output in json_list(cell.get("outputs")):
            yield from output_blocks(json_mapping(output), told)


def _attached_picture(attachments: Mapping[str, Any], address: str) -> tuple[str, bytes]:
    """Return the media type and bytes of a cell's attachment, or of a picture that its address holds (``data:``).

    attachments: by name, the picture's data by media type (nbformat 4.1). Raises PictureError.
    """
    if not address.startswith(ATTACHMENT):
        return linked_picture(address)
    data = json_mapping(attachments.get(unquote(address.removeprefix(ATTACHMENT))))
    texts = [json_text(part) for part in data.values()]
    if not texts:
        raise PictureError
    return encoded_picture(texts[0])


def _picture_texts(source: str, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the ``alt`` and ``caption`` of a cell's picture from its metadata or its first comments."""
    options = map(_OPTION.match, takewhile(lambda line: line.startswith("#|"), source.split("\n")))
    told = {"alt" if found[1] == "alt" else "caption": found[2].strip().strip("\"'") for found in options if found}
    return told | {key: text for key in ("alt", "caption") if (text := json_text(metadata.get(key)))}


def output_blocks(output: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Block]:
    r"""Yield an output of a cell as blocks.

    told: ``alt`` and ``caption`` that the cell gives its picture.

    >>> list(output_blocks({"output_type": "stream", "name": "stdout", "text": "\x1b[31m总计3\x1b[0m"}, {}))
    [Preformatted(text='总计3')]
    """
    match output.get("output_type"):
        case "stream" if output.get("name") == "stdout":
            yield from _plain(json_text(output.get("text")))
        case "error":
            name = " ".join(json_text(output.get("ename")).split())[:80]
            yield plain_paragraph(f"（此处单元格运行出错：{name}）")
        case "display_data" | "execute_result":
            data = json_mapping(output.get("data"))
            if mime.REPORT not in data and mime.FINDINGS not in data and WIDGET not in data:
                yield from _shown(data, json_mapping(output.get("metadata")), told)


def _shown(data: Mapping[str, Any], metadata: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Block]:
    """Yield the first form of a MIME bundle that can be set; the richest are tried first."""
    text = json_text(data.get("text/plain"))
    forms = (
        lambda: _table(data.get(mime.TABLE)),
        lambda: _picture(data, metadata, told),
        lambda: html_blocks(json_text(data.get("text/html"))),
        lambda: markdown_blocks(json_text(data.get("text/markdown"))),
        lambda: _plain("" if _OBJECTS.fullmatch(text.strip()) else text),
        lambda: _plain(json_text(data.get("text/latex"))),
        lambda: [plain_paragraph(UNREADABLE)] if data and not text.strip() else [],
    )
    yield from next((blocks for form in forms if (blocks := tuple(form()))), ())


def _table(data: object) -> Iterator[Block]:
    if isinstance(data, Mapping):
        try:
            yield read_table(data)
        except GridTooLargeError:
            yield plain_paragraph(TOO_LARGE)
        except ValueError:
            pass


def _picture(data: Mapping[str, Any], metadata: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Block]:
    chart = json_mapping(data.get(mime.CHART))
    media = next((media for media in MEDIA if media in data), "")
    if not media:
        return
    further = (json_mapping(metadata.get(media)), metadata, told)
    alt, caption = (
        next(filter(None, (json_text(source.get(key)).strip() for source in (chart, *further))), "")
        for key in ("alt", "caption")
    )
    text = json_text(data[media])
    try:
        found = picture(text) if media == SVG else encoded_picture(text)
        text_svg = picture(json_text(chart["svg"]))[1] if "svg" in chart else b""
        yield Picture(*found, alt, caption, text_svg)
    except PictureError:
        yield plain_paragraph(BROKEN)


def _plain(text: str) -> Iterator[Block]:
    """Yield plain output without colours; a line that was overwritten appears in its last state."""
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in _ANSI.sub("", text).expandtabs().rstrip().split("\n")]
    shown = "\n".join(lines[:MOST_LINES])[:MOST_LETTERS]
    if shown.strip():
        yield Preformatted(shown.strip("\n"))
    if (left := len(lines) - shown.count("\n") - 1) > 0 or len(shown) == MOST_LETTERS:
        yield plain_paragraph(f"（其后还有{left}行，从略。）" if left else "（其后从略。）")


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
                block = Paragraph(_clean_runs(block.runs), block.heading)
                part = (block.text.strip() if block.heading else "") or part
                return block
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
    text, note = _shortened(clean(cell.text), LONGEST_CELL), clean(cell.note)
    return cell if (text, note) == (cell.text, cell.note) else replace(cell, text=text, note=note)


def clean_json(value: Any) -> Any:
    """Remove characters that cannot be printed from every text in a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [clean_json(inner) for inner in value]
    return {clean(key): clean_json(inner) for key, inner in value.items()} if isinstance(value, dict) else value


def json_text(value: object) -> str:
    r"""Return a text, also one given as a list of lines (nbformat's multi-line string); else an empty text.

    >>> json_text(["总计\n", "3件"]), json_text({"a": 1})
    ('总计\n3件', '')
    """
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def json_list(value: object) -> list[Any]:
    """Return a value that is a list, else an empty list."""
    return value if isinstance(value, list) else []


def json_mapping(value: object) -> Mapping[str, Any]:
    """Return a value that is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}
