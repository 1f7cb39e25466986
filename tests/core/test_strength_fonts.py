"""Which characters can be printed, by the fonts that come along and those of the project."""

from __future__ import annotations

import shutil
from pathlib import Path

import matplotlib
from fontTools.ttLib import TTFont

from govreport.core.fonts import FONTS, unprintable


def test_what_no_font_has_is_told_once_in_the_order_of_the_text() -> None:
    assert unprintable("甲—乙🎉·丙🀄🎉\u200b \n") == ["🎉", "🀄"]
    assert unprintable("甲—乙·丙") == unprintable("☑ H₂O") == []


def test_a_font_of_the_project_counts_in_whatever_folder_and_beside_one_without_unicode(tmp_path: Path) -> None:
    (tmp_path / "cyrillic").mkdir()
    assert unprintable("ѣ🎉", tmp_path) == unprintable("ѣ🎉", tmp_path / "gone") == ["ѣ", "🎉"]
    shutil.copy(Path(matplotlib.get_data_path()) / "fonts/ttf/DejaVuSans.ttf", tmp_path / "cyrillic")
    with TTFont(FONTS / "DejaVuSymbols.ttf") as font:
        del font["cmap"].tables[1:]
        font["cmap"].tables[0].platformID, font["cmap"].tables[0].platEncID = 3, 0  # as Wingdings has it
        font.save(tmp_path / "symbols.ttf")
    assert unprintable("ѣ🎉", tmp_path) == ["🎉"]
