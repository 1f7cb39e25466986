"""Markdown as blocks: the prose of a report as data, never as markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import Any

import mistune

from govreport.publish.blocks import Block, Heading, ItemList, Paragraph, Preformatted, Quote, Run, Runs, Table
from govreport.tables import DisplayTable, TableCell

_parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])
_SAFE_LINK = re.compile(r"(https?://|mailto:)[^\s]+", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_WIDE = re.compile("[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef“”‘’—…]")
DEEPEST = 12
"""Nesting of lists and quotes beyond this is flattened."""

Node = Mapping[str, Any]


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Return Markdown as blocks; HTML in it is shown as the text that it is.

    >>> markdown_blocks("# 一、总体情况")
    (Heading(level=1, runs=(Run(text='一、总体情况', bold=False, italic=False, code=False, link=''),)),)
    """
    nodes = _parse(text)
    return tuple(_blocks(nodes if isinstance(nodes, list) else [], 0))


def _blocks(nodes: Iterable[Node], depth: int) -> Iterator[Block]:
    for node in nodes:
        children = node.get("children", [])
        match node["type"]:
            case "heading":
                yield Heading(min(int(node["attrs"]["level"]), 6), _runs(children))
            case "paragraph" | "block_text":
                if runs := _runs(children):
                    yield Paragraph(runs)
            case "list" if depth < DEEPEST:
                attributes = node.get("attrs", {})
                items = tuple(tuple(_blocks(item.get("children", []), depth + 1)) for item in children)
                yield ItemList(bool(attributes.get("ordered")), int(attributes.get("start", 1)), items)
            case "block_quote" if depth < DEEPEST:
                yield Quote(tuple(_blocks(children, depth + 1)))
            case "block_code":
                yield Preformatted(str(node["raw"]).rstrip("\n"))
            case "block_html":
                if visible := _COMMENT.sub("", str(node["raw"])).strip():
                    yield Paragraph((Run(visible),))
            case "table":
                yield Table(_table(children))
            case "list" | "list_item" | "block_quote":
                yield from _blocks(children, depth)


def _table(parts: Iterable[Node]) -> DisplayTable:
    head: list[TableCell] = []
    body: list[tuple[TableCell, ...]] = []
    for part in parts:
        cells = part.get("children", [])
        if part["type"] == "table_head":
            head = [TableCell(_plain(c), scope="col", id=f"c{n}") for n, c in enumerate(cells)]
        else:
            for row in cells:
                columns = enumerate(row.get("children", []))
                body.append(tuple(TableCell(_plain(c), headers=(f"c{n}",), align=_align(c)) for n, c in columns))
    widths = tuple(
        max(1, min(12, max((len(row[n].text) for row in (head, *body) if n < len(row)), default=1)))
        for n in range(len(head))
    )
    return DisplayTable("markdown", "", widths, (tuple(head),), tuple(body))


def _align(cell: Node) -> str:
    align = (cell.get("attrs") or {}).get("align")
    return align if align in ("left", "right") else "center"


def _plain(node: Node) -> str:
    return "".join(run.text for run in _runs(node.get("children", [])))


def _runs(nodes: Iterable[Node], style: Run | None = None) -> Runs:
    runs: list[Run] = []
    base = style or Run("")
    for node in nodes:
        children, raw = node.get("children", []), str(node.get("raw", ""))
        match node["type"]:
            case "strong":
                runs += _runs(children, Run("", True, base.italic, base.code, base.link))
            case "emphasis":
                runs += _runs(children, Run("", base.bold, True, base.code, base.link))
            case "link":
                url = str(node.get("attrs", {}).get("url", ""))
                link = url if _SAFE_LINK.fullmatch(url) else base.link
                runs += _runs(children, Run("", base.bold, base.italic, base.code, link))
            case "codespan":
                runs.append(Run(raw, base.bold, base.italic, True, base.link))
            case "image":
                runs.append(_styled(f"〔图：{_plain(node)}〕", base))
            case "linebreak":
                runs.append(_styled("\n", base))
            case "softbreak":
                runs.append(_styled(" ", base))
            case "inline_html":
                text = _BREAK.sub("\n", _COMMENT.sub("", raw))
                runs.append(_styled(text, base))
            case _ if children:
                runs += _runs(children, base)
            case _:
                runs.append(_styled(unescape(raw), base))
    return _joined(runs)


def _styled(text: str, style: Run) -> Run:
    return Run(text, style.bold, style.italic, style.code, style.link)


def _joined(runs: Iterable[Run]) -> Runs:
    """Join runs of one style; a line end between Chinese characters is no space."""
    joined: list[Run] = []
    pending = list(runs)
    for number, run in enumerate(pending):
        text = run.text
        if text == " " and 0 < number < len(pending) - 1:
            before, after = pending[number - 1].text[-1:], pending[number + 1].text[:1]
            if _WIDE.match(before) or _WIDE.match(after):
                continue
        if not text:
            continue
        if joined and _styled("", joined[-1]) == _styled("", run):
            joined[-1] = _styled(joined[-1].text + text, run)
        else:
            joined.append(run)
    return tuple(joined)
