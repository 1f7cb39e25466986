"""Footnote marks beside figures: raised digits and signs that are a remark of the cell, never part of its figure."""

from __future__ import annotations

import re
import unicodedata

from govreport.exchange.recognise.cell_values import is_figure, is_value

_BEGIN, _END = "\x02", "\x03"
"""Enclose raised text while a cell is read; no text contains them."""
_RAISED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_BRACKETS = "[]［］【】()（）〔〕<>〈〉 \u3000"
_MARK = re.compile(r"(?:注释?|备注)?[\d,、*※#†‡§△▲☆★]{0,9}|[a-zA-Z一二三四五六七八九十]")


def mark_raised(text: str) -> str:
    """Return a text marked as raised or lowered, for `with_remarks`."""
    return f"{_BEGIN}{text}{_END}"


def with_remarks(text: str) -> str:
    """Return a cell's paragraph with raised footnote marks as remarks in brackets behind its figure.

    Beside a blank they are left out; where the rest is no figure, they are text as any other.

    >>> [with_remarks(text + mark_raised(mark)) for text, mark in (("103", "[2]"), ("1.2", "①"), ("m", "2"))]
    ['103（注2）', '1.2（注1）', 'm2']
    """
    if _BEGIN not in text:
        return text.replace(_END, "")
    marks = [mark for mark in map(_mark, _RAISED.findall(text)) if mark]
    plainly = _RAISED.sub(lambda found: "" if _mark(found[1]) else found[1], text)
    if marks and plainly.strip() and is_value(plainly):
        remark = f"（注{'、'.join(marks)}）" if is_figure(plainly) else ""
        return plainly.rstrip() + remark
    return text.replace(_BEGIN, "").replace(_END, "")


def _mark(text: str) -> str:
    """Return a footnote mark without brackets and 注, empty when a text is none."""
    shape = unicodedata.normalize("NFKC", text.strip(_BRACKETS)).strip(_BRACKETS)
    if not shape or not _MARK.fullmatch(shape):
        return ""
    return shape.removeprefix("备").removeprefix("注释").removeprefix("注") or "*"
