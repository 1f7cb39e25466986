"""Chinese in anybody's charts without set-up: matplotlib falls back to the report's font, whatever fonts are chosen."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

from govreport.core.fonts import CHART_FONTS

_MANAGER = "matplotlib.font_manager"


def add_fallback_font() -> None:
    """Let matplotlib take characters that a text's own fonts lack from the report's font, now or once it is imported.

    Nothing of rcParams changes: style sheets, ``seaborn.set_theme`` and an analyst's own fonts stay as they are.
    """
    if manager := sys.modules.get(_MANAGER):
        _extend(manager)
    else:
        sys.meta_path.insert(0, _AfterImport())


class _AfterImport:
    """Waits for the import of matplotlib's font manager. No `importlib.abc`: that takes as long as all of govreport."""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if fullname != _MANAGER:
            return None
        if (spec := PathFinder.find_spec(fullname, path)) and spec.loader:
            execute = spec.loader.exec_module
            spec.loader.exec_module = lambda module: execute(module) or _extend(module)  # type: ignore
        return spec


def _extend(manager: Any) -> None:
    """Add the report's font to the end of every list of fonts that matplotlib finds for a text.

    Of characters that even it lacks, a warning comes for each figure, whatever filters are set: exporters tell it.
    """
    fonts = manager.fontManager
    try:  # private names, since matplotlib 3.6; without them, matplotlib warns and each chart says what it lacks
        helpers: Any = import_module("matplotlib._text_helpers")
        find, warn = fonts._find_fonts_by_props, helpers.warn_on_missing_glyph
    except (ImportError, AttributeError):
        return
    fallback = [fonts.findfont(manager.FontProperties(fname=file)) for file in CHART_FONTS]

    def find_with_fallback(prop: Any, fontext: str = "ttf", *rest: Any, **options: Any) -> list[Any]:
        return [*find(prop, fontext, *rest, **options), *fallback * (fontext == "ttf")]

    def always_warn(*told: Any) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warn(*told)

    fonts._find_fonts_by_props, helpers.warn_on_missing_glyph = find_with_fallback, always_warn
