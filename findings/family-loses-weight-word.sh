#!/usr/bin/env bash
# Seen with: typst 0.15.2, fonttools 4.68.0, Python 3.11.
# Guess:     a font is found under the family name that its name table holds and that every other program shows.
# Instead:   Typst takes weight and width words off the end of a family's name, whatever the font's own weight: `Probe Song Bold` is listed as
#            `Probe Song`, `Probe Hei Light` and `Probe Hei Regular` as one `Probe Hei`, and the full name is an unknown family; the text is then
#            set in a fallback or not at all, with a warning only. Chinese office families are often named so (a song face sold as … Bold).
# Output:
#   in the files: Probe Hei Light, Probe Hei Regular, Probe Kai, Probe Song Bold
#   in Typst: Probe Hei, Probe Kai, Probe Song
#   Probe Hei Light: unknown font family: probe hei light
#   Probe Hei Regular: unknown font family: probe hei regular
#   Probe Kai: found
#   Probe Song Bold: unknown font family: probe song bold
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check typst==0.15.2 fonttools==4.68.0
"$work/venv/bin/python" - "$work" <<'PY' | tee "$work/seen"
import sys
from pathlib import Path

import typst
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

FAMILIES = ("Probe Hei Light", "Probe Hei Regular", "Probe Kai", "Probe Song Bold")
folder = Path(sys.argv[1]) / "fonts"
folder.mkdir()


def box():
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for place in ((100, 700), (500, 700), (500, 0)):
        pen.lineTo(place)
    pen.closePath()
    return pen.glyph()


for family in FAMILIES:
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder([".notdef", "A"])
    made.setupCharacterMap({ord("A"): "A"})
    made.setupGlyf({".notdef": box(), "A": box()})
    made.setupHorizontalMetrics({".notdef": (600, 100), "A": (600, 100)})
    made.setupHorizontalHeader(ascent=800, descent=-200)
    names = {"familyName": family, "styleName": "Regular", "fullName": family, "psName": family.replace(" ", "")}
    made.setupNameTable(names)
    made.setupOS2(usWeightClass=400)
    made.setupPost()
    made.save(folder / f"{names['psName']}.ttf")

fonts = typst.Fonts(font_paths=[str(folder)], include_system_fonts=False, include_embedded_fonts=False)
print("in the files:", ", ".join(FAMILIES))
print("in Typst:", ", ".join(fonts.families()))
for family in FAMILIES:
    text = f'#set text(font: ("{family}", "Probe Kai"))\nA'.encode()
    _, warnings = typst.compile_with_warnings(text, font_paths=fonts)
    print(f"{family}:", "; ".join(warning.message for warning in warnings) or "found")
PY
sed -n '/^# Output:/,/^set/s/^#   //p' "$0" | diff - "$work/seen"
