"""The last pass over blocks, for all writers: texts that can be printed, bounded cells, described figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from govreport.core import (
    WIDE,
    Block,
    Grid,
    GridCell,
    Leaf,
    Paragraph,
    Picture,
    Preformatted,
    Runs,
    with_leaves,
)
from govreport.publish.layout.text_setting import clean

LONGEST_CELL = 5_000
LONGEST_WORD = 10_000
"""Letters of a cell of a table and of a word in prose; longer ones are cut off with a remark."""
_ENDLESS = re.compile(f"\\S{{{LONGEST_WORD},}}")


def finished(blocks: Iterable[Block]) -> tuple[Block, ...]:
    r"""Return blocks without characters that cannot be printed, and with an alternative text for every figure.

    A figure that has none is described by its caption or else by the part of the report in which it stands.

    >>> from govreport.core import plain_paragraph
    >>> finished([plain_paragraph("一、总体\u202e情况", heading=1), Picture("image/png", b"", "")])[1].alt
    '“一、总体情况”中的图，未附文字说明'
    """
    return with_leaves(blocks, _Finisher().finish)


def cleaned(value: Any) -> Any:
    """Return JSON with every text in it freed of what cannot be printed."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return [cleaned(inner) for inner in value]
    return {clean(key): cleaned(inner) for key, inner in value.items()} if isinstance(value, dict) else value


class _Finisher:
    """Goes through blocks in order; remembers the part it is in."""

    def __init__(self) -> None:
        self._part = ""

    def finish(self, block: Leaf) -> Leaf:
        match block:
            case Paragraph():
                made = Paragraph(_clean_runs(block.runs), block.heading)
                self._part = (made.text.strip() if made.heading else "") or self._part
                return made
            case Preformatted():
                return Preformatted(clean(block.text))
            case Picture():
                caption = clean(block.caption).strip()
                return replace(block, alt=self._alt(clean(block.alt).strip(), caption), caption=caption)
            case Grid():
                return replace(block, caption=clean(block.caption), cells=tuple(map(_clean_cell, block.cells)))

    def _alt(self, alt: str, caption: str) -> str:
        """Return an alternative text; what JupyterLab gives a pasted picture, its file's name, is none."""
        if alt and not alt.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp")):
            return alt
        part = f"“{self._part}”中的图" if self._part else "图"
        return caption.partition("\n")[0] or f"{part}，未附文字说明"


def _clean_runs(runs: Runs) -> Runs:
    return tuple(run if (text := _text(run.text)) == run.text else replace(run, text=text) for run in runs)


def _text(text: str) -> str:
    """Return a text without what cannot be printed and without words that no page could hold."""
    cleaned = _clean(text)
    return _ENDLESS.sub(_cut, cleaned) if len(cleaned) > LONGEST_WORD else cleaned


def _clean(text: str) -> str:
    """Return a text cleaned; that letters and digits are clean is soon seen."""
    return text if not text or text.isalnum() else clean(text)


def _cut(word: re.Match[str]) -> str:
    return word[0] if WIDE.search(word[0]) else _shortened(word[0], LONGEST_WORD)


def _shortened(text: str, most: int) -> str:
    return f"{text[:most]}……（共{len(text)}字，以下从略）" if len(text) > most else text


def _clean_cell(cell: GridCell) -> GridCell:
    text, note = _shortened(_clean(cell.text), LONGEST_CELL), _clean(cell.note)
    return cell if text == cell.text and note == cell.note else replace(cell, text=text, note=note)
