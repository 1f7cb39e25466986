"""Make the font subsets shipped in ``govreport/core/fonts/`` from Debian's Noto CJK fonts and from DejaVu Sans.

    apt-get install fonts-noto-cjk fonts-dejavu-core unicode-data
    python tools/subset_fonts.py [--noto DIR] [--dejavu FILE] [--unihan FILE] OUT_DIR

fonts-noto-cjk holds the three faces used here (fonts-noto-cjk-extra only adds weights that are not); unicode-data
holds the Unihan database. Also needed is fontTools, which comes with matplotlib. The same inputs and the same release
of fontTools give the same bytes.

The subsets contain GB/T 2312-1980, the 8,105 characters of 通用规范汉字表 (2013), and the signs that official reports
use besides. They are modified versions under the SIL Open Font License 1.1, so they bear names of their own (clause 3;
Noto is also a trademark of Google): the families `GovRpt Song` and `GovRpt Hei`. Ship them with
``/usr/share/doc/fonts-noto-cjk/copyright``, which carries the licence (here ``LICENSE-Noto-CJK.txt``).

The family `GovRpt Symbols` holds the signs of office prose that Noto CJK lacks (☑ ✘ ₂ ⁻ ⁵), from DejaVu Sans 2.37. Its
licence, Bitstream Vera's, asks for another name too; ship ``/usr/share/doc/fonts-dejavu-core/copyright`` with it (here
``LICENSE-DejaVu.txt``).
"""

import argparse
import bz2
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

NOTO = Path("/usr/share/fonts/opentype/noto")
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
UNIHAN = Path("/usr/share/unicode/Unihan_OtherMappings.txt.bz2")
TABLE_SIZE = 8105  # 通用规范汉字表, State Council 2013

RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x00FF),  # Latin-1
    (0x0391, 0x03C9),  # Greek
    (0x2010, 0x203B),  # dashes, quotation marks, ellipses, ‰, ※
    (0x2160, 0x2179),  # Roman numerals
    (0x2190, 0x2199),  # arrows
    (0x2460, 0x249B),  # numbers circled ①–⑳, in parentheses, with a full stop
    *((0x2776, 0x277F), (0x24EB, 0x24F4)),  # white on black ❶–❿, ⓫–⓴
    (0x25A0, 0x25CF),  # squares, triangles, circles
    (0x3000, 0x303F),  # CJK punctuation, 〇
    (0x3105, 0x312F),  # bopomofo
    *((0x3251, 0x325F), (0x3280, 0x3289), (0x32B1, 0x32BF)),  # circled ㉑–㉟, ㊀–㊉, ㊱–㊿
    (0xFF01, 0xFF5E),  # full-width forms
)
SIGNS = "⁴€℡\u2212\u2215≢≦≧⋯✓⸺㎎㎏㎜㎝㎞㎡㎥"  # U+2212 MINUS SIGN: matplotlib writes negative numbers with it
SYMBOLS = (
    *((0x2070, 0x2071), (0x2074, 0x208E), (0x2090, 0x209C)),  # superscripts, subscripts
    *((0x2103, 0x2103), (0x2109, 0x2109), (0x2116, 0x2116), (0x2122, 0x2122)),  # ℃, ℉, №, ™
    *((0x2153, 0x215E), (0x2190, 0x2199), (0x21D0, 0x21D4)),  # fractions, arrows
    *((0x2200, 0x222B), (0x2260, 0x2265), (0x2282, 0x2287), (0x2295, 0x2299)),  # mathematical operators
    *((0x25A0, 0x25CF), (0x2605, 0x2606), (0x260E, 0x260F), (0x2610, 0x2612), (0x2660, 0x2667)),  # shapes, boxes
    *((0x2706, 0x2709), (0x2713, 0x2718), (0x2794, 0x2794), (0x279C, 0x279C)),  # telephone, envelope, ticks, arrows
)
"""Taken from DejaVu Sans, which has them all or nearly."""

KEPT_NAMES = {0, 5, 7, 8, 9, 10, 11, 12, 13, 14}  # copyright, version, trademark, makers, licence
NAME_PLATFORMS = ((3, 1, 0x409), (1, 0, 0))  # Windows, English (US); Macintosh, Roman, English


@dataclass(frozen=True)
class Face:
    """One face of a Noto collection and the name that its subset bears."""

    source: str
    face: str
    target: str
    family: str
    style: str = "Regular"

    @property
    def postscript(self) -> str:
        return f"{self.family}-{self.style}".replace(" ", "")


FACES = (
    Face("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC", "NotoSansRegular.otf", "GovRpt Hei"),
    Face("NotoSerifCJK-Regular.ttc", "Noto Serif CJK SC", "NotoSerifRegular.otf", "GovRpt Song"),
    Face("NotoSerifCJK-Bold.ttc", "Noto Serif CJK SC", "NotoSerifBold.otf", "GovRpt Song", "Bold"),
)
SYMBOL_FACE = Face("DejaVuSans.ttf", "DejaVu Sans", "DejaVuSymbols.ttf", "GovRpt Symbols")


def characters(ranges: tuple[tuple[int, int], ...]) -> set[int]:
    return {character for first, last in ranges for character in range(first, last + 1)}


def gb2312() -> set[int]:
    """The 7,445 characters of GB/T 2312-1980: every cell of its 94 × 94 table that Python's codec knows."""
    cells = product(range(0xA1, 0xFF), repeat=2)
    return {ord(c) for cell in cells for c in bytes(cell).decode("gb2312", errors="ignore")}


def general_table(unihan: Path) -> set[int]:
    """The characters of 通用规范汉字表, which Unihan marks with the property kTGH (UAX #38)."""
    text = bz2.decompress(unihan.read_bytes()) if unihan.suffix == ".bz2" else unihan.read_bytes()
    fields = (line.split("\t") for line in text.decode("utf-8").splitlines() if "\tkTGH\t" in line)
    table = {int(codepoint.removeprefix("U+"), 16) for codepoint, *_ in fields}
    if len(table) != TABLE_SIZE:
        raise SystemExit(f"{unihan}: {len(table)} characters have kTGH, expected {TABLE_SIZE}; is this the right file?")
    return table


def subset_options() -> subset.Options:
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"], name_languages=["*"])
    # Without locl, vert and the width alternates, whose glyphs would double the size.
    options.layout_features = ["kern", "halt", "palt", "ccmp", "liga", "mark", "mkmk"]
    options.drop_tables += ["vhea", "vmtx", "VORG"]  # vertical writing
    options.harfbuzz_repacker = False  # or the bytes would depend on whether uharfbuzz is installed
    return options


def rename(font: TTFont, face: Face) -> None:
    """Give the font its own name in `name` and `CFF`; a Light or Bold in the family name would be dropped by typst."""
    full = f"{face.family} {face.style}"
    texts = {1: face.family, 2: face.style, 3: f"{face.family}-{face.style};subset", 4: full, 6: face.postscript}
    names = font["name"]
    names.names = [record for record in names.names if record.nameID in KEPT_NAMES]
    for platform in NAME_PLATFORMS:
        for name_id, text in texts.items():
            names.setName(text, name_id, *platform)
    if "CFF " not in font:
        return
    cff = font["CFF "].cff
    original, cff.fontNames[0] = cff.fontNames[0], face.postscript
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = full, face.family
    for part in top.FDArray:
        part.FontName = part.FontName.replace(original, face.postscript)


def make_subset(font: TTFont, face: Face, required: set[int], wanted: set[int], out: Path) -> str:
    """Write one subset and return a line about it; a face without a required character is an error."""
    if missing := sorted(required - set(font.getBestCmap())):
        raise SystemExit(f"{face.source} lacks {len(missing)} characters: {''.join(map(chr, missing))}")
    options = subset_options()
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=required | wanted)
    subsetter.subset(font)
    rename(font, face)
    target = out / face.target
    subset.save_font(font, target, options)
    made = len(font.getBestCmap())
    return f"{target}: {face.family} {face.style}, {made} characters, {target.stat().st_size} bytes"


def main() -> None:
    parser = argparse.ArgumentParser(description="Make govreport's font subsets from Noto CJK.")
    parser.add_argument("--noto", type=Path, default=NOTO, metavar="DIR", help="of the Noto CJK .ttc (%(default)s)")
    parser.add_argument("--dejavu", type=Path, default=DEJAVU, metavar="FILE", help="DejaVuSans.ttf (%(default)s)")
    parser.add_argument("--unihan", type=Path, default=UNIHAN, metavar="FILE", help="with kTGH (%(default)s)")
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="where the .otf files go")
    args = parser.parse_args()
    sources = {args.unihan: "unicode-data", args.dejavu: "fonts-dejavu-core"} | {
        args.noto / face.source: "fonts-noto-cjk" for face in FACES
    }
    for path, package in sources.items():
        if not path.is_file():
            parser.error(f"{path} is not there; apt-get install {package}, or say where it lies")
    required = {*gb2312(), *general_table(args.unihan)}
    wanted = {*map(ord, SIGNS), *characters(RANGES)}
    args.out.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        with TTCollection(args.noto / face.source, lazy=True, recalcTimestamp=False) as collection:
            font = next(f for f in collection.fonts if f["name"].getDebugName(1) == face.face)
            print(make_subset(font, face, required, wanted, args.out))
    with TTFont(args.dejavu, lazy=True, recalcTimestamp=False) as font:
        print(make_subset(font, SYMBOL_FACE, set(), characters(SYMBOLS), args.out))


if __name__ == "__main__":
    main()
