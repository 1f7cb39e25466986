"""The report's font stands behind every list of fonts, whenever matplotlib is imported and whatever version it is."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from matplotlib import _text_helpers

from govreport.core.fonts import CHART_FONTS
from govreport.core.glyph_fallback import add_fallback_font

NAME = "matplotlib.font_manager"


def manager(find: Callable[..., list[str]] | None) -> Any:
    """A font manager that finds a font for a text by a function, or in a way that nobody knows yet."""
    fonts = SimpleNamespace(findfont=lambda properties: properties.fname)
    if find:
        fonts._find_fonts_by_props = find
    return SimpleNamespace(fontManager=fonts, FontProperties=lambda fname: SimpleNamespace(fname=fname))


def test_fonts_of_a_matplotlib_that_is_imported_already_end_with_the_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def find(prop: str, fontext: str = "ttf", *rest: object, **options: object) -> list[str]:
        asked.append((prop, fontext, rest, options))
        return ["first"]

    known = manager(find)
    monkeypatch.setitem(sys.modules, NAME, known)
    monkeypatch.setattr(_text_helpers, "warn_on_missing_glyph", lambda *told: warnings.warn(str(told), stacklevel=1))
    before = list(sys.meta_path)
    add_fallback_font()
    assert sys.meta_path == before, "nothing has to wait for an import"
    found = known.fontManager._find_fonts_by_props
    assert found("serif") == ["first", *CHART_FONTS] and found("serif", "afm") == ["first"]
    assert found("serif", "ttf", "folder", rebuild=False) == ["first", *CHART_FONTS]
    assert asked[-1] == ("serif", "ttf", ("folder",), {"rebuild": False})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        _text_helpers.warn_on_missing_glyph(40960, "DejaVu Sans")
    assert [str(warning.message) for warning in caught] == ["(40960, 'DejaVu Sans')"]


def test_a_matplotlib_with_other_private_names_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    warn, unknown = _text_helpers.warn_on_missing_glyph, manager(None)
    monkeypatch.setitem(sys.modules, NAME, unknown)
    add_fallback_font()
    assert not hasattr(unknown.fontManager, "_find_fonts_by_props") and _text_helpers.warn_on_missing_glyph is warn
    monkeypatch.setitem(sys.modules, NAME, manager(lambda prop: ["first"]))
    monkeypatch.setitem(sys.modules, "matplotlib._text_helpers", None)
    add_fallback_font()
    assert sys.modules[NAME].fontManager._find_fonts_by_props("serif") == ["first"]


def test_what_waits_for_the_import_finds_nothing_else_and_nothing_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, NAME, raising=False)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    add_fallback_font()
    waiting: Any = sys.meta_path[0]
    assert waiting.find_spec("json", None) is None
    assert waiting.find_spec(NAME, []) is None
