"""An executed notebook as a document of blocks: the one reading that all writers share."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from govreport.checks import Account, Findings, NotebookError
from govreport.core import Block, Paragraph, mime
from govreport.forms import Catalogue
from govreport.publish.finish import cleaned, finished
from govreport.publish.json_values import json_list, json_mapping, json_text
from govreport.publish.markdown import markdown_blocks
from govreport.publish.outputs import output_blocks

HIDDEN_TAGS = frozenset({"remove-cell", "remove_cell", "parameters", "injected-parameters"})
HIDDEN_OUTPUT_TAGS = frozenset({"remove-output", "remove_output"})
_OPTION = re.compile(r"#\|\s*fig-(alt|cap):\s*(.+)")
"""What a code cell's first lines say of its picture, as Quarto writes it."""


@dataclass(frozen=True)
class Document:
    """An executed notebook as a list of blocks, with what the page says of itself.

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
    blocks = finished(block for cell in notebook["cells"] for block in _cell_blocks(json_mapping(cell)))
    if not data:
        first = next((b for b in blocks if isinstance(b, Paragraph) and b.heading), None)
        title = (first.text if first else cleaned(fallback_title),)
        return Document(title, without_title(blocks, title))
    return Document(account.title, without_title(blocks, account.title), account)


def account_json(notebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a notebook says of its page, from its metadata or its outputs; else an empty mapping."""
    told = json_mapping(json_mapping(notebook.get("metadata")).get(mime.METADATA))
    if "title" in told:
        return told
    cells = map(json_mapping, json_list(notebook.get("cells")))
    outputs = (json_mapping(output) for cell in cells for output in json_list(cell.get("outputs")))
    accounts = (json_mapping(json_mapping(output.get("data")).get(mime.REPORT)) for output in outputs)
    return next((account for account in accounts if "title" in account), {})


def _printable(account: Account) -> Account:
    """Return an account whose texts can be printed; what pages carry of it within stays as it is."""
    return replace(
        account,
        title=tuple(map(cleaned, account.title)),
        name=cleaned(account.name),
        published=cleaned(account.published),
        signature=cleaned(account.signature),
        contact=cleaned(account.contact),
        findings=Findings.from_json(cleaned(account.findings.to_json())),
    )


def chinese_date(iso: str) -> str:
    """Return an ISO date as a Chinese one; any other text as it is.

    >>> chinese_date("2021-01-27")
    '2021年1月27日'
    """
    try:
        day = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.year}年{day.month}月{day.day}日"


def without_title(blocks: tuple[Block, ...], title: Sequence[str]) -> tuple[Block, ...]:
    """Leave out a first heading that only repeats the title."""
    first = blocks[0] if blocks else None
    text = first.text if isinstance(first, Paragraph) and first.heading else None
    return blocks if text is None or "".join(text.split()) != "".join("".join(title).split()) else blocks[1:]


def _cell_blocks(cell: Mapping[str, Any]) -> Iterator[Block]:
    metadata, source = json_mapping(cell.get("metadata")), json_text(cell.get("source"))
    tags = frozenset(tag for tag in json_list(metadata.get("tags")) if isinstance(tag, str))
    if tags & HIDDEN_TAGS:
        return
    if cell.get("cell_type") == "markdown":
        yield from markdown_blocks(source, json_mapping(cell.get("attachments")))
    elif cell.get("cell_type") == "code" and not tags & HIDDEN_OUTPUT_TAGS:
        told = _told(source, metadata)
        for output in json_list(cell.get("outputs")):
            yield from output_blocks(json_mapping(output), told)


def _told(source: str, metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return what a cell says of its picture: in its metadata, or in comments at its beginning."""
    told = {}
    for line in source.split("\n"):
        if not line.startswith("#|"):
            break
        if found := _OPTION.match(line):
            told["alt" if found[1] == "alt" else "caption"] = found[2].strip().strip("\"'")
    return told | {key: text for key in ("alt", "caption") if (text := json_text(metadata.get(key)))}
