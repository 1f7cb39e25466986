"""Markdown as blocks: the prose of a report as data, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from typing import Any

import mistune

from govreport.core import (
    MOST_NESTED,
    PLAIN_STYLE,
    Block,
    GridCell,
    ItemList,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Run,
    Runs,
    plain_paragraph,
    safe_link,
    styled,
)
from govreport.publish.hypertext import html_blocks, joined, only_sets_text, table_block
from govreport.publish.pictures import Find, PictureError, linked_picture

_parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "task_lists", "footnotes", "math"])
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LONG_GAP = re.compile(" {100,}")
"""What no writer means, and mistune takes very long to read."""
FOOTNOTE, DONE, OPEN = "〔注{}〕", "√ ", "□ "

Node = Mapping[str, Any]


def markdown_blocks(text: str, find: Find = linked_picture) -> tuple[Block, ...]:
    """Return Markdown as blocks.

    HTML that stands by itself and only sets text (a table, a paragraph) is read as such; any other is shown as
    the text that it is. find: what finds pictures by their addresses; those that it finds become figures, others
    their text.

    >>> [run.text for block in markdown_blocks("# 一、总体情况") for run in block.runs]
    ['一、总体情况']
    """
    nodes = _parse(_LONG_GAP.sub(" " * 99, text))
    return tuple(_blocks(nodes if isinstance(nodes, list) else [], 0, find))


def _blocks(nodes: Iterable[Node], depth: int, find: Find) -> Iterator[Block]:
    for node in nodes:
        children = node.get("children", [])
        match node["type"]:
            case "heading":
                yield Paragraph(_runs(children), min(int(node["attrs"]["level"]), 6))
            case "paragraph" | "block_text":
                yield from _paragraph(children, find)
            case "list" if depth < MOST_NESTED:
                attributes = node.get("attrs", {})
                items = tuple(tuple(_item(item, depth + 1, find)) for item in children)
                yield ItemList(bool(attributes.get("ordered")), int(attributes.get("start", 1)), items)
            case "block_quote" if depth < MOST_NESTED:
                yield Quote(tuple(_blocks(children, depth + 1, find)))
            case "block_code" | "block_math":
                yield Preformatted(str(node["raw"]).rstrip("\n"))
            case "block_html":
                if visible := _COMMENT.sub("", str(node["raw"])).strip():
                    read = html_blocks(visible, find) if only_sets_text(visible) else ()
                    yield from read or (plain_paragraph(visible),)
            case "table":
                yield from _table(children)
            case "footnotes":
                for item in children:
                    mark = Run(FOOTNOTE.format(item["attrs"]["index"]))
                    yield from _led(mark, _blocks(item.get("children", []), depth, find))
            case "list" | "list_item" | "task_list_item" | "block_quote":
                yield from _item(node, depth, find)


def _item(node: Node, depth: int, find: Find) -> Iterator[Block]:
    blocks = _blocks(node.get("children", []), depth, find)
    if node["type"] == "task_list_item":
        blocks = _led(Run(DONE if node["attrs"].get("checked") else OPEN), blocks)
    yield from blocks


def _led(mark: Run, blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield blocks with a mark before the first."""
    first = next(blocks, Paragraph(()))
    if isinstance(first, Paragraph) and not first.heading:
        yield Paragraph(joined((mark, *first.runs)))
    else:
        yield from (Paragraph((mark,)), first)
    yield from blocks


def _paragraph(nodes: Iterable[Node], find: Find) -> Iterator[Block]:
    """Yield a paragraph, divided where pictures stand in it."""
    pending: list[Node] = []
    for node in nodes:
        shown = _figure(node, find) if node["type"] == "image" else None
        if shown is None:
            pending.append(node)
            continue
        if (text := Paragraph(_runs(pending))).text.strip():
            yield text
        yield shown
        pending = []
    if runs := _runs(pending):
        yield Paragraph(runs)


def _figure(node: Node, find: Find) -> Picture | None:
    attributes = node.get("attrs", {})
    try:
        found = find(str(attributes.get("url", "")))
    except PictureError:
        return None
    return Picture(*found, _plain(node), str(attributes.get("title") or ""))


def _table(parts: Iterable[Node]) -> tuple[Block, ...]:
    head: list[list[GridCell]] = []
    body: list[list[GridCell]] = []
    for part in parts:
        if part["type"] == "table_head":
            head.append([GridCell(_plain(cell), scope="col") for cell in part.get("children", [])])
        else:
            rows = (row.get("children", []) for row in part.get("children", []))
            body += [[GridCell(_plain(cell), align=_align(cell)) for cell in row] for row in rows]
    return table_block(head, body)


def _align(cell: Node) -> str:
    align = (cell.get("attrs") or {}).get("align")
    return align if align in ("left", "right") else "center"


def _plain(node: Node) -> str:
    return Paragraph(_runs(node.get("children", []))).text


def _runs(nodes: Iterable[Node], style: Run = PLAIN_STYLE) -> Runs:
    runs: list[Run] = []
    for node in nodes:
        children, raw = node.get("children", []), str(node.get("raw", ""))
        match node["type"]:
            case "strong":
                runs += _runs(children, replace(style, bold=True))
            case "emphasis":
                runs += _runs(children, replace(style, italic=True))
            case "strikethrough":
                runs += _runs(children, replace(style, strike=True))
            case "link":
                link = safe_link(str(node.get("attrs", {}).get("url", "")))
                runs += _runs(children, replace(style, link=link or style.link))
            case "codespan":
                runs.append(replace(style, text=raw, code=True))
            case "image":
                runs.append(styled(f"〔图：{_plain(node)}〕", style))
            case "inline_math":
                runs.append(styled(f"${raw}$", style))
            case "footnote_ref":
                runs.append(styled(FOOTNOTE.format(node["attrs"]["index"]), style))
            case "linebreak":
                runs.append(styled("\n", style))
            case "softbreak":
                runs.append(styled(" ", style))
            case "inline_html":
                runs.append(styled(_BREAK.sub("\n", _COMMENT.sub("", raw)), style))
            case _ if children:
                runs += _runs(children, style)
            case _:
                runs.append(styled(unescape(raw), style))
    return joined(runs)
