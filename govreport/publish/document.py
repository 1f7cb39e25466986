"""An executed notebook as a document of blocks: the one reading that all writers share."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from govreport import mime
from govreport.checks import INCONSISTENT
from govreport.publish.blocks import Block, Document, Figure, Heading, Paragraph, Preformatted, Run, Table, plain_text
from govreport.publish.markdown import markdown_blocks
from govreport.tables import DisplayTable

HIDDEN_TAGS = frozenset({"remove-cell", "remove_cell", "parameters", "injected-parameters"})
HIDDEN_OUTPUT_TAGS = frozenset({"remove-output", "remove_output"})


def read_document(notebook: Mapping[str, Any], fallback_title: str = "报告") -> Document:
    """Return an executed notebook as a document.

    notebook: an nbformat 4 notebook. fallback_title: for notebooks that do not say their title.

    >>> cells = [{"cell_type": "markdown", "metadata": {}, "source": "一段话。"}]
    >>> read_document({"cells": cells, "metadata": {}}).blocks[0].runs[0].text
    '一段话。'
    """
    account = account_of(notebook)
    blocks = tuple(block for cell in notebook["cells"] for block in _cell_blocks(cell))
    if not account:
        first = next((b for b in blocks if isinstance(b, Heading)), None)
        return Document((plain_text(first.runs) if first else fallback_title,), blocks)
    return Document(
        title=tuple(map(str, account["title"])),
        blocks=blocks,
        author=str(account.get("name", "")),
        published=str(account.get("published") or ""),
        signature=str(account.get("signature", "")),
        contact=str(account.get("contact", "")),
        draft=account.get("state") == INCONSISTENT,
        findings=tuple(account.get("findings", ())),
        filing=account.get("filing", {}),
        last=account.get("last"),
    )


def account_of(notebook: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what a report says of itself, from the notebook's metadata or its outputs; else an empty mapping."""
    found: Mapping[str, Any] = notebook.get("metadata", {}).get(mime.METADATA) or {}
    if "title" not in found:
        outputs = (output for cell in notebook["cells"] for output in cell.get("outputs", []))
        accounts = (output.get("data", {}).get(mime.REPORT) for output in outputs)
        found = next((account for account in accounts if isinstance(account, Mapping) and "title" in account), {})
    return found


def _cell_blocks(cell: Mapping[str, Any]) -> Iterator[Block]:
    tags = frozenset(cell.get("metadata", {}).get("tags", []))
    if tags & HIDDEN_TAGS:
        return
    if cell["cell_type"] == "markdown":
        yield from markdown_blocks(_text(cell["source"]))
    elif cell["cell_type"] == "code" and not tags & HIDDEN_OUTPUT_TAGS:
        for output in cell.get("outputs", []):
            yield from _output_blocks(output)


def _output_blocks(output: Mapping[str, Any]) -> Iterator[Block]:
    if output["output_type"] == "stream":
        if output.get("name") == "stdout" and _text(output["text"]).strip():
            yield Preformatted(_text(output["text"]).rstrip("\n"))
        return
    if output["output_type"] == "error":
        yield Paragraph((Run(f"（此处单元格运行出错：{output.get('ename', '')}）"),))
        return
    data = output.get("data", {})
    if mime.REPORT in data or mime.FINDINGS in data:
        return
    if mime.TABLE in data:
        try:
            yield Table(DisplayTable.from_json(data[mime.TABLE]))
            return
        except ValueError:
            pass
    if figure := _figure(data):
        yield figure
    elif "text/markdown" in data:
        yield from markdown_blocks(_text(data["text/markdown"]))
    elif "text/plain" in data and _text(data["text/plain"]).strip():
        yield Preformatted(_text(data["text/plain"]))


def _figure(data: Mapping[str, Any]) -> Figure | None:
    chart = data.get(mime.CHART)
    chart = chart if isinstance(chart, Mapping) else {}
    alt = str(chart.get("alt") or "图")
    caption = str(chart.get("caption", ""))
    if "image/svg+xml" in data:
        text_svg = str(chart.get("svg", "")).encode()
        return Figure("image/svg+xml", _text(data["image/svg+xml"]).encode(), alt, caption, text_svg)
    if "image/png" in data:
        try:
            return Figure("image/png", base64.b64decode(_text(data["image/png"])), alt, caption)
        except (binascii.Error, ValueError):
            return None
    return None


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)
