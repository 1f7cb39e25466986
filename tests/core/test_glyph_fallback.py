"""Chinese in anybody's charts: every list of fonts that matplotlib finds ends with the report's font."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

import govreport
from govreport.core.fonts import CHART_FONTS

STYLES = {
    "as matplotlib comes": {},
    "seaborn's theme": {"font.family": ["sans-serif"], "font.sans-serif": ["Arial", "DejaVu Sans"]},
    "a font that the machine lacks": {"font.family": ["SimHei"], "axes.unicode_minus": False},
    "letters with feet": {"font.family": ["serif"]},
}


def drawn(title: str, form: str = "svg") -> bytes:
    figure, target = Figure(figsize=(3, 2)), io.BytesIO()
    figure.add_subplot().set_title(title, weight="bold")
    figure.savefig(target, format=form)
    return target.getvalue()


@pytest.mark.parametrize("form", ["png", "svg", "pdf", "ps"])
@pytest.mark.parametrize("style", STYLES)
def test_chinese_is_drawn_whatever_fonts_are_chosen(style: str, form: str) -> None:
    assert govreport.__version__
    with mpl.rc_context(STYLES[style]), warnings.catch_warnings():
        warnings.simplefilter("error")
        assert b"LastResort" not in drawn("各机构−受理数", form)


def test_the_fonts_of_an_analyst_draw_what_they_have() -> None:
    assert b"DejaVuSans-Bold" in drawn("2023") and b"GovRpt" not in drawn("2023")
    assert b"GovRpt" in drawn("件数") or b"NotoSans" in drawn("件数")


def test_a_character_that_no_font_has_is_warned_of_each_time_whatever_filters_say() -> None:
    for _ in range(2):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("ignore")
            drawn("\ua000")
        assert {str(warning.message).split("(")[0] for warning in caught} == {"Glyph 40960 "}


def test_matplotlib_is_not_imported_before_it_is_asked_for() -> None:
    code = (
        "import sys, govreport; assert not any(name.startswith('matplotlib') for name in sys.modules)\n"
        "import importlib.util; importlib.util.find_spec('matplotlib.font_manager')  # a look is no import\n"
        "import matplotlib.font_manager as m; print(m.fontManager._find_fonts_by_props('serif')[-2:])\n"
        "assert len(m.fontManager._find_fonts_by_props('Helvetica', fontext='afm')) == 1"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(list(map(str, CHART_FONTS)))
