"""The order of elements that WordprocessingML asks for, and that Word repairs a document over."""

from __future__ import annotations

import io
import zipfile
from itertools import pairwise

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof "
    "snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText "
    "vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tblCellMar": "top left start bottom right end",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "tbl": "bookmarkStart bookmarkEnd tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
    "style": "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked "
    "personal personalCompose personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr",
    "lvl": "start numFmt lvlRestart pStyle isLgl suff lvlText lvlPicBulletId legacy lvlJc pPr rPr",
    "num": "abstractNumId lvlOverride",
    "numbering": "numPicBullet abstractNum num numIdMacAtCleanup",
    "settings": "writeProtection view zoom removePersonalInformation mirrorMargins bordersDoNotSurroundHeader "
    "bordersDoNotSurroundFooter "
    "defaultTabStop "
    "evenAndOddHeaders characterSpacingControl footnotePr endnotePr compat themeFontLang "
    "clrSchemeMapping decimalSymbol listSeparator",
}
"""Of the elements whose order matters, their children in the order of ISO/IEC 29500-1, annex A.1."""
NEEDED = {"tc": "p", "tbl": "tblGrid", "tr": "tc"}
"""What these must hold; a cell ends with a paragraph."""


def misplaced(data: bytes) -> list[str]:
    """Return what stands out of order, is unknown or is missing in a document's parts, by part and element."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for part in (name for name in package.namelist() if name.startswith("word/") and name.endswith(".xml")):
            for node in etree.fromstring(package.read(part)).iter(f"{W}*"):
                found += [f"{part} {told}" for told in _misplaced(node)]
    return found


def _misplaced(node: etree._Element) -> list[str]:
    name = etree.QName(node).localname
    children = [etree.QName(child).localname for child in node if isinstance(child.tag, str)]
    told = []
    if name in ORDER:
        order = ORDER[name].split()
        told += [f"{name}: {child} is unknown" for child in children if child not in order]
        known = [order.index(child) for child in children if child in order]
        told += [f"{name}: {order[b]} after {order[a]}" for a, b in pairwise(known) if b < a]
        single = {"pPr", "rPr", "tblPr", "tcPr"}
        told += [f"{name}: {child} twice" for child in set(children) if name in single and children.count(child) > 1]
    if (name in NEEDED and NEEDED[name] not in children) or (name == "tc" and children[-1:] != ["p"]):
        told.append(f"{name}: no {NEEDED[name]}")
    return told
