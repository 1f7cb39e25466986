"""The fonts that come along: files of free faces, subset to the characters that reports use."""

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from govreport.core.watching import CONTENT, state

FONTS = Path(__file__).parent
CHART_FONTS = (FONTS / "NotoSansRegular.otf", FONTS / "DejaVuSymbols.ttf")
"""Of charts: the second has signs that the first lacks."""
FONT_FILES = ("NotoSerifRegular.otf", "DejaVuSymbols.ttf")
"""The files whose characters can be printed in every part of a page."""
_UNSEEN = re.compile("[\\s\xad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff]")
_SURE = ("—", "·")
"""Frequent characters that GB/T 2312 has, but not at the places where Python's codec looks for them."""


def unprintable(text: str, own: Path | None = None) -> list[str]:
    """Return the characters of a text that no shipped font has, each once, in order.

    own: a folder of further fonts, which need not exist. The fonts of the machine do not count, so that the answer is
    the same everywhere.

    >>> unprintable("☑ 已办结 H₂O 🎉")
    ['🎉']
    """
    shown = _UNSEEN.sub("", text)
    try:
        shown.replace(_SURE[0], "").replace(_SURE[1], "").encode("gb2312")
        return []
    except UnicodeEncodeError:
        files = [path for path in own.rglob("*") if path.is_file()] if own else []
        known = [_characters(file, state(str(file), CONTENT)) for file in (*map(FONTS.joinpath, FONT_FILES), *files)]
        return [character for character in dict.fromkeys(shown) if not any(ord(character) in each for each in known)]


@lru_cache
def _characters(path: Path, _state: str) -> Collection[int]:
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415 - most texts need no look

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError):
        return ()
