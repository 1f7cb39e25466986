"""Markdown and HTML of a notebook as blocks: the prose of a report as data, never as markup.

Of the HTML of outputs, text, checked links, checked pictures and tables are taken. Nothing of the HTML itself reaches a
page: what is not a block is left behind, and every writer escapes the text of blocks. That is all a sanitiser could do,
and more than its list of allowed elements would; none is needed besides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

from lxml.html import HtmlElement

from govreport.core import (
    BRACKET,
    MOST_NESTED,
    NO_TEXT,
    TOO_DEEP,
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
    markdown_html,
    parse_html,
    plain_paragraph,
    read_blocks,
    row_groups,
    spans,
    whole_number,
)
from govreport.publish.pictures import Find, PictureError, length_in_points, linked_picture
from govreport.tables import grid_table

CONTROLS = NO_TEXT - {"script", "style", "template", "noscript", "title"} | {
    "button", "select", "textarea", "input", "progress", "meter", "datalist",
}  # fmt: skip
"""Elements that only a browser can show."""
TOO_LARGE = "（此处的表过大，未排入；请先汇总或筛选。）"
_SPACES = re.compile(r"[ \t\n\r\f]+")
_DIMENSIONS = re.compile(r"(\d+) rows × (\d+) columns")
_ALIGN = re.compile(r"text-align\s*:\s*(left|right)")
_HIDDEN = re.compile(r"display\s*:\s*none")
_CODE = r"(?P<code>(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`))"
_COMMENT = re.compile(rf"{_CODE}|<!--(?!\s*table\s*-->).*?-->", re.DOTALL)
_UNSHOWN = re.compile(
    rf"<({'|'.join(NO_TEXT | CONTROLS)})\b"
    rf"|<[a-z](?:[^<>\"]|\"[^\"]*\")*?\s(?:hidden\b|style\s*=[^<>]*?{_HIDDEN.pattern})",
    re.IGNORECASE,
)
_DECLARATION = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*([^;]+)")
_NO_CONTENT = re.compile(r"Loading \S+ ?(?:\.\.\.|…)|shape: \([\d, _]+\)")
"""What bokeh shows before its script runs, and polars above its tables."""

Rows = list[list[GridCell]]


def markdown_blocks(text: str, find: Find = linked_picture) -> tuple[Block, ...]:
    """Return Markdown as blocks; HTML in it is read as that of outputs is.

    find: finds pictures by their addresses; those that it finds become figures, others their text.

    >>> [run.text for block in markdown_blocks("# 一、总体情况") for run in block.runs]
    ['一、总体情况']
    """
    return html_blocks(markdown_html(text), find)


def shown_markdown(text: str) -> str:
    """Return Markdown as a page may carry it: without comments; as plain text where it hides something else.

    >>> shown_markdown("全年<!-- 待核 -->**3**件"), shown_markdown("全年**3**件<span hidden>（待核）</span>")
    ('全年**3**件', '全年3件')
    >>> shown_markdown("以`<!--`开头、以`-->`结尾的**3**处，`<input>`控件若 a < b 则 hidden")
    '以`<!--`开头、以`-->`结尾的**3**处，`<input>`控件若 a < b 则 hidden'
    """
    bare = _COMMENT.sub(lambda found: found["code"] or "", text)
    if not _UNSHOWN.search(re.sub(_CODE, "", bare, flags=re.DOTALL)):
        return bare
    return "\n\n".join(block_text([block]) for block in markdown_blocks(bare))


def join_runs(runs: Iterable[Run]) -> Runs:
    """Join runs of one style; a line end between Chinese characters, given as a space of its own, is no space.

    >>> [run.text for run in join_runs((Run("总计"), Run(" "), Run("3件"), Run("。", bold=True)))]
    ['总计3件', '。']
    """
    runs = tuple(runs)
    around = {n: runs[n - 1].text[-1:] + runs[n + 1].text[:1] for n in range(1, len(runs) - 1) if runs[n].text == " "}
    kept = (run for n, run in enumerate(runs) if run.text and not WIDE.search(around.get(n, "")))
    styles = groupby(kept, lambda run: replace(run, text=""))
    return tuple(replace(style, text="".join(run.text for run in alike)) for style, alike in styles)


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


@dataclass(frozen=True)
class _OutputRules:
    """Rules by which HTML of outputs is read. find: finds pictures by their addresses."""

    find: Find

    def hides(self, element: HtmlElement, around: Around) -> bool:
        return element.tag in NO_TEXT or element.tag in CONTROLS or _is_hidden(element)

    def text(self, text: str, before: str) -> str:
        collapsed = _SPACES.sub(gap_space, text)
        return (collapsed if before and before[-1] not in " \n" else collapsed.lstrip(" ")).replace("\xa0", " ")

    def paragraph(self, texts: list[tuple[str, Run]], heading: int) -> Iterable[Block]:
        made = join_runs(replace(style, text=text) for text, style in texts)
        if (text := Paragraph(made).text.strip()) and not _NO_CONTENT.fullmatch(text):
            last = replace(made[-1], text=made[-1].text.rstrip())
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
                return self._nested(element, Around(nested=around.nested + 1))
        return None

    def _picture(self, element: HtmlElement) -> str | Iterable[Block]:
        alt = (element.get("alt") or "").strip()
        try:
            found = self.find(element.get("src") or "")
            style = dict(_DECLARATION.findall((element.get("style") or "").lower()))
            width, height = (length_in_points(style.get(key) or element.get(key)) for key in ("width", "height"))
            return [Picture(*found, alt, (element.get("title") or "").strip(), b"", width, height)]
        except PictureError:
            return self.text(f"〔图：{alt}〕" if alt else "〔图〕", "")

    def _nested(self, element: HtmlElement, around: Around) -> Iterable[Block]:
        """Return a quotation or a list; a list whose numbers leap is several."""
        if element.tag == "blockquote":
            return [Quote(tuple(read_blocks(element, self, around)))]
        ordered, lists = element.tag == "ol", list[tuple[int, list[tuple[Block, ...]]]]()
        after = ")" if element.get("class") == BRACKET else "."
        first = whole_number(element.get("start")) if ordered else 1
        number = 1 if first is None else first
        for item in element:
            if not isinstance(item.tag, str) or self.hides(item, around):
                continue
            value = whole_number(item.get("value")) if ordered else None
            if value not in (None, number) or not lists:
                number = number if value is None else value
                lists.append((number, []))
            if blocks := tuple(read_blocks(item, self, around)):
                lists[-1][1].append(blocks)
                number += 1
        return [ItemList(ordered, start, tuple(items), after) for start, items in lists if items]

    def _table(self, element: HtmlElement, around: Around) -> Iterable[Block]:
        """Return a table with its caption, or a sentence for a table that is too large."""
        head, body = Rows(), Rows()
        captions = (read_blocks(part, self, Around(nested=around.nested)) for part in element.iterchildren("caption"))
        has_head = element.find("thead") is not None
        for group, rows in row_groups(element, _is_hidden):
            for row in rows:
                cells = [self._cell(cell) for cell in row]
                is_head = group == "thead" or (not (has_head or body) and all(cell.scope for cell in cells))
                (head if is_head else body).append(cells)
        if "dataframe" in (element.get("class") or "").split():  # polars has a row of its columns' types
            head = [row for row in head if any(cell.scope for cell in row)]
        head, body = _without_positions(head, body)
        if not any(cell.text for row in (*head, *body) for cell in row):
            return ()
        try:
            return (grid_table(head, body, block_text(next(captions, ()))),)
        except GridTooLargeError:
            return (plain_paragraph(TOO_LARGE),)

    def _cell(self, element: HtmlElement) -> GridCell:
        blocks = read_blocks(element, self, Around(nested=MOST_NESTED)) if len(element) else ()
        text = block_text(blocks) if blocks else " ".join((element.text or "").split())
        rows, columns = spans(element)
        scope = "row" if element.tag == "th" else ""
        (align,) = _ALIGN.findall(element.get("style") or "")[:1] or ["center"]
        return GridCell("…" if text == "..." else text, rows=rows, columns=columns, scope=scope, align=align)


def _without_positions(head: Rows, body: Rows) -> tuple[Rows, Rows]:
    """Drop the positions of rows, 0, 1, 2 and so on, which pandas shows where a DataFrame has no index of its own."""
    labels = [row[0].text if len(row) > 1 and row[0].scope else "" for row in body]
    shown = labels.index("…") if "…" in labels else len(labels)
    is_counted = labels[:1] == ["0"] and labels[:shown] == list(map(str, range(shown)))
    start = is_counted and not any(row[0].text for row in head)
    return [row[start:] for row in head], [row[start:] for row in body]


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style") or ""))
