"""A small TrueType font for Chromium, which sets others as hundreds of Type 3 fonts: the corpus stays small."""

from __future__ import annotations

from pathlib import Path

from fontTools import subset
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.roundingPen import RoundingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
FAMILY = "Corpus Hei"
SCALE = 0.1
"""A coarse em of a hundred units makes outlines a byte a step."""

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
        small = TransformPen(RoundingPen(pen), (SCALE, 0, 0, SCALE, 0, 0))
        shapes[name].draw(Cu2QuPen(small, TOLERANCE, reverse_direction=True))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(round(font["head"].unitsPerEm * SCALE), isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(font.getBestCmap())
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics({name: tuple(round(size * SCALE) for size in font["hmtx"][name]) for name in order})
    ascent, descent = (round(size * SCALE) for size in (font["hhea"].ascent, font["hhea"].descent))
    builder.setupHorizontalHeader(ascent=ascent, descent=descent)
    builder.setupNameTable({"familyName": FAMILY, "styleName": "Regular", "psName": "CorpusHei"})
    builder.setupOS2(sTypoAscender=ascent, sTypoDescender=descent)
    builder.setupPost()
    builder.updateHead(created=0, modified=0)
    builder.font.recalcTimestamp = False
    builder.save(target)
