"""A small TrueType font for Chromium, which sets others as hundreds of Type 3 fonts: the corpus stays small."""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
FAMILY = "Corpus Hei"
TOLERANCE = 10.0
"""How far a curve may stray, in thousandths of an em."""


def characters() -> str:
    """Every character that the corpus may print."""
    sources = [*HERE.glob("*.py"), *(HERE.parents[1] / "govreport/forms").glob("*.toml")]
    found = set("".join(source.read_text(encoding="utf-8") for source in sources))
    return "".join(sorted(found | {chr(code) for code in (*range(32, 127), *range(0xFF01, 0xFF5F))}))


def make_font(source: Path, target: Path) -> None:
    """Cut the font down to the corpus's characters and turn its curves into quadratic ones."""
    font = TTFont(source)
    cutter = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
    cutter.populate(text=characters())
    cutter.subset(font)
    order, shapes = font.getGlyphOrder(), font.getGlyphSet()
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        shapes[name].draw(Cu2QuPen(pen, TOLERANCE, reverse_direction=True))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: font["hmtx"][name] for name in order})
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": "CorpusHei"})
    builder.setupOS2(sTypoAscender=font["hhea"].ascent, sTypoDescender=font["hhea"].descent)
    builder.setupPost()
    builder.save(target)
