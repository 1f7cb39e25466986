"""What a PDF by a project's template shows: the document's text and figures, as the usual template shows them."""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import pypdfium2

from govreport.core import GovReportError, listed
from govreport.filing import TEMPLATES

SCALE = 2
"""Pixels a point of the pictures in which letters are looked for."""
FAINTEST = 60
"""How much of 255 a letter changes the brightest pixel that it changes most, at least."""
MOST_NAMED = 5
_UNREAD = re.compile(r"[^\w.%]")
"""What a reader of PDF may give otherwise than it was set: spaces, breaks, hyphens."""
_FIGURE = re.compile(r"[-−]?\d[\d.,]*%?")
_HYPHEN = 2
"""What the reader makes of a hyphen at a line's end."""
raw = pypdfium2.raw


class _Letter(NamedTuple):
    """A letter of a page. mark: number of its marked content, -1 without; sides: left, bottom, right, top in points."""

    mark: int
    text: str
    sides: tuple[float, float, float, float]


def require_shown(wanted: Mapping[str, Iterable[str]], usual: bytes, pdf: bytes) -> None:
    """Raise GovReportError if a PDF by a project's template lacks something, or shows other figures than the usual one.

    wanted: texts by the names of the parts; they are compared as they were set, cell by cell. Page numbers and other
    marks that are no content may only stand above or below it.
    """
    name, found = TEMPLATES["pdf"], list(_shown(pdf))
    text = _UNREAD.sub("", "".join(found))
    if lacking := [part for part, texts in wanted.items() if not all(_UNREAD.sub("", t) in text for t in texts)]:
        raise GovReportError(f"{name} 没有完整排出{'、'.join(lacking)}；请照原有的模板补上。")
    own, same = (
        Counter(figure for text in texts for figure in _FIGURE.findall(text)) for texts in (found, _shown(usual))
    )
    if own != same:
        told = "，".join(
            f"{what} {listed([*odd], MOST_NAMED)}" for what, odd in (("多出", own - same), ("缺少", same - own)) if odd
        )
        raise GovReportError(f"{name} 排出的数与原有的模板不同（{told}）；请改正，自己要加的数放在页眉、页脚中。")


def _shown(pdf: bytes) -> Iterator[str]:
    """Yield the texts of a PDF's marked content that can be seen, and figures beside them that are not marked.

    A letter can be seen if the page without its texts looks otherwise where it stands.
    """
    with closing(pypdfium2.PdfDocument(pdf)) as opened:
        for page in opened:
            letters, before = list(_letters(page)), _picture(page)
            for text in list(page.get_objects([raw.FPDF_PAGEOBJ_TEXT], max_depth=1)):
                page.remove_obj(text)
            changed, height = np.abs(before - _picture(page)), page.get_height()
            seen = [each for each in letters if each.text.isspace() or _most(changed, height, each.sides) > FAINTEST]
            content = [letter for letter in seen if letter.mark >= 0]
            for _, group in groupby(content, lambda letter: letter.mark):
                yield "".join(letter.text for letter in group)
            heights = [side for letter in content for side in letter.sides[1::2]] or [0]
            beside = (
                letter.text for letter in seen if letter.mark < 0 and min(heights) < letter.sides[1] < max(heights)
            )
            yield "".join(filter(str.isdecimal, beside))


def _letters(page: Any) -> Iterator[_Letter]:
    """Yield the letters of a page in the order in which they were set; the reader gives them line by line."""
    reader, by_text = page.get_textpage(), dict[int, list[_Letter]]()
    for number in range(reader.count_chars()):
        holder, code = raw.FPDFText_GetTextObject(reader, number), raw.FPDFText_GetUnicode(reader, number)
        if holder and not raw.FPDFText_IsGenerated(reader, number):
            mark, text = raw.FPDFPageObj_GetMarkedContentID(holder), "-" if code == _HYPHEN else chr(code)
            letter = _Letter(mark, text, reader.get_charbox(number))
            by_text.setdefault(_address(holder), []).append(letter)
    for text in page.get_objects([raw.FPDF_PAGEOBJ_TEXT]):
        yield from by_text.get(_address(text.raw), ())


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _picture(page: Any) -> Any:
    return page.render(scale=SCALE, grayscale=True).to_numpy().astype(int)


def _most(changed: Any, height: float, sides: tuple[float, float, float, float]) -> int:
    """Return how much a page changed within a letter's sides."""
    left, top, right, bottom = (
        max(0, int(SCALE * side)) for side in (sides[0], height - sides[3], sides[2], height - sides[1])
    )
    return int(changed[top : bottom + 1, left : right + 1].max(initial=0))
