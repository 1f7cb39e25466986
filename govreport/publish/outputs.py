"""What a cell shows as blocks: its printed text, and of each output the form that says most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from govreport.core import Block, GridTooLargeError, Picture, Preformatted, mime, plain_paragraph
from govreport.publish.hypertext import TOO_LARGE, html_blocks
from govreport.publish.json_values import json_mapping, json_text
from govreport.publish.markdown import markdown_blocks
from govreport.publish.pictures import PictureError, encoded_picture, picture
from govreport.tables import read_table

WIDGET = "application/vnd.jupyter.widget-view+json"
SVG = "image/svg+xml"
RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
MOST_LINES, MOST_LETTERS = 2_000, 200_000
"""Of plain text that one output shows; no reader misses the rest."""
BROKEN = "（此处的图片无法读取，未排入。）"
UNREADABLE = "（此处的输出只能在 JupyterLab 中查看，未排入。）"
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_OBJECTS = re.compile(r"[\[(]?(?:<[A-Za-z][\w.]*(?:[ :][^<>]*)?>[\s,]*)+[\])]?")
"""What Python says of objects that have no text of their own, as ``<Axes: >``."""


def output_blocks(output: Mapping[str, Any], told: Mapping[str, str]) -> Iterator[Block]:
    r"""Yield an output of a cell as blocks.

    told: what the cell says of its picture, ``alt`` and ``caption``.

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
    )
    shown = next((blocks for form in forms if (blocks := tuple(form()))), ())
    if not shown and not text.strip() and data:
        shown = (plain_paragraph(UNREADABLE),)
    yield from shown


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
    media = next((media for media in (SVG, *RASTER) if media in data), "")
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
    """Yield plain output as a terminal shows it: without colours, a line that was written over as it was left."""
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in _ANSI.sub("", text).expandtabs().rstrip().split("\n")]
    shown = "\n".join(lines[:MOST_LINES])[:MOST_LETTERS]
    if shown.strip():
        yield Preformatted(shown.strip("\n"))
    if (left := len(lines) - shown.count("\n") - 1) > 0 or len(shown) == MOST_LETTERS:
        yield plain_paragraph(f"（其后还有{left}行，从略。）" if left else "（其后从略。）")
