"""Raised and lowered text, which is no digit of a figure: of a cell a footnote mark, elsewhere signs of its own."""

from __future__ import annotations

import re
import unicodedata

from govreport.core import Paragraph, Run, block_text
from govreport.exchange.recognise.cell_values import is_figure, is_value

_RAISED = re.compile("\x02(sup|sub)\\S* ([^\x02\x03]*)\x03")
"""Raised or lowered text as it is enclosed while a cell is read; no text contains these signs."""
_BRACKETS = "[]［］【】()（）〔〕<>〈〉 \u3000"
_MARK = re.compile(r"(?:注释?|备注)?[\d,、*※#†‡§△▲☆★]{0,9}|[a-zA-Z一二三四五六七八九十]")


def set_off(text: str, shift: str) -> str:
    """Return a text marked for `with_remarks` if it is raised or lowered.

    shift: how it stands to its line, in any format's words: `sup`, `super`, `superscript` or `sub`, `subscript`.
    """
    return f"\x02{shift} {text}\x03" if shift.startswith(("sup", "sub")) else text


def signs(text: str, shift: str = "sup") -> str:
    """Return raised text (`sup`) or lowered text (`sub`) with signs of their own for its digits."""
    return block_text([Paragraph((Run(text, sup=shift == "sup", sub=shift == "sub"),))])


def with_remarks(text: str) -> str:
    """Return a cell's paragraph with raised footnote marks as remarks in brackets behind its figure.

    Beside a blank they are left out; where the rest is no figure, raised and lowered digits are signs of their own.

    >>> [with_remarks(text + set_off(mark, "sup")) for text, mark in (("103", "[2]"), ("1.2", "①"), ("10千m", "2"))]
    ['103（注2）', '1.2（注1）', '10千m²']
    """
    marks = [mark for _, own in _RAISED.findall(text) if (mark := _mark(own))]
    plainly = _RAISED.sub(lambda found: "" if _mark(found[2]) else signs(found[2], found[1]), text)
    if marks and plainly.strip() and is_value(plainly):
        return plainly.rstrip() + (f"（注{'、'.join(marks)}）" if is_figure(plainly) else "")
    is_whole = not _RAISED.sub("", text).strip()
    return _RAISED.sub(lambda found: found[2] if is_whole else signs(found[2], found[1]), text)


def _mark(text: str) -> str:
    """Return a footnote mark without brackets and 注, empty when a text is none."""
    shape = unicodedata.normalize("NFKC", text.strip(_BRACKETS)).strip(_BRACKETS)
    if not shape or not _MARK.fullmatch(shape):
        return ""
    return shape.removeprefix("备").removeprefix("注释").removeprefix("注") or "*"
