"""Markdown and HTML of a notebook as blocks: the prose of a report as data, never as markup.

Of the HTML of outputs, text, checked links, checked pictures and tables are taken. Nothing of the HTML itself reaches a
page: what is not a block is left behind, and every writer escapes the text of blocks. That is all a sanitiser could do,
and more than its list of allowed elements would; none is needed besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import mistune
from lxml.html import HtmlElement

from govreport.core import (
    HTML_STYLES,
    MOST_NESTED,
    NO_TEXT,
    PLAIN_STYLE,
    SETS_OFF,
    WIDE,
    Around,
    Block,
    GridCell,
    GridTooLargeError,
    HtmlTooLargeError,
    ItemList,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Run,
    Runs,
    block_text,
    gap_space,
    parse_html,
    plain_paragraph,
    read_blocks,
    row_groups,
    safe_link,
    spans,
    styled,
    whole_number,
)
from govreport.publish.pictures import Find, PictureError, linked_picture
from govreport.tables import grid_table

CONTENT = (SETS_OFF - {"form", "head"}) | HTML_STYLES.keys() | {
    "a", "abbr", "big", "br", "col", "colgroup", "font", "img", "mark", "q", "small", "span", "sub", "sup", "table",
    "u", "wbr",
}  # fmt: skip
"""Elements that set text and do nothing else."""
TOO_LARGE = "（此处的表过大，未排入；请先汇总或筛选。）"
TOO_DEEP = "（此处的内容嵌套过深，未排入。）"
_parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "task_lists", "footnotes", "math"])
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_LONG_GAP = re.compile(" {100,}")
"""Spaces that no writer means, and that mistune takes very long to read."""
EMPHASES = {"strong": "bold", "emphasis": "italic", "strikethrough": "strike"}
FOOTNOTE, DONE, OPEN = "〔注{}〕", "√ ", "□ "
_SPACES = re.compile(r"[ \t\n\r\f]+")
_DIMENSIONS = re.compile(r"(\d+) rows × (\d+) columns")
_HIDDEN = re.compile(r"display\s*:\s*none")

Node = Mapping[str, Any]


def markdown_blocks(text: str, find: Find = linked_picture) -> tuple[Block, ...]:
    """Return Markdown as blocks.

    HTML that stands by itself and only sets text (a table, a paragraph) is read as such; any other is shown as
    the text that it is. find: finds pictures by their addresses; those that it finds become figures, others
    their text.

    >>> [run.text for block in markdown_blocks("# 一、总体情况") for run in block.runs]
    ['一、总体情况']
    """
    nodes = _parse(_LONG_GAP.sub(" " * 99, text))
    return tuple(_markdown(nodes if isinstance(nodes, list) else [], 0, find))


def _markdown(nodes: Iterable[Node], depth: int, find: Find) -> Iterator[Block]:
    for node in nodes:
        children = node.get("children", [])
        match node["type"]:
            case "heading":
                yield Paragraph(_markdown_runs(children), min(int(node["attrs"]["level"]), 6))
            case "paragraph" | "block_text":
                yield from _markdown_paragraph(children, find)
            case "list" if depth < MOST_NESTED:
                attributes = node.get("attrs", {})
                items = tuple(tuple(_markdown_item(item, depth + 1, find)) for item in children)
                yield ItemList(bool(attributes.get("ordered")), int(attributes.get("start", 1)), items)
            case "block_quote" if depth < MOST_NESTED:
                yield Quote(tuple(_markdown(children, depth + 1, find)))
            case "block_code" | "block_math":
                yield Preformatted(str(node["raw"]).rstrip("\n"))
            case "block_html":
                if visible := _COMMENT.sub("", str(node["raw"])).strip():
                    read = html_blocks(visible, find) if only_sets_text(visible) else ()
                    yield from read or (plain_paragraph(visible),)
            case "table":
                yield from _markdown_table(children)
            case "footnotes":
                for item in children:
                    mark = Run(FOOTNOTE.format(item["attrs"]["index"]))
                    yield from _led(mark, _markdown(item.get("children", []), depth, find))
            case "list" | "list_item" | "task_list_item" | "block_quote":
                yield from _markdown_item(node, depth, find)


def _markdown_item(node: Node, depth: int, find: Find) -> Iterator[Block]:
    blocks = _markdown(node.get("children", []), depth, find)
    is_task = node["type"] == "task_list_item"
    return _led(Run(DONE if node["attrs"].get("checked") else OPEN), blocks) if is_task else blocks


def _led(mark: Run, blocks: Iterator[Block]) -> Iterator[Block]:
    """Yield blocks with a mark before the first."""
    first = next(blocks, Paragraph(()))
    if isinstance(first, Paragraph) and not first.heading:
        yield Paragraph(join_runs((mark, *first.runs)))
    else:
        yield from (Paragraph((mark,)), first)
    yield from blocks


def _markdown_paragraph(nodes: Iterable[Node], find: Find) -> Iterator[Block]:
    """Yield a paragraph, divided where pictures stand in it."""
    pending: list[Node] = []
    for node in nodes:
        if figure := _markdown_figure(node, find):
            if (text := Paragraph(_markdown_runs(pending))).text.strip():
                yield text
            yield figure
            pending = []
        else:
            pending.append(node)
    if runs := _markdown_runs(pending):
        yield Paragraph(runs)


def _markdown_figure(node: Node, find: Find) -> Picture | None:
    """Return an image as a figure; None for one that cannot be shown, and for any other node."""
    attributes = node.get("attrs", {})
    try:
        found = find(str(attributes.get("url", ""))) if node["type"] == "image" else None
    except PictureError:
        return None
    return Picture(*found, _text(node), str(attributes.get("title") or "")) if found else None


def _markdown_table(parts: Iterable[Node]) -> tuple[Block, ...]:
    head: list[list[GridCell]] = []
    body: list[list[GridCell]] = []
    for part in parts:
        if part["type"] == "table_head":
            head.append([GridCell(_text(cell), scope="col") for cell in part.get("children", [])])
        else:
            rows = (row.get("children", []) for row in part.get("children", []))
            body += [
                [GridCell(_text(cell), align=(cell.get("attrs") or {}).get("align") or "center") for cell in row]
                for row in rows
            ]
    return table_block(head, body)


def _text(node: Node) -> str:
    return Paragraph(_markdown_runs(node.get("children", []))).text


def _markdown_runs(nodes: Iterable[Node], style: Run = PLAIN_STYLE) -> Runs:
    runs: list[Run] = []
    for node in nodes:
        children, raw = node.get("children", []), str(node.get("raw", ""))
        match node["type"]:
            case "strong" | "emphasis" | "strikethrough" as kind:
                runs += _markdown_runs(children, replace(style, **{EMPHASES[kind]: True}))  # type: ignore[arg-type]
            case "link":
                link = safe_link(str(node.get("attrs", {}).get("url", "")))
                runs += _markdown_runs(children, replace(style, link=link or style.link))
            case "codespan":
                runs.append(replace(style, text=raw, code=True))
            case "image":
                runs.append(styled(f"〔图：{_text(node)}〕", style))
            case "inline_math":
                runs.append(styled(f"${raw}$", style))
            case "footnote_ref":
                runs.append(styled(FOOTNOTE.format(node["attrs"]["index"]), style))
            case "linebreak" | "softbreak" as kind:
                runs.append(styled("\n" if kind == "linebreak" else " ", style))
            case "inline_html":
                runs.append(styled(_BREAK.sub("\n", _COMMENT.sub("", raw)), style))
            case _ if children:
                runs += _markdown_runs(children, style)
            case _:
                runs.append(styled(unescape(raw), style))
    return join_runs(runs)


def join_runs(runs: Iterable[Run]) -> Runs:
    """Join runs of one style; a line end between Chinese characters, given as a space of its own, is no space.

    >>> [run.text for run in join_runs((Run("总计"), Run(" "), Run("3件"), Run("。", bold=True)))]
    ['总计3件', '。']
    """
    made: list[Run] = []
    pending = list(runs)
    for number, run in enumerate(pending):
        if run.text == " " and 0 < number < len(pending) - 1:
            before, after = pending[number - 1].text[-1:], pending[number + 1].text[:1]
            if WIDE.match(before) or WIDE.match(after):
                continue
        if run.text and made and styled("", made[-1]) == styled("", run):
            made[-1] = styled(made[-1].text + run.text, run)
        elif run.text:
            made.append(run)
    return tuple(made)


def html_blocks(text: str, find: Find = linked_picture) -> tuple[Block, ...]:
    """Return HTML as blocks; empty when there is nothing in it to read.

    find: finds pictures by their addresses.

    >>> html_blocks("<p onclick='x()'>共<b>3</b>件<script>alert(1)</script></p>")[0].runs[1].text
    '3'
    """
    try:
        root = parse_html(text) if text.strip() else None
    except HtmlTooLargeError:
        return (plain_paragraph(TOO_DEEP),)
    return () if root is None else tuple(read_blocks(root, _OutputRules(find)))


def table_block(
    head: Sequence[Sequence[GridCell]], body: Sequence[Sequence[GridCell]], caption: str = ""
) -> tuple[Block, ...]:
    """Return rows of cells as a table, or a sentence for a table that is too large, or nothing without cells."""
    try:
        table = grid_table(head, body, caption)
    except GridTooLargeError:
        return (plain_paragraph(TOO_LARGE),)
    return (table,) if table.widths else ()


def only_sets_text(text: str) -> bool:
    """Whether HTML holds nothing but text, tables and pictures: no script, no form, no event handler.

    >>> only_sets_text("<p>共3件</p>"), only_sets_text("<p onclick='x()'>共3件</p>")
    (True, False)
    """
    try:
        root = parse_html(text)
    except HtmlTooLargeError:
        root = None
    return root is not None and not any(
        element.tag not in CONTENT or any(name.startswith("on") for name in element.attrib) for element in root.iter()
    )


@dataclass(frozen=True)
class _OutputRules:
    """Rules by which HTML of outputs is read. find: finds pictures by their addresses."""

    find: Find

    def hides(self, element: HtmlElement, around: Around) -> bool:
        return element.tag in NO_TEXT or _is_hidden(element)

    def text(self, text: str, before: str) -> str:
        collapsed = _SPACES.sub(gap_space, text)
        return (collapsed if before and before[-1] not in " \n" else collapsed.lstrip(" ")).replace("\xa0", " ")

    def paragraph(self, runs: list[Run], heading: int) -> Iterable[Block]:
        made = join_runs(runs)
        if text := Paragraph(made).text.strip():
            last = styled(made[-1].text.rstrip(), made[-1])
            dimensions = _DIMENSIONS.fullmatch(text)
            told = dimensions and Run(f"（共{dimensions[1]}行、{dimensions[2]}栏，“…”处从略）")
            yield Paragraph((told,) if told else join_runs((*made[:-1], last)), heading)

    def instead(self, element: HtmlElement, around: Around) -> str | Iterable[Block] | None:
        match element.tag:
            case "br":
                return "\n"
            case "img":
                return self._picture(element)
            case "table":
                return self._table(element, around)
            case "pre":
                text = element.text_content()
                return [Preformatted(text.strip("\n"))] if text.strip() else ()
            case "ul" | "ol" | "blockquote" if around.nested < MOST_NESTED:
                return [self._nested(element, Around(nested=around.nested + 1))]
            case "sup" if (element.text or "").strip().isdigit():
                return "^" + self.text(element.text_content(), "^")
        return None

    def _picture(self, element: HtmlElement) -> str | Iterable[Block]:
        alt = (element.get("alt") or "").strip()
        try:
            return [Picture(*self.find(element.get("src") or ""), alt, (element.get("title") or "").strip())]
        except PictureError:
            return self.text(f"〔图：{alt}〕" if alt else "〔图〕", "")

    def _nested(self, element: HtmlElement, around: Around) -> Block:
        if element.tag == "blockquote":
            return Quote(tuple(read_blocks(element, self, around)))
        shown = (item for item in element if isinstance(item.tag, str) and not self.hides(item, around))
        items = (tuple(read_blocks(item, self, around)) for item in shown)
        start = max(1, whole_number(element.get("start")) or 1)
        return ItemList(element.tag == "ol", start, tuple(item for item in items if item))

    def _table(self, element: HtmlElement, around: Around) -> Iterable[Block]:
        """Return a table with its caption, or a sentence for a table that is too large."""
        head: list[list[GridCell]] = []
        body: list[list[GridCell]] = []
        captions = (read_blocks(part, self, Around(nested=around.nested)) for part in element.iterchildren("caption"))
        for group, rows in row_groups(element, _is_hidden):
            for row in rows:
                cells = [self._cell(cell) for cell in row]
                is_head = group == "thead" or (not body and all(cell.scope for cell in cells))
                (head if is_head else body).append(cells)
        return table_block(head, body, block_text(next(captions, ())))

    def _cell(self, element: HtmlElement) -> GridCell:
        blocks = read_blocks(element, self, Around(nested=MOST_NESTED)) if len(element) else ()
        text = block_text(blocks) if blocks else " ".join((element.text or "").split())
        rows, columns = spans(element)
        scope = "row" if element.tag == "th" else ""
        return GridCell("…" if text == "..." else text, rows=rows, columns=columns, scope=scope)


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))
