"""What a PDF by a project's template shows: the document's text and figures, as the usual template shows them."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from typing import Any

import numpy as np
import pdfplumber
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


def require_shown(wanted: Mapping[str, Iterable[str]], usual: bytes, pdf: bytes) -> None:
    """Raise GovReportError if a PDF by a project's template lacks something, or shows other figures than the usual one.

    wanted: texts by the names of the parts; they are compared as they were set, cell by cell. Page numbers and other
    marks that are no content may only stand above or below it.
    """
    name, found = TEMPLATES["pdf"], list(_shown(pdf))
    text = _UNREAD.sub("", "".join(found))
    if lacking := [part for part, texts in wanted.items() if not all(_UNREAD.sub("", t) in text for t in texts)]:
        raise GovReportError(f"{name} 没有完整排出{'、'.join(lacking)}；请照原有的模板补上。")
    own, same = (Counter(_FIGURE.findall("\n".join(texts))) for texts in (found, _shown(usual)))
    if own != same:
        odd = {"多出": own - same, "缺少": same - own}
        told = "，".join(f"{what} {listed([*figures], MOST_NAMED)}" for what, figures in odd.items() if figures)
        raise GovReportError(f"{name} 排出的数与原有的模板不同（{told}）；请改正，自己要加的数放在页眉、页脚中。")


def _shown(pdf: bytes) -> Iterator[str]:
    """Yield the texts of a PDF's marked content that can be seen, and figures beside them that are not marked.

    A letter can be seen if the page without its texts looks otherwise where it stands.
    """
    with closing(pypdfium2.PdfDocument(pdf)) as drawn, pdfplumber.open(io.BytesIO(pdf)) as read:
        for picture, page in zip(drawn, read.pages, strict=True):
            before = _pixels(picture)
            for text in list(picture.get_objects([pypdfium2.raw.FPDF_PAGEOBJ_TEXT], max_depth=1)):
                picture.remove_obj(text)
            changed = np.abs(before - _pixels(picture))
            seen = [each for each in page.chars if each["text"].isspace() or _most(changed, each) > FAINTEST]
            content = [letter for letter in seen if letter["mcid"] is not None]
            for _, group in groupby(content, lambda letter: letter["mcid"]):
                yield "".join(letter["text"] for letter in group)
            heights = [letter[side] for letter in content for side in ("top", "bottom")] or [0]
            top, bottom = min(heights), max(heights)
            beside = (each["text"] for each in seen if each["mcid"] is None and top < each["bottom"] < bottom)
            yield "".join(filter(str.isdecimal, beside))
            page.close()  # which holds each of its letters


def _pixels(page: Any) -> Any:
    return page.render(scale=SCALE, grayscale=True).to_numpy().astype(int)


def _most(changed: Any, letter: Mapping[str, Any]) -> int:
    """Return how much a page changed within a letter's sides."""
    left, top, right, bottom = (max(0, int(SCALE * letter[side])) for side in ("x0", "top", "x1", "bottom"))
    return int(changed[top : bottom + 1, left : right + 1].max(initial=0))
